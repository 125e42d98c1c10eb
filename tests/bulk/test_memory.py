"""Memory does not grow with the input."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.builders.command import COMMAND, peak_memory

KILOBYTES = 1024 if sys.platform != "darwin" else 1


def written(path: Path, lines: int) -> Path:
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{'rain' if n % 3 else 'snow'} falls {n} times on {n % 977} roofs\n" for n in range(lines))
    return path


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_memory_is_flat_at_one_and_ten_million_lines(bundle: Path, tmp_path: Path) -> None:
    peaks = []
    for lines in (1_000_000, 10_000_000):
        path, out = written(tmp_path / f"{lines}.txt", lines), tmp_path / f"out-{lines}"
        # The same engine for both: which of them is quicker depends on how many lines there are.
        words = ["predict", "--model", str(bundle), "--device", "cpu", "--workers", "2", "--file", str(path)]
        peaks.append(peak_memory([*COMMAND, *words, "--out", str(out)]) * KILOBYTES / 1e6)
        assert json.loads((out / "_manifest.json").read_bytes())["scored"] == lines
    print(f"\npeak of the largest process at 1 and 10 million lines: {peaks[0]:.0f} and {peaks[1]:.0f} MB")
    assert peaks[1] < 1.1 * peaks[0] + 20
