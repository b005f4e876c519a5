"""People, groups and conversations of the local Slack server, as its methods show them."""

from __future__ import annotations

from typing import Any

from tests.slack_methods import Answer, Refusal, Request, limited, method
from tests.slack_records import Channel, Team, User
from tests.slack_world import APP_ID, World

HISTORY = {
    "channel": "channels:history", "group": "groups:history", "im": "im:history",
    "mpim": "mpim:history",
}  # fmt: skip
READ = {"channel": "channels:read", "group": "groups:read", "im": "im:read", "mpim": "mpim:read"}


@method("bots.info", "users:read")
def bots_info(request: Request) -> Answer:
    asked = request.arguments.get("bot") or request.team.bot_id
    for team in request.world.teams.values():
        if team.bot_id == asked:
            bot = request.world.users[team.bot_user]
            return {"bot": {
                "id": team.bot_id, "deleted": False, "name": bot.name, "updated": 1_718_000_000,
                "app_id": APP_ID, "user_id": bot.id, "team_id": team.id,
                "icons": {"image_36": "https://example.test/36.png"},
            }}  # fmt: skip
    raise Refusal("bot_not_found")


def user_object(user: User, locale: bool = False, own_team: str = "") -> Answer:
    """A person as users.info shows them."""
    shown: Answer = {
        "id": user.id, "team_id": user.team_id, "name": user.name, "deleted": user.deleted,
        "real_name": user.real_name, "tz": user.tz, "tz_label": user.tz,
        "tz_offset": user.tz_offset, "is_admin": False, "is_owner": False,
        "is_primary_owner": False, "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted, "is_bot": user.is_bot,
        "is_app_user": False, "updated": 1_718_000_000, "color": "9f69e7",
        "profile": {
            "real_name": user.real_name, "display_name": user.real_name, "team": user.team_id,
            "real_name_normalized": user.real_name, "display_name_normalized": user.real_name,
            "image_48": "https://example.test/48.png", "status_text": "", "status_emoji": "",
            **({"bot_id": user.bot_id} if user.bot_id else {}),
        },
    }  # fmt: skip
    if own_team and user.team_id != own_team:
        shown["is_stranger"] = True
    return shown | ({"locale": user.locale} if locale else {})


@method("users.info", "users:read")
def users_info(request: Request) -> Answer:
    user = request.user(request.arguments.get("user"))
    return {"user": user_object(user, request.flag("include_locale"), request.team.id)}


def channel_object(world: World, channel: Channel, team: Team) -> Answer:
    """A conversation as conversations.info shows it."""
    shown: Answer = {
        "id": channel.id, "created": 1_718_000_000, "is_archived": channel.is_archived,
        "is_im": channel.kind == "im", "is_mpim": channel.kind == "mpim",
        "is_org_shared": False, "context_team_id": team.id, "updated": 1_718_000_000_000,
    }  # fmt: skip
    if channel.kind == "im":
        other = next((m for m in channel.members if m != team.bot_user), "")
        return shown | {"user": other, "is_user_deleted": world.users[other].deleted}
    return shown | {
        "name": channel.name, "name_normalized": channel.name, "is_general": False,
        "is_channel": channel.channel_type == "channel",
        "is_group": channel.channel_type == "group", "is_private": channel.is_private,
        "is_shared": channel.is_ext_shared, "is_ext_shared": channel.is_ext_shared,
        "is_pending_ext_shared": False, "unlinked": 0, "creator": "U0STAFF",
        "is_member": team.bot_user in channel.members,
        "shared_team_ids": [channel.team_id, *channel.shared_with],
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0}, "previous_names": [],
    }  # fmt: skip


@method("conversations.info")
def conversations_info(request: Request) -> Answer:
    channel = request.channel(request.arguments.get("channel"), member=False)
    request.scope(READ[channel.channel_type])
    shown = channel_object(request.world, channel, request.team)
    if request.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


def page(request: Request, held: list[Any], default: int, most: int) -> tuple[list[Any], Answer]:
    """A part of a list, and the cursor to go on with."""
    limit = request.number("limit", default) or default
    if not 1 <= limit <= most:
        raise Refusal("invalid_limit")
    cursor = str(request.arguments.get("cursor") or "")
    if cursor and not cursor.startswith("cursor:"):
        raise Refusal("invalid_cursor")
    start = int(cursor.removeprefix("cursor:")) if cursor else 0
    more = start + limit < len(held)
    following = f"cursor:{start + limit}" if more else ""
    return held[start : start + limit], {"next_cursor": following}


@method("users.list", "users:read")
def users_list(request: Request) -> Answer:
    """All members of the workspace, page by page; strangers are not among them."""
    own = [u.id for u in request.world.users.values() if u.team_id == request.team.id]
    ids, metadata = page(request, own, 200, 1_000)
    found = [request.world.users[i] for i in ids]
    members = [user_object(u, request.flag("include_locale"), request.team.id) for u in found]
    return {"members": members, "response_metadata": metadata}


@method("conversations.members")
def conversations_members(request: Request) -> Answer:
    channel = request.channel(request.arguments.get("channel"), member=False)
    request.scope(READ[channel.channel_type])
    members, metadata = page(request, channel.members, 100, 1_000)
    return {"members": members, "response_metadata": metadata}


@method("conversations.replies")
def conversations_replies(request: Request) -> Answer:
    request.need("channel", "ts")
    channel = request.channel(request.arguments["channel"])
    request.scope(HISTORY[channel.channel_type])
    most = 1_000
    if request.world.tight_replies:
        most = 15
        if wait := request.world.replies_wait(request.token.value):
            raise limited(wait)
        request.arguments["limit"] = min(most, request.number("limit", most) or most)
    ts = str(request.arguments["ts"])
    thread = request.world.thread(channel.id, ts)
    if not thread:
        raise Refusal("thread_not_found")
    oldest = str(request.arguments.get("oldest") or "")
    latest = str(request.arguments.get("latest") or "~")
    kept = [m for m in thread if m.ts == ts or oldest < m.ts < latest]
    part, metadata = page(request, kept, most, 1_000)
    replies = len(thread) - 1
    shown = [
        m.sent() | ({"reply_count": replies, "thread_ts": ts} if m.ts == ts and replies else {})
        for m in part
    ]
    more = bool(metadata["next_cursor"])
    return {"messages": shown, "has_more": more} | ({"response_metadata": metadata} if more else {})


@method("conversations.open", "im:write", "mpim:write")
def conversations_open(request: Request) -> Answer:
    if asked := request.arguments.get("channel"):
        return {"channel": {"id": request.channel(asked).id}}
    users = request.arguments.get("users") or ""
    names = [name for name in (users if isinstance(users, list) else users.split(",")) if name]
    if not names:
        raise Refusal("users_list_not_supplied")
    for name in names:
        if request.user(name).deleted:
            raise Refusal("user_disabled")
    wanted = {*names, request.team.bot_user}
    for channel in request.world.channels.values():
        if channel.kind != "channel" and set(channel.members) == wanted:
            return {"no_op": True, "already_open": True, "channel": {"id": channel.id}}
    one = len(names) == 1
    add = request.world.add_im if one else request.world.add_mpim
    made = add(names[0] if one else names)  # type: ignore[arg-type]
    return {"channel": {"id": made.id}}


@method("usergroups.list", "usergroups:read")
def usergroups_list(request: Request) -> Answer:
    people = request.flag("include_users")
    groups = [g for g in request.world.usergroups.values() if g.team_id == request.team.id]
    return {"usergroups": [
        {
            "id": g.id, "team_id": g.team_id, "is_usergroup": True, "name": g.name or g.handle,
            "handle": g.handle, "description": "", "is_external": False,
            "date_delete": 1 if g.disabled else 0, "user_count": len(g.users),
            "prefs": {"channels": [], "groups": []}, **({"users": g.users} if people else {}),
        }
        for g in groups if request.flag("include_disabled") or not g.disabled
    ]}  # fmt: skip


@method("usergroups.users.list", "usergroups:read")
def usergroups_users(request: Request) -> Answer:
    group = request.world.usergroups.get(str(request.arguments.get("usergroup")))
    if group is None or group.team_id != request.team.id:
        raise Refusal("no_such_subteam")
    if group.disabled and not request.flag("include_disabled"):
        raise Refusal("subteam_disabled")
    return {"users": list(group.users)}
