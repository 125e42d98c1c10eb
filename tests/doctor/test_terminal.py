"""What a terminal lacks is said, with how it is had."""

from __future__ import annotations

import pytest

from gendertui.doctor.terminal import Terminal

GOOD = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "en_GB.UTF-8"}


def lacks(environment: dict[str, str], size: tuple[int, int] = (120, 40), setting: str = "auto") -> list[str]:
    return [what for what, _ in Terminal(environment, *size, "utf-8").lacks(setting)]


@pytest.mark.parametrize(
    ("change", "size", "said"),
    [
        ({}, (80, 24), None),
        ({"TERM": "xterm-kitty", "COLORTERM": ""}, (120, 40), None),
        ({"LANG": "C"}, (120, 40), "the locale is without UTF-8 (LANG=C)"),
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


def test_of_a_pipe_neither_size_nor_colours_are_judged() -> None:
    assert list(Terminal({}, 10, 10, None, there=False).lacks("auto")) == []
