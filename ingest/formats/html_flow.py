"""The elements of a web page -> paragraphs, headings, tables, in the order of the page.

The tree is walked without recursion, because pages of unclosed tags nest as deep as they are long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborNode

from ingest.text import fold

BLOCKS = frozenset(
    "address article aside blockquote body center dd details dir div dl dt fieldset figcaption "
    "figure footer form header hr hgroup legend li main menu ol p pre section summary table tbody "
    "td tfoot th thead tr ul caption h1 h2 h3 h4 h5 h6".split()
)
_DROPPED = frozenset(
    "script style noscript template iframe object svg canvas video audio head nav rt rp rtc button "
    "select input textarea datalist dialog map".split()
)
_SPACED = frozenset("p section article blockquote hr ul ol table".split())
"""Elements that browsers show with space around them."""

_LEVELS = {f"h{level}": level for level in range(1, 7)} | {"summary": 4}
_FURNITURE = re.compile(
    r"(?:(?:この|各)?ページの?(?:先頭|トップ|最?上部?|top)(?:へ|に)?(?:戻る|もどる|移動)?|本文(?:へ|に)(?:スキップ|移動).{0,6}"
    r"|(?:back)?to(?:page)?top|pagetop|skipto(?:main)?content"
    r"|(?:この?ページを)?印刷(?:する)?|ツイート|シェア(?:する)?|lineで送る)"
)
"""What stands alone on a line and belongs to no article, folded."""

_MARKED = re.compile(r"[・･●○◎■□◆◇※•\-–]|[（(][^（()）]{1,3}[)）]|\d{1,2}[.．、)）]|[①-⑳]")
"""How an item of a list begins that has a mark of its own."""

_LONG_HEADING = 200
"""Characters; older pages put whole paragraphs into a heading to have them large."""

_LAYOUT_ROWS = 3
"""Rows that a table which only arranges the page has at most."""

_LAYOUT_SHARE = 0.66
"""Share of such a table's words that its largest cell has, and the characters or line breaks."""

_LAYOUT_CELL = 200
_LAYOUT_BREAKS = 5
_MENU = 3
"""Links of a cell that is a menu."""

_BREAK = "\ue000"
"""Stands for a line break of the page (br) until white space is collapsed."""

_SPACE = re.compile(r"[ \t\r\n\f]+")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060]")


def children(node: LexborNode) -> Iterator[LexborNode]:
    """The nodes directly within an element."""
    child = node.first_child
    while child is not None:
        yield child
        child = child.next


def never_shown(node: LexborNode) -> bool:
    """Whether an element is no text of the page, or is hidden."""
    return (node.tag or "") in _DROPPED or hidden(node)


def hidden(node: LexborNode) -> bool:
    """Whether the page says that an element is not shown."""
    given = node.attributes
    style = "".join((given.get("style") or "").split()).lower()
    return (
        "hidden" in given
        or given.get("aria-hidden") == "true"
        or "display:none" in style
        or "visibility:hidden" in style
    )


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading (``level``) or a table."""

    words: str = ""
    level: int = 0
    free: bool = False
    table: LexborNode | None = None


class Flow:
    """Cuts an element into blocks, in the order of the page.

    Args:
        drops: whether an element is left out.
    """

    def __init__(self, drops: Callable[[LexborNode], bool]) -> None:
        self._drops = drops
        self._blocks: list[Block] = []
        self._inline: list[str] = []
        self._free = False
        self._mark = ""
        self._counters: list[_Counter | None] = []

    def blocks(self, root: LexborNode) -> list[Block]:
        """The blocks within an element."""
        waiting = [(child, False) for child in children(root)][::-1]
        while waiting:
            node, closing = waiting.pop()
            tag = node.tag or ""
            if closing:
                self._close(tag)
            elif tag == "-text":
                self._inline.append(node.text_content or "")
            elif tag[:1] not in "-!" and not self._drops(node) and not self._taken(node, tag):
                self._open(node, tag)
                waiting.append((node, True))
                waiting += [(child, False) for child in children(node)][::-1]
        self._end()
        return self._blocks

    def _taken(self, node: LexborNode, tag: str) -> bool:
        """Whether an element was taken as a whole."""
        if tag == "br":
            self._inline.append(_BREAK)
        elif tag in _LEVELS:
            return self._heading(node, _LEVELS[tag])
        elif tag == "table" and not is_layout(node):
            self._add(Block(table=node))
        elif tag == "dl":
            self._definitions(node)
        elif tag == "pre":
            text = "".join("\n" if n.tag == "br" else n.text_content or "" for n in _within(node))
            self._add(Block(text, free=True))
        else:
            return False
        return True

    def _open(self, node: LexborNode, tag: str) -> None:
        if tag not in BLOCKS:
            return
        self._end()
        self._space(tag)
        if tag in ("ul", "ol"):
            self._counters.append(_Counter(node) if tag == "ol" else None)
        elif tag == "li":
            counter = self._counters[-1] if self._counters else None
            self._mark = counter.mark(node) if counter else "・"

    def _close(self, tag: str) -> None:
        if tag in BLOCKS:
            self._end()
            if tag in ("ul", "ol"):
                self._counters.pop()
            elif tag == "li":
                self._mark = ""
            self._space(tag)

    def _space(self, tag: str) -> None:
        """Set the next paragraph apart, unless both stand in a list."""
        self._free = self._free or (tag in _SPACED and not self._counters)

    def _add(self, *blocks: Block) -> None:
        self._end()
        self._blocks += blocks
        self._free = True

    def _end(self) -> None:
        """End the paragraph that is open; two line breaks in a row part paragraphs."""
        free, written = self._free, False
        for part in re.split("\n{2,}", _collapsed("".join(self._inline))):
            words = part.strip("\n")
            if words.strip() and not _FURNITURE.fullmatch(fold(words).strip("▲△↑∧^・[]")):
                mark = "" if _MARKED.match(words.lstrip()) else self._mark
                self._blocks.append(Block(mark + words, free=free or written))
                self._mark, written = "", True
        self._free = free and not written
        self._inline.clear()

    def _heading(self, node: LexborNode, level: int) -> bool:
        blocks = Flow(self._drops).blocks(node)
        words = " ".join(block.words for block in blocks)
        if len(words) > _LONG_HEADING or any(block.table for block in blocks):
            return False
        # Older pages show their headings as pictures.
        pictured = " ".join(image.attributes.get("alt") or "" for image in node.css("img"))
        if words := words or " ".join(pictured.split()):
            self._add(Block(" ".join(words.split("\n")), level))
        return True

    def _definitions(self, node: LexborNode) -> None:
        name = ""
        parts = [
            part
            for child in children(node)
            for part in (children(child) if child.tag == "div" else [child])
            if (part.tag or "-")[0] not in "-!" and not self._drops(part)
        ]
        self._end()
        for part in parts:
            blocks = [replace(block, free=False) for block in Flow(self._drops).blocks(part)]
            if part.tag == "dt":
                above = [Block(name)] if name else []
                name, blocks = " ".join(" ".join(b.words for b in blocks).split()), above
            elif name and blocks:
                first = blocks[0]
                named = first.table is None and not first.level
                blocks = [Block(f"{name}：{first.words}" if named else name), *blocks[named:]]
                name = ""
            self._blocks += blocks
        if name:
            self._blocks.append(Block(name))
        self._free = True


class _Counter:
    """Numbers the items of a list as the page shows them (start, value, type)."""

    def __init__(self, node: LexborNode) -> None:
        given = node.attributes
        self._style = given.get("type") or "1"
        self._next = _number(given.get("start"), 1)
        self._step = 1
        if "reversed" in given:
            self._step = -1
            if "start" not in given:
                self._next = sum(child.tag == "li" for child in children(node))

    def mark(self, item: LexborNode) -> str:
        """The number in front of the next item."""
        number = _number(item.attributes.get("value"), self._next)
        self._next = number + self._step
        return f"{_counted(number, self._style)}. "


def _counted(number: int, style: str) -> str:
    if style in ("a", "A") and 0 < number <= 26:
        return chr(ord(style) + number - 1)
    if style in ("i", "I") and 0 < number < 40:
        tens, ones = divmod(number, 10)
        roman = "x" * tens + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[ones]
        return roman.upper() if style == "I" else roman
    return str(number)


def _number(value: str | None, otherwise: int) -> int:
    return int(value) if value and re.fullmatch(r"\s*-?[0-9]{1,6}\s*", value) else otherwise


def _within(node: LexborNode) -> Iterator[LexborNode]:
    """The texts and line breaks below an element that are shown, in order."""
    waiting = list(children(node))[::-1]
    while waiting:
        part = waiting.pop()
        if part.tag in ("-text", "br"):
            yield part
        elif (part.tag or "-")[0] not in "-!" and not never_shown(part):
            waiting += list(children(part))[::-1]


def is_layout(table: LexborNode) -> bool:
    """Whether a table only arranges the page.

    It holds others, headings or rules, has one cell a row, or one cell that is nearly all of it.
    """
    if (table.attributes.get("role") or "") in ("presentation", "none"):
        return True
    cells = rows(table)
    arranged = "table, h1, h2, h3, h4, hr, form"
    if any(cell.css_first(arranged) is not None for row in cells for cell in row):
        return True
    if max(map(len, cells), default=0) < 2:
        return True
    if table.css_first("th, caption") is not None:
        return False
    return len(cells) == 1 or (len(cells) <= _LAYOUT_ROWS and _is_arranged(cells))


def _is_arranged(table_rows: list[list[LexborNode]]) -> bool:
    """Whether one of the cells is the page, or a menu."""
    cells = [cell for row in table_rows for cell in row]
    lengths = [len("".join(cell.text().split())) for cell in cells]
    for cell, length in zip(cells, lengths, strict=True):
        links = cell.css("a")
        if len(links) >= _MENU and sum(len(link.text()) for link in links) >= 0.8 * length:
            return True
        long = length > _LAYOUT_CELL or len(cell.css("br")) >= _LAYOUT_BREAKS
        if long and length > _LAYOUT_SHARE * sum(lengths):
            return True
    return False


def rows(table: LexborNode) -> list[list[LexborNode]]:
    """The cells of a table's own rows."""
    groups = [part for part in children(table) if part.tag in ("tr", "thead", "tbody", "tfoot")]
    found = [
        row
        for group in groups
        for row in ([group] if group.tag == "tr" else children(group))
        if row.tag == "tr" and not hidden(row)
    ]
    cells = [[cell for cell in children(row) if cell.tag in ("td", "th")] for row in found]
    return [row for row in cells if row]


def _collapsed(text: str) -> str:
    """White space as a browser shows it; a source line wrapped between Japanese needs none."""

    def space(match: re.Match[str]) -> str:
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        wrapped = re.search("[\r\n]", match.group()) and _is_wide(before) and _is_wide(after)
        return "" if wrapped else " "

    text = _INVISIBLE.sub("", text)
    return "\n".join(line.strip(" ") for line in _SPACE.sub(space, text).split(_BREAK))


def _is_wide(character: str) -> bool:
    """Whether a character is Japanese: kana, kanji, their punctuation, or full-width."""
    return (
        character[:1] >= "\u3000" and not "\uac00" <= character <= "\ud7af" and character != _BREAK
    )
