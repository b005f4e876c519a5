"""Document -> Record, by whichever reading fits the document."""

from __future__ import annotations

from ingest.minutes import label_reader, looks_like_minutes, parse_minutes
from ingest.narrative import narrates, parse_narrative
from ingest.plan import parse_plan
from ingest.text import lines
from ingest.types import Document, Record


def parse(document: Document) -> Record:
    """Understand a document: as minutes if speakers divide it or it tells who said what, else by its headings.

    Never fails on text: what is not understood comes back as sections.
    """
    all_lines = list(lines(document.text))
    reader = label_reader(document, all_lines)
    if looks_like_minutes(document, all_lines, reader):
        return parse_minutes(document, all_lines, reader)
    if narrates(document):
        return parse_narrative(document, all_lines)
    return parse_plan(document, all_lines)
