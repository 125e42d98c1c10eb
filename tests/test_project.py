"""README, docs, changelog and version say what the program does: neither can drift away from it unnoticed."""

from __future__ import annotations

import ast
import itertools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement

from gendertui.cli.root import cli
from gendertui.errors import EXIT_CODES

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
COMMANDS = TEXT.split("\n## Commands\n", 1)[1].split("\n## ", 1)[0]


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The commands that do something, as the words that name them."""
    if not isinstance(command, click.Group):
        yield path
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        child = command.get_command(context, name)
        assert child is not None
        yield from leaves(child, (*path, name))


def rows() -> Iterator[tuple[str, str]]:
    """The two cells of each row of the command table."""
    for line in COMMANDS.splitlines():
        cells = re.fullmatch(r"\| (`gendertui.*) \| (.*) \|", line)
        if cells:
            yield cells[1].replace(r"\|", "|"), cells[2].replace(r"\|", "|")


def named(cell: str) -> Iterator[str]:
    """The command lines of a cell, without ``gendertui``; ``runs pause|resume RUN`` is two of them."""
    for line in re.findall(r"`([^`]*)`", cell):
        words = line.removeprefix("gendertui").split()
        choices = [word.strip("[]").split("|") if re.fullmatch(r"\[?[a-z|]+\]?", word) else [word] for word in words]
        yield from (" ".join(chosen) for chosen in itertools.product(*choices))


def resolve(words: str) -> tuple[click.Command, list[str]]:
    """The command that the words name, and what follows it."""
    command: click.Command = cli
    rest = words.split()
    while isinstance(command, click.Group) and rest:
        found = command.get_command(click.Context(command), rest[0])
        if found is None:
            break
        command, rest = found, rest[1:]
    return command, rest


def options(command: click.Command) -> set[str]:
    # Made by a context, since `train` has its fields only then.
    context = command.make_context(command.name, [], resilient_parsing=True)
    parameters = command.get_params(context)
    return {option for parameter in parameters for option in (*parameter.opts, *parameter.secondary_opts)}


def test_every_command_is_in_the_table() -> None:
    listed = [f"{line} " for cell, _ in rows() for line in named(cell)]
    missing = [leaf for leaf in map(" ".join, leaves(cli)) if not any(line.startswith(f"{leaf} ") for line in listed)]
    assert not missing


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row[0])
def test_a_row_of_the_table_names_what_there_is(row: tuple[str, str]) -> None:
    where, what = row
    known: set[str] = set()
    for line in named(where):
        command, rest = resolve(line)
        assert command is not cli or line.startswith("[--corpus PATH]"), f"{line}: no such command"
        unknown = set(re.findall(r"--[a-z-]+", " ".join(rest))) - options(command)
        assert not unknown, f"{line}: {unknown}"
        known |= options(command)
    flags = {flag for quoted in re.findall(r"`([^`]*)`", what) for flag in re.findall(r"--[a-z-]+", quoted)}
    assert not flags - known, f"{where}: {flags - known}"


@pytest.mark.parametrize("fence", re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL))
def test_a_command_of_the_readme_can_be_run(fence: str) -> None:
    for line in fence.splitlines():
        words = line.split("#")[0].strip()
        if not words.startswith("gendertui"):
            continue
        command, rest = resolve(re.sub(r'"[^"]*"', "TEXT", words).removeprefix("gendertui").strip())
        assert command is not cli or not rest, f"{line}: no such command"
        assert not set(re.findall(r"(?<!\S)--[a-z-]+", " ".join(rest))) - options(command), line


def test_the_exit_codes_are_those_of_the_program() -> None:
    table = TEXT.split("### Exit codes", 1)[1]
    assert re.findall(r"^\| (\d) \| (.*) \|$", table, re.MULTILINE) == [
        (str(int(code)), meaning) for code, meaning in EXIT_CODES.items()
    ]


def test_the_newest_version_of_the_changelog_is_this_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(.+?)\](.*)$", changelog, re.MULTILINE)
    released = [(name, rest) for name, rest in versions if name != "Unreleased"]
    assert released[0][0] == project["version"]
    assert all(re.fullmatch(r" - \d{4}-\d\d-\d\d", rest) for _, rest in released)
    assert not [name for name, rest in versions if name == "Unreleased" and rest]


@pytest.mark.parametrize(
    ("version", "admitted"), [("8.2.7", False), ("8.2.8", True), ("8.2.9", True), ("8.3.0", False)]
)
def test_textual_is_one_whose_private_parts_are_those_that_are_used(version: str, admitted: bool) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    textual = next(each for each in map(Requirement, project["dependencies"]) if each.name == "textual")
    assert (version in textual.specifier) is admitted


PACKAGES = sorted(path.parent for path in (ROOT / "gendertui").rglob("__init__.py"))


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_package_lists_its_modules(package: Path) -> None:
    docstring = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8"))) or ""
    _, found, listed = docstring.partition("Modules")
    assert found, "its docstring has no list of modules"
    files = {path.stem for path in package.glob("*.py") if not path.stem.startswith("__")}
    packages = {path.parent.name for path in package.glob("*/__init__.py")}
    names = set(re.findall(r"``(\w+)``", listed))
    assert not (files | packages) - names, "not in the list"
    assert not names - (files | packages), "in the list, but not there"
