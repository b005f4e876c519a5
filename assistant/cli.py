"""The command ``minutes``: parse, call, print. Results on stdout, everything else on stderr.

Exit status: 0 for a result (also "not found"), 1 for a failure, 2 for wrong usage. Nothing heavy
is imported here, so that ``--help`` answers at once; each command imports what it uses.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from assistant import cli_asking, cli_evaluation, cli_log, cli_slack
from assistant.cli_shared import (
    AsJson,
    Data,
    Model,
    Server,
    complain,
    failures,
    load,
    open_index,
    show_result,
    width,
)

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


cli_asking.register(app)


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


cli_slack.register(app)


def _web_address(text: str | None) -> str | None:
    """The address given with ``--url-base``.

    Raises:
        QuestionError: it is none.
    """
    from assistant.errors import QuestionError

    if text is not None and not text.startswith(("http://", "https://")):
        raise QuestionError(f"--url-base {text}: no web address; mend: begin it with https://")
    return text


def main() -> None:
    """Entry point of the command."""
    for stream in (sys.stdout, sys.stderr):
        # Records are Japanese; a C locale must not end in UnicodeEncodeError.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app()


if __name__ == "__main__":
    main()
