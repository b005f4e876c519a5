"""The commands that measure: ``minutes eval`` and ``minutes questions``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli_shared import (
    AsJson,
    Data,
    Model,
    Server,
    complain,
    failures,
    load,
    note,
    open_index,
    show_result,
    width,
)

if TYPE_CHECKING:
    from assistant.config import Settings


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command(name="eval")(evaluate)
    app.command()(questions)


def evaluate(
    questions: Annotated[
        Path | None, typer.Argument(help="A question set (JSON lines).", show_default=False)
    ] = None,
    docs: Annotated[
        Path | None,
        typer.Option("--docs", help="Ask over this folder, in an index that is gone afterwards."),
    ] = None,
    compare: Annotated[
        str,
        typer.Option(
            "--compare", help="Ways of ranking: words,dense,rrf,zscore,hybrid,reader,naive."
        ),
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
    verify: Annotated[
        Path | None,
        typer.Option(
            "--verify",
            help="Instead: tell true summaries of answers from fakes, in this file of PoliInfo-4.",
        ),
    ] = None,
    data: Data = None,
    server: Server = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Measure how well a set of questions is answered, and how well passages are found."""
    with failures():
        from assistant.evaluation.contract import evaluation_json
        from assistant.evaluation.errors import OptionError
        from assistant.evaluation.harness import Asked, evaluate
        from assistant.evaluation.report import run_lines

        if verify is not None:
            if questions or docs or compare or save or against or fail_under or retrieval_only:
                raise OptionError(
                    f"--verify {verify}: goes with --json, --html and --model only; "
                    "mend: leave the rest out"
                )
            _verify(verify, load(data, server, model), html, as_json)
            return
        if questions is None:
            raise OptionError("no question set; mend: name a file, or one with --verify")
        asked = Asked(
            questions, docs, compare, html, save, against, fail_under or [], retrieval_only
        )
        done = evaluate(asked, load(data, server, model), note)
        lines = run_lines(done.run, done.before, width())
        show_result(evaluation_json(done.run, done.before, done.failed) if as_json else lines)
        for line in done.failed:
            complain(line)
    if done.failed:
        raise typer.Exit(1)


def _verify(path: Path, settings: Settings, html: Path | None, as_json: bool) -> None:
    from assistant.evaluation.running import question_progress
    from assistant.evaluation.runs import write
    from assistant.evaluation.verification import verify
    from assistant.evaluation.verification_report import (
        verification_json,
        verification_lines,
        verification_page,
    )

    with question_progress() as step:
        done = verify(path, settings, note, step)
    if html is not None:
        write(html, verification_page(done))
    show_result(verification_json(done) if as_json else verification_lines(done, width()))


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
    with failures():
        from assistant.evaluation.runs import write
        from assistant.evaluation.sets import adapted, draft_lines

        if adapter is not None:
            show_result(str(path) for path in adapted(adapter, source, to))
            return
        lines = draft_lines(open_index(load(data, server, model)))
        if out is None:
            show_result(lines)
            return
        write(out, "".join(f"{line}\n" for line in lines))
        note(f"{len(lines)} drafts in {out}; edit them before you trust a figure")
