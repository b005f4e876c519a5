"""The log for people at a terminal. Control characters that somebody typed are not passed on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from assistant.log.entry import Entry, Feedback
from assistant.render import shortened, wrap

_WORDS = 120
"""Characters of an answer that the list shows."""

_LABEL = 12
"""Columns of the labels of a whole entry."""


def log_lines(entries: Sequence[Entry], width: int) -> Iterator[str]:
    """The list of entries, each in a few lines.

    Args:
        entries: as they are to stand.
        width: columns of the terminal.
    """
    if not entries:
        yield "no entries"
    for place, entry in enumerate(entries):
        if place:
            yield ""
        told = [_when(entry, "%Y-%m-%d %H:%M"), entry.id, _status(entry)]
        if (total := _total(entry)) is not None:
            told.append(f"{total:.1f} s")
        told.append(_model(entry))
        yield from wrap("  ".join(told), width, indent="  ")
        yield from wrap(_one_line(entry.question), width, "  Q  ", "     ")
        yield from wrap(shortened(_one_line(entry.answer), _WORDS), width, "  A  ", "     ")
        for given in entry.feedback:
            yield from wrap(_opinion(given), width, "  V  ", "     ")


def entry_lines(entry: Entry, width: int) -> Iterator[str]:
    """A whole entry: question, answer, what was cited, found, claimed, and what people think of it."""
    for label, value in _told(entry):
        if value:
            yield from wrap(value, width, label.ljust(_LABEL), " " * _LABEL)
    yield from _listed("feedback", map(_opinion, entry.feedback), width)
    yield from _listed("citations", _citations(entry), width)
    yield from _listed("passages", _passages(entry), width)
    yield from _listed("claims", _claims(entry), width)


def _told(entry: Entry) -> Iterator[tuple[str, str]]:
    yield "entry", entry.id
    yield "asked", f"{_when(entry, '%Y-%m-%d %H:%M:%S')}  {_one_line(entry.surface)}"
    yield "thread", _one_line(entry.conversation or "")
    yield "question", _one_line(entry.question)
    yield "understood", _one_line(entry.understood or "")
    yield "status", _status(entry)
    yield "answer", _one_line(entry.answer)
    yield "language", _one_line(entry.language)
    yield "model", _model(entry)
    yield "instead", _one_line(entry.fallback or "")
    yield "seconds", _pairs({name: f"{value:.2f}" for name, value in entry.seconds.items()})
    yield "tokens", _pairs({name: f"{value:,}" for name, value in entry.tokens.items()})
    yield "masked", _pairs({name: str(value) for name, value in entry.masked.items()})


def _listed(heading: str, items: Iterable[str], width: int) -> Iterator[str]:
    for number, item in enumerate(items, start=1):
        if number == 1:
            yield ""
            yield heading
        yield from wrap(item, width, f"  {number:>2}  ", " " * 6)


def _opinion(given: Feedback) -> str:
    """What somebody thinks of an answer: their vote, whether they want a person, and why."""
    vote = given.vote or ("" if given.needs_person else "taken back")
    person = "asks for a person" if given.needs_person else ""
    thinks = ", ".join(filter(None, (vote, person)))
    when = given.at.astimezone().strftime("%Y-%m-%d %H:%M")
    told = f"{thinks}  {_one_line(given.user)}  {when}"
    return told + (f"  {_one_line(given.reason)}" if given.reason else "")


def _citations(entry: Entry) -> Iterator[str]:
    for cited in entry.citations:
        by = filter(None, (cited.speaker, cited.document))
        yield "  ".join([f"「{_one_line(cited.quote)}」", *map(_one_line, by)])


def _passages(entry: Entry) -> Iterator[str]:
    for passage in entry.passages:
        said = filter(None, (passage.speaker, passage.document, passage.passage))
        yield "  ".join([f"{passage.score:.4f}", *map(_one_line, said)])


def _claims(entry: Entry) -> Iterator[str]:
    for claim in entry.claims:
        mark = "" if claim.citation is None else f" [{claim.citation}]"
        fault = f" ({claim.fault})" if claim.fault else ""
        yield f"{_one_line(claim.verdict + fault)}  {_one_line(claim.text + mark)}"


def _when(entry: Entry, form: str) -> str:
    return entry.asked.astimezone().strftime(form)


def _status(entry: Entry) -> str:
    return entry.status + (f" ({_one_line(entry.reason)})" if entry.reason else "")


def _model(entry: Entry) -> str:
    return _one_line(entry.model) if entry.model else "quotes"


def _total(entry: Entry) -> float | None:
    """The seconds in all: as counted, else the phases together."""
    return entry.seconds.get("total", sum(entry.seconds.values()) if entry.seconds else None)


def _pairs(values: Mapping[str, str]) -> str:
    return _one_line(", ".join(f"{name} {value}" for name, value in values.items()))


def _one_line(text: str) -> str:
    """A text on one line, without what steers a terminal."""
    line = " ".join(text.split())
    return "".join(character for character in line if character.isprintable())
