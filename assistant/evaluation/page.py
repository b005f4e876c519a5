"""A run as one web page that can be shared: styles and plots within, nothing fetched, no script.

Everything that comes from records, questions or file names is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from assistant.evaluation import comparing
from assistant.evaluation.calibration import Calibration, calibration
from assistant.evaluation.comparing import Against
from assistant.evaluation.measures import ANSWERING, RETRIEVAL, Figure, figures
from assistant.evaluation.report import (
    NAMES,
    Table,
    against_table,
    answer_table,
    calibration_table,
    comparison_table,
    head,
    kind_table,
    miss_notes,
    retrieval_table,
)
from assistant.evaluation.runs import Run

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2733; --soft: #5d6b7a; --line: #d5dbe1;
  --paper: #ffffff; --bar: #9fb4c9; --main: #1f6f8b; --whisker: #1d2733; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --soft: #9aa7b4; --line: #37424d;
  --paper: #14191f; --bar: #4a5d70; --main: #4fa3bf; --whisker: #e6ebf0; } }
body { font: 16px/1.6 system-ui, "Hiragino Sans", "Noto Sans JP", sans-serif; color: var(--ink);
  background: var(--paper); max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .25rem .9rem .25rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; }
.soft, details p { color: var(--soft); }
svg { max-width: 100%; height: auto; } svg text { fill: var(--ink); font-size: 13px; }
details { border-bottom: 1px solid var(--line); padding: .4rem 0; } summary { cursor: pointer; }
details p { margin: .2rem 0 .2rem 1.2rem; overflow-wrap: anywhere; }
"""

_LABEL, _SCALE, _VALUE, _ROW = 190, 420, 120, 22
"""Pixels of a plot: names, the axis from 0 to 1, figures, and a bar's row."""


def page(run: Run, before: Against | None) -> str:
    """The report as HTML.

    Args:
        run: what was run.
        before: the comparison with an earlier run, or None.
    """
    return whole_page(f"Evaluation of {run.path}", "\n".join(_body(run, before)))


def whole_page(title: str, body: str) -> str:
    """A page of this look; ``body`` is HTML."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n"
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _body(run: Run, before: Against | None) -> Iterator[str]:
    yield f"<h1>Evaluation of {escape(run.path)}</h1>"
    yield f"<p>{escape(head(run))}</p>"
    yield f'<p class="soft">Made {escape(run.made)}. Whiskers are 95 % bootstrap intervals.</p>'
    yield "<h2>Retrieval</h2>"
    yield _retrieval_plot(run)
    yield table(retrieval_table(run))
    if others := comparison_table(run):
        yield f"<h2>{escape(run.main)} minus the others</h2>"
        yield '<p class="soft">p: paired randomisation test, two-sided.</p>'
        yield table(others)
    if run.answers:
        found = figures(run.answers, ANSWERING)
        yield "<h2>Answers</h2>"
        yield _plot([(NAMES[m], figure, True) for m in ANSWERING if (figure := found[m])])
        yield table(answer_table(run))
    if weighed := calibration(run):
        yield "<h2>Confidence</h2>"
        yield '<p class="soft">On the line, confidence means what it says; dots are as large as the number of questions.</p>'
        yield _reliability_plot(weighed)
        yield table(calibration_table(weighed))
    yield f"<h2>By kind ({escape(run.main)})</h2>"
    yield table(kind_table(run))
    if before is not None:
        yield from _against(before)
    yield from _misses(run)


def _retrieval_plot(run: Run) -> str:
    found = {name: figures(run.of(name).values(), RETRIEVAL) for name in run.systems}
    bars = [
        (f"{NAMES[measure]}  {name}", figure, name == run.main)
        for measure in RETRIEVAL
        for name in run.systems
        if (figure := found[name][measure]) is not None
    ]
    return _plot(bars)


def _plot(bars: Sequence[tuple[str, Figure, bool]]) -> str:
    """Bars from 0 to 1 with whiskers; each a name, its figure, and whether it is the main one."""
    width, height = _LABEL + _SCALE + _VALUE, _ROW * len(bars) + 4
    drawn = "\n".join(_bar(at, *bar) for at, bar in enumerate(bars))
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="Bars of the figures in the table below">\n{drawn}\n</svg>'
    )


def _bar(at: int, name: str, found: Figure, main: bool) -> str:
    top = at * _ROW + 4
    middle = top + 7
    low, high = (_LABEL + _SCALE * x for x in (found.low, found.high))
    whisker = f"M{low:.1f} {middle - 4}v8M{low:.1f} {middle}H{high:.1f}M{high:.1f} {middle - 4}v8"
    return (
        f'<text x="0" y="{middle + 5}">{escape(name)}</text>'
        f'<rect x="{_LABEL}" y="{top}" width="{_SCALE * found.value:.1f}" height="14" '
        f'fill="var(--{"main" if main else "bar"})"/>'
        f'<path d="{whisker}" stroke="var(--whisker)" fill="none"/>'
        f'<text x="{_LABEL + _SCALE + 12}" y="{middle + 5}">'
        f"{found.value:.3f} (n={found.n})</text>"
    )


def _reliability_plot(found: Calibration) -> str:
    """Confidence across, the share that can be answered upwards, each from 0 to 1."""
    side, left = 300, 60
    dots = "\n".join(
        f'<circle cx="{left + side * one.confidence:.1f}" cy="{10 + side * (1 - one.answerable):.1f}" '
        f'r="{3 + 14 * (one.n / found.n) ** 0.5:.1f}" fill="var(--main)" fill-opacity="0.75">'
        f"<title>sure by {one.confidence:.2f}: {one.answerable:.2f} of {one.n}</title></circle>"
        for one in found.bins
    )
    ticks = "".join(
        f'<text x="{left - 8}" y="{14 + side * (1 - at):.0f}" text-anchor="end">{at:g}</text>'
        f'<text x="{left + side * at:.0f}" y="{side + 28}" text-anchor="middle">{at:g}</text>'
        for at in (0, 0.5, 1)
    )
    return (
        f'<svg viewBox="0 0 {left + side + 20} {side + 50}" width="{left + side + 20}" '
        f'height="{side + 50}" role="img" aria-label="Reliability of the confidence">'
        f'<rect x="{left}" y="10" width="{side}" height="{side}" fill="none" stroke="var(--line)"/>'
        f'<path d="M{left} {side + 10}L{left + side} 10" stroke="var(--soft)" '
        f'stroke-dasharray="4 4"/>\n{dots}\n{ticks}'
        f'<text x="{left + side / 2:.0f}" y="{side + 46}" text-anchor="middle">confidence</text>'
        f'<text x="14" y="{10 + side / 2:.0f}" text-anchor="middle" '
        f'transform="rotate(-90 14 {10 + side / 2:.0f})">can be answered</text></svg>'
    )


def table(rows: Table) -> str:
    """A table as HTML; its first row and column are headers."""
    first, *rest = rows
    heads = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in first)
    lines = "\n".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rest
    )
    return (
        f'<div class="wide"><table>\n<thead><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{lines}\n</tbody>\n</table></div>"
    )


def _against(before: Against) -> Iterator[str]:
    yield f"<h2>Against {escape(before.path)}</h2>"
    yield f'<p class="soft">Made {escape(before.made)}.</p>'
    yield table(against_table(before))
    if before.apart:
        yield f"<p>Left out, since only one run has them so: {escape(', '.join(before.apart))}</p>"
    rows = [
        [change.course.value, change.question.id, change.question.question, change.before, change.after]
        for change in before.changes
    ]  # fmt: skip
    yield table([["", "id", "question", "then", "now"], *rows])


def _misses(run: Run) -> Iterator[str]:
    missed = comparing.misses(run)
    yield f"<h2>Misses ({len(missed)})</h2>"
    for miss in missed:
        notes = "".join(f"<p>{escape(line)}</p>" for line in miss_notes(miss))
        question = miss.question
        yield (
            f"<details><summary>{escape(question.id)} "
            f'<span class="soft">{escape(question.kind)}</span> {escape(question.question)}'
            f"</summary>{notes}</details>"
        )
