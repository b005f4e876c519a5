"""Captions: speakers, times, and what is no caption."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from ingest.errors import IngestError, UnreadableError
from ingest.formats import extract
from ingest.reader import read_document
from ingest.types import Document

Result = TypeVar("Result")

Result = TypeVar("Result")
GOLDEN = Path(__file__).parent / "golden"
SLUGS = (
    "html-main-navigation.html", "html-old-tables.html", "html-speaker-table.html", "srt-english-names.srt",
    "vtt-teams-training.vtt", "vtt-voices-in-a-cue.vtt", "vtt-zoom-offices.vtt",
)  # fmt: skip


def read(source: str | bytes, name: str = "a.html") -> Document:
    data = source if isinstance(source, bytes) else source.encode()
    return extract(data, name, Path(name))


def speeches(document: Document) -> list[tuple[str, str, str | None]]:
    """(speaker, words, time of the label)."""
    text = document.text
    return [
        (
            text[slice(*speech.label)],
            text[speech.start : speech.end],
            document.time(speech.label[0]),
        )
        for speech in document.speeches
    ]


def test_voices_of_teams() -> None:
    found = speeches(
        read(
            "WEBVTT\n\nSTYLE\n::cue { color: red }\n\nNOTE 控え\n二行目\n\n9b1c/12-0\n"
            "00:01.000 --> 00:02.000 line:0 position:20%\n<v.loud 山田 太郎>始め</v>\n"
            "<v 佐藤&amp;花子>は<c.x>い</c>、<00:00:01.500>\nそうです</v>\n\n9b1c/13-0\n"
            "00:00:03.000 --> 00:00:04.000\n<v 佐藤&amp;花子>続き&lt;注&gt;\n\nREGION\nid:a\n\n"
            "101:00:05.000 --> 101:00:06.000\n<v 山田 太郎>終わり</v>です\n",
            "a.vtt",
        )
    )
    assert found == [
        ("山田 太郎", "始め", "00:00:01"),
        ("佐藤&花子", "はい、そうです続き<注>", "00:00:01"),
        ("山田 太郎", "終わりです", "101:00:05"),
    ]


def test_each_cue_keeps_its_time() -> None:
    document = read_document(GOLDEN / "vtt-teams-training.vtt")
    for words, code in [
        ("始めます", "00:00:03"), ("まず会場", "00:00:07"), ("雨の場合", "00:00:18"), ("では、これで", "01:02:10"),
    ]:  # fmt: skip
        assert document.time(document.text.index(words)) == code
    assert document.time(document.text.index("西村 拓海")) == "00:00:13"


def test_names_before_a_colon() -> None:
    found = speeches(
        read(
            "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n山田 太郎: 始めます。\n\n"
            "2\n00:00:03.000 --> 00:00:04.000\n資料は\n\n3\n00:00:05.000 --> 00:00:06.000\n三枚です。\n\n"
            "4\n00:00:07.000 --> 00:00:08.000\nグエン： はい\n\n"
            "5\n00:00:09.000 --> 00:00:10.000\n山田 太郎: 結論: 可\n\n"
            "6\n00:00:11.000 --> 00:00:12.000\nグエン: 10:30まで\n\n"
            "7\n00:00:13.000 --> 00:00:14.000\n10:45から\n\n"
            "8\n00:00:15.000 --> 00:00:16.000\nhttps://a.example/x を\n",
            "a.vtt",
        )
    )
    assert found == [
        ("山田 太郎", "始めます。資料は三枚です。", "00:00:01"),
        ("グエン", "はい", "00:00:07"),
        ("山田 太郎", "結論: 可", "00:00:09"),
        ("グエン", "10:30まで 10:45から https://a.example/x を", "00:00:11"),
    ]


def test_a_colon_that_is_no_speaker() -> None:
    document = read(
        "WEBVTT\n\n00:01.000 --> 00:02.000\n次の点を確認します。\n\n00:03.000 --> 00:04.000\n"
        "結論: 進めます。\n\n00:05.000 --> 00:06.000\n結論: もう一度\n\n00:07.000 --> 00:08.000\n"
        "言います。\n\n00:09.000 --> 00:10.000\nAction item: none.\n",
        "a.vtt",
    )
    assert not document.speeches
    assert document.text == (
        "次の点を確認します。\n結論: 進めます。\n結論: もう一度言います。\nAction item: none.\n"
    )
    assert document.time(document.text.index("言います")) == "00:00:07"


def test_an_office_is_a_speaker_wherever_it_stands() -> None:
    found = read(
        "1\n00:00:01,000 --> 00:00:02,000\nそれでは\n\n2\n00:00:03,000 --> 00:00:04,000\nどうぞ\n\n"
        "3\n00:00:05,000 --> 00:00:06,000\n田中委員：何件ですか\n\n4\n00:00:07,000 --> 00:00:08,000\nまた\n",
        "a.srt",
    )
    assert speeches(found) == [("田中委員", "何件ですかまた", "00:00:05")]


def test_rolling_captions_are_kept_once() -> None:
    rolling = (
        "WEBVTT\nKind: captions\nLanguage: en\n\n"
        "00:00:00.000 --> 00:00:02.000 align:start\n \nhello<00:00:00.500><c> and</c><c> welcome</c>\n\n"
        "00:00:02.000 --> 00:00:02.010\nhello and welcome\n \n\n"
        "00:00:02.010 --> 00:00:04.000\nhello and welcome\nto<00:00:02.500><c> the</c><c> show</c>\n\n"
        "00:00:04.000 --> 00:00:04.010\nto the show\n \n\n"
        "00:00:04.010 --> 00:00:06.000\nto the show\neverybody.\n"
    )
    document = read(rolling, "a.vtt")
    assert document.text == "hello and welcome to the show everybody.\n"
    assert document.time(document.text.index("everybody")) == "00:00:04"


def test_words_said_twice_stay() -> None:
    cues = [f"00:0{n}.000 --> 00:0{n}.500\n{words}\n" for n, words in enumerate(
        ["はい。", "はい。", "議題に入ります。", "資料をどうぞ。", "質問はありますか。", "ないようです。", "終わります。", "拍手。"]
    )]  # fmt: skip
    assert read("WEBVTT\n\n" + "\n".join(cues), "a.vtt").text.startswith("はい。\nはい。\n議題")


def test_captions_without_stops_do_not_become_one_paragraph() -> None:
    cues = [f"{n}\n00:{n // 60:02}:{n % 60:02},000 --> 01:00:00,000\nand so on and on\n" for n in range(200)]  # fmt: skip
    assert max(map(len, read("\n".join(cues), "a.srt").text.splitlines())) < 500


@pytest.mark.parametrize(
    "source",
    [
        "00:01.000 --> 00:02.000\n会長: 一\n\n00:03.000 --> 00:04.000\n会長: 二\n",
        "\ufeffWEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\n会長: 一\r\n\r\n00:03.000 --> 00:04.000\r\n二\r\n",
        "1\r00:00:01,000 --> 00:00:02,000\r会長: 一\r2\r00:00:03,000 --> 00:00:04,000\r二",
        "00:00:01,000 --> 00:00:02,000\n会長: 一\n00:00:03,000 --> 00:00:04,000\n二\n",
        "2\n00:00:03,000 --> 00:00:09,000\n会長: 二\n\n1\n00:00:01,000 --> 00:00:08,000\n会長: 一\n",
        "1\n00:00:01,000 --> 00:00:02,000\n\n会長: 一\n\n2\n00:00:03,000 --> 00:00:04,000\n{\\an8}<i>二</i>\n",
        "WEBVTT\n\n1\n00:01.000 --> 00:02.000\n会長: 一\n\n2\n00:02.000 --> 00:02.500\n\n3\n00:03.000 --> 00:04.000\n二",
    ],
)
def test_malformed_captions(source: str) -> None:
    assert speeches(read(source, "a.vtt")) == [("会長", "一二", "00:00:01")]
    assert read(source, "a.vtt").time(5) == "00:00:03"


@pytest.mark.parametrize("source", ["WEBVTT\n", "WEBVTT\n\nNOTE nothing\n", "text", "WEBVTT\n\n00:01.000 --> 00:02.000\n\n"])  # fmt: skip
def test_no_cue(source: str) -> None:
    with pytest.raises(UnreadableError, match=r"no captions in it; mend: \S+"):
        read(source, "a.vtt")


def refused_in_one_line(action: Callable[[], Result]) -> Result | None:
    try:
        return action()
    except IngestError as error:
        message = str(error)
    assert "\n" not in message
    assert "; mend: " in message
    return None


@pytest.mark.parametrize("slug", SLUGS)
def test_broken_bytes_are_read_or_refused_in_one_line(slug: str) -> None:
    data = (GOLDEN / slug).read_bytes()
    chance = random.Random(slug)
    for _ in range(60):
        broken = bytearray(data[: chance.randrange(len(data))])
        for _ in range(chance.randrange(20)):
            if broken:
                broken[chance.randrange(len(broken))] = chance.randrange(256)
        document = refused_in_one_line(lambda: extract(bytes(broken), slug, Path(slug)))  # noqa: B023
        if document is None:
            continue
        for speech in document.speeches:
            assert 0 <= speech.label[0] < speech.label[1] <= speech.start <= speech.end
            assert speech.end <= len(document.text)
