"""A worker goes behind what people do at the machine, unless that is set otherwise."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from gendertui import settings
from gendertui.runs import launch
from gendertui.runs.worker.priority import NICENESS
from gendertui.training.config import preset, with_changes
from tests.builders.processes import wait_for

SMALL = {"hidden_size": 4, "embedding_dim": 4, "threads": 1, "device": "cpu", "epochs": 1000, "patience": None}


def priorities() -> tuple[int, str]:
    """Of a worker that has begun: its niceness, and its session's where Linux weighs sessions; else empty."""
    run = launch.start(with_changes(preset("quick"), SMALL), "sample")
    beat = run.heartbeat()
    assert beat is not None
    try:
        group = Path(f"/proc/{beat.pid}/autogroup")
        said = group.read_text(encoding="ascii").split() if group.exists() else []
        return os.getpriority(os.PRIO_PROCESS, beat.pid), said[-1] if said else ""
    finally:
        os.kill(beat.pid, signal.SIGKILL)
        wait_for(lambda: run.alive() == "dead")


@pytest.mark.parametrize("gives_way", [True, False])
def test_a_worker_goes_behind_what_people_do(gives_way: bool) -> None:
    settings.write_setting("give_way", gives_way)
    own = os.getpriority(os.PRIO_PROCESS, 0)
    niceness, session = priorities()
    assert niceness == (max(own, NICENESS) if gives_way else own)
    assert session in (str(max(own, NICENESS)) if gives_way else "0", "")
