"""The Web API methods of the local Slack server: who may call what, and the answers.

People and conversations are in ``slack_people``, messages in ``slack_chat``, modals in
``slack_views``, installation in ``slack_oauth``.
Sources: https://docs.slack.dev/reference/methods.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.slack_limits import Problem
from tests.slack_records import Channel, Team, Token, User
from tests.slack_world import World

Answer = dict[str, Any]
STRUCTURED = (
    "blocks", "view", "metadata", "chunks", "prompts", "loading_messages", "attachments",
)  # fmt: skip


class Refusal(Exception):  # noqa: N818 - what Slack says, not a fault of the server
    """An error as a method answers it."""

    def __init__(self, error: str, status: int = 200, **more: Any) -> None:
        super().__init__(error)
        self.error, self.status, self.more = error, status, more
        self.headers: dict[str, str] = {}


class Violation(Refusal):
    """A limit or rule that the caller should have kept: recorded in ``world.refused``."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.error)
        if problem.reasons:
            messages = [f"[ERROR] {reason}" for reason in problem.reasons]
            said = {"errors": problem.reasons, "response_metadata": {"messages": messages}}
            self.more.update(said)
        self.problem = problem


def violation(error: str, *reasons: str) -> Violation:
    """A rule that was not kept."""
    return Violation(Problem(error, list(reasons)))


def limited(seconds: float) -> Refusal:
    """The answer to too many calls."""
    refusal = Refusal("ratelimited", 429)
    refusal.headers["Retry-After"] = str(max(1, round(seconds)))
    return refusal


@dataclass
class Request:
    """One call: the world, what was said, and with which token."""

    world: World
    arguments: dict[str, Any]
    token: Token = field(default_factory=lambda: Token("", "", frozenset(), kind="none"))
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def team(self) -> Team:
        """The caller's workspace."""
        return self.world.teams[self.token.team_id]

    def need(self, *names: str) -> None:
        """Refuse a call that lacks an argument."""
        if missing := [name for name in names if self.arguments.get(name) in (None, "")]:
            raise violation("invalid_arguments", *(f"missing required field: {n}" for n in missing))

    def flag(self, name: str) -> bool:
        """A boolean argument."""
        return str(self.arguments.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """A numeric argument."""
        try:
            return int(self.arguments.get(name, default))
        except ValueError:
            raise violation("invalid_arguments", f"{name} should be an integer") from None

    def scope(self, *any_of: str) -> None:
        """Refuse a token that has none of these scopes."""
        if any_of and not set(any_of) & self.token.scopes:
            raise Refusal(
                "missing_scope", needed=",".join(any_of),
                provided=",".join(sorted(self.token.scopes)),
            )  # fmt: skip

    def channel(self, channel_id: Any, member: bool = True) -> Channel:
        """A conversation that the bot may know (and, with ``member``, is in)."""
        channel = self.world.channels.get(str(channel_id))
        if channel is None or self.team.id not in (channel.team_id, *channel.shared_with):
            raise Refusal("channel_not_found")
        if self.team.bot_user not in channel.members:
            if channel.channel_type != "channel":
                raise Refusal("channel_not_found")
            if member:
                raise Refusal("not_in_channel")
        return channel

    def user(self, user_id: Any) -> User:
        """A person of the workspace, or a stranger in a shared channel."""
        user = self.world.users.get(str(user_id))
        if user is None:
            raise Refusal("user_not_found")
        shared = (c for c in self.world.channels.values() if user.id in c.members)
        if user.team_id != self.team.id and not any(
            self.team.id in (c.team_id, *c.shared_with) for c in shared
        ):
            raise Refusal("user_not_found")
        return user


@dataclass
class Method:
    """A method: its function, the scopes of which one is needed, and the kind of token."""

    call: Callable[[Request], Answer]
    scopes: tuple[str, ...]
    kind: str


METHODS: dict[str, Method] = {}


def method(
    name: str, *scopes: str, kind: str = "bot"
) -> Callable[[Callable[[Request], Answer]], Callable[[Request], Answer]]:
    """Register the function that answers ``name``."""

    def register(call: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
        METHODS[name] = Method(call, scopes, kind)
        return call

    return register


def parsed(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments with the structured ones read from JSON text."""
    made = dict(arguments)
    for name in STRUCTURED:
        if isinstance(made.get(name), str) and made[name]:
            try:
                made[name] = json.loads(made[name])
            except ValueError:
                error = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
                raise violation(error, f"{name} is not JSON") from None
    return made


def authorised(world: World, value: str, wanted: Method) -> Token:
    """The token behind a call."""
    if wanted.kind == "none":
        return world.tokens.get(value) or Token(value, "", frozenset(), kind="none")
    if not value:
        raise Refusal("not_authed")
    token = world.tokens.get(value)
    if token is None:
        raise Refusal("invalid_auth")
    if token.dead:
        raise Refusal(token.dead)
    if token.expires_at is not None and world.now() >= token.expires_at:
        raise Refusal("token_expired")
    if token.kind != wanted.kind:
        raise Refusal("not_allowed_token_type")
    return token


def answer(
    world: World, name: str, arguments: dict[str, Any], token: str, headers: Mapping[str, str]
) -> tuple[Answer, dict[str, str]]:
    """What a call gives, with its headers; a Refusal if Slack would refuse it."""
    wanted = METHODS.get(name)
    if wanted is None:
        raise violation("unknown_method", f"{name} is not served here")
    with world.lock:
        request = Request(world, parsed(arguments), authorised(world, token, wanted), headers)
        request.scope(*wanted.scopes)
        given = wanted.call(request)
        world.notify()
        scopes = ",".join(sorted(request.token.scopes))
        return {"ok": True, **given}, {"x-oauth-scopes": scopes} if scopes else {}


@method("api.test", kind="none")
def api_test(request: Request) -> Answer:
    if error := request.arguments.get("error"):
        raise Refusal(str(error), args=request.arguments)
    return {"args": request.arguments}


@method("auth.test")
def auth_test(request: Request) -> Answer:
    team = request.team
    return {
        "url": f"https://{team.domain}.slack.com/", "team": team.name, "team_id": team.id,
        "user": request.world.users[team.bot_user].name, "user_id": team.bot_user,
        "bot_id": team.bot_id, "is_enterprise_install": False,
    }  # fmt: skip


@method("auth.revoke")
def auth_revoke(request: Request) -> Answer:
    if request.flag("test"):
        return {"revoked": False}
    request.token.dead = "token_revoked"
    return {"revoked": True}


@method("apps.connections.open", "connections:write", kind="app")
def connections_open(request: Request) -> Answer:
    url = request.world.websocket_url
    return {"url": url() if callable(url) else url}
