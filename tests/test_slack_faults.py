"""Faults of the local Slack server by script, its rates, and many calls at once."""

from __future__ import annotations

import concurrent.futures
import time
from collections.abc import Iterator

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import (
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from slack_sdk.webhook import WebhookClient

from tests.slack_server import SlackServer, running
from tests.slack_world import World
from tests.test_slack_server import STAFF, C, D, error_of, section


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


def test_scripted_faults(slack: SlackServer, world: World) -> None:
    client = slack.client()
    client.retry_handlers += [RateLimitErrorRetryHandler(2), ServerErrorRetryHandler(2)]
    world.fail_next("chat.postMessage", "ratelimited", status=429, retry_after=0)
    world.fail_next("chat.postMessage", status=500)
    assert client.chat_postMessage(channel=C, text="待って")["ok"]
    world.fail_next("chat.update", "edit_window_closed")
    ts = world.messages(C)[-1].ts
    assert error_of(client.chat_update, channel=C, ts=ts, text="語") == "edit_window_closed"
    statuses = [(c.status, c.error) for c in world.called("chat.*")]
    assert statuses == [
        (429, "ratelimited"), (500, "internal_error"), (200, ""), (200, "edit_window_closed"),
    ]  # fmt: skip


def test_an_answer_that_is_lost_after_the_deed(slack: SlackServer, world: World) -> None:
    client = slack.client(retry_handlers=[])
    world.fail_next("chat.postMessage", drop=True, after=True)
    with pytest.raises(ConnectionError):
        client.chat_postMessage(channel=C, text="届いた")
    world.fail_next("chat.postMessage", drop=True)
    with pytest.raises(ConnectionError):
        client.chat_postMessage(channel=C, text="届かない")
    begun = time.monotonic()
    world.fail_next("*", delay=0.2)
    client.auth_test()
    assert time.monotonic() - begun >= 0.2
    assert [m.text for m in world.messages(C)] == ["届いた"]


def test_posts_a_second(slack: SlackServer, world: World) -> None:
    world.posts_per_second = 1
    client = slack.client()
    client.chat_postMessage(channel=C, text="一")
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=C, text="二")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"
    client.chat_postMessage(channel=D, text="別")
    world.skip(1)
    client.chat_postMessage(channel=C, text="二")
    assert world.limited == [C]


def test_tight_replies(client: WebClient, world: World) -> None:
    world.tight_replies = True
    first = world.add_message(C, STAFF, "質問").ts
    for n in range(20):
        world.add_message(C, STAFF, f"続き{n}", thread_ts=first)
    read = client.conversations_replies(channel=C, ts=first, limit=100)
    assert len(read["messages"]) == 15
    assert error_of(client.conversations_replies, channel=C, ts=first) == "ratelimited"
    world.skip(60)
    cursor = read["response_metadata"]["next_cursor"]
    rest = client.conversations_replies(channel=C, ts=first, cursor=cursor)
    assert len(rest["messages"]) == 6


def test_response_urls(slack: SlackServer, world: World) -> None:
    url = world.response_url(C, STAFF)
    hook = WebhookClient(url)
    assert hook.send(text="あなただけに").body == "ok"
    hook.send(text="みなさんに", response_type="in_channel")
    hook.send(text="改め", replace_original=True)
    hook.send(delete_original=True)
    bad = hook.send(text="語", blocks=[section("")])
    assert (bad.status_code, bad.body) == (400, "invalid_blocks")
    assert hook.send(text="六度目").body == "used_url"
    assert [s.what for s in world.seen_by(STAFF)] == [
        "ephemeral", "message", "ephemeral edit", "delete",
    ]  # fmt: skip
    old = WebhookClient(world.response_url(C, STAFF))
    world.skip(1_801)
    assert old.send(text="遅い").body == "expired_url"
    assert len(world.refused) == 2


def test_bears_many_at_once(slack: SlackServer, world: World) -> None:
    first = world.add_message(C, STAFF, "質問").ts

    def post(n: int) -> None:
        slack.client().chat_postMessage(channel=C, text=f"{n}", thread_ts=first)

    with concurrent.futures.ThreadPoolExecutor(200) as pool:
        list(pool.map(post, range(600)))
    held = world.answers(C, first)
    assert sorted(int(m.text) for m in held) == list(range(600))
    assert len({m.ts for m in held}) == 600
    assert world.wait_for(lambda: len(world.called("chat.postMessage", ok=True)) == 600)


def test_waiting_says_what_it_saw(slack: SlackServer, world: World) -> None:
    slack.client().auth_test()
    with pytest.raises(AssertionError, match=r"auth\.test ok"):
        world.wait_for(lambda: world.messages(C), timeout=0.05)
