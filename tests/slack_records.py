"""The records that the local Slack server keeps: people, channels, messages, views, calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.slack_limits import texts

if TYPE_CHECKING:
    from tests.slack_world import World


@dataclass
class Team:
    """A workspace."""

    id: str
    name: str
    bot_user: str
    bot_id: str
    domain: str = "aohama"
    enterprise_id: str | None = None


@dataclass
class User:
    """A person or a bot; one with another team's id is a stranger in a shared channel."""

    id: str
    team_id: str
    name: str
    real_name: str
    locale: str = "ja-JP"
    tz: str = "Asia/Tokyo"
    tz_offset: int = 32_400
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    deleted: bool = False
    bot_id: str | None = None


@dataclass
class Channel:
    """A conversation: ``kind`` is channel, im or mpim."""

    id: str
    team_id: str
    name: str
    members: list[str]
    kind: str = "channel"
    is_private: bool = False
    is_ext_shared: bool = False
    is_archived: bool = False
    shared_with: list[str] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, list[Message]] = field(default_factory=dict)

    @property
    def channel_type(self) -> str:
        """The type as events name it."""
        if self.kind != "channel":
            return self.kind
        return "group" if self.is_private else "channel"


@dataclass
class UserGroup:
    """A group of people with a handle."""

    id: str
    team_id: str
    handle: str
    users: list[str]
    name: str = ""
    disabled: bool = False


@dataclass
class Token:
    """A token: ``kind`` is bot or app; ``dead`` is the error that it gives."""

    value: str
    team_id: str
    scopes: frozenset[str]
    kind: str = "bot"
    expires_at: float | None = None
    dead: str = ""
    refresh: str | None = None


@dataclass
class Code:
    """What an installation code stands for."""

    team_id: str
    scopes: frozenset[str]
    rotation: bool
    user: str


@dataclass
class Message:
    """A message and how it came to be; ``stream`` is '', streaming, stopped, expired or updated."""

    channel: str
    ts: str
    user: str
    text: str
    at: float
    thread_ts: str | None = None
    blocks: list[dict[str, Any]] = field(default_factory=list)
    bot_id: str | None = None
    metadata: dict[str, Any] | None = None
    reply_broadcast: bool = False
    arguments: dict[str, Any] = field(default_factory=dict)
    edits: list[tuple[float, str, list[dict[str, Any]]]] = field(default_factory=list)
    deleted: bool = False
    stream: str = ""
    streamed: list[str] = field(default_factory=list)
    chunks: list[dict[str, Any]] = field(default_factory=list)
    recipient: str | None = None
    subtype: str | None = None

    def state(self, world: World) -> str:
        """The streaming state now: a stream that nobody stopped expires."""
        if self.stream == "streaming" and world.now() - self.at > world.stream_expires_after:
            self.stream = "expired"
        return self.stream

    def shown(self) -> str:
        """The words that a reader sees: streamed text, then blocks, else the text."""
        if not self.bot_id:
            return self.text  # a person's blocks say the same, with the mentions as pieces
        streamed = "".join(self.streamed)
        held = "\n".join(text for block in self.blocks for text in texts(block))
        return "\n".join(part for part in (streamed, held) if part) or self.text

    def sent(self) -> dict[str, Any]:
        """The message as the Web API and events show it."""
        said: dict[str, Any] = {
            "type": "message", "user": self.user, "ts": self.ts, "text": self.text or self.shown(),
        }  # fmt: skip
        if self.subtype:
            said["subtype"] = self.subtype
        if self.bot_id:
            said |= {"bot_id": self.bot_id, "app_id": "A0MINUTES"}
        if self.blocks:
            said["blocks"] = self.blocks
        if self.thread_ts:
            said["thread_ts"] = self.thread_ts
        if self.metadata:
            said["metadata"] = self.metadata
        if self.edits:
            said["edited"] = {"user": self.user, "ts": f"{self.edits[-1][0]:.6f}"}
        return said


@dataclass
class View:
    """An open modal or a published home tab."""

    id: str
    user: str
    team_id: str
    content: dict[str, Any]
    hash: str
    root: str
    previous: str | None = None
    state: dict[str, Any] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Trigger:
    """What a trigger_id stands for; it opens one view, for three seconds."""

    user: str
    team_id: str
    at: float
    view: View | None
    used: bool = False


@dataclass
class ResponseUrl:
    """Where a response_url leads, and how often it was used."""

    channel: str
    user: str
    message_ts: str | None
    at: float
    team_id: str
    ephemeral: bool = False
    uses: int = 0


@dataclass
class Call:
    """One call of the Web API."""

    at: float
    method: str
    arguments: dict[str, Any]
    team: str | None
    status: int = 0
    error: str = ""
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether it was accepted."""
        return self.status == 200 and not self.error


@dataclass
class Sight:
    """What came before eyes: a whole channel's, or one ``user``'s."""

    at: float
    what: str
    text: str
    channel: str | None
    thread_ts: str | None
    ts: str | None
    user: str | None
    blocks: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Fault:
    """How the next calls of a method fail."""

    method: str
    error: str | None
    status: int
    times: int
    retry_after: float | None
    drop: bool
    delay: float
    after: bool
