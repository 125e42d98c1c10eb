"""A learning curve measured from a process that has neither torch nor scikit-learn."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs.folder import RunFolder
from gendertui.runs.results.learning_curve import measured
from gendertui.subprocesses.learning_curve import learning_curve

pytestmark = pytest.mark.xdist_group("tiny-run")


def test_a_light_process_gets_it(tiny_run: RunFolder) -> None:
    code = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "from gendertui.subprocesses.learning_curve import learning_curve\n"
        "stages = []\n"
        "found = learning_curve(Path(sys.argv[1]), lambda *step: stages.append(step))\n"
        "print(json.dumps([found.to_json(), stages, sorted({name.split('.')[0] for name in sys.modules})]))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(tiny_run.path)], capture_output=True, text=True, check=True
    )
    found, stages, loaded = json.loads(result.stdout)
    assert not set(loaded) & {"torch", "spacy", "sklearn", "scipy", "pandas"}
    kept = measured(tiny_run)
    assert kept is not None and found == json.loads(json.dumps(kept.to_json()))
    assert "lines by TF-IDF + LR" in {stage for stage, _, _ in stages}


def test_errors_reach_the_client_as_they_are(tiny_run: RunFolder, tmp_path: Path) -> None:
    with pytest.raises(GendertuiError, match="the run's corpus is not there") as caught:
        learning_curve(tiny_run.path, lambda *_: None, corpus=tmp_path / "gone.txt")
    assert caught.value.code is ExitCode.DATA
    assert "--corpus" in str(caught.value.hint)
