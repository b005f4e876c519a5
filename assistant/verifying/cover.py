"""Which words of a claim the record holds: the word itself, a word akin to it, or none.

A faithful retelling in Japanese changes words and keeps characters: 使途 for 使い道, 小型化 for
小さくする. So a word is akin to the record where half of its Chinese characters stand there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache

from assistant.verifying.grounds import Grounds
from index_store.tokenizing import tokenizer
from index_store.words import words
from ingest.text import has_japanese

CLAUSE_END = re.compile(r"[、。;]|(?:, )?\b(?:and|but|because|so|while|together with|which)\b|, ")
"""Where a clause of a claim ends."""

_HAN = re.compile(r"[\u4e00-\u9fff々]")
_STEM = 5
"""Letters that English words share at their beginning if they are akin: opening, opened."""


class Held(Enum):
    """How the record holds a word of a claim."""

    QUOTED = 1.0
    """In the sentences quoted."""

    SAID = 0.9
    """Elsewhere in the passage, in the question, or in its place."""

    AKIN = 0.6
    """Another word there has its characters."""

    NOWHERE = 0.0


@dataclass(frozen=True)
class Word:
    """A content word: ``forms`` in which it is compared, as it stands, whether it is a noun, and of a thing."""

    forms: tuple[str, ...]
    surface: str
    noun: bool
    thing: bool
    start: int


@lru_cache(maxsize=512)
def content_words(text: str) -> tuple[Word, ...]:
    """The words of a text that say something, without those that any retelling brings along."""
    found = []
    if not has_japanese(text):
        for match in re.finditer(r"[A-Za-z][A-Za-z'’-]*", text):
            forms = tuple(words(match.group()))
            if forms and not set(forms) & _retelling():
                found.append(Word(forms, match.group(), True, True, match.start()))
        return tuple(found)
    for token in tokenizer().tokenize(text):
        speech, forms = token.part_of_speech(), tuple(words(token.surface()))
        if (
            not forms
            or speech[0] not in _CONTENT
            or speech[1] == "数詞"
            or speech[2] == "助数詞可能"
        ):
            continue
        if set(forms) & _retelling() or forms[0].isdigit():
            continue
        thing = speech[0] == "名詞" and speech[2] in ("一般", "人名", "地名")
        found.append(Word(forms, token.surface(), speech[0] == "名詞", thing, token.begin()))
    return tuple(found)


_CONTENT = frozenset({"名詞", "動詞", "形容詞", "形状詞", "接尾辞"})


class Cover:
    """The words of the record, for looking up those of a claim."""

    def __init__(self, ground: Grounds) -> None:
        self._quoted = set(words(ground.quoted))
        rest = f"{ground.said}\n{ground.asked}\n{ground.around}"
        self._said = self._quoted | set(words(rest))
        self._text = rest
        self._characters = set(_HAN.findall(ground.said + ground.asked))
        self._stems = {w[:_STEM] for w in self._said if w.isascii() and len(w) >= _STEM}

    def of(self, word: Word) -> Held:
        """How the record holds a word."""
        if any(form in self._quoted for form in word.forms):
            return Held.QUOTED
        if any(form in self._said for form in word.forms) or word.surface in self._text:
            return Held.SAID
        own = _HAN.findall(word.surface)
        if own and sum(c in self._characters for c in own) * 2 >= len(own):
            return Held.AKIN
        if any(form[:_STEM] in self._stems for form in word.forms if len(form) >= _STEM):
            return Held.AKIN
        return Held.NOWHERE


def clauses(text: str) -> list[str]:
    """The clauses of a claim."""
    return [part for part in CLAUSE_END.split(text) if part and part.strip()]


_RETELLING = (
    "方 者 人 時期 割合 理由 見方 意見 考え 結果 状況 内容 場合 必要 全体 数 額 量 点 声 旨 賛意 疑問 前提 対応 目標 "
    "見込み 費用 うち ため 現在 時点 今後 仕組み 場所 人々 住民 市民 可能性 必要性 案 予定 方針 計画 述べる 示す 求める 問い 答える "
    "説明 質問 指摘 話す 報告 提案 考える 見る 懸念 紹介 訴える 主張 尋ねる なる する いる 見通し 段階 委員 課長 会長 回答 課題 中 後 前 こと もの 令和 平成 昭和 もと 代わり 側 話 実態 背景 方法 お金 考え方 自身 とおり まま ほか 他 一つ 以上 以外 以前 以降 間 際 形 様子 名前 会議 会 市 町 村 県 区 国 都 府 氏 さん 様 皆 誰 何 今回 次回 前回 回 年 月 日 午前 午後 時 夜 朝 昼 最後 最初 当初 先 皆さん 本 当 同 各 上 下 中身 問題 話題 発言 議論 質疑 答弁 事 物 訳 限り 程度 半分 倍 西暦 年度 始まり 終わり 開始 終了"
)
"""Words that a faithful retelling brings along, whatever the record says."""


@cache
def _retelling() -> frozenset[str]:
    return frozenset(words(_RETELLING)) | frozenset(words("said say ask asked told explained"))
