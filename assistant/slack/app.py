"""The Bolt app: the one module that knows how events come in and messages go out.

Bolt acknowledges an event at once and runs the listener in a thread, so that a slow answer never
makes Slack send the event again; should it come again all the same, it is answered once.
"""

from __future__ import annotations

import logging
import secrets
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any, Protocol
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.error import BoltError
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
)

from assistant.errors import ConfigurationError, QuestionError
from assistant.slack.blocks import Message, notice_message, outcome_message
from assistant.slack.question import plain_question
from assistant.slack.seen import Seen
from assistant.types import Language, Outcome
from index_store.errors import EmptyIndexError
from ingest.text import has_japanese

log = logging.getLogger(__name__)

_WORDS: dict[str, dict[Language, str]] = {
    "working": {"ja": "記録を調べています…", "en": "is looking in the records…"},
    "empty": {
        "ja": "質問を一文でお書きください。例：「開館時間について会長は何と言いましたか」",
        "en": "Please ask in a sentence, for instance: What did the chair say about opening hours?",
    },
    "long": {
        "ja": "質問が長すぎます。短くしてお尋ねください。",
        "en": "That is too long for a question. Please ask shorter.",
    },
    "nothing": {
        "ja": "まだ記録が取り込まれていません。管理者にお知らせください。",
        "en": "No records have been ingested yet. Please tell whoever runs this assistant.",
    },
    "failed": {
        "ja": "お答えできませんでした。もう一度お試しください。続くときは、この番号を管理者にお知らせください：{}",
        "en": "That did not work. Please try again; if it goes on, give this number to whoever runs "
        "this assistant: {}",
    },
}


class Asker(Protocol):
    """What this surface needs of the engine."""

    def ask(self, question: str) -> Outcome:
        """Answer a question; raises QuestionError or an error of the index."""
        ...


class Desk:
    """Takes the messages that are meant for the bot, and answers each once, in its thread.

    Args:
        asker: the engine.
    """

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._seen = Seen()

    def take(self, body: Mapping[str, Any], client: WebClient) -> None:
        """Answer the message of an event, unless it was answered already."""
        event = body["event"]
        channel, ts = event["channel"], event["ts"]
        # A message in a direct message that also mentions the bot comes as two events.
        if not self._seen.first(f"event {body.get('event_id')}", f"message {channel} {ts}"):
            return
        thread = event.get("thread_ts") or ts
        question = plain_question(event.get("text") or "")
        language: Language = "ja" if has_japanese(question) or not question else "en"
        _show_working(client, channel, thread, language)
        _post(client, channel, thread, self._reply(question, language))

    def _reply(self, question: str, language: Language) -> Message:
        try:
            return outcome_message(self._asker.ask(question))
        except QuestionError:
            return notice_message(_WORDS["long" if question else "empty"][language])
        except EmptyIndexError:
            return notice_message(_WORDS["nothing"][language])
        except Exception:
            # Whatever happened, the asker is told; what happened is for the log alone.
            reference = secrets.token_hex(4)
            log.exception("no answer, reference %s", reference)
            return notice_message(_WORDS["failed"][language].format(reference))


def _show_working(client: WebClient, channel: str, thread: str, language: Language) -> None:
    try:
        client.assistant_threads_setStatus(
            channel_id=channel, thread_ts=thread, status=_WORDS["working"][language]
        )
    except SlackApiError as error:
        # Not every channel and plan has a status; the answer does not depend on it.
        log.debug("no status: %s", error.response.get("error"))


def _post(client: WebClient, channel: str, thread: str, message: Message) -> None:
    common: dict[str, Any] = {
        "channel": channel,
        "thread_ts": thread,
        "text": message.text,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    try:
        client.chat_postMessage(blocks=message.blocks, **common)
    except SlackApiError as error:
        log.error("Slack refused the message: %s", error.response.get("error"))
        client.chat_postMessage(**common)


def build_app(
    asker: Asker,
    bot_token: str,
    signing_secret: str | None = None,
    client: WebClient | None = None,
) -> App:
    """The Bolt app with its listeners.

    Args:
        asker: the engine.
        bot_token: the bot token (xoxb-…).
        signing_secret: checks the signature of HTTP requests; Socket Mode needs none.
        client: another Web API client than the default.

    Raises:
        ConfigurationError: Slack refuses the token, or cannot be reached.
    """
    client = client or WebClient(token=bot_token)
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=3))
    if not any(isinstance(h, ConnectionErrorRetryHandler) for h in client.retry_handlers):
        client.retry_handlers.append(ConnectionErrorRetryHandler())
    try:
        client.auth_test()
        app = App(client=client, signing_secret=signing_secret, token_verification_enabled=False)
    except (SlackApiError, BoltError) as error:
        reason = error.response.get("error") if isinstance(error, SlackApiError) else error
        raise ConfigurationError(
            f"SLACK_BOT_TOKEN: Slack refuses the token ({reason}); "
            "mend: copy it anew from the app's page 'OAuth & Permissions'"
        ) from error
    except OSError as error:
        raise ConfigurationError(
            f"{client.base_url}: Slack cannot be reached ({error}); mend: check the network"
        ) from error
    desk = Desk(asker)

    @app.event("app_mention")
    def mentioned(body: dict[str, Any], client: WebClient) -> None:
        desk.take(body, client)

    @app.event("message")
    def messaged(body: dict[str, Any], client: WebClient) -> None:
        if _is_question(body["event"]):
            desk.take(body, client)

    return app


def _is_question(event: Mapping[str, Any]) -> bool:
    """Whether a message event is a person writing to the bot directly.

    Edits, deletions, joins and the like have a subtype; bots have a bot_id. What is said in
    channels reaches the bot as a mention.
    """
    return event.get("channel_type") == "im" and "subtype" not in event and not event.get("bot_id")


def run_socket_mode(
    asker: Asker,
    bot_token: str,
    app_token: str,
    client: WebClient | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Serve by Socket Mode until SIGINT, SIGTERM, or ``stop`` is set.

    Raises:
        ConfigurationError: Slack refuses a token, or cannot be reached.
    """
    stop = stop or threading.Event()
    handler = SocketModeHandler(build_app(asker, bot_token, client=client), app_token)
    try:
        handler.connect()  # type: ignore[no-untyped-call]
    except SlackApiError as error:
        _close(handler)
        raise ConfigurationError(
            f"SLACK_APP_TOKEN: Slack refuses the token ({error.response.get('error')}); "
            "mend: make an app-level token with the scope connections:write"
        ) from error
    with _stopping(stop.set):
        stop.wait()
    _close(handler)


def _close(handler: SocketModeHandler) -> None:
    """Close the connection and all threads of it.

    slack_sdk looks at the socket before it takes the lock on it: when Slack hangs up at the same
    moment, its reading thread has closed the socket by then and ``close`` fails halfway. By the
    second time the socket is known to be gone, and the rest is closed.
    """
    try:
        handler.close()  # type: ignore[no-untyped-call]
    except AttributeError:
        handler.close()  # type: ignore[no-untyped-call]


def run_http(
    asker: Asker,
    bot_token: str,
    signing_secret: str,
    port: int,
    client: WebClient | None = None,
    serving: Callable[[WSGIServer], None] | None = None,
) -> None:
    """Serve signed requests on ``/slack/events`` until SIGINT or SIGTERM.

    Args:
        asker: the engine.
        bot_token: the bot token (xoxb-…).
        signing_secret: the secret that requests are signed with; others are refused.
        port: where to listen; 0 takes a free one.
        client: another Web API client than the default.
        serving: told the server once it listens.

    Raises:
        ConfigurationError: Slack refuses the token, or the port is taken.
    """
    app = build_app(asker, bot_token, signing_secret, client)
    try:
        server = make_server(
            "", port, SlackRequestHandler(app), server_class=_Server, handler_class=_Handler
        )
    except OSError as error:
        raise ConfigurationError(
            f"port {port}: cannot be opened ({error.strerror}); mend: choose another with --http"
        ) from error
    with server, _stopping(lambda: threading.Thread(target=server.shutdown).start()):
        if serving:
            serving(server)
        server.serve_forever()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        log.info(format, *args)


@contextmanager
def _stopping(stop: Callable[[], object]) -> Iterator[None]:
    """Call ``stop`` on SIGINT and SIGTERM while the block runs; only the main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: stop()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
