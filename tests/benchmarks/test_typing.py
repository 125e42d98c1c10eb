"""How long after a key the Predict pane shows the new probability, beside a bare field that shows the letter alone.

A key every tenth of a second, as from a quick typist: the words of the line before may still be being explained. Wall
seconds from the key in the app's queue to the screen that shows its answer; a terminal's and a network's own come on
top.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events, on
from textual.app import App, ComposeResult
from textual.widgets import Input

from gendertui.model import store
from gendertui.model.bundle.bundle import copy_bundle
from gendertui.tui.app import GendertuiApp
from gendertui.tui.predict.answer import Prediction
from gendertui.tui.predict.line_view import LineView

pytestmark = pytest.mark.bench

TYPED = "I would love to stay with you, but I have to go home now, before the rain starts."
BETWEEN_KEYS = 0.1
SIZE = (120, 40)


class Bare(App[None]):
    """A field and nothing else; ``shown`` is called when a letter stands on the screen."""

    def __init__(self, shown: Callable[[str], None]) -> None:
        super().__init__()
        self._shown = shown

    def compose(self) -> ComposeResult:
        yield Input()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        self.call_after_refresh(self._shown, event.value)


async def delays(make: Callable[[Callable[[str], None]], App[None]]) -> list[float]:
    """Milliseconds from each key to the screen with its answer; a key whose answer was skipped for a newer one is
    answered by that."""
    asked: dict[int, float] = {}
    found: dict[int, float] = {}

    def shown(text: str) -> None:
        for length in [key for key in asked if key <= len(text) and key not in found]:
            found[length] = 1e3 * (time.perf_counter() - asked[length])

    app = make(shown)
    async with app.run_test(size=SIZE) as pilot:
        for _ in range(100):
            await pilot.pause(0.1)
            if app.query(Input):
                break
        await pilot.pause(2.0)
        for length, character in enumerate(TYPED, 1):
            asked[length] = time.perf_counter()
            app.post_message(events.Key(character, character))
            await asyncio.sleep(BETWEEN_KEYS)
        for _ in range(100):
            if len(found) == len(TYPED):
                break
            await pilot.pause(0.1)
    return list(found.values())


def words(ms: list[float]) -> str:
    tenth = statistics.quantiles(ms, n=10)[-1]
    return f"{statistics.median(ms):.1f} ms median, {tenth:.1f} at the 90th percentile, {max(ms):.1f} at most"


def test_a_keystroke(model: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    name, folder = model
    copy_bundle(folder, store.path() / name, name)
    store.use(name)
    show = LineView.show

    def pane(shown: Callable[[str], None]) -> App[None]:
        def watched(view: LineView, answer: Prediction) -> None:
            show(view, answer)
            view.call_after_refresh(shown, answer.scored.text)

        monkeypatch.setattr(LineView, "show", watched)
        return GendertuiApp()

    ours, theirs = asyncio.run(delays(pane)), asyncio.run(delays(Bare))
    assert len(ours) == len(theirs) == len(TYPED)
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"\n{name}: a key in the pane: {words(ours)}; {ratio:.1f} × a bare field: {words(theirs)}")
