"""How English minutes tell who said what: Cllr Hale asked when, and the Clerk replied that…."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.header import agenda_item, field_heading
from ingest.narrative_way import Teller
from ingest.offices import is_full_english_name, split_label
from ingest.text import Line, fold
from ingest.types import AgendaItem

MINUTES = re.compile(
    r"\bminutes\b|\b(?:notes|record|summary) of (?:the |a )?(?:\w+ )?(?:meeting|proceedings|discussion)\b"
    r"|\b(?:regular|special|annual|general|board|committee|council) meeting\b",
    re.IGNORECASE,
)
"""What says that a document is minutes."""

ASKS = re.compile(
    r"(?:\w+ )?(?:asked|inquired|enquired|queried|questioned|wondered)\b(?! (?:that|for)\b)"
)
REPLIES = re.compile(r"(?:\w+ )?(?:replied|responded|answered|confirmed|explained|advised|stated|said|reported|informed)\b")  # fmt: skip

_SAID = re.compile(
    r"(?:\*\*)?(?P<who>(?:The )?[A-Z][\w.'’-]*(?:\s(?:of|for|the|and|de|van|von|[A-Z][\w.'’-]*)){0,6}(?:\s?\([^()\n]{1,60}\))?)(?:\*\*)?(?:,\s[^,.;:]{2,50},|,)?"
    r"(?=(?:\s(?:also|then|further|again|next|briefly|formally|in reply|in response),?)?"
    r"\s(?:said|spoke|addressed|asked|reported|noted|inquired|enquired|proposed|suggested|advised|stated|explained|confirmed|informed|thanked|welcomed"
    r"|raised|queried|replied|responded|answered|commented|expressed|felt|thought|moved|seconded|declared|updated|presented"
    r"|outlined|highlighted|pointed out|added|requested|recommended|wondered|mentioned|drew|reminded|announced"
    r"|countered|insisted|claimed|conceded|admitted|acknowledged|remarked|cautioned|disagreed|hoped|regretted|doubted|feared|volunteered|undertook|pressed|wanted|disputed|defended"
    r"|observed|argued|urged|told|objected|stressed|emphasi[sz]ed|questioned|summari[sz]ed|introduced|gave|opened"
    r"|believed|warned|promised|agreed to|offered|considered that|would like|wished to"
    r"|was (?:concerned|of the (?:view|opinion)|pleased|unhappy|worried|in favour|against))\b)"
)
_OTHER = re.compile(r"(?:;|,? (?:and|but|to which|while|whereupon))\s+(?=(?:\*\*)?[A-Z])")
"""Behind it somebody else may speak: Cllr Hale asked when, and the Clerk replied…."""

_GOES_ON = re.compile(
    r"(?:He|She|They|His|Her|Their|This|That|These|Those|However|Also|In addition|Further|But|And)\b"
    r"|It (?!was (?:\w+ )?(?:resolved|agreed|noted|proposed|moved|decided))"
)
_NUMBERED = re.compile(
    r"\s*(?:#{1,6}\s+)?(?P<number>\d{1,4}(?:[./]\d{1,4}){0,3}[.)]?|[A-Z]\d{0,2}[.)])[ \t]+(?P<title>[A-Z].{1,100})$"
)
_HEADED = re.compile(r"\s*#{1,6}\s+(?P<title>\S.{1,100}?)\s*#*\s*$")
_LONGEST_HEADING = 70
"""Characters of a line without a number that may head an item, between blank lines."""


def teller(sentence: str, names: frozenset[str]) -> Teller | None:
    """Who says something, at the head of a sentence; ``names`` are those of the roster, folded."""
    joined = _OTHER.match(sentence)
    begin = joined.end() if joined else 0
    match = _SAID.match(sentence, begin)
    if match is None:
        return None
    who = " ".join(match["who"].split())
    parts = split_label(who)
    named = fold(who) in names or is_full_english_name(who)
    alone = parts.office is not None and " and " not in who
    return Teller(who, begin, match.end()) if named or alone else None


def others(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(end of what was said before, where somebody else may begin) within a sentence."""
    for other in _OTHER.finditer(text, start, end):
        yield other.start(), other.end()


def goes_on(sentence: str) -> bool:
    """Whether a sentence without a teller is of whom the one before tells."""
    return _GOES_ON.match(sentence) is not None


def repeated(who: str) -> str | None:
    """Nobody is called "the same"."""
    return None


def begins(before: Line, line: Line) -> bool:
    """Whether a line that follows another begins a paragraph; a blank line always parts them."""
    return False


def heading(all_lines: Sequence[Line], position: int) -> AgendaItem | None:
    """The item that a line heads: 43/25 Car park, ## Play area, or a short line by itself."""
    text = all_lines[position].text.strip()
    if not text or text.endswith((".", ",", ";", ":", "?", "!")):
        return None
    if match := _NUMBERED.match(text):
        return AgendaItem(match["number"].rstrip(".)"), match["title"].strip().strip("*"))
    if match := _HEADED.match(text):
        return agenda_item(match["title"]) or AgendaItem(None, match["title"].strip("*"))
    apart = position > 0 and all_lines[position - 1].blank
    short = len(text) <= _LONGEST_HEADING and text[0].isupper()
    follows = any(not line.blank for line in all_lines[position + 1 :])
    if apart and short and follows and not field_heading(all_lines[position]):
        return AgendaItem(None, text.strip("*"))
    return None
