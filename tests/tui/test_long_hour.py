"""An hour of a run's events, followed at speed with the panes looked at meanwhile: what the app holds does not grow."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial

import psutil
import pytest

from gendertui.runs import follow
from gendertui.training.events import Warning
from gendertui.tui.app import GendertuiApp
from gendertui.tui.train import watch
from tests.builders import replay
from tests.builders.app import settle

EVENTS, EPOCHS = 36_000, 150
"""Ten batch events a second for an hour."""
PARTS = 8
SPEED = 100
"""Curves and figures are drawn so many times as often, that there are as many drawings as in an hour."""
TOUR = ("l", "r", "c", "f1", "f2", "f4", "f5", "f12", "escape", "escape", "f3", "left", "left", "escape", "w")
MOST_MEGABYTES = 8
"""That the process may grow by in the second half: a kilobyte that stayed of each event would be 18. Before, its heap
grows once more by some 10, sooner or later."""
MOST_OBJECTS = 40_000
"""That may come to stay from the first quarter on, most of them in Textual's caches of drawn lines, which have a bound;
two that stayed of each event would be more."""


@dataclass(frozen=True)
class Held:
    """What the app holds."""

    megabytes: float
    widgets: int
    timers: int
    tasks: int
    objects: int

    @classmethod
    def of(cls, app: GendertuiApp) -> Held:
        # As it is used, with what is still to be collected; the objects are those that stay.
        megabytes = psutil.Process().memory_info().rss / 1e6
        gc.collect()
        nodes = [app, *(node for screen in app.screen_stack for node in screen.walk_children(with_self=True))]
        return cls(
            megabytes,
            len(nodes),
            sum(len(node._timers) for node in nodes),
            len(asyncio.all_tasks()),
            len(gc.get_objects()),
        )


@pytest.fixture
def thresholds() -> Iterator[None]:
    """An app collects garbage by thresholds of its own, which are not to stay those of the tests."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("thresholds")
async def test_an_hour_of_events_leaves_the_memory_flat(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "BATCHES", EVENTS // EPOCHS)
    monkeypatch.setattr(follow, "follow", partial(follow.follow, poll=follow.POLL_SECONDS / SPEED))
    monkeypatch.setattr(watch, "CURVES_SECONDS", watch.CURVES_SECONDS / SPEED)
    monkeypatch.setattr(watch, "NUMBERS_SECONDS", watch.NUMBERS_SECONDS / SPEED)
    run = replay.ReplayedRun(epochs=EPOCHS)
    found = []
    with run.alive():
        app = GendertuiApp("sample", attach=run.folder.name)
        app.garbage.begin()
        async with app.run_test(size=(120, 40)) as pilot:
            await settle(pilot)
            for _ in range(PARTS):
                for _ in range(EVENTS // PARTS // follow.MOST_BATCHES):
                    for _ in range(follow.MOST_BATCHES):
                        run.step()
                    # As many as a follower takes in one by one: none is left out.
                    while app.run_view is None or app.run_view.batch is None or seen(app) < run.steps:
                        await asyncio.sleep(0.001)
                run.write(Warning(text=f"Lines are longer than 400 tokens, seen at batch {run.steps}."))
                for key in TOUR:
                    await pilot.press(key)
                    await settle(pilot)
                found.append(Held.of(app))
    assert run.steps > 0.97 * EVENTS
    quarter, half, end = found[PARTS // 4 - 1], found[PARTS // 2 - 1], found[-1]
    size = run.folder.events_file.stat().st_size / 1e6
    print(f"\n{run.steps:,} batch events, {size:.1f} MB, {EPOCHS} epochs, {PARTS} tours of all panes")
    for part, held in enumerate(found, 1):
        print(f"{part / PARTS:.0%}: {asdict(held)}")
    assert (end.widgets, end.timers, end.tasks) == (quarter.widgets, quarter.timers, quarter.tasks)
    assert end.objects - quarter.objects < MOST_OBJECTS
    assert end.megabytes - half.megabytes < MOST_MEGABYTES


def seen(app: GendertuiApp) -> int:
    """Batches that the app has been told of."""
    view = app.run_view
    assert view is not None
    return round(view.epochs_done * replay.BATCHES)
