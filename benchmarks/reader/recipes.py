"""How long and how strongly the reader is trained: from nothing, and further."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.reader.training import Recipe

EPOCHS = {"jsquad": 1.0, "own": 1.15, "poliinfo": 3.0, "poliinfo-summaries": 0.4, "qmsum": 0.4}
"""How often each source is gone through; by the time that two cores have, not yet by what is best."""

QUICK = 0.25
"""Share of that for a quick training."""

FURTHER = 0.12
"""Share of a training for going on from its weights."""

FURTHER_RATE = 4e-5
"""The highest learning rate then: what is there is to stay."""


def whole(*, quick: bool = False) -> Recipe:
    """The training from nothing, or a quarter of it."""
    share = QUICK if quick else 1.0
    return Recipe({source: share * times for source, times in EPOCHS.items()})


def further(recipe: Recipe) -> Recipe:
    """What a training by ``recipe`` is gone on with: shorter, gentler, with other questions."""
    epochs = {source: FURTHER * times for source, times in recipe.epochs.items()}
    return replace(recipe, epochs=epochs, rate=FURTHER_RATE, seed=recipe.seed + 1)
