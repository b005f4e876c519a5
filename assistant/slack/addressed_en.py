"""What an English sentence in a thread does: asks the records, asks people, or calls somebody."""

from __future__ import annotations

import re

COURTESY = re.compile(
    r"(?:(?:many )?thank(?:s|you| you)(?: (?:so|very) much| a lot| again| all"
    r"| everyone)*(?: for (?:the|your|that|this|all)(?: \w+)?)?|thx|ty|cheers"
    r"|much appreciated|i see|got it|noted|understood|(?:all )?right|alright|ok(?:ay)?|yes|yep"
    r"|yeah|yup|sure(?: thing)?|of course|fine|agreed|true"
    r"|(?:that(?:'s| is) |very |really |so )*(?:great|perfect|nice|cool|good|helpful|excellent"
    r"|awesome|interesting|useful|wonderful)|will do|no problem|np|you're welcome"
    r"|makes sense|good to know|well done|nice work|good point|lol)(?![\w'])",
    re.IGNORECASE,
)
GREETING = re.compile(
    r"(?:hello|hi|hey|good (?:morning|afternoon|evening|night)|morning|(?:good)?bye"
    r"|see you(?: (?:later|soon|tomorrow))?|have a (?:nice|good|great) (?:day|weekend|evening|one)"
    r"|happy friday|welcome(?: back)?)(?: there| all| everyone| everybody| team| folks"
    r"| guys)?(?![\w'])",
    re.IGNORECASE,
)

_OPENERS = re.compile(
    r"(?:(?:and|but|so|also|then|now|well|or|just|please|plus|anyway|by the way|btw|actually"
    r"|additionally|again|finally|next|in that case|excuse me|let's see|one more (?:thing"
    r"|question)|another question|a question)"
    r"(?:\s*[,:;.!]+\s*|\s*-+\s+|\s+)|(?:no|hmm+|oh|ah|wow|really|sorry)\s*[,.!?;:]+\s*)",
    re.IGNORECASE,
)
_AFTER_NOD = re.compile(
    r"\s*[,.!;:?]+\s*|\s+-+\s+|\s+(?=(?:and|but|so|then|now)\b)|$", re.IGNORECASE
)

_GROUP = r"(?:all|everyone|everybody|team|guys|folks|people|y'all|colleagues)"
_NO_NAMES = (
    r"(?!(?:Thanks|Thx|Yes|Yeah|Yep|No|Right|Alright|Also|So|Okay|OK|Ok|Well|Really|Great|Perfect"
    r"|Good|Fine|Cool|Nice|Sorry|Sure|However|Then|Now|And|But|Or|"
    r"Please|Understood|Noted|Agreed|True|Interesting|Question|Hmm+|Oh|Ah|Wow|Finally|First|Second"
    r"|Next|Again|Actually|Otherwise|Besides|Still|Overall|Just|"
    r"Meanwhile|Anyway|Hello|Hi|Hey|Cheers|Incidentally|Btw|Exactly|Indeed|Plus|Followup|Budget"
    r"|Summary|Specifically|Lastly|Seriously|Today|Tomorrow|Yesterday)\b)"
)
_CALL = re.compile(
    r"^@\S"
    r"|^(?i:(?:good )?(?:hi|hey|hello|dear|morning|afternoon))\s+(?!There\b)(?:[A-Z][a-z]+\b)"
    rf"|^(?i:(?:(?:good )?(?:hi|hey|hello|dear|morning|afternoon)\s+)?{_GROUP})\s*[,:!-]"
    rf"|^(?i:(?:hi|hey|hello|dear)\s+{_GROUP})\b"
    rf"|^{_NO_NAMES}[A-Z][a-z]+(?: [A-Z][a-z]+)?[,:]\s"
    rf"|^{_NO_NAMES}[A-Z][a-z]+ (?:can|could|would|will|do|did|are|have) you\b"
    rf"|,\s(?i:{_GROUP})[?!.]*$|,\s(?!(?:January|February|March|April|May|June|July|August"
    rf"|September|October|November|December)\b)[A-Z][a-z]+\?$"
)

_AUX = r"(?:did|does|do|was|were|is|are|has|have|had|will|would|can|could|should|'s|must|might)"
_WH = r"(?:who|whom|whose|what|when|where|why|which|how)"
_TELL = (
    r"(?:(?:tell|show|give|get|remind)\s+(?:me|us)\b(?!\s+(?:a (?:minute|moment|sec|second|call"
    r"|ring|shout|hand|break|lift)|time|five|the (?:file|link|key)))"
    r"|give (?:some |a bit )?(?:more|further|an example|the (?:details?|figures?|reasons?|total))\b"
    r"|(?:show|name|quote|cite|outline|describe|compare|clarify|explain|summari[sz]e|elaborate"
    r"|translate|recap|list)\b(?!\s+(?:attached|enclosed|of hands|up|below|above|sent|me in))"
    r"|find\s+(?:the|out|any|where|what|who|when|all|every|that|more)\b|search\s+(?:for|the)\b"
    r"|look up\b|sum (?:it|that|this) up\b)"
)
_REQUEST = re.compile(
    rf"^(?:(?:can|could|would|will) you (?:please |also |just |quickly |perhaps |maybe )*)?{_TELL}"
    r"|^(?:i(?:'d| would) (?:also )?(?:like|love) to (?:know|see|read|hear)|i (?:also )?(?:want"
    r"|need) to (?:know|see))\b"
    r"|^i(?:'d| would) like (?:a|the) (?:\w+ )?(?:summary|list|quote|figures?|details?|reasons?)\b"
    r"|^(?:go on|continue|carry on|keep going|tell me more|(?:(?:some |a bit "
    r"|a little )?more )?(?:details?|detail)(?:,? please)?|more(?:,? please)?"
    r"|sources?(?:,? please)?|in (?:more )?detail|(?:(?:a|the) )?(?:short |brief )?(?:summary|list"
    r"|quote|reasons?|figures?|numbers?|dates?|names)(?: of [\w ]{1,40})?,? please)[.!]*$",
    re.IGNORECASE,
)
_YOU_MAY = re.compile(r"^(?:can|could|would|will) you ", re.IGNORECASE)
# What only people know, what they decide together, and what they utter to each other.
_AMONG_PEOPLE = re.compile(
    r"\b(?:you|your|yours|u|ya|you're|you've|we|we're|our|us all|y'all)\b"
    r"|\b(?:should|shall|can|could|may|must|do|did|am|was|will|have)\s+i\b|\bi(?:'m|'ll)\b"
    r"|\b(?:can|could|does|do|is|has|will|would)\s+(?:some|any|every)(?:one|body)\b"
    r"|\bwho(?:'s| is)? (?:wants|can|could|knew|knows|cares|has|else wants|in\b|up for|coming|free"
    r"|going|joining|around|available|taking|bringing)"
    r"|\b(?:is|are|was|does|do|did)\s+(?:this|that|it|these|those|everything|all)\s+(?:(?:look"
    r"|sound|seem|all|also|still|really|now|even|a|the|make)\s+)*"
    r"(?:ok|okay|right|correct|fine|good|enough|yours|ready|done|true|working|sense|accurate|wrong"
    r"|mistake|typo|final|latest|help|work|possible)\b"
    r"|\b(?:lunch|coffee|drinks?|dinner|tea|beer|tomorrow|tonight|this (?:afternoon|morning"
    r"|evening|week)|next week|later today|what time shall|free at|my|coming along|still on)\b"
    r"|\b(?:printer|file|link|attachment|key|keys|e-?mail|inbox|zoom|wifi|wi-fi|password|slides?"
    r"|spreadsheet|laptop|door|room|call)\b"
    r"|^where(?:'s| is| are| was)\b(?!.*(?:ed|said|held|set|found|written|kept|built|spent)\b)"
    r"|^(?:who|what|is|are|how)\b.*\btoday\b|^(?:why (?:not|me|us)|how come|how (?:are|is"
    r"|'s) (?:things|everyone|life|the weather|it going)|what an?|what(?:'s| is) (?:up|wrong"
    r"|going on|new)\b|what time|what about (?:me|it|lunch|(?:mon|tues|wednes|thurs|fri)day)\b"
    r"|which is\b(?!.*\?)|how did (?:it|that) go\b|how (?:nice|kind|lovely|funny|odd|strange|sad"
    r"|great|about (?:we|a|lunch|\d|mon|tues|wednes|thurs|fri|\w+ing\b))|any (?:ideas?|thoughts?"
    r"|volunteers?|questions?|news|chance|luck|takers))\b"
    r"|\b(?:tell|ask|show|give) (?:him|her|them)\b|\b(?:just|told|gave|sent|asked|with|for"
    r"|to) me\b|\bso slow\b|isn't it\b|\bright\?$"
    r"|^(?:is|are) (?:it|they|he|she|this|that) (?:still |already |now )?\w+ing\b",
    re.IGNORECASE,
)
_PREPOSITION = r"(?:(?:in|by|on|at|for|from|to|with|of|since|until|about|under) )?"
_WHAT = re.compile(
    rf"^{_PREPOSITION}(?:{_WH}(?: else| exactly)?(?:\s+|(?=')){_AUX}\b(?!\s+(?:great|fine|nice"
    rf"|good)\b)"
    rf"|how (?:much|many|long|often|old|far|big|large|high|soon|late|early)\b"
    rf"|(?:which|whose|what)(?: \w+){{1,4}} {_AUX}\b"
    r"|(?:which|whose) \w+ \w+ed\b"
    r"|who(?: else)? (?:\w+ed|said|spoke|told|took|led|made|won|wrote|gave|paid|pays|sat|chose"
    r"|brought|put|saw|heard|runs|leads|chairs|sits|decides)\b"
    r"|what (?:about|of|happened|happens|changed|changes|else|caused|comes|came)\b"
    r"|how (?:about (?:the|in|for|his|her|their|last|other)|come)\b)"
    r"|^(?:why|who|when|where|what else|since when|by whom)[.!]*$",
    re.IGNORECASE,
)
_STARTS_WITH_WH = re.compile(
    rf"^{_PREPOSITION}{_WH}\b(?!\s*[?!]*$)|^(?:why|who|when|where)\?", re.IGNORECASE
)
_WHETHER = re.compile(
    r"^(?:do|did|was|were|does|has|had|is|are|have|will)(?:n't)? (?:the|they|he|she|it|there|any"
    r"|anyone"
    r"|anybody|anything|this|that|these|those|residents?|people|councillors?|members?|[A-Z]\w+)\b"
    r"|^(?:was|were|has|have|is|are) \w+(?: \w+){0,4} (?:discussed|mentioned|raised|decided"
    r"|approved"
    r"|rejected|recorded|given|made|said|taken|held|set)\?",
)
_WHETHER_UNMARKED = re.compile(
    r"^(?:did|was|were|does|has) (?:the|they|he|she|there|anyone|any)\b(?: \S+){2}",
)
_NOUNS = re.compile(
    r"^(?:the|any|anything|in|for|since|by|until|on|under|before|after|his|her|their|its|other"
    r"|others|more|only|even|last|first|with|without|including)\b",
    re.IGNORECASE,
)


def calls(sentence: str) -> bool:
    """Whether a sentence calls a person or people: Hi Bob, …; Sarah, …; and all."""
    return bool(_CALL.search(sentence))


def asks(sentence: str) -> bool:
    """Whether a sentence asks the records something.

    Args:
        sentence: with its marks.
    """
    words = _opened(sentence)
    if _REQUEST.search(words):
        # could you tell me when you are free: the first "you" asks, the second one is asked about.
        return not _AMONG_PEOPLE.search(_YOU_MAY.sub("", words))
    if _AMONG_PEOPLE.search(words):
        return False
    if _WHAT.search(words):
        return True
    if "?" not in words:
        return bool(_WHETHER_UNMARKED.search(words[:1].lower() + words[1:]))
    return bool(
        _STARTS_WITH_WH.search(words)
        or _WHETHER.search(words[:1].lower() + words[1:])
        or _NOUNS.search(words)
    )


def _opened(sentence: str) -> str:
    """A sentence without the nods and conjunctions at its beginning: Thanks, and who said that?"""
    at = 0
    while True:
        match = _nod(sentence, at) or _OPENERS.match(sentence, at)
        if match is None or match.end() in (at, len(sentence)):
            return sentence[at:]
        at = match.end()


def _nod(sentence: str, at: int) -> re.Match[str] | None:
    nod = COURTESY.match(sentence, at)
    return _AFTER_NOD.match(sentence, nod.end()) if nod else None
