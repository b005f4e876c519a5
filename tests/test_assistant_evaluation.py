"""The evaluation harness: question sets, judgements, measures, runs kept and compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.config import Settings
from assistant.evaluation.comparing import against, fallen_under, parse_bounds
from assistant.evaluation.contract import evaluation_json
from assistant.evaluation.errors import OptionError, QuestionSetError, SourceDataError
from assistant.evaluation.measures import difference, figure, ranking_values
from assistant.evaluation.page import page
from assistant.evaluation.poliinfo import write_poliinfo
from assistant.evaluation.questions import load_questions
from assistant.evaluation.report import run_lines
from assistant.evaluation.running import opened_index, run_questions
from assistant.evaluation.runs import Run, read_run, save_run
from assistant.evaluation.systems import SystemName, parse_names
from index_store.embedding import Embedder
from index_store.index import Index

QUESTIONS = [
    {
        "id": "a", "kind": "fact", "question": "夜間の来館者は何人でしたか？", "answerable": True,
        "speakers": ["図書館長"], "evidence": ["延べ312人"],
    },
    {
        "id": "b", "kind": "speaker", "question": "講習会を求めたのは誰ですか", "answerable": True,
        "speakers": ["原田委員"], "evidence": ["講習会を開いてほしい"],
    },
    {"id": "c", "kind": "none", "question": "<b>水族館</b>の入場料は？", "answerable": False},
]  # fmt: skip


def written(folder: Path, *lines: object) -> Path:
    path = folder / "questions.jsonl"
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_text(text + "\n", encoding="utf-8")
    return path


@pytest.fixture
def run(filled: Index, tmp_path: Path) -> Run:
    path = written(tmp_path, *QUESTIONS)
    systems = [SystemName.WORDS, SystemName.HYBRID]
    return run_questions(path, load_questions(path), filled, Settings(), systems)


def test_an_index_can_be_of_some_files_of_a_folder(embedder: Embedder, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(
            "第1回 水路委員会 会議録\n【委員】料金は上げるのですか。\n", "utf-8"
        )
    embedder.embed_query("")
    settings, files = Settings(cache=embedder._cache), [tmp_path / "a.txt", tmp_path / "c.txt"]
    with opened_index(settings, files, pytest.fail) as index:
        assert [row.name for row in index.status().documents] == ["a.txt", "c.txt"]


def test_a_run_judges_rankings_and_answers(run: Run) -> None:
    ranks = {question: result.rank for question, result in run.of("hybrid").items()}
    assert ranks["a"] is not None
    assert ranks["a"] <= 3
    assert "c" not in ranks or ranks["c"] is None
    right = evaluation_json(run, None, [])
    assert right["answers"]["answers_right"]["value"] == 1.0
    assert right["answers"]["abstention_recall"]["value"] == 1.0
    assert right["answers"]["quote_exactness"]["value"] == 1.0
    assert set(right["systems"]) == {"words", "hybrid"}


def test_a_run_is_kept_and_compared_with_itself(run: Run, tmp_path: Path) -> None:
    kept = tmp_path / "run.json"
    save_run(run, kept)
    before = against(run, str(kept), read_run(kept))
    assert before.changes == () or list(before.changes) == []
    text = "\n".join(run_lines(run, before, 88))
    assert "R@1" in text
    assert "hybrid" in text


def test_the_page_escapes_what_people_write(filled: Index, tmp_path: Path) -> None:
    hostile = QUESTIONS[2] | {"answerable": True, "evidence": ["どこにもない言葉"]}
    path = written(tmp_path, hostile)
    html = page(run_questions(path, load_questions(path), filled, Settings()), None)
    assert "<b>水族館" not in html
    assert "&lt;b&gt;水族館" in html
    assert "<script" not in html


def test_a_bound_that_is_not_reached_is_named(run: Run) -> None:
    assert fallen_under(run, parse_bounds(["answers_right=0.5"])) == []
    [line] = fallen_under(run, parse_bounds(["recall@1=1.01"]))
    assert "recall@1" in line


@pytest.mark.parametrize("bound", ["recall@1", "recall@1=many", "beauty=1"])
def test_a_wrong_bound_is_told(bound: str) -> None:
    with pytest.raises(OptionError, match="--fail-under"):
        parse_bounds([bound])


def test_an_unknown_system_is_told() -> None:
    with pytest.raises(OptionError, match="no such system"):
        parse_names("words,magic")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("no json", ":1: "),
        ('{"id": "a", "kind": "fact"}', "question"),
        ('{"id": "a", "kind": "f", "question": "q", "answerable": "yes"}', "true or false"),
        ('{"id": "a", "kind": "f", "question": "q", "follows": "z", "answerable": false}', "follows"),
        (
            '{"id": "a", "kind": "f", "question": "q", "answerable": true, '
            '"places": [{"document": "d", "start": 3, "end": 3}]}',
            "place",
        ),
    ],
)  # fmt: skip
def test_a_wrong_question_set_is_told_with_its_line(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(QuestionSetError) as error:
        load_questions(path)
    assert f"{path}:1: " in str(error.value)
    assert told in str(error.value)
    assert "; mend: " in str(error.value)


def test_ranking_values_are_those_of_the_field() -> None:
    values = ranking_values(["x", "y", "right"], {"right"})
    assert values["mrr"] == pytest.approx(1 / 3)
    assert values["recall@1"] == 0
    assert values["recall@3"] == 1
    assert values["ndcg@10"] == pytest.approx(0.5)


def test_intervals_and_differences_are_the_same_each_time() -> None:
    values = [0.0, 1.0, 1.0, 0.0, 1.0, 1.0]
    first = figure(values)
    assert first == figure(values)
    assert first is not None
    assert first.value == pytest.approx(4 / 6)
    assert first.low <= first.value <= first.high
    same = difference(values, values)
    assert same is not None
    assert same.p == 1.0


def test_public_answers_become_turns_and_questions(tmp_path: Path) -> None:
    rows = [
        {
            "Meeting": "令和2年第2回定例会", "Date": "2020-06-03", "SubTopic": topic,
            "QuestionSummary": "取組は。", "AnswerSpeaker": speaker, "AnswerOriginal": words,
        }
        for topic, speaker, words in [
            ("公園", "知事", "まず、公園についてでございます。順次広げてまいります。"),
            ("市場", "中央卸売市場長", "次に、市場についてであります。棟を建て替えます。"),
        ]
    ]  # fmt: skip
    source = tmp_path / "source.json"
    source.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    with_topic, alone = write_poliinfo(source, tmp_path)
    assert [question.question for question in load_questions(with_topic)] == [
        "公園 取組は。", "市場 取組は。",
    ]  # fmt: skip
    [question] = load_questions(alone)
    text = (tmp_path / "records" / question.places[0].document).read_text(encoding="utf-8")
    assert [text[span.start : span.end] for span in question.places] == [
        row["AnswerOriginal"] for row in rows
    ]
    assert "公園 取組" not in text


def test_other_data_is_told(tmp_path: Path) -> None:
    source = tmp_path / "source.json"
    source.write_text("[{}]", encoding="utf-8")
    with pytest.raises(SourceDataError, match="mend"):
        write_poliinfo(source, tmp_path)
