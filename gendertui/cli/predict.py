"""``gendertui predict``: the answer before ``import torch`` would have returned.

On this path nothing is imported but click, the store of models and the numpy scorer.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from gendertui.cli.completion import complete_model
from gendertui.cli.output import json_text, visible
from gendertui.errors import ExitCode, GendertuiError

if TYPE_CHECKING:
    from gendertui.scoring.scorer import ScoredLine, Scorer

CHUNK_BYTES = 65536

EPILOG = """
\b
Examples:
  gendertui predict "I love you, but I have to go."
  gendertui predict --model my-run "You first." "After you."
  gendertui predict --json - < lines.txt | jq -r .label
  gendertui predict -- "-- and then it stopped."     a line that begins with -

\b
Each line gets a probability at even odds: what the model would say if both
labels were equally frequent. From 0.45 to 0.55 it says "can't tell", and
label is null in the JSON:
  {"text": "…", "label": "f", "probabilities": {"m": 0.38, "f": 0.62},
   "prior": 0.5, "model": "name"}
A line that cannot be scored has "error" instead; the others go on, and the
exit code is 3 at the end.

\b
Which model answers: --model, else the one chosen by gendertui models use,
else the newest finished run's, else the one that comes with the program. The
answer names it.

This measures how screenwriters write. It does not tell a real person's gender, and no single line does.
"""


@click.command(epilog=EPILOG, short_help="Score lines with a model.")
@click.argument("lines", nargs=-1, metavar="[LINE]... | -")
@click.option(
    "--model", metavar="NAME", shell_complete=complete_model, help="Model to ask: a name or a bundle's folder."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def predict(ctx: click.Context, lines: Sequence[str], model: str | None, as_json: bool) -> None:
    """Score lines: which label's lines they are written like, and how sure that is.

    LINE is one line of speech, in quotes; - reads lines from standard input, as does leaving LINE out when
    input is a pipe or a file.
    """
    if not lines:
        if sys.stdin.isatty():
            click.echo(ctx.get_help(), err=True)
            ctx.exit(ExitCode.USAGE)
        lines = ["-"]
    from gendertui.model.bundle import Bundle
    from gendertui.model.store import resolve
    from gendertui.scoring.scorer import Scorer

    scorer = Scorer(Bundle.load(resolve(model)))
    failed = False
    for batch in _batches(lines):
        for text, answer in _answers(scorer, batch):
            failed = failed or isinstance(answer, str)
            _show(text, answer, as_json)
        sys.stdout.flush()
    if failed:
        ctx.exit(ExitCode.DATA)


def _batches(lines: Sequence[str]) -> Iterator[list[bytes]]:
    """The lines as bytes, in order; what a pipe has ready is one batch, so that a slow writer is answered at once."""
    for part in lines:
        if part == "-":
            yield from _input_batches()
        else:
            yield [os.fsencode(part)]


def _input_batches() -> Iterator[list[bytes]]:
    if sys.stdin.isatty():
        click.echo("Type a line and press Enter; Ctrl-D ends.", err=True)
    rest = b""
    while block := os.read(sys.stdin.fileno(), CHUNK_BYTES):
        *whole, rest = (rest + block).split(b"\n")
        if whole:
            yield whole
    if rest:
        yield [rest]


def _answers(scorer: Scorer, batch: list[bytes]) -> Iterator[tuple[str, ScoredLine | str]]:
    """Each line with its score, or with the words that say why it has none."""
    for line in batch:
        try:
            text = line.removesuffix(b"\r").decode("utf-8")
        except UnicodeDecodeError as error:
            yield (
                line.decode("utf-8", "backslashreplace"),
                f"the line is not UTF-8 (byte {error.start + 1}); iconv -f WINDOWS-1252 -t UTF-8 converts old files",
            )
            continue
        try:
            yield text, scorer.score(text)
        except GendertuiError as error:
            yield text, error.what


def _show(text: str, answer: ScoredLine | str, as_json: bool) -> None:
    if isinstance(answer, str):
        if as_json:
            click.echo(json_text({"text": text, "error": answer}))
        else:
            click.echo(f"gendertui: {visible(answer)}: {visible(text)!r}", err=True)
    elif as_json:
        click.echo(json_text(answer.to_json()))
    else:
        click.echo(sentence(answer))


def sentence(answer: ScoredLine) -> str:
    """One scored line in words: ``written like lines labelled f, 62 %: I love you…  [model NAME]``."""
    likeliest = max(answer.probabilities, key=lambda name: answer.probabilities[name])
    share = f"{100 * answer.probabilities[likeliest]:.0f} %"
    if answer.label is None:
        verdict = f"can't tell ({likeliest} {share})"
    else:
        verdict = f"written like lines labelled {answer.label}, {share}"
    return f"{visible(verdict)}: {visible(answer.text)}  [model {visible(answer.model)}]"
