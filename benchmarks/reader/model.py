"""The network that is trained: built from the bundled model, written as the package carries it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import BertModel

from index_store.bundled_model import bundled_model_folder, faster_dtype
from index_store.embedding import quiet
from index_store.reader.calibration import Calibration
from index_store.reader.differences import read_differences, write_differences
from index_store.reader.network import ReaderNetwork
from index_store.reader.pieces import Pieces

Array = NDArray[np.float32]


class Untrained(NamedTuple):
    """The network as training begins, what cuts texts for it, and the bundled model's parameters."""

    network: ReaderNetwork
    pieces: Pieces
    base: dict[str, Array]


def untrained(cache: Path, seed: int, device: str = "cpu") -> Untrained:
    """A network on the bundled model, its heads random.

    Attention is computed plainly and nothing is dropped out: on a processor that trains two and a
    half times as fast as the fused kernel, which is slow backwards.
    """
    folder = bundled_model_folder(cache)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    with quiet():
        bundled = BertModel.from_pretrained(
            folder,
            add_pooling_layer=False,
            attn_implementation="eager",
            attention_probs_dropout_prob=0.0,
            hidden_dropout_prob=0.0,
            dtype=torch.float32,
        )
    torch.manual_seed(seed)
    network = ReaderNetwork(bundled).to(device)
    base = {n: v for n, v in _arrays(network).items() if n.startswith("layer.")}
    return Untrained(network, Pieces(tokenizer), base)


def computed_in(device: str) -> torch.dtype:
    """What the layers are computed in: as the package does it, bfloat16 only where that is faster."""
    return faster_dtype() if device == "cpu" else torch.bfloat16


def write(
    path: Path,
    learnt: Mapping[str, torch.Tensor],
    base: Mapping[str, Array],
    calibration: Calibration,
    told: Mapping[str, str],
) -> None:
    """Write what was learnt, with its calibration."""
    arrays = {name: values.numpy() for name, values in learnt.items()}
    write_differences(path, arrays, base, {"calibration": calibration.told(), **told})


def load(path: Path, model: Untrained) -> Calibration:
    """Give a network what a file holds, to read with as the package does; gives its calibration."""
    device = next(model.network.parameters()).device
    model.network.encoder.to(computed_in(device.type))
    return give(path, model)


def give(path: Path, model: Untrained) -> Calibration:
    """Give a network what a file holds, in whatever it computes; gives its calibration."""
    learnt, told = read_differences(path)
    model.network.reset(model.base)
    model.network.add(learnt)
    return Calibration.read(told["calibration"])


def _arrays(network: ReaderNetwork) -> dict[str, Array]:
    return {
        name: parameter.detach().float().cpu().numpy().copy()
        for name, parameter in network.learnt().items()
    }
