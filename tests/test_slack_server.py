"""The local Slack server itself: its methods keep Slack's rules, and it records what happens."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.slack_payloads import Payloads
from tests.slack_server import SlackServer, running
from tests.slack_world import World

C, D, STAFF = "C0COUNCIL", "D0STAFF", "U0STAFF"
RECIPIENT = {"recipient_user_id": STAFF, "recipient_team_id": "T0AOHAMA"}
Block = dict[str, Any]


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with running() as server:
        yield server


@pytest.fixture
def client(slack: SlackServer) -> WebClient:
    return slack.client()


@pytest.fixture
def world(slack: SlackServer) -> World:
    return slack.world


def error_of(call: Callable[..., Any], *arguments: Any, **more: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(*arguments, **more)
    return str(caught.value.response["error"])


def mrkdwn(text: str = "語") -> Block:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "語") -> Block:
    return {"type": "section", "text": mrkdwn(text)}


def modal() -> Block:
    title = {"type": "plain_text", "text": "絞り込み"}
    return {"type": "modal", "title": title, "blocks": [section()]}


# --- messages


def test_a_refused_message_is_recorded_and_not_posted(slack: SlackServer) -> None:
    long = [section("長" * 3_001)]
    with pytest.raises(SlackApiError) as caught:
        slack.client().chat_postMessage(channel=C, text="語", blocks=long)
    told = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert caught.value.response["errors"] == [told]
    assert slack.refused == [f"chat.postMessage: invalid_blocks: {told}"]
    assert slack.world.messages(C) == []


def test_messages_stand_in_threads_in_order(client: WebClient, world: World) -> None:
    first = client.chat_postMessage(channel=C, text="質問")["ts"]
    replies = [client.chat_postMessage(channel=C, text=f"答{n}", thread_ts=first) for n in range(3)]
    within = client.chat_postMessage(channel=C, text="答3", thread_ts=replies[0]["ts"])["ts"]
    client.chat_delete(channel=C, ts=replies[1]["ts"])
    client.chat_update(channel=C, ts=within, text="答四")
    assert [m.shown() for m in world.thread(C, first)] == ["質問", "答0", "答2", "答四"]
    assert [m.ts for m in world.messages(C)] == sorted(m.ts for m in world.messages(C))
    assert world.message(C, within).edits[0][1] == "答3"
    assert len(world.answers(C, first)) == 4
    read = [m["text"] for page in client.conversations_replies(channel=C, ts=first, limit=3)
            for m in page["messages"]]  # fmt: skip
    assert read == ["質問", "答0", "答2", "答四"]
    link = client.chat_getPermalink(channel=C, message_ts=within)["permalink"]
    assert link.endswith(f"?thread_ts={first}&cid={C}")


def test_where_the_bot_may_write(client: WebClient, world: World) -> None:
    world.add_channel("C0OPEN", "公開", [STAFF])
    world.add_channel("C0HIDDEN", "非公開", [STAFF], is_private=True)
    world.add_channel("C0OLD", "旧", [STAFF, "U0BOT"], is_archived=True)
    for channel, error in (
        ("C0OPEN", "not_in_channel"), ("C0HIDDEN", "channel_not_found"),
        ("C0NONE", "channel_not_found"), ("C0OLD", "is_archived"),
    ):  # fmt: skip
        assert error_of(client.chat_postMessage, channel=channel, text="語") == error
    assert client.chat_postMessage(channel=STAFF, text="語")["channel"] == D
    assert world.refused == []


def test_only_own_messages_are_changed(client: WebClient, world: World) -> None:
    other = world.add_message(C, STAFF, "人の発言").ts
    assert error_of(client.chat_update, channel=C, ts=other, text="語") == "cant_update_message"
    assert error_of(client.chat_delete, channel=C, ts=other) == "cant_delete_message"
    assert error_of(client.chat_update, channel=C, ts="1.000001", text="語") == "message_not_found"
    own = client.chat_postMessage(channel=C, text="語")["ts"]
    assert error_of(client.chat_update, channel=C, ts=own, text="長" * 4_001) == "msg_too_long"


def test_ephemerals_are_for_one_person(client: WebClient, world: World) -> None:
    world.add_user("U0AWAY", "away")
    client.chat_postEphemeral(channel=C, user=STAFF, text="あなただけに")
    client.chat_postMessage(channel=C, text="みなさんに")
    assert [s.text for s in world.seen_by(STAFF)] == ["あなただけに", "みなさんに"]
    assert [s.text for s in world.seen_by("U0MEMBER")] == ["みなさんに"]
    assert world.seen_by("U0AWAY") == []
    away = error_of(client.chat_postEphemeral, channel=C, user="U0AWAY", text="語")
    assert away == "user_not_in_channel"


def test_a_status_goes_when_a_message_comes_and_after_two_minutes(
    client: WebClient, world: World
) -> None:
    first = world.add_message(C, STAFF, "質問").ts
    client.assistant_threads_setStatus(
        channel_id=C, thread_ts=first, status="探しています", loading_messages=["…"] * 10
    )
    assert world.status(C, first) == "探しています"
    world.skip(121)
    assert world.status(C, first) == ""
    client.assistant_threads_setStatus(channel_id=C, thread_ts=first, status="確かめています")
    client.chat_postMessage(channel=C, thread_ts=first, text="答")
    assert world.status(C, first) == ""
    assert [s["status"] for s in world.statuses] == ["探しています", "確かめています", ""]
    many = {"channel_id": C, "thread_ts": first, "status": "語", "loading_messages": ["…"] * 11}
    assert error_of(client.assistant_threads_setStatus, **many) == "invalid_arguments"


def test_prompts(client: WebClient, world: World) -> None:
    prompts = [{"title": "題", "message": "質問"}] * 4
    client.assistant_threads_setSuggestedPrompts(channel_id=D, prompts=prompts)
    client.assistant_threads_setSuggestedPrompts(channel_id=D, prompts=prompts, thread_ts="1.1")
    assert [p["dropped"] for p in world.prompts] == [False, True]
    call = client.assistant_threads_setSuggestedPrompts
    assert error_of(call, channel_id=D, prompts=prompts * 2) == "invalid_arguments"


# --- streams


def test_a_stream_becomes_a_message(client: WebClient, world: World) -> None:
    first = world.add_message(C, STAFF, "質問").ts
    stream = client.chat_stream(channel=C, thread_ts=first, buffer_size=1, **RECIPIENT)
    stream.append(markdown_text="答の")
    assert [m.ts for m in world.unfinished()] == [stream.ts]
    assert world.answers(C, first) == []
    assert stream.ts is not None
    error = error_of(client.chat_update, channel=C, ts=stream.ts, text="語")
    assert error == "streaming_state_conflict"
    stream.stop(markdown_text="終わり", blocks=[section("出典")])
    assert [m.shown() for m in world.answers(C, first)] == ["答の終わり\n出典"]
    assert world.unfinished() == []
    late = error_of(client.chat_appendStream, channel=C, ts=stream.ts, markdown_text="語")
    assert late == "message_not_in_streaming_state"
    client.chat_update(channel=C, ts=stream.ts, text="改め")
    assert world.thread(C, first)[-1].shown() == "出典"  # blocks stay until others are sent
    client.chat_update(channel=C, ts=stream.ts, text="改め", blocks=[])
    assert world.thread(C, first)[-1].shown() == "改め"


def test_a_stream_expires(client: WebClient, world: World) -> None:
    first = world.add_message(D, STAFF, "質問").ts
    ts = client.chat_startStream(channel=D, thread_ts=first, markdown_text="答の")["ts"]
    world.skip(301)
    for call in (client.chat_appendStream, client.chat_stopStream):
        error = error_of(call, channel=D, ts=ts, markdown_text="続き")
        assert error == "message_not_in_streaming_state"
    assert [m.stream for m in world.unfinished()] == ["expired"]
    client.chat_update(channel=D, ts=ts, text="答の続き")
    assert world.unfinished() == []


@pytest.mark.parametrize("name", ["recipient_user_id", "recipient_team_id"])
def test_a_stream_in_a_channel_has_a_recipient(client: WebClient, world: World, name: str) -> None:
    first = world.add_message(C, STAFF, "質問").ts
    said = {key: held for key, held in RECIPIENT.items() if key != name}
    error = error_of(client.chat_startStream, channel=C, thread_ts=first, **said)
    assert error == f"missing_{name}"
    assert len(world.refused) == 1


def test_a_stream_ends_with_at_most_fifty_blocks(client: WebClient, world: World) -> None:
    first = world.add_message(D, STAFF, "質問").ts
    ts = client.chat_startStream(channel=D, thread_ts=first)["ts"]
    blocks = [section()] * 51
    assert error_of(client.chat_stopStream, channel=D, ts=ts, blocks=blocks) == "invalid_blocks"
    client.chat_stopStream(channel=D, ts=ts, blocks=blocks[:50])


# --- views


def test_modals_are_opened_once_within_three_seconds(client: WebClient, world: World) -> None:
    trigger = world.trigger(STAFF, "T0AOHAMA")
    view = client.views_open(trigger_id=trigger, view=modal())["view"]
    assert world.stacks[STAFF][-1].id == view["id"]
    again = error_of(client.views_open, trigger_id=trigger, view=modal())
    assert again == "exchanged_trigger_id"
    late = world.trigger(STAFF, "T0AOHAMA")
    world.skip(3.1)
    assert error_of(client.views_open, trigger_id=late, view=modal()) == "expired_trigger_id"
    assert error_of(client.views_open, trigger_id="1.2.3", view=modal()) == "invalid_trigger_id"


def test_modals_lie_upon_each_other(client: WebClient, world: World) -> None:
    client.views_open(trigger_id=world.trigger(STAFF, "T0AOHAMA"), view=modal())
    payloads = Payloads(world)

    def push() -> Any:
        top = payloads.top_view(STAFF)
        return client.views_push(trigger_id=world.trigger(STAFF, "T0AOHAMA", top), view=modal())

    assert push()["view"]["previous_view_id"] == world.stacks[STAFF][0].id
    top = push()["view"]
    assert error_of(push) == "push_limit_reached"
    changed = client.views_update(view_id=top["id"], hash=top["hash"], view=modal())["view"]
    stale = {"view_id": top["id"], "hash": top["hash"], "view": modal()}
    assert error_of(client.views_update, **stale) == "hash_conflict"
    assert payloads.view_closed(payloads.top_view(STAFF)) is None
    assert error_of(client.views_update, view_id=changed["id"], view=modal()) == "not_found"
    assert len(world.stacks[STAFF]) == 2


def test_a_home_is_published(client: WebClient, world: World) -> None:
    home = {"type": "home", "blocks": [section("ようこそ")]}
    first = client.views_publish(user_id=STAFF, view=home)["view"]
    second = client.views_publish(user_id=STAFF, view=home, hash=first["hash"])["view"]
    assert second["id"] == first["id"]
    stale = {"user_id": STAFF, "view": home, "hash": first["hash"]}
    assert error_of(client.views_publish, **stale) == "hash_conflict"
    assert [s.what for s in world.seen_by(STAFF)] == ["home", "home"]


# --- people, channels, tokens


def test_people_and_groups(client: WebClient, world: World) -> None:
    world.add_user("U0GUEST", "guest", "客", is_restricted=True, locale="en-US")
    world.add_team("T0MIDORI", "緑町", token="xoxb-midori")
    world.add_user("U0MIDORI", "midori", "緑 一郎", team_id="T0MIDORI")
    assert error_of(client.users_info, user="U0MIDORI") == "user_not_found"
    world.add_channel("C0SHARED", "共有", ["U0MIDORI", "U0BOT"], is_ext_shared=True)
    stranger = client.users_info(user="U0MIDORI")["user"]
    assert (stranger["is_stranger"], stranger["team_id"]) == (True, "T0MIDORI")
    guest = client.users_info(user="U0GUEST", include_locale=True)["user"]
    assert (guest["is_restricted"], guest["locale"]) == (True, "en-US")
    assert "locale" not in client.users_info(user="U0GUEST")["user"]
    world.add_usergroup("S0CLERKS", "clerks", [STAFF])
    assert client.usergroups_users_list(usergroup="S0CLERKS")["users"] == [STAFF]
    assert client.usergroups_list(include_users=True)["usergroups"][0]["users"] == [STAFF]
    assert error_of(client.usergroups_users_list, usergroup="S0NONE") == "no_such_subteam"
    info = client.conversations_info(channel="C0SHARED")["channel"]
    assert (info["is_ext_shared"], info["is_member"]) == (True, True)


def test_members_come_in_pages(client: WebClient, world: World) -> None:
    world.add_channel("C0LARGE", "大", ["U0BOT", *(f"U{n:04d}" for n in range(450))])
    pages = client.conversations_members(channel="C0LARGE", limit=200)
    assert [len(page["members"]) for page in pages] == [200, 200, 51]


def test_direct_messages_are_opened(client: WebClient, world: World) -> None:
    assert client.conversations_open(users=STAFF)["channel"]["id"] == D
    new = client.conversations_open(users="U0MEMBER")["channel"]["id"]
    assert client.conversations_open(users=["U0MEMBER"])["channel"]["id"] == new
    group = client.conversations_open(users=f"{STAFF},U0MEMBER")["channel"]["id"]
    assert world.channels[group].kind == "mpim"


def test_tokens_and_scopes(slack: SlackServer, world: World) -> None:
    assert "chat:write" in slack.client().auth_test().headers["x-oauth-scopes"]
    world.add_token("xoxb-narrow", "T0AOHAMA", frozenset({"chat:write"}))
    narrow = slack.client("xoxb-narrow")
    with pytest.raises(SlackApiError) as caught:
        narrow.users_info(user=STAFF)
    assert caught.value.response["needed"] == "users:read"
    assert caught.value.response["provided"] == "chat:write"
    assert error_of(narrow.conversations_info, channel=D) == "missing_scope"
    assert error_of(slack.client("xoxb-none").auth_test) == "invalid_auth"
    assert error_of(slack.client("").auth_test) == "not_authed"
    assert error_of(slack.client("xapp-test").auth_test) == "not_allowed_token_type"
    app = slack.client()
    assert error_of(app.apps_connections_open, app_token="xoxb-test") == "not_allowed_token_type"
    slack.client("xoxb-narrow").auth_revoke()
    assert error_of(narrow.auth_test) == "token_revoked"
    world.uninstall("T0AOHAMA")
    assert error_of(app.auth_test) == "account_inactive"


def test_installation_and_rotation(slack: SlackServer, world: World) -> None:
    secrets = {"client_id": world.client_id, "client_secret": world.client_secret}
    anyone = slack.client("")
    code = world.grant_code("T0AOHAMA", rotation=True)
    wrong = secrets | {"client_secret": "x"}
    assert error_of(anyone.oauth_v2_access, code=code, **wrong) == "bad_client_secret"
    first = anyone.oauth_v2_access(code=code, **secrets)
    assert error_of(anyone.oauth_v2_access, code=code, **secrets) == "invalid_code"
    assert slack.client(first["access_token"]).auth_test()["team_id"] == "T0AOHAMA"
    renew = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], **secrets}
    second = anyone.oauth_v2_access(**renew)
    assert error_of(anyone.oauth_v2_access, **renew) == "invalid_refresh_token"
    assert error_of(slack.client(first["access_token"]).auth_test) == "token_expired"
    world.skip(second["expires_in"] + 1)
    assert error_of(slack.client(second["access_token"]).auth_test) == "token_expired"


def test_workspaces_are_apart(slack: SlackServer, world: World) -> None:
    world.add_team("T0MIDORI", "緑町", token="xoxb-midori")
    midori = slack.client("xoxb-midori")
    assert midori.auth_test()["user_id"] == "U0BOT2"
    assert error_of(midori.chat_postMessage, channel=C, text="語") == "channel_not_found"
    assert world.called("chat.postMessage")[0].team == "T0MIDORI"


def test_every_encoding(slack: SlackServer) -> None:
    url = f"{slack.url}conversations.members?channel={C}&limit=1&token=xoxb-test"
    with urllib.request.urlopen(url, timeout=20) as response:
        assert json.load(response)["members"] == [STAFF]
    blocks = json.dumps([section()])
    sent = slack.client().api_call(
        "chat.postMessage", params={"channel": C, "text": "語", "blocks": blocks}
    )
    assert sent["message"]["blocks"][0]["text"] == mrkdwn()


def test_an_unknown_method_is_a_failure_of_the_test(client: WebClient, world: World) -> None:
    assert error_of(client.reactions_add, name="eyes", channel=C, timestamp="1.1") == (
        "unknown_method"
    )
    assert world.refused == ["reactions.add: unknown_method: reactions.add is not served here"]
