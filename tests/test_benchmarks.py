"""What the benchmarks take out and learn is really there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.evaluation.questions import EvalQuestion
from benchmarks.ablation import PARTS, _without, table
from benchmarks.calibrate import PEOPLE, Set, counted, learn_decision


@pytest.mark.parametrize("part", PARTS)
def test_each_part_can_be_left_out(part: str) -> None:
    _, replaced = PARTS[part]
    with _without(replaced):  # a name that has gone is an error
        pass


def test_the_table_tells_what_a_part_costs() -> None:
    lines = list(table({"the whole": [1, 2, None], "no topic": [1, 1, None]}))
    assert lines[1].split()[-3:] == ["0.333", "0.667", "0.500"]
    assert lines[2].split()[-5:-1] == ["0.667", "0.667", "0.667", "+0.167"]


def test_a_decision_is_learnt_from_signs() -> None:
    signs = np.array([[3.0, 0.0], [2.0, 1.0], [-2.0, 1.0], [-3.0, 0.0]])
    answerable, alike = np.array([True, True, False, False]), np.ones(4)
    model, mean, deviation = learn_decision(signs, answerable, alike)
    assert model.predict_proba((signs - mean) / deviation)[:, 1].argsort()[-1] == 0


def test_peoples_questions_count_more_and_tell_how_many_have_an_answer() -> None:
    people, reader = np.array([True, True, True, False]), np.array([True, False, False, False])
    counts = counted(people, reader)
    assert counts.mean() == pytest.approx(1.0)
    assert counts[:4].sum() / counts.sum() == pytest.approx(PEOPLE)
    assert counts[4] / counts[4:].sum() == pytest.approx(people.mean())
    assert counted(people, reader[:0]).tolist() == [1.0] * 4  # alone, they are all there is


def test_only_the_records_whose_questions_are_used_are_searched(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("会議録", encoding="utf-8")
    every, one = Set((), tmp_path), Set((), tmp_path, lambda document: document == "b.txt")
    assert every.documents == [tmp_path]
    assert one.documents == [tmp_path / "b.txt"]
    a, b = (EvalQuestion(name, "x", "誰ですか", True, document=f"{name}.txt") for name in "ab")
    assert (every.asks(a), one.asks(a), one.asks(b)) == (True, False, True)
