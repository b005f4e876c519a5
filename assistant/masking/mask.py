"""The mask of one question: personal data become placeholders, and placeholders personal data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from assistant.masking.addresses import addresses
from assistant.masking.contacts import mails, telephones
from assistant.masking.numbers import numbers
from assistant.masking.spans import Kind, Span, plain

_FINDERS = (mails, numbers, telephones, addresses)
"""In order of precedence where what they find overlaps."""

# As given, and as a model may copy it: other brackets, one of two, escaped, other case, spaces.
_KINDS = "|".join(kind.replace("_", r"\\?[\s_-]?") for kind in Kind)
_PLACEHOLDER = re.compile(
    r"(?:\\\[\s?\\\[|[\[【〔](?:\s?[\[【〔])?)"
    rf"\s?(?P<kind>{_KINDS})\s?\\?[-_]?\s?(?P<number>\d{{1,4}})\s?"
    r"(?:\\\]\s?\\\]|[\]】〕](?:\s?[\]】〕])?)",
    re.IGNORECASE,
)
_BLANK = "\x00"


class Mask:
    """What was masked for one question, and under which placeholder; not for several threads.

    A value keeps its placeholder as long as the mask lives. Values are told apart as written, so
    that each comes back exactly so. Numbers that a text already holds in the form of a placeholder
    are not given; one that a later text holds is taken for the placeholder.
    """

    def __init__(self) -> None:
        self._given: dict[tuple[Kind, str], str] = {}
        self._values: dict[tuple[Kind, int], str] = {}
        self._taken: set[tuple[Kind, int]] = set()

    def __repr__(self) -> str:
        """Kinds and counts only: what is masked must not come out in a log."""
        counts = ", ".join(f"{kind.value}={count}" for kind, count in self.counts.items())
        return f"Mask({counts})"

    @property
    def counts(self) -> Mapping[Kind, int]:
        """How many different values of each kind were masked; kinds without any are left out."""
        return Counter(kind for kind, _ in self._values)

    def mask(self, text: str) -> str:
        """The text with a placeholder such as ``[[TELEPHONE-1]]`` for each piece of personal data.

        A masked text comes back as it is.
        """
        self._taken.update(key for key, _ in _placeholders(plain(text)))
        # What one pass leaves beside a placeholder may be recognised once that stands there.
        while (masked := self._masked_once(text)) != text:
            text = masked
        return text

    def restore(self, text: str) -> str:
        """The text with each placeholder of this mask replaced by what it stands for."""
        parts, last = [], 0
        for key, span in _placeholders(plain(text)):
            if key in self._values:
                parts += [text[last : span[0]], self._values[key]]
                last = span[1]
        return "".join([*parts, text[last:]])

    def _masked_once(self, text: str) -> str:
        parts, last = [], 0
        for span in _found(text):
            value = text[span.start : span.end]
            parts += [text[last : span.start], self._placeholder(span.kind, value)]
            last = span.end
        return "".join([*parts, text[last:]])

    def _placeholder(self, kind: Kind, value: str) -> str:
        if (kind, value) not in self._given:
            number = 1
            while (kind, number) in self._taken:
                number += 1
            self._taken.add((kind, number))
            self._values[kind, number] = value
            self._given[kind, value] = f"[[{kind.upper()}-{number}]]"
        return self._given[kind, value]


def _placeholders(text: str) -> Iterator[tuple[tuple[Kind, int], tuple[int, int]]]:
    """Kind and number of each placeholder in a plain text, and where it stands."""
    for match in _PLACEHOLDER.finditer(text):
        kind = Kind(re.sub(r"[\\\s_-]+", "_", match["kind"]).lower())
        yield (kind, int(match["number"])), match.span()


def _found(text: str) -> list[Span]:
    """Personal data in a text, in order, without overlaps and outside of placeholders."""
    seen = plain(text)
    for _, (start, end) in _placeholders(seen):
        seen = seen[:start] + _BLANK * (end - start) + seen[end:]
    taken: list[Span] = []
    for find in _FINDERS:
        for span in find(seen):
            if all(span.end <= other.start or other.end <= span.start for other in taken):
                taken.append(span)
    return sorted(taken, key=lambda span: span.start)
