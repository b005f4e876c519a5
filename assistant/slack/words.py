"""The bot's own words, in Japanese and English. Nothing here is quoted from a record."""

from __future__ import annotations

from assistant.types import Language

_WORDS: dict[str, tuple[str, str]] = {
    # While it works
    "working": ('が記録を調べています…', 'is looking in the records…'),
    "working_more": ('発言を探しています…|記録と照合しています…', 'Looking for who said it…|Checking against the record…'),
    # Instead of an answer
    "empty": (
        "質問を一文でお書きください。例：「開館時間について会長は何と言いましたか」",
        "Please ask in a sentence, for instance: What did the chair say about opening hours?",
    ),
    "long": ("質問が長すぎます。2,000字までにしてお尋ねください。", "That is too long for a question. Please keep it within 2,000 characters."),
    "nothing": ('まだ記録が取り込まれていません。管理者にお知らせください。', 'No records have been ingested yet. Please tell the administrator.'),
    "not_allowed": ('ここでお見せできる記録はありません。見られる範囲については管理者にお尋ねください。', 'There are no records that may be shown here. Ask the administrator what is open to whom.'),
    "failed": ('申し訳ありません。エラーのためお答えできませんでした。もう一度お試しください。続くときは、この番号を管理者にお知らせください：{}', 'Sorry, something went wrong. Please try again; if it goes on, give this number to the administrator: {}'),
    "welcome_back": ("どういたしまして。質問があれば、いつでもお書きください。", "You are welcome. Ask me anything else."),
    "asked_by": ('さんの質問：', ' asks:'),
    "answering_here": ("このチャンネルには投稿できないため、ダイレクトメッセージでお答えします。", "I cannot post in this channel, so I answer in a direct message."),
    # Around an answer
    "understood": ('前の質問の続きとして読みました：{}', 'Read as a follow-up: {}'),
    "context": ("前後を読む", "Read in context"),
    "original": ("原文を開く", "Open the original"),
    "all": ("省略なしで表示", "Show all"),
    "good": ("役に立った", "Helpful"),
    "bad": ("正しくない・足りない", "Wrong or incomplete"),
    "person": ('担当者に聞く', 'Ask a person'),
    "person_title": ('担当者に聞きますか', 'Ask a person?'),
    "person_asks": (
        "質問の文と、この会話へのリンク、あなたの名前を担当者のチャンネルに送ります。",
        "Your question, a link to this conversation and your name go to the people in charge.",
    ),
    "yes": ('送る', 'Send'),
    "no": ("やめる", "Cancel"),
    "person_done": ('担当者に送りました。', 'Sent to the people in charge.'),
    "person_failed": ('担当者に送れませんでした。管理者にお知らせください。', 'It could not be sent. Please tell the administrator.'),
    "person_asked": ('さんから、担当者への質問です', '  asks the people in charge'),
    "person_open": ("会話を開く", "Open the conversation"),
    "person_status": ('ボットの結果：{}（番号 {}）', 'The bot {} (reference {})'),
    "voted": ("ありがとうございます。記録しました。", "Thank you, noted."),
    "in_direct": (
        "このチャンネルでは公開の記録だけを使ってお答えしました。あなたが見られるほかの記録も含めて、ダイレクトメッセージでお答えできます。",
        "In this channel I use public records only. I can answer from all the records that you may see in a direct message.",
    ),
    "in_direct_button": ('ダイレクトメッセージで受け取る', 'Get the answer in a direct message'),
    # How to ask better
    "better": ("見つけやすい尋ね方", "How to ask so that it is found"),
    "better_topic": (
        "会議の名前や回、議題、発言した人、記録に出てきそうな言葉を入れてください。例：「第2回の会議で会長は予算について何と言いましたか」",
        "Name the meeting, the agenda item, who spoke, or words that the record would use, as in: What did the chair say about the budget at the 2nd meeting?",
    ),
    "better_fact": ("数値や日付でなく、「何と説明されましたか」のように尋ねると、関係する発言が見つかります。", "Ask what was said about it rather than for the figure or date."),
    "better_person": ("名前の表記を確かめるか、役職（会長、事務局など）でお尋ねください。", "Check how the name is written, or ask by office (the chair, the secretariat)."),
    "better_meeting": ("取り込まれている会議は、このアプリのホームタブで確かめられます。", "The app's Home tab lists the meetings that are indexed."),
    "better_premise": ("前提を外して、「どう決まりましたか」のようにお尋ねください。", "Ask without taking it for granted, as in: What was decided?"),
    "cut": ("長いため、文や引用の一部を省略しています。", "Sentences and quotes are shortened, as this is long."),
    "state_answered": ("回答した", "answered"),
    "state_not_found": ("見つからなかった", "found nothing"),
    "state_not_allowed": ("表示できる記録がない", "may show nothing here"),
    "state_failed": ("失敗した", "failed"),
    # Windows
    "context_title": ("前後の発言", "In context"),
    "all_title": ("回答の全文", "The whole answer"),
    "reason_title": ('気づいた点を教えてください', 'What is wrong or missing?'),
    "reason_label": ('正しい答えや、足りないこと', 'The right answer, or what is missing'),
    "reason_hint": ('個人情報は書かないでください。管理者が読みます。', 'Please write no personal data. The administrator reads it.'),
    "send": ("送る", "Send"),
    "close": ("閉じる", "Close"),
    "earlier": ('前の発言', 'Earlier'),
    "later": ('後の発言', 'Later'),
    "back_to_cited": ("引用箇所へ", "Back to the quote"),
    "answers_this": ("この発言が答えている質問", "The question that this answers"),
    "gone": ("この記録は取り込み直されたか、取り除かれました。もう一度お尋ねください。", "This record was ingested anew or taken out. Please ask again."),
    "unseen": ("この記録を見る権限がありません。", "You may not see this record."),
    "expired": ("この回答はもう保存されていません。もう一度お尋ねください。", "This answer is no longer kept. Please ask again."),
    "turns_shown": ("{}〜{}番目を表示（全{}）", "Showing {}–{} of {}"),
    "page": ("{} / {}", "{} / {}"),
    # The shortcut
    "claim_title": ("記録との照合", "Against the record"),
    "claim_working": ("記録を調べています…", "Looking in the records…"),
    "claim_related": ("近い記述（裏づけではありません）", "What comes closest (it does not support this)"),
    "claim_notice": ("照合は自動です。前後の発言も読んで、判断は人が行ってください。", "Checked automatically. Read the words in context; a person decides."),
    "claim_differs": ("投稿：{}／記録：{}", "message: {} / record: {}"),
    "claim_label": ("照合した文", "What was checked"),
    "claim_empty": ("このメッセージには照合できる文がありません。", "This message says nothing that could be checked."),
    "supported": ('✅ 記録に裏づけがあります', '✅ The record supports this'),
    "contradicted": ('⚠️ 記録と食い違っています', '⚠️ The record says otherwise'),
    "not_in_record": ('❓ 記録の中に裏づけが見つかりません', '❓ Not found in the records'),
    # Home
    "home_title": ("会議の記録に尋ねる", "Ask the meeting records"),
    "home_ask": (
        "ダイレクトメッセージに質問を書くか、チャンネルでこのアプリにメンションしてください。答えの一文ごとに、だれが、どの会議で言ったのかを示します。",
        "Write a question as a direct message, or mention the app in a channel. Every sentence of the answer shows who said it, and in which meeting.",
    ),
    "home_examples": ("たとえば", "For instance"),
    "home_indexed": ('調べられる記録', 'Records you can ask about'),
    "home_updated": ("最終更新：{}", "Last updated: {}"),
    "home_none": ("まだ見られる記録がありません。", "There are no records that you may see yet."),
    "home_committee": ("{}：会議 {} 回（{}〜{}）", "{}: {} meetings ({} to {})"),
    "home_committee_one": ("{}：会議 1 回（{}）", "{}: 1 meeting ({})"),
    "home_documents": ("計画・資料：{} 件", "Plans and other documents: {}"),
    "home_more": ("ほか {} 件", "and {} more"),
    "home_recent": ("あなたの最近の質問", "Your recent questions"),
    "home_popular": ("よく尋ねられる質問", "Often asked"),
    "home_popular_line": ("{}（{} 人）", "{} ({} people)"),
    "home_again": ("もう一度尋ねる", "Ask again"),
    "home_try": ("尋ねてみる", "Ask this"),
    "home_for": ("できること・できないこと", "What it is for, and what not"),
    "home_for_1": ('ここにある記録の発言を探して、引用で答えます。一般の知識では答えません。', 'It finds what was said in these records and answers with quotes. It does not answer from general knowledge.'),
    "home_for_2": (
        "間違えることがあります。「前後を読む」で記録を確かめ、判断は人が行ってください。決定の根拠になるのは記録であり、このアプリではありません。",
        "It can be wrong. Check the record with “Read in context”; a person decides. The record counts, not this app.",
    ),
    "home_for_3": (
        "記録にないときは「見つからない」と答えます。個人情報は質問に書かないでください。",
        "Where the records hold no answer it says so. Please write no personal data into questions.",
    ),
    "home_data": ("データの行き先", "Where the data goes"),
    "home_data_local": (
        "質問と回答はSlackと、このアプリの管理者のサーバーだけを通ります。外部の言語モデルには送りません。",
        "Question and answer pass through Slack and the administrator's own servers, and nowhere else. No outside language model is asked.",
    ),
    "home_data_model": (
        "質問と見つかった発言を、文を書くために言語モデル（{}）に送ります。氏名の連絡先などの個人情報は伏せて送ります。",
        "Question and the passages found go to a language model ({}), which writes the sentences. Personal data is masked.",
    ),
    "home_data_trusted": ('質問と見つかった発言を、文を書くために、管理者が信頼するとした言語モデル（{}）に送ります。', 'Question and the passages found go to a language model ({}) that the administrator trusts; it writes the sentences.'),
    "home_data_log": ("質問と回答は、改善のために {} 日間記録します。", "Questions and answers are kept for {} days, to improve the app."),
    "home_data_log_ever": ("質問と回答は、改善のために記録します。", "Questions and answers are kept, to improve the app."),
    "home_data_no_log": ("質問と回答の記録は残しません（会話の続きのために {} 日間だけ保存します）。", "No log of questions is kept (a conversation is remembered for {} days, so that it can go on)."),
    "welcome_channel": (
        "会議の記録にお答えするアプリです。メンションして質問すると、このチャンネルのスレッドでお答えします。",
        "I answer from the meeting records. Mention me with a question, and I answer in a thread.",
    ),
}  # fmt: skip


def say(key: str, language: Language, *values: object) -> str:
    """Words of the bot.

    Args:
        key: which.
        language: in which language.
        values: what stands at the places left open.
    """
    words = _WORDS[key][0 if language == "ja" else 1]
    return words.format(*values) if values else words


def language_of(locale: str | None) -> Language:
    """The language of a user's locale as Slack gives it (ja-JP, en-US); without one, Japanese."""
    return "ja" if not locale or locale.lower().startswith("ja") else "en"
