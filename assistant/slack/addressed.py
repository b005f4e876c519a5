"""Whether words are meant for the bot, in a thread that it has joined.

People also talk to each other there. A question that is missed costs its asker one mention, an
answer that nobody asked for disturbs everybody. So the bot takes what asks the records something,
and stays silent in doubt.
"""

from __future__ import annotations

import re
import unicodedata

from assistant.slack import addressed_en as english
from assistant.slack import addressed_ja as japanese
from ingest.text import has_japanese

# 12:30 and 2.5 are no ends.
_END = re.compile(r"(?<=[。!?\n])|(?<=[.;:])(?=\s)")
_SEPARATORS = re.compile(r"[\s。.!、,〜~ー…♪\-]*")
_NO_WORDS = re.compile(r"[\W_]*$")
_SAME = str.maketrans(
    {"’": "'", "‘": "'", "❓": "?", "❔": "?", "⁇": "?", "．": "。", "\ufe0f": ""}
)


def asks(words: str) -> bool:
    """Whether words ask the records something, with a question mark of any width or none.

    The last sentence that is no courtesy decides: なるほど、では予算はいくらですか。よろしくお願いします。

    Args:
        words: what was typed, without mentions.
    """
    for sentence in reversed(_sentences(words)):
        if not is_courtesy(sentence) and not is_greeting(sentence):
            return _asks(sentence)
    return False


def names_somebody(words: str) -> bool:
    """Whether words call a person, or people: 田中さん、… 皆さん、… Hi Bob, … everyone."""
    return any(_calls(part) for part in (_plain(words), *_sentences(words)))


def is_courtesy(words: str) -> bool:
    """Whether words are thanks, nods or 「よろしくお願いします」 and nothing else."""
    return _consists_of(words, japanese.COURTESY, english.COURTESY)


def is_greeting(words: str) -> bool:
    """Whether words are greetings, perhaps with thanks, and nothing else."""
    return not is_courtesy(words) and _consists_of(
        words, japanese.GREETING, english.GREETING, japanese.COURTESY, english.COURTESY
    )


def is_for_bot(words: str, *, others: bool, last_by_bot_or_same: bool) -> bool:
    """Whether a reply in a joined thread, which does not mention the bot, is a question to it.

    Args:
        words: what was typed, without mentions.
        others: whether somebody else is mentioned.
        last_by_bot_or_same: whether the message before it was the bot's, or the same person's.
    """
    return last_by_bot_or_same and not others and not names_somebody(words) and asks(words)


def _sentences(words: str) -> list[str]:
    """The sentences of words, with their marks."""
    parts = (part.strip() for part in _END.split(_plain(words)))
    return [part for part in parts if not _NO_WORDS.match(part)]


def _plain(words: str) -> str:
    return unicodedata.normalize("NFKC", words.translate(_SAME)).strip()


def _asks(sentence: str) -> bool:
    return japanese.asks(sentence) if has_japanese(sentence) else english.asks(sentence)


def _calls(sentence: str) -> bool:
    return japanese.calls(sentence) or english.calls(sentence)


def _consists_of(words: str, *patterns: re.Pattern[str]) -> bool:
    """Whether words are matches of patterns, one after the other, and nothing else."""
    plain = _plain(words)
    at = _skipped(plain, 0)
    began = at
    while at < len(plain):
        ends = (match.end() for pattern in patterns if (match := pattern.match(plain, at)))
        end = max(ends, default=at)
        if end == at:
            return False
        at = _skipped(plain, end)
    return at > began


def _skipped(plain: str, at: int) -> int:
    match = _SEPARATORS.match(plain, at)
    return match.end() if match else at
