"""The Watch tab: what a person reads off it and does with it, while a run's events come."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.widgets import Static

from gendertui.runs.view_words import fitting
from gendertui.settings import write_setting
from gendertui.tui.app import GendertuiApp
from gendertui.tui.widgets.curves import Curves
from gendertui.tui.widgets.table import VirtualTable
from tests.builders import app as world
from tests.builders.app import settle, until
from tests.builders.replay import BATCHES, ReplayedRun
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]


def going(run: ReplayedRun, epochs: float, *, best: int | None = None) -> None:
    """Write so much of a run; after ``best`` no epoch is."""
    for _ in range(int(epochs * BATCHES)):
        run.step(is_best=lambda epoch: best is None or epoch <= best)


def title(app: GendertuiApp, chart: str) -> str:
    return str(app.query_one(chart, Curves).border_title)


def legend(app: GendertuiApp, chart: str) -> str:
    box = app.query_one(chart).region
    return rows(app)[box.bottom - 1][box.x : box.right]


async def test_what_is_best_and_how_it_goes_is_said_and_the_best_row_stays_in_sight(make_app: App, model: str) -> None:
    run = ReplayedRun()
    with run.alive():
        going(run, 14.4, best=3)
        app = make_app(None, "latest")
        async with app.run_test(size=(110, 30)) as pilot:
            await settle(pilot)
            words = app.query_one("#now-standing", Static)
            await until(pilot, lambda: "best: epoch 3" in str(words.content), "the best epoch")
            said = "validation has not improved since epoch 3; epoch 3 is kept"
            assert str(words.content) == f"best: epoch 3, AUC 0.531 (0.52–0.55) · {said}"
            table = app.query_one("#epochs", VirtualTable)
            shown = rows(app)[table.region.y : table.region.bottom]
            # Scrolled to its end, with the best epoch at its top.
            assert "3/40" in shown[1] and "◀ best" in shown[1]
            assert "14/40" in shown[-1]
            await pilot.press("home")
            await settle(pilot)
            shown = rows(app)[table.region.y : table.region.bottom]
            assert "1/40" in shown[1] and "3/40" in shown[3]
            # Who has gone up stays there when an epoch ends.
            going(run, 0.6, best=3)
            await until(pilot, lambda: len(table.order) == 15, "the next epoch")
            assert table.cursor == 0


async def test_the_curves_are_read_zoomed_and_shown_in_other_ways_by_key(make_app: App, model: str) -> None:
    run = ReplayedRun()
    with run.alive():
        going(run, 9.4)
        app = make_app(None, "latest")
        async with app.run_test(size=(160, 40)) as pilot:
            await settle(pilot)
            await until(pilot, lambda: "validation" in legend(app, "#loss"), "the curves")
            assert "┊ best 9" in legend(app, "#loss") and "░ chance 0.49–0.51" in legend(app, "#auc")
            newest = legend(app, "#loss")
            await pilot.press("left", *["left"] * 30)
            await settle(pilot)
            assert title(app, "#loss").startswith("Loss at epoch ")
            assert title(app, "#auc").startswith("AUC after epoch ") and "(0." in title(app, "#auc")
            assert legend(app, "#loss") != newest
            read = title(app, "#loss")
            await pilot.press("plus")
            await settle(pilot)
            scale = app.query_one("#auc", Curves).picture.x
            assert scale is not None and scale.value(scale.cells - 1) - scale.value(0) < 6
            assert title(app, "#loss") == read
            # The zoom outlives what comes, and esc reads what is newest.
            going(run, 0.3)
            await until(pilot, lambda: app.run_view is not None and app.run_view.epochs_done > 9.6, "more of the run")
            assert app.query_one("#auc", Curves).picture.x == scale
            await pilot.press("escape", "0", "L", "s")
            await settle(pilot)
            assert title(app, "#loss") == "Loss (log axis, not smoothed)"
            assert title(app, "#auc") == "AUC on validation"
            await pilot.press("L", "s")
            await settle(pilot)
            assert title(app, "#loss") == "Loss"


async def test_the_mouse_reads_the_curves_and_its_wheel_zooms(make_app: App, model: str) -> None:
    run = ReplayedRun()
    with run.alive():
        going(run, 9.4)
        app = make_app(None, "latest")
        async with app.run_test(size=(120, 40)) as pilot:
            await settle(pilot)
            await until(pilot, lambda: "validation" in legend(app, "#loss"), "the curves")
            await pilot.hover("#loss", offset=(30, 5))
            await until(pilot, lambda: title(app, "#loss").startswith("Loss at epoch"), "the reading")
            await pilot.hover("#epochs")
            await until(pilot, lambda: title(app, "#loss") == "Loss", "the newest")


async def test_a_run_that_prepares_has_a_clock(make_app: App, model: str, alive: Callable[[object], object]) -> None:
    alive(world.make_preparing())
    app = make_app(None, "latest")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await until(pilot, lambda: "Preparing" in "\n".join(rows(app)), "the stages")
        assert str(app.query_one("#stages").border_subtitle) == "1:10"


@pytest.mark.parametrize(
    ("cells", "shown"), [(5, "one"), (9, "one · two"), (14, "one · two"), (17, "one · two · three")]
)
def test_of_a_row_the_first_parts_are_shown_whole(cells: int, shown: str) -> None:
    assert fitting(["one", "two", "three"], cells) == shown


async def test_what_shows_how_good_a_run_is_goes_by_the_key_that_was_set(make_app: App, model: str) -> None:
    write_setting("keys", {"app.evaluate": "9"})
    world.make_finished()
    app = make_app(None, "latest")
    async with app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        words = app.query_one("#now-words", Static)
        await until(pilot, lambda: str(words.content).endswith("9 shows how good it is"), "the words")
