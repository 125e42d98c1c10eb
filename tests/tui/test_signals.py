"""The terminal is whole again however the app ends, and the exit code says how that was."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from gendertui import paths
from gendertui.errors import ExitCode
from gendertui.runs.folder import RunFolder
from tests.builders import app as world
from tests.builders.terminal import Terminal

SIGNALS = [signal.SIGTERM, signal.SIGHUP, signal.SIGINT]
CRASH = """
import sys
from gendertui.tui.predict.pane import PredictPane

def action_compare(self) -> None:
    raise LookupError("nobody expected this")

PredictPane.action_compare = action_compare
from gendertui.cli import main
main()
"""
WORKER_CRASH = CRASH.replace("action_compare(self) -> None:", "fail() -> None:").replace(
    "PredictPane.action_compare = action_compare",
    "PredictPane.action_compare = lambda self: self.run_worker(fail, thread=True)",
)
# Textual gives the terminal's modes back first, and leaves the alternate screen after that.
SIGNALLED_AGAIN = """
import os, signal, termios

before, set_modes, taken = termios.tcgetattr(0), termios.tcsetattr, []

def set_and_signal(descriptor, when, modes) -> None:
    set_modes(descriptor, when, modes)
    if modes != before:
        taken.append(True)
    elif taken:
        taken.clear()
        os.kill(os.getpid(), signal.SIGTERM)

termios.tcsetattr = set_and_signal
from gendertui.cli import main
main()
"""
# Whoever writes has a lock; the signal comes meanwhile.
STOPPED_WHILE_IT_WRITES = """
import os, signal
from textual.drivers._writer_thread import WriterThread

write, stops = WriterThread.write, [True]

def write_and_stop(writer, text) -> None:
    if "no shell to go back to" in text and stops:
        stops.clear()
        with writer._queue.mutex:
            os.kill(os.getpid(), signal.SIGTSTP)
    write(writer, text)

WriterThread.write = write_and_stop
from gendertui.cli import main
main()
"""
STOPPED_AND_CONTINUED = STOPPED_WHILE_IT_WRITES.replace(
    "os.kill(os.getpid(), signal.SIGTSTP)",
    "os.kill(os.getpid(), signal.SIGTSTP); os.kill(os.getpid(), signal.SIGCONT)",
)
# Something is typed between the end of the application mode and that of the app.
TYPED_MEANWHILE = """
import select
from gendertui.tui.driver import Driver

give_back = Driver.stop_application_mode

def give_back_and_wait(driver) -> None:
    give_back(driver)
    select.select([0], [], [], 60)

Driver.stop_application_mode = give_back_and_wait
from gendertui.cli import main
main()
"""
CONTINUED_TWICE = """
import os, signal
from gendertui.tui.driver import Driver

enable = Driver._enable_mouse_support

def continue_again(driver) -> None:
    if driver._must_signal_resume:
        os.kill(os.getpid(), signal.SIGCONT)
    enable(driver)

Driver._enable_mouse_support = continue_again
from gendertui.cli import main
main()
"""
STUCK = CRASH.replace(
    'raise LookupError("nobody expected this")', "import time; print(end='', flush=True); time.sleep(600)"
)


@pytest.fixture
def opened(model: str) -> Iterator[Terminal]:
    """The app on a terminal, its first pane there."""
    with Terminal() as terminal:
        terminal.until(lambda: terminal.shows("A line of dialogue"), "the Predict pane")
        assert terminal.modes() != terminal.before
        assert terminal.left_on()
        yield terminal


def assert_whole(terminal: Terminal) -> None:
    assert terminal.modes() == terminal.before
    assert terminal.left_on() == []


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_leaves_in_order(opened: Terminal, number: signal.Signals) -> None:
    opened.process.send_signal(number)
    assert opened.wait() == 128 + number
    assert_whole(opened)
    assert b"Traceback" not in opened.written


def test_leaving_by_a_key_is_no_failure(opened: Terminal) -> None:
    opened.press("\x1b[21~")  # F10
    assert opened.wait() == ExitCode.OK
    assert_whole(opened)


def test_a_signal_before_anything_is_drawn(model: str) -> None:
    with Terminal() as terminal:
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait() in (-signal.SIGTERM, 128 + signal.SIGTERM)
        assert_whole(terminal)


def test_a_signal_as_soon_as_the_terminal_is_taken(model: str) -> None:
    with Terminal() as terminal:
        terminal.until(lambda: terminal.modes() != terminal.before, "raw modes")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait() == 128 + signal.SIGTERM
        assert_whole(terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_run_that_is_going_survives(
    number: signal.Signals, model: str, alive: Callable[[RunFolder], RunFolder]
) -> None:
    run = alive(world.make_training())
    with Terminal("attach", run.name) as terminal:
        terminal.until(lambda: terminal.shows("Training 3/3"), "the run")
        terminal.process.send_signal(number)
        assert terminal.wait() == 128 + number
        assert_whole(terminal)
    assert run.alive() == "alive"
    assert not run.control_file.exists()


def test_the_end_of_the_terminal_ends_the_app(opened: Terminal) -> None:
    opened.hang_up()
    assert opened.process.wait(60) == 128 + signal.SIGHUP


def test_a_terminal_that_goes_while_hangups_are_ignored_ends_the_app_too(model: str) -> None:
    with Terminal(ignored=[signal.SIGHUP]) as terminal:
        terminal.until(lambda: terminal.shows("A line of dialogue"), "the Predict pane")
        terminal.process.send_signal(signal.SIGHUP)
        terminal.press("\x1bOP")  # F1
        terminal.until(lambda: terminal.shows("Any file or folder"), "the Corpus pane: it lives on")
        terminal.hang_up()
        assert terminal.process.wait(60) == 128 + signal.SIGHUP


def test_a_crash_restores_the_terminal_and_says_where_its_log_is(model: str) -> None:
    with Terminal(command=(sys.executable, "-c", CRASH)) as terminal:
        terminal.until(lambda: terminal.shows("A line of dialogue"), "the Predict pane")
        terminal.press("\x1b[17~")  # F6
        assert terminal.wait() == ExitCode.UNEXPECTED
        assert_whole(terminal)
        said = terminal.written.decode().rpartition("\x1b[?1004l")[2]
    log = paths.logs_dir() / "errors.log"
    assert "a bug in the program: LookupError: nobody expected this" in " ".join(said.split())
    assert str(log) in said.replace("\r\n", "")
    assert "Traceback" not in said
    assert "nobody expected this" in log.read_text(encoding="utf-8")


def test_the_log_of_a_crash_in_a_worker_says_where_it_was(model: str) -> None:
    with Terminal(command=(sys.executable, "-c", WORKER_CRASH)) as terminal:
        terminal.until(lambda: terminal.shows("A line of dialogue"), "the Predict pane")
        terminal.press("\x1b[17~")  # F6
        assert terminal.wait() == ExitCode.UNEXPECTED
        assert_whole(terminal)
        said = terminal.written.decode().rpartition("\x1b[?1004l")[2]
    assert "a bug in the program: LookupError: nobody expected this" in " ".join(said.split())
    assert "in fail" in (paths.logs_dir() / "errors.log").read_text(encoding="utf-8")


def test_a_second_signal_while_the_terminal_is_given_back(model: str) -> None:
    with Terminal(command=(sys.executable, "-c", SIGNALLED_AGAIN)) as terminal:
        terminal.until(lambda: terminal.shows("A line of dialogue"), "the Predict pane")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait() == 128 + signal.SIGTERM
        assert_whole(terminal)


def test_an_app_that_hangs_is_left_all_the_same(model: str) -> None:
    with Terminal(command=(sys.executable, "-c", STUCK)) as terminal:
        terminal.until(lambda: terminal.shows("A line of dialogue"), "the Predict pane")
        terminal.press("\x1b[17~")  # F6
        process = psutil.Process(terminal.process.pid)
        terminal.until(lambda: "sleep" in _where(process), "the hang")
        terminal.process.send_signal(signal.SIGTERM)
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait() == 128 + signal.SIGTERM
        assert_whole(terminal)


def _is_stopped(terminal: Terminal) -> bool:
    return bool(psutil.Process(terminal.process.pid).status() == psutil.STATUS_STOPPED)


def assert_stopped(terminal: Terminal) -> None:
    terminal.until(lambda: _is_stopped(terminal), "the stop")
    terminal.quiet()
    assert _is_stopped(terminal)
    assert_whole(terminal)


def go_on(terminal: Terminal) -> None:
    """Until the app is drawn once more."""
    before = len(terminal.written)
    terminal.process.send_signal(signal.SIGCONT)
    terminal.until(lambda: b"A line of dialogue" in terminal.written[before:], "the app again")


def test_a_stop_gives_the_terminal_back_and_going_on_takes_it_again(opened: Terminal) -> None:
    """``kill -TSTP`` and ``fg``, with the window made larger in between; the key would leave it standing here."""
    opened.press("\x1b\x1a")  # esc, ctrl+z
    opened.until_shows("no shell to go back to")
    assert not _is_stopped(opened)
    opened.process.send_signal(signal.SIGTSTP)
    assert_stopped(opened)
    opened.resize(120, 40)
    go_on(opened)
    opened.until(lambda: opened.rows()[39].strip(), "its last row")
    assert opened.modes() != opened.before
    assert "the tab's title" in opened.left_on()
    opened.press("\x1b[21~")  # F10
    assert opened.wait() == ExitCode.OK
    assert_whole(opened)


def test_going_on_while_it_leaves_does_not_take_the_terminal_again(opened: Terminal) -> None:
    """``timeout`` sends a CONT behind its TERM."""
    before = opened.written.count(b"\x1b[?1049h")
    opened.process.send_signal(signal.SIGTERM)
    while opened.process.poll() is None:
        opened.process.send_signal(signal.SIGCONT)
        time.sleep(0.01)
    assert opened.wait() == 128 + signal.SIGTERM
    assert opened.written.count(b"\x1b[?1049h") == before
    assert_whole(opened)


def test_a_second_going_on_while_it_takes_the_terminal(model: str) -> None:
    with Terminal(command=(sys.executable, "-c", CONTINUED_TWICE)) as terminal:
        terminal.until(lambda: terminal.shows("A line of dialogue"), "the Predict pane")
        terminal.process.send_signal(signal.SIGTSTP)
        assert_stopped(terminal)
        go_on(terminal)
        assert terminal.written.count(b"\x1b[?1049h") == 2
        terminal.process.send_signal(signal.SIGTSTP)
        assert_stopped(terminal)


def test_a_stop_in_the_midst_of_a_write(model: str) -> None:
    with Terminal(command=(sys.executable, "-c", STOPPED_WHILE_IT_WRITES)) as terminal:
        terminal.until(lambda: terminal.shows("A line of dialogue"), "the Predict pane")
        terminal.press("\x1b\x1a")  # esc, ctrl+z
        assert_stopped(terminal)
        go_on(terminal)
        terminal.press("\x1b[21~")  # F10
        assert terminal.wait() == ExitCode.OK
        assert_whole(terminal)


def test_going_on_before_it_has_stopped(model: str) -> None:
    with Terminal(command=(sys.executable, "-c", STOPPED_AND_CONTINUED)) as terminal:
        terminal.until(lambda: terminal.shows("A line of dialogue"), "the Predict pane")
        terminal.press("\x1b\x1a")  # esc, ctrl+z
        terminal.until_shows("no shell to go back to")
        terminal.press("\x1b[21~")  # F10
        assert terminal.wait() == ExitCode.OK
        assert_whole(terminal)


@pytest.mark.long
def test_another_size_of_the_window_is_drawn_at_once(opened: Terminal) -> None:
    for columns, lines in ((120, 40), (70, 20)):
        opened.resize(columns, lines)
        opened.until(lambda: opened.rows()[-1].strip() and "model" in opened.rows()[0], "the app")
        assert len(opened.rows()) == lines
        opened.quiet()
    opened.press("\x1b[21~")  # F10
    assert opened.wait() == ExitCode.OK
    assert_whole(opened)


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Terminal]:
    """A shell with job control, at its prompt."""
    plain = tmp_path / "inputrc"
    plain.write_text("set enable-bracketed-paste off\n", encoding="ascii")
    command = ("bash", "--norc", "--noprofile", "-i")
    with Terminal(command=command, variables={"INPUTRC": str(plain), "PS1": "prompt> "}) as terminal:
        terminal.until_shows("prompt>")
        yield terminal


def test_what_is_typed_after_the_terminal_is_given_back_stays(model: str, shell: Terminal, tmp_path: Path) -> None:
    script = tmp_path / "app.py"
    script.write_text(TYPED_MEANWHILE, encoding="utf-8")
    shell.press(f"{sys.executable} {script}\r")
    shell.until_shows("A line of dialogue")
    shell.press("\x1b[21~")  # F10
    shell.until(lambda: shell.left_on() == [], "the end")
    shell.press("exit 7\r")
    assert shell.wait() == 7


def test_ctrl_z_goes_back_to_the_shell_and_fg_brings_the_app_back(model: str, shell: Terminal) -> None:
    seen = 0

    def again(words: bytes) -> None:
        """Once more than before."""
        nonlocal seen
        shell.until(lambda: words in shell.written[seen:], repr(words))
        seen = len(shell.written)

    # Behind another process of its group, as with `uv run`.
    shell.press(f"sh -c '{sys.executable} -m gendertui; exit $?'\r")
    for _ in range(2):
        again(b"A line of dialogue")
        shell.quiet()
        shell.press("\x1b")
        shell.read_for(0.5)
        shell.press("\x1a")
        again(b"Stopped")
        assert shell.left_on() == []
        # In the background it takes no terminal: it is stopped again.
        shell.press("bg\r")
        shell.quiet(1.0)
        shell.press("\r")  # What has changed bash says with its next prompt.
        again(b"Stopped")
        assert shell.left_on() == []
        shell.press("fg\r")
    again(b"A line of dialogue")
    shell.press("\x1b[21~")  # F10
    shell.until(lambda: shell.left_on() == [], "the end")
    assert shell.written.count(b"\x1b[22;0t") == shell.written.count(b"\x1b[23;0t") == 3
    shell.press("exit\r")
    assert shell.wait() == ExitCode.OK


def _where(process: psutil.Process) -> str:
    """What the kernel has the main thread wait in; everywhere but on Linux it is taken to hang already."""
    path = Path(f"/proc/{process.pid}/syscall")
    try:
        # 230 is clock_nanosleep on x86-64, 115 on arm64.
        return "sleep" if path.read_text(encoding="ascii").split()[0] in ("230", "115") else ""
    except OSError:
        return "sleep" if not Path("/proc/self").exists() else ""
