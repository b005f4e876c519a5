"""The command ``minutes``: parse, call, print. Results on stdout, everything else on stderr.

Exit status: 0 for a result (also "not found"), 1 for a failure, 2 for wrong usage. Nothing heavy
is imported here, so that ``--help`` answers at once; each command imports what it uses.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import cli_evaluation, cli_log
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
    open_index,
    show_result,
    width,
)

if TYPE_CHECKING:
    from assistant.chat import Chat, Reply

app = typer.Typer(
    help="Ask meeting minutes; every sentence of an answer cites who said it, and where.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    show_version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if show_version:
        print(version("minutes-assistant"))
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.", show_default=False)],
    prune: Annotated[
        bool, typer.Option("--prune", help="Take out documents here whose files are gone.")
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help="Say for each file what was understood of it.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse files of which too little is understood.")
    ] = False,
    url_base: Annotated[
        str | None,
        typer.Option("--url-base", help="Web address under which the folder is published."),
    ] = None,
    data: Data = None,
    server: Server = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Read minutes and plans into the index; only what changed is read again."""
    with failures():
        from assistant.contract import report_json
        from assistant.progress import ingest_progress
        from assistant.render import report_lines, understood_lines
        from index_store.indexer import Indexer

        settings = load(data, server, model)
        with ingest_progress() as progress:
            done = Indexer(
                open_index(settings),
                settings.max_bytes,
                progress,
                url_base=_web_address(url_base),
                least_share=settings.strict_share if strict else 0.0,
            ).ingest(paths, prune=prune)
        for failure in done.failed:
            complain(failure)
        if report and not as_json:
            show_result(understood_lines(done, width()))
        show_result(report_json(done) if as_json else report_lines(done))
    if done.failed:
        raise typer.Exit(1)


@app.command()
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
        from assistant.render import Streamed, decision_lines, outcome_lines, understood_as

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


@app.command()
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
        from assistant.render import verification_lines
        from assistant.verifying.against import RecordVerifier

        text = _question_text(claim)
        read_question(text)
        narrowing = narrowing_of(speaker, since, until, meeting, document)
        settings = load(data, server, model)
        index = open_index(settings)
        done = RecordVerifier.from_index(index).verify(text, narrowing)
        show_result(verification_json(done) if as_json else verification_lines(done, width()))


@app.command()
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


@app.command()
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
        from assistant.render import explained_lines, hit_lines

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


@app.command()
def parse(
    file: Annotated[Path, typer.Argument(help="A file.", show_default=False)],
    text: Annotated[
        bool, typer.Option("--text", help="Print the text that was read, to which offsets refer.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show how a file is understood: header, people, agenda, turns, exchanges, what was not."""
    with failures():
        from assistant.contract import record_json
        from assistant.render import record_lines
        from ingest.reader import read_document
        from ingest.record import parse as parse_document

        document = read_document(file, max_bytes=load().max_bytes)
        if text:
            print(document.text, end="")
            return
        record = parse_document(document)
        show_result(record_json(record) if as_json else record_lines(record, width()))


@app.command()
def show(
    document: Annotated[
        str, typer.Argument(help="A name as 'minutes status' shows it, or a path.")
    ],
    data: Data = None,
    server: Server = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Show a document of the index: people, handouts and where they are, who points to it."""
    with failures():
        from assistant.contract import shown_json
        from assistant.render import shown_lines

        index = open_index(load(data, server, model))
        index.sync()
        row = index.document(document)
        links, mentions = index.handouts_of(row), index.mentions_of(row)
        shown = shown_json(row, links, mentions) if as_json else None
        show_result(shown or shown_lines(row, links, mentions, width()))


@app.command()
def status(
    data: Data = None, server: Server = None, model: Model = None, as_json: AsJson = False
) -> None:
    """Show what is indexed, with which model, how big, when."""
    with failures():
        from assistant.contract import status_json
        from assistant.render import status_lines

        held = open_index(load(data, server, model)).status()
        show_result(status_json(held) if as_json else status_lines(held, width()))


@app.command()
def remove(
    documents: Annotated[
        list[str],
        typer.Argument(help="Names as 'minutes status' shows them, or paths.", show_default=False),
    ],
    data: Data = None,
    server: Server = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Take documents out of the index; their files stay."""
    with failures():
        from assistant.contract import report_json
        from assistant.render import report_lines
        from index_store.indexer import Indexer

        report = Indexer(open_index(load(data, server, model))).remove(documents)
        show_result(report_json(report) if as_json else report_lines(report))


cli_evaluation.register(app)
cli_log.register(app)


@app.command()
def slack(
    http: Annotated[
        int | None,
        typer.Option("--http", min=1, max=65535, help="Serve signed HTTP requests on this port."),
    ] = None,
    llm: Llm = None,
    no_llm: NoLlm = False,
    data: Data = None,
    server: Server = None,
    model: Model = None,
) -> None:
    """Answer in Slack: by Socket Mode, or by HTTP. Tokens come from the environment."""
    with failures():
        from assistant.slack import run_http, run_socket_mode

        bot_token = _token("SLACK_BOT_TOKEN", "the bot token (xoxb-…) of your Slack app")
        if http is None:
            second = _token("SLACK_APP_TOKEN", "the app-level token (xapp-…) for Socket Mode")
        else:
            second = _token("SLACK_SIGNING_SECRET", "the signing secret of your Slack app")
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
        engine = open_engine(load(data, server, model, llm), "slack", writes=not no_llm)
        engine.prepare()
        note("answering in Slack; stop with Ctrl-C")
        if http is None:
            run_socket_mode(engine, bot_token, second)
        else:
            run_http(engine, bot_token, second, http)


def _web_address(text: str | None) -> str | None:
    """The address given with ``--url-base``.

    Raises:
        QuestionError: it is none.
    """
    from assistant.errors import QuestionError

    if text is not None and not text.startswith(("http://", "https://")):
        raise QuestionError(f"--url-base {text}: no web address; mend: begin it with https://")
    return text


def _token(name: str, what: str) -> str:
    """The secret of an environment variable.

    Raises:
        ConfigurationError: it is not set.
    """
    from assistant.errors import ConfigurationError

    token = os.environ.get(name, "").strip()
    if not token:
        raise ConfigurationError(f"{name} is not set; mend: export {name} with {what}")
    return token


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


def main() -> None:
    """Entry point of the command."""
    for stream in (sys.stdout, sys.stderr):
        # Records are Japanese; a C locale must not end in UnicodeEncodeError.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app()


if __name__ == "__main__":
    main()
