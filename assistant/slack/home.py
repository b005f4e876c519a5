"""What newcomers see: the app's Home, and the greeting in a channel or a direct message.

Everything here is about what the viewer may see: documents, example questions, what others asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from assistant.places import day
from assistant.slack import rich
from assistant.slack.holdings import Committee
from assistant.slack.rich import Block
from assistant.slack.words import say
from assistant.types import Language

LISTED = 10
"""Committees that are listed; Home has room for 100 blocks, and nobody reads more."""

QUESTIONS = 5
"""Recent and often asked questions that are listed."""

_SHOWN = 150


@dataclass(frozen=True)
class DataFlow:
    """Where data goes: the language model that is asked, if any, and how long the log keeps.

    ``days`` is None where there is no log, 0 where it keeps for ever. ``remembered`` are the days that
    a conversation is kept.
    """

    model: str | None = None
    trusted: bool = False
    local: bool = True
    days: int | None = 90
    remembered: int = 30


@dataclass(frozen=True)
class Holdings:
    """What the viewer may see: committees, other documents, when something was ingested last."""

    committees: Sequence[Committee] = ()
    others: int = 0
    updated: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.committees or self.others)


@dataclass(frozen=True)
class Asking:
    """Questions for the viewer to press: examples, his own last ones, those that many asked."""

    examples: Sequence[str] = ()
    recent: Sequence[str] = ()
    popular: Sequence[tuple[str, int]] = field(default_factory=tuple)


def home_view(holdings: Holdings, asking: Asking, flow: DataFlow, language: Language) -> Block:
    """The Home tab."""
    blocks = [
        rich.header(say("home_title", language)),
        rich.paragraph(say("home_ask", language)),
        *_questions("home_examples", asking.examples, "home_try", language),
        *_questions("home_recent", asking.recent, "home_again", language),
        *_popular(asking.popular, language),
        rich.divider(),
        *_indexed(holdings, language),
        rich.divider(),
        *_guideline(flow, language),
    ]
    return {"type": "home", "blocks": blocks}


def greeting(
    holdings: Holdings, asking: Asking, flow: DataFlow, language: Language, *, in_channel: bool
) -> list[Block]:
    """The first message in a channel, or in a direct message."""
    first = "welcome_channel" if in_channel else "home_ask"
    return [
        rich.paragraph(say(first, language)),
        *_questions("home_examples", asking.examples, "home_try", language),
        *_indexed(holdings, language),
        *_guideline(flow, language),
    ]


def _questions(
    title: str, questions: Sequence[str], press: str, language: Language
) -> Iterator[Block]:
    if not questions:
        return
    yield rich.paragraph(say(title, language), bold=True)
    for number, question in enumerate(questions):
        yield _pressed(question, question, f"ask_{title}_{number}", press, language)


def _popular(popular: Sequence[tuple[str, int]], language: Language) -> Iterator[Block]:
    if not popular:
        return
    yield rich.paragraph(say("home_popular", language), bold=True)
    for number, (question, count) in enumerate(popular):
        told = say("home_popular_line", language, rich.shortened(question, _SHOWN), count)
        yield _pressed(told, question, f"ask_popular_{number}", "home_try", language)


def _pressed(told: str, question: str, action: str, press: str, language: Language) -> Block:
    """A question with a button that asks it."""
    return {
        "type": "section",
        "text": rich.plain(rich.shortened(told, _SHOWN + 20)),
        "accessory": rich.button(say(press, language), action, question[:2_000]),
    }


def _indexed(holdings: Holdings, language: Language) -> Iterator[Block]:
    yield rich.paragraph(say("home_indexed", language), bold=True)
    if not holdings:
        yield rich.paragraph(say("home_none", language))
        return
    lines = [_line(committee, language) for committee in holdings.committees[:LISTED]]
    if more := len(holdings.committees) - LISTED:
        lines += [say("home_more", language, more)] if more > 0 else []
    if holdings.others:
        lines.append(say("home_documents", language, holdings.others))
    items = [rich.section(rich.text(rich.shortened(line, 200))) for line in lines]
    yield rich.rich({"type": "rich_text_list", "style": "bullet", "elements": items})
    if holdings.updated:
        yield rich.rich(rich.section(*_updated(holdings.updated, language)))


def _line(committee: Committee, language: Language) -> str:
    """A committee, its meetings and their days."""
    first, last = (_day(d, language) for d in (committee.first, committee.last))
    if committee.meetings == 1:
        return say("home_committee_one", language, committee.name, last)
    return say("home_committee", language, committee.name, committee.meetings, first, last)


def _day(iso: str | None, language: Language) -> str:
    """A day without its weekday, which says nothing in a span of years."""
    return day(iso, language).partition("（")[0] if iso else "—"


def _updated(when: datetime, language: Language) -> Iterator[Block]:
    """When something was ingested last, told in the viewer's own time zone."""
    before, _, behind = say("home_updated", language, "|").partition("|")
    yield rich.text(before)
    yield rich.moment(when)
    yield rich.text(behind)


def _guideline(flow: DataFlow, language: Language) -> Iterator[Block]:
    yield rich.paragraph(say("home_for", language), bold=True)
    lines = [say(f"home_for_{number}", language) for number in (1, 2, 3)]
    items = [rich.section(rich.text(line)) for line in lines]
    yield rich.rich({"type": "rich_text_list", "style": "bullet", "elements": items})
    yield rich.paragraph(say("home_data", language), bold=True)
    items = [rich.section(rich.text(line)) for line in data_lines(flow, language)]
    yield rich.rich({"type": "rich_text_list", "style": "bullet", "elements": items})


def data_lines(flow: DataFlow, language: Language) -> list[str]:
    """Where data goes, in sentences."""
    if flow.model is None or flow.local:
        first = say("home_data_local", language)
    else:
        key = "home_data_trusted" if flow.trusted else "home_data_model"
        first = say(key, language, flow.model)
    if flow.days is None:
        return [first, say("home_data_no_log", language, flow.remembered)]
    kept = say("home_data_log", language, flow.days) if flow.days else say("home_data_log_ever", language)  # fmt: skip
    return [first, kept]
