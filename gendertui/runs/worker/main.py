"""The process that trains.

``python -m gendertui.runs.worker.main RUN_FOLDER [--resume [--changes JSON]] [--wait] [--give-way]``

It holds the run's lock for its lifetime, writes a heartbeat, and ends with a final state in status.json and
events.jsonl. Nothing slow is imported before the lock is held. Of several processes, which torchrun starts and starts
again, this is what the one with rank 0 does.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import json
import os
import traceback
from pathlib import Path
from typing import Any

from gendertui import disk_space
from gendertui.errors import ExitCode, GendertuiError
from gendertui.immediate_exit import exit_immediately
from gendertui.runs import continuation, on_end
from gendertui.runs.endings import endings
from gendertui.runs.folder import RunFolder
from gendertui.runs.heartbeat import Heartbeat, seen_beating
from gendertui.runs.worker import rank_failure
from gendertui.runs.worker.event_log import EventLog
from gendertui.runs.worker.failures import explain, resume_with
from gendertui.runs.worker.job import Job
from gendertui.runs.worker.log_line import write_line
from gendertui.runs.worker.ownership import Ownership, RunLostError
from gendertui.runs.worker.priority import give_way
from gendertui.runs.worker.requests import ControlListener, StopRequested
from gendertui.runs.worker.turn import wait_for_turn
from gendertui.training.events import STARTING, Error, Stage

SIGNALLED = 128


def main(arguments: list[str] | None = None) -> int:
    """Run to the end; return the process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m gendertui.runs.worker.main", description=__doc__)
    parser.add_argument("folder", type=Path, help="the run's folder")
    parser.add_argument("--resume", action="store_true", help="resume from the last checkpoint")
    parser.add_argument("--changes", type=json.loads, default={}, help="fields to continue with another value of")
    parser.add_argument("--wait", action="store_true", help="wait in the queue until the device is free")
    parser.add_argument("--give-way", action="store_true", help="go behind what else the processors are wanted for")
    options = parser.parse_args(arguments)
    if options.give_way:
        give_way()
    faulthandler.enable()
    os.umask(0o077)
    run, at_end = RunFolder(options.folder), on_end.take(os.environ)
    try:
        run.check()
        job = Job.of(os.environ)
        if job.restarts and (ended := run.status().state) in {"finished", "failed"}:
            # torchrun starts everything again where one process fails; a failure that is known would come again.
            return ExitCode.OK if ended == "finished" else ExitCode.RUN
        if job.rank:
            from gendertui.runs.worker.rank import work

            return work(run, job)
        resume, changes = options.resume, options.changes
        if job.restarts:
            resume, changes = run.events_file.exists(), {}
        code = _with_lock(run, job, resume=resume, changes=changes, wait=options.wait)
    except RunLostError as lost:
        write_line(f"{run.path}: {lost}; the worker ends")
        return ExitCode.RUN
    except GendertuiError as error:
        # Another worker's run: leave its status and events alone.
        write_line(str(error))
        return error.code
    except OSError as error:
        # The status cannot be written, whose room is taken first: the last worker's stays.
        if disk_space.shortage(error) is None:
            raise
        known = explain(error, run.name)
        write_line(str(known))
        return known.code
    # It reads reports, which a worker that only waits has no use for.
    from gendertui.runs.worker.on_end import hand_over

    hand_over(run, at_end, code)
    return code


def _with_lock(run: RunFolder, job: Job, *, resume: bool, changes: dict[str, Any], wait: bool) -> int:
    steering = ControlListener(run, insists=job.size == 1)
    steering.listen()
    lock = run.lock()
    lock.acquire()
    try:
        _refuse_second_worker(run, lock_holds=lock.holds)
        if not resume and run.events_file.exists():
            raise GendertuiError(
                "the run has been started before",
                where=str(run.path),
                hint=f"Resume it: gendertui train --resume {run.name}",
                code=ExitCode.RUN,
            )
        if changes:
            # Before anything says that the run has been taken up: if it cannot be changed, it stays as it is.
            continuation.change(run, changes)
        heartbeat = Heartbeat(run.heartbeat_file, lock_holds=lock.holds, launcher=job.launcher)
        ownership = Ownership(run, lock, heartbeat)
        steering.begin(ownership.check, state="queued" if wait else "preparing")
        try:
            heartbeat.hear_signals()
            heartbeat.start(ownership.end_if_lost)
            on_end.write_failure(run, "")
            if wait and not wait_for_turn(run, steering):
                return _exit_code(steering)
            return _work(run, job, steering, ownership, lock_holds=lock.holds, resume=resume)
        except (OSError, GendertuiError) as error:
            # No room even for the first heartbeat or event, or no configuration to wait with.
            return _fail(run, steering, None, error)
        finally:
            heartbeat.stop()
    finally:
        lock.release()


def _refuse_second_worker(run: RunFolder, *, lock_holds: bool) -> None:
    """Where the lock proves nothing (it excludes nobody, or may not reach the last worker's host), watch the heartbeat.

    :raises GendertuiError: another worker's heartbeat changes (code RUN).
    """
    beat = run.heartbeat()
    if beat is None or run.status().over or (lock_holds and beat.is_here):
        return
    if seen_beating(run.heartbeat_file):
        raise GendertuiError(f"the run has a worker already, on {beat.host}", where=str(run.path), code=ExitCode.RUN)


def _work(
    run: RunFolder, job: Job, steering: ControlListener, ownership: Ownership, *, lock_holds: bool, resume: bool
) -> int:
    log = EventLog(run.events_file, ownership.check)
    try:
        # The imports take seconds; show the stage first.
        log.append(Stage(name=STARTING))
        if job.restarts and (why := rank_failure.left(run, job)) is not None:
            # It failed before this process could hear of it.
            raise why
        rank_failure.clear(run)
        from gendertui.runs.worker.pipeline import Pipeline

        pipeline = Pipeline(run, steering, log, resume=resume, job=job)
        if not lock_holds:
            pipeline.warn(
                "The file system of this folder does not support locks: only the heartbeat shows whether this run is "
                "alive."
            )
        for ending in endings():
            if ending.at_start:
                pipeline.warn(f"{ending.what}. {ending.remedy}")
        pipeline.work()
    except StopRequested as stopped:
        steering.tell(state="stopped", why=stopped.why)
    except Exception as error:
        reason = rank_failure.reason(run, job, error)
        if reason is None:
            return _leave_to_launcher(steering, error)
        return _fail(run, steering, log, reason)
    finally:
        log.close()
    # Where torchrun would take it for a failure, and start all processes again, an end by a signal is none.
    return _exit_code(steering) if job.size == 1 else ExitCode.OK


def _leave_to_launcher(steering: ControlListener, error: Exception) -> int:
    """End without a final state: torchrun starts all processes again."""
    with contextlib.suppress(OSError):
        traceback.print_exception(error)
        steering.tell(state="preparing", why="a process was lost: starting again from the last checkpoint")
    return ExitCode.RUN


def _exit_code(steering: ControlListener) -> int:
    return ExitCode.OK if steering.signalled is None else SIGNALLED + steering.signalled


def _fail(run: RunFolder, steering: ControlListener, log: EventLog | None, error: Exception) -> int:
    """Write the traceback to worker.log and the message to the events and the status, as far as there is room."""
    with contextlib.suppress(OSError):
        traceback.print_exception(error)
    known = explain(error, run.name)
    text = str(known).removesuffix(f"\n{known.hint}")
    if log is not None:
        with contextlib.suppress(OSError):
            log.append(Error(text=text, hint=known.hint or "", resume_with=resume_with(known)))
    with contextlib.suppress(OSError):
        steering.tell_failure(text)
    return known.code


if __name__ == "__main__":
    # All that it wrote is on disk, and the lock is released.
    exit_immediately(main())
