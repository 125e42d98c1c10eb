"""Label Studio's full JSON: tasks with their data and the annotations that people made of it.

Every control of its labelling interface (``sentiment``) becomes a column of what was chosen. The small JSON and the CSV
that it writes are read as any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from gendertui.corpus.readers.annotated import all_of, first_of
from gendertui.corpus.readers.json_stream import Object
from gendertui.corpus.readers.objects import Row, RowError, object_records, row_of, written
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.records import Records
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress

NO_TASK = "no task of Label Studio"
_LISTS = ("annotations", "completions")
_OF_PARTS = ("labels", "hypertextlabels", "paragraphlabels")


def sniff(path: Path) -> bool:
    """Whether the first object is a task: data, and a list of annotations."""
    return _is_task(first_of(path))


def _is_task(value: Object) -> bool:
    return isinstance(value.get("data"), dict) and any(isinstance(value.get(name), list) for name in _LISTS)


def files(path: Path) -> list[Path]:
    """The file itself."""
    return [path]


def records(path: Path, options: ReadingOptions, progress: Progress | None = None) -> Records:
    """Read the tasks; a task has the choice of most of its annotators, and none where they are divided.

    :raises GendertuiError: it has labels of parts of the texts only.
    """
    kinds = Counter(result.get("type") for value in all_of(path, options) for result in _results(value))
    if not any(kind in _CHOSEN for kind in kinds) and any(kind in _OF_PARTS for kind in kinds):
        raise GendertuiError(
            f"this has labels of parts of the texts ({kinds.total():,}), and none of a whole text",
            where=str(path),
            hint="Label the texts as wholes: <Choices> in the labelling interface of Label Studio.",
            code=ExitCode.DATA,
        )
    divided: Counter[str] = Counter()

    def convert(value: Object) -> Row:
        if not _is_task(value):
            raise RowError(NO_TASK)
        row = dict(row_of(value["data"]))
        row.setdefault("id", written(value.get("id")))
        for name, votes in _votes(value).items():
            column = f"{name}.choice" if name in value["data"] else name
            ranked = votes.most_common(2)
            tied = len(ranked) == 2 and ranked[0][1] == ranked[1][1]
            divided[name] += tied
            row[column] = None if tied else ranked[0][0]
        return row

    found = object_records(path, options, progress, convert)
    controls = [name for name in found.columns if name.removesuffix(".choice") in divided]
    found.said = ReadingOptions(label=controls[0] if len(controls) == 1 else None)
    found.batches = _noting(found.batches, found.notes, divided)
    return found


def _noting(batches: Iterator[pa.RecordBatch], notes: list[str], divided: Counter[str]) -> Iterator[pa.RecordBatch]:
    yield from batches
    notes += [
        f"{name}: the annotators are divided on {rows:,} {'row' if rows == 1 else 'rows'}, left without a value."
        for name, rows in divided.items()
        if rows
    ]


def _annotations(task: Object) -> list[Object]:
    """Those that were not taken back; only those that were made the truth, if any was."""
    listed = [each for name in _LISTS for each in task.get(name) or () if isinstance(each, dict)]
    kept = [each for each in listed if not each.get("was_cancelled") and not each.get("skipped")]
    return [each for each in kept if each.get("ground_truth")] or kept


def _results(task: Object) -> Iterator[dict[str, Any]]:
    for annotation in _annotations(task):
        results = annotation.get("result")
        yield from (each for each in results if isinstance(each, dict)) if isinstance(results, list) else ()


def _votes(task: Object) -> dict[str, Counter[str]]:
    """Control → what was chosen → how many chose it."""
    votes: dict[str, Counter[str]] = {}
    for result in _results(task):
        kind, value = result.get("type"), result.get("value")
        if kind in _CHOSEN and isinstance(value, dict):
            chosen = _CHOSEN[kind](value)
            if chosen is not None:
                votes.setdefault(str(result.get("from_name", kind)), Counter())[chosen] += 1
    return votes


def _taxonomy(value: dict[str, Any]) -> str | None:
    paths = value.get("taxonomy")
    return written(["/".join(map(str, path)) for path in paths]) if isinstance(paths, list) else None


_CHOSEN = {
    "choices": lambda value: written(value.get("choices")),
    "rating": lambda value: written(value.get("rating")),
    "taxonomy": _taxonomy,
}
