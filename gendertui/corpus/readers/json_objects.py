"""JSON: an object on each line, or an array of objects. Their keys are the columns."""

from __future__ import annotations

import codecs
from pathlib import Path

from gendertui.corpus.readers.json_stream import begins_json
from gendertui.corpus.readers.objects import object_records
from gendertui.corpus.readers.source import head, inner_name
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.records import Records
from gendertui.progress import Progress


def sniff(path: Path) -> bool:
    """Whether it begins with an object or with an array of objects; if named ``.jsonl``, whether any line does."""
    if not path.is_file():
        return False
    start = beginning(path)
    named = inner_name(path).lower().endswith((".jsonl", ".ndjson"))
    return begins_json(start) or (named and any(map(begins_json, start.split("\n"))))


def beginning(path: Path) -> str:
    """The first characters of a file, whether they are in UTF-8 or UTF-16."""
    data = head(path)
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if wide else "utf-8-sig", "ignore")


def files(path: Path) -> list[Path]:
    """The file itself."""
    return [path]


def records(path: Path, options: ReadingOptions, progress: Progress | None = None) -> Records:
    """Read the objects; a line that is none is reported and left out."""
    return object_records(path, options, progress)
