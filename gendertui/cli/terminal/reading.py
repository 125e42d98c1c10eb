"""Reading a corpus as its flags say, for every command that takes one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gendertui.cli.terminal.output import ProgressLine

if TYPE_CHECKING:
    from gendertui.corpus.reading.options import ReadingOptions
    from gendertui.corpus.table import Corpus

_FLAGS: dict[str, tuple[str, str]] = {
    "format": ("NAME", "Format of the corpus, where it is not recognised."),
    "encoding": ("NAME", "Encoding of its text, such as utf-8 or windows-1252."),
    "delimiter": ("CHAR", "What separates its columns: one character, or tab."),
    "text": ("COLUMN", "Column of the text: its name, or its number where columns have none."),
    "label": ("COLUMN", "Column of the label."),
    "group": ("COLUMN", "Column of what lines belong to (author, film, thread), kept in one set; - for none."),
    "id": ("COLUMN", "Column of the line's id."),
    "mapping": (
        "VALUE=LABEL,…",
        "Labels of values; =? leaves a value unlabelled, = leaves its rows out, * is the rest.",
    ),
    "labels": ("NEG,POS", "The two labels, the negative one first."),
}
_NAMES = {"mapping": "map"}
READING = tuple(_FLAGS)
"""Names of the parameters that :func:`reading_flags` adds."""
_Command = TypeVar("_Command", bound=Callable[..., Any])


def reading_flags(command: _Command) -> _Command:
    """Add the flags to a command, which gets what was given as ``reading``: a dictionary for :func:`asked`."""
    for name, (metavar, about) in reversed(_FLAGS.items()):
        option = click.option(
            f"--{_NAMES.get(name, name)}",
            f"reading_{name}",
            metavar=metavar,
            help=about,
            expose_value=False,
            callback=_keep(name),
        )
        command = option(command)
    return command


def _keep(name: str) -> Callable[[click.Context, click.Parameter, str | None], None]:
    def keep(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
        if value is not None:
            ctx.meta.setdefault(__name__, {})[name] = value

    return keep


def asked(ctx: click.Context) -> ReadingOptions | None:
    """What the flags of a command say; ``None`` where none was given.

    :raises GendertuiError: a mapping, labels or a delimiter is not understood (code USAGE).
    """
    given: dict[str, Any] = dict(ctx.meta.get(__name__, {}))
    if not given:
        return None
    from gendertui.corpus.reading.options import ReadingOptions, parse_delimiter, parse_labels, parse_mapping

    for name, parse in (("mapping", parse_mapping), ("labels", parse_labels), ("delimiter", parse_delimiter)):
        if name in given:
            given[name] = parse(given[name])
    return ReadingOptions.from_json(given)


def read(source: str, progress: ProgressLine, *, asked: ReadingOptions | None = None, labelled: bool = True) -> Corpus:
    """Load ``source`` (see :func:`gendertui.corpus.load.load`) with its progress on stderr.

    :param asked: what the flags say; the rest is as was chosen for this file before.

    One that is read for its labels is remembered as opened lately.
    """
    from gendertui.corpus.load import find, load
    from gendertui.corpus.reading.remembered import remembered
    from gendertui.corpus.recent import remember

    def report(stage: str, done: int, total: int) -> None:
        share = f" {100 * done // total} %" if total else ""
        progress.show(f"{stage}{share}")

    try:
        options = None if asked is None else asked.over(remembered(find(source)))
        loaded = load(source, options, progress=report, labelled=labelled)
    finally:
        progress.clear()
    if labelled:
        remember(loaded)
    return loaded
