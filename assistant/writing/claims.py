"""What a model returns -> claims, while it is still arriving.

Asked for is ``{"claims": [{"claim", "passage", "quote"}, …]}``. Each claim is read as soon as its
object is closed; what stands around the objects (prose, code fences, other keys) does not matter.
Where no object comes at all, sentences of prose with [n] behind them are read as claims.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any

from assistant.verifying.types import Claim

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "claim": {"type": "string"},
                    "passage": {"type": "integer"},
                    "quote": {"type": "string"},
                    "translation": {"type": "string"},
                },
                "required": ["claim", "passage", "quote", "translation"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["claims"],
    "additionalProperties": False,
}
"""The shape that servers with structured output are asked to keep to."""

MOST = 24
"""Claims that are read of one answer; a model that repeats itself is not followed for ever."""

DEEPEST = 8
"""Objects within objects that are looked into; a model may open braces for ever."""

_CLAIM = ("claim", "text", "sentence", "statement", "answer", "主張", "文", "回答")
_SOURCE = ("passage", "source", "citation", "cite", "n", "id", "number", "番号", "出典")
_QUOTE = ("quote", "words", "evidence", "引用", "根拠")
_NONE = re.compile(r'"claims"\s*:\s*\[\s*\]')
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_MARKS = re.compile(r"\[(?P<n>\d{1,2})\](?:\[\d{1,2}\])*")
_QUOTED = re.compile(r"「(?P<ja>[^「」]{4,})」|[“\"](?P<en>[^“”\"]{8,})[”\"]")
_TURNS_WRITING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class ClaimReader:
    """Reads claims from text that arrives in pieces."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._open: deque[list[str]] = deque(maxlen=DEEPEST)
        self._in_string = self._escaped = False
        self._read = 0

    def feed(self, piece: str) -> Iterator[Claim]:
        """The claims that ``piece`` completes."""
        self._text.append(piece)
        for character in piece:
            for held in self._open:
                held.append(character)
            if self._in_string:
                self._within_string(character)
            elif character == '"' and self._open:
                self._in_string = True
            elif character == "{":
                self._open.append([character])
            elif character == "}" and self._open:
                yield from self._closed("".join(self._open.pop()))

    def end(self) -> Iterator[Claim]:
        """The claims that are left when the text has ended: those of prose, where no object came."""
        if self._read == 0 and not _looks_like_json("".join(self._text)):
            for claim in _prose("".join(self._text)):
                self._read += 1
                yield claim

    @property
    def text(self) -> str:
        """All that arrived."""
        return "".join(self._text)

    @property
    def none(self) -> bool:
        """Whether what arrived says that there is nothing to claim."""
        return _NONE.search(self.text) is not None

    @property
    def full(self) -> bool:
        """Whether so many claims came that no more are read."""
        return self._read >= MOST

    def _within_string(self, character: str) -> None:
        if self._escaped:
            self._escaped = False
        elif character == "\\":
            self._escaped = True
        elif character == '"':
            self._in_string = False

    def _closed(self, text: str) -> Iterator[Claim]:
        claim = _claim(_loaded(text))
        if claim is not None and not self.full:
            self._read += 1
            yield claim


def _loaded(text: str) -> object:
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _claim(value: object) -> Claim | None:
    """The claim that an object holds under any of the names that models give its parts."""
    if not isinstance(value, dict):
        return None
    text, quote = _first(value, _CLAIM), _first(value, _QUOTE)
    if not (said := _shown(text)):
        return None
    number = _number(_first(value, _SOURCE))
    return Claim(said, number, _shown(quote), _shown(value.get("translation")) or None)


def _shown(value: object) -> str:
    """A string without what no terminal and no log can take: control characters, half characters."""
    if not isinstance(value, str):
        return ""
    kept = (c for c in value if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(c for c in kept if c not in _TURNS_WRITING).strip()


def _first(value: dict[str, object], names: tuple[str, ...]) -> object:
    return next((value[name] for name in names if name in value), None)


def _number(value: object) -> int | None:
    """The number of a passage: 2, "2", "[2]", [2]."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, bool) or value is None:
        return None
    match = re.search(r"\d{1,3}", str(value))
    return int(match.group()) if match else None


def _looks_like_json(text: str) -> bool:
    return '"claims"' in text or '"claim"' in text


def _prose(text: str) -> Iterator[Claim]:
    """Sentences of prose that end in [n]; what they set in quotation marks is the quote."""
    return islice((claim for line in text.splitlines() for claim in _marked(line)), MOST)


def _marked(line: str) -> Iterator[Claim]:
    last = 0
    for marks in _MARKS.finditer(line):
        before = re.split(r"[\[\]]", line[last : marks.start()])[-1]
        last = marks.end()
        sentence = _shown(before).strip(" 　。.-*・")
        quoted = _QUOTED.search(sentence)
        quote = (quoted["ja"] or quoted["en"]) if quoted else ""
        if sentence:
            stop = line[last : last + 1] if line[last : last + 1] in ("。", ".") else ""
            yield Claim(sentence + stop, int(marks["n"]), quote)
