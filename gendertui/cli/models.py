"""``gendertui models``: the store that ``predict`` answers from."""

from __future__ import annotations

import dataclasses
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gendertui import files
from gendertui.cli.root import SETTINGS, ListingGroup
from gendertui.cli.terminal.completion import complete_host, complete_model
from gendertui.cli.terminal.output import columns, json_text
from gendertui.errors import ExitCode, GendertuiError
from gendertui.formatting import MISSING, local_time, size
from gendertui.sanitize import escape_control

if TYPE_CHECKING:
    from gendertui.model.bundle.bundle import Bundle
    from gendertui.model.listing import ModelInfo

EPILOG = """
\b
Examples:
  gendertui models show
  gendertui models use my-run
  gendertui models export my-run my-run.tar
  gendertui models export my-run my-run.onnx
  gendertui models export my-run - | ssh host gendertui models import -
  ssh host gendertui models export my-run - | gendertui models import -
  gendertui models pull host my-run

\b
An export is an uncompressed tar of one folder, the same bytes every time. It
says nothing of the machine it was made on: no path, host, user or run.
"""


@click.group(
    cls=ListingGroup,
    lazy={
        "list": "gendertui.cli.models:list_",
        "show": "gendertui.cli.models:show",
        "use": "gendertui.cli.models:use",
        "rename": "gendertui.cli.models:rename",
        "remove": "gendertui.cli.models:remove",
        "export": "gendertui.cli.models:export",
        "import": "gendertui.cli.models:import_",
        "pull": "gendertui.cli.models:pull",
        "path": "gendertui.cli.models:path",
    },
    context_settings=SETTINGS,
    epilog=EPILOG,
)
def models() -> None:
    """List models, choose the one that answers, take one to another machine.

    A run that finishes, or is stopped after an epoch, publishes its model here. Without a choice the newest
    run's model answers, and before there is one the model that comes with the program. A model that cannot be told
    from guessing, that is worse than the one that answers on the same corpus, or that was imported, waits until
    models use chooses it. Without a command: list.
    """


@click.command(name="list", short_help="List the models and say which of them answers.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_(as_json: bool) -> None:
    """List the models; > marks the one that answers, and standing says why the others do not."""
    from gendertui.model.store import list_models, resolve

    known = list_models()
    try:
        resolve(None)
    except GendertuiError as error:
        # The list is what helps to put it right.
        click.echo(f"gendertui: {escape_control(error.what)}", err=True)
    if as_json:
        click.echo(json_text([_as_json(model) for model in known]))
        return
    rows = [
        (
            ">" if model.answers else "",
            escape_control(model.name),
            escape_control("/".join(model.labels)),
            escape_control(model.network),
            local_time(model.created),
            escape_control(model.headline),
            escape_control(model.why),
        )
        for model in known
    ]
    for line in columns(rows, ("", "name", "labels", "network", "made", "validation", "standing")):
        click.echo(line)


def _as_json(model: ModelInfo) -> dict[str, Any]:
    """A model of the list, with what its report says of it: ``evidence``, ``null`` where it is broken."""
    guessing = "" if model.evidence is None else model.evidence.guessing
    more = {"folder": str(model.folder), "figure": model.figure, "guessing": guessing, "broken": model.broken}
    return {**dataclasses.asdict(model), **more}


@click.command(short_help="Show what a model is and how good.")
@click.argument("name", metavar="[NAME]", required=False, shell_complete=complete_model)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with the configuration and the whole report.")
def show(name: str | None, as_json: bool) -> None:
    """Show what a model is and how good; without NAME the one that answers.

    The figures are those of its report. The model card, with what the model must not be taken for, is
    MODEL_CARD.md in the folder shown.
    """
    from gendertui.evaluation.report.read import verdict_lines
    from gendertui.model.store import opened

    bundle = opened(name)
    known = facts(bundle)
    if as_json:
        click.echo(json_text({**known, "config": bundle.config, "report": bundle.report()}))
        return
    width = max(map(len, known))
    for what, value in {**known, "made": local_time(bundle.manifest.created)}.items():
        click.echo(f"{what:<{width}}  {escape_control(_in_words(value))}")
    click.echo()
    for line in verdict_lines(bundle.report()):
        click.echo(escape_control(line))


def _in_words(value: Any) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(value) if isinstance(value, list) else str(value or MISSING)


def facts(bundle: Bundle) -> dict[str, Any]:
    """What is true of a model besides its configuration and its figures, JSON-able."""
    from gendertui import files

    manifest = bundle.manifest
    return {
        "name": bundle.name,
        "folder": str(bundle.folder),
        "made": manifest.created,
        "run": manifest.run,
        "corpus": bundle.report().get("corpus"),
        "labels": list(bundle.labels),
        "network": bundle.network,
        "words": len(bundle.vocabulary),
        "parameters": sum(math.prod(shape) for shape in bundle.shapes.values()),
        "bytes": files.dir_size(bundle.folder),
        "prior": bundle.prior,
    }


@click.command(short_help="Choose the model that answers from now on.")
@click.argument("name", metavar="NAME", shell_complete=complete_model)
def use(name: str) -> None:
    """Choose the model that answers from now on, by its name or a part of it."""
    from gendertui.model import store

    click.echo(f"{escape_control(store.use(name))} answers from now on.", err=True)


@click.command()
@click.argument("name", metavar="OLD", shell_complete=complete_model)
@click.argument("new", metavar="NEW")
def rename(name: str, new: str) -> None:
    """Give a model another name; was it chosen, it stays chosen."""
    from gendertui.model import store

    store.rename(name, new)
    click.echo(f"{escape_control(name)} is {new} now.", err=True)


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True, shell_complete=complete_model)
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(names: tuple[str, ...], yes: bool) -> None:
    """Delete models for good; their runs stay.

    On a terminal it asks first. The model that comes with the program cannot be removed.
    """
    from gendertui.cli.terminal.confirm import confirm
    from gendertui.model import store

    unique, before = list(dict.fromkeys(names)), store.answering()
    freed = {name: size(files.dir_size(store.stored_folder(name))) for name in unique}
    listed = ", ".join(f"{escape_control(name)} ({bytes_})" for name, bytes_ in freed.items())
    if not confirm(f"Remove {listed} for good?", yes=yes):
        click.echo("Nothing was removed.", err=True)
        return
    for name in unique:
        store.remove(name)
        click.echo(f"Removed {escape_control(name)}.", err=True)
    after = store.answering()
    if after is not None and after != before:
        click.echo(f"{escape_control(after)} answers now.", err=True)


@click.command(short_help="Write a model to a file or a pipe, or as ONNX.")
@click.argument("name", metavar="NAME", shell_complete=complete_model)
@click.argument("file", metavar="FILE.tar | FILE.onnx | -", type=click.Path(path_type=Path, allow_dash=True))
def export(name: str, file: Path) -> None:
    """Write a model as an archive to FILE, or to standard output for a pipe.

    All of the model is checked first. FILE must not be there yet.

    FILE.onnx is for other programs: the network with its calibration as an ONNX graph, and beside it
    FILE.vocabulary.json and FILE.tokenizer.json, which say how numbers are made of words. docs/python.md has what
    the other side must do.
    """
    from gendertui.model import store
    from gendertui.model.bundle.bundle import Bundle
    from gendertui.model.onnx.export import SUFFIX, write

    folder = store.resolve(name)
    written = write(Bundle.load(folder), file) if file.suffix.lower() == SUFFIX else _archive(folder, file)
    for each in written:
        click.echo(f"{escape_control(name)}: {size(each.stat().st_size)}", err=True)
        click.echo(str(each))


def _archive(folder: Path, file: Path) -> Sequence[Path]:
    """Write a model as an archive; what was written, but for standard output."""
    from gendertui.model import store
    from gendertui.model.archive import pack

    known_as = folder.name if folder.parent == store.path() else None
    if str(file) == "-":
        if sys.stdout.isatty():
            raise GendertuiError(
                "an archive is no text: it is not written to a terminal",
                hint="Name a file, or end it in a pipe: gendertui models export NAME - | ssh HOST gendertui models "
                "import -",
                code=ExitCode.USAGE,
            )
        pack(folder, sys.stdout.buffer, name=known_as)
        return ()
    if file.exists():
        raise GendertuiError(
            "there is something already", where=str(file), hint="Choose another name for the file.", code=ExitCode.USAGE
        )
    with files.open_atomic(file) as stream:
        pack(folder, stream, name=known_as)
    return (file,)


@click.command(name="import", short_help="Take a model from a file or a pipe.")
@click.argument(
    "file", metavar="FILE | -", type=click.Path(path_type=Path, exists=True, allow_dash=True, dir_okay=False)
)
@click.option("--name", metavar="NAME", help="Name to give it here; without it the name it was exported under.")
def import_(file: Path, name: str | None) -> None:
    """Take a model from an archive into the store; prints the name it has here.

    It is checked whole, every byte against its hash and every tensor against the network it is for, and only
    then published.
    """
    if str(file) != "-":
        with file.open("rb") as stream:
            _take(stream, str(file), name)
    elif sys.stdin.isatty():
        raise GendertuiError(
            "nothing comes in: input is a terminal",
            hint="Name a file, or put it behind a pipe: ssh HOST gendertui models export NAME - | gendertui models "
            "import -",
            code=ExitCode.USAGE,
        )
    else:
        _take(sys.stdin.buffer, "standard input", name)


@click.command(short_help="Take a model from another machine.")
@click.argument("host", metavar="HOST", shell_complete=complete_host)
@click.argument("name", metavar="NAME")
@click.option("--as", "new", metavar="NEW", help="Name to give it here; without it the one it has there.")
def pull(host: str, name: str, new: str | None) -> None:
    """Take a model from another machine into the store, by your own ssh; prints the name it has here.

    This program must be installed there. The model is checked as by models import, and only then published: if
    anything fails, or the connection breaks, nothing of it is kept.
    """
    from gendertui.cli.terminal.exit import ended_by_signals
    from gendertui.cli.terminal.output import ProgressLine
    from gendertui.runs.remote import models as remote_models

    source, progress = escape_control(f"{host}: {name}"), ProgressLine()

    def show(done: int, total: int) -> None:
        progress.show(f"{source}: {size(done)} of {size(total)}")

    try:
        with ended_by_signals():
            taken = remote_models.pull(host, name, new=new, asks=sys.stderr.isatty(), progress=show)
    finally:
        progress.clear()
    _say_taken(taken)


def _take(stream: Any, source: str, name: str | None) -> None:
    from gendertui.model.archive import unpack
    from gendertui.scoring.scorer import Scorer

    _say_taken(unpack(stream, source, name=name, check=Scorer))


def _say_taken(taken: str) -> None:
    click.echo(f"{taken} is here; gendertui models use {taken} lets it answer.", err=True)
    click.echo(taken)


@click.command()
@click.argument("name", metavar="[NAME]", required=False, shell_complete=complete_model)
def path(name: str | None) -> None:
    """Print where models are kept, or the folder of one."""
    from gendertui.model import store

    click.echo(str(store.path() if name is None else store.resolve(name)))
