"""Reading a corpus as its flags say, for every command that takes one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gendertui.cli.terminal.output import ProgressLine
from gendertui.corpus.reading.options import FLAGS, ON
from gendertui.sanitize import escape_control

if TYPE_CHECKING:
    from pathlib import Path

    from gendertui.corpus.reading.options import ReadingOptions
    from gendertui.corpus.table import Corpus

_ABOUT: dict[str, tuple[str, str]] = {
    "format": ("NAME", "Format of the corpus, where it is not recognised."),
    "encoding": ("NAME", "Encoding of its text, such as utf-8 or windows-1252."),
    "delimiter": ("CHAR", "What separates its columns: one character, or tab."),
    "text": ("COLUMN", "Column of the text: its name, or its number where columns have none."),
    "label": ("COLUMN", "Column of the label; - for none."),
    "group": ("COLUMN", "Column of what lines belong to (author, film, thread), kept in one set; - for none."),
    "id": ("COLUMN", "Column of the line's id; - for none."),
    "mapping": (
        "VALUE=LABEL,…",
        "Labels of values; =? leaves a value unlabelled, = leaves its rows out, * is the rest.",
    ),
    "labels": ("NEG,POS", "The two labels, the negative one first."),
    "corrections": ("on|off", "Whether labels changed by hand are applied (corpus suspects, corpus labels)."),
}
"""Field of the options → what its flag takes, and its help."""
PREFIX = "reading_"
"""How the names of the parameters begin that :func:`reading_flags` adds; a field's name follows."""
_Command = TypeVar("_Command", bound=Callable[..., Any])


def reading_flags(command: _Command, *, format_flag: str = FLAGS["format"]) -> _Command:
    """Add the flags to a command; :func:`asked` says what was given.

    :param format_flag: name of the flag for the format, in a command that has another flag of that name.
    """
    for name, (metavar, about) in reversed(_ABOUT.items()):
        option = click.option(
            format_flag if name == "format" else FLAGS[name],
            PREFIX + name,
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


def given(ctx: click.Context) -> list[str]:
    """The flags that were given, as they are written."""
    there = ctx.meta.get(__name__, {})
    return [FLAGS[name] for name in _ABOUT if name in there]


def asked(ctx: click.Context) -> ReadingOptions | None:
    """What the flags of a command say; ``None`` where none was given.

    :raises GendertuiError: a mapping, labels or a delimiter is not understood (code USAGE).
    """
    given: dict[str, Any] = dict(ctx.meta.get(__name__, {}))
    if not given:
        return None
    from gendertui.corpus.reading.options import (
        ReadingOptions,
        parse_corrections,
        parse_delimiter,
        parse_labels,
        parse_mapping,
    )

    parsers: dict[str, Callable[[str], Any]] = {
        "mapping": parse_mapping,
        "labels": parse_labels,
        "delimiter": parse_delimiter,
        "corrections": parse_corrections,
    }
    for name, parse in parsers.items():
        if name in given:
            given[name] = parse(given[name])
    return ReadingOptions.from_json(given)


def options_for(path: Path, asked: ReadingOptions | None) -> tuple[ReadingOptions, ReadingOptions]:
    """How a file is to be read, and which of that was chosen for it before: what the flags say goes first."""
    import dataclasses

    from gendertui.corpus.reading.options import NO_OPTIONS
    from gendertui.corpus.reading.remembered import remembered

    before = remembered(path)
    if asked is None:
        return before, before
    if asked.format is not None and asked.format != before.format:
        # What was chosen of another format says nothing about this one.
        before = NO_OPTIONS
    if asked.label is not None and asked.label != before.label:
        # Nor does what the values of another column stand for.
        before = dataclasses.replace(before, mapping=(), labels=None)
    options = asked.over(before)
    return options, before if options != asked else NO_OPTIONS


def say_remembered(before: ReadingOptions) -> None:
    """Say on stderr what is read as was chosen before, if anything is."""
    if before.to_json():
        click.echo(f"Read as was chosen for this file before: {escape_control(before.words)}", err=True)


def read(source: str, progress: ProgressLine, *, asked: ReadingOptions | None = None, labelled: bool = True) -> Corpus:
    """Load ``source`` (see :func:`gendertui.corpus.load.load`) with its progress on stderr.

    :param asked: what the flags say; the rest is as was chosen for this file before, which is said.

    One that is read for its labels is remembered as opened lately.
    """
    from gendertui.corpus.load import find, load
    from gendertui.corpus.recent import remember

    options, before = options_for(find(source), asked)
    say_remembered(before)
    try:
        loaded = load(source, options, progress=loading(progress), labelled=labelled)
    finally:
        progress.clear()
    say_corrections(loaded)
    if labelled:
        remember(loaded)
    return loaded


def say_corrections(loaded: Corpus) -> None:
    """Say on stderr that labels of this corpus were changed by hand, and whether they are applied."""
    from gendertui.corpus.corrections.summary import said_on_opening

    if words := said_on_opening(loaded, f"{FLAGS['corrections']} {ON}"):
        click.echo(escape_control(words), err=True)


def loading(progress: ProgressLine) -> Callable[[str, int, int], None]:
    """Shows how far the reading of a corpus is."""

    def report(stage: str, done: int, total: int) -> None:
        share = f" {100 * done // total} %" if total else ""
        progress.show(f"{stage}{share}")

    return report
