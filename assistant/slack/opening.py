"""Settings -> the bot."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import URL

from assistant.config import Settings
from assistant.engine import Engine
from assistant.log import AnswerLog, LogError, log_of
from assistant.opening import EngineMaker
from assistant.slack.bot import BotSettings
from assistant.slack.engines import Engines
from assistant.slack.home import DataFlow
from assistant.slack.ledger import Ledger
from assistant.visibility import Collections
from index_store.index import Index

FILE_NAME = "slack.sqlite3"
"""Name of the ledger in the data folder."""


def engines_of(settings: Settings, index: Index) -> Engines:
    """An engine for each circle of people, over the index of the settings.

    Raises:
        ConfigurationError: the language model cannot be opened.
    """
    maker = EngineMaker(settings, index)

    def make(view: Index, lock: threading.RLock) -> Engine:
        return maker.engine(view, lock=lock)

    return Engines(index, Collections(settings.collections), make, maker.quoting)


def ledger_of(settings: Settings) -> Ledger:
    """The ledger of the settings.

    Raises:
        LedgerError: it cannot be opened.
    """
    return Ledger(ledger_address(settings), settings.slack_days)


def ledger_address(settings: Settings) -> str:
    """The SQLAlchemy address of the ledger: as set, or a file in the data folder."""
    named = settings.slack_ledger
    if named and "://" in named:
        return named
    path = Path(named).expanduser() if named else settings.data.expanduser() / FILE_NAME
    return URL.create("sqlite", database=str(path.absolute())).render_as_string(hide_password=False)


def answers_of(settings: Settings, complain: Callable[[str], None]) -> AnswerLog | None:
    """The log of the settings; nobody is kept from an answer by one that cannot be opened."""
    try:
        return log_of(settings)
    except LogError as error:
        complain(str(error))
        return None


def bot_settings(settings: Settings, answers: AnswerLog | None) -> BotSettings:
    """What a bot needs besides."""
    return BotSettings(
        collections=Collections(settings.collections),
        flow=data_flow(settings, answers),
        person=settings.slack_person,
        workers=settings.slack_workers,
        lease=settings.slack_lease,
        api=settings.slack_api,
        monitor=settings.slack_monitor,
        monitor_host=settings.slack_monitor_host,
    )


def data_flow(settings: Settings, answers: AnswerLog | None) -> DataFlow:
    """Where data goes, for newcomers."""
    days = settings.log_days if answers is not None else None
    if not settings.llm:
        return DataFlow(days=days, remembered=settings.slack_days)
    from assistant.writing.opening import model_settings
    from assistant.writing.providers import open_model

    opened = open_model(model_settings(settings))
    return DataFlow(opened.name, settings.llm_trusted, opened.local, days, settings.slack_days)
