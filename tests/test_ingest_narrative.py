"""Minutes that tell who said what: each saying is a turn of whoever says it."""

from __future__ import annotations

from datetime import date

import pytest

from ingest import Kind
from ingest.header import Field, field_named
from tests.test_ingest_records import holds_the_rules, read

NARRATIVE = """Thistlebourne Parish Council
Minutes of the meeting held on 4 March 2025

Present: Cllr Ann Marsh (Chair), Cllr Tom Hale
In attendance: Jane Dorran (Clerk)

1. Apologies
Apologies were received from Cllr. Dee Short and Cllr Owen Pike.

2. Car park
**Cllr. Hale** said that the machine was broken at 7.30 p.m. last Friday. He wanted it mended. Cllr Marsh, speaking as a
resident, agreed to wait.

The Clerk reported that it would cost £4,500, and Cllr Hale replied that it was dear. The wall had been painted.

RESOLVED: to buy a machine.
"""


def test_minutes_that_tell_who_said_what() -> None:
    record = read(NARRATIVE)
    holds_the_rules(record)
    assert record.kind is Kind.MINUTES
    assert [(p.name, p.present) for p in record.attendees] == [
        ("Ann Marsh", True), ("Tom Hale", True), ("Jane Dorran", True), ("Dee Short", False), ("Owen Pike", False),
    ]  # fmt: skip
    said = [(t.speaker, t.person, record.document.text[t.start : t.end]) for t in record.turns]
    assert said == [
        ("Cllr. Hale", "Tom Hale", "**Cllr. Hale** said that the machine was broken at 7.30 p.m. last Friday. He wanted it mended."),
        ("Cllr Marsh", "Ann Marsh", "Cllr Marsh, speaking as a\nresident, agreed to wait."),
        ("The Clerk", "Jane Dorran", "The Clerk reported that it would cost £4,500"),
        ("Cllr Hale", "Tom Hale", "Cllr Hale replied that it was dear."),
    ]  # fmt: skip
    assert {turn.agenda for turn in record.turns} == {"Car park"}
    left = [record.document.text[s.start : s.end] for s in record.sections]
    assert left[-1] == "The wall had been painted.\n\nRESOLVED: to buy a machine."


def test_a_report_that_names_people_is_no_narrative() -> None:
    text = "Annual report\n\nThe Mayor said it was a good year. The Clerk reported a surplus. Cllr Hale thanked all.\n"
    assert read(text).kind is Kind.PLAN


def test_front_matter_gives_title_and_date() -> None:
    record = read(
        "---\ntitle: Parish minutes\ndate: 2025-04-01\n---\n" + NARRATIVE.split("\n\n", 1)[1]
    )
    holds_the_rules(record)
    assert (record.kind, record.date) == (Kind.MINUTES, date(2025, 4, 1))
    assert record.title == "Parish minutes"
    assert len(record.turns) == 4


JAPANESE = """霧沢市　環境懇話会　議事概要

日時：令和7年5月9日
出席者：会長　木村、副会長　ロペス、会計　真壁、広報委員長　早乙女、教頭　安曇
欠席者：監査　南条（仕事のため）

１　会費について

・真壁会計から、会員は２１２世帯だとの報告があった。昨年より１４世帯少ない。
・早乙女広報委員長から、なぜ減ったのかとの質問があり、真壁会計が、分からない、と答えた。
・これに対し木村会長は、会費を下げる案を示した。寂しい話だと安曇教頭が述べた。三つの町の数字が示された。
・採決の結果、賛成４、反対１で承認された。

その他

・事務局より、資料１に基づき説明。木村会長から数を問われ、事務局としては、まだ出せないとのことであった。
・二人の会員から、当番を減らせないかとの声が寄せられ、同会員は、朝が早いと訴えた。
"""


def test_japanese_minutes_that_tell_who_said_what() -> None:
    record = read(JAPANESE)
    holds_the_rules(record)
    text = record.document.text
    assert record.kind is Kind.MINUTES
    assert [(p.name, p.role, p.present) for p in record.attendees] == [
        ("木村", "会長", True), ("ロペス", "副会長", True), ("真壁", "会計", True),
        ("早乙女", "広報委員長", True), ("安曇", "教頭", True), ("南条", "監査", False),
    ]  # fmt: skip
    said = [(t.speaker, t.person, text[t.start : t.end], t.answers) for t in record.turns]
    assert said == [
        ("真壁会計", "真壁", "真壁会計から、会員は２１２世帯だとの報告があった。昨年より１４世帯少ない。", ()),
        ("早乙女広報委員長", "早乙女", "早乙女広報委員長から、なぜ減ったのかとの質問があり、", ()),
        ("真壁会計", "真壁", "真壁会計が、分からない、と答えた。", (1,)),
        ("木村会長", "木村", "これに対し木村会長は、会費を下げる案を示した。", ()),
        ("事務局", None, "事務局より、資料１に基づき説明。", ()),
        ("木村会長", "木村", "木村会長から数を問われ、", ()),
        ("事務局", None, "事務局としては、まだ出せないとのことであった。", (5,)),
        ("二人の会員", None, "二人の会員から、当番を減らせないかとの声が寄せられ、", ()),
        ("二人の会員", None, "同会員は、朝が早いと訴えた。", ()),
    ]  # fmt: skip
    assert [t.agenda for t in record.turns] == ["会費について"] * 4 + ["その他"] * 5
    outside = [text[s.start : s.end] for s in record.sections]
    assert "寂しい話だと安曇教頭が述べた。三つの町の数字が示された。\n・採決の結果、賛成４、反対１で承認された。" in outside  # fmt: skip


def test_a_japanese_report_is_no_narrative() -> None:
    text = "令和6年度　事業報告\n\n市長が方針を述べた。環境課長から説明があった。森委員は賛成した。加藤委員も質問した。\n"
    assert read(text).kind is Kind.PLAN


def test_notes_of_a_meeting_are_minutes_too() -> None:
    told = "Cr Hale countered that it was dear. Pastor Dow asked why. Ms Elm replied that steel had gone up.\n"
    record = read(f"Kiln Board\nRegular Meeting, May 5, 2025\n\n1. Roof\n{told}")
    assert [turn.speaker for turn in record.turns] == ["Cr Hale", "Pastor Dow", "Ms Elm"]
    assert record.turns[2].answers == (1,)


def test_a_japanese_name_does_not_make_minutes_japanese() -> None:
    record = read(NARRATIVE.replace("The wall had", "Sato (佐藤) wrote. The wall had"))
    assert [turn.speaker for turn in record.turns] == [turn.speaker for turn in read(NARRATIVE).turns]  # fmt: skip


def test_taking_part_is_a_topic() -> None:
    assert field_named("住民の参加") is None
    assert field_named("住民の参加者") is field_named("参加") is Field.PRESENT
    assert field_named("不参加") is field_named("不参加者") is Field.ABSENT


@pytest.mark.parametrize(
    ("heading", "present"),
    [
        ("出席評議員", True),
        ("役員の出席", True),
        ("欠席した役員", False),
        ("理事会の欠席者", False),
    ],
)
def test_who_is_there_stands_under_many_headings(heading: str, present: bool) -> None:
    record = read(
        f"葦沢会　総会　議事録\n日時　令和7年5月1日\n{heading}　木村会長、森監事\n\n木村会長：始めます。\n森監事：はい。\n木村会長：以上です。\n"
    )
    assert [(p.name, p.present) for p in record.attendees] == [("木村", present), ("森", present)]
