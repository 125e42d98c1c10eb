"""The doctor on a screen: what the command prints, copied by a key that can be set or by the mouse."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from gendertui import settings
from gendertui.subprocesses import probe
from gendertui.tui.app import GendertuiApp
from gendertui.tui.doctor_screen import LOOKING, DoctorScreen
from tests.builders.app import fake_devices, settle, until
from tests.builders.bursts import send
from tests.builders.processes import wait_for
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


async def test_looking_is_seen_copies_nothing_of_before_and_holds_nobody_who_leaves(
    make_app: App, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[threading.Event] = []
    ended_in_time: list[bool] = []

    def devices(
        *, fresh: bool, matmul: bool, started: Callable[[Callable[[], None]], object] | None = None
    ) -> dict[str, Any]:
        """A probe that answers once it is ended; the seconds are for a failure."""
        ended = threading.Event()
        if started is not None:
            started(ended.set)
        asked.append(ended)
        ended_in_time.append(ended.wait(10))
        return fake_devices(matmul=matmul)

    app = make_app()
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        await pilot.press("escape")
        send(pilot, "exclamation_mark")
        await settle(pilot)
        assert "Missing" in "\n".join(rows(app))
        monkeypatch.setattr(probe, "devices", devices)
        send(pilot, "r")
        await until(pilot, lambda: len(asked) == 1, "the second look")
        await pilot.press("y")
        await pilot.pause()
        assert app.clipboard == ""
        assert LOOKING[:20] in "\n".join(rows(app))
        send(pilot, "r")
        await until(pilot, lambda: len(asked) == 2, "the third look")
        assert asked[0].is_set() and not asked[1].is_set()
    wait_for(lambda: ended_in_time == [True, True])


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
