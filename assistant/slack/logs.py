"""Logs in lines of JSON: what happened to which job, and no words of people or records."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

_FRAMES = 12
"""Frames of a failure that are told, the innermost ones."""

_OTHERS = ("slack_bolt", "slack_sdk", "slack_bolt.App", "cheroot", "httpx", "urllib3")
"""Libraries that would write whole payloads at the level of debugging."""


class JsonLines(logging.Formatter):
    """A record as one JSON object: time (ISO 8601, UTC), level, logger, message, error."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0]:
            told["error"] = where(*record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def where(
    kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
) -> str:
    """A failure as its type and place. What it says may quote what somebody asked."""
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    places = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
    return f"{kind.__name__ if kind else 'failure'} at {places}"


def set_up(level: int = logging.INFO) -> None:
    """Write this program's log to stderr, in lines of JSON.

    Libraries are heard from warnings on: below that they write what people say.

    Args:
        level: of this program's own lines.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _OTHERS:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    # It warns of how this program calls it, at each start.
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
