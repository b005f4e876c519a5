"""File -> Document -> Record (turns, sections) -> Passage. Pure: no store, no model, no network."""

# Where it comes from
from ingest.reader import SourceFile, find_files, read_document

# What it says
from ingest.record import parse

# What is found
from ingest.passages import passages

# What all of these give
from ingest.types import (
    AgendaItem,
    Attendee,
    Document,
    Handout,
    Kind,
    Passage,
    Place,
    Record,
    Section,
    Turn,
)

__all__ = [
    "AgendaItem",
    "Attendee",
    "Document",
    "Handout",
    "Kind",
    "Passage",
    "Place",
    "Record",
    "Section",
    "SourceFile",
    "Turn",
    "find_files",
    "parse",
    "passages",
    "read_document",
]
