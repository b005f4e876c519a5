"""A run for people at a terminal: tables of figures, comparisons, and every miss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from assistant.evaluation import comparing
from assistant.evaluation.calibration import Calibration, calibration
from assistant.evaluation.comparing import Against, Miss
from assistant.evaluation.measures import (
    ANSWERING,
    BY_TURN,
    RETRIEVAL,
    Difference,
    Figure,
    figures,
    p50,
    p95,
)
from assistant.evaluation.runs import Answered, Retrieved, Run, Shown
from assistant.framing import shown
from assistant.render import shortened, wrap
from ingest.text import display_width

SHOWN_MISSES = 30
"""Misses told at a terminal; ``--json`` and ``--html`` have all."""

_DIFFERENCES = ("recall@1", "recall@5", "mrr", "ndcg@10", *BY_TURN)
_BY_KIND_RETRIEVAL = ("recall@1", "recall@5", "mrr")
_BY_KIND_ANSWERS = ("answers_right", "citation_precision", "abstention_recall")
NAMES = {
    "recall@1": "R@1",
    "recall@3": "R@3",
    "recall@5": "R@5",
    "recall@10": "R@10",
    "mrr": "MRR",
    "ndcg@10": "nDCG@10",
    "turn_precision": "turn precision",
    "turn_recall": "turn recall",
    "answered": "answered",
    "answers_right": "answers right",
    "quotes_right": "right in the quote",
    "citation_precision": "citation precision",
    "speaker_accuracy": "speaker accuracy",
    "quote_exactness": "quote exactness",
    "abstention_precision": "abstention precision",
    "abstention_recall": "abstention recall",
}
"""Measures as they are headed."""

Table = Sequence[Sequence[str]]


def run_lines(run: Run, before: Against | None, width: int) -> Iterator[str]:
    """The whole report.

    Args:
        run: what was run.
        before: the comparison with an earlier run, if asked for.
        width: columns of the terminal.
    """
    yield from wrap(head(run), width)
    yield from titled(f"Retrieval, {run.main} last", retrieval_table(run), width)
    if others := comparison_table(run):
        yield from titled(f"{run.main} minus the others, with paired p-values", others, width)
    if run.answers:
        yield from titled("Answers", answer_table(run), width)
    if weighed := calibration(run):
        yield from titled("Confidence", calibration_table(weighed), width)
    yield from titled(f"By kind ({run.main})", kind_table(run), width)
    if before is not None:
        yield from _against_lines(before, width)
    yield from _miss_lines(comparing.misses(run), width)


def head(run: Run) -> str:
    """What was run on what, in a sentence."""
    answerable = sum(question.answerable for question in run.questions)
    return (
        f"{run.path}: {len(run.questions):,} questions, {answerable:,} answerable; "
        f"{run.documents:,} documents, {run.passages:,} passages; {run.model}"
    )


def retrieval_table(run: Run) -> Table:
    """Measures by system: a column for each system, the main one last."""
    found = {name: figures(run.of(name).values(), RETRIEVAL) for name in run.systems}
    rows = [["", *run.systems]]
    for measure in RETRIEVAL:
        cells = [interval(found[name][measure]) for name in run.systems]
        if any(cells):
            rows.append([NAMES[measure], *cells])
    times = {name: [one.seconds for one in run.of(name).values()] for name in run.systems}
    rows.append(["seconds p50", *(f"{p50(times[name]):.3f}" for name in run.systems)])
    rows.append(["seconds p95", *(f"{p95(times[name]):.3f}" for name in run.systems)])
    return rows


def comparison_table(run: Run) -> Table:
    """The main system minus each other, or nothing where there is no other."""
    between = comparing.between_systems(run)
    measures = [m for m in _DIFFERENCES if any(found[m] for found in between.values())]
    rows = [
        [f"− {name}", *(_difference(found[m]) for m in measures)] for name, found in between.items()
    ]
    return [["", *(NAMES[m] for m in measures)], *rows] if rows else []


def answer_table(run: Run) -> Table:
    """Measures of the answers, one a row."""
    found = figures(run.answers, ANSWERING)
    rows = [["", "", "of"]]
    rows += [[NAMES[m], interval(f), str(f.n)] for m in ANSWERING if (f := found[m])]
    times = [answer.seconds for answer in run.answers]
    rows.append(["seconds p50, p95", f"{p50(times):.3f}, {p95(times):.3f}", str(len(times))])
    return rows


def calibration_table(found: Calibration) -> Table:
    """How far confidence means what it says: the whole, then a row for each step of confidence."""
    area = "" if found.area is None else f", area under the curve {decimal(found.area)}"
    rows = [["", "can be answered", "of"]]
    rows += [
        [f"sure by {one.confidence:.2f}", decimal(one.answerable), str(one.n)] for one in found.bins
    ]
    whole = f"expected error {decimal(found.error)}{area}"
    return [*rows, ["all", whole, str(found.n)]]


def kind_table(run: Run) -> Table:
    """A row for each kind of question, and one for all."""
    ranked, answered = run.of(run.main), run.answered
    measures = (*_BY_KIND_RETRIEVAL, *(_BY_KIND_ANSWERS if answered else ()))
    rows = [["", "n", *(NAMES[m] for m in measures)]]
    kinds = dict.fromkeys(question.kind for question in run.questions)
    for kind in (*kinds, None):
        chosen = [q.id for q in run.questions if kind in (None, q.kind)]
        results: list[Retrieved | Answered] = [ranked[i] for i in chosen if i in ranked]
        results += [answered[i] for i in chosen if i in answered]
        found = figures(results, measures)
        rows.append([kind or "all", str(len(chosen)), *(_value(found[m]) for m in measures)])
    return rows


def _against_lines(before: Against, width: int) -> Iterator[str]:
    rows = against_table(before)
    yield from titled(f"Against {before.path} of {before.made}", rows, width)
    if before.apart:
        yield from wrap(
            f"left out, since only one run has them so: {', '.join(before.apart)}",
            width,
            "  ",
            "  ",
        )
    for change in before.changes:
        lead = f"  {change.course:6} "
        yield from wrap(
            f"{change.before} → {change.after}  {change.question.id}  {change.question.question}",
            width,
            lead,
            " " * 9,
        )
    if not before.changes:
        yield "  no question fares otherwise"


def against_table(before: Against) -> Table:
    """What changed of each measure since the earlier run."""
    found = before.differences
    rows = [[NAMES[m], _difference(found[m]), str(d.n)] for m in found if (d := found[m])]
    return [["", "now minus then", "of"], *rows]


def _miss_lines(missed: Sequence[Miss], width: int) -> Iterator[str]:
    if missed:
        yield ""
        yield "Misses"
    for miss in missed[:SHOWN_MISSES]:
        yield from wrap(miss.question.question, width, f"  {miss.question.id}  ", "    ")
        for line in miss_notes(miss):
            yield from wrap(line, width, "    ", "      ")
    if len(missed) > SHOWN_MISSES:
        yield f"  and {len(missed) - SHOWN_MISSES} more: see --json or --html"


def miss_notes(miss: Miss) -> Iterator[str]:
    """What went wrong with a question, a line each."""
    one = miss.retrieved
    if one is not None:
        absent = "" if one.right else "; nothing in the index holds it"
        yield f"right passage: {comparing.rank_name(one.rank)}{absent}"
        if one.first is not None:
            yield f"found first: {described(one.first)}"
        if one.wanted is not None:
            yield f"wanted: {described(one.wanted)}"
    if miss.answer is not None:
        yield f"outcome, {comparing.verdict(miss.answer)}: {shown(miss.answer.text)}"


def described(passage: Shown) -> str:
    """A passage in a line: place, speaker, first words."""
    line = f":{passage.line}" if passage.line else ""
    speaker = f" {passage.speaker}" if passage.speaker else ""
    return f"{passage.document}{line}{speaker}「{shortened(shown(passage.text), 80)}」"


def _value(found: Figure | None) -> str:
    return "" if found is None else decimal(found.value)


def interval(found: Figure | None) -> str:
    """A mean with its interval: .586 .41–.76."""
    if found is None:
        return ""
    return f"{decimal(found.value)} {decimal(found.low, 2)}–{decimal(found.high, 2)}"


def _difference(found: Difference | None) -> str:
    if found is None:
        return ""
    sign = "−" if found.delta < 0 else "+"
    return f"{sign}{decimal(abs(found.delta))} p{_probability(found.p)}"


def _probability(p: float) -> str:
    return "<.001" if p < 0.001 else f"={decimal(p)}"


def decimal(value: float, digits: int = 3) -> str:
    """A share without the 0 before its point: .586, 1.00."""
    text = f"{value:.{digits}f}"
    return text[1:] if text.startswith("0.") else text[: digits + 1]


def titled(title: str, table: Table, width: int) -> Iterator[str]:
    """A blank line, the title, and the table in blocks of columns that fit."""
    yield ""
    yield title
    for block in _blocks(table, width - 2):
        for line in block:
            yield f"  {line}"


def _blocks(table: Table, width: int) -> Iterator[list[str]]:
    """The table in blocks of columns that fit, each with the first column in front."""
    columns = [[row[at] for row in table] for at in range(len(table[0]))]
    widths = [max(map(display_width, column)) for column in columns]
    chosen: list[int] = []
    for at in range(1, len(columns)):
        if chosen and widths[0] + sum(2 + widths[i] for i in (*chosen, at)) > width:
            yield _aligned(columns, widths, chosen)
            chosen = []
        chosen.append(at)
    yield _aligned(columns, widths, chosen)


def _aligned(
    columns: Sequence[Sequence[str]], widths: Sequence[int], chosen: Iterable[int]
) -> list[str]:
    lines = [_padded(cell, widths[0]) for cell in columns[0]]
    for at in chosen:
        cells = [_padded(cell, widths[at]) for cell in columns[at]]
        lines = [f"{line}  {cell}" for line, cell in zip(lines, cells, strict=True)]
    return [line.rstrip() for line in lines]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))
