"""The local Slack delivers to a real bolt app, over signed HTTP and over Socket Mode."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from tests.slack_delivery import Delivery, HttpDelivery
from tests.slack_payloads import Payloads
from tests.slack_server import SlackServer, running
from tests.slack_sockets import SocketDelivery
from tests.slack_world import World

SECRET = "0123456789abcdef0123456789abcdef"
C, D, STAFF = "C0COUNCIL", "D0STAFF", "U0STAFF"
FAST = (0.0, 0.1, 0.1)


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with running() as server:
        yield server


@pytest.fixture
def world(slack: SlackServer) -> World:
    return slack.world


@pytest.fixture
def say(world: World) -> Payloads:
    return Payloads(world)


@pytest.fixture
def app(slack: SlackServer) -> App:
    """A bot that answers whatever it gets."""
    app = App(signing_secret=SECRET, client=slack.client(), process_before_response=False)

    @app.event("app_mention")
    def mention(event: dict[str, Any], client: WebClient, say: Callable[..., Any]) -> None:
        thread_ts = event.get("thread_ts") or event["ts"]
        feedback = {
            "type": "context_actions",
            "elements": [{
                "type": "feedback_buttons", "action_id": "vote",
                "positive_button": {"text": plain("はい"), "value": "up"},
                "negative_button": {"text": plain("いいえ"), "value": "down"},
            }],
        }  # fmt: skip
        ask = {"type": "button", "action_id": "ask", "text": plain("直す"), "value": "v1"}
        blocks = [section("答"), {"type": "actions", "elements": [ask]}, feedback]
        say(text="答", thread_ts=thread_ts, blocks=blocks)

    @app.event("message")
    def message(event: dict[str, Any]) -> None:
        pass

    @app.action("vote")
    def vote(ack: Callable[..., Any], action: dict[str, Any], respond: Callable[..., Any]) -> None:
        ack()
        respond(text=f"投票 {action['value']}", response_type="ephemeral")

    @app.action("ask")
    def ask(ack: Callable[..., Any], body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=modal())

    @app.command("/minutes")
    def command(ack: Callable[..., Any], command: dict[str, Any]) -> None:
        ack(f"受け付けました：{command['text']}")

    @app.view("asked")
    def asked(ack: Callable[..., Any], view: dict[str, Any]) -> None:
        typed = view["state"]["values"]["q"]["typed"]["value"]
        if typed == "？":
            ack(response_action="errors", errors={"q": "短すぎます"})
        else:
            ack(response_action="update", view=modal(f"「{typed}」を探しています"))

    return app


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def modal(text: str = "何を直しますか") -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "typed", "max_length": 100}
    field = {"type": "input", "block_id": "q", "label": plain("質問"), "element": element}
    return {
        "type": "modal", "callback_id": "asked", "title": plain("直す"), "submit": plain("送る"),
        "blocks": [section(text), field], "notify_on_close": True,
    }  # fmt: skip


@contextmanager
def served(answer: Callable[[BoltRequest], Any]) -> Iterator[str]:
    """A Request URL at which ``answer`` answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            given = answer(BoltRequest(body=body, headers=dict(self.headers)))
            self.send_response(given.status)
            for name, values in given.headers.items():
                self.send_header(name, values[0])
            data = (given.body or "").encode()
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """Slack hangs up on those who are late."""

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/slack/events"
        server.shutdown()
        thread.join()


@contextmanager
def connected(app: App, sockets: SocketDelivery) -> Iterator[SocketModeHandler]:
    """The app, connected over Socket Mode."""
    handler = SocketModeHandler(app, "xapp-test", ping_interval=0.3)
    before = len(sockets.sockets)
    handler.connect()
    sockets.wait_connected(before + 1)
    try:
        yield handler
    finally:
        handler.close()


@pytest.fixture(params=["http", "socket"])
def delivery(request: pytest.FixtureRequest, app: App, world: World) -> Iterator[Delivery]:
    with ExitStack() as stack:
        if request.param == "http":
            url = stack.enter_context(served(app.dispatch))
            yield HttpDelivery(world, url, SECRET, FAST)
        else:
            sockets = stack.enter_context(SocketDelivery(world, FAST))
            stack.enter_context(connected(app, sockets))
            yield sockets


def test_a_mention_is_acknowledged_and_answered(
    delivery: Delivery, world: World, say: Payloads
) -> None:
    mention = say.app_mention(STAFF, "開館は何時？", C)
    delivered = delivery.deliver(mention)
    assert (delivered.status, len(delivered.attempts)) == (200, 1)
    assert 0 < delivered.seconds < 3
    answers = world.wait_for(lambda: world.answers(C, mention["event"]["ts"]))
    assert answers[0].shown().startswith("答")
    seen = [sight.text.split("\n")[0] for sight in world.seen_by("U0MEMBER")]
    assert [text for text in seen if text] == ["<@U0BOT> 開館は何時？", "答"]
    assert delivery.again(mention).acknowledged
    assert world.wait_for(lambda: len(world.answers(C, mention["event"]["ts"])) == 2)
    assert world.refused == []


def test_buttons_commands_and_modals(delivery: Delivery, world: World, say: Payloads) -> None:
    mention = say.app_mention(STAFF, "開館は何時？", C)
    delivery.deliver(mention)
    answer = world.wait_for(lambda: world.answers(C, mention["event"]["ts"]))[0]
    delivery.deliver(say.feedback(STAFF, answer, positive=False))
    assert world.wait_for(lambda: world.ephemerals(STAFF))[0].text == "投票 down"
    delivery.deliver(say.command(STAFF, "開館時間"))
    assert world.wait_for(lambda: world.ephemerals(STAFF)[1:])[0].text == "受け付けました：開館時間"
    delivery.deliver(say.block_actions(STAFF, answer, "ask"))
    view = world.wait_for(lambda: world.stacks.get(STAFF))[0]
    wrong = delivery.deliver(say.view_submission(view, {"typed": "？"}))
    assert wrong.body["response_action"] == "errors"
    delivery.deliver(say.view_submission(view, {"typed": "休館日"}))
    assert view.content["blocks"][0]["text"]["text"] == "「休館日」を探しています"
    assert [s.what for s in world.seen_by(STAFF)][-3:] == ["modal", "modal errors", "modal update"]
    closed = say.view_closed(view)
    assert closed is not None
    assert closed["view"]["id"] == view.id
    assert world.refused == []


def test_only_what_stands_there_is_pressed(world: World, say: Payloads) -> None:
    message = world.add_message(C, "U0BOT", "答", bot_id="B0BOT")
    with pytest.raises(AssertionError, match="no ask among"):
        say.block_actions(STAFF, message, "ask")
    with pytest.raises(AssertionError, match="no feedback buttons"):
        say.feedback(STAFF, message)


@pytest.mark.parametrize(
    "forged", ["wrong", "stale", "future", "missing", "no_timestamp", "altered"]
)
def test_forged_requests(app: App, world: World, say: Payloads, forged: str) -> None:
    with served(app.dispatch) as url:
        delivery = HttpDelivery(world, url, SECRET, FAST)
        mention = say.app_mention(STAFF, "開館は何時？", C)
        assert delivery.attempt(mention, forged=forged).status == 401
        assert delivery.challenge().body == {"challenge": "3eZbrw1aBm"}
    assert world.called("chat.*") == []


def test_what_is_not_acknowledged_in_time_comes_again(world: World, say: Payloads) -> None:
    headers: list[list[str | None]] = []

    def late(request: BoltRequest) -> BoltResponse:
        names = ("x-slack-retry-num", "x-slack-retry-reason")
        headers.append([request.headers.get(name, [None])[0] for name in names])
        time.sleep(2 if len(headers) == 1 else 0)
        return BoltResponse(status=500 if len(headers) == 2 else 200)

    with served(late) as url:
        delivery = HttpDelivery(world, url, SECRET, FAST, within=1.5)
        delivered = delivery.deliver(say.message(STAFF, "語", C))
    assert [a.error for a in delivered.attempts] == ["http_timeout", "http_error", ""]
    assert headers == [[None, None], ["1", "http_timeout"], ["2", "http_error"]]


def test_an_app_that_is_gone(world: World, say: Payloads) -> None:
    delivery = HttpDelivery(world, "http://127.0.0.1:9/slack/events", SECRET, FAST)
    delivered = delivery.deliver(say.message(STAFF, "語", C))
    assert [a.error for a in delivered.attempts] == ["connection_failed"] * 4
    assert not delivery.deliver(say.command(STAFF, "語")).acknowledged
    assert world.seen_by(STAFF)[-1].what == "slack error"


# --- Socket Mode


@pytest.fixture
def sockets(world: World) -> Iterator[SocketDelivery]:
    with SocketDelivery(world, FAST) as delivery:
        yield delivery


def test_each_event_goes_to_one_connection(
    sockets: SocketDelivery, app: App, world: World, say: Payloads
) -> None:
    with connected(app, sockets), connected(app, sockets):
        for _ in range(4):
            assert sockets.deliver(say.app_mention(STAFF, "開館は何時？", C)).acknowledged
        assert [len(one.sent) for one in sockets.sockets] == [2, 2]
        attempts = {m["retry_attempt"] for one in sockets.sockets for m in one.sent}
        assert attempts == {0}
    assert world.wait_for(lambda: len(world.called("chat.postMessage", ok=True)) == 4)


@pytest.mark.parametrize("how", ["drop", "refresh_requested", "warning"])
def test_the_client_comes_back(sockets: SocketDelivery, app: App, say: Payloads, how: str) -> None:
    with connected(app, sockets):
        if how == "drop":
            sockets.drop()
        else:
            sockets.disconnect(how, close_after=0.2)
        sockets.wait_opened(2)
        sockets.wait_connected()
        assert sockets.deliver(say.app_mention(STAFF, "開館は何時？", C)).acknowledged


def test_a_deaf_connection_swallows_events(
    sockets: SocketDelivery, app: App, world: World, say: Payloads
) -> None:
    with connected(app, sockets):
        world.wait_for(lambda: sockets.sockets[0].pongs)
        sockets.deafen()
        sockets.within = 0.3
        mention = say.app_mention(STAFF, "開館は何時？", C)
        attempt = sockets.attempt(mention)
        assert (attempt.acknowledged, attempt.error) == (False, "timeout")
        assert len(sockets.sockets) == 1
        # The client's own watch finds that its pings are not answered.
        sockets.wait_opened(2)
        sockets.within = 3.0
        assert sockets.attempt(mention, retry=1, reason="timeout").acknowledged
    envelopes = [one.sent[-1] for one in sockets.sockets]
    assert all(e["payload"]["event_id"] == mention["event_id"] for e in envelopes)
    assert world.refused == []


def test_tickets_serve_once_and_ten_connections_are_the_most(
    sockets: SocketDelivery, slack: SlackServer
) -> None:
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    url = slack.client().apps_connections_open(app_token="xapp-test")["url"]
    with ExitStack() as stack:
        first = stack.enter_context(connect(url))
        assert '"type": "hello"' in str(first.recv(timeout=20))
        with pytest.raises(InvalidStatus):
            connect(url).close()
        for _ in range(9):
            stack.enter_context(connect(sockets.new_url()))
        sockets.wait_connected(10)
        eleventh = stack.enter_context(connect(sockets.new_url()))
        assert "too_many_websockets" in str(eleventh.recv(timeout=20))


OTHER = """
import sys
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

app = App(client=WebClient("xoxb-test", base_url=sys.argv[1]))
app.event("app_mention")(lambda event, say: say(text=sys.argv[2], thread_ts=event["ts"]))
handler = SocketModeHandler(app, "xapp-test")
handler.connect()
sys.stdin.read()
handler.close()
"""


def test_other_processes_connect(
    sockets: SocketDelivery, slack: SlackServer, world: World, say: Payloads
) -> None:
    others = [
        subprocess.Popen(
            [sys.executable, "-c", OTHER, slack.url, name], stdin=subprocess.PIPE,
            cwd=Path(__file__).parents[1],
        )
        for name in ("一", "二")
    ]  # fmt: skip
    sockets.wait_connected(2)
    for _ in range(4):
        assert sockets.deliver(say.app_mention(STAFF, "誰？", C)).acknowledged
    world.wait_for(lambda: len(world.called("chat.postMessage", ok=True)) == 4)
    said = sorted(call.arguments["text"] for call in world.called("chat.postMessage"))
    assert said == ["一", "一", "二", "二"]
    for other in others:
        other.communicate(timeout=20)
