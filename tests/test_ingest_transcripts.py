"""Real transcripts: the QMSum meetings, as text with colons and as captions with voices."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path

import pytest

from ingest import Document, parse
from ingest.formats import extract


@pytest.fixture
def meetings(shared: Path) -> list[list[tuple[str, str]]]:
    """For each meeting its turns: (speaker, words), those without words left out."""
    files = sorted((shared / "eval" / "qmsum").glob("*.json"))
    read = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return [
        [
            (" ".join(turn["speaker"].split()), " ".join(turn["content"].split()))
            for turn in meeting["meeting_transcripts"]
            if turn["content"].strip()
        ]
        for meeting in read
    ]


def counted(what: str, right: int, speakers: int, total: int) -> float:
    print(f"{what}: turns {right}/{total}, speakers {speakers}/{total}")
    return min(right, speakers) / total


def test_meetings_as_text_with_colons(meetings: list[list[tuple[str, str]]]) -> None:
    right = speakers = total = 0
    for turns in meetings:
        text = "\n".join(f"{speaker}: {words}" for speaker, words in turns) + "\n"
        got = [
            (turn.speaker, text[turn.start : turn.end])
            for turn in parse(Document("a.txt", text, "utf-8")).turns
        ]
        total += len(turns)
        right += len(set(enumerate(w for _, w in got)) & set(enumerate(w for _, w in turns)))
        speakers += len(set(enumerate(s for s, _ in got)) & set(enumerate(s for s, _ in turns)))
    assert counted("colons", right, speakers, total) > 0.99


def test_meetings_as_captions(meetings: list[list[tuple[str, str]]]) -> None:
    right = speakers = total = 0
    for turns in meetings:
        cues = [
            f"{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}.000 --> {at // 3600:02}:"
            f"{at // 60 % 60:02}:{at % 60:02}.900\n<v {speaker}>{escaped(words)}</v>\n"
            for at, (speaker, words) in enumerate(turns)
        ]
        document = extract(("WEBVTT\n\n" + "\n".join(cues)).encode(), "a.vtt", Path("a.vtt"))
        text = document.text
        got = [(turn.speaker, text[turn.start : turn.end]) for turn in parse(document).turns]
        wanted = [
            (speaker, " ".join(words for _, words in group))
            for speaker, group in groupby(turns, key=lambda turn: turn[0])
        ]
        total += len(wanted)
        right += len(set(enumerate(w for _, w in got)) & set(enumerate(w for _, w in wanted)))
        speakers += len(set(enumerate(s for s, _ in got)) & set(enumerate(s for s, _ in wanted)))
    assert counted("captions", right, speakers, total) > 0.99


def escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize(
    ("mark", "label"), [("[{}] ", "Ilse"), ("<{}> ", "Ilse"), ("**[{}]** ", "Ilse")]
)
def test_a_name_in_brackets_before_the_words(mark: str, label: str) -> None:
    """[Ilse] Right, week 38: with the roster it is somebody, without it a speaker all the same."""
    lines = [(label, "Right, week 38 of 61."), ("Tom", "We are three weeks behind.")] * 2
    spoken = "\n\n".join(mark.format(name) + words for name, words in lines)
    noted = "[Laughter] That was the end of it.\n\n[Laughter] And so on.\n"
    head = "Vault project\nTeam meeting 17, 4 November 2025\n"
    record = parse(Document("a.md", f"{head}In the room: Ilse Varga, Tom Hadley\n\n{spoken}\n\n{noted}", "utf-8"))  # fmt: skip
    turns = [(turn.speaker, turn.person) for turn in record.turns]
    assert turns == [("Ilse", "Ilse Varga"), ("Tom", "Tom Hadley")] * 2
    alone = parse(Document("a.md", f"{head}\n{spoken}\n", "utf-8"))
    assert [turn.speaker for turn in alone.turns] == ["Ilse", "Tom"] * 2


def test_an_arrow_behind_a_japanese_name() -> None:
    record = parse(
        Document(
            "a.txt",
            "桜台自治協議会　役員会　議事録\n日時　令和8年1月16日\n出席　貴船会長、水主副会長\n\n議題1　盆踊り\n"
            "貴船会長＞　昨年は650人でした。今年も続けます。\n\n水主副会長＞　やぐらは残しますか。\n\n貴船会長＞　倉庫に残します。\n",
            "utf-8",
        )
    )
    assert [(turn.speaker, turn.role) for turn in record.turns] == [
        ("貴船会長", "会長"), ("水主副会長", "副会長"), ("貴船会長", "会長"),
    ]  # fmt: skip
