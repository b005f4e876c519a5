"""What people do in Slack and what they see: the real bot, before a Slack that keeps all limits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index_store.index import Index
from index_store.indexer import Indexer
from tests.slack_bot import COUNCIL, Scene, actions_of, quoted, scene
from tests.slack_library import library
from tests.slack_limits import texts

__all__ = ["library"]

NIGHT = "夜間の来館者は何人でしたか？"


@pytest.fixture
def at(library: Index, tmp_path: Path) -> Iterator[Scene]:
    """A bot over signed HTTP."""
    with scene(library, tmp_path, person="C0DESK") as made:
        made.world.add_user("U0ENGLISH", "smith", "Ann Smith", locale="en-US")
        made.world.channels[COUNCIL].members.append("U0ENGLISH")
        made.world.add_channel("C0DESK", "窓口", ["U0BOT", "U0STAFF"])
        made.world.add_im("U0ENGLISH", "D0ENGLISH")
        yield made
        assert made.slack.refused == []
        assert made.world.unfinished() == []


@pytest.mark.parametrize("way", ["http", "socket"])
def test_a_mention_is_answered_in_its_thread(library: Index, tmp_path: Path, way: str) -> None:
    with scene(library, tmp_path, way=way) as at:
        answer = at.ask(NIGHT)
        shown = answer.shown()
        for part in ("「試行した4月の平日夜間の来館者は延べ312人である。」と図書館長が答えています [1]。",
                     "[1] 図書館長", "第1回 青浜市図書館協議会", "2024年6月12日（水）",
                     "開館時間の延長について", "first.txt:29"):  # fmt: skip
            assert part in shown
        assert shown.index("答えています") < shown.index("出典") < shown.index("判断は人が")
        assert at.world.statuses[0]["status"]
        assert at.world.status(COUNCIL, answer.thread_ts or "") == ""
        assert answer.arguments["unfurl_links"] in (False, "false", "0")
        assert at.slack.refused == []


def test_a_mention_within_a_thread_stays_in_it(at: Scene) -> None:
    first = at.world.add_message(COUNCIL, "U0MEMBER", "資料を置きました")
    assert at.ask(NIGHT, thread_ts=first.ts).thread_ts == first.ts


def test_direct_messages_top_level_and_in_threads(at: Scene) -> None:
    thread = at.write("電子図書の予算はいくらですか", "D0STAFF")
    assert "450万円" in at.answer("D0STAFF", thread).shown()
    at.write("それはいつ始まるのか", "D0STAFF", thread_ts=thread)
    assert "10月1日" in at.answer("D0STAFF", thread, 2).shown()
    other = at.write("点字図書は毎年何冊増やすか", "D0STAFF")
    assert "50冊" in at.answer("D0STAFF", other).shown()


def test_a_slash_command_asks_in_the_channel(at: Scene) -> None:
    done = at.delivery.deliver(at.people.command("U0STAFF", "夜間の来館者は何人"))
    assert done.acknowledged
    at.settle()
    root = next(m for m in at.world.messages(COUNCIL) if m.bot_id)
    assert "夜間の来館者は何人" in root.shown()
    assert {"type": "user", "user_id": "U0STAFF"} in root.blocks[0]["elements"][0]["elements"]
    assert "312人" in at.answer(COUNCIL, root.ts, 2).shown()


def test_a_slash_command_without_a_question_gets_help(at: Scene) -> None:
    done = at.delivery.deliver(at.people.command("U0STAFF", "  "))
    assert "質問を一文で" in str(done.body)


def test_a_slash_command_where_the_bot_cannot_post_is_answered_directly(at: Scene) -> None:
    at.world.add_channel("C0OTHER", "別室", ["U0STAFF"])
    done = at.delivery.deliver(at.people.command("U0STAFF", NIGHT, "C0OTHER"))
    assert "ダイレクトメッセージ" in str(done.body)
    at.settle()
    assert "312人" in at.world.messages("D0STAFF")[-1].shown()
    assert at.world.messages("C0OTHER") == []


@pytest.mark.parametrize(
    ("claim", "verdict", "shown"),
    [
        ("4月の平日夜間の来館者は延べ312人だった。", "記録に裏づけがあります", "図書館長"),
        ("4月の平日夜間の来館者は延べ512人だった。", "記録と食い違っています", "延べ312人"),
        (
            "市長は来年度に動物園を建てると述べた。",
            "裏づけが見つかりません",
            "照合した文",
        ),
    ],
)
def test_the_shortcut_checks_a_claim(at: Scene, claim: str, verdict: str, shown: str) -> None:
    said = at.world.add_message(COUNCIL, "U0MEMBER", claim)
    at.delivery.deliver(at.people.message_action("U0STAFF", said, "check_claim"))
    at.settle()
    view = at.people.top_view("U0STAFF")
    told = "\n".join(texts(view.content["blocks"]))
    assert claim in told
    assert verdict in told
    assert shown in told
    assert at.world.messages(COUNCIL)[-1].ts == said.ts, "nobody else is told"


def test_a_claims_source_opens_in_context(at: Scene) -> None:
    said = at.world.add_message(COUNCIL, "U0MEMBER", "4月の平日夜間の来館者は延べ312人だった。")
    at.delivery.deliver(at.people.message_action("U0STAFF", said, "check_claim"))
    at.settle()
    at.press("U0STAFF", at.people.top_view("U0STAFF"), "context")
    assert "学生の利用が多かった。" in "\n".join(texts(at.people.top_view("U0STAFF").content))


def test_a_claim_whose_window_was_closed_is_told_directly(at: Scene) -> None:
    said = at.world.add_message(COUNCIL, "U0MEMBER", "4月の平日夜間の来館者は延べ312人だった。")
    at.world.fail_next("views.update", error="not_found")
    at.delivery.deliver(at.people.message_action("U0STAFF", said, "check_claim"))
    at.settle()
    assert "記録に裏づけがあります" in at.world.messages("D0STAFF")[-1].shown()


def test_replies_in_a_thread_need_no_mention(at: Scene) -> None:
    thread = at.mention("電子図書の予算はいくらですか")
    at.answer(COUNCIL, thread)
    at.write("それはいつ始まるのか", COUNCIL, thread_ts=thread)
    assert "10月1日" in at.answer(COUNCIL, thread, 2).shown()
    at.write("登録者は何人？", COUNCIL, "U0MEMBER", thread_ts=thread)
    assert "1,204人" in at.answer(COUNCIL, thread, 3).shown()


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ("U0MEMBER", "なるほど、よく分かりました。"),
        ("U0MEMBER", "ありがとうございます！"),
        ("U0MEMBER", "<@U0STAFF> これは本当でしょうか？"),
        ("U0MEMBER", "鈴木さん、来週の会議は何時からですか？"),
        ("U0MEMBER", "資料を共有しておきます"),
        ("U0ENGLISH", "could you send me the slides?"),
    ],
)
def test_is_silent_while_people_talk_to_each_other(at: Scene, user: str, said: str) -> None:
    thread = at.mention("電子図書の予算はいくらですか")
    at.answer(COUNCIL, thread)
    at.write(said, COUNCIL, user, thread_ts=thread)
    # Between two people the second one answers the first, also with a question.
    at.write("何時からでしたっけ？", COUNCIL, "U0STAFF", thread_ts=thread)
    at.settle()
    assert len(at.answers(COUNCIL, thread)) == 1
    at.mention("登録者は何人？", "U0MEMBER", thread_ts=thread)
    at.answer(COUNCIL, thread, 2)


def test_is_silent_in_threads_of_others_and_to_bots_and_edits(at: Scene) -> None:
    first = at.write("夜間の来館者は何人でしたか？", COUNCIL)
    at.write("誰か知っていますか？", COUNCIL, thread_ts=first)
    said = at.people.message("U0STAFF", NIGHT, "D0STAFF")
    for payload in (at.people.bot_message(COUNCIL, NIGHT), at.people.message_changed(said, NIGHT),
                    at.people.message_deleted(said), at.people.channel_join("U0MEMBER", COUNCIL)):  # fmt: skip
        assert at.delivery.deliver(payload).acknowledged
    at.settle()
    assert at.world.called("chat.*") == []


@pytest.mark.parametrize("way", ["http", "socket"])
def test_an_event_that_comes_again_is_answered_once(
    library: Index, tmp_path: Path, way: str
) -> None:
    with scene(library, tmp_path, way=way) as at:
        payload = at.people.app_mention("U0STAFF", NIGHT, COUNCIL)
        for _ in range(3):
            assert at.delivery.deliver(payload).acknowledged
        assert at.delivery.deliver(at.people.also_as_message(payload)).acknowledged
        at.answer(COUNCIL, payload["event"]["ts"])


def test_wrong_stale_and_missing_signatures_are_refused(at: Scene) -> None:
    for forged in ("wrong", "stale", "missing", "no_timestamp"):
        payload = at.people.app_mention("U0STAFF", NIGHT, COUNCIL)
        assert at.delivery.attempt(payload, forged=forged).status == 401
    at.settle()
    assert at.world.called("chat.*") == []


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("夜間の来館者は何人でしたか？", "312人"),
        ("夜間の来館者は何人でしたか?", "312人"),
        ("夜間の来館者は何人でしたか", "312人"),
        ("> 夜間の来館者は何人でしたか", "312人"),
        ("`夜間の来館者` は :thinking_face: 何人でしたか？", "312人"),
        ("*夜間の来館者* は何人でしたか？ :bow::skin-tone-2:", "312人"),
        ("<@U0MEMBER> に聞かれたのですが、夜間の来館者は何人でしたか？", "312人"),
        ("<https://example.jp/a?b=1&c=2|第1回>で夜間の来館者は何人でしたか？", "312人"),
        ("夜間の来館者は\n何人でしたか？", "312人"),
        ("ｙａｋａｎではなく夜間の来館者は何人でしたか？", "312人"),
    ],
)
def test_questions_are_read_as_they_were_typed(at: Scene, typed: str, part: str) -> None:
    assert part in at.ask(typed).shown()


def test_says_what_is_closest_and_how_to_ask_better(at: Scene) -> None:
    shown = at.ask("夜間の来館者の平均年齢は何歳ですか？").shown()
    assert "見つかりませんでした" in shown
    assert "延べ312人" in shown
    assert "近い記述（答えではありません）" in shown
    assert "見つけやすい尋ね方" in shown


def test_empty_and_long_and_thanks(at: Scene) -> None:
    assert "質問を一文で" in at.ask(" ").shown()
    assert "2,000字" in at.ask("長い質問" * 10_000).shown()
    assert "どういたしまして" in at.ask("ありがとうございます！").shown()


def test_before_anything_is_ingested(index: Index, tmp_path: Path) -> None:
    with scene(index, tmp_path) as at:
        assert "まだ記録が取り込まれていません" in at.ask(NIGHT).shown()
        at.delivery.deliver(at.people.app_home_opened("U0STAFF"))
        at.settle()
        assert "まだ見られる記録がありません" in "\n".join(texts(at.world.homes["U0STAFF"].content))


def test_what_is_ingested_later_is_found(index: Index, folder: Path, tmp_path: Path) -> None:
    with scene(index, tmp_path) as at:
        at.ask(NIGHT)
        Indexer(index).ingest([folder])
        assert "312人" in at.ask(NIGHT).shown()


def test_hostile_words_do_nothing(at: Scene) -> None:
    hostile = "<!channel> <!here> <@U0MEMBER> &lt;!everyone&gt; *太字* [押す](https://evil.example) 夜間の来館者は何人？"
    answer = at.ask(hostile)
    assert "<!" not in answer.text
    at.delivery.deliver(at.people.command("U0STAFF", "<!channel> <!everyone> 夜間の来館者は何人"))
    at.settle()
    for message in at.world.messages(COUNCIL):
        if message.bot_id:
            assert "<!" not in message.text
            assert "broadcast" not in str(message.blocks)


def test_a_thread_of_sixty_turns(at: Scene) -> None:
    thread = at.mention("電子図書の予算はいくらですか")
    at.answer(COUNCIL, thread)
    for count, text in enumerate(
        ["それはいつ始まるのか", "登録者は何人ですか", NIGHT] * 20, start=2
    ):
        at.write(text, COUNCIL, thread_ts=thread)
        at.answer(COUNCIL, thread, count)
    at.write("電子図書の予算はいくらですか", COUNCIL, thread_ts=thread)
    at.answer(COUNCIL, thread, 62)
    at.write("それはいつ始まるのか", COUNCIL, thread_ts=thread)
    assert "10月1日" in at.answer(COUNCIL, thread, 63).shown()


# The answer's buttons


def test_a_source_opens_in_context_and_pages(at: Scene) -> None:
    answer = at.ask(NIGHT)
    at.press("U0STAFF", answer, "context")
    view = at.people.top_view("U0STAFF")
    assert view.content["title"]["text"] == "前後の発言"
    assert quoted(view.content) == ["試行した4月の平日夜間の来館者は延べ312人である。"]
    assert "開館時間を延長した日の来館者は何人だったのか。" in "\n".join(texts(view.content))
    at.press("U0STAFF", view, "later")
    later = "\n".join(texts(at.people.top_view("U0STAFF").content))
    assert "電子図書の貸出しはいつ始まるのか。" in later
    assert "延べ312人" not in later
    at.press("U0STAFF", at.people.top_view("U0STAFF"), "cited")
    assert "延べ312人" in "\n".join(texts(at.people.top_view("U0STAFF").content))
    at.press("U0STAFF", at.people.top_view("U0STAFF"), "earlier")
    assert "出席委員" in "\n".join(texts(at.people.top_view("U0STAFF").content))


def test_the_question_that_is_answered_stands_above_when_it_is_far(at: Scene) -> None:
    at.press("U0STAFF", at.ask(NIGHT), "context")
    at.press("U0STAFF", at.people.top_view("U0STAFF"), "later")
    told = "\n".join(texts(at.people.top_view("U0STAFF").content))
    assert "この発言が答えている質問" in told
    assert "開館時間を延長した日の来館者は何人だったのか。" in told


def test_votes_are_kept_and_the_last_one_counts(at: Scene) -> None:
    answer = at.ask(NIGHT)
    assert at.log is not None
    at.delivery.deliver(at.people.feedback("U0STAFF", answer, positive=True))
    at.bot.errands_done()
    at.delivery.deliver(at.people.feedback("U0STAFF", answer, positive=False))
    at.bot.errands_done()
    window = at.people.top_view("U0STAFF")
    at.delivery.deliver(at.people.view_submission(window, {"reason": "学生の数が知りたい"}))
    at.bot.errands_done()
    at.delivery.deliver(at.people.feedback("U0MEMBER", answer, positive=True))
    at.bot.errands_done()
    (entry,) = at.log.entries(10, feedback="any")
    assert {(f.user, f.vote, f.reason) for f in entry.feedback} == {
        ("U0STAFF", "down", "学生の数が知りたい"),
        ("U0MEMBER", "up", None),
    }
    assert entry.conversation == f"{COUNCIL}:{answer.thread_ts}"
    assert "ありがとうございます" in at.world.ephemerals("U0MEMBER")[-1].text


def test_a_person_is_asked_once(at: Scene) -> None:
    answer = at.ask("市長の年齢は何歳ですか？")
    at.press("U0STAFF", answer, "person")
    at.press("U0STAFF", answer, "person")
    handed = [m for m in at.world.messages("C0DESK") if m.bot_id]
    assert len(handed) == 1
    assert "市長の年齢は何歳ですか？" in handed[0].shown()
    assert "次 第" not in handed[0].shown(), "nothing of the records goes along"
    assert "担当者に送りました" in at.world.ephemerals("U0STAFF")[-1].text
    assert at.log is not None
    assert [e.feedback[0].needs_person for e in at.log.entries(5, feedback="person")] == [True]


def test_without_a_log_nobody_is_asked_for_a_vote(library: Index, tmp_path: Path) -> None:
    with scene(library, tmp_path, logged=False) as at:
        assert actions_of(at.ask(NIGHT), "vote") == []


def test_an_answer_that_is_forgotten_says_so(at: Scene) -> None:
    answer = at.ask(NIGHT)
    for block in answer.blocks:
        for element in block.get("elements", []):
            if element.get("action_id") == "context":
                element["value"] = "zzzzzzzzzz:1"
    at.press("U0STAFF", answer, "context")
    assert "もう保存されていません" in "\n".join(texts(at.people.top_view("U0STAFF").content))


# Newcomers


def test_home_shows_what_is_there_and_asks_by_a_button(at: Scene) -> None:
    at.delivery.deliver(at.people.app_home_opened("U0STAFF"))
    at.settle()
    home = at.world.homes["U0STAFF"]
    told = "\n".join(texts(home.content))
    for part in ("青浜市図書館協議会：会議 2 回", "たとえば", "データの行き先", "判断は人が"):
        assert part in told
    examples = [e for b in home.content["blocks"] if (e := b.get("accessory"))]
    assert len(examples) == 3
    at.press("U0STAFF", home, "ask_home_examples_0")
    at.settle()
    root, answer = at.world.messages("D0STAFF")
    assert examples[0]["value"] in root.shown()
    assert "出典" in answer.shown()
    at.delivery.deliver(at.people.app_home_opened("U0STAFF"))
    at.settle()
    assert "あなたの最近の質問" in "\n".join(texts(at.world.homes["U0STAFF"].content))


def test_home_in_english(at: Scene) -> None:
    at.delivery.deliver(at.people.app_home_opened("U0ENGLISH"))
    at.settle()
    told = "\n".join(texts(at.world.homes["U0ENGLISH"].content))
    assert "Records you can ask about" in told
    assert "a person decides" in told


def test_the_bots_words_follow_the_users_locale(at: Scene) -> None:
    shown = at.ask("How many ferries run on Sundays?", "U0ENGLISH").shown()
    assert "Six ferries will run on Sundays from October." in shown
    assert "Read in context" in shown
    assert "Sources" in shown
    shown = at.ask(NIGHT, "U0ENGLISH").shown()
    assert "図書館長が答えています" in shown
    assert "Read in context" in shown


def test_the_direct_message_greets_once(at: Scene) -> None:
    for _ in range(2):
        at.delivery.deliver(at.people.app_home_opened("U0STAFF", "messages"))
        at.settle()
    (greeting,) = at.world.messages("D0STAFF")
    assert "調べられる記録" in greeting.shown()
    assert len(at.world.prompts[-1]["prompts"]) == 3
    at.press("U0STAFF", greeting, "ask_home_examples_1")
    at.settle()
    assert len(at.world.messages("D0STAFF")) == 3


def test_who_joins_the_channel_is_greeted_and_nobody_else(at: Scene) -> None:
    at.world.add_user("U0NEW", "kato", "加藤 新")
    at.delivery.deliver(at.people.member_joined_channel("U0NEW", COUNCIL))
    at.settle()
    assert "調べられる記録" in str(at.world.ephemerals("U0NEW")[-1].blocks)
    assert at.world.messages(COUNCIL) == []
    at.delivery.deliver(at.people.member_joined_channel("U0BOT", COUNCIL))
    at.settle()
    assert "調べられる記録" in at.world.messages(COUNCIL)[-1].shown()


def test_often_asked_is_what_several_people_asked_in_public(at: Scene) -> None:
    at.ask(NIGHT, "U0STAFF")
    at.ask("夜間の来館者は何人でしたか", "U0MEMBER")
    at.write("電子図書の予算はいくらですか", "D0STAFF")
    at.settle()
    at.delivery.deliver(at.people.app_home_opened("U0ENGLISH"))
    at.settle()
    told = "\n".join(texts(at.world.homes["U0ENGLISH"].content))
    assert "(2 people)" in told
    assert "電子図書の予算はいくらですか" not in told


def test_an_event_of_a_newcomer_that_comes_again_greets_once(at: Scene) -> None:
    payload = at.people.member_joined_channel("U0MEMBER", COUNCIL)
    at.delivery.deliver(payload)
    at.delivery.deliver(payload)
    at.settle()
    assert len(at.world.ephemerals("U0MEMBER")) == 1


def test_a_group_that_is_called_is_not_the_bot(at: Scene) -> None:
    thread = at.mention("電子図書の予算はいくらですか")
    at.answer(COUNCIL, thread)
    payload = at.people.message("U0STAFF", "登録者は何人ですか？", COUNCIL, thread_ts=thread)
    payload["event"]["text"] = "<!subteam^S0HR|@jimukyoku> 登録者は何人ですか？"
    at.delivery.deliver(payload)
    at.settle()
    assert len(at.answers(COUNCIL, thread)) == 1


def test_a_claim_whose_check_fails_is_told(
    at: Scene, library: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = at.world.add_message(COUNCIL, "U0MEMBER", "4月の平日夜間の来館者は延べ312人だった。")

    def broken() -> None:
        raise RuntimeError("/srv/minutes: secret detail")

    monkeypatch.setattr(library, "sync", broken)
    at.delivery.deliver(at.people.message_action("U0STAFF", said, "check_claim"))
    at.settle()
    told = "\n".join(texts(at.people.top_view("U0STAFF").content))
    assert "エラーのためお答えできませんでした" in told
    assert "/srv" not in told


def test_a_question_that_cannot_be_written_down_does_not_stay(
    at: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant.slack.ledger import LedgerError

    def broken(keys: object, asked: object) -> None:
        raise LedgerError("away")

    monkeypatch.setattr(at.ledger, "take", broken)
    done = at.delivery.attempt(at.people.command("U0STAFF", NIGHT), "slash_commands")
    assert done.status != 200
    assert at.world.messages(COUNCIL) == []


def test_a_colon_before_forty_thousand_letters_is_read_at_once(at: Scene) -> None:
    payload = at.people.app_mention("U0STAFF", "x", COUNCIL)
    payload["event"]["text"] = "<@U0BOT> :" + "a" * 39_900
    assert at.delivery.deliver(payload).acknowledged
    assert "2,000字" in at.answer(COUNCIL, payload["event"]["ts"]).shown()
