"""Whether confidence means what it says, and how that is shown."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from assistant.evaluation.calibration import calibration, calibration_of
from assistant.evaluation.contract import evaluation_json
from assistant.evaluation.page import page
from assistant.evaluation.questions import EvalQuestion
from assistant.evaluation.report import run_lines
from assistant.evaluation.runs import Answered, Run, read_run, save_run

CHANCES = [0.05, 0.15, 0.15, 0.4, 0.62, 0.68, 0.9, 0.95, 1.0, 0.0]
TRUTHS = [False, False, True, False, True, False, True, True, True, False]


def run(chances: list[float | None], truths: list[bool]) -> Run:
    questions = tuple(
        EvalQuestion(f"q{n}", "fact", "何人ですか", truth) for n, truth in enumerate(truths)
    )
    answers = tuple(
        Answered(f"q{n}", "answered", "", "", True, (), {}, 0.1, chance)
        for n, chance in enumerate(chances)
    )
    return Run("set.jsonl", "2026-01-01", "m", 1, 1, "reader", questions, (), answers)


def test_the_error_is_the_mean_distance_of_the_bins() -> None:
    found = calibration_of(CHANCES, TRUTHS)
    # Bins: {0.05, 0}, {0.15, 0.15}, {0.4}, {0.62, 0.68}, {0.9, 0.95, 1.0}.
    expected = (2 * 0.025 + 2 * 0.35 + 0.4 + 2 * 0.15 + 3 * 0.05) / 10
    assert found.error == pytest.approx(expected)
    assert [one.n for one in found.bins] == [2, 2, 1, 2, 3]
    assert found.n == 10


def test_area_and_brier_are_those_of_scikit_learn() -> None:
    found = calibration_of(CHANCES, TRUTHS)
    assert found.area == pytest.approx(roc_auc_score(TRUTHS, CHANCES))
    assert found.brier == pytest.approx(brier_score_loss(TRUTHS, CHANCES))


def test_what_was_not_weighed_is_left_out() -> None:
    assert calibration(run([None, None], [True, False])) is None
    found = calibration(run([None, 0.7], [True, True]))
    assert found is not None
    assert found.n == 1
    assert found.area is None


def test_every_report_shows_it(tmp_path: Path) -> None:
    one = run([*CHANCES], TRUTHS)
    lines = "\n".join(run_lines(one, None, 90))
    assert "sure by 0.95" in lines
    assert "expected error" in lines
    html = page(one, None)
    assert html.count("<circle") == 5
    assert "sure by 0.95: 1.00 of 3" in html
    shape = json.loads(json.dumps(evaluation_json(one, None, [])))
    assert shape["calibration"]["n"] == 10
    assert len(shape["calibration"]["bins"]) == 5
    file = tmp_path / "run.json"
    save_run(one, file)
    assert calibration(read_run(file)) == calibration(one)


def test_a_run_that_was_saved_before_confidence_was_kept_is_read(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    save_run(run([0.4], [True]), file)
    row = json.loads(file.read_text(encoding="utf-8"))
    del row["answers"][0]["confidence"]
    file.write_text(json.dumps(row), encoding="utf-8")
    again = read_run(file)
    assert again.answers[0] == replace(again.answers[0], confidence=None)
    assert calibration(again) is None
