"""The passages that a model is given: numbered, with who speaks, when, on what, and in reply to what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from assistant.framing import shown
from assistant.places import meeting, topic, who
from assistant.types import Language
from assistant.verifying.types import Source
from index_store.types import Hit, StoredPassage

MOST = 8
"""Passages that a model is given; more dilute what it reads."""

FEWEST = 2

CHARACTERS_PER_TOKEN = 1.0
"""Of Japanese, as tokenizers of language models cut it; Latin text takes fewer tokens."""

Turns = Callable[[str, Sequence[int]], Sequence[Hit]]
"""The passages of some turns of a document."""


def chosen(hits: Sequence[Hit], first: Sequence[str], room: float) -> list[StoredPassage]:
    """The passages for a model, best first, as many as fit.

    Args:
        hits: what was found, best first.
        first: ids of passages that come ahead (those that the quoting answer cites).
        room: tokens that they may take.
    """
    ahead = {hit.passage.id: hit.passage for hit in hits if hit.passage.id in first}
    ranked = [ahead[id_] for id_ in dict.fromkeys(first) if id_ in ahead]
    ranked += [hit.passage for hit in hits if hit.passage.id not in ahead]
    found: list[StoredPassage] = []
    for passage in ranked[:MOST]:
        room -= (len(passage.text) + _FRAME + _ASKED * bool(passage.answers)) / CHARACTERS_PER_TOKEN
        if room < 0 and len(found) >= FEWEST:
            break
        found.append(passage)
    return found


_FRAME = 100
"""Characters that stand around a passage in the prompt."""

_ASKED = 100
"""Characters of what a passage replies to."""


def numbered(passages: Sequence[StoredPassage], turns: Turns) -> dict[int, Source]:
    """The passages by the numbers under which a model is given them, with what they reply to."""
    return {n: Source(passage, asked_in(passage, turns)) for n, passage in enumerate(passages, 1)}


def asked_in(passage: StoredPassage, turns: Turns) -> tuple[StoredPassage, ...]:
    """The passages whose questions a passage takes up."""
    if not passage.answers:
        return ()
    return tuple(hit.passage for hit in turns(passage.place.document, passage.answers))


def statements(sources: Mapping[int, Source], language: Language) -> str:
    """The passages as a model reads them."""
    return "\n\n".join("\n".join(_lines(n, source, language)) for n, source in sources.items())


def _lines(n: int, source: Source, language: Language) -> Iterator[str]:
    passage = source.passage
    japanese = language == "ja"
    yield f"[{n}] {who(passage.place, language)}"
    yield f"{'会議' if japanese else 'meeting'}: {meeting(passage.place, language)}"
    if about := topic(passage.place):
        yield f"{'議題' if japanese else 'on'}: {about}"
    for asked in source.asked[:2]:
        label = "次の発言に答えて" if japanese else "in reply to"
        yield f"{label}: {who(asked.place, language)}「{shown(asked.text)[-120:]}」"
    yield f"{'発言' if japanese else 'words'}: {shown(passage.text)}"
