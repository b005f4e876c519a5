"""The commands that ask: ``minutes ask``, ``chat``, ``search`` and ``verify``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli_shared import (
    After,
    AsJson,
    Data,
    Llm,
    Meeting,
    Model,
    NoLlm,
    Server,
    Since,
    Speaker,
    Until,
    Within,
    complain,
    failures,
    load,
    narrowing_of,
    note,
    open_engine,
    show_result,
    width,
)

if TYPE_CHECKING:
    from assistant.chat import Chat, Reply


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    for command in (ask, chat, search, verify):
        app.command()(command)


def ask(
    question: Annotated[
        list[str], typer.Argument(help="The question; - reads it from stdin.", show_default=False)
    ],
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what was read, and why it is an answer or not.")
    ] = False,
    speaker: Speaker = None,
    since: Since = None,
    until: Until = None,
    meeting: Meeting = None,
    document: Within = None,
    after: After = None,
    llm: Llm = None,
    no_llm: NoLlm = False,
    data: Data = None,
    server: Server = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question from the records; every sentence cites who said it, and where."""
    with failures():
        from assistant.contract import outcome_json
        from assistant.question import read_question
        from assistant.render import Streamed, outcome_lines, understood_as
        from assistant.render_explained import decision_lines

        text = _question_text(question)
        read_question(text)  # a wrong question is told before anything is loaded
        narrowing = narrowing_of(speaker, since, until, meeting, document)
        engine = open_engine(load(data, server, model, llm), "cli", writes=not no_llm)
        before = engine.asked_before(after or [], narrowing)
        reading = engine.reading(text, narrowing, before) if explain else None
        # Sentences are shown as they pass their check, where nothing must stand in front of them.
        streamed = Streamed(width(), show_result, _live(as_json or explain or bool(after)))
        outcome = engine.ask(text, before, narrowing, streamed.listen)
        if as_json:
            show_result(outcome_json(outcome))
            return
        show_result(understood_as(outcome, width()))
        if reading is not None:
            show_result(decision_lines(reading, outcome, width()))
        show_result(outcome_lines(outcome, width(), already=streamed.shown))


def verify(
    claim: Annotated[
        list[str],
        typer.Argument(help="What is claimed; - reads it from stdin.", show_default=False),
    ],
    speaker: Speaker = None,
    since: Since = None,
    until: Until = None,
    meeting: Meeting = None,
    document: Within = None,
    data: Data = None,
    server: Server = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Check a claim against the records: supported, contradicted, or not in the record."""
    with failures():
        from assistant.contract import verification_json
        from assistant.question import read_question
        from assistant.render_explained import verification_lines

        text = _question_text(claim)
        read_question(text)  # a wrong claim is told before anything is loaded
        narrowing = narrowing_of(speaker, since, until, meeting, document)
        engine = open_engine(load(data, server, model), writes=False)
        done = engine.verify(text, narrowing)
        show_result(verification_json(done) if as_json else verification_lines(done, width()))


def chat(
    speaker: Speaker = None,
    since: Since = None,
    until: Until = None,
    meeting: Meeting = None,
    document: Within = None,
    llm: Llm = None,
    no_llm: NoLlm = False,
    data: Data = None,
    server: Server = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Answer one question after the other; each may go on about the one before.

    Piped in, each line is a question, and --json prints one object a line.
    """
    with failures():
        from assistant import chat as chatting
        from assistant.render import Streamed

        narrowing = narrowing_of(speaker, since, until, meeting, document)
        engine = open_engine(load(data, server, model, llm), "chat", writes=not no_llm)
        engine.prepare()

        def streamed() -> Streamed:
            return Streamed(width(), show_result, _live(as_json))

        talk = chatting.Chat(engine, narrowing, _dim, streamed)

        def show(reply: chatting.Reply) -> None:
            lines = [chatting.one_line(reply)] if as_json else (*reply.lines(width()), "")
            show_result(lines)

        def failed(message: str) -> None:
            if as_json:  # so that every line has its object
                show(chatting.Failed(message))
            complain(message)

        if sys.stdin.isatty():
            _chat_at_terminal(talk, show, failed)
        elif chatting.run(talk, sys.stdin, show, failed):
            raise typer.Exit(1)


def search(
    query: Annotated[list[str], typer.Argument(help="What to look for.", show_default=False)],
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Number of passages.")] = 5,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what was read from the query, and what ranks.")
    ] = False,
    speaker: Speaker = None,
    since: Since = None,
    until: Until = None,
    meeting: Meeting = None,
    document: Within = None,
    after: After = None,
    data: Data = None,
    server: Server = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Show the passages that fit a query best, with their scores."""
    with failures():
        from assistant.contract import search_json
        from assistant.question import read_question
        from assistant.render import hit_lines
        from assistant.render_explained import explained_lines

        text = _question_text(query)
        read_question(text)
        narrowing = narrowing_of(speaker, since, until, meeting, document)
        engine = open_engine(load(data, server, model), writes=False)
        before = engine.asked_before(after or [], narrowing)
        hits = engine.search(text, k, narrowing, before)
        reading = engine.reading(text, narrowing, before) if explain else None
        if reading is not None and not as_json:
            show_result(explained_lines(reading, hits, width()))
        else:
            show_result(search_json(text, hits, reading) if as_json else hit_lines(hits, width()))


def _question_text(words: list[str]) -> str:
    """The question that the words of the command line make, or that of stdin for ``-``."""
    return sys.stdin.read() if words == ["-"] else " ".join(words)


def _chat_at_terminal(
    talk: Chat, show: Callable[[Reply], None], failed: Callable[[str], None]
) -> None:
    from assistant.chat import history, history_file, run, typed

    shown = sys.stdout.isatty()  # a prompt is no part of output that goes elsewhere
    note("ask; /help tells more, Ctrl-D leaves")
    with history(history_file()):
        run(talk, typed("? " if shown else ""), show, failed)


def _live(whole: bool) -> bool:
    """Whether output is shown as it comes: at a terminal, unless it is wanted whole."""
    return sys.stdout.isatty() and not whole


def _dim(line: str) -> str:
    """The line as it recedes at a terminal; as it is anywhere else."""
    plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ
    return line if plain else f"\x1b[2m{line}\x1b[22m"
