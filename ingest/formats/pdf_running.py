"""Running headers, running footers and page numbers of a PDF: what repeats at its pages' edges."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ingest.formats.pdf_boxes import Line, Page, Segment, rows

_EDGE = 0.12
"""Share of a page's height, at its top and bottom, in which running headers and footers stand."""

_EDGE_LINES = 3
"""Lines that a running header has at most."""

_APART = 1.3
"""A gap so many times as high as the usual one parts running lines from the text."""

_DASHES = r"\-‐‑‒–—―−－ー~～"
_PAGE_NUMBER = re.compile(
    rf"^[\s{_DASHES}(（\[【]*(?:p(?:age|\.)?\s*)?[0-9０-９]{{1,4}}\s*"
    rf"(?:(?:/|／|of)\s*[0-9０-９]{{1,4}})?\s*(?:ページ|頁|page)?[\s{_DASHES})）\]】]*$"
    r"|^第\s*[0-9０-９]{1,4}\s*(?:ページ|頁)$",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"[0-9０-９]+")
_FEW_PAGES = 6


def running(pages: Sequence[Page]) -> list[set[Segment]]:
    """For each page the segments of running headers, footers and page numbers."""
    edges = [[_edge(page, top=True), _edge(page, top=False)] for page in pages]
    counts: Counter[tuple[int, tuple[str, int]]] = Counter()
    for page in edges:
        for side, lines in enumerate(page):
            counts.update({(side, _shape(line)) for line in lines})
    count = len(pages)
    # Even and odd pages, or chapters, may have headers of their own.
    least = max(2, (count + 1) // 2 if count < _FEW_PAGES else count // 3)
    return [
        {
            segment
            for side, lines in enumerate(page)
            for line in lines
            if counts[side, _shape(line)] >= least or _PAGE_NUMBER.match(line.text)
            for segment in line.segments
        }
        for page in edges
    ]


def _edge(page: Page, *, top: bool) -> list[Line]:
    """The outermost lines within the edge of a page that a gap parts from the text."""
    sign = 1.0 if top else -1.0
    limit = page.height * (1 - 2 * _EDGE if top else 2 * _EDGE)
    near: list[Segment] = []
    beyond: list[Segment] = []
    for segment in page.segments:
        (near if (segment.middle - limit) * sign > 0 else beyond).append(segment)
    if not near:
        return []
    lines = rows(near)[:: 1 if top else -1]
    if beyond:
        lines.append(Line([max(beyond, key=lambda s: s.middle * sign)]))
    steps = [abs(one.middle - other.middle) for one, other in pairwise(lines)]
    usual = median(steps) if steps else 0.0
    outer = page.height * (1 - _EDGE if top else _EDGE)
    for count, step in enumerate(steps[:_EDGE_LINES], start=1):
        if step > _APART * usual or step > _APART * 2 * lines[count].size:
            return [line for line in lines[:count] if (line.middle > outer) is top]
    # No gap: then only a page number may stand there.
    return [line for line in lines[:1] if _PAGE_NUMBER.match(line.text)]


def _shape(line: Line) -> tuple[str, int]:
    """What is the same of a running line on all pages: its words, digits apart, and its size."""
    return _FIGURES.sub("#", "".join(line.text.split())), round(line.size)
