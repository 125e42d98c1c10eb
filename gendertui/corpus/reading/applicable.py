"""Whether a format has what was asked for: a Parquet file has no delimiter to choose."""

from __future__ import annotations

from pathlib import Path

from gendertui.corpus.reading.options import FLAGS, ReadingOptions
from gendertui.corpus.reading.records import Records
from gendertui.errors import ExitCode, GendertuiError

_BY_READER = ("encoding", "delimiter", "quoting", "header")
_COLUMNS = ("text", "label", "group", "id")


def check_applicable(path: Path, kind: str, records: Records, options: ReadingOptions) -> None:
    """Nothing where everything that was asked for has been heeded, or will be when the columns are chosen.

    :param kind: name of the format.
    :raises GendertuiError: the format leaves no choice about something that was asked for (code USAGE).
    """
    heeded = {decision.field for decision in records.decisions if decision.by == "asked"}
    chosen_here = _BY_READER if records.roles is None else (*_BY_READER, *_COLUMNS)
    asked = options.to_json()
    ignored = [name for name in chosen_here if name in asked and name not in heeded]
    if not ignored:
        return
    flags = " and ".join(FLAGS.get(name, name) for name in ignored)
    raise GendertuiError(
        f"{flags} cannot be chosen for this format ({kind}), which says it itself",
        where=str(path),
        hint=f"Leave out {flags}; if it is not of this format, name the right one: --format NAME.",
        code=ExitCode.USAGE,
    )
