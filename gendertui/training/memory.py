"""A batch that needs more memory than there is: which one did not fit, and how large a one may."""

from __future__ import annotations

from gendertui.errors import ExitCode, GendertuiError
from gendertui.formatting import size
from gendertui.machine import Memory


class BatchTooLargeError(GendertuiError):
    """A batch did not fit into a device's memory.

    :param device: its name. :param memory: what it has, if that is known.
    :param rows: of the batch. :param steps: tokens of its longest row, to which the others are padded.
    :param processes: that the batch is divided among.
    :param place: where in the training.
    """

    def __init__(
        self, device: str, memory: Memory | None, *, rows: int, steps: int, place: str, processes: int = 1
    ) -> None:
        left = "" if memory is None else f", which has {size(memory.free)} of {size(memory.total)} free"
        among = f", divided among {processes} processes," if processes > 1 else ""
        super().__init__(
            f"out of memory in {place}: a batch of {rows:,} rows{among} padded to {steps:,} tokens does not fit on "
            f"{device}{left}",
            hint="Start a new run that cuts long lines (--max-length) or has a smaller --hidden-size.",
            code=ExitCode.DEVICE,
        )
        self.resume_with = {"batch_size": rows // 2} if rows > 1 else None
        """What to resume the run with; ``None`` where no smaller batch is possible."""

    def for_run(self, name: str) -> BatchTooLargeError:
        """The error with the command that continues the run, where a smaller batch is possible."""
        if self.resume_with is not None:
            smaller = f"gendertui train --resume {name} --batch-size {self.resume_with['batch_size']}"
            self.hint = f"Resume the run with smaller batches: {smaller}"
        return self
