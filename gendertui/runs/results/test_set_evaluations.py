"""How often models have been evaluated on a split's test set, counted over all runs.

``test-readings.jsonl`` in the state folder has one line per evaluation and is only ever appended to. A reading is one
model judged on one test set: opening it for another run, or for a run that has trained on since, is another reading;
opening it again for the same weights shows the same figures and does not count.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendertui import files, paths, state_files
from gendertui.errors import ExitCode, GendertuiError

if TYPE_CHECKING:
    from gendertui.corpus.splits.split import Split

SCHEMA = 1


@dataclass(frozen=True)
class Reading:
    """One model judged on one test set."""

    data_hash: str
    """Hash of the corpus without labels changed by hand: another label is no other test set."""
    split: str
    """Hash of each row's set; see :meth:`gendertui.corpus.splits.split.Split.without_corrections`."""
    run: str
    """The run's name, for people; it may change."""
    created: float
    """When the run was created; survives renaming."""
    weights: str
    """sha256 of the model's weights file."""

    @property
    def identity(self) -> tuple[str, str, float, str]:
        """Lines that agree in this are the same evaluation."""
        return self.data_hash, self.split, self.created, self.weights


def count(data_hash: str, split: Split) -> int:
    """How often the test set of a split has been read.

    :param data_hash: of the corpus it is a split of.
    :raises GendertuiError: the list of evaluations cannot be read (code RUN).
    """
    try:
        data = state_files.read_bytes(paths.readings_file())
    except FileNotFoundError:
        return 0
    except ValueError as error:
        raise GendertuiError(
            f"the list of evaluations of test sets cannot be read: {error}",
            where=str(paths.readings_file()),
            code=ExitCode.RUN,
        ) from error
    return _count(data, *split.without_corrections(data_hash))


def record(reading: Reading) -> int:
    """Record an evaluation durably, unless it is recorded already; return how many that test set has now."""
    with files.open_appending(paths.readings_file()) as stream, files.waited_for(stream.fileno()):
        data = stream.read()
        if all(each.identity != reading.identity for each in _readings(data)):
            described = {"schema": SCHEMA, "time": time.time(), **dataclasses.asdict(reading)}
            data += files.append_json_line(stream, described)
    return _count(data, reading.data_hash, reading.split)


def _count(data: bytes, data_hash: str, split: str) -> int:
    return sum((reading.data_hash, reading.split) == (data_hash, split) for reading in _readings(data))


def _readings(data: bytes) -> Iterator[Reading]:
    """The evaluations in the file's complete lines."""
    names = [field.name for field in dataclasses.fields(Reading)]
    for row in state_files.parse_lines(data):
        if all(name in row for name in names):
            yield Reading(**{name: row[name] for name in names})
