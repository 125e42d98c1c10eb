"""Who has which trial: no more are begun than were wanted, and what a worker leaves another takes up."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

pytest.importorskip("optuna", reason="the extra [sweep] is not installed")

from gendertui.processes import boot_id
from gendertui.runs.heartbeat import Beat
from gendertui.sweeps import manage
from gendertui.sweeps.presence import Workers, present
from gendertui.sweeps.queue import TrialQueue
from gendertui.sweeps.trials import RETRIES, RUNS, Reader, SweepView, TrialRow, read
from tests.builders.sweeps import made_sweep


def states(view: SweepView) -> list[str]:
    return [trial.state for trial in view.trials]


def row(view: SweepView, number: int) -> TrialRow:
    found = view.row(number)
    assert found is not None
    return found


def test_two_workers_begin_as_many_as_were_wanted() -> None:
    sweep = made_sweep(trials=3)
    with present(sweep.workers_folder) as one, present(sweep.workers_folder) as two:
        queues = TrialQueue(sweep, one), TrialQueue(sweep, two)
        begun = [queues[turn % 2].next() for turn in range(5)]
        assert [trial is not None for trial in begun] == [True, True, True, False, False]
        assert queues[0].others_running()
        for number, trial in enumerate(begun[:3]):
            assert trial is not None
            trial.report(0.5 + number / 10, 0)
            queues[number % 2].complete(trial, 0.5 + number / 10)
        assert not queues[0].others_running()
        assert read(sweep).workers == 2
    view = read(sweep)
    assert (states(view), view.best, view.state) == (["complete"] * 3, 2, "finished")
    assert row(view, 2).figures == {0: 0.7}


def test_a_trial_that_is_given_back_goes_on_with_its_folds_and_its_runs() -> None:
    sweep = made_sweep(trials=1)
    with present(sweep.workers_folder) as name:
        queue = TrialQueue(sweep, name)
        trial = queue.next()
        assert trial is not None
        trial.report(0.6, 0)
        trial.set_user_attr(RUNS, {"0": "a-run", "1": "another"})
        queue.give_back(trial, "a signal ended its worker")
        view = read(sweep)
        assert states(view) == ["given back", "waiting"]
        assert row(view, 0).why == "a signal ended its worker" and row(view, 1).why == ""
        again = queue.next()
        assert again is not None and again.number == 1
        assert again.params == trial.params
        assert queue.figures(again) == {0: 0.6}
        queue.complete(again, 0.6)
        assert queue.next() is None
    view = read(sweep)
    assert states(view) == ["given back", "complete"]
    assert row(view, 1).continues == 0 and row(view, 1).runs == {0: "a-run", 1: "another"}
    assert view.counted == 1 and view.complete


def test_what_a_dead_worker_had_is_tried_again_until_it_has_died_too_often() -> None:
    sweep = made_sweep(trials=1)
    with present(sweep.workers_folder) as name:
        survivor = TrialQueue(sweep, name)
        for death in range(RETRIES + 1):
            with present(sweep.workers_folder) as other:
                trial = TrialQueue(sweep, other).next()
                assert trial is not None and trial.number == death
                if death == 0:
                    trial.report(0.6, 0)
                assert survivor.next() is None and survivor.others_running()
            assert not survivor.others_running()
        assert survivor.next() is None
    view = read(sweep)
    assert states(view) == ["died"] * RETRIES + ["failed"]
    assert row(view, RETRIES).why == "its worker died 3 times"
    assert row(view, RETRIES).figures == {0: 0.6}
    assert view.counted == 1


def test_a_stopped_sweep_begins_nothing_until_it_is_taken_up() -> None:
    sweep = made_sweep()
    with present(sweep.workers_folder) as name:
        queue = TrialQueue(sweep, name)
        trial = queue.next()
        assert trial is not None
        queue.give_back(trial, "the sweep is stopped")
        manage.stop(sweep)
        assert queue.stopped and queue.next() is None
        manage.take_up(sweep)
        assert queue.next() is not None


def test_no_trial_begins_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    sweep = made_sweep(trials=None, seconds=60.0)
    with present(sweep.workers_folder) as name:
        queue = TrialQueue(sweep, name)
        first = queue.next()
        assert first is not None and first.number == 0
        queue.complete(first, 0.5)
        import time

        later = time.time() + 61
        monkeypatch.setattr("gendertui.sweeps.queue.time.time", lambda: later)
        assert queue.next() is None
        assert read(sweep).complete


def test_a_failed_trial_counts_and_is_not_tried_again() -> None:
    sweep = made_sweep(trials=1)
    with present(sweep.workers_folder) as name:
        queue = TrialQueue(sweep, name)
        trial = queue.next()
        assert trial is not None
        queue.fail(trial, "too few lines labelled f")
        assert queue.next() is None
    view = read(sweep)
    assert (states(view), row(view, 0).why, view.best) == (["failed"], "too few lines labelled f", None)


def test_a_reader_goes_on_where_it_was() -> None:
    sweep = made_sweep()
    reader = Reader(sweep)
    assert reader.read().state == "new"
    with present(sweep.workers_folder) as name:
        queue = TrialQueue(sweep, name)
        trial = queue.next()
        assert trial is not None
        trial.report(0.55, 0)
        view = reader.read()
        assert (view.state, states(view), row(view, 0).mean) == ("running", ["running"], 0.55)
        queue.prune(trial)
    assert states(reader.read()) == ["pruned"]


def test_a_worker_of_another_machine_is_gone_when_its_heartbeat_stays_as_it_was(tmp_path: Path) -> None:
    def beats(number: int, interval: float) -> None:
        beat = Beat("elsewhere", "another boot", 1, number, interval)
        (tmp_path / "theirs.json").write_text(json.dumps(asdict(beat)))

    workers = Workers(tmp_path)
    beats(1, 3600)
    assert not workers.gone("theirs") and workers.names() == ["theirs"]
    beats(2, 3600)
    assert not workers.gone("theirs")
    # The last one that is seen to come; from here on each look is later than it allows.
    beats(3, 0)
    assert not workers.gone("theirs")
    while not workers.gone("theirs"):
        pass
    assert workers.names() == [] and workers.certain_names() == []


def test_what_killed_workers_of_this_machine_left_is_cleared(tmp_path: Path) -> None:
    beat = Beat(socket.gethostname(), boot_id(), 1, 1, 2)
    (tmp_path / "killed.json").write_text(json.dumps(asdict(beat)))
    (tmp_path / "killed.lock").touch()
    with present(tmp_path) as name:
        assert sorted(file.name for file in tmp_path.iterdir()) == [f"{name}.json", f"{name}.lock"]
    assert list(tmp_path.iterdir()) == []


def test_what_screens_read_a_sweep_by_is_light() -> None:
    sweep = made_sweep()
    code = (
        "import sys; from gendertui.sweeps import best, manage, start, trials, words; from gendertui.sweeps.definition "
        f"import find; print(words.summary(trials.read(find({sweep.name!r})))[0]); "
        "print({'torch', 'sklearn', 'pandas', 'scipy', 'spacy'} & {name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, heavy = done.stdout.splitlines()
    assert first.startswith("sweep first: new; 3 trials") and heavy == "set()"
