"""Files scored into a folder: what a second process is worth."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from pathlib import Path

import pytest

from gendertui.corpus.load import load
from gendertui.model import store
from tests.builders.command import COMMAND

pytestmark = pytest.mark.bench

LINES = 400_000
ROUNDS = 3


def seconds(path: Path, out: Path, workers: int) -> float:
    """From the command to its end, everything it imports included."""
    words = ["predict", "--model", str(store.shipped_folder()), "--file", str(path), "--out", str(out)]
    start = time.perf_counter()
    subprocess.run([*COMMAND, *words, "--workers", str(workers), "--part-size", "1MB"], check=True, capture_output=True)
    return time.perf_counter() - start


def test_two_processes_beside_one(tmp_path: Path) -> None:
    source = Path(__file__).resolve().parents[3] / "shared" / "data" / "collated_29_films.txt"
    texts = [
        " ".join(line.split()) for line in load(source if source.is_file() else "sample").column("text").to_pylist()
    ]
    path = tmp_path / "lines.txt"
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{texts[number % len(texts)]} {number}\n" for number in range(LINES))
    pairs = [tuple(seconds(path, tmp_path / f"{turn}-{k}", k) for k in (1, 2)) for turn in range(ROUNDS)]
    one, two = (statistics.median(pair[place] for pair in pairs) for place in (0, 1))
    ratio = statistics.median(first / second for first, second in pairs)
    print(
        f"\n{LINES:,} lines, {os.cpu_count()} cores: one process {LINES / one:,.0f} lines/s, two {LINES / two:,.0f}: "
        f"{ratio:.2f} × (start included)"
    )
