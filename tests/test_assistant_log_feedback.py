"""What people think of answers: kept with the log, shown, and made into questions to be measured."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from assistant import cli_log
from assistant.config import Settings
from assistant.engine import Engine
from assistant.evaluation.questions import load_questions
from assistant.evaluation.running import run_questions
from assistant.evaluation.voting import UNSETTLED, voted_rows
from assistant.log import AnswerLog, Entry, Feedback, LoggedCitation, Opinion, Vote
from assistant.log.entry import entry_json
from assistant.recording import entry_of, failed_entry
from assistant.types import Answer, NotFound
from index_store.index import Index, IndexSettings

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
TODAY = datetime.now(UTC).replace(microsecond=0)
"""For what the command shows: it forgets what is old."""
QUOTE = "試行した4月の平日夜間の来館者は延べ312人である。"
CITED = (LoggedCitation(QUOTE, "図書館長", "first.txt"),)
ENTRY = Entry(
    "entry", NOON, "slack", "夜間の来館者は何人でしたか？", None, "answered", None, "延べ312人です [1]。", "ja",
    citations=CITED,
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "log.sqlite3"


@pytest.fixture
def log(path: Path) -> Iterator[AnswerLog]:
    with AnswerLog(f"sqlite:///{path}", None, lambda: NOON) as opened:
        yield opened


def feedback(log: AnswerLog, name: str = "entry") -> tuple[Feedback, ...]:
    entry = log.entry(name)
    assert entry is not None
    assert log.entries(99)[[e.id for e in log.entries(99)].index(name)] == entry
    return entry.feedback


# Votes


def test_the_last_vote_counts(log: AnswerLog) -> None:
    log.add(ENTRY)
    assert feedback(log) == ()
    assert log.vote("entry", "U1", "up")
    assert feedback(log) == (Feedback("U1", "up", None, needs_person=False, at=NOON),)
    later = NOON + timedelta(minutes=1)
    assert log.vote("entry", "U1", "down", "年が違う", at=later)
    assert log.vote("entry", "U2", "up")
    assert feedback(log) == (
        Feedback("U1", "down", "年が違う", needs_person=False, at=later),
        Feedback("U2", "up", None, needs_person=False, at=NOON),
    )
    assert log.vote("entry", "U1", None)
    assert feedback(log)[0] == Feedback("U1", None, None, needs_person=False, at=NOON)


def test_a_reason_stays_with_its_vote(log: AnswerLog) -> None:
    log.add(ENTRY)

    def reason() -> str | None:
        return feedback(log)[0].reason

    log.vote("entry", "U1", "down", "年が違う")
    log.vote("entry", "U1", "down")
    assert reason() == "年が違う"
    log.vote("entry", "U1", "down", "人も違う")
    assert reason() == "人も違う"
    log.vote("entry", "U1", "up")
    assert reason() is None
    log.vote("entry", "U1", "down")
    assert reason() is None


def test_asking_for_a_person_leaves_the_vote(log: AnswerLog) -> None:
    log.add(ENTRY)
    assert log.needs_person("entry", "U1")
    assert feedback(log) == (Feedback("U1", None, None, needs_person=True, at=NOON),)
    log.vote("entry", "U1", "down", "足りない")
    log.needs_person("entry", "U1")
    assert feedback(log) == (Feedback("U1", "down", "足りない", needs_person=True, at=NOON),)


def test_an_answer_that_is_not_logged(log: AnswerLog) -> None:
    assert not log.vote("nothing", "U1", "up")
    assert not log.needs_person("nothing", "U1")


def test_entries_by_what_people_think(log: AnswerLog) -> None:
    votes: dict[str, Vote | None] = {"a": "up", "b": "down", "c": None, "d": None, "e": None}
    for number, (name, vote) in enumerate(votes.items()):
        log.add(replace(ENTRY, id=name, asked=NOON + timedelta(minutes=number)))
        if name != "e":
            log.vote(name, "U1", "up")
            log.vote(name, "U1", vote)
    log.needs_person("d", "U1")
    log.vote("b", "U2", "up")

    def ids(opinion: Opinion | None, **rest: Any) -> str:
        return "".join(entry.id for entry in log.entries(None, feedback=opinion, **rest))

    assert ids(None) == "edcba"
    assert ids("up") == "ba"
    assert ids("down") == "b"
    assert ids("person") == "d"
    assert ids("any") == "dba"
    assert ids("any", until=NOON + timedelta(minutes=1)) == "a"
    assert len(log.entries(2, feedback="any")) == 2


def test_feedback_of_many_entries(log: AnswerLog) -> None:
    for number in range(1100):
        log.add(replace(ENTRY, id=f"e{number}"))
        if number % 100 == 0:
            log.vote(f"e{number}", "U1", "up")
    entries = log.entries(None)
    assert len(entries) == 1100
    assert sum(bool(entry.feedback) for entry in entries) == 11


def test_feedback_is_forgotten_with_its_entry(log: AnswerLog, path: Path) -> None:
    log.add(ENTRY)
    log.add(replace(ENTRY, id="later", asked=NOON + timedelta(days=2)))
    for name in ("entry", "later"):
        log.vote(name, "U0UNIQUE1", "down", "UNIQUEREASON" if name == "entry" else None)
    log.vote("entry", "U0UNIQUE2", "up")
    assert log.forget(NOON + timedelta(days=1)) == 1
    assert [f.user for f in feedback(log, "later")] == ["U0UNIQUE1"]
    for file in path.parent.iterdir():
        held = file.read_bytes()
        assert b"U0UNIQUE2" not in held, file.name
        assert b"UNIQUEREASON" not in held, file.name


def test_many_vote_at_once(log: AnswerLog) -> None:
    log.add(ENTRY)
    failed: list[Exception] = []

    def work(user: str) -> None:
        try:
            for vote in ("up", "down", None, "up") * 5:
                log.vote("entry", user, vote)  # type: ignore[arg-type]
                log.needs_person("entry", "all")
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(f"U{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    given = {one.user: one for one in feedback(log)}
    assert len(given) == len(feedback(log)) == 7
    assert all(given[f"U{n}"].vote == "up" for n in range(6))


FIRST_VERSION = """
CREATE TABLE minutes_log_schema (id INTEGER NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (id));
INSERT INTO minutes_log_schema VALUES (1, 1);
CREATE TABLE minutes_log (
    number INTEGER NOT NULL, id VARCHAR(64) NOT NULL, asked DATETIME NOT NULL,
    surface VARCHAR(32) NOT NULL, question TEXT NOT NULL, understood TEXT,
    status VARCHAR(32) NOT NULL, reason TEXT, answer TEXT NOT NULL, language VARCHAR(16) NOT NULL,
    model VARCHAR(255), fallback TEXT, passages JSON NOT NULL, claims JSON NOT NULL,
    seconds JSON NOT NULL, tokens JSON NOT NULL, masked JSON NOT NULL, conversation VARCHAR(255),
    PRIMARY KEY (number), UNIQUE (id)
);
CREATE INDEX ix_minutes_log_asked ON minutes_log (asked);
INSERT INTO minutes_log VALUES (1, 'old', '2026-05-20 12:00:00.000000', 'cli', '?', NULL,
    'answered', NULL, 'a', 'ja', NULL, NULL, '[]', '[]', '{}', '{}', '{}', NULL);
"""


@pytest.fixture
def first_version(path: Path) -> Path:
    """A log as the first version of this program left it."""
    path.parent.mkdir()
    with sqlite3.connect(path) as database:
        database.executescript(FIRST_VERSION)
    database.close()
    return path


def test_an_older_log_is_brought_up_to_date(first_version: Path) -> None:
    with AnswerLog(f"sqlite:///{first_version}", None) as log:
        old = log.entry("old")
        assert old == Entry("old", NOON, "cli", "?", None, "answered", None, "a", "ja")
        log.add(ENTRY)
        log.vote("old", "U1", "up")
        assert [entry.citations for entry in log.entries(9)] == [CITED, ()]
    with AnswerLog(f"sqlite:///{first_version}", None) as log:
        assert len(log.entries(9, feedback="up")) == 1
    database = sqlite3.connect(first_version)
    assert database.execute("SELECT version FROM minutes_log_schema").fetchall() == [(2,)]
    database.close()


def test_processes_bring_a_log_up_to_date_at_once(first_version: Path) -> None:
    code = (
        "import sys; from assistant.log import AnswerLog; sys.stdin.readline()\n"
        "with AnswerLog(sys.argv[1], None) as log: log.vote('old', sys.argv[2], 'up')"
    )
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", code, f"sqlite:///{first_version}", f"U{number}"],
            stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=Path(__file__).resolve().parents[1],
        )
        for number in range(4)
    ]  # fmt: skip
    for worker in workers:
        _, errors = worker.communicate("\n", timeout=60)
        assert worker.returncode == 0, errors
    with AnswerLog(f"sqlite:///{first_version}", None) as log:
        assert {given.user for given in feedback(log, "old")} == {"U0", "U1", "U2", "U3"}


# What is recorded


def test_an_outcome_is_logged_with_what_it_cites(filled: Index) -> None:
    engine = Engine.from_index(filled)
    outcome = engine.ask(ENTRY.question)
    assert isinstance(outcome, Answer)
    entry = entry_of(outcome, [], "slack", id="given", conversation="C1:1.0")
    assert (entry.id, entry.conversation) == ("given", "C1:1.0")
    assert [(c.quote, c.speaker, c.document) for c in entry.citations] == [
        (c.quote, c.place.speaker, c.place.document) for c in outcome.citations
    ]
    missing = engine.ask("佐藤委員は開館時間をどう考えていますか")
    assert isinstance(missing, NotFound)
    assert entry_of(missing, [], "slack").citations == ()


@pytest.mark.parametrize("status", ["failed", "not_allowed"])
def test_a_question_without_an_outcome(log: AnswerLog, status: Any) -> None:
    question = "090-1234-5678 に電話しても？"
    entry = failed_entry(
        question, "ja", "given", "slack", "C1:1.0", status=status, reason="channel"
    )
    log.add(entry)
    assert log.entry("given") == entry
    assert log.entries(9, status=status) == [entry]
    assert (entry.status, entry.reason, entry.answer) == (status, "channel", "")
    assert "090" not in entry.question
    assert entry.masked == {"telephone": 1}
    assert failed_entry("運賃は？", "ja", "x", "slack", None).question == "運賃は？"


# The question set


def voted(*votes: tuple[str, Vote | None, str | None, bool], **changes: Any) -> Entry:
    given = tuple(Feedback(user, vote, why, person, NOON) for user, vote, why, person in votes)
    return replace(ENTRY, feedback=given, **changes)


UP = ("U1", "up", None, False)
DOWN = ("U2", "down", "年が\n違う", False)
PERSON = ("U3", None, None, True)
TAKEN_BACK = ("U4", None, None, False)


def row_of(entry: Entry) -> dict[str, Any]:
    (one,) = voted_rows([entry])
    assert one.settled == (one.row["evidence"] != [UNSETTLED])
    return one.row


def test_an_answer_that_was_voted_for_must_stay() -> None:
    row = row_of(voted(UP, TAKEN_BACK, understood="第1回で、夜間の来館者は何人でしたか？"))
    assert row == {
        "id": "log-entry",
        "kind": "voted up",
        "question": "第1回で、夜間の来館者は何人でしたか？",
        "answerable": True,
        "speakers": ["図書館長"],
        "evidence": [QUOTE],
        "check": row["check"],
    }
    assert str(row["check"]).startswith("voted up: ")


def test_words_of_a_plan_are_nobodys() -> None:
    plan = LoggedCitation("450万円", None, "plan.md")
    assert row_of(voted(UP, citations=(*CITED, plan, plan)))["speakers"] == []
    assert row_of(voted(UP, citations=(*CITED, plan, plan)))["evidence"] == [QUOTE, "450万円"]


def test_a_refusal_that_was_voted_for_must_stay() -> None:
    row = row_of(voted(UP, status="not_found", reason="topic", citations=()))
    assert (row["answerable"], row["evidence"]) == (False, [])


@pytest.mark.parametrize(
    ("entry", "kind", "told"),
    [
        (voted(DOWN), "voted down", "voted down (年が 違う); it was answered with 「試行した"),
        (voted(UP, DOWN, PERSON), "voted down", "voted down (年が 違う)"),
        (voted(UP, PERSON), "for a person", "for a person; it was answered"),
        (voted(DOWN, status="not_found", reason="fact", citations=()), "voted down", "it was not found (fact): put"),
        (voted(PERSON, status="failed", citations=()), "for a person", "it was failed: put"),
        (voted(UP, citations=()), "voted up", "voted up; it was answered: put"),  # logged before
        (voted(UP, status="failed", citations=()), "voted up", "it was failed"),
    ],
)  # fmt: skip
def test_what_must_be_settled_is_met_by_no_answer(entry: Entry, kind: str, told: str) -> None:
    row = row_of(entry)
    assert (row["kind"], row["answerable"], row["evidence"]) == (kind, True, [UNSETTLED])
    assert told in str(row["check"])
    assert "'answerable' to false" in str(row["check"])


def test_personal_data_that_was_masked_is_no_evidence() -> None:
    cited = LoggedCitation("電話は[[TELEPHONE-1]]で、平日の9時から受け付ける。", "係長", "a.txt")
    row = row_of(voted(UP, citations=(cited,), masked={"telephone": 1}))
    assert row["evidence"] == ["で、平日の9時から受け付ける。"]
    bare = LoggedCitation("[[TELEPHONE-1]]。", "係長", "a.txt")
    assert row_of(voted(UP, citations=(bare,), masked={"telephone": 1}))["evidence"] == [UNSETTLED]
    assert row_of(voted(UP, citations=(cited,)))["evidence"] == [cited.quote]


def test_of_a_question_the_newest_counts() -> None:
    same = "夜間の 来館者は何人でしたか?"
    entries = [voted(UP, id="new", question=same), voted(DOWN), voted(DOWN, id="c", question="他")]
    assert [one.row["id"] for one in voted_rows(entries)] == ["log-new", "log-c"]
    assert voted_rows([ENTRY, voted(TAKEN_BACK), voted(UP, question=" ")]) == []


# The command

Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs ``minutes log`` on a log in a folder of this test."""
    monkeypatch.setenv("MINUTES_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("COLUMNS", "88")
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    cli_log.register(app)
    app.command()(lambda: None)  # so that log is a command of several, as in minutes

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(app, ["log", *map(str, arguments)])

    return run


@pytest.fixture
def kept(log: AnswerLog) -> AnswerLog:
    """A log in which a is voted up, b down with a reason, c handed to a person, d left alone."""
    for number, name in enumerate("dcba"):
        question = f"{ENTRY.question}{name}"
        log.add(replace(ENTRY, id=name, asked=TODAY + timedelta(seconds=number), question=question))
    log.vote("a", "U1", "up", at=TODAY)
    log.vote("b", "U2", "down", "年が違う\x1b[2J\u202e", TODAY)
    log.needs_person("c", "U3", TODAY)
    return log


@pytest.mark.parametrize(
    ("opinion", "ids"),
    [("up", "a"), ("down", "b"), ("person", "c"), ("any", "abc"), (None, "abcd")],
)
def test_what_is_listed(command: Command, kept: AnswerLog, opinion: str | None, ids: str) -> None:
    arguments = ["--feedback", opinion] if opinion else []
    listed = json.loads(command(*arguments, "--json").stdout)
    assert "".join(entry["id"] for entry in listed["entries"]) == ids
    assert listed["entries"] == [entry_json(kept.entry(name)) for name in ids]  # type: ignore[arg-type]


def test_votes_and_reasons_are_shown(command: Command, kept: AnswerLog) -> None:
    local = TODAY.astimezone().strftime("%Y-%m-%d %H:%M")
    shown = command("--feedback", "any").stdout
    for line in (f"  V  up  U1  {local}", f"  V  down  U2  {local}  年が違う[2J", "  V  asks for a person  U3"):  # fmt: skip
        assert line in shown
    kept.needs_person("b", "U2", TODAY)
    kept.vote("b", "U1", "up")
    kept.vote("b", "U1", None, at=TODAY)
    whole = command("b").stdout
    assert f" 1  down, asks for a person  U2  {local}  年が違う" in whole
    assert f" 2  taken back  U1  {local}" in whole
    assert f"「{QUOTE}」  図書館長  first.txt" in whole.replace("\n", " ").replace("       ", " ")
    for text in (shown, whole):
        assert not {c for c in text.replace("\n", "") if unicodedata.category(c) in ("Cc", "Cf")}


def test_the_json_is_as_documented(command: Command, kept: AnswerLog) -> None:
    shown = json.loads(command("b", "--json").stdout)
    assert shown["citations"] == [{"quote": QUOTE, "speaker": "図書館長", "document": "first.txt"}]
    (given,) = shown["feedback"]
    assert set(given) == {"user", "vote", "reason", "needs_person", "at"}
    assert datetime.fromisoformat(given["at"]) == TODAY
    documented = (Path(__file__).parents[1] / "docs" / "json.md").read_text(encoding="utf-8")
    section = documented.split("## `minutes log --json`")[1].split("\n## ")[0]
    for name in (*shown, *given, *shown["citations"][0], "exported", "to_settle", "deleted"):
        assert f'"{name}"' in section, name


def test_exporting(command: Command, kept: AnswerLog, tmp_path: Path) -> None:
    out = tmp_path / "set.jsonl"
    done = command("--export", out)
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    assert (
        done.stderr
        == f"minutes: 3 questions in {out}; 2 to be settled first, see 'check' in each\n"
    )
    assert "夜間" in out.read_text(encoding="utf-8")
    questions = load_questions(out)
    assert [(q.id, q.kind) for q in questions] == [
        ("log-a", "voted up"), ("log-b", "voted down"), ("log-c", "for a person"),
    ]  # fmt: skip


def test_an_export_is_not_written_over(command: Command, kept: AnswerLog, tmp_path: Path) -> None:
    out = tmp_path / "set.jsonl"
    out.write_text("edited")
    refused = command("--export", out)
    assert refused.exit_code == 1
    assert "is there already; mend: " in refused.stderr
    assert out.read_text() == "edited"
    assert command("--export", out, "--yes", "--feedback", "up").exit_code == 0
    assert [question.id for question in load_questions(out)] == ["log-a"]
    done = command("--export", out, "--yes", "--limit", 2, "--json")
    assert json.loads(done.stdout) == {"exported": 2, "to_settle": 1}


def test_what_cannot_be_exported(command: Command, kept: AnswerLog, tmp_path: Path) -> None:
    out = tmp_path / "set.jsonl"
    for other in (["a"], ["--forget", "30d"]):
        refused = command("--export", out, *other)
        assert refused.exit_code == 2
        assert "mend: " in refused.stderr
    nothing = command("--export", out, "--containing", "nobody asked this")
    assert nothing.exit_code == 0
    assert "nothing was written" in nothing.stderr
    assert not out.exists()
    assert command("--export", tmp_path / "no" / "folder").exit_code == 1
    assert len(kept.entries(9)) == 4


def test_what_is_exported_is_measured(
    filled: Index, command: Command, log: AnswerLog, tmp_path: Path, cache: Path
) -> None:
    engine = Engine.from_index(filled)
    asked: dict[str, tuple[str, Vote]] = {
        "right": ("夜間の来館者は何人でしたか", "up"),
        "wrong": ("電子図書の貸出しはいつから始まりますか", "down"),
        "refused": ("佐藤委員は開館時間をどう考えていますか", "up"),
        "missed": ("火星への移住について教えてください", "down"),
    }
    for name, (question, vote) in asked.items():
        log.add(entry_of(engine.ask(question), [], "slack", id=name))
        log.vote(name, "U1", vote)
    out = tmp_path / "set.jsonl"
    assert command("--export", out).exit_code == 0
    settings = Settings(data=tmp_path / "data", cache=cache)
    run = run_questions(out, load_questions(out), filled, settings)
    assert isinstance(filled.settings, IndexSettings)
    correct = {one.question.removeprefix("log-"): one.correct for one in run.answers}
    assert correct == {"right": True, "wrong": False, "refused": True, "missed": False}
