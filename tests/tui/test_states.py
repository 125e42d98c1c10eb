"""What the panes say in the states that no picture is kept of, as text on the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from gendertui import paths
from gendertui.runs.folder import RunFolder
from gendertui.tui.app import GendertuiApp
from gendertui.tui.configure.form import FieldRow
from tests.builders import app as world
from tests.builders import prompt, reports
from tests.builders.app import settle, until
from tests.builders.screens import doing, on, pasting, rows

App = Callable[..., GendertuiApp]
Hold = Callable[[RunFolder], RunFolder]
SMALL = (80, 24)
LINE = "I love you, but I have to go."
LONG = "Love! Love you, rain. Sorry, the ship! " * 2


async def shows(app: GendertuiApp, act: Callable[[Pilot[None]], Any], *expected: str) -> None:
    """Every text stands on one row of an 80×24 screen, spaces aside."""
    async with app.run_test(size=SMALL) as pilot:
        await act(pilot)
        said = [" ".join(row.split()) for row in rows(app)]
        for text in expected:
            assert any(text in row for row in said), f"{text!r} is not in:\n" + "\n".join(said)


async def test_corpus_picker(make_app: App, model: str) -> None:
    words = (
        "Any file or folder with texts and two labels",
        "Get the film corpus (9.9 MB)",
        "The film sample",
        "The messages",
    )
    await shows(make_app(), on("corpus"), *words)


async def test_corpus_filtered(make_app: App, model: str) -> None:
    presses = ["slash", *"label", "colon", "f", "space", *"door", "enter"]
    await shows(make_app("sample"), on("corpus", *presses), "label:f door 1 of 1,284", "f DOT With those ears.")


async def test_corpus_problems(make_app: App, model: str) -> None:
    words = ("p Problems 6", "43 too few fields L1069", "687 unknown label L4151", "903 too many fields L5196")
    await shows(make_app("sample"), on("corpus", "p"), *words)


async def test_corpus_line(make_app: App, model: str) -> None:
    words = ("INSPECTOR HALE · 20 lines", "▶ f INSPECTOR HALE Out, please.", "↑ ↓ neighbours · esc closes")
    await shows(make_app("sample"), on("corpus", "down", "enter"), *words)


async def test_configure_changed_and_wrong(make_app: App, model: str) -> None:
    presses = ["tab", "tab", "tab", "backspace", "9", "tab", "backspace", "backspace", "backspace", "0"]
    words = ("Training: quick ● 2 changed", "● batch size 9 preset: 256", "✗ learning rate takes a number more than 0")
    await shows(make_app("sample"), on("configure", *presses), *words)


async def test_configure_a_split_that_leaks(make_app: App, model: str) -> None:
    async def leaking(pilot: Pilot[None]) -> None:
        await on("configure")(pilot)
        pilot.app.query_one("#row-split", FieldRow).text = "random"
        await settle(pilot)

    await shows(make_app("sample"), leaking, "! random split leaks")


async def test_configure_vectors_missing(make_app: App, model: str) -> None:
    words = ("glove-6b-200d are not", "Download GloVe 6B (862 MB)", "Use glove-6b-50d instead", "from random vectors")
    await shows(make_app("sample"), on("configure", "end", "ctrl+r"), *words)


async def test_train_finished(make_app: App, model: str, alive: Hold) -> None:
    world.make_finished()
    alive(world.make_training())
    words = (
        "Finished · in 1 min 21 s",
        "2/3 0.662 0.669 59.2 % 57.1 % 0.604 0:14 ◀ best",
    )
    await shows(make_app(None, world.FINISHED), on("train"), *words)


async def test_train_without_a_run(make_app: App, model: str) -> None:
    await shows(make_app(), on("train"), "There is no run yet.", "Press 2 to configure one and start it")
    await shows(make_app(), on("train", "w"), "No run is followed.", "or r to choose one of those")
    await shows(make_app(), on("train", "c"), "Mark them in Runs: r shows the list")


async def test_help(make_app: App, model: str) -> None:
    words = ("Help: Predict", "person's gender, and no single line does.", "esc closes")
    await shows(make_app(), on("predict", "escape", "question_mark"), *words)


async def test_palette(make_app: App, model: str) -> None:
    search = on("predict", "ctrl+p", *"start")

    async def searched(pilot: Pilot[None]) -> None:
        await search(pilot)
        # The palette gathers its answers in a task of its own, and shows them a moment after the last key.
        await until(pilot, lambda: any("Configure: start" in row for row in rows(pilot.app)), "the answers")

    await shows(make_app(), searched, "Configure: start (^r)", "Start training with this configuration.")


async def test_question_before_the_test_set(make_app: App) -> None:
    reports.make_run()
    words = ("Open the test set", "has never been read", "Leave it closed", "Open it, and count the reading")
    await shows(make_app(), on("evaluate", "t"), *words)


async def test_test_set(make_app: App) -> None:
    reports.make_run(test=True)
    words = ("test 14,009 lines of 44 films · by film · read 2 times", "On the test set, it puts 56.2 of 100 lines")
    await shows(make_app(), on("evaluate", "t", theme="gendertui-light"), *words)


async def test_older_report(make_app: App, model: str) -> None:
    words = ("this model tells the labels apart a little:", "AUC 0.604 (0.589 to 0.619), about as well")
    await shows(make_app(), on("evaluate"), *words)


async def test_why_not_70(make_app: App) -> None:
    reports.make_run(protocol="tutorial")
    reports.keep_audit("tutorial")
    words = ("Why not 70 %?", "The article reports about 70 %", "this run has 57.9 % (56.5–59.3)", "73.1 %")
    await shows(make_app(), on("evaluate"), *words)


@pytest.fixture
def judged() -> None:
    """A model that knows how often it is right, and lines asked before."""
    prompt.make_model()
    world.write_history(paths.history_file())


@pytest.mark.usefixtures("judged")
async def test_predict_a_line_that_wraps(make_app: App) -> None:
    words = ("64 % written like lines labelled f", "14 of 14 known", "+ towards f · − towards m")
    await shows(make_app(), doing(LONG), *words)


@pytest.mark.usefixtures("judged")
async def test_predict_before_and_after(make_app: App) -> None:
    act = doing(LINE, "f6", then="I love the ship, but I have to go.")
    words = ("After the edit: log-odds −0.24, towards m: you → the ship", "Before: 64 % f", "After: 58 % f")
    await shows(make_app(), act, *words)


@pytest.mark.usefixtures("judged")
async def test_predict_odds(make_app: App) -> None:
    words = ("Odds before the line is seen", "Even odds", "The natural rate, 27 % f", "A rate of your own")
    await shows(make_app(), doing(LINE, "f7", "down"), *words)


@pytest.mark.usefixtures("judged")
async def test_predict_history_search(make_app: App) -> None:
    words = ("64 % f I love the rain, but the rain is sorry [bold]for nothing[…", "1 of 3 lines")
    await shows(make_app(), doing("", "ctrl+r", *"rain"), *words)


@pytest.mark.usefixtures("judged")
async def test_predict_saving_a_scene(make_app: App) -> None:
    await shows(make_app(), pasting("w"), "Save the scene as CSV", "Path of the file.", "scene.csv")
