"""Web pages (.html) -> the article and not the navigation, by lxml."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

from ingest.formats.builder import DocumentBuilder
from ingest.formats.plain import decode
from ingest.formats.tables import Repeated
from ingest.text import has_japanese
from ingest.types import Document

_META = re.compile(
    rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)|<\?xml[^>]+encoding=[\"']([\w-]+)", re.I
)
_META_REACH = 4096
# What browsers take these names for (WHATWG).
_BROWSER_NAMES = {
    "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932", "ms932": "cp932",
    "windows-31j": "cp932", "ms_kanji": "cp932", "x-euc-jp": "euc_jp", "iso-8859-1": "cp1252",
    "latin1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252", "utf-16": "utf-8", "utf8": "utf-8",
}  # fmt: skip
_DROPPED = frozenset(
    "script style noscript template iframe object svg canvas form nav aside footer header button "
    "select input textarea dialog map area rt rp link meta head".split()
)
# In an article, its own header holds its title.
_KEPT_IN_ARTICLE = frozenset({"header", "footer", "aside"})
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure "
    "footer header hr html legend li main ol p pre section summary table tbody td tfoot th thead tr "
    "ul caption h1 h2 h3 h4 h5 h6".split()
)
_ARTICLE_IDS = (
    "main", "content", "contents", "main-content", "maincontent", "maincontents", "main-contents",
    "main_contents", "honbun", "article", "tmp_contents", "tmp_main", "entry", "body-content", "primary",
)  # fmt: skip
_NAVIGATION = re.compile(
    r"(?:^|[\s_-])(?:nav|navi|gnav|lnav|globalnav|breadcrumb|breadcrumbs|pankuzu|topicpath|sidebar|side|menu|"
    r"footer|header|share|sns|social|related|pagetop|cookie|skip|toolbar|search|banner|inquiry|toiawase|"
    r"advert|pagination|pager)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ARTICLE_SHARE = 0.25
"""Share of a page's words that its article has at least."""

_LINK_SHARE = 0.8
"""Share of a list's or block's words in links, above which it is navigation."""

_LINKS_OF_A_LIST = 3
_BREAK = "\ue000"
"""Stands for a line break of the page (br) until white space is collapsed."""

_SPACE = re.compile(r"[ \t\r\n\f]+")
_LEVELS = {f"h{level}": level for level in range(1, 7)}
_DEEPEST = 200
"""Levels of nesting; what lies deeper is taken as plain text."""


def extract(data: bytes, name: str, path: Path) -> Document:
    """The text of a web page without navigation, headings and tables kept.

    Raises:
        UnreadableError: the bytes are no text.
    """
    text, encoding = _decoded(data, path)
    builder = DocumentBuilder(name, encoding)
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    page = lxml_html.document_fromstring(_without_declaration(text).encode("utf-8"), parser=parser)
    builder.url = _canonical(page)
    article = _article(page)
    if article.find(".//h1") is None and article.tag != "h1":
        builder.heading(_title(page), 1)
    walker = _Walker(builder)
    walker.walk(article, 0)
    walker.flush()
    return builder.build()


def _decoded(data: bytes, path: Path) -> tuple[str, str]:
    declared = _META.search(data[:_META_REACH])
    if declared and not data.startswith(
        (codecs.BOM_UTF8, codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)
    ):
        name = (declared.group(1) or declared.group(2)).decode("ascii").lower()
        name = _BROWSER_NAMES.get(name, name)
        try:
            return data.decode(name), name
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data, path)


def _without_declaration(text: str) -> str:
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text)


def _canonical(page: Any) -> str | None:
    """The address that the page gives as its own."""
    for found in page.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content"):
        if re.match(r"https?://\S+$", str(found).strip()):
            return str(found).strip()
    return None


def _title(page: Any) -> str:
    """The title of the window, without the name of the site behind it."""
    found = page.findtext(".//title") or ""
    return re.split(r"\s*[|｜]\s*|\s+[-–—]\s+|／", " ".join(found.split()))[0]


def _article(page: Any) -> Any:
    """The element that holds the article: by its name or role, else the body without navigation."""
    body = page.find("body")
    body = page if body is None else body
    for element in list(body.iter()):
        if not isinstance(element.tag, str) or _is_hidden(element):
            element.drop_tree() if element.getparent() is not None else None
    everything = _length(body)
    candidates = [*body.iter("main"), *body.xpath(".//*[@role='main']"), *body.iter("article")]
    for wanted in _ARTICLE_IDS:
        candidates += body.xpath(f".//*[@id='{wanted}' or @class='{wanted}']")
    fit = [c for c in candidates if _length(c) >= max(1, _ARTICLE_SHARE * everything)]
    article = fit[0] if fit else body
    _drop_navigation(article, whole=article is body)
    return article


def _is_hidden(element: Any) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or "display:none" in style
        or "visibility:hidden" in style
    )


def _drop_navigation(article: Any, *, whole: bool) -> None:
    for element in list(article.iter()):
        if element is article or element.getparent() is None or not isinstance(element.tag, str):
            continue
        named = " ".join(filter(None, [element.get("id"), element.get("class")]))
        dropped = element.tag in _DROPPED and (whole or element.tag not in _KEPT_IN_ARTICLE)
        block = element.tag in ("div", "ul", "ol", "section", "p", "dl")
        if (
            dropped
            or (block and (_NAVIGATION.search(named) and _is_links(element, 0.3)))
            or (
                whole
                and block
                and _is_links(element, _LINK_SHARE)
                # An index is nothing but links, and then they are what the page says.
                and _length(element) < 0.5 * _length(article)
            )
        ):
            element.drop_tree()


def _is_links(element: Any, share: float) -> bool:
    links = list(element.iter("a"))
    words = _length(element)
    if words == 0:
        return False
    many = len(links) >= _LINKS_OF_A_LIST or share < _LINK_SHARE
    return many and sum(map(_length, links)) >= share * words


def _length(element: Any) -> int:
    return len("".join(element.itertext()).split()) and sum(
        len(part.strip()) for part in element.itertext()
    )


class _Walker:
    """Writes an element's blocks as paragraphs, in the order of the page."""

    def __init__(self, builder: DocumentBuilder) -> None:
        self._builder = builder
        self._inline: list[str] = []
        self._free = False

    def walk(self, element: Any, depth: int) -> None:
        """Write an element and all within it."""
        tag = element.tag
        if not isinstance(tag, str) or tag in ("rt", "rp", "script", "style", "template"):
            return
        if depth > _DEEPEST:
            self._inline.append("".join(element.itertext()))
        elif tag == "br":
            self._inline.append(_BREAK)
        elif tag in _LEVELS:
            self.flush()
            self._builder.heading(_words(element), _LEVELS[tag])
            self._free = True
        elif tag == "table" and not _is_layout(element):
            self.flush()
            self._table(element)
        elif tag == "dl":
            self.flush()
            self._definitions(element)
        elif tag == "li":
            self.flush()
            self._inline.append(_bullet(element))
            self._children(element, depth)
            self.flush()
        elif tag == "pre":
            self.flush()
            self._builder.paragraph("".join(element.itertext()))
        elif tag in _BLOCKS:
            self.flush()
            self._free = tag in ("p", "section", "article", "blockquote") or self._free
            self._children(element, depth)
            self.flush()
        else:
            self._children(element, depth)

    def flush(self) -> None:
        """End the paragraph that is open."""
        words = _collapsed("".join(self._inline))
        self._inline.clear()
        if words.strip("・ "):
            self._builder.paragraph(words, free=self._free)
            self._free = False

    def _children(self, element: Any, depth: int) -> None:
        if element.text:
            self._inline.append(element.text)
        for child in element:
            self.walk(child, depth + 1)
            if child.tail:
                self._inline.append(child.tail)

    def _table(self, table: Any) -> None:
        caption = table.find("caption")
        if caption is not None:
            self._builder.paragraph(_words(caption), free=True)
        rows = list(table.iter("tr"))
        cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
        cells = [row for row in cells if row]
        if not cells:
            return
        heads = [[cell.tag == "th" for cell in row] for row in cells]
        if all(row[0] and len(row) == 2 and not row[1] for row in heads):
            for name, value in cells:
                self._builder.paragraph(f"{_words(name)}：{_words(value)}")
            return
        self._builder.table(_grid(cells), header=True if all(heads[0]) else None)
        self._free = True

    def _definitions(self, element: Any) -> None:
        name = ""
        for child in element.iter("dt", "dd"):
            words = _words(child)
            if child.tag == "dt":
                if name:
                    self._builder.paragraph(name)
                name = words
            elif words:
                self._builder.paragraph(f"{name}：{words}" if name else words)
                name = ""
        if name:
            self._builder.paragraph(name)


def _is_layout(table: Any) -> bool:
    """Whether a table only arranges the page: others or headings within, or a single cell a row."""
    if table.get("role") == "presentation":
        return True
    if any(True for _ in table.iter("h1", "h2", "h3", "h4")) or len(list(table.iter("table"))) > 1:
        return True
    widths = [sum(cell.tag in ("td", "th") for cell in row) for row in table.iter("tr")]
    return not widths or max(widths) < 2 or (len(widths) == 1 and table.find(".//th") is None)


def _grid(rows: list[list[Any]]) -> list[list[str]]:
    """The texts of cells, one that spans several in each of its places."""
    spans: dict[tuple[int, int], str] = {}
    grid: list[list[str]] = []
    for y, row in enumerate(rows):
        line: list[str] = []
        for cell in row:
            while (y, len(line)) in spans:
                line.append(spans.pop((y, len(line))))
            words = _words(cell)
            wide = _span(cell, "colspan")
            for below in range(1, min(_span(cell, "rowspan"), len(rows) - y)):
                for right in range(wide):
                    spans[y + below, len(line) + right] = Repeated(words)
            line += [words, *[Repeated(words)] * (wide - 1)]
        while (y, len(line)) in spans:
            line.append(spans.pop((y, len(line))))
        grid.append(line)
    width = max(map(len, grid))
    return [line + [""] * (width - len(line)) for line in grid]


def _span(cell: Any, name: str) -> int:
    value = cell.get(name) or "1"
    return min(max(int(value), 1), 100) if value.strip().isdecimal() else 1


def _bullet(item: Any) -> str:
    """The mark or number in front of an item of a list."""
    parent = item.getparent()
    if parent is None or parent.tag != "ol":
        return "・"
    start = parent.get("start") or "1"
    before = sum(sibling.tag == "li" for sibling in item.itersiblings(preceding=True))
    return f"{(int(start) if start.isdecimal() else 1) + before}. "


def _words(element: Any) -> str:
    """The words of an element on one line, or on several where the page breaks them."""
    return _collapsed("".join(_parts(element, 0))).strip()


def _parts(element: Any, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        yield "".join(element.itertext())
        return
    if element.tag in ("p", "div", "li", "tr") and depth:
        yield _BREAK
    yield element.text or ""
    for child in element:
        if child.tag == "br":
            yield _BREAK
        elif child.tag not in ("rt", "rp", "script", "style") and isinstance(child.tag, str):
            yield from _parts(child, depth + 1)
        yield child.tail or ""


def _collapsed(text: str) -> str:
    """White space as a browser shows it; a source line wrapped between Japanese needs none."""

    def space(match: re.Match[str]) -> str:
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        wrapped = "\n" in match.group() and has_japanese(before) and has_japanese(after)
        return "" if wrapped else " "

    lines = [line.strip(" ") for line in _SPACE.sub(space, text).split(_BREAK)]
    return "\n".join(line for line in lines if line.strip())
