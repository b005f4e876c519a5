"""What the benchmarks take out and learn is really there."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.ablation import PARTS, _without, table
from benchmarks.calibrate import Example, counted, learn_decision


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


def test_sets_of_questions_count_alike_however_many_they_hold() -> None:
    empty = np.array([], dtype=bool)
    one = Example(None, None, (), empty, (), empty)  # type: ignore[arg-type]
    assert counted([[one], [one] * 3, []]).tolist() == pytest.approx([2.0, 2 / 3, 2 / 3, 2 / 3])
