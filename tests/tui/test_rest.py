"""What is done while nobody presses a key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.widgets import ContentSwitcher

from gendertui.tui import rest
from gendertui.tui.app import GendertuiApp
from gendertui.tui.panes import PANES
from tests.builders import app as world
from tests.builders.app import settle, until
from tests.builders.bursts import send

App = Callable[..., GendertuiApp]
SWITCHERS = {"corpus": "tables", "train": "train-views", "evaluate": "evaluate-views"}


@pytest.fixture
def at_rest(make_app: App, model: str, monkeypatch: pytest.MonkeyPatch) -> GendertuiApp:
    """An app whose keys have always come to rest."""
    world.make_finished()
    monkeypatch.setattr(rest, "REST_SECONDS", 0.0)
    monkeypatch.setattr(rest, "SOON_SECONDS", 0.0)
    app = make_app("sample")
    app.rest.begin()
    return app


@pytest.mark.parametrize("pane", SWITCHERS)
async def test_the_tabs_of_the_pane_that_is_shown_are_made_and_none_of_another(
    at_rest: GendertuiApp, pane: str
) -> None:
    async with at_rest.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press(f"f{list(PANES).index(pane) + 1}")
        views = at_rest.query_one(f"#{SWITCHERS[pane]}", ContentSwitcher)
        made = {f"{'view' if pane == 'corpus' else 'tab'}-{tab.name}" for tab in PANES[pane].tabs}
        # Those that are there as soon as the pane is.
        made -= {f"view-{tab}" for tab in ("lines", "reading", "problems")}
        first = views.current
        await until(pilot, lambda: made <= {child.id for child in views.children}, "all tabs")
        assert views.current == first
        await settle(pilot)
        assert [each.id for each in at_rest.query("#panes > *")] == (
            ["corpus"] if pane == "corpus" else ["corpus", pane]
        )


@pytest.mark.parametrize("after", ["q", "u"])
async def test_a_key_that_comes_while_a_tab_is_made_acts_as_ever(at_rest: GendertuiApp, after: str) -> None:
    async with at_rest.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        send(pilot, "f4")
        await until(pilot, lambda: at_rest.pane is not None and at_rest.pane.id == "evaluate", "the pane")
        views = at_rest.query_one("#evaluate-views", ContentSwitcher)
        await until(pilot, lambda: len(views.children) > 1, "a tab that is made ahead")
        send(pilot, after)
        if after == "q":
            await until(pilot, lambda: not at_rest.is_running, "the end")
            assert at_rest.return_code == 0
        else:
            await settle(pilot)
            assert views.current == "tab-curves"
