"""The log of what was asked and what was answered, in a database of one's own.

Importing this package does not import SQLAlchemy; opening a log does.
"""

from assistant.log.entry import (
    Entry,
    Feedback,
    LoggedCitation,
    LoggedClaim,
    LoggedPassage,
    Status,
    Vote,
    new_id,
)
from assistant.log.errors import LogError
from assistant.log.store import AnswerLog, Opinion, log_of

__all__ = [
    "AnswerLog",
    "Entry",
    "Feedback",
    "LogError",
    "LoggedCitation",
    "LoggedClaim",
    "LoggedPassage",
    "Opinion",
    "Status",
    "Vote",
    "log_of",
    "new_id",
]
