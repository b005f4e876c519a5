"""One question's message in Slack: opened once, shown as it comes, ended once.

Before a message is posted the ledger is told so, and afterwards its ts. Whoever takes the question over
from a process that died finds that message, ends its stream and puts the answer into it: nobody sees
two answers, nor one that never ends.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any, Protocol

from slack_sdk.errors import SlackApiError, SlackClientError

from assistant.errors import AssistantError
from assistant.events import Event, SentencePassed
from assistant.slack import rich
from assistant.slack.blocks import Message
from assistant.slack.ledger import Job
from assistant.slack.people import told
from assistant.slack.words import say
from assistant.slack.workspaces import Workspace
from assistant.types import Language, marked

log = logging.getLogger(__name__)

EVENT_TYPE = "minutes_answer"
"""The kind of metadata by which the bot knows a message as its answer to a question."""

_LOOKED_THROUGH = 15
"""Messages of a thread among which a lost one is looked for."""

_POSTS = 3
"""Times that a message is posted whose fate is not known, and that is not there."""

_NO_BLOCKS = ("invalid_blocks", "msg_blocks_too_long", "invalid_blocks_format", "invalid_arguments")
_GONE = ("message_not_found", "cant_update_message", "edit_window_closed")

_MARKED = re.compile(r"[\\`*_~]|(?<=\])\(|^(?=[#>+-]|\d+[.)])", re.MULTILINE)


class TakenOverError(AssistantError):
    """Somebody else answers a question by now, as its lease ran out."""


class Noted(Protocol):
    """What is told of a message before and after it is opened (the ledger)."""

    def posting(self, id: str, attempt: int) -> bool:  # noqa: A002
        """A message is about to be posted; False if somebody else took the question over."""
        ...

    def opened(self, id: str, ts: str, *, streaming: bool) -> None:  # noqa: A002
        """The message that shows the question."""
        ...


class Delivery:
    """The message that answers a job.

    Args:
        workspace: where.
        noted: the ledger.
        job: the question.
        language: of the bot's own words.
        last_try: whether it must end now, also where Slack does not say what stands already.
        first: called when the first sign of the answer is shown.
    """

    def __init__(
        self,
        workspace: Workspace,
        noted: Noted,
        job: Job,
        language: Language,
        *,
        last_try: bool,
        first: Callable[[], None],
    ) -> None:
        self._client = workspace.client
        self._poster = workspace.poster
        self._streamer = workspace.streamer
        self._bot = workspace.bot
        self._noted = noted
        self._job = job
        self._language = language
        self._last_try = last_try
        self._first = first
        self._ts = job.message
        self._streaming = False
        self._streamed: list[str] = []
        self._doubtful = job.posting
        self._streams = job.message is None and not job.posting

    def working(self) -> None:
        """Show that the question is worked on; not every plan and channel has a status."""
        asked = self._job.asked
        try:
            self._client.assistant_threads_setStatus(
                channel_id=asked.channel,
                thread_ts=asked.thread,
                status=say("working", self._language),
                loading_messages=say("working_more", self._language).split("|"),
            )
        except (SlackClientError, OSError) as error:
            log.debug("no status: %s", told(error))
        self._first()

    def listen(self, event: Event) -> None:
        """Show a sentence that passed its check, where streaming is to be had."""
        if not isinstance(event, SentencePassed) or not self._streams:
            return
        sentence = marked(event.sentence)
        try:
            self._stream(escaped_markdown(sentence) + "\n\n")
            self._streamed.append(sentence)
        except (SlackClientError, OSError) as error:
            # The answer is posted, or the message updated, when it is whole.
            log.info("no streaming: %s", told(error))
            self._streams = False
            self._doubtful = self._ts is None and not is_refusal(error)

    def _stream(self, words: str) -> None:
        asked = self._job.asked
        if self._streaming:
            self._streamer.chat_appendStream(channel=asked.channel, ts=self._ts or "", markdown_text=words)  # fmt: skip
            return
        self._announce()
        opened = self._streamer.chat_startStream(
            channel=asked.channel,
            thread_ts=asked.thread,
            markdown_text=words,
            recipient_user_id=asked.user,
            recipient_team_id=asked.user_team or asked.team,
        )
        self._ts, self._streaming = str(opened["ts"]), True
        self._noted.opened(self._job.id, self._ts, streaming=True)

    def finish(self, message: Message, sentences: list[str] | None = None) -> str:
        """Show the answer, and end.

        Args:
            message: all of it.
            sentences: those of the answer; what was streamed stays if it is the same.

        Returns:
            The ts of the message.

        Raises:
            SlackClientError: Slack refuses the message, or cannot be reached.
        """
        if self._streaming and self._ended(message, self._streamed == sentences):
            return str(self._ts)
        if self._ts is not None:
            if not self._streaming and self._job.streaming:
                self._end_stream()
            if self._updated(message, self._ts):
                return self._ts
        elif self._doubtful and (found := self._adopted(message)):
            return found
        return self._posted(message)

    def _adopted(self, message: Message) -> str | None:
        """The ts of a message of an attempt that broke off, with the answer put into it; or None."""
        found = self._lost()
        if found is None:
            return None
        self._noted.opened(self._job.id, found, streaming=False)
        self._end_stream(found)
        return found if self._updated(message, found) else None

    def _ended(self, message: Message, same: bool) -> bool:
        """End the stream of this process; False if the message must be updated instead."""
        blocks = list(message.below) if same else None
        try:
            self._client.chat_stopStream(channel=self._job.asked.channel, ts=self._ts or "", blocks=blocks, metadata=self._metadata)  # fmt: skip
        except SlackApiError as error:
            # It ran out (message_not_in_streaming_state), or Slack does not take the blocks there.
            log.info("stream not stopped: %s", told(error))
            self._end_stream()
            return False
        return same

    def _end_stream(self, ts: str | None = None) -> None:
        """End the stream of a process that died, if it still runs."""
        try:
            self._client.chat_stopStream(channel=self._job.asked.channel, ts=ts or self._ts or "")
        except SlackApiError as error:
            log.debug("no stream to stop: %s", told(error))

    def _updated(self, message: Message, ts: str) -> bool:
        """Put the answer into a message that is there; False if it is gone."""
        try:
            self._client.chat_update(channel=self._job.asked.channel, ts=ts, text=message.text, blocks=message.blocks, metadata=self._metadata)  # fmt: skip
        except SlackApiError as error:
            if told(error) in _GONE:
                return False
            raise
        return True

    def _lost(self) -> str | None:
        """The message of an attempt that ended between posting it and noting its ts.

        Raises:
            SlackClientError, OSError: Slack does not say, and there is time to ask again.
        """
        asked = self._job.asked
        try:
            found = self._client.conversations_replies(
                channel=asked.channel,
                ts=asked.thread,
                oldest=asked.ts or asked.thread,
                limit=_LOOKED_THROUGH,
                include_all_metadata=True,
            )
        except (SlackClientError, OSError) as error:
            log.warning(
                "whether %s is answered already is not known: %s", self._job.id, told(error)
            )
            if self._last_try:
                return None
            raise
        ours = (m for m in found["messages"] if m.get("user") == self._bot and self._is_ours(m))
        return next((str(message["ts"]) for message in ours), None)

    def _is_ours(self, message: dict[str, Any]) -> bool:
        """Whether a message of the bot shows this question: a stream has no metadata until it ends."""
        metadata = message.get("metadata") or {}
        if not metadata:
            return str(message["ts"]) > self._job.asked.ts
        return (metadata.get("event_payload") or {}).get("job") == self._job.id

    def _posted(self, message: Message) -> str:
        """Post the answer once, though it is not always known whether a post arrived."""
        self._announce()
        for left in reversed(range(_POSTS)):
            try:
                ts = self._post(message)
                break
            except (SlackClientError, OSError) as error:
                if is_refusal(error) or not left:
                    raise
                log.warning("whether %s arrived is not known: %s", self._job.id, told(error))
            if found := self._adopted(message):
                return found
        self._noted.opened(self._job.id, ts, streaming=False)
        return ts

    def _announce(self) -> None:
        """Note that a message will be posted.

        Raises:
            TakenOverError: the lease was lost meanwhile.
        """
        if not self._noted.posting(self._job.id, self._job.attempts):
            raise TakenOverError(f"job {self._job.id}: another one took it over")

    def _post(self, message: Message) -> str:
        asked = self._job.asked
        common: dict[str, Any] = {
            "channel": asked.channel,
            "thread_ts": asked.thread,
            "text": message.text,
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": self._metadata,
        }
        try:
            posted = self._poster.chat_postMessage(blocks=message.blocks, **common)
        except SlackApiError as error:
            if told(error) not in _NO_BLOCKS:
                raise
            # Better an answer without its design than none.
            log.error("Slack refused the blocks of %s: %s", self._job.id, told(error))
            posted = self._poster.chat_postMessage(**common)
        return str(posted["ts"])

    @property
    def _metadata(self) -> dict[str, Any]:
        return {"event_type": EVENT_TYPE, "event_payload": {"job": self._job.id}}


def is_refusal(error: Exception) -> bool:
    """Whether Slack said no, so that nothing stands there; else it may have broken off in the middle."""
    if not isinstance(error, SlackApiError):
        return False
    response = error.response
    return bool(hasattr(response, "get") and response.get("ok") is False)


def escaped_markdown(words: str) -> str:
    """Words that markdown takes literally: a record makes no links, no emphasis and no mentions."""
    return rich.escaped(_MARKED.sub(lambda match: "\\" + match.group(), words))
