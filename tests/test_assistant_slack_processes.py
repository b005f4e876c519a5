"""Processes of ``minutes slack`` that are killed, stopped and cut off: each question ends once."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index_store.bundled_model import BUNDLED_NAME
from index_store.embedding import Embedder
from index_store.index import Index, IndexSettings
from index_store.indexer import Indexer
from tests.conftest import FIRST, PLAN, SECOND
from tests.llm_server import LLMServer
from tests.slack_delivery import Delivery
from tests.slack_processes import COUNCIL, LEASE, PATIENCE, Nursery, Process, Stage, stage
from tests.written import (
    BUDGET,
    BUDGET_CLAIM,
    BUDGET_WORDS,
    START_CLAIM,
    START_WORDS,
    VISITORS,
    says,
)

ANSWER = "延べ312人である。"  # to VISITORS
TWO_CLAIMS = says((BUDGET_CLAIM, BUDGET_WORDS), (START_CLAIM, START_WORDS))


@pytest.fixture(scope="module")
def nursery(cache: Path, embedder: Embedder) -> Iterator[Nursery]:
    assert embedder.model  # so that it is in the cache
    made = Nursery(cache)
    yield made
    made.close()


@pytest.fixture(scope="module")
def data(
    tmp_path_factory: pytest.TempPathFactory, cache: Path, embedder: Embedder, nursery: Nursery
) -> Path:
    """The folder of an index that nobody changes."""
    folder = tmp_path_factory.mktemp("records")
    for name, text in {"first.txt": FIRST, "second.md": SECOND, "plan.md": PLAN}.items():
        (folder / name).write_text(text, encoding="utf-8")
    data = tmp_path_factory.mktemp("data")
    index = Index(IndexSettings(data=data, model=BUNDLED_NAME, cache=cache), embedder)
    Indexer(index).ingest([folder])
    index.close()
    return data


@pytest.fixture
def scene(nursery: Nursery, data: Path, cache: Path, tmp_path: Path) -> Iterator[Stage]:
    """A local Slack that posts events over HTTP."""
    with stage(nursery, data, cache, tmp_path) as made:
        yield made


@pytest.fixture
def sockets(nursery: Nursery, data: Path, cache: Path, tmp_path: Path) -> Iterator[Stage]:
    """A local Slack that sends events over Socket Mode."""
    with stage(nursery, data, cache, tmp_path, sockets=True) as made:
        yield made


def many(scene: Stage, delivery: Delivery, count: int, at_once: int = 10) -> list[str]:
    """Ask so many questions, some at once; their threads."""
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda _: scene.ask(delivery, VISITORS), range(count)))


def all_answered(scene: Stage, threads: list[str]) -> None:
    """Each question has one answer, the right one."""
    assert len(set(threads)) == len(threads)
    for thread in threads:
        assert ANSWER in scene.only_answer(thread).shown()


# Killed


def killed_at(scene: Stage, process: Process, method: str, *, after: bool, text: str) -> str:
    """Ask, and kill the process while its call is held, which then takes effect if it has not."""
    gate = scene.gate(method, after=after)
    thread = scene.ask(scene.delivery(process), text)
    gate.wait()
    process.kill()
    gate.open.set()
    return thread


def test_killed_between_acknowledgement_and_answer(scene: Stage) -> None:
    process = scene.start()
    for method, after in (
        ("conversations.info", False),
        ("chat.postMessage", False),
        ("chat.postMessage", True),
    ):
        thread = killed_at(scene, process, method, after=after, text=VISITORS)
        process = scene.start()
        all_answered(scene, [thread])


def test_killed_in_a_stream(scene: Stage) -> None:
    with LLMServer(TWO_CLAIMS) as model:
        scene.environment |= {
            "MINUTES_LLM": "openai-like:test-model", "MINUTES_LLM_URL": model.base_url,
            "MINUTES_LLM_KEY": "test-key",
        }  # fmt: skip
        process = scene.start()
        for method, after in (
            ("chat.startStream", True),
            ("chat.appendStream", False),
            ("chat.stopStream", False),
            ("chat.stopStream", True),
        ):
            thread = killed_at(scene, process, method, after=after, text=BUDGET)
            process = scene.start()
            shown = scene.only_answer(thread).shown()
            assert "450万円を見込んでいる" in shown
            assert shown.count(START_CLAIM[:-1]) == 1, shown


def test_killed_with_questions_waiting(scene: Stage) -> None:
    first = scene.start()
    gate = scene.gate("assistant.threads.setStatus", times=4)
    threads = many(scene, scene.delivery(first), 10)
    gate.wait(4)
    first.kill()
    gate.open.set()
    scene.start()
    all_answered(scene, threads)


def test_one_of_two_processes_is_killed_and_started_again(scene: Stage) -> None:
    processes = [scene.start(), scene.start()]
    delivery = scene.delivery(*processes)
    with ThreadPoolExecutor(20) as pool:
        asked = [pool.submit(scene.ask, delivery, VISITORS) for _ in range(40)]
        scene.world.wait_for(lambda: len(scene.world.called("chat.postMessage")) > 3, PATIENCE)
        processes[0].kill()
        delivery.processes[0] = scene.start()
        threads = [one.result() for one in asked]
    all_answered(scene, threads)


def test_a_process_that_stood_still_for_longer_than_its_lease(scene: Stage) -> None:
    first = scene.start()
    gate = scene.gate("conversations.info")
    thread = scene.ask(scene.delivery(first), VISITORS)
    gate.wait()
    os.kill(first.pid, signal.SIGSTOP)
    second = scene.start()
    scene.world.wait_for(lambda: scene.world.answers(COUNCIL, thread), PATIENCE)
    os.kill(first.pid, signal.SIGCONT)
    gate.open.set()
    scene.settle()
    for process in (first, second):
        process.terminate()
        assert process.wait() == 0
    all_answered(scene, [thread])


# Sent again, and stopped


def test_an_event_that_comes_three_times_to_two_processes(scene: Stage) -> None:
    processes = [scene.start(), scene.start()]
    said = scene.people.app_mention("U0STAFF", VISITORS, COUNCIL)
    with ThreadPoolExecutor(3) as pool:
        to = [scene.delivery().to(process) for process in (*processes, processes[0])]
        tries = [pool.submit(one.again, said, number) for number, one in enumerate(to)]
        assert all(one.result().acknowledged for one in tries)
    all_answered(scene, [said["event"]["ts"]])
    assert scene.delivery(processes[1]).again(said).acknowledged
    assert scene.ledger.waiting() == 0


def test_stopped_with_questions_in_progress(scene: Stage) -> None:
    process = scene.start()
    gate = scene.gate("conversations.info", times=4)
    threads = many(scene, scene.delivery(process), 12)
    gate.wait(1)
    process.terminate()
    gate.open.set()
    assert process.wait() == 0
    assert scene.ledger.waiting() == 0
    all_answered(scene, threads)


# Slack fails


def test_posts_that_fail(scene: Stage) -> None:
    delivery = scene.delivery(scene.start())
    faults = [
        {"error": "ratelimited", "status": 429, "retry_after": 1},
        {"status": 500, "times": 2},
        {"status": 500, "after": True},
        {"drop": True},
        {"drop": True, "after": True},
        {"drop": True, "times": 5},
        {"status": 503, "times": 3},
    ]
    for fault in faults:
        scene.world.fail_next("chat.postMessage", **fault)  # type: ignore[arg-type]
        all_answered(scene, [scene.ask(delivery, VISITORS)])
    assert not scene.slack.refused


def test_sockets_that_are_cut_every_second(sockets: Stage) -> None:
    sockets.start()
    assert sockets.sockets
    sockets.sockets.drop_every(1.0)
    all_answered(sockets, many(sockets, sockets.sockets, 20, at_once=4))


def test_slack_closes_sockets_and_one_goes_deaf(sockets: Stage) -> None:
    for _ in range(2):
        sockets.start()
    delivery = sockets.sockets
    assert delivery
    threads = many(sockets, delivery, 4)
    for reason in ("warning", "refresh_requested"):
        opened = delivery.opened
        delivery.disconnect(reason, close_after=1.0)
        threads += many(sockets, delivery, 4)
        delivery.wait_opened(opened + 1, PATIENCE)
    delivery.wait_connected(2, PATIENCE)
    opened = delivery.opened
    delivery.deafen(delivery.sockets[0])
    threads += many(sockets, delivery, 4)
    delivery.wait_opened(opened + 1, PATIENCE)
    all_answered(sockets, threads)


# The ledger fails


def test_a_ledger_that_is_locked_or_away_for_a_while(scene: Stage) -> None:
    first = scene.start()
    delivery = scene.delivery(first, within=1.0)
    database = sqlite3.connect(scene.folder / "ledger.sqlite3", isolation_level=None)
    with ThreadPoolExecutor(5) as pool:
        database.execute("BEGIN IMMEDIATE")
        locked = [pool.submit(scene.ask, delivery, VISITORS) for _ in range(4)]
        time.sleep(LEASE)
        assert not any(one.done() for one in locked)  # nothing is acknowledged that is not written
        database.execute("ROLLBACK")
        threads = [one.result() for one in locked]
        database.execute("ALTER TABLE minutes_slack_job RENAME TO away")
        away = pool.submit(scene.ask, delivery, VISITORS)
        time.sleep(1)
        assert not away.done()
        database.execute("ALTER TABLE away RENAME TO minutes_slack_job")
        threads.append(away.result())
    database.close()
    all_answered(scene, threads)
