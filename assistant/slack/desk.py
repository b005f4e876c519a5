"""The desk: takes what was asked out of the ledger, answers it, and ends it. Several threads work at it.

What an attempt could not end, because Slack was not reached or the process died, is taken up again when
its lease is over; the last attempt ends it in any case.
"""

from __future__ import annotations

import itertools
import logging
import os
import queue
import secrets
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from slack_sdk.errors import SlackClientError

from assistant.errors import AssistantError
from assistant.slack.delivery import TakenOverError
from assistant.slack.ledger import Job, Ledger, LedgerError
from assistant.slack.metrics import Metrics
from assistant.slack.people import told

log = logging.getLogger(__name__)

LEASE = 30.0
"""Seconds after which a question of a process that died is taken up by another one."""

ATTEMPTS = 8
"""Attempts at a question that fail for no reason of Slack's; the last one ends it."""

CRASHES = 3
"""Times that whoever works on a question may die before it is given up."""

ENDURED = 12 * 3600.0
"""Seconds for which Slack may be away: as long as that a question is kept, and then ends as failed."""

LONGEST = 15 * 60.0
"""Seconds after which work on a question counts as stuck: its lease is not extended any more."""

_PAUSE = 300.0
"""Seconds between two attempts at most."""

_LOOK = 1.0
"""Seconds between looks for questions of others."""

Answers = Callable[[Job, bool], None]
"""Answers a job and closes it; told whether it is the last attempt.

Raises an error of Slack where it is to be tried again.
"""


class Desk:
    """Workers over one ledger.

    Args:
        ledger: what was asked.
        answer: answers one job.
        metrics: what is counted.
        workers: threads; the engine takes them one at a time, Slack and a language model do not.
        lease: seconds for which a job is leased.
        quiet: waits for a moment in which nothing arrives, before something is begun.
        endured: seconds for which Slack may be away.
        longest: seconds after which work on a question counts as stuck.
    """

    def __init__(
        self,
        ledger: Ledger,
        answer: Answers,
        metrics: Metrics,
        workers: int = 4,
        lease: float = LEASE,
        quiet: Callable[[], None] = lambda: None,
        endured: float = ENDURED,
        longest: float = LONGEST,
    ) -> None:
        self._ledger = ledger
        self._answer = answer
        self._metrics = metrics
        self._lease = lease
        self._quiet = quiet
        self._endured = endured
        self._longest = longest
        self._name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        # Each claim has an owner of its own: the lease of what is not worked on any more runs out.
        self._claims = itertools.count(1)
        self._owners: dict[str, float] = {}
        self._bell: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._until: float | None = None
        self._beat = threading.Thread(target=self._extend, name="desk-lease", daemon=True)
        self._workers = [
            threading.Thread(target=self._serve, name=f"desk-{n}", daemon=True)
            for n in range(workers)
        ]

    def start(self) -> None:
        """Begin to work."""
        for thread in (self._beat, *self._workers):
            thread.start()

    def ring(self) -> None:
        """Something was asked."""
        self._bell.put(None)

    def stop(self, seconds: float) -> None:
        """Finish what was begun and what waits, for ``seconds`` at most, and give back the rest."""
        self._until = time.monotonic() + seconds
        self._stopping.set()
        for _ in self._workers:
            self.ring()
        for thread in self._workers:
            if thread.is_alive():
                thread.join(max(0.0, self._until - time.monotonic()))
        for owner in list(self._owners):
            self._ledger.release(owner)

    @property
    def is_well(self) -> bool:
        """Whether all workers are at work, and none is stuck."""
        return self._busy() and not any(map(self._is_stuck, list(self._owners.values())))

    def _is_stuck(self, begun: float) -> bool:
        return time.monotonic() - begun > self._longest

    def _serve(self) -> None:
        while True:
            owner = f"{self._name}:{next(self._claims)}"
            self._owners[owner] = time.monotonic()
            try:
                job = self._claimed(owner)
                if job is not None:
                    self._work(job)
            except Exception:
                # A worker goes on, whatever happens: nobody else would take its place.
                log.exception("the desk failed")
                time.sleep(_LOOK)
                continue
            finally:
                self._owners.pop(owner, None)
            if job is not None:
                continue
            if self._stopping.is_set():
                return
            self._rest()

    def _rest(self) -> None:
        try:
            self._bell.get(timeout=_LOOK)
        except queue.Empty:
            return

    def _claimed(self, owner: str) -> Job | None:
        if self._until is not None and time.monotonic() > self._until:
            return None
        self._quiet()
        try:
            return self._ledger.claim(owner, self._lease)
        except AssistantError as error:
            # The database is away; what was asked stays in it.
            self._metrics.failed("ledger")
            log.error("%s", error)
            time.sleep(_LOOK)
            return None

    def _work(self, job: Job) -> None:
        started = time.monotonic()
        last = since(job) > self._endured
        try:
            self._answer(job, last)
        except TakenOverError as error:
            log.warning("%s", error)
        except (SlackClientError, OSError, LedgerError) as error:
            self._metrics.failed("ledger" if isinstance(error, LedgerError) else "slack")
            log.warning("job %s: attempt %d: %s", job.id, job.attempts, told(error))
            self._give_up(job, ends=last)
        except Exception:
            self._metrics.failed("desk")
            log.exception("job %s: attempt %d", job.id, job.attempts)
            self._give_up(job, ends=job.attempts >= ATTEMPTS)
        else:
            log.info("job %s: %.2f s, %.2f s since it was asked", job.id, time.monotonic() - started, since(job))  # fmt: skip

    def _give_up(self, job: Job, *, ends: bool) -> None:
        """Leave a job to a later attempt, or end it where there is none."""
        pause = min(_PAUSE, self._lease / 10 * job.attempts**2)
        try:
            if not ends:
                self._ledger.postpone(job.id, job.attempts, pause)
            elif self._ledger.close(job.id, job.attempts, "failed"):
                self._metrics.ended("failed", since(job))
        except AssistantError as error:
            log.error("%s", error)  # its lease runs out, as nobody extends it any more

    def _extend(self) -> None:
        while not self._stopping.wait(self._lease / 3) or self._owners:
            try:
                for owner, begun in list(self._owners.items()):
                    if not self._is_stuck(begun):
                        self._ledger.extend(owner, self._lease)
            except Exception as error:
                log.error("leases are not extended: %s", told(error))
            if self._stopping.is_set():
                time.sleep(self._lease / 3)

    def _busy(self) -> bool:
        return all(thread.is_alive() for thread in self._workers)


def since(job: Job) -> float:
    """Seconds since something was asked."""
    return (datetime.now(UTC) - job.at).total_seconds()
