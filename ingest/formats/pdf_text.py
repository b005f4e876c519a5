"""The words of a page as pdfium gives them -> segments, each with its place.

The text is asked for once a page, and boxes only for the ends of lines and around gaps: a call for
every character takes several times as long as pdfium needs to read the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from ctypes import byref
from typing import Any

import pypdfium2.raw as raw

from ingest.formats.pdf_boxes import Rule, Segment
from ingest.text import has_japanese

_WIDE_GAP = 1.6
"""Gap between two words, in heights of the type, above which they may stand in different columns."""

_LEAST_SIZE = 4.0
"""Points; a smaller size of type is one that the page scales up."""

_SET_APART = 0.45
"""Gap, in heights of the type, that a word processor leaves between a kanji and a figure."""

_SHORTEST_RULE = 6.0
"""Points; a shorter upright line parts no words."""

_MOST_RULES = 200
"""Upright lines of a page that words are looked up against; drawings have more."""

_SAMPLES = 4
"""Latin lines of a page in which all gaps are measured; the rest only if one of these has a wide one."""

_STRETCHED = 1.06
"""A Latin line whose letters take so many times as much room as on most lines may hold a wide gap."""

_FEW_LINES = 12

_BREAKS = re.compile(r"[\r\n]+|\ufffe[\r\n]*")
_HYPHEN = "\ufffe"
"""What pdfium puts for a hyphen at the end of a line, instead of a line break."""

_GAPS = re.compile(r"(?<=\S)[ \t\xa0]+(?=\S)")
_DOUBLE = re.compile(r"[ \t\xa0]{2}")

Box = tuple[float, float, float, float]
"""Left, bottom, right and top."""


def read_segments(textpage: Any, rules: Sequence[Rule]) -> tuple[Segment, ...]:
    """The lines that pdfium finds, cut where a wide gap or an upright rule parts them.

    Args:
        textpage: pdfium's text of the page.
        rules: the lines drawn on the page.
    """
    return tuple(_Reader(textpage, rules).segments())


class _Reader:
    """Reads one page."""

    def __init__(self, textpage: Any, rules: Sequence[Rule]) -> None:
        self._handle = textpage.raw
        self._rectangle = raw.FS_RECTF()
        self._pointer = byref(self._rectangle)
        count = textpage.count_chars()
        text = textpage.get_text_range() if count > 0 else ""
        self._paired = len(text) != count
        if self._paired:
            # pdfium counts a letter outside the basic plane (𠮷) as two; so must the places here.
            units = [raw.FPDFText_GetUnicode(self._handle, i) or 32 for i in range(count)]
            text = "".join(map(chr, units))
        self._text = text
        upright = (r for r in rules if r.top - r.bottom > max(_SHORTEST_RULE, r.right - r.left))
        self._rules = sorted(upright, key=lambda r: r.left)[:_MOST_RULES]

    def segments(self) -> Iterator[Segment]:
        lines = list(self._lines())
        measured = self._measured(lines)
        for at, (begin, end, hyphen, first, last) in enumerate(lines):
            size = self._size(begin, first)
            gaps = measured[at] and _GAPS.search(self._text, begin, end) is not None
            if not self._rules and not gaps:
                # Most lines: nothing parts their words.
                words = self._plain(self._text[begin:end])
                yield _segment(words + "-" if hyphen else words, first, last, size, 0.0)
                continue
            for start, stop in self._between_rules(begin, end, first, last):
                one = first if start == begin else self._box(start)
                other = last if stop == end else self._box(stop - 1)
                yield from self._parts(
                    (start, stop), (one, other), size, hyphen and stop == end, measured[at]
                )

    def _lines(self) -> Iterator[tuple[int, int, bool, Box, Box]]:
        """(begin, end, whether a hyphen follows, first box, last box) of each line."""
        begin = 0
        text = self._text
        for match in [*_BREAKS.finditer(text), None]:
            end = match.start() if match else len(text)
            line = text[begin:end]
            start = begin + len(line) - len(line.lstrip())
            stop = begin + len(line.rstrip())
            if start < stop:
                hyphen = match is not None and match.group().startswith(_HYPHEN)
                yield start, stop, hyphen, self._box(start), self._box(stop - 1)
            begin = match.end() if match else end

    def _measured(self, lines: Sequence[tuple[int, int, bool, Box, Box]]) -> list[bool]:
        """For each line whether its gaps are measured.

        A page of Latin text has thousands of gaps, and hardly ever a wide one. Lines of several
        pieces, or of wide letters, are measured, and all of them if a sample holds a wide gap.
        """
        text = self._text
        latin = [text[begin:end].isascii() for begin, end, *_ in lines]
        if sum(latin) < _FEW_LINES:
            return [True] * len(lines)
        widths = [
            (last[2] - first[0]) / (end - begin) / max(first[3] - first[1], 1.0)
            for begin, end, _, first, last in lines
        ]
        usual = sorted(width for width, plain in zip(widths, latin, strict=True) if plain)
        stretched = usual[len(usual) // 2] * _STRETCHED
        found = [
            not plain
            or width > stretched
            or _DOUBLE.search(text, begin, end) is not None
            or raw.FPDFText_CountRects(self._handle, begin, end - begin) != 1
            for (begin, end, *_), width, plain in zip(lines, widths, latin, strict=True)
        ]
        rest = [at for at, known in enumerate(found) if not known]
        for at in rest[:: max(len(rest) // _SAMPLES, 1)]:
            begin, end, _, first, last = lines[at]
            if len(list(self._parts((begin, end), (first, last), 1.0, False, True))) > 1:
                return [True] * len(lines)
        return found

    def _between_rules(
        self, begin: int, end: int, first: Box, last: Box
    ) -> Iterator[tuple[int, int]]:
        """The parts of a line between the upright rules that it crosses."""
        middle = (first[1] + first[3]) / 2
        for rule in self._rules:
            if first[0] < rule.left < last[2] and rule.bottom <= middle <= rule.top:
                at = self._first_behind(rule.left, begin, end)
                stop = begin + len(self._text[begin:at].rstrip())
                if begin < stop and at < end and self._box(stop - 1)[2] <= self._box(at)[0] + 1:
                    yield begin, stop
                    begin = at
        yield begin, end

    def _first_behind(self, x: float, begin: int, end: int) -> int:
        """The first character of a line whose middle is right of ``x``."""
        while begin < end:
            at = (begin + end) // 2
            while at > begin and self._text[at].isspace():
                at -= 1
            left, _, right, _ = self._box(at)
            if self._text[at].isspace() or (left + right) / 2 < x:
                begin = at + 1
            else:
                end = at
        while begin < len(self._text) and self._text[begin].isspace():
            begin += 1
        return begin

    def _parts(
        self,
        span: tuple[int, int],
        ends: tuple[Box, Box],
        size: float,
        hyphen: bool,
        measured: bool,
    ) -> Iterator[Segment]:
        """The words of a line, cut at wide gaps."""
        begin, end = span
        first, last = ends
        text = self._text
        words: list[str] = []
        space = 0.0
        for gap in _GAPS.finditer(text, begin, end) if measured else ():
            start, stop = gap.span()
            before, after = self._box(start - 1), self._box(stop)
            height = max(before[3] - before[1], after[3] - after[1], 1.0)
            wide = after[0] - before[2]
            if wide > _WIDE_GAP * height:
                line = self._plain("".join(words) + text[begin:start])
                yield _segment(line, first, before, size, space)
                words, begin, first, space = [], stop, after, 0.0
            elif wide < _SET_APART * height and self._joins(start, stop):
                words.append(text[begin:start])
                begin = stop
            else:
                space = max(space, wide)
        line = self._plain("".join(words) + text[begin:end])
        yield _segment(line + "-" if hyphen else line, first, last, size, space)

    def _plain(self, text: str) -> str:
        """The text with each letter as one character."""
        if self._paired:
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return text.replace("\xa0", " ")

    def _joins(self, start: int, stop: int) -> bool:
        """Whether a space was never typed: a word processor sets figures apart from kanji."""
        around = self._text[start - 1] + self._text[stop]
        return has_japanese(around) and raw.FPDFText_IsGenerated(self._handle, start) == 1

    def _size(self, index: int, box: Box) -> float:
        """The size of type at a character: that of its font, unless the page scales it."""
        size, height = float(raw.FPDFText_GetFontSize(self._handle, index)), box[3] - box[1]
        return size if _LEAST_SIZE <= size <= 3 * max(height, 1.0) else height

    def _box(self, index: int) -> Box:
        """The box of a character with the space that its font gives it."""
        if not raw.FPDFText_GetLooseCharBox(self._handle, index, self._pointer):
            return 0.0, 0.0, 0.0, 0.0
        found = self._rectangle
        return found.left, found.bottom, found.right, found.top


def _segment(text: str, first: Box, last: Box, size: float, space: float) -> Segment:
    return Segment(
        text,
        min(first[0], last[0]),
        max(first[2], last[2]),
        min(first[1], last[1]),
        max(first[3], last[3]),
        size,
        space,
    )
