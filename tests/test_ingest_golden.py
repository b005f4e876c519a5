"""Golden documents: each style of minutes and each format, with what a careful reader sees in it.

Beside each document stands its outline (:mod:`tests.outline`), checked by hand against the document.
``pytest --regenerate-golden`` writes the outlines anew; read the difference before committing it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import parse, read_document
from ingest.formats import SUFFIXES
from tests.outline import outline
from tests.test_ingest_records import holds_the_rules

FOLDER = Path(__file__).parent / "golden"
DOCUMENTS = sorted(path for path in FOLDER.iterdir() if path.suffix in SUFFIXES)


@pytest.mark.parametrize("path", DOCUMENTS, ids=[path.name for path in DOCUMENTS])
def test_a_document_is_understood(path: Path, request: pytest.FixtureRequest) -> None:
    record = parse(read_document(path))
    holds_the_rules(record)
    golden = path.with_name(f"{path.name}.outline")
    if request.config.getoption("--regenerate-golden"):
        golden.write_text(outline(record), encoding="utf-8")
    assert outline(record) == golden.read_text(encoding="utf-8")


def test_there_are_enough_of_them() -> None:
    formats = {path.suffix for path in DOCUMENTS}
    assert len(DOCUMENTS) >= 40
    assert formats >= {".txt", ".md", ".html", ".pdf", ".docx", ".xlsx", ".pptx", ".vtt", ".srt"}
