"""What a claim may rest on, made ready for comparing: the words, where they stand, what was asked."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from assistant.verifying.types import Fault, Source
from index_store.types import StoredPassage
from ingest.text import fold, sentences
from ingest.types import Place


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a claim; ``contradicted`` where the record says otherwise."""

    fault: Fault
    detail: str
    contradicted: bool = False


@dataclass(frozen=True)
class Grounds:
    """A source with the words that are said to carry a claim.

    ``said`` is the passage, ``words`` the quote itself, ``quoted`` the sentences of it that the quote touches, ``asked`` what
    the questions say that it takes up, ``around`` the meeting, agenda item, heading and speaker, all
    in NFKC. ``span`` is the quote in characters of the passage as it stands.
    """

    source: Source
    said: str
    words: str
    quoted: str
    asked: str
    around: str
    span: tuple[int, int]

    @property
    def place(self) -> Place:
        """Where the passage stands."""
        return self.source.passage.place

    @property
    def day(self) -> date | None:
        """The day of the meeting."""
        iso = self.place.date
        return date.fromisoformat(iso) if iso else None

    @property
    def everything(self) -> str:
        """All of it, folded, for looking whether a name stands anywhere."""
        return fold(f"{self.said}\n{self.asked}\n{self.around}")


def grounds(source: Source, span: tuple[int, int]) -> Grounds:
    """A source made ready, with the quote at ``span`` of its passage."""
    passage = source.passage
    asked = [asker.text + "\n" + _around(asker.place) for asker in source.asked]
    return Grounds(
        source,
        _plain(passage.text),
        _plain(passage.text[slice(*span)]),
        _plain(sentences_of(passage, span)),
        _plain("\n".join([passage.context, *asked])),
        _plain(_around(passage.place)),
        span,
    )


def sentences_of(passage: StoredPassage, span: tuple[int, int]) -> str:
    """The sentences of a passage that a span of it touches, as they stand."""
    touched = [(a, b) for a, b in sentences(passage.text) if a < span[1] and span[0] < b]
    return passage.text[touched[0][0] : touched[-1][1]] if touched else passage.text[slice(*span)]


def find_words(text: str, words: str) -> tuple[int, int] | None:
    """Where ``words`` stand in ``text``, NFKC and white space aside; None where they do not.

    Returns:
        The span in characters of ``text``, without white space at its ends.
    """
    wanted = fold(words)
    if not wanted:
        return None
    folded: list[str] = []
    origin: list[tuple[int, int]] = []
    for match in _CHARACTER.finditer(text):
        for one in unicodedata.normalize("NFKC", match.group()).lower():
            if not one.isspace():
                folded.append(one)
                origin.append(match.span())
    at = "".join(folded).find(wanted)
    return None if at < 0 else (origin[at][0], origin[at + len(wanted) - 1][1])


_CHARACTER = re.compile(r".[\u3099\u309a\uff9e\uff9f]*", re.DOTALL)
"""A character with the marks of voice behind it: ﾊﾞ is one."""


def _around(place: Place) -> str:
    parts = (place.title, place.date, place.agenda, place.heading, place.speaker, place.person, place.role)  # fmt: skip
    return "\n".join(part for part in parts if part)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
