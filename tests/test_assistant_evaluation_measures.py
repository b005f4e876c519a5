"""Figures that were worked out by hand, judgements on a small index, and the command."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.config import Settings
from assistant.engine import Engine
from assistant.evaluation.comparing import Course, against, misses
from assistant.evaluation.judging import Held, judge_answer, judge_ranking, turn_values
from assistant.evaluation.measures import difference, figure, figures, ranking_values
from assistant.evaluation.page import page
from assistant.evaluation.questions import EvalQuestion, Span, load_questions
from assistant.evaluation.running import run_questions
from assistant.evaluation.runs import Answered, Retrieved, Run, read_run, save_run
from assistant.evaluation.systems import Found, SystemName, all_passages, found_passage
from assistant.types import Answer
from index_store.index import Index


def test_gain_is_discounted_by_rank_and_normalised_by_the_ideal() -> None:
    values = ranking_values(["a", "x", "b"], {"a", "b"})
    # (1 + 1/log2(4)) / (1 + 1/log2(3))
    assert values["ndcg@10"] == pytest.approx(1.5 / (1 + 1 / 1.5849625), abs=1e-6)
    assert ranking_values([], {"a"})["mrr"] == 0
    assert ranking_values(["a"], set())["recall@10"] == 0
    late = ranking_values([*"0123456789", "right"], {"right"})
    assert (late["recall@10"], late["ndcg@10"]) == (0, 0)
    assert late["mrr"] == pytest.approx(1 / 11)


def test_significance_of_few_questions_is_exact() -> None:
    found = difference([1, 1, 1, 1, 0.5], [0, 0, 0, 0, 0.5])
    assert found is not None
    # Four differ, all one way: 2 of 2^4 flips are as extreme.
    assert (found.delta, found.p, found.n) == (0.8, 2 / 16, 5)
    many = difference([1.0] * 30, [0.0] * 30)
    assert many is not None
    assert many.p < 0.001
    assert difference([], []) is None
    assert figure([]) is None


def test_only_questions_with_a_value_count() -> None:
    results = [
        Answered("a", "answered", "", "", True, (), {"answered": 1.0}, 0.1),
        Answered("b", "not_found", "", "", True, (), {"abstention_recall": 1.0}, 0.1),
    ]
    found = figures(results, ["answered", "abstention_recall", "mrr"])
    assert found["answered"] is not None
    assert found["answered"].n == 1
    assert found["mrr"] is None


def found(span: Span, unit: str, text: str = "") -> Found:
    return Found(f"{unit}@{span.start}", text, span, unit)


def test_turns_within_the_characters_that_are_read(filled: Index) -> None:
    held = Held(all_passages(filled))
    turns = sorted(held.turns([Span("first.txt", 0, 10_000)]), key=lambda turn: turn.start)
    question = EvalQuestion("q", "k", "?", True, places=(turns[-1], turns[-2]))
    everything = [found(Span("first.txt", turns[-2].start, turns[-1].end), "chunk")]
    assert turn_values(question, everything, held) == {"turn_precision": 1, "turn_recall": 1}
    half = [found(turns[-1], "last"), found(turns[0], "first")]
    assert turn_values(question, half, held) == {"turn_precision": 0.5, "turn_recall": 0.5}
    # 3,000 characters are full before the right one is reached.
    full = [found(Span("elsewhere", 0, 3_000), "long"), found(turns[-1], "last")]
    assert turn_values(question, full, held) == {"turn_precision": 0, "turn_recall": 0}


def test_with_places_ranks_count_turns(filled: Index) -> None:
    held = Held(all_passages(filled))
    place = Span("d", 100, 200)
    question = EvalQuestion("q", "k", "?", True, places=(place,))
    ranking = [found(Span("d", 0, 40), "t0"), found(Span("d", 40, 90), "t0"), found(place, "t1")]
    judged = judge_ranking(question, "x", ranking, ranking, held, 0.0)
    assert (judged.rank, judged.right) == (2, 1)
    by_words = replace(question, places=(), evidence=("ＡＢ　Ｃ",))
    ranking = [found(Span("d", 0, 4), "t0", "none"), found(Span("d", 5, 9), "t0", "xab cy")]
    judged = judge_ranking(by_words, "x", ranking, ranking, held, 0.0)
    assert (judged.rank, judged.first and judged.first.text) == (2, "none")


def test_citations_are_judged_by_words_speaker_and_place(filled: Index) -> None:
    held = Held(all_passages(filled))
    outcome = Engine.from_index(filled).ask("夜間の来館者は何人でしたか？")
    assert isinstance(outcome, Answer)
    right = EvalQuestion("q", "k", "?", True, speakers=("図書館長",), evidence=("延べ312人",))
    judged = judge_answer(right, outcome, "", held, 0.0)
    assert judged.correct
    assert all(cited.exact for cited in judged.citations)
    assert judged.values["speaker_accuracy"] == 1
    other = judge_answer(replace(right, speakers=("森下委員",)), outcome, "", held, 0.0)
    assert (other.correct, other.values["speaker_accuracy"]) == (False, 0)
    refused = judge_answer(EvalQuestion("q", "k", "?", False), outcome, "", held, 0.0)
    assert (refused.correct, refused.values["abstention_recall"]) == (False, 0)
    first = outcome.citations[0]
    forged = replace(first, quote="偽" + first.quote[1:])
    changed = replace(outcome, citations=(forged, *outcome.citations[1:]))
    assert not judge_answer(right, changed, "", held, 0.0).citations[0].exact


def test_questions_of_a_conversation_share_it(filled: Index, tmp_path: Path) -> None:
    rows = [
        {"id": "b", "question": "それは誰が答えましたか", "follows": "a", "answerable": False},
        {"id": "a", "question": "夜間の来館者は何人でしたか？", "evidence": ["延べ312人"]},
    ]
    path = written(tmp_path, *rows)
    questions = load_questions(path)
    assert [question.id for question in questions] == ["a", "b"]
    run = run_questions(path, questions, filled, Settings())
    assert [answer.question for answer in run.answers] == ["a", "b"]


def written(folder: Path, *rows: object) -> Path:
    path = folder / "questions.jsonl"
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def run_of(rank: int | None, correct: bool) -> Run:
    """A run of one question that stood at ``rank``."""
    question = EvalQuestion("q", "k", "問い", True, evidence=("x",))
    values = {"mrr": 1 / rank if rank else 0.0}
    retrieved = Retrieved("hybrid", "q", rank, 1, None, None, values, 0.1)
    answer = Answered("q", "answered", "t", "問い", correct, (), {"answers_right": correct}, 0.1)
    return Run("set", "now", "m", 1, 1, "hybrid", (question,), (retrieved,), (answer,))


def test_what_got_better_and_worse_is_told() -> None:
    now, then = run_of(1, False), run_of(4, True)
    before = against(now, "old.json", then)
    told = [(change.course, change.before, change.after) for change in before.changes]
    assert told == [
        (Course.BETTER, "rank 4", "rank 1"),
        (Course.WORSE, "right: answered", "wrong: answered"),
    ]
    assert before.differences["mrr"] is not None
    assert before.differences["mrr"].delta == 0.75
    reworded = replace(then, questions=(replace(then.questions[0], question="別の問い"),))
    assert against(now, "old.json", reworded).apart == ("q",)
    assert [miss.question.id for miss in misses(run_of(2, True))] == ["q"]
    assert misses(run_of(1, True)) == []
    assert "rank 4" in page(now, before)


def test_a_run_is_the_same_when_read_again(filled: Index, tmp_path: Path) -> None:
    rows = [{"id": "a", "question": "来館者は何人？", "places": [
        {"document": "first.txt", "start": 300, "end": 320}]}]  # fmt: skip
    path = written(tmp_path, *rows)
    run = run_questions(path, load_questions(path), filled, Settings())
    save_run(run, tmp_path / "run.json")
    assert read_run(tmp_path / "run.json") == run


@pytest.mark.skipif(
    find_spec("llama_index.embeddings") is None
    or find_spec("llama_index.embeddings.huggingface") is None,
    reason="needs the extra 'bench'",
)
def test_the_naive_pipeline_says_where_its_chunks_stand(filled: Index, folder: Path) -> None:
    from assistant.evaluation.naive import NaiveSystem

    naive = NaiveSystem.from_index(filled, 1_000_000)
    found = naive.search("講習会", None, 10)
    assert {chunk.span.document for chunk in found} == {"first.txt", "second.md", "plan.md"}
    for chunk in found:
        text = (folder / chunk.span.document).read_text(encoding="utf-8")
        assert text[chunk.span.start : chunk.span.end] == chunk.text
    within = naive.search("講習会", "plan.md", 10)
    assert {chunk.span.document for chunk in within} == {"plan.md"}


def test_a_question_within_a_document(filled: Index) -> None:
    from assistant.evaluation.systems import open_systems

    names = [SystemName.WORDS, SystemName.RRF, SystemName.HYBRID]
    held = all_passages(filled)
    for system in open_systems(names, filled, held, 1_000_000):
        found = system.search("電子図書", "second.md", 5)
        assert {one.span.document for one in found} == {"second.md"}
        assert list(system.held()) == [found_passage(passage) for passage in held]


def test_the_command_and_its_bounds(
    folder: Path, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINUTES_CACHE", str(cache))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    rows = [{"id": "a", "question": "夜間の来館者は何人でしたか？", "evidence": ["延べ312人"]}]
    path, html = written(tmp_path, *rows), tmp_path / "page.html"
    common = ["eval", str(path), "--docs", str(folder), "--retrieval-only"]
    done = CliRunner().invoke(
        app,
        [*common, "--json", "--html", str(html), "--compare", "words,hybrid",
         "--save", str(tmp_path / "run.json")],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["main"], told["answers"], set(told["systems"])) == (
        "hybrid", None, {"words", "hybrid"},
    )  # fmt: skip
    assert html.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert not (tmp_path / "data").exists(), "a temporary index leaves nothing"
    low = CliRunner().invoke(
        app,
        [*common, "--fail-under", "answers_right=0.5", "--against", str(tmp_path / "run.json")],
    )
    assert low.exit_code == 1
    assert low.stderr.strip() == (
        "minutes: answers_right was not measured on this set, 0.5 is asked"
    )
    assert "no question fares otherwise" in low.stdout
    wrong = CliRunner().invoke(app, [*common, "--against", str(path)])
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert "no saved run" in wrong.stderr
    assert CliRunner().invoke(app, [*common, "--compare", "magic"]).exit_code == 2
