"""A test set opened from a process that has no torch, and what must not be opened."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.report.build import build_report
from gendertui.evaluation.report.meta import Meta
from gendertui.evaluation.report.read import read_report
from gendertui.evaluation.report.scores import Scores
from gendertui.runs.folder import RunFolder
from gendertui.runs.lock import RunLock
from gendertui.runs.results.rescore import LOCK, add_strong_baseline, open_test
from gendertui.subprocesses import rescore
from tests.builders.processes import end, hold

pytestmark = pytest.mark.xdist_group("tiny-run")


def silent(_name: str, _done: int, _total: int) -> None:
    pass


def unchanged(run: RunFolder) -> tuple[bytes, bytes]:
    return run.scores_file.read_bytes(), run.report_file.read_bytes()


def test_a_process_without_torch_opens_it(tiny_run: RunFolder) -> None:
    before = read_report(tiny_run.report_file)
    code = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "from gendertui.subprocesses.rescore import open_test\n"
        "stages = []\n"
        "open_test(Path(sys.argv[1]), lambda *step: stages.append(step))\n"
        "print(json.dumps([stages, sorted({name.split('.')[0] for name in sys.modules})]))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(tiny_run.path)], capture_output=True, text=True, check=True
    )
    stages, loaded = json.loads(result.stdout)
    assert not set(loaded) & {"torch", "spacy", "sklearn", "scipy", "pandas"}
    assert {"TF-IDF baseline", "test lines", "report"} <= {name for name, _, _ in stages}
    after = read_report(tiny_run.report_file)
    assert set(after.sets) == {"validation", "test"}
    assert after.sets["validation"] == before.sets["validation"]
    assert after.test_readings == 1
    derived = build_report(Scores.load(tiny_run.scores_file), Meta.of(after))
    assert json.loads(json.dumps(derived)) == json.loads(tiny_run.report_file.read_bytes())


def test_the_stronger_baseline_stands_beside_every_set_there_is(tiny_run: RunFolder) -> None:
    add_strong_baseline(tiny_run, silent)
    validation = read_report(tiny_run.report_file)
    assert "words-characters" in validation.sets["validation"].baselines
    open_test(tiny_run, silent)
    both = read_report(tiny_run.report_file)
    assert both.sets["validation"] == validation.sets["validation"]
    assert "words-characters" in both.sets["test"].baselines
    scores = Scores.load(tiny_run.scores_file)
    assert scores.strong_baseline_logit is not None
    assert len(np.unique(scores.strong_baseline_logit)) > 10
    # Both are there: nothing is computed once more.
    before = unchanged(tiny_run)
    add_strong_baseline(tiny_run, lambda *_: pytest.fail("computed again"))
    open_test(tiny_run, lambda *_: pytest.fail("computed again"))
    assert unchanged(tiny_run) == before


def test_errors_reach_the_client_as_they_are(tiny_run: RunFolder, tmp_path: Path) -> None:
    before = unchanged(tiny_run)
    with pytest.raises(GendertuiError, match="the run's corpus is not there") as caught:
        rescore.open_test(tiny_run.path, silent, corpus=tmp_path / "gone.txt")
    assert (caught.value.code, caught.value.where) == (ExitCode.DATA, str(tmp_path / "gone.txt"))
    assert "--corpus" in str(caught.value.hint)
    assert unchanged(tiny_run) == before


def test_losing_patience_ends_the_process(tiny_run: RunFolder) -> None:
    before = unchanged(tiny_run)
    told: list[tuple[str, int, int]] = []

    def leave(*stage: Any) -> None:
        # A stage that takes long is told again and again, so that one can leave in the middle of it.
        if stage in told:
            raise KeyboardInterrupt
        told.append(stage)

    with pytest.raises(KeyboardInterrupt):
        rescore.open_test(tiny_run.path, leave)
    assert "report" not in {name for name, _, _ in told}
    with RunLock(tiny_run.path / LOCK):
        assert unchanged(tiny_run) == before


def test_a_process_that_dies_says_its_last_words(tiny_run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(GendertuiError, match="exit code 1"):
        rescore.open_test(tiny_run.path, silent)


def test_a_run_that_goes_and_one_that_is_being_opened_are_left_alone(run: RunFolder, tiny_run: RunFolder) -> None:
    worker = hold(run)
    try:
        with pytest.raises(GendertuiError, match="still running"):
            open_test(run, silent)
    finally:
        end(worker)
    with pytest.raises(GendertuiError, match="not finished"):
        open_test(run, silent)
    with (
        RunLock(tiny_run.path / LOCK),
        pytest.raises(GendertuiError, match="another process is rewriting this run's report") as caught,
    ):
        open_test(tiny_run, silent)
    assert caught.value.code is ExitCode.RUN


def test_a_damaged_model_is_not_judged(tiny_run: RunFolder) -> None:
    weights = tiny_run.model_folder / "weights.safetensors"
    data = bytearray(weights.read_bytes())
    data[-3] ^= 1
    weights.write_bytes(data)
    before = unchanged(tiny_run)
    with pytest.raises(GendertuiError) as caught:
        open_test(tiny_run, silent)
    assert caught.value.code is ExitCode.MODEL
    assert unchanged(tiny_run) == before
