"""Keys that arrive at once, as one late packet of a slow line delivers them, act as they would one by one."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, Static

from gendertui import paths
from gendertui.corpus.samples import SAMPLES
from gendertui.runs import launch
from gendertui.runs.folder import RunFolder
from gendertui.subprocesses import probe
from gendertui.sweeps import start
from gendertui.training.config import PRESETS, TrainingConfig, preset
from gendertui.tui.app import GendertuiApp
from gendertui.tui.configure import timing
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.keymap import PLACES
from gendertui.tui.panes import DIGITS, FUNCTION_KEYS, PANES
from gendertui.tui.predict.scene_view import SceneView
from gendertui.tui.screen_keys import SCREEN_KEYS
from tests.builders import app as world
from tests.builders import bursts, prompt, scripted_sweeps
from tests.builders.app import LOOK_SECONDS, settle
from tests.builders.bursts import send
from tests.builders.terminal import Terminal

App = Callable[..., GendertuiApp]
Hold = Callable[[RunFolder], RunFolder]
Started = list[tuple[TrainingConfig, str | None]]
PACKET = 6
MOVES = ["down", "enter", "escape", "tab"]
"""What is pressed in every pane beside its own keys."""
AWAY = {
    "corpus": ["pagedown", "f2", "1"],
    "configure": ["up", "end", "f4", "2"],
    "train.watch": ["f5", "3"],
    "train.runs": ["f5", "3"],
    "train.compare": ["f5", "3"],
    "train.log": ["f5", "3"],
    "train.sweeps": ["f5", "3"],
    "evaluate": ["f1", "f4"],
    "predict": ["f3", "f5"],
}
"""Where walks begin → what else is pressed there: to another pane, and back."""
NOT_WALKED = {
    "app.quit": "leaves the app, see the test of what is pressed after it",
    "app.quit-anywhere": "leaves the app",
    "app.interrupt": "leaves the app when pressed twice within seconds",
    "app.suspend": "stops the process",
    "app.command-palette": "what follows is text for its search: see test_palette and the test here",
    "app.change-theme": "the same",
    "evaluate.measure": "computes for minutes in another process",
    "evaluate.baseline": "computes for minutes in another process",
    **{key.id: "one way to another pane is enough" for key in (*DIGITS, *FUNCTION_KEYS)},
}
"""Id of an action → why no walk presses its key."""


def walked(place: str) -> list[str]:
    """The keys of a place, of its pane and of the app; those of Train, which its tabs share, in Watch alone."""
    pane, _, tab = place.partition(".")
    of_pane = PLACES[pane] if tab in ("", "watch") else [each.shows for each in PANES[pane].tabs]
    keys = (*PLACES[place], *of_pane, *PLACES["app"])
    found = [key.keys for key in keys if key.id not in NOT_WALKED]
    return list(dict.fromkeys((*found, *MOVES, *AWAY[place])))


WALKS = {place: walked(place) for place in AWAY}
"""Place → keys of which each is to follow each."""
SENTENCES = {
    "corpus": "1 slash n o slash enter s down down enter j escape r pagedown enter escape p down p o escape f2 1 enter",
    "configure": "2 end ctrl+r escape home down tab tab 5 tab u a tab a down ctrl+r escape home up ctrl+r f2 down f5 x",
    "train.watch": "3 left left plus s L 0 escape r down enter p up x enter x escape end r escape f5 l o v e f3 down"
    " up",
    "train.runs": "r down d u space up space c x escape r n o k enter slash f i l m enter s r escape p x escape"
    " R r end plus minus x home d w",
    "evaluate": "4 c i n down enter escape f4 v m down escape s n right right left t down escape l n o escape f4 i end",
    "predict": "5 l o v e ctrl+o i escape enter o escape f7 down enter up up i ! f6 f6 ctrl+r r a i n enter enter tab"
    " down enter f1 f5",
}
"""Place → what somebody may press there."""
IN_EVERY_RUN = ("train.runs", "evaluate", "predict")
"""A list, tabs and a field that is typed into: the other places are pressed in the long tests."""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """What would be trained; no worker is started."""
    found: Started = []

    def start(config: TrainingConfig, corpus: object, *, preset: str | None, wait: bool) -> object:
        found.append((config, preset))
        return world.make_finished()

    monkeypatch.setattr(launch, "start", start)
    return found


async def test_letters_and_the_keys_that_correct_them_act_in_their_order(make_app: App, model: str) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        send(pilot, *"abcdefgh", *["backspace"] * 6, *"xyz", "left", "left", *"QQ", "backspace", *"0123456789")
        await settle(pilot)
        assert app.query_one("#prompt", Input).value == "abxQ0123456789yz"
        send(pilot, "home", "delete", *"A", "end", "ctrl+w", *"!")
        await settle(pilot)
        assert app.query_one("#prompt", Input).value == "!"


async def test_a_letter_behind_a_pasted_scene_is_for_the_scene(make_app: App, model: str) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app.post_message(events.Paste("ANNA: I love you.\nBEN: But I have to go.\nANNA: Go!\n"))
        send(pilot, "i")
        await settle(pilot)
        # The scene came, and its key went back from it to the prompt.
        assert app.query_one(SceneView).scene is not None
        assert app.query_one("#prompt", Input).value == ""


@pytest.mark.parametrize("after", ["x", "m", "question_mark", "3"])
async def test_what_is_pressed_after_q_asks_nothing_of_somebody_who_is_leaving(make_app: App, after: str) -> None:
    prompt.make_model()
    world.write_history(paths.history_file())
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        send(pilot, "q", after, after)
        while app.is_running:
            await asyncio.sleep(LOOK_SECONDS)
    assert app.return_code == 0


@pytest.mark.parametrize(
    "keys",
    [
        ("end", "enter", "home", "enter"),
        *(pytest.param(keys, marks=pytest.mark.long) for keys in (("down", "down", "up", "up"), ("end", "home"))),
    ],
)
async def test_start_trains_the_preset_that_the_form_shows(
    make_app: App, model: str, started: Started, keys: tuple[str, ...]
) -> None:
    app = make_app("sample")
    async with app.run_test() as pilot:
        await settle(pilot)
        await app.show_pane("configure")
        await settle(pilot)
        send(pilot, *keys, "ctrl+r")
        await settle(pilot)
    assert started == [(preset("quick"), "quick")]


async def test_the_form_shows_what_the_question_before_the_start_is_about(
    make_app: App, model: str, started: Started
) -> None:
    app = make_app("sample")
    async with app.run_test() as pilot:
        await settle(pilot)
        send(pilot, "f2", *["down"] * list(PRESETS).index("tutorial"), "ctrl+r")
        await settle(pilot)
        pane: Any = app.pane
        assert pane.config() == preset("tutorial")
        assert isinstance(app.screen, Choice)
        assert preset("tutorial").vectors in app.screen._question
        send(pilot, "escape", "up", "down")
        await settle(pilot)
        assert pane.config() == preset("tutorial")
        # The answer is shown by the form, and is what trains.
        send(pilot, "end", "ctrl+r", "end", "up", "enter")
        await settle(pilot)
        assert started == [(pane.config(), "tutorial")]
        assert started[0][0].vectors == "random"


@pytest.mark.parametrize(
    "pane", [pytest.param(pane, marks=() if pane in IN_EVERY_RUN else pytest.mark.long) for pane in PANES]
)
async def test_keys_pressed_while_a_pane_is_made_are_for_that_pane(make_app: App, model: str, pane: str) -> None:
    app = make_app("sample")
    async with app.run_test() as pilot:
        await settle(pilot)
        send(pilot, "escape", f"f{list(PANES).index(pane) + 1}", "question_mark")
        await settle(pilot)
        shown = app.pane
        assert shown is not None and shown.id == pane
        if pane == "predict":
            assert app.query_one("#prompt", Input).value == "?"
        else:
            assert type(app.screen).__name__ == "HelpScreen"
            assert app.screen._pane.name == pane  # type: ignore[attr-defined]


async def test_what_is_timed_is_what_the_form_shows(make_app: App, model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    timed: list[tuple[TrainingConfig, int]] = []

    def speed(config: TrainingConfig, vocabulary: int, **_: object) -> float:
        timed.append((config, vocabulary))
        return 1000.0

    monkeypatch.setattr(probe, "speed", speed)
    app = make_app("sample")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        monkeypatch.setattr(timing, "STILL_SECONDS", 600.0)
        send(pilot, "f2", "end", "t")
        await settle(pilot)
        assert [config for config, _ in timed] == [preset("tutorial")]
        assert "in all" in str(app.query_one("#summary", Static).content)


async def test_a_filter_is_done_before_the_next_key_acts_on_the_lines(make_app: App, model: str) -> None:
    app = make_app("sample")
    async with app.run_test() as pilot:
        await settle(pilot)
        send(pilot, "slash", *"label:m", "enter", "down", "enter")
        await settle(pilot)
        assert app.corpus is not None
        opened: Any = app.screen
        assert type(opened).__name__ == "LineScreen"
        assert app.corpus.column("label")[opened._row].as_py() == "m"


async def test_tab_completes_what_was_typed_just_before(make_app: App, model: str, tmp_path: Path) -> None:
    (tmp_path / "quoted.o1.txt").write_bytes(SAMPLES["sample"].path.read_bytes())
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        send(pilot, "f1", *f"{tmp_path}/quo", "tab", "enter")
        await settle(pilot)
        assert app.corpus is not None and app.corpus.path == tmp_path / "quoted.o1.txt"


async def test_the_runs_that_were_asked_for_take_the_keys_that_follow(make_app: App, model: str, alive: Hold) -> None:
    first = world.make_finished()
    alive(world.make_training())
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        send(pilot, "f3", "r", "down", "enter")
        await settle(pilot)
        assert app.run_view is not None and app.run_view.folder == first.path


async def test_the_palette_runs_what_was_typed_just_before(make_app: App, model: str) -> None:
    app = make_app("sample")
    async with app.run_test() as pilot:
        await settle(pilot)
        send(pilot, "ctrl+p", *"configure: start", "down", "escape", "escape", "ctrl+p", *"help", "enter", "enter")
        await settle(pilot)
        assert type(app.screen).__name__ == "HelpScreen"


@pytest.mark.parametrize(
    ("place", "pressed"),
    [
        *(
            pytest.param(place, sentence.split(), marks=() if place in IN_EVERY_RUN else pytest.mark.long)
            for place, sentence in SENTENCES.items()
        ),
        *(pytest.param(place, bursts.pairs(walk), marks=pytest.mark.long) for place, walk in WALKS.items()),
    ],
    ids=[*SENTENCES, *(f"{place}-walk" for place in WALKS)],
)
async def test_a_packet_of_keys_does_what_the_keys_do_one_by_one(
    make_app: App,
    model: str,
    alive: Hold,
    started: Started,
    place: str,
    pressed: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Where what is exported goes to.
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(start, "start_worker", lambda sweep: None)
    pane, _, tab = place.partition(".")
    of_train = pane == "train"
    run = alive(world.make_training()) if of_train else world.make_finished()
    packets = [pressed[at : at + PACKET] for at in range(0, len(pressed), PACKET)]

    async def walk(press: Callable[[Pilot[None], list[str]], Any]) -> list[dict[str, Any]]:
        app = make_app("sample")
        started.clear()
        for left in (run.control_file, paths.history_file(), paths.settings_file()):
            left.unlink(missing_ok=True)
        if of_train:
            # A walk may delete it, rename it, and put a note on it.
            for made in (entry for entry in paths.runs_dir().iterdir() if entry != run.path):
                shutil.rmtree(made) if made.is_dir() else made.unlink()
            world.make_finished()
            alive(world.make_queued())
        if place == "train.sweeps":
            # A walk may stop it.
            shutil.rmtree(paths.sweeps_dir(), ignore_errors=True)
            scripted_sweeps.fill(scripted_sweeps.make(), 2)
        async with app.run_test(size=(100, 30)) as pilot:
            await settle(pilot)
            shown = await app.show_pane(pane)
            # Else the tab that a pane opens on is hidden before it has shown its run, or after.
            await settle(pilot)
            if tab:
                await app.act(PANES[pane].tab(tab).shows.action, shown)
            await settle(pilot)
            states = []
            for packet in packets:
                await press(pilot, packet)
                states.append({**bursts.state(app), "started": list(started)})
            return states

    async def at_once(pilot: Pilot[None], packet: list[str]) -> None:
        send(pilot, *packet)
        await settle(pilot)

    async def one_by_one(pilot: Pilot[None], packet: list[str]) -> None:
        for key in packet:
            send(pilot, key)
            await settle(pilot)

    for packet, burst, single in zip(packets, await walk(at_once), await walk(one_by_one), strict=True):
        assert {part: (burst[part], single[part]) for part in burst if burst[part] != single[part]} == {}, packet


def test_every_key_is_walked_or_has_a_reason_why_not() -> None:
    acting = {key.id: key.keys for place, keys in PLACES.items() if place not in SCREEN_KEYS for key in keys}
    pressed = {key for walk in WALKS.values() for key in walk}
    assert {name for name, key in acting.items() if key not in pressed} <= set(NOT_WALKED) <= set(acting)


def test_a_packet_of_keys_from_a_real_terminal_starts_what_is_on_the_screen(model: str) -> None:
    """Also while the pane is still being made: the tutorial's vectors are not on this machine, quick's need no file."""
    with Terminal("--corpus", "sample", size=(100, 30)) as terminal:
        terminal.until_shows("1,284")
        terminal.press("\x1bOQ\x1b[B\x1b[B\x12")
        terminal.until_shows("glove-6b-200d are not on this machine")
    assert not paths.runs_dir().exists()
