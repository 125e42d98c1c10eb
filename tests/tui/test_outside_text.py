"""Names from outside (corpora, runs, films, files) are shown as they stand: never markup, never terminal escapes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList

from gendertui.corpus.samples import SAMPLES
from gendertui.paths import runs_dir
from gendertui.runs.folder import RunFolder
from gendertui.tui.app import GendertuiApp
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.dialogs.question import Question
from gendertui.tui.formatting import literal
from tests.builders import app as world
from tests.builders.app import settle, until
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]
Hold = Callable[[RunFolder], RunFolder]
SIZE = (120, 40)
NAMES = ["[x]", "\\[x]", "[bold]", "a]b", "[/]", "[@click=quit]q[/]"]
FILE_NAMES = ["\\[x]", *(pytest.param(name, marks=pytest.mark.long) for name in ("[x]", "[bold]", "a]b"))]


@pytest.mark.parametrize("name", NAMES)
def test_a_title_is_the_text_itself(name: str) -> None:
    box = Widget()
    box.border_title = literal(f"On {name}")
    title = box._border_title
    assert isinstance(title, Content)
    assert title.plain == f"On {name}"


def test_what_a_terminal_would_obey_is_visible() -> None:
    assert literal("a\x1b[2J\nb").plain == "a␛[2J\nb"


@pytest.mark.parametrize("name", FILE_NAMES)
async def test_a_corpus_is_named_in_titles_as_its_file_is(make_app: App, model: str, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.txt"
    path.write_bytes(SAMPLES["sample"].path.read_bytes())
    app = make_app(str(path))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert app.corpus is not None
        assert f" {app.corpus.name}: " in "\n".join(rows(app))
        await app.show_pane("configure")
        await settle(pilot)
        assert f" On {app.corpus.name} " in "\n".join(rows(app))
        # In the list of recent ones, too.
        await pilot.press("f1", "o")
        await settle(pilot)
        assert path.name in "\n".join(rows(app))


@pytest.mark.parametrize("name", FILE_NAMES)
async def test_a_run_is_named_as_its_folder_is(make_app: App, model: str, alive: Hold, name: str) -> None:
    made = world.make_training()
    run = RunFolder(runs_dir() / name)
    shutil.move(made.path, run.path)
    alive(run)
    app = make_app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        assert f" {name} " in "\n".join(rows(app))
        await pilot.press("r")
        await settle(pilot)
        assert any("▶ training" in row and f" {name} " in row for row in rows(app))
        await pilot.press("escape")
        app.say(f"about {name}", title=f"of {name}")
        await until(pilot, lambda: f"about {name} " in "\n".join(rows(app)), "the notice")
        assert f"of {name} " in "\n".join(rows(app))


@pytest.mark.parametrize("name", NAMES)
async def test_dialogs_ask_about_names_as_they_are(make_app: App, model: str, name: str) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await app.push_screen(Choice(f"T {name}", f"Q {name}", [(1, f"A {name}", f"B {name}")]))
        await settle(pilot)
        for part in "TQAB":
            assert f"{part} {name} " in "\n".join(rows(app))
        assert app.screen.query_one(OptionList).option_count == 1
        await app.push_screen(Question(f"T {name}", f"Q {name}", str))
        await settle(pilot)
        assert f"T {name} " in "\n".join(rows(app))
        assert f"Q {name} " in "\n".join(rows(app))
