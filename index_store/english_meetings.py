"""How English questions name meetings: the library board, the third meeting, in the May minutes, said on 11 March."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index_store.types import IndexedDocument
from index_store.words import words
from ingest.dates import MONTHS

# "may" in small letters is a verb far more often.
_MONTH = rf"(?:(?i:{'|'.join(name for name in MONTHS if name != 'may')})|May|MAY)"
_DATE = (
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?)?(?P<month>{_MONTH})\b"
    r"(?: (?P<day2>\d{1,2})(?:st|nd|rd|th)?\b)?(?:,? (?P<year>20\d\d)\b)?"
)
_HELD = r"(?i:meeting|session|sitting|hearing|minutes|debate|discussion|record(?! [a-z]))"
_SAID = (
    r"(?i:sa(?:y|ys|id)|tell|told|heard|report(?:s|ed)?|explain(?:s|ed)?|stated?|announced?|quoted?|presented|read out"
    r"|discussed|mentioned|raised|argued?|according to (?:the )?\w+)"
)
_LEAD = r"(?i:(?:(?:at|in|by|according to) )?(?:the )?)"
_WHEN = (
    re.compile(rf"\b{_LEAD}{_DATE} {_HELD}"),
    re.compile(rf"\b{_LEAD}{_HELD} (?i:of|in|on|from|for) (?i:the )?{_DATE}"),
    re.compile(rf"\b{_SAID}(?: [a-z]+){{0,2}} (?P<cut>(?i:in|on|at) {_DATE})"),
    re.compile(rf"^(?P<cut>(?i:in|on|at) {_DATE}),? "),
)
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split()
)
_NTH = re.compile(
    rf"\b(?:(?:at|in|by|from|of|according to) )?(?:the )?(?:(?P<word>{'|'.join(_ORDINALS)})|(?P<n>\d{{1,3}})(?:st|nd|rd|th)) "
    r"(?:(?:regular|ordinary|design|board|committee|public|monthly) ){0,2}(?:meeting|session|sitting)\b"
    r"|\b(?:meeting|minutes)\b[^\d]{0,20}?(?:no\.? ?|number |#)(?P<no>\d{1,3})\b|\bmeeting (?P<bare>\d{1,3})\b",
    re.IGNORECASE,
)
_HEAD = r"(?:board|council|committee|commission|panel|senate|tribunal|authority)"
_BODY = re.compile(rf"\b(?:[A-Za-z]+ ){{1,6}}{_HEAD}\b", re.IGNORECASE)
_JOINT = frozenset("and of for the &".split())
_OF_ANY_BODY = frozenset(
    words(
        "board council committee commission panel senate tribunal authority member joint meeting minutes record "
        "hearing session public regular ordinary city town village parish county district borough state full whole"
    )
)
"""Words that do not tell one body from another where one speaks of it."""

_TO_COME = re.compile(
    rf"\b(?:(?:where|when|date|day|time) (?:will|is|are)|(?:date|venue|time|place) (?:of|for)) the [\w ]{{0,25}}?{_HELD}"
    rf"|{_HELD} (?:be |been |is |to be )?(?:planned|scheduled|fixed|held next|take place)|{_HELD},? (?:when|where)\b"
    rf"|\b(?:no|next) [\w ]{{0,12}}?{_HELD}",
    re.IGNORECASE,
)
"""A meeting is asked for that is yet to be held, of which an earlier one tells."""


@dataclass(frozen=True)
class When:
    """A day or a month on which a meeting was held, and where the question says so.

    ``sure``: a meeting is spoken of; else it may be the day of anything.
    """

    span: tuple[int, int]
    sure: bool
    year: int | None
    month: int
    day: int | None


def when(plain: str) -> When | None:
    """The day or month of the meeting that a question names; None if it names none."""
    if _TO_COME.search(plain):
        return None
    for pattern in _WHEN:
        if match := pattern.search(plain):
            day = match["day"] or match["day2"]
            sure = "cut" not in pattern.groupindex
            return When(
                match.span() if sure else match.span("cut"),
                sure,
                int(match["year"]) if match["year"] else None,
                MONTHS[match["month"].lower()],
                int(day) if day else None,
            )
    return None


def nth(plain: str) -> tuple[tuple[int, int], int] | None:
    """The number of the meeting that a question names, and where; None if it names none."""
    return None if _TO_COME.search(plain) else _numbered(plain)


@lru_cache(maxsize=20_000)
def number_of(title: str) -> int | None:
    """The number of a meeting by its title: the 48th meeting, design meeting 3, Minutes no. 88."""
    found = _numbered(title)
    return found[1] if found else None


def _numbered(text: str) -> tuple[tuple[int, int], int] | None:
    match = _NTH.search(text)
    if match is None:
        return None
    if word := match["word"]:
        return match.span(), 1 + _ORDINALS.index(word.lower())
    return match.span(), int(match["n"] or match["no"] or match["bare"])


def body(
    plain: str, rows: Sequence[IndexedDocument]
) -> tuple[tuple[int, int], frozenset[str]] | None:
    """Where a question names a body, and the documents of it; None where it tells none apart.

    "the council" and "this board" may be anybody's; "the library board" must have its words in a title.
    """
    for match in _BODY.finditer(plain):
        for start, said in _names(match):
            meant = frozenset(row.name for row in rows if said <= _words_of(row.title or ""))
            if meant and len(meant) < len(rows):
                return (start, match.end()), meant
    return None


@lru_cache(maxsize=20_000)
def _words_of(title: str) -> frozenset[str]:
    return frozenset(words(title))


def _names(match: re.Match[str]) -> Iterator[tuple[int, frozenset[str]]]:
    """What the name of a body may be, the longest first: where it begins, and its words."""
    tokens = [*re.finditer(r"\S+", match.group())]
    first = len(tokens) - 1
    while first and (words(tokens[first - 1].group()) or tokens[first - 1].group() in _JOINT):
        first -= 1
    for at in range(first, len(tokens) - 1):
        said = frozenset(words(match.group()[tokens[at].start() :]))
        if said - _OF_ANY_BODY:
            yield match.start() + tokens[at].start(), said
