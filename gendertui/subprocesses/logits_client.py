"""Answers of any network this program can train, for a process that must not import torch.

numpy answers where it can; for a network without a numpy forward a process with torch does
(:mod:`gendertui.subprocesses.logits`).
"""

from __future__ import annotations

import json
import subprocess
import threading
import weakref
from collections.abc import Sequence
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from gendertui import spawn
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model.bundle.bundle import Bundle
from gendertui.scoring.engine import Ids, needs_torch
from gendertui.scoring.scorer import Scorer


def scorer_of(bundle: Bundle) -> Scorer:
    """What scores lines with this bundle. Blocks, where torch is needed until its process has read the model.

    :raises GendertuiError: see :class:`gendertui.scoring.engine.NumpyEngine`; or the process failed (code MODEL).
    """
    return Scorer(bundle, TorchProcess(bundle) if needs_torch(bundle) else None)


class TorchProcess:
    """An engine for :class:`gendertui.scoring.scorer.Scorer`: a process that lives as long as anybody holds this.

    May be called from several threads, whose questions are answered one after the other.

    :raises GendertuiError: the process could not be started, or refuses the bundle (code MODEL).
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._one_at_a_time = threading.Lock()
        self._start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def __call__(self, encoded: Sequence[Ids]) -> NDArray[np.float32]:
        """[lines] logits.

        :raises GendertuiError: the model cannot answer, or the process ended meanwhile (code MODEL); the next question
            starts another.
        """
        with self._one_at_a_time:
            if self._process.poll() is not None:
                self._end()
                self._start()
            return self._ask([ids.tolist() for ids in encoded])

    def _start(self) -> None:
        folder = str(self._bundle.folder)
        try:
            self._process, self._said = spawn.start(
                "gendertui.subprocesses.logits", "--", folder, stdin=subprocess.PIPE
            )
        except OSError as error:
            raise self._failed(str(error)) from error
        self._end = weakref.finalize(self, _end, self._process, self._said)
        try:
            self._answer()
        except GendertuiError:
            self._end()
            raise

    def _ask(self, lines: list[list[int]]) -> NDArray[np.float32]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(lines).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise self._failed(self._why()) from error
        return np.array(self._answer(), np.float32)

    def _answer(self) -> list[float]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise self._failed(self._why())
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise GendertuiError.from_json(answer["error"])
        logits: list[float] = answer["logits"]
        return logits

    def _why(self) -> str:
        return spawn.last_words(self._said, self._process.wait())

    def _failed(self, why: str) -> GendertuiError:
        return GendertuiError(
            f"the torch process that computes {self._bundle.network!r} failed: {why}",
            where=str(self._bundle.folder),
            hint="`gendertui doctor` shows what is wrong with this installation.",
            code=ExitCode.MODEL,
        )


def _end(process: subprocess.Popen[bytes], said: IO[bytes]) -> None:
    """It ends by itself when its stdin does; what it is still computing nobody waits for."""
    process.kill()
    process.communicate()
    said.close()
