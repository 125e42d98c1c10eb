"""Runs of several processes, as torchrun starts them: to the end, stopped, killed, failed, on a cluster's script."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import signal
import subprocess
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest

from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs import control, launch, torchrun
from gendertui.runs.folder import RunFolder
from gendertui.runs.follow import Follower
from gendertui.runs.worker import rank_failure
from gendertui.runs.worker.failures import resume_with
from gendertui.runs.worker.job import Job
from gendertui.runs.worker.main import main
from gendertui.training import events
from gendertui.training.config import TrainingConfig, preset, with_changes
from gendertui.training.diagnosis import DivergedError
from gendertui.training.memory import BatchTooLargeError
from tests.builders.processes import wait_for

pytestmark = pytest.mark.xdist_group("worker")

Kind = TypeVar("Kind", bound=events.Event)
SMALL = {"hidden_size": 4, "embedding_dim": 4, "batch_size": 8, "threads": 1, "device": "cpu", "epochs": 2}
SECONDS = 200


def config(**changes: Any) -> TrainingConfig:
    return with_changes(preset("quick"), {**SMALL, **changes})


def test_one_is_killed_and_all_go_on_from_the_checkpoint_until_a_person_kills_them() -> None:
    run = launch.start(config(epochs=1000, max_steps=None, selection_metric="last"), "sample", processes=2)
    wait_for(lambda: _told(run, events.Checkpoint), SECONDS)
    _other(run).kill()
    wait_for(lambda: _told(run, events.Resumed), SECONDS)
    assert run.info().shown == "training"
    resumed = _told(run, events.Resumed)[-1]
    assert resumed.bit_identical, resumed.why
    assert any(
        "started again" in event.text for event in _told(run, events.Warning) if isinstance(event, events.Warning)
    )
    assert run.record()["resolved"]["processes"] == 2
    launcher, other = _first(run).parent(), _other(run)
    assert launcher is not None
    control.kill(run)
    # Nobody starts them once more.
    psutil.wait_procs([launcher, other])
    _wait_until_over(run)
    assert run.info().shown == "died"


@pytest.mark.long
def test_killed_anywhere_it_ends_with_the_weights_of_an_unbroken_one() -> None:
    kills, draw = 6, random.Random(14)
    whole = launch.start(config(epochs=4, max_steps=None), "sample", processes=2)
    _wait_until_over(whole)
    assert whole.status().state == "finished", whole.log_file.read_text()
    batches = max(event.batches for event in _told(whole, events.Batch))
    for number in range(kills):
        run = launch.start(config(epochs=4, max_steps=None), "sample", processes=2)
        epoch, batch = draw.randint(1, 4), draw.randint(1, batches - 1)
        _wait_until(run, epoch, batch)
        victim = _first(run) if number % 2 else _other(run)
        victim.kill()
        _wait_until_over(run)
        assert run.status().state == "finished", run.log_file.read_text()
        assert _weights(run) == _weights(whole)
        print(f"rank {0 if number % 2 else 1} killed in epoch {epoch}, batch {batch} or soon after: the same weights")


@pytest.mark.long
def test_a_process_without_memory_ends_the_run_in_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    command = torchrun.command

    def with_failing(worker: list[str], processes: int) -> list[str]:
        words = command(worker, processes)
        begin = words.index("gendertui.runs.worker.main")
        return [*words[: begin - 1], "-m", "tests.builders.failing_rank", *words[begin + 1 :]]

    monkeypatch.setattr(torchrun, "command", with_failing)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    run = launch.start(config(), "sample", processes=2)
    _wait_until_over(run)
    status = run.status()
    assert status.state == "failed"
    assert status.why.startswith("process 2 of 2, on ")
    assert "out of memory in epoch 1, batch 6: a batch of " in status.why
    (error,) = _told(run, events.Error)
    assert error.resume_with is not None
    assert "--batch-size" in error.hint


@pytest.mark.long
def test_sigterm_leaves_a_checkpoint_and_another_number_of_processes_says_what_differs() -> None:
    run = launch.start(config(epochs=1000, max_steps=None), "sample", processes=2)
    wait_for(lambda: _told(run, events.Epoch), SECONDS)
    beat = run.heartbeat()
    assert beat is not None
    os.kill(beat.launcher, signal.SIGTERM)  # As a scheduler does.
    _wait_until_over(run)
    assert run.status().state == "stopped"
    assert "SIGTERM" in run.status().why
    launch.resume(run, processes=1)
    wait_for(lambda: _told(run, events.Resumed), SECONDS)
    resumed = _told(run, events.Resumed)[-1]
    assert not resumed.bit_identical
    assert "processes was 2, is 1" in resumed.why
    control.request(run, "stop")
    _wait_until_over(run)
    assert run.status().state == "stopped"
    assert (run.model_folder / "bundle.json").is_file()


@pytest.mark.long
def test_a_refit_is_trained_together_too() -> None:
    run = launch.start(config(refit="all"), "sample", processes=2)
    _wait_until_over(run)
    assert run.status().state == "finished", run.log_file.read_text()
    assert (run.refitted_folder / "bundle.json").is_file()


@pytest.mark.long
def test_the_printed_script_trains_the_run_and_handed_in_again_it_goes_on(tmp_path: Path, home: Path) -> None:
    """Slurm's commands are stand-ins that run what they are given on this machine."""
    run = launch.make(config(epochs=20, max_steps=None), "sample", processes=2)
    assert run.info().shown == "stopped"
    script, stand_ins = tmp_path / "job.sh", tmp_path / "bin"
    script.write_text(torchrun.sbatch(run))
    stand_ins.mkdir()
    for name, does in {"scontrol": "echo localhost", "srun": 'shift; exec "$@"'}.items():
        (stand_ins / name).write_text(f"#!/bin/sh\n{does}\n")
        (stand_ins / name).chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{stand_ins}:{os.environ['PATH']}",
        "SLURM_JOB_NODELIST": "localhost",
        "SLURM_NNODES": "1",
        "SLURM_JOB_ID": str(random.randrange(10**6)),
    }
    job = subprocess.Popen(["bash", str(script)], env=environment)
    wait_for(lambda: _told(run, events.Epoch), SECONDS)
    # As Slurm does before the time is over: to all processes of a step, of which torchrun passes it on to its own.
    for process in psutil.Process(job.pid).children(recursive=True):
        process.terminate()
    job.wait(SECONDS)
    assert "SIGTERM" in run.status().why
    assert run.status().state == "stopped"
    assert subprocess.run(["bash", str(script)], env=environment, check=False).returncode == 0
    assert run.status().state == "finished"
    assert run.record()["resolved"]["processes"] == 2


def test_a_script_is_bash_and_names_what_it_needs(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = launch.make(config(device="auto"), "sample", processes=4, name="it's mine")
    script = torchrun.sbatch(run)
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0
    assert "#SBATCH --gpus-per-node=4\n" in script
    assert f"GENDERTUI_HOME={home}" in script
    assert str(run.path) in script
    on_cpu = torchrun.sbatch(launch.make(config(), "sample", processes=2))
    assert "gpus" not in on_cpu
    monkeypatch.setenv("GENDERTUI_HOME", str(home / "of mine"))
    spaced = launch.make(config(), "sample", processes=2)
    assert f"#SBATCH --output='{spaced.path}/slurm.log'\n" in torchrun.sbatch(spaced)


def test_what_another_process_fails_with_is_what_the_run_fails_with(run: RunFolder) -> None:
    job, first = Job(rank=1, size=2), Job(rank=0, size=2, restarts_left=3)
    lost = RuntimeError("Connection closed by peer")
    assert rank_failure.reason(run, first, lost) is None
    too_large = BatchTooLargeError("cuda:1", None, rows=64, steps=9, place="epoch 2, batch 3", processes=2)
    assert rank_failure.leave(run, job, too_large) == ExitCode.DEVICE
    why = rank_failure.reason(run, first, lost)
    assert isinstance(why, GendertuiError)
    assert why.what.startswith("process 2 of 2, on ")
    assert "a batch of 64 rows, divided among 2 processes, padded to 9 tokens does not fit on cuda:1" in why.what
    assert resume_with(why) == {"batch_size": 32}
    assert f"--resume {run.name} --batch-size 32" in (why.hint or "")
    rank_failure.clear(run)
    rank_failure.leave(run, job, DivergedError("the loss is nan"))
    diverged = rank_failure.reason(run, first, lost)
    assert isinstance(diverged, GendertuiError)
    assert resume_with(diverged) is None


def test_what_another_failed_with_before_all_had_met_is_found_at_the_next_start(
    run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    rank_failure.leave(run, Job(rank=1, size=2), GendertuiError("no GPU is left", code=ExitCode.DEVICE))
    for name, value in {"RANK": 0, "WORLD_SIZE": 2, "TORCHELASTIC_RESTART_COUNT": 1}.items():
        monkeypatch.setenv(name, str(value))
    assert _main(run) == ExitCode.DEVICE
    status = run.status()
    assert status.state == "failed"
    assert status.why.endswith(": no GPU is left")


def test_a_full_disk_and_a_bug_are_the_failures_they_are(run: RunFolder) -> None:
    for error in (OSError(28, "No space left on device"), ZeroDivisionError("division by zero")):
        assert rank_failure.reason(run, Job(size=2, restarts_left=3), error) is error


def test_a_loss_of_unknown_cause_is_a_failure_when_no_restart_is_left(run: RunFolder) -> None:
    lost = RuntimeError("Connection closed by peer")
    why = rank_failure.reason(run, Job(size=2, restarts=3), lost)
    assert isinstance(why, GendertuiError)
    assert "a process of the run was lost after 3 restarts" in why.what
    assert rank_failure.reason(run, Job(), lost) is lost


@pytest.mark.parametrize(("state", "code"), [("finished", ExitCode.OK), ("failed", ExitCode.RUN)])
@pytest.mark.parametrize("rank", [0, 1])
def test_what_is_over_is_not_started_again(
    run: RunFolder, state: Any, code: int, rank: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.write_status(dataclasses.replace(run.status(), state=state))
    for name, value in {"RANK": rank, "WORLD_SIZE": 2, "TORCHELASTIC_RESTART_COUNT": 1}.items():
        monkeypatch.setenv(name, str(value))
    assert _main(run) == code
    assert not run.events_file.exists()


def test_a_place_is_read_from_the_environment() -> None:
    names = {"RANK": "3", "WORLD_SIZE": "4", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "2"}
    found = Job.of(names | {"TORCHELASTIC_RESTART_COUNT": "1", "TORCHELASTIC_MAX_RESTARTS": "3"})
    assert found == Job(3, 4, 1, 2, restarts=1, restarts_left=2)
    assert Job.of({}) == Job()
    with pytest.raises(GendertuiError, match="RANK is 'x', which is no number"):
        Job.of(names | {"RANK": "x"})


def _main(run: RunFolder) -> int:
    """A worker's main, which leaves this process's signals and umask as they were."""
    before = {number: signal.getsignal(number) for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)}
    mask = os.umask(0o077)
    try:
        return main([str(run.path)])
    finally:
        os.umask(mask)
        for number, handler in before.items():
            signal.signal(number, handler)


def _first(run: RunFolder) -> psutil.Process:
    """The process of rank 0."""
    beat = run.heartbeat()
    assert beat is not None
    return psutil.Process(beat.pid)


def _other(run: RunFolder) -> psutil.Process:
    """The process of rank 1."""
    first = _first(run)
    (other,) = [child for child in psutil.Process(first.ppid()).children() if child != first]
    return other


def _told(run: RunFolder, kind: type[Kind]) -> list[Kind]:
    return [event for event in Follower(run).poll() if isinstance(event, kind)]


def _wait_until(run: RunFolder, epoch: int, batch: int) -> None:
    """Until training is there, or further."""
    wait_for(lambda: any((told.epoch, told.batch) >= (epoch, batch) for told in _told(run, events.Batch)), SECONDS)


def _wait_until_over(run: RunFolder) -> None:
    wait_for(lambda: not run.has_worker(), SECONDS)


def _weights(run: RunFolder) -> tuple[str, bytes]:
    """The last weights, by their hash, and those that were kept."""
    state = json.loads((run.checkpoint_folder / "current" / "state.json").read_bytes())
    return state["sha256"]["weights.safetensors"], (run.model_folder / "weights.safetensors").read_bytes()
