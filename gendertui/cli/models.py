"""``gendertui models``: the store that ``predict`` answers from."""

from __future__ import annotations

import dataclasses

import click

from gendertui.cli.completion import complete_model
from gendertui.cli.output import columns, json_text, visible
from gendertui.cli.root import SETTINGS, LazyGroup


@click.group(
    cls=LazyGroup,
    lazy={
        "list": "gendertui.cli.models:list_",
        "use": "gendertui.cli.models:use",
        "path": "gendertui.cli.models:path",
    },
    invoke_without_command=True,
    context_settings=SETTINGS,
    short_help="List models; choose the one that answers.",
)
@click.pass_context
def models(ctx: click.Context) -> None:
    """List models and choose the one that answers.

    A finished run publishes its model here. Without a choice the newest finished run's model answers, and
    before there is one the model that comes with the program. Without a command: list.
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_, as_json=False)


@click.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_(as_json: bool) -> None:
    """List the models; > marks the one that answers."""
    from gendertui.model.store import list_models, resolve

    known = list_models()
    answering = resolve(None)
    if as_json:
        click.echo(
            json_text(
                [
                    {**dataclasses.asdict(model), "folder": str(model.folder), "answers": model.folder == answering}
                    for model in known
                ]
            )
        )
        return
    rows = [
        (
            ">" if model.folder == answering else "",
            visible(model.name),
            visible("/".join(model.labels)),
            model.network,
            "shipped" if model.shipped else "chosen" if model.chosen else "",
            model.created[:16].replace("T", " "),
            visible(model.headline),
        )
        for model in known
    ]
    for line in columns(rows, ("", "name", "labels", "network", "", "made (UTC)", "validation")):
        click.echo(line)


@click.command()
@click.argument("name", metavar="NAME", shell_complete=complete_model)
def use(name: str) -> None:
    """Choose the model that answers from now on."""
    from gendertui.model import store

    store.use(name)
    click.echo(f"{visible(name)} answers from now on.", err=True)


@click.command()
@click.argument("name", metavar="[NAME]", required=False, shell_complete=complete_model)
def path(name: str | None) -> None:
    """Print where models are kept, or the folder of one."""
    from gendertui.model import store

    click.echo(str(store.path() if name is None else store.resolve(name)))
