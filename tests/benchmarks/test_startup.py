"""How long a person waits for the first answer, the first paint and the prompt, as ratios to bare imports.

Each figure is the median over interleaved runs of whole processes, so that a busy machine slows both sides. All run
in this process's session: Linux shares its processors out by session, and an app in one of its own is not measured like
the import beside it. Modules are compiled beforehand, as an installed program's are.
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
from pathlib import Path

import pytest

pytestmark = pytest.mark.bench

ROUNDS = 7
MARKS = {"first paint": b"5 Predict", "prompt": b"A line of dialogue", "first answer": b"at even odds"}
"""What stands on the screen then: the tabs, the prompt's frame, the answer's."""


@pytest.fixture(autouse=True)
def _compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the first, uncounted round compiles is kept."""
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)


def process_seconds(*arguments: str) -> float:
    """Wall seconds of one whole process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def start_seconds() -> dict[str, float]:
    """Wall seconds from starting the app on a 120×40 terminal of its own until each of :data:`MARKS` is on the screen.

    The line is typed as soon as the frame is painted: what it is written like is the first answer.
    """
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
    )
    os.close(terminal)
    seen = b""
    seconds: dict[str, float] = {}
    try:
        while len(seconds) < len(MARKS) and time.perf_counter() - start < 60:
            ready, _, _ = select.select([controller], [], [], 1.0)
            if not ready:
                continue
            seen += os.read(controller, 65536)
            now = time.perf_counter() - start
            for name, mark in MARKS.items():
                if mark in seen and name not in seconds:
                    seconds[name] = now
                    if name == "first paint":
                        os.write(controller, b"rain")
    finally:
        process.kill()
        process.wait()
        os.close(controller)
    assert seconds.keys() == MARKS.keys(), f"the app never got further than {list(seconds)}"
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


def test_the_help_against_import_torch() -> None:
    words = ("-m", "gendertui", "--help")
    process_seconds(*words)
    pairs = [(process_seconds(*words), process_seconds("-c", "import torch")) for _ in range(ROUNDS)]
    report("--help / import torch", [a for a, _ in pairs], [b for _, b in pairs])


def test_predict_a_scene_against_import_torch(tmp_path: Path) -> None:
    scene = tmp_path / "scene.txt"
    scene.write_text("WREN: The rain has stopped, sir.\nTOM: Then let us go, Wren.\nWREN: Go where?\n")
    words = ("-m", "gendertui", "predict", "--scene", str(scene))
    process_seconds(*words)
    pairs = [(process_seconds(*words), process_seconds("-c", "import torch")) for _ in range(ROUNDS)]
    report("predict --scene / import torch", [a for a, _ in pairs], [b for _, b in pairs])


def test_first_paint_against_import_textual() -> None:
    start_seconds()
    process_seconds("-c", "import textual.app")
    pairs = [(start_seconds(), process_seconds("-c", "import textual.app")) for _ in range(ROUNDS)]
    for name in MARKS:
        report(f"{name} / import textual.app", [a[name] for a, _ in pairs], [b for _, b in pairs])
