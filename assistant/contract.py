"""The JSON that programs get: stable shapes, documented in ``docs/json.md`` and tested."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant.types import Answer, Citation, Outcome, Writing
from index_store.indexer import IngestReport
from index_store.queries import Reading
from index_store.types import Hit, IndexedDocument, IndexStatus, Linked, StoredPassage
from ingest.types import Mention, Place, Record
from ingest.understanding import Understanding, understanding

if TYPE_CHECKING:
    from assistant.verifying.against import Verification

Json = dict[str, Any]


def outcome_json(outcome: Outcome) -> Json:
    """What ``minutes ask --json`` prints."""
    answered = isinstance(outcome, Answer)
    return {
        "question": outcome.question,
        **({"understood": outcome.understood} if outcome.understood else {}),
        "status": "answered" if answered else "not_found",
        "reason": None if isinstance(outcome, Answer) else outcome.reason.value,
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
        "confidence": _rounded(outcome.confidence),
        "parts": {name: round(value, 4) for name, value in outcome.parts.items()},
        "seconds": outcome.seconds,
        "writing": writing_json(outcome.writing) if outcome.writing else None,
    }


def writing_json(writing: Writing) -> Json:
    """What a language model did, with the verdict on each sentence."""
    return {
        "model": writing.model,
        "shown": writing.shown,
        "note": writing.note,
        "claims": [
            {
                "text": claim.text,
                "verdict": claim.verdict,
                "fault": claim.fault,
                "detail": claim.detail,
                "citation": claim.citation,
                "support": _rounded(claim.support),
            }
            for claim in writing.claims
        ],
        "tokens": writing.tokens,
        "masked": writing.masked,
    }


def verification_json(done: Verification) -> Json:
    """What ``minutes verify --json`` prints."""
    return {
        "claim": done.claim,
        "verdict": done.verdict.value,
        "fault": done.fault.value if done.fault else None,
        "detail": done.detail,
        "support": _rounded(done.support),
        "citation": citation_json(done.citation) if done.citation else None,
        "related": [citation_json(citation) for citation in done.related],
        "seconds": done.seconds,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def citation_json(citation: Citation) -> Json:
    """One citation, used or related."""
    place = citation.place
    return {
        "n": citation.n,
        "speaker": place.speaker,
        "person": place.person,
        "role": place.role,
        "quote": citation.quote,
        "highlight": list(citation.highlight) if citation.highlight else None,
        **_source(place),
        "mentions": [
            {"label": link.label, "page": link.page, "document": link.document}
            for link in citation.linked
        ],
        "passage": citation.passage,
        **({"translation": citation.translation} if citation.translation else {}),
    }


def _source(place: Place) -> Json:
    return {
        "document": place.document,
        "title": place.title,
        "date": place.date,
        "agenda": place.agenda,
        "heading": place.heading,
        "page": place.page,
        "time": place.time,
        "url": place.url,
        "turn": place.turn,
        "line": place.line,
        "start": place.start,
        "end": place.end,
    }


def search_json(query: str, hits: list[Hit], reading: Reading | None = None) -> Json:
    """What ``minutes search --json`` prints; ``reading`` is that of ``--explain``."""
    explained = reading and {
        "searched": reading.query.text,
        "notes": list(reading.notes),
        "unknown": list(reading.unknown),
    }
    return {
        "query": query,
        **({"reading": explained} if explained else {}),
        "hits": [
            {
                "rank": rank,
                "score": round(hit.score, 4),
                "similarity": round(hit.similarity, 4),
                "words": round(hit.words, 4),
                "topic": round(hit.topic, 4),
                "rerank": None if hit.rerank is None else round(hit.rerank, 4),
                "reader": _opinion(hit),
                "boosts": [{"name": name, "value": round(v, 4)} for name, v in hit.boosts],
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


def _opinion(hit: Hit) -> Json | None:
    """What the reader thinks of a hit; ``highlight`` counts characters of its text."""
    if hit.opinion is None:
        return None
    span = hit.opinion.span
    return {
        "chance": round(hit.opinion.chance, 4),
        "odds": round(hit.opinion.odds, 4),
        "highlight": list(span) if span else None,
        "words": hit.passage.text[slice(*span)] if span else None,
    }


def record_json(record: Record) -> Json:
    """What ``minutes parse --json`` prints."""
    text = record.document.text
    mentioned: dict[int, list[Json]] = {}
    for mention in record.mentions:
        if mention.turn is not None:
            mentioned.setdefault(mention.turn, []).append(mention_json(mention))
    return {
        "document": record.document.name,
        "kind": record.kind.value,
        "title": record.title,
        "date": record.date.isoformat() if record.date else None,
        "place": record.place,
        "url": record.document.url,
        "issuer": record.issuer,
        "year": record.year,
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
                "time": turn.time,
                "page": turn.page,
                "answers": list(turn.answers),
                "mentions": mentioned.get(turn.index, []),
                "start": turn.start,
                "end": turn.end,
                "text": text[turn.start : turn.end],
            }
            for turn in record.turns
        ],
        "exchanges": [
            {
                "asked": exchange.asked,
                "question": {"start": exchange.question[0], "end": exchange.question[1]},
                "answered": exchange.answered,
                "answer": {"start": exchange.answer[0], "end": exchange.answer[1]},
            }
            for exchange in record.exchanges
        ],
        "sections": [
            {
                "heading": section.heading,
                "path": list(section.path),
                "page": record.document.page(section.start),
                "start": section.start,
                "end": section.end,
            }
            for section in record.sections
        ],
        "mentions": [mention_json(mention) for mention in record.mentions],
        "understood": understood_json(understanding(record)),
    }


def mention_json(mention: Mention) -> Json:
    """Words that point to a document of the meeting."""
    return {
        "label": mention.label,
        "page": mention.page,
        "turn": mention.turn,
        "start": mention.start,
        "end": mention.end,
    }


def understood_json(understood: Understanding) -> Json:
    """How much of a document was understood."""
    return {name: _listed(value) for name, value in vars(understood).items()}


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def report_json(report: IngestReport) -> Json:
    """What ``minutes ingest --json`` and ``minutes remove --json`` print."""
    understood = {name: understood_json(value) for name, value in report.understood.items()}
    return {**vars(report), "understood": understood}


def shown_json(
    row: IndexedDocument, links: Sequence[Linked], mentions: Sequence[StoredPassage]
) -> Json:
    """What ``minutes show --json`` prints: a document, what it hands out, and who points to it."""
    return {
        "document": row.name,
        "kind": row.kind,
        "title": row.title,
        "date": row.date,
        "url": row.url,
        "source": row.source,
        "passages": row.passages,
        "people": [
            {"name": person.name, "role": person.role, "present": person.present}
            for person in row.people
        ],
        "handouts": [
            {"label": h.label, "title": h.title, "document": link.document}
            for h, link in zip(row.handouts, links, strict=True)
        ],
        "understood": understood_json(row.understood),
        "mentioned": [
            {"quote": passage.text, "speaker": passage.place.speaker, **_source(passage.place)}
            for passage in mentions
        ],
    }


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
                "url": row.url,
            }
            for row in status.documents
        ],
    }
