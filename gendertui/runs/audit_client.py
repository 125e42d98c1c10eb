"""An audit asked for by a process that must not import scikit-learn."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gendertui
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.audit_io import Audit

Progress = Callable[[str, int, int], None]


class Auditing:
    """An audit that goes on in a process of its own, from the moment this is made.

    :param corpus: what :func:`gendertui.corpus.load.load` reads: a path, or ``sample``.
    :param split: a split protocol, or ``auto``.
    :raises GendertuiError: the process could not be started (code RUN).
    """

    def __init__(self, corpus: str | Path, split: str = "auto", split_seed: int = 0) -> None:
        package = str(Path(gendertui.__file__).resolve().parents[1])
        search = os.pathsep.join(part for part in (package, os.environ.get("PYTHONPATH", "")) if part)
        command = [sys.executable, "-P", "-m", "gendertui.runs.audit"]
        # A file, which never fills up: nobody reads it before the end.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the process)
        try:
            self._process = subprocess.Popen(
                [*command, "--split", split, "--split-seed", str(split_seed), "--", str(corpus)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=self._said,
                text=True,
                env={**os.environ, "PYTHONPATH": search},
            )
        except OSError as error:
            self._said.close()
            raise GendertuiError(f"the audit could not be started: {error}", code=ExitCode.RUN) from error
        self._cancelled = False

    @property
    def ended(self) -> bool:
        """Whether the process has come to its end."""
        return self._process.poll() is not None

    def cancel(self) -> None:
        """Kill the process, from any thread; :meth:`result` then gives ``None``."""
        self._cancelled = True
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    def result(self, progress: Progress | None = None) -> Audit | None:
        """Wait for the audit, once; ``None`` where it was cancelled. Blocks: a screen calls it in a thread.

        :param progress: called with a stage, how much is done and how much there is (0: not known).
        :raises GendertuiError: the corpus cannot be audited so (code as the command's), or the process failed.
        """
        with self._process, self._said:
            answer = self._answer(progress or (lambda _stage, _done, _total: None))
            code = self._process.wait()
            self._said.seek(0)
            last_words = self._said.read().decode("utf-8", "replace").strip().splitlines()
        if self._cancelled:
            return None
        if "error" in answer:
            raise GendertuiError(**answer["error"], code=ExitCode(code))
        if "audit" not in answer:
            raise GendertuiError(
                f"the audit failed: {last_words[-1] if last_words else f'exit code {code}'}",
                hint="`gendertui doctor` shows what is wrong with this installation.",
                code=ExitCode.RUN,
            )
        return Audit.from_json(answer["audit"])

    def _answer(self, progress: Progress) -> dict[str, Any]:
        """The last thing the process says; nothing where it is killed on the way."""
        answer: dict[str, Any] = {}
        assert self._process.stdout is not None
        for line in self._process.stdout:
            try:
                answer = json.loads(line)
            except ValueError:
                break  # Cut short: something killed it.
            if self._cancelled:
                break
            if "stage" in answer:
                progress(answer["stage"], answer["done"], answer["total"])
        return answer
