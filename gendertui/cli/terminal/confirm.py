"""A yes before something is deleted for good."""

from __future__ import annotations

import sys

import click

from gendertui.errors import ExitCode, GendertuiError


def confirm(question: str, *, yes: bool) -> bool:
    """Whether to go on: ``yes`` was given, or the person at the terminal says so (without a word: no).

    :raises GendertuiError: nobody is there to be asked (code USAGE).
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        raise GendertuiError(
            f"{question} Nobody can answer: input is no terminal",
            hint="Add --yes if that is what you want.",
            code=ExitCode.USAGE,
        )
    return click.confirm(question, err=True)
