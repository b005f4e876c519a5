"""The pipeline of a llama-index tutorial over the same files, with the same embedding model.

``SentenceSplitter`` chunks of 1,024 tokens, ``HuggingFaceEmbedding``, ``VectorStoreIndex`` in
memory; every default is left as it is. All parts are passed explicitly, since llama-index's global
settings resolve to OpenAI.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.evaluation.errors import MissingSystemError
from assistant.evaluation.questions import Span
from assistant.evaluation.systems import Found, SystemName
from index_store.bundled_model import BUNDLED_NAME, bundled_model_folder
from index_store.index import Index
from index_store.types import IndexedDocument
from ingest.errors import IngestError
from ingest.reader import find_files, read_bytes, read_source
from ingest.types import Document

CHUNK_TOKENS = 1024
"""llama-index's default."""


class NaiveSystem:
    """Chunks of files, ranked by the cosine of their vectors.

    Args:
        documents: what is searched.
        model: the embedding model, a sentence-transformers name or folder.

    Raises:
        MissingSystemError: the packages are not installed.
    """

    def __init__(self, documents: Sequence[Document], model: str) -> None:
        self.name = SystemName.NAIVE
        try:
            from llama_index.core import Document as LlamaDocument
            from llama_index.core import VectorStoreIndex
            from llama_index.core.node_parser import SentenceSplitter
            from llama_index.embeddings.huggingface import HuggingFaceEmbedding
        except ModuleNotFoundError as error:
            raise MissingSystemError(
                f"--compare naive: {error.name} is not installed; "
                "mend: pip install 'minutes-assistant[bench]'"
            ) from error
        nodes = SentenceSplitter(chunk_size=CHUNK_TOKENS).get_nodes_from_documents(
            [
                LlamaDocument(
                    text=document.text,
                    metadata={"document": document.name},
                    # The name narrows; a tutorial's chunks do not carry it into the vector.
                    excluded_embed_metadata_keys=["document"],
                    excluded_llm_metadata_keys=["document"],
                )
                for document in documents
            ]
        )
        self._embedding = HuggingFaceEmbedding(model_name=model)
        self._index = VectorStoreIndex(nodes, embed_model=self._embedding)
        self._held = [_found(node) for node in nodes]

    @classmethod
    def from_index(cls, index: Index, max_bytes: int) -> NaiveSystem:
        """The pipeline over the files that ``index`` was made of.

        Raises:
            MissingSystemError: packages or files are missing.
        """
        model = index.settings.model
        if model == BUNDLED_NAME:
            model = str(bundled_model_folder(index.settings.cache))
        rows = index.store.documents.values()
        return cls([_read(row, max_bytes) for row in rows], model)

    def search(self, question: str, document: str | None, k: int) -> list[Found]:
        """The ``k`` best chunks, best first."""
        from llama_index.core.vector_stores import MetadataFilter, MetadataFilters

        narrowed = (
            None
            if document is None
            else MetadataFilters(filters=[MetadataFilter(key="document", value=document)])
        )
        retriever = self._index.as_retriever(similarity_top_k=k, filters=narrowed)
        return [_found(scored.node) for scored in retriever.retrieve(question)]

    def held(self) -> Sequence[Found]:
        """All chunks."""
        return self._held


def _found(node: Any) -> Found:
    """A chunk; it may hold several turns, so it is a unit of its own."""
    start = node.start_char_idx or 0
    span = Span(node.metadata["document"], start, start + len(node.text))
    return Found(node.node_id, node.text, span, node.node_id)


def _read(row: IndexedDocument, max_bytes: int) -> Document:
    """The file of an indexed document, under the name that it has in the index."""
    missing = MissingSystemError(
        f"--compare naive: {row.source}: the file cannot be read again; "
        "mend: name the folder with --docs"
    )
    holder = Path(row.source)
    while not holder.exists() and holder != holder.parent:
        holder = holder.parent  # an archive's member: the archive is read
    if not holder.is_file():
        raise missing
    try:
        for source in find_files(holder).files:
            if source.source == os.path.abspath(row.source):
                document = read_source(source, read_bytes(source, max_bytes=max_bytes))
                return Document(row.name, document.text, document.encoding)
    except IngestError as error:
        raise missing from error
    raise missing
