"""What the worker hears between two steps of work."""

from __future__ import annotations

import threading

from gendertui.runs.control import write_control
from gendertui.runs.folder import RunFolder
from gendertui.runs.worker.requests import ControlListener
from tests.builders.processes import wait_for


def test_each_request_is_heard_once_and_written_down(run: RunFolder) -> None:
    steering = ControlListener(run)
    assert steering.ask() is None
    identity = write_control(run, "pause")
    assert steering.ask() == "pause"
    assert run.status().control_id == identity
    assert steering.ask() == "pause"
    write_control(run, "pause")
    last = write_control(run, "resume")
    assert steering.ask() is None
    assert run.status().control_id == last
    # A worker that comes after finds the request handled.
    assert ControlListener(run).ask() is None


def test_a_pause_lasts_until_it_is_taken_back(run: RunFolder) -> None:
    steering = ControlListener(run)
    write_control(run, "pause")
    went_on: list[bool] = []
    waiting = threading.Thread(target=lambda: went_on.append(steering.wait_while_paused("training")))
    waiting.start()
    wait_for(lambda: run.status().state == "paused")
    write_control(run, "resume")
    waiting.join(60)
    assert went_on == [True]
    assert run.status().state == "training"


def test_a_paused_run_can_be_stopped(run: RunFolder) -> None:
    steering = ControlListener(run)
    write_control(run, "pause")
    went_on: list[bool] = []
    waiting = threading.Thread(target=lambda: went_on.append(steering.wait_while_paused("training")))
    waiting.start()
    wait_for(lambda: run.status().state == "paused")
    write_control(run, "stop")
    waiting.join(60)
    assert went_on == [False]


def test_a_request_nobody_can_read_is_none(run: RunFolder) -> None:
    steering = ControlListener(run)
    run.control_file.write_text("{")
    assert steering.ask() is None
    write_control(run, "stop")
    assert steering.ask() == "stop"
