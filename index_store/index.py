"""An index: the store, the words beside it, and the model that embeds, opened together."""

from __future__ import annotations

import hashlib
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from index_store.chroma import Located
from index_store.embedding import Embedder
from index_store.errors import EmptyIndexError, UnknownDocumentError
from index_store.lexical import LexicalIndex
from index_store.links import Links
from index_store.store import COLLECTION, Store
from index_store.types import IndexedDocument, IndexStatus, Linked, StoredPassage
from index_store.visible import Seen, VisibleStore
from index_store.visible_words import VisibleWords


@dataclass(frozen=True)
class IndexSettings:
    """What an index needs to be opened.

    ``data`` is the folder of everything local; ``server`` the address of a Chroma server, or None
    for a Chroma folder within ``data``; ``model`` an embedding model (see
    :class:`index_store.embedding.Embedder`); ``cache`` the folder of prepared models.
    """

    data: Path
    model: str
    cache: Path
    server: str | None = None
    collection: str = COLLECTION

    @property
    def located(self) -> Located:
        """Where the store is."""
        return Located(None if self.server else self.data / "chroma", self.server)

    @property
    def lexical_path(self) -> Path:
        """The word index: one for each store and collection that is used from this folder."""
        key = hashlib.sha256(f"{self.server}|{self.collection}".encode()).hexdigest()[:8]
        name = "words.sqlite3" if self.server is None else f"words-{key}.sqlite3"
        return self.data / name


class Index:
    """Everything that searching and ingesting share.

    Args:
        settings: where and with which model.
        embedder: the model, where the caller has one loaded already.

    Raises:
        IndexStoreError: the store or the word index cannot be opened, or the model does not fit.
    """

    def __init__(self, settings: IndexSettings, embedder: Embedder | None = None) -> None:
        self.settings = settings
        self.embedder = embedder or Embedder(settings.model, settings.cache)
        self.store = Store(settings.located, settings.model, settings.collection)
        self.words = LexicalIndex(settings.lexical_path)
        self._links: tuple[tuple[str, ...], Links] | None = None
        self._sync_lock = threading.Lock()

    def close(self) -> None:
        """Let go of files and connections."""
        self.words.close()
        self.store.close()

    def sync(self) -> None:
        """Bring the documents and the word index to what Chroma holds now.

        Almost free when nothing changed; after a change by another process, or when the word
        index was lost, the missing documents are read from Chroma.
        """
        with self._sync_lock:
            self.store.refresh()
            wanted = {source: row.version for source, row in self.store.documents.items()}
            renew, drop = self.words.behind(wanted)
            for source in renew:
                self.words.replace(source, wanted[source], self.store.passages_of(source))
            for source in drop:
                self.words.remove(source)

    def only(self, seen: Seen) -> Index:
        """A view of this index that holds nothing but some of its documents.

        It is as an index that was never given the others: their passages, words, speakers and
        counts are not there. It follows this one, from which it takes everything; close only this
        one. Making it costs nothing. A thread that uses view or index must be the only one then.

        Args:
            seen: whether a document is in the view; of one row it must always say the same.
        """
        return _View(self, seen)

    @property
    def hides(self) -> bool:
        """Whether this is a view that leaves documents out."""
        return False

    @property
    def links(self) -> Links:
        """What the documents say of each other, as of the last sync."""
        rows = self.store.documents
        key = tuple(row.version for row in rows.values())
        if self._links is None or self._links[0] != key:
            self._links = key, Links(rows.values())
        return self._links[1]

    def document(self, name: str) -> IndexedDocument:
        """What is known of a document, by its name or path.

        Raises:
            UnknownDocumentError: the index holds no such document, or several of that name.
        """
        path = os.path.abspath(os.path.expanduser(name))
        found = [
            row for row in self.store.documents.values() if name == row.name or path == row.source
        ]
        if len(found) != 1:
            raise UnknownDocumentError(
                f"{name}: {len(found) or 'no'} such documents in the index; "
                "mend: see 'minutes status' for the names"
            )
        return found[0]

    def handouts_of(self, row: IndexedDocument) -> list[Linked]:
        """What a meeting handed out, in its order, each with the document that it is."""
        return [Linked(h.label, None, self.links.document(row, h.label)) for h in row.handouts]

    def mentions_of(self, row: IndexedDocument) -> list[StoredPassage]:
        """The passages of other documents that point to a document, in order."""
        found: list[StoredPassage] = []
        for mentioner in self.links.mentioners(row.name):
            found += [
                passage
                for passage in self.store.passages_of(mentioner.source)
                if any(label == mentioner.label for label, _ in passage.mentions)
            ]
        return [self.links.linked(passage) for passage in found]

    def require_documents(self) -> None:
        """Raise unless something has been ingested.

        Raises:
            EmptyIndexError: the index is empty.
        """
        if not self.store.documents:
            raise EmptyIndexError(
                f"{self.store.where}: nothing has been ingested yet; "
                "mend: minutes ingest FILE_OR_FOLDER"
            )

    def status(self) -> IndexStatus:
        """What the index holds, without loading the model."""
        rows = sorted(self.store.documents.values(), key=_by_date)
        folder = self.settings.located.folder
        return IndexStatus(
            store=str(self.store.where),
            model=self.settings.model,
            documents=tuple(rows),
            passages=self.store.count(),
            size=_folder_size(folder) if folder and not self.hides else None,
            updated=max((row.ingested for row in rows), default=None),
        )


class _View(Index):
    """What :meth:`Index.only` gives."""

    store: VisibleStore

    def __init__(self, whole: Index, seen: Seen) -> None:
        # Nothing is opened: everything is that of the whole index, without what is hidden.
        self.settings = whole.settings
        self.embedder = whole.embedder
        self.store = VisibleStore(whole.store, seen)
        self.words = VisibleWords(whole.words, self.store)
        self._whole = whole
        self._within = seen
        self._links = None

    def close(self) -> None:
        """Nothing: the whole index has files and connections."""

    def sync(self) -> None:
        """Bring the whole index up to date, and so this view of it."""
        self._whole.sync()

    def only(self, seen: Seen) -> Index:
        """A view of the whole index with what both conditions leave."""
        within = self._within
        return self._whole.only(lambda row: within(row) and seen(row))

    @property
    def hides(self) -> bool:
        """Whether a document is left out."""
        return self.store.hides


def _by_date(row: IndexedDocument) -> tuple[str, str]:
    return row.date or "", row.name


def _folder_size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
