"""The JSON of ``minutes eval --json``, as documented in ``docs/json.md``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from assistant.evaluation import comparing
from assistant.evaluation.calibration import calibration
from assistant.evaluation.comparing import Against, Miss
from assistant.evaluation.measures import (
    ANSWERING,
    RETRIEVAL,
    Difference,
    Figure,
    figures,
    p50,
    p95,
)
from assistant.evaluation.runs import Answered, Retrieved, Run, run_json

Json = dict[str, Any]


def evaluation_json(run: Run, before: Against | None, failed: Sequence[str]) -> Json:
    """What ``minutes eval --json`` prints.

    Args:
        run: what was run.
        before: the comparison with an earlier run, or None.
        failed: the lines of the bounds that were not reached.
    """
    kinds = dict.fromkeys(question.kind for question in run.questions)
    return {
        "questions": run.path,
        "made": run.made,
        "model": run.model,
        "documents": run.documents,
        "passages": run.passages,
        "main": run.main,
        "systems": {name: _retrieval(run.of(name).values()) for name in run.systems},
        "answers": _answers(run.answers) if run.answers else None,
        "calibration": asdict(found) if (found := calibration(run)) else None,
        "kinds": {kind: _kind(run, kind) for kind in kinds},
        "compare": {
            name: _differences(found) for name, found in comparing.between_systems(run).items()
        },
        "against": _against(before) if before is not None else None,
        "misses": [_miss(miss) for miss in comparing.misses(run)],
        "failed": list(failed),
        "run": run_json(run),
    }


def _kind(run: Run, kind: str) -> Json:
    chosen = [question.id for question in run.questions if question.kind == kind]
    ranked, answered = run.of(run.main), run.answered
    return {
        "n": len(chosen),
        "retrieval": _retrieval([ranked[i] for i in chosen if i in ranked]),
        "answers": _answers([answered[i] for i in chosen if i in answered]) if answered else None,
    }


def _retrieval(results: Iterable[Retrieved]) -> Json:
    given = list(results)
    return _figures(figures(given, RETRIEVAL)) | _seconds([one.seconds for one in given])


def _answers(results: Iterable[Answered]) -> Json:
    given = list(results)
    return _figures(figures(given, ANSWERING)) | _seconds([one.seconds for one in given])


def _seconds(seconds: Sequence[float]) -> Json:
    return {"seconds_p50": round(p50(seconds), 4), "seconds_p95": round(p95(seconds), 4)}


def _figures(found: Mapping[str, Figure | None]) -> Json:
    return {name: _rounded(asdict(one)) if one else None for name, one in found.items()}


def _differences(found: Mapping[str, Difference | None]) -> Json:
    return {name: _rounded(asdict(one)) if one else None for name, one in found.items()}


def _rounded(values: Mapping[str, float]) -> Json:
    return {name: round(value, 6) for name, value in values.items()}


def _against(before: Against) -> Json:
    return {
        "path": before.path,
        "made": before.made,
        "differences": _differences(before.differences),
        "apart": list(before.apart),
        "changes": [
            {
                "question": change.question.id,
                "course": change.course.value,
                "before": change.before,
                "after": change.after,
            }
            for change in before.changes
        ],
    }


def _miss(miss: Miss) -> Json:
    one, answer = miss.retrieved, miss.answer
    return {
        "question": miss.question.id,
        "kind": miss.question.kind,
        "text": miss.question.question,
        "rank": one.rank if one else None,
        "first": asdict(one.first) if one and one.first else None,
        "wanted": asdict(one.wanted) if one and one.wanted else None,
        "missed": [name for name, at in (("retrieval", one), ("answer", answer)) if at is not None],
        "status": answer.status if answer else None,
        "answer": answer.text if answer else None,
    }
