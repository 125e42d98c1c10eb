"""``predict --out``: files scored into a folder, by several processes, in parts."""

from __future__ import annotations

import re
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gendertui import formatting
from gendertui.bulk.shard import Shard
from gendertui.cli.terminal.output import ProgressLine, echo
from gendertui.sanitize import escape_control

if TYPE_CHECKING:
    from types import FrameType

    from gendertui.bulk.layout import Layout
    from gendertui.bulk.predict import Summary
    from gendertui.corpus.reading.options import ReadingOptions
    from gendertui.model.bundle.bundle import Bundle
    from gendertui.scoring.prior import Prior

_QUIET_SECONDS = 60
"""How often progress is told where nobody watches it."""
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}


@dataclass(frozen=True)
class BulkFlags:
    """Flags that go with ``--out``."""

    out: str
    shard: Shard
    workers: int
    part_bytes: int | None
    with_text: bool


class ShardType(click.ParamType[Shard]):
    """``2/8``."""

    name = "shard"

    def convert(self, value: Any, parameter: click.Parameter | None, ctx: click.Context | None) -> Shard:
        if isinstance(value, Shard):
            return value
        try:
            return Shard.parse(value)
        except ValueError:
            self.fail(f"{value!r} is no shard: write I/N, I from 1 to N, such as 2/8.", parameter, ctx)


class SizeType(click.ParamType[int]):
    """``64MB``, in powers of 1000."""

    name = "size"

    def convert(self, value: Any, parameter: click.Parameter | None, ctx: click.Context | None) -> int:
        found = re.fullmatch(r"(\d+) ?([kKmMgG]?)[bB]?", str(value))
        size = 0 if found is None else int(found[1]) * _UNITS[found[2].lower()]
        if not 1 <= size <= 10**9:
            self.fail(f"{value!r} is no size from 1B to 1GB, such as 64MB.", parameter, ctx)
        return size


def print_script(words: Sequence[str], shards: int, workers: int) -> None:
    """Print the script of an array job.

    :param words: of this command line, behind ``predict``.
    """
    from gendertui.bulk.sbatch import script

    rest = without(words, ("--print-sbatch", "--shard", "--workers"))
    click.echo(script(["predict", *rest], shards, workers, str(Path.cwd())), nl=False)


def without(words: Sequence[str], flags: Sequence[str]) -> list[str]:
    """The words of a command line without some flags and their values."""
    found: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            return [*found, word, *rest]
        if word in flags:
            next(rest, None)
        elif not any(word.startswith(f"{flag}=") for flag in flags):
            found.append(word)
    return found


def predict_into(
    bundle: Bundle,
    prior: Prior,
    form: str,
    device: str | None,
    paths: Sequence[str],
    flagged: ReadingOptions | None,
    flags: BulkFlags,
) -> None:
    """Score files into a folder.

    :param form: of the output, see :data:`gendertui.bulk.request.FORMATS`.
    :param flagged: what the flags say of how the files are read.
    :raises GendertuiError: see :func:`gendertui.bulk.predict.score_files`.
    """
    from gendertui.bulk.inputs import input_files
    from gendertui.bulk.predict import Watch, score_files
    from gendertui.bulk.request import PART_BYTES, Request, model_hash
    from gendertui.cli.terminal.reading import options_for, say_remembered
    from gendertui.scoring.track_record import TrackRecord

    found = input_files(paths, Path(flags.out))
    options, before = options_for(Path(found[0]).absolute(), flagged)
    say_remembered(before)
    request = Request(
        model=str(bundle.folder.absolute()),
        model_name=bundle.name,
        model_hash=model_hash(bundle),
        prior=TrackRecord(bundle).rate("line") if prior.kind == "natural" else prior.rate,
        engine=_engine(bundle, device, found),
        form=form,
        with_text=flags.with_text,
        part_bytes=flags.part_bytes or PART_BYTES,
        reading=options,
    )
    line = _Progress()
    watch = Watch(line.found, line.looked, line.began, line.scored)
    try:
        with _signals_as_exceptions():
            summary = score_files(request, found, Path(flags.out), flags.shard, flags.workers, watch)
    except (KeyboardInterrupt, SystemExit):
        line.stopped()
        raise
    finally:
        line.clear()
    _say(flags, summary)


def _engine(bundle: Bundle, device: str | None, paths: Sequence[str]) -> str:
    """What computes: the device asked for, else whatever is quicker for so much text."""
    from gendertui.bulk.request import NUMPY
    from gendertui.cli.predict.inputs import size_of
    from gendertui.cli.predict.setup import BYTES_A_TOKEN, TORCH_PAYS
    from gendertui.scoring.engine import needs_torch, work_of

    if device is not None:
        from gendertui.training.devices import resolve

        return resolve(device).id
    tokens = sum(map(size_of, paths)) // BYTES_A_TOKEN
    return "cpu" if needs_torch(bundle) or tokens * work_of(bundle) > TORCH_PAYS else NUMPY


@contextmanager
def _signals_as_exceptions() -> Iterator[None]:
    """A signal that asks this process to end, as an exception: what is being written is put away."""

    def end(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Progress:
    """How far the work is, on stderr."""

    def __init__(self) -> None:
        self._line = ProgressLine()
        self._layouts: set[Layout] = set()
        self._start = self._told = time.monotonic()
        self.clear = self._line.clear

    def found(self, path: str, layout: Layout) -> None:
        """Files that are read as those before are not named."""
        if layout not in self._layouts:
            self._layouts.add(layout)
            self._line.say(escape_control(f"gendertui: {path}: read as {layout.words}"))

    def looked(self, done: int, total: int) -> None:
        self._show(f"looking at the input: {formatting.percent(done / max(1, total), 0)}")

    def began(self, done: int, total: int) -> None:
        if done:
            self._line.say(f"{done:,} of {total:,} parts are there already.")
        self._start = time.monotonic()

    def scored(self, done: int, total: int) -> None:
        seconds = time.monotonic() - self._start
        rate = done / seconds if seconds else 0.0
        left = f" · {formatting.clock((total - done) / rate)} left" if done else ""
        self._show(f"{done:,} of {total:,} rows · {formatting.count(rate)} rows/s{left}")

    def stopped(self) -> None:
        self._line.say("Stopped. The same command scores what is missing.")

    def _show(self, text: str) -> None:
        if self._line.live:
            self._line.show(text)
        elif time.monotonic() - self._told > _QUIET_SECONDS:
            self._told = time.monotonic()
            self._line.say(text)


def _say(flags: BulkFlags, summary: Summary) -> None:
    failed = sum(summary.errors.values())
    reasons = ", ".join(f"{reason}: {rows:,}" for reason, rows in summary.errors.items())
    without_score = f"{failed:,} could not be scored ({reasons})" if failed else "all scored"
    parts = f"{summary.parts:,} {'part' if summary.parts == 1 else 'parts'}"
    rows = f"{summary.rows:,} {'row' if summary.rows == 1 else 'rows'}"
    echo(escape_control(f"{flags.out}: {rows} in {parts}, {without_score}"))
    if summary.missing:
        missing = (
            "1 part of other shards is" if summary.missing == 1 else f"{summary.missing:,} parts of other shards are"
        )
        echo(f"{missing} not there yet.", err=True)
