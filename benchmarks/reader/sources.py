"""The data that the reader learns from and is measured on, as groups.

Negatives are what our own retriever finds for the question and is wrong: those that it will meet.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from assistant.config import Settings
from assistant.engine import Engine
from assistant.evaluation.judging import is_right
from assistant.evaluation.poliinfo import write_poliinfo
from assistant.evaluation.qmsum import transcript
from assistant.evaluation.questions import EvalQuestion, Span, load_questions
from assistant.evaluation.running import opened_index
from assistant.verifying.grounds import find_words
from benchmarks.reader.groups import Group, Shown
from benchmarks.reader.spreading import spread, track
from index_store.embedding import Embedder
from index_store.index import Index
from index_store.queries import Narrowing
from index_store.reader.header import header_of
from index_store.retriever import Retriever
from index_store.types import StoredPassage
from index_store.windows import embedded_texts
from ingest.offices import split_label
from ingest.passages import passages
from ingest.people import is_surname, surname
from ingest.record import parse
from ingest.text import fold, sentences
from ingest.types import Document

NEGATIVES = 12
"""Wrong passages that are kept for a question, the likeliest first."""

Note = Callable[[str], None]


def squad(folder: Path, settings: Settings, note: Note) -> Iterator[Group]:
    """JSQuAD (Kurihara et al. 2022): questions on paragraphs of Wikipedia, by article.

    A paragraph stands under its title, which may be the answer. Without the sentence that answers
    it is a wrong passage as well.
    """
    articles = [
        article
        for file in sorted(folder.glob("*.json"))
        for article in json.loads(file.read_text(encoding="utf-8"))["data"]
    ]
    with tempfile.TemporaryDirectory() as place:
        starts = _write_articles(articles, Path(place))
        rows = [
            (f"{number}", _under_title(paragraph), asked)
            for number, article in enumerate(articles)
            for paragraph in article["paragraphs"]
            for asked in paragraph["qas"]
        ]
        with opened_index(settings, Path(place), note) as index:
            questions = [asked["question"] for _, _, asked in rows]
            found = spread(questions, _places, index, "JSQuAD")
            for (article, text, asked), places in zip(rows, found, strict=True):
                yield _of_squad(text, asked, _others(places, starts, text), article)


def _places(index: Index, question: str) -> list[tuple[str, int]]:
    """Document and first character of the passages found."""
    places = (hit.passage.place for hit in _retriever(index).search(question, 3 * NEGATIVES))
    return [(place.document, place.start) for place in places]


@lru_cache(1)
def _retriever(index: Index) -> Retriever:
    return Retriever(index)


@lru_cache(1)
def _engine(index: Index) -> Engine:
    return Engine.from_index(index)


_PARTED = " [SEP] "


def _under_title(paragraph: Mapping[str, Any]) -> str:
    return str(paragraph["context"]).replace(_PARTED, "\n", 1)


def _write_articles(articles: Sequence[Any], folder: Path) -> dict[str, list[tuple[int, str]]]:
    """Write each article as a document; for each, where its paragraphs start, and they."""
    starts: dict[str, list[tuple[int, str]]] = {}
    for number, article in enumerate(articles):
        written, name = "", f"{number:03}.md"
        starts[name] = []
        for paragraph in article["paragraphs"]:
            title, _, text = paragraph["context"].partition(_PARTED)
            written += f"# {title}\n\n"
            starts[name].append((len(written), _under_title(paragraph)))
            written += f"{text}\n\n"
        (folder / name).write_text(written, encoding="utf-8")
    return starts


def _others(
    places: Sequence[tuple[str, int]], starts: Mapping[str, Sequence[tuple[int, str]]], own: str
) -> list[Shown]:
    """The paragraphs in which passages stand, but the own one; each once."""
    found: dict[str, Shown] = {}
    for document, start in places:
        before = [row for row in starts[document] if row[0] <= start + 1]
        text = (before or starts[document])[-1 if before else 0][1]
        if text != own:
            found.setdefault(text, Shown("", text))
    return list(found.values())[:NEGATIVES]


def _of_squad(text: str, asked: Mapping[str, Any], others: list[Shown], article: str) -> Group:
    title = text.index("\n")
    spans = []
    for answer in asked["answers"]:
        start = int(answer["answer_start"])
        start -= len(_PARTED) - 1 if start > title else 0
        if answer["text"] and text.startswith(answer["text"], start):
            spans.append((start, start + len(answer["text"])))
    # Another paragraph that holds a long answer may answer as well.
    others = [o for o in others if not any(b - a > 5 and text[a:b] in o.text for a, b in spans)]
    if spans and min(spans)[0] > title and (cut := without(text, spans)):
        others.insert(0, Shown("", cut))  # of all wrong ones the nearest, hence the first
    return Group(
        asked["id"], "jsquad", f"jsquad-{article}", "fact", asked["question"],
        (Shown("", text, tuple(dict.fromkeys(spans))),) if spans else (), tuple(others),
    )  # fmt: skip


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """A text without the sentences that hold any of ``spans``, if enough is left."""
    left, done = "", 0
    for a, b in sentences(text):
        if any(first < b and last > a for first, last in spans):
            left, done = left + text[done:a], b
    left += text[done:]
    return left if len(left) > 40 and not any(text[a:b] in left for a, b in spans) else ""


def own(folder: Path, settings: Settings, note: Note) -> Iterator[Group]:
    """Questions of our own over records of our own (``benchmarks/reader/README.md``)."""
    files = sorted(folder.glob("questions*.jsonl"))
    rows = {
        row["id"]: row
        for file in files
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines())
    }
    questions = [question for file in files for question in load_questions(file)]
    asked = [(question, rows[question.id]) for question in questions]
    with opened_index(settings, folder / "records", note) as index:
        for question, group in zip(questions, spread(asked, _of_own, index, "own"), strict=True):
            if group.answering or not question.answerable:
                yield group  # where the answer was not found, nobody knows what it looks like


def _of_own(index: Index, asked: tuple[EvalQuestion, Mapping[str, Any]]) -> Group:
    question, row = asked
    right: dict[str, Shown] = {}
    wrong: dict[str, Shown] = {}
    for passage in _found(_engine(index), question, row):
        if _answers(question, passage):
            right[passage.id] = shown_of(passage, row)
        elif not _holds(question, passage):
            wrong.setdefault(passage.id, shown_of(passage))
    cut = [
        Shown(one.header, text) for one in right.values() if (text := without(one.text, one.spans))
    ]
    return Group(
        question.id, "own", f"own-{question.document}", question.kind, question.question,
        tuple(right.values()), (*cut, *wrong.values())[:NEGATIVES],
    )  # fmt: skip


def _found(
    engine: Engine, question: EvalQuestion, row: Mapping[str, Any]
) -> Iterator[StoredPassage]:
    """The passages for a question: those whose words are known to come close, then the likeliest.

    They are of the record that the question is asked about, as in use: one of another record may
    well answer, and would be learnt as wrong. Only what comes close may be named in another record,
    and where its own has too few, others fill up.
    """
    near = [
        hit.passage
        for place in row.get("near", ())
        for hit in engine.search(place["words"], 1, Narrowing(document=place["document"]))
    ]
    found = [
        hit.passage for hit in engine.search(question.question, 3 * NEGATIVES, question.within)
    ]
    if question.evidence and not any(_answers(question, passage) for passage in found):
        # The right passage, where the question does not find it.
        missing = engine.search(question.evidence[0], NEGATIVES, question.within)
        found += [hit.passage for hit in missing]
    yield from near
    yield from found
    if len(found) < NEGATIVES:
        yield from (hit.passage for hit in engine.search(question.question, NEGATIVES))


def _holds(question: EvalQuestion, passage: StoredPassage) -> bool:
    """Whether a passage has the words of the answer, be it by the right person or not."""
    span = Span(passage.place.document, passage.place.start, passage.place.end)
    return question.answerable and is_right(question, passage.text, span)


def _answers(question: EvalQuestion, passage: StoredPassage) -> bool:
    right = passage.place.document == question.document and _by(question.speakers, passage)
    return right and _holds(question, passage)


def _by(speakers: Sequence[str], passage: StoredPassage) -> bool:
    place = passage.place
    said_by = {fold(place.speaker or ""), fold(place.person or "")}
    return not speakers or any(fold(name) in said_by for name in speakers)


def shown_of(passage: StoredPassage, row: Mapping[str, Any] | None = None) -> Shown:
    """A passage as the reader is shown it, with the words that answer where a row names them."""
    spans = []
    for evidence in row["evidence"] if row else ():
        if (place := find_words(passage.text, evidence)) is None:
            continue
        inner = (
            find_words(passage.text[slice(*place)], row["answer"])
            if row and row["answer"]
            else None
        )
        spans.append((place[0] + inner[0], place[0] + inner[1]) if inner else place)
    return Shown(header_of(passage), passage.text, tuple(spans), called(passage.place.speaker))


def called(label: str | None) -> str:
    """The surname in a speaker's label: 鈴木 of 鈴木福祉課長, Roe of Cllr Ann Roe; empty without one."""
    name = surname(split_label(label).name or "") if label else None
    return name if name and (name.isascii() or is_surname(name)) else ""


def poliinfo_answers(source: Path, settings: Settings, note: Note) -> Iterator[Group]:
    """PoliInfo-4, answer verification: question summaries and the answers as they were given."""
    with tempfile.TemporaryDirectory() as place:
        _, alone = write_poliinfo(source, Path(place))
        with opened_index(settings, Path(place) / "records", note) as index:
            yield from spread(load_questions(alone), _of_answers, index, "PoliInfo answers")


def _of_answers(index: Index, question: EvalQuestion) -> Group:
    right: list[Shown] = []
    wrong: list[Shown] = []
    for hit in _retriever(index).search(question.question, 3 * NEGATIVES):
        where = hit.passage.place
        holds = is_right(question, "", Span(where.document, where.start, where.end))
        (right if holds else wrong).append(shown_of(hit.passage))
    return Group(
        question.id, "poliinfo", f"poliinfo-{question.places[0].document}", "answer",
        question.question, tuple(right), tuple(wrong[:NEGATIVES]),
    )  # fmt: skip


def poliinfo_summaries(source: Path, settings: Settings, note: Note) -> Iterator[Group]:
    """PoliInfo-3, question answering: summaries of questions, and of what was answered to them."""
    rows = json.loads(source.read_text(encoding="utf-8"))
    embedder = Embedder(settings.model, settings.index.cache, note)
    by_session: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_session[row["Meeting"]].append(row)
    for held in track(list(by_session.values()), "PoliInfo summaries"):
        texts = [row["AnswerSummary"] for row in held]
        likeness = embedder.embed_queries([row["QuestionSummary"] for row in held]) @ (
            embedder.embed_passages(texts).T
        )
        for at, row in enumerate(held):
            near = [int(n) for n in np.argsort(-likeness[at]) if texts[int(n)] != texts[at]]
            # The nearest may be as right: of the same speech, or as vague.
            near = [n for n in near if held[n]["SubTopic"] != row["SubTopic"]][:NEGATIVES]
            yield Group(
                row["ID"], "poliinfo-summaries", f"poliinfo-{row['Date']}", "answer",
                row["QuestionSummary"], (_summary(row),), tuple(_summary(held[n]) for n in near),
            )  # fmt: skip


def _summary(row: Mapping[str, str]) -> Shown:
    return Shown(f"{row['Meeting']} {row['Date']}\n{row['AnswerSpeaker']}", row["AnswerSummary"])


def qmsum(folder: Path, settings: Settings, note: Note) -> Iterator[Group]:
    """QMSum (Zhong et al. 2021): queries on English meetings, with the turns that answer them.

    What is shown is a run of turns, as it is embedded.
    """
    embedder = Embedder(settings.model, settings.index.cache, note)
    chance = random.Random(7)
    for file in track(sorted(folder.glob("*.json")), "QMSum"):
        meeting = json.loads(file.read_text(encoding="utf-8"))
        text, spans = transcript(f"{file.stem}.txt", meeting["meeting_transcripts"])
        found = passages(parse(Document(f"{file.stem}.txt", text, "utf-8")))
        texts, positions = embedded_texts(found, of_utterances=True)
        places: dict[int, tuple[int, int]] = {}
        for passage, at in zip(found, positions, strict=True):
            first, last = places.get(at, (passage.place.start, passage.place.end))
            places[at] = min(first, passage.place.start), max(last, passage.place.end)
        vectors = embedder.embed_passages(texts)
        for number, query in enumerate(meeting["specific_query_list"]):
            ranges = [
                (spans[int(a)].start, spans[min(int(b), len(spans) - 1)].end)
                for a, b in query["relevant_text_span"]
            ]
            share = [_share(places[at], ranges) for at in range(len(texts))]
            order = np.argsort(-(vectors @ embedder.embed_query(query["query"].strip())))
            right = [int(at) for at in order if share[int(at)] > 0.6]
            wrong = [int(at) for at in order if share[int(at)] == 0]
            picked = right[:4] + chance.sample(right[4:], min(4, len(right[4:])))
            others = wrong[:8] + chance.sample(wrong[8:], min(4, len(wrong[8:])))
            yield Group(
                f"{file.stem}-{number}", "qmsum", f"qmsum-{file.stem}", "discussion", query["query"].strip(),
                tuple(Shown("", texts[at]) for at in picked), tuple(Shown("", texts[at]) for at in others),
            )  # fmt: skip


def _share(place: tuple[int, int], ranges: Sequence[tuple[int, int]]) -> float:
    """The share of a run that lies in any of the ranges."""
    length = max(1, place[1] - place[0])
    return sum(max(0, min(place[1], b) - max(place[0], a)) for a, b in ranges) / length
