"""Looking into a corpus: distinctive words, duplicates, a split's preview, beside the article's loop over its file.

Only the first has a target; `make bench` prints the figures.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gendertui.corpus.distinctive import distinctive_words
from gendertui.corpus.duplicates import find_duplicates
from gendertui.corpus.load import load
from gendertui.corpus.preview import preview
from gendertui.corpus.splits.split import make_split

pytestmark = pytest.mark.bench
ROUNDS = 3


def seconds(act: Callable[[], object]) -> float:
    """The quickest of a few rounds, in processor time of this process."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        act()
        times.append(time.process_time() - start)
    return min(times)


def test_inspection_of_a_corpus(shared_data: Path) -> None:
    path = shared_data / "collated_290_films.txt"
    corpus = load(path)
    split = make_split(corpus, "auto", 0)

    def bare() -> None:
        with path.open(encoding="latin-1", newline="\n") as lines:
            for line in lines:
                line.strip().split(" +++$+++ ")

    loop = seconds(bare)
    words = seconds(lambda: distinctive_words(corpus, split))
    print(f"the article's bare loop, {len(corpus):,} lines   {loop:6.2f} s")
    print(f"distinctive words                        {words:6.2f} s   to stay below 1")
    print(f"duplicates and near-duplicates           {seconds(lambda: find_duplicates(corpus)):6.2f} s")
    print(f"preview of a split, with its leaks       {seconds(lambda: preview(corpus, 'auto', 0, 'none')):6.2f} s")
    assert words < 1
