"""No sentence without a source: the types refuse it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.types import Answer, Citation, NotFound, Sentence, marked
from ingest.types import Kind, Place

PLACE = Place(
    document="a.txt", kind=Kind.MINUTES, title="第1回", date="2024-06-12", speaker="原会長",
    person="原聡子", role="会長", agenda="開館時間", heading=None, page=None, turn=3, section=None,
    start=10, end=15, line=4,
)  # fmt: skip
CITATION = Citation(1, "異議なし。", PLACE, "a.txt#t3.0@v1")


def answer(**changes: object) -> Answer:
    values: dict[str, object] = {
        "question": "異議は？",
        "language": "ja",
        "sentences": (Sentence("「異議なし。」と原会長が述べています。", (1,)),),
        "citations": (CITATION,),
    }
    return Answer(**{**values, **changes})  # type: ignore[arg-type]


def test_a_cited_answer() -> None:
    assert answer().text == "「異議なし。」と原会長が述べています [1]。"


@pytest.mark.parametrize(
    "changes",
    [
        {"sentences": ()},
        {"citations": ()},
        {"citations": (CITATION, replace(CITATION, n=2))},
        {"citations": (CITATION, CITATION)},
        {"sentences": (Sentence("根拠の番号が違う。", (2,)),)},
    ],
    ids=["no sentence", "no citation", "an unused citation", "a number twice", "a wrong number"],
)
def test_an_answer_without_its_sources_cannot_be(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must name each other"):
        answer(**changes)


def test_a_sentence_without_a_source_cannot_be() -> None:
    with pytest.raises(ValueError, match="without a citation"):
        Sentence("根拠のない文。", ())


def test_a_quote_that_is_not_as_long_as_its_place_cannot_be() -> None:
    with pytest.raises(ValueError, match="quote"):
        Citation(1, "異議", PLACE, "x")


def test_marks_of_english_sentences() -> None:
    assert marked(Sentence("Hara says: “No.”", (1, 2))) == "Hara says: “No.” [1][2]"


def test_not_found_has_a_text_and_no_sentences() -> None:
    assert NotFound("?", "en", "Nothing.").text == "Nothing."
