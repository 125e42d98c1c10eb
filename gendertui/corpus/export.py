"""Write a corpus for other programs: the article's four files, CSV or Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from gendertui import files
from gendertui.arrays import Ints
from gendertui.corpus.balance import balance
from gendertui.corpus.splits.split import TRAIN, VALIDATION, make_split
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError

ARTICLE_SEED = 42


def export(corpus: Corpus, folder: Path, file_format: str) -> list[Path]:
    """Write ``corpus`` into ``folder``; returns the files written.

    :param file_format: ``article`` (``male.txt``, ``female.txt``, ``train.csv``, ``test.csv``), ``csv`` or ``parquet``.
    :raises GendertuiError: the format is unknown, or a file of that name is there already.
    """
    if file_format not in FORMATS:
        raise GendertuiError(
            f"there is no export format {file_format!r}", hint=f"Formats: {', '.join(FORMATS)}.", code=ExitCode.USAGE
        )
    contents = FORMATS[file_format](corpus)
    taken = [name for name in contents if (folder / name).exists()]
    if taken:
        raise GendertuiError(
            f"{', '.join(taken)} would be overwritten",
            where=str(folder),
            hint="Choose another folder, or move the old files away.",
            code=ExitCode.DATA,
        )
    for name, data in contents.items():
        files.write_atomic(folder / name, data)
    return [folder / name for name in contents]


def _table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """CSV with LF line ends, quoted only where necessary."""
    buffer = io.StringIO(newline="")
    # The csv module leaves a lone CR bare unless rows end in one, and every reader takes it for the end of a row.
    writer = csv.writer(_Rows(buffer), lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue().encode()


class _Rows:
    """File wrapper that ends each row in LF instead of the csv module's CR LF; the module writes one row per call."""

    def __init__(self, sink: io.StringIO) -> None:
        self._sink = sink

    def write(self, row: str) -> int:
        return self._sink.write(row.removesuffix("\r\n") + "\n")


def _article(corpus: Corpus) -> dict[str, bytes]:
    # Between its separators a text has one space on each side; the article strips them in train alone.
    texts = np.array([f" {text} " for text in corpus.column("text").to_pylist()], dtype=object)
    codes = corpus.label_codes()
    split = make_split(corpus, "tutorial", 0)

    def by_class(rows: Ints) -> Ints:
        return np.concatenate([rows[codes[rows] == 0], rows[codes[rows] == 1]])

    train = by_class(split.rows(TRAIN))
    train = balance(train, codes[train], "oversample", ARTICLE_SEED).rows
    test = by_class(split.rows(VALIDATION))

    def table(rows: Ints, strip: bool) -> bytes:
        return _table(
            ["", "text", "target"],
            (
                (place, texts[row].strip() if strip else texts[row], int(codes[row]))
                for place, row in enumerate(rows.tolist())
            ),
        )

    def lines(code: int) -> bytes:
        return "".join(f"{text}\n" for text in texts[codes == code]).encode()

    return {
        "male.txt": lines(0),
        "female.txt": lines(1),
        "train.csv": table(train, True),
        "test.csv": table(test, False),
    }


def _csv(corpus: Corpus) -> dict[str, bytes]:
    rows = zip(*(column.to_pylist() for column in corpus.table.columns), strict=True)
    return {"lines.csv": _table(corpus.table.column_names, rows)}


def _parquet(corpus: Corpus) -> dict[str, bytes]:
    sink = pa.BufferOutputStream()
    pq.write_table(corpus.table, sink, compression="zstd")
    return {"lines.parquet": sink.getvalue().to_pybytes()}


FORMATS: dict[str, Callable[[Corpus], dict[str, bytes]]] = {"article": _article, "csv": _csv, "parquet": _parquet}
