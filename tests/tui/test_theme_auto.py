"""``theme auto``: the terminal's answer, whenever it comes, and what is typed around it."""

from __future__ import annotations

import itertools
import os
import pty
import termios
import threading
import time

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from gendertui import settings
from gendertui.tui.background_colour import QUESTION, Question, by_environment
from gendertui.tui.themes import DARK, LIGHT, of_terminal
from tests.builders.terminal import Terminal

WHITE, BLACK = b"\x1b]11;rgb:f6f6/f4f4/efef\x1b\\", b"\x1b]11;rgb:14/17/1c\a"
LAST = b"\x1b[?62;22c"
F10 = "\x1b[21~"


@examples(max_examples=200)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x1b")), st.data())
def test_answers_are_taken_out_of_what_is_typed_however_it_is_cut(typed: str, data: st.DataObject) -> None:
    keys = typed.encode()
    at = sorted(data.draw(st.lists(st.integers(0, len(keys)), min_size=2, max_size=2)))
    came = keys[: at[0]] + WHITE + keys[at[0] : at[1]] + LAST + keys[at[1] :]
    cuts = sorted({0, len(came), *data.draw(st.lists(st.integers(0, len(came)), max_size=6))})
    question = Question()
    for begin, end in itertools.pairwise(cuts):
        question.feed(came[begin:end])
    question.feed(b"")
    assert question.over
    assert question.dark is False
    assert question.typed == keys


@pytest.mark.parametrize(
    ("said", "dark"),
    [
        (WHITE, False),
        (BLACK, True),
        (b"\x1b]11;rgba:0000/0000/0000/ffff\a", True),
        (b"\x1b]11;rgb:f/f/f\x1b\\", False),
        (b"", None),
    ],
)
def test_the_answer_is_dark_or_light(said: bytes, dark: bool | None) -> None:
    question = Question()
    question.feed(said + LAST)
    assert (question.dark, question.typed, question.over) == (dark, b"", True)


@pytest.mark.parametrize(
    ("value", "dark"), [("15;0", True), ("0;15", False), ("0;default;7", False), ("15;default", None), ("", None)]
)
def test_the_environment_is_the_second_source(value: str, dark: bool | None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert by_environment({"COLORFGBG": value}) is dark
    monkeypatch.setenv("COLORFGBG", value)
    assert of_terminal(None) == (LIGHT if dark is False else DARK).name
    assert of_terminal(True) == DARK.name


def test_a_mute_terminal_costs_the_limit_and_shows_nothing_until_it_is_let_go() -> None:
    controller, line = pty.openpty()
    try:
        before = termios.tcgetattr(line)
        question = Question()
        os.write(controller, b"typed ahead")
        question.ask(line, line, limit_seconds=0.05)
        assert question.typed == b"typed ahead"
        assert not question.over
        assert not termios.tcgetattr(line)[3] & termios.ECHO
        # Over a slow line: between two keys, and in pieces.
        late = threading.Thread(target=_say, args=(controller, b"x" + BLACK[:7], BLACK[7:] + LAST + b"y"))
        late.start()
        assert b"".join(question.rest(line, lambda: False)) == b"typed aheadxy"
        late.join()
        assert question.dark is True
        question.let_go(line)
        assert termios.tcgetattr(line) == before
    finally:
        os.close(controller)
        os.close(line)


def _say(controller: int, *parts: bytes) -> None:
    for part in parts:
        os.write(controller, part)
        time.sleep(0.05)


def test_a_light_terminal_has_a_light_app_and_loses_no_key(model: str) -> None:
    """Asked before the first paint; what is typed before and after the answer is in the prompt.

    The answer waits already when the question comes: how quick this process is does not matter.
    """
    settings.write_setting("theme", settings.AUTO)
    with Terminal() as terminal:
        terminal.press(f"so {WHITE.decode()}{LAST.decode()}long")
        terminal.until_shows("so long")
        assert QUESTION in terminal.written
        assert LIGHT.background is not None
        assert _colour(LIGHT.background) in terminal.written
        assert _colour(str(DARK.background)) not in terminal.written
        terminal.press(F10)
        terminal.wait()
        assert terminal.left_on() == []
        assert terminal.modes() == terminal.before
    assert settings.read_settings()["theme"] == settings.AUTO


@pytest.mark.long
@pytest.mark.parametrize("answer", [WHITE, b""], ids=["light", "mute"])
def test_an_answer_that_comes_late_still_counts_and_is_no_key(answer: bytes, model: str) -> None:
    settings.write_setting("theme", settings.AUTO)
    with Terminal() as terminal:
        terminal.until(lambda: terminal.modes() != terminal.before and terminal.left_on(), "the app")
        terminal.read_for(0.3)
        terminal.press(f"a{answer.decode()}{LAST.decode()}b")
        terminal.until_shows("ab")
        if answer:
            terminal.until(lambda: _colour(str(LIGHT.background)) in terminal.written, "the light theme")
        terminal.read_for(1.0)
        assert not terminal.shows("rgb")
        terminal.press(F10)
        terminal.wait()
        assert terminal.modes() == terminal.before
    assert settings.read_settings()["theme"] == settings.AUTO


def _colour(name: str) -> bytes:
    """As a terminal of 16 million colours is told a background."""
    return f"48;2;{int(name[1:3], 16)};{int(name[3:5], 16)};{int(name[5:7], 16)}".encode()
