"""How long after a key the app writes its answer to the terminal, in every pane, while a worker trains on every core.

Milliseconds of the clock from the key's write to a pseudo-terminal to the first byte that is written outside the
header, which may change by itself; of a key pressed once the answer before it is complete. Beside them the same keys
with no worker. What else the machine does counts too: the load stands with the figures.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from gendertui.paths import runs_dir
from gendertui.runs.folder import RunFolder
from tests.builders.processes import wait_for
from tests.builders.replay import BATCHES, ReplayedRun
from tests.builders.terminal import FUNCTION_KEYS, Terminal

pytestmark = pytest.mark.bench

SIZE = (120, 40)
ROUNDS = 3
RUNS, EPOCHS = 5, 10
"""That are over, in the list."""
LEFT, RIGHT, UP, DOWN, PAGE_DOWN = "\x1b[D", "\x1b[C", "\x1b[A", "\x1b[B", "\x1b[6~"
BACK, ESCAPE, TAB, ENTER, F6, F7 = "\x7f", "\x1b", "\t", "\r", "\x1b[17~", "\x1b[18~"
LINE = "I would love to stay, but the rain"
WORDS = "love you"
PANES: Mapping[str, tuple[str, ...]] = {
    "corpus": (*[DOWN] * 6, PAGE_DOWN, UP, *"srwdtupl/", *WORDS, *[BACK] * len(WORDS), ENTER, DOWN, "?", ESCAPE),
    "configure": (*[DOWN, UP] * 3, "a", *[TAB] * 4, *"12", BACK, BACK, ESCAPE, "a", "?", ESCAPE),
    "watch": (*"sLsL", LEFT, LEFT, RIGHT, *"+-+0", ESCAPE, *"lrclw", "?", ESCAPE),
    "runs": ("r", *[DOWN, UP] * 3, " ", UP, " ", *"ss/", *"films", *[BACK] * 5, ENTER, "n", *"good", ESCAPE, "w"),
    "evaluate": (*"cinusnnlhv", *[RIGHT] * 4, *[LEFT] * 4, "i", DOWN, DOWN, UP, "v", "?", ESCAPE),
    "predict": (*LINE, *[LEFT] * 4, *[RIGHT] * 4, F6, *"!?", F6, F7, DOWN, ESCAPE, *[BACK] * (len(LINE) + 2)),
}
"""Pane → keys after each of which something is drawn, and which leave it as it was."""
UNMEASURED = (ESCAPE,)
"""For a tenth of a second it may be the beginning of another key: any program of Textual's waits for that."""
OF_TRAIN = ("watch", "runs")
OPENED = "each pane"
"""Keys that show panes."""


@dataclass
class Answers:
    """What the keys of a pane took, in milliseconds, and which were not answered."""

    ms: list[tuple[float, str]] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)

    def words(self) -> str:
        found = [ms for ms, _ in self.ms]
        slow = ", ".join(f"{key!r} {ms:.0f}" for ms, key in sorted(self.ms, reverse=True)[:4])
        none = f"; not answered: {self.unanswered}" if self.unanswered else ""
        return (
            f"{len(found)} keys, p50 {statistics.median(found):.0f}, p95 {at_95(found):.0f}, max {max(found):.0f} ms "
            f"({slow}){none}"
        )


def at_95(ms: list[float]) -> float:
    return statistics.quantiles(ms, n=20)[-1]


@contextmanager
def training() -> Iterator[RunFolder]:
    """A worker that trains on every core until it is told to stop."""
    fields = ["--preset", "tutorial", "--vectors", "random", "--epochs", "1000", "--threads", str(os.cpu_count())]
    command = [sys.executable, "-m", "gendertui", "train", "--corpus", "sample", "--detach", *fields]
    subprocess.run(command, check=True, capture_output=True)
    run = RunFolder(max(runs_dir().iterdir()))
    wait_for(lambda: '"batch"' in run.events_file.read_text(encoding="utf-8"))
    try:
        yield run
    finally:
        beat = run.heartbeat()
        assert beat is not None
        os.kill(beat.pid, 9)


def answers(*, training: bool) -> dict[str, Answers]:
    """Pane → what its keys took.

    :param training: whether a run trains, which is followed from the start; else the newest of the list is opened.
    """
    found = {name: Answers() for name in (OPENED, *PANES)}

    def press(pane: str, key: str) -> None:
        seconds = terminal.seconds_to_answer(key)
        if seconds is None:
            found[pane].unanswered.append(key)
        elif key not in UNMEASURED:
            found[pane].ms.append((1e3 * seconds, key))
        terminal.quiet(0.08, at_most=400)

    with Terminal("--corpus", "sample", size=SIZE, variables={"TEXTUAL_ANIMATIONS": None}) as terminal:
        terminal.until_shows("1,284")
        for key in (*FUNCTION_KEYS.values(), FUNCTION_KEYS["train"], *([] if training else [ENTER])):
            terminal.press(key)
            terminal.quiet(1.0, at_most=2_000)
        for _ in range(ROUNDS):
            for pane in PANES:
                press(OPENED, FUNCTION_KEYS["train" if pane in OF_TRAIN else pane])
                terminal.quiet(0.3, at_most=2_000)
                for key in PANES[pane]:
                    press(pane, key)
    return found


@pytest.mark.timeout(1800)
def test_keys_while_a_worker_trains() -> None:
    for number in range(RUNS):
        run = ReplayedRun(f"20260920-10150{number}-quick-films", epochs=EPOCHS)
        for _ in range(EPOCHS * BATCHES):
            run.step()
        run.end("finished")
    alone = answers(training=False)
    load = os.getloadavg()[0]
    with training():
        beside = answers(training=True)
    print(f"\nload {load:.1f} before the worker, {os.getloadavg()[0]:.1f} after it")
    for pane in alone:
        print(f"{pane}: with a worker {beside[pane].words()}\n    without {alone[pane].words()}")
    every = [[ms for pane in found.values() for ms, _ in pane.ms] for found in (beside, alone)]
    print(f"all: p95 {at_95(every[0]):.0f} ms with a worker, {at_95(every[1]):.0f} ms without")
