"""What is said of a sweep, of its trials and of what comes next, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from gendertui.formatting import ago, at_95, count, interval, number, percent
from gendertui.sweeps.words import gap_in_words, params_in_words
from gendertui.tui.formatting import literal
from gendertui.tui.sweep.rows import of_wanted

if TYPE_CHECKING:
    from gendertui.errors import GendertuiError
    from gendertui.sweeps.trials import SweepView, TrialRow
    from gendertui.tui.sweep.reading import Listed

NO_SWEEPS = (
    "There is no sweep yet.\n\nA sweep searches for the best settings: it trains many runs, each with other ones, and "
    "judges the best by lines that it set aside. Make one in a shell, and work on it in as many as you like:\n\n"
    "  gendertui sweep new first --corpus {corpus} \\\n"
    "    --search 'learning_rate=log:1e-4..1e-2, hidden_size=32|64|128'\n"
    "  gendertui sweep work first\n\n"
    "Its trials stand here as they come."
)
READING = "Reading the sweeps…"


def error_in_words(error: GendertuiError) -> Content:
    """What happened, where, and what to do next."""
    return literal("\n".join(part for part in (f"✗ {error.what}", error.where, error.hint) if part))


def command(view: SweepView) -> str:
    """What is to be done next in a shell."""
    if view.complete and view.best is not None:
        return f"gendertui sweep best {view.name}"
    return f"gendertui sweep work {view.name}" + (" --resume" if view.stopped else "")


def head(view: SweepView, now: float, last_words: str = "") -> Content:
    """Three lines: how far it is, the best so far, and how good that one is on what was set aside.

    :param now: seconds since 1970. :param last_words: of a worker that is no more, in place of the third.
    """
    third = f"a worker that was started from the app: {last_words}" if last_words else _judged(view)
    return Content("\n").join([_far(view, now), literal(_best(view)), literal(third)])


def _far(view: SweepView, now: float) -> Content:
    running = sum(trial.state == "running" for trial in view.trials)
    at_work = (
        f"{count(view.workers)} {'worker' if view.workers == 1 else 'workers'}" if view.workers else "nobody at work"
    )
    parts = [
        f"{of_wanted(view)} trials" + ("" if view.complete else " finished"),
        f"{count(running)} running" if running else "",
        "" if view.complete and not view.workers else at_work,
        f"begun {ago(now - view.began)}" if view.began is not None else "",
        str(view.definition.corpus.get("name") or view.definition.corpus["path"]),
        view.definition.preset or "",
    ]
    words = f"  {view.state}" + "".join(f" · {part}" for part in parts if part)
    return Content.assemble(literal(view.name).stylize("bold"), literal(words))


def _best(view: SweepView) -> str:
    best = view.row(view.best)
    if best is None:
        return f"no trial has finished yet; searched: {view.definition.search}"
    params = params_in_words(best.params)
    return f"best so far: trial {best.number}, AUC {number(best.value)} (mean of its folds): {params}"


def _judged(view: SweepView) -> str:
    outcome = view.outcome
    if outcome is None or outcome.get("honest") is None:
        aside = f"{percent(view.definition.share, 0)} of the lines are set aside to judge the winner"
        return f"{aside}: gendertui sweep best {view.name}" if view.complete else f"{aside} in the end"
    between = at_95(interval(outcome.get("low"), outcome.get("high")))
    trial = "" if outcome["trial"] == view.best else f"trial {outcome['trial']}, "
    return (
        f"on what was set aside: {trial}AUC {number(outcome['honest'])}{between}; difference "
        f"{number(outcome['difference'], sign=True)}: {gap_in_words(outcome['difference'])}"
    )


def about_sweep(listed: Listed, now: float) -> Content:
    """Of the sweep under the cursor."""
    if listed.view is None:
        return error_in_words(listed.error) if listed.error is not None else Content("")
    view = listed.view
    steps = f"each trial {view.definition.folds} folds"
    if view.definition.seeds > 1:
        steps += f" with {view.definition.seeds} seeds"
    return Content("\n").join(
        [
            head(view, now, listed.last_words),
            literal(f"{steps} · searched: {view.definition.search}"),
            literal(f"next: {command(view)}"),
        ]
    )


def about_trial(view: SweepView, trial: TrialRow, follows: bool) -> Content:
    """Of the trial under the cursor, in two lines: its settings, and its folds.

    :param follows: whether there is a run to follow.
    """
    figures = " ".join(number(trial.figures[step]) for step in sorted(trial.figures))
    continued = "" if trial.continues is None else f"continues trial {trial.continues}"
    parts = [
        f"{count(len(trial.figures))} of {count(view.definition.steps)} folds" + (f": {figures}" if figures else ""),
        continued,
        trial.why,
        "⏎ follows its run" if follows else "its runs are not on this machine" if trial.runs else "it has no run yet",
    ]
    return literal("\n".join([params_in_words(trial.params) or "no settings yet", " · ".join(filter(None, parts))]))
