"""Lines on a terminal: wrapped on words, tables in its width; pipes get every line as it is."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from gendertui import settings
from gendertui.cli.terminal.wrapped import wrapped
from tests.builders import app as world
from tests.builders.command import gendertui
from tests.builders.terminal import Terminal


@given(st.lists(st.text("abc-.é", min_size=1, max_size=30), min_size=1), st.integers(0, 12), st.integers(30, 120))
def test_all_words_are_kept_and_none_is_broken(words: list[str], indent: int, width: int) -> None:
    lines = wrapped(" " * indent + " ".join(words), width).split("\n")
    assert " ".join(lines).split() == words
    assert all(len(line) <= width or len(line.split()) == 1 for line in lines)
    assert all(line.startswith(" " * min(indent, width // 2)) for line in lines)


def test_data_and_what_a_terminal_obeys_stay_one_line() -> None:
    for line in ('{"a": "' + "b c " * 40 + '"}', "a\tb " * 40, "\x1b[1mbold\x1b[0m " * 20):
        assert wrapped(line, 80) == line


def test_a_terminal_gets_no_line_wider_than_itself_and_a_pipe_gets_them_whole() -> None:
    world.make_finished("20260920-101500-a-name-that-somebody-made-rather-long-to-tell-it-from-others")
    piped = gendertui("runs").stdout
    assert max(map(len, piped.splitlines())) > 100
    with Terminal("runs") as terminal:
        assert terminal.wait() == 0
        lines = terminal.written.decode().replace("\r\n", "\n").splitlines()
    assert max(map(len, lines)) <= 80
    assert any("2026" in line and "others" in line and "finished" in line for line in lines)
    assert "AUC 0.604" in " ".join(lines)
    with Terminal("runs", "show", "nobody-has-this-run") as terminal:
        terminal.wait()
        assert max(map(len, terminal.written.decode().splitlines())) <= 80
    settings.write_setting("ascii", "on")
    with Terminal("config") as terminal:
        assert terminal.wait() == 0
        assert terminal.written.isascii()
    assert gendertui("runs").stdout == piped


def test_data_for_programs_is_not_wrapped_on_a_terminal() -> None:
    for name in ("one", "two"):
        run = world.make_finished(f"20260920-101500-{name}")
        run.write_config({**run.record(), "corpus": {"path": "lines.txt", "name": f"{'long ' * 30}\x9b2J {name}"}})
    said = {}
    for form in ("json", "csv"):
        with Terminal("runs", "compare", "one", "two", "--format", form, size=(60, 24)) as terminal:
            assert terminal.wait() == 0
            said[form] = terminal.written.decode()
    assert len(json.loads(said["json"])["runs"]) == 2
    assert len(said["csv"].splitlines()) == 3
    assert "\x9b" not in said["json"] + said["csv"]
