"""What a terminal lacks is said, with how it is had."""

from __future__ import annotations

import pytest
from rich.console import Console

from gendertui.doctor.terminal import Terminal

SIXTEEN_BY_NAME = ("xterm-ghostty", "alacritty", "foot", "wezterm", "xterm-direct")
"""Terminals that have all colours, which they say by COLORTERM alone."""
GOOD = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "en_GB.UTF-8"}


def lacks(environment: dict[str, str], size: tuple[int, int] = (120, 40), setting: str = "auto") -> list[str]:
    return [what for what, _ in Terminal(environment, *size, "utf-8").lacks(setting)]


@pytest.mark.parametrize(
    ("change", "size", "said"),
    [
        ({}, (80, 24), None),
        ({"TERM": "xterm-kitty", "COLORTERM": ""}, (120, 40), None),
        ({"LANG": "C"}, (120, 40), "the locale is without UTF-8 (LANG=C)"),
        # Where it is C, Python itself has set the other one.
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, (120, 40), "the locale is without UTF-8 (LANG=C)"),
        ({"LC_ALL": "POSIX"}, (120, 40), "the locale is without UTF-8 (LC_ALL=POSIX)"),
        ({"NO_COLOR": "1"}, (120, 40), "NO_COLOR is set"),
        ({"NO_COLOR": ""}, (120, 40), None),
        ({"TERM": "dumb"}, (120, 40), "TERM=dumb names no terminal that has some"),
        ({"TERM": "xterm", "COLORTERM": ""}, (120, 40), "TERM=xterm promises no more than 16"),
        ({}, (79, 24), "the terminal is 79×24: below 80×24"),
        ({}, (50, 12), "the terminal is 50×12: the app needs 60×16"),
    ],
)
def test_what_a_terminal_lacks_is_said(change: dict[str, str], size: tuple[int, int], said: str | None) -> None:
    found = lacks({**GOOD, **change}, size)
    assert (len(found) == 1 and said in found[0]) if said is not None else found == []


def test_ascii_is_said_with_its_cause() -> None:
    assert "the setting ascii is on" in lacks(GOOD, setting="on")[0]
    assert "Linux's console" in lacks({**GOOD, "TERM": "linux"})[0]


def test_what_is_advised_changes_what_decided() -> None:
    def advice(environment: dict[str, str], setting: str = "auto") -> list[str]:
        return [how for _, how in Terminal(environment, 120, 40, "utf-8").lacks(setting)]

    assert "export LC_ALL=C.UTF-8, or gendertui config set ascii off" in advice({**GOOD, "LC_ALL": "C"})[0]
    assert "export" not in advice({**GOOD, "TERM": "linux"})[0] + advice(GOOD, "on")[0]


@pytest.mark.parametrize("colours", ["", "truecolor", " 24BIT ", "yes"])
@pytest.mark.parametrize(
    "term", ["", "dumb", "unknown", "xterm", "linux", "xterm-16color", "tmux-256color", "xterm-kitty", *SIXTEEN_BY_NAME]
)
def test_colours_lack_where_the_app_has_few_of_them(term: str, colours: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"TERM": term, "COLORTERM": colours, "LANG": "C.UTF-8"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    # As Textual makes the one that the app is drawn with.
    system = Console(force_terminal=True).color_system
    found = list(Terminal(environment, 120, 40, "utf-8").lacks("off"))
    said = {"without colours": None, "few colours": "standard"}
    assert [system for words, system in said.items() for what, _ in found if words in what] == (
        [] if system in ("256", "truecolor") else [system]
    )


def test_of_a_pipe_neither_size_nor_colours_are_judged() -> None:
    assert list(Terminal({}, 10, 10, None, there=False).lacks("auto")) == []
