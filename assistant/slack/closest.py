"""What is shown where nothing was found: only what is close indeed."""

from __future__ import annotations

from assistant.types import Citation, NotFound, Reason
from index_store.crossing import is_foreign
from index_store.words import topic_words, words

SHOWN = 2
"""Passages that are shown; more would look like an answer."""

_SHARED = 2
"""Words of the question that they must hold; a short one alone (時間) may stand there by chance."""

_TELLING = 3
"""Characters of a word that is enough by itself (来館者)."""

_SHORTEST = 12
"""Characters of a passage that says something: 異議なし does not."""


def closest(outcome: NotFound) -> tuple[Citation, ...]:
    """The passages that came close and speak of what was asked.

    What denies a question comes first whatever it holds; the rest must share words with the question.
    Words in another language cannot: they are shown where all that came close is in another one.
    """
    first = outcome.related[:1] if outcome.reason is Reason.PREMISE else ()
    rest = [one for one in outcome.related[len(first) :] if len(one.quote.strip()) >= _SHORTEST]
    own = [one for one in rest if not is_foreign(outcome.question, one.quote)]
    asked = set(topic_words(outcome.understood or outcome.question))
    near = [one for one in own if _speaks_of(asked, one)] if own else rest
    return (*first, *near)[:SHOWN]


def _speaks_of(asked: set[str], citation: Citation) -> bool:
    shared = asked & set(words(citation.quote))
    return len(shared) >= min(_SHARED, len(asked)) or any(len(word) >= _TELLING for word in shared)
