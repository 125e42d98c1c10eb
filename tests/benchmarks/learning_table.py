"""The learning table of ``RESULTS.md``: what the presets reach beside TF-IDF, on corpora of every size.

    python -m tests.benchmarks.learning_table --films PATH --headlines PATH --out FILE.jsonl

trains what FILE.jsonl does not hold yet, a row for each corpus, size, preset and seed, and prints the table. A path
left out leaves its corpora out. The rest is generated here: ``separable`` (a linear model tells all of it apart),
``xor`` (no word and no pair of neighbours says anything, two words apart from each other say everything) and
``noise``.

Of a corpus a seed draws the lines that are used, and their train, validation and test sets (70, 15 and 15 %). Where
there are more lines than that, up to 20,000 of the others are tested on as well, so that a corpus of 500 lines is
judged by more than 75. Films are split by film. Thresholds are those of calibrations fitted on validation; nothing is
chosen on test lines.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import t

from gendertui.arrays import Floats
from gendertui.corpus.load import load
from gendertui.corpus.splits import RANDOM
from gendertui.corpus.splits.by_group import FRACTIONS, usable
from gendertui.corpus.splits.split import TEST, UNUSED, Split, make_split
from gendertui.corpus.splits.stratified import assign_lines
from gendertui.corpus.table import Corpus
from gendertui.evaluation.metrics import calibration, point
from gendertui.training import bulk
from gendertui.training.config import preset
from gendertui.training.crossvalidation import train_once
from gendertui.training.prepare import Prepared, prepare

PRESETS = ("quick", "best")
FURTHER_TEST_ROWS = 20_000
GENERATED_ROWS = 70_000
WORDS = 300
SIZES = (500, 5_000, 50_000)
SEEDS, GENERATED_SEEDS = 5, 3


# Corpora


def filler(generator: np.random.Generator, fewest: int, most: int) -> list[str]:
    """Words of Zipf's frequencies that say nothing."""
    frequencies = 1 / np.arange(1, WORDS + 1)
    drawn = generator.choice(WORDS, generator.integers(fewest, most), p=frequencies / frequencies.sum())
    return [f"w{number}" for number in drawn]


def separable(generator: np.random.Generator) -> tuple[str, str]:
    """Two of the 20 words of its label stand among the others."""
    label = "ab"[generator.integers(2)]
    words = filler(generator, 4, 12)
    for number in generator.choice(20, 2):
        words.insert(int(generator.integers(len(words) + 1)), f"{label}{number}")
    return label, " ".join(words)


def xor(generator: np.random.Generator) -> tuple[str, str]:
    """One of two words at each of two places that are no neighbours, in either order."""
    first, second = generator.integers(2, size=2)
    words = filler(generator, 6, 14)
    places = generator.choice(len(words) // 2, 2, replace=False) * 2
    words[places[0]], words[places[1]] = ("red", "green")[first], ("north", "south")[second]
    return "ab"[int(first != second)], " ".join(words)


def noise(generator: np.random.Generator) -> tuple[str, str]:
    """The label is drawn by itself."""
    return "ab"[generator.integers(2)], " ".join(filler(generator, 4, 14))


GENERATED: dict[str, Callable[[np.random.Generator], tuple[str, str]]] = {
    "separable": separable,
    "xor": xor,
    "noise": noise,
}


def generated(name: str, folder: Path) -> Corpus:
    """A generated corpus of :data:`GENERATED_ROWS` lines."""
    generator, path = np.random.default_rng(7), folder / f"{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(("label", "text"))
        writer.writerows(GENERATED[name](generator) for _ in range(GENERATED_ROWS))
    return load(path)


def split_of(corpus: Corpus, rows: int | None, seed: int) -> Split:
    """Whole groups where there are groups, else ``rows`` lines drawn by ``seed``; by default all."""
    if rows is None:
        return make_split(corpus, "auto", seed)
    generator = np.random.default_rng((seed, rows))
    drawn = generator.permutation(np.flatnonzero(usable(corpus)))
    used = np.sort(drawn[:rows])
    assignment = np.full(len(corpus), UNUSED, np.int8)
    assignment[drawn[rows : rows + FURTHER_TEST_ROWS]] = TEST
    assignment[used] = assign_lines(corpus.label_codes()[used], list(FRACTIONS), generator)
    return Split(assignment, RANDOM, RANDOM, seed, FRACTIONS, {})


# Measuring


def balanced_accuracy(prepared: Prepared, validation: Floats, test: Floats) -> float:
    """Of the test rows, with the threshold of validation."""
    labels = prepared.encoded.labels
    fitted = calibration.fit(validation, labels[prepared.validation_rows])
    return float(point.balanced_accuracy(fitted.slope * test + fitted.intercept, labels[test_rows(prepared)]))


def test_rows(prepared: Prepared) -> Any:
    rows = prepared.split.rows(TEST)
    return rows[prepared.encoded.lengths[rows] > 0]


def measure(corpus: Corpus, rows: int | None, name: str, seed: int) -> dict[str, Any]:
    """Train a preset, and say what it and TF-IDF reach on the same test lines."""
    begun = time.process_time()
    prepared = prepare(preset(name), corpus, split=split_of(corpus, rows, seed))
    held_out, tested = prepared.validation_rows, test_rows(prepared)
    result = train_once(prepared, lambda _name, _done, _total: None)
    baseline = prepared.baselines[1]
    validation, test = (
        bulk.logits_of_weights(prepared, result.weights, which).astype(np.float64) for which in (held_out, tested)
    )
    return {
        "preset": name,
        "seed": seed,
        "tfidf": balanced_accuracy(prepared, baseline.validation_logits, baseline.logits(tested)),
        "reached": balanced_accuracy(prepared, validation, test),
        "epoch": result.epoch,
        "epochs": result.epochs,
        "share": result.mixture.share if result.mixture else None,
        "still_learning": result.still_learning,
        "test_rows": len(tested),
        "cpu_seconds": round(time.process_time() - begun, 1),
    }


def cases(films: Path | None, headlines: Path | None, folder: Path) -> Iterator[tuple[str, Corpus, int | None, int]]:
    """Name, corpus, lines used and number of seeds."""
    if films is not None:
        yield "films", load(films), None, SEEDS
    if headlines is not None:
        corpus = load(headlines)
        for rows in (1_000, 5_000, None):
            yield "headlines", corpus, rows, SEEDS
    for name in GENERATED:
        corpus = generated(name, folder)
        for rows in SIZES:
            yield name, corpus, rows, GENERATED_SEEDS


# The table


def mean(values: list[float]) -> str:
    """Mean and its 95 % interval over seeds (Student's t), in per cent."""
    numbers = 100 * np.array(values)
    if len(numbers) < 2:
        return f"{numbers.mean():.1f}"
    half = t.ppf(0.975, len(numbers) - 1) * numbers.std(ddof=1) / np.sqrt(len(numbers))
    return f"{numbers.mean():.1f} ({numbers.mean() - half:.1f} to {numbers.mean() + half:.1f})"


def table(rows: list[dict[str, Any]]) -> Iterator[str]:
    yield "| corpus | lines | seeds | TF-IDF % | " + " | ".join(f"{name} %, less TF-IDF" for name in PRESETS) + " |"
    yield "|" + "---|" * (4 + len(PRESETS))
    for corpus, lines in dict.fromkeys((row["corpus"], row["lines"]) for row in rows):
        here = [row for row in rows if (row["corpus"], row["lines"]) == (corpus, lines)]
        cells = []
        for name in PRESETS:
            of = [row for row in here if row["preset"] == name]
            less = mean([row["reached"] - row["tfidf"] for row in of]) if of else ""
            cells.append(f"{mean([row['reached'] for row in of])}, {less}" if of else "")
        linear = mean([row["tfidf"] for row in here if row["preset"] == here[0]["preset"]])
        seeds = len({row["seed"] for row in here})
        yield f"| {corpus} | {lines:,} | {seeds} | {linear} | " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=Path)
    parser.add_argument("--headlines", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    done = [json.loads(line) for line in options.out.read_text().splitlines()] if options.out.exists() else []
    with tempfile.TemporaryDirectory() as folder:
        for name, corpus, rows, seeds in cases(options.films, options.headlines, Path(folder)):
            lines = rows or int(usable(corpus).sum())
            for seed in range(seeds):
                for which in PRESETS:
                    key = {"corpus": name, "lines": lines, "preset": which, "seed": seed}
                    if any(key.items() <= row.items() for row in done):
                        continue
                    done.append({**key, **measure(corpus, rows, which, seed)})
                    with options.out.open("a") as stream:
                        stream.write(json.dumps(done[-1]) + "\n")
                    print(done[-1], flush=True)
    print("\n".join(table(done)))


if __name__ == "__main__":
    main()
