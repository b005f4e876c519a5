"""Which ingested document a mention means: 【資料1】 of a meeting is a file of that meeting.

A document is known by what it calls itself: a label at its top or in its file's name, or the title
that the header's list of handouts gives. Of several the one nearest to the minutes is meant: in
the same folder, or of the same day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from ingest.mentions import mentions, normal_label
from ingest.text import fold, halfwidth
from ingest.types import Handout, Kind, Record

_TOP = 300
"""Characters at the top of a document in which its own label stands."""

_IN_NAME = re.compile(
    r"(?P<kind>参考資料|当日資料|追加資料|資料|別紙|別添|sankou|sanko|shiryou|shiryo|siryou|siryo|document|attachment|appendix|handout)"
    r"[\s_.-]*(?:no\.?)?[\s_.-]*(?P<number>\d{1,3}(?:[-_]\d{1,2})?|[a-z](?![a-z]))",
    re.IGNORECASE,
)  # fmt: skip
_ROMANISED = {
    "sankou": "参考資料", "sanko": "参考資料", "shiryou": "資料", "shiryo": "資料", "siryou": "資料", "siryo": "資料",
}  # fmt: skip


@dataclass(frozen=True)
class Reference:
    """A document as a target of mentions: what it is called, where it is, and of which day."""

    document: str
    title: str | None
    date: str | None
    labels: tuple[str, ...]


def own_labels(record: Record) -> tuple[str, ...]:
    """What a document calls itself, by its file's name and the label that stands at its top."""
    name = halfwidth(PurePosixPath(record.document.name).stem)
    found = [_label(match) for match in _IN_NAME.finditer(name)]
    if record.kind is Kind.PLAN:
        text = record.document.text
        for mention in mentions(text, 0, min(_TOP, len(text))):
            line = text[text.rfind("\n", 0, mention.start) + 1 :].split("\n", 1)[0]
            # Its own label stands alone or before its title; a sentence points to another one.
            bare = fold(line).strip("【】〔〕[]（）()「」")
            if line.rstrip().endswith("。"):
                continue
            if bare.startswith(fold(mention.label)) or bare.endswith(fold(mention.label)):
                found.append(mention.label)
                break
    return tuple(dict.fromkeys(found))


def _label(match: re.Match[str]) -> str:
    kind = match["kind"].lower()
    number = match["number"].replace("_", "-")
    space = " " if kind.isascii() and kind not in _ROMANISED else ""
    return normal_label(f"{_ROMANISED.get(kind, match['kind'])}{space}{number}")


def resolve(
    label: str, minutes: Reference, handouts: Sequence[Handout], documents: Iterable[Reference]
) -> str | None:
    """The name of the document that a label means in a meeting, or None.

    Args:
        label: of the mention (:class:`ingest.types.Mention`).
        minutes: the document in which it stands.
        handouts: what the meeting handed out.
        documents: all documents.
    """
    title = next((h.title for h in handouts if normal_label(h.label) == label), None)
    scored = [
        (score, other.document)
        for other in documents
        if other.document != minutes.document
        and (score := _fit(label, title, minutes, other)) is not None
    ]
    best = max(scored, default=None)
    if best is None or sum(score == best[0] for score, _ in scored) > 1:
        return None
    return best[1]


def _fit(label: str, title: str | None, minutes: Reference, other: Reference) -> int | None:
    """How well a document fits a label of a meeting; None where it does not."""
    titled = title is not None and other.title is not None and _same_title(title, other.title)
    labelled = label in other.labels
    near = _folder(minutes.document) == _folder(other.document)
    same_day = minutes.date is not None and minutes.date == other.date
    other_day = minutes.date is not None and other.date is not None and not same_day
    if titled:
        return 4 + 2 * labelled + near + same_day
    # Every meeting has a 資料1: the label alone counts only within the meeting's own folder or day.
    if labelled and (
        same_day
        or (near and not other_day and title is None)
        or (near and title and other.title is None)
    ):
        return 2 * same_day + near
    return None


def _same_title(one: str, other: str) -> bool:
    first, second = fold(one), fold(other)
    shorter, longer = sorted((first, second), key=len)
    return len(shorter) >= 5 and shorter in longer


def _folder(name: str) -> str:
    return str(PurePosixPath(name).parent)
