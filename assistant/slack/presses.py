"""What is pressed: sources in context, whole answers, votes, a person wanted, questions to ask again.

The values of buttons are not believed: whoever presses one must be able to see the conversation in which
the answer stands, and each document that is shown.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError

from assistant.conversation_json import loaded
from assistant.log import AnswerLog
from assistant.masking import Mask
from assistant.slack import rich
from assistant.slack.access import Access, Asker, Granted
from assistant.slack.asking import within
from assistant.slack.engines import Engines
from assistant.slack.intake import Intake
from assistant.slack.ledger import Asked, Done, Ledger
from assistant.slack.metrics import Metrics
from assistant.slack.people import People, told
from assistant.slack.windows import (  # fmt: skip
    InContext,
    View,
    context_view,
    first_of,
    notice_view,
    reason_view,
    whole_view,
)
from assistant.slack.words import language_of, say
from assistant.slack.workspaces import Workspace
from assistant.types import Answer, Citation, Language, Outcome
from index_store.rows import version_of

log = logging.getLogger(__name__)

HANDED = "minutes_handed"
"""The kind of metadata of a message that hands a question to people."""


@dataclass(frozen=True)
class Pressed:
    """A button that somebody pressed.

    ``channel`` is where it stands, None in a window or in Home; ``view`` is the window with its
    ``hash``; ``trigger`` opens one, within three seconds.
    """

    workspace: Workspace
    asker: Asker
    enterprise: str | None
    action: str
    value: str
    trigger: str
    channel: str | None = None
    thread: str | None = None
    view: str | None = None
    hash: str | None = None

    @property
    def key(self) -> str:
        """Tells a press from another."""
        return f"press:{self.asker.team}:{self.trigger}"


def pressed(body: Mapping[str, Any], workspace: Workspace, enterprise: str | None) -> Pressed:
    """The press that a payload of ``block_actions`` tells of."""
    action = body["actions"][0]
    container = body.get("container") or {}
    view = body.get("view") or {}
    message = body.get("message") or {}
    in_window = view.get("type") == "modal"
    return Pressed(
        workspace,
        Asker(workspace.team, body["user"]["id"]),
        enterprise,
        action["action_id"],
        str(action.get("value") or ""),
        body.get("trigger_id", ""),
        channel=container.get("channel_id") or (body.get("channel") or {}).get("id"),
        thread=message.get("thread_ts") or container.get("thread_ts"),
        view=view["id"] if in_window else None,
        hash=view.get("hash") if in_window else None,
    )


class Presses:
    """Does what buttons say.

    Args:
        ledger: what was asked and answered.
        engines: an engine for each circle of people.
        access: who may see what.
        people: what Slack says of people and rooms.
        intake: takes questions that are asked by a button.
        answers: the log, in which votes are kept; None where it is off.
        metrics: what is counted.
        person: the channel, or the user group, of those who take over; None where there are none.
    """

    def __init__(
        self,
        ledger: Ledger,
        engines: Engines,
        access: Access,
        people: People,
        intake: Intake,
        answers: AnswerLog | None,
        metrics: Metrics,
        person: str | None,
    ) -> None:
        self._ledger = ledger
        self._engines = engines
        self._access = access
        self._people = people
        self._intake = intake
        self._answers = answers
        self._metrics = metrics
        self._person = person

    # Windows

    def context(self, press: Pressed) -> None:
        """Show a source with what was said around it."""
        job, n, at = _parts(press.value)
        self._window(press, job, "context_title", lambda *found: self._in_context(n, at, *found))

    def whole(self, press: Pressed) -> None:
        """Show an answer with nothing left out."""
        job, page, _ = _parts(press.value)
        self._window(press, job, "all_title", lambda *found: self._whole(page, *found))

    def _window(
        self,
        press: Pressed,
        job: str,
        title: str,
        make: Callable[[Done, Outcome, Granted, Language], View | str],
    ) -> None:
        """Open a window, or turn its page: what ``make`` gives, or the word that it says instead."""
        language = self._language(press)
        done = self._ledger.done(job)
        made: View | str = "expired"
        if done is not None and not self._is_in(press, done):
            made = "unseen"
        elif done is not None and (exchanged := loaded(done.exchanged or "")):
            granted = self._access.of_person(press.workspace.client, press.asker)
            made = make(done, exchanged.outcome, granted, language)
        view = notice_view(title, made, language) if isinstance(made, str) else made
        _open(press, view)

    def _in_context(
        self, n: int, at: int | None, done: Done, outcome: Outcome, granted: Granted, language: Language
    ) -> View | str:  # fmt: skip
        citations = outcome.citations if isinstance(outcome, Answer) else outcome.related
        citation = next((one for one in citations if one.n == n), None)
        if citation is None:
            return "expired"
        passages = self._engines.passages(granted, citation)
        if not passages:
            return "gone" if done.documents <= self._engines.seen(granted) else "unseen"
        cited = _holding(passages, citation)
        asked = [p for p in passages if p.place.turn in passages[cited].answers]
        marks = [(one.place.start, one.place.end) for one in citations if _same_file(one, citation)]
        start = first_of(cited) if at is None else min(max(at, 0), len(passages) - 1)
        what = InContext(done.id, citation, passages, start, cited, marks, asked)
        return context_view(what, language)

    def _whole(
        self, page: int, done: Done, outcome: Outcome, granted: Granted, language: Language
    ) -> View | str:
        if not done.documents <= self._engines.seen(granted):
            return "unseen"
        return whole_view(outcome, done.id, page, language)

    def _is_in(self, press: Pressed, done: Done) -> bool:
        """Whether whoever presses can see the conversation in which an answer stands."""
        asked = done.asked
        if asked.team != press.asker.team:
            return False
        if asked.place in ("im", "modal") or press.asker.user == asked.user:
            return press.asker.user == asked.user
        if asked.place == "channel":
            return press.channel in (None, asked.channel)
        if press.channel is not None:
            return press.channel == asked.channel
        client = press.workspace.client
        members = self._people.members(client, asked.team, asked.channel)
        return members is not None and press.asker.user in members

    # Votes, and people

    def vote(self, press: Pressed) -> None:
        """Note what somebody thinks of an answer; the last vote counts."""
        job, _, value = press.value.partition(":")
        if self._answers is None or value not in ("up", "down") or not self._may(press, job):
            return
        self._answers.vote(job, press.asker.user, "up" if value == "up" else "down")
        self._metrics.voted(value)
        language = self._language(press)
        if value == "down":
            press.workspace.client.views_open(trigger_id=press.trigger, view=reason_view(job, language))  # fmt: skip
        else:
            _whisper(press, say("voted", language))

    def reason(self, asker: Asker, job: str, reason: str) -> None:
        """Note why somebody voted an answer down; he has done so when he is asked."""
        entry = self._answers.entry(job) if self._answers is not None else None
        voted = entry is not None and any(vote.user == asker.user for vote in entry.feedback)
        if self._answers is not None and voted and reason.strip():
            self._answers.vote(job, asker.user, "down", Mask().mask(reason.strip()))

    def person(self, press: Pressed) -> None:
        """Hand a question to people, once for each who wants it."""
        done = self._ledger.done(press.value)
        if self._person is None or done is None or not self._is_in(press, done):
            return
        language = self._language(press)
        key = f"person:{done.id}:{press.asker.user}"
        if not self._ledger.once(key):
            _whisper(press, say("person_done", language))
            return
        try:
            self._hand_over(press, done, self._person, language)
        except (SlackClientError, OSError) as error:
            self._ledger.undo(key)
            self._metrics.failed("slack")
            log.error("job %s: not handed to %s: %s", done.id, self._person, told(error))
            _whisper(press, say("person_failed", language))
            return
        self._metrics.voted("person")
        if self._answers is not None and self._answers.entry(done.id) is not None:
            self._answers.needs_person(done.id, press.asker.user)
        _whisper(press, say("person_done", language))

    def _hand_over(self, press: Pressed, done: Done, person: str, language: Language) -> None:
        """Tell those who take over: the question and where it is, and nothing of the records."""
        asked, client = done.asked, press.workspace.client
        alone = asked.place == "im"  # nobody else can open it
        where: dict[str, Any] = {"channel": person}
        first: list[dict[str, Any]] = []
        if person.startswith("S"):
            where = {"channel": asked.channel, "thread_ts": asked.thread}
            first = [{"type": "usergroup", "usergroup_id": person}, rich.text(" ")]
        told_ = say("person_status", language, say(f"state_{done.state}", language), done.id)
        blocks = [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            *first,
                            {"type": "user", "user_id": press.asker.user},
                            rich.text(say("person_asked", language)),
                        ],
                    },
                    rich.quote(rich.text(rich.shortened(asked.text, 2_000))),
                ],
            },
            rich.small(told_),
        ]
        if not alone:
            link = client.chat_getPermalink(
                channel=asked.channel, message_ts=done.message or asked.ts
            )
            blocks.append(rich.actions(_opens(link["permalink"], language)))
        text = rich.escaped(rich.shortened(asked.text, 500))
        metadata = {"event_type": HANDED, "event_payload": {"job": done.id}}
        press.workspace.poster.chat_postMessage(
            **where, text=text, blocks=blocks, metadata=metadata
        )

    def _may(self, press: Pressed, job: str) -> bool:
        done = self._ledger.done(job)
        if done is None or self._answers is None or not self._is_in(press, done):
            return False
        return self._answers.entry(job) is not None

    # Questions that are asked by a button

    def ask(self, press: Pressed) -> None:
        """Ask a question of Home, or of a greeting, in the direct message."""
        text = within(press.value)
        if text:
            asked = _question(text, press)
            self._intake.directly(press.workspace, asked, self._language(press), press.key)

    def direct(self, press: Pressed) -> None:
        """Ask anew in the direct message what was answered from public records only."""
        done = self._ledger.done(press.value)
        asker = press.asker
        if done is None or (done.asked.team, done.asked.user) != (asker.team, asker.user):
            return
        text = done.asked.text
        granted = self._access.of_person(press.workspace.client, asker)
        exchanged = loaded(done.exchanged or "")
        if exchanged and done.documents <= self._engines.seen(granted):
            text = exchanged.understood
        asked = _question(within(text), press)
        self._intake.directly(press.workspace, asked, self._language(press), f"direct:{done.id}")

    def _language(self, press: Pressed) -> Language:
        asker = press.asker
        return language_of(
            self._people.person(press.workspace.client, asker.team, asker.user).locale
        )


def _opens(permalink: str, language: Language) -> dict[str, Any]:
    return rich.link_button(say("person_open", language), "original", permalink)


def _question(text: str, press: Pressed) -> Asked:
    asker = press.asker
    return Asked(
        "question", text, asker.team, press.enterprise, asker.user, None, "", "", "", "im", False
    )


def _parts(value: str) -> tuple[str, int, int | None]:
    """The answer, a number, and where a page begins, of a button's value."""
    job, _, rest = value.partition(":")
    first, _, second = rest.partition(":")
    number = int(first) if first.isdecimal() else 0
    return job, number, int(second) if second.isdecimal() else None


def _open(press: Pressed, view: View) -> None:
    """Show a window: in place of the one that is open for a turned page, else on top."""
    client = press.workspace.client
    turns = press.action in ("earlier", "later", "cited", "all_earlier", "all_later")
    try:
        if press.view and turns:
            client.views_update(view_id=press.view, hash=press.hash, view=view)
        elif press.view:
            client.views_push(trigger_id=press.trigger, view=view)
        else:
            client.views_open(trigger_id=press.trigger, view=view)
    except SlackApiError as error:
        # He pressed twice, or closed the window.
        if told(error) not in ("hash_conflict", "not_found", "exchanged_trigger_id"):
            raise
        log.info("window not shown: %s", told(error))


def _whisper(press: Pressed, words: str) -> None:
    """A line that only the one who pressed sees; nothing depends on it."""
    if press.channel is None:
        return
    thread: dict[str, Any] = {"thread_ts": press.thread} if press.thread else {}
    try:
        press.workspace.client.chat_postEphemeral(
            channel=press.channel, user=press.asker.user, text=rich.escaped(words), **thread
        )
    except (SlackClientError, OSError) as error:
        log.info("not told: %s", told(error))


def _holding(passages: Sequence[Any], citation: Citation) -> int:
    """Which passage holds the quote."""
    ids = [passage.id for passage in passages]
    if citation.passage in ids:
        return ids.index(citation.passage)
    held = (
        i for i, p in enumerate(passages) if p.place.start <= citation.place.start < p.place.end
    )
    return next(held, 0)


def _same_file(one: Citation, other: Citation) -> bool:
    return version_of(one.passage) == version_of(other.passage)
