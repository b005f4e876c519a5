"""Groups -> a trained network: seeded, with progress and checkpoints, on a processor or a GPU."""

from __future__ import annotations

import hashlib
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.reader.groups import Group, Shown
from benchmarks.reader.twins import twin
from index_store.reader.network import Logits, ReaderNetwork, batched
from index_store.reader.pieces import Pieces, Seen

Note = Callable[[str], None]

SAVED_AFTER = 300.0
"""Seconds between two checkpoints."""

POOL = 1_024
"""Groups that are sorted by length at a time: the more, the less padding."""

NO_WORDS_WEIGHT = 0.4
"""Weight of a passage without answering words beside one that has them."""

TOLD_AFTER = 60.0
"""Seconds between two lines on how far it is."""

LOOKED_AT = 600
"""Steps between two looks at how well it reads."""


@dataclass(frozen=True)
class Recipe:
    """How training goes.

    ``epochs`` says how often a source is gone through; ``wrong`` how many wrong passages a question
    has each time, and ``twins`` in how many cases the last of them is the right passage under a
    question spoilt in one word (:mod:`benchmarks.reader.twins`). ``tokens`` is what a step computes:
    pairs times tokens. ``rate`` is the highest learning rate, reached after ``warm`` of the steps,
    falling to 0 in a straight line.
    """

    epochs: dict[str, float]
    wrong: int = 2
    twins: float = 0.5
    tokens: int = 6_000
    rate: float = 1.7e-4
    warm: float = 0.06
    decay: float = 0.01
    seed: int = 7


@dataclass(frozen=True)
class Pair:
    """A question and a passage as tokens; ``span`` are first and last token of the answer.

    ``span`` is (0, 0) where the passage does not answer, None where nobody marked which words do: in
    the whole group then, or a question of its form would be learnt to have none.
    """

    group: int
    seen: Seen
    answers: bool
    span: tuple[int, int] | None


def rounds(groups: Sequence[Group], recipe: Recipe) -> list[Group]:
    """The groups in the order in which they are learnt from, as often as the recipe says."""
    chance = random.Random(recipe.seed)
    found: list[Group] = []
    for source, times in recipe.epochs.items():
        of_source = [group for group in groups if group.source == source]
        for _ in range(math.floor(times)):
            found += of_source
        found += chance.sample(of_source, round((times % 1) * len(of_source)))
    chance.shuffle(found)
    return found


def pairs_of(
    group: Group, number: int, pieces: Pieces, recipe: Recipe, chance: random.Random
) -> list[Pair]:
    """A right passage and some wrong ones of a question, of those that it has."""
    found = []
    marked = not group.answering
    spoilt: Pair | None = None
    if group.answering:
        shown = chance.choice(group.answering[:4])
        found.append(_right(group, shown, number, pieces))
        marked = found[0].span is not None
        if marked and chance.random() < recipe.twins:
            spoilt = _spoilt(group, shown, number, pieces, chance)
    # The likeliest wrong one teaches most, the others keep the reader from learning only those.
    wrong = list(group.others)
    picked = [
        wrong.pop(min(int(chance.expovariate(0.4)), len(wrong) - 1))
        for _ in range(min(recipe.wrong, len(wrong)))
    ]
    if spoilt and len(picked) == recipe.wrong:
        picked.pop()
        found.append(spoilt)
    found += [
        Pair(
            number,
            pieces.seen(group.question, one.header, one.text),
            False,
            (0, 0) if marked else None,
        )
        for one in picked
    ]
    return found


def _spoilt(
    group: Group, shown: Shown, number: int, pieces: Pieces, chance: random.Random
) -> Pair | None:
    """The right passage under a question that it does not answer; None where none is made."""
    question = twin(group.question, shown, group.others, chance)
    if question is None:
        return None
    return Pair(number, pieces.seen(question, shown.header, shown.text), False, (0, 0))


def _right(group: Group, shown: Shown, number: int, pieces: Pieces) -> Pair:
    seen = pieces.seen(group.question, shown.header, shown.text)
    spans = filter(None, (seen.tokens(*span) for span in shown.spans[:1]))
    return Pair(number, seen, True, next(spans, None))


def steps(groups: Sequence[Group], pieces: Pieces, recipe: Recipe) -> Iterator[list[Pair]]:
    """The pairs of each step: whole groups, of similar length, ``recipe.tokens`` in all."""
    chance = random.Random(recipe.seed + 1)
    pool: list[list[Pair]] = []
    for number, group in enumerate(groups):
        pool.append(pairs_of(group, number, pieces, recipe, chance))
        if len(pool) == POOL or number == len(groups) - 1:
            pool = [pairs for pairs in pool if pairs]
            pool.sort(key=lambda pairs: max(len(pair.seen.ids) for pair in pairs))
            made = list(_filled(pool, recipe.tokens))
            chance.shuffle(made)
            yield from made
            pool = []


def _filled(pool: Sequence[list[Pair]], tokens: int) -> Iterator[list[Pair]]:
    step: list[Pair] = []
    longest = 0
    for pairs in pool:
        reach = max(longest, *(len(pair.seen.ids) for pair in pairs))
        if step and reach * (len(step) + len(pairs)) > tokens:
            yield step
            step, reach = [], max(len(pair.seen.ids) for pair in pairs)
        step, longest = [*step, *pairs], reach
    if step:
        yield step


def loss_of(logits: Logits, pairs: Sequence[Pair]) -> Tensor:
    """What the network got wrong: which passage of a question answers, whether any does, and how.

    Whether one does is learnt from questions for facts alone: what bears on a summary's question is
    a matter of degree.
    """
    loss = _which(logits, pairs)
    if marked := [n for n, pair in enumerate(pairs) if pair.span is not None]:
        loss = loss + 1.5 * _whether(logits, pairs, marked) + 0.5 * _words(logits, pairs, marked)
    return loss


def _which(logits: Logits, pairs: Sequence[Pair]) -> Tensor:
    """How unlikely the right passage of each question is among those shown with it."""
    losses = []
    for number in dict.fromkeys(pair.group for pair in pairs):
        at = [n for n, pair in enumerate(pairs) if pair.group == number]
        right = next((n for n, i in enumerate(at) if pairs[i].answers), None)
        if right is not None and len(at) > 1:
            losses.append(-functional.log_softmax(logits.answers[at], 0)[right])
    return torch.stack(losses).mean() if losses else logits.answers.sum() * 0.0


def _whether(logits: Logits, pairs: Sequence[Pair], marked: Sequence[int]) -> Tensor:
    answers = torch.tensor([float(pairs[n].answers) for n in marked], device=logits.answers.device)
    return functional.binary_cross_entropy_with_logits(logits.answers[marked], answers)


def _words(logits: Logits, pairs: Sequence[Pair], marked: Sequence[int]) -> Tensor:
    spans = torch.tensor([pairs[n].span for n in marked], device=logits.answers.device)
    each = functional.cross_entropy(
        logits.start[marked], spans[:, 0], reduction="none"
    ) + functional.cross_entropy(logits.end[marked], spans[:, 1], reduction="none")
    # "No words" is far more frequent, and told by the first head as well.
    weight = torch.where(spans[:, 0] == 0, NO_WORDS_WEIGHT, 1.0)
    return (each * weight).sum() / weight.sum()


class Masters:
    """The learnt parameters in float32, beside those that the network computes with.

    Steps are far smaller than what bfloat16 can tell apart, but computing in it throughout (and not
    under autocast, which copies back and forth) trains half again as fast on a processor that has
    instructions for it. One that has none is twice as slow in it.

    Args:
        network: its layers become ``dtype``, its heads stay as they are.
        dtype: what is computed in.
    """

    def __init__(self, network: ReaderNetwork, dtype: torch.dtype) -> None:
        exact = {name: p.detach().float().clone() for name, p in network.learnt().items()}
        network.encoder.to(dtype)
        for parameter in network.parameters():
            parameter.requires_grad = False
        self._computed = network.learnt()
        for parameter in self._computed.values():
            parameter.requires_grad = True
        self.named = {name: nn.Parameter(values) for name, values in exact.items()}

    @property
    def exact(self) -> list[nn.Parameter]:
        """The parameters in float32."""
        return list(self.named.values())

    def take_gradients(self) -> None:
        """Move the gradients here."""
        for name, parameter in self._computed.items():
            gradient = parameter.grad
            self.named[name].grad = None if gradient is None else gradient.float()
            parameter.grad = None

    def give_back(self) -> None:
        """Let the network compute with what is here now."""
        with torch.no_grad():
            for name, parameter in self._computed.items():
                parameter.copy_(self.named[name])


def train(
    network: ReaderNetwork,
    pieces: Pieces,
    groups: Sequence[Group],
    recipe: Recipe,
    *,
    device: str = "cpu",
    dtype: torch.dtype = torch.float32,
    work: Path | None = None,
    note: Note = print,
    watch: Callable[[int], None] | None = None,
    every: int = LOOKED_AT,
    saved_after: float = SAVED_AFTER,
) -> dict[str, Tensor]:
    """Train a network in place; gives what was learnt, by name, in float32.

    Args:
        network: the network, on ``device``.
        pieces: cuts texts.
        groups: what is learnt from.
        recipe: how.
        device: ``cpu`` or ``cuda``.
        dtype: what the layers are computed in.
        work: gets a checkpoint every few minutes, from which a broken run goes on.
        note: told how it goes, a line about every minute.
        watch: called with the number of the step, now and then.
        every: steps between two such calls.
        saved_after: seconds between two checkpoints.
    """
    torch.manual_seed(recipe.seed)
    order = rounds(groups, recipe)
    planned = list(steps(order, pieces, recipe))
    masters = Masters(network, dtype)
    optimiser, schedule = _optimiser(masters, recipe, len(planned))
    told = f"{asdict(recipe)} {_digest(order)} {_digest_of_start(masters)}"
    run = _Run(masters, optimiser, schedule, told)
    if first := run.resumed(work):
        note(f"{first:,} steps are done")
    note(f"{len(order):,} groups, {len(planned):,} steps, {sum(map(len, planned)):,} pairs")
    progress = _Progress(note, first, len(planned))
    saved = time.monotonic()
    network.train()
    for number in range(first, len(planned)):
        pairs = planned[number]
        loss = loss_of(network(batched([pair.seen for pair in pairs], device)), pairs)
        loss.backward()
        masters.take_gradients()
        nn.utils.clip_grad_norm_(masters.exact, 1.0)
        optimiser.step()
        schedule.step()
        masters.give_back()
        progress.after(number + 1, float(loss.detach()))
        if work is not None and time.monotonic() - saved >= saved_after:
            saved = time.monotonic()
            run.save(work, number + 1)
        if watch is not None and (number + 1) % every == 0:
            watch(number + 1)
            network.train()
    if work is not None:
        run.file(work).unlink(missing_ok=True)
    return {name: parameter.detach().cpu() for name, parameter in masters.named.items()}


def _optimiser(
    masters: Masters, recipe: Recipe, planned: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    optimiser = torch.optim.AdamW(
        [
            {"params": [p for p in masters.exact if p.dim() > 1], "weight_decay": recipe.decay},
            {"params": [p for p in masters.exact if p.dim() == 1], "weight_decay": 0.0},
        ],
        lr=recipe.rate,
    )
    warm = max(1, round(recipe.warm * planned))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda n: min((n + 1) / warm, max(0.0, (planned - n) / (planned - warm + 1)))
    )
    return optimiser, schedule


class _Progress:
    """Tells how far it is, about every minute, and the loss as a moving average."""

    def __init__(self, note: Note, first: int, planned: int) -> None:
        self._note, self._first, self._planned = note, first, planned
        self._began = self._last = time.monotonic()
        self._average: float | None = None

    def after(self, done: int, loss: float) -> None:
        """Count the last step."""
        average = loss if self._average is None else 0.98 * self._average + 0.02 * loss
        self._average, now = average, time.monotonic()
        if now - self._last > TOLD_AFTER:
            self._last = now
            left = (now - self._began) / (done - self._first) * (self._planned - done)
            self._note(
                f"step {done:,} of {self._planned:,}, loss {average:.3f}, {left / 60:.0f} min left"
            )


def _digest(order: Sequence[Group]) -> str:
    """Of all that is learnt from, in its order."""
    return hashlib.sha256(repr(order).encode()).hexdigest()


def _digest_of_start(masters: Masters) -> str:
    """Of the parameters that training begins with."""
    found = hashlib.sha256()
    for parameter in masters.exact:
        found.update(parameter.detach().cpu().numpy().tobytes())
    return found.hexdigest()


@dataclass(frozen=True)
class _Run:
    """What a checkpoint holds; ``told`` is what must be the same for a run to go on there.

    Each run has a file of its own: one that was broken off is not lost to another.
    """

    masters: Masters
    optimiser: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler
    told: str

    def file(self, work: Path) -> Path:
        """Where its checkpoint is."""
        return work / f"checkpoint-{hashlib.sha256(self.told.encode()).hexdigest()[:12]}.pt"

    def save(self, work: Path, done: int) -> None:
        """Keep the state after ``done`` steps."""
        state = {
            "done": done,
            "learnt": {name: p.detach() for name, p in self.masters.named.items()},
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
        }
        draft = self.file(work).with_suffix(".part")
        torch.save(state, draft)
        draft.replace(self.file(work))

    def resumed(self, work: Path | None) -> int:
        """Load the checkpoint of the same run, if there is one; gives the steps that are done."""
        if work is None or not self.file(work).is_file():
            return 0
        state = torch.load(self.file(work), weights_only=True)
        with torch.no_grad():
            for name, parameter in self.masters.named.items():
                parameter.copy_(state["learnt"][name])
        self.masters.give_back()
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.load_state_dict(state["schedule"])
        return int(state["done"])
