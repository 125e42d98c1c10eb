"""One process that scores parts: a part at a time, written aside and renamed when it is whole."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

from gendertui import files
from gendertui.bulk.folder import Done, OutputFolder
from gendertui.bulk.outputs import Columns, writer
from gendertui.bulk.plan import Part, Plan, Stamp, changed
from gendertui.bulk.request import Request, model_hash
from gendertui.bulk.rows import PartReader
from gendertui.bulk.scorer import BulkScorer, engine_of
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model.bundle.bundle import Bundle


class StoppedError(Exception):
    """The work was told to stop; the part it was at is not written."""


@dataclass
class Worker:
    """What a process scores parts with. Everything is opened when it is first needed.

    :param stamps: of the files of the input, as they were when the command began.
    :param stop: a shared number; nothing is begun, and nothing ended, once it is not 0.
    :param scored: a shared number: rows of the part that is worked on.
    """

    request: Request
    out: Path
    plan: Plan
    stamps: Sequence[Stamp]
    stop: Any
    scored: Any

    def score(self, part: Part) -> Done:
        """Write the scores of a part, and its record.

        :raises StoppedError: it was told to stop.
        :raises GendertuiError: the input cannot be read, the model cannot answer, or the output cannot be written.
        """
        folder = OutputFolder(self.out, self.request.form)
        path = folder.file_of(part)
        errors: Counter[str] = Counter()
        file = self.plan.files[part.file]
        self.scored.value = 0
        with files.open_atomic(path) as stream, writer(stream, self.request.form, self._columns.schema) as out:
            row = part.first_row
            for rows in self._reader.chunks(part):
                if self.stop.value:
                    raise StoppedError
                scores = self._scorer.score(rows)
                out.write(self._columns.batch(file.path, row, rows, scores))
                errors.update(scores.errors.drop_null().to_pylist())
                row += len(rows)
                self.scored.value += len(rows)
            if Stamp.of(file.path) != self.stamps[part.file]:
                raise changed(file.path)
        done = Done(path.stat().st_size, part.rows - errors.total(), dict(sorted(errors.items())))
        folder.finish(part, done)
        self.scored.value = 0
        return done

    @cached_property
    def _bundle(self) -> Bundle:
        bundle = Bundle.load(self.request.model)
        if model_hash(bundle) != self.request.model_hash:
            raise GendertuiError(
                "the model was replaced meanwhile",
                where=self.request.model,
                hint="Start again, with --out another folder.",
                code=ExitCode.MODEL,
            )
        return bundle

    @cached_property
    def _scorer(self) -> BulkScorer:
        return BulkScorer(self._bundle, engine_of(self._bundle, self.request.engine), self.request.prior)

    @cached_property
    def _reader(self) -> PartReader:
        return PartReader(self.plan.files)

    @cached_property
    def _columns(self) -> Columns:
        with_ids = any(file.layout.id is not None for file in self.plan.files)
        return Columns(self._bundle.labels[1], with_ids, self.request.with_text)


_worker: Worker | None = None


def begin(request: Request, out: Path, stamps: Sequence[Stamp], stop: Any, scored: Any) -> None:
    """What a process of the pool does first. It ends with who started it, however that ends."""
    global _worker
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _worker = Worker(request, out, OutputFolder(out, request.form).read_plan(), stamps, stop, scored)


def score(part: Part) -> Done:
    """Score a part in a process of the pool, see :meth:`Worker.score`."""
    assert _worker is not None
    return _worker.score(part)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
