"""A terminal without UTF-8 gets ASCII and nothing else."""

from __future__ import annotations

import pytest

from gendertui import paths
from tests.builders import app as world
from tests.builders import reports
from tests.builders.terminal import FUNCTION_KEYS, Terminal

PANES = {
    "corpus": "Words a line",
    "configure": "Presets",
    "train": "Runs",
    "evaluate": "Confusion",
    "predict": "answered",
}
"""Pane → what it shows."""


@pytest.mark.parametrize("variables", [{"LANG": "C"}, pytest.param({"TERM": "linux"}, marks=pytest.mark.long)], ids=str)
def test_what_a_terminal_without_signs_gets(variables: dict[str, str | None]) -> None:
    """On every pane, with a corpus, a run and a history."""
    reports.make_run()
    world.write_history(paths.history_file())
    with Terminal("--corpus", "sample", variables=variables, size=(120, 40)) as terminal:
        for pane, shown in PANES.items():
            terminal.press(FUNCTION_KEYS[pane])
            terminal.until_shows(shown)
            terminal.quiet()
        terminal.press("\x1b[21~")  # F10
        assert terminal.wait() == 0
        assert terminal.written.isascii()
