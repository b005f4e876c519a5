"""What can go wrong with the log."""

from __future__ import annotations

from assistant.errors import AssistantError


class LogError(AssistantError):
    """The log cannot be opened, read or written."""
