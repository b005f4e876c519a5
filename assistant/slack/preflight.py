"""``minutes slack check``: tokens, scopes, index, model and rules, each with what to mend."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from assistant.config import Settings
from assistant.errors import AssistantError
from assistant.slack.manifest import SCOPES
from assistant.slack.people import told
from assistant.slack.workspaces import web_client
from index_store.errors import IndexStoreError
from index_store.index import Index

_SECRET = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``mend`` says what to do where it is not right."""

    what: str
    right: bool
    told: str
    mend: str = ""


def findings(settings: Settings, index: Callable[[], Index]) -> Iterator[Finding]:
    """Everything that the bot needs, looked at one after the other.

    Args:
        settings: of everything.
        index: opens the index.
    """
    token = os.environ.get("SLACK_BOT_TOKEN", "").strip()
    client = web_client(token, settings.slack_api)
    yield from _tokens(client, token)
    yield from _ways_in(settings)
    yield from _index(index)
    yield from _model(settings)
    yield from _databases(settings)
    if token:
        yield from _rules(settings, client)


def _tokens(client: WebClient, token: str) -> Iterator[Finding]:
    if not token:
        if os.environ.get("SLACK_CLIENT_ID"):
            yield Finding("SLACK_BOT_TOKEN", True, "not set: workspaces are installed by OAuth")
            return
        yield Finding("SLACK_BOT_TOKEN", False, "not set", "export it: the app's page 'OAuth & Permissions', xoxb-…")  # fmt: skip
        return
    try:
        known = client.auth_test()
    except SlackApiError as error:
        yield Finding("SLACK_BOT_TOKEN", False, f"Slack refuses it ({told(error)})", "copy it anew from 'OAuth & Permissions'")  # fmt: skip
        return
    except (SlackClientError, OSError) as error:
        yield Finding("Slack", False, f"not reached ({error})", "check the network and slack_api")
        return
    yield Finding("SLACK_BOT_TOKEN", True, f"{known.get('user')} in {known.get('team')}")
    yield _scopes(str(known.headers.get("x-oauth-scopes") or ""))


def _scopes(header: str) -> Finding:
    granted = {scope.strip() for scope in header.split(",") if scope.strip()}
    missing = sorted(SCOPES.keys() - granted)
    if missing:
        why = "; ".join(f"{scope} ({SCOPES[scope]})" for scope in missing)
        return Finding("scopes", False, f"missing: {why}", "paste the manifest anew ('minutes slack manifest') and reinstall the app")  # fmt: skip
    more = sorted(granted - SCOPES.keys())
    return Finding("scopes", True, f"all {len(SCOPES)}" + (f"; not used: {', '.join(more)}" if more else ""))  # fmt: skip


def _ways_in(settings: Settings) -> Iterator[Finding]:
    """Socket Mode or HTTP: one of the two is enough."""
    app_token = os.environ.get("SLACK_APP_TOKEN", "").strip()
    secret = os.environ.get("SLACK_SIGNING_SECRET", "").strip()
    if not app_token and not secret:
        yield Finding("SLACK_APP_TOKEN", False, "not set, nor SLACK_SIGNING_SECRET", "export one: xapp-… for Socket Mode, or the signing secret for --http")  # fmt: skip
    if app_token:
        try:
            web_client(None, settings.slack_api).apps_connections_open(app_token=app_token)
        except (SlackClientError, OSError) as error:
            yield Finding("SLACK_APP_TOKEN", False, f"Slack refuses it ({told(error)})", "make an app-level token with the scope connections:write")  # fmt: skip
        else:
            yield Finding("SLACK_APP_TOKEN", True, "Socket Mode can be used")
    if secret:
        right = bool(_SECRET.fullmatch(secret))
        yield Finding("SLACK_SIGNING_SECRET", right, "HTTP can be used" if right else "not 32 hexadecimal digits", "" if right else "copy it from the app's page 'Basic Information'")  # fmt: skip


def _index(opened: Callable[[], Index]) -> Iterator[Finding]:
    try:
        index = opened()
        held = index.status()
    except IndexStoreError as error:
        yield _failed("index", error)
        return
    if not held.documents:
        yield Finding("index", False, "nothing has been ingested", "minutes ingest FOLDER")
        return
    yield Finding("index", True, f"{len(held.documents):,} documents, {held.passages:,} passages")
    started = time.perf_counter()
    try:
        index.embedder.embed_query("会議")
    except (IndexStoreError, OSError) as error:
        yield _failed("embedding model", error)
        return
    yield Finding("embedding model", True, f"{held.model}, ready in {time.perf_counter() - started:.1f} s")  # fmt: skip


def _model(settings: Settings) -> Iterator[Finding]:
    if not settings.llm:
        yield Finding("language model", True, "none: answers are quotes")
        return
    from assistant.writing.calling import Call, Message
    from assistant.writing.opening import model_settings
    from assistant.writing.providers import open_model

    try:
        opened = open_model(model_settings(settings))
        call = Call(opened, time.monotonic() + settings.llm_seconds)
        next(iter(call.pieces([Message("user", "1+1=")])), "")
    except AssistantError as error:
        yield _failed("language model", error)
        return
    where = "on this machine" if opened.local else "elsewhere: " + ("trusted, gets all" if settings.llm_trusted else "personal data is masked")  # fmt: skip
    yield Finding("language model", True, f"{opened.name} answers, {where}")


def _databases(settings: Settings) -> Iterator[Finding]:
    from assistant.log import log_of
    from assistant.slack.opening import ledger_of

    try:
        with ledger_of(settings) as ledger:
            yield Finding("ledger", True, f"{ledger.address}, {ledger.waiting()} questions wait")
        answers = log_of(settings)
    except AssistantError as error:
        yield _failed("log and ledger", error)
        return
    if answers is None:
        yield Finding("log", True, "off: nobody can vote on answers")
        return
    with answers:
        yield Finding("log", True, answers.address)


def _rules(settings: Settings, client: WebClient) -> Iterator[Finding]:
    """Whether what the rules name is there: nobody gets in by a channel that the bot cannot see."""
    for name, rule in settings.collections.items():
        for channel in rule.channels:
            yield _room(client, f"collection {name}: {channel}", channel)
        for group in rule.groups:
            yield _asked(f"collection {name}: {group}", "the user group is known", lambda group=group: client.usergroups_users_list(usergroup=group))  # type: ignore[misc]  # fmt: skip
        for user in rule.users:
            yield _asked(f"collection {name}: {user}", "the user is known", lambda user=user: client.users_info(user=user))  # type: ignore[misc]  # fmt: skip
    if settings.slack_person and not settings.slack_person.startswith("S"):
        yield _room(client, f"slack_person: {settings.slack_person}", settings.slack_person)


def _room(client: WebClient, what: str, channel: str) -> Finding:
    try:
        found = client.conversations_info(channel=channel)["channel"]
    except (SlackClientError, OSError) as error:
        return Finding(what, False, f"Slack does not show it ({told(error)})", "invite the bot into the channel, or correct the id")  # fmt: skip
    if not found.get("is_member"):
        return Finding(what, False, f"the bot is not in #{found.get('name')}", "invite it: /invite @minutes")  # fmt: skip
    return Finding(what, True, f"#{found.get('name')}")


def _asked(what: str, right: str, ask: Callable[[], object]) -> Finding:
    try:
        ask()
    except (SlackClientError, OSError) as error:
        return Finding(what, False, f"Slack does not know it ({told(error)})", "correct the id")
    return Finding(what, True, right)


def _failed(what: str, error: Exception) -> Finding:
    """A failure of ours, whose message ends with its mend."""
    said, _, mend = str(error).partition("; mend: ")
    return Finding(what, False, said, mend)
