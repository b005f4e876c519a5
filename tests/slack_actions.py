"""Payloads of what people do with a message, a modal or a command.

A button can only be pressed where it stands, and a modal only be submitted as Slack's client would
let it. Sources: https://docs.slack.dev/reference/interaction-payloads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.slack_records import Channel, Message, Sight, Team, View
from tests.slack_views import close, view_object
from tests.slack_world import APP_ID, World

Payload = dict[str, Any]
Element = tuple[str, dict[str, Any]]  # a block's id and an element within
SINGLE = {
    "users_select": "selected_user", "conversations_select": "selected_conversation",
    "channels_select": "selected_channel", "datepicker": "selected_date",
    "timepicker": "selected_time", "datetimepicker": "selected_date_time",
}  # fmt: skip
MANY = {
    "multi_users_select": "selected_users", "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
}  # fmt: skip
CHOSEN = ("static_select", "radio_buttons", "overflow")


def elements(blocks: list[dict[str, Any]]) -> Iterator[Element]:
    """Everything that can be pressed, chosen or filled."""
    for block in blocks:
        held = [block.get("accessory"), block.get("element"), *block.get("actions", [])]
        if block["type"] != "rich_text":
            held += block.get("elements", [])
        for element in held:
            if element and element.get("type") == "card":
                yield from elements([{"block_id": block["block_id"], **element}])
            elif element and element.get("action_id"):
                yield block["block_id"], element


def find(
    blocks: list[dict[str, Any]], action_id: str, block_id: str | None = None
) -> Element:  # fmt: skip
    """The element of an action_id, the first if several blocks have one; it must stand there."""
    found = [
        held for held in elements(blocks)
        if held[1]["action_id"] == action_id and block_id in (None, held[0])
    ]  # fmt: skip
    known = [held[1]["action_id"] for held in elements(blocks)]
    assert found, f"no {action_id} among {known}"
    return found[0]


def filled(element: dict[str, Any], value: Any) -> Payload:
    """An element's state: ``value`` is typed, an option's value, or a list of them."""
    kind = element["type"]
    if kind in SINGLE or kind in MANY:
        return {"type": kind, (SINGLE | MANY)[kind]: value if kind in SINGLE else value or []}
    if kind in CHOSEN or kind in ("multi_static_select", "checkboxes"):
        groups = [g["options"] for g in element.get("option_groups", [])]
        options = {o["value"]: o for many in [element.get("options", []), *groups] for o in many}
        if kind in CHOSEN:
            return {"type": kind, "selected_option": options[value] if value else None}
        return {"type": kind, "selected_options": [options[one] for one in value or []]}
    most = element.get("max_length", 3_000)
    assert len(value or "") <= most, f"{element['action_id']} takes {most} characters"
    return {"type": kind, "value": value or None}


def initial(element: dict[str, Any]) -> Any:
    """What an element holds before anybody touches it, as ``filled`` takes it."""
    for name, held in element.items():
        if name == "initial_option":
            return held["value"]
        if name == "initial_options":
            return [option["value"] for option in held]
        if name.startswith("initial_"):
            return held
    return None


class Interactions:
    """Builds interactive payloads and commands of a workspace."""

    def __init__(self, world: World, team_id: str | None = None) -> None:
        self.world = world
        self.team: Team = world.teams[team_id or next(iter(world.teams))]

    def direct(self, user: str) -> Channel:
        """The direct messages of a person with the bot."""
        for channel in self.world.channels.values():
            if channel.kind == "im" and {user, self.team.bot_user} == set(channel.members):
                return channel
        return self.world.add_im(user, team_id=self.team.id)

    def view_shown(self, view: View) -> Payload:
        """A view as payloads carry it."""
        return view_object(view, self.world)

    def top_view(self, user: str) -> View:
        """The modal that a person has before them."""
        stack = self.world.stacks.get(user)
        assert stack, f"{user} has no modal open"
        return stack[-1]

    def _who(self, kind: str, user: str, view: View | None = None) -> Payload:
        person = self.world.users[user]
        return {
            "type": kind, "token": "verification", "api_app_id": APP_ID, "enterprise": None,
            "is_enterprise_install": False,
            "team": {"id": self.team.id, "domain": self.team.domain},
            "user": {
                "id": user, "username": person.name, "name": person.name,
                "team_id": person.team_id,
            },
            "trigger_id": self.world.trigger(user, self.team.id, view),
        }  # fmt: skip

    def _room(self, channel: Channel) -> Payload:
        names = {"im": "directmessage", "group": "privategroup"}
        return {"id": channel.id, "name": names.get(channel.channel_type, channel.name)}

    def command(
        self, user: str, text: str, channel: str = "C0COUNCIL", command: str = "/minutes"
    ) -> Payload:
        """A slash command; its text comes as it was typed, without escapes of mentions."""
        room = self._room(self.world.channels[channel])
        return {
            "token": "verification", "team_id": self.team.id, "team_domain": self.team.domain,
            "channel_id": channel, "channel_name": room["name"], "user_id": user,
            "user_name": self.world.users[user].name, "command": command, "text": text,
            "api_app_id": APP_ID, "is_enterprise_install": "false",
            "response_url": self.world.response_url(channel, user),
            "trigger_id": self.world.trigger(user, self.team.id),
        }  # fmt: skip

    def global_shortcut(self, user: str, callback_id: str) -> Payload:
        """A shortcut from the search or the lightning menu."""
        ts = self.world.next_ts()
        return self._who("shortcut", user) | {"callback_id": callback_id, "action_ts": ts}

    def message_action(self, user: str, message: Message, callback_id: str) -> Payload:
        """A shortcut on a message."""
        room = self.world.channels[message.channel]
        return self._who("message_action", user) | {
            "callback_id": callback_id, "action_ts": self.world.next_ts(),
            "message_ts": message.ts, "channel": self._room(room), "message": message.sent(),
            "response_url": self.world.response_url(room.id, user, message.ts),
        }  # fmt: skip

    def block_actions(
        self, user: str, place: Message | Sight | View, action_id: str, value: Any = None,
        block_id: str | None = None,
    ) -> Payload:  # fmt: skip
        """Somebody presses a button or chooses something.

        ``place`` is a message, an ephemeral message (from ``world.ephemerals()``), an open modal
        or a home tab; ``value`` is the chosen option's value.
        """
        view = place if isinstance(place, View) else None
        blocks = view.content["blocks"] if view else place.blocks  # type: ignore[union-attr]
        block_id, element = find(blocks, action_id, block_id)
        action = {"action_id": action_id, "block_id": block_id, "action_ts": self.world.next_ts()}
        action |= self._action(element, value)
        payload = self._who("block_actions", user, view) | {"actions": [action]}
        if view:
            self._note(view, block_id, element, value)
            return payload | {
                "container": {"type": "view", "view_id": view.id}, "view": self.view_shown(view),
            }  # fmt: skip
        return payload | self._message_place(user, place)  # type: ignore[arg-type]

    def _action(self, element: dict[str, Any], value: Any) -> Payload:
        kind = element["type"]
        if kind == "button":
            names = ("value", "style", "url")
            held: Payload = {name: element[name] for name in names if name in element}
            return {"type": kind, "text": {"emoji": True} | element["text"], **held}
        if kind == "feedback_buttons":
            button = element[f"{value or 'positive'}_button"]
            return {"type": kind, "value": button["value"], "text": button["text"]}
        if kind == "icon_button":
            return {"type": kind, "value": element.get("value"), "icon": element["icon"]}
        return filled(element, value)

    def _note(self, view: View, block_id: str, element: dict[str, Any], value: Any) -> None:
        if element["type"] not in ("button", "overflow"):
            view.state.setdefault(block_id, {})[element["action_id"]] = filled(element, value)

    def _message_place(self, user: str, place: Message | Sight) -> Payload:
        room = self.world.channels[str(place.channel)]
        hidden = isinstance(place, Sight)
        container = {
            "type": "message", "message_ts": place.ts, "channel_id": room.id,
            "is_ephemeral": hidden,
        }  # fmt: skip
        if place.thread_ts:
            container["thread_ts"] = place.thread_ts
        ts = None if hidden else place.ts
        given: Payload = {
            "container": container, "channel": self._room(room), "state": {"values": {}},
            "response_url": self.world.response_url(room.id, user, ts, ephemeral=hidden),
        }  # fmt: skip
        if not isinstance(place, Sight):
            given["message"] = place.sent()
        return given

    def feedback(self, user: str, message: Message, positive: bool = True) -> Payload:
        """Somebody presses one of the feedback buttons below a message."""
        found = [e for _, e in elements(message.blocks) if e["type"] == "feedback_buttons"]
        assert found, "the message has no feedback buttons"
        value = "positive" if positive else "negative"
        return self.block_actions(user, message, found[0]["action_id"], value)

    def view_submission(self, view: View, values: dict[str, Any] | None = None) -> Payload:
        """Somebody submits a modal; ``values`` are by action_id, as ``filled`` takes them."""
        assert view.content.get("submit"), "the modal has no submit button"
        left = dict(values or {})
        for block in view.content["blocks"]:
            if block["type"] != "input":
                continue
            element = block["element"]
            state = view.state.setdefault(block["block_id"], {})
            if element["action_id"] in left or element["action_id"] not in state:
                value = left.pop(element["action_id"], initial(element))
                assert block.get("optional") or value not in (None, "", []), (
                    f"Slack lets nobody leave {element['action_id']} empty"
                )
                state[element["action_id"]] = filled(element, value)
        assert not left, f"the modal has no {', '.join(left)}"
        payload = self._who("view_submission", view.user, view)
        return payload | {"view": self.view_shown(view), "response_urls": []}

    def view_closed(self, view: View, is_cleared: bool = False) -> Payload | None:
        """Somebody closes a modal; None where the app did not ask to be told."""
        shown = self.view_shown(view)
        close(self.world, view)
        if not view.content.get("notify_on_close"):
            return None
        payload = self._who("view_closed", view.user)
        del payload["trigger_id"]
        return payload | {"view": shown, "is_cleared": is_cleared}
