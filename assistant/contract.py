"""The JSON that programs get: stable shapes, documented in ``docs/json.md`` and tested."""

from __future__ import annotations

from typing import Any

from assistant.types import Answer, Citation, Outcome
from index_store.indexer import IngestReport
from index_store.types import Hit, IndexStatus
from ingest.types import Place, Record

Json = dict[str, Any]


def outcome_json(outcome: Outcome) -> Json:
    """What ``minutes ask --json`` prints."""
    answered = isinstance(outcome, Answer)
    return {
        "question": outcome.question,
        "status": "answered" if answered else "not_found",
        "answer": outcome.text,
        "sentences": [
            {"text": sentence.text, "citations": list(sentence.citations)}
            for sentence in (outcome.sentences if isinstance(outcome, Answer) else ())
        ],
        "citations": [
            citation_json(citation)
            for citation in (outcome.citations if isinstance(outcome, Answer) else ())
        ],
        "related": [citation_json(citation) for citation in outcome.related],
        "seconds": outcome.seconds,
    }


def citation_json(citation: Citation) -> Json:
    """One citation, used or related."""
    place = citation.place
    return {
        "n": citation.n,
        "speaker": place.speaker,
        "person": place.person,
        "role": place.role,
        "quote": citation.quote,
        **_source(place),
        "passage": citation.passage,
    }


def _source(place: Place) -> Json:
    return {
        "document": place.document,
        "title": place.title,
        "date": place.date,
        "agenda": place.agenda,
        "heading": place.heading,
        "page": place.page,
        "turn": place.turn,
        "line": place.line,
        "start": place.start,
        "end": place.end,
    }


def search_json(query: str, hits: list[Hit]) -> Json:
    """What ``minutes search --json`` prints."""
    return {
        "query": query,
        "hits": [
            {
                "rank": rank,
                "score": round(hit.score, 4),
                "similarity": round(hit.similarity, 4),
                "words": round(hit.words, 4),
                "text": hit.passage.text,
                "speaker": hit.passage.place.speaker,
                "person": hit.passage.place.person,
                "role": hit.passage.place.role,
                **_source(hit.passage.place),
                "passage": hit.passage.id,
            }
            for rank, hit in enumerate(hits, start=1)
        ],
    }


def record_json(record: Record) -> Json:
    """What ``minutes parse --json`` prints."""
    text = record.document.text
    return {
        "document": record.document.name,
        "kind": record.kind.value,
        "title": record.title,
        "date": record.date.isoformat() if record.date else None,
        "place": record.place,
        "attendees": [
            {"name": person.name, "role": person.role, "present": person.present}
            for person in record.attendees
        ],
        "agenda": [{"number": item.number, "title": item.title} for item in record.agenda],
        "handouts": [{"label": item.label, "title": item.title} for item in record.handouts],
        "turns": [
            {
                "index": turn.index,
                "speaker": turn.speaker,
                "person": turn.person,
                "role": turn.role,
                "agenda": turn.agenda,
                "start": turn.start,
                "end": turn.end,
                "text": text[turn.start : turn.end],
            }
            for turn in record.turns
        ],
        "sections": [
            {
                "heading": section.heading,
                "path": list(section.path),
                "start": section.start,
                "end": section.end,
            }
            for section in record.sections
        ],
    }


def report_json(report: IngestReport) -> Json:
    """What ``minutes ingest --json`` and ``minutes remove --json`` print."""
    return dict(vars(report))


def status_json(status: IndexStatus) -> Json:
    """What ``minutes status --json`` prints; ``size`` is in bytes."""
    return {
        "store": status.store,
        "model": status.model,
        "passages": status.passages,
        "size": status.size,
        "updated": status.updated.isoformat() if status.updated else None,
        "documents": [
            {
                "document": row.name,
                "kind": row.kind,
                "title": row.title,
                "date": row.date,
                "passages": row.passages,
                "characters": row.characters,
                "ingested": row.ingested.isoformat(),
                "source": row.source,
            }
            for row in status.documents
        ],
    }
