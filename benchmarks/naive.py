"""The naive llama-index pipeline: what a tutorial does, with every default left as it is.

``SentenceSplitter()``, ``HuggingFaceEmbedding(folder)`` and ``VectorStoreIndex`` on the Chroma
adapter. All parts are passed explicitly, since llama-index's global settings resolve to OpenAI.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from benchmarks.processes import folder_size, peak_memory, timed


def ingest(corpus: str, data: str, model: str, dtype: str | None) -> dict[str, Any]:
    """Ingest ``corpus`` into a Chroma folder ``data`` with everything loaded.

    Args:
        corpus: folder of .txt files.
        data: Chroma folder to be made.
        model: folder of the embedding model.
        dtype: precision, or None for the default.
    """
    embedding = _embedding(model, dtype)
    with tempfile.TemporaryDirectory() as folder:
        _index(["順調である。"], folder, embedding)
    texts = [file.read_text(encoding="utf-8") for file in sorted(Path(corpus).glob("*.txt"))]
    seconds, collection = timed(_index, texts, data, embedding)
    return {
        "ingest": seconds,
        "passages": collection.count(),
        "characters": sum(map(len, texts)),
        "memory": peak_memory(),
        "disk": folder_size(Path(data)),
        "dtype": str(embedding._model.dtype).removeprefix("torch."),
    }


def ask(
    data: str, model: str, dtype: str | None, questions: list[str], warming: int
) -> dict[str, Any]:
    """Retrieve for ``questions`` when warm; seconds of each, the first ``warming`` not counted."""
    retriever = _retriever(data, _embedding(model, dtype))
    for question in questions[:warming]:
        retriever.retrieve(question)
    asked = [timed(retriever.retrieve, q)[0] for q in questions[warming:]]
    return {"asked": asked, "memory": peak_memory()}


def ask_once(data: str, model: str, question: str) -> dict[str, Any]:
    """Load everything and retrieve for one question: the whole of a cold start."""
    return {"found": len(_retriever(data, _embedding(model, None)).retrieve(question))}


def _embedding(model: str, dtype: str | None) -> Any:
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    # None: as the model's folder says (transformers 5), which is the default.
    given: dict[str, Any] = {} if dtype is None else {"model_kwargs": {"dtype": dtype}}
    return HuggingFaceEmbedding(model_name=model, **given)


def _index(texts: list[str], folder: str, embedding: Any) -> Any:
    """Split, embed and store ``texts``; the Chroma collection."""
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter

    store = _store(folder)
    VectorStoreIndex.from_documents(
        [Document(text=text) for text in texts],
        storage_context=StorageContext.from_defaults(vector_store=store),
        transformations=[SentenceSplitter()],
        embed_model=embedding,
    )
    return store.client


def _retriever(folder: str, embedding: Any) -> Any:
    from llama_index.core import VectorStoreIndex

    index = VectorStoreIndex.from_vector_store(_store(folder), embed_model=embedding)
    return index.as_retriever()


def _store(folder: str) -> Any:
    import chromadb
    from llama_index.vector_stores.chroma import ChromaVectorStore

    client = chromadb.PersistentClient(folder)
    return ChromaVectorStore(chroma_collection=client.get_or_create_collection("naive"))
