"""What every test gets: a home of its own, and the real lines where they are on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus
    from gendertui.runs.folder import RunFolder
    from tests.builders.machines import Machines

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new GENDERTUI_HOME: no test reads or writes the user's state."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("GENDERTUI_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real lines beside the checkout."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real lines (../shared/data) are not on this machine")
    return SHARED_DATA


@pytest.fixture
def sample_corpus(home: Path) -> Corpus:
    """The bundled sample, read from its files."""
    from gendertui.corpus.load import load

    return load("sample")


@pytest.fixture
def machines(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Machines:
    """Other machines, reached by a stand-in for ssh."""
    from tests.builders.machines import Machines

    return Machines(tmp_path_factory.mktemp("machines"), monkeypatch)


TINY = ["--hidden-size", "4", "--embedding-dim", "4", "--epochs", "1", "--threads", "1", "--device", "cpu"]


@pytest.fixture(scope="session")
def trained_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one finished run of a tiny network on the sample, made once; see :func:`tiny_run`."""
    folder = tmp_path_factory.mktemp("trained")
    command = [sys.executable, "-m", "gendertui", "train", "--corpus", "sample", "--name", "tiny", *TINY]
    subprocess.run(command, env={**os.environ, "GENDERTUI_HOME": str(folder)}, check=True, capture_output=True)
    return folder


@pytest.fixture
def tiny_run(trained_home: Path, home: Path) -> RunFolder:
    """A finished run named tiny in the test's own home."""
    from gendertui.runs.folder import find

    shutil.copytree(trained_home, home, dirs_exist_ok=True)
    return find("tiny")
