"""Real processes of ``minutes slack`` before a local Slack: started, killed, held at a call.

Imports and the model take most of a start, so one process loads them once and forks the others off
(``python -m tests.slack_processes``); each then runs the command as the shell would.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.slack.ledger import Ledger
from tests.slack_delivery import EVENT, Attempt, Delivery, HttpDelivery
from tests.slack_payloads import Payloads
from tests.slack_records import Message
from tests.slack_server import Answered, SlackServer, running
from tests.slack_sockets import SocketDelivery
from tests.slack_world import World

SECRET = "0123456789abcdef0123456789abcdef"
COUNCIL = "C0COUNCIL"
LEASE = 2
PATIENCE = 60.0
"""Seconds for anything to happen on a machine that is busy with other things."""

ENVIRONMENT = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}

AGAIN = (0.0, *[0.5] * 100)
"""Waits before Slack's retries: more and shorter ones than its own, for a fast test."""


class Nursery:
    """Forks processes of ``minutes`` off one that has loaded everything.

    Args:
        cache: the folder of prepared models, in which the bundled one is.
    """

    def __init__(self, cache: Path) -> None:
        self._lock = threading.Lock()
        command = [sys.executable, "-m", "tests.slack_processes", str(cache)]
        self._parent = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            cwd=Path(__file__).parents[1], env=os.environ | ENVIRONMENT,
        )  # fmt: skip

    def fork(self, argv: Sequence[str], environment: Mapping[str, str], log: Path) -> int:
        """Run ``minutes`` with its arguments; the process's id."""
        asked = {"argv": list(argv), "environment": dict(environment), "log": str(log)}
        return int(self._ask(asked)["pid"])

    def ended(self, pid: int) -> int | None:
        """The exit status of a process, a signal's negative number, or None while it runs."""
        status: int | None = self._ask({"ended": pid})["status"]
        return status

    def close(self) -> None:
        """End; whatever still runs is killed."""
        assert self._parent.stdin
        assert self._parent.stdout
        self._parent.stdin.close()
        self._parent.wait(30)
        self._parent.stdout.close()

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        assert self._parent.stdin
        assert self._parent.stdout
        with self._lock:
            self._parent.stdin.write(json.dumps(asked) + "\n")
            self._parent.stdin.flush()
            answer: dict[str, Any] = json.loads(self._parent.stdout.readline())
            return answer


@dataclass
class Process:
    """One process of the bot."""

    nursery: Nursery
    pid: int
    log: Path
    port: int | None = None

    @property
    def lines(self) -> str:
        """What it wrote to stderr."""
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def kill(self) -> None:
        """Kill it with no chance to do anything, and wait until it is gone."""
        os.kill(self.pid, signal.SIGKILL)
        assert self.wait() == -signal.SIGKILL

    def terminate(self) -> None:
        """Ask it to end."""
        os.kill(self.pid, signal.SIGTERM)

    def wait(self, seconds: float = PATIENCE) -> int:
        """Its exit status, once it has ended."""
        status = _until(lambda: self.nursery.ended(self.pid), seconds, lambda: self.lines)
        return int(status)


class Balanced(Delivery):
    """Posts to several processes in turn, as the load balancer before them does."""

    def __init__(self, world: World, processes: Sequence[Process], within: float = 3.0) -> None:
        super().__init__(world, AGAIN, within)
        self.processes = list(processes)
        self._turn = 0

    def to(self, process: Process) -> HttpDelivery:
        """What posts to one of them."""
        url = f"http://127.0.0.1:{process.port}/slack/events"
        return HttpDelivery(self.world, url, SECRET, AGAIN, self.within)

    def attempt(
        self, payload: dict[str, Any], kind: str = EVENT, retry: int = 0, reason: str = ""
    ) -> Attempt:
        """Post once, to the next one."""
        self._turn += 1
        process = self.processes[self._turn % len(self.processes)]
        return self.to(process).attempt(payload, kind, retry, reason)


class Gate:
    """Holds the next calls of a method, before they take effect or after it.

    Who made a held call is not answered; killed meanwhile, it never learns what came of it.
    """

    def __init__(self, slack: SlackServer, method: str, *, after: bool, times: int = 1) -> None:
        self.held = threading.Semaphore(0)
        self.open = threading.Event()
        self._left = times
        self._lock = threading.Lock()
        self._method, self._after = method, after
        self._handle: Callable[..., Answered] = slack.handle
        slack.handle = self._call  # type: ignore[method-assign]

    def _call(self, name: str, *rest: Any) -> Answered:
        with self._lock:
            holds = name == self._method and self._left > 0
            self._left -= holds
        if holds and not self._after:
            self._hold()
        answered = self._handle(name, *rest)
        if holds and self._after:
            self._hold()
        return answered

    def _hold(self) -> None:
        self.held.release()
        self.open.wait(PATIENCE)

    def wait(self, times: int = 1) -> None:
        """Wait until so many calls are held."""
        for _ in range(times):
            assert self.held.acquire(timeout=PATIENCE), f"{self._method} was not called"


@dataclass
class Stage:
    """A local Slack, a ledger, and processes of the bot over one index."""

    slack: SlackServer
    nursery: Nursery
    folder: Path
    environment: dict[str, str]
    ledger: Ledger
    processes: list[Process] = field(default_factory=list)
    gates: list[Gate] = field(default_factory=list)
    sockets: SocketDelivery | None = None

    @property
    def world(self) -> World:
        """What Slack knows."""
        return self.slack.world

    @property
    def people(self) -> Payloads:
        """What people do."""
        return Payloads(self.world)

    def start(self, **environment: str) -> Process:
        """A process more; without ``sockets`` it serves HTTP. It is ready when this returns."""
        port = None if self.sockets else free_port()
        argv = ["slack"] if port is None else ["slack", "--http", str(port)]
        log = self.folder / f"{len(self.processes)}.log"
        before = self.sockets.opened if self.sockets else 0
        pid = self.nursery.fork(argv, self.environment | environment, log)
        process = Process(self.nursery, pid, log, port)
        self.processes.append(process)
        if self.sockets:
            self.sockets.wait_opened(before + 1, PATIENCE)
        else:
            wait_for_port(process)
        return process

    def gate(self, method: str, *, after: bool = False, times: int = 1) -> Gate:
        """Hold the next calls of a method; they are let go at the end."""
        gate = Gate(self.slack, method, after=after, times=times)
        self.gates.append(gate)
        return gate

    def delivery(self, *processes: Process, within: float = 3.0) -> Balanced:
        """What delivers events to some processes, or to all."""
        return Balanced(self.world, processes or self.processes, within)

    def ask(self, delivery: Delivery, text: str, thread: str | None = None) -> str:
        """Mention the bot; the ts of the thread in which it answers."""
        said = self.people.app_mention("U0STAFF", text, COUNCIL, thread)
        assert delivery.deliver(said).acknowledged
        return str(thread or said["event"]["ts"])

    def settle(self) -> None:
        """Wait until every question has ended."""
        _until(lambda: not self.ledger.waiting(), PATIENCE, self.told)

    def only_answer(self, thread: str) -> Message:
        """The one thing that the bot said in a thread, once nothing is left to do."""
        self.settle()
        said = [m for m in self.world.thread(COUNCIL, thread) if m.bot_id]
        assert len(said) == 1, ([m.shown() for m in said], self.told())
        assert not self.world.unfinished()
        return said[0]

    def told(self) -> str:
        """What the processes wrote, and the last calls."""
        logs = "\n".join(f"{p.log.name}:\n{p.lines[-3000:]}" for p in self.processes)
        return f"{self.world.summary()}\n{logs}"

    def close(self) -> None:
        """Let go what is held and end every process that still runs."""
        for gate in self.gates:
            gate.open.set()
        for process in self.processes:
            if self.nursery.ended(process.pid) is None:
                process.kill()
        self.ledger.dispose()


@contextmanager
def stage(
    nursery: Nursery, data: Path, cache: Path, folder: Path, *, sockets: bool = False
) -> Iterator[Stage]:
    """A local Slack and what processes of the bot need, over the index in ``data``."""
    with running() as slack, contextlib.ExitStack() as stack:
        path = folder / "ledger.sqlite3"
        environment = {
            "MINUTES_DATA": str(data), "MINUTES_CACHE": str(cache), "MINUTES_SLACK_API": slack.url,
            "MINUTES_SLACK_LEDGER": str(path), "MINUTES_SLACK_LEASE": str(LEASE),
            "MINUTES_LOG": str(folder / "log.sqlite3"), "SLACK_BOT_TOKEN": "xoxb-test",
            "SLACK_SIGNING_SECRET": SECRET, "SLACK_APP_TOKEN": "xapp-test",
        }  # fmt: skip
        made = Stage(slack, nursery, folder, environment, Ledger(f"sqlite:///{path}", 30))
        if sockets:
            made.sockets = stack.enter_context(
                SocketDelivery(slack.world, waits=AGAIN, within=1.0, ping_interval=0.5)
            )
        try:
            yield made
        finally:
            made.close()


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(process: Process) -> None:
    """Wait until a process listens."""

    def listens() -> bool:
        assert process.nursery.ended(process.pid) is None, process.lines
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", process.port or 0), timeout=1).close()
            return True
        return False

    _until(listens, PATIENCE, lambda: process.lines)


def _until(found: Callable[[], Any], seconds: float, told: Callable[[], str]) -> Any:
    """What ``found`` gives once it is neither None nor False."""
    end = time.monotonic() + seconds
    while (value := found()) is None or value is False:
        assert time.monotonic() < end, f"not within {seconds:g} s; {told()}"
        time.sleep(0.02)
    return value


def _child(asked: dict[str, Any]) -> None:
    """Be a process of ``minutes``; does not return."""
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for mine, given in ((0, nothing), (1, log), (2, log)):
        os.dup2(given, mine)
    os.environ.update(asked["environment"])
    os.chdir(Path(asked["log"]).parent)
    sys.argv = ["minutes", *asked["argv"]]
    from assistant.cli import main

    status: object = 1
    try:
        main()
        status = 0
    except SystemExit as ended:
        status = ended.code
    finally:
        sys.stderr.flush()
        os._exit(status if isinstance(status, int) else 0 if status is None else 1)


def _load(cache: Path) -> None:
    """Import what processes import, and keep the model for them.

    With one thread torch starts no others, which would not be there after a fork.
    """
    import chromadb  # noqa: F401
    import llama_index.llms.openai_like  # noqa: F401
    import torch

    import assistant.cli_slack
    import assistant.slack.bot
    import assistant.slack.manifest
    import assistant.slack.oauth
    import assistant.slack.opening
    import assistant.writing.opening  # noqa: F401
    from index_store import embedding
    from index_store.bundled_model import BUNDLED_NAME

    torch.set_num_threads(1)
    embedding._load = functools.cache(embedding._load)  # type: ignore[assignment]
    assert embedding.Embedder(BUNDLED_NAME, cache).model


def _parent(cache: Path) -> None:
    """Fork a child for each line that asks for one; kill what is left at the end."""
    _load(cache)
    children: dict[int, int | None] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        if "argv" in asked:
            pid = os.fork()
            if not pid:
                _child(asked)
            children[pid] = None
            print(json.dumps({"pid": pid}), flush=True)
            continue
        pid = asked["ended"]
        if children[pid] is None:
            gone, status = os.waitpid(pid, os.WNOHANG)
            children[pid] = os.waitstatus_to_exitcode(status) if gone else None
        print(json.dumps({"status": children[pid]}), flush=True)
    for pid, status in children.items():
        if status is None:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


if __name__ == "__main__":
    _parent(Path(sys.argv[1]))
