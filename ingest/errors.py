"""What can go wrong while reading.

IngestError
├── PathError        a path does not exist or cannot be read
├── UnreadableError  a file is empty, binary, too large or in no known encoding
└── NothingToReadError  a folder holds no file of a known format

Every message is one line: file, place, mend.
"""

from __future__ import annotations


class IngestError(Exception):
    """Base of all errors of this package."""


class PathError(IngestError):
    """A path does not exist or cannot be read."""


class UnreadableError(IngestError):
    """A file is empty, binary, too large or in no known encoding."""


class NothingToReadError(IngestError):
    """A folder holds no file of a known format."""
