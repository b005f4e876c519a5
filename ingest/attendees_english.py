"""The people that an English list names: Ann Hayase (Chair), Bo Hara; or Ann Hayase, Chair; Bo Hara.

What stands in brackets behind a name is its office, or says something about it: (architect, Lowe
Partners), (Ward 3), (in the place of Cllr Roe, who has resigned).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.offices import (
    SpeakerName,
    english_name,
    is_courtesy,
    is_full_english_name,
    split_label,
)
from ingest.types import Attendee

_GROUP = re.compile(
    r"(?P<office>Trustee|Councillor|Councilor|Councilmember|Commissioner|Member|Director"
    r"|Supervisor|Governor|Senator|Representative)s[: ]\s*(?=[A-Z])"
)
_LONGEST = 60
"""Characters of a name with its office, without brackets."""

_BRACKET = re.compile(r"\s*\(([^()]*)\)")
_CLOSED = re.compile(r"(?<=\))\.\s+(?=[A-Z])")
"""Where a list ends and a sentence begins."""

_TOLD = re.compile(
    r"\s(?:sent|did|was|were|had|could|joined|left|arrived|attended|apologi[sz]ed)\s.*"
)
_NOT_THERE = re.compile(
    r"\b(?:not (?:attend|present|there)|absent|unable to attend|apologi)", re.IGNORECASE
)
_LEGEND = re.compile(r"^\s*<[^<>]{1,20}>\s*")
"""<Prof> Ada Lowe: what a transcript calls somebody."""


def people(values: Sequence[str], default: str | None) -> Iterator[Attendee]:
    """The people of some lines, in order.

    Args:
        values: the lines of a list, half-width and without bullets.
        default: the office of those whom the lines name without one.
    """
    lines = list(_whole(values))
    separator = ";" if any(";" in _BRACKET.sub("", line) for line in lines) else ","
    found: list[Attendee] = []
    for line in lines:
        for part in _parts(line, separator):
            name = part.strip(" .")
            if group := _GROUP.match(name):
                # Trustees Dana Harrow, Peter Harrow: the office of all that follow.
                default, name = group["office"], name[group.end() :]
            plain = _BRACKET.sub("", name)
            if not plain or len(plain) > _LONGEST or re.search(r"[\d:]", plain):
                continue
            if found and split_label(name) == SpeakerName(None, name):
                # Ann Hayase, Chair: the office stands behind its own comma.
                found[-1] = replace(found[-1], role=_member_office(name, found[-1].role))
            elif person := _person(name, default):
                found.append(person)
    yield from found


def _whole(values: Sequence[str]) -> Iterator[str]:
    """The lines, one that ends within a bracket together with the next."""
    line = ""
    for value in values:
        line = f"{line} {value}".strip()
        if line.count("(") <= line.count(")"):
            yield line
            line = ""
    if line:
        yield line


def _parts(value: str, separator: str) -> Iterator[str]:
    """The entries of a line; Members Ann Hayase, Bo Hara among entries parted by ; are two."""
    for part in _split(value, separator):
        group = _GROUP.match(part)
        names = part[group.end() :].split(", ") if group else []
        if group and all(map(is_full_english_name, names)):
            yield part[: group.end()] + names[0]
            yield from names[1:]
        else:
            yield part


def _split(value: str, separator: str) -> list[str]:
    """A line in pieces at its separators outside brackets."""
    hidden = re.sub(r"\([^()]*\)", lambda bracket: "\0" * len(bracket.group()), value)
    ends = [
        *re.finditer(rf"\s*(?:{separator}|\band\b(?=\s+[A-ZÀ-Þ]))\s*", hidden),
        *_CLOSED.finditer(value),
    ]
    pieces, begin = [], 0
    for end in sorted(ends, key=lambda match: match.start()):
        pieces.append(value[begin : end.start()])
        begin = end.end()
    return [*pieces, value[begin:]]


def _person(name: str, default: str | None) -> Attendee | None:
    """Who an entry names; with brackets, courtesy, department, and what a sentence says of them."""
    name = _LEGEND.sub("", name)
    notes = _BRACKET.findall(name)
    name = re.sub(r"\s+(?=,)", "", _BRACKET.sub("", name)).strip(" .,")
    there = not any(map(_NOT_THERE.search, notes))
    if told := _TOLD.search(name):
        there = there and not _NOT_THERE.search(told.group())
        name = name[: told.start()]
    person = _bare(name, default)
    if person is None:
        return None
    if "," in name:
        return replace(person, present=there)  # Ann Hayase (Ward 3), Chair
    office = next(filter(None, map(_office, notes[-1].split(","))), None) if notes else None
    return replace(person, role=office or person.role, present=there)


def _office(note: str) -> str | None:
    """The office that a part of a bracket gives; of Superintendent Registrar both words."""
    parts = split_label(note.strip())
    return note.strip() if parts.office and parts.name else parts.office


def _bare(name: str, default: str | None) -> Attendee | None:
    courtesy = name.partition(" ")[0].rstrip(".")
    if is_courtesy(courtesy):
        person = _bare(name.partition(" ")[2], default)
        return person and replace(person, courtesy=courtesy)
    whole, comma, department = name.partition(",")
    if comma and is_full_english_name(whole):
        return Attendee(english_name(whole), department.strip())
    parts = split_label(name)
    if parts.office and parts.name:
        return Attendee(english_name(parts.name), _member_office(parts.office, default))
    if parts.office is None and name[:1].isupper():
        return Attendee(english_name(name), default)
    return None


def _member_office(office: str, default: str | None) -> str | None:
    return default if is_courtesy(office) else office
