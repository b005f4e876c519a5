"""The workspaces, people, channels and messages that the local Slack server knows.

One lock guards everything; ``wait_for`` sleeps until something changes. The clock can be moved on
(``skip``), so that what expires after minutes expires at once.
"""

from __future__ import annotations

import itertools
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from typing import Any

from tests.slack_records import (
    Call,
    Channel,
    Code,
    Fault,
    Message,
    ResponseUrl,
    Sight,
    Team,
    Token,
    Trigger,
    User,
    UserGroup,
    View,
)

APP_ID = "A0MINUTES"
SCOPES = frozenset(
    "app_mentions:read assistant:write channels:history channels:read chat:write commands "
    "groups:history groups:read im:history im:read im:write mpim:history mpim:read mpim:write "
    "team:read usergroups:read users:read".split()
)


class World:
    """Everything that the server knows, and what was asked of it."""

    def __init__(self, populate: bool = True) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.teams: dict[str, Team] = {}
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.usergroups: dict[str, UserGroup] = {}
        self.tokens: dict[str, Token] = {}
        self.refresh_tokens: dict[str, Token] = {}
        self.codes: dict[str, Code] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.calls: list[Call] = []
        self.refused: list[str] = []
        self.sights: list[Sight] = []
        self.statuses: list[dict[str, Any]] = []
        self.prompts: list[dict[str, Any]] = []
        self.faults: list[Fault] = []
        self.limited: list[str] = []  # channels whose posts were answered with 429
        self.client_id, self.client_secret = "111.222", "minutes-client-secret"
        self.redirect_uri: str | None = None
        self.base_url = ""
        self.websocket_url: str | Callable[[], str] = ""
        self.stream_expires_after = 300.0
        self.trigger_expires_after = 3.0
        self.posts_per_second: int | None = None
        self.tight_replies = False  # conversations.replies for apps outside the Marketplace
        self.strict_threads = False  # a thread_ts must belong to a message that is known
        self.agent_app = True  # features.agent_view: suggested prompts with a thread_ts are dropped
        self._status: dict[tuple[str, str], dict[str, Any]] = {}
        self._skipped = 0.0
        self._last_ts = 0
        self._numbers = itertools.count(1)
        self._recent: dict[str, deque[float]] = {}
        self._replies_asked: dict[str, float] = {}
        if populate:
            self._populate()

    def _populate(self) -> None:
        self.add_team("T0AOHAMA", "青浜市", token="xoxb-test", app_token="xapp-test")
        self.add_user("U0STAFF", "suzuki", "鈴木 花子")
        self.add_user("U0MEMBER", "mori", "森 太郎")
        self.add_channel("C0COUNCIL", "協議会", ["U0STAFF", "U0MEMBER", "U0BOT"])
        self.add_im("U0STAFF", "D0STAFF")

    # --- who and where

    def add_team(
        self, team_id: str, name: str = "", token: str | None = None,
        app_token: str | None = None, scopes: frozenset[str] = SCOPES,
    ) -> Team:  # fmt: skip
        """A workspace with its bot (``U0BOT`` in the first, ``U0BOT<n>`` in others)."""
        with self.lock:
            number = "" if not self.teams else str(len(self.teams) + 1)
            team = Team(team_id, name or team_id, f"U0BOT{number}", f"B0BOT{number}")
            self.teams[team_id] = team
            self.users[team.bot_user] = User(
                team.bot_user, team_id, "minutes", "議事録", is_bot=True, bot_id=team.bot_id
            )
            if token:
                self.add_token(token, team_id, scopes)
            if app_token:
                self.tokens[app_token] = Token(
                    app_token, team_id, frozenset({"connections:write"}), kind="app"
                )
            return team

    def add_token(
        self, token: str, team_id: str, scopes: frozenset[str] = SCOPES,
        expires_in: float | None = None,
    ) -> Token:  # fmt: skip
        """A bot token of a workspace, with the scopes granted to it."""
        with self.lock:
            expires = None if expires_in is None else self.now() + expires_in
            made = Token(token, team_id, frozenset(scopes), expires_at=expires)
            self.tokens[token] = made
            return made

    def add_user(self, user_id: str, name: str = "", real_name: str = "", **more: Any) -> User:
        """A person; ``more`` are fields of ``User`` (team_id, locale, tz, is_restricted ...)."""
        with self.lock:
            team = more.pop("team_id", None) or next(iter(self.teams))
            user = User(user_id, team, name or user_id.lower(), real_name or name, **more)
            self.users[user_id] = user
            return user

    def add_channel(
        self, channel_id: str, name: str, members: list[str], team_id: str | None = None,
        **more: Any,
    ) -> Channel:  # fmt: skip
        """A channel; ``more`` are fields of ``Channel`` (is_private, is_ext_shared ...)."""
        with self.lock:
            team = team_id or next(iter(self.teams))
            channel = Channel(channel_id, team, name, list(members), **more)
            self.channels[channel_id] = channel
            return channel

    def add_im(self, user_id: str, channel_id: str = "", team_id: str | None = None) -> Channel:
        """The direct messages of a person with the bot of a workspace."""
        with self.lock:
            team = self.teams[team_id or self.users[user_id].team_id]
            made = channel_id or f"D{self.number():09d}"
            return self.add_channel(made, "", [user_id, team.bot_user], team.id, kind="im")

    def add_mpim(self, user_ids: list[str], channel_id: str = "") -> Channel:
        """A direct message of several people with the bot."""
        with self.lock:
            team = self.teams[self.users[user_ids[0]].team_id]
            made = channel_id or f"G{self.number():09d}"
            name = "mpdm-" + "--".join(self.users[user].name for user in user_ids) + "-1"
            return self.add_channel(
                made, name, [*user_ids, team.bot_user], team.id, kind="mpim", is_private=True
            )

    def add_usergroup(
        self, group_id: str, handle: str, users: list[str], team_id: str | None = None, **more: Any
    ) -> UserGroup:
        """A group of people that can be mentioned."""
        with self.lock:
            team = team_id or next(iter(self.teams))
            group = UserGroup(group_id, team, handle, list(users), **more)
            self.usergroups[group_id] = group
            return group

    def grant_code(
        self, team_id: str, scopes: frozenset[str] = SCOPES, rotation: bool = False,
        user: str = "U0STAFF",
    ) -> str:  # fmt: skip
        """The code that Slack gives when somebody has allowed the installation."""
        with self.lock:
            code = f"code-{self.number()}"
            self.codes[code] = Code(team_id, frozenset(scopes), rotation, user)
            return code

    def uninstall(self, team_id: str) -> None:
        """The app is removed from a workspace: its bot tokens are of no use any more."""
        with self.lock:
            for token in self.tokens.values():
                if token.team_id == team_id and token.kind == "bot":
                    token.dead = "account_inactive"
            self.notify()

    def trigger(self, user: str, team_id: str, view: View | None = None) -> str:
        """A trigger_id as it comes with what a person did."""
        with self.lock:
            made = f"{self.number()}.{uuid.uuid4().int % 10**11}.{uuid.uuid4().hex}"
            self.triggers[made] = Trigger(user, team_id, self.now(), view)
            return made

    def response_url(
        self, channel: str, user: str, message_ts: str | None = None, ephemeral: bool = False
    ) -> str:
        """A response_url: five uses within half an hour."""
        with self.lock:
            key = uuid.uuid4().hex
            team = self.channels[channel].team_id
            self.response_urls[key] = ResponseUrl(
                channel, user, message_ts, self.now(), team, ephemeral
            )
            return f"{self.base_url}actions/{team}/{self.number()}/{key}"

    # --- time and numbers

    def now(self) -> float:
        """The world's time."""
        return time.time() + self._skipped

    def skip(self, seconds: float) -> None:
        """Move the world's clock on."""
        with self.lock:
            self._skipped += seconds
            self.notify()

    def next_ts(self) -> str:
        """A message's ts: later than every one before."""
        with self.lock:
            self._last_ts = max(self._last_ts + 1, int(self.now() * 1_000_000))
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def number(self) -> int:
        """A number that is not used again."""
        return next(self._numbers)

    def notify(self) -> None:
        """Wake whoever waits for a change."""
        with self.lock:
            self.changed.notify_all()

    def wait_for(self, predicate: Callable[[], Any], timeout: float = 20.0) -> Any:
        """What ``predicate`` gives once it is true; an AssertionError after ``timeout``."""
        end = time.monotonic() + timeout
        while True:
            with self.changed:
                if found := predicate():
                    return found
                left = end - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"not within {timeout} s; {self.summary()}")
                self.changed.wait(min(left, 0.5))
            time.sleep(0.002)  # lets the server on when every message wakes a long predicate

    # --- faults

    def fail_next(
        self, method: str, error: str | None = None, status: int = 200, times: int = 1,
        retry_after: float | None = None, drop: bool = False, delay: float = 0.0,
        after: bool = False,
    ) -> None:  # fmt: skip
        """Let the next calls of a method (``*``: of any) fail.

        ``error`` is answered with ``status`` (429 or 500, say); ``drop`` closes the connection
        without an answer; ``delay`` waits first, and alone lets the call succeed late. With
        ``after`` the call takes effect, and only its answer fails.
        """
        with self.lock:
            self.faults.append(Fault(method, error, status, times, retry_after, drop, delay, after))

    def take_fault(self, method: str) -> Fault | None:
        """The fault that is due for a call of ``method``."""
        with self.lock:
            for fault in self.faults:
                if fault.method in (method, "*") and fault.times > 0:
                    fault.times -= 1
                    return fault
            return None

    def too_fast(self, channel: str) -> bool:
        """Whether one more post within a second is too many for the channel."""
        if self.posts_per_second is None:
            return False
        recent = self._recent.setdefault(channel, deque())
        now = self.now()
        while recent and recent[0] <= now - 1:
            recent.popleft()
        if len(recent) >= self.posts_per_second:
            self.limited.append(channel)
            return True
        recent.append(now)
        return False

    def replies_wait(self, token: str) -> float:
        """The seconds that a token must wait for conversations.replies under the tight limit."""
        now = self.now()
        wait = self._replies_asked.get(token, 0.0) + 60 - now
        if wait <= 0:
            self._replies_asked[token] = now
        return max(0.0, wait)

    # --- what was said and shown

    def add_message(self, channel_id: str, user: str, text: str, **more: Any) -> Message:
        """A message in a channel; ``more`` are fields of ``Message``."""
        with self.lock:
            channel = self.channels[channel_id]
            ts = more.pop("ts", None) or self.next_ts()
            message = Message(channel_id, ts, user, text, self.now(), **more)
            channel.messages[ts] = message
            if message.thread_ts and message.thread_ts != ts:
                channel.threads.setdefault(message.thread_ts, []).append(message)
            self.saw("message", message.shown(), message)
            self.notify()
            return message

    def saw(
        self, what: str, text: str, message: Message | None = None, *, user: str | None = None,
        channel: str | None = None, thread_ts: str | None = None, ts: str | None = None,
        blocks: list[dict[str, Any]] | None = None,
    ) -> None:  # fmt: skip
        """Record what came before somebody's eyes; without ``user``, before the whole channel."""
        if message is not None:
            channel, thread_ts, ts = message.channel, message.thread_ts, message.ts
        with self.lock:
            at, shown = self.now(), blocks or []
            self.sights.append(Sight(at, what, text, channel, thread_ts, ts, user, shown))
            self.notify()

    def message(self, channel: str, ts: str) -> Message:
        """One message, deleted ones as well."""
        return self.channels[channel].messages[ts]

    def messages(self, channel: str) -> list[Message]:
        """The messages that stand in a channel and its threads, in order."""
        with self.lock:
            held = self.channels[channel].messages.values()
            return sorted((m for m in held if not m.deleted), key=lambda m: m.ts)

    def thread(self, channel: str, ts: str) -> list[Message]:
        """What stands in a thread: the first message (if known) and the replies, in order."""
        with self.lock:
            held = self.channels[channel]
            first = [held.messages[ts]] if ts in held.messages else []
            return [m for m in first + held.threads.get(ts, []) if not m.deleted]

    def answers(self, channel: str, ts: str) -> list[Message]:
        """The bot's messages that stand finished in a thread."""
        return [m for m in self.thread(channel, ts) if m.bot_id and m.state(self) != "streaming"]

    def unfinished(self) -> list[Message]:
        """The streamed messages that were never stopped nor updated."""
        with self.lock:
            held = [m for c in self.channels.values() for m in c.messages.values()]
            return [m for m in held if not m.deleted and m.stream in ("streaming", "expired")]

    def ephemerals(self, user: str | None = None) -> list[Sight]:
        """The messages that only one person saw."""
        return [s for s in self.sights if s.what == "ephemeral" and user in (None, s.user)]

    def seen_by(self, user: str) -> list[Sight]:
        """What came before a person's eyes, in order, with times."""
        with self.lock:
            rooms = {c.id for c in self.channels.values() if user in c.members}
            return [
                s for s in self.sights if s.user == user or (s.user is None and s.channel in rooms)
            ]

    def status(self, channel: str, thread_ts: str) -> str:
        """The status that stands under a thread now (it goes after two minutes)."""
        with self.lock:
            held = self._status.get((channel, thread_ts))
            return str(held["status"]) if held and self.now() - held["at"] < 120 else ""

    def set_status(self, channel: str, thread_ts: str, said: dict[str, Any]) -> None:
        """A status stands under a thread from now on; ``statuses`` keeps them all."""
        held = {**said, "channel_id": channel, "thread_ts": thread_ts, "at": self.now()}
        self.statuses.append(held)
        self._status[channel, thread_ts] = held

    def clear_status(self, message: Message) -> None:
        """A posted message takes the status away."""
        thread_ts = message.thread_ts or message.ts
        if self.status(message.channel, thread_ts):
            said = {"status": "", "cleared_by": message.ts}
            self.set_status(message.channel, thread_ts, said)

    def called(self, method: str, ok: bool | None = None) -> list[Call]:
        """The calls of a method (``chat.*`` for a family), perhaps only the accepted ones."""
        with self.lock:
            family = method.removesuffix("*")
            return [
                c for c in self.calls
                if (c.method == method or (method.endswith("*") and c.method.startswith(family)))
                and ok in (None, c.ok)
            ]  # fmt: skip

    def summary(self) -> str:
        """The last calls and what was refused, for a failed wait."""
        last = ", ".join(f"{c.method} {c.error or 'ok'}" for c in self.calls[-12:])
        return f"calls: [{last}]; refused: {self.refused[-3:]}"
