"""Opening the app: the one command that needs a terminal on both ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gendertui.errors import ExitCode, GendertuiError

if TYPE_CHECKING:
    from gendertui.corpus.reading.options import ReadingOptions


def open_app(
    corpus: str | None = None,
    *,
    asked: ReadingOptions | None = None,
    attach: str | None = None,
    hosts: Sequence[str] = (),
) -> int:
    """Run the app until it is left; ``attach`` is a run's folder whose training is shown at once.

    :param asked: how the corpus is to be read. :param hosts: other machines whose runs are shown; ``attach`` then names
        a run of the first.
    :raises GendertuiError: there is no terminal to draw on, or a host's name is none.
    """
    if hosts:
        from gendertui.runs.remote.ssh import checked_host

        hosts = tuple(dict.fromkeys(map(checked_host, hosts)))
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise GendertuiError(
            "the app needs a terminal to draw on, and input or output is not one",
            hint="Without a terminal use the commands: gendertui --help lists them. Over SSH, ssh -t gives one.",
            code=ExitCode.USAGE,
        )
    if os.environ.get("TERM", "") in ("", "dumb", "unknown"):
        raise GendertuiError(
            f"TERM is {os.environ.get('TERM', '')!r}: this terminal cannot be drawn on",
            hint="Set TERM to what the terminal is, for example TERM=xterm-256color.",
            code=ExitCode.USAGE,
        )
    from gendertui.tui.app import run

    options = None if corpus is None or asked is None else _options(corpus, asked)
    return run(corpus, attach, options, hosts)


def _options(corpus: str, asked: ReadingOptions) -> ReadingOptions:
    # Reading a corpus takes libraries that are imported as slowly as the app itself, and nothing is painted meanwhile.
    from gendertui.cli.terminal.reading import options_for
    from gendertui.corpus.load import find

    return options_for(find(corpus), asked)[0]
