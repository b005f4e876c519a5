"""However a model's server fails: an answer, and one line that says why it is not the model's."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.engine import Engine
from assistant.framing import cut_short, not_written
from assistant.types import Answer
from assistant.writing.failures import Failure, ModelError, understood
from index_store.embedding import Embedder
from index_store.index import Index
from tests.llm_server import Error, LLMServer, Reply, Request
from tests.written import (
    BUDGET,
    BUDGET_CLAIM,
    BUDGET_WORDS,
    COMMITTEE,
    START_CLAIM,
    START_WORDS,
    answered,
    claim,
    engine_of,
    faults,
    good,
    index_of,
    passage_with,
    quoting,
    says,
    sentences,
    told,
)

ENGLISH = "Library 電子図書 budget 450万円?"
LITTLE, SOME = 1.0, 4.0
"""Seconds that a model has where it falls silent: at once, and behind a good claim."""


@pytest.fixture(scope="module")
def library(
    tmp_path_factory: pytest.TempPathFactory, cache: Path, embedder: Embedder
) -> Iterator[Index]:
    """The committee's records."""
    with index_of(COMMITTEE, tmp_path_factory.mktemp("library"), cache, embedder) as index:
        # The first question loads the model, which must not count as the server's time.
        Engine.from_index(index).ask(BUDGET)
        yield index


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask again at once."""
    monkeypatch.setattr("assistant.writing.calling.FIRST_WAIT", 0.01)


def two(request: Request) -> str:
    """Two good claims, so that a fault may come between them."""
    return told(
        claim(request, START_CLAIM, START_WORDS), claim(request, BUDGET_CLAIM, BUDGET_WORDS)
    )


def between(fault: str) -> Callable[[Request], Reply]:
    """A reply that fails between its claims, long enough behind the first for that to be read.

    What a reset connection has not handed over is lost.
    """

    def script(request: Request) -> Reply:
        first, second = two(request).split("}, {")
        text = first + "}," + " " * 2_000 + "{" + second
        return Reply(text, **{fault: len(first) + 2_000})  # type: ignore[arg-type]

    return script


def raw(change: Callable[[str], str]) -> Callable[[Request], Reply]:
    """A good answer, written as models write it."""
    return lambda request: Reply(change(two(request)))


def then_good(*replies: Reply) -> Callable[[Request], Reply]:
    """Faults, then a good answer."""
    return lambda request: (
        replies[request.number] if request.number < len(replies) else good(request)
    )


def forever(text: str) -> Callable[[Request], Reply]:
    """The same over and over, until the server cuts it off."""

    def script(request: Request) -> Reply:
        n = passage_with(request, BUDGET_WORDS).n
        return Reply('{"claims": [' + text.replace("PASSAGE", str(n)) * 400)

    return script


REPEATED = json.dumps({"claim": BUDGET_CLAIM, "passage": 0, "quote": BUDGET_WORDS, "translation": ""}, ensure_ascii=False).replace('"passage": 0', '"passage": PASSAGE') + ", "  # fmt: skip

NOTHING_WRITTEN: dict[str, tuple[Failure, Any, dict[str, Any]]] = {
    "401": (Failure.REFUSED, good, {"llm_key": "another-key"}),
    "404 no such model": (Failure.REFUSED, good, {"llm": "openai-like:absent"}),
    "403": (Failure.REFUSED, [Reply(status=403)], {}),
    "429 for ever": (Failure.BUSY, [Reply.rate_limited(0)], {}),
    "429 for an hour": (Failure.BUSY, [Reply.rate_limited(3_600)], {}),
    "no quota": (Failure.REFUSED, [Reply.out_of_quota()], {}),
    "500 for ever": (Failure.BROKEN, [Reply.server_error()], {}),
    "503 for ever": (Failure.BROKEN, [Reply.overloaded()], {}),
    "502 with a page": (Failure.BROKEN, [Reply.bad_gateway()], {}),
    "200 with a page": (Failure.EMPTY, [Reply(html=True)], {}),
    "an error in the stream": (Failure.BROKEN, [Reply(error=Error("no", type="server_error"))], {}),
    "silence at once": (Failure.SLOW, [Reply("{", stall_after=0)], {"llm_seconds": LITTLE}),
    "silence in the first claim": (Failure.SLOW, [Reply('{"claims": [{"claim"', stall_after=15)], {"llm_seconds": LITTLE}),
    "reset at once": (Failure.CUT_OFF, [Reply("{", drop_after=0)], {}),
    "hung up at once": (Failure.CUT_OFF, [Reply("{", hang_up_after=0)], {}),
    "half an event at once": (Failure.MALFORMED, [Reply("{", malformed_sse_after=0)], {}),
    "nothing": (Failure.EMPTY, [Reply.empty()], {}),
    "filtered": (Failure.EMPTY, [Reply.filtered()], {}),
    "white space": (Failure.MALFORMED, [Reply("\n \n")], {}),
    "half of the JSON": (Failure.MALFORMED, [Reply('{"claims": [{"claim": "電子図書の')], {}),
    "other JSON": (Failure.MALFORMED, [Reply('{"result": [1, 2]}')], {}),
    "prose without sources": (Failure.MALFORMED, [Reply("予算は450万円だと思います。")], {}),
    "prose of another alphabet": (Failure.MALFORMED, [Reply("Ничего не знаю. ")], {}),
    "context too long": (Failure.TOO_LONG, [Reply.refusal("This model's maximum context length is 9 tokens.", code="context_length_exceeded")], {}),
    "context too long for llama.cpp": (Failure.TOO_LONG, [Reply.refusal("the request exceeds the available context size. try increasing the context size")], {}),
    "cut off in the first claim": (Failure.CUT_OFF, [Reply('{"claims": [{"claim": "' + "長" * 9_000)], {}),
    "no claims": ("none", [Reply('{"claims": []}')], {}),  # type: ignore[dict-item]
    "a false claim over and over": (Failure.UNSUPPORTED, forever(REPEATED.replace("450万円", "540万円", 1)), {}),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTHING_WRITTEN)
def test_nothing_is_written_and_the_records_are_quoted(name: str, library: Index) -> None:
    failure, script, settings = NOTHING_WRITTEN[name]
    with LLMServer(script) as server:
        outcome = engine_of(library, server, **settings).ask(BUDGET)
        assert len(server.requests) <= 3, "it is asked three times at most"
    assert quoting(outcome) == not_written("ja", failure, found=True)
    assert isinstance(outcome, Answer)
    assert "「初年度の予算は450万円を見込んでいる。」" in outcome.text


def test_a_server_that_is_not_there(library: Index) -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    outcome = engine_of(library, f"http://127.0.0.1:{port}/v1").ask(BUDGET)
    assert quoting(outcome) == not_written("ja", Failure.UNREACHABLE, found=True)
    assert "450万円" in outcome.text


def test_a_server_that_takes_calls_and_does_not_answer(library: Index) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"http://127.0.0.1:{mute.getsockname()[1]}/v1"
        outcome = engine_of(library, address, llm_seconds=1.0).ask(BUDGET)
    assert quoting(outcome) == not_written("ja", Failure.SLOW, found=True)


def test_a_name_that_no_server_has(library: Index) -> None:
    outcome = engine_of(library, "http://minutes-assistant.invalid/v1").ask(BUDGET)
    assert quoting(outcome) == not_written("ja", Failure.UNREACHABLE, found=True)


def test_the_line_has_the_language_of_the_question(library: Index) -> None:
    with LLMServer([Reply.bad_gateway()]) as server:
        engine = engine_of(library, server)
        found = engine.ask("What is the budget for e-books in the first year?")
        none = engine.ask("What was decided about the airport railway?")
    assert isinstance(found, Answer)
    assert quoting(found) == "The language model's server failed. This is the quoting answer."
    assert quoting(none) == "The language model's server failed."


WRITTEN: dict[str, tuple[Any, dict[str, Any]]] = {
    "429, then good": (then_good(Reply.rate_limited(0)), {}),
    "429 twice, then good": (then_good(Reply.rate_limited(0), Reply.rate_limited(0)), {}),
    "500, then good": (then_good(Reply.server_error()), {}),
    "503, then good": (then_good(Reply.overloaded()), {}),
    "502 with a page, then good": (then_good(Reply.bad_gateway()), {}),
    "reset, then good": (then_good(Reply("{", drop_after=0)), {}),
    "hung up, then good": (then_good(Reply("{", hang_up_after=0)), {}),
    "an error in the stream, then good": (then_good(Reply(error=Error("no"))), {}),
    "no structured output": (good, {"refuse_response_format": True}),
    "no [DONE]": (lambda r: Reply(told(claim(r, BUDGET_CLAIM, BUDGET_WORDS)), no_done=True), {}),
    "slowly": (good, {"tokens_per_second": 300.0, "first_token_after": 0.2}),
    "one claim over and over": (forever(REPEATED), {}),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_fault_that_passes_is_not_told(name: str, library: Index) -> None:
    script, server_settings = WRITTEN[name]
    with LLMServer(script, **server_settings) as server:
        outcome = answered(engine_of(library, server).ask(BUDGET))
    assert sentences(outcome) == [BUDGET_CLAIM]
    assert outcome.writing is not None
    assert outcome.writing.note is None


FORMS: dict[str, Callable[[str], str]] = {
    "a code fence": lambda text: f"```json\n{text}\n```\n",
    "words around it": lambda text: f"お答えします。\n{text}\n以上です。",
    "trailing commas": lambda text: text.replace('"}', '",}').replace("]}", ",]}"),
    "other keys": lambda text: text.replace('"claim"', '"text"').replace('"quote"', '"evidence"'),
    "Japanese keys": lambda text: text.replace('"claim"', '"主張"').replace('"passage"', '"番号"'),
    "a bare list": lambda text: text.removeprefix('{"claims": ').removesuffix("}"),
    "JSON lines": lambda text: text.removeprefix('{"claims": [').replace("}, {", "}\n{").removesuffix("]}"),
    "pretty": lambda text: json.dumps(json.loads(text), indent=4, ensure_ascii=False),
    "escapes": lambda text: json.dumps(json.loads(text)),
    "no end": lambda text: text.removesuffix("]}"),
    "no quotes": lambda text: json.dumps({"claims": [{**c, "quote": ""} for c in json.loads(text)["claims"]]}),
    "numbers as strings": lambda text: json.dumps({"claims": [{**c, "passage": f"[{c['passage']}]"} for c in json.loads(text)["claims"]]}),
    "prose with marks": lambda text: "\n".join(f"{c['claim'].removesuffix('。')}[{c['passage']}]。" for c in json.loads(text)["claims"]),
    "a list with marks": lambda text: "\n".join(f"・{c['claim']} [{c['passage']}]" for c in json.loads(text)["claims"]),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_good_answer_in_a_form_of_its_own(form: str, library: Index) -> None:
    with LLMServer(raw(FORMS[form])) as server:
        outcome = answered(engine_of(library, server).ask(BUDGET))
        assert len(server.requests) == 1
    said = [sentence.rstrip("。") for sentence in sentences(outcome)]
    assert said == [START_CLAIM.rstrip("。"), BUDGET_CLAIM.rstrip("。")]
    assert [c.quote for c in outcome.citations] == [START_WORDS, BUDGET_WORDS]
    assert outcome.writing is not None
    assert outcome.writing.note is None


HALF: dict[str, tuple[Failure, Any, dict[str, Any]]] = {
    "silence": (Failure.SLOW, between("stall_after"), {"llm_seconds": SOME}),
    "reset": (Failure.CUT_OFF, between("drop_after"), {}),
    "hung up": (Failure.CUT_OFF, between("hang_up_after"), {}),
    "half an event": (Failure.MALFORMED, between("malformed_sse_after"), {}),
    "cut off by the limit": (
        Failure.CUT_OFF,
        lambda r: Reply(told(claim(r, START_CLAIM, START_WORDS)).removesuffix("]}") + ', {"claim": "' + "長" * 9_000),
        {},
    ),
    "an error in the stream": (
        Failure.BROKEN,
        lambda r: Reply(told(claim(r, START_CLAIM, START_WORDS)).removesuffix("]}"), error=Error("no")),
        {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HALF)
def test_what_passed_before_a_fault_is_kept(name: str, library: Index) -> None:
    failure, script, settings = HALF[name]
    with LLMServer(script, tokens_per_second=1_000 if name == "reset" else None) as server:
        engine = engine_of(library, server, **settings)
        outcome = answered(engine.ask(BUDGET))
        assert len(server.requests) == 1, "what has begun is not asked for again"
        if name == "silence":
            assert server.wait_for_abandoned().number == 0
        server.script = good  # what was hung up on is not used for the next question
        assert sentences(engine.ask(BUDGET)) == [BUDGET_CLAIM]
    assert sentences(outcome) == [START_CLAIM]
    assert outcome.writing is not None
    assert outcome.writing.note == cut_short("ja", failure)


def test_a_fault_while_bad_claims_are_written_anew(library: Index) -> None:
    wrong = (BUDGET_CLAIM.replace("450", "540"), BUDGET_WORDS)

    def script(request: Request) -> Reply:
        return says((START_CLAIM, START_WORDS), wrong)(request) if request.number == 0 else Reply.server_error()  # fmt: skip

    with LLMServer(script) as server:
        outcome = answered(engine_of(library, server).ask(BUDGET))
    assert sentences(outcome) == [START_CLAIM]
    assert faults(outcome) == [None, "figure"]


def test_a_server_is_not_asked_again_after_what_no_waiting_helps_against(library: Index) -> None:
    for reply, most in [
        (Reply.out_of_quota(), 2),
        (Reply.rate_limited(3_600), 1),
        (Reply.empty(), 1),
    ]:
        with LLMServer([reply]) as server:
            engine_of(library, server).ask(BUDGET)
            assert len(server.requests) <= most


def test_the_server_is_told_when_nobody_waits(library: Index) -> None:
    with LLMServer(raw(lambda text: "考え中。" * 2_000), tokens_per_second=50) as server:
        outcome = engine_of(library, server, llm_seconds=1.0).ask(BUDGET)
        assert server.wait_for_abandoned().number == 0
    assert quoting(outcome) == not_written("ja", Failure.SLOW, found=True)


class StrangeError(Exception):
    """An error of an adapter that nobody has seen."""

    def __init__(self, message: str = "", **values: Any) -> None:
        super().__init__(message)
        vars(self).update(values)


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (StrangeError("x", status_code=429), Failure.BUSY),
        (StrangeError("x", status_code=529), Failure.BROKEN),
        (StrangeError("x", status_code=422), Failure.REFUSED),
        (StrangeError("x", code="insufficient_quota", status_code=429), Failure.REFUSED),
        (StrangeError("prompt is too long: 210000 tokens > 200000 maximum", status_code=400), Failure.TOO_LONG),
        (StrangeError("The input token count (12) exceeds the maximum number of tokens allowed", code=400), Failure.TOO_LONG),
        (StrangeError("x", code=503), Failure.BROKEN),
        (StrangeError("x", code=401), Failure.REFUSED),
        (TimeoutError(), Failure.SLOW),
        (ConnectionRefusedError(), Failure.UNREACHABLE),
        (json.JSONDecodeError("no", "", 0), Failure.MALFORMED),
        (UnicodeDecodeError("utf-8", b"", 0, 1, "no"), Failure.MALFORMED),
        (StrangeError(), Failure.BROKEN),
        (ModelError(Failure.EMPTY), Failure.EMPTY),
    ],
)  # fmt: skip
def test_what_an_error_means(error: Exception, failure: Failure) -> None:
    assert understood(error).failure is failure


def test_every_failure_has_its_line_in_both_languages() -> None:
    for failure in (*(failure.value for failure in Failure), "none"):
        for found in (True, False):
            lines = {
                not_written("ja", failure, found=found),
                not_written("en", failure, found=found),
            }
            assert len(lines) == 2
            assert all(line.strip() and "\n" not in line for line in lines)
        assert cut_short("ja", failure) != cut_short("en", failure)
