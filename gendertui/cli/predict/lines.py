"""Lines scored one by one: those of the command line, of standard input and of files.

What is typed without an option is answered without click, see :func:`predict_typed`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from gendertui.errors import ExitCode

if TYPE_CHECKING:
    from gendertui.cli.predict.inputs import InputLine
    from gendertui.cli.predict.setup import Setup
    from gendertui.corpus.reading.options import ReadingOptions


def predict_typed(lines: Sequence[str]) -> int:
    """``gendertui predict LINE…``, every option left out; the process's exit code.

    :raises GendertuiError: as for the command.
    """
    from gendertui import blas

    blas.import_numpy()
    from gendertui.cli.predict.setup import Setup
    from gendertui.model.store import opened
    from gendertui.scoring.prior import Prior

    setup = Setup(opened(None), Prior(), form="text", explain=False, device=None)
    return ExitCode.DATA if predict_lines(setup, lines) else ExitCode.OK


def predict_lines(setup: Setup, lines: Sequence[str]) -> bool:
    """Score the lines of the command line; ``-`` stands for standard input's. Whether one could not be scored."""
    from gendertui.cli.predict import inputs

    return _predict(setup, inputs.given(lines), inputs.waiting() if "-" in lines else 0)


def predict_file(setup: Setup, file: str, flagged: ReadingOptions | None) -> bool:
    """Score the lines of a file; whether one could not be scored.

    :param flagged: what the flags say of how it is read.
    :raises GendertuiError: it cannot be read, or its layout is not understood.
    """
    from pathlib import Path

    from gendertui.cli.predict.files import FileLines
    from gendertui.cli.predict.inputs import size_of
    from gendertui.cli.terminal.reading import options_for, say_remembered

    options, before = options_for(Path(file).absolute(), flagged)
    say_remembered(before)
    return _predict(setup, FileLines(file, options), size_of(file))


def _predict(setup: Setup, parts: Iterable[list[InputLine]], expected_bytes: int) -> bool:
    """Score lines as they come."""
    from gendertui.cli.predict.outputs import writer
    from gendertui.cli.predict.scoring import answers

    scorer = setup.scorer(expected_bytes)
    prior = setup.prior.of(scorer)
    out = writer(scorer, setup.form, explain=setup.explain)
    failed = False
    for part in parts:
        for line, scored, explained in answers(scorer, part, prior, explain=setup.explain):
            failed = failed or isinstance(scored, str)
            out.line(line, scored, explained)
        sys.stdout.flush()
    return failed
