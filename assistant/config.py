"""Settings, from options, environment (``MINUTES_…``) and a file, in this order of precedence."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from platformdirs import user_config_path, user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from assistant.errors import ConfigurationError
from assistant.visibility import CollectionName, CollectionRule
from index_store.bundled_model import BUNDLED_NAME, default_cache
from index_store.index import IndexSettings

_APP = "minutes-assistant"


class Settings(BaseSettings):
    """All settings; each field's description is its line in the README's table."""

    model_config = SettingsConfigDict(env_prefix="MINUTES_", extra="forbid")

    data: Path = Field(
        default_factory=lambda: user_data_path(_APP), description="folder of the index"
    )
    server: str | None = Field(
        default=None, description="address of a Chroma server, as http://host:8000"
    )
    collection: str = Field(default="minutes", description="name of the collection in Chroma")
    model: str = Field(
        default=BUNDLED_NAME,
        description="embedding model: the bundled one, or a sentence-transformers name or folder",
    )
    reranker: str | None = Field(
        default=None,
        description="cross-encoder that looks again at the best passages: a sentence-transformers "
        "name or folder",
    )
    reader: bool = Field(
        default=True,
        description="whether the bundled reader takes part: it ranks, marks answering words, refuses",
    )
    cache: Path = Field(default_factory=default_cache, description="folder of prepared models")
    language: Literal["auto", "ja", "en"] = Field(
        default="auto", description="language of the words around quotes; auto: the question's"
    )
    sentences: int = Field(default=3, ge=1, le=10, description="most sentences of an answer")
    strict_share: float = Field(
        default=0.9,
        ge=0,
        le=1,
        description="least share of a file that `--strict` wants understood",
    )
    collections: dict[CollectionName, CollectionRule] = Field(
        default_factory=dict,
        description="documents that only some may see, each `[collections.NAME]` a table of the file",
    )
    max_file_mb: int = Field(default=20, ge=1, description="largest file that is read, in MB")
    llm: str | None = Field(
        default=None,
        description="language model that writes answers: `PROVIDER:MODEL`, a model of `llm_url`, or "
        "the address of an OpenAI-compatible server",
    )
    llm_url: str | None = Field(
        default=None,
        description="address of an OpenAI-compatible server, as http://localhost:8080/v1",
    )
    llm_key: SecretStr | None = Field(default=None, description="key for the language model")
    llm_seconds: float = Field(
        default=60.0,
        gt=0,
        description="longest time that a language model has for an answer, in seconds",
    )
    llm_context: int = Field(
        default=8_192, ge=2_048, description="context of the language model, in tokens"
    )
    llm_sentences: int = Field(
        default=5, ge=1, le=20, description="most sentences that a language model writes"
    )
    llm_rewrite: bool = Field(
        default=True, description="whether sentences that fail their check are written anew once"
    )
    llm_trusted: bool = Field(
        default=False, description="whether personal data may be sent to the language model"
    )
    prompts: Path | None = Field(
        default=None, description="folder of prompts that replace those of the package"
    )
    log: str | None = Field(
        default=None,
        description="where questions and answers are logged: a path, a SQLAlchemy address, or off",
    )
    log_days: int = Field(
        default=90, ge=0, description="days that the log keeps an entry; 0: for ever"
    )
    slack_ledger: str | None = Field(
        default=None,
        description="where the Slack bot keeps what was asked until it is answered, and threads: a "
        "path, or a SQLAlchemy address that several processes share",
    )
    slack_days: int = Field(
        default=30, ge=1, description="days that the Slack bot remembers a conversation"
    )
    slack_person: str | None = Field(
        default=None,
        description="channel (C…) or user group (S…) to whom people can hand a question in Slack",
    )
    slack_workers: int = Field(
        default=4, ge=1, le=64, description="questions that the Slack bot works on at once"
    )
    slack_lease: float = Field(
        default=30.0,
        ge=2,
        description="seconds after which the Slack bot takes up the question of a process that died",
    )
    slack_monitor: int | None = Field(
        default=None, ge=1, le=65535, description="port for /health and /metrics"
    )
    slack_monitor_host: str = Field(
        default="127.0.0.1", description="address on which /health and /metrics are served"
    )
    slack_teams: tuple[str, ...] = Field(
        default=(), description="workspaces (T…) that may install the bot by OAuth; empty: any"
    )
    slack_api: str = Field(
        default="https://slack.com/api/", description="address of Slack's Web API"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options before environment before file."""
        file = TomlConfigSettingsSource(settings_cls, config_file())
        return init_settings, env_settings, file

    @property
    def index(self) -> IndexSettings:
        """The part that opens the index."""
        return IndexSettings(
            data=self.data.expanduser(),
            model=self.model,
            cache=self.cache.expanduser(),
            server=self.server or None,
            collection=self.collection,
        )

    @property
    def max_bytes(self) -> int:
        """``max_file_mb`` in bytes."""
        return self.max_file_mb * 1024 * 1024


def config_file() -> Path:
    """The settings file: ``MINUTES_CONFIG``, else ``minutes.toml`` here, else the user's."""
    if named := os.environ.get("MINUTES_CONFIG"):
        return Path(named).expanduser()
    here = Path("minutes.toml")
    return here if here.is_file() else user_config_path(_APP) / "minutes.toml"


def load_settings(**options: object) -> Settings:
    """The settings; ``options`` that are None are not set.

    Raises:
        ConfigurationError: a setting is unknown or wrong, or the file cannot be read.
    """
    file = config_file()
    if "MINUTES_CONFIG" in os.environ and not file.is_file():
        raise ConfigurationError(f"{file}: no such settings file; mend: correct MINUTES_CONFIG")
    try:
        given = {name: value for name, value in options.items() if value is not None}
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise ConfigurationError(
            f"setting '{name}': {first['msg']}; mend: correct it in {file}, or in MINUTES_"
            f"{str(first['loc'][0]).upper()}, or the option"
        ) from error
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{file}: cannot be read ({error}); mend: correct it") from error
