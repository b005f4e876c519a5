"""A follow-up, made to stand alone by a language model, and taken only if it adds nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.conversation import Exchanged
from assistant.masking import Mask
from assistant.question import MAX_CHARACTERS
from assistant.types import Answer, Language
from assistant.verifying.figures import figures
from assistant.writing.calling import Message
from assistant.writing.prompts import Prompts
from index_store.words import topic_words, words

EXCHANGES = 3
"""Questions before that are told; what a question refers to stands near."""

QUOTE = 160
"""Characters of an answer that are told."""

Ask = Callable[[Sequence[Message]], str]
"""Sends messages to a model and gives its whole answer; raises ModelError."""


def standalone(
    question: str, before: Sequence[Exchanged], language: Language, prompts: Prompts, ask: Ask, mask: Mask | None
) -> str | None:  # fmt: skip
    """The question as one that can be understood by itself, or None where the model's is not to be had.

    What it holds must come from the question or the conversation: a word, figure or name of the
    model's own would be searched for, and might be found.

    Raises:
        ModelError: the model failed.
    """
    hide = mask.mask if mask else str
    prompt = prompts.filled(
        "standalone", language, conversation=hide(told(before)), question=hide(question)
    )
    text = ask([Message("user", prompt)])
    written = (mask.restore(text) if mask else text).strip().strip("「」\"'").split("\n")[0].strip()
    return written if _adds_nothing(written, question, before) else None


def told(before: Sequence[Exchanged]) -> str:
    """The conversation as a model reads it."""
    lines = []
    for exchanged in before[-EXCHANGES:]:
        lines.append(f"Q: {exchanged.understood}")
        answer = exchanged.outcome
        if isinstance(answer, Answer):
            lines += [f"A: {s.text[:QUOTE]}" for s in answer.sentences[:2]]
        lines += [f"   ({place.speaker}, {place.title})" for place in exchanged.about[:1] if place.speaker]  # fmt: skip
    return "\n".join(lines)


def _adds_nothing(written: str, question: str, before: Sequence[Exchanged]) -> bool:
    if not written or len(written) > MAX_CHARACTERS:
        return False
    known = f"{question}\n{told(before)}\n" + "\n".join(
        f"{place.speaker} {place.person} {place.title} {place.agenda}"
        for exchanged in before[-EXCHANGES:]
        for place in exchanged.about
    )
    values = {(figure.value, figure.unit) for figure in figures(known)}
    if any((f.value, f.unit) not in values for f in figures(written) if not f.spelt):
        return False
    return set(topic_words(written)) <= set(words(known))
