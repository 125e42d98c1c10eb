"""What is said of a run that is watched, in parts, of which the first say most: the app and the shell show as many as
there is room for.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gendertui.formatting import clock, count, number, parameters, percent, rate, size
from gendertui.runs.view import RunView
from gendertui.sanitize import escape_control
from gendertui.training import progress_words

if TYPE_CHECKING:
    from gendertui.runs.follow import Link

BETWEEN = " · "


def fitting(parts: Sequence[str], cells: int) -> str:
    """As many of the parts as there is room for, at least the first; all of them where ``cells`` is 0."""
    said = ""
    for part in parts:
        longer = f"{said}{BETWEEN}{part}" if said else part
        if said and cells and len(longer) > cells:
            break
        said = longer
    return said


def in_a_row(view: RunView) -> str:
    """A few words of a run that may be on another machine: ``training 2/3``, ``gpu1: training 2/3``."""
    if not view.host:
        return view.headline()
    return f"{view.host}: {view.headline() if view.over or view.reached else state_word(view)}"


def state_word(view: RunView) -> str:
    """The run's state, or that of the link, where that is down and the run's not known."""
    return view.state if view.over or view.reached or view.link is None else view.link.word


def of_link(link: Link) -> str:
    """A sentence about a link that is not up: since when, why, and what happens next; of one that is, nothing."""
    match link.state:
        case "connecting":
            return f"{link.host}: connecting …"
        case "broken":
            since = time.strftime("%H:%M:%S", time.localtime(link.since))
            return f"{link.host}: link down since {since}, trying again: {link.why}"
        case "lost":
            return f"{link.host}: {link.why}. {link.hint}".rstrip()
        case _:
            return ""


def how_far(view: RunView) -> list[str]:
    """Where a run at work stands: the time so far and left, and what it does just now."""
    batch, plan = view.batch, view.plan
    if view.after is not None:
        words = [f"{count(view.after.done)} of {count(view.after.total)} {view.after.unit}".rstrip()]
        if (left := view.seconds_left()) is not None:
            words.append(f"{clock(left)} left")
        return words
    if batch is None or plan is None:
        return [list(view.stages.values())[-1].name] if view.stages else []
    words = [f"{clock(view.pace.elapsed)} so far"] if view.pace.elapsed else []
    if said := progress_words.left(view.pace, plan, view.best):
        words.append(said)
    return [*words, f"batch {count(batch.batch)} of {count(batch.batches)}"]


def loss(view: RunView) -> list[str]:
    """The mean loss of the epoch so far, while it trains."""
    return [] if view.batch is None or view.after is not None else [f"loss {number(view.batch.loss)}"]


def goes_on(name: str, *, queued: bool = False) -> str:
    """What becomes of a run that nobody watches any more."""
    what = "The run waits in the queue, and begins by itself" if queued else "Training continues in the background"
    return f"{what}: {escape_control(name)}"


def goes_on_there(view: RunView) -> str:
    """The same of a run on another machine."""
    what = f"Training continues on {view.host}"
    if view.state == "queued":
        what = f"The run waits in the queue of {view.host}, and begins by itself"
    if not view.reached:
        what = f"The run is on {view.host}, which is not reached just now"
    return f"{what}: {escape_control(view.name)}"


def standing(view: RunView, cells: int) -> list[str]:
    """The best epoch so far, and how validation goes since; nothing before there is one.

    :param cells: how many there are for both on one row.
    """
    if view.best is None:
        return []
    epochs, metric = [view.epochs[number] for number in sorted(view.epochs)], ""
    if view.plan is not None:
        metric = view.plan.selection_metric
    best = progress_words.best(view.epochs[view.best])
    said = "" if view.over else progress_words.standing(epochs, metric)
    if said and len(f"{best}{BETWEEN}{said}") > cells:
        said = progress_words.standing(epochs, metric, beside_best=True)
    return [best, *([said] if said else [])]


def rates(view: RunView) -> list[str]:
    """How fast it trains, and what on what."""
    batch, plan = view.batch, view.plan
    parts = []
    if batch is not None and view.after is None:
        # Without the first batches, which wait for the device; older runs do not say how long those took.
        lines = batch.lines_per_second if batch.seconds is None else view.pace.lines_per_second
        if lines is not None:
            parts.append(f"{rate(lines)} lines/s")
        if batch.memory_bytes:
            parts.append(size(batch.memory_bytes))
    if plan is not None:
        parts.append(plan.device)
    if batch is not None and view.after is None:
        parts.append(f"learning rate {batch.learning_rate:g}")
    if plan is not None:
        parts += [f"{count(plan.train_rows)} train lines", parameters(plan.parameters)]
        if plan.coverage is not None:
            parts.append(f"{percent(plan.coverage)} of tokens have a vector")
    return parts
