"""Where personal data stands in a text, and the text as the patterns see it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of personal data that are masked."""

    MY_NUMBER = "my_number"
    TELEPHONE = "telephone"
    MAIL = "mail"
    CARD = "card"
    ADDRESS = "address"


@dataclass(frozen=True)
class Span:
    """Personal data: ``text[start:end]``."""

    kind: Kind
    start: int
    end: int


_HYPHENS = "‐‑‒–—―−﹣－➖"
_SPACES = "\u3000\u00a0\u2007\u2009\u202f\t"
_ASCII = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
"""Full-width forms of ASCII; each is one character, and so is what it becomes."""
_PLAIN: dict[int, int | str] = {
    **_ASCII,
    **{ord(character): "-" for character in _HYPHENS},
    **{ord(character): " " for character in _SPACES},
}
# The mark of a long vowel, typed where a hyphen is meant.
_LONG_VOWEL = re.compile(r"(?<=\d)[ーｰ](?=\d)")


def plain(text: str) -> str:
    """The text with ASCII digits, letters, hyphens and spaces; character for character as long."""
    return _LONG_VOWEL.sub("-", text.translate(_PLAIN))


UNIT = (
    r" ?(?:円|人(?!事)|名(?!前)|件(?!名)|株|個(?!人)|台(?!帳)|枚|冊|本(?![人庁店社])|回(?!線|答)|票|世帯|戸(?!籍)"
    r"|億|万|千|兆|歳|年|月(?!曜)|日(?!曜|中)|時(?!間外)|分|秒|か所|カ所|ヶ所|箇所|校|社(?!会)|団体|[%‰℃㎡㎞㎏]"
    r"|平方|立方|トン|キロ|グラム|メートル|リットル|ドル|ユーロ|元(?!の)|ポイント|バイト|系統|位|倍|割|点"
    r"|(?:[km]?g|[kcm]?m|t|ha|kWh?|[kMGT]B|yen|dollars?|euros?|pounds?|percent|people|persons?"
    r"|residents|households|shares|votes|items|tons?|tonnes)(?![A-Za-z]))"
)
"""What makes a number an amount, behind it."""
