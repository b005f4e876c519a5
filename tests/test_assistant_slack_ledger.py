"""The ledger of the Slack bot: each question is worked on once, and ends once."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from assistant.errors import AssistantError
from assistant.slack.ledger import (
    Asked,
    Done,
    Job,
    Ledger,
    LedgerError,
    Popular,
    State,
    Thread,
    Where,
)
from assistant.slack.ledger.tables import JOBS

NOON = datetime(2026, 5, 20, 12, 0, 0, 250_000, tzinfo=UTC)
ASKED = Asked(
    kind="question",
    text="夜間の来館者は何人でしたか？",
    team="T1",
    enterprise=None,
    user="U1",
    user_team=None,
    channel="C1",
    ts="1.0",
    thread="1.0",
    place="channel",
    external=False,
)
ROOT = Path(__file__).resolve().parents[1]


class Clock:
    """The time, which stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def on(self, **by: float) -> None:
        self.now += timedelta(**by)


def end(ledger: Ledger, name: str, state: Any, **told: Any) -> bool:
    """End a job in the attempt that it is in."""
    with ledger._database.reading() as connection:
        rows = connection.execute(JOBS.select().where(JOBS.c.id == name)).mappings().all()
    return ledger.close(name, rows[0]["attempts"] if rows else 0, state, **told)


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "slack.sqlite3"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(path: Path, clock: Clock) -> Iterator[Ledger]:
    with Ledger(url_of(path), 30, clock) as opened:
        yield opened


def take(ledger: Ledger, **changes: Any) -> str:
    """Take a question that nobody asked before."""
    name = ledger.take([], replace(ASKED, **changes))
    assert name is not None
    return name


def elsewhere(number: int) -> dict[str, str]:
    """A thread of its own."""
    return {"ts": f"{number}.5", "thread": f"{number}.5"}


def ended(ledger: Ledger, state: State = "answered", **changes: Any) -> str:
    """A question that was taken and ended."""
    told = {name: changes.pop(name) for name in ("documents", "exchanged") if name in changes}
    name = take(ledger, **changes)
    assert end(ledger, name, state, **told)
    return name


# From arrival to end


def test_a_question_from_its_arrival_to_its_end(ledger: Ledger, clock: Clock) -> None:
    asked = replace(ASKED, enterprise="E1", user_team="T2", external=True, view="V1")
    name = ledger.take(["Ev1", "C1/1.0"], asked)
    assert name is not None
    assert len(name) == 10
    assert ledger.waiting() == 1
    assert ledger.done(name) is None
    clock.on(seconds=2)
    job = ledger.claim("one", 60)
    assert job == Job(name, asked, NOON, 1, None, streaming=False, posting=False)
    ledger.posting(name, 1)
    ledger.opened(name, "2.0", streaming=True)
    told = frozenset({"/records/first.txt", "/records/第2回.txt"})
    assert end(ledger, name, "answered", documents=told, exchanged="{}")
    assert ledger.waiting() == 0
    assert ledger.done(name) == Done(name, asked, "answered", NOON, told, "{}", "2.0")
    assert ledger.claim("one", 60) is None


@pytest.mark.parametrize("place", get_args(Where))
@pytest.mark.parametrize("kind", ["question", "claim"])
def test_every_place_and_kind_comes_back(ledger: Ledger, place: Where, kind: Any) -> None:
    asked = replace(ASKED, kind=kind, place=place, text="", ts="", thread="")
    take(ledger, kind=kind, place=place, text="", ts="", thread="")
    job = ledger.claim("one", 60)
    assert job is not None
    assert job.asked == asked


@pytest.mark.parametrize("state", get_args(State))
def test_a_question_ends_once(ledger: Ledger, state: State) -> None:
    name = take(ledger)
    assert end(ledger, name, state, exchanged="first")
    before = ledger.done(name)
    for another in get_args(State):
        assert not end(ledger, name, another, exchanged="second", documents=frozenset({"x"}))
    assert ledger.done(name) == before
    assert before is not None
    assert before.state == state


def test_an_id_that_is_not_known(ledger: Ledger) -> None:
    assert not end(ledger, "unknown", "failed")
    assert ledger.done("unknown") is None
    ledger.posting("unknown", 1)
    ledger.opened("unknown", "1.0", streaming=False)
    assert ledger.waiting() == 0


def test_any_key_that_was_taken_keeps_all_out(ledger: Ledger) -> None:
    assert ledger.take(["Ev1", "C1/1.0"], ASKED)
    assert ledger.take(["Ev1"], ASKED) is None
    assert ledger.take(["Ev2", "C1/1.0"], ASKED) is None
    assert ledger.take(["Ev2", "Ev2"], ASKED)  # the refusal before took no key
    assert ledger.take([], ASKED)
    assert ledger.waiting() == 3


def test_a_job_that_cannot_be_written_takes_no_key(ledger: Ledger) -> None:
    with pytest.raises(LedgerError):
        ledger.take(["Ev1"], replace(ASKED, channel=None))  # type: ignore[arg-type]
    assert ledger.take(["Ev1"], ASKED)


# Leases


def test_the_oldest_comes_first(ledger: Ledger) -> None:
    ids = [take(ledger, **elsewhere(number)) for number in range(5)]
    claimed = [ledger.claim("one", 60) for _ in range(6)]
    assert [job and job.id for job in claimed] == [*ids, None]


def test_a_lease_that_ended_is_given_to_another(ledger: Ledger, clock: Clock) -> None:
    name = take(ledger)
    assert ledger.claim("one", 60)
    ledger.posting(name, 1)
    clock.on(seconds=59)
    assert ledger.claim("two", 60) is None
    clock.on(seconds=1)
    again = ledger.claim("two", 60)
    assert again is not None
    assert (again.id, again.attempts, again.posting, again.message) == (name, 2, True, None)
    # The first is no longer its owner, and may still be the one to end it.
    ledger.extend("one", 999)
    assert ledger.release("one") == 0
    clock.on(seconds=60)
    third = ledger.claim("three", 60)
    assert third is not None
    assert third.attempts == 3
    assert end(ledger, name, "failed")
    assert not end(ledger, name, "answered")


def test_what_was_opened_is_known_to_the_next(ledger: Ledger, clock: Clock) -> None:
    name = take(ledger)
    ledger.claim("one", 1)
    ledger.posting(name, 1)
    ledger.opened(name, "9.0", streaming=True)
    clock.on(seconds=2)
    job = ledger.claim("two", 1)
    assert job is not None
    assert (job.message, job.streaming, job.posting) == ("9.0", True, False)
    ledger.opened(name, "9.1", streaming=False)
    clock.on(seconds=2)
    job = ledger.claim("two", 1)
    assert job is not None
    assert (job.message, job.streaming) == ("9.1", False)


def test_leases_are_extended(ledger: Ledger, clock: Clock) -> None:
    for number in range(2):
        take(ledger, **elsewhere(number))
        assert ledger.claim("one", 60)
    clock.on(seconds=50)
    ledger.extend("one", 60)
    clock.on(seconds=50)
    assert ledger.claim("two", 60) is None
    clock.on(seconds=10)
    assert ledger.claim("two", 60)


def test_what_is_released_is_there_at_once(ledger: Ledger) -> None:
    first = take(ledger, **elsewhere(0))
    second = take(ledger, **elsewhere(1))
    third = take(ledger, **elsewhere(2))
    for _ in range(2):
        ledger.claim("one", 600)
    ledger.claim("two", 600)
    end(ledger, first, "answered")
    assert ledger.release("one") == 1
    assert ledger.release("one") == 0
    again = ledger.claim("two", 600)
    assert again is not None
    assert again.id == second != third


# Order within a thread


def test_a_thread_is_answered_in_order(ledger: Ledger, clock: Clock) -> None:
    first, second = take(ledger), take(ledger, ts="2.0")
    other = take(ledger, **elsewhere(5))
    claimed = ledger.claim("one", 60), ledger.claim("two", 60), ledger.claim("three", 60)
    assert [job and job.id for job in claimed] == [first, other, None]
    clock.on(seconds=60)  # its owner died: the first comes again, not the second
    again = ledger.claim("two", 60)
    assert again is not None
    assert again.id == first
    end(ledger, first, "failed")
    following = ledger.claim("two", 60)
    assert following is not None
    assert following.id == second


@pytest.mark.parametrize("name", ["team", "channel", "thread"])
def test_another_thread_waits_for_nobody(ledger: Ledger, name: str) -> None:
    take(ledger)
    take(ledger, **{name: "another"})
    assert ledger.claim("one", 60)
    assert ledger.claim("one", 60)


def test_windows_wait_for_nobody_and_keep_nobody_waiting(ledger: Ledger) -> None:
    window = take(ledger, place="modal")
    first = take(ledger)
    another = take(ledger, place="modal")
    assert [job and job.id for job in (ledger.claim("one", 60) for _ in range(4))] == [
        window, first, another, None,
    ]  # fmt: skip


def test_a_later_number_that_is_worked_on_keeps_an_earlier_one_waiting(
    ledger: Ledger, path: Path
) -> None:
    """As where a database shows the later of two that were written at once first."""
    early, late = take(ledger), take(ledger)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE minutes_slack_job SET state = 'hidden' WHERE id = ?", (early,))
    job = ledger.claim("one", 60)
    assert job is not None
    assert job.id == late
    with sqlite3.connect(path) as database:
        database.execute("UPDATE minutes_slack_job SET state = NULL WHERE id = ?", (early,))
    assert ledger.claim("two", 60) is None
    end(ledger, late, "answered")
    job = ledger.claim("two", 60)
    assert job is not None
    assert job.id == early
    database.close()


class Model(RuleBasedStateMachine):
    """The ledger beside a simple model of it; thread 3 stands for windows."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.ledger = Ledger(url_of(Path(self.folder.name) / "ledger"), 30, self.clock)
        self.jobs: list[dict[str, Any]] = []
        self.keys: set[str] = set()

    def teardown(self) -> None:
        self.ledger.dispose()
        self.folder.cleanup()

    def next_one(self) -> dict[str, Any] | None:
        """The job that is to be claimed now."""
        for place, job in enumerate(self.jobs):
            before = [j for j in self.jobs[:place] if j["thread"] == job["thread"] != 3]
            if (
                job["open"]
                and job["until"] <= self.clock.now
                and not any(j["open"] for j in before)
            ):
                return job
        return None

    def held(self, owner: str) -> list[dict[str, Any]]:
        return [job for job in self.jobs if job["owner"] == owner and job["open"]]

    @rule(thread=st.integers(0, 3), keys=st.lists(st.sampled_from("abcdefgh"), max_size=2))
    def take(self, thread: int, keys: list[str]) -> None:
        place: Where = "modal" if thread == 3 else "channel"
        name = self.ledger.take(keys, replace(ASKED, thread=str(thread), place=place))
        assert (name is None) == bool(self.keys & set(keys))
        if name is not None:
            self.keys |= set(keys)
            fresh = {"owner": None, "until": NOON, "attempts": 0, "open": True}
            self.jobs.append({"name": name, "thread": thread, **fresh})

    @rule(owner=st.sampled_from("xyz"))
    def claim(self, owner: str) -> None:
        wanted = self.next_one()
        job = self.ledger.claim(owner, 30)
        assert (job and job.id) == (wanted and wanted["name"])
        if job is not None and wanted is not None:
            until = self.clock.now + timedelta(seconds=30)
            wanted |= {"owner": owner, "until": until, "attempts": wanted["attempts"] + 1}
            assert job.attempts == wanted["attempts"]

    @precondition(lambda self: self.jobs)
    @rule(data=st.data(), state=st.sampled_from(get_args(State)))
    def close(self, data: st.DataObject, state: State) -> None:
        job = data.draw(st.sampled_from(self.jobs))
        assert end(self.ledger, job["name"], state) == job["open"]
        job |= {"open": False, "state": job.get("state", state)}
        done = self.ledger.done(job["name"])
        assert done is not None
        assert done.state == job["state"]

    @rule(owner=st.sampled_from("xyz"))
    def release(self, owner: str) -> None:
        held = self.held(owner)
        assert self.ledger.release(owner) == len(held)
        for job in held:
            job |= {"owner": None, "until": NOON}

    @rule(owner=st.sampled_from("xyz"))
    def extend(self, owner: str) -> None:
        self.ledger.extend(owner, 30)
        for job in self.held(owner):
            job["until"] = self.clock.now + timedelta(seconds=30)

    @rule(seconds=st.integers(1, 40))
    def wait(self, seconds: int) -> None:
        self.clock.on(seconds=seconds)

    @invariant()
    def counted(self) -> None:
        assert self.ledger.waiting() == sum(job["open"] for job in self.jobs)


test_whatever_happens_it_is_as_a_simple_model_says = Model.TestCase
test_whatever_happens_it_is_as_a_simple_model_says.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)


# Threads


def test_who_takes_part_in_a_thread(ledger: Ledger) -> None:
    where = "T1", "C1", "1.0"
    assert ledger.joined(*where) is None
    ledger.said(*where, "U9")
    assert ledger.joined(*where) is None  # it is none of the bot's
    take(ledger)
    assert ledger.joined(*where) == Thread("U1")
    ledger.said(*where, None)
    assert ledger.joined(*where) == Thread(None)
    ledger.said(*where, "U2")
    assert ledger.joined(*where) == Thread("U2")
    take(ledger, user="U3")
    assert ledger.joined(*where) == Thread("U3")
    assert ledger.joined("T2", "C1", "1.0") is None
    assert ledger.joined("T1", "C2", "1.0") is None


def test_a_window_joins_no_thread(ledger: Ledger) -> None:
    ended(ledger, place="modal", exchanged="{}")
    assert ledger.joined("T1", "C1", "1.0") is None
    assert ledger.exchanges("T1", "C1", "1.0") == []
    take(ledger, user="U2")
    assert ledger.joined("T1", "C1", "1.0") == Thread("U2")


def test_the_exchanges_of_a_thread(ledger: Ledger) -> None:
    ids = [ended(ledger, exchanged=f"{number}") for number in range(5)]
    ended(ledger, "failed")  # no exchange
    ended(ledger, exchanged="other", thread="2.0")
    take(ledger)
    assert [done.id for done in ledger.exchanges("T1", "C1", "1.0")] == ids
    assert [d.exchanged for d in ledger.exchanges("T1", "C1", "1.0", limit=2)] == ["3", "4"]


# People


def test_what_somebody_asked(ledger: Ledger) -> None:
    ids = [ended(ledger, state, **elsewhere(0)) for state in get_args(State)]
    ended(ledger, kind="claim")
    ended(ledger, user="U2")
    ended(ledger, team="T2")
    take(ledger, **elsewhere(1))
    assert [done.id for done in ledger.recent("T1", "U1", 9)] == ids[::-1]
    assert [done.id for done in ledger.recent("T1", "U1", 2)] == ids[:1:-1]


def test_what_is_asked_most(ledger: Ledger, clock: Clock) -> None:
    def asked(text: str, user: str, **rest: Any) -> str:
        clock.on(minutes=1)
        return ended(ledger, text=text, user=user, **rest)

    asked("予算はいくらですか", "U1", documents=frozenset({"a"}))
    asked("予算は いくらですか？", "U2", documents=frozenset({"a"}))
    last = asked("予算はいくらですか？？", "U3", documents=frozenset({"b", "c"}))
    asked("When does it open?", "U1")
    opens = asked("when does it open", "U2", documents=frozenset({"d"}))
    asked("一人だけ", "U1")
    asked("一人だけ", "U1")
    for rest in (
        {"place": "group"}, {"place": "im"}, {"external": True}, {"team": "T2"}, {"kind": "claim"},
        {"state": "not_found"}, {"state": "failed"},
    ):  # fmt: skip
        asked("一人だけ", "U2", **rest)
        asked("秘密", "U2", **rest)
        asked("秘密", "U1", **rest)
    for user in ("U1", "U2"):
        asked("？", user)
    popular = [
        Popular(last, "予算はいくらですか？？", 3, frozenset({"b", "c"})),
        Popular(opens, "when does it open", 2, frozenset({"d"})),
    ]
    assert ledger.most_asked("T1", 9, NOON) == popular
    assert ledger.most_asked("T1", 1, NOON) == popular[:1]
    late = NOON + timedelta(minutes=3)
    assert [p.askers for p in ledger.most_asked("T1", 9, late)] == [2]
    assert ledger.most_asked("T3", 9, NOON) == []


# What is kept


def test_forgetting(ledger: Ledger, clock: Clock, path: Path) -> None:
    gone = ended(ledger, text="UNIQUEWORDS", **elsewhere(1))
    waiting = take(ledger, **elsewhere(2))
    assert ledger.take(["Ev1"], replace(ASKED, thread="3.0")) is not None
    clock.on(hours=2)
    kept = ended(ledger, **elsewhere(4))
    ledger.said("T1", "C1", "3.0", None)
    assert ledger.forget(clock.now) == 1
    assert ledger.done(gone) is None
    assert ledger.done(kept) is not None
    assert ledger.joined("T1", "C1", "1.5") is None
    assert ledger.joined("T1", "C1", "3.0") is not None
    assert ledger.take(["Ev1"], ASKED) is None  # a day has not gone
    job = ledger.claim("one", 60)
    assert job is not None
    assert job.id == waiting  # what did not end is kept
    for file in path.parent.iterdir():
        assert b"UNIQUEWORDS" not in file.read_bytes(), file.name
    clock.on(days=1)
    ledger.forget(clock.now)
    assert ledger.take(["Ev1"], ASKED) is not None


def test_what_is_old_is_forgotten_by_itself(path: Path, clock: Clock) -> None:
    with Ledger(url_of(path), 30, clock) as ledger:
        first = ended(ledger, **elsewhere(1))
        clock.on(days=30, minutes=1)
        second = ended(ledger, **elsewhere(2))  # an hour has gone since the last look
        assert ledger.done(first) is None
        clock.on(days=31)
    with Ledger(url_of(path), 0, clock) as ledger:
        assert ledger.done(second) is not None
    with Ledger(url_of(path), 30, clock) as ledger:
        assert ledger.done(second) is None


def test_the_file_is_as_documented(ledger: Ledger, path: Path) -> None:
    ended(ledger, documents=frozenset({"第2回.txt", "b\udce3"}))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with ledger._database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1
        for used, query in (
            ("ix_minutes_slack_job_state", "state IS NULL"),
            ("ix_minutes_slack_job_thread", "team = 'T' AND channel = 'C' AND thread = '1'"),
            ("ix_minutes_slack_job_user", "team = 'T' AND user = 'U'"),
        ):
            sql = f"EXPLAIN QUERY PLAN SELECT * FROM minutes_slack_job WHERE {query}"
            assert used in str(connection.exec_driver_sql(sql).fetchall())


def test_a_newer_ledger_is_refused(path: Path) -> None:
    Ledger(url_of(path), 30).dispose()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE minutes_slack_schema SET version = 99")
    connection.commit()
    connection.close()
    with pytest.raises(LedgerError, match=r"newer version wrote this ledger.*; mend: ") as caught:
        Ledger(url_of(path), 30)
    assert isinstance(caught.value, AssistantError)


def test_log_and_ledger_may_share_a_database(path: Path, clock: Clock) -> None:
    from assistant.log import AnswerLog

    with AnswerLog(url_of(path), 30, clock) as log, Ledger(url_of(path), 30, clock) as ledger:
        name = ended(ledger)
        assert log.entries(9) == []
        assert ledger.done(name) is not None


@pytest.mark.parametrize("name", ["postgresql", "mysql"])
def test_the_tables_can_be_made_elsewhere(name: str) -> None:
    from sqlalchemy import create_mock_engine

    from assistant.slack.ledger.tables import SCHEMA

    made: list[str] = []
    engine: Any = create_mock_engine(
        f"{name}://", lambda sql, *_: made.append(str(sql.compile(dialect=engine.dialect)))
    )
    SCHEMA.metadata.create_all(engine, checkfirst=False)
    assert sum("CREATE TABLE" in sql for sql in made) == 4


# Several threads and processes at once


def test_threads_of_a_process_claim_each_job_once(ledger: Ledger) -> None:
    claimed: list[str] = []
    failed: list[Exception] = []
    for number in range(60):
        take(ledger, **elsewhere(number % 20))

    def work(name: str) -> None:
        try:
            while ledger.waiting():
                job = ledger.claim(name, 600)
                if job is not None:
                    claimed.append(job.id)
                    ledger.close(job.id, job.attempts, "answered")
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert Counter(claimed) == Counter(dict.fromkeys(claimed, 1))
    assert len(claimed) == 60


WORKER = """
import os, signal, sys, time
from dataclasses import replace
from assistant.slack.ledger import Asked, Ledger
url, name, task = sys.argv[1:]
asked = Asked("question", "?", "T1", None, "U1", None, "C1", "1.0", "1.0", "channel", False)
with Ledger(url, 30) as ledger:
    print("ready", flush=True)
    sys.stdin.readline()  # all begin together
    if task == "take":
        for n in range(40):
            id = ledger.take([f"Ev{n}"], replace(asked, thread=str(n % 8), text=str(n)))
            print(id, flush=True)
    elif task == "work":
        while ledger.waiting():
            job = ledger.claim(name, 600)
            if job is None:
                time.sleep(0.002)
                continue
            # Written at once: the end is told only after it.
            print("began", job.asked.thread, job.asked.text, time.monotonic_ns(), flush=True)
            time.sleep(0.002)
            print("ended", job.asked.thread, job.asked.text, time.monotonic_ns(), flush=True)
            assert ledger.close(job.id, job.attempts, "answered")
    elif task == "die":
        job = ledger.claim(name, 1.0)
        ledger.posting(job.id, job.attempts)
        print(job.id, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
"""


def workers(path: Path, task: str, count: int) -> list[str]:
    """What processes print that do a task at the same time."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, url_of(path), f"worker{number}", task],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        )
        for number in range(count)
    ]  # fmt: skip
    for worker in running:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in running:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()
    printed = []
    for worker in running:
        output, errors = worker.communicate(timeout=120)
        assert worker.returncode == (-9 if task == "die" else 0), errors
        printed += output.splitlines()
    return printed


def test_processes_take_each_event_once_and_answer_each_thread_in_order(path: Path) -> None:
    # None of them finds a file: all of them make it and its tables.
    taken = [line for line in workers(path, "take", 4) if line != "None"]
    assert len(set(taken)) == len(taken) == 40
    lines = [line.split() for line in workers(path, "work", 4)]
    begun = Counter(text for what, _, text, _ in lines if what == "began")
    assert begun == Counter({str(n): 1 for n in range(40)})
    # Clocks of one machine agree, so the times of several processes can be compared.
    for thread in range(8):
        told = sorted((int(at), what, text) for what, of, text, at in lines if of == str(thread))
        assert [what for _, what, _ in told] == ["began", "ended"] * 5
        # Who takes first is not settled; whoever comes is answered before the next begins.
        assert [text for _, _, text in told[::2]] == [text for _, _, text in told[1::2]]
    with Ledger(url_of(path), 30) as ledger:
        assert ledger.waiting() == 0
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("SELECT max(attempts) FROM minutes_slack_job").fetchone() == (1,)
    connection.close()


def test_the_job_of_a_killed_process_is_claimed_again(path: Path) -> None:
    with Ledger(url_of(path), 30) as ledger:
        name = take(ledger)
        assert workers(path, "die", 1) == [name]
        until = time.monotonic() + 20
        while (job := ledger.claim("another", 60)) is None and time.monotonic() < until:
            time.sleep(0.05)
        assert job is not None
        assert (job.id, job.attempts, job.posting, job.message) == (name, 2, True, None)
        assert end(ledger, name, "answered")
