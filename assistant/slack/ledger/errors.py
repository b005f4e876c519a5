"""What can go wrong with the ledger."""

from __future__ import annotations

from assistant.errors import AssistantError


class LedgerError(AssistantError):
    """The ledger cannot be opened, read or written."""
