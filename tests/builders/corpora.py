"""Corpora: in memory, and files in the collated format with invented lines or words planted in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from gendertui.corpus.problems import Problems
from gendertui.corpus.reading.reading import Reading
from gendertui.corpus.reading.records import Records
from gendertui.corpus.schema import SCHEMA
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import FILM_UNITS, Units

SEPARATOR = " +++$+++ "


def made_corpus(
    columns: Mapping[str, Sequence[Any]],
    labels: tuple[str, str] = ("m", "f"),
    *,
    name: str = "made-up",
    units: Units = FILM_UNITS,
) -> Corpus:
    """A corpus in memory; columns that are not given are null."""
    size = len(columns["text"])
    table = pa.table({field.name: pa.array(columns.get(field.name, [None] * size), field.type) for field in SCHEMA})
    return Corpus(table, labels, (), Path(name), "collated", name, name, size, reading=Reading(units=units))


def records_of(columns: Mapping[str, Sequence[str | None]], problems: Problems | None = None) -> Records:
    """Records as a reader would give them, in one batch."""
    batch = pa.RecordBatch.from_pydict({name: pa.array(values, pa.string()) for name, values in columns.items()})
    return Records(tuple(columns), iter([batch]), problems or Problems())


def corpus_file(folder: Path, *texts: str) -> Path:
    """A corpus of one film with these texts, labelled m and f by turns."""
    rows = [
        SEPARATOR.join((f"L{number}", f"u{number % 2}", "m0", "NAME", "mf"[number % 2], text, "1"))
        for number, text in enumerate(texts)
    ]
    path = folder / "lines.txt"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


WORDS = ("we", "are", "here", "now", "Go", "away", "?", ".", "the", "blue", "door", "never", "said", "so", "it")


def collated(films: int = 24, lines: int = 24, seed: int = 0) -> str:
    """Seven fields a line, film by film, ids descending; ``moon`` is said by f three times as often as ``sun``."""
    generator = np.random.default_rng(seed)
    rows, number = [], films * lines
    for film in range(films):
        for _ in range(lines):
            label = generator.choice(["m", "f", "?"], p=[0.6, 0.3, 0.1])
            said = list(generator.choice(WORDS, generator.integers(1, 9)))
            said.append(generator.choice(["moon", "sun"], p=[0.75, 0.25] if label == "f" else [0.25, 0.75]))
            character = f"u{film * 2 + (label == 'f')}"
            fields = (f"L{number}", character, f"m{film}", "SOMEONE", label, " ".join(said), "?")
            rows.append(" +++$+++ ".join(fields))
            number -= 1
    return "\n".join(rows) + "\n"
