"""Questions in another language than the records.

A multilingual model puts the language of a text into its vector as well as its meaning. Across
languages some passages (short ones, lists of names) are near to every question, and crowd out the
right one. What a question says beyond what any question of its language says is compared instead:
the mean of some neutral questions is taken from its vector. For candidates of one language this
ranks as the correction of hubs by Conneau et al. (2018, "Word translation without parallel data")
with the neutral questions as the neighbourhood. Figures in ``docs/retrieval.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index_store.embedding import Vectors
from ingest.text import has_japanese

_ENGLISH = (
    "What did the chair say about the budget?",
    "How many people attended the meeting?",
    "When will the work be finished?",
    "Why was the plan delayed?",
    "How much does it cost?",
    "What was decided about the schedule?",
    "Who asked about the effect of the measure?",
    "Which schools are affected by the change?",
    "What is the target for next year?",
    "How will the city inform residents?",
    "What concerns were raised by the members?",
    "What did the secretariat answer?",
    "Where will the new facility be built?",
    "How many applications were received?",
    "What are the next steps?",
    "Is there support for elderly residents?",
    "What percentage of households took part?",
    "How are volunteers recruited?",
    "What happened to the proposal on fees?",
    "How does the town deal with complaints?",
)
_JAPANESE = (
    "会長は予算について何と言いましたか",
    "会議には何人が出席しましたか",
    "工事はいつ終わりますか",
    "計画が遅れたのはなぜですか",
    "費用はいくらかかりますか",
    "日程について何が決まりましたか",
    "事業の効果について質問したのは誰ですか",
    "変更の影響を受ける学校はどこですか",
    "来年度の目標は何ですか",
    "住民にはどのように知らせますか",
    "委員からどのような懸念が出ましたか",
    "事務局はどう答えましたか",
    "新しい施設はどこに建てますか",
    "申し込みは何件ありましたか",
    "今後の進め方を教えてください",
    "高齢者への支援はありますか",
    "参加した世帯の割合は",
    "ボランティアはどう集めていますか",
    "料金についての提案はどうなりましたか",
    "苦情にはどう対応していますか",
)


class QueryEmbedder(Protocol):
    """What is needed of an embedding model."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Texts -> unit vectors of shape [len(texts), dimension]."""
        ...


class Crossing:
    """Takes from questions what all questions of their language share.

    Args:
        embedder: embeds the neutral questions, once for each language that is needed.
    """

    def __init__(self, embedder: QueryEmbedder) -> None:
        self._embedder = embedder
        self._means: dict[bool, Vectors] = {}

    def beyond(self, question: str, vector: Vectors) -> tuple[Vectors, float]:
        """What a question says beyond any question of its language.

        Args:
            question: as typed; it tells the language.
            vector: its unit vector, of shape [dimension].

        Returns:
            The unit vector of the difference, of shape [dimension], and the difference's length.
        """
        japanese = has_japanese(question)
        if japanese not in self._means:
            neutral = _JAPANESE if japanese else _ENGLISH
            self._means[japanese] = self._embedder.embed_queries(neutral).mean(axis=0)
        difference = vector - self._means[japanese]
        length = float(np.linalg.norm(difference))
        return difference / max(length, 1e-12), length

    def cosines(
        self, question: str, asked: Vectors, texts: Sequence[str], vectors: Vectors
    ) -> Vectors:
        """The cosines of a question with texts of either language, so that all compare.

        Args:
            question: as typed.
            asked: its unit vector, of shape [dimension].
            texts: what is compared with it.
            vectors: their unit vectors, of shape [len(texts), dimension].

        Returns:
            The cosines, of shape [len(texts)]; of texts in another language what they say beyond
            any question of the question's language, at the level of the others.
        """
        plain: Vectors = vectors @ asked
        foreign = np.array([is_foreign(question, text) for text in texts])
        if not foreign.any():
            return plain
        beyond, length = self.beyond(question, asked)
        across = length * (vectors @ beyond)
        return np.where(foreign, across + common_level(plain - across, foreign), plain)


def common_level(shared: Vectors, foreign: NDArray[np.bool_]) -> float:
    """What to add to comparisons across languages so that they compare with cosines.

    Args:
        shared: what each text has in common with any question of the question's language, shape
            [texts], at least one.
        foreign: which texts are in another language than the question, shape [texts].

    Returns:
        The mean over texts in the question's own language, or over all where there are none.
    """
    return float((shared if foreign.all() else shared[~foreign]).mean())


def is_foreign(question: str, text: str) -> bool:
    """Whether a text is in another language than a question: Japanese, or not."""
    return has_japanese(question) != has_japanese(text)
