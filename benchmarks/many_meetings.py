"""Years of short minutes of many committees: what an index holds after ten years of use.

Words are drawn as people use them: a few very often, most hardly ever (Zipf's law), over subjects,
nouns, places, names and numbers. The same beginning is always written, so that a larger corpus
holds a smaller one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, product
from pathlib import Path

from benchmarks.corpora import wareki

_SEED = 20260401
_SUBJECTS = """
防災 福祉 教育 図書館 公園 道路 上下水道 ごみ減量 公共交通 商店街 観光 農業 森林 水産 文化財 スポーツ 子育て 介護 健康 救急
住宅 空き家 景観 環境 再生可能エネルギー 情報化 広報 協働 人権 男女共同参画 国際交流 行財政改革 公共施設 入札 選挙 消費生活
墓園 食育 生涯学習 青少年
""".split()
_NOUNS = """
計画 予算 利用 整備 支援 調査 施設 地域 住民 事業 説明 対応 検討 時間 料金 窓口 案内 相談 申請 手続 制度 運営 管理 点検 補修
更新 費用 財源 補助 委託 契約 職員 人員 研修 体制 連携 協議 周知 広報 意見 要望 課題 目標 評価 効果 実績 件数 割合 推移 比較
見直し 削減 拡大 延長 短縮 廃止 統合 移転 新設 改修 耐震 老朽化 安全 事故 防犯 避難 訓練 備蓄 浸水 土砂 地震 停電 通信 放送
電話 端末 予約 決済 個人情報 公開 統計 地図 写真 記録 保存 展示 講座 教室 体験 行事 祭り 大会 練習 指導 審判 送迎 駐車場
停留所 路線 便数 運賃 乗客 運転手 自転車 歩道 信号 街灯 橋 河川 堤防 排水 水質 水圧 漏水 検針 分別 収集 資源 焼却 堆肥 騒音
悪臭 緑化 剪定 遊具 芝生 花壇 苗木 間伐 林道 獣害 農道 用水 直売 漁港 加工 販路 商品 店舗 宿泊 客室 入場 割引 学級 給食
献立 食材 通学 部活動 不登校 進路 奨学 保育 児童 乳児 出産 検診 接種 感染 病床 看護 薬局 入浴 配食 見守り 認知症 介助 手話
字幕 点字 段差 手すり 年金 家計 就労 求人 雇用 賃金 外国籍 通訳 翻訳 友好 留学 投票 開票 署名 請願 監査 決算 起債 基金 繰越
寄附 返礼 条例 規則 罰則 許可 届出 検査 測量 設計 工期 資材 落札 下請 保証 賠償 保険 相続 登記 境界 墓地 納骨 火葬 供養
古文書 遺跡 石垣 天守 茶室 屋台 神楽 民謡 合唱 吹奏楽 演劇 映画 絵本 雑誌 新聞 辞書 録音 複写 閲覧 返却 督促 除籍 寄贈
""".split()
_LOANS = """
アンケート システム サービス ホームページ センター モデル ルール マニュアル ワークショップ ボランティア コミュニティ
プログラム イベント スケジュール パンフレット タブレット オンライン セキュリティ ネットワーク データベース カメラ センサー
ドローン バリアフリー リサイクル プラスチック エネルギー バイオマス ソーラーパネル インバウンド キャンペーン クーポン
キャッシュレス シェアサイクル デマンドバス パトロール ハザードマップ サイレン トイレ シャワー ベンチ フェンス
スロープ エレベーター エアコン ボイラー ポンプ バルブ メーター フィルター ヘルパー カウンセラー コーディネーター
""".split()
_PLACE_HEADS = "上 下 東 西 南 北 中 大 小 新 本 元 内 外 高 長 古 白 黒 赤 青 松 竹 杉 桜 梅 岩 石 金 水".split()
_PLACE_TAILS = "野 川 山 田 原 沢 谷 島 浜 崎 池 橋 町 村 里 森 林 坂 岡 塚 宮 寺 郷 木 井 津 浦 平 尾 瀬".split()
_SURNAMES = """
佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 清水 山崎 森 池田 橋本 阿部 石川
山下 中島 石井 小川 前田 岡田 長谷川 藤田 後藤 近藤 村上 遠藤 青木 坂本 斉藤 福田 太田 西村 藤井 金子 岡本 藤原 三浦 中野
""".split()
_GIVEN = "誠 健 聡子 由美 直樹 恵子 浩 明 幸子 和夫 洋子 隆 真理 学 桂子 豊 亮 綾 進 千春".split()
_OFFICES = "総務課長 財政課長 企画課長 管理課長 推進課長 整備課長 支援課長 計画課長 施設課長 事務局長".split()
_ASKS = """
{place}地区の{noun}について、{topic}の{second}はどうなっているか。
{topic}の{noun}は{number}件と聞くが、{second}の見込みを伺う。
{place}の方から{loan}の{noun}が分かりにくいと言われた。{second}を考えてほしい。
{noun}と{second}を{loan}で一つにできないか。
資料{small}の{topic}の{noun}だが、前年度より{number}減った理由は何か。
{place}の{noun}は{month}月までに終わるのか。
""".split()
_ANSWERS = """
{place}地区では{month}月に{noun}を終え、{second}は{number}件である。
{topic}の{noun}は{number}万円を見込み、{loan}の{second}に充てる。
{second}が足りず{noun}が遅れている。{month}月に{place}で説明する。
{loan}を{place}に置き、{noun}を{small}割増やす考えである。
{noun}の数え方を改めたためで、{second}は{number}件のままである。
{month}月から{place}で試行し、{noun}と{second}を比べて決めたい。
""".split()


@dataclass(frozen=True)
class Years:
    """A folder of minutes: how many files and turns, and questions about the first of them."""

    folder: Path
    files: int
    turns: int
    questions: tuple[str, ...]


def write(folder: Path, turns: int, questions: int) -> Years:
    """Write minutes of at least ``turns`` turns to ``folder``, which is made.

    Args:
        folder: it is made.
        turns: where to stop; each becomes a passage.
        questions: how many questions to make, about the first thousand turns, so that they are
            the same for every size.
    """
    folder.mkdir(parents=True)
    written, files = 0, 0
    asked: list[str] = []
    for files, meeting in enumerate(_meetings(), start=1):  # noqa: B007
        (folder / f"{meeting.name}.txt").write_text(meeting.text, encoding="utf-8")
        written += meeting.turns
        if len(asked) < questions:
            asked += meeting.questions
        if written >= turns:
            break
    return Years(folder, files, written, tuple(asked[:questions]))


@dataclass(frozen=True)
class _Meeting:
    name: str
    text: str
    turns: int
    questions: tuple[str, ...]


class _Words:
    """Words by Zipf's law, each list in an order of its own."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        places = [head + tail for head, tail in product(_PLACE_HEADS, _PLACE_TAILS)]
        chance.shuffle(places)
        self._places, self._nouns, self._loans = map(_ranked, (places, _NOUNS, _LOANS))

    def fill(self, template: str, topic: str) -> str:
        """The sentence with its words."""
        chance = self._chance
        return template.format(
            topic=topic,
            place=self._one(self._places),
            noun=self._one(self._nouns),
            second=self._one(self._nouns),
            loan=self._one(self._loans),
            number=int(10 ** chance.uniform(0.5, 4)),
            small=chance.randint(1, 9),
            month=chance.randint(1, 12),
        )

    def topic(self, subject: str) -> str:
        """What an item of the agenda is about."""
        return f"{subject}の{self._one(self._nouns)}"

    def _one(self, ranked: tuple[Sequence[str], Sequence[float]]) -> str:
        return self._chance.choices(ranked[0], cum_weights=ranked[1])[0]


def _ranked(words: Sequence[str]) -> tuple[Sequence[str], Sequence[float]]:
    return words, list(accumulate(1 / rank for rank in range(1, len(words) + 1)))


def _meetings() -> Iterator[_Meeting]:
    """Meetings without end: every committee meets in turn."""
    chance = random.Random(_SEED)
    words = _Words(chance)
    members = {subject: _roster(chance) for subject in _SUBJECTS}
    day = date(2016, 4, 12)
    number = 0
    while True:
        number += 1
        for subject in _SUBJECTS:
            day += timedelta(days=chance.randint(1, 3))
            yield _meeting(chance, words, subject, members[subject], number, day)


def _roster(chance: random.Random) -> list[tuple[str, str]]:
    """(surname, given name) of a committee's members, every surname once."""
    return [(surname, chance.choice(_GIVEN)) for surname in chance.sample(_SURNAMES, 12)]


def _meeting(
    chance: random.Random,
    words: _Words,
    subject: str,
    roster: Sequence[tuple[str, str]],
    number: int,
    day: date,
) -> _Meeting:
    title = f"第{number}回 みどり市{subject}審議会"
    chair = roster[0][0]
    names = "、".join(surname + given for surname, given in roster)
    parts = [
        f"{title} 会議録\n\n1 日時\n\n{wareki(day)} 午後2時から\n\n2 場所\n\n市役所3階 会議室\n\n"
        f"3 出席委員\n\n{names}\n\n会長に{chair}委員を選任\n\n4 議事録\n\n"
    ]
    turns = 0
    questions = []
    for item in range(1, chance.randint(4, 7)):
        topic = words.topic(subject)
        parts.append(f"議事（{item}）{topic}について\n\n")
        for _ in range(chance.randint(5, 9)):
            asker = f"{chance.choice(roster[1:])[0]}委員"
            ask = words.fill(chance.choice(_ASKS), topic)
            answer = words.fill(chance.choice(_ANSWERS), topic)
            parts.append(f"〔{asker}〕\n{ask}\n\n〔{chance.choice(_OFFICES)}〕\n{answer}\n\n")
            turns += 2
        questions.append(_question(len(questions), topic, asker, ask, title))
    name = f"{day:%Y-%m-%d}-{_SUBJECTS.index(subject):02d}"
    return _Meeting(name, "".join(parts), turns, tuple(questions))


def _question(number: int, topic: str, asker: str, ask: str, title: str) -> str:
    """A question about an item, in one of the ways in which people ask."""
    ways = (
        ask,
        f"{topic}はどうなっていますか",
        f"{asker}は{topic}について何と言っていましたか",
        f"{title}で{topic}について何が決まりましたか",
    )
    return ways[number % len(ways)]
