"""The end of a worker's log in the shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gendertui.runs.folder import RunFolder
from gendertui.training.config import preset
from tests.builders.command import answer


def test_the_end_of_a_log_is_printed_and_nothing_in_it_is_obeyed(capfd: pytest.CaptureFixture[str]) -> None:
    run = RunFolder.create(preset("quick"), {"path": "sample"}, name="mine")
    assert answer(["runs", "log", "mine"], capfd) == (0, "", "")
    run.log_file.write_bytes(b"first\n" + b"x" * 300_000 + b"\n\x1b[31mred\x1b[0m\tand \x1b]0;title\x9b\n")
    code, printed, said = answer(["runs", "log", "mine"], capfd)
    assert (code, printed.endswith("red    and ␛]0;title�\n"), "stand before" in said) == (0, True, True)
    value = json.loads(answer(["runs", "log", "mine", "--json"], capfd)[1])
    assert value["lines"][-1].startswith("red\tand") and value["omitted_bytes"] > 0
    run.log_file.unlink()
    run.log_file.mkdir()
    assert answer(["runs", "log", "mine"], capfd)[0] == 6


def test_a_folder_whose_name_holds_an_escape_is_shown_and_not_obeyed(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENDERTUI_HOME", str(tmp_path / "red\x1b[31m"))
    run = RunFolder.create(preset("quick"), {"path": "sample"}, name="mine")
    run.log_file.write_bytes(b"x" * 300_000 + b"\nlast\n")
    code, _, said = answer(["runs", "log", "mine"], capfd)
    assert (code, "stand before this" in said, "red␛[31m" in said, "\x1b" in said) == (0, True, True, False)
