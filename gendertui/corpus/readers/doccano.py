"""doccano's JSON and JSON Lines: a text with the list of its labels, or with annotations that name them.

Its CSV, and JSON Lines of a text and a list of labels, are read as any other.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gendertui.corpus.readers.annotated import first_of
from gendertui.corpus.readers.json_stream import Object
from gendertui.corpus.readers.objects import Row, RowError, object_records, row_of, written
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.records import Records
from gendertui.progress import Progress

PARTS = "labels of parts of the text"
_LISTS = ("annotations", "labels", "label", "cats")
_ITS_OWN = ("annotation_approver", "Comments", "comments", "user", "entities", "relations")


def sniff(path: Path) -> bool:
    """Whether the first object has a text, and what only doccano writes beside it."""
    first = first_of(path)
    if not isinstance(first.get("text", first.get("data")), str):
        return False
    annotations = first.get("annotations")
    listed = isinstance(annotations, list) and all(isinstance(each, dict) for each in annotations)
    return listed or "annotation_approver" in first or "Comments" in first


def files(path: Path) -> list[Path]:
    """The file itself."""
    return [path]


def records(path: Path, options: ReadingOptions, progress: Progress | None = None) -> Records:
    """Read the texts; one whose parts are labelled, and not the whole, is reported and left out."""
    found = object_records(path, options, progress, _row)
    found.said = ReadingOptions(text="text", label="label")
    return found


def _row(value: Object) -> Row:
    rest = {key: each for key, each in value.items() if key not in (*_LISTS, *_ITS_OWN)}
    if "data" in rest and "text" not in rest:
        rest["text"] = rest.pop("data")
    return {**row_of(rest), "label": written(_labels(value))}


def _labels(value: Object) -> list[Any]:
    found: Any = next((value[key] for key in _LISTS if key in value), [])
    each_of = found if isinstance(found, list) else [found]
    labels = [each.get("label") if isinstance(each, dict) else each for each in each_of]
    parts = any(isinstance(each, dict) and "start_offset" in each for each in each_of)
    if parts or any(isinstance(label, list | dict) for label in labels):
        raise RowError(PARTS)
    return list(dict.fromkeys(labels))
