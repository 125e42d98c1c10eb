"""A spoiled run takes none of its neighbours down: every command answers in words, and it can be removed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gendertui.errors import ExitCode
from gendertui.runs.folder import RunFolder
from tests.builders import spoil
from tests.builders.command import answer

JSON = ("config.json", "status.json", "heartbeat.json", "control.json", "report.json", "split.json", "events.jsonl")
PARTS = (*JSON, "scores.npz", "characters.npz", "split.npy", "worker.log", "lock", "checkpoint", "model")
COMMANDS = (
    *(("runs", "list"), ("runs", "show", "spoiled"), ("runs", "show", "spoiled", "--json")),
    *(("runs", "follow", "spoiled"), ("evaluate", "spoiled"), ("runs", "stop", "spoiled")),
)
SAMPLE = 163
"""Every so-manieth case is tried in ``make test``, all of them in ``make test-long``."""
PIECES = 6
"""That the cases are tried in, so that no core has them all."""


def cases(run: Path, elsewhere: Path) -> Iterator[tuple[str, str, spoil.Spoil]]:
    """What is tried: the part of the folder, how it is spoiled in words, and the act."""
    for part in PARTS:
        for name, act in spoil.kinds(elsewhere).items():
            yield part, name, act
    for part in PARTS[: PARTS.index("worker.log")]:
        for name, act in spoil.contents().items():
            yield part, name, act
    (run / "control.json").write_text('{"request": "pause", "id": "some"}')
    for part in JSON:
        # One event of each kind, each as if it were the whole file.
        lines = {str(value.get("type")): value for value in map(json.loads, _texts(run / part))}
        for kind, value in lines.items():
            for name, act in spoil.fields(value):
                yield part, f"{kind} {name}", act


def _texts(path: Path) -> list[str]:
    text = path.read_text()
    return text.splitlines() if path.suffix == ".jsonl" else [text]


def survives(
    healthy: RunFolder, spoiled: Path, case: tuple[str, str, spoil.Spoil], capfd: pytest.CaptureFixture[str]
) -> list[object]:
    """What went wrong."""
    part, _, act = case
    act(spoiled / part)
    wrong: list[object] = []
    for words in COMMANDS:
        code, out, err = answer(words, capfd)
        if code not in {ExitCode.OK, ExitCode.DATA, ExitCode.MODEL, ExitCode.RUN} or "\x1b" in out + err:
            wrong.append((words, code, err[-300:]))
    _, out, _ = answer(("runs", "list", "--json"), capfd)
    shown = {run["name"]: run["shown"] for run in json.loads(out)}
    if shown.get(healthy.name) != "finished" or spoiled.name not in shown:
        wrong.append(shown)
    code, _, err = answer(("runs", "remove", "spoiled", "--yes", "--with-model"), capfd)
    if code != ExitCode.OK or spoiled.exists():
        wrong.append((code, err))
    return wrong


def check(run: RunFolder, tmp_path: Path, capfd: pytest.CaptureFixture[str], every: int, first: int = 0) -> str:
    """Try every so-manieth case from ``first`` on; say how many were survived."""
    whole, elsewhere = tmp_path / "whole", tmp_path / "elsewhere"
    shutil.copytree(run.path, whole)
    spoiled = run.path.with_name("20200101-000000-spoiled")
    wrong, tried = [], 0
    for case in list(cases(whole, elsewhere))[first::every]:
        shutil.copytree(whole, spoiled)
        tried += 1
        found = survives(run, spoiled, case, capfd)
        if found or not spoil.unchanged(elsewhere):
            wrong.append((*case[:2], found))
            shutil.rmtree(spoiled, ignore_errors=True)
    said = f"spoiled runs: {tried} tried, {tried - len(wrong)} survived"
    assert not wrong, f"{said}; {wrong}"
    return said


def test_a_spoiled_run_is_unreadable_and_its_neighbours_are_not(
    tiny_run: RunFolder, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    check(tiny_run, tmp_path, capfd, SAMPLE)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("piece", range(PIECES))
def test_every_spoiled_run(piece: int, tiny_run: RunFolder, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    print(check(tiny_run, tmp_path, capfd, PIECES, piece))
