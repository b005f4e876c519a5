"""Conversations as JSON: what was kept comes back as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.conversation import Conversation, Exchanged
from assistant.conversation_json import dumped, loaded
from assistant.engine import Engine
from assistant.types import Answer, CheckedClaim, Citation, NotFound, Reason, Sentence, Writing
from index_store.index import Index
from index_store.types import Linked
from ingest.types import Kind, Place
from tests.llm_server import LLMServer
from tests.written import BUDGET, engine_of, good

TEXT = st.text(max_size=12)
NUMBER = st.none() | st.integers(0, 99)
SHARE = st.floats(allow_nan=False)


@st.composite
def citations(draw: st.DrawFn, n: int) -> Citation:
    quote = draw(st.text(min_size=1, max_size=12))
    start = draw(st.integers(0, 9999))
    optional = {
        name: draw(st.none() | TEXT)
        for name in "title date speaker person role agenda heading time url".split()
    }
    numbers = {name: draw(NUMBER) for name in ("page", "turn", "section")}
    place = Place(
        document=draw(TEXT), kind=draw(st.sampled_from(Kind)), start=start, end=start + len(quote),
        line=draw(st.integers(1, 99)), **optional, **numbers,
    )  # fmt: skip
    linked = tuple(draw(st.lists(st.builds(Linked, TEXT, NUMBER, st.none() | TEXT), max_size=2)))
    marks = draw(st.none() | st.just((0, len(quote))))
    return Citation(n, quote, place, draw(TEXT), linked, draw(st.none() | TEXT), marks)


WRITINGS = st.builds(
    Writing, TEXT, st.booleans(), st.none() | TEXT,
    st.lists(st.builds(CheckedClaim, TEXT, TEXT, st.none() | TEXT, TEXT, NUMBER, st.none() | SHARE), max_size=3).map(tuple),
    st.dictionaries(TEXT, st.integers(0, 10**9), max_size=2),
    st.dictionaries(TEXT, st.integers(0, 10**9), max_size=2),
)  # fmt: skip


@st.composite
def exchanges(draw: st.DrawFn) -> Exchanged:
    common: dict[str, Any] = {
        "question": draw(TEXT),
        "language": draw(st.sampled_from(["ja", "en"])),
        "related": tuple(draw(citations(n)) for n in range(1, draw(st.integers(1, 3)))),
        "seconds": draw(st.dictionaries(TEXT, SHARE, max_size=3)),
        "understood": draw(st.none() | TEXT),
        "confidence": draw(st.none() | SHARE),
        "parts": draw(st.dictionaries(TEXT, SHARE, max_size=3)),
        "writing": draw(st.none() | WRITINGS),
    }
    outcome: Answer | NotFound
    if draw(st.booleans()):
        cited = tuple(draw(citations(n)) for n in range(1, draw(st.integers(2, 4))))
        said = tuple(Sentence(draw(TEXT), (citation.n,)) for citation in cited)
        outcome = Answer(sentences=said, citations=cited, **common)
    else:
        outcome = NotFound(message=draw(TEXT), reason=draw(st.sampled_from(Reason)), **common)
    topic = tuple(draw(st.lists(TEXT, max_size=3)))
    about = tuple(c.place for c in outcome.related)
    return Exchanged(draw(TEXT), draw(TEXT), outcome, topic, about)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(exchanged=exchanges())
def test_whatever_was_exchanged_comes_back(exchanged: Exchanged) -> None:
    text = dumped(exchanged)
    assert text.isascii()  # a name of a file that no UTF-8 can hold does not break a database
    again = loaded(text)
    assert again == exchanged
    assert again is not None
    assert type(again.outcome) is type(exchanged.outcome)
    assert dumped(again) == text


QUESTIONS = (
    "夜間の来館者は何人でしたか",
    "その理由は？",
    "佐藤委員は開館時間をどう考えていますか",
    "森下委員は開館時間についてどう発言しましたか",
    "五十嵐委員は電子図書の予算について何と言いましたか",
    "第9回の会議では何が決まりましたか",
    "火星への移住について教えてください",
    "電子図書の貸出しは令和7年からですか",
    "電子図書の担当職員は何人ですか",
    "When will e-book lending start?",
    "And the budget?",
)


def test_what_the_engine_answers_comes_back(filled: Index) -> None:
    engine = Engine.from_index(filled)
    talk, alone = Conversation(), []
    for question in QUESTIONS:
        engine.ask(question, talk)
        engine.ask(question, own := Conversation())
        alone += own.exchanged
    known = [*talk.exchanged, *alone]
    assert [loaded(dumped(exchanged)) for exchanged in known] == known
    outcomes = [exchanged.outcome for exchanged in known]
    assert any(isinstance(outcome, Answer) for outcome in outcomes)
    reasons = {outcome.reason for outcome in outcomes if isinstance(outcome, NotFound)}
    assert len(reasons) >= 3, reasons
    assert any(outcome.understood for outcome in outcomes)

    # A conversation that was kept goes on as the one that was not.
    kept = [loaded(dumped(exchanged)) for exchanged in talk.exchanged[:1]]
    again = Conversation([exchanged for exchanged in kept if exchanged is not None])
    first = engine.ask(QUESTIONS[1], again)
    assert first.text == talk.exchanged[1].outcome.text
    assert first.understood == talk.exchanged[1].outcome.understood


def test_what_a_model_wrote_comes_back(filled: Index) -> None:
    with LLMServer(good) as server:
        engine_of(filled, server).ask(BUDGET, talk := Conversation())
    assert talk.last is not None
    assert talk.last.outcome.writing is not None
    assert loaded(dumped(talk.last)) == talk.last


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "{}", "3", '{"asked": "a"}'])
def test_what_is_none(text: str) -> None:
    assert loaded(text) is None


def test_what_another_version_wrote(filled: Index) -> None:
    Engine.from_index(filled).ask(QUESTIONS[0], talk := Conversation())
    assert talk.last is not None
    row = json.loads(dumped(talk.last))
    assert loaded(json.dumps({**row, "added later": 1})) == talk.last
    outcome = row["outcome"]
    for broken in (
        {**outcome, "citations": []},  # sentences without what they cite
        {**outcome, "language": "tlh"},
        {**outcome, "sentences": [{"text": "s", "citations": []}]},
        {name: value for name, value in outcome.items() if name != "sentences"},
    ):
        assert loaded(json.dumps({**row, "outcome": broken})) is None
    del row["understood"]
    assert loaded(json.dumps(row)) is None
