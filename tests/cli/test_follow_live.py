"""``gendertui runs follow`` on a terminal: a live view that leaves the terminal as it was, however it ends."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gendertui.errors import ExitCode
from tests.builders.replay import BATCHES, ReplayedRun
from tests.builders.terminal import Terminal

GHOSTTY: dict[str, str | None] = {"TERM_PROGRAM": "ghostty", "TERM": "xterm-ghostty"}
HINT = "Ctrl-C leaves it running"


def in_second_epoch() -> ReplayedRun:
    run = ReplayedRun()
    for _ in range(BATCHES + 20):
        run.step()
    return run


@pytest.fixture
def run() -> Iterator[ReplayedRun]:
    """A run in its second epoch, at work."""
    with in_second_epoch().alive() as replayed:
        yield replayed


def assert_whole(terminal: Terminal) -> None:
    assert terminal.modes() == terminal.before
    assert terminal.left_on() == []


def test_it_is_drawn_in_place_follows_the_run_and_the_window_and_says_how_to_come_back(run: ReplayedRun) -> None:
    with Terminal("runs", "follow", run.folder.name, variables=GHOSTTY) as terminal:
        terminal.until_shows("batch 20 of 100")
        assert terminal.shows("training 2/40")
        assert terminal.shows("epoch 1/40: loss ")
        assert terminal.modes() != terminal.before
        assert "the tab's title" in terminal.left_on()
        assert b"\x1b]9;4;1;3\x1b\\" in terminal.written
        terminal.press("typed\n")
        run.step()
        terminal.until_shows("batch 21 of 100")
        terminal.resize(60, 24)
        terminal.until(
            lambda: any(row.rstrip().endswith("3 %") and len(row.rstrip()) == 59 for row in terminal.rows()), "60"
        )
        # The last row comes last.
        terminal.until(lambda: sum(HINT in row for row in terminal.rows()) == 1, "the hint, once")
        terminal.press("\x03")
        assert terminal.wait() == 128 + signal.SIGINT
        assert_whole(terminal)
        assert not terminal.shows(HINT)
        assert not terminal.shows("typed")
        name = run.folder.name
        assert terminal.rest().endswith(
            f"Training continues in the background: {name} Follow it with: gendertui runs follow {name}"
        )
    assert run.folder.alive() == "alive"
    assert not run.folder.control_file.exists()


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_leaves_the_terminal_whole_and_the_run_going(run: ReplayedRun, number: signal.Signals) -> None:
    with Terminal("runs", "follow", run.folder.name, variables=GHOSTTY) as terminal:
        terminal.until_shows(HINT)
        terminal.process.send_signal(number)
        assert terminal.wait() in (128 + number, -number)
        assert_whole(terminal)
    assert run.folder.alive() == "alive"


@pytest.mark.long
def test_ctrl_c_stops_a_training_that_was_started_there_and_leaves_the_terminal_whole() -> None:
    words = ("train", "--corpus", "sample", "--epochs", "1000", "--selection-metric", "last", "--max-steps", "none")
    with Terminal(*words, "--device", "cpu", variables=GHOSTTY) as terminal:
        terminal.until_shows("epoch 1/1000")
        terminal.until_shows("Ctrl-C stops it with a checkpoint")
        terminal.press("\x03")
        terminal.until_shows("Ctrl-C again stops it now")
        assert terminal.wait() == 128 + signal.SIGINT
        assert_whole(terminal)
        assert not terminal.shows("training 1/1000")
        assert "continues it." in terminal.rest()


@pytest.mark.parametrize("number", [signal.SIGQUIT, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_that_ends_the_process_gives_the_terminal_back_first(number: signal.Signals) -> None:
    program = f"""
import os, resource, sys
from gendertui.cli.terminal.live import LiveBlock
from gendertui.notices.notices import Notices
from gendertui.notices.sequences import Sequences
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
with LiveBlock(sys.stderr, Notices(Sequences.of(os.environ)), colours=False) as drawn:
    drawn.draw(lambda _: [[("here", "")]])
    os.kill(os.getpid(), {number.value})
    drawn.attend()
"""
    with Terminal(command=(sys.executable, "-c", program), variables=GHOSTTY) as terminal:
        assert terminal.wait() == -number
        assert "the tab's title" not in terminal.left_on() and b"\x1b[22;0t" in terminal.written
        assert_whole(terminal)


@pytest.mark.long
def test_the_end_of_the_terminal_ends_it(run: ReplayedRun) -> None:
    with Terminal("runs", "follow", run.folder.name) as terminal:
        terminal.until_shows(HINT)
        terminal.hang_up()
        assert terminal.process.wait(60) == -signal.SIGHUP


@pytest.mark.long
def test_a_run_that_ends_gives_the_terminal_back_and_says_how_it_ended() -> None:
    run = in_second_epoch()
    with contextlib.ExitStack() as at_work, Terminal("runs", "follow", run.folder.name, variables=GHOSTTY) as terminal:
        at_work.enter_context(run.alive())
        terminal.until_shows(HINT)
        run.end("failed", why="the corpus is gone")
        at_work.close()
        assert terminal.wait() == ExitCode.RUN
        assert_whole(terminal)
        assert not terminal.shows(HINT)
        assert terminal.shows("gendertui: the run failed: the corpus is gone")


@pytest.mark.long
def test_without_a_cursor_to_move_it_prints_the_lines_that_a_file_gets(run: ReplayedRun) -> None:
    with Terminal("runs", "follow", run.folder.name, variables={"TERM": "dumb"}) as terminal:
        terminal.until_shows("epoch 1/40: loss ")
        run.step()
        terminal.quiet(1.0)
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.wait() == 128 + signal.SIGINT
        assert b"\x1b" not in terminal.written
        assert terminal.rows()[0].rstrip() == "reading the corpus …"


@pytest.mark.long
def test_without_colours_where_none_are_wanted(run: ReplayedRun) -> None:
    for value, coloured in (("1", False), (None, True)):
        with Terminal("runs", "follow", run.folder.name, variables={"NO_COLOR": value}) as terminal:
            terminal.until_shows(HINT)
            assert (b"\x1b[36m" in terminal.written) == coloured
            terminal.press("\x03")
            terminal.wait()


@pytest.mark.long
def test_ctrl_z_gives_the_terminal_to_the_shell_and_fg_draws_it_anew(run: ReplayedRun, tmp_path: Path) -> None:
    plain = tmp_path / "inputrc"
    plain.write_text("set enable-bracketed-paste off\n", encoding="ascii")
    shell = ("bash", "--norc", "--noprofile", "-i")
    variables: dict[str, str | None] = {**GHOSTTY, "INPUTRC": str(plain), "PS1": "prompt> "}
    with Terminal(command=shell, variables=variables) as terminal:
        terminal.until_shows("prompt>")
        terminal.press(f"{sys.executable} -m gendertui runs follow {run.folder.name}\r")
        terminal.until_shows(HINT)
        terminal.press("\x1a")
        terminal.until_shows("Stopped")
        assert "the tab's title" not in terminal.left_on()
        terminal.press("stty -a | grep -c -e ' echo '\r")
        terminal.until(lambda: "1" in [row.strip() for row in terminal.rows()], "the shell's modes")
        # In the background it prints lines alone.
        before = len(terminal.written)
        terminal.press("bg\r")
        for _ in range(BATCHES):
            run.step()
        terminal.until(lambda: b"epoch 2/40" in terminal.written[before:], "an epoch's line")
        assert HINT.encode() not in terminal.written[before:]
        terminal.press("fg\r")
        terminal.until(lambda: HINT.encode() in terminal.written[before:], "the view again")
        terminal.press("\x03")
        terminal.until_shows("Follow it with")
        assert terminal.left_on() == []
        assert terminal.written.count(b"\x1b[22;0t") == terminal.written.count(b"\x1b[23;0t") == 2
        terminal.press("exit\r")
        assert terminal.wait() == 128 + signal.SIGINT
