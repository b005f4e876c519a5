"""What the ledger keeps of a question asked in Slack, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["question", "claim"]

Where = Literal["channel", "group", "mpim", "im", "modal"]
"""A public channel, a private one, a direct message of several, one of two, a window of the asker."""

State = Literal["answered", "not_found", "not_allowed", "failed"]
"""How a question ended; none ends twice."""


@dataclass(frozen=True)
class Asked:
    """What somebody asked, and where the answer goes.

    ``text`` is as read and may be empty. ``user_team`` is the team of the user where it is another
    one than ``team``. ``ts`` is that of the asking message, empty where there is none; ``thread`` that
    of the thread in which it is answered. ``external``: Slack says that the channel is shared with
    another organisation. ``view`` is the id of the window of a claim.
    """

    kind: Kind
    text: str
    team: str
    enterprise: str | None
    user: str
    user_team: str | None
    channel: str
    ts: str
    thread: str
    place: Where
    external: bool
    view: str | None = None


@dataclass(frozen=True)
class Job:
    """A question that somebody works on.

    ``crashes`` counts the attempts that did not end in order: whoever made them died.

    ``id`` is also the reference that people are given. ``attempts`` counts how often it was claimed,
    this time included. ``message`` is the ts of the bot's message that shows it, once there is one,
    and ``streaming`` tells whether that was opened as a stream. ``posting``: a message was about to be
    posted when an attempt ended, so it may stand in Slack though nobody knows its ts.
    """

    id: str
    asked: Asked
    at: datetime
    attempts: int
    message: str | None
    streaming: bool
    posting: bool
    crashes: int = 0


@dataclass(frozen=True)
class Done:
    """A question that ended.

    ``at`` is when it was asked. ``documents`` are the sources
    (:attr:`index_store.types.IndexedDocument.source`) of all documents that were cited or shown,
    ``exchanged`` what :func:`assistant.conversation_json.dumped` made of it.
    """

    id: str
    asked: Asked
    state: State
    at: datetime
    documents: frozenset[str]
    exchanged: str | None
    message: str | None


@dataclass(frozen=True)
class Thread:
    """A thread in which the bot takes part.

    ``last`` is who spoke last in it as far as the bot knows, None where that was the bot itself.
    """

    last: str | None


@dataclass(frozen=True)
class Popular:
    """A question that several people asked, and were answered.

    ``id`` is that of its last answer, ``text`` how it was asked then, ``askers`` how many people
    asked it; ``documents`` are those of its last answer.
    """

    id: str
    text: str
    askers: int
    documents: frozenset[str]
