"""Prepares the groups once, and tells what is learnt from and what is held out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.config import Settings
from benchmarks.reader import sources
from benchmarks.reader.groups import Group, load, save, tenth
from ingest.passages import RULES_VERSION

HERE = Path(__file__).parent
HELD_OUT_SESSIONS = ("2020-",)
"""Days of the assembly that are held out: a year that the summaries of PoliInfo-3 do not reach."""


FORM = 3
"""Of groups; a higher one makes them anew."""

DEVELOPMENT = 9
"""The tenth of documents that nothing is learnt from and choices are made by."""


@dataclass(frozen=True)
class Sets:
    """The groups to learn from, those to choose by, and those that are measured at the end."""

    train: tuple[Group, ...]
    development: tuple[Group, ...]
    held_out: tuple[Group, ...]


def prepared(shared: Path, work: Path, settings: Settings, note: Callable[[str], None]) -> Sets:
    """All groups, from ``work`` where an earlier run left them there.

    Args:
        shared: the folder with ``jsquad``, ``poliinfo`` and ``qmsum-train``; what is missing is
            left out, and told.
        work: where groups are kept.
        settings: where the models are.
        note: told in a line what is missing.
    """
    work.mkdir(parents=True, exist_ok=True)
    train: list[Group] = []
    development: list[Group] = []
    held_out: list[Group] = []
    for name, place, make in _makers(shared):
        if not place.exists():
            note(f"{place}: not there; the reader learns nothing of {name}")
            continue
        file = work / f"{name}-{_digest(place)}.jsonl"
        if not file.is_file():
            save(file, make(place, settings, note))
        for group in load(file):
            if not group.answering and group.source != "own":
                continue  # the answer was not found, which does not say that there is none
            part = _part(name, group)
            {"train": train, "development": development, "held out": held_out}[part].append(group)
    return Sets(tuple(train), tuple(development), tuple(held_out))


def _makers(
    shared: Path,
) -> Iterator[tuple[str, Path, Callable[[Path, Settings, Callable[[str], None]], Iterator[Group]]]]:
    yield "own", HERE / "train", sources.own
    yield "own-held-out", HERE / "held-out", sources.own
    answers = shared / "poliinfo/answer_verification_train.json"
    yield "poliinfo-answers", answers, sources.poliinfo_answers
    summaries = shared / "poliinfo/question_answering_train.json"
    yield "poliinfo-summaries", summaries, sources.poliinfo_summaries
    yield "qmsum", shared / "qmsum-train", sources.qmsum
    yield "jsquad", shared / "jsquad", sources.squad


def _digest(place: Path) -> str:
    """Of a source's files and how they are read: groups that were made otherwise are not used again."""
    found = hashlib.sha256(f"{FORM} {RULES_VERSION}".encode())
    for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
        if file.is_file():
            found.update(file.name.encode() + b"\0" + file.read_bytes())
    return found.hexdigest()[:12]


def _part(name: str, group: Group) -> str:
    """Where a group belongs; always by its document."""
    if name == "own-held-out":
        return "held out"
    if name == "poliinfo-answers":
        day = group.document.removeprefix("poliinfo-")
        return "held out" if day.startswith(HELD_OUT_SESSIONS) else "train"
    if name == "jsquad" and tenth(group.document) < 2:
        return "held out"
    return "development" if tenth(group.document) == DEVELOPMENT else "train"
