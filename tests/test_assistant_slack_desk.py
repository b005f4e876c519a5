"""The desk and the ledger's part in it: attempts, what is given back, what brings a process down."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk.errors import SlackApiError

from assistant.slack.desk import ATTEMPTS, CRASHES, Desk
from assistant.slack.ledger import Asked, Job, Ledger
from assistant.slack.metrics import Metrics
from index_store.index import Index
from tests.slack_bot import COUNCIL, scene
from tests.slack_library import library

__all__ = ["library"]

NIGHT = "夜間の来館者は何人でしたか？"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(f"sqlite:///{tmp_path / 'slack.sqlite3'}", 30) as opened:
        yield opened


def asked(ts: str, text: str = "質問") -> Asked:
    return Asked("question", text, "T", None, "U", None, "C", ts, ts, "channel", False)


def until(what: object, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        assert time.monotonic() < end, "nothing came of it"
        time.sleep(0.01)


def test_a_key_counts_once(ledger: Ledger) -> None:
    assert ledger.once("a")
    assert not ledger.once("a", "b")
    assert ledger.once("b"), "nothing is taken where one was"


def test_what_is_postponed_waits(ledger: Ledger) -> None:
    id_ = ledger.take(["k"], asked("1.1"))
    assert id_ is not None
    assert ledger.claim("me", 30) is not None
    ledger.postpone(id_, 1, 60)
    assert ledger.claim("me", 30) is None
    ledger.postpone(id_, 1, 0)
    job = ledger.claim("me", 30)
    assert job is not None
    assert job.attempts == 2


def test_the_kind_of_room_is_set_right_at_the_end(ledger: Ledger) -> None:
    id_ = ledger.take(["k"], asked("1.1"))
    assert id_ is not None
    ledger.claim("me", 30)
    ledger.close(id_, 1, "answered", place="group")
    done = ledger.done(id_)
    assert done is not None
    assert done.asked.place == "group"


def test_what_slack_refuses_is_tried_until_it_is_too_late(ledger: Ledger) -> None:
    tries: list[bool] = []

    def answer(job: Job, last: bool) -> None:
        tries.append(last)
        raise SlackApiError("no", {"ok": False, "error": "internal_error"})

    desk = Desk(ledger, answer, Metrics(), workers=1, lease=0.06, endured=2.0)
    id_ = ledger.take(["k"], asked("1.1"))
    desk.start()
    desk.ring()
    until(lambda: not ledger.waiting())
    desk.stop(5)
    assert len(tries) > 1
    assert tries == [False] * (len(tries) - 1) + [True]
    done = ledger.done(id_ or "")
    assert done is not None
    assert done.state == "failed"


def test_what_fails_for_no_reason_of_slacks_ends_after_some_attempts(ledger: Ledger) -> None:
    tries: list[int] = []

    def answer(job: Job, last: bool) -> None:
        tries.append(job.attempts)
        assert job.crashes == 0
        raise TypeError("a bug")

    desk = Desk(ledger, answer, Metrics(), workers=1, lease=0.06)
    ledger.take(["k"], asked("1.1"))
    desk.start()
    desk.ring()
    until(lambda: not ledger.waiting())
    desk.stop(5)
    assert tries == list(range(1, ATTEMPTS + 1))


def test_a_worker_goes_on_whatever_happens(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    answered: list[str] = []
    real = ledger.claim

    def broken(owner: str, seconds: float) -> Job | None:
        monkeypatch.setattr(ledger, "claim", real)
        raise RuntimeError("not expected")

    def answer(job: Job, last: bool) -> None:
        answered.append(job.id)
        ledger.close(job.id, job.attempts, "answered")

    monkeypatch.setattr(ledger, "claim", broken)
    desk = Desk(ledger, answer, Metrics(), workers=1)
    desk.start()
    ledger.take(["k"], asked("1.1"))
    desk.ring()
    until(lambda: answered)
    assert desk.is_well
    desk.stop(5)
    assert not desk.is_well


def test_what_is_stuck_is_taken_over_and_not_ended_by_who_was_stuck(ledger: Ledger) -> None:
    held, closed = threading.Event(), []

    def answer(job: Job, last: bool) -> None:
        held.wait(20)
        closed.append(ledger.close(job.id, job.attempts, "failed"))

    desk = Desk(ledger, answer, Metrics(), workers=1, lease=0.3, longest=0.5)
    id_ = ledger.take(["k"], asked("1.1"))
    desk.start()
    desk.ring()
    until(lambda: not desk.is_well)
    until(lambda: ledger.claim("other", 30))
    held.set()
    until(lambda: closed)
    assert closed == [False]
    assert ledger.close(id_ or "", 2, "answered")
    desk.stop(5)


def test_stopping_finishes_what_waits(ledger: Ledger) -> None:
    held, answered = threading.Event(), []

    def answer(job: Job, last: bool) -> None:
        held.wait(20)
        answered.append(job.id)
        ledger.close(job.id, job.attempts, "answered")

    desk = Desk(ledger, answer, Metrics(), workers=2)
    for n in range(5):
        ledger.take([f"k{n}"], asked(f"{n}.1"))
    desk.start()
    desk.ring()
    stopping = threading.Thread(target=desk.stop, args=(20,))
    stopping.start()
    held.set()
    stopping.join(30)
    assert len(set(answered)) == 5
    assert ledger.waiting() == 0


def test_what_is_not_finished_in_time_is_given_back(ledger: Ledger) -> None:
    held = threading.Event()

    def answer(job: Job, last: bool) -> None:
        held.wait(20)

    desk = Desk(ledger, answer, Metrics(), workers=1)
    ledger.take(["k"], asked("1.1"))
    desk.start()
    desk.ring()
    until(lambda: ledger.claim("other", 0.01) is None)
    desk.stop(0.2)
    job = ledger.claim("other", 30)
    assert job is not None
    held.set()


def test_a_question_that_brings_processes_down_is_told_as_failed(
    library: Index, tmp_path: Path
) -> None:
    with scene(library, tmp_path, lease=600.0) as at:
        root = at.world.add_message(COUNCIL, "U0STAFF", NIGHT)
        one = Asked("question", NIGHT, "T0AOHAMA", None, "U0STAFF", None, COUNCIL, root.ts, root.ts, "channel", False)  # fmt: skip
        at.bot.desk.stop(5)
        id_ = at.ledger.take(["k"], one)
        for _ in range(CRASHES):
            assert at.ledger.claim("dead", -1) is not None
        job = at.ledger.claim("me", 30)
        assert job is not None
        at.bot.desk._answer(job, True)
        assert (
            f"エラーのためお答えできませんでした。もう一度お試しください。続くときは、この番号を管理者にお知らせください：{id_}"
            in at.answers(COUNCIL, root.ts)[0].shown()
        )
        assert at.log is not None
        entry = at.log.entry(id_ or "")
        assert entry is not None
        assert entry.status == "failed"
        assert at.ledger.waiting() == 0


def test_a_failure_of_the_engine_is_told_with_a_reference(
    library: Index, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(view: Index, lock: object) -> object:
        raise OSError("/srv/minutes: secret detail")

    with scene(library, tmp_path, make=broken, person="C0DESK") as at:  # type: ignore[arg-type]
        answer = at.ask(NIGHT)
        assert "/srv" not in answer.shown()
        assert "管理者にお知らせください：" in answer.shown()
        assert "担当者に聞く" in answer.shown()
        reference = answer.shown().split("：")[1].split("\n")[0]
        assert reference in caplog.text
        assert at.log is not None
        assert at.log.entries(1)[0].id == reference


def test_memory_is_given_back_where_the_library_can() -> None:
    import sys

    from assistant.slack.memory import give_back

    assert give_back() or not sys.platform.startswith("linux")
