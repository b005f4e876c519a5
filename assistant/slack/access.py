"""Which collections somebody may see, and which may be shown where he asks.

In a public channel: none, only public records, whoever asks. In a private one: those that name the
channel, unless somebody among its members is an outsider. In a direct message and in windows of one's
own: those that name the person, a channel that he is in, or a group that he belongs to. Guests and
people of other organisations count as outside unless a collection says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from slack_sdk import WebClient

from assistant.slack.people import People, Room
from assistant.visibility import CollectionRule, Collections

Granted = frozenset[str]
"""The names of the collections that may be seen besides what is public."""

PUBLIC: Granted = frozenset()

_ONE_BY_ONE = 30
"""Members of a channel up to which Slack is asked about each."""


@dataclass(frozen=True)
class Asker:
    """Who asks, in which workspace."""

    team: str
    user: str


class Access:
    """Decides who may see what.

    Args:
        collections: the rules.
        people: what Slack says of people and rooms.
    """

    def __init__(self, collections: Collections, people: People) -> None:
        self._rules = collections.rules
        self._people = people

    def of_person(self, client: WebClient, asker: Asker) -> Granted:
        """What somebody may see by himself.

        Args:
            client: of the workspace.
            asker: who.
        """
        if not self._rules:
            return PUBLIC
        outsider = self._people.person(client, asker.team, asker.user).outsider
        return frozenset(
            name
            for name, rule in self._rules.items()
            if (rule.outsiders or not outsider) and self._named(client, asker, rule)
        )

    def _named(self, client: WebClient, asker: Asker, rule: CollectionRule) -> bool:
        if asker.user in rule.users:
            return True
        circles = self._circles(client, asker.team, rule)
        return any(asker.user in members for members in circles)

    def _circles(
        self, client: WebClient, team: str, rule: CollectionRule
    ) -> Iterator[frozenset[str]]:
        """The members of each channel and group that a rule names; nobody where Slack does not say."""
        for channel in rule.channels:
            yield self._people.members(client, team, channel) or frozenset()
        for group in rule.groups:
            yield self._people.of_group(client, team, group) or frozenset()

    def of_room(self, client: WebClient, asker: Asker, channel: str, room: Room) -> Granted:
        """What may be shown to everybody in a room.

        Args:
            client: of the workspace.
            asker: who asks there.
            channel: the room's id.
            room: what Slack says of it.
        """
        if room.kind == "im":
            return self.of_person(client, asker)
        if room.kind == "channel":
            return PUBLIC
        named = {name: rule for name, rule in self._rules.items() if channel in rule.channels}
        if not named:
            return PUBLIC
        outside = room.external or self._outsiders(client, asker.team, channel)
        return frozenset(name for name, rule in named.items() if rule.outsiders or not outside)

    def _outsiders(self, client: WebClient, team: str, channel: str) -> bool:
        """Whether an outsider may be in a room; so it is where Slack does not say."""
        members = self._people.members(client, team, channel)
        if members is None:
            return True
        if len(members) > _ONE_BY_ONE:
            self._people.meet_all(client, team)
        return any(self._people.person(client, team, user).outsider for user in members)
