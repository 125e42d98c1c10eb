"""Every pane, in every state, on every kind of terminal: the real app on a real pseudo-terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product

import pytest

from gendertui import settings
from gendertui.runs.folder import RunFolder
from tests.builders import app as world
from tests.builders import prompt, reports
from tests.builders.terminal import FUNCTION_KEYS, Terminal

KINDS: dict[str, dict[str, str | None]] = {
    "no-color": {"NO_COLOR": "1"},
    "linux": {"TERM": "linux", "COLORTERM": None},
    "16-colours": {"TERM": "xterm", "COLORTERM": None},
    "true-colour": {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
}
SIZES = [(60, 16), (80, 24), (120, 40)]
THEMES = ["gendertui-dark", "gendertui-light"]
SAMPLE = [
    ("linux", SIZES[0], THEMES[1]),
    ("true-colour", SIZES[2], THEMES[0]),
]
"""The least and the most that a terminal has."""
ALL = [case for case in product(KINDS, SIZES, THEMES) if case not in SAMPLE]
EVALUATE = {
    "c": "Characters",
    "i": "Mistakes",
    "u": "Curves",
    "s": "Slices",
    "l": "Leaks",
    "h": "Growth",
    "o": "Compare",
    "v": "Verdict",
}
_COLOUR = re.compile(rb"\x1b\[([0-9;]*)m")


def colours(written: bytes) -> Iterator[bytes]:
    """The sequences that set another colour than a grey."""
    for match in _COLOUR.finditer(written):
        numbers = [int(number or 0) for number in match[1].split(b";")]
        while numbers:
            number = numbers.pop(0)
            if number in (38, 48) and numbers[:1] == [2]:
                red, green, blue = numbers[1:4]
                del numbers[:4]
                if not red == green == blue:
                    yield match[0]
            elif number in (38, 48) and numbers[:1] == [5]:
                del numbers[:2]
                yield match[0]
            elif number in {*range(31, 37), *range(41, 47), *range(91, 97), *range(101, 107)}:
                yield match[0]


class Walk:
    """One app, walked through from pane to pane."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def see(self, keys: str, *expected: str) -> None:
        """Press keys, and wait until each text is on the screen."""
        terminal = self._terminal
        terminal.press(keys)
        for text in expected:
            terminal.until(lambda text=text: terminal.shows(text), f"{text!r} after {keys!r}")  # type: ignore[misc]
        assert b"Traceback" not in terminal.written

    def leave(self, text: str) -> None:
        """Press escape, and wait until the text is gone."""
        self._terminal.press("\x1b")
        self._terminal.until(lambda: not self._terminal.shows(text), f"end of {text!r}")

    def pane(self, name: str, *expected: str) -> None:
        self.see(FUNCTION_KEYS[name], *expected)


def walk(kind: str, size: tuple[int, int], theme: str, alive: Callable[[RunFolder], RunFolder]) -> None:
    """Through all panes with nothing there, and again with a corpus, a model, a finished run and one that is going."""
    settings.write_setting("theme", theme)
    with Terminal(size=size, variables=KINDS[kind]) as terminal:
        walked = Walk(terminal)
        walked.see("", "answered by")
        walked.pane("train", "There is no run yet")
        walked.pane("evaluate", "Verdict")
        walked.pane("corpus", "Any file or folder with texts and two labels")
        walked.see("\x1b[21~")  # F10
        assert terminal.wait() == 0
    reports.make_run()
    reports.keep_audit()
    prompt.make_model()
    alive(world.make_training())
    with Terminal("--corpus", "sample", size=size, variables=KINDS[kind]) as terminal:
        walked = Walk(terminal)
        walked.see("", "sample: 1,2")
        walked.see("p", "too few fields")
        walked.see("\x1b[20~", "Search for themes")  # F9
        walked.leave("Search for themes")
        walked.pane("configure", "Training: quick", "Presets")
        walked.pane("train", "Training 3/3", "Loss")
        walked.pane("evaluate", "Verdict")
        for tab in EVALUATE:
            walked.see(tab)
            terminal.quiet()
        walked.see("?", "Help: Evaluate")
        walked.leave("Help: Evaluate")
        walked.pane("predict", "answered by")
        walked.see("I love you", "written like lines labelled")
        walked.see("\x1b[200~ANNA: I love the rain.\nBEN: The ship!\n\x1b[201~", "Characters", "ANNA")
        walked.see("\x1b[21~")
        assert terminal.wait() == 0
        written = bytes(terminal.written)
    if kind == "no-color":
        assert not list(colours(written))
    elif kind == "true-colour":
        assert list(colours(written))


@pytest.mark.parametrize(("kind", "size", "theme"), SAMPLE)
def test_a_walk(kind: str, size: tuple[int, int], theme: str, alive: Callable[[RunFolder], RunFolder]) -> None:
    walk(kind, size, theme, alive)


@pytest.mark.long
@pytest.mark.parametrize(("kind", "size", "theme"), ALL)
def test_every_walk(kind: str, size: tuple[int, int], theme: str, alive: Callable[[RunFolder], RunFolder]) -> None:
    walk(kind, size, theme, alive)
