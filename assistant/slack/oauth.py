"""Several workspaces: installed through OAuth, their tokens kept in a database and renewed.

slack_sdk's stores keep tokens as they are: the database belongs to whoever runs the bot alone.
Source: https://docs.slack.dev/authentication/using-token-rotation.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from slack_sdk.oauth.token_rotation import TokenRotator
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from assistant.slack.people import told
from assistant.slack.workspaces import NotInstalledError, Workspace, web_client, workspace

log = logging.getLogger(__name__)

STATE_SECONDS = 600
"""Seconds within which somebody who began to install must have finished."""

_BELIEVED = 30.0
"""Seconds for which a token is believed: after these an uninstalled bot is known as one everywhere."""

_BEFORE = 120
"""Minutes before a token ends in which a new one is asked for."""

_TRIES = 3


@dataclass(frozen=True)
class OAuthApp:
    """The credentials of the app."""

    client_id: str
    client_secret: str


class InstalledWorkspaces:
    """The workspaces that the bot was installed in.

    Args:
        app: credentials.
        engine: the database.
        api: address of the Web API.
        teams: those that may use the bot; empty for any.
        clock: gives seconds since the epoch.
    """

    def __init__(
        self,
        app: OAuthApp,
        engine: Engine,
        api: str,
        teams: Collection[str] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._teams = frozenset(teams)
        self._api = api
        self._clock = clock
        self.installations = SQLAlchemyInstallationStore(app.client_id, engine)
        self.states = SQLAlchemyOAuthStateStore(STATE_SECONDS, engine)
        _make_tables(self.installations, self.states)
        self._rotator = TokenRotator(
            client_id=app.client_id,
            client_secret=app.client_secret,
            client=web_client(None, api),
        )
        self._lock = threading.Lock()
        self._locks: dict[tuple[str | None, str], threading.Lock] = {}
        self._known: dict[tuple[str | None, str], tuple[float, Workspace]] = {}

    def of(self, enterprise: str | None, team: str) -> Workspace:
        """The workspace of a team, with a token that holds for a while yet.

        Raises:
            NotInstalledError: the bot is not installed there, or its token cannot be renewed.
        """
        key = enterprise, team
        if self._teams and team not in self._teams:
            raise NotInstalledError(
                f"workspace {team}: not among those that may use the bot; mend: add it to slack_teams"
            )
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        # Renewing a token takes a while; other workspaces do not wait for it.
        with lock:
            known = self._known.get(key)
            if known is not None and known[0] > self._clock():
                return known[1]
            bot = self._renewed(self._bot(enterprise, team), enterprise, team)
            if known is not None and known[1].client.token == bot.bot_token:
                found = known[1]
            else:
                found = workspace(bot.bot_token, bot.bot_user_id, bot.team_id or team, self._api)
            self._known[key] = self._clock() + _BELIEVED, found
            return found

    def _bot(self, enterprise: str | None, team: str) -> Bot:
        found = self.installations.find_bot(enterprise_id=enterprise, team_id=team)
        if found is None and enterprise is not None:
            found = self.installations.find_bot(
                enterprise_id=enterprise, team_id=None, is_enterprise_install=True
            )
        if found is None:
            raise NotInstalledError(
                f"workspace {team}: the bot is not installed there; mend: open /slack/install"
            )
        return found

    def _renewed(self, bot: Bot, enterprise: str | None, team: str) -> Bot:
        """The bot with a new token where the old one is about to end."""
        try:
            renewed = self._rotator.perform_bot_token_rotation(
                bot=bot, minutes_before_expiration=_BEFORE
            )
        except SlackTokenRotationError as error:
            return self._of_others(bot, enterprise, team, error)
        if renewed is None:
            return bot
        self.installations.save_bot(renewed)
        log.info("workspace %s: a new token", team)
        return renewed

    def _of_others(
        self, bot: Bot, enterprise: str | None, team: str, error: SlackTokenRotationError
    ) -> Bot:
        """The token that another process got meanwhile, or the old one for as long as it holds."""
        now = self._bot(enterprise, team)
        if now.bot_token != bot.bot_token or (now.bot_token_expires_at or 0) > self._clock():
            return now
        raise NotInstalledError(
            f"workspace {team}: the token cannot be renewed ({told(error.api_error)}); "
            "mend: install the bot there again at /slack/install"
        ) from error


def oauth_flow(
    app: OAuthApp, workspaces: InstalledWorkspaces, scopes: tuple[str, ...], api: str
) -> OAuthFlow:
    """The pages ``/slack/install`` and ``/slack/oauth_redirect``.

    Args:
        app: credentials.
        workspaces: where installations are kept.
        scopes: what the bot may do.
        api: address of the Web API.
    """
    settings = OAuthSettings(
        client_id=app.client_id,
        client_secret=app.client_secret,
        scopes=list(scopes),
        installation_store=workspaces.installations,
        installation_store_bot_only=True,
        state_store=workspaces.states,
        state_expiration_seconds=STATE_SECONDS,
    )
    return OAuthFlow(client=web_client(None, api), settings=settings)


def _make_tables(
    installations: SQLAlchemyInstallationStore, states: SQLAlchemyOAuthStateStore
) -> None:
    """Make the tables where they are missing; another process may be making them."""
    for left in reversed(range(_TRIES)):
        try:
            installations.metadata.create_all(installations.engine)
            states.metadata.create_all(states.engine)
        except (IntegrityError, OperationalError, ProgrammingError):
            if not left:
                raise
            time.sleep(0.2)
        else:
            return
