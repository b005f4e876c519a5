"""Outcome -> Slack message: sentences first, then every source, always within Slack's limits.

All words of records stand in rich text, where Slack takes them literally: nobody is pinged by a
record, and no markup beside Japanese is left standing as asterisks. What is too long is shortened
in the quotes, never at the end, where the sources stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.framing import LABELS, notices, shown
from assistant.places import by_place, meeting, pointed_to, topic, where, who
from assistant.types import Answer, Citation, Language, Outcome, marked

Block = dict[str, Any]

MESSAGE_CHARACTERS = 10_000
"""All text of a message. Slack refuses one near 13,200 characters; its own frame counts too."""

BLOCK_CHARACTERS = 2_900
"""Text of one block; 3,000 is the limit of a section, and rich text is kept to the same."""

FALLBACK_CHARACTERS = 2_900
"""Text for notifications and for clients that show no blocks."""

_SHORTENED = "… "


@dataclass(frozen=True)
class Message:
    """What is posted: ``blocks``, and ``text`` for where they are not shown."""

    text: str
    blocks: list[Block]


def outcome_message(outcome: Outcome) -> Message:
    """The message for an answer, or for the word that there is none."""
    labels = LABELS[outcome.language]
    if isinstance(outcome, Answer):
        sentences = [marked(sentence) for sentence in outcome.sentences]
        sources, heading = by_place(outcome.citations), labels["sources"]
    else:
        sentences = [outcome.text]
        sources, heading = [[citation] for citation in outcome.related], labels["related"]
    # Half for the sentences, half for the sources, and of each half an equal share for each.
    share = MESSAGE_CHARACTERS // 2
    blocks = [
        _rich([_section(_text(_shortened(sentence, share // len(sentences), ending=8)))])
        for sentence in sentences
    ]
    if sources:
        count = sum(len(group) for group in sources)
        room = max(60, min(BLOCK_CHARACTERS, share // count - 160))
        blocks += [{"type": "divider"}, _rich([_section(_text(heading, bold=True))])]
        numbered = isinstance(outcome, Answer)
        blocks += [_source(group, outcome.language, room, numbered=numbered) for group in sources]
    below = notices(outcome) or [labels["notice"]]
    blocks.append({"type": "context", "elements": [_plain(line) for line in below]})
    return Message(_fallback(sentences, sources), blocks)


def notice_message(text: str) -> Message:
    """A message of one plain sentence of our own."""
    return Message(_escaped(text), [_rich([_section(_text(text))])])


def _source(
    citations: Sequence[Citation], language: Language, room: int, *, numbered: bool
) -> Block:
    """Who, which meeting, which agenda item; then each quote of it, and where it stands."""
    place = citations[0].place
    marks = "".join(f"[{citation.n}]" for citation in citations) + " " if numbered else ""
    lines = [meeting(place, language), topic(place) or ""]
    about = "".join(f"\n{_shortened(line, 200)}" for line in lines if line)
    name = _shortened(who(place, language), 150)
    elements = [_section(_text(f"{marks}{name}", bold=True), _text(about))]
    for citation in citations:
        quote = _shortened(shown(citation.quote), room)
        elements += [
            _quote(quote),
            _section(_text(_shortened(where(citation.place, language), 200))),
        ]
        if citation.translation:
            label = LABELS[language]["translation"]
            elements.append(_section(_text(f"{label}: {_shortened(citation.translation, room)}")))
        elements += [_section(_text(line)) for line in pointed_to(citation, language)]
    if place.url:
        elements.append(_section({"type": "link", "url": place.url, "text": place.url}))
    return _rich(elements)


def _rich(elements: list[Block]) -> Block:
    return {"type": "rich_text", "elements": elements}


def _section(*elements: Block) -> Block:
    return {"type": "rich_text_section", "elements": [e for e in elements if e["text"]]}


def _quote(text: str) -> Block:
    return {"type": "rich_text_quote", "elements": [_text(text)]}


def _text(text: str, *, bold: bool = False) -> Block:
    element: Block = {"type": "text", "text": text}
    return {**element, "style": {"bold": True}} if bold else element


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _shortened(text: str, limit: int, ending: int = 0) -> str:
    """The text within ``limit`` characters; what is left out is in front of the last ``ending``."""
    limit = min(limit, BLOCK_CHARACTERS)
    if len(text) <= limit:
        return text
    kept = max(1, limit - ending - len(_SHORTENED))
    return text[:kept] + _SHORTENED + (text[-ending:] if ending else "")


def _fallback(sentences: Sequence[str], sources: Sequence[Sequence[Citation]]) -> str:
    listed = [f"[{group[0].n}] {who(group[0].place, 'ja')}" for group in sources]
    tail = _shortened(" ".join(listed), 900)
    room = FALLBACK_CHARACTERS - len(tail) - 2
    return _escaped(_shortened(" ".join(sentences), room)[:room] + "\n" + tail)


def _escaped(text: str) -> str:
    """Slack's three control characters, as entities: <!channel> in a record pings nobody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
