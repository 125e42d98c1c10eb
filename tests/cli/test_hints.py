"""A command that a hint, a help text or the README names can be run as it stands; capitals are to be filled in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import gendertui
from gendertui.cli.root import cli, open_

PACKAGE = Path(gendertui.__file__).parent
README = PACKAGE.parent / "README.md"
_WORD = r"""(?:"[^"\n]*"|'[^'\n]*'|[^\s"'(|,;:`]*[^\s"'(|,;:`.])(?![^\s.,;:)|\n`])"""
COMMAND = re.compile(rf"(?<![\w`/-])gendertui((?: {_WORD})+)")
"""A name and words, up to the end of a sentence, of a line or of what is quoted; an option's value may hold a dot."""
OTHER = {"reads", "made", "model", "that", "may", "again", "X", "needs", "is", "failed", "here", "scores", "wrote"}
"""Words after the program's own name where it is the subject of a sentence."""


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """The strings of a module with their lines, what is filled in replaced by ``X``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            yield (
                node.lineno,
                "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values),
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node.lineno, node.value


def commands() -> Iterator[tuple[str, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for line, text in strings(path):
            for match in COMMAND.finditer(re.sub(r"``[^`]*``", "", text)):
                yield f"{path.relative_to(PACKAGE)}:{line}", match[1]
    for page in (README, *sorted((README.parent / "docs").glob("*.md"))):
        for block in re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            for match in COMMAND.finditer(re.sub(r" +#.*", "", block)):
                yield page.name, match[1]


def words_of(text: str) -> list[str]:
    return [word.strip("\"'") for word in re.findall(r"\"[^\"]*\"|'[^']*'|\S+", re.sub(r"  +\S.*", "", text.strip()))]


def problem(words: list[str]) -> str | None:
    """What keeps a command line from being run; words beyond its arguments are the sentence's."""
    command: click.Command = cli
    rest = list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        found = command.get_command(click.Context(command), rest[0])
        if found is None and command is cli and Path(rest[0]).suffix:
            # A path in place of a command opens the app on it.
            found, rest = open_, ["", *rest]
        if found is None:
            return None if rest[0] in OTHER else f"there is no command {rest[0]!r}"
        command, rest = found, rest[1:]
    context = command.make_context(command.name, [], resilient_parsing=True)
    options = {
        name: each
        for each in command.get_params(context)
        if isinstance(each, click.Option)
        for name in (*each.opts, *each.secondary_opts)
    }
    given, arguments = set(), 0
    while rest:
        word = rest.pop(0)
        if word == "--":
            arguments += len(rest)
            break
        if not word.startswith("--"):
            arguments += 1
            continue
        if word not in options:
            return f"{command.name} has no option {word}"
        given.add(word)
        if not options[word].is_flag:
            if not rest:
                return f"{word} has no value"
            rest.pop(0)
    needed = [each for each in command.params if isinstance(each, click.Argument) and each.required]
    if arguments < len(needed) and "--help" not in given:
        return f"{command.name} needs {needed[arguments].make_metavar(context)}"
    if command.name == "train" and not given & {"--corpus", "--resume", "--help"}:
        return "train needs --corpus"
    return None


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("corpus show --problems", "show needs CORPUS"),
        ("train", "train needs --corpus"),
        ("train --resume", "--resume has no value"),
        ("corpus fetch", "there is no command 'fetch'"),
        ("runs list --loud", "list has no option --loud"),
        ("corpus show PATH --problems", None),
    ],
)
def test_what_cannot_be_run_is_noticed(words: str, wrong: str | None) -> None:
    assert problem(words.split()) == wrong


def test_every_command_can_be_run_as_it_stands() -> None:
    found = [(where, words_of(text)) for where, text in commands()]
    assert len(found) > 90
    assert {"README.md", "cli/root.py"} <= {where.partition(":")[0] for where, _ in found}
    assert not [f"{where}: {' '.join(words)}: {wrong}" for where, words in found if (wrong := problem(words))]
