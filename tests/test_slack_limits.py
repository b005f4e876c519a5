"""Every limit of Slack's blocks, messages, views and streams is kept by the local server."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.slack_limits import blocks_problem, chunks_problem, message_problem, view_problem

STAFF = "U0STAFF"
Block = dict[str, Any]


def plain(text: str = "語") -> Block:
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str = "語") -> Block:
    return {"type": "mrkdwn", "text": text}


def section(**more: Any) -> Block:
    return {"type": "section", "text": mrkdwn(), **more}


def button(**more: Any) -> Block:
    return {"type": "button", "text": plain(), "action_id": "a", **more}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def feedback(text: str = "役に立った", value: str = "good") -> Block:
    one = {"text": plain(text), "value": value}
    pair = {"positive_button": one, "negative_button": {"text": plain(), "value": "bad"}}
    return {
        "type": "context_actions",
        "elements": [{"type": "feedback_buttons", "action_id": "f", **pair}],
    }


def rich(*pieces: Block, kind: str = "rich_text_section", **more: Any) -> Block:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(pieces), **more}]}


def piece(text: str = "語", **more: Any) -> Block:
    return {"type": "text", "text": text, **more}


def options(count: int, text: str = "語", value: str = "v") -> list[Block]:
    return [{"text": plain(text), "value": f"{value}{n}"} for n in range(count)]


def select(**more: Any) -> Block:
    return {"type": "static_select", "action_id": "s", **more}


def card(**more: Any) -> Block:
    return {"type": "card", "title": mrkdwn("題"), **more}


def confirm(**more: Any) -> Block:
    return {
        "title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain(), **more,
    }  # fmt: skip


PICTURE = {"type": "image", "image_url": "https://example.test/a.png", "alt_text": "図"}

GOOD: list[Block] = [
    section(),
    section(text=mrkdwn("長" * 3_000)),
    {"type": "section", "fields": [mrkdwn("長" * 1_000)] * 10},
    section(accessory=button(value="v" * 2_000, url="https://example.test/" + "u" * 2_979)),
    section(accessory=PICTURE),
    {"type": "divider"},
    {"type": "header", "text": plain("長" * 150)},
    {"type": "context", "elements": [mrkdwn(), PICTURE] * 5},
    actions(*(button(action_id=f"a{n}", text=plain("長" * 75)) for n in range(25))),
    actions(button(style="primary", confirm=confirm(style="danger"))),
    actions(select(options=options(100, "長" * 75, "v" * 140)), button()),
    actions({"type": "overflow", "action_id": "o", "options": options(5)}),
    actions({"type": "radio_buttons", "action_id": "r", "options": options(10)}),
    {"type": "markdown", "text": "長" * 12_000},
    feedback("長" * 75, "v" * 2_000),
    {"type": "image", "image_url": "https://example.test/a.png", "alt_text": "図"},
    rich(piece(), piece("太", style={"bold": True}), {"type": "user", "user_id": STAFF}),
    rich({"type": "link", "url": "https://example.test/a?b=1&c=2", "text": "記録"}),
    rich(piece("引用"), kind="rich_text_quote", border=1),
    rich(piece("a = 1"), kind="rich_text_preformatted"),
    rich(
        {"type": "rich_text_section", "elements": [piece()]},
        kind="rich_text_list", style="bullet", indent=1, border=0,
    ),
    card(subtitle=mrkdwn("長" * 150), body=mrkdwn("長" * 200), actions=[button()]),
    {"type": "carousel", "elements": [card()] * 10},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "票"}] * 20] * 10},
]  # fmt: skip

BAD: dict[str, Block | list[Block]] = {
    "51 blocks": [section()] * 51,
    "no type": {"text": mrkdwn()},
    "unknown type": {"type": "card_deck", "elements": []},
    "additional property": section(color="red"),
    "alert in a message": {"type": "alert", "text": plain()},
    "section of 3,001": section(text=mrkdwn("長" * 3_001)),
    "section of nothing": section(text=mrkdwn("")),
    "section of spaces": section(text=mrkdwn(" \n")),
    "section without text": {"type": "section"},
    "section text of a string": section(text="語"),
    "11 fields": {"type": "section", "fields": [mrkdwn()] * 11},
    "field of 2,001": {"type": "section", "fields": [mrkdwn("長" * 2_001)]},
    "emoji in mrkdwn": section(text={**mrkdwn(), "emoji": True}),
    "emoji no boolean": {"type": "header", "text": {**plain(), "emoji": "true"}},
    "header of 151": {"type": "header", "text": plain("長" * 151)},
    "header in mrkdwn": {"type": "header", "text": mrkdwn()},
    "context of none": {"type": "context", "elements": []},
    "context of 11": {"type": "context", "elements": [mrkdwn()] * 11},
    "context with a button": {"type": "context", "elements": [button()]},
    "context of 3,001": {"type": "context", "elements": [mrkdwn("長" * 3_001)]},
    "actions of none": actions(),
    "actions of 26": actions(*(button(action_id=f"a{n}") for n in range(26))),
    "an input among actions": actions({"type": "plain_text_input", "action_id": "i"}),
    "button text of 76": actions(button(text=plain("長" * 76))),
    "button in mrkdwn": actions(button(text=mrkdwn())),
    "value of 2,001": actions(button(value="v" * 2_001)),
    "url of 3,001": actions(button(url="https://example.test/" + "u" * 2_980)),
    "url of no scheme": actions(button(url="example.test")),
    "action_id of 256": actions(button(action_id="a" * 256)),
    "action_id twice": actions(button(), button()),
    "action_id in a select and a button": actions(button(), select(action_id="a", options=options(1))),
    "button style": actions(button(style="warning")),
    "block_id of 256": section(block_id="b" * 256),
    "block_id twice": [section(block_id="b"), section(block_id="b")],
    "select of 101": actions(select(options=options(101))),
    "select of none": actions(select(options=[])),
    "select without options": actions(select()),
    "option text of 76": actions(select(options=options(1, "長" * 76))),
    "option value of 151": actions(select(options=options(1, value="v" * 150))),
    "option values twice": actions(select(options=options(1) * 2)),
    "placeholder of 151": actions(select(options=options(1), placeholder=plain("長" * 151))),
    "overflow of 6": actions({"type": "overflow", "action_id": "o", "options": options(6)}),
    "radio of 11": actions({"type": "radio_buttons", "action_id": "r", "options": options(11)}),
    "confirm title of 101": actions(button(confirm=confirm(title=plain("長" * 101)))),
    "confirm text of 301": actions(button(confirm=confirm(text=plain("長" * 301)))),
    "confirm button of 31": actions(button(confirm=confirm(deny=plain("長" * 31)))),
    "markdown of 12,001": {"type": "markdown", "text": "長" * 12_001},
    "markdown object": {"type": "markdown", "text": mrkdwn()},
    "feedback text of 76": feedback("長" * 76),
    "feedback value of 2,001": feedback(value="v" * 2_001),
    "six context actions": {**feedback(), "elements": feedback()["elements"] * 6},
    "button among context actions": {"type": "context_actions", "elements": [button()]},
    "image without alt_text": {"type": "image", "image_url": "https://example.test/a.png"},
    "rich text of nothing": {"type": "rich_text", "elements": []},
    "rich text of no pieces": rich(),
    "rich text of empty text": rich(piece("")),
    "rich text style of a string": rich(piece(style="bold")),
    "rich text unknown style": rich(piece(style={"loud": True})),
    "rich text style no boolean": rich(piece(style={"bold": 1})),
    "rich text link without url": rich({"type": "link", "text": "記録"}),
    "rich text unknown piece": rich({"type": "mrkdwn", "text": "語"}),
    "rich text unknown part": rich(piece(), kind="rich_text_table"),
    "rich text list of text": rich(piece(), kind="rich_text_list", style="bullet"),
    "rich text list without style": rich(
        {"type": "rich_text_section", "elements": [piece()]}, kind="rich_text_list"
    ),
    "rich text user in preformatted": rich(
        {"type": "user", "user_id": STAFF}, kind="rich_text_preformatted"
    ),
    "card title of 151": card(title=mrkdwn("長" * 151)),
    "card subtitle of 151": card(subtitle=mrkdwn("長" * 151)),
    "card body of 201": card(body=mrkdwn("長" * 201)),
    "card of a subtitle": {"type": "card", "subtitle": mrkdwn()},
    "carousel of 11": {"type": "carousel", "elements": [card()] * 11},
    "carousel of sections": {"type": "carousel", "elements": [section()]},
    "table of 101 rows": {"type": "table", "rows": [[{"type": "raw_text", "text": "票"}]] * 101},
}  # fmt: skip


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_good_blocks_are_accepted(block: Block) -> None:
    assert blocks_problem([block]) == []
    assert message_problem({"blocks": [block]}) is None


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_bad_blocks_are_refused_with_a_reason(bad: Block | list[Block]) -> None:
    blocks = bad if isinstance(bad, list) else [bad]
    problem = message_problem({"text": "語", "blocks": blocks})
    assert problem is not None
    assert problem.error == "invalid_blocks"
    assert all("[json-pointer:/blocks" in reason for reason in problem.reasons)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({}, "no_text"),
        ({"text": " "}, "no_text"),
        ({"text": "長" * 40_001}, "msg_too_long"),
        ({"text": "語", "blocks": {}}, None),
        ({"text": "語", "blocks": {"a": 1}}, "invalid_blocks_format"),
        ({"blocks": [section(text=mrkdwn("長" * 3_000))] * 5}, "msg_blocks_too_long"),
        ({"blocks": [{"type": "markdown", "text": "長" * 6_001}] * 2}, "msg_blocks_too_long"),
        ({"markdown_text": "長" * 12_001}, "msg_too_long"),
        ({"markdown_text": "語", "text": "語"}, "markdown_text_conflict"),
        ({"text": "語", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        ({"text": "長" * 40_000}, None),
        ({"text": "語", "metadata": {"event_type": "a", "event_payload": {}}}, None),
    ],
)
def test_messages(message: dict[str, Any], error: str | None) -> None:
    problem = message_problem(message)
    assert (problem.error if problem else None) == error


def modal(*blocks: Block, **more: Any) -> dict[str, Any]:
    held = list(blocks) or [section()]
    return {"type": "modal", "title": plain("絞り込み"), "blocks": held, **more}


def question(block_id: str = "q", **more: Any) -> Block:
    element = {"type": "plain_text_input", "action_id": "typed", **more}
    return {"type": "input", "block_id": block_id, "label": plain("質問"), "element": element}


@pytest.mark.parametrize(
    ("view", "good"),
    [
        (modal(), True),
        (modal(*[section()] * 100), True),
        (modal(*[section()] * 101), False),
        (modal(question(), submit=plain("送信")), True),
        (modal(question()), False),
        (modal(title=plain("長" * 25)), False),
        (modal(title=mrkdwn()), False),
        (modal(close=plain("長" * 25)), False),
        (modal(submit=plain("長" * 25)), False),
        (modal(private_metadata="m" * 3_000, callback_id="c" * 255), True),
        (modal(private_metadata="m" * 3_001), False),
        (modal(callback_id="c" * 256), False),
        (modal({"type": "markdown", "text": "語"}), False),
        (modal(feedback()), False),
        (modal({"type": "alert", "text": plain()}), True),
        (modal({**question(), "label": plain("長" * 2_001)}, submit=plain()), False),
        (modal(question(placeholder=plain("長" * 151)), submit=plain()), False),
        (modal(question(max_length=3_000), submit=plain()), True),
        (modal(question(max_length=3_001), submit=plain()), False),
        ({"type": "home", "blocks": [section()]}, False),
        ({"type": "modal", "blocks": [section()]}, False),
        (None, False),
    ],
)
def test_modals(view: Any, good: bool) -> None:
    problem = view_problem(view)
    assert (problem is None) == good
    assert problem is None or problem.error == "invalid_arguments"


def test_a_home_has_no_buttons_of_its_own() -> None:
    assert view_problem({"type": "home", "blocks": [section()] * 100}, "home") is None
    assert view_problem({"type": "home", "blocks": [section()] * 101}, "home")
    assert view_problem({"type": "home", "blocks": [], "submit": plain()}, "home")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"markdown_text": "長" * 12_000}, None),
        ({"markdown_text": "長" * 12_001}, "msg_too_long"),
        ({"chunks": [{"type": "markdown_text", "text": "長" * 6_001}] * 2}, "msg_too_long"),
        ({"chunks": [{"type": "markdown_text", "text": "語"}], "markdown_text": "語"},
         "invalid_arguments"),
        ({"chunks": [{"type": "thought", "text": "語"}]}, "invalid_chunks"),
        ({"chunks": [{"type": "task_update", "id": "1", "title": "探す", "status": "done"}]},
         "invalid_chunks"),
        ({"chunks": [{"type": "task_update", "id": "1", "title": "探す", "status": "complete"},
                     {"type": "plan_update", "title": "探しています"}]}, None),
        ({"chunks": [{"type": "blocks", "blocks": [section(text=mrkdwn(""))]}]}, "invalid_blocks"),
    ],
)  # fmt: skip
def test_chunks(said: dict[str, Any], error: str | None) -> None:
    problem = chunks_problem(said)
    assert (problem.error if problem else None) == error


def test_blocks_are_not_changed_by_the_check() -> None:
    block = feedback()
    before = copy.deepcopy(block)
    assert message_problem({"blocks": [block]}) is None
    assert block == before
