"""Minutes to measure on: folders of .txt files, and questions about them.

``short`` is made from the question-answering pairs of NTCIR QA Lab-PoliInfo-3 (Tokyo
Metropolitan Assembly), whose turns are about 30 characters long, or generated where that file is
absent. ``ordinary`` is generated: turns of 150 to 400 characters, as minutes mostly have them.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ingest.offices import names_office
from ingest.reader import find_files, read_document
from ingest.record import parse

POLIINFO = Path("../shared/eval/poliinfo/question_answering_train.json")
"""Relative to the root of the repository."""

SHORTEST, LONGEST = 150, 400
"""Characters of an ordinary turn."""

_SEED = 20230731
_STRIDE = 9


@dataclass(frozen=True)
class Turn:
    """What somebody says: the label without its brackets, and the words."""

    label: str
    text: str


@dataclass(frozen=True)
class Exchange:
    """A question and its answer under one agenda item."""

    topic: str
    question: Turn
    answer: Turn


@dataclass(frozen=True)
class Meeting:
    """One file of minutes before it is written."""

    title: str
    day: date
    exchanges: tuple[Exchange, ...]


@dataclass(frozen=True)
class Corpus:
    """A folder of minutes.

    ``turns`` and ``characters`` are counts, the latter of all files with headers and labels;
    ``source`` says where the words are from.
    """

    name: str
    source: str
    folder: Path
    files: int
    turns: int
    characters: int
    questions: tuple[str, ...]


def short(folder: Path, characters: int, questions: int, root: Path) -> Corpus:
    """Minutes of very short turns, about ``characters`` long in all, written to ``folder``.

    Args:
        folder: it is made.
        characters: where to stop.
        questions: how many questions to make.
        root: the root of the repository, from which :data:`POLIINFO` is found.
    """
    path = root / POLIINFO
    if path.is_file():
        source = "PoliInfo-3"
        meetings = _poliinfo_meetings(json.loads(path.read_text(encoding="utf-8")))
    else:
        source, meetings = "generated", _generated(_short_words)
    return _write("short", source, folder, meetings, _ask_again, characters, questions)


def ordinary(folder: Path, characters: int, questions: int) -> Corpus:
    """Minutes of turns of 150 to 400 characters; the arguments are those of :func:`short`."""
    meetings = _generated(_words)
    return _write("ordinary", "generated", folder, meetings, _ask_anew, characters, questions)


def distinct_questions() -> Iterator[str]:
    """Questions about what generated minutes speak of, no two alike, as an engine keeps its last."""
    for number in itertools.count(1):
        for topic, facet, asking in itertools.product(_TOPICS, _FACETS, _ASKINGS):
            place, people = _PLACES[number % len(_PLACES)], _PEOPLE[number % len(_PEOPLE)]
            about = "" if number == 1 else f"{place}地区の{people}にとって、"
            yield f"{about}{topic}の{facet}{asking}"


def text(characters: int) -> str:
    """Ordinary minutes of many meetings behind each other, at least ``characters`` long."""
    parts: list[str] = []
    length = 0
    for meeting in _generated(_words):
        parts.append(render(meeting))
        length += len(parts[-1])
        if length >= characters:
            break
    return "\n".join(parts)


def large_files(folder: Path, files: int, characters: int) -> None:
    """Write ``files`` text files of about ``characters`` each to ``folder``, which is made."""
    folder.mkdir(parents=True)
    words = text(characters)
    for number in range(files):
        (folder / f"{number:02d}.txt").write_text(f"{words}{number}\n", encoding="utf-8")


def _write(
    name: str,
    source: str,
    folder: Path,
    meetings: Iterable[Meeting],
    ask: Callable[[int, Exchange], str],
    characters: int,
    questions: int,
) -> Corpus:
    folder.mkdir(parents=True)
    written = 0
    kept: list[Meeting] = []
    for number, whole in enumerate(meetings, start=1):
        if written >= characters:
            break
        meeting = _shortened(whole, characters - written)
        text = render(meeting)
        (folder / f"{number:03d}.txt").write_text(text, encoding="utf-8")
        written += len(text)
        kept.append(meeting)
    _check(folder, kept)
    exchanges = [exchange for meeting in kept for exchange in meeting.exchanges]
    # Each once, since the engine keeps the vectors of its last questions.
    asked = tuple(dict.fromkeys(ask(n, e) for n, e in enumerate(_spread(exchanges, questions))))
    return Corpus(name, source, folder, len(kept), 2 * len(exchanges), written, asked)


def _shortened(meeting: Meeting, characters: int) -> Meeting:
    """The meeting without the exchanges that no longer fit."""
    kept: list[Exchange] = []
    for exchange in meeting.exchanges:
        if characters <= 0:
            break
        characters -= len(_render_exchange(1, exchange))
        kept.append(exchange)
    return Meeting(meeting.title, meeting.day, tuple(kept))


def _spread(exchanges: Sequence[Exchange], count: int) -> list[Exchange]:
    """``count`` exchanges evenly over all of them, with different topics if there are enough."""
    different = list({exchange.topic: exchange for exchange in exchanges}.values())
    if len(different) < count:
        different = list(exchanges)
    step = max(1.0, len(different) / count)
    return [different[int(i * step)] for i in range(min(count, len(different)))]


def _ask_again(number: int, exchange: Exchange) -> str:
    """The recorded question with its topic in front."""
    return f"{exchange.topic}について、{exchange.question.text}"


def _ask_anew(number: int, exchange: Exchange) -> str:
    """A question about the topic in other words than the recorded one."""
    return exchange.topic + _ASKINGS[number % len(_ASKINGS)]


def render(meeting: Meeting) -> str:
    """A meeting as minutes print it: header, agenda headings, bracketed labels."""
    header = (
        f"{meeting.title} 会議録\n\n1 日時\n\n{wareki(meeting.day)} 午後1時から\n\n"
        "2 場所\n\n議会棟6階 本会議場\n\n3 次第\n\n1 開会\n2 質問及び答弁\n3 閉会\n\n4 議事録\n\n"
    )
    parts = [_render_exchange(n, e) for n, e in enumerate(meeting.exchanges, start=1)]
    return header + "".join(parts)


def _render_exchange(number: int, exchange: Exchange) -> str:
    spoken = "".join(f"〔{t.label}〕\n{t.text}\n\n" for t in (exchange.question, exchange.answer))
    return f"議題{number} {exchange.topic}\n\n{spoken}"


def wareki(day: date) -> str:
    """令和5年（2023年）7月31日（月）."""
    era, before = ("令和", 2018) if day >= date(2019, 5, 1) else ("平成", 1988)
    year = "元" if day.year - before == 1 else str(day.year - before)
    return f"{era}{year}年（{day.year}年）{day.month}月{day.day}日（{'月火水木金土日'[day.weekday()]}）"


def _check(folder: Path, meetings: Sequence[Meeting]) -> None:
    """Raise unless our reading finds just the turns that were written."""
    for file, meeting in zip(find_files(folder).files, meetings, strict=True):
        record = parse(read_document(file.path, file.name))
        text = record.document.text
        found = [Turn(turn.speaker, text[turn.start : turn.end]) for turn in record.turns]
        meant = [t for e in meeting.exchanges for t in (e.question, e.answer)]
        if found != meant or record.date != meeting.day:
            first = next((m for f, m in zip(found, meant, strict=False) if f != m), "the count")
            raise AssertionError(f"{file.path}: read otherwise than written, at {first}")


# The assembly's questions and answers


def _poliinfo_meetings(rows: Sequence[dict[str, str]]) -> Iterator[Meeting]:
    grouped: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        grouped.setdefault(row["Meeting"], []).append(row)
    # Turns grew longer over the years: take years from everywhere, also for a few characters.
    titles = list(grouped)
    for title in (t for first in range(_STRIDE) for t in titles[first::_STRIDE]):
        members = grouped[title]
        day = date.fromisoformat(members[0]["Date"])
        yield Meeting(f"東京都議会{title}", day, tuple(map(_poliinfo_exchange, members)))


def _poliinfo_exchange(row: dict[str, str]) -> Exchange:
    asker = row["QuestionSpeaker"].split("（")[0] + "議員"
    return Exchange(
        row["SubTopic"].strip(),
        Turn(asker, row["QuestionSummary"].strip()),
        Turn(_readable(row["AnswerSpeaker"]), row["AnswerSummary"].strip()),
    )


def _readable(label: str) -> str:
    """The label, with 説明者 behind an office that would not be read as one (警視総監)."""
    return label if names_office(label) else f"{label}（説明者）"


# Generated ones

_TOPICS = """
窓口の待ち時間 図書館の開館時間 保育所の入所選考 学校給食の地産地消 公園の遊具の更新 防災行政無線の聞こえ方
避難所の備蓄 生活道路の補修 橋りょうの長寿命化 路線バスの減便 コミュニティ交通の実証運行 空き家の利活用
ごみの分別 食品ロスの削減 再生可能エネルギーの導入 公共施設の再編 市営住宅の建て替え 水道料金の改定
下水道管の老朽化 河川の浸水対策 農業の担い手 有害鳥獣の被害 商店街の活性化 企業の誘致 観光客の受け入れ
文化財の保存 市民会館の改修 スポーツ施設の予約 部活動の地域移行 不登校の児童への支援 子どもの居場所
高齢者の見守り 介護人材の確保 認知症の早期発見 健診の受診率 救急搬送の時間 障害者の就労 外国人住民の相談
行政手続のオンライン化 生成AIの業務利用 職員の時間外勤務 契約事務の電子化 個人情報の保護 ふるさと納税
自治会の加入率 市民協働の補助金 広報紙の配布 選挙の投票率
""".split()
_FACETS = "進捗状況 費用の見込み 今後の日程 市民への周知 利用者の声 他都市との比較 効果の検証 体制の整備".split()
_NAMES = """
佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 清水
""".split()
_OFFICES = """
情報政策課長 総務課長 財政課長 都市整備課長 福祉政策課長 教育総務課長 環境政策課長 産業振興課長
危機管理課長 市民協働課長
""".split()
_PLACES = "北部 南部 東部 西部 中央 駅前 臨海 山あい".split()
_PEOPLE = "高齢の方 子育て世帯 若い世代 障害のある方 町内会の役員 事業者 学生 転入された方".split()
_CAUSES = """
人件費と資材の値上がり 担当する職員の不足 申請の書類の多さ 案内の分かりにくさ 国の制度の見直し 設備の老朽化
前回の調査との手法の違い 関係する団体との調整の遅れ
""".split()
_MEASURES = """
予約の仕組みを改める 相談の窓口を一つにまとめる 説明会を地区ごとに開く 手引きを作り直す 委託の範囲を広げる
補助の上限を引き上げる モデル地区で試行する 点検の間隔を短くする アンケートを毎年行う データを公開する
""".split()
_QUESTION_SENTENCES = """
{topic}の{facet}について伺う。
{place}地区の{people}から、{topic}に関して{cause}を心配する声を多く聞いている。
昨年度の報告では{number}件とのことだったが、実感としてはもっと多いのではないかと思っている。
{cause}が背景にあるとすれば、{measure}といった手立ても考えられるのではないか。
先日、{place}地区の集まりに出たところ、{people}の多くがこの取組を知らなかったので、知らせ方にも工夫が要ると感じた。
他の市では{measure}ことで、{number}パーセントほど改善したと聞いており、本市でも参考になるはずである。
予算が限られていることは承知しているが、{people}にしわ寄せが行かないよう、順番をよく考えてほしい。
資料の{small}ページには目標が{number}件と書かれているが、その根拠が読み取れなかった。
また、{month}月に始まった試行については、途中の結果だけでも委員会に示していただきたい。
""".split()
_ANSWER_SENTENCES = """
{topic}の{facet}については、昨年度末の時点で{number}件となっており、前の年度から{small}パーセント増えている。
主な理由は{cause}であり、特に{place}地区でその傾向が強い。
このため、{month}月からは{measure}こととし、必要な経費として{number}万円を補正予算に計上した。
{people}への聞き取りでは、{measure}ことを望む意見が{small}割を占めていた。
ご指摘のとおり、{people}には情報が届きにくい面があるため、広報紙に加えて{place}地区の施設でも案内する。
一方で{cause}という課題もあるため、関係する部署と協議しながら、{month}月までに対応の方針を取りまとめたい。
他都市の事例も調べたところ、{number}人規模の自治体では{measure}取組が成果を上げていた。
目標の{number}件は、過去{small}年間の平均に、{people}の人口の伸びを見込んで定めたものである。
進み具合は半年ごとに点検し、遅れが見られる場合には{measure}ことも含めて見直す考えである。
""".split()
_ASKINGS = """
はどうなっているか。 にかかる経費はいくらか。 について誰が何と答えたか。 の課題は何か。 はいつ見直されるのか。
""".split()
_SHORT_QUESTIONS = """
{topic}の{facet}を伺う。 {people}にも配慮すべき。見解は。 {measure}べき。所見を伺う。 {cause}が課題。対応は。
""".split()
_SHORT_ANSWERS = """
{month}月から{measure}。 昨年度は{number}件。{people}への案内を強める。 {cause}を踏まえ、{place}地区で検討を進める。
{number}万円を計上し、{measure}方針。
""".split()


def _generated(words: Callable[[random.Random], Exchange]) -> Iterator[Meeting]:
    """Meetings without end, always the same ones."""
    chance = random.Random(_SEED)
    day = date(2021, 4, 14)
    number = 0
    while True:
        number += 1
        day += timedelta(days=chance.randint(20, 45))
        exchanges = tuple(words(chance) for _ in range(chance.randint(12, 18)))
        yield Meeting(f"第{number}回 みどり市行政改革推進委員会", day, exchanges)


def _words(chance: random.Random) -> Exchange:
    topic, facet = chance.choice(_TOPICS), chance.choice(_FACETS)
    return _exchange(
        chance,
        topic,
        facet,
        _speech(chance, _QUESTION_SENTENCES, topic, facet),
        _speech(chance, _ANSWER_SENTENCES, topic, facet),
    )


def _short_words(chance: random.Random) -> Exchange:
    topic, facet = chance.choice(_TOPICS), chance.choice(_FACETS)
    question = _filled(chance, chance.choice(_SHORT_QUESTIONS), topic, facet)
    answer = _filled(chance, chance.choice(_SHORT_ANSWERS), topic, facet)
    return _exchange(chance, topic, facet, question, answer)


def _exchange(
    chance: random.Random, topic: str, facet: str, question: str, answer: str
) -> Exchange:
    asker, answerer = chance.choice(_NAMES) + "委員", chance.choice(_OFFICES)
    return Exchange(f"{topic}の{facet}", Turn(asker, question), Turn(answerer, answer))


def _speech(chance: random.Random, pool: Sequence[str], topic: str, facet: str) -> str:
    """The opening sentence and others in any order, up to a length within the bounds."""
    goal = chance.randint(SHORTEST, LONGEST)
    text = _filled(chance, pool[0], topic, facet)
    for template in chance.sample(pool[1:], len(pool) - 1):
        sentence = _filled(chance, template, topic, facet)
        if len(text) + len(sentence) <= LONGEST and len(text) < max(goal, SHORTEST):
            text += sentence
    return text


def _filled(chance: random.Random, template: str, topic: str, facet: str) -> str:
    return template.format(
        topic=topic,
        facet=facet,
        place=chance.choice(_PLACES),
        people=chance.choice(_PEOPLE),
        cause=chance.choice(_CAUSES),
        measure=chance.choice(_MEASURES),
        number=chance.randint(12, 980),
        small=chance.randint(2, 9),
        month=chance.randint(1, 12),
    )
