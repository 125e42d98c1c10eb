"""Processes that score parts: one that dies is replaced, and its part tried once more."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from gendertui.bulk.folder import OutputFolder
from gendertui.bulk.plan import Plan, Stamp
from gendertui.bulk.pool import Pool
from gendertui.bulk.request import Request
from gendertui.errors import ExitCode, GendertuiError
from tests.builders.bulk import contents, planned, request_for, score_here


def pool_for(request: Request, path: Path, out: Path, workers: int) -> tuple[Pool, Plan]:
    plan = OutputFolder(out, request.form).plan(
        request, [str(path)], lambda: planned([path], part_bytes=request.part_bytes)
    )
    return Pool(request, out, [Stamp.of(str(path))], workers), plan


def kill(processes: int) -> None:
    for process in multiprocessing.active_children()[:processes]:
        process.kill()
        process.join()


def test_a_process_that_dies_is_replaced_and_a_part_that_cannot_be_read_is_told(bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("rain falls\nsnow falls\n" * 40)
    request = request_for(bundle, part_bytes=200)
    score_here(request, [path], tmp_path / "whole")
    pool, plan = pool_for(request, path, tmp_path / "out", 2)
    before = path.stat().st_mtime_ns
    with path.open("r+") as stream:
        stream.seek(5)
        stream.write("\n")
    os.utime(path, ns=(before, before))
    told: list[int] = []

    def once(rows: int) -> None:
        if not told:
            kill(1)
        told.append(rows)

    pool.run(plan.parts, once)
    assert [failure.part.number for failure in pool.failures] == [0]
    assert "part-000000 of it has" in pool.failures[0].error.what
    assert told[-1] == 80 - plan.parts[0].rows
    found, whole = contents(tmp_path / "out"), contents(tmp_path / "whole")
    assert sorted(whole.keys() - found.keys()) == ["_done/part-000000.json", "part-000000.parquet"]
    assert all(whole[name] == found[name] for name in found if name != "_manifest.json")


def test_a_part_at_which_processes_die_twice_is_told(bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("rain falls\n")
    pool, plan = pool_for(request_for(bundle), path, tmp_path / "out", 1)
    pool.run(plan.parts, lambda _: kill(1))
    assert [failure.part.number for failure in pool.failures] == [0]
    assert pool.failures[0].error.code == ExitCode.RUN
    assert not list((tmp_path / "out").glob("part-*"))


def test_an_error_of_the_model_ends_all(bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("rain falls\n")
    request = request_for(bundle)
    other = Request(request.model, request.model_name, "another hash")
    pool, plan = pool_for(other, path, tmp_path / "out", 1)
    with pytest.raises(GendertuiError, match="replaced meanwhile"):
        pool.run(plan.parts, lambda _: None)
