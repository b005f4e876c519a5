"""Every figure of a claim must stand in the record, and be the figure of the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

from assistant.verifying.figures import (
    DAY,
    FISCAL_YEAR,
    MONTH,
    YEAR,
    Figure,
    figures,
)
from assistant.verifying.grounds import Grounds, Wrong
from assistant.verifying.types import Fault
from index_store.words import words

_CLAUSE = re.compile(r"[、。,;；\n]|(?<=\D)\.\s|が、|\band\b|\bwhile\b|\bbut\b")
_NEARER = 0.2
"""By so much of the claim's words another figure must be nearer for the claim to have mixed them up."""

_FISCAL_START = 4
"""April."""

_RELATIVE = re.compile(
    r"(?P<next>来|翌|次)年(?P<f1>度)?|(?P<this>今|本|当)年(?P<f2>度)?|(?P<last>昨|去|前)年(?P<f3>度)?"
    r"|(?P<afternext>再来)年(?P<f4>度)?|(?P<beforelast>一昨)年(?P<f5>度)?"
    r"|(?P<within>年度(?:内|中)|年度末)|(?P<month>来月|今月|先月|翌月)"
    r"|\b(?P<english>next|this|last)\s+(?P<what>(?:fiscal |financial )?year|month)\b",
    re.IGNORECASE,
)
_STEPS = {"next": 1, "this": 0, "last": -1, "afternext": 2, "beforelast": -2}


def wrong_figure(claim: str, ground: Grounds) -> Wrong | None:
    """The first figure of a claim that the record does not bear out, or None.

    Args:
        claim: the claim without the words that name meeting and speaker, NFKC.
        ground: what it rests on.
    """
    said = _all_figures(ground.said, ground)
    known = [*said, *_all_figures(ground.asked, ground)]
    around = figures(ground.around)
    claimed = [*figures(claim), *_relative_not_said(claim, ground)]
    for figure in claimed:
        if figure.spelt or (figure.unit in _YEARS and _year_stands(figure, claimed, known, ground)):
            continue
        if figure.unit in _YEARS or not (
            _stands(figure, known) or _licensed(figure, claimed, around)
        ):
            return _missing(figure, said)
    if (season := _SEASON.search(claim)) and season.group() not in ground.said + ground.asked:
        return Wrong(Fault.DATE, season.group())
    return _mixed_up(claim, claimed, ground)


_YEARS = frozenset({YEAR, FISCAL_YEAR})
_SEASON = re.compile(
    r"[春夏秋冬](?=に|まで|から|頃|ごろ|以降|の(?:うち|間))|\b(?:spring|summer|autumn|winter)\b"
)


def _all_figures(text: str, ground: Grounds) -> list[Figure]:
    return [*figures(text), *relative_figures(text, ground)]


def _year_stands(
    figure: Figure, claimed: Sequence[Figure], known: Sequence[Figure], ground: Grounds
) -> bool:
    """Whether the record bears out a year: as said with the words quoted, else near the meeting's.

    Of a month that is named without a year it is the year in which that month is next to the meeting.
    """
    quoted = _all_figures(ground.quoted, ground)
    in_words = [f for f in quoted if f.unit in _YEARS]
    month = next((f for f in claimed if f.unit == MONTH and f.start >= figure.end), None)
    if month is not None and figure.unit == YEAR and ground.day is not None:
        if any(
            f.unit == YEAR and f.value == figure.value for f in _ends_of_fiscal_years(ground.quoted)
        ):
            return True
        if year := _year_of(month, ground.quoted, in_words):
            return figure.value == year
        if _stands(month, quoted):
            return figure.value in _years_near(int(month.value), ground)
    if in_words:
        return _stands(figure, in_words)
    return _stands(figure, known) or (
        not any(f.unit in _YEARS for f in known)
        and ground.day is not None
        and _stands(figure, [*figures(ground.around), *_this_fiscal_year(ground)])
    )


def _year_of(month: Figure, text: str, years: Sequence[Figure]) -> Fraction | None:
    """The year that stands just in front of a month in ``text``."""
    for other in figures(text):
        if other.unit == MONTH and other.value == month.value:
            near = [f for f in years if f.unit == YEAR and 0 <= other.start - f.end <= 1]
            if near:
                return near[0].value
    return None


def _years_near(month: int, ground: Grounds) -> set[int]:
    day = ground.day
    if day is None:
        return set()
    return {day.year} | ({day.year + 1} if month < day.month else {day.year - 1} if month > day.month else set())  # fmt: skip


def _this_fiscal_year(ground: Grounds) -> list[Figure]:
    day = ground.day
    if day is None:
        return []
    year = day.year if day.month >= _FISCAL_START else day.year - 1
    return [Figure(Fraction(year), FISCAL_YEAR, "", 0, 0)]


def relative_figures(text: str, ground: Grounds) -> list[Figure]:
    """The years and months that 来年度, 昨年 and next year mean on the day of the meeting."""
    if ground.day is None:
        return []
    found = list(_ends_of_fiscal_years(text))
    for match in _RELATIVE.finditer(text):
        year, month = ground.day.year, ground.day.month
        fiscal = year if month >= _FISCAL_START else year - 1
        if match["month"] or (match["english"] and match["what"].lower() == "month"):
            step = {"来": 1, "翌": 1, "今": 0, "先": -1}.get((match["month"] or " ")[0])
            step = _STEPS[match["english"].lower()] if step is None else step
            found.append(_figure((month - 1 + step) % 12 + 1, MONTH, match))
            continue
        if match["within"]:
            if text[max(0, match.start() - 1) : match.start()] not in _DIGITS_AND_YEARS:
                found.append(_figure(fiscal, FISCAL_YEAR, match))
            continue
        english = match["english"]
        name = next((n for n in _STEPS if match[n]), None) if not english else english.lower()
        if name is None:
            continue
        of_fiscal = any(match[f"f{n}"] for n in range(1, 6)) or "fi" in (match["what"] or "")
        found.append(_figure((fiscal if of_fiscal else year) + _STEPS[name], FISCAL_YEAR if of_fiscal else YEAR, match))  # fmt: skip
    return found


_DIGITS_AND_YEARS = frozenset("0123456789元今来昨本前翌次去同当")


def _ends_of_fiscal_years(text: str) -> Iterable[Figure]:
    """令和8年度末 is March 2027."""
    for figure in figures(text):
        if figure.unit == FISCAL_YEAR and text[figure.end : figure.end + 1] == "末":
            yield Figure(figure.value + 1, YEAR, figure.text, figure.start, figure.end)
            yield Figure(Fraction(3), MONTH, figure.text, figure.start, figure.end)


def _figure(value: int, unit: str, match: re.Match[str]) -> Figure:
    return Figure(Fraction(value), unit, match.group(), *match.span())


def _relative_not_said(claim: str, ground: Grounds) -> list[Figure]:
    """What 来年度 in a claim means, where the record does not say the same word."""
    said = ground.quoted + ground.asked
    return [
        figure
        for figure in relative_figures(claim, ground)
        if figure.text not in said and not figure.text[0].isdigit()
    ]


def _stands(figure: Figure, known: Iterable[Figure]) -> bool:
    return any(same(figure, other) for other in known)


def same(one: Figure, other: Figure) -> bool:
    """Whether two figures are one: value, unit and bound, where both have a unit."""
    if one.bound != other.bound and not {one.bound, other.bound} <= {"以上", "超", "以下", "未満", "以内"}:  # fmt: skip
        return False
    if one.bound and other.bound and one.bound != other.bound:
        return {one.bound, other.bound} == {"以下", "以内"} and one.value == other.value
    if one.value == other.value:
        return _units_agree(one.unit, other.unit)
    if one.unit == other.unit == "時":  # 夜7時 is 19時
        return abs(one.value - other.value) == 12
    if {one.unit, other.unit} == {"%", ""}:  # a quarter
        return one.value == other.value * 100 or other.value == one.value * 100
    years = {one.unit, other.unit} <= {YEAR, FISCAL_YEAR}
    return years and _year_of_era(one, other)


def _units_agree(one: str, other: str) -> bool:
    if not one or not other or one == other:
        return True
    return {one, other} <= {YEAR, FISCAL_YEAR, "年間"}


def _year_of_era(one: Figure, other: Figure) -> bool:
    """Whether one is a year without its era (3年度) and the other that year in full (2021)."""
    short, full = sorted((one, other), key=lambda figure: figure.value)
    if not (0 < short.value < 70 and full.value > 1900):
        return False
    return full.value - short.value in (2018, 1988, 1925)


def _licensed(figure: Figure, claimed: Sequence[Figure], around: Sequence[Figure]) -> bool:
    """Whether the place bears out a figure that the words do not.

    Day and month of the meeting count only as the whole date.
    """
    if figure.of_date:
        return _whole_day(claimed, around)
    return _stands(figure, [f for f in around if not f.of_date])


def _whole_day(claimed: Sequence[Figure], around: Sequence[Figure]) -> bool:
    parts = [f for f in claimed if f.unit in (MONTH, DAY)]
    return {f.unit for f in parts} == {MONTH, DAY} and all(_stands(f, around) for f in parts)


def _missing(figure: Figure, said: Sequence[Figure]) -> Wrong:
    """A figure that is not there; contradicted where the record has another of its kind."""
    others = [other for other in said if other.unit == figure.unit and figure.unit]
    fault = Fault.DATE if figure.of_date else Fault.FIGURE
    detail = figure.text + (f" ≠ {others[0].text}" if others else "")
    return Wrong(fault, detail, contradicted=bool(others))


def _mixed_up(claim: str, claimed: Sequence[Figure], ground: Grounds) -> Wrong | None:
    """A figure that stands in the record as that of something else, or None.

    Where one clause of the record holds it and another clause, with a figure of the same unit, holds
    clearly more of what the claim says of it, the claim has mixed them up.
    """
    clauses = _clauses(ground.said)
    values = {figure.value for figure in claimed}
    for figure in claimed:
        if not figure.unit or figure.spelt or figure.of_date:
            continue
        about = _words_around(claim, figure)
        if not about:
            continue
        own = [_share(about, text) for text, held in clauses if any(same(figure, f) for f in held)]
        others = [
            (_share(about, text), f)
            for text, held in clauses
            for f in held
            if f.unit == figure.unit and f.value not in values
            and not any(same(figure, g) for g in held)
        ]  # fmt: skip
        if own and others and (best := max(others, key=lambda pair: pair[0]))[0] > max(own) + _NEARER:  # fmt: skip
            return Wrong(Fault.FIGURE, f"{figure.text} ≠ {best[1].text}", contradicted=True)
    return None


def _clauses(text: str) -> list[tuple[set[str], list[Figure]]]:
    """The clauses of a text that hold figures: their words with those of the clause before."""
    found: list[tuple[set[str], list[Figure]]] = []
    before: set[str] = set()
    at = 0
    bounds = [*(match.end() for match in _CLAUSE.finditer(text) if not text[match.start() - 1 : match.end() + 1].replace(",", "").isdigit()), len(text)]  # fmt: skip
    for end in bounds:
        clause = text[at:end]
        held = figures(clause)
        own = set(words(clause))
        if held:
            found.append((own | before, held))
            before = set()
        else:
            before = own if clause[-1:] not in "。\n" else set()
        at = end
    return found


def apartness(claim: str, ground: Grounds) -> float:
    """How little of what a claim says of its figures stands with them in the record, 0 to 1.

    The worst of its figures; 0 where it has none, or where the languages differ.
    """
    clauses = _clauses(ground.said)
    worst = 0.0
    for figure in figures(claim):
        about = _words_around(claim, figure)
        own = [_share(about, text) for text, held in clauses if any(same(figure, f) for f in held)]
        if about and own and not figure.of_date:
            worst = max(worst, 1.0 - max(own))
    return worst


def _words_around(claim: str, figure: Figure) -> set[str]:
    """What a claim says of a figure: the words of its clause, without figures."""
    starts = [m.end() for m in _CLAUSE.finditer(claim) if m.end() <= figure.start]
    ends = [m.start() for m in _CLAUSE.finditer(claim) if m.start() >= figure.end]
    clause = claim[(starts or [0])[-1] : (ends or [len(claim)])[0]]
    return {word for word in words(clause) if not word[0].isdigit()}


def _share(wanted: set[str], held: set[str]) -> float:
    return len(wanted & held) / len(wanted)
