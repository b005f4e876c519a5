"""Minutes that could be real, with the truth about them: for property tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

SURNAMES = ["森", "森田", "大森", "原", "原田", "早瀬", "佐伯", "黒川", "三宅", "大槻", "五十嵐"]
GIVEN = ["紀子", "健介", "悠一", "千尋", "直樹", "美津子"]
OFFICES = ["都市交通課長", "財政課長", "デジタル推進課長", "図書館長", "事務局"]
BRACKETS = ["〔〕", "[]", "【】", "《》", "＜＞", "［］"]
SAID = [
    "【資料１】に基づき説明",
    "異議なし。",
    "利用者は何人だったのか。",
    "延べ３１２人である。前年度より3.1%減った。",
    "一部の自治体では、ChatGPT を禁止している。\n\n市はどう考えるか。",
    "「便数が少ない」という声が238件あった。",
    "はい。\n（拍手）\n以上である。",
    "私は（個人の意見だが）慎重に考えるべきだと思う。",
]
TOPICS = ["開館時間の延長について", "ＤＸの推進（第2期）について", "次期計画の策定方針について"]


@dataclass
class Made:
    """A document, and what reading it must give."""

    text: str = ""
    names: list[str] = field(default_factory=list)
    turns: list[tuple[str, str | None, str | None, str]] = field(default_factory=list)
    """Label, person, agenda item, words."""


@st.composite
def minutes(draw: st.DrawFn) -> Made:
    """Minutes with header, agenda and turns in brackets of mixed kinds."""
    made = Made()
    surnames = draw(st.lists(st.sampled_from(SURNAMES), min_size=2, max_size=6, unique=True))
    made.names = [name + draw(st.sampled_from(GIVEN)) for name in surnames]
    people = dict(zip(surnames, made.names, strict=True))
    topics = draw(st.lists(st.sampled_from(TOPICS), min_size=1, max_size=3, unique=True))
    parts = [draw(_header(made.names, topics))]
    for number, topic in enumerate(topics, start=1):
        parts.append(draw(_agenda_heading(number, topic)))
        for _ in range(draw(st.integers(1, 4))):
            parts.append(draw(_turn(made, people, topic)))
    gap = draw(st.sampled_from(["\n\n", "\n"]))
    made.text = gap.join(parts) + draw(st.sampled_from(["", "\n", "\n\n"]))
    if draw(st.booleans()):
        made.text = made.text.replace("\n", "\r\n")
        made.turns = [(a, b, c, d.replace("\n", "\r\n")) for a, b, c, d in made.turns]
    return made


@st.composite
def _header(draw: st.DrawFn, names: list[str], topics: list[str]) -> str:
    title = "令和6年度 第2回 青浜市図書館協議会 議事録"
    listed = "、".join(names)
    agenda = "\n".join(f"（{n}）{topic}" for n, topic in enumerate(topics, start=1))
    layouts = [
        f"{title}\n\n1 日 時\n\n令和6年9月17日（火）\n\n2 場 所\n\n市役所\n\n3 出席委員\n\n{listed}\n\n"
        f"4 次 第\n\n{agenda}\n\n5 議事録",
        f"{title}\n○開催日時　令和６年９月１７日（火）\n○場所　市役所\n○出席者　{listed}\n○議題\n{agenda}\n○会議録",
        f"{title}\n\n日　時：令和6年9月17日（火）\n場　所：市役所\n出席者：{listed}\n次　第：\n{agenda}\n\n"
        "議事要旨",
    ]
    return draw(st.sampled_from(layouts))


@st.composite
def _agenda_heading(draw: st.DrawFn, number: int, topic: str) -> str:
    wide = "０１２３４"[number]
    marks = [f"議事（{number}）{topic}", f"議題{wide}　{topic}", f"（{wide}） {topic}"]
    return draw(st.sampled_from(marks))


@st.composite
def _turn(draw: st.DrawFn, made: Made, people: dict[str, str], topic: str) -> str:
    surname = draw(st.sampled_from([*people, None]))
    label = f"{surname}委員" if surname else draw(st.sampled_from(OFFICES))
    words = draw(st.sampled_from(SAID))
    made.turns.append((label, people[surname] if surname else None, topic, words))
    opener, closer = draw(st.sampled_from(BRACKETS))
    gap = draw(st.sampled_from(["\n", "\n\n"]))
    return f"{opener}{label}{closer}{gap}{words}"
