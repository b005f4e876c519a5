"""The reader trained with less data, and without each source: would more help, and which does?

Parts of the documents are gone through more often, so that those trainings are equally long; without a
source a training is shorter. What a training came to is kept, so that a run of them that was broken off goes on with the next.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks.reader.groups import Group
from benchmarks.reader.measuring import Figure
from benchmarks.reader.training import Recipe

PARTS = (8, 4, 2, 1)
"""Of the documents, every so many is learnt from."""


@dataclass(frozen=True)
class Variant:
    """A training: its name, what it learns from, and how."""

    name: str
    groups: tuple[Group, ...]
    recipe: Recipe

    @property
    def told(self) -> str:
        """What must be the same for a result to count."""
        found = hashlib.sha256(str(asdict(self.recipe)).encode())
        for group in self.groups:
            found.update(repr(group).encode())
        return found.hexdigest()[:16]


def variants(groups: Sequence[Group], recipe: Recipe) -> Iterator[Variant]:
    """All trainings: parts of the documents, the whole last, then each source left out.

    Fewer documents are gone through more often: what is compared is how much there is to learn from,
    not for how long.
    """
    documents = sorted({group.document for group in groups})
    for part in PARTS:
        kept = set(documents[::part])
        some = tuple(group for group in groups if group.document in kept)
        epochs = {source: part * times for source, times in recipe.epochs.items()}
        name = "all documents" if part == 1 else f"1/{part} of the documents"
        yield Variant(name, some, replace(recipe, epochs=epochs))
    for source in recipe.epochs:
        epochs = {name: times for name, times in recipe.epochs.items() if name != source}
        yield Variant(f"without {source}", tuple(groups), replace(recipe, epochs=epochs))


class Results:
    """What trainings came to, in a file.

    Args:
        path: JSON lines; made when the first result is kept.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def of(self, variant: Variant) -> dict[str, Figure] | None:
        """The figures of a training that is done."""
        if not self._path.is_file():
            return None
        for line in self._path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["told"] == variant.told:
                return {name: Figure(*values) for name, values in row["figures"].items()}
        return None

    def keep(self, variant: Variant, figures: dict[str, Figure]) -> None:
        """Add the figures of a training."""
        told = {name: list(vars(figure).values()) for name, figure in figures.items()}
        row = {"name": variant.name, "told": variant.told, "figures": told}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
