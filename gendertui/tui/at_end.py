"""The person's command at the end of the run that is followed: whether it failed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from textual.reactive import reactive
from textual.worker import get_current_worker

from gendertui.tui.calling import Calling

if TYPE_CHECKING:
    from gendertui.runs.folder import RunFolder
    from gendertui.runs.view import RunView

LOOK_SECONDS = 0.25


class AtEnd(Calling):
    """Waits for the command, which begins when the run is over."""

    command_failed: reactive[tuple[Path, str] | None] = reactive(None, init=False, repaint=False)
    """The folder of the run whose command failed last, and why, in words."""

    def run_ended(self, view: RunView, *, live: bool) -> None:
        folder, self.command_failed = view.folder, None

        def wait() -> None:
            self._wait_for_command(folder, live)

        self.run_worker(wait, thread=True, group=f"at-end {folder}", exclusive=True, exit_on_error=False)

    def _wait_for_command(self, folder: Path, live: bool) -> None:
        """In a thread: until the worker's process, which the command runs in, has ended."""
        from gendertui.runs import on_end
        from gendertui.runs.folder import RunFolder

        run, worker = RunFolder(folder), get_current_worker()
        until = time.monotonic() + on_end.LIMIT_SECONDS
        while on_end.at_work(run) and time.monotonic() < until and not worker.is_cancelled:
            time.sleep(LOOK_SECONDS)
        failed = on_end.failure(run)
        if failed and not worker.is_cancelled:
            self.call_later(self._command_failed, run, failed, live)

    def _command_failed(self, run: RunFolder, failed: str, live: bool) -> None:
        self.command_failed = run.path, failed
        if live:
            output = f"Train shows its output: {self.keymap.shown('train.log')}."
            self.say(f"The command at the end of {run.name} failed: {failed}. {output}", warning=True)
