"""``gendertui predict``: its options, and what of them go together.

A line without an option does not come this way, see :func:`gendertui.cli.predict.lines.predict_typed`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from gendertui.bulk.shard import Shard
from gendertui.cli.predict.bulk import BulkFlags, ShardType, SizeType, predict_into, print_script
from gendertui.cli.terminal.completion import complete_corpus, complete_device, complete_model
from gendertui.cli.terminal.reading import asked, given, reading_flags
from gendertui.errors import ExitCode, GendertuiError
from gendertui.sanitize import escape_control

if TYPE_CHECKING:
    from gendertui.scoring.prior import Prior

_OF_FILES = ("--format", "--encoding", "--delimiter", "--text")
"""Flags that say how a --file is read."""
_OF_BULK = {"shard": "--shard", "workers": "--workers", "part_size": "--part-size", "with_text": "--with-text"}
_OF_BULK["print_sbatch"] = "--print-sbatch"
"""Parameters that go with --out."""

EPILOG = """
\b
Examples:
  gendertui predict "I love you, but I have to go."
  gendertui predict --explain --prior natural "You first." "After you."
  gendertui predict --json - < lines.txt | jq -r .label
  gendertui predict --file reviews.csv --text body --csv > scored.csv
  gendertui predict --file reviews/ --out scored --workers 8
  gendertui predict --file reviews/ --out scored --print-sbatch 100
  gendertui predict --scene scene.txt
  gendertui predict --corpus cornell --unlabelled --json
  gendertui predict --corpus films.txt --explain
  gendertui predict -- "-- and then it stopped."     a line that begins with -

\b
Each line gets a probability at even odds: what the model would say if both
labels were equally frequent. From 0.45 to 0.55 it says "can't tell", and
label is null in the JSON:
  {"text": "…", "label": "f", "probabilities": {"m": 0.38, "f": 0.62},
   "prior": 0.5, "model": "name"}
Where the model knows no word of a line, label is null too, whatever the
"probabilities" are: "note" says so, and the line counts for nothing in its
speaker's score. A line longer than the model reads (its max_length) has a
"note" that says how many of its tokens were read. A line that cannot be
scored has "error" instead; the others are scored, and the exit code is 3.

\b
--explain adds "tokens" and as many "attributions": by how much the log-odds
of the second label are higher with the token than with <unk> in its place
("method": "occlusion", "unit": "log-odds"). Parts do not sum. Of a line too
long to explain whole, some hundred tokens or more, the rest have null.

\b
--file reads what corpora are read from, by the same readers and with the same
flags: CSV and its relations, JSON, Parquet, packed or not; the column of the
texts is found, or named by --text. Of any other text each line is scored, and
of every file with --format lines. What was found out stands on stderr. A row
that cannot be read is an error in its place; a file whose layout is not
understood is refused before the first answer. A text has 2 MB at most.
Standard input and pipes are lines in UTF-8.

\b
A scene has NAME: line in each line, or a screenplay's indented names with
their speech below. Each line gets a score alone and one in its scene, which
is its speaker's: by all the speaker says, by what is said to and called the
speaker, and by the company. --corpus scores the speakers of a corpus the
same way. "parts" say what each of these adds to the log-odds of the second
label; with --explain "words" are those that weigh most in each.

\b
numpy computes, and few lines need not wait for torch. From 10^11
multiplications on, some 1,700,000 tokens of the shipped model or 17,000 of
the article's network, torch computes: there its speed outweighs its start.
--device asks for torch from the first line on, on that device; a GPU is used
only when it is asked for.

\b
Which model answers: --model, else the one that models use chose,
else the newest run's, else the one that comes with the program. A run's
model that cannot be told from guessing, or is worse on the same corpus than
the one that answers, waits to be chosen. The answer names the model, with
its balanced accuracy on validation.

What a score is not: it says what the lines of one corpus with that label are
like. Where labels are about people it does not tell a real person's gender,
and no single line does.
"""


def _prior(ctx: click.Context, parameter: click.Parameter, value: str | None) -> Prior:
    """Even odds where the option is left out."""
    from gendertui.scoring.prior import Prior

    if value is None:
        return Prior()
    try:
        return Prior.parse(value)
    except GendertuiError as error:
        raise click.BadParameter(f"{value!r} is neither natural nor a rate between 0 and 1.", ctx, parameter) from error


class _Remembering(click.Command):
    """Keeps the words of its command line."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[__name__] = tuple(args)
        return super().parse_args(ctx, args)


@click.command(epilog=EPILOG, cls=_Remembering)
@click.argument("lines", nargs=-1, metavar="[LINE]... | -")
@click.option(
    "--file",
    "files",
    metavar="PATH",
    multiple=True,
    help="Score a file: of CSV, JSON and the like a column, else each line; - is standard input. With --out any "
    "number, and folders.",
)
@click.option("--out", metavar="DIR", help="Write the scores of files into a folder, in parts.")
@click.option("--workers", type=click.IntRange(1, 1024), default=1, metavar="K", help="Processes for --out; 1.")
@click.option("--shard", type=ShardType(), default=Shard(), metavar="I/N", help="Of --out only every N-th part.")
@click.option(
    "--part-size",
    type=SizeType(),
    metavar="SIZE",
    help="Text in a part of --out, about; 16MB. A row group of Parquet is never cut.",
)
@click.option("--with-text", is_flag=True, help="Write the texts into --out, too.")
@click.option(
    "--print-sbatch", type=click.IntRange(1), metavar="N", help="Print a script for Slurm that scores N shards."
)
@click.option("--scene", metavar="FILE", help="Score a scene's lines and speakers; - is standard input.")
@click.option(
    "--corpus",
    metavar="CORPUS",
    shell_complete=complete_corpus,
    help="Score the speakers of a corpus.",
)
@reading_flags
@click.option("--unlabelled", is_flag=True, help="Of --corpus only the speakers without a label.")
@click.option(
    "--model", metavar="NAME", shell_complete=complete_model, help="Model to ask: a name or a bundle's folder."
)
@click.option(
    "--prior",
    callback=_prior,
    metavar="natural|RATE",
    help="How common the second label is: as among the lines the model was judged on, or a rate such as 0.3. Even "
    "odds where left out.",
)
@click.option("--explain", is_flag=True, help="Say what each word has to do with it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV with a header; control characters are shown on a terminal.")
@click.option(
    "--device",
    metavar="DEV",
    shell_complete=complete_device,
    help="Compute with torch on a device: cpu, cuda, cuda:1, mps or auto.",
)
@click.pass_context
def predict(
    ctx: click.Context,
    lines: Sequence[str],
    files: Sequence[str],
    out: str | None,
    workers: int,
    shard: Shard,
    part_size: int | None,
    with_text: bool,
    print_sbatch: int | None,
    scene: str | None,
    corpus: str | None,
    unlabelled: bool,
    model: str | None,
    prior: Prior,
    explain: bool,
    as_json: bool,
    as_csv: bool,
    device: str | None,
) -> None:
    """Score lines: which label's lines they are written like, and how sure that is.

    LINE is one line of speech, in quotes; - reads lines from standard input, as does leaving LINE out when
    input is a pipe or a file.
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other.")
    if out is not None:
        # A shell makes several words of a pattern.
        paths = (*files, *lines)
        _check_bulk(ctx, paths, scene, corpus, unlabelled, explain)
        if print_sbatch is not None:
            print_script(ctx.meta[__name__], print_sbatch, workers)
            return
        flags = BulkFlags(out, shard, workers, part_size, with_text)
        _predict_into(ctx, model, prior, "jsonl" if as_json else "csv" if as_csv else "parquet", device, paths, flags)
        return
    if bulk := [flag for name, flag in _OF_BULK.items() if was_given(ctx, name)]:
        raise click.UsageError(f"{', '.join(bulk)}: these go with --out.")
    if len(files) > 1:
        raise click.UsageError("Several files are scored with --out DIR.")
    file = files[0] if files else None
    _check(lines, file, scene, corpus, unlabelled, explain, given(ctx))
    if not (lines or file or scene or corpus):
        if sys.stdin.isatty():
            click.echo(ctx.get_help(), err=True)
            ctx.exit(ExitCode.USAGE)
        lines = ["-"]
    from gendertui import blas

    blas.import_numpy()
    from gendertui.cli.predict.setup import Setup
    from gendertui.model.caution import caution
    from gendertui.model.store import opened

    form = "json" if as_json else "csv" if as_csv else "text"
    setup = Setup(opened(model), prior, form, explain, device)
    if file or scene or corpus:
        click.echo(escape_control(caution(setup.bundle.units, setup.bundle.labels)), err=True)
    if corpus:
        from gendertui.cli.predict.characters import predict_corpus

        failed = predict_corpus(setup, corpus, asked(ctx), unlabelled=unlabelled)
    elif scene:
        from gendertui.cli.predict.scene import predict_scene

        failed = predict_scene(setup, scene)
    else:
        from gendertui.cli.predict.lines import predict_file, predict_lines

        if file is None or file == "-":
            failed = predict_lines(setup, lines or ["-"])
        else:
            failed = predict_file(setup, file, asked(ctx))
    if failed:
        ctx.exit(ExitCode.DATA)


def _predict_into(
    ctx: click.Context,
    model: str | None,
    prior: Prior,
    form: str,
    device: str | None,
    paths: Sequence[str],
    flags: BulkFlags,
) -> None:
    from gendertui import blas

    blas.import_numpy()

    from gendertui.model.caution import caution
    from gendertui.model.store import opened

    bundle = opened(model)
    click.echo(escape_control(caution(bundle.units, bundle.labels)), err=True)
    predict_into(bundle, prior, form, device, paths, asked(ctx), flags)


def was_given(ctx: click.Context, name: str) -> bool:
    """Whether a parameter stands on the command line."""
    return ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def _check_bulk(
    ctx: click.Context,
    paths: Sequence[str],
    scene: str | None,
    corpus: str | None,
    unlabelled: bool,
    explain: bool,
) -> None:
    """Refuse what does not go with --out."""
    others = {"--scene": scene, "--corpus": corpus, "--unlabelled": unlabelled, "--explain": explain}
    if there := [flag for flag, value in others.items() if value]:
        raise click.UsageError(f"{', '.join(there)}: not with --out, which takes the scores of files.")
    if not paths:
        raise click.UsageError("--out takes the scores of files: give --file PATH.")
    if "-" in paths:
        raise click.UsageError("Standard input is not read in parts: write it to a file, or leave out --out.")
    if unheeded := [flag for flag in given(ctx) if flag not in (*_OF_FILES, "--id")]:
        raise click.UsageError(f"{', '.join(unheeded)}: of a --file the texts alone are read, and with --out ids.")


def _check(
    lines: Sequence[str],
    file: str | None,
    scene: str | None,
    corpus: str | None,
    unlabelled: bool,
    explain: bool,
    flags: Sequence[str],
) -> None:
    """Refuse options that do not go together."""
    if sum(map(bool, (lines, file, scene, corpus))) > 1:
        raise click.UsageError("Give one of LINE, --file, --scene and --corpus.")
    reads_file = file not in (None, "-")
    if flags and not (corpus or reads_file):
        raise click.UsageError(f"{', '.join(flags)}: these say how a --file or --corpus is read.")
    if reads_file and (unheeded := [flag for flag in flags if flag not in _OF_FILES]):
        raise click.UsageError(f"{', '.join(unheeded)}: of a --file the texts alone are read.")
    if unlabelled and corpus is None:
        raise click.UsageError("--unlabelled goes with --corpus.")
