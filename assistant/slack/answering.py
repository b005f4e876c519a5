"""One question, from the ledger to its end in Slack."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from slack_sdk.errors import SlackApiError, SlackClientError

from assistant.conversation import Conversation
from assistant.conversation_json import dumped, loaded
from assistant.errors import AssistantError, QuestionError
from assistant.log import AnswerLog, Entry
from assistant.question import MAX_CHARACTERS
from assistant.recording import entry_of, failed_entry
from assistant.slack import rich
from assistant.slack.access import Access, Asker, Granted
from assistant.slack.addressed import is_courtesy, is_greeting
from assistant.slack.blocks import Message, Offers, notice_message, offered, outcome_message
from assistant.slack.delivery import Delivery, TakenOverError
from assistant.slack.desk import CRASHES, since
from assistant.slack.engines import Engines
from assistant.slack.ledger import Asked, Job, Ledger, LedgerError, State
from assistant.slack.metrics import Metrics
from assistant.slack.people import People, Room, RoomKind, told
from assistant.slack.words import language_of, say
from assistant.slack.workspaces import NotInstalledError, Workspace, Workspaces
from assistant.types import Answer, Language, Outcome, marked
from index_store.errors import IndexStoreError
from index_store.rows import version_of
from index_store.types import Hit
from ingest.text import has_japanese

log = logging.getLogger(__name__)

SURFACE = "slack"

_SHUT = (
    "channel_not_found", "not_in_channel", "is_archived", "restricted_action", "no_permission",
    "restricted_action_thread_locked", "restricted_action_read_only_channel", "thread_not_found",
)  # fmt: skip
"""Errors of a channel in which nothing can be posted; the asker is then told directly."""

_OFFERED_OF = 3
"""Passages among which one that may not be shown here makes the bot offer a direct message."""


@dataclass(frozen=True)
class Ended:
    """How a question ends: the message, the state, and what is kept of it.

    ``documents`` are the sources of all that it shows, and of all that it was understood from.
    """

    message: Message
    state: State
    outcome: Outcome | None = None
    exchanged: str | None = None
    documents: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Circumstances:
    """Where and for whom a question is answered: what may be shown, in which language."""

    workspace: Workspace
    asker: Asker
    room: Room
    granted: Granted
    language: Language


class Answering:
    """Answers jobs.

    Args:
        ledger: where they come from and end.
        engines: an engine for each circle of people.
        access: who may see what.
        people: what Slack says of people and rooms.
        workspaces: clients.
        answers: the log of answers; None where it is off, and then nobody can vote.
        metrics: what is counted.
        person: the channel or user group to whom a question can be handed, if any.
        complain: told of a log that cannot be written.
    """

    def __init__(
        self,
        ledger: Ledger,
        engines: Engines,
        access: Access,
        people: People,
        workspaces: Workspaces,
        answers: AnswerLog | None,
        metrics: Metrics,
        *,
        person: str | None,
        complain: Callable[[str], None],
    ) -> None:
        self._ledger = ledger
        self._engines = engines
        self._access = access
        self._people = people
        self._workspaces = workspaces
        self._answers = answers
        self._metrics = metrics
        self._person = person
        self._complain = complain

    def answer(self, job: Job, last: bool) -> None:
        """Answer a question and end it.

        Args:
            job: the question.
            last: whether it must end now.

        Raises:
            SlackClientError, OSError: Slack is not reached; it is to be tried again.
            LedgerError: the ledger is away; likewise.
        """
        try:
            workspace = self._workspaces.of(job.asked.enterprise, job.asked.team)
        except NotInstalledError as error:
            log.warning("job %s: %s", job.id, error)
            self._ledger.close(job.id, job.attempts, "failed")
            return
        delivery = self._delivery(workspace, job, last=last)
        if job.attempts == 1:
            delivery.working()
        around = self._circumstances(workspace, job.asked)
        ended = self._ended(job, around, delivery)
        self._deliver(delivery, ended, workspace, job)
        if ended.outcome is not None and around.room.kind != "im":
            self._offer_direct(job, around)
        self._close(job, ended, around.room)

    def _delivery(self, workspace: Workspace, job: Job, *, last: bool) -> Delivery:
        # The locale is asked for afterwards: the first sign does not wait for it.
        language: Language = "ja" if has_japanese(job.asked.text) or not job.asked.text else "en"
        return Delivery(
            workspace,
            self._ledger,
            job,
            language,
            last_try=last,
            first=lambda: self._metrics.first_sign(since(job)),
        )

    def _circumstances(self, workspace: Workspace, asked: Asked) -> Circumstances:
        asker = Asker(asked.team, asked.user)
        room = self._people.room(workspace.client, asked.team, asked.channel)
        room = replace(room, external=room.external or asked.external)
        granted = self._access.of_room(workspace.client, asker, asked.channel, room)
        person = self._people.person(workspace.client, asked.team, asked.user)
        language = language_of(person.locale) if person.locale else _written_in(asked.text)
        return Circumstances(workspace, asker, room, granted, language)

    def _ended(self, job: Job, around: Circumstances, delivery: Delivery) -> Ended:
        """The outcome, or a word instead of it."""
        if job.crashes >= CRASHES:
            # It brought down whoever worked on it, time after time.
            return self._failure(job, around)
        try:
            if word := self._instead(job.asked.text, around):
                key, state = word
                if state == "not_allowed":
                    self._log(_failed(job, state))
                return Ended(notice_message(say(key, around.language)), state)
            return self._asked(job, around, delivery)
        except QuestionError:
            return Ended(notice_message(say("empty", around.language)), "not_found")
        except (LedgerError, TakenOverError):
            raise
        except Exception:
            # Whatever happened, the asker is told; what happened is for the log alone.
            log.exception("no answer, reference %s", job.id)
            return self._failure(job, around)

    def _offers(self, room: Room) -> Offers:
        """What can be offered; a user group cannot be called into somebody's direct message."""
        group = self._person is not None and self._person.startswith("S")
        asks = self._person is not None and not (group and room.kind == "im")
        return Offers(feedback=self._answers is not None, person=asks)

    def _failure(self, job: Job, around: Circumstances) -> Ended:
        self._metrics.failed("engine")
        self._log(_failed(job, "failed"))
        below = offered(job.id, replace(self._offers(around.room), feedback=False), around.language)
        return Ended(notice_message(say("failed", around.language, job.id), *below), "failed")

    def _instead(self, text: str, around: Circumstances) -> tuple[str, State] | None:
        """The word where no engine is asked, and how that counts."""
        if not text:
            return "empty", "not_found"
        if len(text) > MAX_CHARACTERS:
            return "long", "not_found"
        if is_courtesy(text):
            return "welcome_back", "answered"
        if is_greeting(text):
            return "home_ask", "answered"
        if self._engines.is_empty:
            return "nothing", "not_found"
        if not self._engines.documents(around.granted):
            return "not_allowed", "not_allowed"
        return None

    def _asked(self, job: Job, around: Circumstances, delivery: Delivery) -> Ended:
        before, documents = self._conversation(job.asked, around.granted)
        engine = self._engines.engine(around.granted)

        def record(outcome: Outcome, hits: Sequence[Hit]) -> None:
            self._log(entry_of(outcome, hits, SURFACE, id=job.id, conversation=_thread(job.asked)))

        outcome = engine.ask(job.asked.text, before, listen=delivery.listen, record=record)
        documents |= self._engines.sources(around.granted, outcome)
        message = outcome_message(outcome, job.id, around.language, self._offers(around.room))
        state: State = "answered" if isinstance(outcome, Answer) else "not_found"
        return Ended(message, state, outcome, dumped(before.exchanged[-1]), documents)

    def _conversation(self, asked: Asked, granted: Granted) -> tuple[Conversation, frozenset[str]]:
        """What was asked before in the thread, and the sources of the documents that it rests on.

        Only what rests on documents that may be seen still: it is shown again, and understood from.
        """
        seen = self._engines.seen(granted)
        kept = [
            (exchanged, done.documents)
            for done in self._ledger.exchanges(asked.team, asked.channel, asked.thread)
            if done.documents <= seen and (exchanged := loaded(done.exchanged or ""))
        ]
        documents = frozenset[str]().union(*(of for _, of in kept))
        return Conversation([exchanged for exchanged, _ in kept]), documents

    def _deliver(self, delivery: Delivery, ended: Ended, workspace: Workspace, job: Job) -> None:
        sentences = (
            [marked(s) for s in ended.outcome.sentences]
            if isinstance(ended.outcome, Answer)
            else None
        )
        try:
            delivery.finish(ended.message, sentences)
        except SlackApiError as error:
            if told(error) not in _SHUT:
                raise
            log.warning("job %s: cannot be posted where it was asked: %s", job.id, told(error))
            self._tell_directly(workspace, job, ended)

    def _tell_directly(self, workspace: Workspace, job: Job, ended: Ended) -> None:
        """Tell the asker in a direct message, where the channel takes none any more.

        What was granted to the channel is granted to the asker, who is in it.
        """
        opened = workspace.client.conversations_open(users=job.asked.user)
        channel = opened["channel"]["id"]
        workspace.poster.chat_postMessage(
            channel=channel, text=ended.message.text, blocks=ended.message.blocks
        )

    def _close(self, job: Job, ended: Ended, room: Room) -> None:
        closed = self._ledger.close(
            job.id,
            job.attempts,
            ended.state,
            documents=ended.documents,
            exchanged=ended.exchanged,
            place=place_of(room),
        )
        if not closed:
            return
        self._metrics.ended(ended.state, since(job))
        asked = job.asked
        self._ledger.said(asked.team, asked.channel, asked.thread, None)

    def _offer_direct(self, job: Job, around: Circumstances) -> None:
        """Offer the asker, and nobody else, an answer from all that he may see, where that helps."""
        own = self._access.of_person(around.workspace.client, around.asker)
        if own <= around.granted:
            return
        try:
            if self._would_help(job.asked.text, own, around.granted):
                self._offer(job, around)
        except (SlackClientError, OSError, AssistantError, IndexStoreError) as error:
            # The question is answered; nothing hangs on the offer.
            log.info("job %s: no offer: %s", job.id, told(error))

    def _would_help(self, text: str, own: Granted, here: Granted) -> bool:
        """Whether something that may not be shown here is among what fits best."""
        hits = self._engines.engine(own).search(text, _OFFERED_OF)
        shown = {row.version for row in self._engines.documents(here)}
        return any(version_of(hit.passage.id) not in shown for hit in hits)

    def _offer(self, job: Job, around: Circumstances) -> None:
        language, asked = around.language, job.asked
        words = say("in_direct", language)
        row = rich.actions(rich.button(say("in_direct_button", language), "direct", job.id))
        around.workspace.client.chat_postEphemeral(
            channel=asked.channel,
            user=asked.user,
            thread_ts=asked.thread,
            text=words,
            blocks=[rich.paragraph(words), row],
        )

    def _log(self, entry: Entry) -> None:
        """Write an entry; a log that cannot be written keeps nobody from an answer.

        A question that is taken up again has its entry already.
        """
        if self._answers is None:
            return
        try:
            if self._answers.entry(entry.id) is None:
                self._answers.add(entry)
        except AssistantError as error:
            self._metrics.failed("log")
            self._complain(str(error))


def place_of(room: Room) -> RoomKind | None:
    """The kind of a room, as it is kept; None where Slack does not say.

    What is asked in a channel shared with others is not asked in public: no list shows it.
    """
    if not room.known:
        return None
    return "group" if room.kind == "channel" and room.external else room.kind


def _failed(job: Job, state: Literal["failed", "not_allowed"]) -> Entry:
    asked = job.asked
    return failed_entry(
        asked.text, _written_in(asked.text), job.id, SURFACE, _thread(asked), status=state
    )


def _thread(asked: Asked) -> str:
    return f"{asked.channel}:{asked.thread}"


def _written_in(text: str) -> Language:
    return "ja" if has_japanese(text) or not text else "en"
