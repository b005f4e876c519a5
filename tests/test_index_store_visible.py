"""A view of an index is the index that was never given what the view hides."""

from __future__ import annotations

import json
import random
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.contract import outcome_json, verification_json
from assistant.engine import Engine
from assistant.types import Answer
from assistant.verifying.against import RecordVerifier
from assistant.verifying.types import Verdict
from index_store.bundled_model import BUNDLED_NAME
from index_store.embedding import Embedder, Vectors
from index_store.errors import EmptyIndexError, StoreError, UnknownDocumentError
from index_store.filters import Filters
from index_store.index import Index, IndexSettings
from index_store.indexer import Indexer
from index_store.lexical import LexicalIndex
from index_store.queries import Narrowing, QueryReader, Reading
from index_store.retriever import Retriever
from index_store.store import Located, Store
from index_store.types import Hit, IndexedDocument, StoredPassage
from index_store.visible import VisibleStore
from index_store.visible_words import VisibleWords
from ingest.types import Kind, Passage, Place
from ingest.understanding import Understanding
from tests.conftest import FIRST, PLAN, REPOSITORY, SECOND

TWIN = FIRST.replace("312人", "777人").replace("450万円", "990万円").replace("森下", "水沼")
"""Of the same name as FIRST, in another folder: what it says otherwise must not be mixed up."""

SECRET = """令和6年度 第3回 青浜市図書館協議会 議事録

日時：令和7年2月3日（月）午前10時
出席者：会長 原聡子、委員 鬼頭重蔵

（1）閉館について

【資料1】に基づき説明

〔鬼頭委員〕
分館の閉館はいつか。職員への説明は済んだのか。

〔図書館長〕
分館は令和8年3月に閉館する。跡地は売却し、価格は2億3千万円を見込む。
"""

HANDOUT = """# 資料1 分館の閉館計画

令和7年2月3日 第3回 青浜市図書館協議会

## 閉館の日程

分館は令和8年3月31日に閉館する。
"""


class Remembering(Embedder):
    """The real model, each text once: what stands in a batch with a text changes its last bits."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(embedder.name, embedder._cache)
        self._inner = embedder
        self._known: dict[str, Vectors] = {}

    def embed_query(self, text: str) -> Vectors:
        return self._inner.embed_query(text)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._inner.embed_queries(texts)

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known |= dict(zip(new, self._inner.embed_passages(new), strict=True))
        if progress:
            progress(len(texts))
        return np.array([self._known[text] for text in texts], dtype=np.float32)


@dataclass
class Library:
    """An index of all documents, and indexes of some of them."""

    whole: Index
    place: Path
    files: list[Path]
    embedder: Embedder
    cache: Path

    def of(self, seen: Callable[[IndexedDocument], bool], place: Path) -> Index:
        """An index that is given the files of the documents that are seen, and no others."""
        rows = self.whole.store.documents
        made = Index(IndexSettings(place, BUNDLED_NAME, self.cache), self.embedder)
        given = [file for file in self.files if seen(rows[str(file)])]
        if given:
            Indexer(made).ingest(given)
        return made


@pytest.fixture(scope="module")
def library(
    tmp_path_factory: pytest.TempPathFactory, cache: Path, embedder: Embedder
) -> Iterator[Library]:
    place = tmp_path_factory.mktemp("library")
    one, other = place / "one", place / "other"
    for folder in (one, other):
        folder.mkdir()
    for example in (REPOSITORY / "examples").iterdir():
        if example.suffix in (".txt", ".md"):
            shutil.copy(example, one)
    texts = {
        one / "first.txt": FIRST,
        one / "second.md": SECOND,
        one / "plan.md": PLAN,
        one / "third.txt": SECRET,
        one / "third-資料1.md": HANDOUT,
        other / "first.txt": TWIN,
    }
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    same = Remembering(embedder)
    whole = Index(IndexSettings(place / "data", BUNDLED_NAME, cache), same)
    Indexer(whole).ingest([one, other])
    files = [Path(row.source) for row in whole.store.documents.values()]
    yield Library(whole, place, files, same, cache)
    whole.close()


def _name(row: IndexedDocument) -> str:
    return f"{Path(row.source).parent.name}/{row.name}"


SPLITS: dict[str, Callable[[IndexedDocument], bool]] = {
    "twin hidden": lambda row: _name(row) != "other/first.txt",
    "twin seen": lambda row: _name(row) != "one/first.txt",
    "secrets hidden": lambda row: not row.name.startswith("third"),
    "handout hidden": lambda row: row.name != "third-資料1.md",
    "one of two committees": lambda row: "koutsu" not in row.name,
    "every other": lambda row: sum(map(ord, _name(row))) % 2 == 0,
    "plans alone": lambda row: row.kind == "plan",
    "one alone": lambda row: row.name == "second.md",
}

ASKED = [
    *(
        json.loads(line)["question"]
        for line in (REPOSITORY / "examples" / "questions.jsonl").read_text().splitlines()[::3]
    ),
    "夜間の来館者は何人でしたか",
    "電子図書の初年度の予算はいくらですか",
    "水沼委員は何と言いましたか",
    "分館はいつ閉館しますか",
    "跡地の価格はいくらですか",
    "鬼頭委員の質問に図書館長はどう答えましたか",
    "鬼頭委員は第3回の会議に出席しましたか",
    "前回の会議ではどんな議論がありましたか",
    "When does the branch library close?",
]
TODAY = date(2025, 4, 1)


@pytest.fixture(params=SPLITS)
def split(request: pytest.FixtureRequest) -> Callable[[IndexedDocument], bool]:
    return SPLITS[request.param]


@pytest.fixture
def small(
    library: Library, split: Callable[[IndexedDocument], bool], tmp_path: Path
) -> Iterator[Index]:
    made = library.of(split, tmp_path / "small")
    yield made
    made.close()


NOISE = 2e-3
"""Standard deviations: Chroma's cosines and ours differ in the seventh digit, and what standardises
scores over candidates that are alike makes that larger."""


def same_hits(found: Sequence[Hit], expected: Sequence[Hit]) -> None:
    """The same passages with the same scores; only what scores alike may change its place."""
    right = {hit.passage.id: hit for hit in expected}
    assert {hit.passage.id: hit.passage for hit in found} == {
        hit.passage.id: hit.passage for hit in expected
    }
    for hit in found:
        other = right[hit.passage.id]
        assert hit.score == pytest.approx(other.score, abs=NOISE)
        assert hit.similarity == pytest.approx(other.similarity, abs=1e-5)
        assert hit.words == pytest.approx(other.words, rel=1e-9)
        assert hit.topic == pytest.approx(other.topic, rel=1e-9)
    for hit, other in zip(found, expected, strict=True):
        assert right[hit.passage.id].score == pytest.approx(other.score, abs=NOISE)


def test_a_search_finds_what_it_finds_without_the_hidden(
    library: Library, split: Callable[[IndexedDocument], bool], small: Index
) -> None:
    view = library.whole.only(split)
    assert view.hides
    assert view.status().passages == small.status().passages
    seen, alone = Retriever(view), Retriever(small)
    for question in ASKED:
        same_hits(seen.search(question, 200), alone.search(question, 200))


def read(reader: QueryReader, question: str, **options: bool) -> Reading:
    return reader.read(question, TODAY, **options)


def test_a_question_is_read_as_without_the_hidden(
    library: Library, split: Callable[[IndexedDocument], bool], small: Index
) -> None:
    seen, alone = QueryReader(library.whole.only(split)), QueryReader(small)
    for question in ASKED:
        for options in ({}, {"only_named": True}, {"to_named": True}):
            found, expected = (read(reader, question, **options) for reader in (seen, alone))
            assert found == expected
            for narrowing in (Narrowing("鬼頭委員"), Narrowing(document="first", until=TODAY)):
                assert seen.by_hand(found, narrowing) == alone.by_hand(expected, narrowing)


def told(outcome: Any) -> dict[str, Any]:
    return {**outcome_json(outcome), "seconds": None}


def same(found: Any, expected: Any) -> None:
    """Equal, but for the last digits of numbers."""
    if isinstance(expected, float):
        assert found == pytest.approx(expected, abs=NOISE)
    elif isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            same(found[key], value)
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            same(one, other)
    else:
        assert found == expected


def test_an_answer_is_that_without_the_hidden(
    library: Library, split: Callable[[IndexedDocument], bool], small: Index
) -> None:
    seen, alone = Engine.from_index(library.whole.only(split)), Engine.from_index(small)
    for question in ASKED:
        same(told(seen.ask(question)), told(alone.ask(question)))
    for claim in (
        "分館は令和8年3月に閉館する。",
        "夜間の来館者は312人だった。",
        "運賃は300円である。",
    ):
        found, expected = (verification_json(engine.verify(claim)) for engine in (seen, alone))
        same({**found, "seconds": None}, {**expected, "seconds": None})


def test_where_nothing_is_hidden_it_is_the_index_itself(library: Library) -> None:
    view = library.whole.only(lambda row: True)
    assert not view.hides
    assert view.status() == library.whole.status()
    seen, itself = Retriever(view), Retriever(library.whole)
    for question in ASKED:
        assert seen.search(question, 200) == itself.search(question, 200)
        assert QueryReader(view).read(question, TODAY) == QueryReader(library.whole).read(
            question, TODAY
        )
    terms = ["図書", "電子", "閉館"]
    assert view.words.document_frequencies(terms) == library.whole.words.document_frequencies(terms)
    assert sorted(map(repr, view.words.speakers())) == sorted(
        map(repr, library.whole.words.speakers())
    )


def test_a_hidden_fact_is_in_no_answer(library: Library) -> None:
    open_to_all = Engine.from_index(library.whole.only(SPLITS["secrets hidden"]))
    insiders = Engine.from_index(library.whole)
    question = "分館の跡地の価格はいくらですか"
    assert isinstance(insiders.ask(question), Answer)
    outcome = open_to_all.ask(question)
    assert not isinstance(outcome, Answer)
    assert "2億" not in json.dumps(told(outcome), ensure_ascii=False)
    claim = "分館の跡地の価格は2億3千万円を見込む。"
    assert insiders.verify(claim).verdict is Verdict.SUPPORTED
    assert open_to_all.verify(claim).verdict is Verdict.NOT_IN_RECORD
    by_itself = RecordVerifier.from_index(library.whole.only(SPLITS["secrets hidden"]))
    assert by_itself.verify(claim).verdict is Verdict.NOT_IN_RECORD


def test_what_is_said_of_documents_is_said_of_visible_ones(library: Library) -> None:
    whole, view = library.whole, library.whole.only(SPLITS["handout hidden"])
    meeting, handout = whole.document("third.txt"), whole.document("third-資料1.md")
    assert whole.mentions_of(handout)
    (mention,) = [
        passage for passage in whole.store.passages_of(meeting.source) if passage.mentions
    ]
    assert [link.document for link in whole.links.linked(mention).linked] == [handout.name]
    assert [link.document for link in view.links.linked(mention).linked] == [None]
    with pytest.raises(UnknownDocumentError):
        view.document("third-資料1.md")
    with pytest.raises(UnknownDocumentError):
        whole.document("first.txt")  # there are two
    assert (
        library.whole.only(SPLITS["twin hidden"])
        .document("first.txt")
        .source.endswith("one/first.txt")
    )
    assert view.status().size is None
    assert len(view.status().documents) == len(whole.status().documents) - 1


def test_what_is_hidden_is_not_fetched_either(library: Library) -> None:
    whole, view = library.whole, library.whole.only(SPLITS["secrets hidden"])
    secret = whole.document("third.txt")
    ids = [passage.id for passage in whole.store.passages_of(secret.source)]
    vector = whole.embedder.embed_query("分館")
    assert whole.store.fetch(ids, vector)
    assert view.store.fetch(ids, vector) == []
    assert view.store.passages_of(secret.source) == []
    assert view.store.turns_of(secret.source)[0] == []
    assert view.words.ids_of_turns("third.txt", [0, 1, 2]) == []
    assert view.words.speakers_of("third.txt", [0, 1, 2]) == set()
    assert view.words.ids_of(Filters(frozenset(["third.txt"])), 10) == []
    assert view.words.search(["閉館"], 10) == {}
    assert view.words.scores(["閉館"], ids) == view.words.topic_scores(["閉館"], ids) == {}
    assert view.words.document_frequencies(["閉館"])[0] == {"閉館": 0}
    assert not any(s.speaker == "鬼頭委員" for s in view.words.speakers())
    assert Retriever(view).turns("third.txt", [0, 1]) == []


def test_two_documents_of_one_name_are_kept_apart(library: Library) -> None:
    for hidden, shown in (("777人", "312人"), ("312人", "777人")):
        seen = SPLITS["twin hidden" if hidden == "777人" else "twin seen"]
        view = library.whole.only(seen)
        turns = Retriever(view).turns("first.txt", list(range(20)))
        assert shown in "".join(hit.passage.text for hit in turns)
        assert hidden not in "".join(hit.passage.text for hit in turns)
        everything = view.words.ids_of(Filters(frozenset(["first.txt"])), 1000)
        assert set(everything) == {
            passage.id for passage in view.store.passages_of(view.document("first.txt").source)
        }
    labels = {s.speaker for s in library.whole.only(SPLITS["twin hidden"]).words.speakers()}
    assert "森下委員" in labels
    assert "水沼委員" not in labels


def test_a_view_of_a_view_has_what_both_leave(library: Library) -> None:
    one = library.whole.only(SPLITS["secrets hidden"]).only(lambda row: row.kind == "plan")
    names = {row.name for row in one.store.documents.values()}
    assert names == {"plan.md", "transport-plan.md"}
    assert one.only(lambda row: True).hides


def test_a_view_follows_the_index(index: Index, folder: Path) -> None:
    view = index.only(lambda row: row.collection is None)
    retriever = Retriever(view)
    with pytest.raises(EmptyIndexError):
        retriever.search("電子図書")
    Indexer(index).ingest([folder])
    assert "18か所" in "".join(hit.passage.text for hit in retriever.search("移動図書館の巡回箇所"))
    before = view.words.document_frequencies(["図書"])
    assert len(view.store.documents) == 3

    plan = folder / "plan.md"
    plan.write_text("---\ncollection: closed\n---\n" + PLAN, encoding="utf-8")
    Indexer(index).ingest([folder])
    assert len(view.store.documents) == 2
    hits = retriever.search("移動図書館の巡回箇所", 100)
    assert {hit.passage.place.document for hit in hits} == {"first.txt", "second.md"}
    assert view.words.document_frequencies(["図書"])[1] < before[1]
    closed = index.only(lambda row: row.collection == "closed")
    assert {hit.passage.place.document for hit in Retriever(closed).search("図書")} == {"plan.md"}

    plan.write_text(PLAN, encoding="utf-8")
    Indexer(index).ingest([folder])
    assert view.words.document_frequencies(["図書"]) == before
    with pytest.raises(EmptyIndexError):
        Retriever(closed).search("図書")


def test_a_view_follows_another_process(
    index: Index, settings: IndexSettings, embedder: Embedder, folder: Path
) -> None:
    view = index.only(lambda row: row.collection is None)
    other = Index(settings, embedder)
    Indexer(other).ingest([folder])
    other.close()
    view.sync()
    assert len(view.store.documents) == 3
    assert Retriever(view).search("電子図書")


def test_a_view_cannot_be_written(filled: Index, folder: Path) -> None:
    view = filled.only(lambda row: row.name != "plan.md")
    with pytest.raises(StoreError, match="whole"):
        Indexer(view).ingest([folder])
    view.close()
    assert len(filled.store.documents) == 3
    assert Retriever(filled).search("電子図書")


def test_engines_over_views_share_an_index_and_a_lock(library: Library) -> None:
    lock = threading.RLock()
    views = [library.whole.only(seen) for seen in list(SPLITS.values())[:4]]
    engines = [Engine.from_index(view, lock=lock) for view in views]
    questions = ASKED[-5:]
    asked = [(engine, question) for question in questions for engine in engines]
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda pair: told(pair[0].ask(pair[1])), asked))
    for (engine, question), outcome in zip(asked, outcomes, strict=True):
        assert outcome == told(engine.ask(question))


# The words alone: BM25 of some passages, as SQLite would have it of them

WORDS = [f"word{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(150)]
ODD = ["3.5", "don't", "50", "3", "5", "ー", "カ゛ス"]
WEIGHTS = [1 / rank for rank in range(1, len(WORDS) + 1)]


@dataclass
class Documents:
    """What the words of a view need of its store."""

    documents: Mapping[str, bool]
    hides: bool = True
    changes: int = 0


def spoken(source: str, number: int, text: str, context: str, topic: str) -> StoredPassage:
    # Every second document is called like the one before it.
    name = f"d{int(source[1:]) // 2}"
    place = Place(
        name, Kind.MINUTES, None, None, f"s{number % 3}", "p" if number % 2 else None, None, None,
        None, None, number, None, 0, len(text), 1,
    )  # fmt: skip
    return StoredPassage(f"{source}#{number}", text, context, place, topic=topic)


@pytest.fixture(scope="module")
def said() -> dict[str, list[StoredPassage]]:
    chance = random.Random(5)

    def some(most: int) -> str:
        return " ".join(
            chance.choices([*WORDS, *ODD], [*WEIGHTS, *[0.1] * len(ODD)], k=chance.randint(0, most))
        )

    return {
        f"d{d}": [
            spoken(f"d{d}", n, some(200 if d % 7 == 0 else 20), some(6), some(3)) for n in range(20)
        ]
        for d in range(40)
    }


def lexical(path: Path, said: Mapping[str, list[StoredPassage]]) -> LexicalIndex:
    made = LexicalIndex(path)
    for source, passages in said.items():
        made.replace(source, "1", passages)
    return made


@pytest.mark.parametrize("seed", range(6))
def test_the_words_of_a_view_are_those_of_the_visible(
    seed: int, said: dict[str, list[StoredPassage]], tmp_path: Path
) -> None:
    chance = random.Random(seed)
    kept = dict.fromkeys(chance.sample(sorted(said), chance.choice([1, 3, 20, 37])), True)
    whole = lexical(tmp_path / "whole.sqlite3", said)
    small = lexical(tmp_path / "small.sqlite3", {s: p for s, p in said.items() if s in kept})
    view = VisibleWords(whole, Documents(kept))
    ids = [passage.id for passages in said.values() for passage in passages]
    for limit in (1, 7, 100):
        query = [
            *chance.sample(WORDS, 4),
            *chance.sample(WORDS[:8], 3),
            *chance.sample(ODD, 2),
            "no",
        ]
        assert view.document_frequencies(query) == small.document_frequencies(query)
        narrowed = Filters(
            frozenset(f"d{n}" for n in range(12)) if limit > 1 else None,
            frozenset((f"d{n}", "s1") for n in range(9)) if limit > 7 else None,
        )
        for filters in (None, narrowed):
            found, expected = (w.search(query, limit, filters) for w in (view, small))
            assert list(found.values()) == pytest.approx(list(expected.values()), rel=1e-9)
            assert small.scores(query, list(found)) == pytest.approx(
                view.scores(query, list(found)), rel=1e-9
            )
        mine = [identifier for identifier in ids if identifier.split("#")[0] in kept]
        for way in ("scores", "topic_scores"):
            found, expected = (getattr(w, way)(query, ids) for w in (view, small))
            assert found == pytest.approx(expected, rel=1e-9)
        assert sorted(view.ids_of(narrowed, 10_000)) == sorted(small.ids_of(narrowed, 10_000))
        assert sorted(view.ids_of(Filters(), 10_000)) == sorted(mine)
        assert len(view.ids_of(Filters(), 5)) == 5
    assert view.speakers() == small.speakers()
    for name in ("d0", "d3", "d19"):
        assert view.speakers_of(name, list(range(5))) == small.speakers_of(name, list(range(5)))
        assert sorted(view.ids_of_turns(name, list(range(5)))) == sorted(
            small.ids_of_turns(name, list(range(5)))
        )
    small.close()
    whole.close()


def test_figures_are_drawn_anew_when_words_change(
    said: dict[str, list[StoredPassage]], tmp_path: Path
) -> None:
    whole = lexical(tmp_path / "whole.sqlite3", said)
    view = VisibleWords(whole, Documents({"d1": True, "d90": True}))
    assert view.document_frequencies(["fresh"]) == ({"fresh": 0}, 20)
    whole.replace("d90", "1", [spoken("d90", 0, "fresh words", "", "")])
    whole.replace("d91", "1", [spoken("d91", 0, "fresh words", "", "")])
    assert view.document_frequencies(["fresh"]) == ({"fresh": 1}, 21)
    assert list(view.search(["fresh"], 10)) == ["d90#0"]
    whole.remove("d90")
    assert view.search(["fresh"], 10) == {}
    whole.close()


# The vectors alone: a full page of visible passages, however few they are of many

DOCUMENTS, EACH, SIZE = 300, 10, 16


def document(number: int) -> IndexedDocument:
    source = f"/x/{number}.txt"
    return IndexedDocument(
        source, f"{number}.txt", "/x", f"v{number}", 7, "minutes", None, None, EACH, 1, 1, 1,
        datetime(2025, 1, 1, tzinfo=UTC), Understanding("minutes", 1, 1, 1.0),
    )  # fmt: skip


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    made = np.random.default_rng(1).normal(size=(DOCUMENTS * EACH, SIZE)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.fixture(scope="module", params=["folder", "server"])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, vectors: Vectors
) -> Iterator[Store]:
    if request.param == "folder":
        where = Located(tmp_path_factory.mktemp("vectors"), None)
    else:
        where = Located(None, request.getfixturevalue("chroma_server"))
    made = Store(where, "a-model", "vectors")
    rows = [document(number) for number in range(DOCUMENTS)]
    place = Place("", Kind.MINUTES, None, None, "s", *[None] * 5, 0, None, 0, 1, 1)
    batch = [
        (
            row,
            [Passage(f"t{n}.0", "x", "", replace(place, document=row.name)) for n in range(EACH)],
            vectors[number * EACH : (number + 1) * EACH],
        )
        for number, row in enumerate(rows)
    ]
    made.add_many(batch)
    made.commit(rows)
    yield made
    made.close()


def _number(row: IndexedDocument) -> int:
    return int(row.name.partition(".")[0])


@pytest.mark.parametrize("share", [0.01, 0.05, 0.3, 0.99])
@pytest.mark.parametrize("near", [False, True])
@pytest.mark.parametrize("listed", [1_000, 50])
def test_a_page_of_visible_passages_is_full(
    share: float, near: bool, listed: int, store: Store, vectors: Vectors,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """``near``: the documents nearest to the question are the hidden ones."""
    monkeypatch.setattr("index_store.visible.LISTED", listed)
    query = vectors[0] if not near else -vectors[0]
    best = (vectors @ query).reshape(DOCUMENTS, EACH).max(axis=1)
    order = np.argsort(best) if near else np.random.default_rng(2).permutation(DOCUMENTS)
    kept = set(order[: max(3, int(share * DOCUMENTS))].tolist())
    view = VisibleStore(store, lambda row: _number(row) in kept)
    hits = view.nearest(query, 100)
    assert {int(hit.passage.place.document.partition(".")[0]) for hit in hits} <= kept
    similar = sorted(
        ((vectors[n * EACH : (n + 1) * EACH] @ query) for n in kept), key=lambda v: -v.max()
    )
    expected = np.sort(np.concatenate(similar))[::-1][:100]
    assert len(hits) == min(100, len(kept) * EACH)
    found = [hit.similarity for hit in hits]
    assert found == sorted(found, reverse=True)
    assert np.mean(np.isclose(found, expected, atol=1e-5)) > 0.95
    filters = Filters(frozenset(f"{n}.txt" for n in range(0, DOCUMENTS, 2)))
    narrowed = view.nearest(query, 20, filters)
    assert len(narrowed) == min(20, sum(n % 2 == 0 for n in kept) * EACH)
    assert all(int(hit.passage.place.document.partition(".")[0]) in kept for hit in narrowed)


def test_a_view_of_nothing_finds_nothing(store: Store, vectors: Vectors) -> None:
    view = VisibleStore(store, lambda row: False)
    assert (view.nearest(vectors[0], 10), view.count(), view.documents) == ([], 0, {})
