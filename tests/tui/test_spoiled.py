"""The app beside spoiled settings and runs: it opens, says what is wrong and where, and shows all others."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import Static

from gendertui import files, paths
from gendertui.tui.app import GendertuiApp
from tests.builders import app as world
from tests.builders.app import settle
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]
DEEP = b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


def notices(app: GendertuiApp) -> str:
    return "\n".join(f"{message.title} {message.text}" for message in app.messages.matching())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.write_bytes(b'{"theme": [], "pane": {}, "recent_corpora": 3, "history": 7, "model": []}'),
    ],
    ids=["device", "kinds"],
)
async def test_the_app_opens_without_its_settings_and_says_why(
    spoil: Callable[[Path], object], make_app: App, model: str
) -> None:
    files.ensure_dir(paths.config_dir())
    spoil(paths.settings_file())
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert app.pane is not None
        assert app.pane.id == "predict"
        assert str(paths.settings_file()) in notices(app)
        for key in ("f1", "f2", "f3", "f4", "f5"):
            await pilot.press(key)
            await settle(pilot)


async def test_a_spoiled_run_is_in_the_list_with_its_file_and_the_others_are_as_ever(make_app: App, model: str) -> None:
    healthy = world.make_finished()
    spoiled = [healthy.path.with_name(f"20200101-00000{number}-spoiled") for number in range(4)]
    for folder in spoiled:
        shutil.copytree(healthy.path, folder)
    (spoiled[0] / "config.json").write_bytes(DEEP)
    (spoiled[1] / "report.json").write_bytes(DEEP)
    (spoiled[2] / "status.json").write_text('{"state": "training", "epoch": "x"}')
    (spoiled[3] / "events.jsonl").unlink()
    os.mkfifo(spoiled[3] / "events.jsonl")
    app = make_app()
    async with app.run_test(size=(160, 50)) as pilot:
        await settle(pilot)
        await pilot.press("f3")
        await settle(pilot)
        assert healthy.name in "\n".join(rows(app))
        parts = {"config.json: the run cannot be read: it is nested", "status.json", "events.jsonl"}
        for _ in range(len(spoiled)):
            await pilot.press("down")
            await settle(pilot)
            about = str(app.query_one("#runs-about", Static).content)
            parts -= {part for part in parts if part in about}
        assert not parts
        await pilot.press("slash", *"unreadable", "enter")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert "Unreadable" in "\n".join(rows(app))
        await pilot.press("f4")
        await settle(pilot)
        assert "On films it has not seen this model tells" in "\n".join(rows(app))
        assert not notices(app)


@pytest.mark.parametrize("name", ["config.json", "status.json", "events.jsonl"])
async def test_an_unreadable_run_says_which_file_it_is_and_what_to_do(name: str, make_app: App, model: str) -> None:
    run = world.make_finished()
    (run.path / name).unlink()
    (run.path / name).mkdir()
    app = make_app(attach=str(run.path))
    async with app.run_test(size=(200, 50)) as pilot:
        await settle(pilot)
        shown = "\n".join(rows(app))
        assert "Unreadable" in shown
        assert f"✗ {run.path / name}: " in shown
        assert f"or remove the run: gendertui runs remove {run.name}" in shown
        assert "starting" not in shown
        assert "Preparing" not in shown
