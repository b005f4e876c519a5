"""Complete payloads as Slack sends them: ``Payloads(world)`` builds them.

A message that is built here also stands in the world, so that its thread can be read and answered.
Interactions (commands, buttons, modals) come from ``slack_actions``.
Sources: https://docs.slack.dev/reference/events.
"""

from __future__ import annotations

import base64
import copy
import json
import uuid
from typing import Any

from tests.slack_actions import Interactions
from tests.slack_records import Channel, Message
from tests.slack_typed import rich_text, slack_text
from tests.slack_world import APP_ID

Payload = dict[str, Any]


class Payloads(Interactions):
    """Builds what a workspace's people cause Slack to send; ``user`` does it."""

    def event(self, event: Payload, channel: Channel | None = None) -> Payload:
        """The envelope around an event."""
        team = self.team
        what = {"et": event["type"], "tid": team.id, "aid": APP_ID, "cid": event.get("channel")}
        context = base64.b64encode(json.dumps(what).encode()).decode().rstrip("=")
        return {
            "token": "verification", "team_id": team.id, "context_team_id": team.id,
            "context_enterprise_id": None, "api_app_id": APP_ID, "event": event,
            "type": "event_callback", "event_id": f"Ev{uuid.uuid4().hex[:9].upper()}",
            "event_time": int(self.world.now()),
            "authorizations": [
                {"enterprise_id": None, "team_id": team.id, "user_id": team.bot_user,
                 "is_bot": True, "is_enterprise_install": False}
            ],
            "is_ext_shared_channel": bool(channel and channel.is_ext_shared),
            "event_context": f"4-{context}",
        }  # fmt: skip

    def _said(
        self, kind: str, user: str, typed: str, channel_id: str, thread_ts: str | None, **more: Any
    ) -> Payload:
        channel = self.world.channels[channel_id]
        person = self.world.users[user]
        blocks = rich_text(typed, f"b{self.world.number()}")
        message = self.world.add_message(
            channel_id, user, slack_text(typed, self.world), thread_ts=thread_ts, blocks=blocks,
            ts=more.pop("ts", None), subtype=more.get("subtype"),
        )  # fmt: skip
        event: Payload = {
            "user": user, "type": kind, "ts": message.ts, "client_msg_id": str(uuid.uuid4()),
            "text": message.text, "team": person.team_id, "blocks": copy.deepcopy(blocks),
            "channel": channel_id, "event_ts": message.ts,
        }  # fmt: skip
        if thread_ts:
            event |= {"thread_ts": thread_ts, "parent_user_id": self._author(channel, thread_ts)}
        if kind == "message":
            event["channel_type"] = channel.channel_type
        if person.team_id != self.team.id:
            event |= {
                "user_team": person.team_id, "source_team": person.team_id,
                "user_profile": {
                    "name": person.name, "real_name": person.real_name, "team": person.team_id,
                    "display_name": person.real_name, "is_restricted": person.is_restricted,
                    "is_ultra_restricted": person.is_ultra_restricted,
                },
            }  # fmt: skip
        return self.event(event | more, channel)

    @staticmethod
    def _author(channel: Channel, ts: str) -> str:
        first = channel.messages.get(ts)
        return first.user if first else "U0UNKNOWN"

    # --- what people write

    def app_mention(
        self, user: str, typed: str, channel: str, thread_ts: str | None = None, **more: Any
    ) -> Payload:
        """A mention of the bot, which is put in front where ``typed`` has none."""
        if f"<@{self.team.bot_user}>" not in typed:
            typed = f"<@{self.team.bot_user}> {typed}"
        return self._said("app_mention", user, typed, channel, thread_ts, **more)

    def message(
        self, user: str, typed: str, channel: str, thread_ts: str | None = None, **more: Any
    ) -> Payload:
        """A message in a channel, a thread, a direct message or one of several people."""
        return self._said("message", user, typed, channel, thread_ts, **more)

    def also_as_message(self, mention: Payload) -> Payload:
        """The second event of a mention, for an app that also gets the channel's messages."""
        event = copy.deepcopy(mention["event"])
        channel = self.world.channels[event["channel"]]
        return self.event(
            event | {"type": "message", "channel_type": channel.channel_type}, channel
        )

    def also_as_mention(self, message: Payload) -> Payload:
        """The second event of a message that mentions the bot."""
        event = copy.deepcopy(message["event"])
        event.pop("channel_type", None)
        return self.event(
            event | {"type": "app_mention"}, self.world.channels[event["channel"]]
        )  # fmt: skip

    def thread_broadcast(self, user: str, typed: str, channel: str, thread_ts: str) -> Payload:
        """A reply that is also sent to the channel."""
        root = self.world.channels[channel].messages.get(thread_ts)
        return self.message(
            user, typed, channel, thread_ts, subtype="thread_broadcast",
            root=root.sent() if root else {"type": "message", "ts": thread_ts},
        )  # fmt: skip

    def file_share(
        self, user: str, typed: str, channel: str, name: str = "議事録.txt", **more: Any
    ) -> Payload:
        """A message with a file."""
        file = {
            "id": f"F{self.world.number():09d}", "name": name, "title": name,
            "mimetype": "text/plain", "filetype": "text", "user": user, "size": 120,
            "mode": "hosted", "is_external": False, "is_public": True,
            "url_private": f"https://example.test/files/{self.world.number()}",
        }  # fmt: skip
        return self.message(
            user, typed, channel, subtype="file_share", files=[file], upload=False,
            display_as_bot=False, **more,
        )  # fmt: skip

    # --- what happens to messages

    def _change(self, channel_id: str, **more: Any) -> Payload:
        channel = self.world.channels[channel_id]
        ts = self.world.next_ts()
        event = {
            "type": "message", "channel": channel_id, "ts": ts, "event_ts": ts,
            "channel_type": channel.channel_type, **more,
        }  # fmt: skip
        return self.event(event, channel)

    def message_changed(self, said: Payload, typed: str) -> Payload:
        """Somebody edits what they wrote; also comes when the bot's message changes."""
        before = said["event"]
        message = self.world.message(before["channel"], before["ts"])
        message.edits.append((self.world.now(), message.text, message.blocks))
        message.text = slack_text(typed, self.world)
        message.blocks = rich_text(typed, f"b{self.world.number()}")
        self.world.saw("edit", message.shown(), message)
        old = self._stored(before)
        new = old | {"text": message.text, "blocks": message.blocks}
        new["edited"] = {"user": message.user, "ts": self.world.next_ts()}
        return self._change(
            message.channel, subtype="message_changed", hidden=True, message=new,
            previous_message=old,
        )  # fmt: skip

    def message_deleted(self, said: Payload) -> Payload:
        """Somebody deletes what they wrote."""
        before = said["event"]
        message = self.world.message(before["channel"], before["ts"])
        message.deleted = True
        self.world.saw("delete", "", message)
        return self._change(
            message.channel, subtype="message_deleted", hidden=True, deleted_ts=message.ts,
            previous_message=self._stored(before),
        )  # fmt: skip

    @staticmethod
    def _stored(event: Payload) -> Payload:
        left = {"channel", "event_ts", "channel_type"}
        return {name: held for name, held in event.items() if name not in left} | {
            "type": "message"
        }

    def bot_message(
        self, channel: str, text: str, thread_ts: str | None = None, classic: bool = False
    ) -> Payload:
        """Another bot writes; ``classic`` with the subtype, as old integrations do."""
        said: Payload = {"text": text, "bot_id": "B0OTHER"}
        if classic:
            said |= {"subtype": "bot_message", "username": "天気"}
        else:
            said |= {
                "user": "U0OTHERBOT", "app_id": "A0OTHER", "team": self.team.id,
                "blocks": rich_text(text),
                "bot_profile": {
                    "id": "B0OTHER", "app_id": "A0OTHER", "name": "天気", "deleted": False,
                    "team_id": self.team.id, "updated": 1_718_000_000,
                },
            }  # fmt: skip
        if thread_ts:
            said["thread_ts"] = thread_ts
        return self._change(channel, **said)

    def own_message(self, message: Message) -> Payload:
        """What the bot itself posted, as Slack sends it back to the app."""
        channel = self.world.channels[message.channel]
        said = message.sent() | {
            "channel": channel.id, "event_ts": message.ts, "team": self.team.id,
            "channel_type": channel.channel_type,
            "bot_profile": {"id": message.bot_id, "app_id": APP_ID, "team_id": self.team.id},
        }  # fmt: skip
        return self.event(said, channel)

    def channel_join(self, user: str, channel: str) -> Payload:
        """The line that says who has joined."""
        self._join(user, channel)
        return self._change(
            channel, subtype="channel_join", user=user, text=f"<@{user}> has joined the channel"
        )

    def _join(self, user: str, channel: str) -> None:
        if user not in self.world.channels[channel].members:
            self.world.channels[channel].members.append(user)

    def member_joined_channel(self, user: str, channel: str, inviter: str = "U0STAFF") -> Payload:
        """Somebody, perhaps the bot, is now in a channel."""
        self._join(user, channel)
        held = self.world.channels[channel]
        event = {
            "type": "member_joined_channel", "user": user, "channel": channel,
            "channel_type": "G" if held.is_private else "C", "team": self.team.id,
            "inviter": inviter, "event_ts": self.world.next_ts(),
        }  # fmt: skip
        return self.event(event, held)

    def app_home_opened(self, user: str, tab: str = "home") -> Payload:
        """Somebody looks at the app's home or messages."""
        event: Payload = {
            "type": "app_home_opened", "user": user, "channel": self.direct(user).id, "tab": tab,
            "event_ts": self.world.next_ts(),
        }  # fmt: skip
        if tab == "home" and user in self.world.homes:
            event["view"] = self.view_shown(self.world.homes[user])
        return self.event(event)

    # --- what happens to the app

    def app_uninstalled(self) -> Payload:
        """The app is removed from the workspace; its tokens die."""
        self.world.uninstall(self.team.id)
        return self.event({"type": "app_uninstalled", "event_ts": self.world.next_ts()})

    def tokens_revoked(self) -> Payload:
        """The workspace's bot tokens are revoked."""
        for token in self.world.tokens.values():
            if token.team_id == self.team.id and token.kind == "bot":
                token.dead = "token_revoked"
        event = {
            "type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.team.bot_user]},
            "event_ts": self.world.next_ts(),
        }  # fmt: skip
        return self.event(event)
