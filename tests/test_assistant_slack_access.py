"""Who may see what, tried as an outsider in every way there is: nothing hidden is ever shown.

Of the records of :mod:`tests.slack_library` three are not for all: the staffing committee's (folder),
and the site's (front matter). Their words are looked for in everything that anybody saw.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.visibility import CollectionRule
from index_store.index import Index
from tests.slack_bot import COUNCIL, Scene, actions_of, scene
from tests.slack_library import library
from tests.slack_limits import texts
from tests.slack_records import Message

__all__ = ["library"]

STAFFING = "司書の採用予定者は何人ですか"
SITE = "分館の候補地の買収の見込額はいくらですか"
HIDDEN = (
    "17人",
    "経験者",
    "人事課長",
    "黒川",
    "人事委員会",
    "2億3千万",
    "用地検討会",
    "用地課長",
    "旧北浜小",
)

PRIVATE = "C0CLOSED"
MIXED = "C0MIXED"


@pytest.fixture
def at(library: Index, tmp_path: Path) -> Iterator[Scene]:
    """A bot with two collections: ``closed`` for a private channel and a group, 用地 for one user."""
    rules = {
        "closed": CollectionRule(folders=("closed",), channels=(PRIVATE, MIXED), groups=("S0HR",)),
        "用地": CollectionRule(users=("U0SITE",)),
    }
    with scene(library, tmp_path, rules=rules, person="C0DESK") as made:
        world = made.world
        world.add_user("U0CHIEF", "kuro", "黒田 主任")
        world.add_user("U0SITE", "site", "用田 係")
        world.add_user("U0HR", "hr", "人見 係")
        world.add_user("U0GUEST", "guest", "客野 一", is_restricted=True)
        world.add_user("U0ULTRA", "ultra", "客野 二", is_ultra_restricted=True)
        world.add_team("T0FAR", "遠市")
        world.add_user("U0FAR", "far", "遠野 三", team_id="T0FAR")
        world.add_channel(PRIVATE, "人事", ["U0CHIEF", "U0HR", "U0BOT"], is_private=True)
        world.add_channel(MIXED, "人事と委託先", ["U0CHIEF", "U0GUEST", "U0BOT"], is_private=True)
        world.add_channel("C0PRIVATE", "別の非公開", ["U0CHIEF", "U0STAFF", "U0SITE", "U0BOT"], is_private=True)  # fmt: skip
        world.add_channel("C0SHARED", "共有", ["U0CHIEF", "U0FAR", "U0STAFF", "U0BOT"], is_ext_shared=True)  # fmt: skip
        world.add_channel("C0DESK", "窓口", ["U0BOT", "U0STAFF"])
        world.add_usergroup("S0HR", "hr", ["U0HR"])
        for user in ("U0CHIEF", "U0SITE", "U0HR", "U0GUEST", "U0ULTRA", "U0FAR", "U0MEMBER"):
            world.add_im(user, f"D{user[1:]}")
        world.channels[COUNCIL].members += ["U0CHIEF", "U0SITE", "U0HR", "U0GUEST"]
        yield made
        assert made.slack.refused == []


def leaks(at: Scene, *users: str) -> list[str]:
    """What of the hidden records anybody of ``users`` saw, in whatever way."""
    found = []
    for user in users:
        told = [
            str((sight.text, sight.blocks))
            for sight in at.world.seen_by(user)
            if sight.what != "said"
        ]
        told += [
            "\n".join(texts(view.content)) for view in at.world.views.values() if view.user == user
        ]
        if user in at.world.homes:
            told.append("\n".join(texts(at.world.homes[user].content)))
        found += [f"{user}: {word}" for word in HIDDEN for text in told if word in text]
    return found


def direct(at: Scene, user: str, text: str) -> Message:
    channel = at.people.direct(user).id
    return at.answer(channel, at.write(text, channel, user))


@pytest.mark.parametrize(
    ("user", "sees"),
    [("U0CHIEF", True), ("U0HR", True), ("U0STAFF", False), ("U0SITE", False), ("U0GUEST", False),
     ("U0ULTRA", False), ("U0FAR", False)],
)  # fmt: skip
def test_in_a_direct_message(at: Scene, user: str, sees: bool) -> None:
    shown = direct(at, user, STAFFING).shown()
    assert ("17人" in shown) == sees
    if not sees:
        assert leaks(at, user) == []


def test_one_named_person(at: Scene) -> None:
    assert "2億3千万円" in direct(at, "U0SITE", SITE).shown()
    assert "2億3千万円" not in direct(at, "U0CHIEF", SITE).shown()


def test_in_a_public_channel_only_public_records_whoever_asks(at: Scene) -> None:
    answer = at.ask(STAFFING, "U0CHIEF")
    assert "見つかりませんでした" in answer.shown()
    assert leaks(at, "U0STAFF", "U0MEMBER", "U0GUEST") == []
    (offer,) = at.world.ephemerals("U0CHIEF")
    assert "ダイレクトメッセージ" in offer.text
    at.press("U0CHIEF", offer, "direct")
    at.settle()
    assert "17人" in at.world.messages(at.people.direct("U0CHIEF").id)[-1].shown()
    at.press("U0CHIEF", offer, "direct")
    at.settle()
    assert len(at.world.messages(at.people.direct("U0CHIEF").id)) == 2, "asked once"


def test_no_offer_to_who_may_see_no_more_or_where_it_is_no_help(at: Scene) -> None:
    at.ask(STAFFING, "U0STAFF")
    at.ask("夜間の来館者は何人でしたか？", "U0CHIEF")
    assert [s for s in at.world.ephemerals() if "ダイレクト" in s.text] == []


def test_in_the_named_private_channel(at: Scene) -> None:
    assert "17人" in at.ask(STAFFING, "U0CHIEF", PRIVATE).shown()
    assert "2億" not in at.ask(SITE, "U0CHIEF", PRIVATE).shown()


def test_a_guest_among_the_members_closes_the_channel(at: Scene) -> None:
    assert "17人" not in at.ask(STAFFING, "U0CHIEF", MIXED).shown()
    assert "17人" not in at.ask(STAFFING, "U0GUEST", MIXED).shown()
    assert leaks(at, "U0GUEST") == []


def test_another_private_channel_sees_nothing_though_the_asker_may(at: Scene) -> None:
    assert "17人" not in at.ask(STAFFING, "U0CHIEF", "C0PRIVATE").shown()
    assert "2億" not in at.ask(SITE, "U0SITE", "C0PRIVATE").shown()
    assert leaks(at, "U0STAFF") == []


def test_a_shared_channel_counts_as_outside(at: Scene) -> None:
    at.world.channels[PRIVATE].is_ext_shared = True
    assert "17人" not in at.ask(STAFFING, "U0CHIEF", PRIVATE).shown()
    assert "17人" not in at.ask(STAFFING, "U0CHIEF", "C0SHARED").shown()
    at.ask(STAFFING, "U0FAR", "C0SHARED")
    assert leaks(at, "U0FAR", "U0STAFF") == []


def test_outsiders_are_let_in_where_a_rule_says_so(library: Index, tmp_path: Path) -> None:
    rules = {"closed": CollectionRule(folders=("closed",), users=("U0GUEST",), outsiders=True),
             "用地": CollectionRule(users=("U0GUEST",))}  # fmt: skip
    with scene(library, tmp_path, rules=rules) as at:
        at.world.add_user("U0GUEST", "guest", "客野 一", is_restricted=True)
        at.world.add_im("U0GUEST", "D0GUEST")
        assert "17人" in direct(at, "U0GUEST", STAFFING).shown()
        assert "2億" not in direct(at, "U0GUEST", SITE).shown()


def test_a_front_matter_without_a_rule_is_for_nobody(library: Index, tmp_path: Path) -> None:
    with scene(library, tmp_path) as at:
        assert "2億" not in direct(at, "U0STAFF", SITE).shown()
        assert "17人" in direct(at, "U0STAFF", STAFFING).shown(), "no rule names its folder"


def test_follow_ups_do_not_reach_further(at: Scene) -> None:
    channel = at.people.direct("U0MEMBER").id
    thread = at.write("令和6年度第1回の会議では何が決まりましたか", channel, "U0MEMBER")
    for count, text in enumerate(
        ["ほかの委員会では？", "黒川委員長は何と言った？", "人事委員会では？", STAFFING, "その前の発言は？"], start=2
    ):  # fmt: skip
        at.answer(channel, thread, count - 1)
        at.write(text, channel, "U0MEMBER", thread_ts=thread)
    at.answer(channel, thread, 6)
    told = [m.shown() for m in at.answers(channel, thread)]
    said = "\n".join(told).replace("黒川委員長", "").replace("人事委員会", "")
    assert [word for word in HIDDEN if word in said] == []


def test_a_thread_is_closed_to_who_left(at: Scene) -> None:
    channel = at.people.direct("U0CHIEF").id
    thread = at.write(STAFFING, channel, "U0CHIEF")
    at.answer(channel, thread)
    at.world.channels[PRIVATE].members.remove("U0CHIEF")
    at.world.channels[MIXED].members.remove("U0CHIEF")
    leave(at, PRIVATE, MIXED)
    at.write("うち経験者は何人ですか", channel, "U0CHIEF", thread_ts=thread)
    assert "3人" not in at.answer(channel, thread, 2).shown()


def leave(at: Scene, *channels: str) -> None:
    """Tell the bot that somebody left, as Slack does."""
    for channel in channels:
        event = {"type": "member_left_channel", "user": "U0CHIEF", "channel": channel,
                 "channel_type": "G", "team": "T0AOHAMA", "event_ts": at.world.next_ts()}  # fmt: skip
        at.delivery.deliver(at.people.event(event))


def test_buttons_of_others_answers_open_nothing(at: Scene) -> None:
    theirs = at.ask(STAFFING, "U0CHIEF", PRIVATE)
    (button,) = actions_of(theirs, "context")[:1]
    mine = at.ask("夜間の来館者は何人でしたか？", "U0STAFF")
    for action in ("context", "all"):
        for block in mine.blocks:
            for element in block.get("elements", []):
                if element.get("action_id") in ("context", "all"):
                    element |= {"action_id": action, "value": button["value"]}
        at.press("U0STAFF", mine, action)
        assert "見る権限がありません" in "\n".join(texts(at.people.top_view("U0STAFF").content))
    assert leaks(at, "U0STAFF") == []


def test_a_window_pages_only_in_what_may_be_seen(at: Scene) -> None:
    mine = at.ask("夜間の来館者は何人でしたか？", "U0STAFF")
    theirs = at.ask(STAFFING, "U0CHIEF", PRIVATE)
    value = actions_of(theirs, "context")[0]["value"]
    at.press("U0STAFF", mine, "context")
    view = at.people.top_view("U0STAFF")
    for block in view.content["blocks"]:
        for element in block.get("elements", []):
            if element.get("action_id") == "later":
                element["value"] = f"{value}:0"
    at.press("U0STAFF", view, "later")
    assert leaks(at, "U0STAFF") == []


def test_direct_answers_of_others_cannot_be_asked_again_voted_on_or_handed_over(at: Scene) -> None:
    theirs = direct(at, "U0CHIEF", STAFFING)
    value = actions_of(theirs, "context")[0]["value"].split(":")[0]
    mine = at.ask("市長の年齢は何歳ですか？", "U0STAFF")
    for block in mine.blocks:
        for element in block.get("elements", []):
            if element.get("action_id") == "person":
                element["value"] = value
            if element.get("type") == "feedback_buttons":
                element["positive_button"]["value"] = f"{value}:up"
    at.press("U0STAFF", mine, "person")
    at.delivery.deliver(at.people.feedback("U0STAFF", mine))
    at.bot.errands_done()
    assert at.world.messages("C0DESK") == []
    assert at.log is not None
    assert at.log.entries(10, feedback="any") == []


def test_the_window_of_one_who_left_stays_shut(at: Scene) -> None:
    theirs = at.ask(STAFFING, "U0CHIEF", PRIVATE)
    at.world.channels[PRIVATE].members.remove("U0CHIEF")
    at.world.channels[MIXED].members.remove("U0CHIEF")
    leave(at, PRIVATE, MIXED)
    at.press("U0CHIEF", theirs, "context")
    assert "学" not in "\n".join(texts(at.people.top_view("U0CHIEF").content))
    assert "見る権限がありません" in "\n".join(texts(at.people.top_view("U0CHIEF").content))


@pytest.mark.parametrize(
    ("user", "sees"), [("U0CHIEF", True), ("U0STAFF", False), ("U0GUEST", False)]
)
def test_the_shortcut_checks_against_what_the_person_may_see(
    at: Scene, user: str, sees: bool
) -> None:
    said = at.world.add_message(COUNCIL, "U0MEMBER", "司書の採用予定者は17人である。")
    at.delivery.deliver(at.people.message_action(user, said, "check_claim"))
    at.settle()
    told = "\n".join(texts(at.people.top_view(user).content))
    assert ("人事課長" in told) == sees
    assert ("記録に裏づけがあります" in told) == sees


def test_home_shows_what_the_person_may_see(at: Scene) -> None:
    at.ask(STAFFING, "U0CHIEF", PRIVATE)
    at.ask(STAFFING, "U0HR", PRIVATE)
    for user in ("U0STAFF", "U0GUEST", "U0CHIEF"):
        at.delivery.deliver(at.people.app_home_opened(user))
        at.delivery.deliver(at.people.app_home_opened(user, "messages"))
    at.settle()
    assert "青浜市人事委員会" in "\n".join(texts(at.world.homes["U0CHIEF"].content))
    assert leaks(at, "U0STAFF", "U0GUEST") == []
    assert STAFFING not in "\n".join(texts(at.world.homes["U0STAFF"].content)), "asked in private"


def test_joining_shows_what_the_channel_may_see(at: Scene) -> None:
    at.delivery.deliver(at.people.member_joined_channel("U0CHIEF", COUNCIL))
    at.delivery.deliver(at.people.member_joined_channel("U0BOT", COUNCIL))
    at.settle()
    assert leaks(at, "U0STAFF", "U0MEMBER") == []
    shown = str(at.world.ephemerals("U0CHIEF")[-1].blocks)
    assert "人事委員会" not in shown, "a public channel shows public records"


def test_where_slack_cannot_be_asked_the_answer_is_no(at: Scene) -> None:
    at.world.fail_next("conversations.members", error="internal_error", times=99)
    at.world.fail_next("usergroups.users.list", error="internal_error", times=99)
    assert "17人" not in direct(at, "U0CHIEF", STAFFING).shown()
    assert "17人" not in direct(at, "U0HR", STAFFING).shown()
    assert "17人" not in at.ask(STAFFING, "U0CHIEF", PRIVATE).shown()


@pytest.mark.parametrize("method", ["users.info", "conversations.info"])
def test_where_slack_does_not_say_who_and_where(at: Scene, method: str) -> None:
    at.world.fail_next(method, error="internal_error", times=99)
    assert "17人" not in at.ask(STAFFING, "U0CHIEF", PRIVATE).shown()


def test_nothing_to_show_is_said(library: Index, tmp_path: Path) -> None:
    rules = {"all": CollectionRule(folders=("records",), users=("U0STAFF",))}
    with scene(library, tmp_path, rules=rules) as at:
        assert "お見せできる記録はありません" in at.ask(STAFFING, "U0MEMBER").shown()
        assert at.log is not None
        assert [entry.status for entry in at.log.entries(5)] == ["not_allowed"]
        assert "312人" in direct(at, "U0STAFF", "夜間の来館者は何人でしたか").shown()


def test_a_slash_command_in_a_private_channel_follows_the_channel(at: Scene) -> None:
    at.delivery.deliver(at.people.command("U0CHIEF", STAFFING, PRIVATE))
    at.settle()
    assert "17人" in at.world.messages(PRIVATE)[-1].shown()
    at.delivery.deliver(at.people.command("U0CHIEF", STAFFING, COUNCIL))
    at.settle()
    assert leaks(at, "U0STAFF", "U0MEMBER") == []


def test_group_messages_see_public_records(at: Scene) -> None:
    room = at.world.add_mpim(["U0CHIEF", "U0STAFF", "U0BOT"])
    answer = at.ask(STAFFING, "U0CHIEF", room.id)
    assert "17人" not in answer.shown()


def test_a_stranger_who_names_his_own_workspace_stays_one(at: Scene) -> None:
    """Somebody of another organisation shares the named channel; his payloads name his workspace."""
    at.world.channels[PRIVATE].members.append("U0FAR")
    at.world.channels[PRIVATE].is_ext_shared = True
    at.delivery.deliver(at.people.app_home_opened("U0FAR"))
    at.settle()
    home = at.world.homes["U0FAR"]
    payload = at.people.block_actions("U0FAR", home, "ask_home_examples_0")
    payload["team"] = {"id": "T0FAR", "domain": "far"}
    payload["actions"][0]["value"] = STAFFING
    at.delivery.deliver(payload)
    at.settle()
    assert leaks(at, "U0FAR") == []


def test_what_was_understood_from_closed_records_closes_with_them(at: Scene) -> None:
    channel = at.people.direct("U0CHIEF").id
    thread = at.write("司書の面接はいつ行いますか", channel, "U0CHIEF")
    at.answer(channel, thread)
    at.write("その委員は図書館協議会で何と言いましたか", channel, "U0CHIEF", thread_ts=thread)
    at.answer(channel, thread, 2)
    for name in (PRIVATE, MIXED):
        at.world.channels[name].members.remove("U0CHIEF")
    leave(at, PRIVATE, MIXED)
    before = len(at.world.sights)
    at.write("その委員はほかに何と言いましたか", channel, "U0CHIEF", thread_ts=thread)
    at.answer(channel, thread, 3)
    at.delivery.deliver(at.people.app_home_opened("U0CHIEF"))
    at.settle()
    later = [str((s.text, s.blocks)) for s in at.world.sights[before:] if s.user != "U0CHIEF" or s.what != "said"]  # fmt: skip
    assert "黒川" not in "".join(later)
    assert "黒川" not in "\n".join(texts(at.world.homes["U0CHIEF"].content))


def test_an_answer_whose_record_is_gone_stays_closed(at: Scene) -> None:
    from assistant.conversation_json import loaded

    answer = at.ask(STAFFING, "U0CHIEF", PRIVATE)
    done = at.ledger.done(actions_of(answer, "context")[0]["value"].split(":")[0])
    assert done is not None
    exchanged = loaded(done.exchanged or "")
    assert exchanged is not None
    # Seen without the collection, its document is as if it had been taken out.
    assert any(source.startswith("gone:") for source in at.engines.sources(frozenset(), exchanged.outcome))  # fmt: skip


def test_questions_of_rooms_that_slack_does_not_describe_are_in_no_list(at: Scene) -> None:
    for user in ("U0CHIEF", "U0HR"):
        at.world.fail_next("conversations.info", error="internal_error")
        at.ask("点字図書は毎年何冊増やすか", user, PRIVATE)
        at.bot._services.people.forget(PRIVATE)
    at.delivery.deliver(at.people.app_home_opened("U0STAFF"))
    at.settle()
    assert "点字図書" not in "\n".join(texts(at.world.homes["U0STAFF"].content))


def test_guests_are_not_told_what_others_ask(at: Scene) -> None:
    for user in ("U0STAFF", "U0MEMBER"):
        at.ask("夜間の来館者は何人でしたか？", user)
    for user in ("U0CHIEF", "U0GUEST"):
        at.delivery.deliver(at.people.app_home_opened(user))
    at.settle()
    assert "2 人" in "\n".join(texts(at.world.homes["U0CHIEF"].content))
    assert "2 人" not in "\n".join(texts(at.world.homes["U0GUEST"].content))


def test_large_channels_are_asked_about_at_once(at: Scene) -> None:
    for number in range(60):
        at.world.add_user(f"U0MANY{number}", f"many{number}", f"多田 {number}")
        at.world.channels[PRIVATE].members.append(f"U0MANY{number}")
    assert "17人" in at.ask(STAFFING, "U0CHIEF", PRIVATE).shown()
    assert len(at.world.called("users.info")) < 10
    assert len(at.world.called("users.list")) == 1


def test_a_person_is_asked_again_after_a_failure(at: Scene) -> None:
    answer = at.ask("市長の年齢は何歳ですか？")
    at.world.fail_next("chat.postMessage", error="channel_not_found")
    at.press("U0STAFF", answer, "person")
    assert "送れませんでした" in at.world.ephemerals("U0STAFF")[-1].text
    at.press("U0STAFF", answer, "person")
    assert len([m for m in at.world.messages("C0DESK") if m.bot_id]) == 1


def test_from_a_direct_message_no_link_is_handed_over(at: Scene) -> None:
    answer = direct(at, "U0STAFF", "市長の年齢は何歳ですか？")
    at.press("U0STAFF", answer, "person")
    (handed,) = [m for m in at.world.messages("C0DESK") if m.bot_id]
    assert "市長の年齢は何歳ですか？" in handed.shown()
    assert "会話を開く" not in handed.shown()


def test_a_group_is_not_called_into_a_direct_message(library: Index, tmp_path: Path) -> None:
    with scene(library, tmp_path, person="S0HR") as at:
        at.world.add_usergroup("S0HR", "hr", ["U0MEMBER"])
        assert actions_of(direct(at, "U0STAFF", "市長の年齢は何歳ですか？"), "person") == []
        answer = at.ask("市長の年齢は何歳ですか？")
        at.press("U0STAFF", answer, "person")
        handed = at.world.thread(COUNCIL, answer.thread_ts or "")[-1]
        assert "S0HR" in str(handed.blocks)


def test_a_public_channel_that_is_looked_into_shows_its_sources(at: Scene) -> None:
    answer = at.ask("夜間の来館者は何人でしたか？")
    at.press("U0HR", answer, "context")
    at.press("U0HR", at.people.top_view("U0HR"), "later")
    assert "権限" not in "\n".join(texts(at.people.top_view("U0HR").content))
