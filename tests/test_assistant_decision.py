"""What evidence is worth, who was there, and which way words point."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from assistant.attendance import Attendance, attendance, is_person
from assistant.decision import Signs, decide, first_choice, learnt, ranked
from assistant.evidence import SENTENCES, Candidate, Evidence
from assistant.polarity import opposes
from assistant.question import read_question
from index_store.types import IndexedDocument, StoredPassage
from ingest.types import Attendee, Kind, Place
from ingest.understanding import Understanding

TEXT = "登録者は1,204人である。"
PLACE = Place(
    document="a.txt", kind=Kind.MINUTES, title="第1回", date=None, speaker="館長", person=None,
    role=None, agenda=None, heading=None, page=None, turn=1, section=None, start=0, end=len(TEXT),
    line=1,
)  # fmt: skip


def candidate(name: str = "a", focus: float = 1.0, **evidence: float) -> Candidate:
    passage = StoredPassage(id=name, text=TEXT, context="", place=PLACE)
    return Candidate(passage, 0, len(TEXT), Evidence(**evidence), focus)


@pytest.mark.parametrize(
    ("reader", "without"), [(True, set()), (False, {"reads", "marked", "anywhere", "written"})]
)
def test_weights_name_every_kind_of_evidence_and_every_sign(
    reader: bool, without: set[str]
) -> None:
    weights = learnt(reader=reader)
    kinds = {field.name for field in fields(Evidence)} - without
    assert set(weights.glance) - without == set(weights.sentence) - without == kinds
    assert set(weights.answer) - without == {field.name for field in fields(Signs)} - without
    assert weights.glance["meaning"] == 0.0
    assert all(weights.glance.get(name, 0.0) == 0.0 for name in without)


def test_more_evidence_ranks_first_and_is_likelier_an_answer() -> None:
    question = read_question("登録者は何人ですか")
    strong = candidate("a", own=0.9, around=1.0, meaning=0.1, passage=0.1, states=1.0)
    weak = candidate("b", own=0.1, around=0.2, meaning=0.0, passage=0.0)
    assert [c.passage.id for c in ranked([weak, strong], learnt())] == ["a", "b"]
    sure = decide(question, ranked([strong], learnt()), learnt())
    unsure = decide(question, ranked([weak], learnt()), learnt())
    assert unsure.probability < 0.5 < sure.probability
    assert unsure.signs.unstated == 1.0


def test_a_decision_is_the_sum_of_its_parts() -> None:
    weights = learnt()
    decision = decide(read_question("登録者は何人ですか"), [candidate(own=0.5)], weights)
    odds = weights.bias + sum(decision.parts.values())
    assert decision.probability == pytest.approx(1 / (1 + math.exp(-odds)))


def test_another_passage_that_may_answer_makes_an_answer_likelier() -> None:
    question, weights = read_question("登録者は何人ですか"), learnt(reader=True)
    best = candidate("a", own=0.9, reads=0.4)
    alone = decide(question, [best, candidate("a", reads=0.4)], weights)
    beside = decide(question, [best, candidate("b", reads=0.4)], weights)
    assert alone.signs.anywhere == pytest.approx(0.4)  # one passage counts once
    assert beside.signs.anywhere == pytest.approx(0.4 + math.log(2))
    assert beside.probability > alone.probability
    assert decide(question, [candidate(own=0.9)], learnt()).signs.anywhere == 0.0


def test_the_decision_knows_whether_anybody_says_what_the_reader_read() -> None:
    said = candidate("a", own=0.4, reads=2.0)
    written = replace(said, passage=replace(said.passage, place=replace(PLACE, speaker=None)))
    question, weights = read_question("登録者は何人ですか"), learnt(reader=True)
    assert decide(question, [said], weights).signs.written == 0.0
    assert decide(question, [written], weights).signs.written == 2.0


def test_only_so_many_are_compared_by_meaning() -> None:
    many = [candidate(f"p{n:03}", own=n / 100) for n in range(50)]
    chosen = first_choice(many, learnt())
    assert len(chosen) == SENTENCES
    assert chosen[0].evidence.own == 0.49


def meeting(name: str, *people: Attendee) -> IndexedDocument:
    return IndexedDocument(
        source=f"/{name}", name=name, root="/", version="v", rules=1, kind="minutes", title=name,
        date=None, passages=1, characters=1, size=1, mtime_ns=1, ingested=datetime.now(UTC),
        understood=Understanding("minutes", 1, 0, 1.0), people=people,
    )  # fmt: skip


FIRST = meeting(
    "first", Attendee("森拓海", "委員"), Attendee("滝口光", "委員", present=False),
    Attendee("柏木一", "財政課長"), Attendee("Linh Phan", "Member"),
)  # fmt: skip
SECOND = meeting("second", Attendee("森千鶴", "委員"), Attendee("大沢宏", "会長"))


@pytest.mark.parametrize(
    ("name", "standing"),
    [
        ("森委員", Attendance.PRESENT),
        ("森（拓）委員", Attendance.PRESENT),
        ("森（千）委員", Attendance.ELSEWHERE),
        ("滝口委員", Attendance.ABSENT),
        ("財政課長", Attendance.PRESENT),
        ("大沢会長", Attendance.ELSEWHERE),
        ("小泉委員", Attendance.NOBODY),
        ("Ms. Phan", Attendance.PRESENT),
    ],
)
def test_the_roster_tells_who_was_there(name: str, standing: Attendance) -> None:
    assert attendance(name, [FIRST], [FIRST, SECOND]) is standing


def test_without_a_roster_nothing_is_said() -> None:
    bare = replace(FIRST, people=())
    assert attendance("森委員", [bare], [bare, SECOND]) is Attendance.UNKNOWN


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("森委員", True), ("日向野委員", True), ("財政課長", True), ("会長", True),
        ("運営委員", False), ("図書委員", False), ("専門委員", False),
    ],
)  # fmt: skip
def test_kinds_of_members_are_no_persons(name: str, person: bool) -> None:
    assert is_person(name) is person


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("延長に反対した理由は", "私は延長に賛成である。"),
        ("参加者が減ったのはなぜ", "参加者は前年より増えた。"),
        ("報償が引き下げられたのはなぜ", "10月から報償を引き上げる。"),
        ("賛成した理由は", "有料化に賛成はできません。"),
        ("議案が可決された日は", "議案は否決された。"),
        ("端末はいつ置かれますか", "端末を置く予定はございません。"),
        ("図書館に生成AIの端末が置かれるのはいつ", "利用者用の端末は置きませんが、講座を開く。"),
        ("駐車場はいつ有料になりますか", "有料化は見送ることとした。"),
        ("Why did visitor numbers fall?", "Visitor numbers rose by 4 per cent."),
        ("Why was the proposal rejected?", "The proposal was approved unanimously."),
    ],
)
def test_a_sentence_denies_what_is_taken_for_granted(question: str, sentence: str) -> None:
    assert opposes(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("参加者は増えたのか減ったのか", "参加者は増えた。"),
        ("参加者が減ったのはなぜ", "参加者は一度増えたが、翌年は減った。"),
        ("反対の理由は", "反対である。費用が高い。"),
        ("参加者は何人", "参加者は増えて312人となった。"),
        ("計画の作成が進まないのはなぜ", "作成が進まないのは、同意が得られないためである。"),
        ("端末はいつ置きますか", "端末は4月に置く。カウンターには置かない。"),
        ("延長を見送った理由は", "延長は見送ることとした。"),
        ("Why did visitor numbers fall?", "They fell because the bridge was closed."),
    ],
)
def test_a_sentence_that_bears_it_out_denies_nothing(question: str, sentence: str) -> None:
    assert not opposes(question, sentence)
