"""The queue from the command line: runs wait there, whoever put them there is gone or interrupts."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from gendertui.errors import ExitCode
from gendertui.runs import control, queue
from gendertui.runs.folder import RunFolder
from gendertui.runs.records import Status
from gendertui.training.config import preset
from tests.builders.command import answer, start
from tests.builders.processes import end, hold, wait_for

TRAIN = ["train", "--corpus", "sample", "--device", "cpu", "--hidden-size", "4", "--embedding-dim", "4", "--wait"]


@pytest.fixture
def busy(home: Path) -> Iterator[RunFolder]:
    """A run that has the device, until it is killed."""
    run = RunFolder.create(preset("quick"), {"path": "/lines/a.txt", "name": "a"}, name="going", preset="quick")
    process = hold(run)
    yield run
    for entry in queue.waiting():
        control.kill(entry.run)
    end(process)


def test_runs_wait_are_listed_moved_and_taken_out(
    busy: RunFolder, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, out, err = answer([*TRAIN, "--detach", "--name", "first"], capfd)
    assert code == 0, err
    first = RunFolder(out.strip())
    process = start([*TRAIN, "--name", "second"], tmp_path)
    said = tmp_path / "stderr"
    wait_for(lambda: f"in the queue: waits for {busy.name}" in said.read_text(encoding="utf-8"))
    second = queue.waiting()[1].run
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    assert f"The run stays in the queue; gendertui runs stop {second.name} takes it out." in said.read_text()
    assert (tmp_path / "stdout").read_text().splitlines()[-1] == str(second.path)
    assert second.alive() == "alive"

    _, out, _ = answer(["runs", "queue", "--json"], capfd)
    assert [(entry["place"], entry["name"], entry["waits_for"]) for entry in json.loads(out)] == [
        (1, first.name, busy.name),
        (2, second.name, busy.name),
    ]
    _, out, _ = answer(["runs", "queue", "move", "second", "first"], capfd)
    assert [line.split()[:2] for line in out.splitlines()[1:]] == [["1", second.name], ["2", first.name]]
    busy.write_status(Status(state="paused"))
    _, out, _ = answer(["runs", "queue"], capfd)
    assert f"{busy.name}, which is paused" in out
    _, out, _ = answer(["runs"], capfd)
    assert next(line for line in out.splitlines() if first.name in line).split()[1:3] == ["queued", "2"]
    for place in ("0", "-1", "soon"):
        assert answer(["runs", "queue", "move", "--", "second", place], capfd)[0] == 2
    code, _, err = answer(["runs", "queue", "move", busy.name, "1"], capfd)
    assert (code, "the run is not in the queue: paused" in err) == (ExitCode.RUN, True)

    code, _, err = answer(["runs", "stop", "second"], capfd)
    assert (code, err) == (0, f"Asked {second.name} to leave the queue.\n")
    wait_for(lambda: second.alive() == "dead")
    code, _, err = answer(["runs", "follow", "second"], capfd)
    assert f"gendertui train --resume {second.name} continues it" in err
    answer(["runs", "remove", second.name, "--yes"], capfd)
    assert not second.path.exists()
    answer(["runs", "stop", "first"], capfd)
    wait_for(lambda: not queue.waiting())
    _, out, err = answer(["runs", "queue"], capfd)
    assert (out, "No run waits" in err) == ("", True)
