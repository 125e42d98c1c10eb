"""Completion: what is offered, and what is installed for a shell, in the shells themselves where they are here."""

from __future__ import annotations

import contextlib
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from gendertui import files
from gendertui.cli.terminal.completion import complete_host
from gendertui.subprocesses import probe
from tests.builders.command import gendertui

PLACES = {
    "bash": "data/bash-completion/completions/gendertui",
    "zsh": "data/zsh/site-functions/_gendertui",
    "fish": "config/fish/completions/gendertui.fish",
}
# What the three are asked to complete, in their own words; each prints an offer a line.
ASKED = {
    "bash": 'source "$1" 2>/dev/null; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
    '_gendertui_completion gendertui 2>/dev/null; printf "%s\\n" "${COMPREPLY[@]}"',
    "fish": 'source $argv[1]; complete -C (string join -- " " $argv[2..])',
}
# zsh completes in its line editor alone: on a terminal. What it is offered goes to a file.
ZSH = r"""
autoload -Uz compinit; compinit -u -D; source {script}
compadd() {{
  if [[ ${{@[1,(i)(-|--)]}} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits; builtin compadd -A hits "$@"; print -rl -- $hits >> {offers}; builtin compadd "$@"
}}
comppostfuncs=(exit); bindkey '^I' complete-word; zstyle ':completion:*' insert-tab false
"""


def offered(shell: str, script: Path, *words: str) -> set[str]:
    """What a real shell offers for the last word."""
    # The command as the script calls it, whatever is installed.
    folder = script.parent / "bin"
    folder.mkdir(exist_ok=True)
    command = folder / "gendertui"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gendertui "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    if shell == "zsh":
        return offered_by_zsh(script, environment, *words)
    program = [shell, *(["--norc"] if shell == "bash" else ["--no-config"]), "-c", ASKED[shell]]
    arguments = [*([shell] if shell == "bash" else []), str(script), "gendertui", *words]
    result = subprocess.run([*program, *arguments], capture_output=True, text=True, check=True, env=environment)
    return {line.partition("\t")[0] for line in result.stdout.splitlines()}


def offered_by_zsh(script: Path, environment: dict[str, str], *words: str) -> set[str]:
    setup, offers = script.parent / "setup.zsh", script.parent / "offers"
    setup.write_text(ZSH.format(script=script, offers=offers), encoding="utf-8")
    offers.write_text("", encoding="utf-8")
    ours, its = pty.openpty()
    with subprocess.Popen(
        ["zsh", "-f", "-i"], stdin=its, stdout=its, stderr=its, env={**environment, "TERM": "dumb"}, process_group=0
    ) as zsh:
        os.close(its)
        os.write(ours, f"source {setup}\n{' '.join(('gendertui', *words))}\t".encode())
        with contextlib.suppress(OSError):
            while os.read(ours, 4096):
                pass
        os.close(ours)
    assert zsh.returncode is not None
    return {line for line in offers.read_text(encoding="utf-8").splitlines() if line}


def installed(tmp_path: Path, shell: str) -> Path:
    environment = {
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "BASH_COMPLETION_USER_DIR": "",
    }
    first = gendertui("completion", "install", shell, stdin=b"", **environment)
    path = tmp_path / PLACES[shell]
    assert first.returncode == 0, first.stderr
    assert f"Installed the completion for {shell}: {path}" in first.stdout
    assert "gendertui" in path.read_text(encoding="utf-8")
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    again = gendertui("completion", "install", shell, stdin=b"", **environment)
    assert again.returncode == 0
    assert f"is there already: {path}" in again.stdout
    return path


@pytest.mark.parametrize("shell", PLACES)
def test_the_completion_is_installed_where_the_shell_looks(tmp_path: Path, shell: str) -> None:
    installed(tmp_path, shell)


@pytest.mark.parametrize("shell", PLACES)
def test_the_shell_itself_completes(tmp_path: Path, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = installed(tmp_path, shell)
    known = {"schema": probe.SCHEMA, "devices": [{"id": "cuda:0", "name": "A card"}]}
    files.write_json(probe._cache_file("devices"), known)
    assert {"train", "attach", "completion"} <= offered(shell, script, "")
    assert offered(shell, script, "train", "--device", "c") == {"cpu", "cuda:0"}
    assert "random" in offered(shell, script, "train", "--vectors", "ran")
    assert offered(shell, script, "config", "set", "theme", "gender") == {"gendertui-dark", "gendertui-light"}


def test_a_shell_that_is_none_of_the_three_is_to_be_named(tmp_path: Path) -> None:
    refused = gendertui("completion", "install", SHELL="/bin/tcsh")
    assert refused.returncode == 2
    assert "bash|zsh|fish" in refused.stderr
    shown = gendertui("completion", "show", SHELL="/usr/bin/fish")
    assert shown.returncode == 0
    assert "complete --no-files" in shown.stdout


def test_what_completes_devices_never_imports_torch() -> None:
    code = (
        "import sys, gendertui.cli.root, click; from gendertui.cli.terminal.completion import complete_device; "
        "assert [item.value for item in complete_device(None, None, '')] == ['auto', 'cpu']; "
        "assert not {'torch', 'textual'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_machines_of_the_ssh_configuration_are_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    asked = click.Context(click.Command("pull")), click.Argument(["host"])
    assert complete_host(*asked, "") == []
    (tmp_path / ".ssh").mkdir()
    text = "Host gpu1 gpu2 *.example !gpu3\n  HostName 10.0.0.1\nhost=lab\nMatch host gpu4\n\xff\n"
    (tmp_path / ".ssh" / "config").write_bytes(text.encode("latin-1"))
    assert [item.value for item in complete_host(*asked, "")] == ["gpu1", "gpu2", "lab"]
    assert [item.value for item in complete_host(*asked, "g")] == ["gpu1", "gpu2"]
