"""A claim must tell the answer, not the question that it answers.

Who takes up a question is read together with it, so that 「4月からです」 carries 「貸出しは4月から」. The words of the
question alone carry nothing: 「予約は電話だけか」 is answered by 「アプリでも受け付けます」.
"""

from __future__ import annotations

from assistant.verifying.cover import content_words
from assistant.verifying.figures import figures
from assistant.verifying.grounds import Grounds, Wrong
from assistant.verifying.types import Fault
from index_store.words import stances, words
from ingest.text import has_japanese


def only_the_question(content: str, ground: Grounds) -> Wrong | None:
    """Whether a claim says nothing but what was asked, or None.

    Args:
        content: the claim without the words that tell who said it, NFKC.
        ground: what it rests on.
    """
    if not ground.source.asked or has_japanese(content) != has_japanese(ground.said):
        return None
    asked = set(words("\n".join(asker.text for asker in ground.source.asked)))
    said = set(words(ground.said))
    told = [word for word in content_words(content) if said & set(word.forms)]
    if any(not asked & set(word.forms) for word in told):
        return None
    if any(denied and (word, denied) in stances(ground.said) for word, denied in stances(content)):
        return None  # 求めない is no echo of 求めるべきではないか
    values = {figure.value for figure in figures(ground.said)}
    if any(figure.value in values for figure in figures(content)):
        return None
    return Wrong(Fault.MEANING, ground.words[:20])
