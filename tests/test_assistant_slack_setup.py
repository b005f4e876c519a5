"""Getting the bot to run: the manifest, the check, tokens, several workspaces, what is served."""

from __future__ import annotations

import json
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.cli import app as commands
from assistant.config import Settings
from assistant.engine import Engine
from assistant.errors import ConfigurationError
from assistant.slack.bot import Bot, BotSettings, one_workspace, serve_http, serve_socket
from assistant.slack.engines import Engines
from assistant.slack.home import DataFlow
from assistant.slack.ledger import Ledger
from assistant.slack.manifest import EVENTS, SCOPES, manifest
from assistant.slack.oauth import InstalledWorkspaces, OAuthApp, oauth_flow
from assistant.slack.workspaces import NotInstalledError
from assistant.visibility import Collections
from index_store.index import Index
from tests.slack_bot import COUNCIL, SECRET, scene
from tests.slack_delivery import HttpDelivery
from tests.slack_library import library
from tests.slack_payloads import Payloads
from tests.slack_server import SlackServer, running

__all__ = ["library"]

NIGHT = "夜間の来館者は何人でしたか？"


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with running() as server:
        yield server


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch, slack: SlackServer) -> pytest.MonkeyPatch:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-test")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-test")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SECRET)
    monkeypatch.setenv("MINUTES_SLACK_API", slack.url)
    monkeypatch.delenv("SLACK_CLIENT_ID", raising=False)
    slack.websocket_url = "ws://127.0.0.1:1/"
    return monkeypatch


# The manifest


def test_the_manifest_has_what_slack_wants() -> None:
    made = manifest()
    assert made["features"]["agent_view"]["agent_description"]
    assert "assistant_view" not in made["features"]
    assert made["settings"]["socket_mode_enabled"] is True
    assert made["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["features"]["slash_commands"][0]["description"]) <= 2_000
    assert len(made["features"]["shortcuts"][0]["name"]) <= 24
    over_http = manifest("名前", "https://minutes.example/")
    assert over_http["settings"]["socket_mode_enabled"] is False
    for part in (
        over_http["settings"]["event_subscriptions"],
        over_http["settings"]["interactivity"],
    ):
        assert part["request_url"] == "https://minutes.example/slack/events"
    assert over_http["oauth_config"]["redirect_urls"] == [
        "https://minutes.example/slack/oauth_redirect"
    ]


def test_each_event_of_the_manifest_has_its_scope_and_each_scope_a_use() -> None:
    needed = {
        "app_mention": "app_mentions:read", "message.channels": "channels:history",
        "message.groups": "groups:history", "message.im": "im:history",
        "message.mpim": "mpim:history", "member_joined_channel": "channels:read",
        "member_left_channel": "channels:read", "app_home_opened": None,
        "app_uninstalled": None, "tokens_revoked": None,
    }  # fmt: skip
    assert set(needed) == set(EVENTS)
    assert {scope for scope in needed.values() if scope} <= SCOPES.keys()


def test_the_bot_works_with_exactly_these_scopes(library: Index, tmp_path: Path) -> None:
    with scene(library, tmp_path) as at:
        at.world.tokens["xoxb-test"].scopes = frozenset(SCOPES)
        at.ask(NIGHT)
        at.delivery.deliver(at.people.app_home_opened("U0STAFF"))
        at.delivery.deliver(at.people.app_home_opened("U0STAFF", "messages"))
        at.delivery.deliver(at.people.command("U0STAFF", NIGHT))
        at.settle()
        assert [c for c in at.world.calls if c.error == "missing_scope"] == []


def test_the_command_prints_the_manifest() -> None:
    done = CliRunner().invoke(commands, ["slack", "manifest", "--url", "https://minutes.example"])
    assert json.loads(done.stdout) == manifest(url="https://minutes.example")


# The check


def checked(data: Path, *more: str) -> tuple[int, dict[str, dict[str, Any]]]:
    done = CliRunner().invoke(commands, ["slack", "check", "--json", "--data", str(data), *more])
    found = json.loads(done.stdout)["findings"]
    return done.exit_code, {finding["what"]: finding for finding in found}


def test_check_says_that_all_is_right(
    filled: Index, tokens: pytest.MonkeyPatch, cache: Path
) -> None:
    tokens.setenv("MINUTES_CACHE", str(cache))
    code, found = checked(filled.settings.data)
    assert code == 0, found
    assert found["SLACK_BOT_TOKEN"]["told"] == "minutes in 青浜市"
    assert found["scopes"]["right"]
    assert found["index"]["told"].startswith("3 documents")
    done = CliRunner().invoke(commands, ["slack", "check", "--data", str(filled.settings.data)])
    assert "all is right" in done.stdout


def test_check_says_what_to_mend(
    index: Index, tokens: pytest.MonkeyPatch, slack: SlackServer, cache: Path, tmp_path: Path
) -> None:
    tokens.setenv("MINUTES_CACHE", str(cache))
    (tmp_path / "minutes.toml").write_text(
        'slack_person = "C0NOWHERE"\n[collections.closed]\nfolders = ["closed"]\n'
        'channels = ["C0EMPTY"]\ngroups = ["S0NONE"]\n',
        encoding="utf-8",
    )
    tokens.setenv("MINUTES_CONFIG", str(tmp_path / "minutes.toml"))
    slack.world.add_channel("C0EMPTY", "空室", ["U0STAFF"])
    slack.world.tokens["xoxb-test"].scopes = frozenset(SCOPES) - {"users:read"}
    tokens.setenv("SLACK_APP_TOKEN", "xapp-wrong")
    tokens.setenv("SLACK_SIGNING_SECRET", "short")
    code, found = checked(index.settings.data)
    assert code == 1
    for what, told in {
        "scopes": "users:read",
        "SLACK_APP_TOKEN": "invalid_auth",
        "SLACK_SIGNING_SECRET": "32",
        "index": "nothing has been ingested",
        "collection closed: C0EMPTY": "not in #空室",
        "collection closed: S0NONE": "does not know",
        "slack_person: C0NOWHERE": "channel_not_found",
    }.items():
        assert not found[what]["right"], found
        assert told in found[what]["told"]
        assert found[what]["mend"]


@pytest.mark.parametrize(
    ("unset", "arguments", "said"),
    [
        ("SLACK_BOT_TOKEN", [], "SLACK_BOT_TOKEN is not set; mend: export"),
        ("SLACK_APP_TOKEN", [], "SLACK_APP_TOKEN is not set; mend: export"),
        ("SLACK_SIGNING_SECRET", ["--http", "3000"], "SLACK_SIGNING_SECRET is not set; mend:"),
    ],
)
def test_a_missing_token_is_one_line(
    tokens: pytest.MonkeyPatch, tmp_path: Path, unset: str, arguments: list[str], said: str
) -> None:
    tokens.delenv(unset)
    done = CliRunner().invoke(commands, ["slack", "--data", str(tmp_path / "data"), *arguments])
    assert done.exit_code == 1
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_refused_tokens_are_one_line(slack: SlackServer, library: Index, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"SLACK_BOT_TOKEN.*invalid_auth.*mend:"):
        one_workspace("xoxb-wrong", slack.url)
    with pytest.raises(ConfigurationError, match=r"cannot be reached.*mend:"):
        one_workspace("xoxb-test", "http://127.0.0.1:1/api/")
    bot = small_bot(library, tmp_path, slack)
    with pytest.raises(ConfigurationError, match=r"SLACK_APP_TOKEN.*connections:write"):
        serve_socket(bot, "xapp-wrong", slack.url)


def test_both_a_token_and_a_client_are_refused(tokens: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tokens.setenv("SLACK_CLIENT_ID", "111.222")
    done = CliRunner().invoke(commands, ["slack", "--data", str(tmp_path / "data")])
    assert "both set; mend:" in done.stderr


# Several workspaces


def small_bot(index: Index, place: Path, slack: SlackServer, **settings: Any) -> Bot:
    """A bot for one workspace over ``index``."""
    ledger = Ledger(f"sqlite:///{place / 'slack.sqlite3'}", 30)
    collections = Collections({})
    engines = Engines(index, collections, lambda view, lock: Engine.from_index(view, lock=lock))
    made = BotSettings(collections, DataFlow(), api=slack.url, **settings)
    return Bot(engines, ledger, None, one_workspace("xoxb-test", slack.url), made, signing_secret=SECRET)  # fmt: skip


class Installed:
    """A bot that is installed by OAuth, served over HTTP."""

    def __init__(self, index: Index, place: Path, slack: SlackServer, **more: Any) -> None:
        self.slack, self.stop, self.ready = slack, threading.Event(), threading.Event()
        self.ledger = Ledger(f"sqlite:///{place / 'slack.sqlite3'}", 30)
        app = OAuthApp(slack.world.client_id, slack.world.client_secret)
        self.workspaces = InstalledWorkspaces(app, self.ledger.engine, slack.url, **more)
        flow = oauth_flow(app, self.workspaces, tuple(sorted(SCOPES)), slack.url)
        engines = Engines(index, Collections({}), lambda view, lock: Engine.from_index(view, lock=lock))  # fmt: skip
        settings = BotSettings(Collections({}), DataFlow(), api=slack.url)
        self.bot = Bot(engines, self.ledger, None, self.workspaces, settings, signing_secret=SECRET, oauth=flow)  # fmt: skip
        self.thread = threading.Thread(target=serve_http, args=(self.bot, 0, self.stop, self._serving))  # fmt: skip

    def _serving(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.ready.set()

    def __enter__(self) -> Installed:
        self.thread.start()
        assert self.ready.wait(20)
        self.delivery = HttpDelivery(self.slack.world, f"{self.base}/slack/events", SECRET)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(60)
        self.ledger.dispose()

    def install(self, team: str, *, rotation: bool = False, spoil: str = "") -> int:
        """Install as a browser does; the status of the last page."""
        with urllib.request.urlopen(f"{self.base}/slack/install", timeout=20) as page:
            html = page.read().decode()
            cookie = SimpleCookie(page.headers["Set-Cookie"])
        found = re.search(r"[?&;]state=([\w-]+)", html)
        assert found, html
        state = found[1]
        code = self.slack.world.grant_code(team, frozenset(SCOPES), rotation)
        query = urllib.parse.urlencode({"code": code, "state": spoil or state})
        sent = "; ".join(f"{name}={morsel.value}" for name, morsel in cookie.items())
        request = urllib.request.Request(f"{self.base}/slack/oauth_redirect?{query}", headers={"Cookie": sent})  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=20) as page:
                return int(page.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code


def test_installs_in_several_workspaces_and_answers_with_each_ones_token(
    library: Index, tmp_path: Path, slack: SlackServer
) -> None:
    world = slack.world
    world.add_team("T0HAMA", "浜野町")
    world.add_user("U0OTHER", "abe", "安部 次郎", team_id="T0HAMA")
    world.add_channel("C0HAMA", "会議", ["U0OTHER", "U0BOT2"], team_id="T0HAMA")
    with Installed(library, tmp_path, slack) as at:
        assert at.install("T0AOHAMA") == 200
        assert at.install("T0HAMA") == 200
        for team, user, channel in (("T0AOHAMA", "U0STAFF", COUNCIL), ("T0HAMA", "U0OTHER", "C0HAMA")):  # fmt: skip
            payload = Payloads(world, team).app_mention(user, NIGHT, channel)
            assert at.delivery.deliver(payload).acknowledged
            ts = payload["event"]["ts"]
            (answer,) = world.wait_for(lambda c=channel, t=ts: world.answers(c, t))
            assert "312人" in answer.shown()
        assert at.install("T0AOHAMA", spoil="forged") in (400, 401)
        world.wait_for(lambda: not at.ledger.waiting())


def test_where_it_is_not_installed_nothing_is_answered(
    library: Index, tmp_path: Path, slack: SlackServer
) -> None:
    with Installed(library, tmp_path, slack) as at:
        payload = Payloads(slack.world).app_mention("U0STAFF", NIGHT, COUNCIL)
        at.delivery.attempt(payload)
        assert at.ledger.waiting() == 0
        assert slack.world.called("chat.*") == []


def test_an_uninstalled_workspace_is_forgotten(
    library: Index, tmp_path: Path, slack: SlackServer
) -> None:
    clock = SimpleNamespace(now=1_800_000_000.0)
    with Installed(library, tmp_path, slack, clock=lambda: clock.now) as at:
        at.install("T0AOHAMA")
        assert at.workspaces.of(None, "T0AOHAMA").bot == "U0BOT"
        assert at.delivery.deliver(Payloads(slack.world).app_uninstalled()).acknowledged
        clock.now += 60
        with pytest.raises(NotInstalledError, match=r"T0AOHAMA.*mend"):
            at.workspaces.of(None, "T0AOHAMA")


def test_tokens_are_renewed_before_they_end(
    library: Index, tmp_path: Path, slack: SlackServer
) -> None:
    clock = SimpleNamespace(now=0.0)
    with Installed(library, tmp_path, slack, clock=lambda: clock.now) as at:
        at.install("T0AOHAMA", rotation=True)
        first = at.workspaces.of(None, "T0AOHAMA").client.token
        bot = at.workspaces.installations.find_bot(enterprise_id=None, team_id="T0AOHAMA")
        assert bot is not None
        assert bot.bot_token_expires_at is not None
        bot.bot_token_expires_at -= 42_000
        at.workspaces.installations.save_bot(bot)
        clock.now += 60
        second = at.workspaces.of(None, "T0AOHAMA").client.token
        assert second != first
        # Another process has the same refresh token in hand: it takes what is in the database.
        other = InstalledWorkspaces(
            OAuthApp(slack.world.client_id, slack.world.client_secret), at.ledger.engine, slack.url
        )
        assert other.of(None, "T0AOHAMA").client.token == second
        payload = Payloads(slack.world).app_mention("U0STAFF", NIGHT, COUNCIL)
        at.delivery.deliver(payload)
        slack.world.wait_for(lambda: slack.world.answers(COUNCIL, payload["event"]["ts"]))
        slack.world.wait_for(lambda: not at.ledger.waiting())


# What is served


def test_health_and_counts(library: Index, tmp_path: Path) -> None:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with scene(library, tmp_path, monitor=port) as at:
        at.ask(NIGHT)
        at.ask("市長の年齢は何歳ですか？")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=20) as page:
            assert json.loads(page.read()) == {"status": "ok", "ledger": True, "desk": True}
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as page:
            counts = page.read().decode()
        for line in ('minutes_slack_questions_total{kind="question"} 2.0',
                     'minutes_slack_ended_total{state="answered"} 1.0',
                     'minutes_slack_ended_total{state="not_found"} 1.0',
                     "minutes_slack_seconds_count 2.0", "minutes_slack_waiting 0.0"):  # fmt: skip
            assert line in counts
        assert "来館者" not in counts


def test_logs_are_lines_of_json_without_what_people_say(
    library: Index, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    import logging

    from assistant.slack.logs import set_up

    before = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        set_up(logging.DEBUG)
        with scene(library, tmp_path) as at:
            at.ask(NIGHT)
            at.world.fail_next("chat.postMessage", error="internal_error")
            at.ask("電子図書の予算はいくらですか")
    finally:
        logging.getLogger().handlers, _ = before[0], logging.getLogger().setLevel(before[1])
    lines = [line for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    told = [json.loads(line) for line in lines]
    ours = [line for line in told if line["logger"].startswith("assistant.")]
    assert any("job " in line["message"] for line in ours)
    for secret in ("来館者", "電子図書", "312人", "xoxb-test"):
        assert secret not in "\n".join(json.dumps(line, ensure_ascii=False) for line in told)


def test_settings_of_the_bot(tmp_path: Path) -> None:
    from assistant.slack.opening import data_flow, ledger_address

    settings = Settings(data=tmp_path, slack_days=7)
    assert ledger_address(settings).endswith("/slack.sqlite3")
    assert ledger_address(Settings(slack_ledger="postgresql+psycopg://u:p@h/d")).startswith("postgresql")  # fmt: skip
    assert data_flow(settings, None) == DataFlow(days=None, remembered=7)


def test_only_named_workspaces_may_use_an_installed_bot(
    library: Index, tmp_path: Path, slack: SlackServer
) -> None:
    with Installed(library, tmp_path, slack, teams=("T0OTHER",)) as at:
        at.install("T0AOHAMA")
        with pytest.raises(NotInstalledError, match=r"slack_teams"):
            at.workspaces.of(None, "T0AOHAMA")


def test_large_requests_are_refused(library: Index, tmp_path: Path) -> None:
    with scene(library, tmp_path) as at:
        payload = at.people.app_mention("U0STAFF", NIGHT, COUNCIL)
        payload["more"] = "x" * 3_000_000
        assert at.delivery.attempt(payload).status in (None, 413)
        assert at.ledger.waiting() == 0


def test_failures_are_logged_without_what_they_say() -> None:
    import logging
    import sys

    from assistant.slack.logs import JsonLines

    try:
        raise ValueError("夜間の来館者は")
    except ValueError:
        record = logging.LogRecord("a", logging.ERROR, "f", 1, "no answer", None, sys.exc_info())
    line = JsonLines().format(record)
    assert "来館者" not in line
    assert "ValueError at test_assistant_slack_setup.py" in line
