"""Messages and windows keep Slack's limits, whatever is quoted; sources stand in all of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.slack import rich
from assistant.slack.blocks import Message, Offers, notice_message, outcome_message
from assistant.slack.delivery import escaped_markdown
from assistant.slack.holdings import committee_of
from assistant.slack.home import Asking, DataFlow, Holdings, data_lines, home_view
from assistant.slack.original import original_url
from assistant.slack.question import plain_question
from assistant.slack.windows import InContext, claim_view, context_view, reason_view, whole_view
from assistant.types import Answer, Citation, NotFound, Outcome, Reason, Sentence, marked
from index_store.types import StoredPassage
from ingest.types import Kind, Place
from tests.slack_bot import quoted
from tests.slack_limits import message_problem, texts, view_problem

PLACE = Place(
    document="first.txt", kind=Kind.MINUTES, title="第1回 青浜市図書館協議会", date="2024-06-12",
    speaker="原会長", person="原聡子", role="会長", agenda="開館時間の延長について", heading=None,
    page=None, turn=3, section=None, start=10, end=16, line=31,
)  # fmt: skip
JOB = "abcdefghjk"


def citation(n: int, quote: str, **more: object) -> Citation:
    place = replace(PLACE, turn=n, start=0, end=len(quote), **more)
    return Citation(n, quote, place, f"first.txt#t{n}.0@123456789abc")


def answer(*quotes: str, **more: object) -> Answer:
    """An answer that quotes each from a turn of its own."""
    citations = tuple(citation(n, quote, **more) for n, quote in enumerate(quotes, start=1))
    sentences = tuple(Sentence(f"「{c.quote}」と原会長が述べています。", (c.n,)) for c in citations)
    return Answer("異議はないか", "ja", sentences, citations)


def made(outcome: Outcome, language: str = "ja") -> Message:
    return outcome_message(outcome, JOB, language, Offers(feedback=True, person=True))  # type: ignore[arg-type]


def problem(message: Message) -> str | None:
    return message_problem({"channel": "C", "text": message.text, "blocks": message.blocks})


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("count", [1, 3, 10, 40])
@pytest.mark.parametrize("length", [1, 400, 5_000, 60_000])
def test_the_sources_fit_whatever_is_quoted(count: int, length: int, language: str) -> None:
    outcome = answer(*["長" * length] * count)
    message = made(outcome, language)
    assert problem(message) is None
    shown = "\n".join(texts(message.blocks))
    assert all(f"[{n}] 原会長" in shown for n in range(1, count + 1))
    assert all(f" [{n}]。" in shown for n in range(1, count + 1))
    assert all(f"[{n}]" in message.text for n in range(1, count + 1))
    cut = any(e.get("action_id") == "all" for b in message.blocks for e in b.get("elements", []))
    whole = all(
        f"「{c.quote}」" in shown and c.quote in shown.split("出典")[-1] for c in outcome.citations
    )
    assert cut or whole
    for page in range(20):
        assert view_problem(whole_view(outcome, JOB, page, "ja"), "modal") is None


def test_the_whole_answer_is_all_of_it() -> None:
    quotes = [f"{n}" + "長い発言。" * 3_000 for n in range(5)]
    outcome = answer(*quotes)
    pages = [whole_view(outcome, JOB, page, "ja")["blocks"] for page in range(30)]
    last = pages.index(pages[-1])
    shown = "".join(
        text for page in pages[: last + 1] for block in page if block["type"] == "rich_text" for text in texts(block)
    )  # fmt: skip
    assert last > 1
    assert all(shown.count(quote) == 2 for quote in quotes), "in its sentence and as a quote"


@given(st.lists(st.text(min_size=1, max_size=3_000), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_any_words_fit(quotes: list[str]) -> None:
    quotes = [quote if quote.strip() else "空白" for quote in quotes]
    assert problem(made(answer(*quotes))) is None


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("language", ["ja", "en"])
def test_not_found_in_all_ways(reason: Reason, language: str) -> None:
    related = tuple(citation(n, "近い発言" * 900) for n in (1, 2, 3))
    for outcome in (
        NotFound("?", language, "ありません。", related, reason=reason),  # type: ignore[arg-type]
        NotFound("?", language, "ありません。", reason=reason),  # type: ignore[arg-type]
    ):
        message = made(outcome, language)
        assert problem(message) is None
        assert "[1]" not in "\n".join(texts(message.blocks))


def test_a_record_pings_and_links_nobody() -> None:
    hostile = "<!channel> <@U0STAFF> *強調* [押す](https://evil.example) :tada: ![](https://evil.example/x)"
    message = made(answer(hostile))
    assert hostile in list(texts(message.blocks))
    assert all(block["type"] not in ("markdown", "section") for block in message.blocks)
    assert "<!channel>" not in message.text
    assert "<" not in notice_message("<!here>").text
    streamed = escaped_markdown(hostile)
    assert "<!" not in streamed
    assert "](" not in streamed
    assert "\\*強調\\*" in streamed


def test_a_source_has_its_buttons() -> None:
    message = made(answer("異議なしとする。", url="https://example.jp/minutes/1.html"))
    row = next(b for b in message.blocks if b["type"] == "actions")
    assert [e["action_id"] for e in row["elements"]] == ["context", "original"]
    assert row["elements"][0]["value"] == f"{JOB}:1"


@pytest.mark.parametrize(
    ("url", "quote", "page", "opened"),
    [
        ("https://e.jp/a.html", "異議なし。", None, "https://e.jp/a.html#:~:text=%E7%95%B0%E8%AD%B0%E3%81%AA%E3%81%97%E3%80%82"),
        ("https://e.jp/a.html", "a-b, c", None, "https://e.jp/a.html#:~:text=a%2Db%2C%20c"),
        ("https://e.jp/a.html", "x" * 20 + "y" * 40, None, "https://e.jp/a.html#:~:text=" + "x" * 15 + "," + "y" * 15),
        ("https://e.jp/a.pdf", "異議", 7, "https://e.jp/a.pdf#page=7"),
        ("https://e.jp/a.pdf?v=2", "異議", None, "https://e.jp/a.pdf?v=2"),
        ("https://e.jp/a.html#part", "異議", None, "https://e.jp/a.html#part"),
        (None, "異議", None, None),
    ],
)  # fmt: skip
def test_the_original_opens_at_the_words(
    url: str | None, quote: str, page: int | None, opened: str | None
) -> None:
    assert original_url(citation(1, quote, url=url, page=page)) == opened


def passages(*words: str) -> list[StoredPassage]:
    found, at = [], 0
    for n, text in enumerate(words, start=1):
        place = replace(
            PLACE, turn=n, start=at, end=at + len(text), speaker=f"委員{n}", person=None
        )
        found.append(StoredPassage(f"first.txt#t{n}.0@1", text, "", place))
        at += len(text)
    return found


def test_context_shows_all_words_once_and_marks_the_cited() -> None:
    held = passages("前置き。", "問う。", "長い" * 4_000 + "答え。続き。", "次。", "終わり。")
    start = held[2].place.start + 8_000
    cited = Citation(1, "答え。", replace(held[2].place, start=start, end=start + 3), held[2].id)
    view = context_view(InContext(JOB, cited, held, 0, 2, [(start, start + 3)]), "ja")
    assert view_problem(view, "modal") is None
    shown = "".join(texts(view["blocks"]))
    for passage in held:
        assert passage.text in shown or passage is held[2]
    assert quoted(view) == ["答え。"]


def test_context_leaves_out_what_overlaps() -> None:
    one, two = passages("あいうえお", "かきくけこ")
    overlap = replace(two, text="えおかきくけこ", place=replace(two.place, start=3, turn=1, end=10))
    cited = Citation(1, "あい", replace(one.place, start=0, end=2), one.id)
    view = context_view(InContext(JOB, cited, [one, overlap], 0, 0, [(0, 2)]), "ja")
    assert "".join(texts(view["blocks"])).count("えお") == 1


@pytest.mark.parametrize("verdict", ["supported", "contradicted", "not_in_record", "working"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_claim_windows_fit(verdict: str, language: str) -> None:
    outcome = None if verdict == "working" else answer("長" * 9_000)
    view = claim_view("主張" * 1_000, verdict, outcome, JOB, language)  # type: ignore[arg-type]
    assert view_problem(view, "modal") is None
    assert view_problem(reason_view(JOB, language), "modal") is None  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_home_fits_however_much_is_asked(language: str) -> None:
    long = "長い質問" * 500
    asking = Asking([long] * 3, [long] * 5, [(long, 12)] * 5)
    view = home_view(Holdings(), asking, DataFlow(), language)  # type: ignore[arg-type]
    assert view_problem(view, "home") is None


def test_newcomers_are_told_where_data_goes() -> None:
    assert "外部の言語モデルには送りません" in data_lines(DataFlow(), "ja")[0]
    assert "gpt-x" in data_lines(DataFlow("gpt-x", local=False), "en")[0]
    assert "masked" in data_lines(DataFlow("gpt-x", local=False), "en")[0]
    assert "trusts" in data_lines(DataFlow("gpt-x", trusted=True, local=False), "en")[0]
    assert "outside" in data_lines(DataFlow("gpt-x", local=True), "en")[0]
    assert "90" in data_lines(DataFlow(days=90), "ja")[1]
    assert "30" in data_lines(DataFlow(days=None), "ja")[1]


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("<@U0BOT> 返納は何件？", "返納は何件？"),
        ("　<@U0BOT>　返納は　何件？ :bow:", "返納は 何件？"),
        ("<https://example.jp/a?b=1|第1回議事録>の&lt;要旨&gt;は", "第1回議事録の<要旨>は"),
        ("<https://example.jp/>について", "https://example.jp/について"),
        ("<#C0COUNCIL|協議会>で<!here>と", "#協議会で と"),
        ("<@U0BOT|minutes>", ""),
        ("A &amp; B", "A & B"),
        ("&gt; 引用\n&gt; 続き", "引用\n続き"),
        ("14:30:00に何が", "14:30:00に何が"),
        ("*返納*は _何件_ ですか", "*返納*は 何件 ですか"),
        ("```コード``` と `値`", "コード と 値"),
        ("資料:1:2", "資料:1:2"),
        ("<!subteam^S123|@窓口> 何件", "何件"),
    ],
)
def test_reads_a_question_as_it_was_typed(typed: str, question: str) -> None:
    assert plain_question(typed) == question


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("令和６年度 第２回 澄浦市地域公共交通会議 会議録", "澄浦市地域公共交通会議"),
        ("令和6年度（2024年度）第1回 青浜市図書館協議会 議事録", "青浜市図書館協議会"),
        ("2024年6月 教育委員会定例会 議事録", "教育委員会定例会"),
        ("Minutes of the Library Board, 3 May 2024", "Library Board"),
        ("議事録", "議事録"),
    ],
)
def test_the_committee_in_a_title(title: str, name: str) -> None:
    from types import SimpleNamespace

    assert committee_of(SimpleNamespace(title=title, name="a.txt")) == name  # type: ignore[arg-type]


@given(st.text(max_size=9_000))
@settings(max_examples=60, deadline=None)
def test_pieces_put_together_are_the_words(words: str) -> None:
    cut = list(rich.pieces(words))
    assert "".join(cut) == words
    assert all(0 < len(piece) <= rich.BLOCK_CHARACTERS for piece in cut)


def test_sentences_are_shown_as_they_are_marked() -> None:
    outcome = answer("異議なし。")
    assert marked(outcome.sentences[0]) in list(texts(list(made(outcome).body)))


def test_words_are_never_broken() -> None:
    from index_store.tokenizing import tokenizer

    words = (
        "令和六年度の図書館協議会において学校図書館支援センターの設置運営方針を検討する委員が選任された"
        * 9
    )
    ends = set()
    at = 0
    for token in tokenizer().tokenize(words):
        at += len(token.surface())
        ends.add(at)
    for limit in range(40, 160):
        kept = rich.shortened(words, limit)
        assert len(kept) <= limit
        assert len(kept.removesuffix(rich.SHORTENED)) in ends
    english = "The secretariat explained the reservation procedure carefully. " * 20
    for limit in range(40, 160):
        kept = rich.shortened(english, limit).removesuffix(rich.SHORTENED)
        assert english[len(kept)] in " .", (kept, limit)
