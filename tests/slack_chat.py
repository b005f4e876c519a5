"""Messages of the local Slack server: posted, updated, deleted, streamed; statuses and prompts."""

from __future__ import annotations

import copy
from typing import Any

from tests.slack_limits import UPDATED, chunks_problem, message_problem
from tests.slack_methods import Answer, Refusal, Request, Violation, limited, method, violation
from tests.slack_records import Channel, Message


def block_ids(request: Request, blocks: Any) -> list[dict[str, Any]]:
    """The blocks as they are stored: every one has an id, every button an action_id."""
    stored: list[dict[str, Any]] = copy.deepcopy(blocks or [])
    for block in stored:
        block.setdefault("block_id", f"b{request.world.number()}")
        for element in block.get("elements", []) if block["type"] != "rich_text" else []:
            if element.get("type") not in ("mrkdwn", "plain_text", "image", "card"):
                element.setdefault("action_id", f"a{request.world.number()}")
    return stored


def content(request: Request, most: int | None = None, needs_text: bool = True) -> Answer:
    """The text and blocks of a call, if Slack accepts them."""
    said = request.arguments
    limits = {} if most is None else {"most_text": most}
    if problem := message_problem(said, needs_text=needs_text, **limits):
        raise Violation(problem)
    blocks = said.get("blocks")
    if said.get("markdown_text"):
        blocks = [{"type": "markdown", "text": said["markdown_text"]}]
    return {"text": said.get("text") or "", "blocks": block_ids(request, blocks)}


def open_channel(request: Request, name: str = "channel") -> Channel:
    """The conversation of a call, in which the bot may write; a person's id means their DM."""
    request.need(name)
    asked = str(request.arguments[name])
    if asked in request.world.users:
        wanted = {asked, request.team.bot_user}
        held = request.world.channels.values()
        found = (c for c in held if c.kind == "im" and set(c.members) == wanted)
        channel = next(found, None) or request.world.add_im(asked)
    else:
        channel = request.channel(asked, member="chat:write.public" not in request.token.scopes)
    if channel.is_archived:
        raise Refusal("is_archived")
    return channel


def thread_of(request: Request, channel: Channel) -> str | None:
    """The thread that a call names: a reply's ts is read as its thread's, as Slack does."""
    ts = request.arguments.get("thread_ts")
    if ts in (None, ""):
        return None
    parent = channel.messages.get(str(ts))
    if parent is None:
        whole, _, part = str(ts).partition(".")
        if request.world.strict_threads or not (whole.isdigit() and part.isdigit()):
            raise violation("invalid_thread_ts", f"no message {ts} in {channel.id}")
        return str(ts)
    return parent.thread_ts or parent.ts


def by_bot(request: Request, channel: Channel, **more: Any) -> Message:
    """A new message of the calling bot."""
    team = request.team
    text = more.pop("text", "")
    return request.world.add_message(
        channel.id, team.bot_user, text, bot_id=team.bot_id, arguments=request.arguments, **more
    )


def own_message(request: Request, forbidden: str) -> Message:
    """The message of a call, which the bot must have written."""
    request.need("channel", "ts")
    channel = request.channel(request.arguments["channel"])
    if channel.is_archived:
        raise Refusal("is_inactive")
    message = channel.messages.get(str(request.arguments["ts"]))
    if message is None or message.deleted:
        raise Refusal("message_not_found")
    if message.user != request.team.bot_user:
        raise Refusal(forbidden)
    return message


@method("chat.postMessage", "chat:write")
def post_message(request: Request) -> Answer:
    channel = open_channel(request)
    made = content(request)
    if request.world.too_fast(channel.id):
        raise limited(1)
    thread_ts = thread_of(request, channel)
    broadcast = request.flag("reply_broadcast")
    if broadcast and not thread_ts:
        raise violation("invalid_arguments", "reply_broadcast without thread_ts")
    message = by_bot(
        request, channel, **made, thread_ts=thread_ts, reply_broadcast=broadcast,
        metadata=request.arguments.get("metadata") or None,
        subtype="thread_broadcast" if broadcast else None,
    )  # fmt: skip
    request.world.clear_status(message)
    return {"channel": channel.id, "ts": message.ts, "message": message.sent()}


@method("chat.postEphemeral", "chat:write")
def post_ephemeral(request: Request) -> Answer:
    request.need("channel", "user")
    channel = open_channel(request)
    made = content(request)
    user = request.user(request.arguments["user"])
    if user.id not in channel.members:
        raise Refusal("user_not_in_channel")
    thread_ts = thread_of(request, channel)
    ts = request.world.next_ts()
    shown = Message(channel.id, ts, request.team.bot_user, made["text"], 0, blocks=made["blocks"])
    request.world.saw(
        "ephemeral", shown.shown(), user=user.id, channel=channel.id, thread_ts=thread_ts, ts=ts,
        blocks=shown.blocks,
    )  # fmt: skip
    return {"message_ts": ts}


@method("chat.update", "chat:write")
def update(request: Request) -> Answer:
    message = own_message(request, "cant_update_message")
    if message.state(request.world) == "streaming":
        raise violation("streaming_state_conflict", f"{message.ts} is still streaming")
    said = request.arguments
    metadata_only = "metadata" in said and not {"text", "blocks", "markdown_text"} & set(said)
    made = content(request, UPDATED, needs_text=not metadata_only)
    message.edits.append((request.world.now(), message.text, message.blocks))
    if not metadata_only:
        replace(request, message, made, keep="blocks" not in said and "markdown_text" not in said)
    if "metadata" in said:
        message.metadata = said["metadata"] or None
    return {
        "channel": message.channel, "ts": message.ts, "text": message.text,
        "message": message.sent(),
    }  # fmt: skip


def replace(request: Request, message: Message, made: Answer, keep: bool) -> None:
    """Put new words into a message: blocks stay until others, or none (``[]``), are sent."""
    if message.stream:
        message.stream, message.streamed = "updated", []
    message.text = made["text"]
    if not keep:
        message.blocks = made["blocks"]
    request.world.saw("edit", message.shown(), message)


@method("chat.delete", "chat:write")
def delete(request: Request) -> Answer:
    message = own_message(request, "cant_delete_message")
    message.deleted = True
    request.world.saw("delete", "", message)
    return {"channel": message.channel, "ts": message.ts}


@method("chat.getPermalink")
def permalink(request: Request) -> Answer:
    request.need("channel", "message_ts")
    channel = request.channel(request.arguments["channel"], member=False)
    message = channel.messages.get(str(request.arguments["message_ts"]))
    if message is None or message.deleted:
        raise Refusal("message_not_found")
    link = f"https://{request.team.domain}.slack.com/archives/{channel.id}/p"
    link += message.ts.replace(".", "")
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


# --- streams


def _append(request: Request, message: Message, what: str = "stream") -> None:
    if problem := chunks_problem(request.arguments):
        raise Violation(problem)
    added = [request.arguments.get("markdown_text") or ""]
    for chunk in request.arguments.get("chunks") or []:
        message.chunks.append(chunk)
        added.append(chunk.get("text", ""))
        message.blocks += block_ids(request, chunk.get("blocks"))
    message.streamed += [part for part in added if part]
    request.world.saw(what, "".join(added), message)


@method("chat.startStream", "chat:write")
def start_stream(request: Request) -> Answer:
    channel = open_channel(request)
    request.need("thread_ts")
    thread_ts = thread_of(request, channel)
    if channel.kind != "im":
        for name in ("recipient_user_id", "recipient_team_id"):
            if not request.arguments.get(name):
                raise violation(f"missing_{name}", f"{name} is needed in a channel")
    recipient = request.arguments.get("recipient_user_id")
    if recipient:
        request.user(recipient)
        if request.arguments.get("recipient_team_id") not in request.world.teams:
            raise Refusal("team_not_found")
    if problem := chunks_problem(request.arguments):
        raise Violation(problem)
    if request.world.too_fast(channel.id):
        raise limited(1)
    message = by_bot(request, channel, thread_ts=thread_ts, stream="streaming", recipient=recipient)
    _append(request, message)
    request.world.clear_status(message)
    return {"channel": channel.id, "ts": message.ts}


def streaming(request: Request) -> Message:
    """The message of a call, if it is still streaming."""
    message = own_message(request, "message_not_owned_by_app")
    if message.state(request.world) != "streaming":
        raise Refusal("message_not_in_streaming_state")
    return message


@method("chat.appendStream", "chat:write")
def append_stream(request: Request) -> Answer:
    message = streaming(request)
    if not request.arguments.get("markdown_text") and not request.arguments.get("chunks"):
        raise violation("invalid_arguments", "neither markdown_text nor chunks")
    _append(request, message)
    return {"channel": message.channel, "ts": message.ts}


@method("chat.stopStream", "chat:write")
def stop_stream(request: Request) -> Answer:
    message = streaming(request)
    said = {name: request.arguments.get(name) for name in ("blocks", "metadata")}
    if problem := message_problem(said, needs_text=False):
        raise Violation(problem)
    _append(request, message, "stream end")
    message.stream = "stopped"
    message.blocks += block_ids(request, said["blocks"])
    message.metadata = said["metadata"] or message.metadata
    return {"channel": message.channel, "ts": message.ts, "message": message.sent()}


# --- status and prompts


@method("assistant.threads.setStatus", "chat:write", "assistant:write")
def set_status(request: Request) -> Answer:
    request.need("channel_id", "thread_ts")
    said = request.arguments
    if not isinstance(said.get("status"), str):
        raise violation("invalid_arguments", "missing required field: status")
    loading = said.get("loading_messages") or []
    if not isinstance(loading, list) or not all(isinstance(m, str) and m for m in loading):
        raise violation("invalid_arguments", "loading_messages should be an array of strings")
    if len(loading) > 10:
        raise violation("invalid_arguments", f"{len(loading)} loading_messages, 10 allowed")
    channel = request.channel(said["channel_id"])
    thread_ts = str(said["thread_ts"])
    request.world.set_status(channel.id, thread_ts, said)
    request.world.saw("status", said["status"], channel=channel.id, thread_ts=thread_ts)
    return {}


@method("assistant.threads.setSuggestedPrompts", "assistant:write", "chat:write")
def set_prompts(request: Request) -> Answer:
    request.need("channel_id", "prompts")
    said = request.arguments
    prompts = said["prompts"]
    good = isinstance(prompts, list) and all(
        isinstance(p, dict) and p.get("title") and p.get("message") for p in prompts
    )
    if not good:
        raise violation("invalid_arguments", "every prompt needs a title and a message")
    if len(prompts) > 4:
        raise violation("invalid_arguments", f"{len(prompts)} prompts, 4 allowed")
    channel = request.channel(said["channel_id"])
    # Slack says ok, and the prompts of an agent app never appear in a thread.
    dropped = bool(request.world.agent_app and said.get("thread_ts"))
    request.world.prompts.append({**said, "at": request.world.now(), "dropped": dropped})
    if not dropped:
        titles = " / ".join(prompt["title"] for prompt in prompts)
        request.world.saw("prompts", titles, channel=channel.id)
    return {}
