"""``gendertui models pull``: a model of another machine comes whole, or nothing of it stays."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gendertui import processes
from gendertui.errors import ExitCode
from gendertui.model import store
from gendertui.model.bundle.manifest import WEIGHTS
from tests.builders.command import COMMAND, answer, start
from tests.builders.machines import Machines
from tests.builders.processes import wait_for

INSTANTS = 24


@pytest.fixture
def there(bundle: Path, machines: Machines) -> Path:
    """The folder of the model "mine" on gpu1."""
    with machines.on("gpu1"):
        return store.publish(bundle, "mine")


@pytest.fixture
def pull(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    return lambda *words: answer(["models", "pull", *words], capfd)


def here() -> list[str]:
    """All that lies in the store, hidden files included."""
    return sorted(entry.name for entry in store.path().iterdir()) if store.path().exists() else []


def test_it_is_here_under_its_name_or_another_and_waits_to_be_asked(
    there: Path, machines: Machines, pull: Callable[..., tuple[int, str, str]]
) -> None:
    answers = store.answering()
    code, printed, said = pull("gpu1", "mine", "--as", "theirs")
    assert (code, printed) == (ExitCode.OK, "theirs\n"), said
    assert "gendertui models use theirs lets it answer" in said
    assert here() == ["theirs"]
    assert store.answering() == answers
    assert (store.path() / "theirs" / WEIGHTS).read_bytes() == (there / WEIGHTS).read_bytes()


def test_a_connection_that_breaks_halfway_leaves_nothing(
    there: Path, machines: Machines, pull: Callable[..., tuple[int, str, str]]
) -> None:
    machines.cut(5_000)
    code, printed, said = pull("gpu1", "mine")
    assert (code, printed) == (ExitCode.RUN, "")
    assert said.startswith("gendertui: gpu1: client_loop: send disconnect: Broken pipe")
    assert here() == []


def test_what_the_shell_there_prints_first_is_what_the_hint_speaks_of(
    machines: Machines, pull: Callable[..., tuple[int, str, str]]
) -> None:
    machines.install("echo Welcome to gpu1; yes | head -c 100000")
    said = pull("gpu1", "mine")[2]
    assert "this is not an exported model" in said
    assert "ssh gpu1 true" in said


def test_a_signal_ends_what_it_started_too(machines: Machines, tmp_path: Path) -> None:
    began = tmp_path / "began"
    machines.install(f"echo $$ > {began}.new; mv {began}.new {began}; sleep 600")
    process = start(["models", "pull", "gpu1", "mine"], tmp_path)
    wait_for(began.exists)
    process.terminate()
    assert process.wait() == 128 + signal.SIGTERM
    # Its parent has ended, so nobody here waits for it.
    wait_for(lambda: not processes.exists(int(began.read_text())))


@pytest.mark.long
def test_wherever_it_breaks_nothing_is_left_and_the_whole_comes_after(
    there: Path, machines: Machines, pull: Callable[..., tuple[int, str, str]]
) -> None:
    with machines.on("gpu1"):
        whole = len(subprocess.run([*COMMAND, "models", "export", "mine", "-"], capture_output=True, check=True).stdout)
    tried = [1, 511, 512, 513, whole - 1, *(whole * part // INSTANTS for part in range(1, INSTANTS))]
    for after in tried:
        machines.cut(after)
        code, printed, said = pull("gpu1", "mine")
        assert (code, printed, here()) == (ExitCode.RUN, "", []), (after, said)
        assert "Broken pipe" in said
    assert pull("gpu1", "mine")[:2] == (ExitCode.OK, "mine\n")
    code, printed, said = pull("gpu1", "mine")
    assert (code, printed) == (ExitCode.MODEL, "")
    assert "there is a model named 'mine' already" in said
    assert "--as NAME for models pull" in said
    print(f"{len(tried)} connections broken, nothing left by {len(tried)}")


@pytest.mark.long
def test_what_fails_there_is_said_as_it_is_there(
    there: Path, machines: Machines, pull: Callable[..., tuple[int, str, str]]
) -> None:
    for words, code, says in (
        (("gpu1", "no-such-model"), ExitCode.MODEL, "gendertui: gpu1: there is no model"),
        (("--", "gpu1", "-x"), ExitCode.MODEL, "gendertui: gpu1: there is no model"),
        (("gpu1", "mine", "--as", "a b"), ExitCode.USAGE, "a b"),
        (("--", "-oProxyCommand=x", "mine"), ExitCode.USAGE, "is no host's name"),
        (("a b", "mine"), ExitCode.USAGE, "is no host's name"),
    ):
        refused = pull(*words)
        assert (refused[0], refused[1], says in refused[2]) == (code, "", True), (words, refused)
    weights = there / WEIGHTS
    weights.write_bytes(weights.read_bytes()[:-1] + b"\0")
    assert "damaged" in pull("gpu1", "mine")[2]
    machines.install(None)
    assert "gendertui is not found there" in pull("gpu1", "mine")[2]
    machines.refuse()
    assert "Connection refused" in pull("gpu1", "mine")[2]
    assert here() == []


@pytest.mark.long
def test_what_fails_there_after_the_last_byte_is_not_taken(
    there: Path, machines: Machines, pull: Callable[..., tuple[int, str, str]]
) -> None:
    machines.install('{real} "$@"; exit 3')
    assert (pull("gpu1", "mine")[0], here()) == (ExitCode.RUN, [])
