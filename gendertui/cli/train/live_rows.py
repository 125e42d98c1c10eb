"""The rows of the live view in the shell: what the app's Watch says, in as many columns as there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gendertui.cli.terminal.live import Row
from gendertui.cli.terminal.output import shortened
from gendertui.formatting import clock, count, headline, number, percent
from gendertui.runs.loss_curve import LossCurve
from gendertui.runs.queue import QUEUED
from gendertui.runs.view import RunView
from gendertui.runs.view_words import fitting, how_far, rates, standing
from gendertui.training.events import Stage

LEAST_NAME = 12
PERCENT_CELLS = 6
HEIGHTS, ASCII_HEIGHTS = "▁▂▃▄▅▆▇█", "_.-'"
_STYLES = {"finished": "good", "failed": "bad", "died": "bad", "paused": "waiting", QUEUED: "waiting"}


def rows(view: RunView, columns: int, *, now: float, hint: str, only_ascii: bool) -> Iterator[Row]:
    """From the run's name to how to leave it, below an empty one.

    :param now: seconds since the epoch. :param hint: how to leave.
    """
    yield []
    yield _name(view, columns)
    stage = _stage(view)
    share = stage.done / stage.total if stage is not None and stage.total else view.share()
    if share is not None:
        yield _bar(min(share, 1.0), columns, only_ascii=only_ascii)
    yield [(fitting(_where(view, stage, now), columns), "")]
    if len(view.loss.x) > 1:
        yield _losses(view.loss, columns, only_ascii=only_ascii)
    if view.epochs:
        yield _validation(view.epochs[max(view.epochs)].validation, columns)
    if words := fitting(standing(view, columns), columns):
        yield [(words, "")]
    yield [(hint, "quiet")]


def _name(view: RunView, columns: int) -> Row:
    state = view.headline()
    name = shortened(view.name, max(columns - len(state) - 2, LEAST_NAME))
    gap = max(columns - len(name) - len(state), 1)
    return [(name, "strong"), (" " * gap, ""), (state, _STYLES.get(view.state, "working"))]


def _stage(view: RunView) -> Stage | None:
    """What is done before training."""
    training = view.batch is not None or view.epochs
    return None if training or not view.stages else list(view.stages.values())[-1]


def _where(view: RunView, stage: Stage | None, now: float) -> list[str]:
    if view.state == QUEUED:
        return [f"in the queue: {view.why}" if view.why else "in the queue"]
    if view.state == "paused":
        return [f"gendertui runs resume {view.name} continues it", f"gendertui runs stop {view.name} ends it"]
    if stage is None:
        return [*how_far(view), *rates(view)]
    words = [stage.name]
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


def _losses(curve: LossCurve, columns: int, *, only_ascii: bool) -> Row:
    losses = curve.smooth
    first, last = f"loss {number(losses[0])} ", f" {number(losses[-1])}"
    drawn = sparkline(curve.x, losses, columns - len(first) - len(last), ASCII_HEIGHTS if only_ascii else HEIGHTS)
    return [(first, "quiet"), (drawn, "working"), (last, "")]


def _validation(figures: Mapping[str, float], columns: int) -> Row:
    title = "validation "
    said = headline(figures.get("balanced_accuracy"), figures.get("auc"))
    parts = [*([said] if said else []), *([f"loss {number(figures['loss'])}"] if "loss" in figures else [])]
    return [(title, "quiet"), (fitting(parts, columns - len(title)), "")]


def sparkline(x: Sequence[float], y: Sequence[float], cells: int, heights: str) -> str:
    """A curve from the lowest to the highest sign, each for as much of ``x``; no more of them than there are points.

    :param x: ascending. :param cells: the most signs.
    """
    cells = max(min(cells, len(x)), 1)
    width = (x[-1] - x[0]) / cells
    inside: list[list[float]] = [[] for _ in range(cells)]
    for at, value in zip(x, y, strict=True):
        inside[min(int((at - x[0]) / width), cells - 1) if width else 0].append(value)
    # Where no point falls, the curve stays where it was.
    means = [y[0]]
    for values in inside:
        means.append(sum(values) / len(values) if values else means[-1])
    least, span = min(means[1:]), max(means[1:]) - min(means[1:])
    steps = [int((mean - least) / span * (len(heights) - 1) + 0.5) if span else 0 for mean in means[1:]]
    return "".join(heights[step] for step in steps)
