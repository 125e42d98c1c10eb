"""Loading, reopening and filtering a corpus of 304,713 rows, beside the article's bare loop over the same file.

CPU seconds of whole processes, in one run. The corpus is the shared one, repeated under new ids to the full one's size.
pandas, which pyarrow imports wherever it is installed, is kept out: it comes with the development tools only.
"""

from __future__ import annotations

import csv
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.bench

ROWS = 304_713
ROUNDS = 5
SEPARATOR = b" +++$+++ "

MEASURED = """
import json, resource, sys, time

class NoPandas:
    def find_spec(self, name, path=None, target=None):
        if name == "pandas":
            raise ImportError(name)

sys.meta_path.insert(0, NoPandas())
from gendertui.corpus.load import load

def seconds(act):
    start = time.process_time()
    found = act()
    return found, time.process_time() - start

corpus, first = seconds(lambda: (lambda corpus: (corpus, corpus.counts())[0])(load(sys.argv[1])))
_, again = seconds(lambda: load(sys.argv[1]))
from gendertui.corpus.query.filter import Filter

looked = Filter(corpus)
typed = []
for query in ("t", "th", "the", "the ", "the o", "honey", "label:f", "label:f honey", "/no+ way/", "len:>40"):
    start = time.perf_counter()
    looked.rows(query)
    typed.append(time.perf_counter() - start)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform != "darwin" else 1024**2)
print(json.dumps({"first": first, "again": again, "filter": max(typed) * 1000, "peak": peak}))
"""

BARE = """
import sys, time
start = time.process_time()
male_lines, female_lines = [], []
with open(sys.argv[1], encoding="latin-1", newline="\\n") as data:
    for line in data:
        line_no, chr_id, mov_id, chr_name, gender, text, credit = line.strip().split("+++$+++")
        if gender.strip().lower() == "m":
            male_lines.append(text)
        elif gender.strip().lower() == "f":
            female_lines.append(text)
print(time.process_time() - start)
"""


def repeated(source: Path, target: Path) -> None:
    lines = source.read_bytes().splitlines(keepends=True)
    with target.open("wb") as sink:
        for number in range(ROWS):
            again, place = divmod(number, len(lines))
            fields = lines[place].split(SEPARATOR)
            if again:
                fields[0] = b"L%d%06d " % (again, place)
                fields[1] = b"%b_%d" % (fields[1].strip(), again)
                fields[2] = b"%b_%d" % (fields[2].strip(), again)
            sink.write(SEPARATOR.join(fields))


def quoted(source: Path, target: Path) -> None:
    """The same rows as CSV with every field in quotation marks."""
    names = ("line_id", "character_id", "movie_id", "character", "gender", "text", "credit")
    with source.open(encoding="cp1252", newline="\n") as lines, target.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink, quoting=csv.QUOTE_ALL)
        writer.writerow(names)
        writer.writerows([field.strip() for field in line.split("+++$+++")] for line in lines)


def measured(path: Path, home: Path) -> dict[str, float]:
    environment = {**os.environ, "GENDERTUI_HOME": str(home)}
    command = [sys.executable, "-c", MEASURED, str(path)]
    answer: dict[str, float] = json.loads(
        subprocess.run(command, env=environment, check=True, capture_output=True).stdout
    )
    return answer


def bare(path: Path) -> float:
    return float(subprocess.run([sys.executable, "-c", BARE, str(path)], check=True, capture_output=True).stdout)


def test_a_corpus_of_full_size(shared_data: Path, tmp_path: Path) -> None:
    plain, table = tmp_path / "full.txt", tmp_path / "full.csv"
    repeated(shared_data / "collated_290_films.txt", plain)
    quoted(plain, table)
    first, again, as_csv, films = [], [], [], []
    for number in range(ROUNDS):
        loop = bare(plain)
        film = measured(plain, tmp_path / f"home{number}")
        columns = measured(table, tmp_path / f"home{number}")
        first.append(film["first"] / loop)
        again.append(film["first"] / film["again"])
        as_csv.append(columns["first"] / loop)
        films.append(film)
    print(f"first load / the article's bare loop      {statistics.median(first):6.2f}   to reach 3")
    print(f"first load / reopening                    {statistics.median(again):6.1f}   to reach 10")
    print(f"the same as quoted CSV / the bare loop    {statistics.median(as_csv):6.2f}   to reach 6")
    print(f"slowest filter, wall ms                   {max(each['filter'] for each in films):6.0f}")
    print(f"peak memory, MB                           {max(each['peak'] for each in films):6.0f}   to stay below 500")
