"""The prompts: plain files that a person can read, copy to a folder and change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from string import Template

from assistant.errors import ConfigurationError
from assistant.types import Language

NAMES = ("answer", "mend", "standalone")
"""What there is a prompt for: to write an answer, to mend its claims, to make a question stand alone."""


@dataclass(frozen=True)
class Prompts:
    """The prompts of a folder, and those that come with the package where it has none.

    ``folder`` holds ``answer.ja.txt``, ``mend.en.txt`` and so on. ``$name`` in them is filled in.
    """

    folder: Path | None = None

    def filled(self, name: str, language: Language, **values: str) -> str:
        """A prompt with its values.

        Raises:
            ConfigurationError: a file of the folder cannot be read, or names something unknown.
        """
        text, where = self._texts[name, language]
        try:
            return Template(text).substitute(values)
        except (KeyError, ValueError) as error:
            known = ", ".join(f"${value}" for value in values)
            raise ConfigurationError(
                f"{where}: {error} is no value of this prompt; mend: use {known} ($$ for a dollar sign)"
            ) from error

    @cached_property
    def _texts(self) -> dict[tuple[str, Language], tuple[str, str]]:
        languages: tuple[Language, ...] = ("ja", "en")
        return {(n, language): self._text(f"{n}.{language}.txt") for n in NAMES for language in languages}  # fmt: skip

    def _text(self, name: str) -> tuple[str, str]:
        own = self.folder / name if self.folder else None
        if own is None or not own.is_file():
            return files("assistant.writing").joinpath("prompts", name).read_text("utf-8"), name
        try:
            return own.read_text(encoding="utf-8"), str(own)
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{own}: cannot be read ({error}); mend: save it as UTF-8") from error  # fmt: skip
