"""The workspaces that the bot is installed in, each with a client of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)

from assistant.errors import AssistantError

API = "https://slack.com/api/"
"""The address of the Web API; that of GovSlack is another one."""

TIMEOUT = 30
"""Seconds that one call may take."""

_RETRIES = 3


class NotInstalledError(AssistantError):
    """The bot is not, or no longer, installed in a workspace."""


@dataclass(frozen=True)
class Workspace:
    """A workspace: clients with its token, and the bot's user there.

    ``poster`` posts messages: where a connection breaks it does not try again by itself, as the
    message may stand in Slack already. ``streamer`` does not even wait out rate limits, which are low
    for streams: the answer is posted instead. ``team`` is the workspace's own id: what comes from a
    channel shared with another organisation names that one's.
    """

    client: WebClient
    poster: WebClient
    streamer: WebClient
    bot: str
    team: str


class Workspaces(Protocol):
    """Gives the client of a workspace."""

    def of(self, enterprise: str | None, team: str) -> Workspace:
        """The workspace of a team.

        Raises:
            NotInstalledError: the bot is not installed there.
        """
        ...


@dataclass(frozen=True)
class OneWorkspace:
    """The only one, whose tokens are set."""

    workspace: Workspace

    def of(self, enterprise: str | None, team: str) -> Workspace:
        """The same for all: events of a shared channel name the other side's team."""
        return self.workspace


def web_client(token: str | None, api: str = API) -> WebClient:
    """A client that waits out rate limits, broken connections and failures of Slack's servers.

    Args:
        token: the bot token.
        api: address of the Web API.
    """
    client = posting_client(token, api)
    client.retry_handlers += [
        ConnectionErrorRetryHandler(max_retry_count=_RETRIES),
        ServerErrorRetryHandler(max_retry_count=_RETRIES),
    ]
    return client


def posting_client(token: str | None, api: str = API) -> WebClient:
    """A client that waits out rate limits, and does nothing twice.

    Args:
        token: the bot token.
        api: address of the Web API.
    """
    client = plain_client(token, api)
    client.retry_handlers = [RateLimitErrorRetryHandler(max_retry_count=_RETRIES)]
    return client


def plain_client(token: str | None, api: str = API) -> WebClient:
    """A client that tries once.

    Args:
        token: the bot token.
        api: address of the Web API.
    """
    client = WebClient(token=token, base_url=api, timeout=TIMEOUT)
    client.retry_handlers = []
    return client


def workspace(token: str, bot: str, team: str, api: str = API) -> Workspace:
    """A workspace by its token.

    Args:
        token: the bot token.
        bot: the bot's user id.
        team: the id of the workspace.
        api: address of the Web API.
    """
    return Workspace(
        web_client(token, api), posting_client(token, api), plain_client(token, api), bot, team
    )
