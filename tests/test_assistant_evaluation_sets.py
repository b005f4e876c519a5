"""Drafts of question sets, and sets made of public data (small samples written here)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.evaluation.drafting import drafts
from assistant.evaluation.errors import OptionError, RunError, SourceDataError
from assistant.evaluation.poliinfo import write_poliinfo
from assistant.evaluation.qmsum import transcript, write_qmsum
from assistant.evaluation.questions import Span, load_questions
from assistant.evaluation.sets import adapted, draft_lines
from index_store.errors import EmptyIndexError
from index_store.index import Index
from index_store.indexer import Indexer
from ingest.reader import read_document
from ingest.record import parse
from ingest.text import fold


def answer(**fields: str) -> dict[str, Any]:
    """A row of PoliInfo-4 about an assembly that does not exist."""
    return {
        "ID": "x", "Meeting": "令和4年第1回定例会", "Date": "2022-03-01", "Headlines": [],
        "SubTopic": "水族館", "QuestionSpeaker": "原田健（無所属）", "QuestionSummary": "改修の時期は。",
        "AnswerSpeaker": "市長", "AnswerSummary": "来年度。", "PredictedClass": True,
        "AnswerOriginal": "水族館についてのお尋ねでございます。改修は来年度に行います。",
    } | fields  # fmt: skip


MEETING = {
    "topic_list": [],
    "general_query_list": [{"query": "Summarize the whole meeting", "answer": "."}],
    "specific_query_list": [
        {"query": "What about the boat? ", "answer": ".", "relevant_text_span": [["1", "2"]]},
        {"query": "Nothing marked", "answer": ".", "relevant_text_span": []},
    ],
    "meeting_transcripts": [
        {"speaker": "Chair", "content": "Good morning , everybody ."},
        {"speaker": "Ms. Hara", "content": "The boat  needs a\nnew engine ."},
        {"speaker": "Chair", "content": "How much : is it ?"},
        {"speaker": "Ms. Hara", "content": "Nobody has asked yet ."},
    ],
}


def written(path: Path, data: object) -> Path:
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def words(folder: Path, place: Span) -> str:
    text = (folder / "records" / place.document).read_text(encoding="utf-8")
    return text[place.start : place.end]


def test_poliinfo_answers_become_turns(tmp_path: Path) -> None:
    other = answer(
        SubTopic="図書館", QuestionSummary="開館時間は。", AnswerSpeaker="教育長",
        AnswerOriginal="図書館の開館時間は、四月から一時間延ばします。",
    )  # fmt: skip
    rows = [answer(), answer(PredictedClass=False), other, other | {"Date": "2022-03-02"}]
    source = written(tmp_path / "answers.json", rows)
    topic, alone = write_poliinfo(source, tmp_path / "set")
    questions = load_questions(topic)
    assert [q.question for q in questions] == ["水族館 改修の時期は。", "図書館 開館時間は。"]
    assert [q.question for q in load_questions(alone)] == ["改修の時期は。", "開館時間は。"]
    assert words(tmp_path / "set", questions[0].places[0]) == answer()["AnswerOriginal"]
    assert len(questions[1].places) == 2, "the same answer on two days is right on both"
    first = parse(read_document(tmp_path / "set" / "records" / "2022-03-01.txt"))
    assert [turn.speaker for turn in first.turns] == ["市長", "教育長"]
    assert first.date is not None
    assert first.date.isoformat() == "2022-03-01"
    assert "改修の時期" not in first.document.text, "questions must not leak into the records"


def test_qmsum_turns_become_places(tmp_path: Path) -> None:
    source = tmp_path / "meetings"
    source.mkdir()
    written(source / "boat.json", MEETING)
    within, everywhere = write_qmsum(source, tmp_path / "set")
    [question] = load_questions(within)
    assert (question.question, question.document) == ("What about the boat?", "boat.txt")
    assert load_questions(everywhere)[0].document is None
    said = words(tmp_path / "set", question.places[0])
    assert said == "The boat needs a new engine .\nChair: How much : is it ?"
    record = parse(read_document(tmp_path / "set" / "records" / "boat.txt"))
    assert [turn.speaker for turn in record.turns] == ["Chair", "Ms. Hara", "Chair", "Ms. Hara"]


def test_a_transcript_says_where_each_turn_stands() -> None:
    turns = [{"speaker": "A: B", "content": "x  y"}, {"speaker": "C", "content": " "}]
    text, spans = transcript("m.txt", turns)
    assert text == "A B: x y\nC: \n"
    assert spans == [Span("m.txt", 5, 8), Span("m.txt", 9, 12)]


@pytest.mark.parametrize("data", [[], {}, [{"Meeting": "x"}], [1], "x"])
def test_other_data_than_poliinfo_is_told(tmp_path: Path, data: object) -> None:
    with pytest.raises(SourceDataError, match=r"a\.json: .*mend:"):
        write_poliinfo(written(tmp_path / "a.json", data), tmp_path / "set")


@pytest.mark.parametrize("data", [[], {}, {"meeting_transcripts": [{}]}, MEETING | {
    "specific_query_list": [{"query": "q", "relevant_text_span": [["9", "9"]]}]}])  # fmt: skip
def test_other_data_than_qmsum_is_told(tmp_path: Path, data: object) -> None:
    with pytest.raises(SourceDataError, match=r"a\.json: .*mend:"):
        write_qmsum(written(tmp_path / "a.json", data), tmp_path / "set")


def test_options_of_public_data_are_told(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="--from news: no such data"):
        adapted("news", tmp_path, tmp_path)
    with pytest.raises(OptionError, match="--source PATH is missing"):
        adapted("qmsum", None, tmp_path)
    with pytest.raises(OptionError, match="--to FOLDER is missing"):
        adapted("qmsum", tmp_path, None)
    with pytest.raises(SourceDataError, match=r"no \.json file"):
        adapted("qmsum", tmp_path, tmp_path / "set")
    file = written(tmp_path / "a.json", MEETING)
    with pytest.raises(RunError, match="cannot be written"):
        adapted("qmsum", file, file)


def test_public_data_as_published(shared: Path, tmp_path: Path) -> None:
    source = shared / "eval" / "poliinfo" / "answer_verification_train.json"
    for path in write_poliinfo(source, tmp_path / "poliinfo"):
        assert len(load_questions(path)) > 200
    first = min((shared / "eval" / "qmsum").glob("*.json"))
    meeting = json.loads(first.read_text(encoding="utf-8"))
    within, _ = write_qmsum(first, tmp_path / "qmsum")
    assert len(load_questions(within)) == len(meeting["specific_query_list"])
    record = parse(read_document(tmp_path / "qmsum" / "records" / f"{first.stem}.txt"))
    assert len(record.turns) == len(meeting["meeting_transcripts"])
    places = [place for question in load_questions(within) for place in question.places]
    starts = {turn.start for turn in record.turns}
    assert all(place.start in starts for place in places)


def test_drafts_are_a_question_set_of_what_the_records_hold(filled: Index, tmp_path: Path) -> None:
    path = tmp_path / "drafts.jsonl"
    path.write_text("\n".join(draft_lines(filled)), encoding="utf-8")
    questions = load_questions(path)
    kinds = {question.kind for question in questions}
    assert {"exchange", "figure", "header", "silent", "missing fact", "elsewhere"} <= kinds
    held = fold(
        "".join(p.text for s in filled.store.documents for p in filled.store.passages_of(s))
    )
    for question in questions:
        assert question.answerable == bool(question.evidence)
        assert all(fold(evidence) in held for evidence in question.evidence), question
    asked = {question.question: question for question in questions}
    loans = asked["電子図書の貸出しはいつ始まるのか。"]
    assert loans.speakers == ("図書館長",)
    assert loans.evidence == ("令和6年10月1日から始める予定である。",)
    visitors = asked["試行した4月の平日夜間の来館者は延べ何人ですか"]
    assert visitors.evidence == ("312人",)


def test_people_who_spoke_are_not_drafted_as_silent(index: Index, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "第1回 港湾審議会 会議録\n\n日時：令和6年5月1日\n出席者：会長 原聡子、委員 三宅直樹\n\n"
        "〔原会長〕\n始めます。岸壁の改修についてご説明します。\n",
        encoding="utf-8",
    )
    Indexer(index).ingest([tmp_path / "a.txt"])
    silent = [row["question"] for row in drafts(index) if row["kind"] == "silent"]
    assert silent == ["『第1回 港湾審議会 会議録』で三宅直樹委員は何と発言しましたか"]


def test_an_empty_index_gives_no_drafts(index: Index) -> None:
    with pytest.raises(EmptyIndexError):
        drafts(index)


def test_the_command(
    filled: Index, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINUTES_CACHE", str(cache))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    data = str(filled.settings.data)
    printed = CliRunner().invoke(app, ["questions", "--data", data])
    assert printed.exit_code == 0, printed.output
    out = tmp_path / "drafts.jsonl"
    kept = CliRunner().invoke(app, ["questions", "--data", data, "--out", str(out)])
    assert kept.exit_code == 0, kept.output
    assert kept.stdout == ""
    assert out.read_text(encoding="utf-8") == printed.stdout
    source = written(tmp_path / "boat.json", MEETING)
    made = CliRunner().invoke(
        app,
        ["questions", "--from", "qmsum", "--source", str(source), "--to", str(tmp_path / "set")],
    )
    assert [Path(line).name for line in made.stdout.splitlines()] == [
        "questions-within.jsonl",
        "questions-all.jsonl",
    ]
    wrong = CliRunner().invoke(app, ["questions", "--from", "news"])
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("minutes: --from news")
