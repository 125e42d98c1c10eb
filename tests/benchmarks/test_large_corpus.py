"""A corpus of ten million rows: memory, and how long a filter takes, in a process of its own.

The file, some 600 MB, is generated from the bundled messages. Time is given beside a bare loop over the same file.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gendertui.corpus.samples import SAMPLES

pytestmark = pytest.mark.bench

ROWS = 10_000_000
BLOCK = 100_000

MEASURED = """
import json, resource, sys, time
from gendertui.corpus.load import load

def seconds(act):
    start = time.perf_counter()
    found = act()
    return found, round(time.perf_counter() - start, 2)

corpus, first = seconds(lambda: load(sys.argv[1]))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
again, reopened = seconds(lambda: load(sys.argv[1]))
facts = {"rows": len(corpus), "left out": sum(corpus.left_out.values()), "first load s": first, "reopened s": reopened}
facts["peak MB while loading"] = peak // (1024 if sys.platform != "darwin" else 1024**2)
from gendertui.corpus.query.filter import Filter
found = Filter(again)
for query in ("tomorrow", "label:work tomorrow", "author:ines", "len:>40"):
    rows, facts["filter " + query + " s"] = seconds(lambda: found.rows(query))
try:
    # What of the mapped table is in memory is the system's to drop.
    own = next(line for line in open("/proc/self/status") if line.startswith("RssAnon")).split()[1]
    facts["its own MB after the filters"] = int(own) // 1024
except OSError:
    pass
print(json.dumps(facts))
"""


def generated(path: Path) -> None:
    with SAMPLES["messages"].path.open(encoding="utf-8", newline="") as stream:
        rows = [(row["author"], row["label"], row["text"]) for row in csv.DictReader(stream)]
    with path.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink, lineterminator="\n")
        writer.writerow(("id", "author", "label", "text"))
        for start in range(0, ROWS, BLOCK):
            block = range(start, start + BLOCK)
            writer.writerows((number, *rows[number * 7919 % len(rows)]) for number in block)


def bare_loop(path: Path) -> float:
    start = time.perf_counter()
    with path.open(encoding="utf-8", newline="") as stream:
        for _ in csv.reader(stream):
            pass
    return time.perf_counter() - start


def test_ten_million_rows(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    generated(path)
    result = subprocess.run([sys.executable, "-c", MEASURED, str(path)], capture_output=True, text=True, check=True)
    facts = json.loads(result.stdout)
    facts["file MB"] = path.stat().st_size // 2**20
    facts["csv.reader alone s"] = round(bare_loop(path), 2)
    for name, value in facts.items():
        print(f"{name:<28} {value:>14,}")
    assert facts["rows"] + facts["left out"] == ROWS
    assert facts["peak MB while loading"] < 1_500
