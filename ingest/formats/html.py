"""Web pages (.html) -> the article and not the navigation, by selectolax's lexbor.

The parser repairs markup as browsers do. What is navigation is decided here (``_Page``), what is a
paragraph in ``html_flow``; both leave the tree as it is.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.errors import UnreadableError
from ingest.formats.builder import DocumentBuilder
from ingest.formats.html_flow import BLOCKS, Block, Flow, children, hidden, never_shown, rows
from ingest.formats.plain import decode
from ingest.formats.tables import Repeated, Row, read_table
from ingest.text import fold
from ingest.types import Document

_META = re.compile(
    rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w:-]+)|<\?xml[^>]+encoding=[\"']([\w:-]+)", re.I
)
_META_REACH = 8192
"""Bytes in which a page says its encoding."""

_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What browsers take these names for (WHATWG), and where Python has no codec of theirs, the nearest.
_CODECS = {
    "cp932": "shift_jis shift-jis sjis x-sjis ms932 windows-31j ms_kanji csshiftjis cp932",
    "euc_jp euc_jis_2004": "euc-jp x-euc-jp cseucpkdfmtjapanese eucjp",
    "iso2022_jp iso2022_jp_ext": "iso-2022-jp csiso2022jp",
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 utf-16 utf-16le utf-16be",
    "cp1252": "iso-8859-1 iso8859-1 latin1 l1 ascii us-ascii windows-1252 cp1252",
}
_BY_LABEL = {label: names.split() for names, labels in _CODECS.items() for label in labels.split()}
_DAMAGE = 0.002
"""Share of a page's characters that may be undecodable; a cut or garbled letter is no obstacle."""

_OUTSIDE = frozenset("header footer aside".split())
"""Left out of a page without an article element; within one, a header holds the title."""

_ARTICLE_NAMES = (
    "main", "maincontents", "maincontent", "tmp_contents", "tmp_main", "honbun", "article", "entry",
    "content", "contents", "bodycontent", "pagecontent", "primary", "detail",
)  # fmt: skip
_LEAST_SHARE = 0.1
"""Share of a page's words that its main element holds; a page filled by a script has an empty one."""

_ARTICLE_SHARE = 0.4
"""Share of a page's words outside links that an element known only by its name must hold."""

_CAMEL = re.compile("(?<=[a-z0-9])(?=[A-Z])")
_EXTRAS = re.compile(
    r"bread-?crumb|pankuzu|topic-?path|page-?top|cookie|\b(?:sns|share|social|inquiry|o?toiawase|related|"
    r"recommend|skip|feedback|enquete|pager|pagination)\b"
)
"""Names of blocks that are about the page; matched with ``-`` between the words of a name."""

_NAVIGATION = re.compile(
    r"\b(?:[gls]?navi?|globalnavi?|localnavi?|side|sidebar|menu|footer|header|search|banner|toolbar|"
    r"utility|advert|contact)\b"
)
"""Names that navigation has, and other blocks as well."""

_ASIDE_HEADINGS = re.compile(
    r"(?:この(?:ページ|記事|情報|内容)に(?:関する|ついての)お?問い?合わ?せ先?|関連(?:リンク|ページ|情報|記事|コンテンツ)"
    r"|(?:この)?ページの情報は役に立ちましたか.*|より良い.{0,12}(?:ページ|サイト).*|relatedlinks?|sharethispage)"
)
_LINKS_SHARE = 0.8
"""Share of a block's words in links, above which it is navigation."""

_SOME_LINKS = 0.3
"""The same for a block whose name says that it is navigation."""

_LINKS = 3
_PROSE = 200
"""Characters outside links; a page with fewer is an index, and its links are what it says."""

_TITLE_REACH = 6
"""Blocks among which a page shows its title."""

_BANNER = re.compile(r"[^\d\n:：]{1,40}")
"""A line above the title that is the site's and not the article's; a date or a field is not."""

_MOST_ROWS = 65_534
"""Rows that a cell spans at most (WHATWG)."""

_MOST_CELLS = 500_000
"""Cells of a table with those that span several counted in each place; above, no cell spans."""


def extract(data: bytes, name: str, path: Path) -> Document:
    """The text of a web page without navigation, headings and tables kept.

    Raises:
        UnreadableError: the bytes are no text, or the page only arranges others (frames).
    """
    text, encoding, damage = _decoded(data, path)
    tree = LexborHTMLParser(_as_html(text))
    if tree.body is None or tree.css_first("frameset") is not None:
        raise UnreadableError(f"{path}: it only arranges other pages; mend: ingest its frames")
    builder = DocumentBuilder(name, encoding)
    builder.url = _canonical(tree)
    if damage:
        builder.note(f"{damage} characters could not be decoded as {encoding}")
    page = _Page(tree.body)
    blocks = _without_asides(Flow(page.drops).blocks(page.article))
    # A page that is nothing but navigation still says something.
    blocks = blocks or Flow(_Page(tree.body, everything=True).drops).blocks(tree.body)
    blocks = _with_title(blocks, _title(tree))
    _write(builder, blocks)
    return builder.build()


def _decoded(data: bytes, path: Path) -> tuple[str, str, int]:
    """(text, codec, characters that could not be decoded)."""
    declared = None if data.startswith(_BOMS) else _META.search(data[:_META_REACH])
    label = (declared[1] or declared[2]).decode("ascii").lower() if declared else ""
    names = _BY_LABEL.get(label, [label] if label else [])
    # Japanese in another encoding is never valid UTF-8; a page saved anew may keep the old name.
    for name in ["utf-8", *names] if declared and not data.isascii() else names:
        try:
            return data.decode(name), name, 0
        except (LookupError, ValueError):
            continue
    try:
        return (*decode(data, path), 0)
    except UnreadableError:
        if label not in _BY_LABEL:
            raise
        text = data.decode(names[0], "replace")
        damage = text.count("\ufffd")
        if b"\x00" in data or damage > max(1, _DAMAGE * len(text)):
            raise
        return text, names[0], damage


def _as_html(text: str) -> str:
    """XHTML as HTML: there, ``<script/>`` and ``<a/>`` are closed, here they would swallow the rest."""
    if not text.lstrip("\ufeff \t\r\n").startswith("<?xml"):
        return text
    return re.sub(r"<(script|style|title|iframe|textarea|a|div|p|span|td|i|b)(\s[^<>]*)?/>", r"<\1\2></\1>", text)  # fmt: skip


def _canonical(tree: LexborHTMLParser) -> str | None:
    """The address that the page gives as its own."""
    for query, attribute in (('link[rel~="canonical" i]', "href"), ('meta[property="og:url"]', "content")):  # fmt: skip
        for node in tree.css(query):
            address = (node.attributes.get(attribute) or "").strip()
            if re.fullmatch(r"https?://[^\s/]\S*", address):
                return address
    return None


def _title(tree: LexborHTMLParser) -> str:
    """The title of the window, without the name of the site behind it."""
    node = tree.css_first("head title")
    words = " ".join((node.text() if node else "").split())
    return re.split(r"\s*[|｜]\s*|\s+[-–—]\s+|／", words)[0]


@dataclass(frozen=True)
class _Size:
    """Characters of an element that are no white space, how many of them in links, and the links."""

    words: int
    linked: int
    links: int

    def is_links(self, share: float) -> bool:
        return 0 < self.words * share <= self.linked


class _Page:
    """Which elements of a page belong to its article.

    Args:
        body: the page.
        everything: leave out only what is never shown.
    """

    def __init__(self, body: LexborNode, *, everything: bool = False) -> None:
        self._everything = everything
        self._sizes = _measured(body)
        self._whole = False
        self.article = body
        if not everything:
            self.article, self._whole = self._find_article(body)
        self._total = self.size(self.article)

    def size(self, node: LexborNode) -> _Size:
        """How much an element holds."""
        return self._sizes.get(node.mem_id, _Size(0, 0, 0))

    def drops(self, node: LexborNode) -> bool:
        """Whether an element is left out."""
        tag = node.tag or ""
        if never_shown(node):
            return not (self._everything and tag == "nav")
        if self._everything or tag not in BLOCKS or tag in ("tr", "tbody"):
            return False
        if self._whole and tag in _OUTSIDE:
            return True
        size, most = self.size(node), 0.5 * self._total.words
        if tag == "form":
            return size.words < most
        if size.words < most and self._is_extra(node, tag, size):
            return node.css_first("h1") is None
        return self._whole and self._is_navigation(size)

    def _is_extra(self, node: LexborNode, tag: str, size: _Size) -> bool:
        """Whether an element is by its name about the page and not of it."""
        named = f"{node.attributes.get('id') or ''} {node.attributes.get('class') or ''}"
        named = _CAMEL.sub("-", named).replace("_", "-").lower()
        if tag == "aside" or _EXTRAS.search(named):
            return True
        named_so = tag == "footer" or _NAVIGATION.search(named) is not None
        return named_so and size.is_links(_SOME_LINKS)

    def _is_navigation(self, size: _Size) -> bool:
        prose = self._total.words - self._total.linked
        many = size.links >= _LINKS and size.is_links(_LINKS_SHARE)
        return many and (prose >= _PROSE or size.words < 0.5 * self._total.words)

    def _find_article(self, body: LexborNode) -> tuple[LexborNode, bool]:
        """(the element that holds the article, whether navigation may stand within it as well)."""
        total = self.size(body)
        prose = total.words - total.linked
        articles = body.css("article")
        for node in [*body.css('main, [role="main"]'), *(articles if len(articles) == 1 else [])]:
            if self.size(node).words > _LEAST_SHARE * prose and not hidden(node):
                return node, False
        named: dict[str, LexborNode] = {}
        for node in body.css("[id], [class]"):
            for name in (node.attributes.get("id"), node.attributes.get("class")):
                named.setdefault((name or "").lower().replace("-", ""), node)
        for name in _ARTICLE_NAMES:
            found = named.get(name)
            size = self.size(found) if found is not None else total
            if found is not None and size.words - size.linked >= _ARTICLE_SHARE * prose:
                return found, True
        return body, True


def _measured(body: LexborNode) -> dict[int, _Size]:
    """The size of each element that may be shown, by its address."""
    order: list[tuple[int, int]] = []
    counts: dict[int, list[int]] = {body.mem_id: [0, 0, 0]}
    waiting = [(child, body.mem_id, False) for child in children(body)]
    while waiting:
        node, parent, linked = waiting.pop()
        tag = node.tag or ""
        if tag == "-text":
            words = len("".join((node.text_content or "").split()))
            counts[parent][0] += words
            counts[parent][1] += words * linked
        elif tag[:1] not in "-!" and not (never_shown(node) and tag != "nav"):
            own = node.mem_id
            order.append((own, parent))
            counts[own] = [0, 0, int(tag == "a")]
            waiting += [(child, own, linked or tag == "a") for child in children(node)]
    for own, parent in reversed(order):
        counts[parent] = [a + b for a, b in zip(counts[parent], counts[own], strict=True)]
    return {own: _Size(*values) for own, values in counts.items()}


def _without_asides(blocks: list[Block]) -> list[Block]:
    """The blocks without the parts that their heading says are about the page, not of it."""
    kept: list[Block] = []
    skipped = 0
    for block in blocks:
        if block.level:
            if _ASIDE_HEADINGS.fullmatch(fold(block.words)):
                skipped = min(skipped or block.level, block.level)
            elif block.level <= skipped:
                skipped = 0
        if not skipped:
            kept.append(block)
    return kept


def _with_title(blocks: list[Block], title: str) -> list[Block]:
    """The blocks below a heading of the first level: their own, or the title of the window.

    Pages without headings show their title as a line of large letters, below the site's banner.
    """
    wanted = fold(title)
    if not wanted or any(block.level == 1 for block in blocks):
        return blocks
    for at, block in enumerate(blocks[:_TITLE_REACH]):
        first, _, rest = block.words.partition("\n")
        shown = fold(first)
        same = shown in wanted if len(shown) * 2 >= len(wanted) else False
        if not same and (wanted not in shown or len(shown) > 2 * len(wanted)):
            continue
        above = [
            other for other in blocks[:at] if other.level or not _BANNER.fullmatch(other.words)
        ]
        below = [Block(rest, free=True)] if rest else []
        return [*above, Block(first, block.level or 1), *below, *blocks[at + 1 :]]
    return [Block(title, 1), *blocks]


def _write(builder: DocumentBuilder, blocks: Sequence[Block]) -> None:
    for block in blocks:
        if block.level:
            builder.heading(block.words, block.level)
        elif block.table is not None:
            _write_table(builder, block.table)
        else:
            builder.paragraph(block.words, free=block.free)


def _write_table(builder: DocumentBuilder, table: LexborNode) -> None:
    caption = table.css_first("caption")
    if caption is not None:
        builder.paragraph(_words(caption), free=True)
    cells = rows(table)
    heads = [[cell.tag == "th" for cell in row] for row in cells]
    grid = _grid(cells)
    named = all(len(row) == 2 and row[0] and not row[1] for row in heads)
    if named and not any(row.kind is Row.Kind.SPEECH for row in read_table(grid)):
        for name, value in grid:
            builder.paragraph(
                f"{' '.join(name.split())}：{value}" if name and value else name + value
            )
        return
    headings = next((at for at, row in enumerate(heads) if not all(row)), len(heads))
    if 1 < headings < len(grid):
        grid = [_one_heading(grid[:headings]), *grid[headings:]]
    builder.table(grid, header=True if headings else None)


def _one_heading(lines: Sequence[Sequence[str]]) -> list[str]:
    """Headings on several lines as one: 決算 above 令和5年 is 決算 令和5年."""
    return [" ".join(dict.fromkeys(filter(None, column))) for column in zip(*lines, strict=True)]


def _words(node: LexborNode) -> str:
    """The text of a cell, each of its paragraphs on a line."""
    blocks = Flow(never_shown).blocks(node)
    tables = [_grid(rows(block.table)) for block in blocks if block.table]
    inner = [" ".join(dict.fromkeys(row)) for grid in tables for row in grid]
    return "\n".join([*(block.words for block in blocks if not block.table), *inner]).strip()


def _grid(cells: Sequence[Sequence[LexborNode]]) -> list[list[str]]:
    """The texts of cells, one that spans several in each of its places."""
    area = sum(
        _span(cell, "colspan") * min(_span(cell, "rowspan"), len(cells) - y)
        for y, row in enumerate(cells)
        for cell in row
    )
    spans: dict[tuple[int, int], str] = {}
    grid: list[list[str]] = []
    for y, row in enumerate(cells):
        line: list[str] = []
        for cell in row:
            while (y, len(line)) in spans:
                line.append(spans.pop((y, len(line))))
            words = _words(cell)
            wide, high = _span(cell, "colspan"), min(_span(cell, "rowspan"), len(cells) - y)
            if area > _MOST_CELLS:
                wide = high = 1
            places = (
                (y + below, len(line) + right) for below in range(1, high) for right in range(wide)
            )
            spans.update(dict.fromkeys(places, Repeated(words)))
            line += [words, *[Repeated(words)] * (wide - 1)]
        while (y, len(line)) in spans:
            line.append(spans.pop((y, len(line))))
        grid.append(line)
    width = max(map(len, grid), default=0)
    return [line + [""] * (width - len(line)) for line in grid]


def _span(cell: LexborNode, name: str) -> int:
    """Columns or rows that a cell spans; rowspan 0 is all rows below."""
    value = (cell.attributes.get(name) or "1").strip()
    if not re.fullmatch("[0-9]{1,5}", value):
        return 1
    return int(value) or (_MOST_ROWS if name == "rowspan" else 1)
