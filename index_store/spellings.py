"""One word in several spellings: サーバ and サーバー, ヴァイオリン and バイオリン, Slack and スラック.

The dictionary decides. It has the usual spelling of most katakana words, and how most Latin words
are read: Slack is スラック there, ChatGPT チャットジーピーティー. A spelling that it does not have is
tried in the ways in which people vary it, and taken if one of them is a word. No list of pairs is
needed but for what spelling cannot tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from index_store.tokenizing import tokenizer

_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]+")
_LETTERS = re.compile(
    "(?:エー|エイ|ビー|シー|ディー|デー|イー|エフ|ジー|エイチ|エッチ|アイ|ジェー|ジェイ|ケー|ケイ|エル|エム|エヌ|オー|ピー|"
    "キュー|アール|エス|ティー|テー|ユー|ブイ|ヴィー|ダブリュー|エックス|ワイ|ゼット|ゼッド)+ズ?"
)
"""A word that is spelled out (AI, DX, SDGs); it is written in Latin letters only."""

_RESPELLED = (
    (re.compile(r"チャット[ ・]?(?:GPT|ジーピーティー)", re.IGNORECASE), "ChatGPT"),
    (re.compile(r"wi[-‐‑ ]fi(?![a-z])|ワイ[・]?ファイ", re.IGNORECASE), "WiFi"),
)
"""Half katakana, or with a hyphen: cut apart, nothing tells that it is one word."""

_APART = frozenset("chatgpt wifi line suica".split())
"""Always Latin: what is respelled above, LINE (no ライン: ガイドライン), Suica (no スイカ)."""

_VOICED = str.maketrans({"ヷ": "バ", "ヴ": "ブ"})
_V = (("ヴァ", "バ"), ("ヴィ", "ビ"), ("ヴェ", "ベ"), ("ヴォ", "ボ"), ("ヴュ", "ビュ"))
_SMALL = str.maketrans("ヤユヨツアイウエオ", "ャュョッァィゥェォ")
_SMALLER = re.compile(
    "(?<=[キシチニヒミリギジヂビピテデフウヴ])[ヤユヨ]|ツ(?=[カ-ト])|(?<=[フウテデヴ])[アイエオ]"
)
_LONGEST = 24


def respelled(text: str) -> str:
    """``text`` (NFKC) with one spelling for the few words that are half katakana."""
    for pattern, spelling in _RESPELLED:
        text = pattern.sub(spelling, text)
    return text


@lru_cache(maxsize=50_000)
def same_katakana(word: str) -> str:
    """The one spelling under which a katakana word, as it was cut, is compared.

    The dictionary's, if it has the word or a variant of it; else the word with バ for ヴァ and
    without a long vowel at its end.
    """
    found = _of_dictionary(word)
    if found is not None or len(word) > _LONGEST:
        return found or word
    for variant in _variants(word):
        found = _of_dictionary(variant)
        if found is not None:
            return found
    plain = _without_v(word)
    return plain.rstrip("ー") if len(plain.rstrip("ー")) > 2 else plain


@lru_cache(maxsize=50_000)
def as_katakana(word: str) -> str | None:
    """How a Latin word is written in katakana: Slack -> スラック; None where nobody does, as AI."""
    if len(word) < 2 or word.lower() in _APART:
        return None
    tokens = tokenizer().tokenize(word)
    if len(tokens) != 1 or tokens[0].is_oov():
        return None
    reading = tokens[0].reading_form()
    if not _KATAKANA.fullmatch(reading) or _LETTERS.fullmatch(reading):
        return None
    return same_katakana(reading)


def _of_dictionary(word: str) -> str | None:
    """The dictionary's spelling, in katakana, of what it holds as one word."""
    tokens = tokenizer().tokenize(word)
    if len(tokens) != 1 or tokens[0].is_oov():
        return None
    normal = tokens[0].normalized_form()
    # Of some names the usual spelling is the Latin one (グーグル: Google).
    usual: str = tokens[0].reading_form() if normal.isascii() else normal
    return usual


def _variants(word: str) -> Iterator[str]:
    """Other ways to write a katakana word: small letters, バ for ヴァ, long vowels at the end."""
    small = _SMALLER.sub(lambda match: match.group().translate(_SMALL), word)
    bodies = dict.fromkeys((word, small, _without_v(word), _without_v(small)))
    for body, ending in product(bodies, ("", "ー")):
        variant = body.rstrip("ー") + ending
        if variant != word:
            yield variant


def _without_v(word: str) -> str:
    for v, b in _V:
        word = word.replace(v, b)
    return word.translate(_VOICED)
