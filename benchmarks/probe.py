"""``python -m benchmarks.probe NAME ARGUMENTS``: one measurement, printed as one JSON line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from benchmarks import naive, ours, reader_speed, reading, scale

PROBES: dict[str, Callable[..., dict[str, Any]]] = {
    "ours-ingest": ours.ingest,
    "ours-ask": ours.ask,
    "help-imports": ours.help_imports,
    "reader-read": reader_speed.read,
    "scale-ingest": scale.ingest,
    "scale-ask": scale.ask,
    "reading-text": reading.text,
    "reading-pdf": reading.pdf,
    "reading-cores": reading.cores,
    "naive-ingest": naive.ingest,
    "naive-ask": naive.ask,
    "naive-ask-once": naive.ask_once,
}


def main() -> None:
    """Run the probe that the command line names."""
    name, arguments = sys.argv[1], json.loads(sys.argv[2])
    print(json.dumps(PROBES[name](**arguments)))


if __name__ == "__main__":
    main()
