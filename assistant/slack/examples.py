"""Example questions for newcomers, out of drafts of a question set."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.slack.holdings import short_title
from assistant.types import Language
from ingest.text import has_japanese

_SHORTEST, _LONGEST = 10, 60
# Questions that lean on what was said before them in the meeting.
_LEANING = re.compile(
    r"^(?:それ|その|これ|この|あの|そう|また|では|一方|さらに|ただ)|(?:この|その|当該|先ほど|今の|同)(?!じ)|\b(?:this|that|these|those|it|they)\b",
    re.IGNORECASE,
)
_WRITTEN = re.compile(r"(?P<what>の|だろう|であろう)か[。？?]?$")
_TITLED = re.compile(r"『(?P<title>[^』]+)』の会議|“(?P<english>[^”]+)”")


def examples_of(drafted: Sequence[Mapping[str, object]], language: Language) -> list[str]:
    """Questions to try as examples, best first: of each kind in turn, the newest first.

    Args:
        drafted: rows of :func:`assistant.evaluation.drafting.drafts`.
        language: of the person who is to ask; other ones come last.
    """
    kinds: dict[object, list[str]] = {}
    for row in reversed(drafted):
        question = _asked(str(row["question"]))
        if row["answerable"] and _stands_alone(question):
            kinds.setdefault(row["kind"], []).append(question)
    longest = max(map(len, kinds.values()), default=0)
    mixed = [of[at] for at in range(longest) for of in kinds.values() if at < len(of)]
    return sorted(mixed, key=lambda question: has_japanese(question) != (language == "ja"))


def _stands_alone(question: str) -> bool:
    shortest = _SHORTEST if has_japanese(question) else _SHORTEST * 2
    return shortest <= len(question) <= _LONGEST * 2 and not _LEANING.search(question)


def _asked(question: str) -> str:
    """A question as people put it: minutes write 〜のか。, and titles are long."""
    plain = _WRITTEN.sub(
        lambda match: "のですか" if match["what"] == "の" else "でしょうか", question
    )
    return _TITLED.sub(_named, plain)


def _named(match: re.Match[str]) -> str:
    if match["title"]:
        return f"{short_title(match['title'])}の会議"
    return short_title(match["english"])
