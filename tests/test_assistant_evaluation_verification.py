"""True summaries of answers told from fakes: the signs, the halves, the figures, the command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.evaluation.errors import SourceDataError
from assistant.evaluation.verification import JudgeName, measured
from assistant.evaluation.verification_data import read_summaries
from assistant.evaluation.verification_model import Logistic, curve, threshold
from assistant.evaluation.verification_report import (
    verification_json,
    verification_lines,
    verification_page,
)
from assistant.evaluation.verification_signs import Judged, Signs, judge
from index_store.embedding import Embedder

ANSWER = (
    "次に、{topic}の整備についてでございますが、{topic}は、市民の暮らしを支える大切な場所でございます。"
    "市はこれまで、{topic}の老朽化の調査を行ってまいりました。"
    "来年度は、{deed}とともに、費用として{amount}万円を計上いたします。"
    "今後とも、{partner}と連携しながら、{aim}に取り組んでまいります。"
)
TOPICS = (
    "図書館 公民館 体育館 児童館 保育園 診療所 公園 港湾 橋りょう 下水道 水道管 市営住宅 消防署 学校給食 博物館 "
    "美術館 市場 駐輪場 霊園 観光案内所 放課後教室 農道 防災無線 清掃工場 バス停 温水プール 斎場 植物園 天文台 広場"
).split()
DEEDS = ("屋根を改修する", "入口に昇降機を置く", "窓口を二階へ移す", "利用者の声を聞く場を設ける")
PARTNERS = ("地元の町会", "県の試験場", "商工会議所", "大学の研究室")
AIMS = ("利用しやすい施設づくり", "事故の防止", "待ち時間の短縮", "にぎわいの創出")


def rows() -> Iterator[dict[str, Any]]:
    """Invented answers, each with a true summary and three fakes."""
    answers = []
    for at, topic in enumerate(TOPICS):
        deed, partner, aim = (kinds[at % 4] for kinds in (DEEDS, PARTNERS, AIMS[1:] + AIMS[:1]))
        amount = 120 + 10 * at
        text = ANSWER.format(topic=topic, deed=deed, amount=amount, partner=partner, aim=aim)
        answers.append((topic, text, f"{deed}。費用{amount}万円を計上。", f"{partner}と連携し{aim}に取り組む。", amount))  # fmt: skip
    for at, (topic, text, true, also, amount) in enumerate(answers):
        other = answers[(at + 7) % len(answers)]
        for summary, is_true in (
            (true, True),
            (also, True),
            (true.replace(str(amount), str(amount + 500)), False),
            ("ともに、費用として" + text.split("費用として")[1][:20], False),
            (f"{other[0]}の老朽化を調べ、{other[2]}", False),
        ):
            yield {
                "SubTopic": topic,
                "QuestionSummary": f"{topic}の改修をどう進めるのか。",
                "AnswerSummary": summary,
                "AnswerOriginal": text,
                "Date": "2024-06-12",
                "PredictedClass": is_true,
            }


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("verify") / "answers.json"
    path.write_text(json.dumps(list(rows()), ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def judged(file: Path, embedder: Embedder) -> list[Judged]:
    return judge(read_summaries(file), embedder)


def signs_of(answer: str, question: str, summary: str, embedder: Embedder, path: Path) -> Signs:
    row = {
        "SubTopic": "図書館", "QuestionSummary": question, "AnswerSummary": summary,
        "AnswerOriginal": answer, "Date": "2024-06-12", "PredictedClass": True,
    }  # fmt: skip
    path.write_text(json.dumps([row], ensure_ascii=False), encoding="utf-8")
    return judge(read_summaries(path), embedder)[0].signs


def test_what_the_signs_say(embedder: Embedder, tmp_path: Path) -> None:
    answer = ANSWER.format(
        topic="図書館", deed="屋根を改修する", amount=120, partner="地元の町会", aim="事故の防止"
    )

    def of(summary: str) -> Signs:
        return signs_of(
            answer, "図書館の改修をどう進めるのか。", summary, embedder, tmp_path / "a.json"
        )

    true = of("来年度は屋根を改修し費用120万円を計上。地元の町会と連携し事故の防止に取り組む。")
    assert (true.order, true.cut, true.figure) == (1.0, 0.0, 0.0)
    assert of("費用130万円を計上。").figure == 1.0
    assert of("令和7年度は屋根を改修。").figure == 0.0, "来年度, on the day of the meeting"
    assert of("を改修するとともに、費用として120万円を計上いたします。").cut == 1.0
    assert of("朽化の調査を行ってまいりました。").cut == 1.0
    assert of("屋根を改修する").cut == 0.0
    assert of("温水プールの水質を検査する。").order < 0.5
    introduction = of("図書館は市民の暮らしを支える大切な場所。")
    assert introduction.order == 1.0
    assert introduction.told < true.told
    assert of("").order == of("").told == 0.0
    assert of("").cut == 1.0


def test_the_signs_do_not_look_at_style(embedder: Embedder, tmp_path: Path) -> None:
    answer = ANSWER.format(
        topic="図書館", deed="屋根を改修する", amount=120, partner="地元の町会", aim="事故の防止"
    )
    plain, polite = (
        signs_of(answer, "改修は。", summary, embedder, tmp_path / "a.json")
        for summary in ("地元の町会と連携し事故の防止に取り組む", "地元の町会と連携し事故の防止に取り組みます。")
    )  # fmt: skip
    assert replace(plain, answers=0.0) == replace(polite, answers=0.0)


def test_an_answer_is_on_one_side_only(file: Path) -> None:
    sides: dict[str, set[int]] = {}
    for one in read_summaries(file):
        sides.setdefault(one.answer, set()).add(one.number % 2)
    assert all(len(found) == 1 for found in sides.values())
    assert set().union(*sides.values()) == {0, 1}


def test_figures_are_the_same_each_time(judged: list[Judged]) -> None:
    once, again = (measured("a.json", "model", judged) for _ in range(2))
    assert once == again
    first, back = once.directions
    assert (first.learnt.name, first.measured.name) == ("first", "other")
    assert (back.learnt, back.measured) == (first.measured, first.learnt)
    assert sum(half.answers for half in once.halves) == len(TOPICS)
    ours = first.judges[0]
    assert ours.name is JudgeName.SIGNS
    assert ours.area.value > 0.9
    assert ours.area.low <= ours.area.value <= ours.area.high
    assert ours.curve[0] == (0.0, 0.0)
    assert ours.curve[-1] == (1.0, 1.0)
    by_name = {one.name: one for one in first.judges}
    accepted = by_name[JudgeName.ACCEPT]
    assert (accepted.area.value, accepted.kept.value, accepted.fakes.value) == (0.5, 1.0, 1.0)
    assert accepted.kept_there.value == 0.0
    assert by_name[JudgeName.OVERLAP].area.value < ours.area.value


def test_nothing_is_learnt_from_the_half_that_is_measured(judged: list[Judged]) -> None:
    turned = [
        replace(one, summary=replace(one.summary, true=not one.summary.true))
        if one.summary.number % 2
        else one
        for one in judged
    ]
    before = measured("a.json", "model", judged).directions[0].judges
    after = measured("a.json", "model", turned).directions[0].judges
    for one, other in zip(before, after, strict=True):
        assert (one.threshold, one.weights) == (other.threshold, other.weights)
    assert before[0].area.value == pytest.approx(1 - after[0].area.value)


def test_the_curve_and_its_threshold() -> None:
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(1)
    true = rng.random(200) < 0.6
    scores = np.round(rng.random(200) + 0.3 * true, 1)  # many ties
    fakes, kept = curve(scores, true, np.ones((1, 200)))
    area = float((np.diff(fakes[0]) * (kept[0, 1:] + kept[0, :-1]) / 2).sum())
    assert area == pytest.approx(roc_auc_score(true, scores))
    least = threshold(scores, true)
    assert (scores[~true] >= least).mean() <= 0.05
    assert (scores[~true] >= round(least - 0.1, 1)).mean() > 0.05
    assert threshold(np.zeros(200), true) == float("inf")
    doubled = curve(scores, true, np.vstack([np.ones(200), np.full(200, 2.0)]))
    assert np.allclose(doubled[0][0], doubled[0][1])


def test_the_model_is_that_of_sklearn() -> None:
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(2)
    signs = rng.normal(size=(300, 4)) * [1, 5, 0.1, 0] + [0, 3, 1, 2]
    true = signs[:, 0] + signs[:, 1] / 5 + rng.normal(size=300) > 0.5
    ours = Logistic.fit(signs, true)
    spread = np.where(signs.std(axis=0) > 0, signs.std(axis=0), 1)
    standard = (signs - signs.mean(axis=0)) / spread
    theirs = LogisticRegression(C=1 / 3, tol=1e-8).fit(standard, true)
    assert np.allclose(ours.weights, theirs.coef_[0], atol=1e-3)
    assert np.allclose(ours.scores(signs), theirs.predict_proba(standard)[:, 1], atol=1e-3)
    assert np.isfinite(Logistic.fit(signs, np.ones(300, dtype=bool)).scores(signs)).all()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[", "cannot be read as JSON"),
        ("{}", "not a list of summaries"),
        ("[]", "not a list of summaries"),
        ("[1]", "summary 1: not an object"),
        ('[{"SubTopic": "a"}]', "summary 1: 'QuestionSummary' is no text"),
        (json.dumps([{**next(rows()), "PredictedClass": "fake"}]), "'PredictedClass' is not true"),
        (json.dumps([{**next(rows()), "Date": "6月"}]), "'Date' is no day"),
    ],
)
def test_another_file_is_refused_in_a_line(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceDataError) as caught:
        read_summaries(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert told in message
    assert "; mend: " in message
    assert "\n" not in message


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceDataError, match="no such file; mend: name"):
        read_summaries(tmp_path / "none.json")


def test_the_report_in_its_three_forms(judged: list[Judged]) -> None:
    done = measured("<a>.json", "model", judged)
    lines = list(verification_lines(done, 88))
    assert all(len(line) <= 88 for line in lines)
    text = "\n".join(lines)
    assert "150 summaries of 30 answers, 60 true, 90 fake" in text
    assert "first half (the MD5 of AnswerOriginal is even)" in text
    assert text.index("measured on the other") < text.index("measured on the first")
    told = json.loads(json.dumps(verification_json(done), allow_nan=False))
    judge = told["directions"][0]["judges"]["signs"]
    assert set(judge["weights"]) == {"order", "told", "answers", "cut", "figure"}
    assert judge["area"].keys() == {"value", "low", "high", "n"}
    assert told["halves"]["first"]["hashes"] == "even"
    page = verification_page(done)
    assert page.count("<polyline") == 8
    assert "<a>" not in page
    assert "&lt;a&gt;.json" in page


def test_the_command(
    file: Path, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINUTES_CACHE", str(cache))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    html = tmp_path / "page.html"
    run = CliRunner().invoke
    done = run(app, ["eval", "--verify", str(file), "--json", "--html", str(html)])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["halves"].keys() == {"first", "other"}
    assert html.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    for wrong in (["eval"], ["eval", "a.jsonl", "--verify", str(file)], ["eval", "--verify", str(file), "--retrieval-only"]):  # fmt: skip
        refused = run(app, wrong)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert "; mend: " in refused.stderr
    few = tmp_path / "few.json"
    few.write_text(json.dumps(list(rows())[:9]), encoding="utf-8")
    refused = run(app, ["eval", "--verify", str(few)])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"minutes: {few}: fewer than 10")


def test_public_data(shared: Path, embedder: Embedder) -> None:
    source = shared / "eval" / "poliinfo" / "answer_verification_train.json"
    if not source.is_file():
        pytest.skip("the public data is not here")
    summaries = read_summaries(source)
    assert (len(summaries), sum(one.true for one in summaries)) == (730, 415)
    # Embedding all takes minutes.
    some = [one for one in summaries if one.number // 16 % 6 == 0]
    done = measured(str(source), "model", judge(some, embedder))
    ours, _, overlap, cosine, _ = done.directions[0].judges
    assert ours.area.value > max(overlap.area.value, cosine.area.value)
    assert ours.area.value > 0.7
