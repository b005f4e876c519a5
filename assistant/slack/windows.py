"""The windows that open over Slack: a source in its context, a whole answer, a checked claim, a reason.

Limits: https://docs.slack.dev/reference/views: 100 blocks, a title of 24 characters, 3,000 of private
metadata. The metadata name the answer, never its words: whoever presses a button is asked again
whether he may see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.framing import LABELS
from assistant.places import by_place, pointed_to, where, who
from assistant.slack import rich
from assistant.slack.closest import closest
from assistant.slack.original import original_url
from assistant.slack.rich import Block
from assistant.slack.sources import file_line, source_lines
from assistant.slack.words import say
from assistant.types import Answer, Citation, Language, Outcome, marked
from index_store.types import StoredPassage

View = dict[str, Any]

AROUND = 2
"""Passages before and behind a cited one."""

PAGE_BLOCKS = 90
"""Blocks of one page of a long answer; a window holds 100."""

PAGE_CHARACTERS = 25_000
"""Text of one page; a window holds 250,000 bytes, and Japanese takes six a character as JSON."""

REASON_CHARACTERS = 1_000


@dataclass(frozen=True)
class InContext:
    """What a source's window shows.

    ``passages`` are all of the document, in order; ``at`` is the first that is shown, ``cited`` that of
    the quote, and ``asked`` the words that it replies to. ``marks`` are the spans cited, as offsets
    into the document.
    """

    job: str
    citation: Citation
    passages: Sequence[StoredPassage]
    at: int
    cited: int
    marks: Sequence[tuple[int, int]]
    asked: Sequence[StoredPassage] = ()

    @property
    def shown(self) -> Sequence[StoredPassage]:
        """The passages of this page."""
        return self.passages[self.at : self.at + 2 * AROUND + 1]


def first_of(cited: int) -> int:
    """Where the page begins that shows a passage with those around it."""
    return max(0, cited - AROUND)


def context_view(what: InContext, language: Language) -> View:
    """The turns around a source, the cited words marked."""
    citation = what.citation
    name, lines = source_lines(citation, language)
    blocks = [
        rich.rich(
            rich.section(
                rich.text(f"[{citation.n}] {name}", bold=True),
                rich.text("".join(f"\n{line}" for line in lines)),
            )
        )
    ]
    blocks += _asked(what, language)
    blocks.append(rich.divider())
    blocks += _turns(what, language)
    blocks.append(rich.divider())
    blocks += _paging(what, language)
    blocks.append(rich.small(where(citation.place, language), *pointed_to(citation, language)))
    return window("context_title", language, blocks, f"{what.job}:{citation.n}", "in_context")


def _asked(what: InContext, language: Language) -> Iterator[Block]:
    """The question that the cited words answer, unless it is among those shown."""
    shown = {passage.id for passage in what.shown}
    asked = [passage for passage in what.asked if passage.id not in shown]
    if not asked:
        return
    yield rich.small(say("answers_this", language))
    for passage in asked[:2]:
        said = rich.shortened(passage.text.strip(), rich.BLOCK_CHARACTERS - 200)
        yield rich.rich(
            rich.section(rich.text(who(passage.place, language), bold=True)),
            rich.quote(rich.text(said)),
        )


def _turns(what: InContext, language: Language) -> Iterator[Block]:
    """Who speaks, and the words; what an earlier passage has shown already is left out."""
    before: StoredPassage | None = None
    for passage in what.shown:
        start = passage.place.start
        if before is not None and before.place.end > start:
            start = min(before.place.end, passage.place.end)
        if start < passage.place.end:
            goes_on = before is not None and _together(before, passage)
            name = "" if goes_on else who(passage.place, language)
            yield from rich.packed(_said(passage, start, what.marks, name))
        before = passage


def _together(one: StoredPassage, other: StoredPassage) -> bool:
    """Whether two passages are parts of one turn or section."""
    return (one.place.turn, one.place.section) == (other.place.turn, other.place.section)


def _said(
    passage: StoredPassage, start: int, marks: Sequence[tuple[int, int]], name: str
) -> Iterator[Block]:
    """Who speaks, where a name is given, and the words; those within ``marks`` are set off."""
    if name:
        yield rich.section(rich.text(name, bold=True))
    for words, is_cited in _parts(passage, start, marks):
        for piece in rich.pieces(words.strip("\n")):
            yield (
                rich.quote(rich.text(piece, bold=True))
                if is_cited
                else rich.section(rich.text(piece))
            )


def _parts(
    passage: StoredPassage, start: int, marks: Sequence[tuple[int, int]]
) -> Iterator[tuple[str, bool]]:
    """The words of a passage in turn, each with whether they are cited."""
    place, at = passage.place, start
    for begin, end in sorted(marks):
        begin, end = max(begin, at), min(end, place.end)
        if begin >= end:
            continue
        if begin > at:
            yield passage.text[at - place.start : begin - place.start], False
        yield passage.text[begin - place.start : end - place.start], True
        at = end
    if at < place.end:
        yield passage.text[at - place.start :], False


def _paging(what: InContext, language: Language) -> Iterator[Block]:
    step, count = 2 * AROUND + 1, len(what.passages)
    value = f"{what.job}:{what.citation.n}"
    row = []
    if what.at != first_of(what.cited):
        row.append(rich.button(say("back_to_cited", language), "cited", f"{value}:{first_of(what.cited)}"))  # fmt: skip
    if what.at > 0:
        row.append(rich.button("◀ " + say("earlier", language), "earlier", f"{value}:{max(0, what.at - step)}"))  # fmt: skip
    if what.at + step < count:
        row.append(rich.button(say("later", language) + " ▶", "later", f"{value}:{what.at + step}"))
    if url := original_url(what.citation):
        row.append(rich.link_button(say("original", language), "original", url))
    if row:
        yield rich.actions(*row)
    last = min(count, what.at + step)
    yield rich.small(say("turns_shown", language, what.at + 1, last, count))


def whole_view(outcome: Outcome, job: str, page: int, language: Language) -> View:
    """An answer with nothing left out, in pages."""
    pages = _pages(_whole(outcome, language))
    page = min(max(page, 0), len(pages) - 1)
    blocks = pages[page]
    if len(pages) > 1:
        row = []
        if page:
            row.append(
                rich.button("◀ " + say("earlier", language), "all_earlier", f"{job}:{page - 1}")
            )
        if page + 1 < len(pages):
            row.append(rich.button(say("later", language) + " ▶", "all_later", f"{job}:{page + 1}"))
        blocks = [
            *blocks,
            rich.small(say("page", language, page + 1, len(pages))),
            rich.actions(*row),
        ]
    return window("all_title", language, blocks, f"{job}:{page}", "whole")


def _whole(outcome: Outcome, language: Language) -> Iterator[list[Block]]:
    """All sentences, then each source; what is given together stays together if a page can hold it."""
    sentences = map(marked, outcome.sentences) if isinstance(outcome, Answer) else [outcome.text]
    yield [rich.paragraph(piece) for sentence in sentences for piece in rich.pieces(sentence)]
    answered = isinstance(outcome, Answer)
    heading = LABELS[language]["sources" if answered else "related"]
    yield [rich.divider(), rich.paragraph(heading, bold=True)]
    citations = outcome.citations if isinstance(outcome, Answer) else outcome.related
    for group in by_place(citations):
        yield list(_source(group, language, numbered=answered))


def _source(group: Sequence[Citation], language: Language, *, numbered: bool) -> Iterator[Block]:
    name, lines = source_lines(group[0], language)
    marks = "".join(f"[{citation.n}]" for citation in group) + " " if numbered else ""
    about = rich.text("".join(f"\n{line}" for line in lines))
    yield rich.rich(rich.section(rich.text(marks + name, bold=True), about))
    for citation in group:
        for piece in rich.pieces(citation.quote.strip()):
            yield rich.rich(rich.quote(rich.text(piece)))
        yield rich.small(where(citation.place, language))


def _pages(parts: Iterable[Sequence[Block]]) -> list[list[Block]]:
    """The parts on pages, each part on one if there is room for it."""
    pages: list[list[Block]] = [[]]
    room = PAGE_CHARACTERS
    for part in parts:
        if not _fits(part, pages[-1], room) and _fits(part, [], PAGE_CHARACTERS):
            pages.append([])
            room = PAGE_CHARACTERS
        for block in part:
            if not _fits([block], pages[-1], room):
                pages.append([])
                room = PAGE_CHARACTERS
            pages[-1].append(block)
            room -= rich.characters([block])
    return [page for page in pages if page] or [[]]


def _fits(part: Sequence[Block], page: Sequence[Block], room: int) -> bool:
    return len(page) + len(part) <= PAGE_BLOCKS and rich.characters(part) <= room


def claim_view(
    claim: str,
    verdict: str,
    outcome: Outcome | None,
    job: str,
    language: Language,
    detail: str = "",
) -> View:
    """What the record says of a claim.

    Args:
        claim: the sentence that was checked.
        verdict: supported, contradicted, not_in_record, or the key of other words.
        outcome: with the words that say so, or what comes closest; None while it is looked for.
        job: its reference.
        language: of the bot's own words.
        detail: what the record says otherwise.
    """
    told = rich.shortened(claim, 1_500)
    blocks = [
        rich.small(say("claim_label", language)),
        rich.rich(rich.quote(rich.text(told))),
        rich.paragraph(say(verdict, language) + (f" — {detail}" if detail else ""), bold=True),
    ]
    if outcome is not None:
        blocks += _grounds(outcome, job, language)
        blocks.append(rich.small(say("claim_notice", language)))
    return window("claim_title", language, blocks, job, "claim")


def _grounds(outcome: Outcome, job: str, language: Language) -> Iterator[Block]:
    citations = outcome.citations if isinstance(outcome, Answer) else closest(outcome)
    if citations and not isinstance(outcome, Answer):
        yield rich.paragraph(say("claim_related", language))
    for citation in citations:
        name, lines = source_lines(citation, language)
        yield rich.rich(
            rich.section(
                rich.text(name, bold=True), rich.text("".join(f"\n{line}" for line in lines))
            ),
            rich.quote(rich.text(rich.shortened(citation.quote.strip(), 2_000))),
            rich.section(rich.text(file_line(citation.place))),
        )
        row = [rich.button(say("context", language), "context", f"{job}:{citation.n}")]
        if url := original_url(citation):
            row.append(rich.link_button(say("original", language), "original", url))
        yield rich.actions(*row)


def reason_view(job: str, language: Language) -> View:
    """Asks what is wrong with an answer; nobody has to say."""
    entry: Block = {
        "type": "input",
        "block_id": "reason",
        "optional": True,
        "label": rich.plain(say("reason_label", language)),
        "element": {
            "type": "plain_text_input",
            "action_id": "reason",
            "multiline": True,
            "max_length": REASON_CHARACTERS,
        },
        "hint": rich.plain(say("reason_hint", language)),
    }
    view = window("reason_title", language, [entry], job, "reason")
    return {**view, "submit": rich.plain(say("send", language))}


def notice_view(title: str, key: str, language: Language) -> View:
    """A window of one sentence of our own."""
    return window(title, language, [rich.paragraph(say(key, language))], "", "notice")


def window(
    title: str, language: Language, blocks: Sequence[Block], metadata: str, callback: str
) -> View:
    """A modal.

    Args:
        title: the key of its title.
        language: of the bot's own words.
        blocks: 100 at most.
        metadata: comes back with what is pressed in it.
        callback: the name under which it comes back when it is sent.
    """
    return {
        "type": "modal",
        "callback_id": callback,
        "title": rich.plain(rich.shortened(say(title, language), rich.TITLE_CHARACTERS)),
        "close": rich.plain(say("close", language)),
        "private_metadata": metadata,
        "blocks": list(blocks),
    }
