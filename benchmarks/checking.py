"""The check of claims, measured on claims made by hand, and what its weights are learnt from.

``python -m benchmarks.checking`` prints, for the development claims and the held-out ones, how many
claims of each kind get the right verdict; ``--write`` learns the weights of support from the
development claims first. ``--wrong`` lists the claims that are judged wrongly.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from assistant.config import load_settings
from assistant.verifying.checker import ClaimChecker
from assistant.verifying.cover import content_words
from assistant.verifying.support import RISING, SupportWeights
from assistant.verifying.telling import has_kana
from assistant.verifying.types import Check, Claim, Source, Verdict
from index_store.embedding import Embedder
from index_store.types import StoredPassage
from index_store.words import words
from ingest.types import Kind, Place

CLAIMS = Path(__file__).parent / "claims"
WEIGHTS = Path(__file__).parents[1] / "assistant" / "verifying" / "weights.json"
LEARNT_FROM = ("development", "development-2")
SETS = (*LEARNT_FROM, "held-out")
SHRINKING = 1.0
"""How little weights are drawn to zero, for signs of unit deviation."""

Floats = NDArray[np.float64]

ACCEPTED = 0.05
"""Share of the wrong claims that may be shown; the threshold is the lowest that keeps to it."""


@dataclass(frozen=True)
class Pair:
    """A claim made by hand, with the passages that it was given and the verdict that is right."""

    id: str
    kind: str
    language: str
    claim: Claim
    sources: Mapping[int, Source]
    verdict: Verdict
    fault: str | None

    @property
    def supported(self) -> bool:
        """Whether the claim may be shown."""
        return self.verdict is Verdict.SUPPORTED


class Counted:
    """How many of some passages hold a word, as the word index tells it."""

    def __init__(self, texts: Iterable[str]) -> None:
        cut = [set(words(text)) for text in texts]
        self._count = Counter(word for held in cut for word in held)
        self._total = len(cut)

    def document_frequencies(self, query: Sequence[str]) -> tuple[dict[str, int], int]:
        """(word -> passages that hold it, passages in all)."""
        return {word: self._count[word] for word in query}, self._total


def read_pairs(path: Path) -> list[Pair]:
    """The claims of a file, a JSON object a line."""
    return [_pair(json.loads(line)) for line in path.read_text("utf-8").splitlines() if line]


def _pair(row: dict[str, Any]) -> Pair:
    passages = [_passage(row["id"], n, given) for n, given in enumerate(row["passages"])]
    sources = {
        n: Source(passage, tuple(passages[i] for i in given["answers"]))
        for n, (passage, given) in enumerate(zip(passages, row["passages"], strict=True), start=1)
    }
    claim = Claim(row["claim"], row["cites"], row["quote"])
    return Pair(row["id"], row["kind"], row["language"], claim, sources, Verdict(row["verdict"]), row["fault"])  # fmt: skip


def _passage(pair: str, n: int, given: dict[str, Any]) -> StoredPassage:
    place = Place(
        document=f"{pair}.txt", kind=Kind.MINUTES, title=given["title"], date=given["date"],
        speaker=given["speaker"], person=given["person"], role=given["role"],
        agenda=given["agenda"], heading=None, page=None, turn=n, section=None,
        start=0, end=len(given["text"]), line=1,
    )  # fmt: skip
    return StoredPassage(f"{pair}#{n}", given["text"], "", place, tuple(given["answers"]))


def checker_of(pairs: Sequence[Pair], weights: SupportWeights | None = None) -> ClaimChecker:
    """A checker over the passages of some claims, with the bundled model."""
    settings = load_settings()
    texts = {s.passage.text for pair in pairs for s in pair.sources.values()}
    return ClaimChecker(Embedder(settings.model, settings.index.cache), Counted(texts), weights)


def spoilt(pairs: Sequence[Pair]) -> list[Pair]:
    """The supported claims, each spoilt in three ways, as Kryściński et al. (2020, FactCC) do.

    A thing is swapped for one of another scene, a clause of another scene is added, and the claim is
    held against words of another scene. They are negatives that a hand would not tire to write.
    """
    rng = random.Random(7)
    right = [pair for pair in pairs if pair.supported]
    found = []
    for pair in right:
        apart = [p for p in right if _scene(p) != _scene(pair) and p.language == pair.language]
        if not apart:
            continue
        other = rng.choice(apart)
        joint = "、" if has_kana(pair.claim.text) else ", and "
        texts = [pair.claim.text.rstrip("。.") + joint + other.claim.text]
        if swapped := _swapped(pair.claim.text, other.claim.text, rng):
            texts.append(swapped)
        found += [
            replace(pair, claim=replace(pair.claim, text=text), verdict=Verdict.NOT_IN_RECORD)
            for text in texts
        ]
        found.append(replace(other, claim=replace(other.claim, text=pair.claim.text), verdict=Verdict.NOT_IN_RECORD))  # fmt: skip
    return found


def _scene(pair: Pair) -> str | None:
    return pair.sources[1].passage.place.title


def _swapped(claim: str, other: str, rng: random.Random) -> str | None:
    """A claim with one of its things replaced by one of another claim."""
    ours = sorted({word.surface for word in content_words(claim) if word.thing})
    theirs = sorted({word.surface for word in content_words(other) if word.thing} - set(ours))
    return claim.replace(rng.choice(ours), rng.choice(theirs)) if ours and theirs else None


def learn(by_hand: Sequence[Pair]) -> SupportWeights:
    """What the signs of support are worth, from claims made by hand and spoilt ones.

    Claims that a rule would stop are learnt from as well: rules do not stop all of their kind. The
    threshold is set on the claims made by hand, each scene left out of what judges it.
    """
    checker = checker_of(by_hand)
    rows = [
        (signs, pair.supported, _scene(pair), _counts(checker, pair) if at < len(by_hand) else 0.0)
        for at, pair in enumerate([*by_hand, *spoilt(by_hand)])
        if pair.claim.source is not None
        and pair.claim.source in pair.sources
        and (signs := checker.signs_of(pair.claim, pair.sources[pair.claim.source]))
    ]
    names = list(rows[0][0])
    x = np.array([[row[0][name] for name in names] for row in rows])
    y = np.array([row[1] for row in rows])
    scenes, counts = np.array([row[2] for row in rows]), np.array([row[3] for row in rows])
    scale = x.std(axis=0) + 1e-9
    x = x / scale
    bounds = [_bounds(name) for name in names]
    out = np.zeros(len(y))
    for scene in set(scenes):
        apart = scenes == scene
        worth, bias = _fitted(x[~apart], y[~apart], bounds)
        out[apart] = _sigmoid(x[apart] @ worth + bias)
    worth, bias = _fitted(x, y, bounds)
    print(f"{len(y)} claims, {int((~y).sum())} not supported")
    print("area under the curve, each scene left out once:", round(float(roc_auc_score(y, out)), 3))
    enough = _strict_enough(y, out, counts, sum(not pair.supported for pair in by_hand))
    return SupportWeights(
        {name: round(float(w), 4) for name, w in zip(names, worth / scale, strict=True)},
        round(float(bias), 4),
        round(enough, 2),
    )


def _strict_enough(y: NDArray[np.bool_], likelihoods: Floats, counts: Floats, wrong: int) -> float:
    """The lowest threshold at which no more than :data:`ACCEPTED` of the wrong claims are shown.

    Args:
        y: which claims are supported, of shape [claims].
        likelihoods: how likely each is, of shape [claims].
        counts: 1 for those that are looked at, of shape [claims].
        wrong: the number of wrong claims, those that rules stop among them.
    """
    enough = 1.0
    for t in np.arange(0.95, 0.15, -0.05):
        shown = likelihoods >= t
        bad, good = counts[~y & shown].sum(), counts[y & shown].sum()
        print(
            f"  {t:.2f}: {bad:.0f} of {wrong} wrong shown, {good:.0f} of {counts[y].sum():.0f} right"
        )
        if bad <= math.ceil(ACCEPTED * wrong):
            enough = float(t)
    return enough


def _counts(checker: ClaimChecker, pair: Pair) -> float:
    """How much a claim counts for the threshold: what a rule stops is never shown anyway."""
    return float(checker.check(pair.claim, pair.sources).support is not None)


def _bounds(name: str) -> tuple[float | None, float | None]:
    """What the weight of a sign may be: one that speaks for a claim never speaks against it."""
    return (0.0 if name in RISING else None, None)


def _fitted(
    x: Floats, y: NDArray[np.bool_], bounds: Sequence[tuple[float | None, float | None]]
) -> tuple[Floats, float]:
    """Weights and bias of a logistic regression whose weights keep within ``bounds``.

    Args:
        x: signs, of shape [claims, signs], each of unit deviation.
        y: which claims are supported, of shape [claims].
        bounds: the least and the greatest weight of each sign.
    """
    balance = np.where(y, 0.5 / y.mean(), 0.5 / (1 - y.mean()))

    def loss(worth: Floats) -> tuple[float, Floats]:
        odds = x @ worth[:-1] + worth[-1]
        error = balance * (_sigmoid(odds) - y)
        value = balance @ (np.logaddexp(0, odds) - y * odds) + worth[:-1] @ worth[:-1] / (
            2 * SHRINKING
        )
        slope = np.append(x.T @ error + worth[:-1] / SHRINKING, error.sum())
        return float(value), slope

    start = np.zeros(x.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)]).x
    return found[:-1], float(found[-1])


def _sigmoid(odds: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-odds))


def judge(pairs: Sequence[Pair], checker: ClaimChecker) -> list[tuple[Pair, Check]]:
    """Each claim with what the check says of it."""
    return [(pair, checker.check(pair.claim, pair.sources)) for pair in pairs]


def table(name: str, judged: Sequence[tuple[Pair, Check]]) -> list[str]:
    """How many claims of each kind are shown, and how many should be."""
    kinds: dict[str, list[tuple[Pair, Check]]] = defaultdict(list)
    for pair, check in judged:
        kinds[pair.kind].append((pair, check))
    rows = [["kind", "claims", "to be shown", "shown rightly", "shown wrongly", "right verdict"]]
    for kind, held in [*kinds.items(), ("all", list(judged))]:
        right = [c for p, c in held if p.supported]
        wrong = [c for p, c in held if not p.supported]
        rows.append([
            kind, str(len(held)), str(len(right)), str(sum(c.passed for c in right)),
            str(sum(c.passed for c in wrong)),
            f"{sum(p.verdict is c.verdict for p, c in held) / len(held):.2f}",
        ])  # fmt: skip
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in rows]
    return [f"\n{name}", *lines]


def main(arguments: Sequence[str] | None = None) -> int:
    """Learn, check, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checking", description=__doc__)
    parser.add_argument("--write", action="store_true", help="learn the weights and keep them")
    parser.add_argument("--wrong", action="store_true", help="list what is judged wrongly")
    parser.add_argument("--sets", default=",".join(SETS), help="which claims")
    given = parser.parse_args(arguments)
    weights = None
    if given.write:
        weights = learn(
            [pair for name in LEARNT_FROM for pair in read_pairs(CLAIMS / f"{name}.jsonl")]
        )
        WEIGHTS.write_text(json.dumps(asdict(weights), indent=2) + "\n", encoding="utf-8")
        print(json.dumps(asdict(weights)))
    for name in given.sets.split(","):
        pairs = read_pairs(CLAIMS / f"{name}.jsonl")
        judged = judge(pairs, checker_of(pairs, weights))
        print("\n".join(table(name, judged)))
        if given.wrong:
            for pair, check in judged:
                if pair.supported != check.passed:
                    print(_wrong_line(pair, check))
    return 0


def _wrong_line(pair: Pair, check: Check) -> str:
    cited = pair.sources.get(pair.claim.source or 0)
    support = "" if check.support is None else f" {check.support:.2f}"
    said = f"{cited.passage.place.speaker}: {cited.passage.text}" if cited else ""
    return (
        f"\n{pair.id} {pair.kind} should be {pair.verdict}: {check.fault} {check.detail}{support}\n"
        f"  {pair.claim.text}\n  「{pair.claim.quote}」 {said}"
    )


if __name__ == "__main__":
    sys.exit(main())
