"""What ``minutes eval --verify`` shows: tables, JSON, and a page with the curves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from html import escape
from typing import Any

from assistant.evaluation.page import table, whole_page
from assistant.evaluation.report import Table, decimal, interval, titled
from assistant.evaluation.verification import (
    Direction,
    Half,
    JudgeName,
    Measured,
    Verification,
)
from assistant.evaluation.verification_model import MOST_FAKES
from assistant.render import wrap

_AT = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
"""Shares of the fakes at which the curve is told."""

_HASHES = {"first": "even", "other": "odd"}
_DASHES = ("none", "9 3", "4 3", "1 3")
_SIDE, _EDGE = 360, 34
"""Pixels of the plot of a curve: its side, and the room for its scale."""


def verification_lines(done: Verification, width: int) -> Iterator[str]:
    """The whole report, for a terminal of so many columns."""
    yield from wrap(_head(done), width)
    for half in done.halves:
        yield from wrap(_half(half), width, "  ", "  ")
    for direction in done.directions:
        yield from titled(_title(direction), figure_table(direction), width)
        curves = "True kept where so many fakes are accepted"
        yield from titled(f"{curves} ({direction.measured.name} half)", curve_table(direction), width)  # fmt: skip
        weights = "What each sign is worth (log-odds for a standard deviation)"
        yield from titled(weights, weight_table(direction), width)


def _head(done: Verification) -> str:
    true, fake = (sum(getattr(half, kind) for half in done.halves) for kind in ("true", "fake"))
    answers = sum(half.answers for half in done.halves)
    return (
        f"{done.path}: {true + fake:,} summaries of {answers:,} answers, {true:,} true, "
        f"{fake:,} fake; {done.model}"
    )


def _half(half: Half) -> str:
    return (
        f"{half.name} half (the MD5 of AnswerOriginal is {_HASHES[half.name]}): "
        f"{half.answers:,} answers, {half.true:,} true, {half.fake:,} fake"
    )


def _title(direction: Direction) -> str:
    return (
        f"Learnt and set on the {direction.learnt.name} half, "
        f"measured on the {direction.measured.name}"
    )


def figure_table(direction: Direction) -> Table:
    """A row for each judge."""
    rows = [["", "area", "true kept", "fakes accepted", f"kept at {MOST_FAKES:.0%} there"]]
    for one in direction.judges:
        figures = (one.area, one.kept, one.fakes, one.kept_there)
        rows.append([one.name.value, *map(interval, figures)])
    return rows


def curve_table(direction: Direction) -> Table:
    """A row for each judge, a column for each share of the fakes."""
    rows = [["", *(f"{share:.0%}" for share in _AT)]]
    for one in _ranked(direction):
        rows.append([one.name.value, *(decimal(kept_at(one, share)) for share in _AT)])
    return rows


def weight_table(direction: Direction) -> Table:
    """A row for each sign, a column for each model."""
    models = [one for one in direction.judges if one.weights]
    signs = dict.fromkeys(sign for one in models for sign in one.weights)
    return [
        ["", *(one.name.value for one in models)],
        *([sign, *(_weight(one, sign) for one in models)] for sign in signs),
    ]


def _weight(one: Measured, sign: str) -> str:
    return f"{one.weights[sign]:+.2f}".replace("-", "−") if sign in one.weights else ""


def _ranked(direction: Direction) -> Sequence[Measured]:
    return [one for one in direction.judges if one.name is not JudgeName.ACCEPT]


def kept_at(one: Measured, share: float) -> float:
    """The most true ones that are kept while at most ``share`` of the fakes are accepted."""
    return max(kept for fakes, kept in one.curve if fakes <= share + 1e-12)


def verification_json(done: Verification) -> dict[str, Any]:
    """What ``minutes eval --verify --json`` prints."""
    return {
        "file": done.path,
        "model": done.model,
        "halves": {half.name: _half_json(half) for half in done.halves},
        "directions": [
            {
                "learnt": direction.learnt.name,
                "measured": direction.measured.name,
                "judges": {one.name.value: _judge_json(one) for one in direction.judges},
            }
            for direction in done.directions
        ],
    }


def _half_json(half: Half) -> dict[str, Any]:
    return {
        "hashes": _HASHES[half.name],
        **{name: value for name, value in asdict(half).items() if name != "name"},
    }


def _judge_json(one: Measured) -> dict[str, Any]:
    figures = {name: asdict(getattr(one, name)) for name in ("area", "kept", "fakes", "kept_there")}
    return {
        # Where no score is high enough there is no number that JSON could write.
        "threshold": one.threshold if one.threshold < float("inf") else None,
        **{
            name: {part: round(value, 6) for part, value in figure.items()}
            for name, figure in figures.items()
        },
        "curve": [[round(fakes, 6), round(kept, 6)] for fakes, kept in one.curve],
        "weights": {sign: round(value, 6) for sign, value in one.weights.items()},
    }


def verification_page(done: Verification) -> str:
    """The report as one HTML page, with the curves drawn."""
    return whole_page(f"Verification of {done.path}", "\n".join(_body(done)))


def _body(done: Verification) -> Iterator[str]:
    yield f"<h1>Verification of {escape(done.path)}</h1>"
    yield f"<p>{escape(_head(done))}</p>"
    for half in done.halves:
        yield f'<p class="soft">{escape(_half(half))}</p>'
    for direction in done.directions:
        yield f"<h2>{escape(_title(direction))}</h2>"
        yield _plot(direction)
        yield table(figure_table(direction))
        yield table(curve_table(direction))
        yield table(weight_table(direction))


def _plot(direction: Direction) -> str:
    """Curves of true ones kept (upwards) over fakes accepted, each named in the lower right."""
    whole = _SIDE + 2 * _EDGE
    bound = _EDGE + _SIDE * MOST_FAKES
    drawn = "\n".join(_curve(at, one) for at, one in enumerate(_ranked(direction)))
    return (
        f'<svg viewBox="0 0 {whole} {whole}" width="{whole}" height="{whole}" role="img" '
        f'aria-label="True ones kept over fakes accepted, as in the tables below">\n'
        f'<rect x="{_EDGE}" y="{_EDGE}" width="{_SIDE}" height="{_SIDE}" fill="none" '
        f'stroke="var(--line)"/>'
        f'<path d="M{bound:.1f} {_EDGE}v{_SIDE}" stroke="var(--line)"/>\n{drawn}\n'
        f'<text x="{_EDGE}" y="{_EDGE - 12}">true kept</text>'
        f'<text x="{whole - _EDGE}" y="{whole - 10}" text-anchor="end">fakes accepted</text>\n</svg>'
    )


def _curve(at: int, one: Measured) -> str:
    """The ``at``-th curve with its line in the legend."""
    points = " ".join(
        f"{_EDGE + _SIDE * fakes:.1f},{_EDGE + _SIDE * (1 - kept):.1f}" for fakes, kept in one.curve
    )
    stroke = f'fill="none" stroke="var(--main)" stroke-width="2" stroke-dasharray="{_DASHES[at]}"'
    left, middle = _EDGE + _SIDE - 150, _EDGE + _SIDE - 90 + 20 * at
    return (
        f'<polyline points="{points}" {stroke}/><path d="M{left} {middle}h36" {stroke}/>'
        f'<text x="{left + 44}" y="{middle + 4}">{escape(one.name.value)}</text>'
    )
