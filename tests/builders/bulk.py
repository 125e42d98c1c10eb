"""Files scored in parts: in this process, without a pool."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.dataset

from gendertui.bulk.folder import OutputFolder
from gendertui.bulk.inputs import input_files
from gendertui.bulk.plan import Plan, Stamp, make_plan
from gendertui.bulk.request import Request, model_hash
from gendertui.bulk.worker import Worker
from gendertui.corpus.reading.options import NO_OPTIONS, ReadingOptions
from gendertui.model.bundle.bundle import Bundle


def request_for(bundle: Path, **changes: Any) -> Request:
    """What is asked for of a model, everything else as it is left out."""
    opened = Bundle.load(bundle)
    return Request(str(bundle), opened.name, model_hash(opened), **changes)


def planned(paths: Sequence[Path | str], options: ReadingOptions = NO_OPTIONS, part_bytes: int = 10**6) -> Plan:
    """The parts of files."""
    return make_plan([str(path) for path in paths], options, part_bytes, lambda *_: None, lambda *_: None)


def score_here(request: Request, paths: Sequence[Path | str], out: Path, numbers: Sequence[int] | None = None) -> Plan:
    """Write the parts of these numbers, all by default, that are missing."""
    found = input_files([str(path) for path in paths], out)
    folder = OutputFolder(out, request.form)
    plan = folder.plan(request, found, lambda: planned(found, request.reading, request.part_bytes))
    stamps = [Stamp.of(file.path) for file in plan.files]
    worker = Worker(request, out, plan, stamps, SimpleNamespace(value=0), SimpleNamespace(value=0))
    for part in plan.parts:
        if (numbers is None or part.number in numbers) and folder.done(part) is None:
            worker.score(part)
    folder.summarise(request, plan)
    folder.clear_leftovers()
    return plan


def table_of(out: Path) -> pa.Table:
    """What a program that reads folders of Parquet finds."""
    return pyarrow.dataset.dataset(out, format="parquet").to_table()


def contents(out: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones too."""
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
