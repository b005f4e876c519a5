"""Who answers whom: questions, and the parts of later turns that take them up.

Questions stay open until somebody answers: over turns that come between, and until an official
answers several askers at once. An answer to several questions is divided at its paragraphs and
ordinals (一点目は…), and each part goes to the question that it shares most with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from ingest.offices import is_administration, is_chair
from ingest.summaries import ANSWER_LABELS
from ingest.text import fold, sentences
from ingest.types import Exchange, Turn

_QUESTION = re.compile(
    r"(?:か|かな|のか|は|とは|ないか|だろうか)[。？?]?$|[?？]\s*$"
    r"|(?:教え|聞か|説明し|示し|伺|お聞かせ|お示し|おっしゃっ|答え|述べ|明らかにし).{0,4}(?:て|せ)?.{0,4}(?:ほしい|欲しい|いただきたい|ください|たい|願いたい)。?$"
    r"|(?:伺|お尋ね|質問|お聞き|聞き)(?:いたし|し)?(?:たい|います|ます|する|たいと思います|いたします)。?$"
)
# A cheap look for any of the above in a whole turn, before it is cut into sentences.
_HINT = re.compile(
    r"か(?:[。？?」\n]|$)|は(?:[。\n]|$)|[?？]|(?:たい|ほしい|欲しい|ください|ます|する)(?:。|\n|$)"
)
_REQUEST = re.compile(
    r"(?:(?:て|で)(?:ほしい|欲しい|ください|下さい|もらいたい|いただきたい|頂きたい|いただければ[^。]{0,6})|お願い(?:したい|します|いたします|できれば)|"
    r"されたい|べき(?:だ|である|です|ではないか)?|検討を(?:お願い|求め)[^。]{0,8}|(?:要望し|望み)ます)(?:と思う|と思います|と考える|です)?[。]?$"
    r"|\b(?:please|could you|would you|we ask)\b",
    re.IGNORECASE,
)
_HELLO = re.compile(r"(?:こんにち|こんばん)は[。！!]?$")
_GREETING = re.compile(
    r"(?:よろしく|宜しく|御?ご?(?:協力|審議|了承|承知)[^。]{0,8})(?:お願い|願い|ください)"
)
_REQUEST_HINT = re.compile(
    r"ほしい|欲しい|ください|下さい|たい|お願い|べき|ます|please|could you|would you|we ask",
    re.IGNORECASE,
)
_PROCEDURE = re.compile(
    r"(?:(?:異議|異存|意見|質問|質疑|発言|推薦|ご?意見等)[^。]{0,14}(?:ない|ありません|ございません|ありますか|ございますか|あるか|あれば|いただけ|ください|お願い)"
    r"|(?:答え|御答弁|回答)(?:て|を)?(?:ください|下さい|願)|(?:説明|報告|紹介|発言|挙手|推薦)(?:を|して|願)[^。]{0,12}(?:ください|下さい|お願い|願い|求め)"
    r"|よろしい(?:です|でしょう)?か|いかが(?:です|でしょう)か[。？?]?$|ほかに|他に(?:ござ|あり|ない)"
    r"|any (?:other )?(?:questions|comments|objections)|all in favou?r|is there a (?:motion|second))",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"議題と|採決|暫時|閉会|散会|閉じ|終わ(?:り|る|ります)|終了|次に|(?:に|へ)(?:移|進)|ほかに|他に|再開|ただいま|お諮り|以上で|adjourn|next item",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"議題|採決|閉会|散会|お諮り|以上で終|ありがとうございました。?$|adjourn", re.IGNORECASE
)

_ANNOUNCEMENT = re.compile(
    r"(?:[0-9０-９一二三四五六]点|いくつか|何点か|以下の点|数点)[^、。]{0,8}(?:尋ね|伺|質問|聞き)"
    r"|(?:聞いて|尋ねて|伺って|質問して)も(?:いい|よい|よろしい)"
)
_ORDINAL = re.compile(
    r"(?:^|(?<=[。\n\s　]))(?:まず|はじめに|初めに|最初に|[1１一]点目|１つ目|1つ目|一つ目|ひとつめ)|"
    r"(?:^|(?<=[。\n\s　]))(?:次に|続いて|それから|[2-9２-９二三四五六]点目|[2-9２-９]つ目|[二三四五]つ目|最後に|もう[一1１]点)"
)
# 運び出しの支援につきましては、…: an answer that goes on to the next subject.
_TOPIC = re.compile(
    r"(?:^|(?<=[。\n]))[\s　]*(?P<topic>[^。、\n]{2,24}(?:につきまして(?:は|も)?|については|に関しまして(?:は)?|の件(?:です|でございます)が)、)"
)
_NTH = re.compile(r"([1-9１-９一二三四五六七八九])(?:点目|つ目|番目)")
_DIGITS = "一二三四五六七八九"
_RUN = re.compile("[^\u3041-\u3096、。，．・？！「」（）\\s,.!?()]{2,}")
_RELATED = 0.06
"""Share of an answer part's letter pairs that it needs in common with a question, where several
questions are open; below it the part goes with the part before."""

_NAMING = 80
"""Characters at the start of an answer in which it may say whom it answers."""

_ASKED_OF = re.compile(r"質問|質疑|お尋ね|指摘|要望|お答え|点目|question")
_SAME = re.compile(r"同じ|同様|関連して|私も|the same|also like to know", re.IGNORECASE)
_SHORT = 40
"""Characters; a longer question that says 同じ asks something of its own."""

_ENDING = 48
"""Characters at the end of a Japanese sentence that show whether it asks."""

_OPEN_TURNS = 12
"""Turns after which an unanswered question is no longer waiting."""


@dataclass(frozen=True)
class _Question:
    """A question that waits for an answer.

    ``asker`` is the label of who asks. ``joins``: it asks the same as the one before (同じ点を聞きたい), and is answered with it.
    ``request``: it wants something done (〜してほしい), which only officials answer.
    """

    turn: int
    span: tuple[int, int]
    nth: int
    asker: str
    words: str
    joins: bool = False
    request: bool = False

    @cached_property
    def pairs(self) -> frozenset[str]:
        """Pairs of letters, for comparing with an answer."""
        return _pairs(self.words)


def is_question(sentence: str) -> bool:
    """Whether a sentence asks: 〜か。, 〜の想定は。, 〜教えてほしい。, or a question mark."""
    end = _end(sentence)
    return bool(_QUESTION.search(end)) and not _HELLO.search(end)


def is_request(sentence: str) -> bool:
    """Whether a sentence wants something done: 〜してほしい, 〜すべきである."""
    return bool(_REQUEST.search(_end(sentence))) and not _GREETING.search(sentence)


def _end(sentence: str) -> str:
    """The words of a sentence that say what it is: in Japanese the last ones."""
    plain = sentence.strip().rstrip("」』）)")
    return plain if plain.isascii() else plain[-_ENDING:]


def questions(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the asking sentences of ``text[start:end]``."""
    if not _HINT.search(text, start, end):
        return []
    return [(a, b) for a, b in sentences(text, start, end) if is_question(text[a:b])]


def requests(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the sentences that ask for something to be done: 〜してほしい, 〜すべきである."""
    if not _REQUEST_HINT.search(text, start, end):
        return []
    return [(a, b) for a, b in sentences(text, start, end) if is_request(text[a:b])]


def with_answers(turns: Iterable[Turn], found: Sequence[Exchange]) -> tuple[Turn, ...]:
    """The turns, each with the turns whose questions it takes up."""
    asked: dict[int, list[int]] = {}
    for exchange in found:
        asked.setdefault(exchange.answered, []).append(exchange.asked)
    return tuple(
        replace(turn, answers=tuple(sorted(set(asked[turn.index]))))
        if turn.index in asked
        else turn
        for turn in turns
    )


def exchanges(text: str, turns: Sequence[Turn]) -> tuple[Exchange, ...]:
    """The questions of ``turns`` with the words that take them up, in the order of the answers."""
    found: list[Exchange] = []
    waiting: list[_Question] = []
    taken: set[tuple[int, int]] = set()
    previous: Turn | None = None
    for turn in turns:
        if previous is not None and previous.agenda != turn.agenda:
            waiting, taken = [], set()
        waiting = [q for q in waiting if turn.index - q.turn <= _OPEN_TURNS]
        own = _own_questions(text, turn)
        following = turns[turn.index + 1] if turn.index + 1 < len(turns) else None
        if _replies(text, turn, previous, following, own, waiting):
            open_now = _open(waiting, taken, turn, previous)
            if not _answers(turn):
                open_now = [q for q in open_now if q.turn == turn.index - 1]
            alone = not any(t is not None and _answers(t) for t in (previous, following))
            links = _with_joined(_taken_up(text, turn, open_now, alone=alone), open_now)
            links += _by_name(text, turn, open_now, links)
            found += links
            taken |= {link.question for link in links}
        if own:
            waiting = [q for q in waiting if q.span not in taken or _answers(turn)] + own
        previous = turn
    return tuple(found)


def _own_questions(text: str, turn: Turn) -> list[_Question]:
    spans = questions(text, turn.start, turn.end)
    request = not spans and not _answers(turn) and not is_chair(turn.role)
    if request:
        spans = requests(text, turn.start, turn.end)
    if spans and is_chair(turn.role):
        # 「ほかにご質問はありませんか」 leads the meeting on and asks nothing.
        spans = [span for span in spans if not _PROCEDURE.search(text[slice(*span)])]
    if spans and _answers(turn):
        # What an official asks back (よろしいですか) is no question that others answer.
        spans = [span for span in spans if not _PROCEDURE.search(text[slice(*span)])]
    if len(spans) > 1:
        # 「二点お尋ねします」 announces the questions that follow.
        spans = [span for span in spans if not _ANNOUNCEMENT.search(text[slice(*span)])] or spans
    # What leads up to a question (福祉避難所が増えます。そこで働く人は…か) says what it is about.
    begins = [turn.start, *(stop for _, stop in spans)]
    return [
        _Question(
            turn.index,
            span,
            n,
            turn.speaker,
            text[begin : span[1]],
            _joins(text[slice(*span)]),
            request,
        )
        for n, (begin, span) in enumerate(zip(begins, spans, strict=False))
    ]


def _joins(sentence: str) -> bool:
    return len(sentence) <= _SHORT and bool(_SAME.search(sentence))


def _replies(
    text: str,
    turn: Turn,
    previous: Turn | None,
    following: Turn | None,
    own: Sequence[_Question],
    waiting: Sequence[_Question],
) -> bool:
    """Whether the turn answers: an official does; anybody else right behind the asker.

    A chair who leads on (「ほかにありませんか」), or calls the official who speaks next, does not.
    """
    if not waiting or previous is None or turn.start == turn.end:
        return False
    leads = _LEADING.search(text, turn.start, turn.end)
    if _answers(turn):
        short = turn.end - turn.start <= _SHORT
        closes = (short and _CLOSING.search(text, turn.start, turn.end)) or (
            leads and _PROCEDURE.search(text, turn.start, turn.end)
        )
        return not closes and any(q.turn != turn.index for q in waiting)
    # 運行する側からお答えします: a member who answers may ask for something as well.
    answers = own and own[0].request and "お答え" in text[turn.start : turn.start + _NAMING]
    if own and not answers:
        return False
    if is_chair(turn.role):
        calls = following is not None and _answers(following)
        if calls or leads:
            return False
    last = waiting[-1]
    return not last.request and last.turn == previous.index and previous.speaker != turn.speaker


def _answers(turn: Turn) -> bool:
    if fold(turn.speaker) in ANSWER_LABELS:
        return True
    return turn.role is not None and is_administration(turn.role)


def _open(
    waiting: Sequence[_Question],
    taken: set[tuple[int, int]],
    turn: Turn,
    previous: Turn | None,
) -> list[_Question]:
    """The questions that a reply may take up: those not answered yet, and those just answered.

    A second official may add to what the first one said, until somebody else speaks.
    """
    others = [q for q in waiting if q.turn != turn.index]
    last = others[-1].turn if others else -1
    adds = previous is not None and _answers(previous)
    return [q for q in others if q.span not in taken or (adds and q.turn == last)]


def _taken_up(
    text: str, turn: Turn, waiting: Sequence[_Question], *, alone: bool
) -> list[Exchange]:
    if not waiting:
        return []
    if len(waiting) == 1:
        only = waiting[0]
        return [Exchange(only.turn, only.span, turn.index, (turn.start, turn.end))]
    parts = _parts(text, turn.start, turn.end)
    asked_last = [q for q in waiting if q.turn == waiting[-1].turn]
    if alone and len(parts) == 1 and len(asked_last) == len(waiting):
        # Nothing divides the answer, and nobody else answers: it is one to all that was asked.
        return [Exchange(q.turn, q.span, turn.index, (turn.start, turn.end)) for q in waiting]
    links: list[Exchange] = []
    for position, (first, last) in enumerate(parts):
        best = _best(text[first:last], position, parts, waiting)
        if best is None and links:
            before = links[-1]
            links[-1] = replace(before, answer=(before.answer[0], last))
        elif best is None:
            continue
        elif links and links[-1].question == best.span:
            links[-1] = replace(links[-1], answer=(links[-1].answer[0], last))
        else:
            begin = first if links else turn.start
            links.append(Exchange(best.turn, best.span, turn.index, (begin, last)))
    if not links:
        nearest = _best(text[turn.start : turn.end], 0, [], waiting, least=0.0) or waiting[-1]
        links = [Exchange(nearest.turn, nearest.span, turn.index, (turn.start, turn.end))]
    return links


def _with_joined(links: list[Exchange], waiting: Sequence[_Question]) -> list[Exchange]:
    """The links, and for a question that joins another one the same words for that one."""
    more: list[Exchange] = []
    for link in links:
        at = next(i for i, question in enumerate(waiting) if question.span == link.question)
        while at > 0 and waiting[at].joins:
            at -= 1
            more.append(replace(link, asked=waiting[at].turn, question=waiting[at].span))
    return links + [link for link in more if link not in links]


def _by_name(
    text: str,
    turn: Turn,
    waiting: Sequence[_Question],
    links: Sequence[Exchange],
) -> list[Exchange]:
    """Links to askers whom the answer names, and whose questions no part of it was matched to.

    熊谷委員と堀委員の御質問にお答えします answers both, whatever words it shares with them.
    """
    named = text[turn.start : min(turn.end, turn.start + _NAMING)]
    asked = {link.asked for link in links}
    more = []
    for question in waiting:
        if question.turn not in asked and _names(named, question.asker):
            more.append(Exchange(question.turn, question.span, turn.index, (turn.start, turn.end)))
    return more if links else []


def _names(words: str, asker: str) -> bool:
    """Whether an answer says that it is to somebody: 熊谷委員の御質問, Mr Sato's question."""
    at = words.find(asker)
    return at >= 0 and len(asker) > 2 and bool(_ASKED_OF.search(words, at, at + _NAMING))


def _best(
    part: str,
    position: int,
    parts: Sequence[tuple[int, int]],
    waiting: Sequence[_Question],
    least: float = _RELATED,
) -> _Question | None:
    """The question that a part of an answer is about, or None where it shares too little."""
    reply = _pairs(part)
    last = waiting[-1].turn
    of_last = [q for q in waiting if q.turn == last]
    if len(parts) == len(waiting) > len(of_last):
        of_last = list(waiting)  # as many parts as questions: one for each, in their order
    named = _NTH.search(part[:16])
    at = _nth(named.group(1)) if named else position if len(parts) == len(of_last) > 1 else None

    def score(question: _Question) -> float:
        shared = len(reply & question.pairs) / (min(len(reply), len(question.pairs)) or 1)
        ordinal = 0.25 if at is not None and question in of_last[at : at + 1] else 0.0
        named_here = 0.5 if _names(part[:_NAMING], question.asker) else 0.0
        return (
            shared
            + named_here
            + ordinal * (2 if named else 0.5)
            + (0.02 if question.turn == last else 0.0)
        )

    best = max(waiting, key=score)
    return best if score(best) >= least + (0.02 if best.turn == last else 0.0) else None


def _nth(digit: str) -> int:
    return _DIGITS.index(digit) if digit in _DIGITS else int(digit) - 1


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """An answer in pieces: at its paragraphs, and where it goes on to the next point."""
    bounds = {start}
    for match in _ORDINAL.finditer(text, start, end):
        bounds.add(match.start())
    for match in _TOPIC.finditer(text, start, end):
        bounds.add(match.start("topic"))
    for match in re.compile(r"\n\s*").finditer(text, start, end):
        bounds.add(match.end())
    ordered = [*sorted(bound for bound in bounds if bound < end), end]
    pieces = []
    for first, last in pairwise(ordered):
        stop = first + len(text[first:last].rstrip())
        if stop > first:
            pieces.append((first, stop))
    return pieces


def _pairs(text: str) -> frozenset[str]:
    """Pairs of neighbouring letters within kanji, katakana, figures and Latin words."""
    pairs: set[str] = set()
    for run in _RUN.findall(fold(text)):
        pairs.update(map("".join, pairwise(run)))
    return frozenset(pairs)
