"""``gendertui completion``: completion of commands, flags and names for bash, zsh and fish."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gendertui.cli import COMPLETION_VARIABLE
from gendertui.cli.root import PROGRAM, SETTINGS, LazyGroup, cli
from gendertui.errors import ExitCode, GendertuiError

if TYPE_CHECKING:
    from click.shell_completion import ShellComplete

SHELLS = ("bash", "zsh", "fish")

EPILOG = """
\b
Examples:
  gendertui completion install            for the shell you use
  gendertui completion install fish
  gendertui completion show zsh           print what would be installed
"""


@click.group(
    cls=LazyGroup,
    lazy={"install": "gendertui.cli.completion:install", "show": "gendertui.cli.completion:show"},
    context_settings=SETTINGS,
    epilog=EPILOG,
)
def completion() -> None:
    """Complete commands, flags, runs, models, devices and settings with the tab key, in bash, zsh and fish."""


@click.command(short_help="Install the completion for a shell.")
@click.argument("shell", type=click.Choice(SHELLS), required=False)
def install(shell: str | None) -> None:
    """Install the completion for SHELL, by default the one you use, in your own folder of completions."""
    from gendertui.files import write_atomic

    name = shell or _shell()
    path = _place(name)
    script = _script(name).encode()
    if path.exists() and path.read_bytes() == script:
        click.echo(f"The completion for {name} is there already: {path}")
    else:
        write_atomic(path, script)
        click.echo(f"Installed the completion for {name}: {path}")
    click.echo(_next(name, path))


@click.command(short_help="Print the completion's script.")
@click.argument("shell", type=click.Choice(SHELLS), required=False)
def show(shell: str | None) -> None:
    """Print the script that completes for SHELL, by default the one you use."""
    click.echo(_script(shell or _shell()))


def _script(shell: str) -> str:
    from click.shell_completion import get_completion_class

    kind: type[ShellComplete] | None = get_completion_class(shell)
    assert kind is not None, "Click knows the three"
    # Not by source(): that of bash starts bash, only to warn of versions nobody has any more.
    made = kind(cli, {}, PROGRAM, COMPLETION_VARIABLE)
    return made.source_template % made.source_vars()


def _shell() -> str:
    """The shell that this was typed into, else the person's.

    :raises GendertuiError: it is none of the three.
    """
    try:
        parent = Path(f"/proc/{os.getppid()}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        parent = ""
    for name in (parent, Path(os.environ.get("SHELL", "")).name):
        if name in SHELLS:
            return name
    raise GendertuiError(
        "cannot tell which shell you use",
        hint=f"Name it: {PROGRAM} completion install {'|'.join(SHELLS)}",
        code=ExitCode.USAGE,
    )


def _place(shell: str) -> Path:
    """Where the shell looks for a person's own completions."""
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    if shell == "bash":
        own = os.environ.get("BASH_COMPLETION_USER_DIR")
        return (Path(own) if own else data / "bash-completion") / "completions" / PROGRAM
    if shell == "zsh":
        return data / "zsh" / "site-functions" / f"_{PROGRAM}"
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return config / "fish" / "completions" / f"{PROGRAM}.fish"


def _next(shell: str, path: Path) -> str:
    """What is left to do."""
    if shell == "bash":
        return (
            "It acts in the shells you open from now on, by the package bash-completion; without that package add "
            f"this line to ~/.bashrc:\n  source {path}"
        )
    if shell == "zsh":
        return (
            "Add this to ~/.zshrc, unless it is there, before any line with compinit, and open a new shell:\n"
            f"  fpath=({path.parent} $fpath)\n  autoload -Uz compinit && compinit"
        )
    return "It acts in the shells you open from now on."
