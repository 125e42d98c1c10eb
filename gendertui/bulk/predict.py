"""Score files into a folder: what is there already stays, what is missing is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gendertui.bulk.folder import OutputFolder, totals
from gendertui.bulk.inputs import input_files
from gendertui.bulk.layout import Layout
from gendertui.bulk.plan import Stamp, make_plan
from gendertui.bulk.pool import Failure, Pool
from gendertui.bulk.request import Request
from gendertui.bulk.shard import Shard
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Count


@dataclass(frozen=True)
class Summary:
    """What a command has done, and what there is."""

    rows: int
    """Of its shard."""
    parts: int
    """Of its shard."""
    written: int
    """Parts that were missing, and are there now."""
    scored: int
    """Rows of its shard that have a score."""
    errors: dict[str, int] = field(default_factory=dict)
    """Why rows of its shard have none → how many."""
    missing: int = 0
    """Parts of other shards that are not there."""


@dataclass(frozen=True)
class Watch:
    """What is told while the work goes on."""

    found: Callable[[str, Layout], None]
    """Each file of a new input, and how it is read."""
    looked: Count
    """Bytes of a new input that were looked at, and all."""
    began: Callable[[int, int], None]
    """Parts that are done already, and all of this shard."""
    scored: Count
    """Rows that this command has scored, and all it has to."""


def score_files(request: Request, paths: Sequence[str], out: Path, shard: Shard, workers: int, watch: Watch) -> Summary:
    """Score the parts of a shard that are missing.

    :param paths: files and folders.
    :param out: the folder of the scores. It is made, or has some of the same scores already.
    :raises GendertuiError: the input or the model cannot be used, ``out`` has scores of something else, or a part
        could not be scored: then all others are.
    """
    found = input_files(paths, out)
    folder = OutputFolder(out, request.form)
    plan = folder.plan(
        request, found, lambda: make_plan(found, request.reading, request.part_bytes, watch.found, watch.looked)
    )
    stamps = tuple(Stamp.of(file.path) for file in plan.files)
    own = [part for part in plan.parts if shard.has(part.number)]
    missing = [part for part in own if folder.done(part) is None]
    watch.began(len(own) - len(missing), len(own))
    rows = sum(part.rows for part in missing)
    pool = Pool(request, out, stamps, workers)
    try:
        pool.run(missing, lambda done: watch.scored(done, rows))
    finally:
        done = folder.summarise(request, plan)
        folder.clear_leftovers()
    if pool.failures:
        raise _failed(pool.failures, len(missing))
    counts: dict[str, Any] = totals(done[part.number] for part in own)
    return Summary(
        sum(part.rows for part in own), len(own), len(missing), **counts, missing=len(plan.parts) - len(done)
    )


def _failed(failures: Sequence[Failure], parts: int) -> GendertuiError:
    first = min(failures, key=lambda failure: failure.part.number).error
    if len(failures) == 1 and parts == 1:
        return first
    return GendertuiError(
        f"{first.what} ({len(failures):,} of {parts:,} parts could not be scored, the others are)",
        where=first.where,
        hint=first.hint,
        code=ExitCode(first.code),
    )
