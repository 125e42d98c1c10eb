"""What attaching to a run of a thousand epochs costs the app, and how long its event loop has to wait meanwhile.

Seconds are of processor time, the event loop's own where they are gaps: the wait of a key on an idle machine.
"""

from __future__ import annotations

import asyncio
import time

import pytest

from gendertui.tui.app import GendertuiApp
from tests.builders import replay

pytestmark = pytest.mark.bench

EPOCHS, BATCHES = 1_000, 50


class Gaps:
    """A task that asks for a turn every millisecond, and notes how much the event loop's thread did before it came."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._task = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        while True:
            begun = time.thread_time()
            await asyncio.sleep(0.001)
            self.seconds.append(time.thread_time() - begun)

    def end(self) -> float:
        """The longest of them."""
        self._task.cancel()
        return max(self.seconds)


@pytest.mark.parametrize("epochs", [2, EPOCHS])
def test_attaching(epochs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "BATCHES", BATCHES)
    asyncio.run(attach(epochs))


async def attach(epochs: int) -> None:
    app = GendertuiApp()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f3")
        await pilot.pause(3)
        # Only now: the app follows by itself a run that is at work when it opens.
        run = replay.ReplayedRun(epochs=epochs)
        for _ in range(epochs * BATCHES):
            run.step()
        await pilot.pause(0.5)
        with run.alive():
            before = app.run_view
            gaps, begun = Gaps(), time.process_time()
            app.follow(run.folder)
            while app.run_view is None or len(app.run_view.epochs) < epochs:
                await asyncio.sleep(0.002)
            await pilot.pause(0.5)
            spent = time.process_time() - begun
        assert before is None
        size = run.folder.events_file.stat().st_size
        print(f"\n{epochs:,} epochs, {size / 1e6:.1f} MB: {spent:.2f} CPU s; longest gap {1e3 * gaps.end():.0f} ms")
