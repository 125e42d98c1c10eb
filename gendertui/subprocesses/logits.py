"""Logits of any network this program can train, for a caller that must not import torch.

numpy computes them where it can; for a network without a numpy forward pass a subprocess with torch does. The first
request names the bundle and is answered once the model is loaded; each further one is a list of lines as token ids,
answered by their logits.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gendertui.errors import ExitCode
from gendertui.model.bundle.bundle import Bundle
from gendertui.progress import Progress
from gendertui.scoring.engine import Ids, needs_torch
from gendertui.scoring.scorer import Scorer
from gendertui.subprocesses.task import SubprocessTask, serve

if TYPE_CHECKING:
    from gendertui.training.engine import TorchEngine


def scorer_of(bundle: Bundle) -> Scorer:
    """The engine for a bundle. If that needs torch, blocks until the subprocess has loaded the model.

    :raises GendertuiError: see :class:`gendertui.scoring.engine.NumpyEngine`; or the process failed (code MODEL).
    """
    return Scorer(bundle, TorchProcess(bundle) if needs_torch(bundle) else None)


class TorchProcess:
    """An engine for :class:`gendertui.scoring.scorer.Scorer`: a subprocess that lives as long as this object.

    Thread-safe: requests are answered one after the other.

    :raises GendertuiError: the process could not be started, or refuses the bundle (code MODEL).
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._one_at_a_time = threading.Lock()
        self._task = self._start()

    @property
    def pid(self) -> int:
        return self._task.pid

    def __call__(self, encoded: Sequence[Ids]) -> NDArray[np.float32]:
        """[lines] logits.

        :raises GendertuiError: the model cannot answer, or the subprocess ended (code MODEL); the next request starts
            another.
        """
        with self._one_at_a_time:
            if self._task.ended:
                self._task.close()
                self._task = self._start()
            return np.array(self._task.ask([ids.tolist() for ids in encoded]), np.float32)

    def _start(self) -> SubprocessTask:
        folder = str(self._bundle.folder)
        what = f"the torch process that computes {self._bundle.network!r}"
        task = SubprocessTask(what, __name__, where=folder, failure=ExitCode.MODEL)
        try:
            task.ask({"bundle": folder})
        except BaseException:
            task.close()
            raise
        return task


class _Server:
    """The subprocess's side: holds the engine from the first request on."""

    def __init__(self) -> None:
        self._engine: TorchEngine | None = None

    def __call__(self, request: Any, _: Progress) -> list[float]:
        if self._engine is None:
            from gendertui.training.engine import TorchEngine

            self._engine = TorchEngine(Bundle.load(Path(request["bundle"])))
            return []
        logits: list[float] = self._engine([np.array(ids, np.int32) for ids in request]).tolist()
        return logits


if __name__ == "__main__":
    sys.exit(serve(_Server()))
