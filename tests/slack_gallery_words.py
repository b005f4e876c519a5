"""What the people of the gallery ask and claim, and the captions, in both languages."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Words:
    """What people ask and claim, in one language."""

    locale: str
    names: tuple[str, str]
    ask: str
    follow: str
    many: tuple[str, ...]
    written: str
    claims: tuple[tuple[str, str, str], ...]
    missing: str
    near: str
    fails: str
    supported: str
    contradicted: str
    unrecorded: str
    hidden: str
    closed: str
    captions: dict[str, str] = field(default_factory=dict)

    @property
    def year(self) -> str:
        """The folder of the record that is not for everybody."""
        return self.hidden[:4]


JA = Words(
    "ja-JP",
    ("鈴木 花子", "森 太郎"),
    "うみねこ号の運賃はいくらですか？",
    "予約はどうやってしますか",
    (
        "うみねこ号の実証運行の事業費はいくら", "うみねこ号の運賃はいくらですか", "バスの利用者が減った理由は何ですか",
        "市民アンケートの自由記述は何件ありましたか", "屋根があるバス停は何か所か", "相乗りの割合は何パーセントですか",
        "自動運転バスの実験はいつ行われますか", "車内の映像は何日で消されますか", "外出の回数はどう変わりましたか",
        "大槻委員はデマンド交通についてどんな意見でしたか", "原副会長はうみねこ号を続けることに賛成ですか",
        "自動運転について会長は何と言っていますか", "運転士の定員について説明したのは誰？",
        "1,200円という基準の根拠を財政課長はどう説明した？", "計画では屋根と椅子を何か所に整備しますか",
        "昨年度の路線バスの利用者は何人でしたか", "デマンド交通はどの地区から始めるのですか",
        "外国籍の住民への案内を求めたのは誰ですか", "公共交通の満足度の目標は何パーセントですか",
    ),
    "うみねこ号の利用者一人あたりの市の負担はどう変わりましたか",
    (
        ("10月から1月までの利用者一人あたりの市の負担は1,410円であった。", "利用者一人あたりの市の負担は1,410円である。", ""),
        ("利用者一人あたりの市の負担は1,290円まで下がった。", "利用者一人あたりの市の負担は1,290円まで下がった。", ""),
        ("負担は1,230円前後と予測されている。", "負担は燃料費が上がっており、1,230円前後と予測している。", ""),
    ),
    "市立図書館の開館時間は延びましたか",
    "タクシー会社の売上は何パーセント減りましたか",
    "うみねこ号の故障は何件ですか",
    "うみねこ号の運賃は1回300円です。",
    "うみねこ号の運賃は1回500円です。",
    "市立図書館の開館時間が延長されました。",
    "2025-02-koutsu-3.txt",
    "外出の回数はどう変わりましたか",
    {
        "answer": "チャンネルでの質問への回答（スレッド）",
        "follow-up": "スレッドでの続きの質問（メンションなし）",
        "many": "長く、出典が多い回答：一部を省略（複数の回答を一つにまとめて作った例）",
        "many-all": "長い回答：「省略なしで表示」の画面",
        "stream-half": "言語モデルが書く回答：途中",
        "stream-done": "言語モデルが書く回答：完了",
        "not-found": "見つからないとき（近い記述つき）",
        "not-found-fact": "話題はあるが数値がないとき",
        "failure": "失敗したとき",
        "not-allowed": "見せられる記録がないとき",
        "working": "調べている間の表示",
        "context": "「前後を読む」：最初の画面",
        "context-paged": "「前後を読む」：「次へ」を押した後",
        "claim-working": "記録との照合：調べている間",
        "claim-supported": "記録との照合：合っている",
        "claim-contradicted": "記録との照合：食い違う",
        "claim-unrecorded": "記録との照合：記録にない",
        "voted": "「役に立った」を押した後（本人だけに見える）",
        "reason": "「正しくない・足りない」を押した後",
        "hand-over": "担当者への引き継ぎ：押した人に見える行と、担当者のチャンネル",
        "greeting-channel": "チャンネルに参加した人へのあいさつ（本人だけに見える）",
        "greeting-direct": "ダイレクトメッセージを初めて開いたとき",
        "home-new": "ホーム：初めての人",
        "home-regular": "ホーム：使っている人",
        "direct-offer": "公開チャンネルでの、ダイレクトメッセージの案内（本人だけに見える）",
        "direct-answer": "案内のボタンを押した後のダイレクトメッセージ",
        "hostile": "4万字の悪意あるメッセージ",
        "command": "スラッシュコマンドでの質問",
        "courtesy": "お礼だけを書いたとき",
    },
)  # fmt: skip

EN = Words(
    "en-US",
    ("Emma Clark", "Daniel Reyes"),
    "When will the app be available in English?",
    "And what about Vietnamese?",
    (
        "Which language would help most besides English?", "When will the app be available in English?",
        "Who waited 40 minutes at the port?", "How late does Umineko run?", "How many stops will have Roman letters?",
        "What did Ms. Nguyen say about stop names?", "What did Ms. Pereira say about reserving by telephone?",
        "What did Hara ask about shift times?", "What does the civic hall help with?",
        "What did the Transport Manager say about a later run on Fridays?", "What did Chair Hayase say about buses?",
        "What is shown on the timetable on the phone?", "What did Miyake ask?",
        *JA.many,  # most of the records are in Japanese
    ),
    "What will be done for residents who cannot read Japanese at bus stops and in the app?",
    (
        (
            "From April 2025 the stop names at 60 stops will have numbers and Roman letters.",
            "From April 2025 the stop names at 60 stops will have numbers and Roman letters.", "",
        ),
        (
            "The app will get English and Vietnamese by the end of March 2025.",
            "The app will get English and Vietnamese by the end of March 2025.", "",
        ),
        (
            "On board, guidance will be in Japanese, English and Vietnamese.", "日本語、英語、ベトナム語の三つで案内する。",
            "Guidance will be given in three languages: Japanese, English and Vietnamese.",
        ),
    ),
    "What is the plan for the new stadium?",
    "How many people from Vietnam work at the fish factory?",
    "How many breakdowns did Umineko have?",
    "The app will get English by the end of March 2025.",
    "Umineko runs until 6:30 p.m.",
    "A new stadium will be built in 2027.",
    "2024-11-residents.md",
    "Until when does Umineko run?",
    {
        "answer": "An answer in a channel's thread",
        "follow-up": "A follow-up in the thread, without a mention",
        "many": "A long answer with many sources, shortened (made of several answers, for this picture)",
        "many-all": "The long answer: the window behind “Show all”",
        "stream-half": "Written by a language model: half way",
        "stream-done": "Written by a language model: finished",
        "not-found": "Not found, with what is closest",
        "not-found-fact": "The topic is there, the figure is not",
        "failure": "A failure",
        "not-allowed": "No record may be shown",
        "working": "While it works",
        "context": "“Read in context”: first page",
        "context-paged": "“Read in context”: after “Later”",
        "claim-working": "Check of a claim: while it works",
        "claim-supported": "Check of a claim: supported",
        "claim-contradicted": "Check of a claim: contradicted",
        "claim-unrecorded": "Check of a claim: not in the record",
        "voted": "After “Helpful” (only the person sees it)",
        "reason": "After “Wrong or incomplete”",
        "hand-over": "Handed to a person: the line that whoever pressed sees, and the channel of those in charge",
        "greeting-channel": "Greeting of somebody who joined a channel (only they see it)",
        "greeting-direct": "The first look at the direct message",
        "home-new": "Home of a newcomer",
        "home-regular": "Home of a regular",
        "direct-offer": "The offer of a direct message, in a public channel (only the asker sees it)",
        "direct-answer": "The direct message after the offer is taken",
        "hostile": "A hostile message of 40,000 characters",
        "command": "Asked by slash command",
        "courtesy": "Thanks and nothing else",
    },
)  # fmt: skip
