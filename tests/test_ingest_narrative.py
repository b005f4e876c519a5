"""Minutes that tell who said what: each saying is a turn of whoever says it."""

from __future__ import annotations

from datetime import date

from ingest import Kind
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
        ("Cllr. Hale", "Tom Hale", "said that the machine was broken at 7.30 p.m. last Friday. He wanted it mended."),
        ("Cllr Marsh", "Ann Marsh", "agreed to wait."),
        ("The Clerk", "Jane Dorran", "reported that it would cost £4,500"),
        ("Cllr Hale", "Tom Hale", "replied that it was dear."),
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
