"""A large screen is used: of no pane is more than four tenths blank where there is ordinary content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendertui.corpus.units import FILM_UNITS
from gendertui.evaluation import glossary
from gendertui.runs.folder import RunFolder
from gendertui.training.config import FIELDS, PRESETS, preset
from gendertui.training.fields import shown_name
from gendertui.tui.app import GendertuiApp
from gendertui.tui.configure.presets import table
from gendertui.tui.widgets import terms
from tests.builders import app as world
from tests.builders import filled, reports
from tests.builders.app import settle
from tests.builders.blank import blank_share
from tests.builders.screens import rows

LARGE = (200, 60)
MOST = 0.4

Hold = Callable[[RunFolder], RunFolder]
App = Callable[..., GendertuiApp]


async def test_an_empty_pane_is_found_and_a_full_one_is_not(make_app: App) -> None:
    """The measure itself: a picker of corpora alone on a large screen, and a verdict."""
    reports.make_run()
    app = make_app()
    async with app.run_test(size=LARGE) as pilot:
        await settle(pilot)
        await app.show_pane("corpus")
        await settle(pilot)
        assert blank_share(app) > 2 * MOST
        await filled.see(pilot, "evaluate, verdict")
        assert blank_share(app) <= MOST


@pytest.mark.long
async def test_no_pane_leaves_its_room_empty(make_app: App, alive: Hold, tmp_path: Path) -> None:
    filled.make(alive)
    found = await shares(make_app(str(filled.corpus(tmp_path))))
    print(*(f"{share:4.0%} {view}" for view, share in found.items()), sep="\n")
    assert len(found) == len(filled.VIEWS) + 2
    assert {view: share for view, share in found.items() if share > MOST} == {}


async def shares(app: GendertuiApp, look: Callable[[str], None] = lambda _: None) -> dict[str, float]:
    """What share of every view is blank."""
    found = {}

    def measure(view: str) -> None:
        found[view] = blank_share(app)
        look(view)

    async with app.run_test(size=LARGE) as pilot:
        await settle(pilot)
        for view in filled.VIEWS:
            if view == "evaluate, verdict":
                # The reports are of the sample itself.
                app.open_corpus("sample")
                await settle(pilot)
            await filled.see(pilot, view)
            measure(view)
        await filled.ask(pilot)
        measure("predict, a line")
        await filled.paste_scene(pilot)
        measure("predict, a scene")
    assert app.model_name == world.MODEL
    return found


@pytest.mark.long
async def test_what_stands_beside_a_list(make_app: App, alive: Hold, tmp_path: Path) -> None:
    filled.make(alive)
    seen = {}
    app = make_app(str(filled.corpus(tmp_path)))
    await shares(app, lambda view: seen.update({view: "\n".join(rows(app))}))
    for view, words in {
        "corpus, lines": ("▶ m FATHER AMBROSE", "the keeper of saltwick light · 1987 · drama"),
        "corpus, groups": ("low orbit laundry ─", "COMMANDER ITO  Which one"),
        "corpus, split": ("train ─", "validation ─", "INSPECTOR HALE"),
        "configure": ("Where the presets differ", "glove-6b-200d"),
        "train, log": ("AUC on validation", "epoch 3, batch 1547"),
        "evaluate, verdict": ("What it means", "half of them of each label"),
        "evaluate, what the score reads": ("AUC of a score that reads", "AUC by number of lines"),
        "evaluate, one by one": ("CLEMENT · twelve bars", "m CLEMENT  We go on"),
        "evaluate, mistakes": ("▶ m FATHER AMBROSE  It was bricked up",),
        "evaluate, slices": ("By length", "By film", "By genre", "By year", "By credit", "By character"),
        "predict, a line": ("The model that answers", "▶  60–70 %", "80+"),
        "predict, a scene": ("Why ANNA has this score", "love +0.28"),
    }.items():
        for each in words:
            assert each in seen[view], (view, each)


@given(st.lists(st.sampled_from(glossary.KEYS), unique=True), st.integers(1, 4))
def test_terms_stand_in_columns_in_their_order(keys: list[str], columns: int) -> None:
    divided = terms.divided(terms.explained(keys, FILM_UNITS), columns)
    assert len(divided) == columns
    filled = [bool(column) for column in divided]
    assert filled == sorted(filled, reverse=True)
    assert [term.name for column in divided for term in column] == [glossary.explain(key).name for key in keys]


@pytest.mark.parametrize("chosen", PRESETS)
def test_presets_side_by_side_have_what_differs_and_nothing_else(chosen: str) -> None:
    shown = table(chosen)
    head, *lines = shown.plain.splitlines()
    assert head.split() == list(PRESETS)
    configs = [preset(name).model_dump() for name in PRESETS]
    differing = [name for name in FIELDS if len({str(config[name]) for config in configs}) > 1]
    assert [line.split("  ")[0].strip() for line in lines] == [shown_name(name) for name in differing]
