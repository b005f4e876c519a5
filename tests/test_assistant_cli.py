"""The command as people and programs call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant.cli import app
from tests.test_ingest_golden import FOLDER

Minutes = Callable[..., Result]


@pytest.fixture
def minutes(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Minutes:
    """Runs the command in this process, on an index of this test."""
    monkeypatch.setenv("MINUTES_CACHE", str(cache))
    monkeypatch.setenv("MINUTES_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, stdin: str | None = None) -> Result:
        return CliRunner().invoke(app, [str(a) for a in arguments], input=stdin)

    return run


def failure(result: Result, status: int = 1) -> str:
    """The one line of a failure; nothing on stdout, no traceback."""
    assert result.exit_code == status, result.output
    assert result.stdout == ""
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("minutes: ")
    assert "Traceback" not in result.stderr
    return lines[0]


def test_the_main_job(minutes: Minutes, folder: Path) -> None:
    ingested = minutes("ingest", folder)
    assert ingested.exit_code == 0, ingested.output
    assert ingested.stdout.startswith("3 added")
    assert minutes("ingest", folder).stdout.startswith("3 unchanged")

    asked = minutes("ask", "夜間の来館者は何人でしたか？")
    assert asked.exit_code == 0
    assert "「試行した4月の平日夜間の来館者は延べ312人である。」と図書館長が答えています [1]。" in (
        asked.stdout.replace("\n", "")
    )
    assert "出典" in asked.stdout
    assert "first.txt:29" in asked.stdout

    program = json.loads(minutes("ask", "夜間の来館者は何人でしたか？", "--json").stdout)
    assert program["status"] == "answered"
    for citation in program["citations"]:
        text = (folder / citation["document"]).read_text(encoding="utf-8")
        assert text[citation["start"] : citation["end"]] == citation["quote"]

    none = minutes("ask", "学校給食の無償化はどうなりましたか")
    assert none.exit_code == 0
    assert "近い記述（答えではありません）" in none.stdout

    found = json.loads(minutes("search", "講習会", "-k", 2, "--json").stdout)
    assert found["query"] == "講習会"
    assert [hit["rank"] for hit in found["hits"]] == [1, 2]
    assert {"score", "text", "speaker", "document", "turn", "start", "end"} <= set(found["hits"][0])

    held = json.loads(minutes("status", "--json").stdout)
    assert [d["document"] for d in held["documents"]] == ["plan.md", "first.txt", "second.md"]
    assert (held["model"], held["size"] > 0) == ("bundled:multilingual-e5-small", True)

    removed = json.loads(minutes("remove", "plan.md", "--json").stdout)
    assert removed["removed"] == ["plan.md"]


def test_parse_for_people_and_programs(minutes: Minutes, folder: Path) -> None:
    shape = json.loads(minutes("parse", folder / "first.txt", "--json").stdout)
    assert shape["kind"] == "minutes"
    assert shape["title"] == "令和6年度（2024年度）第1回 青浜市図書館協議会 議事録"
    assert (shape["date"], shape["place"]) == ("2024-06-12", "青浜市役所 3階 第2会議室")
    assert shape["agenda"] == [
        {"number": "1", "title": "開館時間の延長について"},
        {"number": "2", "title": "電子図書の導入について"},
    ]
    assert [(a["name"], a["role"]) for a in shape["attendees"]] == [
        ("原聡子", "会長"), ("原田健", "委員"), ("五十嵐誠", "副会長"), ("森下由美", "委員"),
    ]  # fmt: skip
    assert [(t["speaker"], t["person"], t["role"]) for t in shape["turns"][:4]] == [
        ("図書館長", None, "図書館長"),
        ("原田委員", "原田健", "委員"),
        ("図書館長", None, "図書館長"),
        ("原会長", "原聡子", "会長"),
    ]
    text = (folder / "first.txt").read_text()
    for turn in shape["turns"]:
        assert set(turn) >= {"index", "speaker", "person", "role", "agenda", "start", "end", "text"}
        assert text[turn["start"] : turn["end"]] == turn["text"]
    assert {"heading", "start", "end"} <= set(shape["sections"][0])

    people = minutes("parse", folder / "first.txt").stdout
    assert "原田委員 → 原田健" in people
    plan = json.loads(minutes("parse", folder / "plan.md", "--json").stdout)
    assert (plan["kind"], plan["turns"]) == ("plan", [])
    assert [s["heading"] for s in plan["sections"]][-1] == "第2章 指標"


def test_a_question_from_stdin_and_in_several_words(minutes: Minutes, folder: Path) -> None:
    minutes("ingest", folder)
    piped = json.loads(minutes("ask", "-", "--json", stdin="電子図書の予算は\nいくら？").stdout)
    assert "450万円" in piped["answer"]
    words = json.loads(minutes("ask", "電子図書の", "予算", "--json").stdout)
    assert words["question"] == "電子図書の 予算"


def test_a_folder_with_a_bad_file(minutes: Minutes, folder: Path) -> None:
    (folder / "scan.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4)
    result = minutes("ingest", folder, "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert len(report["added"]) == 3
    assert report["failed"] == [result.stderr.removeprefix("minutes: ").strip()]
    assert "scan.txt" in result.stderr
    assert "mend:" in result.stderr


def test_bad_paths(minutes: Minutes, tmp_path: Path) -> None:
    assert "no such file or folder" in failure(minutes("ingest", tmp_path / "absent"))
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "no readable file" in failure(minutes("ingest", empty))
    assert "absent.txt" in failure(minutes("parse", tmp_path / "absent.txt"))


def test_bad_questions(minutes: Minutes) -> None:
    assert "empty" in failure(minutes("ask", ""), status=2)
    assert "empty" in failure(minutes("ask", "-", stdin="\x00\x00"), status=2)
    assert "10,000 characters" in failure(minutes("ask", "長" * 10_000), status=2)
    assert "empty" in failure(minutes("search", " "), status=2)


def test_asking_before_anything_is_ingested(minutes: Minutes) -> None:
    assert "minutes ingest" in failure(minutes("ask", "何が決まりましたか"))
    assert minutes("status").exit_code == 0


def test_another_model_a_damaged_store_a_server_that_is_down(
    minutes: Minutes, folder: Path, tmp_path: Path
) -> None:
    minutes("ingest", folder)
    line = failure(minutes("ask", "来館者は？", "--model", "other-model"))
    assert "built with the model" in line
    assert "mend: start it" in failure(
        minutes("ask", "来館者は？", "--server", "http://127.0.0.1:9")
    )
    damaged = tmp_path / "damaged"
    (damaged / "chroma").mkdir(parents=True)
    (damaged / "chroma" / "chroma.sqlite3").write_bytes(b"no database" * 999)
    assert "cannot be used" in failure(minutes("status", "--data", damaged))
    assert minutes("ask", "来館者は何人？").exit_code == 0


def test_a_large_file_is_refused(
    minutes: Minutes, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "large.txt").write_bytes("議事録の行\n".encode() * 3_400_000)
    result = minutes("ingest", folder)
    assert result.exit_code == 1
    assert "large.txt: 54 MB is more than the 21 MB" in result.stderr
    assert result.stdout.startswith("3 added")


def test_wrong_usage(minutes: Minutes) -> None:
    assert minutes("ask").exit_code == 2
    assert minutes("ingest").exit_code == 2
    assert minutes("search", "x", "-k", "0").exit_code == 2
    assert minutes("nonsense").exit_code == 2


def test_wrong_settings(minutes: Minutes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MINUTES_SENTENCES", "many")
    assert "'sentences'" in failure(minutes("status"))
    monkeypatch.delenv("MINUTES_SENTENCES")
    (tmp_path / "minutes.toml").write_text("speed = 3\n")
    assert "'speed'" in failure(minutes("status"))
    (tmp_path / "minutes.toml").write_text("= nothing\n")
    assert "minutes.toml" in failure(minutes("status"))
    (tmp_path / "minutes.toml").write_text('data = "elsewhere"\n')
    monkeypatch.delenv("MINUTES_DATA")
    assert "elsewhere" in minutes("status").stdout
    assert "option" in minutes("status", "--data", tmp_path / "option").stdout


def test_slack_without_tokens(minutes: Minutes, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.delenv(name, raising=False)
    assert "SLACK_BOT_TOKEN is not set" in failure(minutes("slack"))
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    assert "SLACK_APP_TOKEN is not set" in failure(minutes("slack"))
    assert "SLACK_SIGNING_SECRET is not set" in failure(minutes("slack", "--http", "3000"))


def test_every_command_has_help(minutes: Minutes) -> None:
    listed = minutes("--help").stdout
    for command in app.registered_commands:
        assert command.callback is not None
        assert (command.name or command.callback.__name__) in listed
        assert minutes((command.name or command.callback.__name__), "--help").exit_code == 0


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; sys.argv = ['minutes', '--help']\n"
        "from assistant.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'chromadb', 'transformers', 'sentence_transformers', 'numpy', 'slack_bolt',"
        " 'pydantic', 'sudachipy', 'llama_index'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"


def test_two_ingests_at_once(minutes: Minutes, folder: Path, tmp_path: Path, cache: Path) -> None:
    first = (folder / "first.txt").read_text()
    for number in range(20):
        (folder / f"more-{number}.txt").write_text(first.replace("312人", f"{number}人"))
    command = [str(Path(sys.executable).with_name("minutes")), "ingest", str(folder)]
    with subprocess.Popen(command, env=os.environ.copy(), stdout=subprocess.PIPE) as other:
        lock = tmp_path / "data" / "ingest.lock"
        while not lock.exists():
            time.sleep(0.02)
        assert other.poll() is None
        line = failure(minutes("ingest", folder))
        assert "another process is writing" in line
    assert other.returncode == 0
    assert json.loads(minutes("status", "--json").stdout)["passages"] > 200


def test_a_report_says_what_was_understood(minutes: Minutes, folder: Path) -> None:
    (folder / "strange.txt").write_text("きょうは晴れていた。\n" * 40, encoding="utf-8")
    told = minutes("ingest", folder, "--report")
    assert told.exit_code == 0
    assert "first.txt\n  8 turns" in told.stdout
    assert "in no known style" in told.stdout
    program = json.loads(minutes("ingest", folder, "--report", "--json").stdout)
    assert program["understood"]["first.txt"]["turns"] == 8
    assert program["understood"]["strange.txt"]["share"] == 0.0


def test_strict_refuses_what_is_not_understood(minutes: Minutes, folder: Path) -> None:
    (folder / "strange.txt").write_text("きょうは晴れていた。\n" * 40, encoding="utf-8")
    refused = minutes("ingest", folder, "--strict")
    assert refused.exit_code == 1
    assert refused.stdout.startswith("3 added, 1 failed")
    assert "only 0% of it was understood" in refused.stderr


def test_citations_carry_the_address_of_the_original(minutes: Minutes, folder: Path) -> None:
    assert "no web address" in failure(minutes("ingest", folder, "--url-base", "city"), 2)
    minutes("ingest", folder, "--url-base", "https://city.example/kaigi")
    answer = json.loads(minutes("ask", "夜間の来館者は何人でしたか？", "--json").stdout)
    assert answer["citations"][0]["url"] == "https://city.example/kaigi/first.txt"
    assert "https://city.example/kaigi/first.txt" in minutes("ask", "夜間の来館者は？").stdout


def test_parse_shows_the_structure_and_the_text(minutes: Minutes) -> None:
    path = FOLDER / "pdf-running-heads.pdf"
    shown = minutes("parse", path).stdout
    assert "環境課長  p. 1  ↩ 0" in shown
    assert "100% understood" in shown
    text = minutes("parse", path, "--text").stdout
    program = json.loads(minutes("parse", path, "--json").stdout)
    first = program["turns"][0]
    assert text[first["start"] : first["end"]] == first["text"]
    assert (first["page"], first["time"], program["turns"][1]["answers"]) == (1, None, [0])
    assert {"exchanges", "mentions", "understood", "url"} <= set(program)


def test_show_tells_of_a_document(minutes: Minutes, folder: Path) -> None:
    minutes("ingest", folder)
    shown = minutes("show", "first.txt")
    assert "原聡子（会長）" in shown.stdout
    program = json.loads(minutes("show", "first.txt", "--json").stdout)
    assert (program["document"], program["handouts"], program["mentioned"]) == ("first.txt", [], [])
    assert "no such documents" in failure(minutes("show", "absent.txt"))
