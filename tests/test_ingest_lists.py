"""Lists of people: columns, marks with a legend, seats; and how summaries name who speaks."""

from __future__ import annotations

import pytest

from ingest import Record, parse
from ingest.types import Document
from tests.test_ingest_records import holds_the_rules


def read(text: str, name: str = "a.txt") -> Record:
    record = parse(Document(name, text, "utf-8"))
    holds_the_rules(record)
    return record


def people(record: Record) -> list[tuple[str, str | None, bool]]:
    return [(person.name, person.role, person.present) for person in record.attendees]


SPEECH = "\n〔加藤委員〕\nはい、そう思います。\n〔事務局〕\n承知しました。\n"


def test_a_list_in_columns_is_read_by_its_headings() -> None:
    record = read(
        "公園協議会　会議録\n日時　令和6年5月1日\n委員の出欠\n"
        "　　　氏　名　　　　　　区　分　　　　　役　職　　　　出　欠\n"
        "　　　加藤　　昭　　　　学識経験者　　　会　長　　　　出　席\n"
        "　　　森　　紀子　　　　市民団体　　　　委　員　　　　欠　席\n" + SPEECH
    )
    assert people(record) == [("加藤昭", "会長", True), ("森紀子", "委員", False)]


def test_marks_before_names_mean_what_the_legend_says() -> None:
    record = read(
        "公園協議会　会議録\n日時　令和6年5月1日\n出席委員　◎加藤　昭　　○森　紀子　　　石丸　　渉\n"
        "　　　　　（◎会長　○副会長）\n" + SPEECH
    )
    assert people(record) == [
        ("加藤昭", "会長", True), ("森紀子", "副会長", True), ("石丸渉", "委員", True),
    ]  # fmt: skip


def test_a_mark_may_mean_absent() -> None:
    record = read(
        "公園協議会　会議録\n日時　令和6年5月1日\n出席者　※氏名の前の○印は欠席\n"
        "　　加藤　昭（会長）　　○森　紀子\n" + SPEECH
    )
    assert people(record) == [("加藤昭", "会長", True), ("森紀子", None, False)]


def test_a_seat_is_the_member_who_sits_there() -> None:
    record = read(
        "農業委員会総会　議事録\n日時　令和6年5月1日\n出席委員\n　１番　百瀬　澄江　　２番　小日向　武\n"
        "（開会）\n\n議　　長　　始めます。御意見はありますか。\n１　　番　　現地を見てまいりました。\n"
        "２　　番　　機械は足りていますか。\n農地係長　　足りております。\n"
    )
    assert [turn.person for turn in record.turns] == [None, "百瀬澄江", "小日向武", None]


@pytest.mark.parametrize("label", ["百瀬（オンライン）委員", "百瀬委員（オンライン）"])
def test_how_somebody_took_part_is_no_name(label: str) -> None:
    record = read(
        f"協議会　会議録\n日時　令和6年5月1日\n出席委員　百瀬　澄江、森　操\n\n{label}：聞こえますか。\n"
        "事務局：はい、聞こえます。\n森委員：よろしくお願いします。\n"
    )
    if label.endswith("）"):
        assert record.turns[0].person == "百瀬澄江"
    assert {turn.person for turn in record.turns} <= {"百瀬澄江", "森操", None}


def test_a_deputy_is_not_the_member() -> None:
    record = read(
        "協議会　会議録\n日時　令和6年5月1日\n出席委員　百瀬　澄江\n\n百瀬委員代理：代わりに参りました。\n"
        "事務局：ありがとうございます。\n百瀬委員代理：よろしくお願いします。\n"
    )
    assert [turn.person for turn in record.turns] == [None, None, None]


def test_old_letters_of_a_name_are_the_same_name() -> None:
    record = read(
        "協議会　会議録\n日時　令和6年5月1日\n出席委員　髙栁　克己、齊藤　実、齋藤　正樹\n\n高柳委員：始めます。\n"
        "斉藤委員：質問があります。\n斎藤委員：私もです。\n"
    )
    assert [turn.person for turn in record.turns] == ["髙栁克己", "齊藤実", "齋藤正樹"]


def test_speakers_behind_their_words() -> None:
    record = read(
        "交通会議　議事要旨\n日時　令和6年5月20日\n出席者　会長　的場康平、委員　陳野義雄\n\n"
        "・便を増やせないか。（陳野委員）\n　→運転手が足りない。（事務局）\n・次回も協議する。（的場会長）\n"
    )
    assert [(turn.speaker, turn.person) for turn in record.turns] == [
        ("陳野委員", "陳野義雄"), ("事務局", None), ("的場会長", "的場康平"),
    ]  # fmt: skip
    assert record.turns[1].answers == (0,)


def test_marks_stand_for_speakers_where_a_legend_says_so() -> None:
    record = read(
        "子ども会議　会議要旨\n日時　令和6年2月7日\n議事の要旨　（凡例　◎：会長　○：委員　●：事務局）\n\n"
        "●資料により説明した。\n○回答率の目標はいくらか。\n●55％である。\n◎では、進める。\n"
    )
    assert [turn.speaker for turn in record.turns] == ["事務局", "委員", "事務局", "会長"]
    assert record.turns[2].answers == (1,)


def test_questions_and_answers_without_names() -> None:
    record = read(
        "審議会　議事要旨\n日時　令和6年2月7日\n\nＱ　工場はどうなるのか。\nＡ　操業を続けられる。\n\n"
        "Ｑ　説明はしたか。\nＡ　五社に説明した。\n"
    )
    assert [turn.speaker for turn in record.turns] == ["Ｑ", "Ａ", "Ｑ", "Ａ"]
    assert [turn.person for turn in record.turns] == [None] * 4
    assert [turn.answers for turn in record.turns] == [(), (0,), (), (2,)]


def test_questions_that_people_ask_often_are_no_minutes() -> None:
    record = read(
        "だより\n\n問　市外の人も使えますか。\n答　使えます。\n\n問　予約は。\n答　要ります。\n"
    )
    assert record.turns == ()


def test_the_kind_of_speech_stands_before_its_speaker() -> None:
    record = read(
        "委員会記録（要点筆記）\n日時　令和5年9月13日\n出席委員　石丸　渉、諸橋　栄治\n\n■議案第５８号　条例の改正\n\n"
        "【説明】（保険年金課長）税率を改める。\n【質疑】（石丸委員）いくら増えるか。\n"
        "【答弁】（保険年金課長）四千円である。\n【質疑】（同委員）据え置けないか。\n"
        "【討論】（諸橋委員・反対）反対する。\n【採決】挙手多数により可決した。\n"
    )
    assert [turn.person for turn in record.turns] == [None, "石丸渉", None, "石丸渉", "諸橋栄治"]
    text = record.document.text
    assert all("【採決】" not in text[turn.start : turn.end] for turn in record.turns)


TALK = (
    "\nMr Ash: I think so, and the board agrees with me.\n\nMs Birch: It costs too much for us.\n"
)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            "Present: Ann Ash (architect, Lowe Partners), Cllr Bo Birch (in the place of Cllr Roe, who has left)",
            [("Ann Ash", None, True), ("Bo Birch", None, True)],
        ),
        (
            "Present: Ann Ash (Ward 3), Chair; Bo Birch (Ward 6)\nApologies for absence: Cy Cole (Ward 7)",
            [("Ann Ash", "Chair", True), ("Bo Birch", None, True), ("Cy Cole", None, False)],
        ),
        (
            "In the room: Ann Ash (project manager)\nOn the line: Bo Birch (engineer)\nNot with us: Cy Cole, on leave",
            [("Ann Ash", "project manager", True), ("Bo Birch", "engineer", True), ("Cy Cole", None, False)],
        ),
        (
            "Present: Ann Ash (Chair), Bo Birch (Superintendent Registrar). Mr Cy Cole (Clerk) sent a note and did not attend.",
            [("Ann Ash", "Chair", True), ("Bo Birch", "Superintendent Registrar", True), ("Cy Cole", "Clerk", False)],
        ),
        (
            "Present: Ann Ash (Member for\nKarri Vale); Bo Birch (Chair)",
            [("Ann Ash", "Member for Karri Vale", True), ("Bo Birch", "Chair", True)],
        ),
    ],
)  # fmt: skip
def test_brackets_of_an_english_list(
    lines: str, expected: list[tuple[str, str | None, bool]]
) -> None:
    record = read(f"Kiln Town Council\nMinutes, 5 May 2025\n{lines}\n{TALK}")
    assert people(record) == expected


def test_a_list_may_be_long() -> None:
    names = ", ".join(f"Ann {name} (Member for the {name} Ward)" for name in ("Ash", "Birch", "Cole", "Dunn", "Elder", "Field", "Gorse"))  # fmt: skip
    assert len(names) > 200
    assert len(read(f"Kiln Town Council\nMinutes, 5 May 2025\nPresent: {names}\n{TALK}").attendees) == 7  # fmt: skip


def test_who_attends_to_explain_is_not_absent() -> None:
    record = read(
        "葦沢市議会　予算特別委員会　会議録\n令和7年3月5日\n出席　委員長　原聡子　　委員　森操\n欠席　委員　原田健（忌引）\n"
        "説明のため出席　真行建設部長、浅水河川課長\n\n◇原委員長　始めます。\n\n◎真行建設部長　説明します。\n"
    )
    assert [(p.name, p.present) for p in record.attendees][:3] == [("原聡子", True), ("森操", True), ("原田健", False)]  # fmt: skip
    assert not {p.name for p in record.attendees if not p.present} - {"原田健"}


@pytest.mark.parametrize(
    "line",
    ["**Day 2: Wednesday 18 June 2025**, 10 a.m.", "**For observers:** Mr Dow (Kiln Residents), Mrs Elm (Kiln Birds)",
     "For the applicant, Kiln Wind DAC: Mr Dow (project manager)", "Listed to appear but not present: Cllr Dow; Prof. Elm, who was ill"],
)  # fmt: skip
def test_who_is_there_at_an_english_hearing_says_nothing(line: str) -> None:
    text = f"# Kiln Tribunal\n\n{line}\n\n**Mr Dow:** We applied in May.\n\n**Ms Fir:** For what?\n\n**Mr Dow:** For nine.\n"
    assert [turn.speaker for turn in read(text).turns] == ["Mr Dow", "Ms Fir", "Mr Dow"]


@pytest.mark.parametrize("gap", ["　", "\n"])
def test_a_bold_label_needs_no_colon(gap: str) -> None:
    talk = [
        ("大門構成員", "始めます。"),
        ("原座長", "いくらですか。"),
        ("大門構成員", "５円です。"),
    ]
    text = "\n\n".join(f"**{who}**{gap}{said}" for who, said in talk)
    record = read(f"葦沢市環境会議　会議録\n令和7年5月1日\n\n{text}\n")
    assert [(t.speaker, record.document.text[t.start : t.end]) for t in record.turns] == talk
