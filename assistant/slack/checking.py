"""A claim that somebody wants checked, from the ledger to the window in which the result stands."""

from __future__ import annotations

import logging
from dataclasses import replace

from slack_sdk.errors import SlackApiError

from assistant.conversation import Exchanged
from assistant.conversation_json import dumped
from assistant.question import MAX_CHARACTERS
from assistant.slack import rich
from assistant.slack.access import Access, Asker, Granted
from assistant.slack.desk import CRASHES, since
from assistant.slack.engines import Engines
from assistant.slack.ledger import Job, Ledger, State
from assistant.slack.metrics import Metrics
from assistant.slack.people import People, told
from assistant.slack.windows import View, claim_view
from assistant.slack.words import language_of, say
from assistant.slack.workspaces import NotInstalledError, Workspace, Workspaces
from assistant.types import Answer, Language, NotFound, Outcome, Sentence
from assistant.verifying.against import Verification
from assistant.verifying.types import Fault, Verdict

log = logging.getLogger(__name__)

_UNLIKE = "≠"
_NAMES = (Fault.NAME, Fault.OFFICE, Fault.COMMITTEE)


class Checking:
    """Checks claims against the records that the person who asks may see.

    Args:
        ledger: where claims come from and end.
        engines: an engine for each circle of people.
        access: who may see what.
        people: what Slack says of people.
        workspaces: clients.
        metrics: what is counted.
    """

    def __init__(
        self,
        ledger: Ledger,
        engines: Engines,
        access: Access,
        people: People,
        workspaces: Workspaces,
        metrics: Metrics,
    ) -> None:
        self._ledger = ledger
        self._engines = engines
        self._access = access
        self._people = people
        self._workspaces = workspaces
        self._metrics = metrics

    def check(self, job: Job, last: bool) -> None:
        """Check a claim, show the result, and end it.

        Args:
            job: the claim.
            last: whether it must end now.

        Raises:
            SlackClientError, OSError: Slack is not reached; it is to be tried again.
        """
        asked = job.asked
        try:
            workspace = self._workspaces.of(asked.enterprise, asked.team)
        except NotInstalledError as error:
            log.warning("job %s: %s", job.id, error)
            self._ledger.close(job.id, job.attempts, "failed")
            return
        asker = Asker(asked.team, asked.user)
        granted = self._access.of_person(workspace.client, asker)
        language = language_of(self._people.person(workspace.client, asked.team, asked.user).locale)
        view, state, outcome = self._checked(job, granted, language)
        self._show(workspace, job, view)
        documents = self._engines.sources(granted, outcome) if outcome else frozenset[str]()
        kept = dumped(Exchanged(asked.text, asked.text, outcome)) if outcome else None
        closed = self._ledger.close(
            job.id, job.attempts, state, documents=documents, exchanged=kept
        )
        if closed:
            self._metrics.ended(state, since(job))

    def _checked(
        self, job: Job, granted: Granted, language: Language
    ) -> tuple[View, State, Outcome | None]:
        claim = job.asked.text
        if job.crashes >= CRASHES:
            return claim_view(claim, "failed", None, job.id, language, job.id), "failed", None

        def told_by(key: str) -> View:
            return claim_view(claim or "—", key, None, job.id, language)

        if not claim:
            return told_by("claim_empty"), "not_found", None
        try:
            if self._engines.is_empty:
                return told_by("nothing"), "not_found", None
            if not self._engines.documents(granted):
                return told_by("not_allowed"), "not_allowed", None
            done = self._engines.engine(granted).verify(claim[:MAX_CHARACTERS])
        except Exception:
            # Whatever happened, the asker is told; what happened is for the log alone.
            self._metrics.failed("engine")
            log.exception("claim not checked, reference %s", job.id)
            return claim_view(claim, "failed", None, job.id, language, job.id), "failed", None
        done = without_bare_names(done)
        outcome = outcome_of(done)
        detail = differing(done, language)
        view = claim_view(claim, done.verdict.value, outcome, job.id, language, detail)
        return view, "answered" if isinstance(outcome, Answer) else "not_found", outcome

    def _show(self, workspace: Workspace, job: Job, view: View) -> None:
        """Put the result into the window, or into a direct message where it was closed meanwhile."""
        try:
            workspace.client.views_update(view_id=job.asked.view, view=view)
        except SlackApiError as error:
            if told(error) not in ("not_found", "view_not_found", "expired_view"):
                raise
            opened = workspace.client.conversations_open(users=job.asked.user)
            text = rich.escaped(" ".join(rich.texts(view["blocks"])))
            workspace.poster.chat_postMessage(
                channel=opened["channel"]["id"], text=text[:2_900], blocks=view["blocks"]
            )


def without_bare_names(done: Verification) -> Verification:
    """The result; a name that the nearest words do not hold is no contradiction by itself."""
    if (
        done.verdict is not Verdict.CONTRADICTED
        or _UNLIKE in done.detail
        or done.fault not in _NAMES
    ):
        return done
    related = (done.citation, *done.related) if done.citation else done.related
    return replace(done, verdict=Verdict.NOT_IN_RECORD, citation=None, related=related)


def differing(done: Verification, language: Language) -> str:
    """What a message says and what the record says, side by side."""
    if done.verdict is not Verdict.CONTRADICTED or _UNLIKE not in done.detail:
        return ""
    said, _, recorded = done.detail.partition(_UNLIKE)
    return say("claim_differs", language, said.strip(), recorded.strip())


def outcome_of(done: Verification) -> Outcome:
    """What the record says of a claim, as an outcome: buttons open its sources as those of answers."""
    if done.citation is None:
        return NotFound(done.claim, done.language, done.verdict.value, done.related)
    sentence = Sentence(done.claim, (done.citation.n,))
    return Answer(done.claim, done.language, (sentence,), (done.citation,))
