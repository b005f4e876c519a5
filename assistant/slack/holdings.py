"""What is indexed, as a newcomer wants to know it: which committees, how many meetings, from when to when."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index_store.types import IndexedDocument
from ingest.types import Kind

_YEAR = r"(?:(?:令和|平成|昭和|R|H)\s*(?:元|\d{1,2})|\d{4})\s*年度?"
_NOT_NAME = re.compile(
    rf"[(（]\s*{_YEAR}\s*[)）]|{_YEAR}(?:\s*\d{{1,2}}月(?:\s*\d{{1,2}}日)?)?|第\s*[0-9一二三四五六七八九十]+\s*回(?:目)?|"
    r"(?:会議|議事|審議)(?:録|要旨|概要|要録|記録|経過|結果)|[(（](?:案|要旨|概要|確定|公開用|[月火水木金土日])[)）]|(?:開催)?結果(?:概要|報告)?$|"
    r"\bminutes(?: of(?: the)?)?\b|\b(?:meeting|regular|special)\s+(?=minutes)|\b\d{4}-\d\d-\d\d\b|"
    r"\b(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:january|february|march|april|may|june|july|august|september|october|november|december)"
    r"(?:\s+\d{1,2})?,?\s+\d{4}\b|\b\d{1,2}(?:st|nd|rd|th)\b",
    re.IGNORECASE,
)
_RECORD = re.compile(
    rf"[(（]\s*{_YEAR}\s*[)）]|(?:会議|議事|審議)(?:録|要旨|概要|要録|記録|経過)|[(（](?:案|要旨|概要|確定|公開用)[)）]",
)
_EDGES = " \t\u3000-–—:：,、・_『』「」|"


@dataclass(frozen=True)
class Committee:
    """A committee with its meetings; the days are ISO 8601, None where no record has one."""

    name: str
    meetings: int
    first: str | None
    last: str | None


def committees(rows: Iterable[IndexedDocument]) -> list[Committee]:
    """The committees whose minutes are held, that of the latest meeting first."""
    held: dict[str, list[IndexedDocument]] = {}
    for row in rows:
        if row.kind == Kind.MINUTES.value:
            held.setdefault(committee_of(row), []).append(row)
    found = [_committee(name, of) for name, of in held.items()]
    return sorted(found, key=lambda committee: (committee.last or "", committee.name), reverse=True)


def committee_of(row: IndexedDocument) -> str:
    """The name of the body that met: the title without year, number and the word for minutes."""
    title = unicodedata.normalize("NFKC", row.title or row.name)
    name = " ".join(_NOT_NAME.sub(" ", title).split()).strip(_EDGES)
    return name or title


def short_title(title: str) -> str:
    """A title without the word for minutes and without the year told a second time."""
    name = " ".join(_RECORD.sub(" ", unicodedata.normalize("NFKC", title)).split()).strip(_EDGES)
    return name or title


def other_documents(rows: Iterable[IndexedDocument]) -> int:
    """How many documents are no minutes."""
    return sum(row.kind != Kind.MINUTES.value for row in rows)


def _committee(name: str, rows: Sequence[IndexedDocument]) -> Committee:
    days = sorted(row.date for row in rows if row.date)
    return Committee(name, len(rows), days[0] if days else None, days[-1] if days else None)
