"""A starter question set from an index, for a person to edit: ``minutes questions``.

Drafts are recorded questions with their answers, figures, fields of headers, and questions that the
records should not answer. Each says in ``check`` what a person should look at; ``minutes eval`` passes
over that field. Drafts use the records' own words, so they are easier than what people will ask:
reword them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from index_store.index import Index
from index_store.types import IndexedDocument, StoredPassage
from ingest.exchanges import is_question
from ingest.header import Field, field_named
from ingest.text import fold, has_japanese, sentences
from ingest.types import Kind

PER_DOCUMENT = 5
"""Drafts of one kind from one document."""

_EVIDENCE = 40
"""Characters of evidence: enough to be found only there, few enough to survive another edition."""

_SHORTEST = 8
_LONGEST_QUESTION = 80
# 来館者は延べ312人である -> 来館者は延べ何人ですか
_FIGURE = re.compile(
    r"(?P<lead>[^。、]*は(?:、)?[^。、]{0,12}?)(?P<number>[0-9０-９][0-9０-９,，.．]*)(?P<unit>[万億千]?(?:円|人|件|台|本|か所|箇所|校|世帯|冊|便|点|%|％|パーセント))"
    r"(?:である|だった|であった|です|でした|となっている|となった|になる)"
)
_AMOUNT = re.compile(r"[0-9０-９][0-9０-９,，.．]*[千万億]*円|¥|￥")
_HEADERS: dict[Field, tuple[str, str]] = {
    Field.DATE: ("『{title}』の会議はいつ開かれましたか", "When was the meeting “{title}” held?"),
    Field.PLACE: (
        "『{title}』の会議はどこで開かれましたか",
        "Where was the meeting “{title}” held?",
    ),
    Field.PRESENT: ("『{title}』の会議には誰が出席しましたか", "Who was present at “{title}”?"),
}


@dataclass(frozen=True)
class Draft:
    """A question to be edited; ``check`` says what to look at first."""

    kind: str
    question: str
    check: str
    answerable: bool = True
    speakers: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


def drafts(index: Index) -> list[dict[str, object]]:
    """Rows of a question set over what ``index`` holds, answerable ones first.

    Raises:
        EmptyIndexError: nothing has been ingested.
        IndexStoreError: the index cannot be read.
    """
    index.sync()
    index.require_documents()
    rows = sorted(index.store.documents.values(), key=lambda row: (row.date or "", row.name))
    held = [(row, index.store.passages_of(row.source)) for row in rows]
    made = [draft for row, passages in held for draft in _answerable(row, passages)]
    made += [draft for row, passages in held for draft in _unanswerable(row, passages)]
    made += _elsewhere(held)
    unique = {fold(draft.question): draft for draft in reversed(made)}
    return [
        {
            "id": f"d-{number:03}",
            "kind": draft.kind,
            "question": draft.question,
            "answerable": draft.answerable,
            "speakers": list(draft.speakers),
            "evidence": list(draft.evidence),
            "check": draft.check,
        }
        for number, draft in enumerate(reversed(unique.values()), start=1)
    ]


def _answerable(row: IndexedDocument, passages: Sequence[StoredPassage]) -> Iterator[Draft]:
    yield from islice(_exchanges(passages), PER_DOCUMENT)
    yield from islice(_figures(passages), PER_DOCUMENT)
    if row.kind == Kind.MINUTES:
        yield from _headers(row, passages)


def _unanswerable(row: IndexedDocument, passages: Sequence[StoredPassage]) -> Iterator[Draft]:
    if row.kind == Kind.MINUTES:
        yield from islice(_silent(row, passages), PER_DOCUMENT)
        yield from islice(_without_amount(passages), PER_DOCUMENT)


def _exchanges(passages: Iterable[StoredPassage]) -> Iterator[Draft]:
    """A question that somebody asked, with the words that took it up."""
    for passage in passages:
        # The recorded questions stand last in the context of their answer.
        asked = passage.context.rpartition("\n")[2].strip() if passage.answers else ""
        evidence = _opening(passage.text)
        if evidence and is_question(asked) and _SHORTEST <= len(asked) <= _LONGEST_QUESTION:
            yield Draft(
                "exchange",
                asked,
                "reword the question, and name what it leaves unsaid",
                speakers=_speaker(passage),
                evidence=(evidence,),
            )


def _figures(passages: Iterable[StoredPassage]) -> Iterator[Draft]:
    """A sentence with a figure, asked for that figure."""
    for passage in passages:
        for sentence in _sentences(passage.text):
            match = _FIGURE.match(sentence)
            if match and len(match["lead"]) >= _SHORTEST:
                unit = "パーセント" if match["unit"] in "%％" else match["unit"]
                yield Draft(
                    "figure",
                    f"{match['lead'].lstrip()}何{unit}ですか",
                    "does the question read well, and is the figure stated only there?",
                    speakers=_speaker(passage),
                    evidence=(match["number"] + match["unit"],),
                )
                break


def _headers(row: IndexedDocument, passages: Iterable[StoredPassage]) -> Iterator[Draft]:
    """When, where and who, as the header says it."""
    told: set[Field] = set()
    for passage in passages:
        head = (passage.place.heading or "").rpartition(" > ")[2]
        field = field_named(head) if head else None
        if field not in _HEADERS or field in told:
            continue
        told.add(field)
        japanese, english = _HEADERS[field]
        wording = japanese if has_japanese(passage.text) else english
        if value := _field_value(passage.text, head):
            yield Draft(
                "header",
                wording.format(title=row.title or row.name),
                "shorten the title to what people call the meeting",
                evidence=(value,),
            )


def _silent(row: IndexedDocument, passages: Sequence[StoredPassage]) -> Iterator[Draft]:
    """Somebody who was present and is not recorded as speaking."""
    heard = {fold(passage.place.person or "") for passage in passages}
    labels = {
        fold(passage.place.speaker): passage.place.person
        for passage in passages
        if passage.place.speaker
    }
    for person in row.people if labels else ():
        name = fold(person.name)
        # 原委員 may be 原聡子 where the record does not settle it.
        may_be = any(
            known is None and (label[:1] == name[:1] or name in label)
            for label, known in labels.items()
        )
        if person.present and name not in heard and not may_be:
            title = row.title or row.name
            role = person.role or ""
            yield Draft(
                "silent",
                f"『{title}』で{person.name}{role}は何と発言しましたか"
                if has_japanese(person.name)
                else f"What did {person.name} say at “{title}”?",
                "is it so that the record holds no words of this person?",
                answerable=False,
            )


def _without_amount(passages: Iterable[StoredPassage]) -> Iterator[Draft]:
    """An item of the agenda under which no amount of money is stated, asked for one."""
    said: dict[str, str] = {}
    for passage in passages:
        if passage.place.agenda:
            said[passage.place.agenda] = said.get(passage.place.agenda, "") + passage.text
    for agenda, words in said.items():
        subject = agenda.removesuffix("について")
        if has_japanese(agenda) and subject not in ("その他", "閉会") and not _AMOUNT.search(words):
            yield Draft(
                "missing fact",
                f"{subject}にかかる費用はいくらですか",
                "is it so that no amount is stated for this, here or in another document?",
                answerable=False,
            )


def _elsewhere(
    held: Sequence[tuple[IndexedDocument, Sequence[StoredPassage]]],
) -> Iterator[Draft]:
    """A figure of one meeting, asked of another that does not state it."""
    minutes = [(row, passages) for row, passages in held if row.kind == Kind.MINUTES and row.title]
    for (_, passages), (other, theirs) in zip(minutes, minutes[1:] + minutes[:1], strict=True):
        words = fold("".join(passage.text for passage in theirs))
        figure = next(
            (d for d in _figures(passages) if not any(fold(e) in words for e in d.evidence)), None
        )
        if figure is not None and passages is not theirs:
            yield Draft(
                "elsewhere",
                f"『{other.title}』の会議では、{figure.question}",
                "is it so that this meeting does not state it?",
                answerable=False,
            )


def _opening(text: str) -> str:
    """The beginning of the first sentence that says something: answers come to the point."""
    told = (s for s in _sentences(text) if len(s) >= _SHORTEST and not is_question(s))
    return next(told, "")[:_EVIDENCE]


def _field_value(text: str, heading: str) -> str:
    """The beginning of what a header field says in its last line, without its heading."""
    line = next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
    before, mark, value = line.replace(":", "：").partition("：")
    start = len(before) + len(mark) if value and fold(heading) in fold(before) else 0
    return line[start:].strip()[:_EVIDENCE]


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def _speaker(passage: StoredPassage) -> tuple[str, ...]:
    return (passage.place.speaker,) if passage.place.speaker else ()
