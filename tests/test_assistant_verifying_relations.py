"""Rules about how parts of a sentence belong together: limits, pairs of figures, causes, givers."""

from __future__ import annotations

import pytest

from assistant.verifying import (
    cause_rules,
    change_rules,
    giving_rules,
    limit_rules,
    question_rules,
)
from assistant.verifying.grounds import Grounds, find_words, grounds
from assistant.verifying.types import Source
from index_store.types import StoredPassage
from ingest.types import Kind, Place


def passage(text: str, speaker: str = "農政課長") -> StoredPassage:
    place = Place(
        document="a.txt", kind=Kind.MINUTES, title="第1回 丘上市農業委員会 議事録", date="2024-06-12",
        speaker=speaker, person=None, role=speaker, agenda="遊休農地について", heading=None,
        page=None, turn=1, section=None, start=0, end=len(text), line=1,
    )  # fmt: skip
    return StoredPassage("a#1", text, "", place)


def ground(text: str, asked: str | None = None) -> Grounds:
    asking = (passage(asked, "原委員"),) if asked else ()
    span = find_words(text, text)
    assert span is not None
    return grounds(Source(passage(text), asking), span)


@pytest.mark.parametrize(
    ("said", "claim", "kept"),
    [
        ("第三地区を除き、六月から配水を始めた。", "六月から配水を始めた。", False),
        ("第三地区を除き、六月から配水を始めた。", "第三地区以外では六月から配水を始めた。", True),
        ("谷沿いの集落については、全戸が同意する場合に限り、柵を貸し出す。", "谷沿いの集落に柵を貸し出す。", False),
        ("谷沿いの集落については、全戸が同意する場合に限り、柵を貸し出す。", "全戸が同意すれば、谷沿いの集落に柵を貸し出す。", True),
        ("直売所の夜間営業を秋から試行する。", "直売所の夜間営業を秋から行う。", False),
        ("直売所の夜間営業を秋から試行する。", "直売所の夜間営業は秋から試される。", True),
        ("農家の方のほか、農業を学ぶ学生も申し込めます。", "申し込めるのは農家だけである。", False),
        ("申し込めるのは農家のみです。", "農家だけが申し込める。", True),
        ("Permits are issued to all growers except those on the east bank.", "Permits are issued to all growers.", False),
        ("Permits are issued to all growers except those on the east bank.", "All growers except those on the east bank get permits.", True),
        ("The market opens at night on a trial basis.", "The market opens at night.", False),
    ],
)  # fmt: skip
def test_limits_are_neither_dropped_nor_added(said: str, claim: str, kept: bool) -> None:
    assert (limit_rules.limits_changed(claim, ground(said)) is None) == kept


@pytest.mark.parametrize(
    ("said", "claim", "kept"),
    [
        ("委員の数を14人から9人に減らした。", "委員の数は14人になった。", False),
        ("委員の数を14人から9人に減らした。", "委員の数は9人になった。", True),
        ("貸出しの期間を今の2週間から3週間に延ばす。", "貸出しの期間は現在3週間である。", False),
        ("貸出しの期間を今の2週間から3週間に延ばす。", "貸出しの期間は2週間から3週間に延びる。", True),
        ("用水路は市内40か所のうち12か所で改修を終えた。", "用水路の改修は40か所で終わった。", False),
        ("用水路は市内40か所のうち12か所で改修を終えた。", "用水路の改修は12か所で終わった。", True),
        ("用水路は市内40か所のうち12か所で改修を終えた。", "40か所のうち12か所で改修が終わった。", True),
    ],
)  # fmt: skip
def test_figures_that_belong_together_stay_so(said: str, claim: str, kept: bool) -> None:
    assert (change_rules.torn_apart(claim, ground(said)) is None) == kept


@pytest.mark.parametrize(
    ("said", "claim", "kept"),
    [
        ("水不足のため、田植えを一週間遅らせた。", "水不足のため、田植えが一週間遅れた。", True),
        ("田植えを一週間遅らせた。", "水不足のため、田植えが一週間遅れた。", False),
        ("苗の生育が遅れ、田植えを一週間遅らせた。", "機械の故障により、田植えが一週間遅れた。", False),
        ("柵は三割の集落で設置した。", "柵は三割の集落で設置された。", True),
        ("これは市が求めたものである。", "これは市が求めたものである。", True),
        ("The yield fell by a tenth.", "The yield fell by a tenth because of the drought.", False),
        ("The yield fell by a tenth because it did not rain in May.", "The yield fell by a tenth because there was no rain in May.", True),
    ],
)  # fmt: skip
def test_reasons_are_given_by_the_record(said: str, claim: str, kept: bool) -> None:
    assert (cause_rules.invented_cause(claim, ground(said)) is None) == kept


@pytest.mark.parametrize(
    ("said", "claim", "kept"),
    [
        ("猟友会から増員の申出を受けております。", "市は猟友会に対し増員を申し出た。", False),
        ("猟友会から増員の申出を受けております。", "猟友会は市に増員を申し出た。", True),
        ("農協あてに要望書を提出しました。", "農協は市に対し要望した。", False),
        ("農協あてに要望書を提出しました。", "市は農協に要望書を提出した。", True),
        ("農協の資料を市に提供してもらえば早い。", "市が農協に資料を提供すれば早い。", False),
    ],
)  # fmt: skip
def test_givers_and_receivers_keep_their_places(said: str, claim: str, kept: bool) -> None:
    assert (giving_rules.given_the_other_way(claim, ground(said)) is None) == kept


@pytest.mark.parametrize(
    ("said", "asked", "claim", "kept"),
    [
        ("アプリと電話の両方で受け付ける。", "予約は電話だけか。", "予約は電話だけである。", False),
        ("アプリと電話の両方で受け付ける。", "予約は電話だけか。", "予約はアプリでも受け付ける。", True),
        ("4月からです。", "貸出しはいつから始まるのか。", "貸出しは4月から始まる。", True),
        ("求めない方針です。", "同意書を求めるのか。", "同意書は求めない。", True),
        ("求めない方針です。", "同意書を求めるのか。", "同意書を求める。", False),
    ],
)  # fmt: skip
def test_a_claim_tells_the_answer_and_not_the_question(
    said: str, asked: str, claim: str, kept: bool
) -> None:
    assert (question_rules.only_the_question(claim, ground(said, asked)) is None) == kept
