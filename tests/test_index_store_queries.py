"""Questions read against an index: which meetings and people they name."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index_store.index import Index
from index_store.indexer import Indexer
from index_store.meetings import named_meetings
from index_store.queries import Narrowing, QueryReader
from index_store.retriever import Query, Retriever
from ingest.topics import topic_of

TODAY = date(2025, 5, 1)


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("第1回では何が決まりましたか", {"第1回"}),
        ("令和6年6月の会議で、開館時間は？", {"第1回"}),
        ("2024年6月12日の会議には誰が出席しましたか", {"第1回"}),
        ("昨年度の第２回の議題は", {"第2回"}),
        ("前回の会議では何が話されましたか", {"第2回"}),
        ("What was decided at the June 2024 meeting?", {"第1回"}),
        ("令和6年度の第2回図書館協議会ってどこで開かれた？", {"第2回"}),
        ("図書館協議会の2回目は何月何日ですか", {"第2回"}),
        ("令和6年6月の図書館協議会で配られた資料", {"第1回"}),
        ("令和5年度から令和6年度までの会議で決まったことは", {"第1回", "第2回"}),
        ("令和6年4月から9月の会議では何が話されましたか", {"第1回"}),
        ("2024年10月から3月までの協議会の議題は", {"第2回"}),
        ("令和6年10月から令和7年3月までの会議", {"第2回"}),
    ],
)
def test_a_meeting_narrows(question: str, titles: set[str], filled: Index) -> None:
    filled.sync()
    rows = list(filled.store.documents.values())
    found = named_meetings(unicodedata.normalize("NFKC", question), rows, TODAY)
    assert found.documents is not None
    names = {row.name: row.title or "" for row in rows}
    assert all(any(title in names[name] for title in titles) for name in found.documents)


@pytest.mark.parametrize(
    ("question", "documents", "rest"),
    [
        ("観光の協議会の会長は誰ですか", {"tourism"}, "会長は誰ですか"),
        ("観光協議会で決まったこと", {"tourism"}, "決まったこと"),
        ("今年の防災会議では何が決まりましたか", {"disaster"}, "何が決まりましたか"),
        ("3月の防災会議を休んだ人は", {"disaster"}, "を休んだ人は"),
        ("What did the tourism board decide?", None, "What did the tourism board decide?"),
        ("都市計画審議会の議題は", None, "都市計画審議会の議題は"),
    ],
)
def test_a_committee_is_named_by_parts_of_its_name(
    question: str, documents: set[str] | None, rest: str, filled: Index
) -> None:
    filled.sync()
    row = next(iter(filled.store.documents.values()))
    rows = [
        replace(row, name="tourism", title="入瀬町観光振興協議会（第1回）議事録", kind="minutes"),
        replace(row, name="disaster", title="若槻市防災会議 議事録", kind="minutes", date="2025-03-04"),
    ]  # fmt: skip
    found = named_meetings(question, rows, TODAY)
    assert found.documents == documents
    assert found.rest == rest


HELD = [
    ("library 3", "Corry Public Library Board: Minutes of the 3rd Meeting", "2025-03-11"),
    ("roads 7", "CORRY TOWN COUNCIL Roads and Paths Committee, Meeting No. 7", "2025-03-20"),
    ("roads 8", "CORRY TOWN COUNCIL Roads and Paths Committee, Meeting No. 8", "2025-05-15"),
    ("council", "CORRY TOWN COUNCIL", "2025-05-22"),
    ("schools", "白波町教育委員会定例会 会議録", "2024-09-11"),
    ("buses", "第2回 白波町バス対策推進委員会 議事録", "2024-09-26"),
    ("assembly", "白波町議会 議事録", "2024-12-04"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("What did the library board decide about fines?", {"library 3"}),
        ("Who spoke of kerbs at the Roads and Paths Committee?", {"roads 7", "roads 8"}),
        ("At the third meeting, what was said of fines?", {"library 3"}),
        ("According to meeting no. 8, how long is the path?", {"roads 8"}),
        ("How long is the path, according to the May minutes?", {"roads 8", "council"}),
        ("At the meeting on 20 March, how long was the path?", {"roads 7"}),
        ("In May 2025, how long was the path said to be?", {"roads 8", "council"}),
        ("What did the engineer say in March it would cost?", {"library 3", "roads 7"}),
        ("What fines were announced on March 11?", {"library 3"}),
        ("Did the council settle the charge?", None),
        ("How many members has the committee?", None),
        ("What did the commission adopt?", None),
        ("Does the town council pay for the road?", None),
        ("May we play on the path?", None),
        ("How many fish died in March?", None),
        ("Where will the March meeting take place?", None),
        ("Has the date of the third meeting been fixed?", None),
        ("９月の答弁では、バスは何台ですか", {"schools", "buses"}),
        ("９月に説明されたバスの台数は", {"schools", "buses"}),
        ("9月26日に浜課長が路線について述べたことは", {"buses"}),
        ("12月の議会で何が決まりましたか", {"assembly"}),
        ("推進委員会では何が決まりましたか", {"buses"}),
        ("教育委員会の定例会で話されたこと", {"schools"}),
        ("前回は何が決まりましたか", {"library 3", "roads 8", "council", "schools", "buses", "assembly"}),
        ("What will the fine be, according to the March minutes?", {"library 3", "roads 7"}),
        ("6月に市長が述べたバスの見通しは", None),
        ("令和6年度に示された目標は", None),
        ("バス対策推進協議会では次の会議はいつ開かれますか", None),
        ("町議会では次の会議はいつ開かれますか", None),
        ("9月に始まるバスについて課長は何と答えましたか", None),
        ("教育委員会に届いた苦情は何件ですか", None),
        ("推進委員会の後で下げられた目標は", None),
        ("前回の調査で答えた人の割合", None),
        ("苦情は前回は何件でしたか", None),
        ("バスの3回目の入札はいつですか", None),
        ("第2回はどこで開かれますか", None),
        ("公民館の会議室はいくらですか", None),
        ("今日の会議で採決はありましたか", None),
    ],
)  # fmt: skip
def test_only_a_meeting_narrows_and_not_what_merely_sounds_like_one(
    question: str, documents: set[str] | None, filled: Index
) -> None:
    filled.sync()
    row = next(iter(filled.store.documents.values()))
    rows = [
        replace(row, name=name, title=title, kind="minutes", date=day) for name, title, day in HELD
    ]
    found = named_meetings(unicodedata.normalize("NFKC", question), rows, TODAY)
    assert found.documents == documents
    assert not found.unknown


@pytest.mark.parametrize(
    "question",
    [
        "夜間の来館者は何人ですか",
        "第2回募集の締切は",
        "6月に始まる講座は",
        "令和5年度から令和9年度までの目標",
    ],
)
def test_no_meeting_narrows_nothing(question: str, filled: Index) -> None:
    filled.sync()
    found = named_meetings(question, list(filled.store.documents.values()), TODAY)
    assert found.documents is None
    assert found.rest == question


def test_a_meeting_that_is_not_there_is_told(filled: Index) -> None:
    filled.sync()
    found = named_meetings("第9回の会議では", list(filled.store.documents.values()), TODAY)
    assert found.documents is None
    assert found.unknown


def test_a_person_whose_words_alone_are_asked_for_narrows(filled: Index) -> None:
    filled.sync()
    reading = QueryReader(filled).read("原田委員は何と言いましたか", TODAY, only_named=True)
    hits = Retriever(filled).search(reading.query, 5)
    assert hits
    assert {hit.passage.place.speaker for hit in hits} == {"原田委員"}


def test_a_person_who_is_spoken_of_only_weighs(filled: Index) -> None:
    filled.sync()
    reading = QueryReader(filled).read("原田委員の質問は", TODAY)
    assert not reading.query.filters
    assert [name for name, _, _ in reading.query.boosts] == ["speaker"]


def test_answers_to_whom_the_question_names_come_first(filled: Index) -> None:
    filled.sync()
    reading = QueryReader(filled).read(
        "夜間の来館者について原田委員に市はどう答えたか", TODAY, to_named=True
    )
    [best, *_] = Retriever(filled).search(reading.query, 5)
    assert best.passage.answers
    assert any(name.startswith("answers") for name, _ in best.boosts)


def test_by_hand_narrows_whatever_was_read(filled: Index) -> None:
    filled.sync()
    reader = QueryReader(filled)
    reading = reader.read("電子図書", TODAY)
    narrowed = reader.by_hand(reading, Narrowing(speaker="図書館長", until=date(2024, 6, 30)))
    hits = Retriever(filled).search(narrowed.query, 10)
    assert {hit.passage.place.speaker for hit in hits} == {"図書館長"}
    assert {hit.passage.place.date for hit in hits} == {"2024-06-12"}


def test_filters_that_fit_nothing_find_nothing(filled: Index) -> None:
    filled.sync()
    reader = QueryReader(filled)
    narrowed = reader.by_hand(reader.read("電子図書", TODAY), Narrowing(document="ない資料"))
    assert Retriever(filled).search(narrowed.query, 5) == []


class Backwards:
    """A reranker that likes what ours likes least."""

    def scores(self, question: str, passages: list[str]) -> list[float]:
        return [float(position) * 100 for position, _ in enumerate(passages)]


def test_a_reranker_has_its_say(filled: Index) -> None:
    plain = Retriever(filled).search(Query("電子図書はいつから"), 5)
    again = Retriever(filled, reranker=Backwards()).search(Query("電子図書はいつから"), 5)
    assert all(hit.rerank is not None for hit in again)
    assert [hit.passage.id for hit in plain] != [hit.passage.id for hit in again] or len(plain) < 2


@pytest.mark.parametrize(
    ("speech", "topic"),
    [
        ("次に、若い世代への支援についてのご質問でございます。", "若い世代への支援"),
        ("まず、西口の駐輪場につきましては、来年度に直します。", "西口の駐輪場"),
        ("最後に、秋の講座の件ですが、十月に開きます。", "秋の講座"),
        ("Turning to the lights at Mill Street, we replaced six.", "the lights at Mill Street"),
        ("はい、そうです。", ""),
    ],
)
def test_a_speech_says_what_it_is_about(speech: str, topic: str) -> None:
    assert topic_of(speech) == topic


def test_latin_labels_are_whole_words(index: Index, tmp_path: Path) -> None:
    minutes = (
        "Ann: The bridge is closed.\n\nC: When will it open?\n\nAnn: In May.\n\nMs. Lee: Good.\n"
    )
    (tmp_path / "talk.txt").write_text(minutes, encoding="utf-8")
    Indexer(index).ingest([tmp_path / "talk.txt"])
    reader = QueryReader(index)
    assert reader.read("What does the planning committee say?", TODAY).people == ()
    assert [named.words for named in reader.read("What did Ann say?", TODAY).people] == ["Ann"]
