"""Training of the reader: what it learns from, in which order, and that it learns."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from assistant.config import Settings
from benchmarks.reader import sources
from benchmarks.reader.curve import Results, variants
from benchmarks.reader.data import DEVELOPMENT, HERE, _digest, prepared
from benchmarks.reader.groups import Group, Shown, load, save, tenth
from benchmarks.reader.measuring import Figure
from benchmarks.reader.model import Untrained, give, untrained, write
from benchmarks.reader.model import load as load_weights
from benchmarks.reader.recipes import further, whole
from benchmarks.reader.scoring import f1, reader_of, remembering
from benchmarks.reader.sources import called
from benchmarks.reader.training import Recipe, pairs_of, rounds, steps, train
from benchmarks.reader.twins import twin
from index_store.embedding import Embedder
from index_store.reader.calibration import Calibration
from index_store.reader.reading import Reader
from index_store.reader.scoring import Scores
from ingest.text import fold

MINUTES = """第1回 水路委員会 会議録
日時：令和7年4月1日
【委員】料金は上げるのですか。
【部長】はい。来年度から上げます。
"""
PLACES = ["港", "図書館", "体育館", "市役所", "公民館", "美術館", "市場", "病院"]


def group(number: int, *, answered: bool = True) -> Group:
    place = PLACES[number % len(PLACES)]
    text = f"{place}の改修には{number + 2}億円かかります。完成は来年です。"
    start = text.index(f"{number + 2}億円")
    right = Shown("部長", text, ((start, start + len(f"{number + 2}億円")),))
    wrong = tuple(Shown("委員", f"{other}は混んでいて困ります。") for other in PLACES[:4])
    return Group(
        f"g{number}", "own", f"own-{number}.txt", "money", f"{place}の改修はいくらですか",
        (right,) if answered else (), wrong,
    )  # fmt: skip


def test_groups_come_back_as_they_were(tmp_path: Path) -> None:
    groups = [group(0), group(1, answered=False)]
    save(tmp_path / "own.jsonl", groups)
    assert list(load(tmp_path / "own.jsonl")) == groups


def test_a_document_is_always_in_the_same_tenth() -> None:
    found = [tenth(f"own-{n}.txt") for n in range(2_000)]
    assert found[:5] == [tenth(f"own-{n}.txt") for n in range(5)]
    assert set(found) == set(range(10))
    assert max(np.bincount(found)) < 280


def test_sets_are_parted_by_document(tmp_path: Path, cache: Path) -> None:
    groups = [group(n) for n in range(60)]
    save(tmp_path / f"own-{_digest(HERE / 'train')}.jsonl", groups)
    save(tmp_path / f"own-held-out-{_digest(HERE / 'held-out')}.jsonl", [group(90)])
    told: list[str] = []
    sets = prepared(tmp_path / "nothing-there", tmp_path, Settings(cache=cache), told.append)
    learnt, chosen = ({g.document for g in part} for part in (sets.train, sets.development))
    assert not learnt & chosen
    assert all(tenth(document) == DEVELOPMENT for document in chosen)
    assert [g.id for g in sets.held_out] == ["g90"]
    assert len(told) == 4
    assert "jsquad" in "".join(told)


def test_a_source_is_gone_through_as_often_as_the_recipe_says() -> None:
    groups = [group(n) for n in range(10)]
    recipe = Recipe({"own": 2.5})
    order = rounds(groups, recipe)
    assert len(order) == 25
    assert order == rounds(groups, recipe)
    assert {g.id for g in order} == {g.id for g in groups}


@pytest.fixture(scope="module")
def cache_of(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    embedder.embed_query("")
    return embedder._cache


def test_what_does_not_answer_has_no_words(cache_of: Path) -> None:
    pieces = untrained(cache_of, 1).pieces
    pairs = pairs_of(group(1), 0, pieces, Recipe({"own": 1.0}), random.Random(1))
    assert [pair.answers for pair in pairs] == [True, False, False]
    assert all(pair.span == (0, 0) for pair in pairs[1:])
    right = pairs[0]
    assert right.span is not None
    a, b = right.seen.characters(*right.span)
    assert group(1).answering[0].text[a:b] == "3億円"
    unanswered = pairs_of(group(1, answered=False), 0, pieces, Recipe({}), random.Random(1))
    assert [pair.answers for pair in unanswered] == [False, False]


TEXT = "駅前駐輪場の料金は令和6年度に100円から150円に上がりました。図書館は令和5年度のままです。"


@pytest.mark.parametrize(
    ("question", "possible"),
    [
        (
            "令和6年度の駐輪場はいくらですか",
            {
                "令和5年度の駐輪場はいくらですか",
                "令和6年度の料金はいくらですか",
                "令和6年度の図書館はいくらですか",
            },
        ),
        (
            "料金が増えたのはどこ",
            {"料金が減ったのはどこ", "図書館が増えたのはどこ", "駅前駐輪場が増えたのはどこ"},
        ),
        ("駅前駐輪場は今いくら", {"料金は今いくら", "図書館は今いくら"}),
        ("なぜ", {None}),
    ],
)
def test_a_twin_asks_for_what_the_passage_does_not_say(
    question: str, possible: set[str | None]
) -> None:
    shown = Shown("", TEXT, ((TEXT.index("150円"), TEXT.index("150円") + 4),))
    found = {twin(question, shown, (), random.Random(seed)) for seed in range(20)}
    assert found == possible


def test_an_english_twin_exchanges_words_of_a_kind() -> None:
    text = (
        "the Ferry Board and the Library Trust paid 40,000 for the shelter in the northern market"
    )
    shown = Shown("", text, ((text.index("40,000"), text.index("40,000") + 6),))
    asked = "What did the Ferry Board pay?"
    found = {twin(asked, shown, (), random.Random(n)) for n in range(9)}
    assert found == {"What did the Library Trust pay?"}


@pytest.mark.parametrize(
    ("question", "speaker", "others", "possible"),
    [
        ("木村委員は何を求めたか", "木村", ["森", "木村", ""], {"森委員は何を求めたか"}),
        ("木村委員は何を求めたか", "木村", ["Roe"], {None}),
        ("木村委員は森委員に何を求めたか", "木村", ["森"], {None}),
        ("What did Cllr Roe want?", "ROE", ["HALE"], {"What did Cllr Hale want?"}),
        ("What did the Roedean school want?", "Roe", ["Hale"], {None}),
        ("何が求められたか", "木村", ["森"], {None}),
    ],
)
def test_a_twin_names_somebody_else(
    question: str, speaker: str, others: list[str], possible: set[str | None]
) -> None:
    shown = Shown("", "字を大きく", ((0, 5),), speaker)
    found = [Shown("", "駅の話", speaker=name) for name in others]
    assert {twin(question, shown, found, random.Random(n)) for n in range(9)} == possible


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("瀬尾選挙管理委員会事務局長", "瀬尾"),
        ("町長（山田太郎）", "山田"),
        ("環境政策課長", ""),
        ("事務局", ""),
        ("Cllr Ann Roe", "Roe"),
        (None, ""),
    ],
)
def test_speakers_are_called_by_surname(label: str | None, name: str) -> None:
    assert called(label) == name


def test_the_right_passage_stands_under_a_spoilt_question_as_well(cache_of: Path) -> None:
    pieces = untrained(cache_of, 1).pieces
    recipe = Recipe({"own": 1.0}, twins=1.0)
    text = "港の改修には3億円かかります。図書館の完成は来年です。"
    right = Shown("部長", text, ((text.index("3億円"), text.index("3億円") + 3),))
    given = replace(group(1), question="改修はいくらですか", answering=(right,))
    pairs = pairs_of(given, 0, pieces, recipe, random.Random(1))
    assert [pair.answers for pair in pairs] == [True, False, False]
    assert pairs[1].span == (0, 0)
    assert pairs[1].seen.ids != pairs[0].seen.ids
    assert pairs[1].seen.offsets == pairs[0].seen.offsets


def test_no_pair_is_read_twice() -> None:
    asked: list[int] = []

    def read(question: str, shown: Sequence[Shown]) -> list[Scores]:
        asked.append(len(shown))
        return [Scores(len(one.text), 0.0, None) for one in shown]

    remembered = remembering(read)
    one, two, three = (Shown("", "a" * n) for n in (1, 2, 3))
    assert [s.answers for s in remembered("q", [one, two, one])] == [1, 2, 1]
    assert [s.answers for s in remembered("q", [three, one])] == [3, 1]
    assert [s.answers for s in remembered("other", [one])] == [1]
    assert asked == [2, 1, 1]


def test_steps_hold_whole_groups_of_bounded_size(cache_of: Path) -> None:
    pieces = untrained(cache_of, 1).pieces
    recipe = Recipe({"own": 1.0}, tokens=400)
    made = list(steps([group(n) for n in range(40)], pieces, recipe))
    held = [{pair.group for pair in step} for step in made]
    assert sum(map(len, held)) == 40
    assert all(
        max(len(pair.seen.ids) for pair in step) * len(step) <= 400 or len(held[n]) == 1
        for n, step in enumerate(made)
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_training_learns_and_what_is_stored_reads_the_same(
    dtype: torch.dtype, cache_of: Path, embedder: Embedder, tmp_path: Path
) -> None:
    groups = [group(n, answered=n % 3 > 0) for n in range(24)]
    recipe = Recipe({"own": 3.0}, tokens=900, rate=5e-4)
    said: list[str] = []
    model = untrained(cache_of, 1)
    learnt = train(
        model.network, model.pieces, groups, recipe, dtype=dtype, work=tmp_path, note=said.append
    )
    assert all(values.dtype == torch.float32 for values in learnt.values())
    read = reader_of(model.network, model.pieces)
    right, wrong = group(4).answering[0], group(4).others[0]
    opinions = read(group(4).question, [right, wrong])
    assert opinions[0].answers > opinions[1].answers + 1
    assert not list(tmp_path.glob("checkpoint-*"))

    file = tmp_path / "weights.safetensors"
    write(file, learnt, model.base, Calibration(0.5, 0.25, -1.0), {"made": "here"})
    assert load_weights(file, model) == Calibration(0.5, 0.25, -1.0)
    again = read(group(4).question, [right, wrong])
    assert again[0].answers == pytest.approx(opinions[0].answers, abs=0.5)

    shipped = Reader(embedder, file).read_texts(
        group(4).question, [(one.header, one.text) for one in (right, wrong)]
    )
    expected = [Calibration(0.5, 0.25, -1.0).odds(one.answers, one.ahead) for one in again]
    assert [one.odds for one in shipped] == pytest.approx(expected, abs=0.3)
    assert shipped[0].span == again[0].span


def break_off(model: Untrained, groups: list[Group], recipe: Recipe, work: Path) -> Path:
    """Train for two steps; gives the checkpoint."""

    class BrokenOffError(Exception):
        pass

    def stop(step: int) -> None:
        raise BrokenOffError

    with pytest.raises(BrokenOffError):
        train(
            model.network, model.pieces, groups, recipe, work=work,
            watch=stop, note=lambda line: None, every=2, saved_after=0.0,
        )  # fmt: skip
    (checkpoint,) = work.glob("checkpoint-*.pt")
    return checkpoint


def test_a_run_that_was_broken_off_goes_on(cache_of: Path, tmp_path: Path) -> None:
    groups = [group(n) for n in range(12)]
    recipe = Recipe({"own": 2.0}, tokens=900)
    model = untrained(cache_of, 1)
    unbroken = train(model.network, model.pieces, groups, recipe, note=lambda line: None)

    break_off(untrained(cache_of, 1), groups, recipe, tmp_path)
    rest: list[str] = []
    again = untrained(cache_of, 1)
    found = train(again.network, again.pieces, groups, recipe, work=tmp_path, note=rest.append)
    assert "2 steps are done" in "".join(rest)
    assert all(torch.allclose(found[name], unbroken[name], atol=2e-3) for name in unbroken)


def test_training_goes_on_from_weights(cache_of: Path, tmp_path: Path) -> None:
    groups = [group(n, answered=n % 3 > 0) for n in range(24)]
    recipe = Recipe({"own": 2.0}, tokens=900, rate=5e-4)
    model = untrained(cache_of, 1)
    file = tmp_path / "weights.safetensors"
    learnt = train(model.network, model.pieces, groups, recipe, note=lambda line: None)
    write(file, learnt, model.base, Calibration(0.5, 0.25, -1.0), {})
    read = reader_of(model.network, model.pieces)
    shown = [group(4).answering[0], group(4).others[0]]
    before = read(group(4).question, shown)

    begun = untrained(cache_of, 2)
    assert give(file, begun) == Calibration(0.5, 0.25, -1.0)
    first = reader_of(begun.network, begun.pieces)(group(4).question, shown)
    assert [one.answers for one in first] == pytest.approx([o.answers for o in before], abs=0.5)

    kept = break_off(begun, groups, recipe, tmp_path)
    # What was begun from other weights is not gone on with.
    said: list[str] = []
    other = untrained(cache_of, 2)
    train(other.network, other.pieces, groups, recipe, work=tmp_path, note=said.append)
    assert "are done" not in "".join(said)
    assert kept.is_file(), "a run that was broken off is lost to another"


@pytest.mark.parametrize(
    ("what", "said"), [("train", "no such file; name weights that"), ("measure", "goes with train")]
)
def test_going_on_is_refused_in_a_line(what: str, said: str) -> None:
    command = [sys.executable, "-m", "benchmarks.reader", what, "--from", "no-weights.safetensors"]
    done = subprocess.run(command, cwd=HERE.parent.parent, capture_output=True, text=True)
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]


def test_training_further_is_shorter_gentler_and_shows_others() -> None:
    before = whole()
    after = further(before)
    assert set(after.epochs) == set(before.epochs)
    assert all(after.epochs[name] < before.epochs[name] / 5 for name in before.epochs)
    assert after.rate < before.rate / 2
    groups = [group(n) for n in range(200)]
    same_seed = replace(after, seed=before.seed)
    assert [g.id for g in rounds(groups, after)] != [g.id for g in rounds(groups, same_seed)]


def squad_file(folder: Path) -> None:
    ferry = "渡し船 [SEP] 渡し船は1912年に始まった。乗り場は川の両岸に二つずつあり、朝の六時から夕方の七時まで十五分ごとに動く。"
    kiln = "登り窯 [SEP] 登り窯は丘の南側に五つ並ぶ。火入れは春と秋の二回で、薪は近くの山から運ばれてくる。"
    asked = {"id": "q1", "question": "渡し船はいつ始まりましたか", "is_impossible": False}
    answer = {"text": "1912年", "answer_start": ferry.index("1912年")}
    rows = [
        {"title": "渡し船", "paragraphs": [{"context": ferry, "qas": [asked | {"answers": [answer]}]}]},
        {"title": "登り窯", "paragraphs": [{"context": kiln, "qas": []}]},
    ]  # fmt: skip
    (folder / "valid.json").write_text(json.dumps({"data": rows}), "utf-8")


def test_paragraphs_become_groups(cache_of: Path, tmp_path: Path) -> None:
    squad_file(tmp_path)
    (found,) = sources.squad(tmp_path, Settings(cache=cache_of), pytest.fail)
    (right,) = found.answering
    assert [right.text[a:b] for a, b in right.spans] == ["1912年"]
    assert found.others[0].text == right.text.replace("渡し船は1912年に始まった。", "")
    assert found.others[1].text.startswith("登り窯\n")


def test_our_questions_become_groups_in_their_order(cache_of: Path, tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    (tmp_path / "records/2025-04-canal.txt").write_text(MINUTES, "utf-8")
    row = {"document": "2025-04-canal.txt", "language": "ja", "speakers": []}
    rows = [
        row | {"id": "b", "kind": "date", "question": "料金はいつから上げますか", "answerable": True,
               "evidence": ["来年度から上げます"], "answer": "来年度から"},
        row | {"id": "a", "kind": "not stated", "question": "橋の長さは何メートルですか",
               "answerable": False, "evidence": [], "answer": ""},
    ]  # fmt: skip
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows)
    (tmp_path / "questions.jsonl").write_text(lines, "utf-8")
    dated, unstated = sources.own(tmp_path, Settings(cache=cache_of), pytest.fail)
    assert [dated.id, unstated.id] == ["b", "a"]
    shown = dated.answering[0]
    assert [shown.text[a:b] for a, b in shown.spans] == ["来年度から"]
    assert not unstated.answering
    assert unstated.others


def test_wrong_passages_are_the_tempting_one_then_those_of_the_record_then_others(
    cache_of: Path, tmp_path: Path
) -> None:
    (tmp_path / "records").mkdir()
    own, other = "2025-04-canal.txt", "2025-09-canal.txt"
    (tmp_path / "records" / own).write_text(MINUTES, "utf-8")
    later = MINUTES
    for old, new in (
        ("1回", "2回"),
        ("4月", "9月"),
        ("料金", "舟の料金"),
        ("来年度から上げ", "10月から下げ"),
    ):
        later = later.replace(old, new)
    (tmp_path / "records" / other).write_text(later, "utf-8")
    row = {
        "id": "a", "kind": "wrong meeting", "question": "料金はいつから下げますか", "document": own,
        "answerable": False, "evidence": [], "answer": "", "speakers": [],
        "near": [{"document": other, "words": "10月から下げます"}],
    }  # fmt: skip
    (tmp_path / "questions.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
    (found,) = sources.own(tmp_path, Settings(cache=cache_of), pytest.fail)
    texts = [one.text for one in found.others]
    assert "10月から下げます" in texts[0]
    of_own = [text in MINUTES for text in texts[1:]]
    assert of_own == sorted(of_own, reverse=True)
    assert of_own[0]
    assert len(texts) == len(set(texts))


def test_a_paragraph_without_its_answering_sentence() -> None:
    text = "港は1930年に開かれた。貨物は年に12万トンで、県で三番目に多い。倉庫は四棟ある。船は毎日八便が出る。駐車場は百台分ある。"
    at = text.index("12万トン")
    cut = sources.without(text, [(at, at + 5)])
    assert "12万トン" not in cut
    assert cut.startswith("港は1930年")
    assert sources.without("短い。", [(0, 2)]) == ""
    assert sources.without(f"みなと\n{text}", [(at + 4, at + 9)]).startswith("みなと\n港は1930年")


def test_characters_in_common() -> None:
    assert f1("延べ312人", "312人") == pytest.approx(2 * 4 / 10)
    assert f1("", "312人") == 0.0


def test_our_questions_name_words_of_their_records() -> None:
    """Every evidence stands in its document, and the answer in an evidence or in a label."""
    for part in ("train", "held-out"):
        folder = Path(sources.__file__).parent / part
        texts = {
            file.name: fold(file.read_text("utf-8")) for file in (folder / "records").iterdir()
        }
        rows = [
            json.loads(line)
            for file in sorted(folder.glob("questions*.jsonl"))
            for line in file.read_text("utf-8").splitlines()
        ]
        assert len({row["id"] for row in rows}) == len(rows)
        for row in rows:
            text = texts[row["document"]]
            assert all(fold(words) in text for words in row["evidence"]), row["id"]
            assert row["answerable"] == bool(row["evidence"]), row["id"]
            assert fold(row["answer"]) in text, row["id"]
            assert all(fold(n["words"]) in texts[n["document"]] for n in row.get("near", [])), row[
                "id"
            ]


def test_the_curve_takes_parts_and_leaves_sources_out_and_goes_on(tmp_path: Path) -> None:
    recipe = Recipe({"own": 1.0, "jsquad": 0.5})
    groups = [group(n) for n in range(16)]
    found = {one.name: one for one in variants(groups, recipe)}
    assert len(found["1/8 of the documents"].groups) == 2
    assert found["1/8 of the documents"].recipe.epochs == {"own": 8.0, "jsquad": 4.0}
    assert found["all documents"].groups == tuple(groups)
    assert found["without jsquad"].recipe.epochs == {"own": 1.0}
    assert len({one.told for one in found.values()}) == len(found) == 6
    results = Results(tmp_path / "curve.jsonl")
    assert results.of(found["all documents"]) is None
    figures = {"own: area": Figure(0.75, 0.7, 0.8, 16)}
    results.keep(found["all documents"], figures)
    assert results.of(found["all documents"]) == figures
    assert results.of(found["without jsquad"]) is None
