"""``minutes verify``: what the records say of a claim."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant.cli import app
from assistant.contract import verification_json
from assistant.render_explained import verification_lines
from assistant.verifying.against import RecordVerifier, Verification
from assistant.verifying.types import Verdict
from index_store.embedding import Embedder
from index_store.errors import EmptyIndexError
from index_store.index import Index
from index_store.queries import Narrowing
from tests.written import COMMITTEE, index_of

ENGLISH = """MINUTES OF THE REGULAR MEETING OF THE ALDERMERE LIBRARY BOARD

Date: Tuesday, September 19, 2023
Time: 6:30 p.m.
Place: Aldermere Branch Library, Community Room B

Members present: Margaret Okafor (Chair), Luis Pellegrin (Vice Chair), Trustees Dana Harrow
Staff: Anne Whitlock, Library Director

1. ADOPTION OF THE FINES POLICY

Harrow, Dana: How much did we collect in fines last year?

Whitlock, Anne (Library Director): We collected $11,240 in fines last year. A third of it came from children's cards.
"""

SUPPORTED, CONTRADICTED, ABSENT = Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.NOT_IN_RECORD
BUDGET = "電子図書の初年度の予算は450万円を見込んでいる。"


@pytest.fixture(scope="module")
def library(
    tmp_path_factory: pytest.TempPathFactory, cache: Path, embedder: Embedder
) -> Iterator[Index]:
    """The committee's records, and minutes in English."""
    files = {**COMMITTEE, "english.txt": ENGLISH}
    with index_of(files, tmp_path_factory.mktemp("library"), cache, embedder) as index:
        yield index


@pytest.fixture(scope="module")
def verifier(library: Index) -> RecordVerifier:
    return RecordVerifier.from_index(library)


@pytest.mark.parametrize(
    ("claim", "speaker", "verdict", "fault", "words"),
    [
        (BUDGET, None, SUPPORTED, None, "450万円"),
        (BUDGET, "図書館長", SUPPORTED, None, "450万円"),
        ("図書館長は、電子図書の登録者は1,204人だと述べた。", None, SUPPORTED, None, "1,204人"),
        ("原田委員は講習会を開いてほしいと述べた。", None, SUPPORTED, None, "講習会"),
        ("移動図書館の巡回箇所を令和9年度までに18か所とする。", None, SUPPORTED, None, "18か所"),
        ("We collected $11,240 in fines last year.", None, SUPPORTED, None, "$11,240"),
        ("Anne Whitlock said that the library collected $11,240 in fines last year.", None, SUPPORTED, None, "$11,240"),
        (BUDGET.replace("450", "540"), None, CONTRADICTED, "figure", "450万円"),
        (BUDGET.replace("450", "540"), "図書館長", CONTRADICTED, "figure", "450万円"),
        ("電子図書の登録者は1,402人である。", None, CONTRADICTED, "figure", "1,204人"),
        ("The library collected $12,240 in fines last year.", None, CONTRADICTED, "figure", "$11,240"),
        ("電子図書の貸出しは令和6年11月1日から始める予定である。", None, CONTRADICTED, "date", "10月1日"),
        ("電子図書の初年度の予算は450万円を見込んでいない。", None, CONTRADICTED, "polarity", "450万円"),
        ("原田委員は、電子図書の初年度の予算は450万円を見込んでいると述べた。", None, CONTRADICTED, "speaker", "450万円"),
        ("Dana Harrow said that the library collected $11,240 in fines last year.", None, CONTRADICTED, "speaker", "$11,240"),
        (BUDGET, "原田委員", ABSENT, None, None),
        (BUDGET, "佐々木課長", ABSENT, None, None),
        ("学校給食は令和7年度から無償になる。", None, ABSENT, None, None),
        ("The airport railway opens in 2030.", None, ABSENT, None, None),
    ],
)  # fmt: skip
def test_verdicts(
    claim: str,
    speaker: str | None,
    verdict: Verdict,
    fault: str | None,
    words: str | None,
    verifier: RecordVerifier,
) -> None:
    done = verifier.verify(claim, Narrowing(speaker=speaker) if speaker else None)
    assert done.verdict is verdict, done
    assert (done.fault and done.fault.value) == fault
    if words is None:
        assert done.citation is None
        assert done.support is None
    else:
        assert done.citation is not None
        assert words in done.citation.quote
        assert done.related == ()
        assert (done.support is not None) == (verdict is SUPPORTED)


def test_what_is_cited_is_a_piece_of_the_file(verifier: RecordVerifier, library: Index) -> None:
    sources = {row.name: row.source for row in library.store.documents.values()}
    for claim in (BUDGET, BUDGET.replace("450", "540"), "学校給食は令和7年度から無償になる。"):
        done = verifier.verify(claim)
        for citation in (*filter(None, [done.citation]), *done.related):
            text = Path(sources[citation.place.document]).read_text(encoding="utf-8")
            assert text[citation.place.start : citation.place.end] == citation.quote


def test_a_denial_is_not_borne_out_by_words_beside_those_that_contradict_it(
    verifier: RecordVerifier,
) -> None:
    """The sentence in front, of the same passage, says nothing of it."""
    done = verifier.verify("電子図書の初年度の予算は450万円を見込んでいない。")
    assert done.citation is not None
    assert "見込んでいる" in done.citation.quote


@pytest.mark.parametrize(
    "claim",
    ["a", "。", "…", "asdf qwer zxcv", "<b>電子図書</b>", "[電子図書](http://evil.example)", "{}{}{}",
     "あ" * 2_000, "1" * 2_000, "電子図書の予算は" + "9" * 400 + "円である。", "\u202e空港鉄道", "😀" * 50,
     "第0回の会議で令和99年13月45日に決まった。", "原田委員が" * 300],
    ids=range(14),
)  # fmt: skip
def test_garbage_is_not_in_the_record(claim: str, verifier: RecordVerifier) -> None:
    done = verifier.verify(claim)
    assert done.verdict is not SUPPORTED
    assert "\n".join(verification_lines(done, 80))
    assert json.dumps(verification_json(done))


def test_narrowing(verifier: RecordVerifier) -> None:
    assert verifier.verify(BUDGET, Narrowing(meeting="第1回")).verdict is SUPPORTED
    assert verifier.verify(BUDGET, Narrowing(meeting="第2回")).verdict is not SUPPORTED
    assert verifier.verify(BUDGET, Narrowing(document="absent")).verdict is ABSENT


def test_an_empty_index(index: Index) -> None:
    with pytest.raises(EmptyIndexError, match="minutes ingest"):
        RecordVerifier.from_index(index).verify(BUDGET)


def lines(done: Verification) -> str:
    return "\n".join(verification_lines(done, 200))


def test_the_lines_for_people(verifier: RecordVerifier) -> None:
    yes = lines(verifier.verify(BUDGET))
    assert yes.startswith("記録に裏付けがあります。\n\n出典\n")
    assert "図書館長" in yes
    assert "450万円を見込んでいる" in yes
    no = lines(verifier.verify(BUDGET.replace("450", "540")))
    assert no.startswith("記録はそれと異なることを述べています。（540万円 ≠ 450万円）\n\n出典\n")
    none = lines(verifier.verify("学校給食は令和7年度から無償になる。"))
    assert none.startswith(
        "記録の中に裏付けは見つかりませんでした。\n\n近い記述（答えではありません）\n"
    )
    english = lines(verifier.verify("The airport railway opens in 2030."))
    assert english.startswith("Nothing in the records supports this.\n\nClosest passages")


# The command

Minutes = Callable[..., Result]


@pytest.fixture
def minutes(
    filled: Index, tmp_path: Path, cache: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> Minutes:
    """Runs the command in this process, with the model that is loaded."""
    filled.close()
    monkeypatch.setattr("index_store.embedding.Embedder", lambda *given: embedder)
    monkeypatch.setenv("MINUTES_CACHE", str(cache))
    monkeypatch.setenv("MINUTES_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, stdin: str | None = None) -> Result:
        return CliRunner().invoke(app, ["verify", *map(str, arguments)], input=stdin)

    return run


def test_the_command(minutes: Minutes, folder: Path) -> None:
    shape = json.loads(minutes(BUDGET, "--json").stdout)
    assert list(shape) == [
        "claim", "verdict", "fault", "detail", "support", "citation", "related", "seconds",
    ]  # fmt: skip
    assert (shape["claim"], shape["verdict"], shape["fault"]) == (BUDGET, "supported", None)
    assert 0 <= shape["support"] <= 1
    citation = shape["citation"]
    text = (folder / citation["document"]).read_text(encoding="utf-8")
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    other = json.loads(minutes(BUDGET, "--speaker", "原田委員", "--json").stdout)
    assert (other["verdict"], other["citation"]) == ("not_in_record", None)
    assert other["related"]
    piped = minutes("-", stdin=BUDGET.replace("450", "540"))
    assert piped.exit_code == 0
    assert piped.stdout.startswith("記録はそれと異なることを述べています。（540万円 ≠ 450万円）")
    assert not (folder.parent / "data" / "log.sqlite3").exists(), "a check is no question"


@pytest.mark.parametrize("claim", ["", " ", "？！", "長" * 3_000])
def test_what_is_no_claim_is_wrong_usage(claim: str, minutes: Minutes) -> None:
    result = minutes(claim)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.strip().splitlines()) == 1
