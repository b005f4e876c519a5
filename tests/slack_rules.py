"""What Slack asks of the parts of a block: texts, options, elements, rich text.

A rule looks at one value and says what is wrong with it, in Slack's words and with the place as a
JSON pointer. Sources: https://docs.slack.dev/reference/block-kit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Said = list[str]
Rule = Callable[[Said, Any, str], None]

TEXT = ("plain_text", "mrkdwn")
STYLES = {
    "bold",
    "italic",
    "strike",
    "code",
    "underline",
    "highlight",
    "client_highlight",
    "unlink",
}


def say(said: Said, what: str, at: str) -> None:
    """Note what is wrong at a place."""
    said.append(f"{what} [json-pointer:{at}]")


def string(most: int, least: int = 1) -> Rule:
    """A string of a bounded length."""

    def rule(said: Said, value: Any, at: str) -> None:
        if not isinstance(value, str):
            say(said, "should be a string", at)
        elif len(value) < least or (least and not value.strip()):
            say(said, f"must be more than {max(least - 1, 0)} characters", at)
        elif len(value) > most:
            say(said, f"must be less than {most + 1} characters", at)

    return rule


def link(most: int = 3_000) -> Rule:
    """An address that a client opens."""
    bounded = string(most)

    def rule(said: Said, value: Any, at: str) -> None:
        bounded(said, value, at)
        if isinstance(value, str) and not value.startswith(
            ("https://", "http://", "mailto:", "slack://")
        ):
            say(said, "invalid url", at)

    return rule


def flag(said: Said, value: Any, at: str) -> None:
    """True or false."""
    if not isinstance(value, bool):
        say(said, "should be a boolean", at)


def integer(low: int, high: int) -> Rule:
    """A whole number within bounds."""

    def rule(said: Said, value: Any, at: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            say(said, "should be an integer", at)
        elif not low <= value <= high:
            say(said, f"must be between {low} and {high}", at)

    return rule


def choice(*values: str) -> Rule:
    """One of some words."""

    def rule(said: Said, value: Any, at: str) -> None:
        if value not in values:
            say(said, f"value must be one of {', '.join(values)}", at)

    return rule


def anything(said: Said, value: Any, at: str) -> None:
    """Whatever it is."""


def items(each: Rule, most: int, least: int = 1) -> Rule:
    """A list of a bounded length."""

    def rule(said: Said, value: Any, at: str) -> None:
        if not isinstance(value, list):
            say(said, "should be an array", at)
            return
        if len(value) < least:
            say(said, f"no fewer than {least} items allowed", at)
        if len(value) > most:
            say(said, f"no more than {most} items allowed", at)
        for n, one in enumerate(value):
            each(said, one, f"{at}/{n}")

    return rule


def shape(required: dict[str, Rule], optional: dict[str, Rule] | None = None) -> Rule:
    """An object with these fields and no others."""
    known = required | (optional or {})

    def rule(said: Said, value: Any, at: str) -> None:
        if not isinstance(value, dict):
            say(said, "should be an object", at)
            return
        for name in required:
            if name not in value:
                say(said, f"missing required field: {name}", at)
        for name, held in value.items():
            if name in known:
                known[name](said, held, f"{at}/{name}")
            else:
                say(said, f"invalid additional property: {name}", at)

    return rule


def text(most: int, kinds: tuple[str, ...] = TEXT) -> Rule:
    """A text object, plain_text or mrkdwn."""
    shapes = {
        "plain_text": shape({"type": anything, "text": string(most)}, {"emoji": flag}),
        "mrkdwn": shape({"type": anything, "text": string(most)}, {"verbatim": flag}),
    }

    def rule(said: Said, value: Any, at: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind not in kinds:
            say(said, f"unsupported type: {kind}; {' or '.join(kinds)} is needed", f"{at}/type")
        else:
            shapes[kind](said, value, at)

    return rule


def plain(most: int) -> Rule:
    """A plain_text object."""
    return text(most, ("plain_text",))


def kind_of(table: dict[str, Rule], kinds: tuple[str, ...] | None = None) -> Rule:
    """An object that its type describes, of one of ``kinds``."""

    def rule(said: Said, value: Any, at: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind not in table or (kinds is not None and kind not in kinds):
            say(said, f"unsupported type: {kind}", f"{at}/type")
        else:
            table[kind](said, value, at)

    return rule


CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)


def options(label: Rule, more: dict[str, Rule], most: int, least: int = 1) -> Rule:
    """Options to choose from; no value may stand twice."""
    one = shape({"text": label, "value": string(150)}, {"description": plain(75), **more})
    many = items(one, most, least)

    def rule(said: Said, value: Any, at: str) -> None:
        many(said, value, at)
        held = [o.get("value") for o in value if isinstance(o, dict)] if value else []
        if len(set(map(str, held))) < len(held):
            say(said, "option values must be unique", at)

    return rule


def option(label: Rule) -> Rule:
    """One option, as it is chosen from the start."""
    return shape({"text": label, "value": string(150)}, {"description": plain(75)})


ACTION = {"action_id": string(255), "confirm": CONFIRM, "focus_on_load": flag}
PICK = {**ACTION, "placeholder": plain(150)}
GROUPS = items(shape({"label": plain(75), "options": options(plain(75), {}, 100)}), 100)
INPUT = {
    "action_id": string(255), "placeholder": plain(150), "focus_on_load": flag,
    "dispatch_action_config": anything,
}  # fmt: skip
IMAGE = {"alt_text": string(2_000)}
PICTURE = {"image_url": link(), "slack_file": anything}


def select(required: dict[str, Rule], optional: dict[str, Rule], many: bool = False) -> Rule:
    """A select menu, of one or of many."""
    counted = {"max_selected_items": integer(1, 100)} if many else {}
    return shape({"type": anything, **required}, {**PICK, **optional, **counted})


def _feedback() -> Rule:
    button = shape({"text": plain(75), "value": string(2_000)}, {"accessibility_label": string(75)})
    return shape(
        {"type": anything, "positive_button": button, "negative_button": button},
        {"action_id": string(255)},
    )


def _static(said: Said, value: Any, at: str) -> None:
    many = value["type"].startswith("multi_")
    chosen = {"initial_options": items(option(plain(75)), 100)}
    single = {"initial_option": option(plain(75))}
    held = {"options": options(plain(75), {}, 100), "option_groups": GROUPS}
    select({}, {**held, **(chosen if many else single)}, many)(said, value, at)
    if ("options" in value) == ("option_groups" in value):
        say(said, "either options or option_groups is needed", at)


def _people(kind: str) -> dict[str, Rule]:
    single = {f"initial_{kind}": string(255), "response_url_enabled": flag}
    many = {f"initial_{kind}s": items(string(255), 100)}
    more = {"default_to_current_conversation": flag, "filter": anything}
    more = more if kind == "conversation" else {}
    return {
        f"{kind}s_select": select({}, single | more),
        f"multi_{kind}s_select": select({}, many | more, many=True),
    }


def _boxes(initial: dict[str, Rule]) -> Rule:
    return shape(
        {"type": anything, "action_id": string(255), "options": options(text(75), {}, 10)},
        {**ACTION, **initial},
    )


ELEMENTS: dict[str, Rule] = {
    "button": shape(
        {"type": anything, "text": plain(75)},
        {**ACTION, "url": link(), "value": string(2_000, 0), "style": choice("primary", "danger"),
         "accessibility_label": string(75)},
    ),
    "icon_button": shape(
        {"type": anything, "icon": choice("trash"), "text": plain(75)},
        {**ACTION, "value": string(2_000), "accessibility_label": string(75),
         "visible_to_user_ids": items(string(255), 100)},
    ),
    "feedback_buttons": _feedback(),
    "static_select": _static,
    "multi_static_select": _static,
    "external_select": select({}, {"initial_option": anything, "min_query_length": integer(0, 99)}),
    **_people("user"), **_people("conversation"), **_people("channel"),
    "overflow": shape(
        {"type": anything, "options": options(plain(75), {"url": link()}, 5)}, ACTION
    ),
    "radio_buttons": _boxes({"initial_option": option(text(75))}),
    "checkboxes": _boxes({"initial_options": items(option(text(75)), 10)}),
    "datepicker": shape({"type": anything}, {**PICK, "initial_date": string(10)}),
    "timepicker": shape(
        {"type": anything}, {**PICK, "initial_time": string(5), "timezone": string(50)}
    ),
    "datetimepicker": shape(
        {"type": anything}, {**ACTION, "initial_date_time": integer(0, 9_999_999_999)}
    ),
    "plain_text_input": shape(
        {"type": anything},
        {**INPUT, "initial_value": string(3_000, 0), "multiline": flag,
         "min_length": integer(0, 3_000), "max_length": integer(1, 3_000)},
    ),
    "email_text_input": shape({"type": anything}, {**INPUT, "initial_value": string(3_000)}),
    "url_text_input": shape({"type": anything}, {**INPUT, "initial_value": link()}),
    "number_input": shape(
        {"type": anything, "is_decimal_allowed": flag},
        {**INPUT, "initial_value": string(50), "min_value": string(50), "max_value": string(50)},
    ),
    "rich_text_input": shape({"type": anything}, {**INPUT, "initial_value": anything}),
    "image": shape({"type": anything, **IMAGE}, PICTURE),
    "url": shape({"type": anything, "url": link(), "text": string(3_000)}),
}  # fmt: skip

BUTTONS = (
    "button", "checkboxes", "datepicker", "datetimepicker", "timepicker", "overflow",
    "radio_buttons", "static_select", "external_select", "users_select", "conversations_select",
    "channels_select",
)  # fmt: skip
MANY = (
    "multi_static_select",
    "multi_users_select",
    "multi_conversations_select",
    "multi_channels_select",
)
INPUTS = (
    *(kind for kind in BUTTONS if kind not in ("button", "overflow")), *MANY, "plain_text_input",
    "email_text_input", "url_text_input", "number_input", "rich_text_input",
)  # fmt: skip


def style(said: Said, value: Any, at: str) -> None:
    """The style of a piece of rich text."""
    if not isinstance(value, dict) or not value:
        say(said, "should be an object with a style", at)
        return
    for name, held in value.items():
        if name not in STYLES:
            say(said, f"invalid additional property: {name}", at)
        flag(said, held, f"{at}/{name}")


def piece(required: dict[str, Rule], optional: dict[str, Rule] | None = None) -> Rule:
    """A piece of rich text."""
    return shape({"type": anything, **required}, {"style": style, **(optional or {})})


def _letters(said: Said, value: Any, at: str) -> None:
    # A piece may be a single space or line break, but not nothing.
    if not isinstance(value, str) or not value:
        say(said, "must be more than 0 characters", at)


PIECES: dict[str, Rule] = {
    "text": piece({"text": _letters}),
    "link": piece({"url": link()}, {"text": _letters, "unsafe": flag}),
    "user": piece({"user_id": string(255)}),
    "usergroup": piece({"usergroup_id": string(255)}),
    "channel": piece({"channel_id": string(255)}),
    "team": piece({"team_id": string(255)}),
    "emoji": piece({"name": string(255)}, {"unicode": string(255), "skin_tone": integer(1, 6)}),
    "broadcast": piece({"range": choice("here", "channel", "everyone")}),
    "date": piece(
        {"timestamp": integer(0, 9_999_999_999), "format": string(255)},
        {"fallback": string(255), "url": link()},
    ),
    "color": piece({"value": string(7)}),
}
SECTION = shape({"type": anything, "elements": items(kind_of(PIECES), 10_000)})
RICH: dict[str, Rule] = {
    "rich_text_section": SECTION,
    "rich_text_list": shape(
        {"type": anything, "style": choice("bullet", "ordered"),
         "elements": items(kind_of({"rich_text_section": SECTION}), 10_000)},
        {"indent": integer(0, 8), "offset": integer(0, 10_000), "border": integer(0, 1)},
    ),
    "rich_text_quote": shape(
        {"type": anything, "elements": items(kind_of(PIECES), 10_000)}, {"border": integer(0, 1)}
    ),
    "rich_text_preformatted": shape(
        {"type": anything, "elements": items(kind_of(PIECES, ("text", "link")), 10_000)},
        {"border": integer(0, 1), "language": string(50)},
    ),
}  # fmt: skip
