"""The people that a header lists, in whatever layout: by 、, in columns, spread over the line.

会長　山田太郎　副会長　鈴木花子
委　員　長　　田　中　一　郎
森紀子（青浜大学教授）、委員 森田操
| 区分：学識経験者 | 氏名：山田太郎 | 備考：会長 |
Ann Hayase (Chair), Bo Hara
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ingest import attendees_english, columns
from ingest.attendee_marks import absent, legend, seats, spelled_out, without_absent
from ingest.offices import (
    ADMINISTRATION_OFFICES,
    CLUB_OFFICES,
    COMMITTEE_OFFICES,
    SHORT_OFFICES,
    SpeakerName,
    is_committee_office,
    is_courtesy,
    split_label,
)
from ingest.people import full_name, is_surname
from ingest.text import fold, halfwidth, has_japanese
from ingest.types import Attendee

_BULLET = re.compile(r"^(?:[・○◎●◯◆◇■□*+\-‐]\s*|[(]?\d{1,2}[).]\s*|\d{1,2}\s+(?!番)(?=\D))")
_GIVEN = "\ue001"
"""Stands between a name and the office that a bracket behind it gives."""

_SEPARATOR = re.compile(r"[、，,;；／/]")
_GAP = re.compile(r"\s{2,}|\t")
_NOBODY = re.compile(
    r"^(?:\d+\s*[名人]|なし|無し|該当なし|none|以上|計|敬称略|n/?a$|順不同|[開閉]会$)|^※|傍聴|挨拶|あいさつ",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"\d|ほか|以上|(?<!会)計\b|[\u4e00-\u9fff][をはがへに][\u4e00-\u9fff]|した$|する$|について|の(?:選[任出]|件)|。"
)
_COURTESY = re.compile(r"(?:君|氏|様|さん)$")
_SEAT = re.compile(r"(?<![\d第])(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*番\s*")
_EACH = re.compile(r"の各(?:委員|議員|氏)$")
_GROUP = re.compile(r"^\(([^()]{1,12})\)\s*(?=\S)")
_ADMINISTRATION = re.compile(r"事務局|市側|職員|説明|執行部|当局|行政|オブザーバー|傍聴")
_INSTITUTION = re.compile(
    r"(?:大学|大学院|学部|館|協会|協議会|連合会|組合|会社|法人|連盟|商工会|会議所|自治会|町内会|銀行|病院|センター|学校|学園|高校|新聞|支部|"
    r"委員会|審議会|研究所|事務所|公募|市民|学識経験者?|代表取締役|推進会|保護者会|PTA|NPO|クラブ|教授|理事長?|会長代理|"
    r"[課部局係室署])$"
)  # fmt: skip
_NAME_COLUMN = re.compile(r"^(?:氏名|委員名|委員氏名|名前|name)$", re.IGNORECASE)
_ROLE_COLUMN = re.compile(
    r"^(?:役職|職|職名|役職名|備考|役|役割|委員会での役職|区分|role|office|remarks)$", re.IGNORECASE
)
_SHORT_NAME = 2
"""Characters; no department's name is as short, and many surnames end in 部."""

_OUTSIDE_OFFICES = ("代表", "支部長", "組合長", "自治会長", "町会長", "社長", "顧問")
"""Offices of other bodies, behind their name: 見守り隊代表."""

_GROUP_WORD = re.compile(r"^(\S)\s?(\S)\s{2,}(?=\S{2,})")
"""学　校　　校長　仲宗根　徹: the group that a line lists, set apart as a heading."""

_PRESENCE_COLUMN = re.compile(r"^(?:出欠席?|出席|備考|摘要|attendance|present)$", re.IGNORECASE)
_MISSING = re.compile(r"[×✕✖xX欠]|absent|no\b", re.IGNORECASE)
_GLUED = re.compile(r"^(副?会長|副?委員長|副?議長|副?座長|委員(?![長会])|議員)(\S{1,3})$")
"""委員轟　みどり: an office that a justified line has run into the surname."""

_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc・]+")
_SEATED_GROUP = re.compile(r"^第?\d+号(委員|議員)")
"""１号委員（学識経験者）: the groups from which a law has the members chosen."""

_WORD = re.compile(r"\S+")
_LONGEST_NAME = 5
"""Characters of a Japanese full name, above which spread-out words are more than one person."""


def listed(fields: Iterable[tuple[str, Sequence[str], bool]]) -> tuple[Attendee, ...]:
    """The people of a header's lists, each once, in order.

    Args:
        fields: for each list its heading, its lines, and whether its people are present.
    """
    unique: dict[str, Attendee] = {}
    for heading, values, present in _with_absent(fields):
        marks = legend([heading, *values])
        gone, seated = absent(values, marks), seats(values)
        for person in _people(heading, [spelled_out(value, marks) for value in values]):
            there = present and person.present
            there = there and not any(words.startswith(person.name) for words in gone)
            seat = next((n for n, words in seated.items() if words.startswith(person.name)), None)
            unique.setdefault(fold(person.name), replace(person, present=there, seat=seat))
    return tuple(unique.values())


def _with_absent(
    fields: Iterable[tuple[str, Sequence[str], bool]],
) -> Iterator[tuple[str, Sequence[str], bool]]:
    """The lists, and behind each the people whom it names as absent in a bracket of their own."""
    for heading, values, present in fields:
        kept, gone = zip(*map(without_absent, values), strict=True) if values else ((), ())
        yield heading, kept, present
        if names := [name for each in gone for name in each]:
            yield "欠席者", names, False


def _people(heading: str, values: Sequence[str]) -> Iterator[Attendee]:
    carried = default = _default_office(fold(heading))
    if table := list(columns.rows(values)):
        yield from (person for row in table for person in _columns(row, default))
        return
    if english := [value for value in values if _is_english(value)]:
        yield from attendees_english.people(
            [_BULLET.sub("", halfwidth(value)) for value in english], default
        )
    for value in values:
        if _is_english(value):
            continue
        text = _plain(value)
        if group := _GROUP.match(text):
            # （委員）山田太郎、…, （事務局）公園課長　林　里香: the group's name.
            text = text[group.end() :]
            if not _ADMINISTRATION.search(group.group(1)):
                default = carried = group.group(1) if _office(group.group(1)) else default
        if not text or _NOBODY.search(re.sub(r"^[(（]", "", text)) or text.startswith("("):
            continue
        if text.startswith("|"):
            yield from _row(text, default)
        else:
            found, carried = _japanese(text, default, carried)
            yield from found


def _default_office(heading: str) -> str | None:
    """The office of everybody whom a list names without one: 出席委員, 出席議員, Members."""
    offices = {"議員": "議員", "委員": "委員", "member": "Member"}
    return next((office for word, office in offices.items() if word in heading), None)


def _plain(value: str) -> str:
    """A line of the list without bullet and seats, its offices and groups set together."""
    text = halfwidth(_BULLET.sub("", value.strip()))
    text = _SEATED_GROUP.sub(r"\1 ", text)
    text = _SPACED_OFFICE.sub(lambda found: re.sub(r"\s+", "", found.group()), text)
    if (word := _GROUP_WORD.match(text)) and _is_group(text, word):
        text = text[word.end() :]
    return _EACH.sub("", _SEAT.sub("、", text).lstrip("、"))


def _is_group(text: str, word: re.Match[str]) -> bool:
    """Whether two letters before an office name a group and nobody: 学校, 来賓, 行政."""
    letters = "".join(word.groups())
    behind = _office(text[word.end() :].split()[0])
    return (
        behind is not None
        and not is_surname(letters)
        and full_name(letters) is None
        and (_office(letters) is None)
    )


def _is_english(value: str) -> bool:
    return not has_japanese(value) and not value.strip().startswith("|")


def _columns(row: dict[str, str], default: str | None) -> Iterator[Attendee]:
    """A line of a list in columns: by its headings, with office and presence."""
    name = next((row[head] for head in row if _NAME_COLUMN.match(head)), None)
    roles = [re.sub(r"\s+", "", row[head]) for head in row if _ROLE_COLUMN.match(head)]
    role = next((role for role in roles if is_committee_office(role)), default)
    absent = any("欠" in cell for head, cell in row.items() if not _NAME_COLUMN.match(head))
    if name and not _NOBODY.search(name):
        yield from (replace(p, present=not absent) for p in _entry(halfwidth(name), role)[0][:1])


def _row(text: str, default: str | None) -> Iterator[Attendee]:
    """A row of a table, each cell behind its heading (``氏名：山田太郎``)."""
    named, role, there = None, default, True
    for cell in (part.strip() for part in text.strip("|").split("|")):
        head, colon, value = cell.partition(":")
        if colon and _NAME_COLUMN.match(head.strip()):
            named = value.strip()
        elif colon and _ROLE_COLUMN.match(head.strip()) and _office(value.strip()):
            role = value.strip()
        elif colon and _PRESENCE_COLUMN.match(head.strip()):
            there = not _MISSING.match(value.strip())
    if named:
        yield from (replace(person, present=there) for person in _entry(named, role)[0])


def _japanese(
    text: str, default: str | None, carried: str | None
) -> tuple[list[Attendee], str | None]:
    """The people of a line, and the office that the next line goes on with."""
    head, colon, rest = text.partition(":")
    if "(" in head:
        head, colon, rest = text, "", ""
    office = carried
    if colon and split_label(head.strip()).office:
        office, text = re.sub(r"\s+", "", head), rest.strip()
        if _NOBODY.search(text):
            return [], default
    people: list[Attendee] = []
    for part in _SEPARATOR.split(_without_notes(text)):
        found, office = _entry(part.strip(" .。"), office)
        people += found
        # 会長 is one person; 委員 goes on over the names that follow.
        if found and office not in ("委員", "議員", default):
            office = default
    return people, office


def _without_notes(text: str) -> str:
    """The text with each bracket behind a name kept only if it gives an office, as behind a mark of its own."""
    text = text.replace(_GIVEN, "")

    def kept(match: re.Match[str]) -> str:
        inner = match.group(1).strip()
        for part in re.split(r"[・、,]", inner):
            # 会長 学識経験者, but not NPO法人ひなた 理事: the office of another body.
            first = part.split()[0] if part.split() else ""
            if is_committee_office(first):
                return f"{_GIVEN}{first} "
        return " "

    return re.sub(r"\s*\(([^()]*)\)", kept, text)


def _entry(part: str, office: str | None) -> tuple[list[Attendee], str | None]:
    """The people of one entry between separators, and the office that holds behind it."""
    if not part or _NO_NAME.search(part) or len(part) > 80:
        return [], office
    part, at, given = part.partition(_GIVEN)
    if at:
        own, office = _entry(part.strip(), office)
        own[-1:] = [replace(person, role=given.split()[0]) for person in own[-1:]]
        rest = given.partition(" ")[2].strip()
        more, office = _entry(rest, office) if rest else ([], office)
        return [*own, *more], office
    tokens = part.split()
    spread = sum(len(token) == 1 for token in tokens) * 2 > len(tokens) > 2
    if spread:
        return _spread(part, office)
    people: list[Attendee] = []
    default = office
    for group in _groups(part):
        found, office = _tokens(group.split(), office)
        people += found
        # 副委員長　真鍋　佐知子　　　石丸　渉: an office of one person ends with that person.
        if found and is_committee_office(office or "") and office not in ("委員", "議員"):
            office = default
    return people, office


def _groups(part: str) -> list[str]:
    """A line in the pieces that wide gaps part; 五十嵐　　　勉 is one name all the same."""
    groups: list[str] = []
    for group in _GAP.split(part):
        before = groups[-1].split() if groups else []
        first = group.split()[0] if group.split() else ""
        given = len(first) <= 3 and _office(first) is None and not is_surname(first)
        alone = len(before) == 1 and full_name(before[0]) is None and _office(before[0]) is None
        # 野々山　　敏: one letter is no name of its own.
        letter = len(group) == 1 and len(before) == 1
        surname_alone = bool(before) and (alone or letter or is_surname(before[-1]))
        # 野々宮　瞳　　　委員: where offices stand behind names, one alone belongs to the name before.
        behind = (
            _office(group) is not None and bool(before) and _office(groups[0].split()[0]) is None
        )
        if (given and surname_alone) or behind:
            groups[-1] += f" {group}"
        else:
            groups.append(group)
    return groups


def _spread(part: str, office: str | None) -> tuple[list[Attendee], str | None]:
    """Words set apart letter by letter: 委　員　長　　田　中　一　郎, 高　橋　　　実."""
    if offices := [word for word in _WORD.finditer(part) if _is_long_office(word.group())]:
        # 建設部長　　服　部　昌　弘　　　都市計画課長　　南　　　洋　介
        ends = [word.start() for word in offices[1:]] + [len(part)]
        people = _spread(part[: offices[0].start()].strip(), office)[0]
        for word, end in zip(offices, ends, strict=True):
            people += _spread(part[word.end() : end].strip(), word.group())[0]
        return people, office
    part = _COURTESY.sub("", part)
    compact = re.sub(r"\s+", "", part)
    found = next((o for o in _OFFICES if compact.startswith(o)), None)
    if found is not None:
        office = found
        part = re.sub(r"^\s*" + r"\s*".join(map(re.escape, found)), "", part).strip()
        compact = compact[len(found) :]
    if len(compact) > _LONGEST_NAME:
        widest = max((len(gap) for gap in re.findall(r"\s+", part)), default=1)
        pieces = _whole_names(re.split(rf"\s{{{widest},}}", part)) if widest > 1 else [part]
        if len(pieces) > 1:
            return [p for piece in pieces for p in _spread(piece, office)[0]], office
    if len(compact) < 2:
        return [], office
    gaps = [(len(gap.group()), gap.start()) for gap in re.finditer(r"\s+", part)]
    widest = max((size for size, _ in gaps), default=0)
    at = [where for size, where in gaps if size == widest]
    surname = re.sub(r"\s+", "", part[: at[0]]) if len(at) == 1 else None
    return [Attendee(compact, office, surname=surname)], office


def _is_long_office(word: str) -> bool:
    return len(word) > 2 and _office(word) is not None


def _whole_names(pieces: Sequence[str]) -> list[str]:
    """Pieces of a line with each letter that stands alone behind its surname: 野々山　　敏."""
    whole: list[str] = []
    for piece in pieces:
        if len(piece) == 1 and whole and " " not in whole[-1]:
            whole[-1] += f" {piece}"
        else:
            whole.append(piece)
    return whole


def _tokens(tokens: list[str], office: str | None) -> tuple[list[Attendee], str | None]:
    """Words between gaps: names with offices before (会長 山田 太郎) or behind them."""
    people: list[Attendee] = []
    names: list[str] = []
    if tokens and (glued := _GLUED.match(tokens[0])) and is_surname(glued.group(2)):
        tokens = [*glued.groups(), *tokens[1:]]
    if len(tokens) > 1 and split_label(tokens[1]).office is None and _of_part(tokens[0]):
        return list(_named(tokens[1:], tokens[0])), tokens[0]
    first_is_office = bool(tokens) and _office(tokens[0]) is not None
    for token in tokens:
        if is_courtesy(token):
            people += _named(names, office)
            names = []
            continue
        own = _office(token)
        if own is None:
            names.append(token)
        elif first_is_office or not names:
            people += _named(names, office)
            names, office = [], own
        else:
            people += _named(names, own)
            names = []
    people += _named(names, office)
    return people, office


def _of_part(token: str) -> bool:
    """Whether a word before a name is an office of a part of a body: 広報委員長, 修繕担当理事, 会計."""
    parts = split_label(token)
    part = bool(parts.name) and parts.office in COMMITTEE_OFFICES
    person = is_surname(parts.name or "") or full_name(parts.name or "", strict=True) is not None
    return token in CLUB_OFFICES or (part and not person)


def _office(token: str) -> str | None:
    """The office that a word is, and nothing but that: 会長, 情報政策課長."""
    if _is_family(token):
        return None
    parts = split_label(token)
    if parts == SpeakerName(None, token):
        return token
    department = (
        parts.name
        and parts.office in (*ADMINISTRATION_OFFICES, *_OUTSIDE_OFFICES)
        and not is_surname(parts.name)
    )
    return token if department and full_name(parts.name or "", strict=True) is None else None


def _is_family(token: str) -> bool:
    """Whether a word is a surname although it may end like a department: 渡部, 真部, 長曽我部."""
    short = len(token) == _SHORT_NAME and token[-1] in SHORT_OFFICES
    # Of a rare one the dictionary knows all but the first letter.
    return is_surname(token) or short or (token.endswith("部") and is_surname(token[1:]))


def _named(tokens: list[str], office: str | None) -> Iterator[Attendee]:
    """The people that words name: 山田 太郎; 原健 原聡子; 山田 太郎 澄浦大学教授."""
    tokens = _letters_joined(tokens)
    if len(tokens) > 2 and all(_KATAKANA.fullmatch(token) for token in tokens):
        yield Attendee("".join(tokens), office, surname=tokens[0])  # グエン　ヴァン　ナム
        return
    named = [t for t in tokens if len(t) <= 2 or _is_family(t) or not _INSTITUTION.search(t)]
    if not named and len(tokens) == 1 and len(tokens[0]) > _LONGEST_NAME - 1:
        return  # 中央公民館: whose people follow
    named = [_COURTESY.sub("", token) or token for token in named or tokens[:1]]
    if not named:
        return
    whole = [_is_whole(token) for token in named]
    if len(named) > 1 and all(whole):
        for token in named:
            yield from _single(token, office)
    elif len(named) == 1:
        yield from _single(named[0], office)
    elif len(named) == 2 or len(named) % 2:
        first, second = named[0], named[1]
        if whole[0] and not whole[1]:
            yield from _single(first, office)
        else:
            yield Attendee(first + second, office, surname=first)
    else:
        for first, second in zip(named[::2], named[1::2], strict=True):
            yield Attendee(first + second, office, surname=first)


def _is_whole(token: str) -> bool:
    """Whether a word names somebody by itself: 山田太郎, 山田会長."""
    parts = _parts(token)
    return full_name(token) is not None or bool(parts.name and parts.office)


def _parts(token: str) -> SpeakerName:
    """A word taken apart; 曽我部 and 長谷部優子 are names, and no departments."""
    if is_surname(token) or full_name(token, strict=True) is not None:
        return SpeakerName(None, None)
    parts = split_label(token)
    return SpeakerName(None, None) if parts.name and parts.office in SHORT_OFFICES else parts


def _letters_joined(tokens: list[str]) -> list[str]:
    """Single letters that stand beside each other as one word: 西 尾 みどり -> 西尾 みどり."""
    joined: list[str] = []
    before = False
    for token in tokens:
        letter = len(_COURTESY.sub("", token)) == 1
        if letter and before:
            joined[-1] += token
        else:
            joined.append(token)
        before = letter
    return joined


def _single(token: str, office: str | None) -> Iterator[Attendee]:
    """One word: a name, or a name with its office (大森会長, 森委員, 森会計)."""
    club = next(
        (o for o in CLUB_OFFICES if token.endswith(o) and is_surname(token.removesuffix(o))), None
    )
    if club is not None:
        yield Attendee(token.removesuffix(club), club)
        return
    parts = _parts(token)
    if parts.office is None and not _NO_NAME.search(token):
        yield Attendee(token, office)
    elif parts.office and is_courtesy(parts.office) and parts.name:
        yield Attendee(parts.name, office)
    elif parts.office and parts.name and _INSTITUTION.search(parts.name):
        return  # 審議会委員: a heading of the list
    elif parts.office and parts.name and not _NO_NAME.search(parts.name):
        yield Attendee(parts.name, parts.office)


_OFFICES = sorted(COMMITTEE_OFFICES, key=len, reverse=True)
_SPACED_OFFICE = re.compile(
    r"(?<!\S)(?:"
    + "|".join(r"\s+".join(map(re.escape, office)) for office in _OFFICES)
    + r")(?=\s+\S)"
)
