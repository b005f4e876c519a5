"""The reader's network: the bundled model with its layers learnt anew, and two small heads."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from index_store.reader.pieces import Seen

if TYPE_CHECKING:
    from transformers import BertModel

_PAD = 1

PADDED_TO = 16
"""Lengths are multiples of this: kernels are generated for each new shape, which takes longer than
computing with some padding."""


class Batch(NamedTuple):
    """Pairs of question and passage, padded: all of shape [pairs, tokens].

    ``ids`` are token numbers, ``seen`` is 1 where there is a token, ``text`` is 1 at the tokens of
    the passage's text.
    """

    ids: Tensor
    seen: Tensor
    text: Tensor


class Logits(NamedTuple):
    """What the network says: ``answers`` of shape [pairs], ``start`` and ``end`` [pairs, tokens].

    A token outside the text has -inf, but the first one of a pair, which stands for "no words".
    """

    answers: Tensor
    start: Tensor
    end: Tensor


class ReaderNetwork(nn.Module):
    """Reads question and passage together.

    Args:
        base: the bundled model; its embeddings are shared, not copied.
    """

    def __init__(self, base: BertModel) -> None:
        super().__init__()
        self.encoder: BertModel = copy.deepcopy(base, {id(base.embeddings): base.embeddings})
        size = int(base.config.hidden_size)
        self.spans = nn.Linear(size, 2)
        self.answers = nn.Linear(2 * size, 1)
        for head in (self.spans, self.answers):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def learnt(self) -> dict[str, nn.Parameter]:
        """The parameters that differ from the bundled model's, by name."""
        layers = {
            f"layer.{at}.{name}": parameter
            for at, layer in enumerate(self.encoder.encoder.layer)
            for name, parameter in layer.named_parameters()
        }
        heads = {
            f"{head}.{name}": parameter
            for head, module in (("spans", self.spans), ("answers", self.answers))
            for name, parameter in module.named_parameters()
        }
        return layers | heads

    def reset(self, base: Mapping[str, NDArray[np.float32]]) -> None:
        """Make the layers those of the bundled model again; ``base`` has their parameters by name."""
        with torch.no_grad():
            for name, parameter in self.learnt().items():
                if name in base:
                    parameter.copy_(torch.from_numpy(base[name]).view(parameter.shape))

    def add(self, differences: Mapping[str, NDArray[np.float32]]) -> None:
        """Add what was learnt to the bundled model's parameters.

        Args:
            differences: by name, of the parameter's size; heads are set, not added to.
        """
        with torch.no_grad():
            for name, parameter in self.learnt().items():
                values = torch.from_numpy(differences[name].copy()).view(parameter.shape)
                if not name.startswith("layer."):
                    parameter.zero_()
                parameter.copy_(parameter.float() + values)

    def forward(self, batch: Batch) -> Logits:
        """What is thought of each pair."""
        states = self.encoder(input_ids=batch.ids, attention_mask=batch.seen).last_hidden_state
        states = states.float()
        spans = self.spans(states)
        allowed = batch.text.clone()
        allowed[:, 0] = 1
        spans = spans.float().masked_fill(allowed.unsqueeze(-1) == 0, float("-inf"))
        weights = batch.text.unsqueeze(-1).float()
        mean = (states * weights).sum(1) / weights.sum(1).clamp(min=1.0)
        answers = self.answers(torch.cat([states[:, 0], mean], dim=-1)).squeeze(-1).float()
        return Logits(answers, spans[..., 0], spans[..., 1])


def batched(pairs: Sequence[Seen], device: torch.device | str = "cpu") -> Batch:
    """Pairs side by side, padded to the longest and a little more (see ``PADDED_TO``)."""
    longest = -(-max(len(pair.ids) for pair in pairs) // PADDED_TO) * PADDED_TO
    ids = torch.full((len(pairs), longest), _PAD)
    seen = torch.zeros((len(pairs), longest), dtype=torch.long)
    text = torch.zeros((len(pairs), longest), dtype=torch.long)
    for row, pair in enumerate(pairs):
        ids[row, : len(pair.ids)] = torch.tensor(pair.ids)
        seen[row, : len(pair.ids)] = 1
        text[row, pair.first : pair.first + len(pair.offsets)] = 1
    return Batch(ids.to(device), seen.to(device), text.to(device))
