"""Whether words in a joined thread are meant for the bot."""

from __future__ import annotations

import time

import pytest

from assistant.slack.addressed import asks, is_courtesy, is_for_bot, is_greeting, names_somebody

TO_BOT = {
    "ja": """
駐車場の整備費はいくらですか？
それを提案したのは誰ですか
どなたが質問しましたか？
ありがとうございます。では工期はいつまでですか？
なるほど。反対した委員はいましたか？
承知しました。ちなみに前回の結論は？
その理由を教えてください
要点をまとめてください
三行で要約して
出典も示してください
根拠となる発言を見せて
詳しくお願いします
続きは？
続けて
国の補助金については？
副市長の答弁は
山田委員は何を指摘しましたか
教育長はどう答えましたか
会長の意見を知りたい
第4回では
令和4年度と比べてどうですか
それ以外には
ほかに意見はありましたか
採決の結果はどうなりましたか
何対何で可決されましたか
賛成は何人
そのとき市は何と説明した？
それはどの会議で決まったの？
給食費の値上げはいつから
一覧で出して
表にしてください
原文を引用してください
もう一度、日付だけ教えて
確かに。それで、対象者は何人ですか
バス路線の廃止について、住民から意見は出ましたか？
すみません、予算の内訳もお願いします
図書館の開館時間はどう変わる
次の会議の議題を挙げてください
""",
    "en": """
How much does the new car park cost?
who proposed it
Who asked about the bus routes?
Thanks! And when does the work end?
I see. Did anyone object?
OK, and what was decided last time?
Please tell me why
Summarise the main points
Can you summarize that in three lines?
Show me the source
Could you list the members who voted against?
Tell me more
Go on
What about the subsidy?
And the mayor's reply?
What did Councillor Brown say?
How did the superintendent answer?
I want to know the chair's view
In the fourth meeting?
How does that compare with 2022?
Anything else?
Were there any other comments?
What was the result of the vote?
How many voted for it
why was it postponed
Which meeting decided this?
When did school lunch fees go up?
List the agenda items
Quote the exact words
Please give me the figures
Got it. So how many people are affected?
Was there any opposition from residents?
Is the budget mentioned anywhere in the minutes?
Could you explain the second point?
Find the discussion on opening hours
Great, now what did the auditor say?
how long will the closure last
Any details on the schedule?
""",
}

BETWEEN_PEOPLE = {
    "ja": """
おはようございます
いつもお世話になっております。
お疲れ様です、戻りました
こちらで確認しておきます。
印刷して配っておきますね
後ほどまとめて共有します
教えてもらって助かりました
誰か会議室の鍵を持っていますか？
何か抜けていたら言ってください
いつでも声をかけてください
いくつか誤字があったので直しました
皆さん、この案で進めていいですか？
各位、資料の提出は金曜までです
まさみさん、届きましたか？
ケンさん、今いいですか
佐々木係長、ご確認ください
部長に見せてもらえますか？
これ、間違ってませんか？
打合せは何時に始めますか？
明日、来られますか？
今どこにいますか？
お昼、一緒に行きませんか
この数字で大丈夫でしょうか？
私から先方に聞いてみます
そういうことは早く言ってほしいです
とりあえず、この方向で
明日は休みます。
どこかに保存してあるはずです
どうしようかな
来週の出張、誰が行きます？
このファイル、開けますか？
締切を延ばしてもらえませんか
よろしくお願いいたします。
え、そうなんですか？
これ課長に出していい？
印刷お願いできる？
電話があったら教えてください
""",
    "en": """
Good morning!
Hello everyone
I'm back from lunch
I'll check and get back to you.
Will print it this afternoon
When you have time, take a look.
What a mess
What I meant was the other file.
How kind of you
Can you send me the file?
Could you please review this by Friday?
Would you join the call at 4?
Can anyone open this link?
Does somebody have the key to room 2?
Team, is this OK?
Everyone, are we happy with that?
Sarah, did you see this?
Hi Tom, when are you coming in?
@Mike is that right?
Are you coming to the meeting tomorrow?
Do you have a minute?
Where did you put the folder?
Shall we meet at 10?
Should we tell the mayor?
What do you think?
What time shall we meet?
Is this right?
Does that look okay to you?
Let me know when you are done
Please fix the typo
Show of hands at the meeting then.
Find me at my desk later
Tell him I said hi
Did you get my email?
Why don't we ask the clerk?
Who wants coffee?
How about lunch?
""",
}

# Written after the rules, against them.
LATER_TO_BOT = """
対象になる世帯は何世帯いますか？
申請はいつからできますか
指定管理者はどこに決まりましたか？
この計画の期間は何年間？
欠席した委員は誰ですか
誰が最初に言い出したんですか？
反対の理由
前回との違いは？
なるほどです。補助率はどのくらいですか？
ありがとうございます！では、利用者数の推移も教えてください。
その答弁をした人は？
市民への周知はどうすると言っていましたか
印刷費はいくらかかりましたか
プールの休館日は
そのあとの経過を知りたいです
答弁の原文を見せてもらえますか？
結論だけ教えていただけますか
英語で要約して
鈴木議員の質問は何でしたか？
ということは、来年4月から始まるんですか？
計画は承認されましたか？
何か条件は付きましたか
夜間の開館は続けることになりましたか？
公民館の使用料については
はい、お願いします。続きも教えて
なんで延期になったの？
予算案は可決？
第3回の議事録では？
他に質問した人はいますか
えっと、財源は何ですか
Okay thanks. How was it funded?
What did residents say about noise?
So the plan was approved?
who chaired the meeting
how much in total
And in 2021?
what was the reason for the delay
Did the council approve the plan?
Please list everyone who spoke
Can you give me the exact figure?
Which members were absent?
Interesting. Is there a deadline?
Summary please
What else did they discuss?
And what did the vice-mayor answer to that?
Sorry, I meant the library. How many visitors?
Does the plan cover schools too?
When will the works begin
Who seconded the motion?
Can you find where that was said?
委員は全部で何名ですか？
市長は出席していましたか？
その件で住民説明会は開かれましたか
了解。あと、費用負担の割合は？
傍聴者は何人来ましたか
この条例の施行日を教えてもらえますか？
質疑の内容を簡単にまとめてもらえる？
高橋委員の発言を引用して
どういう意見が多かったですか
もっと短く
最終的にどうなった？
部会の設置については？
それに反対した人は何と言っていますか？
いつまでに完成する予定ですか
利用料の減免はありますか？
令和6年度は？
会議は何回開かれた
ありがとう、じゃあ令和3年度は？
それは誰の発言ですか？
同じことを別の会議でも言っていますか？
この数字の出典は？
工事費が増えた理由は何ですか
耐震化率は何%ですか？
事務局の説明をもう少し詳しく
対象年齢は？
How was the budget split?
What reasons did they give?
who was against it
Did the committee discuss parking?
Thank you. What about the other schools?
Can you explain why it was rejected?
And for children?
When is the new library supposed to open?
I need to know the exact date
Is that the total for the year?
Do the minutes mention flooding?
Where was that said?
Okay, and the number of visitors?
Show the speaker's exact words
What does the plan say about cycling?
Who is the chair?
Which page?
how was it decided
What's the deadline?
Were costs discussed?
この事業の担当課はどこですか
なるほど！反対した理由は？
座長は何と答えたのですか
会議の結論は出ましたか
高齢者への配慮について議論されましたか？
費用はどこが負担しますか
では、小学校については？
アンケートの回収率は？
発言者の名前も教えてください
いつの会議の話ですか？
わかりました。実施時期はいつ頃ですか？
パブリックコメントは何件ありましたか？
議案第5号の内容は
修正案はどうなりましたか？
監査委員の指摘を一覧にして
具体的には？
前の質問の続きですが、財源は決まっていますか？
何年度から？
他の会議でも話題になりましたか
要するにいくら必要なんですか？
How many people attended?
What was the vote?
Thanks! Was the mayor present?
And the reason for the increase?
Who will pay for it?
What did they decide about fees?
Did they set a date?
List all decisions
Could you give more detail?
Since when?
Where will it be built?
Was it unanimous?
How much per household?
Does it say who is responsible?
Then what happened?
水道料金の改定率は何パーセントですか
どの地区が対象ですか？
質問者に対して市長は何て答えましたか
ありがとうございます、その次の年は？
この議案は全会一致でしたか？
参考人は呼ばれましたか
中学校はどうなりますか
スケジュールを教えて下さい
利用料はいつ改定されたのですか
もう一度お願いします
各委員の意見を表にまとめて
その数字はどこに書いてありますか？
財政課長の説明は
去年の同じ会議では？
では賛否の内訳は
ごみ袋の値段っていくらになるの
予算が削られたのはなぜ
施行は来年からですか？
議長が何を言ったか教えて
ページ番号も教えてください
What's the total cost?
Who represented the residents?
And did it pass?
Any objections recorded?
How was the vote split?
Please quote what the chair said
Okay, and the timeline?
Why did costs rise?
Are there minutes from June?
Tell me about the flood plan
Which district is affected?
I'd like a summary
When was this last discussed?
Can you translate that into Japanese?
Did councillor Mori reply?
"""
LATER_BETWEEN_PEOPLE = """
お世話になります。
資料ありがとうございます、確認します！
それなら課長に聞いたほうが早いですよ
誰に聞けばいいですかね
どこに保存しました？
これ、どうやって出したんですか？
便利ですね、これ
何時に戻りますか？
もう送りましたか？
すごいですね、どうやって使うんですか？
今度教えてください！
見ておいてください
何かあったら連絡ください
どう思います？
数字が違う気がするんですが
この前の資料と違いませんか？
いくらなんでも多すぎます
承知しました。明日までに直します。
いつものやつですね
私が聞いた話では、来月らしいです
どなたかお手すきの方いますか
先生、資料できましたか
議事録は私が直しておきましょうか？
なんとかなりそうです
上に確認してもらえると助かります
これを答弁書に入れましょう
じゃあ、そういうことで
さっきの件どうなりました？
会議室取れました？
これでお願いします
OK, see you there
Sounds good to me
How are things?
Who is on duty today?
Where is the projector?
Can you believe it?
What shall we order?
Is Maria in today?
That's not what I heard
I wonder if it's right
Do it when you can
Whatever works
List it under other business, will you?
Why me?
Which one do you prefer?
Tell the caterer we are 12
How do I open this?
Should be fine
Did you mean Tuesday?
Has anyone seen my badge?
お世話になっております。総務課の田村です。
先日はありがとうございました
そうですね、それがいいと思います
この回答、部長にも共有しますね
こんな機能があるんですね！
ちょっと席外します
修正しました。ご確認ください。
確認お願いできますでしょうか
これは使えますね
うーん、どうでしょう
どうでしょうか？
課長、今お時間よろしいですか？
週明けでいいですか？
なんか変ですよね
何て書けばいいかな
誰が作ったんだろう、これ
いつ頃できそうですか？
私の方でやりますか？
それ、私も気になってました
皆さんどう思われますか？
資料の差し替え、間に合いますか？
念のため原本も見てください
予算の話は来週しましょう
たしか去年も同じ議論がありました
休憩にしませんか？
Morning all
Nice, thanks for sharing
Who's taking minutes today?
When can we talk?
How did it go?
What's up?
Where are we on this?
Is anyone there?
Please check the second paragraph
Could we use this in the report?
I'd say it's about 400
Which is what I said earlier
How come nobody told me?
What about Friday?
What time is it?
Did everyone get the invite?
Are they still using the old form?
Is it just me or is this slow?
That's a lot, isn't it?
Why is it so slow?
ありがとうございます、印刷します
あとは私がやります
会議の件、了解です
部長が呼んでました
いつ終わりますか、そっちの作業
お茶いりますか？
これ以上は無理ですね
議事録、アップしておきました
それで進めてください
どちらでもいいです
何人か声をかけてみます
ですよね、私もそう思います
資料の順番はこれでよかったですか？
写真撮ってもらえますか
すみません、遅れます
村上さんって今日休みですか？
どこに置きましたっけ、あの資料
明日の準備は誰がしますか？
なるほど、それは知らなかったです
次、どれから片付けますか？
Brilliant, I'll add it to the slides
Can we trust this?
How should we word it?
What shall I put in the report?
Who has the minutes from May?
Let me check with Karen
Did you want milk?
Is it raining?
Anyone around?
So that's settled then
Who cares
When does your train leave?
Why don't you ask him?
Could someone double check?
Not sure what that means
その日は都合が悪いです
資料、机に置いておきました
ではまた来週
いつもの会議室ですか？
誰か代わりに出られますか？
議会だよりに載せますか？
この書き方で伝わりますかね？
どこまで進みました？
あれ、もう公開されてます？
なんだか長いですね
昨日の回覧、回りました？
市長に見せる前に直しましょう
どっちがいいと思います？
これ何のことですか？
ちょっと電話してもいいですか
答弁の順番、変えますか？
お待たせしました
それは来年度の話ですよ
渡辺さんに聞いてみては？
何か甘いものありますか
Back in five
Who moved my chair?
How's the draft coming along?
Can this wait?
I'd like a coffee
Did the courier come?
Is the meeting still on?
When are you back?
What do we do now?
Which version are you using?
Ask Peter about it
That was quick!
Do I need to sign this?
Was that for me?
Where can I park?
"""

# Words that look like a question to the records, and are said between people: never answered.
HARD_BETWEEN_PEOPLE = """
日頃より大変お世話になっております。
こんばんは
一度見ておきます。
後で一覧にして回します。
説明してくれてありがとう！
そんな話ではないと思いますよ。
とはいえ安心しました。
どこかの資料に載っていた覚えがあります。
誰か対応お願いします。
どなたか印刷お願いできますか
皆さん、これでよろしいですか？
みなさま、ご意見ありますか？
これ、部長に回してもらえますか？
次の打ち合わせ、いつにしましょうか。
お昼はどうしますか？
いつでも構いません。
誰も反対しないと思いますよ
その件は
それでは、差し込んでおきますね
ゆうこさん、聞きましたか？
マイクさん これ合ってますか
佐々木さん？
お疲れ様です。田中さん、資料ありますか
え、本当ですか？
へえ！こんなこともできるんですね？
これで正しいんでしょうか？
いくつかコメントを付けました。
見せてくれて助かりました。
総務課さんに聞きますか？
答弁書に載せて大丈夫ですか？
なぜか印刷できません
月曜までにお願いできますか？
教えていただきありがとうございました
ご覧になりましたか？
明日空いてますか
資料送ってもらえますか
何時に集まりますか
来られますか
終わったら教えてください
分かりましたら教えてください。
誰が言ったか忘れました
どうなるか分かりません
Will send it over.
Enjoy your evening!
What a lovely summary
When I'm done I'll tell you.
Find enclosed the slides.
Which is fine.
How lovely!
Is fine with me
Can somebody print these?
Does everybody agree to start at 9?
Karen can you look?
List enclosed.
Are you around at 2?
Where are you now?
Looks good
Would be nice to have this
Everyone, is this OK?
Team: please review
Is that right, Bob?
Could you share the slides?
Would you come along?
Can you check this with the clerk?
Tell them we are late
Could you tell me when you are free?
Give me a minute
Show of hands?
"""
# The reviewer's kind: nods and thanks before a question, and questions that are none in form.
HARD_TO_BOT = """
なるほど、それでは補助額はいくらですか？
わかりました。それは何月からですか？
たしかに。で、誰が提案しましたか？
了解しました。次回の会議はいつですか？
ありがとうございます。対象についても教えてください。
助かりました。ちなみに昨年度は何件でしたか
では、副委員長は
残りの委員は
平成30年度の場合は？
もう少しくわしく
経緯も知りたいです
反対した人は
その理由
続きをください
賛成意見もお願いします
合計で
そうなんですね。では開館は何時ですか？
全文を出してください
根拠をください
要約してください
表にして
委員長、何と言っていましたか？
部長、なんて説明してる？
建設部長 何と答えましたか
課長は何と答弁しましたか
再来年度はどうなる
結局どうなりましたか
予算はいくらですか？よろしくお願いします。
Can you tell me where it starts?
Could you show the figures?
So, who decided that?
Okay, when does it end?
Thank you, and who asked that?
Yes, but how many?
Right, but what was the answer?
Also, what about Saturday?
Really? Who abstained?
And the cost?
Then who answered?
The outcome?
Give me the numbers
More detail please
I'd like to see the budget
I think the mayor replied; what did he say?
What about 2021
Compare it with the year before
Would you list the speakers
Let's see: who agreed?
How much is it? Thanks!
"""


def lines(block: str) -> list[str]:
    """The messages of a block, one in each line."""
    return block.strip().splitlines()


def answered(words: str) -> bool:
    """Whether the bot answers words behind its own message."""
    return is_for_bot(words, others=False, last_by_bot_or_same=True)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_most_questions_to_the_bot_are_answered(language: str) -> None:
    messages = lines(TO_BOT[language])
    assert sum(answered(words) for words in messages) >= len(messages) - 1


@pytest.mark.parametrize("language", ["ja", "en"])
def test_people_among_themselves_are_not_disturbed(language: str) -> None:
    assert [words for words in lines(BETWEEN_PEOPLE[language]) if answered(words)] == []


def test_what_was_written_against_the_rules() -> None:
    missed = [words for words in lines(LATER_TO_BOT) if not answered(words)]
    wrong = [words for words in lines(LATER_BETWEEN_PEOPLE) if answered(words)]
    # Left: 傍聴者は何人来ましたか reads like 来ましたか, いつ終わりますか、そっちの作業 like a matter.
    assert len(missed) <= 2
    assert len(wrong) <= 2


@pytest.mark.parametrize("words", lines(HARD_BETWEEN_PEOPLE))
def test_silent_at_what_only_looks_like_a_question(words: str) -> None:
    assert not answered(words)


@pytest.mark.parametrize("words", lines(HARD_TO_BOT))
def test_answers_behind_nods_and_in_fragments(words: str) -> None:
    assert answered(words)


def test_silent_whoever_else_is_addressed_or_spoke_last() -> None:
    words = "予算はいくらですか？"
    assert answered(words)
    assert not is_for_bot(words, others=True, last_by_bot_or_same=True)
    assert not is_for_bot(words, others=False, last_by_bot_or_same=False)
    assert not answered("田中さん、" + words)


@pytest.mark.parametrize(
    "words",
    ["予算はいくらですか？", "予算はいくら?", "それに対する市の回答は", "第3回では", "理由を教えてください", "誰が言った",
     "予算についてはどうでしたか", "who said that", "what about the budget", "And when does it start?"],
)  # fmt: skip
def test_asks(words: str) -> None:
    assert asks(words)
    assert not is_courtesy(words)


@pytest.mark.parametrize(
    "words",
    ["なるほど", "資料を送ります", "そうですよね？", "いいんじゃないか", "can you send me the file?", "I think so", ""],
)  # fmt: skip
def test_does_not_ask(words: str) -> None:
    assert not asks(words)


@pytest.mark.parametrize(
    "words",
    ["田中さん、これはどうですか", "はるかさん、見た？", "ケン君 これ", "高橋係長、お願いします", "皆さん、どうですか",
     "各位、提出は金曜です", "どう思いますか、田中さん？", "Hi Bob, is it?", "Everyone, look",
     "Sarah: ready?", "hello all"],
)  # fmt: skip
def test_names_somebody(words: str) -> None:
    assert names_somebody(words)


@pytest.mark.parametrize(
    "words",
    ["課長、確認お願いします", "田中委員は何と言いましたか", "教育部長 何と答弁しましたか", "田中さんは何と言いましたか",
     "同様、予算は？", "Thanks, who said that?", "Also, what about it?", "What did Councillor Brown say?"],
)  # fmt: skip
def test_names_nobody(words: str) -> None:
    assert not names_somebody(words)


@pytest.mark.parametrize(
    "words",
    ["ありがとうございます！", "ありがとうございます。助かりました。", "いつもありがとうございます。", "了解です", "助かりました。",
     "了解しました、ありがとうございます", "はい", "OKです", "お疲れさまです", "どうもありがとう", "感謝です", "よろしくお願いします",
     "なるほど、よく分かりました。", "Thanks!", "thank you very much", "OK thanks",
     "Got it, thank you!", "Great, that's perfect."],
)  # fmt: skip
def test_courtesies(words: str) -> None:
    assert is_courtesy(words)
    assert not is_greeting(words)
    assert not asks(words)


@pytest.mark.parametrize(
    "words",
    ["こんにちは", "おはようございます！", "お世話になっております。よろしくお願いします。", "hello",
     "Good morning everyone!", "Hi, thanks!"],
)  # fmt: skip
def test_greetings(words: str) -> None:
    assert is_greeting(words)
    assert not is_courtesy(words)
    assert not asks(words)


@pytest.mark.parametrize(
    "words",
    [
        "",
        " ",
        "。",
        "？",
        "!?",
        "はい、予算は？",
        "了解、それで？",
        "okra",
        "tyres",
        "はいる",
        "OKR",
    ],
)
def test_neither_courtesy_nor_greeting(words: str) -> None:
    assert not is_courtesy(words)
    assert not is_greeting(words)


@pytest.mark.parametrize(
    "unit",
    [
        "はい、",
        "なるほど",
        "a",
        "さん",
        "誰か",
        "予算は",
        "何",
        "and ",
        "thanks ",
        "can you ",
        "@",
        "今",
        "A ",
        "?",
        ": ",
    ],
)
def test_long_messages_take_no_time(unit: str) -> None:
    words = unit * (12_000 // len(unit))
    began = time.monotonic()
    answered(words)
    is_courtesy(words)
    assert time.monotonic() - began < 2
