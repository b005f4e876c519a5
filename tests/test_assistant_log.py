"""The log of questions: what is kept, for how long, by whom at once, and how it is shown."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
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
from assistant.errors import AssistantError
from assistant.log import (
    AnswerLog,
    Entry,
    LogError,
    LoggedCitation,
    LoggedClaim,
    LoggedPassage,
    log_of,
    new_id,
)
from assistant.log.entry import entry_json
from ingest.text import display_width

NOON = datetime(2026, 5, 20, 12, 0, 0, 250_000, tzinfo=UTC)
ENTRY = Entry(
    id="k3m9x2abcd",
    asked=NOON,
    surface="slack",
    question="夜間の来館者は何人でしたか？",
    understood="第1回で、夜間の来館者は何人でしたか？",
    status="answered",
    reason=None,
    answer="延べ312人です [1]。",
    language="ja",
    model="small-model",
    fallback=None,
    passages=(LoggedPassage("first.txt#t3.0@v1", 0.8123, "first.txt", "図書館長"),),
    claims=(
        LoggedClaim("延べ312人です。", "supported", None, 1),
        LoggedClaim("増えています。", "unsupported", "no passage says so", None),
    ),
    seconds={"search": 0.25, "answer": 1.0, "total": 1.25},
    tokens={"prompt": 1200, "completion": 80},
    masked={"telephone": 1},
    conversation="C1:1.2",
    citations=(
        LoggedCitation("試行した4月の平日夜間の来館者は延べ312人である。", "図書館長", "first.txt"),
    ),
)


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "log.sqlite3"


@pytest.fixture
def opened(path: Path) -> Iterator[AnswerLog]:
    with AnswerLog(url_of(path), keep_days=None) as log:
        yield log


def at(number: int, **changes: object) -> Entry:
    """An entry, so many minutes after noon."""
    asked = NOON + timedelta(minutes=number)
    return replace(ENTRY, id=f"entry{number:05}", asked=asked, **changes)  # type: ignore[arg-type]


def test_an_entry_comes_back_as_it_was(opened: AnswerLog) -> None:
    opened.add(ENTRY)
    assert opened.entry(ENTRY.id) == ENTRY
    assert opened.entries(5) == [ENTRY]
    assert opened.entry("another") is None


def test_an_entry_with_nothing_optional(opened: AnswerLog) -> None:
    bare = Entry("a", NOON, "cli", "?", None, "not_found", "topic", "見つかりません。", "ja")
    opened.add(bare)
    assert opened.entry("a") == bare


def test_a_time_of_another_zone_is_the_same_time(opened: AnswerLog) -> None:
    from zoneinfo import ZoneInfo

    opened.add(replace(ENTRY, asked=NOON.astimezone(ZoneInfo("Asia/Tokyo"))))
    kept = opened.entry(ENTRY.id)
    assert kept is not None
    assert kept.asked == NOON
    assert kept.asked.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_cannot_be() -> None:
    with pytest.raises(ValueError, match="time zone"):
        replace(ENTRY, asked=NOON.replace(tzinfo=None))


def test_references_are_short_and_differ() -> None:
    made = {new_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(
        len(name) == 10 and name.isalnum() and name.islower() | name.isdigit() for name in made
    )


def test_the_newest_come_first(opened: AnswerLog) -> None:
    for number in (2, 0, 3, 1):
        opened.add(at(number))
    assert [entry.id[-1] for entry in opened.entries(3)] == ["3", "2", "1"]


def test_entries_of_one_moment_come_in_the_order_they_were_added(opened: AnswerLog) -> None:
    for name in "abc":
        opened.add(replace(ENTRY, id=name))
    assert [entry.id for entry in opened.entries(3)] == ["c", "b", "a"]


def test_entries_are_narrowed(opened: AnswerLog) -> None:
    opened.add(at(0, question="バスの運賃は？", understood=None))
    opened.add(at(1, question="100%になるのは？", understood=None, status="failed"))
    opened.add(at(2, answer="Nobody SAID so.", status="not_found"))

    def ids(**wanted: object) -> list[str]:
        found = opened.entries(10, **wanted)  # type: ignore[arg-type]
        return [entry.id[-1] for entry in found]

    assert ids(since=NOON + timedelta(minutes=1)) == ["2", "1"]
    assert ids(until=NOON + timedelta(minutes=1)) == ["0"]
    assert ids(status="failed") == ["1"]
    assert ids(containing="運賃") == ["0"]
    assert ids(containing="nobody said") == ["2"]
    assert ids(containing="第1回") == ["2"]
    assert ids(containing="100%に") == ["1"]
    assert ids(containing="1_0") == []
    assert ids(containing="'; DROP TABLE minutes_log; --") == []
    assert len(ids()) == 3


def test_forgetting(opened: AnswerLog) -> None:
    for number in range(4):
        opened.add(at(number))
    bound = NOON + timedelta(minutes=2)
    assert opened.older(bound) == 2
    assert opened.forget(bound) == 2
    assert opened.forget(bound) == 0
    assert [entry.id[-1] for entry in opened.entries(9)] == ["3", "2"]


def test_what_is_forgotten_is_not_in_the_files(opened: AnswerLog, path: Path) -> None:
    opened.add(replace(ENTRY, question="UNIQUEWORDS"))
    opened.forget(NOON + timedelta(days=1))
    for file in path.parent.iterdir():
        assert b"UNIQUEWORDS" not in file.read_bytes(), file.name


def test_old_entries_are_deleted_on_opening(path: Path) -> None:
    with AnswerLog(url_of(path), None) as log:
        log.add(at(0))
        log.add(at(1))
    later = NOON + timedelta(days=30, seconds=30)
    with AnswerLog(url_of(path), 30, lambda: later) as log:
        assert [entry.id[-1] for entry in log.entries(9)] == ["1"]
    with AnswerLog(url_of(path), 0, lambda: later + timedelta(days=999)) as log:
        assert len(log.entries(9)) == 1


def test_old_entries_are_deleted_once_an_hour_when_one_is_added(path: Path) -> None:
    now = [NOON]
    with AnswerLog(url_of(path), 1, lambda: now[0]) as log:
        log.add(at(0))
        now[0] = NOON + timedelta(days=1, minutes=1)
        log.add(at(24 * 60))  # a day on: due, the first is gone
        assert [entry.id for entry in log.entries(9)] == ["entry01440"]
        now[0] += timedelta(minutes=59)
        log.add(replace(at(1), id="old"))
        assert len(log.entries(9)) == 2  # not due yet
        now[0] += timedelta(minutes=1)
        log.add(at(25 * 60))
        assert [entry.id for entry in log.entries(9)] == ["entry01500", "entry01440"]


def test_only_the_owner_reads_the_file(opened: AnswerLog, path: Path) -> None:
    opened.add(ENTRY)
    files = list(path.parent.iterdir())
    assert path in files
    assert len(files) > 1  # the journal too
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_a_file_that_others_may_read_is_closed_to_them(path: Path) -> None:
    AnswerLog(url_of(path), None).close()
    path.chmod(0o644)
    AnswerLog(url_of(path), None).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_file_is_as_documented(opened: AnswerLog, path: Path) -> None:
    opened.add(ENTRY)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("SELECT version FROM minutes_log_schema").fetchall() == [(2,)]
    plan = connection.execute(
        "EXPLAIN QUERY PLAN SELECT * FROM minutes_log WHERE asked > '2026' ORDER BY asked DESC"
    ).fetchall()
    assert "ix_minutes_log_asked" in str(plan)
    kept = connection.execute("SELECT passages FROM minutes_log").fetchone()[0]
    assert "図書館長" in kept  # readable by hand
    connection.close()


@pytest.mark.parametrize("name", ["postgresql", "mysql"])
def test_the_tables_can_be_made_elsewhere(name: str) -> None:
    from sqlalchemy import create_mock_engine

    from assistant.log.tables import METADATA

    made: list[str] = []
    # No driver is needed to write the statements down.
    engine: Any = create_mock_engine(
        f"{name}://", lambda sql, *_: made.append(str(sql.compile(dialect=engine.dialect)))
    )
    METADATA.create_all(engine, checkfirst=False)
    assert sum("CREATE TABLE" in sql for sql in made) == 3
    assert any("CREATE INDEX" in sql for sql in made)


# What can go wrong is told in one line, with a mend, and without secrets.


def told(url: str) -> str:
    with pytest.raises(LogError) as caught:
        AnswerLog(url, None)
    line = str(caught.value)
    assert isinstance(caught.value, AssistantError)
    assert "\n" not in line
    assert "; mend: " in line
    assert caught.value.__cause__ is None
    return line


def test_a_newer_log_is_refused_and_left_alone(path: Path) -> None:
    AnswerLog(url_of(path), None).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE minutes_log_schema SET version = 99")
    connection.execute("DROP TABLE minutes_log")
    connection.commit()
    line = told(url_of(path))
    assert line.startswith(url_of(path))
    assert "version 99" in line
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert names == [("minutes_log_schema",), ("minutes_log_feedback",)]
    connection.close()


def test_a_file_that_is_no_database(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("令和6年度 議事録\n" * 200, encoding="utf-8")
    assert "not a database" in told(url_of(path))
    assert path.read_text(encoding="utf-8").startswith("令和6年度")


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert str(tmp_path / "file") in told(url_of(tmp_path / "file" / "log.sqlite3"))


def test_a_table_of_another_shape(path: Path) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE minutes_log (id TEXT)")
    connection.commit()
    connection.close()
    with AnswerLog(url_of(path), None) as log:
        for act in (lambda: log.entries(1), lambda: log.add(ENTRY), lambda: log.forget(NOON)):
            with pytest.raises(LogError, match="column") as caught:
                act()
            assert ENTRY.question not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://reader:s3cret@127.0.0.1:1/minutes",
        "mysql+pymysql://reader:s3cret@127.0.0.1:1/minutes",
        "postgresql://reader:s3cret@host:port/minutes",
        "nonsense://reader:s3cret@host/minutes",
        "postgresql://reader:w@s3cret@host/minutes",
        "postgresql://host/minutes?user=reader&password=s3cret",
        "s3cret",
        "://s3cret",
    ],
)
def test_no_password_is_told(url: str) -> None:
    line = told(url)
    assert "s3cret" not in line
    assert "reader" not in line


def test_an_option_that_the_driver_does_not_know(path: Path) -> None:
    path.parent.mkdir()
    assert "wrong" not in told(f"{url_of(path)}?timeout=wrong")


def test_a_reference_is_given_once(opened: AnswerLog) -> None:
    opened.add(ENTRY)
    with pytest.raises(LogError, match="id of its own") as caught:
        opened.add(ENTRY)
    assert ENTRY.question not in str(caught.value)


def test_a_row_that_was_damaged_by_hand(opened: AnswerLog, path: Path) -> None:
    opened.add(ENTRY)
    for value in ("{", '[{"unknown": 1}]', "[1]"):
        connection = sqlite3.connect(path)
        connection.execute("UPDATE minutes_log SET claims = ?", (value,))
        connection.commit()
        connection.close()
        with pytest.raises(LogError):
            opened.entries(1)


# Several threads and processes at once.


def test_threads_share_a_log(opened: AnswerLog) -> None:
    failed: list[Exception] = []

    def work(name: int) -> None:
        try:
            for number in range(15):
                opened.add(replace(ENTRY, id=f"{name}-{number}"))
                opened.entries(3)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len({entry.id for entry in opened.entries(999)}) == 120


WORKER = """
import sys
from datetime import UTC, datetime
from assistant.log import AnswerLog, Entry
url, name = sys.argv[1:]
sys.stdin.readline()  # all begin together
with AnswerLog(url, 30) as log:
    for number in range(25):
        log.add(Entry(f"{name}-{number}", datetime.now(UTC), "cli", "?", None, "failed", None, "", "ja"))
        log.entries(2)
"""


def test_processes_share_a_log(path: Path) -> None:
    # None of them finds a file: all of them make it, its journal and its tables.
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, url_of(path), str(name)],
            stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=Path(__file__).resolve().parents[1],
        )
        for name in range(4)
    ]  # fmt: skip
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()
    for worker in workers:
        _, errors = worker.communicate(timeout=120)
        assert worker.returncode == 0, errors
    with AnswerLog(url_of(path), None) as log:
        assert len({entry.id for entry in log.entries(999)}) == 100
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM minutes_log_schema").fetchone() == (1,)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_writer_waits_for_another_one(opened: AnswerLog, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.5, lambda: other.execute("COMMIT"))
    release.start()
    opened.add(ENTRY)
    release.join()
    other.close()
    assert len(opened.entries(9)) == 1


def test_importing_it_does_not_import_sqlalchemy() -> None:
    code = (
        "import sys, assistant.log, assistant.cli_log\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('sqlalchemy', 'torch')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# The settings.


def test_the_log_of_the_settings(tmp_path: Path) -> None:
    def address(**values: object) -> str | None:
        log = log_of(Settings(data=tmp_path / "data", **values))  # type: ignore[arg-type]
        if log is None:
            return None
        with log:
            return log.address

    assert address() == url_of(tmp_path / "data" / "log.sqlite3")
    assert (tmp_path / "data" / "log.sqlite3").is_file()
    assert address(log="off") is None
    assert address(log=" OFF ") is None
    assert address(log=str(tmp_path / "own.db")) == url_of(tmp_path / "own.db")
    assert address(log=url_of(tmp_path / "by-url.db")) == url_of(tmp_path / "by-url.db")
    odd = tmp_path / "a ?#%20b.db"
    address(log=str(odd))
    assert odd.is_file()


def test_the_days_of_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    with AnswerLog(url_of(path), None) as log:
        log.add(replace(ENTRY, asked=datetime.now(UTC) - timedelta(days=50)))
    for days, kept in ((0, 1), (90, 1), (49, 0)):
        opened = log_of(Settings(log=str(path), log_days=days))
        assert opened is not None
        with opened:
            assert len(opened.entries(9)) == kept


# The command.

Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs ``minutes log`` on a log in a folder of this test."""
    monkeypatch.setenv("MINUTES_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    cli_log.register(app)
    app.command()(lambda: None)  # so that log is a command of several, as in minutes

    def run(*arguments: object, stdin: str | None = None, columns: int = 88) -> Result:
        monkeypatch.setenv("COLUMNS", str(columns))
        return CliRunner().invoke(app, ["log", *map(str, arguments)], input=stdin)

    return run


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[AnswerLog]:
    """The log that the command reads, with three entries of the last days."""
    today = datetime.now(UTC)
    with AnswerLog(url_of(tmp_path / "data" / "log.sqlite3"), None) as log:
        log.add(replace(ENTRY, id="older", asked=today - timedelta(days=60), model=None))
        log.add(replace(ENTRY, id="middle", asked=today - timedelta(days=40), status="failed"))
        log.add(replace(ENTRY, id="newest", asked=today, answer="とても長い回答。" * 60))
        yield log


def test_the_list(command: Command, kept: AnswerLog) -> None:
    shown = command()
    assert shown.exit_code == 0, shown.output
    assert shown.stderr == ""
    assert [name for name in ("newest", "middle", "older") if name in shown.stdout] == [
        "newest", "middle", "older",
    ]  # fmt: skip
    assert shown.stdout.index("newest") < shown.stdout.index("middle") < shown.stdout.index("older")
    local = datetime.now().astimezone().strftime("%Y-%m-%d")
    assert shown.stdout.startswith(local)
    assert "newest  answered  1.2 s  small-model" in shown.stdout
    assert "older  answered  1.2 s  quotes" in shown.stdout
    assert "夜間の来館者は何人でしたか？" in shown.stdout
    assert "…" in shown.stdout


@pytest.mark.parametrize("columns", [40, 60])
def test_lines_fit_the_terminal(command: Command, kept: AnswerLog, columns: int) -> None:
    for arguments in ((), ("newest",)):
        lines = command(*arguments, columns=columns).stdout.splitlines()
        # A closing mark may hang over the end, as wrapping lets it.
        assert all(display_width(line) <= columns + 2 for line in lines)


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (["--limit", "1"], ["newest"]),
        (["--status", "failed"], ["middle"]),
        (["--since", "45d"], ["newest", "middle"]),
        (["--until", "45d"], ["older"]),
        (["--since", "2020-01-01", "--until", "令和2年6月1日"], []),
        (["--containing", "とても長い"], ["newest"]),
        (["--since", "0d", "--until", "0d"], ["newest"]),
    ],
)
def test_what_is_listed(
    command: Command, kept: AnswerLog, arguments: list[str], ids: list[str]
) -> None:
    listed = json.loads(command(*arguments, "--json").stdout)
    assert [entry["id"] for entry in listed["entries"]] == ids


def test_a_whole_entry(command: Command, kept: AnswerLog) -> None:
    shown = command("middle")
    assert shown.exit_code == 0, shown.output
    for part in (
        "第1回で、夜間の来館者は何人でしたか？",
        "延べ312人です [1]。",
        "0.8123  図書館長  first.txt  first.txt#t3.0@v1",
        "supported  延べ312人です。 [1]",
        "unsupported (no passage says so)",
        "search 0.25, answer 1.00, total 1.25",
        "prompt 1,200, completion 80",
        "telephone 1",
        "C1:1.2",
    ):
        assert " ".join(part.split()) in " ".join(shown.stdout.split())


def test_a_whole_entry_as_json(command: Command, kept: AnswerLog) -> None:
    entry = kept.entry("middle")
    assert entry is not None
    shown = json.loads(command("MIDDLE", "--json").stdout)
    assert shown == entry_json(entry)
    assert shown["passages"][0] == {
        "passage": "first.txt#t3.0@v1", "score": 0.8123, "document": "first.txt", "speaker": "図書館長",
    }  # fmt: skip
    assert datetime.fromisoformat(shown["asked"]) == entry.asked


def test_what_was_typed_does_not_steer_the_terminal(command: Command, kept: AnswerLog) -> None:
    kept.add(
        replace(ENTRY, id="hostile", asked=datetime.now(UTC), question="\x1b[2J\x07消す\u202e")
    )
    for shown in (command(), command("hostile")):
        body = shown.stdout.replace("\n", "")
        assert not {c for c in body if unicodedata.category(c) in ("Cc", "Cf")}


def test_an_empty_log(command: Command) -> None:
    assert command().stdout == "no entries\n"
    assert json.loads(command("--json").stdout) == {"entries": []}


def failure(result: Result, status: int = 1) -> str:
    """The one line of a failure."""
    assert result.exit_code == status, result.output
    assert result.stdout == ""
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("minutes: ")
    return line


def test_a_log_that_is_off(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINUTES_LOG", "off")
    for arguments in ((), ("newest",), ("--forget", "30d")):
        assert "the log is off; mend: " in failure(command(*arguments))


def test_an_entry_that_is_not_there(command: Command, kept: AnswerLog) -> None:
    assert "no entry nothing; mend: " in failure(command("nothing"))


@pytest.mark.parametrize("option", ["--since", "--until", "--forget"])
@pytest.mark.parametrize("day", ["昨日", "999999d9", "99999999d", "2024-13-45"])
def test_a_day_that_is_none(command: Command, kept: AnswerLog, option: str, day: str) -> None:
    assert f"{option} {day}: no day; mend: " in failure(command(option, day), 2)
    assert len(kept.entries(9)) == 3


def test_a_database_that_cannot_be_opened(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINUTES_LOG", "postgresql://reader:s3cret@127.0.0.1:1/minutes")
    line = failure(command())
    assert "postgresql://127.0.0.1:1/minutes" in line
    assert "s3cret" not in line


def test_forgetting_says_how_many_and_deletes(command: Command, kept: AnswerLog) -> None:
    done = command("--forget", "45d")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("deleting 1 entry from before ")
    assert done.stdout.endswith("1 deleted\n")
    assert [entry.id for entry in kept.entries(9)] == ["newest", "middle"]
    assert json.loads(command("--forget", "30d", "--json").stdout) == {"deleted": 1}
    assert json.loads(command("--forget", "30d", "--json").stdout) == {"deleted": 0}


def test_forgetting_asks_at_a_terminal(
    command: Command, kept: AnswerLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal:
        """What stdin is for the command while it runs at a terminal."""

        @staticmethod
        def isatty() -> bool:
            return True

        def __getattr__(self, name: str) -> object:
            return getattr(sys.stdin, name)

    class At:
        stdin = Terminal()

    monkeypatch.setattr(cli_log, "sys", At)
    refused = command("--forget", "30d", stdin="n\n")
    assert refused.exit_code == 0
    assert "Delete 2 entries from before " in refused.stderr
    assert "nothing was deleted" in refused.stderr
    assert len(kept.entries(9)) == 3
    assert command("--forget", "45d", stdin="y\n").exit_code == 0
    assert len(kept.entries(9)) == 2
    assert command("--forget", "30d", "--yes").exit_code == 0
    assert len(kept.entries(9)) == 1


def test_the_command_stays_quick() -> None:
    code = (
        "import sys, typer\nfrom assistant import cli_log\n"
        "app = typer.Typer(); cli_log.register(app); app(['--help'], standalone_mode=False)\n"
        "heavy = {'sqlalchemy', 'torch', 'chromadb', 'numpy', 'sudachipy', 'pydantic'}\n"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    environment = {**os.environ, "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stderr.strip() == "[]"
    assert "--forget" in done.stdout
