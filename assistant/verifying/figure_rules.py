"""Every figure of a claim must stand in the record, and be the figure of the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from assistant.verifying.date_rules import (
    meant,
    relative,
    season_not_said,
    turned_round,
    year_stands,
)
from assistant.verifying.figures import ABOVE, BELOW, DAY, MONTH, Figure, figures
from assistant.verifying.grounds import Grounds, Wrong
from assistant.verifying.polarity_rules import opposite
from assistant.verifying.types import Fault
from assistant.verifying.units import HOUR, YEARS, agree, in_smaller
from index_store.words import words

_CLAUSE = re.compile(r"[、。;；\n]|(?<!\d),|,(?!\d)|(?<=\D)\.\s|が、|\band\b|\bwhile\b|\bbut\b")
_LABEL = re.compile(r"[\u4e00-\u9fffァ-ヶー]{2,8}(?=の(?:約|およそ|延べ)?$)")
"""What a figure is said to be of: 前年度の38%."""

_LABEL_OF_ALL = re.compile(r"[\u4e00-\u9fffァ-ヶー]{2,8}(?=[のはがも](?:約|およそ|延べ)?$)")
"""The same, and what the sentence is about: 中学生は71人."""

_NEARER = 0.2
"""By so much of the claim's words another figure must be nearer for the claim to have mixed them up."""

_SAME_SIDE = (
    frozenset({"以下", "以内"}),
    *(frozenset({ABOVE, other}) for other in ("", "超", "以上")),
    *(frozenset({BELOW, other}) for other in ("", "未満", "以下", "以内")),
)
"""Bounds that do not contradict one another."""


def wrong_figure(claim: str, ground: Grounds) -> Wrong | None:
    """The first figure of a claim that the record does not bear out, or None.

    Args:
        claim: the claim without the words that name meeting and speaker, NFKC.
        ground: what it rests on.
    """
    said = meant(ground.said, ground)
    asked = meant(ground.asked, ground)
    known = [*said, *asked]
    # A number is carried by the words quoted; another sentence may have it of another thing.
    quoted = meant(ground.quoted, ground)
    carried = [*quoted, *(f for f in asked if all(f.unit != other.unit for other in quoted))]
    around = figures(ground.around)
    claimed = [*figures(claim), *_relative_not_said(claim, ground)]
    for figure in claimed:
        if figure.spelt:
            continue
        if figure.unit in YEARS and figure.value > 100:
            stands = year_stands(figure, claimed, known, ground)
        else:
            near = known if figure.of_date else carried
            stands = _stands(figure, near) or _licensed(figure, claimed, around)
        if not stands:
            return _missing(figure, said)
        if (figure.of_date or figure.unit == HOUR) and turned_round(claim, figure, ground.quoted):
            return Wrong(Fault.DATE, figure.text, contradicted=True)
    return season_not_said(claim, ground) or _mixed_up(claim, claimed, ground)


def _relative_not_said(claim: str, ground: Grounds) -> list[Figure]:
    """What 来年度 in a claim means, where the record does not say the same word."""
    said = ground.quoted + ground.asked
    return [
        figure
        for figure in relative(claim, ground.day)
        if figure.text not in said
        and not figure.text[0].isdigit()
        and figure.text[0] not in "令平昭"
    ]


def _stands(figure: Figure, known: Iterable[Figure]) -> bool:
    return any(same(figure, other) for other in known)


def same(one: Figure, other: Figure) -> bool:
    """Whether two figures are one: value, unit and bound, where both have a unit."""
    if one.bound != other.bound and frozenset({one.bound, other.bound}) not in _SAME_SIDE:
        return False
    if one.value == other.value and agree(one.unit, other.unit):
        return True
    if one.unit == other.unit == HOUR:  # 夜7時 is 19時
        return abs(one.value - other.value) == 12
    if {one.unit, other.unit} == {"%", ""}:  # a quarter
        return one.value == other.value * 100 or other.value == one.value * 100
    if {one.unit, other.unit} <= YEARS:  # 3年度 is 2021
        short, full = sorted((one.value, other.value))
        return 0 < short < 70 and full - short in (2018, 1988, 1925)
    return bool(one.unit) and in_smaller(one.value, one.unit) == in_smaller(other.value, other.unit)


def _licensed(figure: Figure, claimed: Sequence[Figure], around: Sequence[Figure]) -> bool:
    """Whether the place bears out a figure that the words do not.

    Day and month of the meeting count only as the whole date.
    """
    if figure.of_date:
        parts = [f for f in claimed if f.unit in (MONTH, DAY)]
        return {f.unit for f in parts} == {MONTH, DAY} and all(_stands(f, around) for f in parts)
    return _stands(figure, [f for f in around if not f.of_date])


def _missing(figure: Figure, said: Sequence[Figure]) -> Wrong:
    """A figure that is not there; contradicted where the record has another of its kind."""
    others = [other for other in said if other.unit == figure.unit and figure.unit]
    fault = Fault.DATE if figure.of_date else Fault.FIGURE
    detail = figure.text + (f" ≠ {others[0].text}" if others else "")
    return Wrong(fault, detail, contradicted=bool(others))


@dataclass(frozen=True)
class _Clause:
    """A clause with figures: its own words, those of the clauses before that lead to it, its text."""

    sentence: int
    own: frozenset[str]
    words: frozenset[str]
    figures: tuple[Figure, ...]
    text: str

    def holds(self, figure: Figure) -> bool:
        return any(same(figure, other) for other in self.figures)

    def rivals(self, figure: Figure) -> list[Figure]:
        """Its figures of the same unit, if the figure itself is not among them."""
        if self.holds(figure):
            return []
        return [f for f in self.figures if f.unit == figure.unit and f.value != figure.value]


def _mixed_up(claim: str, claimed: Sequence[Figure], ground: Grounds) -> Wrong | None:
    """A figure that stands in the record as that of something else, or None."""
    clauses = _clauses(ground.said)
    values = {figure.value for figure in claimed}
    for figure in claimed:
        if found := _of_another_deed(claim, figure, ground.said):
            return Wrong(Fault.FIGURE, f"{figure.text} ≠ {found}", contradicted=True)
        about = _words_around(claim, figure)
        bearing = [clause for clause in clauses if clause.holds(figure)]
        if not (figure.unit and about and bearing) or figure.spelt or figure.unit in YEARS:
            continue
        others = [
            (clause, rival)
            for clause in clauses
            for rival in clause.rivals(figure)
            if rival.value not in values
        ]
        found = (
            _of_another(claim, figure, bearing, ground)
            or _of_its_neighbour(claim, figure, bearing, others)
            or _nearer(about, bearing, others)
        )
        if found:
            return Wrong(Fault.FIGURE, f"{figure.text} ≠ {found}", contradicted=True)
    return None


def _of_another(
    claim: str, figure: Figure, bearing: Sequence[_Clause], ground: Grounds
) -> str | None:
    """What the claim calls the figure's (前年度の38%) where the record has both, apart."""
    label = _LABEL.search(claim[: figure.start])
    called = set(words(label.group())) if label else set()
    if not label or not called or not called <= set(words(ground.said)):
        return None
    return None if any(called & clause.words for clause in bearing) else label.group()


_DEED_BEHIND = re.compile(
    r"^(?:が|を|に|から|で|は)(?P<deed>[\u4e00-\u9fff])|^ (?P<thing>[a-z]{4,}?)s?\b"
)
"""The character with which the deed begins that a figure belongs to: 22人が修了."""


def _of_another_deed(claim: str, figure: Figure, said: str) -> str | None:
    """A figure told with the deed that belongs to its neighbour: 30人が修了 for 22人が修了."""
    here = _deed_behind(claim, figure)
    if here is None:
        return None
    theirs = [(other, _deed_behind(said, other)) for other in figures(said) if agree(figure.unit, other.unit)]  # fmt: skip
    own = {deed for other, deed in theirs if same(figure, other)}
    rivals = [other for other, deed in theirs if deed == here and not same(figure, other)]
    return rivals[0].text if own and None not in own and here not in own and rivals else None


def _deed_behind(text: str, figure: Figure) -> str | None:
    match = _DEED_BEHIND.match(text[figure.end :])
    return (match["deed"] or match["thing"]) if match else None


def _of_its_neighbour(
    claim: str, figure: Figure, bearing: Sequence[_Clause], others: Sequence[tuple[_Clause, Figure]]
) -> str | None:
    """A figure told of what its neighbour in the sentence is told of: 平日が1,500円、休日が2,000円."""
    label = _LABEL_OF_ALL.search(claim[: figure.start])
    called = set(words(label.group())) if label else set()
    around = _clause_around(claim, figure)
    for clause, rival in others:
        beside = [b for b in bearing if b.sentence == clause.sentence and _SUBJECT.search(b.text)]
        if len(beside) < len(bearing):
            continue
        strays = called and called <= clause.own and not any(called & b.words for b in beside)
        if strays or all(opposite(around, b.text) for b in beside):
            return rival.text
    return None


def _nearer(
    about: set[str], bearing: Sequence[_Clause], others: Sequence[tuple[_Clause, Figure]]
) -> str | None:
    """Another clause that holds clearly more of what the claim says of a figure, by its figure."""
    own = max(_share(about, clause.words) for clause in bearing)
    best = max(others, key=lambda pair: _share(about, pair[0].words), default=None)
    if best and _share(about, best[0].words) > own + _NEARER:
        return best[1].text
    return None


_SUBJECT = re.compile(r"[\u4e00-\u9fffァ-ヶー](?:が|は|も)|うち")


@lru_cache(maxsize=64)
def _clauses(text: str) -> tuple[_Clause, ...]:
    """The clauses of a text that hold figures."""
    found: list[_Clause] = []
    before: frozenset[str] = frozenset()
    at = sentence = 0
    for end in [*(match.end() for match in _CLAUSE.finditer(text)), len(text)]:
        clause = text[at:end]
        held, own = figures(clause), frozenset(words(clause))
        ends = clause.rstrip(" ")[-1:] in ("。", "\n", ".")
        if held:
            found.append(_Clause(sentence, own, own | before, tuple(held), clause))
        before = frozenset() if held or ends else before | own
        sentence += ends
        at = end
    return tuple(found)


def _words_around(claim: str, figure: Figure) -> set[str]:
    """What a claim says of a figure: the words of its clause, without figures."""
    return {word for word in words(_clause_around(claim, figure)) if not word[0].isdigit()}


def _clause_around(claim: str, figure: Figure) -> str:
    starts = [m.end() for m in _CLAUSE.finditer(claim) if m.end() <= figure.start]
    ends = [m.start() for m in _CLAUSE.finditer(claim) if m.start() >= figure.end]
    return claim[(starts or [0])[-1] : (ends or [len(claim)])[0]]


def _share(wanted: Set[str], held: Set[str]) -> float:
    return len(wanted & held) / len(wanted)
