"""What ``minutes eval`` does with its options."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.evaluation.comparing import Against, against, fallen_under, parse_bounds
from assistant.evaluation.page import page
from assistant.evaluation.questions import load_questions
from assistant.evaluation.running import opened_index, ours, question_progress, run_questions
from assistant.evaluation.runs import Run, read_run, save_run, write
from assistant.evaluation.systems import parse_names

if TYPE_CHECKING:
    from assistant.config import Settings


@dataclass(frozen=True)
class Asked:
    """The options of ``minutes eval``, as given."""

    questions: Path
    docs: Path | None = None
    compare: str = ""
    html: Path | None = None
    save: Path | None = None
    against: Path | None = None
    fail_under: Sequence[str] = ()
    retrieval_only: bool = False


@dataclass(frozen=True)
class Evaluation:
    """A run, its comparison with an earlier one, and the bounds that it does not reach."""

    run: Run
    before: Against | None
    failed: tuple[str, ...]


def evaluate(asked: Asked, settings: Settings, note: Callable[[str], None]) -> Evaluation:
    """Run a question set, and write what is asked for.

    Args:
        asked: the options.
        settings: where index and models are.
        note: told what people should know meanwhile, a line each.

    Raises:
        QuestionError: an option names what there is not.
        AssistantError: the set, a saved run or a system is missing or wrong.
        IndexStoreError: the index is empty or cannot be read.
        IngestError: nothing readable is at ``docs``.
    """
    # Wrong files and options are told before anything is loaded.
    questions = load_questions(asked.questions)
    systems = parse_names(asked.compare)
    bounds = parse_bounds(asked.fail_under)
    earlier = read_run(asked.against) if asked.against else None
    with opened_index(settings, asked.docs, note) as index, question_progress() as step:
        systems = systems or [ours(index, settings)]
        run = run_questions(
            asked.questions,
            questions,
            index,
            settings,
            systems,
            answers=not asked.retrieval_only,
            step=step,
        )
    before = against(run, str(asked.against), earlier) if earlier is not None else None
    if asked.save:
        save_run(run, asked.save)
    if asked.html:
        write(asked.html, page(run, before))
    return Evaluation(run, before, tuple(fallen_under(run, bounds)))
