"""What the local Slack sends is complete."""

from __future__ import annotations

import pytest

from tests.slack_limits import blocks_problem
from tests.slack_payloads import Payloads
from tests.slack_typed import rich_text, slack_text
from tests.slack_world import World

C, D, STAFF = "C0COUNCIL", "D0STAFF", "U0STAFF"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def say(world: World) -> Payloads:
    return Payloads(world)


def test_every_payload_is_complete(world: World, say: Payloads) -> None:
    first = say.app_mention(STAFF, "開館は何時？ <b>", C)
    assert first["event"]["text"] == "<@U0BOT> 開館は何時？ &lt;b&gt;"
    assert first["authorizations"][0]["user_id"] == "U0BOT"
    ts = first["event"]["ts"]
    second = say.also_as_message(first)
    assert (second["event"]["ts"], second["event"]["channel_type"]) == (ts, "channel")
    assert second["event_id"] != first["event_id"]
    reply = say.message("U0MEMBER", "続き", C, thread_ts=ts)["event"]
    assert (reply["thread_ts"], reply["parent_user_id"]) == (ts, STAFF)
    assert say.message(STAFF, "語", D)["event"]["channel_type"] == "im"
    group = world.add_mpim([STAFF, "U0MEMBER"])
    assert say.message(STAFF, "語", group.id)["event"]["channel_type"] == "mpim"
    changed = say.message_changed(second, "休館はいつ？")["event"]
    assert changed["previous_message"]["text"] != changed["message"]["text"] == "休館はいつ？"
    assert say.message_deleted(second)["event"]["deleted_ts"] == ts
    assert say.bot_message(C, "晴れ", classic=True)["event"]["subtype"] == "bot_message"
    assert say.thread_broadcast(STAFF, "皆に", C, ts)["event"]["root"]["ts"] == ts
    assert say.file_share(STAFF, "資料", C)["event"]["files"][0]["mode"] == "hosted"
    assert say.member_joined_channel("U0BOT", C)["event"]["channel_type"] == "C"
    assert say.channel_join("U0MEMBER", C)["event"]["subtype"] == "channel_join"
    assert say.app_home_opened(STAFF, "messages")["event"]["channel"] == D
    shortcut = say.message_action(STAFF, world.thread(C, ts)[0], "cite")
    assert shortcut["message"]["thread_ts"] == ts
    assert say.tokens_revoked()["event"]["tokens"]["bot"] == ["U0BOT"]
    assert say.app_uninstalled()["event"]["type"] == "app_uninstalled"


def test_a_stranger_in_a_shared_channel(world: World) -> None:
    world.add_team("T0MIDORI", "緑町")
    world.add_user("U0MIDORI", "midori", "緑 一郎", team_id="T0MIDORI")
    world.add_channel("C0SHARED", "共有", ["U0MIDORI", "U0BOT"], is_ext_shared=True)
    said = Payloads(world).app_mention("U0MIDORI", "開館は？", "C0SHARED")
    assert said["is_ext_shared_channel"] is True
    assert said["event"]["user_team"] == "T0MIDORI"
    assert said["authorizations"][0]["team_id"] == "T0AOHAMA"


def test_typed_text(world: World) -> None:
    typed = "<@U0BOT> A & B <b> <#C0COUNCIL>で <https://example.test/a?b=1&c=2|第1回>を"
    text = slack_text(typed, world)
    assert text == (
        "<@U0BOT> A &amp; B &lt;b&gt; <#C0COUNCIL|協議会>で "
        "<https://example.test/a?b=1&amp;c=2|第1回>を"
    )
    assert slack_text("https://example.test/x :bow:", world) == "<https://example.test/x> :bow:"
    block = rich_text(typed)
    assert blocks_problem(block) == []
    kinds = [piece["type"] for piece in block[0]["elements"][0]["elements"]]
    assert kinds == ["user", "text", "channel", "text", "link", "text"]
    assert rich_text("") == []
