"""The doctor on a screen: what the command prints, copied by a key that can be set or by the mouse."""

from __future__ import annotations

from collections.abc import Callable

from gendertui import settings
from gendertui.tui.app import GendertuiApp
from gendertui.tui.doctor_screen import DoctorScreen
from tests.builders.app import settle
from tests.builders.bursts import send
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]


async def test_what_is_missing_stands_first_and_all_is_copied(make_app: App, model: str) -> None:
    settings.write_setting("keys", {"doctor.copy": "C"})
    app = make_app("sample")
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        send(pilot, "exclamation_mark")
        await settle(pilot)
        assert isinstance(app.screen, DoctorScreen)
        shown = "\n".join(rows(app))
        assert shown.index("Missing") < shown.index("film corpus: the Cornell corpus") < shown.index("Python 3")
        await pilot.press("y")
        assert app.clipboard == ""
        await pilot.press("C")
        for words in ("optional: film corpus", "Terminal 100×40", "Example GPU", "  torch"):
            assert words in app.clipboard
        send(pilot, "exclamation_mark")
        await settle(pilot)
        assert len(app.screen_stack) == 1


async def test_a_hint_on_the_edge_of_a_screen_is_clicked(make_app: App, model: str) -> None:
    app = make_app("sample")
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        send(pilot, "exclamation_mark")
        await settle(pilot)
        row = next(at for at, text in enumerate(rows(app)) if "y copies" in text)
        await pilot.click(offset=(rows(app)[row].index("copies"), row))
        await settle(pilot)
        assert "Terminal 100×40" in app.clipboard
        assert "copied · r looks again" in rows(app)[row]
        await pilot.click(offset=(rows(app)[row].index("esc"), row))
        await settle(pilot)
        assert len(app.screen_stack) == 1
