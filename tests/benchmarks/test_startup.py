"""How long a person waits for the first answer and the first paint, as ratios to bare imports.

Each figure is the median over interleaved runs of whole processes, so that a busy machine slows both sides.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import termios
import time

import pytest

pytestmark = pytest.mark.bench

ROUNDS = 7


def process_seconds(*arguments: str) -> float:
    """Wall seconds of one whole process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def first_paint_seconds() -> float:
    """Wall seconds from starting the app on a 120×40 terminal of its own to its prompt standing on the screen."""
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "gendertui"],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,  # where Textual draws
        env=environment,
        start_new_session=True,
    )
    os.close(terminal)
    seen = b""
    try:
        while b"Predict" not in seen and time.perf_counter() - start < 60:
            ready, _, _ = select.select([controller], [], [], 1.0)
            if ready:
                seen += os.read(controller, 65536)
        seconds = time.perf_counter() - start
    finally:
        process.kill()
        process.wait()
        os.close(controller)
    assert b"Predict" in seen, "the app never painted its tabs"
    return seconds


def report(name: str, ours: list[float], theirs: list[float]) -> None:
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    print(
        f"\n{name}: ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}), "
        f"medians {statistics.median(ours):.3f} s and {statistics.median(theirs):.3f} s, {len(ratios)} rounds"
    )


def test_predict_against_import_torch() -> None:
    line = ("-m", "gendertui", "predict", "I will be there before the rain starts.")
    process_seconds(*line)
    process_seconds("-c", "import torch")
    pairs = [(process_seconds(*line), process_seconds("-c", "import torch")) for _ in range(ROUNDS)]
    report("predict / import torch", [a for a, _ in pairs], [b for _, b in pairs])


def test_first_paint_against_import_textual() -> None:
    first_paint_seconds()
    process_seconds("-c", "import textual.app")
    pairs = [(first_paint_seconds(), process_seconds("-c", "import textual.app")) for _ in range(ROUNDS)]
    report("first paint / import textual.app", [a for a, _ in pairs], [b for _, b in pairs])
