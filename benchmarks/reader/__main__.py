"""Train the reader and measure it.

    python -m benchmarks.reader train [--quick]   data -> weights, report (hours on two cores, twice as many without bfloat16)
    python -m benchmarks.reader train --from WEIGHTS   goes on from these: an eighth of the time
    python -m benchmarks.reader measure           figures of the package's weights, held out
    python -m benchmarks.reader curve [--quick]   trained with less data, and without each source

Data of others is read from ``--shared`` (default ``../shared/eval``); what is missing is left out.
Groups and checkpoints are kept in ``--work``: a run that was broken off goes on there.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

# Before torch: threads that spin while they wait take the processor from whoever works.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch

from assistant.config import Settings, load_settings
from benchmarks.reader.curve import Results, variants
from benchmarks.reader.data import Sets, prepared
from benchmarks.reader.groups import Group
from benchmarks.reader.measuring import calibrated, figures, table
from benchmarks.reader.model import Untrained, computed_in, give, load, untrained, write
from benchmarks.reader.recipes import EPOCHS, further, whole
from benchmarks.reader.scoring import odds_by, reader_of
from benchmarks.reader.training import Recipe, train
from index_store.reader.calibration import Calibration

ROOT = Path(__file__).parent.parent.parent
WEIGHTS = ROOT / "index_store/reader/weights.safetensors"

LOOK = 80
"""Questions of a source for a look while training goes on."""

OF_CURVE = 400
"""Held-out questions of a source that each training of the curve is measured on."""

OF_CALIBRATION = 310
"""Questions of a source that the calibration is learnt from."""


@dataclass(frozen=True)
class Options:
    """What was asked for on the command line."""

    what: str
    shared: Path
    work: Path
    out: Path
    device: str
    quick: bool
    start: Path | None


def main() -> None:
    """Do what is asked for."""
    options = _options()
    settings = load_settings()
    sets = prepared(options.shared, options.work, settings, print)
    for name, groups in (("to learn", sets.train), ("development", sets.development), ("held out", sets.held_out)):  # fmt: skip
        _say(f"{name}: {_counted(groups)}")
    {"train": _train, "measure": _measure, "curve": _curve}[options.what](options, settings, sets)


def _options() -> Options:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("what", choices=["train", "measure", "curve"])
    parser.add_argument(
        "--shared", type=Path, default=ROOT.parent / "shared/eval", help="data of others"
    )
    parser.add_argument(
        "--work", type=Path, default=ROOT / ".reader", help="groups and checkpoints"
    )
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="the weights")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--quick", action="store_true", help="a quarter of each training")
    parser.add_argument(
        "--from", dest="start", type=Path, metavar="WEIGHTS", help="train these further"
    )
    options = Options(**vars(parser.parse_args()))
    if options.start is not None and options.what != "train":
        parser.error(f"--from trains further: it goes with train, not with {options.what}")
    if options.start is not None and not options.start.is_file():
        parser.error(f"--from {options.start}: no such file; name weights that a training wrote")
    return options


def _train(options: Options, settings: Settings, sets: Sets) -> None:
    began = time.monotonic()
    recipe = whole(quick=options.quick)
    if options.start is not None:
        recipe = further(recipe)
    model, learnt = _trained(
        options, settings, sets.train, sets.development, recipe, start=options.start
    )
    _finish(options, model, learnt, sets, recipe, time.monotonic() - began)


def _trained(
    options: Options,
    settings: Settings,
    groups: Sequence[Group],
    development: Sequence[Group],
    recipe: Recipe,
    *,
    look: bool = True,
    start: Path | None = None,
) -> tuple[Untrained, dict[str, torch.Tensor]]:
    model = untrained(settings.index.cache, recipe.seed, options.device)
    if start is not None:
        give(start, model)
    read = reader_of(model.network, model.pieces, options.device)

    def watch(step: int) -> None:
        found = figures(read, development, odds_by(Calibration()), LOOK)
        _say(f"step {step}: " + ", ".join(f"{name} {f.value:.3f}" for name, f in found.items()))

    learnt = train(
        model.network,
        model.pieces,
        groups,
        recipe,
        device=options.device,
        dtype=computed_in(options.device),
        work=options.work if look else None,
        note=_say,
        watch=watch if look else None,
    )
    return model, learnt


def _finish(
    options: Options,
    model: Untrained,
    learnt: dict[str, torch.Tensor],
    sets: Sets,
    recipe: Recipe,
    seconds: float,
) -> None:
    """Calibrate, write, read again what was written, and report what that is worth."""
    read = reader_of(model.network, model.pieces, options.device)
    calibration = calibrated(read, _chosen(sets.development))
    told = {"recipe": json.dumps(asdict(recipe)), "seconds": str(round(seconds))}
    write(options.out, learnt, model.base, calibration, told)
    _say(
        f"{options.out.name}: {options.out.stat().st_size / 1e6:.1f} MB, trained in {seconds / 60:.0f} min"
    )
    _say(f"calibration: {calibration.told()}")
    before = figures(read, sets.development, odds_by(calibration), LOOK)
    load(options.out, model)
    after = figures(read, sets.development, odds_by(calibration), LOOK)
    _say("development, as trained -> as stored in 4 bits:")
    for name in before:
        _say(f"  {name}  {before[name].value:.3f} -> {after[name].value:.3f}")
    report = table(figures(read, sets.held_out, odds_by(calibration)))
    _say("held out:\n  " + "\n  ".join(report))


def _measure(options: Options, settings: Settings, sets: Sets) -> None:
    model = untrained(settings.index.cache, 0, options.device)
    odds = odds_by(load(options.out, model))
    read = reader_of(model.network, model.pieces, options.device)
    _say("development:\n  " + "\n  ".join(table(figures(read, sets.development, odds))))
    _say("held out:\n  " + "\n  ".join(table(figures(read, sets.held_out, odds))))


def _curve(options: Options, settings: Settings, sets: Sets) -> None:
    """Train with parts of the data, and measure; what is done is not done again."""
    results = Results(options.work / "curve.jsonl")
    for variant in variants(sets.train, whole(quick=options.quick)):
        found = results.of(variant)
        if found is None:
            model, _ = _trained(
                options, settings, variant.groups, sets.development, variant.recipe, look=False
            )
            read = reader_of(model.network, model.pieces, options.device)
            odds = odds_by(calibrated(read, _chosen(sets.development)))
            found = figures(read, sets.held_out, odds, OF_CURVE)
            results.keep(variant, found)
        _say(f"{variant.name}:\n  " + "\n  ".join(table(found)))


def _chosen(development: Sequence[Group]) -> list[Group]:
    """What the calibration is learnt from: as many of each source as there are, within bounds."""
    return [
        group
        for source in EPOCHS
        for group in [g for g in development if g.source == source][:OF_CALIBRATION]
    ]


def _counted(groups: Sequence[Group]) -> str:
    sources = dict.fromkeys(group.source for group in groups)
    return ", ".join(f"{s} {sum(g.source == s for g in groups)}" for s in sources)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
