"""What was learnt, as the package carries it: differences to the bundled model, in 4-bit blocks.

A matrix is stored as the bundled model's own are (Q4_0: blocks of 32 weights with one scale, see
:func:`index_store.bundled_model.dequantize_q4`), everything small as float32, in one safetensors
file. 21 million weights are 12 MB so; what the rounding costs is in ``docs/reader.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index_store.bundled_model import dequantize_q4
from index_store.errors import ModelError

FORMAT = "minutes-reader-1"
"""Told in the file; another one is refused."""

_BLOCK = 32
_SMALL = 4_096

Array = NDArray[np.float32]


def quantize_q4(values: Array) -> NDArray[np.uint8]:
    """A flat array, its length a multiple of 32, as Q4_0 blocks of 18 bytes each.

    The weight farthest from 0 becomes -8, so that it is kept exactly.
    """
    blocks = values.astype(np.float32).reshape(-1, _BLOCK)
    farthest = blocks[np.arange(len(blocks)), np.argmax(np.abs(blocks), axis=1)]
    scale = (farthest / -8).astype(np.float16)
    inverse = np.divide(
        1.0, scale.astype(np.float32), where=scale != 0, out=np.zeros(len(blocks), np.float32)
    )
    nibbles = np.clip(np.round(blocks * inverse[:, None]) + 8, 0, 15).astype(np.uint8)
    packed = nibbles[:, : _BLOCK // 2] | (nibbles[:, _BLOCK // 2 :] << 4)
    return np.concatenate([scale[:, None].view(np.uint8), packed], axis=1).reshape(-1)


def write_differences(
    path: Path, learnt: Mapping[str, Array], base: Mapping[str, Array], told: Mapping[str, str]
) -> None:
    """Write what was learnt.

    Args:
        path: the file.
        learnt: the parameters by name.
        base: those of the bundled model under the same names; one that is missing counts as 0.
        told: what else the file tells of itself.
    """
    from safetensors.numpy import save_file

    tensors: dict[str, NDArray[np.generic]] = {}
    for name, values in learnt.items():
        difference = values - base[name] if name in base else values
        large = difference.size > _SMALL and difference.size % _BLOCK == 0
        tensors[name] = (
            quantize_q4(difference.reshape(-1))
            if large
            else np.ascontiguousarray(difference, dtype=np.float32)
        )
    save_file(tensors, path, metadata={"format": FORMAT, **told})


def read_differences(path: Path) -> tuple[dict[str, Array], dict[str, str]]:
    """The differences by name, matrices flat, and what the file tells of itself.

    Raises:
        ModelError: the file cannot be read, or is something else.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            told = dict(file.metadata() or {})
            found = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise ModelError(
            f"{path}: the reader's weights cannot be read ({error}); "
            "mend: install the package anew, or set MINUTES_READER=off"
        ) from error
    if told.get("format") != FORMAT:
        raise ModelError(
            f"{path}: the reader's weights are of another version ({told.get('format')}); "
            "mend: install the package anew, or set MINUTES_READER=off"
        )
    return {name: _plain(values) for name, values in found.items()}, told


def _plain(values: NDArray[np.generic]) -> Array:
    if values.dtype != np.uint8:
        return np.asarray(values, dtype=np.float32)
    data = values.tobytes()
    return dequantize_q4(data, len(data) // 18 * _BLOCK, 0)
