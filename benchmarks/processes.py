"""Measurements in processes of their own, and what is common to them."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")

_MEBI = 1024 * 1024


def environment() -> dict[str, str]:
    """The environment of every measured process: as here, and no look at a network."""
    return os.environ | {
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_VERBOSITY": "error",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "ANONYMIZED_TELEMETRY": "False",
    }


def run_probe(name: str, **arguments: object) -> dict[str, Any]:
    """What ``python -m benchmarks.probe name`` measures with ``arguments`` (JSON values)."""
    command = [sys.executable, "-m", "benchmarks.probe", name, json.dumps(arguments)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"benchmarks: {name} failed:\n{done.stderr.strip()[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def wall_seconds(command: Sequence[str]) -> float:
    """Seconds from the start of ``command`` to its end."""
    started = time.perf_counter()
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(f"benchmarks: {' '.join(command)} failed:\n{done.stderr.strip()[-2000:]}")
    return seconds


def timed(action: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> tuple[float, _T]:
    """(seconds, result) of one call."""
    started = time.perf_counter()
    result = action(*args, **kwargs)
    return time.perf_counter() - started, result


def peak_memory() -> float:
    """The most memory that this process had resident so far, in MiB.

    Linux counts the process that started this one into ``ru_maxrss``, but not into VmHWM.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.MULTILINE)
        if found:
            return int(found.group(1)) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (_MEBI if sys.platform == "darwin" else 1024)


def folder_size(folder: Path) -> float:
    """The files below ``folder``, in MiB."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / _MEBI


def progress(message: str) -> None:
    """A line on stderr."""
    print(f"benchmarks: {message}", file=sys.stderr, flush=True)
