"""Captions (.vtt, .srt) of Teams, Zoom and others -> speeches with their time codes.

Consecutive cues of one speaker are one speech. The cues are read here and not by webvtt-py, which
refuses a file without its first line and gives the voices of a cue without their order.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import UnreadableError
from ingest.formats.builder import DocumentBuilder
from ingest.formats.plain import decode
from ingest.offices import names_office
from ingest.text import fold, halfwidth, has_japanese
from ingest.types import Document

_CUE = re.compile(
    r"^[ \t]*(?P<start>(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})[ \t]*-->[ \t]*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}.*$",
    re.MULTILINE,
)
_VOICE = re.compile(
    r"<v(?:\.[^\s>]*)?[ \t]+(?P<name>[^>]+)>(?P<words>.*?)(?=</v>|<v[ .]|\Z)", re.DOTALL
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<\d[\d:.]*>")
_NAMED = re.compile(
    r"^[ \t]*(?:[>\-–]+[ \t]*)?(?P<name>[^\s:：][^:：\n]{0,39}?)[ \t]*[:：](?!//)[ \t]*(?P<words>(?!\d\d\b).*)$",
    re.DOTALL,
)
_MOST = 0.5
"""Share of cues that begin with a name, above which a name that comes once is a speaker as well."""


@dataclass(frozen=True)
class _Cue:
    """Words at a time; ``speaker`` is None where the cue names nobody."""

    time: str
    speaker: str | None
    words: str


def extract(data: bytes, name: str, path: Path) -> Document:
    """The speeches of a caption file, or its sentences where it names no speaker.

    Raises:
        UnreadableError: it holds no cue, or is no text.
    """
    text, encoding = decode(data, path)
    cues = list(_cues(re.sub(r"\r\n?", "\n", text)))
    if not cues:
        raise UnreadableError(f"{path}: no captions in it; mend: export it again as .vtt or .srt")
    cues = list(_without_repeats(_with_names(cues)))
    builder = DocumentBuilder(name, encoding)
    _write(builder, cues)
    return builder.build()


def _cues(text: str) -> Iterator[_Cue]:
    """The cues as they stand; several voices of one cue become several."""
    found = list(_CUE.finditer(text))
    for position, match in enumerate(found):
        end = found[position + 1].start() if position + 1 < len(found) else len(text)
        payload = text[match.end() : end].strip("\n")
        # A blank line ends a cue; the next one's number or name may stand in front of its times.
        payload = re.split(r"\n[ \t]*\n", payload, maxsplit=1)[0]
        if position + 1 < len(found) and re.search(r"\n[ \t]*\d+[ \t]*$", payload):
            payload = payload.rpartition("\n")[0]
        time = _clock(match["start"])
        voices = list(_VOICE.finditer(payload))
        if not voices:
            yield _Cue(time, None, _plain(payload))
            continue
        if before := _plain(payload[: voices[0].start()]):
            yield _Cue(time, None, before)
        for voice in voices:
            yield _Cue(time, _plain(voice["name"]), _plain(voice["words"]))


def _clock(code: str) -> str:
    """1:02:03.4, 02:03,400 -> 01:02:03, 00:02:03."""
    parts = [int(part) for part in re.split(r"[.,]", code)[0].split(":")]
    hours, minutes, seconds = [0] * (3 - len(parts)) + parts
    return f"{hours:02}:{minutes:02}:{seconds:02}"


def _plain(words: str) -> str:
    """Words without tags and entities; the lines of a cue joined as their language writes."""
    lines = [line.strip() for line in html.unescape(_TAG.sub("", words)).split("\n")]
    joined = ""
    for line in filter(None, lines):
        joined += (_glue(joined, line) if joined else "") + line
    return joined


def _glue(before: str, after: str) -> str:
    return "" if has_japanese(before[-1:] + after[:1]) or before[-1:] in "。、？！」" else " "


def _with_names(cues: list[_Cue]) -> Iterator[_Cue]:
    """The cues with the speakers that stand before a colon in their words (Zoom)."""
    if any(cue.speaker for cue in cues):
        yield from cues
        return
    heads = [match["name"].strip() if (match := _NAMED.match(cue.words)) else None for cue in cues]
    counts = Counter(head for head in heads if head)
    dense = sum(counts.values()) >= _MOST * len(cues)
    for cue, head in zip(cues, heads, strict=True):
        if head and _speaks(head, counts[head], dense):
            match = _NAMED.match(cue.words)
            yield _Cue(cue.time, head, match["words"].strip() if match else "")
        else:
            yield cue


def _speaks(head: str, count: int, dense: bool) -> bool:
    """Whether words before a colon are a speaker: an office, or a name that comes again."""
    plain = halfwidth(head)
    if fold(plain).isdigit() or plain.lower().startswith(("http", "note")):
        return False
    if names_office(plain):
        return True
    long = len(plain.split()) > 5 or (has_japanese(plain) and len(plain) > 12)
    capital = has_japanese(plain) or plain[:1].isupper()
    return not long and capital and not re.search(r"[、。,.!?]$", plain) and (count > 1 or dense)


def _without_repeats(cues: Iterator[_Cue]) -> Iterator[_Cue]:
    """The cues without the lines that rolling captions show again."""
    last = ""
    for cue in cues:
        words = cue.words
        if cue.speaker is None and last and words.startswith(last):
            words = words[len(last) :].strip()
        if words and not (cue.speaker is None and words == last):
            yield _Cue(cue.time, cue.speaker, words)
            last = cue.words


def _write(builder: DocumentBuilder, cues: list[_Cue]) -> None:
    speaker: str | None = None
    before = ""
    for cue in cues:
        builder.time(cue.time)
        if cue.speaker is not None and cue.speaker != speaker:
            builder.speech(cue.speaker, cue.words)
            speaker = cue.speaker
        elif before and (
            speaker is not None or not before.endswith(("。", ".", "？", "?", "！", "!"))
        ):
            builder.join(cue.words, _glue(before, cue.words))
        else:
            builder.paragraph(cue.words)
        before = cue.words
