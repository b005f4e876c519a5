"""Our retriever in real llama-index programs, with the real model, store and words."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from llama_index.core import Settings
from llama_index.core.llms import MockLLM
from llama_index.core.postprocessor import SimilarityPostprocessor
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import BaseSynthesizer, CompactAndRefine
from llama_index.core.response_synthesizers.no_text import NoText
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle

from assistant.engine import Engine
from assistant.errors import QuestionError
from assistant.llama import MinutesRetriever
from index_store.errors import EmptyIndexError
from index_store.index import Index
from index_store.queries import Narrowing

QUESTION = "電子図書の貸出しはいつから始まりますか"
ANSWER = "令和6年10月1日から始める予定である。初年度の予算は450万円を見込んでいる。"


@pytest.fixture
def engine(filled: Index) -> Engine:
    return Engine.from_index(filled)


@pytest.fixture(autouse=True)
def untouched() -> Iterator[None]:
    """A program that has set nothing up: whoever asks Settings for a model gets OpenAI's."""
    Settings._llm = None
    Settings._embed_model = None
    yield
    assert Settings._llm is None
    assert Settings._embed_model is None


def query_engine(
    retriever: MinutesRetriever, mode: type[BaseSynthesizer], *after: BaseNodePostprocessor
) -> RetrieverQueryEngine:
    # Not get_response_synthesizer: for "no_text" it drops the llm, and asks Settings for one.
    synthesizer = mode(llm=MockLLM())
    return RetrieverQueryEngine(retriever, synthesizer, node_postprocessors=list(after))


def answering(nodes: list[NodeWithScore]) -> NodeWithScore:
    return next(node for node in nodes if node.text == ANSWER)


def test_offsets_cut_the_passage_out_of_the_file(engine: Engine, folder: Path) -> None:
    nodes = MinutesRetriever(engine, k=20).retrieve(QUESTION)
    assert len(nodes) > 5
    for node in nodes:
        text = (folder / node.metadata["document"]).read_text(encoding="utf-8")
        assert text[node.node.start_char_idx : node.node.end_char_idx] == node.text
    assert [n.score for n in nodes] == sorted((n.score for n in nodes), reverse=True)
    assert [n.node_id for n in nodes] == [hit.passage.id for hit in engine.search(QUESTION, 20)]


def test_metadata_say_where_it_stands_and_models_read_what_helps(engine: Engine) -> None:
    found = answering(MinutesRetriever(engine).retrieve(QUESTION))
    assert found.node.ref_doc_id == "first.txt"
    assert found.metadata["speaker"] == "図書館長"
    assert found.metadata["date"] == "2024-06-12"
    assert found.metadata["agenda"] == "電子図書の導入について"
    assert found.metadata["title"] == "令和6年度（2024年度）第1回 青浜市図書館協議会 議事録"
    assert {"line", "turn", "start", "end", "kind"} <= found.metadata.keys()
    assert None not in found.metadata.values()
    read = found.get_content(MetadataMode.LLM)
    assert "speaker: 図書館長" in read
    assert "start" not in read
    assert "first.txt" not in read
    embedded = found.get_content(MetadataMode.EMBED)
    assert "agenda: 電子図書の導入について" in embedded
    assert "2024" not in embedded
    assert found.get_content(MetadataMode.NONE) == ANSWER


@pytest.mark.parametrize("mode", [CompactAndRefine, NoText])
def test_a_query_engine_keeps_the_sources(mode: type[BaseSynthesizer], engine: Engine) -> None:
    retriever = MinutesRetriever(engine, k=4)
    response = query_engine(retriever, mode).query(QUESTION)
    assert [n.node_id for n in response.source_nodes] == [
        n.node_id for n in retriever.retrieve(QUESTION)
    ]
    assert answering(response.source_nodes).node.start_char_idx is not None
    # MockLLM repeats its prompt, which thus shows what a model would have read.
    assert (ANSWER in str(response)) == (mode is CompactAndRefine)
    assert ("speaker: 図書館長" in str(response)) == (mode is CompactAndRefine)


def test_postprocessors_work_on_the_nodes(engine: Engine) -> None:
    retriever = MinutesRetriever(engine)
    all_of_them = retriever.retrieve(QUESTION)
    third = all_of_them[2].score
    cut = SimilarityPostprocessor(similarity_cutoff=third)
    kept = query_engine(retriever, NoText, cut).query(QUESTION).source_nodes
    assert [n.node_id for n in kept] == [n.node_id for n in all_of_them[:3]]
    assert ANSWER in [n.text for n in kept]


def test_the_same_words_of_two_people_stay_two(engine: Engine) -> None:
    """llama-index's fusion takes nodes with the same hash for one."""
    fusion = QueryFusionRetriever(
        [MinutesRetriever(engine, k=20)],
        llm=MockLLM(),
        num_queries=1,
        similarity_top_k=20,
        use_async=False,
    )
    said = [n for n in fusion.retrieve("異議なし") if n.text == "異議なし。"]
    assert {n.metadata["speaker"] for n in said} == {"五十嵐委員", "森下委員"}
    assert len({n.node.hash for n in said}) == 2


def test_async_finds_the_same(engine: Engine) -> None:
    retriever = MinutesRetriever(engine, k=5)
    questions = [QUESTION, "夜間の来館者は何人でしたか", QUESTION]

    async def all_at_once() -> list[list[NodeWithScore]]:
        return list(await asyncio.gather(*(retriever.aretrieve(q) for q in questions)))

    found = asyncio.run(all_at_once())
    assert [[n.node_id for n in nodes] for nodes in found] == [
        [n.node_id for n in retriever.retrieve(q)] for q in questions
    ]

    response = asyncio.run(query_engine(retriever, CompactAndRefine).aquery(QUESTION))
    assert ANSWER in str(response)


def test_the_question_is_read_and_narrowed(engine: Engine) -> None:
    second = MinutesRetriever(engine).retrieve("第2回の会議で電子図書はどうなりましたか")
    assert {n.metadata["document"] for n in second} == {"second.md"}
    said = MinutesRetriever(engine, narrowing=Narrowing(speaker="図書館長")).retrieve(QUESTION)
    assert {n.metadata["speaker"] for n in said} == {"図書館長"}


def test_errors_are_ours(engine: Engine, index: Index) -> None:
    with pytest.raises(QuestionError):
        MinutesRetriever(engine).retrieve(QueryBundle("  "))


def test_an_empty_index_says_so(index: Index) -> None:
    with pytest.raises(EmptyIndexError, match="minutes ingest"):
        MinutesRetriever(Engine.from_index(index)).retrieve(QUESTION)
