"""Captions (.vtt, .srt) of Teams, Zoom, YouTube and others -> speeches with their time codes.

Consecutive cues of one speaker are one speech. The cues are read here and not by webvtt-py 0.6: it
refuses a .vtt without its first line and an .srt without numbers, gives one name for a cue of
several voices, takes a number that follows without a blank line for words, and loses what stands
behind a blank line within a cue.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from ingest.errors import UnreadableError
from ingest.formats.builder import DocumentBuilder
from ingest.formats.plain import decode
from ingest.offices import is_full_english_name, names_office
from ingest.people import is_person_name
from ingest.text import fold, halfwidth, has_japanese
from ingest.types import Document

_CODE = r"(?:\d{1,4}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
_TIMES = re.compile(rf"\s*(?P<start>{_CODE})\s*--?>\s*(?:{_CODE}.*)?$")
_NO_CUE = re.compile(r"(?:NOTE|STYLE|REGION|WEBVTT)(?:\s|$)")
_VOICE = re.compile(r"</v\s*>|<v(?:\.[^\s<>]*)?(?:\s(?P<name>[^<>]*))?>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<\d[\d:.]*>|</>|\{\\[^{}]*\}")
_NAMED = re.compile(
    r"[ \t\u3000]*(?:>>+|[\-–]+)?[ \t\u3000]*(?P<name>[^\s:：、。][^:：、。？！?!]{0,39}?)[ \t\u3000]*[:：](?!//)"
    r"(?P<words>(?!\d\d\b).*)$",
    re.DOTALL,
)
_DENSE = 0.5
"""Share of cues that begin with a name, above which a name that comes once is a speaker as well."""

_ROLLING = 0.3
"""Share of cues that show the line before again, above which captions are rolling ones."""

_LONGEST = 400
"""Characters of a paragraph of captions without full stops."""

_DASHES = ("- ", "– ", "— ", "-", "–")
_MOST_WORDS = 5
_STOPS = ("。", "．", ".", "？", "?", "！", "!", "」", "…")

# What a speaker says before a colon, again and again, without being called so.
_NO_NAMES = frozenset(
    """
    質問 回答 意見 結論 目的 理由 対応 方針 結果 概要 現状 課題 目標 補足 要望 論点 議題 対象 期間 場所 日時 参考 注 例
    note notes question questions answer answers q a action actions decision decisions summary next
    nextsteps actionitem actionitems conclusion agenda item example source total update warning
    music applause http https
    """.split()
)


@dataclass(frozen=True)
class _Cue:
    """What is said at a time; ``speaker`` is None where the cue names nobody."""

    start: int
    speaker: str | None
    lines: tuple[str, ...]

    @property
    def words(self) -> str:
        """The lines as one, joined as their language writes."""
        joined = ""
        for line in self.lines:
            joined += (_glue(joined, line) if joined else "") + line
        return joined


def extract(data: bytes, name: str, path: Path) -> Document:
    """The speeches of a caption file, or its sentences where it names no speaker.

    Raises:
        UnreadableError: it holds no cue, or is no text.
    """
    text, encoding = decode(data, path)
    cues = [part for start, lines in _blocks(text) for part in _voices(start, lines)]
    cues = sorted((cue for cue in cues if cue.lines), key=lambda cue: cue.start)
    if not cues:
        raise UnreadableError(f"{path}: no captions in it; mend: export it again as .vtt or .srt")
    if not any(cue.speaker for cue in cues):
        cues = _with_names([one for cue in _without_repeats(cues) for one in _dashed(cue)])
    builder = DocumentBuilder(name, encoding)
    _write(builder, cues)
    return builder.build()


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """(milliseconds, lines) of each cue in the order of the file."""
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    times = [(at, match) for at, line in enumerate(lines) if (match := _TIMES.match(line))]
    ends = [_begin(lines, at) for at, _ in times[1:]] + [len(lines)]
    for (at, match), end in zip(times, ends, strict=False):
        yield _milliseconds(match["start"]), list(_payload(lines[at + 1 : end]))


def _begin(lines: Sequence[str], at: int) -> int:
    """Where the cue with its times in line ``at`` begins: with the number or name above, if any."""
    above = lines[at - 1].strip()
    if not above:
        return at
    # Behind a blank line any words are the name of the cue; some tools leave the line out.
    apart = not lines[at - 2].strip()
    counted = above.isdecimal() and _TIMES.match(lines[at - 2]) is None
    return at - 1 if apart or counted else at


def _payload(lines: Sequence[str]) -> Iterator[str]:
    """The words of a cue, without the blocks that stand between it and the next."""
    skipped = False
    # Directly below the times even NOTE is said.
    for above, line in pairwise(["-->", *lines]):
        if not line.strip():
            skipped = False
        elif not above.strip() and _NO_CUE.match(line):
            skipped = True
        if not skipped:
            yield line


def _milliseconds(code: str) -> int:
    whole, _, rest = code.replace(",", ".").partition(".")
    parts = [int(part) for part in whole.split(":")]
    hours, minutes, seconds = [0] * (3 - len(parts)) + parts
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int(rest.ljust(3, "0"))


def _clock(milliseconds: int) -> str:
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}"


def _voices(start: int, lines: Sequence[str]) -> Iterator[_Cue]:
    """The voices of a cue in their order; words outside of them belong to nobody."""
    text = "\n".join(lines)
    speaker: str | None = None
    begin = 0
    for match in _VOICE.finditer(text):
        yield _Cue(start, speaker, _plain(text[begin : match.start()]))
        speaker = " ".join(_plain(match["name"] or "")) or None
        begin = match.end()
    yield _Cue(start, speaker, _plain(text[begin:]))


def _plain(words: str) -> tuple[str, ...]:
    """The lines of words without tags and entities."""
    plain = html.unescape(_TAG.sub("", words)).replace("\u200b", "").replace("\xa0", " ")
    lines = (line.strip() for line in plain.split("\n"))
    return tuple(line for line in lines if line)


def _glue(before: str, after: str) -> str:
    """What stands between words that two cues part."""
    if _is_wide(before[-1:]) and _is_wide(after[:1]):
        return ""
    return "" if before[-1:] in "、。，．」』）？！" or after[:1] in "、。，．」』）？！" else " "


def _is_wide(character: str) -> bool:
    return has_japanese(character) or "\u3000" <= character <= "\u30ff" or "\uff01" <= character <= "\uff5e"  # fmt: skip


def _without_repeats(cues: list[_Cue]) -> list[_Cue]:
    """The cues without the lines that rolling captions (YouTube) show again."""
    pairs = list(pairwise(cues))
    repeats = sum(after.lines[0].startswith(before.lines[-1]) for before, after in pairs)
    if repeats < max(2, _ROLLING * len(cues)):
        return cues
    kept = cues[:1]
    for before, after in pairs:
        lines = list(after.lines)
        shown = next(n for n in range(len(lines), -1, -1) if before.lines[-n:] == after.lines[:n] or not n)  # fmt: skip
        lines = lines[shown:]
        # A line that grows: only what is new of it.
        if lines and not shown and lines[0].startswith(before.lines[-1]):
            lines[0] = lines[0][len(before.lines[-1]) :].strip()
        if any(lines):
            kept.append(replace(after, lines=tuple(filter(None, lines))))
    return kept


def _dashed(cue: _Cue) -> list[_Cue]:
    """A cue in the voices that it sets below each other behind dashes."""
    if len(cue.lines) < 2 or not all(line.startswith(_DASHES) for line in cue.lines):
        return [cue]
    return [replace(cue, lines=(line.lstrip("-–— "),)) for line in cue.lines]


def _with_names(cues: list[_Cue]) -> list[_Cue]:
    """The cues with the speakers that stand before a colon in their words (Zoom)."""
    found = [_NAMED.match("\n".join(cue.lines)) for cue in cues]
    heads = [" ".join(match["name"].split()) if match else "" for match in found]
    counts = Counter(head for head in heads if _may_be_name(head))
    dense = sum(counts.values()) >= _DENSE * len(cues)
    speakers = {head for head, count in counts.items() if _speaks(head, count, dense)}
    return [
        replace(cue, speaker=head, lines=_plain(match["words"]))
        if match and head in speakers
        else cue
        for cue, match, head in zip(cues, found, heads, strict=True)
    ]


def _may_be_name(head: str) -> bool:
    plain = halfwidth(head)
    if not any(map(str.isalpha, plain)) or fold(plain) in _NO_NAMES:
        return False
    if has_japanese(plain):
        return True
    words = plain.split()
    return len(words) <= _MOST_WORDS and (plain[0].isupper() or not plain.isascii())


def _speaks(head: str, count: int, dense: bool) -> bool:
    """Whether words before a colon are a speaker: an office, or a name where names stand so."""
    plain = halfwidth(head)
    named = is_person_name(plain) if has_japanese(plain) else is_full_english_name(plain)
    if dense:
        return named or count > 1 or names_office(plain)
    return names_office(plain) or (named and count > 1)


def _write(builder: DocumentBuilder, cues: Sequence[_Cue]) -> None:
    speaker: str | None = None
    before = ""
    length = 0
    shown = ""
    for cue in cues:
        words, clock = cue.words, _clock(cue.start)
        if clock != shown:
            builder.time(clock)
            shown = clock
        open_sentence = not before.endswith(_STOPS) and length + len(words) <= _LONGEST
        if cue.speaker is not None and fold(cue.speaker) != fold(speaker or ""):
            builder.speech(cue.speaker, words)
            speaker, length = cue.speaker, 0
        elif before and (speaker is not None or open_sentence):
            builder.join(words, _glue(before, words))
        else:
            builder.paragraph(words)
            length = 0
        before, length = words or before, length + len(words)
