"""The tests say the same whoever runs them: see :mod:`tests.environment`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest

from tests import environment

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = (
    "tests/test_end_to_end.py",
    "tests/cli/test_root.py",
    "tests/cli/test_train.py",
    "tests/corpus/test_readers.py",
    "tests/runs/test_alive.py",
    "tests/tui/test_panes.py",
    "tests/tui/test_signals.py",
)
"""One of each kind: processes, signals, pictures, files."""

HOSTILE = {
    "COLORTERM": "",
    "COLUMNS": "20",
    "GENDERTUI_HOME": "/nonexistent",
    "LANG": "de_DE.ISO-8859-1",
    "LC_ALL": "C",
    "LINES": "5",
    "NO_COLOR": "1",
    "OMP_NUM_THREADS": "7",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONWARNINGS": "error",
    "SSH_CONNECTION": "192.0.2.1 22 192.0.2.2 22",
    "TERM": "dumb",
    "TEXTUAL_THEME": "nord",
    "TMUX": "/tmp/tmux-0/default,1,0",
    "TZ": "Pacific/Auckland",
    "XDG_CACHE_HOME": "/nonexistent",
    "XDG_CONFIG_HOME": "/nonexistent",
    "XDG_STATE_HOME": "/nonexistent",
    "http_proxy": "http://192.0.2.1:1",
}


def test_nothing_of_a_shell_is_left() -> None:
    kept = {"HOME": "/home/somebody", "PATH": "/bin", "PYTEST_XDIST_WORKER": "gw0"}
    assert environment.clean({**HOSTILE, **kept}) == {**environment.FIXED, **kept}


def test_this_process_has_that_environment() -> None:
    assert {name: os.environ[name] for name in environment.FIXED} == dict(environment.FIXED)
    assert not os.environ.keys() & HOSTILE.keys() - environment.FIXED.keys() - {"GENDERTUI_HOME"}
    assert os.environ["GENDERTUI_HOME"] != HOSTILE["GENDERTUI_HOME"]
    assert time.tzname == ("UTC", "UTC")


def test_no_signal_is_ignored_or_blocked() -> None:
    ignored = [number for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM) if _ignores(number)]
    assert not ignored
    assert not signal.pthread_sigmask(signal.SIG_BLOCK, ())


def _ignores(number: int) -> bool:
    """Whether a process started from here ignores the signal: it inherits that."""
    code = f"import signal; print(signal.getsignal({int(number)}) is signal.SIG_IGN)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return said.stdout.strip() == "True"


def _nohup() -> None:
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)


def run_sample(
    where: Path,
    *options: str,
    variables: Mapping[str, str] = MappingProxyType({}),
    user: str | None = None,
    before: Callable[[], None] | None = None,
) -> None:
    """Run the sample in a pytest of its own, and fail with its output where it fails.

    :param where: a folder for its temporary files, which ``user`` may write.
    :param before: called in the new process before pytest is.
    """
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--basetemp", str(where / "base")]
    hypothesis = {"HYPOTHESIS_STORAGE_DIRECTORY": str(where / "hypothesis")}
    result = subprocess.run(
        [*command, *options, *SAMPLE],
        cwd=ROOT,
        env={**os.environ, **hypothesis, **variables},
        user=user,
        preexec_fn=before,
        capture_output=True,
        text=True,
        check=False,
    )
    print(result.stdout.splitlines()[-1] if result.stdout else result.stderr)
    assert result.returncode == 0, result.stdout[-8000:] + result.stderr[-2000:]


@contextmanager
def busy(loops: int) -> Iterator[None]:
    """So many processes that use the cores and do nothing with them."""
    with ExitStack() as stack:
        for _ in range(loops):
            process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            stack.callback(process.wait)
            stack.callback(process.kill)
        yield


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    "variables",
    [
        {"NO_COLOR": "1"},
        {"TERM": "dumb"},
        {"LC_ALL": "C"},
        {"TZ": "Pacific/Auckland"},
        HOSTILE,
    ],
    ids=["no-color", "dumb", "c-locale", "auckland", "all-at-once"],
)
def test_a_sample_passes_under_any_variables(variables: dict[str, str], tmp_path: Path) -> None:
    run_sample(tmp_path, "-n", "2", "--dist", "loadgroup", variables=variables)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_sample_passes_under_nohup(tmp_path: Path) -> None:
    run_sample(tmp_path, "-n", "2", "--dist", "loadgroup", before=_nohup)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_sample_passes_as_another_user(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become another user; everybody else is one already")
    try:
        subprocess.run([sys.executable, "-c", ""], user="nobody", check=True)
    except PermissionError:
        pytest.skip("this Python lies in a folder that other users may not enter")
    where = tmp_path / "nobody"
    where.mkdir()
    where.chmod(0o777)
    for parent in where.parents:
        if parent.stat().st_uid == 0 and parent.stat().st_mode & 0o001 == 0:
            parent.chmod(0o711)
    run_sample(where, "-n", "2", "--dist", "loadgroup", user="nobody", variables={"HOME": str(where)})


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_sample_passes_beside_busy_processes(tmp_path: Path) -> None:
    with busy(3):
        run_sample(tmp_path, "-n", "2", "--dist", "loadgroup")


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_sample_passes_in_random_order(tmp_path: Path) -> None:
    run_sample(tmp_path, "--random-order", "--random-order-bucket=global")
