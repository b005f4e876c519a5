"""What a speech says that it is about: the clause with which officials open an answer.

次に、若い世代への支援についてのご質問でございます -> 若い世代への支援
"""

from __future__ import annotations

import re

_SHORTEST = 3
_OPENING = re.compile(
    r"^(?:(?:まず(?:は|初めに)?|次に|最後に|また|続いて|続きまして|初めに|はじめに|私からは|それから|同じく|さらに|なお|では|それでは|"
    r"[一二三四五六七八九１-９1-9]点目(?:です(?:が|けれども)|の|は)?|(?:御|ご)?質問の)、?)*"
    r"(?P<topic>[^。\n]{3,80}?)"
    r"(?:について(?:の|で|お|は|ご|、|も|御|です|申|説)|につきまして|に関する(?:ご|御)?(?:質問|お尋ね|質疑)|に関しまして|に関して|の件(?:です|で|は|に)|"
    r"に関しての|のお尋ね|の(?:ご|御)質問)"
)
_ENGLISH = re.compile(
    r"^(?:(?:now|next|first|second|finally|also|so|and|well),? )*(?:as for|regarding|concerning|with regard to|on the (?:matter|question|issue) of|turning to)"
    r" (?P<topic>[^.,;]{3,80})",
    re.IGNORECASE,
)


def topic_of(speech: str) -> str:
    """The topic that the first clause of a speech names, or an empty string."""
    match = _OPENING.match(speech) or _ENGLISH.match(speech)
    topic = match["topic"].strip("、 　") if match else ""
    return topic if len(topic) >= _SHORTEST else ""
