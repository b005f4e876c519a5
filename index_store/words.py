"""Text -> words for matching: Japanese by dictionary, other scripts by letters and stem.

White space does not part Japanese words, so Sudachi cuts them (short units, normalised forms:
打合せ and 打ち合わせ are one word). Latin words are lower-cased and stemmed. Width never matters. How
katakana and Latin spellings of one word meet: :mod:`index_store.spellings`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from index_store.spellings import as_katakana, respelled, same_katakana
from index_store.tokenizing import tokenizer as _tokenizer

if TYPE_CHECKING:
    import snowballstemmer

_JAPANESE = "\u3041-\u309f\u30a0-\u30ff\u3400-\u9fff々〆ヵヶ"
_LETTER = rf"[^\W\d_{_JAPANESE}]"
_RUN = re.compile(
    rf"(?P<japanese>[{_JAPANESE}]+)"
    r"|(?P<number>\d+(?:[.,]\d+)*)"
    rf"|(?P<other>{_LETTER}+(?:['’]{_LETTER}+)*)"
)
_KANA = re.compile("[\u3041-\u309f\u30a0-\u30ff]")
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]{2,}")
_FUNCTION_CLASSES = frozenset({"助詞", "助動詞", "補助記号", "空白", "記号", "接続詞", "感動詞"})
# Verbs and nouns that only carry grammar.
_EMPTY_JAPANESE = frozenset(
    "為る 有る 居る 成る 言う 事 物 様 等 其れ 此れ 其の 此の 者 所 為 出来る 行く 来る 於く 因る 下さる "
    "頂く 有り 無い 良い 御 又 他 つ 御座る 思う 考える".split()
)
_EMPTY_ENGLISH = frozenset(
    "a an and are as at be been being but by can could did do does for from had has have how i if in "
    "into is it its may me might must my no nor not of on or our shall she he should so some such "
    "than that the their them then there these they this those to us was we were what when where "
    "which who whom whose why will with would you your about any".split()
)
_ASKING = frozenset(
    "何 誰 何時 何処 何れ 何故 如何 幾つ 幾ら どう どの どんな どれ どれくらい 教える 言う 述べる 答える "
    "つく 対する 関する 聞く 尋ねる 質問 発言 意見 話す 見せる 説明 件 名 円 触れる 分かる 知る 示す 取る 件数 様 "
    "say said tell told ask asked answer answered mention mentioned state stated think show much "
    "many".split()
)
"""Words that ask, rather than name what is asked about."""

_CHUNK = 10_000
"""Characters given to the tokenizer at once; it refuses texts over 49,149 bytes."""


def words(text: str) -> list[str]:
    """All content words of ``text`` in order, in the form in which they are compared."""
    return [form for forms in _cut(text) for form in forms]


def asked_words(question: str) -> list[str]:
    """As :func:`words`, each word in one form: the one that a passage has however it spells it."""
    return [forms[0] for forms in _cut(question)]


def _cut(text: str) -> Iterator[tuple[str, ...]]:
    """The words of ``text``, each in all forms in which it is compared.

    A Latin word among Japanese has its katakana spelling as well, ahead.
    """
    plain = respelled(unicodedata.normalize("NFKC", text))
    among_japanese = _KANA.search(plain) is not None
    for match in _RUN.finditer(plain):
        if match["japanese"]:
            yield from ((word,) for word in _japanese(match["japanese"]))
        elif match["number"]:
            yield (match["number"].replace(",", ""),)
        elif latin := _latin(match["other"].lower()):
            spelled = as_katakana(match["other"]) if among_japanese else None
            yield (latin,) if spelled is None else (spelled, latin)


def rarity(frequency: int, total: int) -> float:
    """The weight of a word that ``frequency`` of ``total`` passages hold; rarer words weigh more."""
    return math.log(1 + (total + 1) / (frequency + 0.5))


def topic_words(question: str) -> list[str]:
    """The words of a question that name its topic, without those that only ask."""
    return [word for word in asked_words(question) if word not in _ASKING]


_DENYING = frozenset({"ない", "無い", "ず", "ぬ"})
_RHETORICAL = re.compile(
    r"(?:の|ん)?(?:では|じゃ)?(?:ない|ありませ[んぬ]|ませ[んぬ])(?:もの)?(?:の)?(?:でしょう|だろう|です)?か(?!も)|なければ|なくては|ないと(?=、)"
)
_DENYING_PREFIXES = frozenset({"未", "不", "非", "無"})
_ONE_WORD = frozenset({"常勤", "成年", "登校", "動産", "燃"})
"""Behind those prefixes they make words that deny nothing: 非常勤, 未成年."""

_BETWEEN = frozenset({"助詞", "助動詞"})


def denied_words(text: str) -> frozenset[str]:
    """The content words of Japanese that are denied where they stand: 置きません, 予定はない.

    Between a word and its denial stand only particles and verbs without meaning of their own.
    """
    return frozenset(word for word, denied in stances(text) if denied)


def stances(text: str) -> list[tuple[str, bool]]:
    """The content words of Japanese in order, each with whether it is denied where it stands.

    A word denied twice (ないわけではない) is not; 未, 不, 非 and 無 in front deny as well. A question
    that expects yes (できないか, のではないでしょうか) and a condition (なければ) deny nothing.
    """
    found: list[tuple[str, bool]] = []
    for match in _RUN.finditer(_RHETORICAL.sub("か", unicodedata.normalize("NFKC", text))):
        if match["japanese"]:
            found += _stances(match["japanese"])
    return found


def _stances(run: str) -> list[tuple[str, bool]]:
    found: list[tuple[str, bool]] = []
    open_to_denial = prefixed = False
    for token in _tokenizer().tokenize(run[:_CHUNK]):
        word, kind = token.normalized_form(), token.part_of_speech()[0]
        if word in _DENYING and kind in ("助動詞", "形容詞"):
            if open_to_denial:
                found[-1] = (found[-1][0], not found[-1][1])
        elif kind == "接頭辞":
            prefixed = word in _DENYING_PREFIXES
        elif (
            kind not in (*_BETWEEN, "代名詞")
            and word not in _EMPTY_JAPANESE
            and word not in _GRAMMATICAL
        ):
            open_to_denial = kind in ("動詞", "名詞", "形容詞", "形状詞")
            if open_to_denial:
                found.append((word.lower(), prefixed and word not in _ONE_WORD))
            prefixed = False
    return found


_GRAMMATICAL = frozenset({"居る", "おる", "訳", "限る", "こと", "筈", "積もり", "考え", "得る"})


def _japanese(run: str) -> Iterator[str]:
    cut = _tokenizer()
    for begin in range(0, len(run), _CHUNK):
        for token in cut.tokenize(run[begin : begin + _CHUNK]):
            word = token.normalized_form()
            if _KATAKANA.fullmatch(token.surface()):
                word = same_katakana(token.surface())
            if token.part_of_speech()[0] not in _FUNCTION_CLASSES and word not in _EMPTY_JAPANESE:
                yield word.lower()


def _latin(word: str) -> str | None:
    if word in _EMPTY_ENGLISH:
        return None
    stemmed: str = _stemmer().stemWord(word) if word.isascii() and len(word) > 3 else word
    return stemmed


@cache
def _stemmer() -> snowballstemmer.stemmer:
    import snowballstemmer

    return snowballstemmer.stemmer("english")
