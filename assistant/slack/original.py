"""The address of the original, at the words that are cited.

Source: https://wicg.github.io/scroll-to-text-fragment/.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import quote, urlsplit

from assistant.framing import shown
from assistant.slack.rich import URL_CHARACTERS
from assistant.types import Citation

_WHOLE = 40
"""Characters of a quote up to which all of it is looked for in the page."""

_END = 15
"""Characters of either end of a longer one: a page breaks its lines elsewhere than the file."""

_PAGED = {".pdf"}


def original_url(citation: Citation) -> str | None:
    """The address that opens the original at the quote, or None where no address is known.

    A page of a PDF is opened at that page, another one at the words, which browsers mark.
    """
    url = citation.place.url
    if not url:
        return None
    if urlsplit(url).fragment:
        return url
    if PurePosixPath(urlsplit(url).path).suffix.lower() in _PAGED:
        page = citation.place.page
        return f"{url}#page={page}" if page else url
    at = f"{url}#:~:text={_fragment(shown(citation.quote).strip())}"
    return at if len(at) <= URL_CHARACTERS else url


def _fragment(words: str) -> str:
    if len(words) <= _WHOLE:
        return _encoded(words)
    return f"{_encoded(words[:_END])},{_encoded(words[-_END:])}"


def _encoded(words: str) -> str:
    """Percent-encoded; dash and comma mean something in a fragment."""
    return quote(words.strip(), safe="").replace("-", "%2D")
