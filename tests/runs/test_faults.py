"""Whatever ends a worker, the run resumes and ends with the bits of an unbroken one: real workers, real signals.

A sample in ``make test``; ``make test-long`` dies at every operation and prints what was tried and what survived.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gendertui.errors import ExitCode
from gendertui.model import claims
from gendertui.runs import continuation
from gendertui.runs.folder import RunFolder
from gendertui.runs.follow import Follower
from gendertui.training import events
from tests.builders import full_disks
from tests.builders.fault_trials import Bench, bench, differences, home_of, outcome
from tests.builders.faults import Fault, Kind
from tests.builders.processes import wait_for

pytestmark = pytest.mark.timeout(7200)

IN_ONE_PROCESS = pytest.mark.xdist_group("faults")
"""A few faults do not pay for an unbroken run in each process of the tests; all of them do."""
DAY = 86_400.0
PIECES = 3
"""That the operations are divided into, so that no core has them all."""


@dataclass
class Unbroken:
    """A run that nothing disturbed, and what its worker did to files."""

    bench: Bench
    operations: list[str]
    outcome: dict[str, Any]
    seconds: float
    table: list[str] = field(default_factory=list)

    def at(self, operation: str, nth: int = 1) -> int:
        """The number of the nth operation that is ``operation``, a path's end included."""
        found = [number for number, each in enumerate(self.operations, 1) if _same(each, operation)]
        return found[nth - 1]

    def broken(self, home: str, fault: Fault) -> RunFolder:
        """A new run whose worker met this fault."""
        run = self.bench.new_run(home)
        self.bench.workers.start(run, fault=fault).wait()
        return run

    def end(self, run: RunFolder, **options: Any) -> list[str]:
        """Resume a run unless it is finished; in which points it then differs from the unbroken one."""
        if not run.status_file.exists() or run.status().state != "finished":
            self.bench.workers.start(run, resume=run.events_file.exists(), **options).wait()
        else:
            # Nothing to resume: the next start is another run's, which claims its name first.
            with claims.claimed("another"):
                pass
        wrong = differences(run, self.outcome)
        self.bench.leave(run)
        return wrong

    def row(self, fault: str, trials: Sequence[list[str]]) -> None:
        """Add a line to the table, and fail if one trial did."""
        bad = [wrong for wrong in trials if wrong]
        self.table.append(f"{fault:<72}{len(trials):>6}{len(trials) - len(bad):>10}")
        assert not bad, bad


def _same(operation: str, wanted: str) -> bool:
    name, _, path = wanted.partition(" ")
    return operation.startswith(f"{name} ") and operation.endswith(path)


def _about(operation: str, wanted: str) -> bool:
    name, _, path = wanted.partition(" ")
    return operation.startswith(f"{name} ") and path in operation


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unbroken]:
    with pytest.MonkeyPatch.context() as patch, bench(tmp_path_factory.mktemp("faults")) as made:
        patch.setenv("GENDERTUI_HOME", "")
        run = made.new_run("unbroken")
        operations = made.operations(run)
        began = time.monotonic()
        again = made.new_run("again")
        made.workers.start(again).wait()
        seconds = time.monotonic() - began
        whole = Unbroken(made, operations, outcome(run), seconds)
        # Two unbroken runs differ in nothing, or no comparison below means anything.
        assert whole.end(again) == []
        yield whole
        if whole.table:
            print(f"\n{'fault':<72}{'tried':>6}{'survived':>10}", *whole.table, sep="\n")


@IN_ONE_PROCESS
@pytest.mark.parametrize(
    ("kind", "operation", "nth"),
    [
        ("kill", "after replace split.npy", 1),
        ("torn", "write events.jsonl", 8),
        ("kill", "rename checkpoint/current", 2),
        ("full", "fsync checkpoint", 1),
    ],
)
def test_a_worker_that_ends_anywhere_is_resumed_to_the_same_bits(
    unbroken: Unbroken, kind: Kind, operation: str, nth: int
) -> None:
    number = unbroken.at(operation.removeprefix("after "), nth) + operation.startswith("after ")
    run = unbroken.broken(kind, Fault(number, kind))
    info = run.info()
    assert info.shown == ("failed" if kind == "full" else "died")
    assert ("the disk is full" in info.why) == (kind == "full")
    assert unbroken.end(run) == []


@IN_ONE_PROCESS
@pytest.mark.parametrize("operation", ["write events.jsonl", "fsync checkpoint", "open report.json"])
def test_a_worker_whose_folder_is_removed_ends_and_makes_nothing_again(unbroken: Unbroken, operation: str) -> None:
    run = unbroken.bench.new_run("removed")
    number = next(number for number, each in enumerate(unbroken.operations, 1) if _about(each, operation))
    fault = Fault(number, "signals", signals=(int(signal.SIGSTOP),))
    worker = unbroken.bench.workers.start(run, fault=fault)
    wait_for(worker.is_stopped)
    shutil.rmtree(run.path)
    worker.signal(signal.SIGCONT)
    assert worker.wait() == ExitCode.RUN
    assert not run.path.exists()
    assert not list((home_of(run) / "cache" / "models").glob("*/bundle.json"))
    unbroken.bench.leave(run)


@IN_ONE_PROCESS
@pytest.mark.parametrize("where", ["host", "card"])
def test_a_batch_without_memory_is_named_and_a_smaller_one_tried(unbroken: Unbroken, where: str) -> None:
    run = unbroken.bench.new_run(where)
    # Batches of one length have up to sixteen rows here.
    assert unbroken.bench.workers.start(run, too_large=(12, where)).wait() == ExitCode.DEVICE
    status, said = run.status(), all_events(run)[-1]
    named = re.search(
        r"in epoch 1, batch \d+: a batch of (\d+) rows padded to \d+ tokens does not fit on cpu", status.why
    )
    assert named, status.why
    assert re.search(r"which has [\d.]+ [GM]B of [\d.]+ [GM]B free", status.why)
    assert isinstance(said, events.Error)
    half = int(named[1]) // 2
    assert said.hint == f"Resume the run with smaller batches: gendertui train --resume {run.name} --batch-size {half}"
    continuation.change(run, {"batch_size": half})
    assert unbroken.bench.workers.start(run, resume=True, too_large=(12, where)).wait() == ExitCode.OK
    assert run.status().state == "finished"


# All of them


@pytest.fixture(scope="module")
def second_epoch(unbroken: Unbroken) -> tuple[RunFolder, list[str]]:
    """A run that was killed in its second epoch, to be copied; and what resuming it does to files."""
    run = unbroken.broken("second-epoch", Fault(unbroken.at("rename checkpoint/current", 1) + 3, "kill"))
    probe = unbroken.bench.copy(run, "probe")
    operations = unbroken.bench.operations(probe, resume=True)
    assert unbroken.end(probe) == []
    return run, operations


@pytest.mark.long
@pytest.mark.parametrize("piece", range(PIECES))
@pytest.mark.parametrize("kind", ["kill", "torn", "full", "error"])
def test_at_every_operation(unbroken: Unbroken, kind: Kind, piece: int) -> None:
    # Half of anything but a write is none of it, which is what kill does.
    numbers = [number for number, each in enumerate(unbroken.operations, 1) if kind != "torn" or "write " in each]
    numbers = numbers[piece::PIECES]
    trials = [unbroken.end(unbroken.broken(f"{kind}-{number}", Fault(number, kind))) for number in numbers]
    unbroken.row(f"{kind} at every operation, piece {piece + 1} of {PIECES}", trials)


@pytest.mark.long
@pytest.mark.parametrize("piece", range(PIECES))
@pytest.mark.parametrize("kind", ["kill", "full"])
def test_at_every_operation_of_a_resumed_run(
    unbroken: Unbroken, second_epoch: tuple[RunFolder, list[str]], kind: Kind, piece: int
) -> None:
    before, operations = second_epoch
    trials = []
    for number in range(1 + piece, len(operations) + 1, PIECES):
        run = unbroken.bench.copy(before, f"resumed-{kind}-{number}")
        unbroken.bench.workers.start(run, resume=True, fault=Fault(number, kind)).wait()
        trials.append(unbroken.end(run))
    unbroken.row(f"{kind} at every operation of a resumed run, piece {piece + 1} of {PIECES}", trials)


@pytest.mark.long
def test_at_random_instants(unbroken: Unbroken) -> None:
    draw = random.Random(1)
    trials = [unbroken.end(_killed(unbroken, f"instant-{number}", draw)) for number in range(40)]
    unbroken.row("SIGKILL at a random instant", trials)


@pytest.mark.long
def test_killed_twice(unbroken: Unbroken) -> None:
    draw, trials = random.Random(2), []
    for number in range(12):
        run = _killed(unbroken, f"twice-{number}", draw)
        if run.events_file.exists() and run.status().state != "finished":
            _kill_later(unbroken, run, draw, resume=True)
        trials.append(unbroken.end(run))
    unbroken.row("SIGKILL at a random instant, and again in the resumed worker", trials)


@pytest.mark.long
def test_stopped_and_continued(unbroken: Unbroken) -> None:
    draw, trials = random.Random(3), []
    for number in range(8):
        run = unbroken.bench.new_run(f"stopped-{number}")
        worker = unbroken.bench.workers.start(run)
        time.sleep(draw.uniform(0.1, 0.9) * unbroken.seconds)
        worker.signal(signal.SIGSTOP)
        time.sleep(draw.uniform(0.1, 3.0))
        worker.signal(signal.SIGCONT)
        assert worker.wait() == ExitCode.OK
        trials.append(unbroken.end(run))
    unbroken.row("SIGSTOP at a random instant, SIGCONT", trials)


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "signals"),
    [
        ("SIGHUP", (signal.SIGHUP,)),
        ("SIGTERM", (signal.SIGTERM,)),
        ("SIGTERM twice", (signal.SIGTERM, signal.SIGTERM)),
        ("SIGINT", (signal.SIGINT,)),
        ("SIGINT twice", (signal.SIGINT, signal.SIGINT)),
    ],
)
def test_signals(unbroken: Unbroken, name: str, signals: tuple[signal.Signals, ...]) -> None:
    draw, trials = random.Random(name), []
    for number in sorted(draw.sample(range(1, len(unbroken.operations) + 1), 12)):
        fault = Fault(number, "signals", signals=tuple(map(int, signals)))
        trials.append(unbroken.end(unbroken.broken(f"{name}-{number}", fault)))
    unbroken.row(f"{name} at a random operation", trials)


@pytest.mark.long
def test_a_clock_that_jumps(unbroken: Unbroken) -> None:
    trials = []
    for number, offsets in enumerate(((0, DAY), (0, -DAY), (0, 3_650 * DAY, -3_650 * DAY), (-30 * DAY, 0, 3_600))):
        run = unbroken.bench.new_run(f"clock-{number}")
        assert unbroken.bench.workers.start(run, clock=offsets).wait() == ExitCode.OK
        trials.append(unbroken.end(run))
    unbroken.row("the clock jumps by an hour to ten years, forwards and back", trials)


@pytest.mark.long
def test_a_disk_of_any_size(unbroken: Unbroken, tmp_path: Path) -> None:
    command = full_disks.unshared(tmp_path, 60)
    if command is None:
        pytest.skip("a file system cannot be mounted here: unshare -rm is not permitted")
    ended = subprocess.run(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True, check=True)
    trials = []
    for trial in map(json.loads, ended.stdout.splitlines()):
        fits = trial["state"] == "finished"
        explained = fits or (trial["state"] == "failed" and "the disk is full" in trial["why"])
        left = fits or set(trial["checkpoints"]) <= {"current", "previous"}
        trials.append(trial["wrong"] if explained and left else [str(trial)])
    assert any("finished" in line for line in ended.stdout.splitlines()[-5:])
    unbroken.row("a disk of any size, full at some write", trials)


@pytest.mark.long
def test_a_limit_on_files(unbroken: Unbroken) -> None:
    def limited(size: int) -> list[str]:
        run = unbroken.bench.new_run(f"limit-{size}")
        code = unbroken.bench.workers.start(run, file_size=size).wait()
        info = run.info()
        unexplained = [] if code == ExitCode.OK or "may not grow larger" in info.why else [f"{size}: {code} {info.why}"]
        return unexplained + unbroken.end(run)

    unbroken.row("RLIMIT_FSIZE of 9 kB to 250 kB", [limited(size) for size in range(9_000, 250_000, 6_000)])


def all_events(run: RunFolder) -> list[events.Event]:
    return list(Follower(run).poll())


def _killed(unbroken: Unbroken, home: str, draw: random.Random) -> RunFolder:
    run = unbroken.bench.new_run(home)
    _kill_later(unbroken, run, draw, resume=False)
    return run


def _kill_later(unbroken: Unbroken, run: RunFolder, draw: random.Random, *, resume: bool) -> None:
    worker = unbroken.bench.workers.start(run, resume=resume)
    time.sleep(draw.uniform(0.0, 1.1) * unbroken.seconds)
    worker.signal(signal.SIGKILL)
    worker.wait()
