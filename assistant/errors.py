"""What can go wrong while answering.

AssistantError
├── QuestionError       the question is empty or too long
├── ConfigurationError  a setting is missing or wrong
├── LogError            the log cannot be opened, read or written (:mod:`assistant.log`)
├── LedgerError         so for what was asked in Slack (:mod:`assistant.slack.ledger`)
└── ModelError          a language model failed (:mod:`assistant.writing.failures`)

Errors of reading and of the index pass through as they are (:mod:`ingest.errors`,
:mod:`index_store.errors`). Every message is one line: what and where, then the mend.
"""

from __future__ import annotations


class AssistantError(Exception):
    """Base of all errors of this package."""


class QuestionError(AssistantError):
    """The question is empty or too long."""


class ConfigurationError(AssistantError):
    """A setting is missing or wrong."""
