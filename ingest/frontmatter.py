"""The block of ``name: value`` lines between two ``---`` at the top of a Markdown or text file."""

from __future__ import annotations

import re
import unicodedata

_BLOCK = re.compile(r"\s*---[ \t]*\r?\n(?P<lines>(?:[^\r\n]*\r?\n){0,60}?)---[ \t]*(?:\r?\n|$)")
_FIELD = re.compile(r"^(?P<name>[\w -]{1,30}):[ \t]*(?P<value>.*?)[ \t]*\r?$", re.MULTILINE)
_ADDRESS = re.compile(r"https?://\S+")
_URL_NAMES = ("url", "source", "link", "original", "canonical")
_COLLECTION = re.compile(
    r"^[ \t\"']*collection[ \t\"']*:(?P<value>[^\r\n]*)", re.MULTILINE | re.IGNORECASE
)
_COMMENT = re.compile(r"(?:^|\s)#.*")


def front_matter(text: str) -> tuple[dict[str, str], int]:
    """(fields with names in lower case, offset behind the block); ({}, 0) where there is none."""
    block = _BLOCK.match(text)
    if block is None:
        return {}, 0
    fields = {
        match["name"].strip().lower(): match["value"].strip("\"' ")
        for match in _FIELD.finditer(block["lines"])
    }
    return (fields, block.end()) if fields else ({}, 0)


def address(fields: dict[str, str]) -> str | None:
    """The web address of the original that front matter names, or None."""
    for name in _URL_NAMES:
        if match := _ADDRESS.match(fields.get(name, "")):
            return match.group()
    return None


def collection(text: str) -> str | None:
    """The collection that the front matter of ``text`` puts it in, or None where it names none.

    What stands there and is no name (nothing, a list) is kept as it is: a name that nobody knows
    keeps a document closed, and None would open it to everybody. Width never matters.
    """
    block = _BLOCK.match(text)
    if block is None:
        return None
    lines = unicodedata.normalize("NFKC", block["lines"])
    named = [
        _COMMENT.sub("", match["value"]).strip("\"' \t") for match in _COLLECTION.finditer(lines)
    ]
    return ", ".join(dict.fromkeys(named)) if named else None
