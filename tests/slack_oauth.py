"""Installation: the exchange of codes for tokens, and of old tokens for new ones."""

from __future__ import annotations

import base64
import uuid

from tests.slack_methods import Answer, Refusal, Request, method
from tests.slack_records import Token
from tests.slack_world import APP_ID, World


@method("oauth.v2.access", kind="none")
def oauth_access(request: Request) -> Answer:
    """Exchange a code, or a refresh token, which serves once."""
    _check_client(request)
    if request.arguments.get("grant_type") == "refresh_token":
        token, user = _refreshed(request), ""
    else:
        token, user = _exchanged(request)
    team = request.world.teams[token.team_id]
    given: Answer = {
        "app_id": APP_ID, "token_type": "bot", "access_token": token.value,
        "scope": scope_text(token.scopes), "bot_user_id": team.bot_user,
        "team": {"id": team.id, "name": team.name}, "enterprise": None,
        "is_enterprise_install": False, "authed_user": {"id": user} if user else {},
    }  # fmt: skip
    if token.refresh:
        given |= {"refresh_token": token.refresh, "expires_in": 43_200}
    return given


def _check_client(request: Request) -> None:
    header = request.headers.get("Authorization", "")
    if header.startswith("Basic "):
        held = base64.b64decode(header.removeprefix("Basic ")).decode()
        client_id, _, secret = held.partition(":")
    else:
        client_id = request.arguments.get("client_id", "")
        secret = request.arguments.get("client_secret", "")
    if client_id != request.world.client_id:
        raise Refusal("invalid_client_id")
    if secret != request.world.client_secret:
        raise Refusal("bad_client_secret")


def _exchanged(request: Request) -> tuple[Token, str]:
    world = request.world
    code = world.codes.pop(str(request.arguments.get("code")), None)
    if code is None:
        raise Refusal("invalid_code")
    if world.redirect_uri and request.arguments.get("redirect_uri") != world.redirect_uri:
        raise Refusal("bad_redirect_uri")
    if code.rotation:
        return rotated(world, code.team_id, code.scopes), code.user
    return world.add_token(f"xoxb-{uuid.uuid4().hex}", code.team_id, code.scopes), code.user


def _refreshed(request: Request) -> Token:
    old = request.world.refresh_tokens.pop(str(request.arguments.get("refresh_token")), None)
    if old is None or old.dead:
        raise Refusal("invalid_refresh_token")
    old.expires_at = request.world.now()
    return rotated(request.world, old.team_id, old.scopes)


def rotated(world: World, team_id: str, scopes: frozenset[str]) -> Token:
    """A token that expires in twelve hours, and the refresh token that renews it."""
    token = world.add_token(f"xoxe.xoxb-1-{uuid.uuid4().hex}", team_id, scopes, 43_200)
    token.refresh = f"xoxe-1-{uuid.uuid4().hex}"
    world.refresh_tokens[token.refresh] = token
    return token


def scope_text(scopes: frozenset[str]) -> str:
    """Scopes as Slack writes them."""
    return ",".join(sorted(scopes))
