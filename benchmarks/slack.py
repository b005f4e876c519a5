"""The Slack bot as Slack sees it: real processes of ``minutes slack`` before the local Slack.

The local Slack answers at once and runs in this process; the bot runs in others, so that neither waits
for the other's turn at the interpreter.
"""

from __future__ import annotations

import itertools
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from threading import Semaphore
from typing import Any

from assistant.engine import Engine
from benchmarks import corpora
from benchmarks.processes import environment, progress
from benchmarks.suite import Bench
from benchmarks.table import Goal, Row
from index_store.bundled_model import BUNDLED_NAME
from index_store.embedding import Embedder
from index_store.index import Index, IndexSettings
from index_store.indexer import Indexer
from index_store.reader.reading import reader_for
from tests.slack_delivery import Delivery, HttpDelivery
from tests.slack_payloads import Payloads
from tests.slack_server import Answered, SlackServer, running
from tests.slack_sockets import SocketDelivery

IN_FLIGHT = 50
"""Events that Slack sends at once."""

AT_ONCE = 200
"""Questions at once to two processes."""

CHARACTERS = 25_000
"""Of the minutes that are asked."""

ACKNOWLEDGED_GOAL = Goal(300, absolute=True)
SIGN_GOAL = Goal(500, absolute=True)
ADDED_GOAL = Goal(50, absolute=True)
GROWTH_GOAL = Goal(5, absolute=True)
LOST_GOAL = Goal(0, absolute=True)
_SECRET = "0123456789abcdef0123456789abcdef"
_CHANNEL, _USER = "C0COUNCIL", "U0STAFF"
_PATIENCE = 120.0
_SIGNS = ("assistant.threads.setStatus", "chat.startStream", "chat.postMessage")


class Watch:
    """When the first call for each thread came, and when its answer was posted."""

    def __init__(self, slack: SlackServer) -> None:
        self.signs: dict[str, float] = {}
        self.answers: dict[str, list[float]] = {}
        self.answered = Semaphore(0)
        self._handle: Callable[..., Answered] = slack.handle
        slack.handle = self._call  # type: ignore[method-assign]

    def _call(self, name: str, arguments: dict[str, Any], *rest: Any) -> Answered:
        now = time.perf_counter()
        if name in _SIGNS:
            thread = str(arguments.get("thread_ts"))
            self.signs.setdefault(thread, now)
            if name == "chat.postMessage":
                self.answers.setdefault(thread, []).append(now)
                self.answered.release()
        return self._handle(name, arguments, *rest)

    def wait(self, count: int = 1) -> None:
        """Wait for so many answers more."""
        for _ in range(count):
            if not self.answered.acquire(timeout=_PATIENCE):
                raise SystemExit("benchmarks: slack: a question was not answered")


@dataclass
class Bots:
    """Processes of the bot, the Slack before them, and how events get there."""

    slack: SlackServer
    watch: Watch
    delivery: list[Delivery]
    processes: list[subprocess.Popen[bytes]]
    turn: Iterator[int] = field(default_factory=itertools.count)

    def ask(self, text: str) -> tuple[str, float, float]:
        """Ask; the thread, when it was asked, and when that was acknowledged."""
        said = Payloads(self.slack.world).app_mention(_USER, text, _CHANNEL)
        to = self.delivery[next(self.turn) % len(self.delivery)]
        asked = time.perf_counter()
        tried = to.attempt(said)
        acknowledged = time.perf_counter()
        if not tried.acknowledged:
            raise SystemExit(f"benchmarks: slack: not acknowledged: {tried.error}")
        return str(said["event"]["ts"]), asked, acknowledged

    def keep_asking(self, questions: Sequence[str], count: int) -> tuple[list[float], list[float]]:
        """Ask ``count`` at once, then one whenever one is answered, so that as many are in flight.

        Milliseconds until each was acknowledged: the first ones, and those after them.
        """

        def go(text: str) -> float:
            _, asked, acknowledged = self.ask(text)
            return 1000 * (acknowledged - asked)

        with ThreadPoolExecutor(count) as pool:
            first = [pool.submit(go, text) for text in questions[:count]]
            later = []
            for text in questions[count:]:
                self.watch.wait()
                later.append(pool.submit(go, text))
            self.watch.wait(count)
        return [one.result() for one in first], [one.result() for one in later]

    def ask_many(self, questions: Sequence[str], at_once: int) -> list[tuple[str, float, float]]:
        """Ask all, so many at a time, and wait until all are answered."""
        with ThreadPoolExecutor(at_once) as pool:
            asked = list(pool.map(self.ask, questions))
        self.watch.wait(len(asked))
        return asked


def slack_rows(bench: Bench, quick: bool) -> list[Row]:
    """Acknowledgements, first signs, what the bot adds, memory, and many questions at once."""
    folder = bench.work / "slack"
    corpus = corpora.ordinary(folder / "records", CHARACTERS, 60)
    settings = IndexSettings(folder / "data", BUNDLED_NAME, bench.cache)
    index = Index(settings, Embedder(settings.model, bench.cache))
    Indexer(index).ingest([corpus.folder])
    engine = Engine.from_index(index, passage_reader=reader_for(index.embedder))
    engine.prepare()
    load = corpora.distinct_questions()
    rows: list[Row] = []
    for way in ("http", "socket"):
        with bots(folder, bench.cache, way) as one:
            rows += _acknowledged(one, load, way, 4 if quick else 12)
            if way == "http":
                rows += _at_rest(one, engine, corpus.questions[: 20 if quick else 60])
                rows += _memory(one, load, 500 if quick else 5_000)
    index.close()
    with bots(folder, bench.cache, "http", processes=2) as two:
        rows += _at_once(two, load)
    return rows


def _acknowledged(one: Bots, load: Iterator[str], way: str, rounds: int) -> list[Row]:
    progress(f"slack: acknowledgements by {way}, {IN_FLIGHT} in flight")
    _warm(one, load)
    questions = list(itertools.islice(load, rounds * IN_FLIGHT))
    at_once, in_flight = one.keep_asking(questions, IN_FLIGHT)
    name = {"http": "HTTP", "socket": "Socket Mode"}[way]
    what = f"slack: acknowledged over {name}"
    return [
        Row(f"{what}, {IN_FLIGHT} in flight, p50", "ms", median(in_flight)),
        Row(
            f"{what}, {IN_FLIGHT} in flight, p99", "ms", _at(in_flight, 99), goal=ACKNOWLEDGED_GOAL
        ),
        Row(f"{what}, {IN_FLIGHT} at once, p50", "ms", median(at_once)),
        Row(f"{what}, {IN_FLIGHT} at once, p99", "ms", _at(at_once, 99)),
    ]


def _warm(one: Bots, load: Iterator[str]) -> None:
    one.ask_many(list(itertools.islice(load, 10)), 2)


def _at_rest(one: Bots, engine: Engine, questions: Sequence[str]) -> list[Row]:
    """One question after the other: the first sign, and the time beside the engine's own."""
    signs, added, alone = [], [], []
    for number, question in enumerate(questions):
        progress(f"slack: question {number + 1} of {len(questions)}: the bot, the engine alone")
        thread, asked, acknowledged = one.ask(question)
        one.watch.wait()
        time.sleep(0.2)  # the bot writes down that it is done
        started = time.perf_counter()
        engine.ask(question)
        alone.append(time.perf_counter() - started)
        signs.append(1000 * (one.watch.signs[thread] - asked))
        added.append(one.watch.answers[thread][0] - acknowledged)
    beside = [1000 * (ours - engines) for ours, engines in zip(added, alone, strict=True)]
    return [
        Row("slack: first sign at rest, p50", "ms", median(signs)),
        Row("slack: first sign at rest, p95", "ms", _at(signs, 95), goal=SIGN_GOAL),
        Row("slack: acknowledgement to answer at rest, p50", "ms", 1000 * median(added)),
        Row("slack: the engine's own answer, p50", "ms", 1000 * median(alone)),
        Row("slack: what the bot adds, p50", "ms", median(beside), goal=ADDED_GOAL),
    ]


def _memory(one: Bots, load: Iterator[str], count: int) -> list[Row]:
    progress(f"slack: memory over {count:,} questions")
    tenth, started = count // 10, time.perf_counter()
    one.ask_many(list(itertools.islice(load, tenth)), 8)
    early = _resident(one.processes[0])
    for _ in range(9):
        one.ask_many(list(itertools.islice(load, tenth)), 8)
        progress(f"slack: {_resident(one.processes[0]):.0f} MiB resident")
    late = _resident(one.processes[0])
    took = time.perf_counter() - started
    return [
        Row(f"slack: resident after {tenth:,} questions", "MiB", early),
        Row(f"slack: resident after {count:,} questions", "MiB", late),
        Row("slack: growth between", "%", 100 * (late / early - 1), goal=GROWTH_GOAL),
        Row("slack: one process, 8 at a time", "questions/s", count / took),
    ]


def _at_once(two: Bots, load: Iterator[str]) -> list[Row]:
    progress(f"slack: {AT_ONCE} questions at once to two processes")
    _warm(two, load)
    asked = two.ask_many(list(itertools.islice(load, AT_ONCE)), AT_ONCE)
    time.sleep(1)  # for an answer too many
    answers = [two.watch.answers.get(thread, []) for thread, _, _ in asked]
    wrong = sum(len(found) != 1 for found in answers)
    times = [found[0] - at for (_, at, _), found in zip(asked, answers, strict=True) if found]
    whole = max(found[0] for found in answers if found) - min(at for _, at, _ in asked)
    what = f"slack: {AT_ONCE} at once, two processes"
    return [
        Row(f"{what}: lost or answered twice", "", wrong, goal=LOST_GOAL),
        Row(f"{what}: asked to answered, p50", "s", median(times)),
        Row(f"{what}: asked to answered, p95", "s", _at(times, 95)),
        Row(what, "questions/s", AT_ONCE / whole),
    ]


@contextmanager
def bots(folder: Path, cache: Path, way: str, processes: int = 1) -> Iterator[Bots]:
    """Processes of the bot over the index in ``folder``, warm, before a local Slack."""
    with running() as slack, ExitStack() as stack:
        made = Bots(slack, Watch(slack), [], [])
        given = environment() | {
            "MINUTES_DATA": str(folder / "data"), "MINUTES_CACHE": str(cache),
            "MINUTES_SLACK_API": slack.url, "SLACK_BOT_TOKEN": "xoxb-test",
            "SLACK_APP_TOKEN": "xapp-test", "SLACK_SIGNING_SECRET": _SECRET,
        }  # fmt: skip
        if way == "socket":
            sockets = SocketDelivery(slack.world, within=30.0)
            made.delivery.append(stack.enter_context(sockets))
        log = stack.enter_context((folder / "bots.log").open("ab"))
        for _ in range(processes):
            port = _free_port()
            command = [sys.executable, "-m", "assistant.cli", "slack"]
            command += ["--http", str(port)] if way == "http" else []
            process = subprocess.Popen(command, env=given, stdout=log, stderr=log)
            stack.callback(_end, process)
            made.processes.append(process)
            if way == "http":
                url = f"http://127.0.0.1:{port}/slack/events"
                made.delivery.append(HttpDelivery(slack.world, url, _SECRET, within=30.0))
        _wait_until_ready(made)
        yield made


def _wait_until_ready(made: Bots) -> None:
    for delivery in made.delivery:
        if isinstance(delivery, SocketDelivery):
            delivery.wait_connected(len(made.processes), _PATIENCE)
            continue
        assert isinstance(delivery, HttpDelivery)
        end = time.monotonic() + _PATIENCE
        while not delivery.challenge().acknowledged:
            if time.monotonic() > end:
                raise SystemExit("benchmarks: slack: a process does not start; see bots.log")
            time.sleep(0.1)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _resident(process: subprocess.Popen[bytes]) -> float:
    """The memory that a process has resident now, in MiB."""
    status = Path(f"/proc/{process.pid}/status")
    if status.exists():
        found = re.search(r"^VmRSS:\s+(\d+) kB", status.read_text(), re.MULTILINE)
        assert found
        return int(found.group(1)) / 1024
    said = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(process.pid)],  # as macOS has no /proc
        capture_output=True, text=True, check=True, env=dict(os.environ),
    )  # fmt: skip
    return int(said.stdout) / 1024


def _at(values: Sequence[float], percent: int) -> float:
    """A percentile."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]
