"""Questions one after the other at a terminal or from a pipe: ``minutes chat``.

Each question is answered by the same engine as ``minutes ask``, with what was asked before. A line
that begins with / is a command.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from platformdirs import user_state_path

from assistant.contract import Json, citation_json, outcome_json
from assistant.conversation import Conversation
from assistant.errors import AssistantError, QuestionError
from assistant.events import Listener, unheard
from assistant.framing import shown
from assistant.places import where, who
from assistant.render import Streamed, outcome_lines, source_lines, understood_as, wrap
from assistant.types import Answer, Citation, Outcome
from index_store.errors import IndexStoreError
from index_store.queries import Narrowing
from index_store.types import Hit

AROUND = 2
"""Turns before and behind a cited one that ``/context`` shows."""

HISTORY = 1_000
"""Questions that the history file keeps."""

HELP = (
    "/sources     what the last answer cites",
    "/context N   the turns around source N of the last answer",
    "/new         start afresh: what was asked before is forgotten",
    "/help        this",
    "Ctrl-C clears the line, Ctrl-D leaves",
)


class Answering(Protocol):
    """What a chat needs of an engine (:class:`assistant.engine.Engine`)."""

    def ask(
        self,
        question: str,
        conversation: Conversation | None = None,
        narrowing: Narrowing | None = None,
        listen: Listener = unheard,
    ) -> Outcome:
        """The cited answer to a question, or the word that there is none."""
        ...

    def turns(self, document: str, turns: Sequence[int]) -> list[Hit]:
        """The passages of some turns of a document, in order."""
        ...


class Reply(Protocol):
    """What a line of the chat gives, for people and for programs."""

    def lines(self, width: int) -> Iterable[str]:
        """The reply for a terminal of so many columns."""
        ...

    def json(self) -> Json:
        """The reply as an object."""
        ...


@dataclass(frozen=True)
class Answered:
    """The outcome of a question; ``already`` sentences of it were printed as they came."""

    outcome: Outcome
    dim: Callable[[str], str]
    already: int = 0

    def lines(self, width: int) -> Iterator[str]:
        """How the question was understood, where that differs from its words, then the outcome."""
        yield from map(self.dim, understood_as(self.outcome, width))
        yield from outcome_lines(self.outcome, width, self.already)

    def json(self) -> Json:
        """The object that ``minutes ask --json`` prints."""
        return outcome_json(self.outcome)


@dataclass(frozen=True)
class Sources:
    """What the last answer cites."""

    outcome: Outcome

    def lines(self, width: int) -> Iterator[str]:
        """Each source with the words cited."""
        for citation in _citations(self.outcome):
            yield from source_lines([citation], self.outcome.language, width, quoted=True)

    def json(self) -> Json:
        """The citations of the contract."""
        return {"sources": [citation_json(citation) for citation in _citations(self.outcome)]}


@dataclass(frozen=True)
class Context:
    """The turns around a cited one, whose passages are ``hits``."""

    citation: Citation
    outcome: Outcome
    hits: tuple[Hit, ...]

    def lines(self, width: int) -> Iterator[str]:
        """Who speaks, and the words; the cited turn is marked with its number."""
        for hit in self.hits:
            place = hit.passage.place
            cited = place.turn == self.citation.place.turn
            mark = f"[{self.citation.n}] " if cited else "    "
            name = who(place, self.outcome.language)
            yield from wrap(f"{name}  {where(place, self.outcome.language)}", width, mark, "    ")
            yield from wrap(shown(hit.passage.text), width, "      ", "      ")

    def json(self) -> Json:
        """The turns, with their places."""
        return {
            "context": self.citation.n,
            "turns": [
                {
                    "turn": hit.passage.place.turn,
                    "speaker": hit.passage.place.speaker,
                    "text": hit.passage.text,
                    "document": hit.passage.place.document,
                    "start": hit.passage.place.start,
                    "end": hit.passage.place.end,
                }
                for hit in self.hits
            ],
        }


@dataclass(frozen=True)
class Said:
    """Lines that the chat itself says."""

    said: tuple[str, ...]

    def lines(self, width: int) -> Iterable[str]:
        """The lines."""
        return self.said

    def json(self) -> Json:
        """The lines, as a list."""
        return {"said": list(self.said)}


@dataclass(frozen=True)
class Failed:
    """A line that failed, for programs; people are told on stderr."""

    message: str

    def lines(self, width: int) -> Iterable[str]:
        """Nothing."""
        return ()

    def json(self) -> Json:
        """The message."""
        return {"error": self.message}


class Chat:
    """A conversation at a terminal.

    Args:
        engine: answers.
        narrowing: what every search is narrowed to.
        dim: makes a line recede at a terminal.
        streamed: prints the sentences of one answer as they come; nothing does by default.
    """

    def __init__(
        self,
        engine: Answering,
        narrowing: Narrowing | None = None,
        dim: Callable[[str], str] = str,
        streamed: Callable[[], Streamed] | None = None,
    ) -> None:
        self._engine = engine
        self._narrowing = narrowing
        self._dim = dim
        self._streamed = streamed or (lambda: Streamed(0, lambda lines: None, live=False))
        self._conversation = Conversation()

    def reply(self, line: str) -> Reply | None:
        """What a line gives; None for an empty one.

        Raises:
            QuestionError: the question or the command is wrong.
            IndexStoreError: the index is empty, or cannot be read.
        """
        line = line.strip()
        if not line:
            return None
        if line.startswith("/"):
            return self._command(*line[1:].split())
        streamed = self._streamed()
        outcome = self._engine.ask(line, self._conversation, self._narrowing, streamed.listen)
        return Answered(outcome, self._dim, streamed.shown)

    def _command(self, name: str = "", *arguments: str) -> Reply:
        match name, arguments:
            case "new", ():
                self._conversation = Conversation()
                return Said(("a new conversation",))
            case "sources", ():
                return Sources(self._last())
            case "context", (number,):
                return self._context(number)
            case "context", ():
                return self._context("1")
            case "help", ():
                return Said(HELP)
        raise QuestionError(f"/{' '.join((name, *arguments))}: no such command; mend: see /help")

    def _last(self) -> Outcome:
        last = self._conversation.last
        if last is None:
            raise QuestionError("nothing has been asked yet; mend: ask a question first")
        return last.outcome

    def _context(self, number: str) -> Context:
        outcome = self._last()
        cited = {str(citation.n): citation for citation in _citations(outcome)}
        citation = cited.get(number.strip("[]"))
        if citation is None:
            known = ", ".join(cited) or "none"
            raise QuestionError(f"/context {number}: no such source; mend: give one of {known}")
        turn = citation.place.turn
        if turn is None:
            raise QuestionError(
                f"/context {number}: these words stand in no turn; mend: see them in "
                f"{where(citation.place, 'en')}"
            )
        around = range(max(0, turn - AROUND), turn + AROUND + 1)
        hits = self._engine.turns(citation.place.document, list(around))
        return Context(citation, outcome, tuple(hits))


def _citations(outcome: Outcome) -> tuple[Citation, ...]:
    """What an outcome cites; what comes closest, where it is no answer."""
    return outcome.citations if isinstance(outcome, Answer) else outcome.related


def run(
    chat: Chat,
    lines: Iterable[str],
    show: Callable[[Reply], None],
    complain: Callable[[str], None],
) -> int:
    """Answer line after line; an error is told in one line, and the next line is read.

    Ctrl-C while an answer is made gives that answer up.

    Args:
        chat: the conversation.
        lines: what is typed.
        show: prints a reply.
        complain: prints an error.

    Returns:
        How many lines failed.
    """
    failed = 0
    for line in lines:
        try:
            reply = chat.reply(line)
        except (AssistantError, IndexStoreError) as error:
            complain(str(error))
            failed += 1
        except KeyboardInterrupt:
            complain("stopped")
        else:
            if reply is not None:
                show(reply)
    return failed


def typed(prompt: str) -> Iterator[str]:
    """What is typed behind ``prompt``, until Ctrl-D; Ctrl-C clears the line."""
    while True:
        try:
            yield input(prompt)
        except KeyboardInterrupt:
            sys.stderr.write("\n")
        except EOFError:
            sys.stderr.write("\n")
            return


def history_file() -> Path:
    """Where what is typed is kept: in the user's folder of state."""
    return user_state_path("minutes-assistant") / "chat-history"


@contextmanager
def history(file: Path) -> Iterator[None]:
    """Keep what is typed in ``file``; nothing is kept without readline or where nothing may be written."""
    try:
        import readline
    except ImportError:  # Windows
        yield
        return
    readline.set_history_length(HISTORY)
    with suppress(OSError):
        readline.read_history_file(file)
    try:
        yield
    finally:
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)  # what is asked may be nobody else's business
            readline.write_history_file(file)


def one_line(reply: Reply) -> str:
    """A reply as one line of JSON."""
    return json.dumps(reply.json(), ensure_ascii=False)
