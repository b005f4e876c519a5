"""Reading of records: what is understood, and that nothing is lost."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ingest import Document, Kind, Record, parse, passages, read_document
from ingest.passages import MAX_CHARACTERS
from ingest.text import fold
from tests.conftest import FIRST, PLAN, REPOSITORY, SECOND, SHARED
from tests.strategies import Made, minutes

FILES = sorted(
    path
    for folder in (REPOSITORY / "examples", SHARED / "minutes")
    if folder.is_dir()
    for path in folder.iterdir()
    if path.suffix in (".txt", ".md")
)


def read(text: str) -> Record:
    return parse(Document("a.txt", text, "utf-8"))


def holds_the_rules(record: Record) -> None:
    """Offsets, losslessness, and no passage across speakers."""
    text = record.document.text
    spans = [*record.labels]
    spans += [(turn.start, turn.end) for turn in record.turns if turn.start < turn.end]
    spans += [(section.start, section.end) for section in record.sections]
    spans.sort()
    position = 0
    for start, end in spans:
        assert position <= start < end <= len(text), "spans overlap or leave the text"
        assert not text[position:start].strip(), f"lost: {text[position:start]!r}"
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip(), f"lost: {text[position:]!r}"
    if len(record.labels) != len(record.turns):
        # Where sentences tell who says them, only marks and joining words stand before them.
        marks = {text[start:end] for start, end in record.labels}
        told = [fold(text[turn.start : turn.end]) for turn in record.turns]
        assert all(
            fold(t.speaker) in said or "同" in said
            for t, said in zip(record.turns, told, strict=True)
        )
        assert all(re.fullmatch(r"[^\w「」。]+|[;,]? ?(?:and|but|to which|while|whereupon)|[(（]?\w{1,2}[)）.．]", mark) for mark in marks)  # fmt: skip

    bounds = {turn.index: (turn.start, turn.end) for turn in record.turns}
    joined: dict[int, str] = {}
    for passage in passages(record):
        place = passage.place
        assert text[place.start : place.end] == passage.text == passage.text.strip()
        assert 0 < len(passage.text) <= MAX_CHARACTERS
        if place.turn is not None:
            start, end = bounds[place.turn]
            assert start <= place.start < place.end <= end
            joined[place.turn] = joined.get(place.turn, "") + "".join(passage.text.split())
    for index, (start, end) in bounds.items():
        assert joined.get(index, "") == "".join(text[start:end].split())
    keys = [passage.key for passage in passages(record)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_the_rules_hold_on_every_file(path: Path) -> None:
    holds_the_rules(parse(read_document(path)))


@hypothesis_settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(minutes())
def test_generated_minutes_are_understood(made: Made) -> None:
    record = read(made.text)
    holds_the_rules(record)
    got = [(t.speaker, t.person, t.agenda, made.text[t.start : t.end]) for t in record.turns]
    assert got == made.turns
    assert record.date == date(2024, 9, 17)
    assert record.place == "市役所"
    assert [person.name for person in record.attendees] == made.names


PIECES = ["〔", "〕", "【", "】", "[", "]", "（", "）", "委員", "会長", "資料１", "議事（1）", "について", "\n",
          "\n\n", "。", "か。", " ", "　", "1 日 時", "# ", "## 議題1 ", "第1章 ", "出席者：", "森", "森田", "a", "\r\n",
          "\x00", "\ufeff", "○", "①", "令和5年7月31日", "|", "```",
          "議事要旨\n", "森委員から、", "森田課長は、", "との質問があり、", "と答えた。", "・", "同委員は、", "説明した。"]  # fmt: skip


@hypothesis_settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@example("〔森委員〕")
@example("〔森委員〕\n〔森田委員〕\n")
@example("〔\n" * 50)
def test_anything_at_all_keeps_the_rules(text: str) -> None:
    holds_the_rules(read(text))


@pytest.mark.parametrize(
    "text",
    ["か" * 60_000, "（" * 30_000, "1 " * 30_000, "第1章\n" * 8_000, "〔委員〕\n" * 8_000,
     "【" * 20_000 + "】" * 20_000, "令和" * 20_000, "0-" * 30_000, "、" * 50_000 + "か。",
     "議事要旨\n" + "森委員は、港だと述べた。" * 3 + "、森委員は" * 20_000 + "と述べた。"],
    ids=["one line", "brackets", "digits", "chapters", "labels", "nested", "eras", "dashes", "commas", "tellers"],
)  # fmt: skip
def test_strange_texts_end_soon(text: str) -> None:
    record = read(text)
    assert sum(len(passage.text) for passage in passages(record)) <= len(text)


def test_the_real_minutes(shared: Path) -> None:
    record = parse(read_document(shared / "minutes" / "kumamoto-reform-2023-1.txt"))
    assert (record.kind, record.date, record.place) == (
        Kind.MINUTES,
        date(2023, 7, 31),
        "オンライン開催",
    )
    assert len(record.turns) == 31
    assert [item.number for item in record.agenda] == ["1", "2", "3"]
    assert [handout.label for handout in record.handouts] == [
        "資料1", "資料2", "資料3", "参考資料1", "参考資料2",
    ]  # fmt: skip
    people = {turn.speaker: turn.person for turn in record.turns}
    assert people == {
        "澤田会長": "澤田道夫", "八幡委員": "八幡彩子", "森委員": "森紀子", "森田委員": "森田操",
        "加藤委員": "加藤貴司", "奥沢委員": "奥沢明", "改革プロジェクト推進課長": None,
        "情報政策課長": None, "デジタル戦略課長": None,
    }  # fmt: skip
    roles = {person.name: person.role for person in record.attendees}
    assert (roles["澤田道夫"], roles["八幡彩子"], roles["倉本佐織"]) == ("会長", "副会長", "委員")
    titles = [item.title for item in record.agenda]
    agendas = [turn.agenda for turn in record.turns]
    assert [agendas.count(title) for title in titles] == [18, 6, 6]
    assert agendas[-1] == "総括"
    text = record.document.text
    answered = {e.answered: text[slice(*e.question)] for e in record.exchanges}
    assert answered[13].endswith("正規職員か、非正規職員も含むのか。")
    assert "効果測定はどのように行っているか" in answered[11]
    # Two points of one member go to two offices.
    assert [e.answered for e in record.exchanges if e.asked == 7] == [8, 9]


def test_brackets_mixed_within_a_file() -> None:
    record = read(FIRST)
    assert [turn.speaker for turn in record.turns] == [
        "図書館長", "原田委員", "図書館長", "原会長", "五十嵐委員", "原田委員", "図書館長", "森下委員",
    ]  # fmt: skip
    assert [turn.agenda for turn in record.turns] == ["開館時間の延長について"] * 5 + [
        "電子図書の導入について"
    ] * 3
    assert {turn.speaker: turn.person for turn in record.turns} == {
        "図書館長": None, "原田委員": "原田健", "原会長": "原聡子", "五十嵐委員": "五十嵐誠", "森下委員": "森下由美",
    }  # fmt: skip


def test_markdown_minutes() -> None:
    record = read(SECOND)
    assert record.title == "令和6年度 第2回 青浜市図書館協議会 議事録"
    assert [(p.name, p.role) for p in record.attendees] == [("原聡子", "会長"), ("原田健", "委員")]
    assert {turn.agenda for turn in record.turns} == {"電子図書の利用状況について"}


def test_a_plan_by_its_headings() -> None:
    record = read(PLAN)
    assert (record.kind, record.turns, record.title) == (Kind.PLAN, (), "青浜市読書推進計画")
    assert [section.path for section in record.sections] == [
        ("青浜市読書推進計画",),
        ("青浜市読書推進計画", "第1章 基本方針"),
        ("青浜市読書推進計画", "第1章 基本方針", "1-1 誰でも読める環境"),
        ("青浜市読書推進計画", "第2章 指標"),
    ]
    assert passages(record)[0].place.speaker is None


def test_a_plan_in_plain_text() -> None:
    text = (
        "青浜市みどりの計画\n\n第1章 目的\n\n緑を守る。\n\n第1節 対象\n\n市の全域とする。\n\n(1) 公園\n\n"
        "公園を増やす。\n\n【担当課】\n公園課\n\n第2章 指標\n\n1. 樹木\n2. 草花\n3. 水辺\n"
    )
    record = read(text)
    assert record.kind is Kind.PLAN
    assert [section.path for section in record.sections] == [
        (),
        ("第1章 目的",),
        ("第1章 目的", "第1節 対象"),
        ("第1章 目的", "第1節 対象", "(1) 公園"),
        ("第2章 指標",),
    ]
    holds_the_rules(record)


def test_a_document_in_no_known_style() -> None:
    record = read("きょうは晴れていた。\n\n散歩をした。\n")
    assert [section.path for section in record.sections] == [()]
    holds_the_rules(record)


@pytest.mark.parametrize(
    "line",
    ["【資料1】", "【資料１】に基づき説明", "〔「異議なし」と呼ぶ者あり〕", "（拍手）", "【別紙】", "［参考資料２］",
     "〔休憩〕", "（総括）", "[1]", "【重点】", "（注）", "【図1】"],
)  # fmt: skip
def test_what_is_no_speaker(line: str) -> None:
    record = read(f"〔原委員〕\n始める。\n{line}\n続ける。\n〔原田委員〕\n終わる。\n")
    assert [turn.speaker for turn in record.turns] == ["原委員", "原田委員"]


@pytest.mark.parametrize(
    ("label", "person", "role"),
    [
        ("森委員", "森紀子", "委員"),
        ("森田委員", "森田操", "委員"),
        ("大森委員", None, "委員"),
        ("会長", "澤田道夫", "会長"),
        ("澤田会長", "澤田道夫", "会長"),
        ("会長　澤田道夫", "澤田道夫", "会長"),
        ("澤田道夫会長", "澤田道夫", "会長"),
        ("委員", None, "委員"),
        ("総務課長", None, "総務課長"),
        ("佐藤課長", None, "課長"),
        ("事務局（森田）", None, "事務局"),
        ("事務局", None, "事務局"),
    ],
)
def test_who_a_label_means(label: str, person: str | None, role: str) -> None:
    header = "議事録\n\n日時：令和5年7月31日\n出席者：会長 澤田道夫、委員 森紀子、委員 森田操\n\n議事録\n\n"
    record = read(f"{header}〔{label}〕\n発言した。\n〔事務局〕\n承知した。\n")
    turn = record.turns[0]
    assert (turn.speaker, turn.person, turn.role) == (label, person, role)


def test_two_of_one_surname_are_nobody() -> None:
    header = "議事録\n出席者：委員 原聡子、委員 原健\n議事録\n"
    record = read(f"{header}〔原委員〕\n一。\n〔原聡子委員〕\n二。\n")
    assert [turn.person for turn in record.turns] == [None, "原聡子"]


def test_an_absent_member_is_known_as_absent() -> None:
    record = read(
        "議事録\n出席委員：原聡子\n欠席委員：原田健\n議事録\n〔原委員〕\n一。\n〔事務局〕\n二。\n"
    )
    assert [(p.name, p.present) for p in record.attendees] == [("原聡子", True), ("原田健", False)]


@pytest.mark.parametrize(
    "line", ["原聡子@会長", "原@ （会長）", "@", "（会長）", "会長@", "\ue001原 会長"]
)
def test_strange_lists_of_people_do_no_harm(line: str) -> None:
    record = read(f"議事録\n出席者：{line}、森紀子\n議事録\n〔森委員〕\n一。\n〔事務局〕\n二。\n")
    assert record.attendees[-1].name == "森紀子"
    holds_the_rules(record)


def test_english_minutes() -> None:
    record = read(
        "Minutes of the Library Committee\n\nDate: 20 November 2024\nPlace: Town Hall\n"
        "Members present: Ann Hayase (Chair), Bo Hara\nAgenda:\n1. Opening hours\n\nMinutes\n\n"
        "1. Opening hours\n\n[Chair Hayase]\nWho has seen Document 1?\n\n[Hara]\nI have.\n"
        "\n[Director of Libraries]\nIt was sent in May.\n"
    )
    assert (record.date, record.place) == (date(2024, 11, 20), "Town Hall")
    assert [(t.speaker, t.person, t.agenda) for t in record.turns] == [
        ("Chair Hayase", "Ann Hayase", "Opening hours"),
        ("Hara", "Bo Hara", "Opening hours"),
        ("Director of Libraries", None, "Opening hours"),
    ]


def test_words_behind_a_label_on_its_line() -> None:
    record = read(
        "議事録\n〔原委員〕開館時間は延びるのか。\n〔館長〕延びる。\n【市長】の見解は別に示す。\n"
    )
    text = record.document.text
    assert [(t.speaker, text[t.start : t.end]) for t in record.turns] == [
        ("原委員", "開館時間は延びるのか。"),
        ("館長", "延びる。\n【市長】の見解は別に示す。"),
    ]


def test_a_long_turn_is_divided_at_sentences() -> None:
    sentence = "図書館の開館時間について、市民から多くの意見をいただいた。"
    record = read(f"議事録\n〔原委員〕\n{sentence * 60}\n〔館長〕\nはい。\n")
    parts = [p for p in passages(record) if p.place.turn == 0]
    assert len(parts) > 3
    assert all(part.text.endswith("。") for part in parts)
    assert [part.key for part in parts][:2] == ["t0.0", "t0.1"]
    holds_the_rules(record)


COLUMNS = """平成三十年度第２回　白波町まちづくり審議会会議録

１　開催日時　平成三十年十月三日（水曜日）午後一時三十分から
２　開催場所　白波町役場三階会議室
３　出席者
　　委員長　　山田　太郎
　　副委員長　鈴木　花子
　　委　員　　田中　一郎　　林　次郎
　　　　　　　林田　三郎
　　事務局　　企画課長、企画係長
４　欠席者　　小林　四郎
５　議題
　（1）総合計画（素案）について
　（2）その他
６　議事の概要

（1）総合計画（素案）について

### 〔企画課長〕
資料１により説明した。

**〔田中委員〕**
人口の見通しはどうなっているか。

〔企画課長〕平成42年に1万2千人を見込んでいる。

〔林委員〕
・子どもの数を増やす施策が見えない。
・空き家の活用も考えてほしい。

〔小林委員〕
欠席のはずの委員である。

（2）その他

〔山田委員長〕
ほかにないか。

〔全員〕
なし。
"""

ELECTED = """○青葉市環境審議会議事録（要旨）
日時　　令和元年５月１日（水）10:00～11:30
場所　　市民会館
出席委員　大森会長、森委員、原委員
（事務局：環境課長　渡辺、主査　佐々木）
１．開会
２．委員長の選出について
　田中委員を委員長に、佐藤委員を副委員長に選出した。
３．議事
(1) ごみ減量について

【事務局】
（資料1を説明）
【森委員】
ごみ袋の値段はいくらか。
【事務局　渡辺】
45リットルで30円である。
【会長】
では、原案のとおり承認する。
"""


def test_names_in_columns_kanji_dates_and_markdown_labels() -> None:
    record = read(COLUMNS)
    holds_the_rules(record)
    assert (record.date, record.place) == (date(2018, 10, 3), "白波町役場三階会議室")
    assert [(p.name, p.role, p.present) for p in record.attendees] == [
        ("山田太郎", "委員長", True), ("鈴木花子", "副委員長", True), ("田中一郎", "委員", True),
        ("林次郎", "委員", True), ("林田三郎", "委員", True), ("小林四郎", None, False),
    ]  # fmt: skip
    assert [(t.speaker, t.person, t.agenda) for t in record.turns] == [
        ("企画課長", None, "総合計画（素案）について"),
        ("田中委員", "田中一郎", "総合計画（素案）について"),
        ("企画課長", None, "総合計画（素案）について"),
        ("林委員", "林次郎", "総合計画（素案）について"),
        ("小林委員", "小林四郎", "総合計画（素案）について"),
        ("山田委員長", "山田太郎", "その他"),
    ]


def test_a_chair_without_a_name_and_an_agenda_that_opens_the_record() -> None:
    record = read(ELECTED)
    holds_the_rules(record)
    assert record.date == date(2019, 5, 1)
    assert [(t.speaker, t.person, t.role) for t in record.turns] == [
        ("事務局", None, "事務局"),
        ("森委員", "森", "委員"),
        ("事務局　渡辺", None, "事務局"),
        ("会長", "大森", "会長"),
    ]
    assert {turn.agenda for turn in record.turns} == {"ごみ減量について"}


FLOOR = """白波町バイパス説明会　会議録

日時：令和7年5月15日（木）18時30分
場所：白波町役場

都市計画課長：道路の説明をします。

参加者Ａ：用地はいつ買うのですか。

都市計画課長：来年度です。

住民1：騒音が心配です。
"""

NAMED_IN_BRACKETS = """白波町予算委員会　会議録

日時：令和7年5月15日（木）
場所：白波町役場

○委員長（大村進）　開会します。本日の議題は予算です。

○委員（小峰浩）　プールは何人が使いましたか。

○スポーツ課長（谷実）　2万人です。

○委員（戸倉修君）
改修はいつですか。
"""


def test_speakers_from_the_floor_and_those_named_in_brackets() -> None:
    floor, named = read(FLOOR), read(NAMED_IN_BRACKETS)
    holds_the_rules(floor)
    holds_the_rules(named)
    assert [t.speaker for t in floor.turns] == ["都市計画課長", "参加者Ａ", "都市計画課長", "住民1"]
    assert [(t.speaker, t.person) for t in named.turns] == [
        ("委員長（大村進）", "大村進"),
        ("委員（小峰浩）", "小峰浩"),
        ("スポーツ課長（谷実）", None),
        ("委員（戸倉修君）", "戸倉修"),
    ]


SURNAMES = """Garrick County Board of Commissioners
Minutes of the Regular Meeting

Date: March 4, 2025
Present: Ann Tolliver (Chair), Mark Beasley, Ruth Ocampo
Absent: Dale Finch
Also attending: Gwen Park, County Engineer

TOLLIVER: Good evening. Let's start with the bridge.

PARK: The bridge will cost 2.3 million dollars, and it closes in June.

BEASLEY: Why June?

PARK: Because the river is low then.
"""

ASKED_BY = """令和7年第2回白波町議会　会議録概要

日時　令和7年6月10日
出席　山田議長、滝沢議員、岡野議員（欠席　小林議員）

問（滝沢議員）　学校給食の無償化はいつ始めるのか。

答（教育長）　令和8年4月から始める。

問（岡野議員）　財源はどうするのか。
"""


def test_those_who_attend_besides_are_not_absent_and_speak_by_their_surnames() -> None:
    record = read(SURNAMES)
    holds_the_rules(record)
    assert [(p.name, p.present) for p in record.attendees] == [
        ("Ann Tolliver", True), ("Mark Beasley", True), ("Ruth Ocampo", True), ("Dale Finch", False),
    ]  # fmt: skip
    assert [(t.speaker, t.person) for t in record.turns] == [
        ("TOLLIVER", "Ann Tolliver"), ("PARK", "Gwen Park"),
        ("BEASLEY", "Mark Beasley"), ("PARK", "Gwen Park"),
    ]  # fmt: skip


def test_who_asks_in_brackets_and_who_is_absent_in_brackets() -> None:
    record = read(ASKED_BY)
    holds_the_rules(record)
    assert [turn.speaker for turn in record.turns] == ["滝沢議員", "教育長", "岡野議員"]
    assert [(p.name, p.present) for p in record.attendees] == [
        ("山田", True), ("滝沢", True), ("岡野", True), ("小林", False),
    ]  # fmt: skip


def test_headings_with_a_line_under_them() -> None:
    record = read(
        "# 緑化計画\n\n1. 現状\n======\n\n公園は三つです。\n\n(1) 樹木\n---\n\n桜が多い。\n\n| a |\n---\n"
    )
    paths = [section.path[-1] for section in record.sections]
    assert paths == ["緑化計画", "1. 現状", "(1) 樹木"]
    assert record.sections[2].path == ("1. 現状", "(1) 樹木")
    holds_the_rules(record)


def test_numbered_headings_below_a_title() -> None:
    record = read("# 緑化計画\n\n1. 現状\n\n公園は三つです。\n\n2. 課題\n\n桜が古い。\n")
    assert [section.path for section in record.sections] == [
        ("緑化計画",), ("緑化計画", "1. 現状"), ("緑化計画", "2. 課題"),
    ]  # fmt: skip


def test_headings_in_brackets() -> None:
    record = read("緑化計画\n\n【1】現状\n\n公園は三つです。\n\n【2】課題\n\n桜が古い。\n")
    assert [section.path for section in record.sections][1:] == [
        ("【1】現状",), ("【2】課題",),
    ]  # fmt: skip
