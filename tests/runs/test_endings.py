"""What can end a worker before its time, found in files as systems have them."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from gendertui.runs.endings import endings

SESSION = "0::/user.slice/user-1000.slice/session-3.scope\n"
SERVICE = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-1.scope\n"


def system(root: Path, **files: str) -> Path:
    """A root with these files; ``__`` is a path's separator, ``_`` a full stop."""
    for name, content in files.items():
        path = root / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


def said(root: Path, environment: dict[str, str] | None = None) -> list[str]:
    """What is said when a run starts."""
    return [f"{each.what} {each.remedy}" for each in endings(environment or {}, root) if each.at_start]


def test_an_ordinary_session_ends_nothing(tmp_path: Path) -> None:
    commented = "[Login]\n#KillUserProcesses=yes\n"
    assert said(system(tmp_path, proc__self__cgroup=SESSION, etc__systemd__logind_conf=commented)) == []
    assert said(tmp_path / "nothing") == []


def test_a_logout_that_ends_runs(tmp_path: Path) -> None:
    root = system(tmp_path, proc__self__cgroup=SESSION, etc__systemd__logind_conf="[Login]\nKillUserProcesses=yes\n")
    (found,) = said(root)
    assert "KillUserProcesses=yes" in found
    assert "loginctl enable-linger" in found
    assert "systemd-run --user --scope" in found
    # A file of one setting overrides the main one.
    assert said(system(root, etc__systemd__logind_conf_d__local_conf="[Login]\nKillUserProcesses = no\n")) == []


def test_the_last_logout_ends_what_does_not_linger(tmp_path: Path) -> None:
    root = system(tmp_path, proc__self__cgroup=SERVICE)
    assert "enable-linger" in said(root)[0]
    linger = root / "var/lib/systemd/linger"
    linger.mkdir(parents=True)
    (linger / getpass.getuser()).touch()
    assert said(root) == []


@pytest.mark.parametrize(
    ("environment", "name"),
    [({"SLURM_JOB_ID": "7"}, "Slurm"), ({"PBS_JOBID": "7"}, "PBS"), ({"JOB_ID": "7", "QUEUE": "all.q"}, "Grid Engine")],
)
def test_a_job_ends_its_runs(tmp_path: Path, environment: dict[str, str], name: str) -> None:
    (found,) = said(tmp_path, environment)
    assert f"a job of {name}" in found
    assert "gendertui train --resume latest" in found
    assert ("--signal=TERM@120" in found) == (name == "Slurm")
    assert said(tmp_path, {"JOB_ID": "7"}) == []


def test_a_container_is_told_where_it_is_asked_for(tmp_path: Path) -> None:
    root = system(tmp_path, _dockerenv="")
    assert said(root) == []
    assert any("a container" in each.what and "volume" in each.remedy for each in endings({}, root))
