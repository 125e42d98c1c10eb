"""The rows of the live view in the shell: what the app's Watch says, in as many columns as there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from gendertui.cli.terminal.live import Row
from gendertui.cli.terminal.output import shortened
from gendertui.formatting import clock, count, headline, number, percent
from gendertui.runs.queue import QUEUED
from gendertui.runs.view import RunView
from gendertui.runs.view_words import fitting, how_far, rates, standing
from gendertui.sanitize import escape_control
from gendertui.training.events import Stage

LEAST_NAME = 12
PERCENT_CELLS = 6
HEIGHTS, ASCII_HEIGHTS = "▁▂▃▄▅▆▇█", "_.-'"
_STYLES = {"finished": "good", "failed": "bad", "died": "bad", "paused": "waiting", QUEUED: "waiting"}


def rows(view: RunView, columns: int, *, now: float, hint: str, only_ascii: bool) -> Iterator[Row]:
    """From the run's name to how to leave it.

    :param now: seconds since the epoch. :param hint: how to leave.
    """
    yield _name(view, columns)
    stage = _stage(view)
    share = stage.done / stage.total if stage is not None and stage.total else view.share()
    if share is not None:
        yield _bar(min(share, 1.0), columns, only_ascii=only_ascii)
    yield [(fitting(_where(view, stage, now), columns), "")]
    losses = view.loss.smooth
    if len(losses) > 1:
        yield _losses(losses, columns, only_ascii=only_ascii)
    if view.epochs:
        yield _validation(view.epochs[max(view.epochs)].validation, columns)
    if words := fitting(standing(view, columns), columns):
        yield [(words, "")]
    yield [(hint, "quiet")]


def _name(view: RunView, columns: int) -> Row:
    state = view.headline()
    name = shortened(escape_control(view.name), max(columns - len(state) - 2, LEAST_NAME))
    gap = max(columns - len(name) - len(state), 1)
    return [(name, "strong"), (" " * gap, ""), (state, _STYLES.get(view.state, "working"))]


def _stage(view: RunView) -> Stage | None:
    """What is done before training."""
    training = view.batch is not None or view.epochs
    return None if training or not view.stages else list(view.stages.values())[-1]


def _where(view: RunView, stage: Stage | None, now: float) -> list[str]:
    if view.state == QUEUED:
        return [f"in the queue: {escape_control(view.why)}" if view.why else "in the queue"]
    if view.state == "paused":
        name = escape_control(view.name)
        return [f"gendertui runs resume {name} continues it", f"gendertui runs stop {name} ends it"]
    if stage is None:
        return [*how_far(view), *rates(view)]
    words = [escape_control(stage.name)]
    if stage.total:
        words.append(f"{count(stage.done)} of {count(stage.total)} {stage.unit}".rstrip())
    if stage.seconds_left is not None:
        words.append(f"{clock(stage.seconds_left)} left")
    return words if view.began is None else [f"{clock(max(now - view.began, 0))} so far", *words]


def _bar(share: float, columns: int, *, only_ascii: bool) -> Row:
    cells = max(columns - PERCENT_CELLS, 1)
    done = int(cells * share)
    full, empty = ("#", "-") if only_ascii else ("━", "─")
    return [
        (full * done, "good" if share == 1 else "working"),
        (empty * (cells - done), "quiet"),
        (f"{percent(int(100 * share + 1e-9) / 100, 0):>{PERCENT_CELLS}}", ""),
    ]


def _losses(losses: Sequence[float], columns: int, *, only_ascii: bool) -> Row:
    first, last = f"loss {number(losses[0])} ", f" {number(losses[-1])}"
    heights = ASCII_HEIGHTS if only_ascii else HEIGHTS
    return [(first, "quiet"), (sparkline(losses, columns - len(first) - len(last), heights), "working"), (last, "")]


def _validation(figures: Mapping[str, float], columns: int) -> Row:
    title = "validation "
    said = headline(figures.get("balanced_accuracy"), figures.get("auc"))
    parts = [*([said] if said else []), *([f"loss {number(figures['loss'])}"] if "loss" in figures else [])]
    return [(title, "quiet"), (fitting(parts, columns - len(title)), "")]


def sparkline(values: Sequence[float], cells: int, heights: str) -> str:
    """The values, of which some become one where there are more than cells, from the lowest to the highest sign."""
    cells = max(min(cells, len(values)), 1)
    ends = [round(place * len(values) / cells) for place in range(cells + 1)]
    means = [sum(values[start:end]) / (end - start) for start, end in pairwise(ends)]
    least, span = min(means), max(means) - min(means)
    steps = [int((mean - least) / span * (len(heights) - 1) + 0.5) if span else 0 for mean in means]
    return "".join(heights[step] for step in steps)
