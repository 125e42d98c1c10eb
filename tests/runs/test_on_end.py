"""The command at a run's end: what it is told, and that it is run by the worker, whatever the end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from gendertui import settings, spawn
from gendertui.errors import ExitCode
from gendertui.runs import on_end
from gendertui.runs.folder import RunFolder
from gendertui.runs.worker import on_end as worker
from gendertui.training.config import preset, with_changes
from tests.builders import app as world
from tests.builders import reports
from tests.builders.processes import wait_for

SMALL = {"hidden_size": 4, "embedding_dim": 4, "threads": 1, "device": "cpu", "epochs": 1000, "patience": None}


@pytest.fixture
def finished() -> RunFolder:
    return reports.make_run()


def called(run: RunFolder, command: str, folder: Path) -> str:
    """Run it with ``$OUT`` in that folder; what it wrote there."""
    out = folder / "out"
    assert worker.call(run, command.replace("$OUT", str(out))) == ""
    return out.read_text(encoding="utf-8")


def test_the_verdict_is_on_its_stdin_and_no_line_of_the_corpus(finished: RunFolder, tmp_path: Path) -> None:
    said = called(finished, "cat > $OUT", tmp_path)
    told = json.loads(said)
    report = json.loads(finished.report_file.read_text(encoding="utf-8"))
    assert (told["run"], told["state"], told["model"]) == (finished.name, "finished", world.MODEL)
    assert told["best_epoch"] == report["epoch"]
    auc, expected = told["sets"]["validation"]["model"]["auc"], report["sets"]["validation"]["model"]["auc"]
    assert (auc["value"], auc["low"], auc["high"]) == (expected["value"], expected["low"], expected["high"])
    assert set(told["sets"]["validation"]["baselines"]) == set(report["sets"]["validation"]["baselines"])
    # Nor which lines it was wrong about.
    parts = {"lines", "groups", "too_few", "model", "baselines", "difference"}
    assert all(set(part) == parts for part in told["sets"].values())


def test_its_environment_is_the_persons_own_with_the_runs_names(
    finished: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As a worker has it.
    monkeypatch.setenv("PYTHONPATH", spawn.environment()["PYTHONPATH"])
    monkeypatch.setenv("GENDERTUI_TEST", "mine")
    told = dict(line.partition("=")[::2] for line in called(finished, "env > $OUT", tmp_path).splitlines())
    assert told["GENDERTUI_RUN"] == finished.name
    assert told["GENDERTUI_FOLDER"] == str(finished.path)
    assert told["GENDERTUI_STATE"] == "finished"
    assert told["GENDERTUI_MODEL"] == world.MODEL
    assert told["GENDERTUI_TEST"] == "mine"
    assert "PYTHONPATH" not in told


def test_a_run_that_failed_has_a_reason_and_no_figures(finished: RunFolder, tmp_path: Path) -> None:
    finished.write_status(replace(finished.status(), state="failed", why="the disk is full"))
    told = json.loads(called(finished, "cat > $OUT", tmp_path))
    assert (told["state"], told["why"], told["sets"], told["best_epoch"]) == ("failed", "the disk is full", {}, None)


def test_names_that_no_variable_can_hold_are_shown(finished: RunFolder, tmp_path: Path) -> None:
    finished.write_status(replace(finished.status(), state="failed", why="a\0b\nc$(touch hacked)"))
    assert called(finished, 'printf %s "$GENDERTUI_WHY" > $OUT', tmp_path) == "a␀b␊c$(touch hacked)"


def test_a_command_that_reads_nothing_is_fine_and_one_that_fails_is_told(finished: RunFolder) -> None:
    assert worker.call(finished, "exec <&-; true") == ""
    assert worker.call(finished, "exit 3") == "exit code 3"
    assert worker.call(finished, "no-such-program-at-all 2>&-") == "exit code 127"
    assert worker.call(finished, "kill -KILL $$") == "it was ended by SIGKILL"


def test_after_its_time_it_is_ended_with_all_it_started(finished: RunFolder, tmp_path: Path) -> None:
    numbers = tmp_path / "pids"
    begun = time.monotonic()
    command = f"sleep 600 & echo $! > {numbers}; sleep 600"
    assert "had not ended after" in worker.call(finished, command, limit_seconds=1.0)
    assert time.monotonic() - begun < 60
    number = int(numbers.read_text(encoding="ascii"))
    wait_for(lambda: not _runs(number))


def _runs(number: int) -> bool:
    # Nobody may be there to take its exit code.
    return psutil.pid_exists(number) and bool(psutil.Process(number).status() != psutil.STATUS_ZOMBIE)


def test_a_command_given_for_a_run_goes_before_the_setting() -> None:
    assert on_end.chosen(None) == ""
    settings.write_setting("on_end", "always")
    assert (on_end.chosen(None), on_end.chosen("once"), on_end.chosen("")) == ("always", "once", "")
    environment = {"GENDERTUI_ON_END": "of the shell"}
    on_end.give(environment, None)
    assert on_end.take(environment) is None
    on_end.give(environment, "once")
    assert (on_end.take(environment), environment) == ("once", {})


def start_worker(run: RunFolder, command: str) -> subprocess.Popen[bytes]:
    environment = spawn.environment()
    on_end.give(environment, command)
    with run.log_file.open("ab") as log:
        return subprocess.Popen(
            spawn.command("gendertui.runs.worker.main", str(run.path)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
        )


# The worker's lock is free by then: the command may resume the run, or remove it.
_FREE = "import sys; from gendertui.runs.folder import RunFolder as R; sys.exit(R(sys.argv[1]).alive() == 'alive')"
_TELL = f'cat > "$GENDERTUI_FOLDER"/told; echo said; "{sys.executable}" -c "{_FREE}" "$GENDERTUI_FOLDER" || exit 9'


def test_a_worker_that_fails_calls_with_nobody_attached(tmp_path: Path) -> None:
    run = RunFolder.create(with_changes(preset("quick"), SMALL), {"path": str(tmp_path / "gone.csv")})
    assert start_worker(run, _TELL).wait(120) == ExitCode.DATA
    told = json.loads((run.path / "told").read_text(encoding="utf-8"))
    assert told["state"] == "failed" and "gone.csv" in told["why"]
    assert "said" in run.log_file.read_text(encoding="utf-8").splitlines()
    assert on_end.failure(run) == ""


@pytest.mark.long
def test_a_worker_that_is_stopped_calls_too() -> None:
    run = RunFolder.create(with_changes(preset("quick"), SMALL), {"path": "sample"})
    process = start_worker(run, f"{_TELL}; exit 4")
    wait_for(lambda: run.info().epoch >= 1, 120)
    process.send_signal(signal.SIGTERM)
    assert process.wait(120) == 128 + signal.SIGTERM
    told = json.loads((run.path / "told").read_text(encoding="utf-8"))
    assert told["state"] == "stopped"
    assert on_end.failure(run) == "exit code 4"
    assert "the command at the run's end failed: exit code 4" in run.log_file.read_text(encoding="utf-8")


@pytest.mark.long
def test_a_worker_that_has_lost_its_run_calls_nobody(tmp_path: Path) -> None:
    run = RunFolder.create(with_changes(preset("quick"), SMALL), {"path": "sample"})
    process = start_worker(run, f"touch {tmp_path}/called")
    wait_for(lambda: run.info().epoch >= 1, 120)
    run.path.rename(tmp_path / "elsewhere")
    assert process.wait(120) == ExitCode.RUN
    assert not (tmp_path / "called").exists()
