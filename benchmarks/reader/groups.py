"""What the reader learns from: questions, each with passages that answer it and some that do not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Shown:
    """A passage as the reader is shown it.

    ``spans`` are the words that answer, as first and last (excluded) character of ``text``, the
    best one first; empty where the passage does not answer, or nobody said with which words.
    ``speaker`` is the name of who says it, without office; empty where nobody does.
    """

    header: str
    text: str
    spans: tuple[tuple[int, int], ...] = ()
    speaker: str = ""


@dataclass(frozen=True)
class Group:
    """A question with passages; ``document`` is what sets are split by.

    ``source`` names the data it is from, ``kind`` the kind of question. ``answering`` is empty
    where nothing answers it.
    """

    id: str
    source: str
    document: str
    kind: str
    question: str
    answering: tuple[Shown, ...]
    others: tuple[Shown, ...]


def tenth(document: str) -> int:
    """In which tenth of all documents one is, 0 to 9; always the same one."""
    return hashlib.sha256(document.encode()).digest()[0] * 10 // 256


def save(path: Path, groups: Iterable[Group]) -> None:
    """Write groups, one JSON object a line."""
    lines = (json.dumps(asdict(group), ensure_ascii=False) + "\n" for group in groups)
    draft = path.with_suffix(".part")
    draft.write_text("".join(lines), encoding="utf-8")
    draft.replace(path)


def load(path: Path) -> Iterator[Group]:
    """The groups that :func:`save` wrote."""
    for line in path.read_text(encoding="utf-8").splitlines():
        values = json.loads(line)
        for name in ("answering", "others"):
            values[name] = tuple(
                Shown(**one | {"spans": tuple((a, b) for a, b in one["spans"])})
                for one in values[name]
            )
        yield Group(**values)
