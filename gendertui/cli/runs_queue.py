"""``gendertui runs queue``: the runs that wait for their turn, and their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gendertui.cli.root import SETTINGS, ListingGroup
from gendertui.cli.terminal.completion import complete_run
from gendertui.cli.terminal.output import columns, json_text
from gendertui.sanitize import escape_control

if TYPE_CHECKING:
    from gendertui.runs.queue import Entry

LAST = 2**31


class Place(click.ParamType[int]):
    """A place in the queue, from 1."""

    name = "place"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        places = {"first": 1, "last": LAST}
        if isinstance(value, str) and value in places:
            return places[value]
        if not str(value).isdecimal() or not 1 <= int(value) <= LAST:
            self.fail(f"{value!r} is no place: a number from 1, first or last.", param, ctx)
        return int(value)


@click.group(
    name="queue",
    short_help="List the runs that wait, and change their order.",
    cls=ListingGroup,
    lazy={"list": "gendertui.cli.runs_queue:list_", "move": "gendertui.cli.runs_queue:move"},
    context_settings=SETTINGS,
)
def queue() -> None:
    """List the runs that wait for the device, the next one first, and change their order.

    gendertui train --corpus PATH --wait puts a run there. Its worker begins when no other run on its device is going,
    with no app open and nobody logged in; --device auto waits for every run, and a paused run keeps its device.
    gendertui runs stop takes a run out. Without a command: list.
    """


@click.command(name="list", short_help="List the runs that wait, the next one first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_(as_json: bool) -> None:
    """List the runs that wait, the next one first, and what each waits for."""
    from gendertui.runs.queue import blockers, waiting

    entries = waiting()
    if as_json:
        pairs = zip(entries, blockers(entries), strict=True)
        click.echo(json_text([_as_json(place, *pair) for place, pair in enumerate(pairs, start=1)]))
        return
    _print(entries)


@click.command()
@click.argument("run", metavar="RUN", shell_complete=complete_run)
@click.argument("place", metavar="PLACE", type=Place())
def move(run: str, place: int) -> None:
    """Give a waiting run another place: a number from 1, first or last."""
    from gendertui.runs import queue as runs_queue
    from gendertui.runs.folder import find

    _print(runs_queue.move(find(run), place))


def _print(entries: list[Entry]) -> None:
    if not entries:
        click.echo("No run waits: gendertui train --corpus PATH --wait puts one into the queue.", err=True)
        return
    from gendertui.runs.queue import blockers

    rows = []
    for place, (entry, found) in enumerate(zip(entries, blockers(entries), strict=True), start=1):
        info = entry.run.info()
        rows.append(
            (
                str(place),
                escape_control(entry.run.name),
                escape_control(entry.device),
                escape_control(info.preset_or_network),
                escape_control(info.corpus),
                escape_control(_waits_for(found)),
            )
        )
    for line in columns(rows, ("", "name", "device", "preset", "corpus", "waits for")):
        click.echo(line)


def _waits_for(found: Entry | None) -> str:
    """What is in a run's way, ``None`` for an instant; that one is paused has to be said: it may last for ever."""
    return "" if found is None else found.run.name + (", which is paused" if found.state == "paused" else "")


def _as_json(place: int, entry: Entry, found: Entry | None) -> dict[str, Any]:
    return {
        "place": place,
        "name": entry.run.name,
        "folder": str(entry.run.path),
        "device": entry.device,
        "waits_for": None if found is None else found.run.name,
    }
