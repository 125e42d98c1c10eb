"""The list of runs: figures, notes, and what is read again when."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from gendertui import files, paths
from gendertui.evaluation.report.schema import Estimate
from gendertui.runs import listing, manage
from gendertui.runs.folder import RunFolder
from gendertui.runs.listing import RunList, RunRow
from gendertui.runs.notes import note_file, write_note
from gendertui.runs.records import Status
from gendertui.training.config import preset
from tests.builders.processes import end, hold

FIGURE = {"value": 0.571, "low": 0.559, "high": 0.583, "groups": 44, "note": ""}


def made(name: str, status: Status, *, report: object = None) -> RunFolder:
    run = RunFolder.create(preset("quick"), {"path": "lines.txt", "name": "films"}, name=name, preset="quick")
    run.write_status(status)
    if report is not None:
        files.write_json(run.report_file, report)
    return run


def report(figure: dict[str, object]) -> dict[str, object]:
    return {"schema": 4, "sets": {"validation": {"rows": 9, "model": {"balanced_accuracy": figure}}}}


def only(runs: RunList) -> RunRow:
    (row,) = runs.rows()
    return row


def test_a_row_has_the_reports_figures_with_their_intervals_and_the_note() -> None:
    run = made("evening", Status(state="finished", model="evening"), report=report(FIGURE))
    write_note(run, "the one")
    row = only(RunList())
    assert (row.info.name, row.info.device, row.info.preset_or_network, row.note) == (
        run.name,
        "auto",
        "quick",
        "the one",
    )
    assert row.balanced_accuracy == Estimate(0.571, 0.559, 0.583, 44)
    assert row.auc is None


def test_a_run_without_a_report_has_the_figures_of_its_best_epoch_so_far() -> None:
    made("evening", Status(state="training", epoch=2, epochs=3, balanced_accuracy=0.56, auc=0.6))
    row = only(RunList())
    assert (row.balanced_accuracy, row.auc) == (Estimate(0.56), Estimate(0.6))


@pytest.mark.parametrize("content", [b"", b"[]", b'{"sets": 3}', b'{"sets": {"validation": {"model": {"auc": 1}}}}'])
def test_what_cannot_be_read_of_a_run_does_not_hide_it(content: bytes) -> None:
    run = made("evening", Status(state="finished"))
    run.report_file.write_bytes(content)
    note_file(run).write_text("{")
    row = only(RunList())
    assert (row.info.state, row.balanced_accuracy) == ("finished", None)
    assert "cannot be read" in row.note
    run.status_file.write_text("{")
    assert only(RunList()).info.state == "unreadable"


def test_what_has_not_changed_is_read_once_and_what_has_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gendertui.runs.folder.START_SECONDS", 0.0)
    ended, going = made("evening", Status(state="finished")), made("morning", Status(state="training"))
    process = hold(going)
    read: list[str] = []
    real = listing.row_of

    def row_of(run: RunFolder) -> RunRow:
        read.append(run.name)
        return real(run)

    monkeypatch.setattr(listing, "row_of", row_of)
    runs = RunList()
    try:
        runs.rows()
        read.clear()
        assert len(runs.rows()) == 2
        assert read == [going.name]
    finally:
        end(process)
    assert {row.info.name: row.info.shown for row in runs.rows()} == {ended.name: "finished", going.name: "died"}
    read.clear()
    write_note(ended, "the one")
    assert {row.info.name: row.note for row in runs.rows()} == {ended.name: "the one", going.name: ""}
    assert read == [ended.name]
    files.write_json(ended.report_file, report(FIGURE))
    assert any(row.balanced_accuracy for row in runs.rows())
    process = hold(ended)
    try:
        assert all(row.info.active == (row.info.name == ended.name) for row in runs.rows())
    finally:
        end(process)


def test_a_run_taken_out_of_sight_by_a_process_that_is_gone_is_back_the_next_time() -> None:
    run = made("a-name-that-has-to-be-kept-as-it-is-although-it-is-long", Status(state="finished"))
    hidden = manage.discard(run).hidden
    assert RunList().rows() == []
    # Of a process whose number nobody can have.
    hidden.rename(hidden.with_name(hidden.name.replace(f"-{os.getpid()}.", "-999999999.")))
    assert only(RunList()).info.name == run.name
    assert [entry.name for entry in paths.runs_dir().iterdir()] == [run.name]


@pytest.mark.long
def test_three_hundred_runs_are_listed_again_at_once() -> None:
    for number in range(300):
        made(f"r{number}", Status(state="finished"), report=report(FIGURE))
    runs = RunList()
    begin = time.perf_counter()
    runs.rows()
    first = time.perf_counter() - begin
    begin = time.perf_counter()
    assert len(runs.rows()) == 300
    again = time.perf_counter() - begin
    print(f"300 runs: {first * 1000:.0f} ms the first time, {again * 1000:.0f} ms again")
    assert again < first / 3


def test_there_may_be_no_run_at_all(tmp_path: Path) -> None:
    assert RunList().rows() == []
