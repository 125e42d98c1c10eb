"""This program on another machine, by a stand-in for ssh that runs it here."""

from __future__ import annotations

import json
import shutil
import signal
import sys
from pathlib import Path

import pytest

from gendertui import processes
from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs.remote import ssh
from tests.builders.machines import Machines
from tests.builders.processes import wait_for


def refused(host: str, *words: str) -> GendertuiError:
    with pytest.raises(GendertuiError) as raised:
        ssh.run(host, words)
    return raised.value


@pytest.mark.parametrize("shell", ["sh", "zsh", "fish"])
def test_the_command_runs_there_with_its_words_as_they_are(
    machines: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shell: str
) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    monkeypatch.setenv("LOGIN_SHELL", shell)
    words = ["runs", "note", "it's $HOME; `date` \"x\" 'y' *", "\n--\\", "\\'\" ; exit 1 #", "a\\\\b", "", "ü → !1"]
    (machines.folder / "bin" / "gendertui").write_text(
        f"#!{sys.executable}\nimport json, os, sys\nprint(json.dumps([sys.argv[1:], os.environ['GENDERTUI_HOME']]))\n"
    )
    assert json.loads(ssh.run("me@gpu1", words)) == [words, str(machines.home("me@gpu1"))]


def test_what_fails_there_is_said_in_its_words_with_its_code(machines: Machines) -> None:
    error = refused("gpu1", "runs", "stop", "no-such-run")
    assert (error.where, error.code) == ("gpu1", ExitCode.RUN)
    assert "there is no run 'no-such-run'" in error.what
    assert "gendertui train" in str(error.hint)
    assert refused("gpu1", "models", "show", "no-such-model").code == ExitCode.MODEL
    assert "update it there" in str(refused("gpu1", "no-such-command").hint)


def test_where_the_program_is_not_installed_it_is_said_how(machines: Machines) -> None:
    machines.install(None)
    error = refused("gpu1", "runs")
    assert error.what == "gendertui is not found there"
    assert "~/.local/bin" in str(error.hint)


def test_it_is_found_where_installers_put_it(machines: Machines) -> None:
    place = machines.home("gpu1") / ".local" / "bin"
    place.mkdir(parents=True)
    (machines.folder / "bin" / "gendertui").rename(place / "gendertui")
    assert json.loads(ssh.run("gpu1", ["runs", "list", "--json"])) == []


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("me@gpu1: Permission denied (publickey).", "ssh-add"),
        ("Host key verification failed.", "accept it"),
        ("ssh: Could not resolve hostname gpu1: Name or service not known\x1b[31m", "ssh gpu1 true"),
    ],
)
def test_what_ssh_itself_fails_of_is_said_with_what_to_do(machines: Machines, said: str, hint: str) -> None:
    machines.refuse(f"a banner\n{said}")
    error = refused("gpu1", "runs")
    assert error.what == said.replace("\x1b", "␛").removeprefix("ssh: ")
    assert hint in str(error.hint)


@pytest.mark.parametrize(
    "said",
    ["me@jump: Permission denied (publickey).", "Host key verification failed.", "Too many authentication failures"],
)
def test_whom_a_machine_on_the_way_does_not_let_in_does_not_try_again(machines: Machines, said: str) -> None:
    machines.refuse(f"{said}\nConnection closed by UNKNOWN port 65535")
    error = refused("gpu1", "runs")
    assert (error.what, isinstance(error, ssh.LinkError)) == (said, False)


def test_what_is_said_there_without_end_does_not_fill_the_disk_here(machines: Machines, tmp_path: Path) -> None:
    (machines.folder / "bin" / "gendertui").write_text(
        f"#!{sys.executable}\nimport os, sys, time\nos.write(2, b'a warning\\n' * 300_000)\n"
        "while os.fstat(2).st_size > 2**20: time.sleep(0.01)\n"
        "sys.exit('gendertui: it failed')\n"
    )
    with ssh.start("gpu1", ["runs"]) as process:
        assert process.stdout.read() == b""
        with pytest.raises(GendertuiError, match="it failed"):
            process.check()


def test_a_connection_that_breaks_is_no_success(machines: Machines) -> None:
    machines.cut(1)
    assert "Broken pipe" in refused("gpu1", "runs", "list", "--json").what
    assert json.loads(ssh.run("gpu1", ["runs", "list", "--json"])) == []


@pytest.mark.parametrize("host", ["", "-oProxyCommand=x", "a b", "a\tb", "a\x1bb", "\u202eab"])
def test_what_ssh_could_take_for_something_else_is_refused(machines: Machines, host: str) -> None:
    assert refused(host, "runs").code == ExitCode.USAGE
    assert machines.commands == []


def test_without_ssh_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for command in ("/nowhere/ssh", "'"):
        monkeypatch.setenv(ssh.VARIABLE, command)
        error = refused("gpu1", "runs")
        assert (error.code, ssh.VARIABLE in str(error)) == (ExitCode.USAGE, True)


def test_the_persons_own_ssh_is_asked_for_nothing_it_could_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ssh.VARIABLE, raising=False)
    (tmp_path / "ssh").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    (tmp_path / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert ssh.run("gpu1", ["runs"]).decode().split("\n")[:5] == ["-T", "-o", "BatchMode=yes", "--", "gpu1"]
    with ssh.start("gpu1", ["runs"], asks=True) as process:
        assert process.stdout.read().decode().split("\n")[:3] == ["-T", "--", "gpu1"]


def test_it_is_ended_with_all_that_it_started(machines: Machines) -> None:
    machines.install("echo $$\nsleep 600")
    with ssh.start("gpu1", ["runs"]) as process:
        there = int(process.stdout.readline())
        process.end()
        with pytest.raises(GendertuiError, match=f"signal {signal.SIGTERM:d}"):
            process.check()
    # Its parent has ended, so nobody here waits for it.
    wait_for(lambda: not processes.exists(there))
