"""The bot, put together: what comes in, the desk, and what is served."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.oauth import OAuthFlow
from slack_sdk.errors import SlackApiError, SlackClientError

from assistant.errors import ConfigurationError
from assistant.log import AnswerLog
from assistant.slack.access import Access
from assistant.slack.answering import Answering
from assistant.slack.app import Services, build_app
from assistant.slack.arrivals import Arrivals
from assistant.slack.checking import Checking
from assistant.slack.desk import LEASE, Desk
from assistant.slack.engines import Engines
from assistant.slack.home import DataFlow
from assistant.slack.intake import Intake
from assistant.slack.ledger import Job, Ledger
from assistant.slack.memory import Tidied
from assistant.slack.metrics import Metrics
from assistant.slack.people import People, told
from assistant.slack.presses import Presses
from assistant.slack.socket import PING, SocketMode
from assistant.slack.web import WebServer, counted, monitor
from assistant.slack.welcome import Welcome
from assistant.slack.workspaces import API, OneWorkspace, Workspaces, web_client, workspace
from assistant.visibility import Collections

log = logging.getLogger(__name__)

_WAKE = 0.5
"""Seconds after which the main thread looks whether a signal came."""

GRACE = 30.0
"""Seconds in which what was begun is finished when the bot is stopped."""


@dataclass(frozen=True)
class BotSettings:
    """What a bot needs besides its engines and its databases.

    Args:
        collections: who may see what.
        flow: where data goes, for newcomers.
        person: the channel or the user group to whom questions are handed.
        workers: questions that are answered at once.
        lease: seconds after which a question of a process that died is taken up again.
        api: address of the Web API.
        monitor: port for health and counts; None serves none.
        monitor_host: address on which they are served; by default this machine's own.
    """

    collections: Collections
    flow: DataFlow
    person: str | None = None
    workers: int = 4
    lease: float = LEASE
    api: str = API
    monitor: int | None = None
    monitor_host: str = "127.0.0.1"


class Bot:
    """Everything of one process, whichever way events come in.

    Args:
        engines: an engine for each circle of people.
        ledger: what was asked.
        answers: the log of answers; None where it is off.
        workspaces: clients.
        settings: the rest.
        signing_secret: checks the signature of HTTP requests.
        oauth: installs the bot in further workspaces.
        complain: told of a log that cannot be written.
    """

    def __init__(
        self,
        engines: Engines,
        ledger: Ledger,
        answers: AnswerLog | None,
        workspaces: Workspaces,
        settings: BotSettings,
        *,
        signing_secret: str | None = None,
        oauth: OAuthFlow | None = None,
        complain: Callable[[str], None] = log.error,
    ) -> None:
        people = People()
        access = Access(settings.collections, people)
        self.metrics = Metrics(lambda: float(ledger.waiting()))
        self._answering = Answering(
            ledger, engines, access, people, workspaces, answers, self.metrics,
            person=settings.person, complain=complain,
        )  # fmt: skip
        self._checking = Checking(ledger, engines, access, people, workspaces, self.metrics)
        self.arrivals = Arrivals()
        self.desk = Desk(
            ledger,
            self._answer,
            self.metrics,
            settings.workers,
            settings.lease,
            self.arrivals.quiet,
        )
        intake = Intake(ledger, self.metrics, self.desk.ring)
        self._services = Services(
            intake,
            Presses(ledger, engines, access, people, intake, answers, self.metrics, settings.person),
            Welcome(ledger, engines, access, people, settings.flow),
            people,
            workspaces,
        )  # fmt: skip
        self.app: App = build_app(self._services, signing_secret, oauth, settings.api)
        self._tidied = Tidied()
        self._ledger = ledger
        self._settings = settings
        self._monitor: WebServer | None = None
        self._parts: dict[str, Callable[[], bool]] = {
            "ledger": self._is_read,
            "desk": lambda: self.desk.is_well,
        }

    def _answer(self, job: Job, last: bool) -> None:
        (self._checking.check if job.asked.kind == "claim" else self._answering.answer)(job, last)
        self._tidied.done()

    def _is_read(self) -> bool:
        try:
            self._ledger.waiting()
        except Exception:
            return False
        return True

    def watch(self, part: str, works: Callable[[], bool]) -> None:
        """Name a part whose health is told."""
        self._parts[part] = works

    def start(self) -> None:
        """Begin to answer; what was asked before, and not answered, comes first.

        Raises:
            ConfigurationError: the port of health and counts is taken.
        """
        if self._settings.monitor is not None:
            application = monitor(self._health, self.metrics.text)
            self._monitor = WebServer(
                application,
                self._settings.monitor,
                self._settings.monitor_host,
                option="--monitor",
            )
            self._monitor.start()
        self.desk.start()

    def _health(self) -> dict[str, bool]:
        return {name: works() for name, works in self._parts.items()}

    def errands_done(self) -> None:
        """Wait until what was to be done after Slack was answered is done."""
        self._services.wait()

    def stop(self) -> None:
        """Finish what was begun."""
        until = time.monotonic() + GRACE
        self.desk.stop(GRACE)
        self._services.stop(max(0.0, until - time.monotonic()))
        if self._monitor is not None:
            self._monitor.stop()


def one_workspace(token: str, api: str = API) -> OneWorkspace:
    """The workspace of a bot token.

    Raises:
        ConfigurationError: Slack refuses the token, or cannot be reached.
    """
    try:
        known = web_client(token, api).auth_test()
    except SlackApiError as error:
        raise ConfigurationError(
            f"SLACK_BOT_TOKEN: Slack refuses the token ({told(error)}); "
            "mend: copy it anew from the app's page 'OAuth & Permissions'"
        ) from error
    except (SlackClientError, OSError) as error:
        raise ConfigurationError(
            f"{api}: Slack cannot be reached ({error}); mend: check the network"
        ) from error
    return OneWorkspace(workspace(token, str(known["user_id"]), str(known["team_id"]), api))


def serve_socket(
    bot: Bot,
    app_token: str,
    api: str = API,
    stop: threading.Event | None = None,
    ping: float = PING,
) -> None:
    """Serve by Socket Mode until SIGINT, SIGTERM, or ``stop`` is set.

    Raises:
        ConfigurationError: Slack refuses the token, or cannot be reached.
    """
    stop = stop or threading.Event()
    socket = SocketMode(
        bot.app, app_token, web_client(None, api), bot.metrics.replaced, bot.arrivals, ping
    )
    bot.watch("socket", lambda: socket.is_heard)
    bot.start()
    try:
        socket.connect()
        with stopping(stop.set):
            wait_for(stop)
        socket.close()
    finally:
        bot.stop()


def serve_http(
    bot: Bot,
    port: int,
    stop: threading.Event | None = None,
    serving: Callable[[int], None] | None = None,
) -> None:
    """Serve signed requests on ``/slack/events`` until SIGINT, SIGTERM, or ``stop`` is set.

    Args:
        bot: the bot.
        port: where to listen; 0 takes a free one.
        stop: ends it when it is set.
        serving: told the port once it listens.

    Raises:
        ConfigurationError: the port is taken.
    """
    stop = stop or threading.Event()
    server = WebServer(counted(SlackRequestHandler(bot.app), bot.arrivals), port)
    bot.start()
    server.start()
    if serving:
        serving(server.port)
    try:
        with stopping(stop.set):
            wait_for(stop)
    finally:
        server.stop()
        bot.stop()


def wait_for(stop: threading.Event) -> None:
    """Wait until ``stop`` is set, and look about now and then.

    The system may give a signal to any thread, and Python handles it in the main one as soon as that
    one runs: one that waited without end would not.
    """
    while not stop.wait(_WAKE):
        pass


@contextmanager
def stopping(stop: Callable[[], object]) -> Iterator[None]:
    """Call ``stop`` on SIGINT and SIGTERM while the block runs; only the main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: stop()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
