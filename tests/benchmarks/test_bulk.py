"""Files scored into a folder: what a second process is worth."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from pathlib import Path

import pytest

from gendertui.corpus.load import load
from gendertui.model import store
from tests.builders.command import COMMAND

pytestmark = pytest.mark.bench

LINES = 1_000_000
ROUNDS = 2


def seconds(path: Path, out: Path, workers: int) -> tuple[float, float]:
    """Of the clock and of the processor, from the command to its end, everything it imports included."""
    words = ["predict", "--model", str(store.shipped_folder()), "--file", str(path), "--out", str(out)]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([*COMMAND, *words, "--workers", str(workers), "--part-size", "1MB"], check=True, capture_output=True)
    elapsed, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return elapsed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_two_processes_beside_one(tmp_path: Path) -> None:
    source = Path(__file__).resolve().parents[3] / "shared" / "data" / "collated_29_films.txt"
    corpus = load(source if source.is_file() else "sample")
    texts = [" ".join(line.split()) for line in corpus.column("text").to_pylist()]
    path = tmp_path / "lines.txt"
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{texts[number % len(texts)]} {number}\n" for number in range(LINES))
    pairs = [[seconds(path, tmp_path / f"{turn}-{workers}", workers) for workers in (1, 2)] for turn in range(ROUNDS)]
    clock = [one[0] / two[0] for one, two in pairs]
    rates = [LINES / statistics.median(pair[place][0] for pair in pairs) for place in (0, 1)]
    a_second = [LINES / statistics.median(pair[place][1] for pair in pairs) for place in (0, 1)]
    print(
        f"\n{LINES:,} lines, {os.cpu_count()} cores with a load of {os.getloadavg()[0]:.1f}: one process "
        f"{rates[0]:,.0f} lines/s, two {rates[1]:,.0f}: {statistics.median(clock):.2f} × by the clock; for a second of "
        f"a processor {a_second[0]:,.0f} and {a_second[1]:,.0f} lines, so that free cores would give "
        f"{2 * a_second[1] / a_second[0]:.2f} ×"
    )
