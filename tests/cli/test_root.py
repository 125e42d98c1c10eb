"""Help, version, mistakes, and how the process ends."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click
import pytest

import gendertui as package
from gendertui.cli.root import LazyGroup, cli
from gendertui.errors import EXIT_CODES, ExitCode
from tests.builders.command import COMMAND, gendertui, on_terminal


def _commands(group: LazyGroup, words: tuple[str, ...] = ()) -> list[list[str]]:
    """The words of a group and of everything below it."""
    found = [list(words)]
    for name, command in ((name, group.get_command(click.Context(group), name)) for name in group.lazy):
        found += _commands(command, (*words, name)) if isinstance(command, LazyGroup) else [[*words, name]]
    return found


COMMANDS = _commands(cli)


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: "-".join(words) or "root")
def test_every_command_has_a_help(words: list[str]) -> None:
    result = gendertui(*words, "--help")
    assert result.returncode == 0
    assert result.stdout.startswith("Usage: gendertui" + "".join(f" {word}" for word in words))
    assert not result.stderr
    assert max(len(line) for line in result.stdout.splitlines()) <= 80


def test_the_help_holds_the_table_of_exit_codes_and_every_command() -> None:
    text = gendertui("--help").stdout
    for code, meaning in EXIT_CODES.items():
        assert f"{int(code)}     {meaning}" in text
    for name in {words[0] for words in COMMANDS if words}:
        assert f"\n  {name} " in text


def test_version() -> None:
    try:
        installed = version("gendertui")
    except PackageNotFoundError:
        pytest.skip("gendertui is not installed in this environment")
    assert gendertui("--version").stdout == f"gendertui {installed}\n"
    assert package.__version__ == installed


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["trian"], "Did you mean 'train'?"),
        (["--corpse", "x"], "--corpus"),
        (["--corpus", "x", "predict", "hello"], "in front of a command is the app's"),
        (["corpus", "export", "--corpus", "sample", "--format", "xml", "x"], "'jsonl', 'parquet', 'fasttext'"),
    ],
)
def test_a_wrong_command_line_is_2_and_says_what_is_right(words: list[str], says: str) -> None:
    result = gendertui(*words)
    assert result.returncode == 2
    assert says in result.stderr
    assert not result.stdout


def test_the_app_without_a_terminal_says_so() -> None:
    result = gendertui()
    assert result.returncode == 2
    assert "terminal" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_app_on_a_terminal_that_cannot_be_drawn_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    code, text = on_terminal()
    assert code == 2
    assert "TERM" in text


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = subprocess.Popen(
        [*COMMAND, "corpus", "show", "sample", "--lines", "1000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert command.stdout is not None
    assert command.stderr is not None
    command.stdout.close()
    assert command.stderr.read() == b""
    assert command.wait() == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_behind_stdout_is_one_line() -> None:
    command = f"{sys.executable} -m gendertui corpus path >/dev/full"
    result = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert result.returncode == 3
    assert result.stderr.count("\n") == 1


def test_closed_streams_are_no_defect() -> None:
    command = f"{sys.executable} -m gendertui corpus show sample <&- >&- 2>&-"
    assert subprocess.run(["/bin/sh", "-c", command], check=False).returncode == 0


def test_a_defect_is_one_line_and_leaves_its_traceback_in_the_log(home: Path, tmp_path: Path) -> None:
    broken = tmp_path / "sitecustomize.py"
    broken.write_text(
        "import gendertui.corpus.load\ndef load(*a, **k): raise ZeroDivisionError('seen\\x1b[31m')\n"
        "gendertui.corpus.load.load = load\n",
        encoding="utf-8",
    )
    result = gendertui("corpus", "show", "sample", PYTHONPATH=os.pathsep.join([str(tmp_path), *sys.path]))
    log = home / "state" / "logs" / "errors.log"
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "ZeroDivisionError" in result.stderr
    assert str(log) in result.stderr
    assert "\x1b" not in result.stderr
    assert "Traceback (most recent call last)" in log.read_text(encoding="utf-8")
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_written_is_no_traceback() -> None:
    result = gendertui("corpus", "show", "sample", GENDERTUI_HOME="/dev/null/home")
    assert result.returncode == 3
    assert result.stderr.startswith("gendertui: /dev/null")
    assert result.stderr.count("\n") == 1


def test_completion_offers_commands_flags_words_and_names() -> None:
    def offered(line: str) -> set[str]:
        environment = {"_GENDERTUI_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
        return {row.partition(",")[2] for row in gendertui(stdin=None, **environment).stdout.splitlines()}

    assert {"train", "predict", "doctor"} <= offered("gendertui ")
    assert "--learning-rate" in offered("gendertui train --l")
    assert offered("gendertui train --split by-") == {"by-group", "by-speaker"}
    assert "latest" in offered("gendertui runs follow ")
    assert "sample" in offered("gendertui corpus show ")
    assert offered("gendertui config set theme gender") == {"gendertui-dark", "gendertui-light"}
    assert offered("gendertui config set history ") == {"on", "off"}


def test_no_command_module_imports_anything_heavy_before_it_runs() -> None:
    folder = Path(package.__file__).parent / "cli"
    names = ["__init__.py", "app.py", "root.py", "predict/command.py", "train/command.py"]
    light = [*names, *(f"terminal/{name}.py" for name in ("output", "exit", "completion"))]
    heavy = {"gendertui.training", "gendertui.corpus", "gendertui.text", "gendertui.tui", "gendertui.runs", "pydantic"}
    for name in light:
        tree = ast.parse((folder / name).read_text(encoding="utf-8"))
        top = [node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom)]
        assert not [module for module in top if module.startswith(tuple(heavy))], name


def test_a_limit_on_files_is_no_bug() -> None:
    # A shell's `ulimit -f 1`, which is in blocks of 1,024 or 512 bytes.
    limited = ["sh", "-c", 'ulimit -f 1; exec "$@"', "sh", *COMMAND, "corpus", "show", "sample"]
    # Python's own caches of modules would be cut short, and it does not notice.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run(limited, capture_output=True, text=True, check=False, env=environment)
    assert ended.returncode == ExitCode.DATA
    assert "a file may not grow larger than" in ended.stderr
    assert "Raise the limit." in ended.stderr
