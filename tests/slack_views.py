"""Modals and home tabs of the local Slack server, and what a response_url does."""

from __future__ import annotations

import copy
import uuid
from typing import Any

from tests.slack_chat import block_ids
from tests.slack_limits import message_problem, texts, view_problem
from tests.slack_methods import Answer, Refusal, Request, Violation, method, violation
from tests.slack_records import Message, ResponseUrl, Token, Trigger, View
from tests.slack_world import APP_ID, World

STACK = 3  # views on top of each other


def view_object(view: View, world: World) -> Answer:
    """A view as methods and payloads show it."""
    team = world.teams[view.team_id]
    said = view.content
    return {
        "id": view.id, "team_id": view.team_id, "type": said["type"], "blocks": said["blocks"],
        "private_metadata": said.get("private_metadata", ""),
        "callback_id": said.get("callback_id", ""), "state": {"values": view.state},
        "hash": view.hash, "title": said.get("title"),
        "clear_on_close": said.get("clear_on_close", False),
        "notify_on_close": said.get("notify_on_close", False), "close": said.get("close"),
        "submit": said.get("submit"), "previous_view_id": view.previous,
        "root_view_id": view.root, "app_id": APP_ID,
        "external_id": said.get("external_id", ""), "app_installed_team_id": view.team_id,
        "bot_id": team.bot_id,
    }  # fmt: skip


def checked(request: Request, kind: str) -> dict[str, Any]:
    """The view of a call, if Slack accepts it, as it is stored."""
    view = request.arguments.get("view")
    if problem := view_problem(view, kind):
        raise Violation(problem)
    made: dict[str, Any] = copy.deepcopy(view)  # type: ignore[arg-type]
    made["blocks"] = block_ids(request, made["blocks"])
    for block in made["blocks"]:
        for part in ("accessory", "element"):
            if part in block and block[part]["type"] != "image":
                block[part].setdefault("action_id", f"a{request.world.number()}")
    return made


def new_hash(world: World) -> str:
    """A hash as Slack writes it: the time and some letters."""
    return f"{world.now():.0f}.{uuid.uuid4().hex[:8]}"


def made_view(request: Request, user: str, content: dict[str, Any]) -> View:
    """A new view of a person, not yet on their screen."""
    view_id = f"V{request.world.number():09d}"
    view = View(view_id, user, request.team.id, content, new_hash(request.world), view_id)
    view.history.append(content)
    return view


def take_trigger(request: Request) -> Trigger:
    """The trigger of a call: it serves once, within three seconds."""
    request.need("trigger_id", "view")
    trigger = request.world.triggers.get(str(request.arguments["trigger_id"]))
    if trigger is None or trigger.team_id != request.team.id:
        raise Refusal("invalid_trigger_id")
    if trigger.used:
        raise violation("exchanged_trigger_id", "the trigger_id was used before")
    if request.world.now() - trigger.at > request.world.trigger_expires_after:
        raise violation("expired_trigger_id", "the trigger_id is older than three seconds")
    trigger.used = True
    return trigger


def unique_external(world: World, content: dict[str, Any], own: View | None = None) -> None:
    """Refuse an external_id that another view has."""
    name = content.get("external_id")
    if name and any(
        v.content.get("external_id") == name and v is not own for v in world.views.values()
    ):
        raise Refusal("duplicate_external_id")


def shown(world: World, view: View, what: str) -> None:
    """Record what a person sees in a view."""
    said = view.content
    title = said["title"]["text"] if said.get("title") else "home"
    words = "\n".join([title, *(t for block in said["blocks"] for t in texts(block))])
    world.saw(what, words, user=view.user, ts=view.id)


def push(world: World, view: View, stack: list[View]) -> None:
    """Lay a view upon a person's stack."""
    if len(stack) >= STACK:
        raise violation("push_limit_reached", f"a stack has at most {STACK} views")
    if stack:
        view.root, view.previous = stack[0].id, stack[-1].id
    stack.append(view)
    world.stacks[view.user] = stack
    world.views[view.id] = view
    shown(world, view, "modal")


def close(world: World, view: View) -> None:
    """A view and what lies upon it goes away."""
    stack = world.stacks.get(view.user, [])
    while stack and view in stack:
        world.views.pop(stack.pop().id, None)


def clear(world: World, user: str) -> None:
    """All of a person's modals go away."""
    if stack := world.stacks.get(user):
        close(world, stack[0])


@method("views.open")
def views_open(request: Request) -> Answer:
    trigger = take_trigger(request)
    content = checked(request, "modal")
    unique_external(request.world, content)
    clear(request.world, trigger.user)
    view = made_view(request, trigger.user, content)
    push(request.world, view, [])
    return {"view": view_object(view, request.world)}


@method("views.push")
def views_push(request: Request) -> Answer:
    trigger = take_trigger(request)
    content = checked(request, "modal")
    stack = request.world.stacks.get(trigger.user, [])
    if trigger.view is None or trigger.view not in stack:
        raise Refusal("not_found")
    unique_external(request.world, content)
    view = made_view(request, trigger.user, content)
    push(request.world, view, stack)
    return {"view": view_object(view, request.world)}


@method("views.update")
def views_update(request: Request) -> Answer:
    content = checked(request, "modal")
    name = request.arguments.get("external_id")
    held = request.world.views
    view = held.get(str(request.arguments.get("view_id")))
    if name:
        view = next((v for v in held.values() if v.content.get("external_id") == name), None)
    if view is None or view.team_id != request.team.id:
        raise Refusal("not_found")
    if request.arguments.get("hash") not in (None, view.hash):
        raise Refusal("hash_conflict")
    change(request.world, view, content)
    return {"view": view_object(view, request.world)}


def change(world: World, view: View, content: dict[str, Any]) -> None:
    """Show something else in an open view."""
    unique_external(world, content, view)
    view.content, view.hash = content, new_hash(world)
    view.history.append(content)
    known = {block["block_id"] for block in content["blocks"]}
    view.state = {name: held for name, held in view.state.items() if name in known}
    shown(world, view, "modal update")


@method("views.publish")
def views_publish(request: Request) -> Answer:
    request.need("user_id", "view")
    user = request.user(request.arguments["user_id"])
    content = checked(request, "home")
    before = request.world.homes.get(user.id)
    if request.arguments.get("hash") and before and request.arguments["hash"] != before.hash:
        raise Refusal("hash_conflict")
    view = made_view(request, user.id, content)
    if before:
        view.id, view.root, view.history = before.id, before.id, [*before.history, content]
    request.world.homes[user.id] = view
    shown(request.world, view, "home")
    return {"view": view_object(view, request.world)}


def respond_to_submission(world: World, view: View, given: Any) -> None:
    """Do what an acknowledgement of view_submission says; what Slack would not do is recorded."""
    request = Request(world, {}, Token("", view.team_id, frozenset()))
    with world.lock:
        try:
            _respond(request, view, given or {})
        except Refusal as refusal:
            world.refused.append(f"response_action: {getattr(refusal, 'problem', refusal)}")
        world.notify()


def _respond(request: Request, view: View, given: dict[str, Any]) -> None:
    world, action = request.world, given.get("response_action")
    request.arguments = {"view": given.get("view")}
    if action is None:
        close(world, view)
    elif action == "clear":
        clear(world, view.user)
    elif action == "update":
        change(world, view, checked(request, "modal"))
    elif action == "push":
        pushed = made_view(request, view.user, checked(request, "modal"))
        push(world, pushed, world.stacks[view.user])
    elif action == "errors":
        known = {b["block_id"] for b in view.content["blocks"] if b["type"] == "input"}
        errors = given.get("errors") or {}
        if not errors or not set(errors) <= known:
            raise violation("invalid_arguments", f"errors of no input block: {set(errors) - known}")
        world.saw("modal errors", "\n".join(errors.values()), user=view.user, ts=view.id)
    else:
        raise violation("invalid_arguments", f"unknown response_action {action}")


def use_response_url(world: World, key: str, said: dict[str, Any]) -> tuple[int, str]:
    """What a post to a response_url gives: five are accepted within half an hour."""
    with world.lock:
        place = world.response_urls.get(key)
        if place is None:
            return 404, "no_active_hooks"
        if world.now() - place.at > 1_800:
            return 404, "expired_url"
        if place.uses >= 5:
            world.refused.append("response_url: used_url: used more than five times")
            return 404, "used_url"
        place.uses += 1
        if not said.get("delete_original") and (problem := message_problem(said)):
            world.refused.append(f"response_url: {problem}")
            return 400, problem.error
        request = Request(world, said, Token("", place.team_id, frozenset()))
        _write_response(request, place)
        world.notify()
        return 200, "ok"


def immediate_answer(world: World, payload: dict[str, Any], body: Any) -> None:
    """Show what the acknowledgement of a command said."""
    said = body if isinstance(body, dict) else {"text": str(body)}
    place = ResponseUrl(
        payload["channel_id"], payload["user_id"], None, world.now(), payload["team_id"]
    )
    with world.lock:
        if problem := message_problem(said):
            world.refused.append(f"{payload['command']}: {problem}")
        else:
            _write_response(Request(world, said, Token("", place.team_id, frozenset())), place)


def _write_response(request: Request, place: ResponseUrl) -> None:
    world, said = request.world, request.arguments
    team = request.team
    blocks = block_ids(request, said.get("blocks"))
    old = world.channels[place.channel].messages.get(place.message_ts or "")
    if said.get("delete_original"):
        if old:
            old.deleted = True
        world.saw("delete", "", old, user=place.user, channel=place.channel)
    elif said.get("replace_original") and old:
        old.edits.append((world.now(), old.text, old.blocks))
        old.text, old.blocks = said.get("text") or "", blocks
        world.saw("edit", old.shown(), old)
    elif said.get("response_type") == "in_channel":
        world.add_message(
            place.channel, team.bot_user, said.get("text") or "", bot_id=team.bot_id,
            blocks=blocks, thread_ts=said.get("thread_ts"), arguments=said,
        )  # fmt: skip
    else:
        shown = Message(place.channel, "", team.bot_user, said.get("text") or "", 0, blocks=blocks)
        what = "ephemeral edit" if said.get("replace_original") else "ephemeral"
        world.saw(
            what, shown.shown(), user=place.user, channel=place.channel,
            thread_ts=said.get("thread_ts"), ts=world.next_ts(), blocks=blocks,
        )  # fmt: skip
