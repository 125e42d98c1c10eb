"""The one protocol of work in another process, with a process of the test's own."""

from __future__ import annotations

import gc
import sys
import textwrap
from pathlib import Path

import pytest

from gendertui.errors import ExitCode, GendertuiError
from gendertui.subprocesses.task import SubprocessTask
from tests.builders.processes import wait_for

MODULE = """
    import os, sys, time
    from gendertui.errors import ExitCode, GendertuiError
    from gendertui.subprocesses.task import serve

    def work(request, progress):
        progress("begun", 0, 2)
        if request == "refuse":
            raise GendertuiError("it cannot be", where="a.txt:3", hint="Try b.txt.", code=ExitCode.DATA)
        if request == "sleep":
            time.sleep(600)
        if request == "half a line":
            sys.stdout.write('{"answer": 1')
            sys.stdout.flush()
            os._exit(7)
        return {"twice": 2 * request}

    if __name__ == "__main__":
        sys.exit(serve(work))
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module that doubles numbers, to be found by the new process."""
    (tmp_path / "doubling.py").write_text(textwrap.dedent(MODULE), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return "doubling"


def test_one_process_answers_one_request_after_the_other(module: str) -> None:
    stages: list[tuple[str, int, int]] = []
    with SubprocessTask("doubling", module) as task:
        first = task.pid
        assert [task.ask(number, lambda *stage: stages.append(stage)) for number in (1, 2, 3)] == [
            {"twice": 2},
            {"twice": 4},
            {"twice": 6},
        ]
        assert task.pid == first
        # An error is an answer too: the next request is served.
        with pytest.raises(GendertuiError) as caught:
            task.ask("refuse")
        assert task.ask(5) == {"twice": 10}
    error = caught.value
    assert (error.what, error.where, error.hint, error.code) == ("it cannot be", "a.txt:3", "Try b.txt.", ExitCode.DATA)
    assert stages == [("begun", 0, 2)] * 3
    assert task.ended


def test_it_ends_with_whoever_holds_it(module: str) -> None:
    task = SubprocessTask("doubling", module)
    process = task._process
    del task
    gc.collect()
    wait_for(lambda: process.poll() is not None)


def test_no_answer_in_time_is_a_failure_that_names_the_work(module: str) -> None:
    with SubprocessTask("doubling", module, failure=ExitCode.DEVICE) as task:
        with pytest.raises(GendertuiError, match="doubling failed: no answer within 2 seconds") as caught:
            task.ask("sleep", timeout=2)
        assert caught.value.code is ExitCode.DEVICE
        wait_for(lambda: task.ended)


def test_a_process_that_ends_in_the_middle_of_its_answer_has_failed(module: str) -> None:
    with SubprocessTask("doubling", module) as task, pytest.raises(GendertuiError, match="failed: exit code 7"):
        task.ask("half a line")


def test_what_a_process_said_last_is_why_it_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        SubprocessTask("the work", "gendertui.no_such_module") as task,
        pytest.raises(GendertuiError, match=r"the work failed: .*No module named gendertui\.no_such_module"),
    ):
        task.ask({})
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(GendertuiError, match="the work could not be started"):
        SubprocessTask("the work", "gendertui")
