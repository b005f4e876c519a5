"""The answering words are set off in the quote, on every surface, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.contract import citation_json
from assistant.framing import BEGIN, END, highlighted, set_off, shown
from assistant.render import outcome_lines, wrap
from assistant.slack.blocks import Offers, outcome_message
from assistant.types import Answer, Citation, Sentence
from ingest.text import display_width
from ingest.types import Kind, Place
from tests.slack_limits import message_problem

BOLD, PLAIN = "\x1b[1m", "\x1b[22m"
QUOTE = "夜間の来館者は、4月から9月までで延べ2,310人でした。"
PLACE = Place(
    document="a.txt", kind=Kind.MINUTES, title="第1回協議会", date="2024-06-12", speaker="館長",
    person=None, role=None, agenda=None, heading=None, page=None, turn=1, section=None,
    start=0, end=0, line=1,
)  # fmt: skip


def cited(quote: str, words: str | None) -> Citation:
    start = quote.index(words) if words else 0
    place = replace(PLACE, end=len(quote))
    marks = (start, start + len(words)) if words else None
    return Citation(1, quote, place, "a.txt#t1.0@1", highlight=marks)


def answer(citation: Citation) -> Answer:
    said = Sentence(f"「{shown(citation.quote)}」と館長が答えています。", (1,))
    return Answer("何人ですか", "ja", (said,), (citation,))


def test_the_answering_words_are_bold_in_a_terminal() -> None:
    lines = list(outcome_lines(answer(cited(QUOTE, "延べ2,310人")), 100))
    assert f"{BOLD}延べ2,310人{PLAIN}" in lines[0]
    assert "".join(lines).count(BOLD) == 1


def test_without_them_nothing_is() -> None:
    lines = "".join(outcome_lines(answer(cited(QUOTE, None)), 100))
    assert BOLD not in lines
    assert BEGIN not in lines


@pytest.mark.parametrize("width", [12, 20, 33, 80])
def test_bold_ends_with_each_line_and_takes_no_room(width: int) -> None:
    quote = (
        "補助の対象は"
        + "市内に住む十八歳未満の子を育てる家庭" * 3
        + "です。Only the 300 pounds are paid."
    )
    marked = set_off(f"「{quote}」", [cited(quote, quote[6:60])])
    lines = list(wrap(marked, width))
    plain = list(wrap(f"「{quote}」", width))
    assert [line.replace(BOLD, "").replace(PLAIN, "") for line in lines] == plain
    assert all(line.count(BOLD) == line.count(PLAIN) for line in lines)
    assert all(display_width(line) <= width + 1 for line in plain)


def test_a_word_is_not_parted_from_its_mark() -> None:
    quote = "The grant was 1,250 pounds in all."
    lines = list(wrap(set_off(quote, [cited(quote, "1,250 pounds")]), 17))
    assert lines[1].startswith(f"{BOLD}1,250 pounds{PLAIN}") or f"{BOLD}1,250" in lines[0]


@given(st.text(min_size=1, max_size=120), st.data())
def test_the_parts_are_the_quote(quote: str, data: st.DataObject) -> None:
    quote = quote.replace(BEGIN, "").replace(END, "") or "x"
    first = data.draw(st.integers(0, len(quote) - 1))
    last = data.draw(st.integers(first + 1, len(quote)))
    citation = replace(cited(quote, None), highlight=(first, last))
    if "\n" not in quote:
        assert "".join(highlighted(citation)) == shown(quote)
        assert highlighted(citation)[1] == quote[first:last]


def test_a_line_break_in_the_quote_is_kept_out_of_the_words() -> None:
    quote = "費用は総額で\n1,200万円を\n見込んでいます。"
    before, words, after = highlighted(cited(quote, "1,200万円"))
    assert (before, words, after) == ("費用は総額で", "1,200万円", "を見込んでいます。")


def test_what_lies_outside_the_quote_is_refused() -> None:
    with pytest.raises(ValueError, match="highlighted"):
        replace(cited(QUOTE, None), highlight=(3, len(QUOTE) + 1))
    with pytest.raises(ValueError, match="highlighted"):
        replace(cited(QUOTE, None), highlight=(3, 3))


def test_programs_get_characters_of_the_quote() -> None:
    row = citation_json(cited(QUOTE, "延べ2,310人"))
    assert QUOTE[slice(*row["highlight"])] == "延べ2,310人"
    assert citation_json(cited(QUOTE, None))["highlight"] is None


def bold_words(citation: Citation) -> list[str]:
    message = outcome_message(answer(citation), "abc", "ja", Offers(feedback=True))
    assert message_problem({"channel": "C", "text": "x", "blocks": message.blocks}) is None
    return [
        part["text"]
        for block in message.blocks
        if block["type"] == "rich_text"
        for element in block["elements"]
        if element["type"] == "rich_text_quote"
        for part in element["elements"]
        if part.get("style", {}).get("bold")
    ]


def test_the_answering_words_are_bold_in_slack() -> None:
    assert bold_words(cited(QUOTE, "延べ2,310人")) == ["延べ2,310人"]
    assert bold_words(cited(QUOTE, None)) == []
    at_the_end = "事業費　3,460万円"
    assert bold_words(cited(at_the_end, "3,460万円")) == ["3,460万円"]


def test_words_behind_a_cut_in_slack_are_left_out() -> None:
    assert bold_words(cited("長い発言。" * 4_000 + "延べ2,310人", "延べ2,310人")) == []
