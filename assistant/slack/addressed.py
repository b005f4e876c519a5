"""Whether words are meant for the bot: in a thread that it has joined people also talk to each other."""

from __future__ import annotations

import re
import unicodedata

from ingest.exchanges import is_question
from ingest.text import has_japanese

_MARK = re.compile(r"[?？⁇⁈⁉❓]")
_ASKS_JA = re.compile(
    r"(?:教えて|調べて|示して|挙げて|まとめて|見せて|知りたい|は何|とは|いつ|どこ|だれ|誰|どなた|なぜ|いくら|いくつ|何[件人回円年月日]|"
    r"どう(?:なり|なっ|決ま|答え|して)|について$|は$|の場合$|では$)"
)
_ASKS_EN = re.compile(
    r"^(?:and |but |so |ok,? |please )?(?:who|what|when|where|why|how|which|whose|did|does|do|is|are|was|were|has|have|can|could|will|would|"
    r"tell me|show me|list|find|explain|summari[sz]e|what about|how about)\b",
    re.IGNORECASE,
)
# 田中さん、… @佐藤 …: somebody else is spoken to.
_NAMED = re.compile(
    r"^[@＠]?[\u3005\u30a1-\u30fa\u30fc\u4e00-\u9fffA-Za-z]{1,12}(?:さん|君|くん|ちゃん|様|さま|課長|係長|部長|主任|先生)(?:[、,，:：\s]|$)"
    r"|^[@＠]\S+|^(?:hi|hey|hello)\s+[A-Z][a-z]+\b|^[A-Z][a-z]+[,:]\s"
)
# Doubts that people utter to each other: そうでしょうか, いいんじゃないか.
_TALK = re.compile(
    r"^(?:そう(?:です|でしょう|なん)|なるほど|たしかに|確かに|いいん|了解|承知|わかりました|分かりました|ですよね|だよね|"
    r"right\b|really\b|i think|i guess|i agree|sounds|let'?s\b|shall we|can we|should we|could you|can you|would you)",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:(?:どうも|大変|誠に|本当に)?(?:ありがとう(?:ございま(?:す|した))?|助かりました|感謝します|了解(?:です|しました)?|承知しました|わかりました|分かりました|お疲れ様です?)"
    r"|thank(?:s| you)(?: (?:so|very) much| a lot)?|thx|ty|ok(?:ay)?|got it|great|perfect)",
    re.IGNORECASE,
)
_EDGES = " \t\n。．.!！、,〜~ー-"


def asks(words: str) -> bool:
    """Whether words ask the records something, with a question mark of any width or none.

    Args:
        words: what was typed, without mentions.
    """
    plain = unicodedata.normalize("NFKC", words).strip()
    if not plain:
        return False
    if _TALK.search(plain):
        return False
    if _MARK.search(words):
        return True
    if has_japanese(plain):
        last = plain.rstrip(_EDGES)
        return is_question(last) or is_question(last + "。") or bool(_ASKS_JA.search(last))
    return bool(_ASKS_EN.search(plain))


def names_somebody(words: str) -> bool:
    """Whether words begin by calling a person."""
    return bool(_NAMED.search(unicodedata.normalize("NFKC", words).strip()))


def is_courtesy(words: str) -> bool:
    """Whether words are thanks or a nod and nothing else."""
    plain = unicodedata.normalize("NFKC", words).strip(_EDGES)
    return bool(_THANKS.fullmatch(plain))


def is_for_bot(words: str, *, others: bool, last_by_bot_or_same: bool) -> bool:
    """Whether a reply in a joined thread, which does not mention the bot, is a question to it.

    Args:
        words: what was typed, without mentions.
        others: whether somebody else is mentioned.
        last_by_bot_or_same: whether the message before it was the bot's, or the same person's.
    """
    return last_by_bot_or_same and not others and not names_somebody(words) and asks(words)
