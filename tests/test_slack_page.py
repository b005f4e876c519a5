"""Every block that the bot uses is drawn, and none of its words is lost."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from assistant.slack import rich
from assistant.slack.delivery import escaped_markdown
from assistant.slack.windows import reason_view
from tests.slack_limits import texts
from tests.slack_page import Page, clock, markdown

PAGE = Page({"U0STAFF": "鈴木 花子", "S0DESK": "窓口"})
HOSTILE = "<b>*太字*</b> & <!channel> `x` :tada: [a](http://example.test) 1. # &lt;"
ASKED = rich.confirmation("引き継ぎますか", "名前を送ります。", "はい", "いいえ")

BLOCKS: list[dict[str, Any]] = [
    rich.header(HOSTILE),
    rich.paragraph(HOSTILE, bold=True),
    rich.rich(
        rich.section(rich.text("甲", italic=True), rich.text("乙", bold=True), {"type": "link", "url": "https://a.test", "text": "丙"}),
        rich.quote(rich.text(HOSTILE)),
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [rich.section(rich.text(HOSTILE)), rich.section(rich.text("丁"))],
        },
        {"type": "rich_text_preformatted", "elements": [rich.text("戊")]},
    ),
    rich.divider(),
    rich.small(HOSTILE, "己"),
    rich.actions(
        rich.button("庚", "a", "1", confirm=ASKED), rich.link_button("辛", "b", "https://a.test")
    ),
    {"type": "section", "text": rich.plain(HOSTILE), "accessory": rich.button("壬", "c", "2")},
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "vote",
                "positive_button": {"text": rich.plain("癸"), "value": "up"},
                "negative_button": {"text": rich.plain("子"), "value": "down"},
            }
        ],
    },
]  # fmt: skip


def words(html: str) -> str:
    """What a reader of the page sees."""
    return unescape(re.sub(r"<[^>]*>", "", html))


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block["type"])
def test_a_block_keeps_its_words(block: dict[str, Any]) -> None:
    seen = words(PAGE.blocks([block]))
    assert all(text in seen for text in texts(block))


def test_people_are_named() -> None:
    pieces = [
        {"type": "user", "user_id": "U0STAFF"},
        {"type": "usergroup", "usergroup_id": "S0DESK"},
    ]
    html = PAGE.blocks([{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": pieces}]}])  # fmt: skip
    assert words(html) == "@鈴木 花子@窓口"
    assert words(PAGE.typed("<@U0STAFF> 予算は &lt;1億&gt;？")) == "@鈴木 花子 予算は <1億>？"


def test_a_window_keeps_its_words() -> None:
    view = reason_view("job", "ja")
    assert all(text in words(PAGE.modal(view)) for text in texts(view))


def test_streamed_markdown_reads_as_it_was_meant() -> None:
    assert words(markdown(escaped_markdown(HOSTILE))) == HOSTILE


def test_what_is_not_known_is_an_error() -> None:
    with pytest.raises(KeyError):
        PAGE.blocks([{"type": "carousel", "elements": []}])


def test_the_time_is_that_of_the_reader() -> None:
    assert clock("1718000000.000000", japanese=True) == "15:13"
    assert clock("1718000000.000000", japanese=False) == "3:13 PM"
