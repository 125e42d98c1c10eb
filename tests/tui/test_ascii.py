"""A terminal without UTF-8 gets ASCII and nothing else."""

from __future__ import annotations

import pytest

from gendertui import paths
from tests.builders import app as world
from tests.builders import reports
from tests.builders.terminal import Terminal


@pytest.mark.parametrize("variables", [{"LANG": "C"}, {"TERM": "linux"}], ids=str)
def test_what_a_terminal_without_signs_gets(variables: dict[str, str | None]) -> None:
    reports.make_run()
    world.write_history(paths.history_file())
    with Terminal(variables=variables, size=(120, 40)) as terminal:
        terminal.until_shows("answered by")
        terminal.press("\x1b[21~")  # F10
        assert terminal.wait() == 0
        assert terminal.written.isascii()
