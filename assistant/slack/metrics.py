"""What is counted, for Prometheus. This module imports its client; counts hold no names and no words."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64)
_QUICK = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 3)


class Metrics:
    """The counts of one process.

    Args:
        waiting: gives the number of questions that wait or are worked on, in all processes.
    """

    def __init__(self, waiting: Callable[[], float] = lambda: 0.0) -> None:
        self.registry = CollectorRegistry()
        self._taken = Counter(
            "minutes_slack_questions", "Questions taken, by kind.", ["kind"], registry=self.registry
        )
        self._repeated = Counter(
            "minutes_slack_repeats", "Events that had been taken already.", registry=self.registry
        )
        self._ended = Counter(
            "minutes_slack_ended", "Questions ended, by state.", ["state"], registry=self.registry
        )
        self._votes = Counter(
            "minutes_slack_votes", "Votes on answers.", ["vote"], registry=self.registry
        )
        self._failures = Counter(
            "minutes_slack_failures", "Failures, by what failed.", ["what"], registry=self.registry
        )
        self._seconds = Histogram(
            "minutes_slack_seconds", "From question to answer.", buckets=_SECONDS, registry=self.registry
        )  # fmt: skip
        self._first = Histogram(
            "minutes_slack_first_sign_seconds", "From question to the first visible sign.", buckets=_QUICK, registry=self.registry
        )  # fmt: skip
        self._taking = Histogram(
            "minutes_slack_acknowledged_seconds", "From an event's arrival until it is written down.", buckets=_QUICK, registry=self.registry
        )  # fmt: skip
        self._replaced = Counter(
            "minutes_slack_sockets_replaced", "Sockets that were deaf or dead.", registry=self.registry
        )  # fmt: skip
        gauge = Gauge("minutes_slack_waiting", "Questions not ended yet.", registry=self.registry)
        gauge.set_function(waiting)

    def taken(self, kind: str, seconds: float) -> None:
        """A question was written down, so many seconds after it arrived."""
        self._taken.labels(kind).inc()
        self._taking.observe(seconds)

    def repeated(self) -> None:
        """An event came again."""
        self._repeated.inc()

    def first_sign(self, seconds: float) -> None:
        """The asker sees something, so many seconds after the question arrived."""
        self._first.observe(seconds)

    def ended(self, state: str, seconds: float) -> None:
        """A question ended, so many seconds after it arrived."""
        self._ended.labels(state).inc()
        self._seconds.observe(seconds)

    def voted(self, vote: str) -> None:
        """Somebody voted on an answer: up, down or person."""
        self._votes.labels(vote).inc()

    def failed(self, what: str) -> None:
        """Something failed: engine, slack, log, ledger."""
        self._failures.labels(what).inc()

    def replaced(self) -> None:
        """A socket was replaced."""
        self._replaced.inc()

    def text(self) -> bytes:
        """All counts, as Prometheus reads them."""
        return generate_latest(self.registry)
