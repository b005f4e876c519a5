"""What can go wrong in the index.

IndexStoreError
├── ModelError          the embedding model is missing, broken or cannot be loaded
├── ModelMismatchError  the index was built with another embedding model
├── StoreError          the store is damaged, read-only or cannot be reached
├── BusyError           another process is writing to the same index
├── EmptyIndexError     nothing has been ingested yet
└── UnknownDocumentError  the index holds no document of that name

Every message is one line: what and where, then the mend.
"""

from __future__ import annotations


class IndexStoreError(Exception):
    """Base of all errors of this package."""


class ModelError(IndexStoreError):
    """The embedding model is missing, broken or cannot be loaded."""


class ModelMismatchError(IndexStoreError):
    """The index was built with another embedding model than the configured one."""


class StoreError(IndexStoreError):
    """The store is damaged, read-only or cannot be reached."""


class BusyError(IndexStoreError):
    """Another process is writing to the same index."""


class EmptyIndexError(IndexStoreError):
    """Nothing has been ingested yet."""


class UnknownDocumentError(IndexStoreError):
    """The index holds no document of that name."""
