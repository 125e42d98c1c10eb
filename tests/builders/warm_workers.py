"""Workers that begin at once: a process imports what a worker imports, and forks one for each request.

Each worker is a real process with its own signals, files and limits; only the seconds of importing torch are saved, so
that one can be killed hundreds of times.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from gendertui import spawn
from gendertui.runs.folder import RunFolder
from tests.builders.faults import Fault, install

if TYPE_CHECKING:
    import torch

    from gendertui.training.batches import Batch

_ROOT = str(Path(__file__).resolve().parents[2])
_THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass
class WarmWorker:
    """A forked worker, as the process that asked for it sees it."""

    pid: int
    _replies: IO[bytes]
    _code: int | None = None

    def wait(self) -> int:
        """Its exit code, negative for the signal that killed it."""
        if self._code is None:
            self._code = int(_reply(self._replies)["code"])
        return self._code

    def is_stopped(self) -> bool:
        """Whether SIGSTOP holds it."""
        state = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        return state == "T"

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)


class WarmWorkers:
    """The process that forks; one worker at a time. ``wrapped`` is a command in front of it, such as ``unshare``."""

    def __init__(self, *wrapped: str) -> None:
        self._process = subprocess.Popen(
            [*wrapped, sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_ROOT,
            env={**spawn.environment(), **_THREADS, "PYTHONPATH": _ROOT},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests, self._replies = self._process.stdin, self._process.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._requests.close()
        self._process.wait()
        self._replies.close()

    def start(
        self,
        run: RunFolder,
        *,
        resume: bool = False,
        fault: Fault | None = None,
        file_size: int | None = None,
        clock: tuple[float, ...] = (),
        too_large: tuple[int, str] | None = None,
        learn_imports: bool = False,
    ) -> WarmWorker:
        """Fork a worker of a run.

        :param fault: what goes wrong in it. :param file_size: RLIMIT_FSIZE, in bytes.
        :param clock: seconds by which the time of day is off, each for a while, over and over.
        :param too_large: how many rows of a batch find no memory, and whether they do on the host or on a card.
        :param learn_imports: import in the forking process what this worker had imported in the end.
        """
        request = {
            "home": os.environ["GENDERTUI_HOME"],
            "run": str(run.path),
            "resume": resume,
            "fault": None if fault is None else asdict(fault),
            "file_size": file_size,
            "clock": clock,
            "too_large": too_large,
            "learn_imports": learn_imports,
        }
        self._requests.write(json.dumps(request).encode() + b"\n")
        self._requests.flush()
        return WarmWorker(int(_reply(self._replies)["pid"]), self._replies)


def _reply(replies: IO[bytes]) -> dict[str, Any]:
    line = replies.readline()
    assert line, "the process that forks workers is gone"
    value: dict[str, Any] = json.loads(line)
    return value


def _serve() -> None:
    """Fork for each line of stdin; tell the pid at once and the exit code in the end."""
    import gendertui.runs.worker.pipeline  # noqa: F401

    for line in sys.stdin.buffer:
        request = json.loads(line)
        imports = Path(request["home"]) / ".imports"
        child = os.fork()
        if child == 0:
            os._exit(_work(request, imports))
        _say(pid=child)
        _, status = os.waitpid(child, 0)
        if request["learn_imports"]:
            for name in imports.read_text(encoding="utf-8").splitlines():
                __import__(name)
            imports.unlink()
        _say(code=os.waitstatus_to_exitcode(status))


def _say(**value: int) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def _work(request: dict[str, Any], imports: Path) -> int:
    """The forked worker's life; as far as the program can tell it was started by its own command."""
    from gendertui.runs.worker.main import main

    os.setsid()
    run = RunFolder(request["run"])
    os.environ["GENDERTUI_HOME"] = request["home"]
    nothing, log = (
        os.open(os.devnull, os.O_RDONLY),
        os.open(run.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
    )
    for target, source in enumerate((nothing, log, log)):
        os.dup2(source, target)
    os.closerange(3, 1024)
    if request["file_size"] is not None:
        # Python's own caches of modules would be cut short, and it does not notice.
        sys.dont_write_bytecode = True
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["file_size"], request["file_size"]))
    if request["fault"] is not None:
        install(Fault(**request["fault"]), Path(request["home"]))
    if request["clock"]:
        _put_off_clock(request["clock"])
    if request["too_large"]:
        _limit_batches(*request["too_large"])
    before = set(sys.modules)
    code = main([str(run.path), *(["--resume"] if request["resume"] else [])])
    if request["learn_imports"]:
        imports.write_text("\n".join(set(sys.modules) - before), encoding="utf-8")
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def _put_off_clock(offsets: list[float]) -> None:
    now, turn = time.time, itertools.cycle(offset for offset in offsets for _ in range(5))
    time.time = lambda: now() + next(turn)


def _limit_batches(rows: int, where: str) -> None:
    """Let a step with so many rows fail as it does without memory; on the host by asking for more than there is."""
    import torch

    from gendertui.training.learner import TrainStep

    step = TrainStep.step

    def limited(self: TrainStep, batch: Batch, **options: Any) -> tuple[torch.Tensor, torch.Tensor]:
        if len(batch.labels) < rows:
            return step(self, batch, **options)
        if where == "host":
            torch.empty(10**15)
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    TrainStep.step = limited  # type: ignore[method-assign]


if __name__ == "__main__":
    _serve()
