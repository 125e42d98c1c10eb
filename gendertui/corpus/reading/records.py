"""What a reader gives: the records of a file as they come."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from gendertui.corpus.problems import Problems
from gendertui.corpus.reading.decision import Decision
from gendertui.corpus.reading.options import NO_OPTIONS, ReadingOptions
from gendertui.corpus.reading.reading import Roles
from gendertui.corpus.units import Units

LINE = "\0line"
"""Column of a batch, int64: the line of the file, from 1, in which a record begins."""


@dataclass
class Records:
    """A file opened for reading: its columns, and its records a part at a time.

    Everything but ``columns`` may still change while ``batches`` are taken, and is final after the last one.
    """

    columns: tuple[str, ...]
    """Names of all columns, no two alike, in the file's order."""
    batches: Iterator[pa.RecordBatch]
    """Of ``columns``, every one of type string and null where there is no value; some thousand rows or MB each. May
    have :data:`LINE`, too. Where the file names classes, their names stand here in place of their numbers."""
    problems: Problems
    """Rows that were left out are in no batch and here."""
    roles: Roles | None = None
    """Which column is what, where the format itself says so; otherwise that is found out from their values."""
    units: Units | None = None
    """What groups and speakers are called, where the format says so; otherwise columns' names say it."""
    decisions: list[Decision] = field(default_factory=list)
    """About the format, the encoding, the delimiter and the quoting."""
    encoding: str = "utf-8"
    named: bool = True
    """Whether the columns have names of their own; those of a file without a header are numbered."""
    delimiter: str = ""
    """What separates fields, if anything: it joins a text that goes on in further columns."""
    notes: list[str] = field(default_factory=list)
    """Remarks on the file as a whole."""
    digest: Any = field(default_factory=hashlib.sha256)
    """sha256 over every byte read."""
    said: ReadingOptions = NO_OPTIONS
    """Columns that the format itself names, where it does not say of all what they are: those are not looked for, and
    others may be asked for in their place."""
