"""The things that searching produces."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from ingest.types import Attendee, Handout, Place
from ingest.understanding import Understanding


@dataclass(frozen=True)
class Linked:
    """A mention of a document of the meeting; ``document`` is its name, None if not ingested."""

    label: str
    page: int | None
    document: str | None


@dataclass(frozen=True)
class StoredPassage:
    """A passage as the store holds it; ``id`` is unique in the index and stable over rebuilds.

    The other fields are those of :class:`ingest.types.Passage`; ``linked`` is filled when it is
    found (:class:`index_store.links.Links`).
    """

    id: str
    text: str
    context: str
    place: Place
    answers: tuple[int, ...] = ()
    answered: tuple[int, ...] = ()
    mentions: tuple[tuple[str, int | None], ...] = ()
    page_breaks: tuple[int, ...] = ()
    topic: str = ""
    linked: tuple[Linked, ...] = ()


@dataclass(frozen=True)
class Opinion:
    """What the reader thinks of a passage (:mod:`index_store.reader`).

    ``odds`` are the calibrated log-odds that it answers the question, ``chance`` the same as a
    probability; ``strength`` is what it is ranked by among passages of the same question, where a
    difference is log-odds. ``span`` are the likeliest words, if it answers: first and last (excluded)
    character of the passage's text; None where the reader saw none of it.
    """

    odds: float
    chance: float
    strength: float
    span: tuple[int, int] | None


@dataclass(frozen=True)
class Hit:
    """A passage that a search found.

    ``score`` is the fused score that ranks (higher is better, comparable within one search).
    ``similarity`` is the cosine of question and passage, -1 to 1; ``words`` the BM25 score,
    0 where no word is shared, and ``topic`` that of its topic alone. ``rerank`` is the score of a
    cross-encoder where one is configured, and ``opinion`` what the reader thinks of those that it
    looked at. ``boosts`` name what of the question it fits besides
    (speaker, agenda), each with what that added to the score.
    """

    passage: StoredPassage
    score: float
    similarity: float
    words: float
    topic: float = 0.0
    rerank: float | None = None
    opinion: Opinion | None = None
    boosts: tuple[tuple[str, float], ...] = ()

    def boosted(self, name: str, value: float) -> Hit:
        """The hit with ``value`` added to its score, under a name."""
        return replace(self, score=self.score + value, boosts=(*self.boosts, (name, value)))


@dataclass(frozen=True)
class IndexedDocument:
    """What the index knows of one ingested file.

    ``source`` is the absolute path at ingest time (of an archive's member that of the archive and
    the member's name), ``name`` the path relative to the ingested folder, ``version`` a digest of
    content and reading rules. ``passages`` and ``characters`` are counts, ``size`` is in bytes,
    ``mtime_ns`` the file's time of change. ``url`` is the original's web address and ``url_base``
    that under which the folder is published. ``people`` are the roster, ``handouts`` what the
    meeting handed out, and ``labels`` what the document calls itself (資料1). ``of_utterances``:
    most of its turns are too short to stand alone (:mod:`index_store.windows`). ``collection`` is
    the one that front matter names, as written; of a document that was read by rules before
    :data:`ingest.passages.COLLECTIONS_SINCE` it is not known.
    """

    source: str
    name: str
    root: str
    version: str
    rules: int
    kind: str
    title: str | None
    date: str | None
    passages: int
    characters: int
    size: int
    mtime_ns: int
    ingested: datetime
    understood: Understanding
    url: str | None = None
    url_base: str | None = None
    people: tuple[Attendee, ...] = ()
    handouts: tuple[Handout, ...] = ()
    labels: tuple[str, ...] = ()
    of_utterances: bool = False
    collection: str | None = None


@dataclass(frozen=True)
class IndexStatus:
    """The state of an index: where it is, what built it, how much it holds (``size``: bytes)."""

    store: str
    model: str
    documents: tuple[IndexedDocument, ...]
    passages: int
    size: int | None
    updated: datetime | None
