"""Shell completion for options and arguments: names of models, runs, corpora and devices."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem


def complete_model(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names in the store of models."""
    from click.shell_completion import CompletionItem

    from gendertui.model.store import list_models

    return [
        CompletionItem(model.name, help=model.headline) for model in list_models() if model.name.startswith(incomplete)
    ]


def complete_run(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """``latest`` and the names of runs."""
    from click.shell_completion import CompletionItem

    from gendertui.runs.folder import list_runs

    items = [CompletionItem(run.name, help=run.state) for run in list_runs() if run.name.startswith(incomplete)]
    return [*([CompletionItem("latest")] if "latest".startswith(incomplete) else []), *items]


def complete_host(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of the person's ssh configuration that stand for one machine."""
    from click.shell_completion import CompletionItem

    try:
        lines = (Path.home() / ".ssh" / "config").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    words = (line.replace("=", " ").split() for line in lines)
    names = (name for first, *rest in filter(None, words) if first.lower() == "host" for name in rest)
    return [CompletionItem(name) for name in names if name.startswith(incomplete) and not set(name) & set("*?!")]


def complete_corpus(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The named corpora, and files."""
    from click.shell_completion import CompletionItem

    from gendertui.corpus.load import NAMES

    return [file_item(incomplete), *(CompletionItem(name) for name in NAMES if name.startswith(incomplete))]


def complete_device(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The devices that are known without asking torch."""
    from click.shell_completion import CompletionItem

    from gendertui.subprocesses.probe import known_devices

    names = {"auto": "the best there is", "cpu": "", **known_devices()}
    return [CompletionItem(name, help=about) for name, about in names.items() if name.startswith(incomplete)]


def file_item(incomplete: str) -> CompletionItem:
    """What has the shell complete files. It comes first: in bash it drops what was offered before it."""
    from click.shell_completion import CompletionItem

    return CompletionItem(incomplete, type="file")
