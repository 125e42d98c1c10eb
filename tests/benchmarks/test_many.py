"""Three hundred runs in the list and nearly a thousand epochs in the charts, beside three and two.

Milliseconds of processor time of the whole app, its threads included, from a key to the screen at rest: the wait of a
key on an idle machine, at most. The settling itself is in both.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from gendertui import files, paths
from gendertui.tui.app import GendertuiApp
from gendertui.tui.widgets.table import VirtualTable
from tests.builders import app as world
from tests.builders import replay
from tests.builders.app import settle

pytestmark = pytest.mark.bench

FEW_RUNS, MANY_RUNS = 3, 300
FEW_EPOCHS, MANY_EPOCHS, MOST_EPOCHS = 2, 990, 1_000
BATCHES = 50
ROUNDS = 3
SIZE = (120, 40)
Costs = dict[str, list[float]]
Measured = Callable[[str, Awaitable[object]], Awaitable[None]]
Walk = Callable[[Pilot[None], Measured], Awaitable[None]]


async def cost_of(walk: Walk) -> Costs:
    """What each thing that is done costs, in milliseconds."""
    found: Costs = {}
    app = GendertuiApp()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)

        async def measured(what: str, done: Awaitable[object]) -> None:
            begun = time.process_time()
            await done
            await settle(pilot)
            found.setdefault(what, []).append(1e3 * (time.process_time() - begun))

        await walk(pilot, measured)
    return found


def report(kind: str, few: Costs, many: Costs) -> None:
    print(f"\n{kind}")
    for what in few:
        less, more = statistics.median(few[what]), statistics.median(many[what])
        print(f"{what}: {more:.0f} ms (at most {max(many[what]):.0f}), {more / less:.2f} × {less:.0f} ms")


async def walk_runs(pilot: Pilot[None], measured: Measured) -> None:
    await measured("Train opens for the first time", pilot.press("f3"))
    for _ in range(ROUNDS):
        await pilot.press("f5", "escape")
        await settle(pilot)
        await measured("Train is shown again", pilot.press("f3"))
        for _ in range(FEW_RUNS - 1):
            await measured("down", pilot.press("down"))
        await measured("to the last", pilot.press("G"))
        await measured("to the first", pilot.press("g"))
        for _ in range(6):
            await measured("sort", pilot.press("s"))
        await pilot.press("slash")
        for letter in "0002":
            await measured("a letter of the filter", pilot.press(letter))
        for _ in range(4):
            await measured("a letter less", pilot.press("backspace"))
        await pilot.press("escape")
        await measured("mark", pilot.press("space"))
        await measured("mark taken away", press(pilot, "up", "space"))
        await measured("delete", pilot.press("d"))
        await measured("undo", pilot.press("u"))


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)


def test_many_runs() -> None:
    made, costs = 0, list[Costs]()
    for runs in (FEW_RUNS, MANY_RUNS):
        while made < runs:
            run = world.make_finished(f"20260920-10{made // 60:02}{made % 60:02}-quick-{made:04}", f"quick-{made:04}")
            files.write_json(run.report_file, world.REPORT)
            made += 1
        costs.append(asyncio.run(cost_of(walk_runs)))
        # The first walk of all imports what it needs.
        if runs == FEW_RUNS:
            costs = [asyncio.run(cost_of(walk_runs))]
    assert len(list(paths.runs_dir().iterdir())) == MANY_RUNS
    report(f"{MANY_RUNS} runs beside {FEW_RUNS}", *costs)


@pytest.mark.timeout(1200)
def test_many_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "BATCHES", BATCHES)
    costs = [asyncio.run(watch(epochs)) for epochs in (FEW_EPOCHS, MANY_EPOCHS)]
    report(f"{MANY_EPOCHS:,} epochs beside {FEW_EPOCHS}", *costs)


async def watch(epochs: int) -> Costs:
    run = replay.ReplayedRun(f"20260921-091500-quick-{epochs}", epochs=MOST_EPOCHS)
    for _ in range(epochs * BATCHES):
        run.step()

    async def walk(pilot: Pilot[None], measured: Measured) -> None:
        app = pilot.app
        assert isinstance(app, GendertuiApp)

        async def caught_up(epochs: int) -> None:
            while app.run_view is None or len(app.run_view.epochs) < epochs:
                await asyncio.sleep(0.002)

        async def attach() -> None:
            app.follow(run.folder)
            await caught_up(epochs)

        async def an_epoch_more() -> None:
            for _ in range(BATCHES):
                run.step()
            await caught_up(run.steps // BATCHES)

        await pilot.press("f3")
        await settle(pilot)
        # Not before: the app follows by itself a run that is at work when it opens.
        with run.alive():
            await measured("attach", attach())
            for _ in range(ROUNDS):
                for key in ("left", "left", "right", "plus", "plus", "minus", "0", "L", "L", "s", "s"):
                    await measured(f"charts: {key}", pilot.press(key))
                await pilot.press("escape")
                await settle(pilot)
                app.query_one("#epochs", VirtualTable).focus()
                for key in ("up", "up", "pageup", "home", "end"):
                    await measured(f"table: {key}", pilot.press(key))
                await measured("another epoch", an_epoch_more())
                await measured("another tab", pilot.press("r"))
                await measured("and back", pilot.press("w"))

    return await cost_of(walk)
