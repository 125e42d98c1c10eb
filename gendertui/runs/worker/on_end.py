"""``python -m gendertui.runs.worker.on_end RUN_FOLDER --code N``: what a worker becomes when its run has ended.

It runs the person's command, with the verdict as JSON on its stdin, and ends with the worker's exit code. The same
process goes on by ``exec``: the run's lock is released, and all memory and the device are free meanwhile.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

from gendertui import spawn
from gendertui.errors import GendertuiError
from gendertui.evaluation.report.read import Report, SetReport, read_report
from gendertui.files import json_bytes
from gendertui.runs import on_end
from gendertui.runs.folder import RunFolder, RunInfo
from gendertui.runs.worker.log_line import write_line
from gendertui.sanitize import escape_control

END_SECONDS = 5.0
SCHEMA = 1


def hand_over(run: RunFolder, given: str | None, code: int) -> None:
    """Go on as the process that runs the command; return if there is none.

    :param given: the command for this run, if any, see :func:`gendertui.runs.on_end.chosen`.
    :param code: the worker's exit code.
    """
    try:
        command = on_end.chosen(given)
        if not command:
            return
        environment = dict(os.environ)
        on_end.give(environment, command)
        words = spawn.command(__name__, str(run.path), "--code", str(int(code)))
        sys.stderr.flush()
        os.execve(words[0], words, environment)
    except (GendertuiError, OSError) as error:
        write_line(f"the command at the run's end was not run: {error}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog=f"python -m {__name__}", description=__doc__)
    parser.add_argument("folder", type=Path, help="the run's folder")
    parser.add_argument("--code", type=int, default=0, help="exit code of the worker")
    options = parser.parse_args(arguments)
    os.umask(0o077)
    run = RunFolder(options.folder)
    failed = call(run, on_end.take(os.environ) or "")
    if failed:
        write_line(f"the command at the run's end failed: {failed}")
    on_end.write_failure(run, failed)
    return int(options.code)


def call(run: RunFolder, command: str, *, limit_seconds: float = on_end.LIMIT_SECONDS) -> str:
    """Run the command in a shell and wait for it; why it failed, in words.

    Its output goes where this process's goes, to worker.log. After ``limit_seconds`` it is ended, with all that it has
    started.
    """
    info = run.info()
    said, environment = json_bytes(verdict(run, info)), _environment(info)
    try:
        process = subprocess.Popen(command, shell=True, stdin=subprocess.PIPE, env=environment, start_new_session=True)
        try:
            process.communicate(said, timeout=limit_seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            return f"it had not ended after {limit_seconds:.0f} s, and was ended"
    except (OSError, ValueError) as error:
        return str(error)
    if process.returncode < 0:
        return f"it was ended by {signal.Signals(-process.returncode).name}"
    return f"exit code {process.returncode}" if process.returncode else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS)


def verdict(run: RunFolder, info: RunInfo) -> dict[str, Any]:
    """What the command gets on its stdin: how the run ended, and its figures. No line of the corpus is in it."""
    report: Report | None = None
    if info.state in ("finished", "stopped") and run.report_file.exists():
        try:
            report = read_report(run.report_file)
        except GendertuiError as error:
            write_line(str(error))
    return {
        "schema": SCHEMA,
        "run": info.name,
        "folder": str(info.folder),
        "state": info.shown,
        "why": info.why,
        "corpus": info.corpus,
        "preset": info.preset,
        "network": info.network,
        "started": info.started,
        "epochs": info.epochs,
        "epochs_done": info.epoch,
        "best_epoch": None if report is None else report.epoch,
        "headline": info.headline,
        "model": info.model,
        "labels": None if report is None else list(report.labels),
        "split": None if report is None else report.protocol,
        "sentence": None if report is None else report.sentence,
        "sets": {} if report is None else {name: _figures(part) for name, part in report.sets.items()},
    }


def _figures(part: SetReport) -> dict[str, Any]:
    return {
        "lines": part.rows,
        "groups": part.groups,
        "too_few": part.too_few,
        # Metric → value, low, high: the figure and its 95 % interval.
        "model": msgspec.to_builtins(part.model),
        "baselines": msgspec.to_builtins(part.baselines),
        "difference": msgspec.to_builtins(part.paired),
    }


def _environment(info: RunInfo) -> dict[str, str]:
    """The person's own, and the run's names."""
    names = {
        "RUN": info.name,
        "FOLDER": str(info.folder),
        "STATE": info.shown,
        "WHY": info.why,
        "CORPUS": info.corpus,
        "PRESET": info.preset or "",
        "MODEL": info.model or "",
        "HEADLINE": info.headline,
    }
    # What cannot stand in a variable, a zero or half a character, is shown instead.
    shown = {key: escape_control(text).encode("utf-8", "replace").decode() for key, text in names.items()}
    return {**spawn.own_environment(), **{f"GENDERTUI_{key}": text for key, text in shown.items()}}


if __name__ == "__main__":
    sys.exit(main())
