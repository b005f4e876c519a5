"""A bot of this process over a real index, before a local Slack: what the scenario tests share."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from assistant.engine import Engine
from assistant.log import AnswerLog
from assistant.slack.bot import Bot, BotSettings, one_workspace, serve_http, serve_socket
from assistant.slack.engines import Engines, MakeEngine
from assistant.slack.home import DataFlow
from assistant.slack.ledger import Ledger
from assistant.visibility import CollectionRule, Collections
from index_store.index import Index
from tests.slack_actions import elements
from tests.slack_delivery import Delivery, HttpDelivery
from tests.slack_payloads import Payloads
from tests.slack_records import Message
from tests.slack_server import SlackServer, running
from tests.slack_sockets import SocketDelivery
from tests.slack_world import World

SECRET = "0123456789abcdef0123456789abcdef"
COUNCIL = "C0COUNCIL"


@dataclass
class Scene:
    """A bot and the Slack around it; ``say`` and ``press`` are what people do."""

    slack: SlackServer
    bot: Bot
    engines: Engines
    ledger: Ledger
    log: AnswerLog | None
    delivery: Delivery
    people: Payloads
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def world(self) -> World:
        """What Slack knows."""
        return self.slack.world

    def mention(self, text: str, user: str = "U0STAFF", channel: str = COUNCIL, **more: Any) -> str:
        """Mention the bot; the ts of the thread in which it answers."""
        payload = self.people.app_mention(user, text, channel, **more)
        assert self.delivery.deliver(payload).acknowledged
        return str(payload["event"].get("thread_ts") or payload["event"]["ts"])

    def write(self, text: str, channel: str, user: str = "U0STAFF", **more: Any) -> str:
        """Write without a mention; the ts of the thread."""
        payload = self.people.message(user, text, channel, **more)
        assert self.delivery.deliver(payload).acknowledged
        return str(payload["event"].get("thread_ts") or payload["event"]["ts"])

    def ask(self, text: str, user: str = "U0STAFF", channel: str = COUNCIL, **more: Any) -> Message:
        """Mention the bot, and its answer."""
        return self.answer(channel, self.mention(text, user, channel, **more))

    def answers(self, channel: str, thread: str) -> list[Message]:
        """What the bot posted in a thread."""
        return self.world.answers(channel, thread)

    def answer(self, channel: str, thread: str, count: int = 1) -> Message:
        """The last of so many answers in a thread, once they stand there and all is done."""
        self.world.wait_for(lambda: len(self.answers(channel, thread)) >= count)
        self.settle()
        answers = self.answers(channel, thread)
        assert len(answers) == count, [answer.shown() for answer in answers]
        return answers[-1]

    def settle(self) -> None:
        """Wait until nothing is left to do."""
        self.world.wait_for(lambda: not self.ledger.waiting())
        self.bot.errands_done()

    def press(self, user: str, place: Any, action: str, value: Any = None, block: str | None = None) -> None:  # fmt: skip
        """Press a button."""
        payload = self.people.block_actions(user, place, action, value, block)
        assert self.delivery.deliver(payload).acknowledged
        self.bot.errands_done()


def actions_of(message: Any, action: str) -> list[dict[str, Any]]:
    """The elements of a message with an action id."""
    return [e for _, e in elements(message.blocks) if e.get("action_id") == action]


def quoted(view: dict[str, Any]) -> list[str]:
    """The words that a window sets off."""
    parts = [p for b in view["blocks"] if b["type"] == "rich_text" for p in b["elements"]]
    return [e["text"] for p in parts if p["type"] == "rich_text_quote" for e in p["elements"]]


@contextmanager
def scene(
    index: Index,
    tmp_path: Path,
    *,
    rules: Mapping[str, CollectionRule] | None = None,
    way: str = "http",
    make: MakeEngine | None = None,
    logged: bool = True,
    **settings: Any,
) -> Iterator[Scene]:
    """A bot over ``index``, before a local Slack that is populated."""
    collections = Collections(dict(rules or {}))
    engines = Engines(index, collections, make or (lambda view, lock: Engine.from_index(view, lock=lock)))  # fmt: skip
    with running() as slack:
        api = slack.url
        ledger = Ledger(f"sqlite:///{tmp_path / 'slack.sqlite3'}", 30)
        log = AnswerLog(f"sqlite:///{tmp_path / 'log.sqlite3'}", 90) if logged else None
        made = BotSettings(collections, DataFlow(days=90 if logged else None), api=api)
        bot = Bot(engines, ledger, log, one_workspace("xoxb-test", api), replace(made, **settings), signing_secret=SECRET if way == "http" else None)  # fmt: skip
        stop = threading.Event()
        with _served(bot, slack, way, stop) as delivery:
            yield Scene(slack, bot, engines, ledger, log, delivery, Payloads(slack.world), stop)
        ledger.dispose()
        if log is not None:
            log.close()


@contextmanager
def _served(bot: Bot, slack: SlackServer, way: str, stop: threading.Event) -> Iterator[Delivery]:
    if way == "socket":
        with SocketDelivery(slack.world) as sockets:
            thread = threading.Thread(
                target=serve_socket, args=(bot, "xapp-test", slack.url, stop, 0.5)
            )
            thread.start()
            sockets.wait_connected()
            try:
                yield sockets
            finally:
                stop.set()
                thread.join(60)
        return
    ports: list[int] = []
    ready = threading.Event()

    def serving(port: int) -> None:
        ports.append(port)
        ready.set()

    thread = threading.Thread(target=serve_http, args=(bot, 0, stop, serving))
    thread.start()
    assert ready.wait(20)
    try:
        yield HttpDelivery(slack.world, f"http://127.0.0.1:{ports[0]}/slack/events", SECRET)
    finally:
        stop.set()
        thread.join(60)
