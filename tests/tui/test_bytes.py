"""What an idle app and watching a run cost: bytes through a real pty, and seconds of the processor.

A second here is ten batch events, however long they took to come: on a busy machine the app looks less often and
writes less, never more. Processors are as fast as their caches and neighbours let them be: their seconds are measured
with a yardstick.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import psutil
import pytest

from gendertui.tui.panes import PANES
from tests.builders.machines import Machines, RunThere
from tests.builders.replay import BATCHES, EVENTS_PER_SECOND, ReplayedRun
from tests.builders.terminal import FUNCTION_KEYS, Terminal

AT_MOST = 2_000
SHARE_AT_MOST = 0.03
"""Of a core, while a run is watched."""
YARDSTICK_SECONDS = 0.0102
"""What :func:`yardstick` takes on a core of an AMD EPYC that has nothing else to do."""
YARDSTICKS = 5
SIZES = ((80, 24), (120, 40), (200, 60))
QUIET_SECONDS = 0.6
# Textual's cursor would blink twice within it.
IDLE_SECONDS = 1.1
RESTS = 10
PALETTE = "\x10"
# The header and the run's figures may change in a second of quiet: a run is alive.
QUIET_BYTES = 2_000
# A new pane writes more than this.
PANE_BYTES = 3_000


PLACES = {
    **{pane: FUNCTION_KEYS[pane] for pane in ("corpus", "configure", "train")},
    "train, runs": "r",
    "train, compare": "c",
    "train, log": "l",
    **{pane: FUNCTION_KEYS[pane] for pane in ("evaluate", "predict")},
}
"""The panes, and the tabs that a run is seen in beside Watch → the keys that open them from the place before."""


@dataclass(frozen=True)
class Cost:
    """Of a second of watching: bytes written, and share of a core that is as fast as the yardstick's."""

    bytes: float
    cpu: float


def yardstick() -> float:
    """Seconds of the processor that a fixed piece of work takes just now: objects, text and sorting, as an app has."""
    begun = time.process_time()
    for _ in range(YARDSTICKS):
        rows = {f"row {number}": [number, str(number), number / 7] for number in range(6_000)}
        sorted(json.loads(json.dumps(rows)), key=len)
    return (time.process_time() - begun) / YARDSTICKS


def watch(terminal: Terminal, run: ReplayedRun, events: int) -> Cost:
    """What it costs to watch so many batch events (and the epochs among them)."""
    process, slow = psutil.Process(terminal.process.pid), yardstick()
    before, busy = len(terminal.written), sum(process.cpu_times()[:2])
    begun = time.monotonic()
    for number in range(1, events + 1):
        run.step()
        terminal.read_for(max(begun + number / EVENTS_PER_SECOND - time.monotonic(), 0.001))
    seconds = events / EVENTS_PER_SECOND
    written, spent = len(terminal.written) - before, sum(process.cpu_times()[:2]) - busy
    return Cost(written / seconds, spent / seconds * 2 * YARDSTICK_SECONDS / (slow + yardstick()))


def watch_steadily(terminal: Terminal, run: ReplayedRun, events: int) -> Cost:
    """The same, once more or twice where it was much: on a busy machine a pane may be drawn to its end only then."""
    cost = watch(terminal, run, events)
    for _ in range(2):
        if cost.bytes <= AT_MOST:
            break
        cost = watch(terminal, run, events)
    return cost


def _drawn(terminal: Terminal, before: int, more_than: int = PANE_BYTES) -> bool:
    return len(terminal.written) - before > more_than


def costs(size: tuple[int, int], seconds: Mapping[str, int], done: int = 2 * BATCHES - 5) -> dict[str, Cost]:
    """Place → what watching a run there costs, by so many seconds.

    :param done: batches of the run before; by default it is at the end of its second epoch.
    """
    run = ReplayedRun()
    found = {}
    # As a person has it: with animations.
    with run.alive(), Terminal("--corpus", "sample", size=size, variables={"TEXTUAL_ANIMATIONS": None}) as terminal:
        terminal.until(lambda: b"training 1" in terminal.written, "the run")
        terminal.quiet(QUIET_SECONDS, at_most=QUIET_BYTES)
        for _ in range(done):
            run.step()
        terminal.quiet(QUIET_SECONDS, at_most=QUIET_BYTES)
        for pane in seconds:
            if pane != "corpus":  # The app opens on it.
                before = len(terminal.written)
                terminal.press(PLACES[pane])
                # Of the tabs of a pane not much may be drawn.
                least = PANE_BYTES if pane in PANES else 0
                terminal.until(partial(_drawn, terminal, before, least), pane)
                terminal.quiet(QUIET_SECONDS, at_most=QUIET_BYTES)
            found[pane] = watch_steadily(terminal, run, seconds[pane] * EVENTS_PER_SECOND)
    return found


def restless(places: Mapping[str, str]) -> list[str]:
    """Of these places, by the keys that open them, those that write while nobody types and nothing runs."""
    found = []
    with Terminal("--corpus", "sample", size=(120, 40), variables={"TEXTUAL_ANIMATIONS": None}) as terminal:
        terminal.until(lambda: len(terminal.written) > PANE_BYTES, "the app")
        for place, keys in places.items():
            before = len(terminal.written)
            terminal.press(keys)
            if place != "corpus":  # The app opens on it.
                terminal.until(partial(_drawn, terminal, before, 0), place)
            # A busy machine draws late, and in pieces; a blinking cursor never rests.
            if all(terminal.read_for(IDLE_SECONDS) for _ in range(RESTS)):
                found.append(place)
    return found


@pytest.mark.timeout(240)
def test_a_cursor_at_rest_writes_nothing() -> None:
    assert restless({"predict": FUNCTION_KEYS["predict"], "palette": PALETTE}) == []


@pytest.mark.long
@pytest.mark.timeout(240)
def test_an_idle_app_writes_nothing_on_any_pane() -> None:
    assert restless(FUNCTION_KEYS) == []


@pytest.mark.timeout(240)
def test_watching_a_run_writes_little_on_every_pane() -> None:
    found = costs((120, 40), {**dict.fromkeys(PANES, 1), "train": 3})
    assert {pane: cost.bytes for pane, cost in found.items() if cost.bytes > AT_MOST} == {}


def judged(size: tuple[int, int], found: Mapping[str, Cost]) -> None:
    for place, cost in found.items():
        print(f"{size[0]}x{size[1]} {place}: {cost.bytes / 1000:.2f} kB/s, {cost.cpu:.1%} of a core")
    assert {place: cost for place, cost in found.items() if cost.bytes > AT_MOST or cost.cpu > SHARE_AT_MOST} == {}


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.timeout(900)
def test_watching_a_run_costs_little_on_every_pane_at_every_size(size: tuple[int, int]) -> None:
    judged(size, costs(size, dict.fromkeys(PLACES, 15)))


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.timeout(900)
def test_watching_the_first_epochs_in_which_axes_grow_costs_little_too(size: tuple[int, int]) -> None:
    judged(size, costs(size, {"train": 60}, done=10))


@pytest.mark.long
@pytest.mark.timeout(240)
def test_watching_a_run_of_another_machine_writes_as_little(machines: Machines) -> None:
    run = RunThere(machines)
    variables: dict[str, str | None] = {"TEXTUAL_ANIMATIONS": None}
    with run.worker, Terminal("--host", "gpu1", size=(120, 40), variables=variables) as terminal:
        terminal.until(lambda: b"gpu1: training" in terminal.written, "the run there")
        terminal.quiet(QUIET_SECONDS, at_most=QUIET_BYTES)
        cost = watch_steadily(terminal, run, 15 * EVENTS_PER_SECOND)
    print(f"a run on another machine: {cost.bytes:.0f} B/s, {100 * cost.cpu:.1f} % of a core")
    assert cost.bytes <= AT_MOST
