"""What Slack says of people and rooms: asked when it is needed, and kept for a short while.

Whoever may see what depends on it, so that nothing is taken for granted: where Slack cannot be asked,
the answer is that nothing is known, and what is not known is not allowed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

log = logging.getLogger(__name__)

MEMBERS_SECONDS = 60
"""Memberships are believed for a minute: whoever is removed sees nothing after it."""

PERSON_SECONDS = 300
ROOM_SECONDS = 60

FAILURE_SECONDS = 5
"""A failure is believed for a moment, so that an outage is not made worse."""

_KEPT = 20_000
_PAGE = 1_000

RoomKind = Literal["channel", "group", "mpim", "im"]

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True)
class Person:
    """Somebody in Slack; ``outsider``: a guest, or of another organisation, or not known."""

    locale: str | None = None
    outsider: bool = True


@dataclass(frozen=True)
class Room:
    """A conversation; ``external``: shared with another organisation; ``known``: Slack says so."""

    kind: RoomKind = "channel"
    external: bool = True
    known: bool = False


UNKNOWN_PERSON = Person()
UNKNOWN_ROOM = Room()


class People:
    """Asks Slack about people, rooms and memberships.

    Args:
        clock: gives seconds, for what is kept.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._persons = _Kept[tuple[str, str], Person](PERSON_SECONDS, clock)
        self._rooms = _Kept[tuple[str, str], Room](ROOM_SECONDS, clock)
        self._members = _Kept[tuple[str, str], frozenset[str]](MEMBERS_SECONDS, clock)

    def person(self, client: WebClient, team: str, user: str) -> Person:
        """What is known of a user of a workspace; an outsider where Slack does not say.

        Args:
            client: of the workspace.
            team: its id.
            user: the user's id.
        """

        def ask() -> Person:
            found = client.users_info(user=user, include_locale=True)["user"]
            return _person(found, team)

        return self._persons.get((team, user), ask) or UNKNOWN_PERSON

    def room(self, client: WebClient, team: str, channel: str) -> Room:
        """What is known of a conversation; public and shared where Slack does not say."""

        def ask() -> Room:
            return _room(client.conversations_info(channel=channel)["channel"])

        return self._rooms.get((team, channel), ask) or UNKNOWN_ROOM

    def meet_all(self, client: WebClient, team: str) -> None:
        """Ask about all members of a workspace at once, where one by one would take too many calls.

        People are not told apart from what :meth:`person` knows; whom Slack does not list stays as he
        is.
        """

        def page(cursor: str | None) -> Any:
            return client.users_list(limit=_PAGE, cursor=cursor, include_locale=True)

        try:
            for found in _paged(page, "members"):
                self._persons.put((team, found["id"]), _person(found, team))
        except (SlackClientError, OSError, KeyError) as error:
            log.warning("Slack did not say who is there: %s", told(error))

    def members(self, client: WebClient, team: str, channel: str) -> frozenset[str] | None:
        """The members of a channel, or None where Slack does not say."""

        def page(cursor: str | None) -> Any:
            return client.conversations_members(channel=channel, limit=_PAGE, cursor=cursor)

        def ask() -> frozenset[str]:
            return frozenset(_paged(page, "members"))

        return self._members.get((team, channel), ask)

    def of_group(self, client: WebClient, team: str, group: str) -> frozenset[str] | None:
        """The members of a user group, or None where Slack does not say."""

        def ask() -> frozenset[str]:
            return frozenset(client.usergroups_users_list(usergroup=group)["users"])

        return self._members.get((team, group), ask)

    def forget(self, channel: str) -> None:
        """Ask anew about a channel whose members changed."""
        self._members.drop(lambda key: key[1] == channel)
        self._rooms.drop(lambda key: key[1] == channel)


class _Kept(Generic[Key, Value]):
    """Values that are asked for anew after some seconds; None stands for a failure."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._held: OrderedDict[Key, tuple[float, Value | None]] = OrderedDict()

    def get(self, key: Key, ask: Callable[[], Value]) -> Value | None:
        """The value of a key, asked for where it is not kept."""
        with self._lock:
            held = self._held.get(key)
        if held is not None and held[0] > self._clock():
            return held[1]
        value: Value | None
        try:
            value, seconds = ask(), self._seconds
        except (SlackClientError, OSError, KeyError) as error:
            log.warning("Slack did not say: %s", told(error))
            value, seconds = None, FAILURE_SECONDS
        with self._lock:
            self._held[key] = (self._clock() + seconds, value)
            self._held.move_to_end(key)
            while len(self._held) > _KEPT:
                self._held.popitem(last=False)
        return value

    def put(self, key: Key, value: Value) -> None:
        """Keep a value that is known already."""
        with self._lock:
            self._held[key] = (self._clock() + self._seconds, value)
            self._held.move_to_end(key)

    def drop(self, which: Callable[[Key], bool]) -> None:
        """Forget some keys."""
        with self._lock:
            for key in [key for key in self._held if which(key)]:
                del self._held[key]


def told(error: Exception) -> str:
    """What Slack calls an error, without the message that caused it."""
    response = getattr(error, "response", None)
    name = response.get("error") if response is not None and hasattr(response, "get") else None
    return str(name) if name else type(error).__name__


def _person(found: dict[str, Any], team: str) -> Person:
    guest = found.get("is_restricted") or found.get("is_ultra_restricted")
    enterprise = found.get("enterprise_user") or {}
    home = found.get("team_id") == team or team in enterprise.get("teams", ())
    outsider = bool(guest or found.get("is_stranger") or found.get("deleted") or not home)
    return Person(found.get("locale"), outsider)


def _room(found: dict[str, Any]) -> Room:
    kind: RoomKind = "channel"
    if found.get("is_im"):
        kind = "im"
    elif found.get("is_mpim"):
        kind = "mpim"
    elif found.get("is_private") or found.get("is_group"):
        kind = "group"
    shared = ("is_ext_shared", "is_pending_ext_shared")
    return Room(kind, any(found.get(name) for name in shared), known=True)


def _paged(ask: Callable[[str | None], Any], name: str) -> list[Any]:
    found: list[Any] = []
    cursor: str | None = None
    while True:
        answer = ask(cursor)
        found += answer[name]
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return found
