"""The app calls: what it writes to the terminal's tab while a run goes, and when that ends, is read as bytes."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui.notices.notices import AGAIN_SECONDS, AWAY_SECONDS, Notices, Switches
from gendertui.notices.sequences import Sequences
from gendertui.notices.terminals import TERMINALS, UNKNOWN, terminal_of
from gendertui.runs.folder import RunInfo
from gendertui.runs.records import State
from gendertui.runs.view import RunView
from gendertui.settings import write_setting
from gendertui.training.events import Batch, Plan
from tests.builders.replay import BATCHES, ReplayedRun
from tests.builders.terminal import Terminal

GHOSTTY = {"TERM": "xterm-ghostty", "TERM_PROGRAM": "ghostty"}
KITTY = {"TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1"}
FOCUS_LOST, FOCUS_GAINED, F10 = "\x1b[O", "\x1b[I", "\x1b[21~"
FOLDER = Path("/runs/20260921-091500-quick-films")
INFO = RunInfo(FOLDER.name, FOLDER, "training", "alive", "", 0, 4, "quick", "rnn", "films", 0.0, "")
EACH = {
    "kitty": (KITTY, ("\x1b]99;i=gendertui:d=0:e=1:p=title;",)),
    "ghostty": (GHOSTTY, ("\x1b]777;notify;gendertui;films over\x1b\\",)),
    "wezterm": ({"TERM_PROGRAM": "WezTerm"}, ("\x1b]777;notify;gendertui;films over\x1b\\",)),
    "foot": ({"TERM": "foot-extra"}, ("\x1b]777;notify;gendertui;films over\x1b\\",)),
    "urxvt": ({"TERM": "rxvt-unicode-256color"}, ("\x1b]777;notify;gendertui;films over\x1b\\",)),
    "iterm2": ({"LC_TERMINAL": "iTerm2"}, ("\x1b]9;gendertui: films over\x1b\\",)),
    "windows": ({"WT_SESSION": "0", "TERM": "xterm-256color"}, ("\x1b]9;gendertui: films over\x1b\\", "\a")),
    "vte": ({"VTE_VERSION": "7600"}, ("\x1b]777;notify;gendertui;films over\x1b\\", "\a")),
    "unknown": ({"TERM": "xterm-256color"}, ("\x1b]9;gendertui: films over\x1b\\", "\a")),
    "tmux": (
        {**GHOSTTY, "TERM_PROGRAM": "tmux", "TMUX": "/tmp/tmux-0/default,1,0"},
        ("\x1bPtmux;\x1b\x1b]777;notify;gendertui;films over\x1b\x1b\\\x1b\\", "\a"),
    ),
    "screen": (
        {"TERM": "screen-256color", "STY": "1.pts-0", "LC_TERMINAL": "iTerm2"},
        ("\x1bP\x1b]9;gendertui: films over\a\x1b\\", "\a"),
    ),
    "linux": ({"TERM": "linux"}, ("\a",)),
    "apple": ({"TERM_PROGRAM": "Apple_Terminal"}, ("\a",)),
}


def viewed(state: State = "training", *, batch: int = 0, **changes: object) -> RunView:
    """A run of one epoch of a hundred batches, as the app has it in sight."""
    view = RunView(FOLDER, info=replace(INFO, state=state, **changes))  # type: ignore[arg-type]
    view.plan = Plan(epochs=1, batches=100, parameters=1, device="cpu", train_rows=1, validation_rows=1, vocabulary=1)
    if batch:
        view.batch = Batch(
            epoch=1,
            batch=batch,
            batches=100,
            loss=0.5,
            lines_per_second=1.0,
            tokens_per_second=1.0,
            learning_rate=0.1,
        )
    return view


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("name", EACH)
def test_a_notification_is_what_that_terminal_understands(name: str) -> None:
    environment, parts = EACH[name]
    said = Sequences.of(environment).notification("gendertui", "films over")
    assert said.startswith(parts[0])
    assert (said.count("\a") - (name == "screen")) == parts.count("\a")
    if name == "kitty":
        assert [base64.b64decode(part).decode() for part in re.findall(r";([^;]*)\x1b\\", said)] == [
            "gendertui",
            "films over",
        ]


def test_progress_only_where_it_is_known_to_be_taken() -> None:
    taken = {terminal.name for terminal in TERMINALS if terminal.progress({})}
    assert taken == {"ghostty", "wezterm", "vscode", "windows", "conemu"}
    assert Sequences.of({"VTE_VERSION": "8000"}).progress(1, 43) == "\x1b]9;4;1;43\x1b\\"
    assert Sequences.of({"VTE_VERSION": "7600"}).progress(1, 43) == ""
    assert Sequences.of({"KONSOLE_VERSION": "260401"}).progress(1, 43) == "\x1b]9;4;1;43\x1b\\"
    assert Sequences.of({"KONSOLE_VERSION": "251203"}).progress(1, 43) == Sequences.of(KITTY).progress(1, 43) == ""
    assert Sequences.of({"LC_TERMINAL": "iTerm2", "TERM_FEATURES": "T3LrMSc7UUw9Ts3BFGsSyHNoSxFP"}).progress(0)
    assert not Sequences.of({"LC_TERMINAL": "iTerm2", "TERM_FEATURES": "T3LrMSc7UUw9Ts3BFGsSyHNoSxF"}).progress(0)
    assert terminal_of({"TERM": "xterm-256color"}) is UNKNOWN
    # What started the terminal leaves its own variables behind.
    assert terminal_of({**GHOSTTY, "KITTY_WINDOW_ID": "3", "VTE_VERSION": "8000"}).name == "ghostty"


def test_a_console_without_titles_and_screen_get_none() -> None:
    for environment in ({"TERM": "linux"}, {"TERM": "screen", "STY": "1.pts-0"}):
        sequences = Sequences.of(environment)
        assert sequences.save_title() + sequences.title("quick") + sequences.restore_title() == ""


@settings(max_examples=40)
@given(st.text(), st.sampled_from(sorted(EACH)))
def test_a_name_is_never_obeyed_by_the_terminal(name: str, terminal: str) -> None:
    """However a run is called: between the ends of a sequence there is no control character, and not too much."""
    sequences = Sequences.of(EACH[terminal][0])
    for said in (sequences.notification(name, name), sequences.title(name)):
        inside = re.sub(r"\x1bPtmux;|\x1bP|\x1b*\][0-9]+;|\x1b*\\|\a", "", said)
        assert inside.isprintable()
        assert len(said) < 768


def test_the_tab_follows_the_run() -> None:
    notices = Notices(Sequences.of(GHOSTTY), clock=Clock())
    assert notices.enter() == "\x1b[22;0t\x1b]0;gendertui\x1b\\"
    assert notices.show(None) == ""
    assert "9;4;1;43" in (said := notices.show(viewed(batch=43)))
    assert "\x1b]0;gendertui · quick-films 43 %\x1b\\" in said
    assert notices.show(viewed(batch=43)) == ""
    assert "9;4;4;44" in notices.show(viewed("paused", batch=44))
    assert notices.show(viewed("preparing")) == "\x1b]9;4;3\x1b\\\x1b]0;gendertui · quick-films preparing\x1b\\"
    ended = notices.show(viewed("finished"))
    assert "9;4;0" in ended and "gendertui · quick-films finished" in ended
    assert notices.leave() == "\x1b]9;4;0\x1b\\\x1b]0;\x1b\\\x1b[23;0t"


def test_progress_is_renewed_for_terminals_that_take_it_away() -> None:
    clock = Clock()
    notices = Notices(Sequences.of(GHOSTTY), clock=clock)
    notices.show(viewed(batch=43))
    clock.now += AGAIN_SECONDS
    assert notices.show(viewed(batch=43)) == "\x1b]9;4;1;43\x1b\\"
    assert notices.show(viewed(batch=43)) == ""


@pytest.mark.parametrize("state", ["failed", "finished"])
def test_a_failure_stays_in_the_tab_until_somebody_is_there(state: State) -> None:
    notices = Notices(Sequences.of(GHOSTTY), clock=Clock())
    notices.show(viewed(batch=43))
    notices.focus(False)
    said = notices.show(viewed(state, why="out of memory", headline="57.9 %"))
    assert ("9;4;2;100" in said) == (state == "failed")
    body = "failed: out of memory" if state == "failed" else "finished: 57.9 %"
    assert f"\x1b]777;notify;gendertui;quick-films {body}\x1b\\" in said
    assert notices.focus(True) == "\x1b]9;4;0\x1b\\"
    assert notices.touched() == ""


def test_who_is_there_is_not_called() -> None:
    clock = Clock()
    for focused, idle, called in ((True, 1e6, False), (False, 0, True), (None, 0, False), (None, AWAY_SECONDS, True)):
        notices = Notices(Sequences.of(GHOSTTY), clock=clock)
        notices.show(viewed(batch=43))
        if focused is not None:
            notices.focus(focused)
        clock.now += idle
        assert ("777" in notices.show(viewed("finished"))) == called


def test_a_run_that_had_ended_before_calls_nobody() -> None:
    notices = Notices(Sequences.of(GHOSTTY), clock=Clock())
    notices.focus(False)
    assert notices.show(viewed("failed")) == ""


def test_a_worker_that_dies_calls_too() -> None:
    notices = Notices(Sequences.of(GHOSTTY), clock=Clock())
    notices.show(viewed(batch=43))
    notices.focus(False)
    assert "quick-films died: killed for memory" in notices.show(viewed(alive="dead", why="killed for memory"))


def test_each_can_be_switched_off() -> None:
    off = Notices(Sequences.of(GHOSTTY), Switches.of({"progress": False, "title": False, "notify": False}))
    said = off.enter() + off.show(viewed(batch=43)) + off.focus(False) + off.show(viewed("failed")) + off.leave()
    assert said == ""


def look_away(terminal: Terminal) -> None:
    """Take the focus from the terminal, and wait until the app knows: it takes events in their order."""
    terminal.press(FOCUS_LOST + "?")
    terminal.until(lambda: terminal.shows("Help: Train"), "the help")
    terminal.press("\x1b")
    terminal.until(lambda: not terminal.shows("Help: Train"), "the run again")


def test_a_watched_run_on_a_terminal(model: str) -> None:
    """The tab while it goes, the call when it fails and nobody looks, and the tab as before when the app is left."""
    run = ReplayedRun(epochs=1)
    with run.alive(), Terminal("attach", run.folder.name, variables=dict(GHOSTTY)) as terminal:
        terminal.until(lambda: b"\x1b]0;gendertui \xc2\xb7 quick-films 0 %" in terminal.written, "the title")
        for _ in range(BATCHES // 2):
            run.step()
        terminal.until(lambda: b"\x1b]9;4;1;50\x1b\\" in terminal.written, "the progress")
        assert "the tab's title" in terminal.left_on() and "progress in the tab" in terminal.left_on()
        look_away(terminal)
        assert b"777;notify" not in terminal.written
        run.end("failed", why="the disk is full")
        called = b"\x1b]777;notify;gendertui;quick-films failed: the disk is full\x1b\\"
        terminal.until(lambda: called in terminal.written, "the call")
        assert terminal.written.rfind(b"\x1b]9;4;2;100") > terminal.written.rfind(b"\x1b]9;4;1")
        terminal.press(FOCUS_GAINED)
        terminal.until(lambda: b"\x1b]9;4;0" in terminal.written, "no progress any more")
        terminal.press(F10)
        terminal.wait()
        assert terminal.left_on() == []


@pytest.mark.long
@pytest.mark.parametrize("name", ["kitty", "unknown", "tmux", "screen", "linux"])
def test_a_call_on_other_terminals(name: str, model: str) -> None:
    environment, parts = EACH[name]
    run = ReplayedRun(epochs=1)
    with run.alive(), Terminal("attach", run.folder.name, variables=dict(environment)) as terminal:
        terminal.until(lambda: terminal.shows("Training"), "the run")
        run.step()
        look_away(terminal)
        before = len(terminal.written)
        run.end("finished")
        first = parts[0].partition("films over")[0].encode()
        terminal.until(lambda: first in terminal.written[before:], "the call")
        terminal.press(F10)
        terminal.wait()
        assert terminal.left_on() == []


@pytest.mark.long
def test_with_the_settings_off_nothing_is_written(model: str) -> None:
    for name in ("progress", "title", "notify"):
        write_setting(name, False)
    run = ReplayedRun(epochs=1)
    with run.alive(), Terminal("attach", run.folder.name, variables=dict(GHOSTTY)) as terminal:
        terminal.until(lambda: terminal.shows("Training"), "the run")
        run.step()
        look_away(terminal)
        run.end("finished")
        terminal.until(lambda: terminal.shows("finished"), "the end")
        terminal.quiet()
        terminal.press(F10)
        terminal.wait()
        assert not re.search(rb"\x1b\](0|2|9|777);|\x1b\[2[23];0t", terminal.written)
