"""``gendertui doctor``: what this installation is made of, what works, what is missing and how to get it."""

from __future__ import annotations

import os
import shutil
import sys

import click

from gendertui.cli.terminal.output import ProgressLine, json_text
from gendertui.doctor.examine import examine
from gendertui.doctor.terminal import Terminal
from gendertui.doctor.words import CELLS, as_text, sections


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Check this installation: versions, devices, folders, what is missing and how to get it.

    Each device multiplies two real matrices. The exit code is 0 if everything required works; what is
    optional is listed and does not change it. Suitable for a bug report: it shows no line of a corpus.
    """
    progress = ProgressLine(quiet=as_json)
    progress.show("asking torch for devices …", now=True)
    width, height = shutil.get_terminal_size()
    terminal = Terminal(os.environ, width, height, sys.stdout.encoding, there=sys.stdout.isatty())
    try:
        report = examine(terminal)
    finally:
        progress.clear()
    if as_json:
        click.echo(json_text(report.as_json()))
    else:
        click.echo(as_text(sections(report), min(width, CELLS) if terminal.there else CELLS), nl=False)
    if report.code is not None:
        ctx.exit(report.code)
