"""Our search as a llama-index retriever, for programs that are built with llama-index."""

from __future__ import annotations

import asyncio
from typing import Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.callbacks import CallbackManager
from llama_index.core.schema import (
    NodeRelationship,
    NodeWithScore,
    ObjectType,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
)

from assistant.engine import Engine
from index_store.queries import Narrowing
from index_store.types import Hit

FOR_MODELS = frozenset({"title", "date", "agenda", "heading", "speaker", "person", "role", "time"})
"""Metadata that a language model reads with the passage: who says it, when, and on what."""

FOR_EMBEDDING = frozenset({"agenda", "heading", "speaker"})
"""Metadata that an embedding model or a cross-encoder reads with the passage."""


class MinutesRetriever(BaseRetriever):
    """Finds passages as every surface does: the question is read, then searched for.

    A node's text is the passage exactly as it stands in the file, from ``start_char_idx`` to
    ``end_char_idx`` of the document; its id is the passage's, its source node the document. Its
    metadata say where it stands, without what is unknown. Model and store are the engine's:
    llama-index's global ``Settings`` are never looked at.

    Args:
        engine: what is searched; one engine may serve several retrievers and threads.
        k: the number of passages.
        narrowing: what the search is narrowed to besides what the question says.
        callback_manager: told of each retrieval.
    """

    def __init__(
        self,
        engine: Engine,
        k: int = 10,
        narrowing: Narrowing | None = None,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        super().__init__(callback_manager=callback_manager)
        self._engine = engine
        self._k = k
        self._narrowing = narrowing

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """The best passages, best first.

        Raises:
            QuestionError: the question is empty or too long.
            IndexStoreError: the index is empty, or cannot be read.
        """
        hits = self._engine.search(query_bundle.query_str, self._k, self._narrowing)
        return [NodeWithScore(node=text_node(hit), score=hit.score) for hit in hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """As :meth:`_retrieve`, in a thread, so that the loop goes on."""
        return await asyncio.to_thread(self._retrieve, query_bundle)


def text_node(hit: Hit) -> TextNode:
    """A passage as a node of llama-index."""
    place = hit.passage.place
    metadata = _metadata(hit)
    document = RelatedNodeInfo(node_id=place.document, node_type=ObjectType.DOCUMENT)
    return TextNode(
        id_=hit.passage.id,
        text=hit.passage.text,
        start_char_idx=place.start,
        end_char_idx=place.end,
        metadata=metadata,
        excluded_llm_metadata_keys=sorted(metadata.keys() - FOR_MODELS),
        excluded_embed_metadata_keys=sorted(metadata.keys() - FOR_EMBEDDING),
        relationships={NodeRelationship.SOURCE: document},
    )


def _metadata(hit: Hit) -> dict[str, Any]:
    """Where a passage stands and what it points to, flat, as vector stores take it.

    The offsets are among it because llama-index takes nodes of the same text and metadata for
    one, and two people who both say 「異議なし」 are two.
    """
    known = {name: value for name, value in vars(hit.passage.place).items() if value is not None}
    known["kind"] = hit.passage.place.kind.value
    if hit.passage.linked:
        links = (link.document or link.label for link in hit.passage.linked)
        known["mentions"] = ", ".join(dict.fromkeys(links))
    if hit.rerank is not None:
        known["rerank"] = hit.rerank
    return known
