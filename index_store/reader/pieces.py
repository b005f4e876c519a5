"""Question and passage -> the tokens that the reader sees.

The bundled model's tokenizer joins a particle to the word before it (14人の), where no answer ends.
A token is therefore parted where SudachiPy sees a particle, an auxiliary or a mark begin or end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from index_store.tokenizing import tokenizer as morphemes
from ingest.text import has_japanese

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LONGEST = 448
"""Tokens of question and passage together; the passage's end is left out where there are more."""

OF_QUESTION = 96
"""Tokens of a question at most."""

OF_HEADER = 80
"""Tokens of a passage's header at most."""

_BEGIN, _END = 0, 2
_PARTED = {"助詞", "助動詞", "補助記号", "空白", "接続詞"}

Offsets = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Seen:
    """What the reader sees of a question and a passage.

    Args:
        ids: the tokens' numbers, ``<s> question </s> </s> header text </s>``.
        first: the index of the first token of the passage's text.
        offsets: for each token from there, first and last (excluded) character of the text.
    """

    ids: tuple[int, ...]
    first: int
    offsets: Offsets

    def characters(self, begin: int, end: int) -> tuple[int, int]:
        """The characters of the text that tokens ``begin`` to ``end`` (included) hold."""
        return self.offsets[begin - self.first][0], self.offsets[end - self.first][1]

    def tokens(self, start: int, end: int) -> tuple[int, int] | None:
        """The first and last token that hold characters ``start`` to ``end``; None if cut off."""
        held = [n for n, (a, b) in enumerate(self.offsets) if a < end and b > start]
        if not held or self.offsets[held[-1]][1] < end:
            return None
        return self.first + held[0], self.first + held[-1]


class PlainTokenizer:
    """A transformers tokenizer's inner one, which neither cuts off nor pads.

    It is shared, not copied: a copy takes a second and 250,000 tokens more of memory. transformers sets
    how it cuts off and pads before each use, so both may use it, though not at the same time: whoever
    asks holds the engine's lock on the models.

    Args:
        tokenizer: the one of the bundled model.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._inner = tokenizer.backend_tokenizer

    def encode(self, text: str, *, add_special_tokens: bool) -> Any:
        """All tokens of a text, with their places in it."""
        self._inner.no_truncation()
        self._inner.no_padding()
        return self._inner.encode(text, add_special_tokens=add_special_tokens)

    def token_to_id(self, token: str) -> int | None:
        """The number of a token; None where there is no such one."""
        number: int | None = self._inner.token_to_id(token)
        return number


class Pieces:
    """Cuts texts into the bundled model's tokens.

    Args:
        tokenizer: that of the bundled model; it must not cut off or pad.
    """

    def __init__(self, tokenizer: Tokenizer | PlainTokenizer) -> None:
        self._whole = tokenizer
        self._inner = lru_cache(maxsize=20_000)(self._of_part)
        self._header = lru_cache(maxsize=2_000)(self._ids)
        self._text = lru_cache(maxsize=2_000)(self._cut)

    def seen(self, question: str, header: str, text: str) -> Seen:
        """What the reader sees of a question and a passage with its header."""
        asked = self._header(question)[:OF_QUESTION]
        above = self._header(header)[:OF_HEADER]
        ids, offsets = self._text(text)
        lead = [_BEGIN, *asked, _END, _END, *above]
        left = LONGEST - len(lead) - 1
        return Seen((*lead, *ids[:left], _END), len(lead), offsets[:left])

    def _ids(self, text: str) -> tuple[int, ...]:
        return tuple(self._whole.encode(text, add_special_tokens=False).ids)

    def _cut(self, text: str) -> tuple[tuple[int, ...], Offsets]:
        encoded = self._whole.encode(text, add_special_tokens=False)
        cuts = _cuts(text)
        found = [
            token
            for number, (a, b) in zip(encoded.ids, encoded.offsets, strict=True)
            for token in self._parted(text, number, *_trimmed(text, a, b), cuts)
        ]
        return tuple(number for number, _, _ in found), tuple((a, b) for _, a, b in found)

    def _parted(
        self, text: str, number: int, start: int, end: int, cuts: Sequence[int]
    ) -> Iterator[tuple[int, int, int]]:
        """A token, parted at the cuts that lie in it."""
        within = [at for at in cuts if start < at < end] if end - start > 1 else []
        if not within:
            yield number, start, end
            return
        for a, b in zip([start, *within], [*within, end], strict=True):
            for inner, first, last in self._inner(text[a:b]):
                yield inner, a + first, a + last

    def _of_part(self, part: str) -> tuple[tuple[int, int, int], ...]:
        """A part of a token as tokens, without the mark of a word's beginning."""
        encoded = self._whole.encode(part, add_special_tokens=False)
        whole = self._whole.token_to_id(part)
        if whole is not None:
            return ((whole, 0, len(part)),)
        return tuple(
            (number, a, b)
            for number, (a, b) in zip(encoded.ids, encoded.offsets, strict=True)
            if b > a
        )


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A token's characters without the white space that it begins with."""
    while start < end - 1 and text[start].isspace():
        start += 1
    return start, end


def _cuts(text: str) -> list[int]:
    """Where a particle, an auxiliary or a mark begins or ends in a Japanese text."""
    if not has_japanese(text):
        return []
    cuts: set[int] = set()
    for morpheme in morphemes().tokenize(text):
        if morpheme.part_of_speech()[0] in _PARTED:
            cuts.update((morpheme.begin(), morpheme.end()))
    return sorted(cuts)
