"""What can go wrong while evaluating.

AssistantError
├── QuestionSetError   a question set is missing or wrong
├── RunError           a saved run cannot be read or written
├── MissingSystemError   a system of the comparison cannot be had here
└── SourceDataError    public data is not what its adapter reads
QuestionError
└── OptionError        an option names what there is not (exit status 2, as all wrong usage)

Every message is one line: file and place, then the mend.
"""

from __future__ import annotations

from assistant.errors import AssistantError, QuestionError


class QuestionSetError(AssistantError):
    """A question set is missing or wrong."""


class RunError(AssistantError):
    """A saved run cannot be read or written."""


class MissingSystemError(AssistantError):
    """A system of the comparison cannot be had here."""


class SourceDataError(AssistantError):
    """Public data is not what its adapter reads."""


class OptionError(QuestionError):
    """An option names what there is not."""
