"""Labels that look wrong, mended by keys: what is written, what is shown, what is taken back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from gendertui.corpus.corrections.entry import Correction, Key
from gendertui.corpus.corrections.file import decide, read
from gendertui.corpus.load import load
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.remembered import remember, remembered
from gendertui.corpus.table import Corpus
from gendertui.evaluation.suspects.store import UnitScores, keep_scores, kept_scores
from gendertui.tui.app import GendertuiApp
from gendertui.tui.evaluate.suspect_lines import SuspectLines
from gendertui.tui.evaluate.suspects import SuspectsScreen
from gendertui.tui.widgets.tab_line import TabLine
from gendertui.tui.widgets.table import VirtualTable
from tests.builders.app import settle, until
from tests.builders.corpora import SEPARATOR, collated
from tests.builders.screens import on, rows

App = Callable[..., GendertuiApp]
Snap = Callable[..., bool]
SIZE = (100, 30)
PEOPLE = (("u0", "ANNA", "m"), ("u1", "[b]BEN", "f"), ("u2", "CARL", "m"), ("u3", "DORA", "?"), ("u4", "EMIL", "?"))
LOG_ODDS = (3.0, -2.0, -1.0, 0.2, -1.5)


def film(folder: Path) -> Corpus:
    """A film of five people who speak in turn, with scores kept for it: those of the first two contradict the label."""
    rows = [
        SEPARATOR.join((f"L{5 * turn + at}", who, "m0", name, label, f"{name.lower()} says {turn}", "1"))
        for turn in range(3)
        for at, (who, name, label) in enumerate(PEOPLE)
    ]
    path = folder / "film.txt"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    corpus = load(path)
    codes = {"m": 0, "f": 1, "?": -1}
    scores = UnitScores(
        unit="speaker",
        together="group",
        mixed=0,
        row=np.arange(5),
        label=np.array([codes[label] for _, _, label in PEOPLE], np.int8),
        lines=np.full(5, 3),
        log_odds=np.array(LOG_ODDS),
    )
    keep_scores(corpus.data_hash, scores)
    return corpus


def key(number: int) -> Key:
    return Key("speaker", "m0", f"u{number}")


async def opened(pilot: Pilot[None], *presses: str) -> SuspectsScreen:
    """Open the screen over Evaluate and press keys, each after what the last one started is done."""
    app = pilot.app
    assert isinstance(app, GendertuiApp)
    await settle(pilot)
    await app.show_pane("evaluate")
    for press in ("w", *presses):
        await settle(pilot)
        await pilot.press(press)
    await settle(pilot)
    return next(screen for screen in app.screen_stack if isinstance(screen, SuspectsScreen))


def names(screen: SuspectsScreen) -> list[str]:
    table = screen.query_one(VirtualTable)
    return [table.cell(place, "name").plain for place in range(len(table.order))]


def column(screen: SuspectsScreen, name: str) -> list[str]:
    table = screen.query_one(VirtualTable)
    return [table.cell(place, name).plain for place in range(len(table.order))]


def said(screen: SuspectsScreen, selector: str) -> str:
    return str(screen.query_one(selector, Static).content)


def holding(corpus: Corpus) -> dict[Key, Correction]:
    return read(corpus).in_force()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture(size: tuple[int, int], snap_compare: Snap, make_app: App, tmp_path: Path) -> None:
    corpus = film(tmp_path)
    decide(corpus, key(3), "label", "f")
    assert snap_compare(make_app(str(corpus.path)), terminal_size=size, run_before=on("evaluate", "w", "r"))


async def test_the_lists_and_the_text_at_hand(make_app: App, tmp_path: Path) -> None:
    corpus = film(tmp_path)
    app = make_app(str(corpus.path))
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot)
        assert names(screen) == ["ANNA", "[b]BEN"]
        assert column(screen, "scored") == ["f 95 %", "m 88 %"]
        assert "The score of 2 of 3 characters" in said(screen, "#suspects-about")
        assert said(screen, "#suspect-text").splitlines() == [f"anna says {turn}" for turn in range(3)]
        lists = [names(screen)]
        for _ in range(3):
            await pilot.press("n")
            await settle(pilot)
            lists.append(names(screen))
        assert lists == [["ANNA", "[b]BEN"], ["EMIL", "DORA"], ["DORA", "EMIL"], []]
        await pilot.press("escape")
        await settle(pilot)
        assert not isinstance(app.screen, SuspectsScreen)


async def test_a_key_decides_and_the_next_one_is_there(make_app: App, tmp_path: Path) -> None:
    corpus = film(tmp_path)
    app = make_app(str(corpus.path))
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot, "o")
        table = screen.query_one(VirtualTable)
        assert (table.cursor, column(screen, "decision")) == (1, ["→ f", ""])
        await pilot.press("x")
        await settle(pilot)
        assert column(screen, "decision") == ["→ f", "✗ left out"]
        assert [(entry.act, entry.after) for entry in holding(corpus).values()] == [("label", "f"), ("leave-out", None)]
        # On what was decided about, undo takes that back; else the last decision.
        await pilot.press("up", "u")
        await settle(pilot)
        assert (table.cursor, column(screen, "decision")) == (0, ["", "✗ left out"])
        await pilot.press("u")
        await settle(pilot)
        assert (table.cursor, column(screen, "decision")) == (1, ["", ""])
        assert holding(corpus) == {}
        await pilot.press("r", "n", "n", "n")
        await settle(pilot)
        assert screen.query_one(TabLine).chosen == "decided"
        assert (names(screen), column(screen, "decision")) == (["[b]BEN"], ["✓ right"])
        await pilot.press("u")
        await settle(pilot)
        assert holding(corpus) == {}


async def test_what_has_no_label_is_given_one_by_its_number(make_app: App, tmp_path: Path) -> None:
    corpus = film(tmp_path)
    app = make_app(str(corpus.path))
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "n", "r", "o")
        assert holding(corpus) == {}
        assert any("1 m · 2 f" in row for row in rows(app))
        await pilot.press("1", "2")
        await settle(pilot)
        assert {key.speaker: entry.after for key, entry in holding(corpus).items()} == {"u4": "m", "u3": "f"}


async def test_enter_opens_its_lines_among_the_others_and_takes_the_same_keys(make_app: App, tmp_path: Path) -> None:
    corpus = film(tmp_path)
    app = make_app(str(corpus.path))
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "down", "enter")
        assert type(app.screen).__name__ == SuspectLines.__name__
        lines = str(app.screen.query_one("#suspect-passages", Static).content).splitlines()
        assert lines[:3] == ["  ANNA  anna says 0", "▶ [b]BEN  [b]ben says 0", "  CARL  carl says 0"]
        await pilot.press("o")
        await settle(pilot)
        assert isinstance(app.screen, SuspectsScreen)
        assert {key.speaker: entry.after for key, entry in holding(corpus).items()} == {"u1": "m"}


async def test_c_reads_the_corpus_with_what_was_decided_and_that_is_remembered(make_app: App, tmp_path: Path) -> None:
    corpus = film(tmp_path)
    app = make_app(str(corpus.path))
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "o", "c")
        assert app.corpus is not None
        assert app.corpus.counts() == {"m": 3, "f": 6, None: 6}
        assert remembered(corpus.path).corrections is True
        await pilot.press("c")
        await settle(pilot)
        assert app.corpus.counts() == corpus.counts()
        assert remembered(corpus.path).corrections is False


async def test_where_changes_are_applied_the_files_own_label_is_the_one_that_is_right(
    make_app: App, tmp_path: Path
) -> None:
    plain = film(tmp_path)
    decide(plain, key(0), "label", "f")
    changed = load(plain.path, ReadingOptions(corrections=True))
    scores = kept_scores(plain.data_hash, "speaker")
    assert scores is not None
    keep_scores(changed.data_hash, dataclasses.replace(scores, label=np.array([1, 1, 0, -1, -1], np.int8)))
    remember(plain.path, ReadingOptions(corrections=True))
    app = make_app(str(plain.path))
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot, "n", "n", "n")
        assert (column(screen, "label"), column(screen, "decision")) == (["m"], ["→ f"])
        await pilot.press("u")
        await settle(pilot)
        assert (column(screen, "label"), column(screen, "decision")) == (["m"], [""])
        await pilot.press("o")
        await settle(pilot)
        assert [entry.after for entry in holding(plain).values()] == ["f"]


async def test_opening_says_that_labels_were_changed_and_reading_applies_them(make_app: App, tmp_path: Path) -> None:
    corpus = film(tmp_path)
    decide(corpus, key(0), "label", "f")
    app = make_app(str(corpus.path))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        notices = "\n".join(note.message for note in app._notifications)
        assert "1 label changed by hand: 1 to the other label; not applied without" in notices
        await app.show_pane("corpus")
        await settle(pilot)
        await pilot.press("e")
        await settle(pilot)
        panel = app.screen.query_one("#reading-panel")
        table = panel.query_one(VirtualTable)
        fields = [table.cell(place, "field").plain for place in range(len(table.order))]
        table.cursor = fields.index("by hand")
        await pilot.press("right")
        await settle(pilot)
        assert app.corpus is not None
        assert app.corpus.counts()["f"] == 6


async def test_without_a_corpus_it_says_which_pane_opens_one(make_app: App) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await app.show_pane("evaluate")
        await settle(pilot)
        await pilot.press("w")
        await settle(pilot)
        assert "open it in 1 Corpus" in "\n".join(note.message for note in app._notifications)
        assert len(app.screen_stack) == 1


async def test_scores_are_computed_once_and_leaving_ends_that(
    make_app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "films.txt"
    path.write_text(collated(films=12), encoding="utf-8")
    app = make_app(str(path))
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot)
        assert "contradicts the label" in said(screen, "#suspects-about")
        await pilot.press("escape")
        monkeypatch.setattr("gendertui.tui.evaluate.suspects._compute", lambda *_: pytest.fail("computed again"))
        screen = await opened(pilot)
        assert "contradicts the label" in said(screen, "#suspects-about")


async def test_leaving_ends_the_scoring(make_app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    begun, ended = threading.Event(), threading.Event()

    def slow(_: Corpus, task: object) -> None:
        task.on_cancel(ended.set)  # type: ignore[attr-defined]
        begun.set()
        ended.wait(60)

    monkeypatch.setattr("gendertui.tui.evaluate.suspects._compute", slow)
    path = tmp_path / "films.txt"
    path.write_text(collated(films=12), encoding="utf-8")
    app = make_app(str(path))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await app.show_pane("evaluate")
        await settle(pilot)
        await pilot.press("w")
        await until(pilot, begun.is_set, "the scoring")
        await pilot.press("escape")
        await settle(pilot)
        assert ended.is_set()
        assert not isinstance(app.screen, SuspectsScreen)
