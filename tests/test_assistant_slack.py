"""The bot with the real Bolt app and the real WebClient, against a server that keeps Slack's limits."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode.builtin.connection import Connection

from assistant.engine import Engine
from assistant.errors import ConfigurationError, QuestionError
from assistant.slack import build_app, run_http, run_socket_mode
from assistant.slack.app import _close
from assistant.slack.blocks import notice_message, outcome_message
from assistant.slack.question import plain_question
from assistant.slack.seen import Seen
from assistant.types import Answer, Citation, NotFound, Outcome, Sentence
from index_store.errors import EmptyIndexError, StoreError
from index_store.index import Index
from ingest.types import Kind, Place
from tests.slack_server import SlackServer, message_error, running, texts

SECRET = "0123456789abcdef0123456789abcdef"
PLACE = Place(
    document="first.txt", kind=Kind.MINUTES, title="第1回 青浜市図書館協議会", date="2024-06-12",
    speaker="原会長", person="原聡子", role="会長", agenda="開館時間の延長について", heading=None,
    page=None, turn=3, section=None, start=10, end=16, line=31,
)  # fmt: skip


def answer(*quotes: str) -> Answer:
    """An answer that quotes ``quotes``, each from a turn of its own."""
    citations = tuple(
        Citation(n, quote, replace(PLACE, turn=n, start=0, end=len(quote)), f"p{n}")
        for n, quote in enumerate(quotes, start=1)
    )
    sentences = tuple(
        Sentence(f"「{c.quote}」と{c.place.speaker}が述べています。", (c.n,)) for c in citations
    )
    return Answer("異議はないか", "ja", sentences, citations)


class Library:
    """An engine whose answers are set by the test."""

    def __init__(self, outcome: Outcome | Exception) -> None:
        self.outcome = outcome
        self.asked: list[str] = []
        self.may_answer = threading.Event()
        self.may_answer.set()

    def ask(self, question: str) -> Outcome:
        self.asked.append(question)
        assert self.may_answer.wait(20)
        if not question:
            raise QuestionError("the question is empty; mend: ask in a sentence or some words")
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with running() as server:
        yield server


@pytest.fixture
def library() -> Library:
    return Library(answer("異議なしとする。"))


@pytest.fixture
def app(slack: SlackServer, library: Library) -> App:
    return build_app(library, "xoxb-test", SECRET, client_of(slack))


def client_of(slack: SlackServer) -> WebClient:
    return WebClient(token="xoxb-test", base_url=slack.url)


def payload(event: dict[str, Any], event_id: str = "Ev0001") -> dict[str, Any]:
    """A complete Events API payload around ``event``."""
    return {
        "token": "verification", "team_id": "T0AOHAMA", "api_app_id": "A0MINUTES",
        "event": event, "type": "event_callback", "event_id": event_id, "event_time": 1718150400,
        "authorizations": [
            {"enterprise_id": None, "team_id": "T0AOHAMA", "user_id": "U0BOT", "is_bot": True,
             "is_enterprise_install": False}
        ],
        "is_ext_shared_channel": False, "event_context": "4-eyJldCI6ImFwcF9tZW50aW9uIn0",
    }  # fmt: skip


def mention(text: str = "<@U0BOT> 異議はないか？", **more: Any) -> dict[str, Any]:
    return {
        "client_msg_id": "0f5c3f2e-5f5b-4d3c-9d52-0e6f1c9e9a11", "type": "app_mention",
        "text": text, "user": "U0STAFF", "ts": "1718150400.000100", "team": "T0AOHAMA",
        "blocks": [{"type": "rich_text", "block_id": "b", "elements": []}],
        "channel": "C0COUNCIL", "event_ts": "1718150400.000100", **more,
    }  # fmt: skip


def direct(text: str = "異議はないか？", **more: Any) -> dict[str, Any]:
    return {
        "client_msg_id": "7d1f3a9c-9a0a-4bd5-8a6a-5f0d4b1f2a33", "type": "message", "text": text,
        "user": "U0STAFF", "ts": "1718150401.000300", "team": "T0AOHAMA", "channel": "D0STAFF",
        "event_ts": "1718150401.000300", "channel_type": "im", **more,
    }  # fmt: skip


def signed(body: str, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    stamp = str(int(at if at is not None else time.time()))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256)
    return {
        "content-type": "application/json",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": "v0=" + digest.hexdigest(),
    }


Send = Callable[..., int]


@pytest.fixture(params=["socket_mode", "http"])
def send(request: pytest.FixtureRequest, app: App) -> Send:
    """Dispatches a payload as Slack delivers it in either mode; gives the status."""

    def dispatch(body: dict[str, Any], retry: int | None = None) -> int:
        retried = {"x-slack-retry-num": str(retry), "x-slack-retry-reason": "http_timeout"}
        more = retried if retry is not None else {}
        if request.param == "socket_mode":
            return app.dispatch(BoltRequest(mode="socket_mode", body=body, headers=more)).status
        raw = json.dumps(body, ensure_ascii=False)
        return app.dispatch(BoltRequest(body=raw, headers={**signed(raw), **more})).status

    return dispatch


def test_a_mention_is_answered_in_its_thread(
    send: Send, slack: SlackServer, library: Library
) -> None:
    assert send(payload(mention())) == 200
    message = slack.wait_for_message()
    assert library.asked == ["異議はないか？"]
    assert (message["channel"], message["thread_ts"]) == ("C0COUNCIL", "1718150400.000100")
    shown = "\n".join(texts(message["blocks"]))
    for part in ("「異議なしとする。」と原会長が述べています [1]。", "[1] 原会長（原聡子・会長）",
                 "第1回 青浜市図書館協議会", "2024年6月12日（水）", "開館時間の延長について",
                 "first.txt:31"):  # fmt: skip
        assert part in shown
    assert shown.index("述べています") < shown.index("出典") < shown.index("記録からの引用")
    methods = [method for method, _ in slack.calls]
    assert "assistant.threads.setStatus" in methods
    assert str(message["unfurl_links"]).lower() in ("false", "0")


def test_a_mention_within_a_thread_stays_in_it(send: Send, slack: SlackServer) -> None:
    send(payload(mention(thread_ts="1718150000.000001")))
    assert slack.wait_for_message()["thread_ts"] == "1718150000.000001"


def test_a_direct_message_is_answered(send: Send, slack: SlackServer) -> None:
    assert send(payload(direct())) == 200
    assert slack.wait_for_message()["channel"] == "D0STAFF"


def test_acknowledged_while_the_engine_still_works(
    send: Send, slack: SlackServer, library: Library
) -> None:
    library.may_answer.clear()
    assert send(payload(mention())) == 200
    assert slack.messages() == []
    library.may_answer.set()
    slack.wait_for_message()


def test_a_retried_event_has_one_answer(send: Send, slack: SlackServer, library: Library) -> None:
    library.may_answer.clear()
    for retry in (None, 0, 1, 2):
        assert send(payload(mention()), retry) == 200
    library.may_answer.set()
    slack.wait_for_message()
    assert send(payload(mention()), 3) == 200
    assert not slack.posted.acquire(timeout=0.3)
    assert len(library.asked) == 1


def test_a_message_that_comes_as_two_events_has_one_answer(
    send: Send, slack: SlackServer, library: Library
) -> None:
    same = {"channel": "D0STAFF", "ts": "1718150401.000300"}
    send(payload(direct("<@U0BOT> 異議は？"), "Ev1"))
    send(payload(mention("<@U0BOT> 異議は？", **same), "Ev2"))
    slack.wait_for_message()
    assert not slack.posted.acquire(timeout=0.3)
    assert len(library.asked) == 1


@pytest.mark.parametrize(
    "event",
    [
        direct(bot_id="B0OTHER"),
        direct(subtype="message_changed"),
        direct(channel_type="channel", channel="C0COUNCIL"),
        direct(user="U0BOT"),
    ],
    ids=["another bot", "an edit", "people talking in a channel", "itself"],
)
def test_is_silent(event: dict[str, Any], send: Send, slack: SlackServer, library: Library) -> None:
    assert send(payload(event)) == 200
    assert not slack.posted.acquire(timeout=0.3)
    assert library.asked == []


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (RuntimeError("secret detail at /srv/minutes"), "この番号を管理者に"),
        (StoreError("/srv/minutes: damaged; mend: restore"), "この番号を管理者に"),
        (EmptyIndexError("nothing; mend: minutes ingest"), "まだ記録が取り込まれていません"),
        (
            NotFound("?", "ja", "見つかりませんでした。", (answer("近い発言").citations)),
            "答えではありません",
        ),
    ],
)
def test_a_clear_word_when_there_is_no_answer(
    outcome: Outcome | Exception, said: str, send: Send, slack: SlackServer, library: Library,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    library.outcome = outcome
    send(payload(mention()))
    message = slack.wait_for_message()
    shown = "\n".join(texts(message["blocks"]))
    assert said in shown
    assert "/srv" not in shown + message["text"]
    if "番号" in said:
        reference = shown.rsplit("：", 1)[1].strip()
        assert reference in caplog.text
        assert "Traceback" in caplog.text


def test_an_empty_mention_gets_help(send: Send, slack: SlackServer) -> None:
    send(payload(mention("<@U0BOT> ")))
    assert "質問を一文で" in slack.wait_for_message()["text"]


def test_waits_out_a_rate_limit(send: Send, slack: SlackServer) -> None:
    slack.rate_limit_next = 1
    send(payload(mention()))
    slack.wait_for_message()


def test_a_status_that_is_refused_does_no_harm(send: Send, slack: SlackServer) -> None:
    slack.errors["assistant.threads.setStatus"] = "missing_scope"
    send(payload(mention()))
    slack.wait_for_message()


def test_wrong_and_old_signatures_are_refused(app: App, slack: SlackServer) -> None:
    body = json.dumps(payload(mention()))
    wrong = BoltRequest(body=body, headers=signed(body, "another secret"))
    old = BoltRequest(body=body, headers=signed(body, at=time.time() - 600))
    changed = BoltRequest(body=body.replace("C0COUNCIL", "C0OTHER"), headers=signed(body))
    assert [app.dispatch(request).status for request in (wrong, old, changed)] == [401] * 3
    assert slack.messages() == []


def test_serves_signed_requests_over_the_wire(slack: SlackServer, library: Library) -> None:
    listening: list[Any] = []
    ready = threading.Event()

    def serving(server: Any) -> None:
        listening.append(server)
        ready.set()

    thread = threading.Thread(
        target=run_http, args=(library, "xoxb-test", SECRET, 0, client_of(slack), serving)
    )
    thread.start()
    assert ready.wait(20)
    url = f"http://127.0.0.1:{listening[0].server_port}/slack/events"
    challenge = {"token": "t", "challenge": "3eZbrw1aBm2rZgRNFdxV", "type": "url_verification"}
    assert "3eZbrw1aBm2rZgRNFdxV" in post(url, challenge)
    post(url, payload(mention("<@U0BOT> 異議はないか？")))
    slack.wait_for_message()
    with pytest.raises(urllib.error.HTTPError, match="401"):
        post(url, payload(mention()), secret="another secret")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        post(url.replace("events", "elsewhere"), challenge)
    listening[0].shutdown()
    thread.join(20)


def post(url: str, body: dict[str, Any], secret: str = SECRET) -> str:
    raw = json.dumps(body, ensure_ascii=False)
    request = urllib.request.Request(url, raw.encode(), signed(raw, secret))
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return str(response.read().decode())
    except urllib.error.HTTPError as error:
        error.close()
        raise


def test_serves_socket_mode(slack: SlackServer, library: Library) -> None:
    from websockets.sync.server import ServerConnection, serve

    acknowledged: list[dict[str, Any]] = []
    closing = threading.Event()

    def talk(connection: ServerConnection) -> None:
        hello = {"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0MINUTES"}}
        connection.send(json.dumps(hello))
        envelope = {
            "envelope_id": "3b1f", "type": "events_api", "accepts_response_payload": False,
            "retry_attempt": 0, "retry_reason": "", "payload": payload(mention()),
        }  # fmt: skip
        connection.send(json.dumps(envelope))
        acknowledged.append(json.loads(connection.recv(timeout=20)))
        closing.wait(20)

    stop = threading.Event()
    with serve(talk, "127.0.0.1", 0) as server:
        slack.websocket_url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}/"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        bot = threading.Thread(
            target=run_socket_mode,
            args=(library, "xoxb-test", "xapp-test", client_of(slack), stop),
        )
        bot.start()
        message = slack.wait_for_message()
        assert message["channel"] == "C0COUNCIL"
        assert acknowledged[0]["envelope_id"] == "3b1f"
        stop.set()
        closing.set()
        bot.join(20)
        assert not bot.is_alive()
        server.shutdown()


def test_closes_although_slack_hangs_up_at_the_same_moment(
    slack: SlackServer, library: Library
) -> None:
    class HungUp:
        """The lock on the socket, got only after the reading thread has closed it."""

        def __enter__(self) -> None:
            connection.sock = None

        def __exit__(self, *error: object) -> None:
            pass

    app = build_app(library, "xoxb-test", client=client_of(slack))
    handler = SocketModeHandler(app, "xapp-test")
    connection = Connection("wss://slack.test/", handler.client.logger)
    connection.sock, other = socket.socketpair()
    connection.sock_receive_lock = HungUp()  # type: ignore[assignment]
    handler.client.current_session = connection
    _close(handler)
    assert not handler.client.message_processor.is_alive()
    other.close()


def test_a_refused_token_is_one_line(slack: SlackServer, library: Library) -> None:
    slack.errors["auth.test"] = "invalid_auth"
    with pytest.raises(ConfigurationError, match=r"SLACK_BOT_TOKEN.*invalid_auth.*mend:"):
        build_app(library, "xoxb-test", SECRET, client_of(slack))
    slack.errors = {"apps.connections.open": "not_allowed_token_type"}
    with pytest.raises(ConfigurationError, match=r"SLACK_APP_TOKEN.*connections:write"):
        run_socket_mode(library, "xoxb-test", "xapp-test", client_of(slack))


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("<@U0BOT> 返納は何件？", "返納は何件？"),
        ("　<@U0BOT>　返納は　何件？ :bow:", "返納は 何件？ :bow:"),
        ("<https://example.jp/a?b=1|第1回議事録>の&lt;要旨&gt;は", "第1回議事録の<要旨>は"),
        ("<https://example.jp/>について", "https://example.jp/について"),
        ("<#C0COUNCIL|協議会>で<!here>と", "#協議会で と"),
        ("<@U0BOT|minutes>", ""),
        ("A &amp; B", "A & B"),
    ],
)
def test_reads_a_question_as_it_was_typed(typed: str, question: str) -> None:
    assert plain_question(typed) == question


@pytest.mark.parametrize("count", [1, 3, 10])
@pytest.mark.parametrize("length", [1, 400, 5_000, 60_000])
def test_the_sources_fit_whatever_is_quoted(count: int, length: int) -> None:
    message = outcome_message(answer(*["長" * length] * count))
    assert message_error({"channel": "C", "text": message.text, "blocks": message.blocks}) is None
    shown = "\n".join(texts(message.blocks))
    assert all(f"[{n}] 原会長" in shown for n in range(1, count + 1))
    assert all(f" [{n}]。" in shown for n in range(1, count + 1))
    assert all(f"[{n}]" in message.text for n in range(1, count + 1))


def test_not_found_without_anything_close() -> None:
    message = outcome_message(NotFound("?", "en", "The records do not answer this."))
    assert message_error({"channel": "C", "text": message.text, "blocks": message.blocks}) is None


def test_a_record_pings_and_links_nobody() -> None:
    hostile = (
        "<!channel> <@U0STAFF> *強調* [押す](https://evil.example) ![](https://evil.example/x)"
    )
    message = outcome_message(answer(hostile))
    assert hostile in list(texts(message.blocks))
    assert all(block["type"] != "markdown" for block in message.blocks)
    assert "<!channel>" not in message.text
    assert "<" not in notice_message("<!here>").text


def test_seen_forgets_the_oldest_only() -> None:
    seen = Seen(limit=3)
    assert seen.first("a", "b")
    assert not seen.first("b")
    assert seen.first("c")
    assert seen.first("d")
    assert not seen.first("d")
    assert seen.first("a")


def test_with_the_real_engine(filled: Index, slack: SlackServer) -> None:
    app = build_app(Engine.from_index(filled), "xoxb-test", SECRET, client_of(slack))
    body = payload(mention("<@U0BOT> 夜間の来館者は何人でしたか？"))
    app.dispatch(BoltRequest(mode="socket_mode", body=body))
    shown = "\n".join(texts(slack.wait_for_message()["blocks"]))
    assert "延べ312人" in shown
    assert "[1] 図書館長" in shown
    assert "first.txt:29" in shown
