"""Why a run of several processes failed: each but the first leaves its reason in the run's folder."""

from __future__ import annotations

import dataclasses
import socket
from dataclasses import dataclass

from gendertui import files, machine, state_files
from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs.folder import RunFolder
from gendertui.runs.folder_parts import RANK_FAILURE
from gendertui.runs.worker.failures import RankFailedError, explain, resume_with
from gendertui.runs.worker.job import Job


@dataclass(frozen=True)
class _Failure:
    rank: int
    host: str
    what: str
    hint: str
    code: int
    resume_with: dict[str, int] | None


def clear(run: RunFolder) -> None:
    """Forget the reasons of an earlier attempt."""
    (run.path / RANK_FAILURE).unlink(missing_ok=True)


def leave(run: RunFolder, job: Job, error: Exception) -> int:
    """Leave the reason why this process fails, unless others are gone; return the process's exit code.

    :raises OSError: it cannot be written.
    """
    known = explain(error, run.name)
    if _is_own(error):
        text = str(known).removesuffix(f"\n{known.hint}")
        failure = _Failure(job.rank, socket.gethostname(), text, known.hint or "", int(known.code), resume_with(known))
        files.write_json(run.path / RANK_FAILURE, dataclasses.asdict(failure))
    return known.code


def left(run: RunFolder, job: Job) -> RankFailedError | None:
    """The reason that another process has left, if one has."""
    try:
        found = state_files.typed(state_files.read_object(run.path / RANK_FAILURE), _Failure)
    except (FileNotFoundError, ValueError):
        return None
    what = f"process {found.rank + 1} of {job.size}, on {found.host}: {found.what}"
    return RankFailedError(what, found.hint, ExitCode(found.code), found.resume_with)


def reason(run: RunFolder, job: Job, error: Exception) -> Exception | None:
    """Why the run fails; ``None`` if it is not to fail, but to be started again from its last checkpoint.

    :param error: what the process of rank 0 met with: its own failure, or that others are gone.
    """
    if job.size == 1 or _is_own(error):
        return error
    if (found := left(run, job)) is not None:
        return found
    if job.restarts_left:
        return None
    times = f" after {job.restarts} restarts" if job.restarts else ""
    return GendertuiError(
        f"a process of the run was lost{times}: {(str(error).splitlines() or [type(error).__name__])[0]}",
        hint=f"Its output, in worker.log or the scheduler's, may say why. Resume the run: gendertui train --resume "
        f"{run.name}",
        code=ExitCode.RUN,
    )


def _is_own(error: Exception) -> bool:
    """Whether a process failed by itself: torch says by a bare RuntimeError that others are gone."""
    return not isinstance(error, RuntimeError) or machine.is_out_of_memory(error)
