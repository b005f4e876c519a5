"""The command ``minutes``: parse, call, print. Results on stdout, everything else on stderr.

Exit status: 0 for a result (also "not found"), 1 for a failure, 2 for wrong usage. Nothing heavy
is imported here, so that ``--help`` answers at once; each command imports what it uses.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from assistant.config import Settings
    from assistant.engine import Engine
    from index_store.index import Index
    from index_store.queries import Narrowing

app = typer.Typer(
    help="Ask meeting minutes; every sentence of an answer cites who said it, and where.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Data = Annotated[Path | None, typer.Option("--data", help="Folder of the index.")]
Server = Annotated[
    str | None, typer.Option("--server", help="Address of a Chroma server, as http://host:8000.")
]
Model = Annotated[str | None, typer.Option("--model", help="Embedding model, by name or folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

Speaker = Annotated[
    str | None, typer.Option("--speaker", help="Only words of this person, label or office.")
]
Since = Annotated[
    str | None, typer.Option("--since", help="Only meetings from this day on, as 2024-06-01.")
]
Until = Annotated[str | None, typer.Option("--until", help="Only meetings up to this day.")]
Meeting = Annotated[
    str | None, typer.Option("--meeting", help="Only meetings with this in their title.")
]
Within = Annotated[
    str | None, typer.Option("--document", help="Only documents with this in name or title.")
]

_INTERRUPTED = 130


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
    with _failures():
        from assistant.contract import report_json
        from assistant.progress import ingest_progress
        from assistant.render import report_lines, understood_lines
        from index_store.indexer import Indexer

        settings = _settings(data, server, model)
        with ingest_progress() as progress:
            done = Indexer(
                _index(settings),
                settings.max_bytes,
                progress,
                url_base=_web_address(url_base),
                least_share=settings.strict_share if strict else 0.0,
            ).ingest(paths, prune=prune)
        for failure in done.failed:
            _complain(failure)
        if report and not as_json:
            _print(understood_lines(done, _width()))
        _print(report_json(done) if as_json else report_lines(done))
    if done.failed:
        raise typer.Exit(1)


@app.command()
def ask(
    question: Annotated[
        list[str], typer.Argument(help="The question; - reads it from stdin.", show_default=False)
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
    """Answer a question with quotes from the records, each with its speaker and place."""
    with _failures():
        from assistant.contract import outcome_json
        from assistant.question import read_question
        from assistant.render import outcome_lines

        text = _question(question)
        read_question(text)  # a wrong question is told before anything is loaded
        narrowing = _narrowing(speaker, since, until, meeting, document)
        outcome = _engine(_settings(data, server, model)).ask(text, narrowing=narrowing)
        _print(outcome_json(outcome) if as_json else outcome_lines(outcome, _width()))


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
    data: Data = None,
    server: Server = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Show the passages that fit a query best, with their scores."""
    with _failures():
        from assistant.contract import search_json
        from assistant.question import read_question
        from assistant.render import explained_lines, hit_lines

        text = _question(query)
        read_question(text)
        narrowing = _narrowing(speaker, since, until, meeting, document)
        engine = _engine(_settings(data, server, model))
        hits = engine.search(text, k, narrowing)
        reading = engine.reading(text, narrowing) if explain else None
        if reading is not None and not as_json:
            _print(explained_lines(reading, hits, _width()))
        else:
            _print(search_json(text, hits, reading) if as_json else hit_lines(hits, _width()))


@app.command()
def parse(
    file: Annotated[Path, typer.Argument(help="A file.", show_default=False)],
    text: Annotated[
        bool, typer.Option("--text", help="Print the text that was read, to which offsets refer.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show how a file is understood: header, people, agenda, turns, exchanges, what was not."""
    with _failures():
        from assistant.contract import record_json
        from assistant.render import record_lines
        from ingest.reader import read_document
        from ingest.record import parse as parse_document

        document = read_document(file, max_bytes=_settings().max_bytes)
        if text:
            print(document.text, end="")
            return
        record = parse_document(document)
        _print(record_json(record) if as_json else record_lines(record, _width()))


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
    with _failures():
        from assistant.contract import shown_json
        from assistant.render import shown_lines

        index = _index(_settings(data, server, model))
        index.sync()
        row = index.document(document)
        links, mentions = index.handouts_of(row), index.mentions_of(row)
        shown = shown_json(row, links, mentions) if as_json else None
        _print(shown or shown_lines(row, links, mentions, _width()))


@app.command()
def status(
    data: Data = None, server: Server = None, model: Model = None, as_json: AsJson = False
) -> None:
    """Show what is indexed, with which model, how big, when."""
    with _failures():
        from assistant.contract import status_json
        from assistant.render import status_lines

        held = _index(_settings(data, server, model)).status()
        _print(status_json(held) if as_json else status_lines(held, _width()))


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
    with _failures():
        from assistant.contract import report_json
        from assistant.render import report_lines
        from index_store.indexer import Indexer

        report = Indexer(_index(_settings(data, server, model))).remove(documents)
        _print(report_json(report) if as_json else report_lines(report))


@app.command(name="eval")
def evaluate(
    questions: Annotated[
        Path, typer.Argument(help="A question set (JSON lines).", show_default=False)
    ],
    docs: Annotated[
        Path | None,
        typer.Option("--docs", help="Ask over this folder, in an index that is gone afterwards."),
    ] = None,
    compare: Annotated[
        str,
        typer.Option("--compare", help="Ways of ranking: words,dense,rrf,zscore,hybrid,naive."),
    ] = "",
    html: Annotated[
        Path | None, typer.Option("--html", help="Also write a page with plots there.")
    ] = None,
    save: Annotated[Path | None, typer.Option("--save", help="Keep the run in this file.")] = None,
    against: Annotated[
        Path | None, typer.Option("--against", help="Compare with a run that was kept.")
    ] = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option("--fail-under", help="metric=value; a lower figure ends with status 1."),
    ] = None,
    retrieval_only: Annotated[
        bool, typer.Option("--retrieval-only", help="Rank passages, answer nothing.")
    ] = False,
    data: Data = None,
    server: Server = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Measure how well a set of questions is answered, and how well passages are found."""
    with _failures():
        from assistant.evaluation.contract import evaluation_json
        from assistant.evaluation.harness import Asked, evaluate
        from assistant.evaluation.report import run_lines

        asked = Asked(
            questions, docs, compare, html, save, against, fail_under or [], retrieval_only
        )
        done = evaluate(asked, _settings(data, server, model), _note)
        lines = run_lines(done.run, done.before, _width())
        _print(evaluation_json(done.run, done.before, done.failed) if as_json else lines)
        for line in done.failed:
            _complain(line)
    if done.failed:
        raise typer.Exit(1)


@app.command()
def questions(
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the drafts there, not to stdout.")
    ] = None,
    adapter: Annotated[
        str | None,
        typer.Option("--from", help="Make sets of public data instead: poliinfo or qmsum."),
    ] = None,
    source: Annotated[
        Path | None, typer.Option("--source", help="The public data, as published.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="Folder for its records and question sets.")
    ] = None,
    data: Data = None,
    server: Server = None,
    model: Model = None,
) -> None:
    """Draft a question set from the index for a person to edit, or make one of public data."""
    with _failures():
        from assistant.evaluation.runs import write
        from assistant.evaluation.sets import adapted, draft_lines

        if adapter is not None:
            _print(str(path) for path in adapted(adapter, source, to))
            return
        lines = draft_lines(_index(_settings(data, server, model)))
        if out is None:
            _print(lines)
            return
        write(out, "".join(f"{line}\n" for line in lines))
        _note(f"{len(lines)} drafts in {out}; edit them before you trust a figure")


@app.command()
def slack(
    http: Annotated[
        int | None,
        typer.Option("--http", min=1, max=65535, help="Serve signed HTTP requests on this port."),
    ] = None,
    data: Data = None,
    server: Server = None,
    model: Model = None,
) -> None:
    """Answer in Slack: by Socket Mode, or by HTTP. Tokens come from the environment."""
    with _failures():
        from assistant.slack import run_http, run_socket_mode

        bot_token = _token("SLACK_BOT_TOKEN", "the bot token (xoxb-…) of your Slack app")
        if http is None:
            second = _token("SLACK_APP_TOKEN", "the app-level token (xapp-…) for Socket Mode")
        else:
            second = _token("SLACK_SIGNING_SECRET", "the signing secret of your Slack app")
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
        engine = _engine(_settings(data, server, model))
        engine.prepare()
        _note("answering in Slack; stop with Ctrl-C")
        if http is None:
            run_socket_mode(engine, bot_token, second)
        else:
            run_http(engine, bot_token, second, http)


def _settings(
    data: Path | None = None, server: str | None = None, model: str | None = None
) -> Settings:
    from assistant.config import load_settings

    return load_settings(data=data, server=server, model=model)


def _index(settings: Settings) -> Index:
    from index_store.embedding import Embedder
    from index_store.index import Index

    return Index(settings.index, Embedder(settings.model, settings.index.cache, _note))


def _engine(settings: Settings) -> Engine:
    from assistant.engine import Engine
    from index_store.reranking import CrossEncoderReranker

    reranker = CrossEncoderReranker(settings.reranker) if settings.reranker else None
    return Engine.from_index(_index(settings), settings.sentences, settings.language, reranker)


def _narrowing(
    speaker: str | None,
    since: str | None,
    until: str | None,
    meeting: str | None,
    document: str | None,
) -> Narrowing:
    from index_store.queries import Narrowing

    return Narrowing(speaker, _day("--since", since), _day("--until", until), meeting, document)


def _day(option: str, text: str | None) -> date | None:
    """The day that an option gives, in any way in which minutes write one.

    Raises:
        QuestionError: it is none.
    """
    from assistant.errors import QuestionError
    from ingest.dates import find_date

    if text is None:
        return None
    day = find_date(text)
    if day is None:
        raise QuestionError(
            f"{option} {text}: no day; mend: write it as 2024-06-01 or 令和6年6月1日"
        )
    return day


def _question(words: list[str]) -> str:
    return sys.stdin.read() if words == ["-"] else " ".join(words)


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
    from assistant.errors import ConfigurationError

    token = os.environ.get(name, "").strip()
    if not token:
        raise ConfigurationError(f"{name} is not set; mend: export {name} with {what}")
    return token


def _width() -> int:
    return min(max(shutil.get_terminal_size((88, 24)).columns, 40), 100)


def _print(result: dict[str, Any] | Iterable[str]) -> None:
    if isinstance(result, dict):
        print(json.dumps(result, ensure_ascii=False, indent=2))
        return
    for line in result:
        print(line)


def _complain(message: str) -> None:
    """Print a failure on one line."""
    _note(" ".join(message.split()))


def _note(message: str) -> None:
    print(f"minutes: {message}", file=sys.stderr)


@contextmanager
def _failures() -> Iterator[None]:
    """Turn every known error into one line on stderr and the right exit status."""
    from assistant.errors import AssistantError, QuestionError
    from index_store.errors import IndexStoreError
    from ingest.errors import IngestError

    try:
        yield
    except QuestionError as error:
        _complain(str(error))
        raise typer.Exit(2) from None
    except (AssistantError, IndexStoreError, IngestError) as error:
        _complain(str(error))
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        _complain("stopped; what is stored is intact")
        raise typer.Exit(_INTERRUPTED) from None
    except BrokenPipeError:
        # The reader of a pipe (head) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None


def main() -> None:
    """Entry point of the command."""
    for stream in (sys.stdout, sys.stderr):
        # Records are Japanese; a C locale must not end in UnicodeEncodeError.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app()


if __name__ == "__main__":
    main()
