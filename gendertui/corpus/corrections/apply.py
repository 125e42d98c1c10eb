"""A corpus with the labels that were changed by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pyarrow as pa

from gendertui import paths
from gendertui.corpus.corrections.file import corrections_file, read
from gendertui.corpus.corrections.history import Changes, History, units_of
from gendertui.corpus.corrections.unit import decisions_by_row
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError


def corrected(corpus: Corpus, data_hash: str | None = None) -> Corpus:
    """The corpus with what was decided about its labels; itself where nothing was.

    All lines of a unit get the label decided on; those of a unit that was left out keep their place and have none.

    :param corpus: without corrections.
    :param data_hash: of the corpus as it is wanted: decisions taken since it had this hash are left aside. Where it
        never had, all are applied.
    :raises GendertuiError: the file of decisions is broken, or is about units that the corpus does not have.
    """
    history = read(corpus)
    if data_hash is not None:
        history = history.as_of(corpus.data_hash, data_hash) or history
    return with_history(corpus, history)


def with_history(corpus: Corpus, history: History) -> Corpus:
    """The corpus with these decisions; see :func:`corrected`."""
    changes = {key: entry for key, entry in history.in_force().items() if entry.changes}
    if not changes:
        return corpus
    keys = list(changes)
    deciding = decisions_by_row(corpus, keys)
    known = np.unique(deciding)
    absent = np.setdiff1d(np.arange(len(keys)), known)
    if len(absent):
        raise _unknown_unit(corpus, history, [keys[place] for place in absent.tolist()])
    table = corpus.table
    place = table.schema.get_field_index("label")
    decided = pa.array([changes[key].after for key in keys], pa.string())
    # Rows about which nothing was decided keep theirs: the labels as they are come after the decided ones.
    rows = np.where(deciding >= 0, deciding, len(keys) + np.arange(len(corpus)))
    labels = pa.concat_arrays([decided, *table.column("label").chunks]).take(pa.array(rows))
    lines = int(np.count_nonzero(deciding >= 0))
    counted = Changes.of(changes.values())
    about = units_of(changes.values(), corpus.units)
    note = f"{counted.words} ({about}; {lines:,} line{'' if lines == 1 else 's'})."
    return dataclasses.replace(
        corpus,
        table=table.set_column(place, table.schema.field(place), labels),
        data_hash=history.data_hash(corpus.data_hash),
        uncorrected=corpus,
        notes=(*corpus.notes, note),
    )


def _unknown_unit(corpus: Corpus, history: History, absent: list[object]) -> GendertuiError:
    path = corrections_file(corpus)
    # The first line is the head.
    line = next(number for number, entry in enumerate(history.entries, 2) if entry.key in absent)
    return GendertuiError(
        "this decision about a label is of a unit that the corpus does not have",
        where=f"{path}:{line}",
        hint=f"Take the line out, or move the file out of {paths.corrections_dir()}; --corrections off reads the "
        "corpus without it.",
        code=ExitCode.DATA,
    )
