"""The commands of the Slack bot: ``minutes slack``, ``minutes slack manifest``, ``minutes slack check``."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli_shared import (
    AsJson,
    Data,
    Llm,
    Model,
    NoLlm,
    Server,
    complain,
    failures,
    load,
    note,
    open_index,
    show_result,
)

if TYPE_CHECKING:
    from assistant.config import Settings
    from assistant.slack.bot import Bot
    from assistant.slack.oauth import OAuthApp

_BOT = "the bot token (xoxb-…) of your Slack app"
_APP = "the app-level token (xapp-…) for Socket Mode"
_SECRET = "the signing secret of your Slack app"  # noqa: S105  # it says what is wanted

app = typer.Typer(invoke_without_command=True, no_args_is_help=False)


def register(parent: typer.Typer) -> None:
    """Add the commands to ``parent``."""
    parent.add_typer(app, name="slack")


@app.callback()
def slack(
    context: typer.Context,
    http: Annotated[
        int | None,
        typer.Option("--http", min=1, max=65535, help="Serve signed HTTP requests on this port."),
    ] = None,
    monitor: Annotated[
        int | None,
        typer.Option("--monitor", min=1, max=65535, help="Port for /health and /metrics."),
    ] = None,
    llm: Llm = None,
    no_llm: NoLlm = False,
    data: Data = None,
    server: Server = None,
    model: Model = None,
) -> None:
    """Answer in Slack: by Socket Mode, or by HTTP. Tokens come from the environment."""
    if context.invoked_subcommand is not None:
        return
    with failures():
        settings = load(data, server, model, llm)
        changed = {"slack_monitor": monitor} if monitor else {}
        if no_llm:
            changed["llm"] = None  # type: ignore[assignment]
        _serve(settings.model_copy(update=changed), http)


def _serve(settings: Settings, http: int | None) -> None:
    from assistant.slack.bot import serve_http, serve_socket
    from assistant.slack.logs import set_up

    oauth = _oauth_app()
    if oauth is None:
        _token("SLACK_BOT_TOKEN", _BOT)  # told before anything is loaded
    second = _token("SLACK_APP_TOKEN", _APP) if http is None else _token("SLACK_SIGNING_SECRET", _SECRET)  # fmt: skip
    set_up()
    bot = _bot(settings, None if http is None else second, oauth)
    note("answering in Slack; stop with Ctrl-C")
    if http is None:
        serve_socket(bot, second, settings.slack_api)
    else:
        serve_http(bot, http)
    note("stopped; what was asked and not answered is kept")


def _bot(settings: Settings, signing_secret: str | None, oauth: OAuthApp | None) -> Bot:
    """The bot over the index of the settings.

    Raises:
        ConfigurationError: a token is missing or refused.
    """
    from assistant.slack.bot import Bot, one_workspace
    from assistant.slack.manifest import SCOPES
    from assistant.slack.oauth import InstalledWorkspaces, oauth_flow
    from assistant.slack.opening import answers_of, bot_settings, engines_of, ledger_of
    from assistant.slack.workspaces import Workspaces

    workspaces: Workspaces
    flow = None
    ledger = ledger_of(settings)
    if oauth is None:
        workspaces = one_workspace(_token("SLACK_BOT_TOKEN", _BOT), settings.slack_api)
    else:
        installed = InstalledWorkspaces(
            oauth, ledger.engine, settings.slack_api, settings.slack_teams
        )
        flow = oauth_flow(oauth, installed, tuple(sorted(SCOPES)), settings.slack_api)
        workspaces = installed
    engines = engines_of(settings, open_index(settings))
    engines.prepare()
    answers = answers_of(settings, complain)
    return Bot(
        engines, ledger, answers, workspaces, bot_settings(settings, answers),
        signing_secret=signing_secret, oauth=flow, complain=complain,
    )  # fmt: skip


@app.command()
def manifest(
    name: Annotated[
        str, typer.Option("--name", help="How the app is called.")
    ] = "議事録アシスタント",
    url: Annotated[
        str | None,
        typer.Option("--url", help="Public address of the bot over HTTP; without it, Socket Mode."),
    ] = None,
) -> None:
    """Print the app manifest, with exactly the scopes that are used."""
    from assistant.slack.manifest import manifest as made

    typer.echo(json.dumps(made(name, url), ensure_ascii=False, indent=2))


@app.command()
def check(
    data: Data = None,
    server: Server = None,
    model: Model = None,
    llm: Llm = None,
    as_json: AsJson = False,
) -> None:
    """Look at tokens, scopes, index and models, and say what to mend."""
    with failures():
        from assistant.slack.preflight import findings

        settings = load(data, server, model, llm)
        wrong, all_found = 0, []
        for finding in findings(settings, lambda: open_index(settings)):
            wrong += not finding.right
            all_found.append(vars(finding))
            if not as_json:
                mend = f"\n    mend: {finding.mend}" if finding.mend else ""
                typer.echo(f"{'ok   ' if finding.right else 'WRONG'} {finding.what}: {finding.told}{mend}")  # fmt: skip
        if as_json:
            show_result({"right": not wrong, "findings": all_found})
        elif not wrong:
            typer.echo("all is right; start with: minutes slack")
    if wrong:
        raise typer.Exit(1)


def _oauth_app() -> OAuthApp | None:
    """The app's credentials, where workspaces are installed by OAuth.

    Raises:
        ConfigurationError: a bot token is set as well, or the secret is missing.
    """
    from assistant.errors import ConfigurationError
    from assistant.slack.oauth import OAuthApp

    client_id = os.environ.get("SLACK_CLIENT_ID", "").strip()
    if not client_id:
        return None
    if os.environ.get("SLACK_BOT_TOKEN", "").strip():
        raise ConfigurationError(
            "SLACK_CLIENT_ID and SLACK_BOT_TOKEN are both set; mend: unset the token for several "
            "workspaces, or the client for one"
        )
    return OAuthApp(client_id, _token("SLACK_CLIENT_SECRET", "the client secret of your Slack app"))


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
