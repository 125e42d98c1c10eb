"""Why a run failed, for the person who started it, and what to resume it with."""

from __future__ import annotations

from gendertui import disk_space, machine
from gendertui.errors import ExitCode, GendertuiError
from gendertui.formatting import size
from gendertui.training.diagnosis import DivergedError
from gendertui.training.memory import BatchTooLargeError


class RankFailedError(GendertuiError):
    """Another process of the run failed, for a reason that it gave.

    :param what: with the process that it is. :param again: what :func:`resume_with` gives for its error.
    """

    def __init__(self, what: str, hint: str, code: ExitCode, again: dict[str, int] | None) -> None:
        super().__init__(what, hint=hint or None, code=code)
        self.resume_with = again


def resume_with(error: GendertuiError) -> dict[str, int] | None:
    """What to change where the run is resumed; ``None`` where it would fail again."""
    if isinstance(error, BatchTooLargeError | RankFailedError):
        return error.resume_with
    return None if isinstance(error, DivergedError) else {}


def explain(error: Exception, name: str) -> GendertuiError:
    """What went wrong, worded for the person who started the run. :param name: the run's."""
    if isinstance(error, BatchTooLargeError):
        return error.for_run(name)
    if isinstance(error, GendertuiError):
        return error
    if machine.is_out_of_memory(error):
        memory = machine.memory()
        left = "" if memory is None else f" ({size(memory.free)} of {size(memory.total)} free)"
        return GendertuiError(
            f"out of memory{left}: {(str(error).splitlines() or ['no more could be had'])[0]}",
            hint=f"Close other programs, then resume the run: gendertui train --resume {name}",
            code=ExitCode.DEVICE,
        )
    number = disk_space.shortage(error)
    if number is not None:
        # Of two names, as a copy has them, the second is the one that is written.
        path = (error.filename2 or error.filename) if isinstance(error, OSError) else None
        return GendertuiError(
            disk_space.in_words(number, path),
            where=path,
            hint=f"{disk_space.remedy(number)}, then resume the run: gendertui train --resume {name}",
            code=ExitCode.RUN,
        )
    return GendertuiError(
        f"unexpected: {type(error).__name__}: {error}",
        hint="This is a bug in the program; worker.log in the run's folder has the traceback.",
    )
