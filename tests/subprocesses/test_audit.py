"""The audit in a process of its own: the same answer, told on the way, and gone when it is not wanted any more."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gendertui.corpus.load import load
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.audit.measure import audit
from gendertui.evaluation.audit.store import measured
from gendertui.subprocesses.audit import AuditTask
from tests.builders.processes import wait_for


def test_it_measures_what_this_process_would_and_keeps_it() -> None:
    told: list[tuple[str, int, int]] = []
    found = AuditTask("sample", "random", 2).result(lambda *stage: told.append(stage))
    assert found is not None
    assert measured(load("sample").data_hash, "random", 2) == found
    assert audit(load("sample"), "random", 2) == found
    assert {"identical texts", "near-identical texts", "oversampled", "by film"} <= {stage for stage, _, _ in told}
    assert [done for stage, done, total in told if stage == "by film" and total == 5] == [0, 1, 2, 3, 4]


def test_cancelled_from_another_thread_it_is_killed_and_has_no_result() -> None:
    auditing = AuditTask("sample")
    seen = threading.Event()
    told: list[str] = []

    def cancel() -> None:
        seen.wait(60)
        auditing.cancel()

    def progress(stage: str, _done: int, _total: int) -> None:
        told.append(stage)
        seen.set()
        wait_for(lambda: auditing.ended)

    threading.Thread(target=cancel).start()
    assert auditing.result(progress) is None
    assert len(told) == 1
    auditing.cancel()  # Once more does no harm.
    assert measured(load("sample").data_hash) is None


def test_a_listener_that_fails_leaves_no_process_behind() -> None:
    auditing = AuditTask("sample")

    def fail(*_: object) -> None:
        raise RuntimeError("the screen is gone")

    with pytest.raises(RuntimeError, match="screen is gone"):
        auditing.result(fail)
    assert auditing.ended


def test_it_ends_when_nobody_listens_any_more() -> None:
    command = [sys.executable, "-m", "gendertui.subprocesses.audit"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(
            b'{"corpus": "sample", "reading": {}, "data_hash": null, "split": "auto", "split_seed": 0}\n'
        )
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == ExitCode.UNEXPECTED
    assert measured(load("sample").data_hash) is None


def test_what_a_user_can_cause_comes_back_as_it_was_raised(tmp_path: Path) -> None:
    with pytest.raises(GendertuiError) as caught:
        AuditTask(tmp_path / "nowhere.txt").result()
    error = caught.value
    assert (error.what, error.where, error.code) == (
        "there is no such file or folder",
        str(tmp_path / "nowhere.txt"),
        ExitCode.DATA,
    )
    assert error.hint


def test_a_process_that_dies_says_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(GendertuiError, match="the audit failed: exit code 1") as caught:
        AuditTask("sample").result()
    assert caught.value.code is ExitCode.RUN
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(GendertuiError, match="could not be started"):
        AuditTask("sample")
