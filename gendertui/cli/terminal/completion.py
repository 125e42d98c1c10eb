"""Shell completion for options and arguments: names of models, runs and corpora."""

from __future__ import annotations

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


def complete_corpus(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The named corpora, and files."""
    from click.shell_completion import CompletionItem

    from gendertui.corpus.load import NAMES

    names = [CompletionItem(name) for name in NAMES if name.startswith(incomplete)]
    return [*names, CompletionItem(incomplete, type="file")]
