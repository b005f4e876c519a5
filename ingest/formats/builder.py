"""What every extractor writes into: text in reading order, and what the format says of it.

A paragraph is one line of the text. A row of a table is one line as well, and each of its cells
keeps the heading of its column (``| 指標：満足度 | 目標：80% |``), so that a row says what it means
wherever it is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.formats.tables import Row, read_table
from ingest.types import Document, Heading, Speech

_BLANK = re.compile(r"[ \t\u3000\xa0]+$", re.MULTILINE)
_BREAKS = re.compile(r"\r\n?|\x0b|\x0c|\u2028|\u2029")
# Control characters that no text needs; a NUL would also end the text for some databases.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufeff]")


class DocumentBuilder:
    """Collects the text of one file in reading order.

    Args:
        name: the document's name.
        encoding: the codec or the format (``Document.encoding``).
    """

    def __init__(self, name: str, encoding: str) -> None:
        self._name = name
        self._encoding = encoding
        self._parts: list[str] = []
        self._length = 0
        self._pages: list[int] = []
        self._times: list[tuple[int, str]] = []
        self._headings: list[Heading] = []
        self._speeches: list[Speech] = []
        self._notes: list[str] = []
        self._head: list[str] = []
        self.url: str | None = None

    @property
    def empty(self) -> bool:
        """Whether no text was written so far."""
        return not self._parts

    def page(self) -> None:
        """The next page, slide or sheet begins here; call it for the first one as well."""
        self._pages.append(self._length)

    def time(self, code: str) -> None:
        """What follows is said at ``code`` (hh:mm:ss)."""
        self._times.append((self._length, code))

    def paragraph(self, text: str, *, free: bool = False) -> tuple[int, int] | None:
        """Write a paragraph on a line of its own; line breaks within it stay.

        Args:
            text: the words; outer white space and control characters are left out.
            free: set a blank line before it.

        Returns:
            Its span, or None where nothing is left.
        """
        words = _clean(text)
        if not words:
            return None
        if self._parts:
            self._write("\n\n" if free else "\n")
        start = self._length
        self._write(words)
        return start, self._length

    def heading(self, text: str, level: int) -> None:
        """Write a heading; ``level`` 1 is the outermost."""
        span = self.paragraph(" ".join(_clean(text).split("\n")), free=True)
        if span:
            self._headings.append(Heading(*span, max(1, level)))

    def speech(self, speaker: str, words: str) -> None:
        """Write what ``speaker`` said, below a line with the name."""
        label = self.paragraph(" ".join(_clean(speaker).split("\n")), free=True)
        if label is None:
            self.paragraph(words)
            return
        span = self.paragraph(words) or (label[1], label[1])
        self._speeches.append(Speech(label, *span))

    def more(self, words: str) -> None:
        """Write another paragraph of the last speech (or of nobody, where there is none)."""
        span = self.paragraph(words)
        if span and self._speeches:
            last = self._speeches[-1]
            start = span[0] if last.start == last.end else last.start
            self._speeches[-1] = Speech(last.label, start, span[1])

    def join(self, words: str, glue: str) -> None:
        """Write words behind those before, on the same line, with ``glue`` between them."""
        words = _clean(words)
        if words:
            speaking = self._speaking()
            self._write(glue + words)
            if speaking:
                self._speeches[-1] = replace(self._speeches[-1], end=self._length)

    def _speaking(self) -> bool:
        """Whether a speech was written last."""
        return bool(self._speeches) and self._speeches[-1].end == self._length

    def table(
        self,
        rows: Sequence[Sequence[str]],
        *,
        header: bool | None = None,
        breaks: Sequence[int] = (),
    ) -> None:
        """Write a table row by row, in the way that it is meant (:func:`read_table`).

        Args:
            rows: the cells' texts, as many in each row; a merged cell stands in each of its
                places, as :class:`ingest.formats.tables.Repeated` in all but the first.
            header: whether the first row heads the columns; None where the format does not say.
            breaks: positions of rows with which a page begins.
        """
        waiting = sorted(breaks)
        head = [cell.strip() for cell in rows[0]] if rows else []
        goes_on = head == self._head and self._speaking()
        self._head = head
        for position, row in enumerate(read_table(rows, header, goes_on=goes_on)):
            while waiting and row.at >= waiting[0]:
                waiting.pop(0)
                self.page()
            if row.kind is Row.Kind.SPEECH:
                self.speech(row.speaker, row.text)
            elif row.kind is Row.Kind.MORE:
                self.more(row.text)
            else:
                self.paragraph(row.text, free=position == 0)
        for _ in waiting:
            self.page()

    def note(self, text: str) -> None:
        """Say what could not be read."""
        self._notes.append(text)

    def build(self) -> Document:
        """The document."""
        return Document(
            name=self._name,
            text="".join(self._parts) + ("\n" if self._parts else ""),
            encoding=self._encoding,
            pages=tuple(self._pages),
            times=tuple(self._times),
            headings=tuple(self._headings),
            speeches=tuple(self._speeches),
            url=self.url,
            notes=tuple(self._notes),
        )

    def _write(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def _clean(text: str) -> str:
    plain = _CONTROLS.sub("", _BREAKS.sub("\n", text)).replace("\xa0", " ")
    return _BLANK.sub("", plain).strip()
