"""What must stay light stays light: a fresh interpreter imports it, and the test looks at what got loaded.

Who may import whom is said by the contracts in ``pyproject.toml``, which ``make test`` checks.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "gendertui"

HEAVY = {"torch", "spacy", "sklearn", "imblearn", "scipy", "pandas", "pyarrow", "pydantic", "textual"}


def loaded_by(statement: str, among: set[str] = HEAVY) -> set[str]:
    """Which heavy libraries a fresh interpreter holds after ``statement``."""
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted({{m.split('.')[0] for m in sys.modules}})))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return among & set(json.loads(result.stdout.splitlines()[-1]))


def test_scoring_needs_numpy_alone() -> None:
    # msgspec adds a twentieth to the time of a cold predict.
    modules = (
        "gendertui.scoring.scorer, gendertui.scoring.wording, gendertui.model.store, gendertui.cli.predict.command"
    )
    assert loaded_by(f"import {modules}", HEAVY | {"msgspec"}) == set()


def test_programs_import_next_to_nothing_until_they_load_a_model() -> None:
    assert loaded_by("import gendertui", HEAVY | {"msgspec", "numpy"}) == set()


def test_a_typed_line_and_the_help_import_next_to_nothing() -> None:
    typed = "from gendertui.cli.predict.lines import predict_typed; assert predict_typed(['rain']) == 0"
    assert loaded_by(typed, HEAVY | {"msgspec", "click"}) == set()
    assert (
        loaded_by("from gendertui.cli.root import run; assert run(['--help']) == 0", HEAVY | {"msgspec", "numpy"})
        == set()
    )


def test_numpy_for_scoring_has_one_thread_and_no_other_process_does() -> None:
    code = (
        "import os; from gendertui.blas import THREADS, import_numpy; import_numpy()\n"
        "from threadpoolctl import threadpool_info\n"
        "print(json.dumps([os.environ.get(THREADS), [pool['num_threads'] for pool in threadpool_info()]]))"
    )
    unset = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    command = [sys.executable, "-c", f"import json; {code}"]
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=unset)
    variable, threads = json.loads(result.stdout)
    assert variable is None
    assert set(threads) <= {1}


def test_the_command_opens_the_app_without_the_heavy_libraries() -> None:
    """All that is imported by then keeps the first paint waiting."""
    opened = (
        "import os, sys; from gendertui.cli.app import open_app; from gendertui.tui import app\n"
        "app.run = lambda *_: 0; os.environ['TERM'] = 'xterm'; sys.stdin.isatty = sys.stdout.isatty = lambda: True\n"
        "assert open_app() == 0"
    )
    assert loaded_by(opened, HEAVY | {"numpy"}) == {"textual"}


def test_every_pane_comes_without_torch_spacy_and_sklearn() -> None:
    files = [path.relative_to(PACKAGE.parent).with_suffix("") for path in (PACKAGE / "tui").rglob("*.py")]
    assert len(files) > 60
    names = sorted(".".join(file.parts) for file in files)
    assert not loaded_by("import " + ", ".join(names)) & {"torch", "spacy", "sklearn", "imblearn", "scipy"}


@pytest.mark.parametrize(
    "room",
    ["corpus", "text", "model", "model.networks", "scoring", "evaluation", "training", "runs", "subprocesses", "tui"],
)
def test_packages_import_nothing_heavy(room: str) -> None:
    assert loaded_by(f"import gendertui.{room}") == set()


def test_an_audit_is_read_without_a_library() -> None:
    assert (
        loaded_by("from gendertui.evaluation.audit import store, text; import gendertui.evaluation.compare.why_not_70")
        == set()
    )


def test_the_network_of_rooms_that_the_app_uses_is_light() -> None:
    code = (
        "from gendertui.runs import folder, launch, follow, control; from gendertui.runs.results import reports; "
        "from gendertui.subprocesses import probe, audit, rescore, logits, suspects; "
        "from gendertui.training import estimate; "
        "from gendertui.evaluation.suspects import listing, store"
    )
    assert not loaded_by(code) & {"torch", "spacy", "sklearn", "imblearn", "pandas"}


def test_a_run_is_followed_in_the_shell_without_numpy_and_textual() -> None:
    assert loaded_by("import gendertui.cli.train.follow", HEAVY | {"numpy"}) <= {"pydantic"}


def test_no_test_file_imports_another() -> None:
    tests = Path(__file__).parent
    wrong = [
        f"{path.relative_to(tests)}:{node.lineno}"
        for path in tests.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests.")
        if (node.module or "").rpartition(".")[2].startswith(("test_", "conftest"))
    ]
    assert not wrong
