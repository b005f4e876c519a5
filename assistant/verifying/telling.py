"""Who a claim says said it, and what: 「三好委員は…と述べた」 taken apart.

A claim tells somebody's words, or what a body decided, or simply states; what is left without the
words that tell is what the record must carry.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.question import read_question
from assistant.verifying import telling_english
from assistant.verifying.grounds import Grounds, Wrong
from assistant.verifying.types import Fault
from ingest.exchanges import is_question
from ingest.offices import is_administration, split_label
from ingest.text import fold
from ingest.types import Place

_SUBJECT = r"(?:[(（][^()（）]{1,20}[)）])?(?:[はがも]、?|からは?|によ(?:る|れば|り)と?、?|としては|の(?:説明|報告|発言|意見|質問|話|回答|答弁|見解)(?:では|によ|は|で)|は、)"
_SAYING = (
    r"(?:述べ|言[いっう]|発言|答え|回答|答弁|説明|質問|尋ね|たずね|問い?|質し|ただし|指摘|求め|要望|要請|報告|提案|提起|主張|懸念|示[しさ]|語[っり]|話[しす]|確認|認め|触れ|"
    r"強調|訴え|期待|評価|反対|賛成|考え|思|見解|意見|伝え|紹介|補足|促し|明らかに|明言|表明|述懐|応じ|見て|心配|疑問|呼びかけ|提言|挙げ)"
)
_TOLD = re.compile(
    rf"(?:との|という|(?<!か)と|旨を?|ことを|ように|よう|(?<=か)(?:を|と|について))"
    rf"(?:(?:意見|考え|見解|認識|懸念|説明|方針|疑問|質問|要望|意向|立場|見方|旨)(?:を|が|で|に)?)?"
    rf"(?:{_SAYING}|し(?=た)|呈し)[ぁ-ん]{{0,8}}[。.]?$"
)
_BODY = re.compile(
    r"(?:(?:本|当|同|この|両)?(?:[\u4e00-\u9fffァ-ヶー]{0,14})?(?:委員会|協議会|審議会|部会|懇談会|懇話会|検討会|評議会|運営会議|会議|議会|分科会)|全員|委員(?:ら|たち|一同|全員|の総意|から|間|の多く|の間)|出席者(?:ら|全員)?|参加者|各委員|委員各位|一同|総意|会)"
    r"(?P<joint>は|が|として(?:は)?|では|で|から|に|の総意)"
)
_BODY_DOES = re.compile(
    r"決定|決め|決ま|決議|合意|了承|承認|可決|採択|否決|一致|結論|方針|確認|考え|求め|要望|判断|反対|賛成|懸念|評価|意見|了解|異議|提言|とりまとめ|まとめ|見解|認め|異存|同意|支持|歓迎|とした|としている|決断|約束"
)
_CITY = re.compile(
    r"(?<![\u4e00-\u9fff])(?P<city>(?:[\u4e00-\u9fff]{1,4})?[市町村区県都府]|当局|行政|執行部|市側|町側|事務局|担当課|市役所|役場)(?:側)?(?:は|が|としては?|では|の方針|から|によ)"
)
_ENGLISH_BODY = re.compile(
    r"\b(?:the )?(?:committee|board|council|commission|panel|members|meeting|group|association|everyone|everybody|all members|participants|trustees|attendees)"
    r"(?: (?:members|as a whole|unanimously|has|have|had|then|also))* (?P<does>agree[ds]?|decided?|approved?|resolved|adopted|concluded|endorsed|rejected|supports?|supported|thinks?|believes?|believed|felt|wants?|wanted|opposes?|opposed|was unanimous|were unanimous|voted|is in favou?r|recommended)\b",
    re.IGNORECASE,
)
_ENGLISH_CITY = re.compile(r"\b(?:the )?(?:city|town|county|borough|village|administration|authority|ward)(?: council)? (?:will|plans?|decided|intends?|promised|is going|announced|says|said|believes|thinks|has)\b", re.I)  # fmt: skip
_DECIDES = re.compile(
    r"決定|決ま|承認|了承|可決|採択|否決|全会一致|異議な|異議は?(?:ござい|あり)?ませ|合意|全員|委員会として|協議会として|審議会として|会として|当会|本委員会|本協議会|本審議会|本会"
    r"|\bagreed\b|\bapproved\b|\bdecided\b|\bcarried\b|\bunanimous\w*|\bresolved\b|\bwe (?:all )?(?:agree|decide|approve)|\bthe (?:committee|board|council)\b|\badopted\b|\bso ordered\b",
    re.IGNORECASE,
)
_CHAIRS = re.compile(
    r"(?<!副)(?:会長|委員長|議長|座長|部会長|理事長)|\bchair|\bpresident\b|\bmayor\b", re.I
)
_OF_CITY = re.compile(
    r"(?:本|当)?[市町村区県都府](?:として|は|では|の方針|が)|\bthe (?:city|town|county)\b|\bwe\b",
    re.I,
)
_ANSWERS = re.compile(
    r"(?:と|を|旨|よう)?(?:答え|回答し|答弁し)|\b(?:answers?|answered|repl(?:y|ies|ied))\b"
)


@dataclass(frozen=True)
class Told:
    """A claim taken apart: who is said to speak, and the claim without the words that tell.

    ``reported``: it gives what follows as somebody's words, not as a fact.
    """

    speakers: tuple[str, ...]
    content: str
    reported: bool = False


def told(claim: str) -> Told:
    """Who a claim (NFKC) says said it; empty where it only states something."""
    if not has_kana(claim):
        return _told_in_english(claim)
    named = read_question(claim).speakers
    subjects = tuple(
        name for name in named if name != "事務局" and re.search(re.escape(name) + _SUBJECT, claim)
    )
    content = claim
    for name in subjects:
        content = re.sub(re.escape(name) + _SUBJECT, "", content, count=1)
    bare = _TOLD.sub("", content) if subjects or _CITY.search(claim) else content
    return Told(subjects, bare.strip("、。 ") or claim, bool(subjects) and bare != content)


_TAKEN_UP = re.compile(
    r"^.*?(?:(?:問い|質問|要望|指摘|意見|提案|疑問|訴え|求め|声|心配|懸念|委員)(?:に対し?て?|を受けて?|に応えて?|に)|"
    r"(?:問|聞か|尋ねら|質さ|求めら|質問さ|たださ)(?:われ|れ)(?:た[^、]*|て)?)、"
)


def answer(content: str) -> str:
    """What a claim says without the question that it says is answered: …との問いに、."""
    return _TAKEN_UP.sub("", content, count=1) or content


def has_kana(text: str) -> bool:
    """Whether a claim is Japanese: names in kanji stand in English sentences as well."""
    return re.search("[\u3041-\u30ff]", text) is not None


def _told_in_english(claim: str) -> Told:
    found = telling_english.speaker_of(claim)
    if found is None:
        return Told((), claim)
    who, content = found
    bare = re.sub(r"^\s*,?\s*that\b", "", content).strip(" ,")
    return Told((who,), bare or claim, True)


def wrongly_told(claim: str, parts: Told, ground: Grounds) -> Wrong | None:
    """Whether a claim gives the words to somebody who did not say them, or to a body."""
    place = ground.place
    for name in parts.speakers:
        if not is_by(name, place) and not _speaks_in(name, ground.said):
            return Wrong(Fault.SPEAKER, f"{name} ≠ {place.speaker or place.heading or place.title}", contradicted=place.speaker is not None)  # fmt: skip
    if place.speaker is None:
        return None
    if parts.speakers and _ANSWERS.search(claim) and not ground.source.passage.answers and is_question(ground.quoted):  # fmt: skip
        return Wrong(Fault.SPEAKER, ground.quoted[-20:])
    return _wrong_body(claim, ground)


def _speaks_in(name: str, said: str) -> bool:
    """Whether the words themselves tell what somebody of that name said: 原委員から…とのご指摘."""
    told = r"\s*(?:から|が|は|より|の(?:ご)?(?:意見|指摘|質問|提案|発言|お話|要望))"
    return bool(re.search(re.escape(name) + told, said)) or bool(
        name.isascii() and re.search(rf"{re.escape(name)}\s+{telling_english.SAYS}\b", said)
    )


def is_by(name: str, place: Place) -> bool:
    """Whether the words at a place are those of somebody called ``name``: 三好委員, 経営課長, Ms. Phan."""
    labels = [fold(part) for part in (place.speaker, place.person, place.role) if part]
    wanted = fold(name)
    if any(wanted == label for label in labels):
        return True
    if name.isascii():
        return telling_english.is_by(name, place)
    parts = split_label(name)
    known = fold(place.speaker or "") + "\n" + fold(place.person or "")
    roles = [fold(place.role or ""), fold(place.speaker or "")]
    held = parts.office is not None and any(_holds(fold(parts.office), role) for role in roles)
    if parts.name is None:
        return held or (parts.office is None and wanted in known)
    # 経営課長（棚橋）, 棚橋課長: name and office, each as the record has it.
    named = fold(parts.name) in known or any(fold(parts.name + (parts.office or "")) in role for role in roles)  # fmt: skip
    member = parts.office in ("委員", "議員") and not is_administration(place.speaker or "")
    return named and (held or member or parts.office is None)


def _holds(office: str, role: str) -> bool:
    """Whether a label ends with an office, and not with that of a deputy: 会長 is not 副会長."""
    return role.endswith(office) and not role.removesuffix(office).endswith("副")


def _wrong_body(claim: str, ground: Grounds) -> Wrong | None:
    """A body for one person: what the committee thinks needs words that say so."""
    said, place = ground.said, ground.place
    body = _BODY.search(claim)
    english = _ENGLISH_BODY.search(claim)
    decides = _DECIDES.search(ground.quoted) and (
        _CHAIRS.search(f"{place.speaker} {place.role}") or is_administration(place.speaker or "") or is_administration(place.role or "")
    )  # fmt: skip
    if ((body and _BODY_DOES.search(claim[body.end() :])) or english) and not decides:
        found = body or english
        if found and fold(found.group()) not in fold(said):
            return Wrong(Fault.COMMITTEE, f"{found.group().strip()} ≠ {place.speaker}")
    city = _CITY.search(claim)
    named = city["city"] if city else ""
    if named == "事務局" and "事務局" in (place.speaker or ""):
        return None
    if of_administration(place) or not (city or _ENGLISH_CITY.search(claim)):
        return None
    if (named and fold(named) in fold(said)) or _OF_CITY.search(said):
        return None
    return Wrong(Fault.COMMITTEE, f"{named or 'the city'} ≠ {place.speaker}")


def of_administration(place: Place) -> bool:
    """Whether somebody of the administration speaks."""
    return any(is_administration(part) for part in (place.speaker, place.role) if part)
