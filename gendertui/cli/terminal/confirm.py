"""Confirmation before something is deleted permanently."""

from __future__ import annotations

import sys

import click

from gendertui.errors import ExitCode, GendertuiError


def confirm(question: str, *, yes: bool) -> bool:
    """Whether to proceed: ``yes`` was given, or the person at the terminal agrees (the default is no).

    :raises GendertuiError: input is not a terminal (code USAGE).
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        raise GendertuiError(
            f"{question} Nobody can answer: input is not a terminal",
            hint="Add --yes if that is what you want.",
            code=ExitCode.USAGE,
        )
    return click.confirm(question, err=True)
