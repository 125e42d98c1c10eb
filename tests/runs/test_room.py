"""A run that would fill the disk is refused before it starts: on a file system of a megabyte, by real limits."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from gendertui.errors import ExitCode, GendertuiError
from gendertui.formatting import size
from gendertui.runs import room
from gendertui.runs.folder import RunFolder, list_runs
from gendertui.training.config import preset, with_changes

MOUNT = 'mount -t tmpfs -o size=1m none "$1" && shift && exec "$@"'


def test_train_says_how_much_a_full_disk_lacks(tmp_path: Path) -> None:
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("a file system cannot be mounted here: unshare -rm is not permitted")
    command = [sys.executable, "-m", "gendertui", "train", "--corpus", "sample", "--detach"]
    ended = subprocess.run(
        ["unshare", "-rm", "sh", "-c", MOUNT, "sh", str(tmp_path), *command],
        env={**os.environ, "GENDERTUI_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == ExitCode.RUN, ended.stderr
    assert "there is no room for the run" in ended.stderr
    assert "need about" in ended.stderr
    assert "gendertui runs prune" in ended.stderr


def test_a_limit_on_files_is_refused_in_words(sample_size: Path) -> None:
    config = with_changes(preset("tutorial"), {"vectors": "random"})
    room.check_start(config, sample_size)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, hard))
    try:
        with pytest.raises(GendertuiError, match=f"larger than {size(2_000_000)} here, the run's largest") as caught:
            room.check_start(config, sample_size)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.code is ExitCode.RUN
    assert "ulimit -f" in str(caught.value.hint)
    assert not list_runs()


def test_a_run_is_resumed_where_its_next_checkpoint_has_room(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    current = run.checkpoint_folder / "current"
    current.mkdir(parents=True)
    (current / "weights.safetensors").write_bytes(bytes(40_000_000))
    room.check_resume(run)
    monkeypatch.setattr("gendertui.disk_space.free", lambda _: 30_000_000)
    with pytest.raises(GendertuiError, match=r"need about 62.0 MB, 30.0 MB is free"):
        room.check_resume(run)


@pytest.fixture
def sample_size(tmp_path: Path) -> Path:
    """A corpus of two megabytes, of which only the size is looked at."""
    path = tmp_path / "lines.txt"
    path.write_bytes(b"a line\\n" * 300_000)
    return path
