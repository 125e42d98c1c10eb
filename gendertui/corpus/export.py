"""Write a corpus for other programs: the article's four files, CSV, JSON Lines, Parquet, fastText.

Rows are written as they are taken from the memory-mapped table, so that memory does not grow with the corpus. CSV, JSON
Lines and Parquet are read back as the same table (an empty value and none are one in CSV); fastText has labels and
texts alone.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from gendertui import files
from gendertui.arrays import Ints
from gendertui.corpus.balance import balance
from gendertui.corpus.reading.labels import FILM_LABELS
from gendertui.corpus.splits.split import TRAIN, VALIDATION, make_split
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError

ARTICLE_SEED = 42
FASTTEXT_LABEL = "__label__"
_BATCH_ROWS = 16_384
_LINE_BREAK = re.compile(r"\r\n|\r|\n")

Write = Callable[[IO[bytes]], None]
"""Writes the content of one file."""


@dataclass
class Exported:
    """What an export wrote."""

    files: list[Path] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What the format cannot hold: sentences with numbers of rows."""


def export(corpus: Corpus, folder: Path, file_format: str) -> Exported:
    """Write ``corpus`` into ``folder``.

    :param file_format: one of :data:`FORMATS`.
    :raises GendertuiError: the format is unknown (code USAGE), or a file of that name is there already (code DATA).
    """
    if file_format not in FORMATS:
        raise GendertuiError(
            f"there is no export format {file_format!r}", hint=f"Formats: {', '.join(FORMATS)}.", code=ExitCode.USAGE
        )
    done = Exported()
    contents = FORMATS[file_format](corpus, done.notes)
    taken = [name for name in contents if (folder / name).exists()]
    if taken:
        raise GendertuiError(
            f"{', '.join(taken)} would be overwritten",
            where=str(folder),
            hint="Choose another folder, or move the old files away.",
            code=ExitCode.DATA,
        )
    with ExitStack() as stack:
        # None takes its name before all are written.
        streams = {name: stack.enter_context(files.open_atomic(folder / name)) for name in contents}
        for name, write in contents.items():
            write(streams[name])
    done.files = [folder / name for name in contents]
    return done


class _Rows:
    """File wrapper that ends each row in LF instead of the csv module's CR LF; the module writes one row per call."""

    def __init__(self, sink: io.StringIO) -> None:
        self._sink = sink

    def write(self, row: str) -> int:
        return self._sink.write(row.removesuffix("\r\n") + "\n")


def _write_csv(stream: IO[bytes], header: Sequence[str], parts: Iterable[Iterable[Sequence[Any]]]) -> None:
    """CSV with LF line ends, quoted only where necessary."""
    for part in chain([[header]], parts):
        buffer = io.StringIO(newline="")
        # The csv module leaves a lone CR bare unless rows end in one, and every reader takes it for the end of a row.
        csv.writer(_Rows(buffer), lineterminator="\r\n").writerows(part)
        stream.write(buffer.getvalue().encode())


def _article(corpus: Corpus, notes: list[str]) -> dict[str, Write]:
    codes = corpus.label_codes()
    split = make_split(corpus, "tutorial", 0)

    def by_class(rows: Ints) -> Ints:
        return np.concatenate([rows[codes[rows] == 0], rows[codes[rows] == 1]])

    train = by_class(split.rows(TRAIN))
    train = balance(train, codes[train], "oversample", ARTICLE_SEED).rows
    test = by_class(split.rows(VALIDATION))
    if corpus.labels != FILM_LABELS:
        notes.append(
            f"male.txt has the lines labelled {corpus.labels[0]}, female.txt those labelled {corpus.labels[1]}."
        )

    def table(rows: Ints, *, strip: bool) -> Write:
        def part(start: int) -> Iterator[Sequence[Any]]:
            here = rows[start : start + _BATCH_ROWS]
            texts = _spaced(corpus.column("text").take(here).to_pylist())
            for place, (text, code) in enumerate(zip(texts, codes[here].tolist(), strict=True), start):
                yield place, text.strip() if strip else text, code

        parts = (part(start) for start in range(0, len(rows), _BATCH_ROWS))
        return lambda stream: _write_csv(stream, ["", "text", "target"], parts)

    def lines(code: int) -> Write:
        def write(stream: IO[bytes]) -> None:
            rows = np.flatnonzero(codes == code)
            for start in range(0, len(rows), _BATCH_ROWS):
                texts = corpus.column("text").take(rows[start : start + _BATCH_ROWS]).to_pylist()
                stream.write("".join(f"{text}\n" for text in _spaced(texts)).encode())

        return write

    return {
        "male.txt": lines(0),
        "female.txt": lines(1),
        "train.csv": table(train, strip=True),
        "test.csv": table(test, strip=False),
    }


def _spaced(texts: list[str]) -> Iterator[str]:
    # Between its separators a text has one space on each side; the article strips them in train alone.
    return (f" {text} " for text in texts)


def _filled(corpus: Corpus) -> pa.Table:
    """The table without columns that hold nothing; label and text always."""
    names = [name for name in corpus.table.column_names if name in ("label", "text") or corpus.has(name)]
    return corpus.table.select(names)


def _csv(corpus: Corpus, notes: list[str]) -> dict[str, Write]:
    table = _filled(corpus)
    parts = (
        zip(*(column.to_pylist() for column in batch.columns), strict=True)
        for batch in table.to_batches(max_chunksize=_BATCH_ROWS)
    )
    return {"lines.csv": lambda stream: _write_csv(stream, table.column_names, parts)}


def _jsonl(corpus: Corpus, notes: list[str]) -> dict[str, Write]:
    def write(stream: IO[bytes]) -> None:
        for batch in _filled(corpus).to_batches(max_chunksize=_BATCH_ROWS):
            # Every key in every row: readers look for columns in the first ones.
            stream.write("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in batch.to_pylist()).encode())

    return {"lines.jsonl": write}


def _parquet(corpus: Corpus, notes: list[str]) -> dict[str, Write]:
    def write(stream: IO[bytes]) -> None:
        with pq.ParquetWriter(stream, corpus.table.schema, compression="zstd") as writer:
            writer.write_table(corpus.table, row_group_size=_BATCH_ROWS * 8)

    return {"lines.parquet": write}


def _fasttext(corpus: Corpus, notes: list[str]) -> dict[str, Write]:
    labels = [FASTTEXT_LABEL + "_".join(label.split()) for label in corpus.labels]
    if renamed := [label for label in corpus.labels if label.split() != [label]]:
        notes.append(f"A label is one word there: {', '.join(renamed)} has _ in place of spaces.")

    def write(stream: IO[bytes]) -> None:
        changed = unlabelled = tagged = 0
        codes = corpus.label_codes()
        start = 0
        for batch in corpus.table.select(["text"]).to_batches(max_chunksize=_BATCH_ROWS):
            rows = []
            for code, text in zip(
                codes[start : start + batch.num_rows].tolist(), batch.column(0).to_pylist(), strict=True
            ):
                if code < 0:
                    unlabelled += 1
                elif FASTTEXT_LABEL in text:
                    tagged += 1
                else:
                    line = _LINE_BREAK.sub(" ", text).lstrip()
                    changed += line != text
                    rows.append(f"{labels[code]} {line}\n")
            start += batch.num_rows
            stream.write("".join(rows).encode())
        for count, one, many in (
            (unlabelled, "has no label, and is left out", "have no label, and are left out"),
            (
                tagged,
                f"has {FASTTEXT_LABEL} in its text, and is left out",
                f"have {FASTTEXT_LABEL} in their texts, and are left out",
            ),
            (
                changed,
                "has a space for each line break, and none at the beginning",
                "have a space for each line break, and none at the beginning",
            ),
        ):
            if count:
                notes.append(f"1 row {one}." if count == 1 else f"{count:,} rows {many}.")

    return {"lines.fasttext.txt": write}


FORMATS: dict[str, Callable[[Corpus, list[str]], dict[str, Write]]] = {
    "article": _article,
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
    "fasttext": _fasttext,
}
"""Name → a function of the corpus and of a list for notes (final once all is written): file name → what writes it."""
