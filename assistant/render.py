"""Results for people at a terminal: text wrapped by the width that characters really take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from assistant.events import Event, SentencePassed
from assistant.framing import BEGIN, END, LABELS, notices, set_off, shown
from assistant.places import by_place, meeting, pointed_to, topic, where, who
from assistant.types import Answer, Citation, Language, Outcome, marked
from index_store.indexer import IngestReport
from index_store.types import Hit, IndexedDocument, IndexStatus, Linked, StoredPassage
from ingest.text import display_width
from ingest.types import Attendee, Kind, Record
from ingest.understanding import Understanding, understanding

_LITTLE = 0.5
"""Share of a document without speakers below which it is said to be in no known style."""

_BOLD, _PLAIN = "\x1b[1m", "\x1b[22m"
"""Escape sequences; they are left out where output does not go to a terminal."""

_NO_LINE_START = "、。，．,.!?！？」』）)］]】〕〉》”’・ー"


class Streamed:
    """Prints sentences as they pass their check.

    Args:
        width: columns of the terminal.
        show: prints lines.
        live: whether anything is printed before the answer is whole.
    """

    def __init__(self, width: int, show: Callable[[Iterable[str]], None], live: bool) -> None:
        self._width = width
        self._show = show
        self._live = live
        self.shown = 0

    def listen(self, event: Event) -> None:
        """Print what an event brings."""
        if self._live and isinstance(event, SentencePassed):
            self._show(wrap(marked(event.sentence), self._width))
            self.shown += 1


def outcome_lines(outcome: Outcome, width: int, already: int = 0) -> Iterator[str]:
    """The answer, its sources, and what comes close under its own label.

    Args:
        outcome: what the engine gave.
        width: columns of the terminal.
        already: so many sentences were printed as they came.
    """
    labels = LABELS[outcome.language]
    writing = outcome.writing
    written = writing is not None and writing.shown
    if isinstance(outcome, Answer):
        for sentence in outcome.sentences[already:]:
            yield from wrap(set_off(marked(sentence), outcome.citations), width)
        yield ""
        yield labels["sources"]
        for group in by_place(outcome.citations):
            yield from source_lines(group, outcome.language, width, quoted=written)
        yield ""
        for line in notices(outcome):
            yield from wrap(line, width)
        return
    yield from wrap(outcome.text, width)
    for line in notices(outcome):
        yield from wrap(line, width)
    if outcome.related:
        yield ""
        yield labels["related"]
        for citation in outcome.related:
            yield from source_lines([citation], outcome.language, width, related=True, quoted=True)


def understood_as(outcome: Outcome, width: int) -> Iterator[str]:
    """The question as it was understood from what was asked before, if that took part."""
    if outcome.understood:
        yield from wrap(outcome.understood, width, "→ ", "  ")


def source_lines(
    citations: Sequence[Citation],
    language: Language,
    width: int,
    *,
    related: bool = False,
    quoted: bool = False,
) -> Iterator[str]:
    """One source: who, meeting, agenda item, and the place of each quote taken from it.

    Args:
        citations: quotes of one place.
        language: of the words around them.
        width: columns of the terminal.
        related: they are no part of an answer, and have no number.
        quoted: whether the words are shown as well.
    """
    place = citations[0].place
    marks = "・" if related else " ".join(f"[{citation.n}]" for citation in citations)
    lead, indent = f"  {marks} ", "      "
    yield from wrap(who(place, language), width, lead, indent)
    yield from wrap(meeting(place, language), width, indent, indent)
    if about := topic(place):
        yield from wrap(about, width, indent, indent)
    for citation in citations:
        if quoted:
            quote = set_off(shortened(shown(citation.quote), 120), [citation])
            yield from wrap(f"「{quote}」", width, indent, indent)
        if citation.translation:
            label = LABELS[language]["translation"]
            yield from wrap(f"{label}: {shown(citation.translation)}", width, indent, indent)
        yield indent + where(citation.place, language)
        for line in pointed_to(citation, language):
            yield from wrap(line, width, indent, indent)
    if place.url:
        yield indent + place.url


def hit_lines(hits: Iterable[Hit], width: int) -> Iterator[str]:
    """Search results, best first."""
    for rank, hit in enumerate(hits, start=1):
        yield from one_hit_lines(rank, hit, width)


def one_hit_lines(rank: int, hit: Hit, width: int) -> Iterator[str]:
    """One search result under its rank."""
    place = hit.passage.place
    lead = f"{rank:2}. "
    yield from wrap(f"{who(place, 'ja')}  {meeting(place, 'ja')}", width, lead, "    ")
    yield from wrap(shortened(shown(hit.passage.text), 240), width, "    ", "    ")
    yield (
        f"    {where(place, 'en')}  score {hit.score:.2f}"
        f"  similarity {hit.similarity:.3f}  words {hit.words:.1f}"
    )


def record_lines(record: Record, width: int) -> Iterator[str]:
    """The structure of a document at a glance."""
    yield from wrap(record.title or record.document.name, width)
    held = record.date.isoformat() if record.date else "no date"
    yield f"  {record.kind.value}  {held}  {record.place or ''}".rstrip()
    if record.attendees:
        people = "、".join(_attendee(person) for person in record.attendees)
        yield from wrap(people, width, "  attendees  ", " " * 13)
    for item in record.agenda:
        yield from wrap(f"{item.number or '-'}  {item.title}", width, "  agenda     ", " " * 16)
    for handout in record.handouts:
        yield from wrap(f"{handout.label}  {handout.title}", width, "  handout    ", " " * 16)
    if record.issuer or record.year:
        yield f"  issued by  {' '.join(str(p) for p in (record.issuer, record.year) if p)}"
    if record.document.url:
        yield f"  original   {record.document.url}"
    yield from _turn_lines(record, width)
    shown_sections = [
        section for section in record.sections if record.kind == "plan" or not record.turns
    ]
    for section in shown_sections:
        indent = "  " * max(1, len(section.path))
        yield from wrap(section.heading or "(no heading)", width, indent, indent + "  ")
    yield from _mention_lines(record, width)
    yield ""
    yield from understood_text(understanding(record), width)


def _turn_lines(record: Record, width: int) -> Iterator[str]:
    """The turns under their agenda items: speaker → person, ↩ the turns it answers, first words."""
    text = record.document.text
    agenda: str | None = None
    for turn in record.turns:
        if turn.agenda != agenda:
            agenda = turn.agenda
            yield ""
            yield from wrap(agenda or "", width, "  ", "  ")
        name = f" → {turn.person}" if turn.person else ""
        start = shortened(shown(text[turn.start : turn.end]), 60)
        at = "".join(f"  {part}" for part in (turn.time, turn.page and f"p. {turn.page}") if part)
        answers = f"  ↩ {', '.join(map(str, turn.answers))}" if turn.answers else ""
        line = f"{turn.index:3}  {turn.speaker}{name}{at}{answers}  {start}"
        yield from wrap(line, width, "  ", " " * 7)


def _mention_lines(record: Record, width: int) -> Iterator[str]:
    """Which documents are pointed to, and in which turns."""
    turns: dict[str, list[str]] = {}
    for mention in record.mentions:
        if mention.turn is not None:
            page = f" (p. {mention.page})" if mention.page else ""
            turns.setdefault(mention.label, []).append(f"{mention.turn}{page}")
    if turns:
        yield ""
    for label, where_said in turns.items():
        yield from wrap(
            f"{label}  in turns {', '.join(where_said)}", width, "  points to  ", " " * 13
        )


def understood_text(understood: Understanding, width: int) -> Iterator[str]:
    """What was understood of a document, and what was not."""
    yield (
        f"  {understood.turns} turns, {understood.sections} sections, "
        f"{understood.share:.0%} understood"
    )
    if understood.kind == Kind.PLAN and understood.share < _LITTLE:
        yield "  in no known style: kept as it stands, without speakers and headings"
    for label, found in (
        ("labels that name nobody", understood.unknown),
        ("people on no roster", understood.unresolved),
    ):
        if found:
            yield from wrap("、".join(found), width, f"  {label}: ", "    ")
    for note in understood.notes:
        yield from wrap(note, width, "  note: ", "    ")


def understood_lines(report: IngestReport, width: int) -> Iterator[str]:
    """For each file what was understood of it."""
    for name in sorted(report.understood):
        yield from wrap(name, width)
        yield from understood_text(report.understood[name], width)
    if report.understood:
        yield ""


def shown_lines(
    row: IndexedDocument, links: Sequence[Linked], mentions: Sequence[StoredPassage], width: int
) -> Iterator[str]:
    """A document of the index: what it is, what it hands out, and who points to it."""
    yield from wrap(row.title or row.name, width)
    yield from wrap(f"{row.name}  ({row.kind}, {row.date or 'no date'})", width, "  ", "  ")
    if row.url:
        yield f"  {row.url}"
    if row.people:
        people = "、".join(_attendee(person) for person in row.people)
        yield from wrap(people, width, "  people     ", " " * 13)
    for handout, link in zip(row.handouts, links, strict=True):
        target = f"  → {link.document}" if link.document else ""
        yield from wrap(
            f"{handout.label}  {handout.title}{target}", width, "  handout    ", " " * 13
        )
    for passage in mentions:
        yield from wrap(
            f"{who(passage.place, 'ja')}  {where(passage.place, 'en')}",
            width,
            "  mentioned  ",
            " " * 13,
        )
        yield from wrap(shortened(shown(passage.text), 120), width, " " * 13, " " * 13)
    yield from understood_text(row.understood, width)


def _attendee(person: Attendee) -> str:
    role = f"（{person.role}）" if person.role else ""
    return f"{person.name}{role}" + ("" if person.present else " absent")


def report_lines(report: IngestReport) -> Iterator[str]:
    """What an ingest did, in one line of counts (failures are told on stderr)."""
    counts = [
        (len(report.added), "added"),
        (len(report.updated), "updated"),
        (len(report.unchanged), "unchanged"),
        (len(report.removed), "removed"),
        (len(report.failed), "failed"),
    ]
    done = ", ".join(f"{count} {word}" for count, word in counts if count) or "nothing to do"
    yield f"{done}  ({report.passages:,} passages, {report.characters:,} characters)"


def status_lines(status: IndexStatus, width: int) -> Iterator[str]:
    """What is indexed, with which model, how big, when."""
    yield f"store     {status.store}"
    yield f"model     {status.model}"
    size = f", {status.size / 1e6:,.1f} MB" if status.size is not None else ""
    yield f"holds     {len(status.documents):,} documents, {status.passages:,} passages{size}"
    when = status.updated.astimezone().strftime("%Y-%m-%d %H:%M") if status.updated else "never"
    yield f"updated   {when}"
    for row in status.documents:
        yield ""
        yield from wrap(
            f"{row.name}  ({row.kind}, {row.date or 'no date'}, {row.passages} passages)", width
        )
        if row.title:
            yield from wrap(row.title, width, "  ", "  ")


def shortened(text: str, limit: int) -> str:
    """The text, or its first ``limit`` characters and an ellipsis."""
    return text if len(text) <= limit else text[:limit].rstrip() + "…"


def wrap(text: str, width: int, lead: str = "", indent: str = "") -> Iterator[str]:
    """Lines of at most ``width`` columns: Japanese breaks anywhere but before 、。」, Latin at spaces.

    Args:
        text: one paragraph; what stands between :data:`BEGIN` and :data:`END` becomes bold.
        width: columns; wide characters take two.
        lead: starts the first line.
        indent: starts the others.
    """
    line, filled, empty = lead, display_width(lead), True
    for atom in _atoms(text):
        size = _columns(atom)
        if not empty and filled + size > width and atom[0] not in _NO_LINE_START:
            yield _bold(line.rstrip())
            goes_on = BEGIN if line.rfind(BEGIN) > line.rfind(END) else ""
            line, filled, empty = indent + goes_on, display_width(indent), True
            atom = atom.lstrip()
            size = _columns(atom)
        line += atom
        filled += size
        empty = empty and not atom
    if not empty:
        yield _bold(line.rstrip())


def _columns(atom: str) -> int:
    return display_width(atom.replace(BEGIN, "").replace(END, ""))


def _bold(line: str) -> str:
    """A line with what is set off in bold; that ends with the line, whatever comes behind."""
    ends = END if line.rfind(BEGIN) > line.rfind(END) else ""
    return (line + ends).replace(BEGIN, _BOLD).replace(END, _PLAIN)


def _atoms(text: str) -> Iterator[str]:
    """What a line break cannot part: a Latin word with the space before it, or a wide character."""
    word = ""
    for character in text:
        if character in (BEGIN, END):
            word += character  # takes no room, and nothing breaks there
        elif ord(character) > 0x2E7F:
            if word:
                yield word
                word = ""
            yield character
        elif character == " " and word.strip():
            yield word
            word = character
        else:
            word += character
    if word:
        yield word
