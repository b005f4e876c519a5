"""Which documents a text points to: 【資料1】, 資料２の３ページ, 参考資料1, Document 2, page 4."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.text import halfwidth
from ingest.types import Handout, Mention, Turn

_NUMBER = r"(?:[0-9０-９]{1,3}(?:\s?[-－ー‐–]\s?[0-9０-９]{1,2})?|[①-⑳]|[A-ZＡ-Ｚ](?![A-Za-zＡ-Ｚａ-ｚ])|[一二三四五六七八九十]{1,2})"
_PAGE = (
    r"(?:\s*[」』】〕）)\]］]?\s*[（(]?の?、?\s*(?:"
    r"[pPｐＰ][.．]?\s*(?P<p>[0-9０-９]{1,3})|(?P<n>[0-9０-９]{1,3})\s*(?:ページ|頁|枚目|スライド)"
    r"|,?\s*page\s+(?P<e>\d{1,3})))?"
)
_JAPANESE = re.compile(
    r"(?P<label>(?:参考|当日|追加|補足|別冊)?(?:資料|別紙|別添|別表|別冊)\s?(?:第|No\.?|№)?\s?" + _NUMBER + r"|参考資料|当日資料)"
    + _PAGE
)  # fmt: skip
_ENGLISH = re.compile(
    r"\b(?P<label>(?:Document|Attachment|Appendix|Exhibit|Handout|Annex|Enclosure)\s+(?:\d{1,3}|[A-Z])\b)"
    + _PAGE,
    re.IGNORECASE,
)
_HINT = re.compile(
    "資料|別紙|別添|別表|別冊|(?i:document|attachment|appendix|exhibit|handout|annex|enclosure) "
)
_SHORTEST_TITLE = 6
"""Characters; a shorter title of a handout may be an ordinary word and is not looked for."""


def normal_label(label: str) -> str:
    """A label for comparing: 資料 １ -> 資料1, 資料No.2 -> 資料2, document a -> DOCUMENT A."""
    plain = halfwidth(label)
    plain = re.sub(r"(?:第|No\.?|№)(?=\s*\S)", "", plain)
    plain = re.sub(r"[－ー‐–]", "-", plain)
    return " ".join(plain.upper().split()) if plain.isascii() else re.sub(r"\s+", "", plain).upper()


def mentions(text: str, start: int, end: int, turn: int | None = None) -> Iterator[Mention]:
    """The documents that ``text[start:end]`` points to by their labels."""
    if not _HINT.search(text, start, end):
        return
    for pattern in (_JAPANESE, _ENGLISH):
        for match in pattern.finditer(text, start, end):
            page = match["p"] or match["n"] or match["e"]
            yield Mention(
                normal_label(match["label"]),
                int(halfwidth(page)) if page else None,
                match.start(),
                match.end() if page else match.end("label"),
                turn,
            )


def all_mentions(
    text: str, turns: tuple[Turn, ...], others: list[tuple[int, int]], handouts: tuple[Handout, ...]
) -> tuple[Mention, ...]:
    """The mentions in turns and in other spans, by label or by the title of a handout."""
    titles = [h for h in handouts if len(h.title) >= _SHORTEST_TITLE]
    found: list[Mention] = []
    for turn in turns:
        found += mentions(text, turn.start, turn.end, turn.index)
        for handout in titles:
            at = text.find(handout.title, turn.start, turn.end)
            if at >= 0:
                label = normal_label(handout.label)
                found.append(Mention(label, None, at, at + len(handout.title), turn.index))
    for start, end in others:
        found += mentions(text, start, end)
    return tuple(sorted(found, key=lambda mention: mention.start))
