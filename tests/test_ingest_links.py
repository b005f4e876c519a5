"""What documents say of each other: people over meetings, mentions, handouts, exchanges, addresses."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest import Attendee, Document, Handout, parse, passages
from ingest.directory import Directory, Meeting, committee_of
from ingest.mentions import mentions
from ingest.reader import find_files, read_bytes, read_document, read_source
from ingest.references import Reference, own_labels, resolve
from ingest.understanding import understanding


@pytest.mark.parametrize(
    ("title", "committee"),
    [
        ("令和６年度 第２回 澄浦市地域公共交通会議 会議録", "澄浦市地域公共交通会議"),
        ("令和6年度（2024年度）第1回 澄浦市地域公共交通会議 議事要旨", "澄浦市地域公共交通会議"),
        ("第12回澄浦市文化振興計画策定委員会　会議録", "澄浦市文化振興計画策定委員会"),
        ("青浜市環境審議会（第2回）議事録（要旨）", "青浜市環境審議会"),
        ("Minutes of the Harbour Trust", "harbourtrust"),
        (None, None),
    ],
)
def test_the_committee_of_a_title(title: str | None, committee: str | None) -> None:
    assert committee_of(title) == committee


SPRING, AUTUMN, NEXT = date(2024, 5, 1), date(2024, 10, 1), date(2025, 6, 1)


def directory(*meetings: tuple[date, list[Attendee]]) -> Directory:
    return Directory(Meeting("c", day, tuple(people)) for day, people in meetings)


def test_a_member_is_known_from_another_meeting_of_the_committee() -> None:
    known = directory((SPRING, [Attendee("森紀子", "委員"), Attendee("森田操", "会長")]))
    assert known.person("c", AUTUMN, "森委員") == "森紀子"
    assert known.person("c", AUTUMN, "森田会長") == "森田操"
    assert known.person("c", AUTUMN, "大森委員") is None
    assert known.person("other", AUTUMN, "森委員") is None
    assert known.person("c", AUTUMN, "森林課長") is None


def test_two_of_one_surname_over_the_years_are_nobody() -> None:
    known = directory((SPRING, [Attendee("原健", "委員")]), (NEXT, [Attendee("原聡子", "委員")]))
    assert known.person("c", AUTUMN, "原委員") is None
    assert known.person("c", SPRING, "原委員") == "原健"


def test_the_chair_is_who_held_the_chair_that_day() -> None:
    first, second = [Attendee("原健", "会長")], [Attendee("森紀子", "会長")]
    assert directory((SPRING, first)).person("c", AUTUMN, "会長") == "原健"
    assert directory((SPRING, first)).person("c", NEXT, "会長") is None
    assert directory((SPRING, first), (NEXT, first)).person("c", AUTUMN, "会長") == "原健"
    assert directory((SPRING, first), (NEXT, second)).person("c", AUTUMN, "会長") is None
    assert directory((SPRING, first)).person("c", AUTUMN, "委員") is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("【資料1】に基づき説明", [("資料1", None)]),
        ("資料２の３ページをご覧ください", [("資料2", 3)]),
        ("「資料２」のP.12に", [("資料2", 12)]),
        ("参考資料１、資料３－２（４頁）を参照", [("参考資料1", None), ("資料3-2", 4)]),
        ("別紙①のとおり", [("別紙1", None)]),
        ("資料No.5を", [("資料5", None)]),
        ("See Attachment B, page 4.", [("ATTACHMENT B", 4)]),
        ("資料を集める。資料館へ行く。", []),
    ],
)
def test_mentions(text: str, found: list[tuple[str, int | None]]) -> None:
    got = list(mentions(text, 0, len(text)))
    assert [(mention.label, mention.page) for mention in got] == found
    for mention in got:
        assert text[mention.start : mention.end].strip()


def test_a_mention_means_the_document_of_that_meeting() -> None:
    minutes = Reference("r6-2/minutes.txt", "第2回会議録", "2024-10-03", ())
    handouts = (Handout("資料1", "ごみ減量の計画（案）"), Handout("資料2", "アンケートの結果"))
    documents = [
        minutes,
        Reference("r6-2/shiryo1.pdf", None, None, ("資料1",)),
        Reference("r6-1/shiryo1.pdf", None, None, ("資料1",)),
        Reference("plans/survey.docx", "アンケートの結果について", None, ()),
    ]
    assert resolve("資料1", minutes, handouts, documents) == "r6-2/shiryo1.pdf"
    assert resolve("資料2", minutes, handouts, documents) == "plans/survey.docx"
    assert resolve("資料3", minutes, handouts, documents) is None
    twice = [*documents, Reference("r6-2/shiryo-1.docx", None, None, ("資料1",))]
    assert resolve("資料1", minutes, handouts, twice) is None


@pytest.mark.parametrize(
    ("name", "text", "labels"),
    [
        ("shiryo2.pdf", "計画の概要", ("資料2",)),
        ("令和6年度/資料１_計画.docx", "計画の概要", ("資料1",)),
        ("sankou-3.pdf", "図", ("参考資料3",)),
        ("plan.md", "資料４\n# 計画\n\n本文は資料１を見よ。", ("資料4",)),
        ("plan.md", "# 計画\n\n資料１のとおりである。", ()),
    ],
)
def test_what_a_document_calls_itself(name: str, text: str, labels: tuple[str, ...]) -> None:
    assert own_labels(parse(Document(name, text, "utf-8"))) == labels


EXCHANGES = """会議録
出席者：委員 森紀子、委員 原健
議事録
〔森委員〕
二点お尋ねしたい。図書館の休館日はなぜ増えたのか。
駐車場は何台分か。
〔原委員〕
同じく駐車場について聞きたい。
〔会長〕
事務局からお願いする。
〔図書館長〕
休館日は職員の研修のためである。
〔施設課長〕
駐車場は四十台分である。
〔森委員〕
案内板を増やしてほしい。
〔施設課長〕
来年度に三枚増やす。
〔会長〕
ほかにありませんか。
〔図書館長〕
次回の日程をお知らせする。
"""


def test_each_question_finds_its_answer_over_turns_between() -> None:
    record = parse(Document("a.txt", EXCHANGES, "utf-8"))
    text = record.document.text
    links = {(text[slice(*link.question)], text[slice(*link.answer)]) for link in record.exchanges}
    assert ("図書館の休館日はなぜ増えたのか。", "休館日は職員の研修のためである。") in links
    assert ("駐車場は何台分か。", "駐車場は四十台分である。") in links
    assert ("同じく駐車場について聞きたい。", "駐車場は四十台分である。") in links
    assert ("案内板を増やしてほしい。", "来年度に三枚増やす。") in links
    assert [turn.answers for turn in record.turns][-1] == ()
    found = {passage.text: passage for passage in passages(record)}
    answer = found["駐車場は四十台分である。"]
    assert set(answer.answers) == {0, 1}
    assert "駐車場は何台分か。" in answer.context
    assert found[text[slice(record.turns[1].start, record.turns[1].end)]].answered == (4,)


def test_the_address_of_the_original(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    plain = tmp_path / "sub" / "第1回.txt"
    plain.write_text("会議録\n〔原委員〕\nはい。\n", encoding="utf-8")
    marked = tmp_path / "b.md"
    marked.write_text("---\nurl: https://a.example/own\n---\n# 計画\n", encoding="utf-8")
    beside = tmp_path / "c.txt"
    beside.write_text("計画\n", encoding="utf-8")
    (tmp_path / "c.txt.url").write_text(
        "[InternetShortcut]\r\nURL=https://a.example/c.html\r\n", encoding="utf-8"
    )
    sources = {source.name: source for source in find_files(tmp_path).files}
    assert set(sources) == {"b.md", "c.txt", "sub/第1回.txt"}

    def url(name: str, base: str | None) -> str | None:
        return read_source(sources[name], read_bytes(sources[name]), base).url

    assert url("sub/第1回.txt", None) is None
    base = "https://city.example/kaigi/"
    assert url("sub/第1回.txt", base) == ("https://city.example/kaigi/sub/%E7%AC%AC1%E5%9B%9E.txt")
    assert url("b.md", base) == "https://a.example/own"
    assert url("c.txt", base) == "https://a.example/c.html"


def test_what_was_not_understood_is_said() -> None:
    record = parse(
        Document(
            "a.txt",
            "会議録\n出席者：委員 原健、委員 原聡子\n議事録\n〔原委員〕\nはい。\n〔謎の人々〕\nいいえ。\n〔事務局〕\n以上である。\n",
            "utf-8",
        )
    )
    figures = understanding(record)
    assert (figures.turns, figures.unknown, figures.unresolved) == (
        2,
        ("〔謎の人々〕",),
        ("原委員",),
    )
    assert figures.share > 0.8
    strange = understanding(parse(Document("b.txt", "きょうは晴れていた。\n" * 40, "utf-8")))
    assert (strange.turns, strange.share) == (0, 0.0)


def test_a_page_break_within_a_passage_is_kept() -> None:
    text = "会議録\n〔原委員〕\n一枚目の終わりで、\f二枚目に続く。\n〔事務局〕\nはい。\n"
    at = text.index("\f") + 1
    record = parse(Document("a.txt", text, "utf-8", pages=(0, at)))
    assert [turn.page for turn in record.turns] == [1, 2]
    crossing = next(p for p in passages(record) if p.place.turn == 0)
    assert (crossing.place.page, crossing.page_breaks) == (1, (at,))


@pytest.mark.parametrize(
    ("head", "collection"),
    [
        ("---\ncollection: closed\n---\n", "closed"),
        ("---\ntitle: 計画\nCollection : '人事'  # 委員のみ\n---\n", "人事"),
        ("---\nｃｏｌｌｅｃｔｉｏｎ：ｃｌｏｓｅｄ\n---\n", "closed"),
        ("---\r\ncollection: closed\r\n---\r\n", "closed"),
        ('---\n"collection": closed\n---\n', "closed"),
        # What is no name stays closed: None would open it.
        ("---\ncollection:\n---\n", ""),
        ("---\ncollection:\n  - a\n  - b\n---\n", ""),
        ("---\ncollection: [a, b]\n---\n", "[a, b]"),
        ("---\ncollection: closed\ncollection: public\n---\n", "closed, public"),
        ("---\ntitle: 計画\n---\ncollection: closed\n", None),
        ("collection: closed\n", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("name", ["a.md", "a.TXT", "a.markdown"])
def test_the_collection_of_a_document(
    name: str, head: str, collection: str | None, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes((head + "# 計画\n\n図書を増やす。\n").encode("utf-8-sig"))
    assert read_document(tmp_path / name).collection == collection
