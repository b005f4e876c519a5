"""The ledger of what was asked in Slack: every question ends once, over processes and crashes."""

from assistant.slack.ledger.errors import LedgerError
from assistant.slack.ledger.ledger import Ledger
from assistant.slack.ledger.types import (
    Asked,
    Done,
    Job,
    Kind,
    Popular,
    State,
    Thread,
    Where,
)

__all__ = [
    "Asked",
    "Done",
    "Job",
    "Kind",
    "Ledger",
    "LedgerError",
    "Popular",
    "State",
    "Thread",
    "Where",
]
