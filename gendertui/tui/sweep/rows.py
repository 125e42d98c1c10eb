"""The rows and columns of the two tables: sweeps, and the trials of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rich.text import Text

from gendertui.formatting import MISSING, ago, clock, count, number
from gendertui.sanitize import escape_control
from gendertui.training.fields import shown_name
from gendertui.tui.widgets.table import GAP, Column

if TYPE_CHECKING:
    from gendertui.sweeps.trials import SweepView, TrialRow
    from gendertui.tui.sweep.reading import Listed

BEST = "★"
SWEEP_SIGNS = {"new": "○", "running": "▶", "waiting": "…", "stopped": "■", "finished": "✓", "unreadable": "!"}
"""State of a sweep → its sign, beside its word."""
TRIAL_SIGNS = {
    "waiting": "…",
    "running": "▶",
    "complete": "✓",
    "pruned": "↓",
    "failed": "✗",
    "died": "✗",
    "given back": "←",
}
"""State of a trial → its sign, beside its word."""
_MOST_FIELD, _CUT_HEAD, _LEAST_WHY = 16, 8, 8
"""Cells of a field's column at most; of its head where there is little room; and of why a trial is over at least."""


class SweepRows:
    """Sweeps as a table shows them.

    :param now: seconds since 1970.
    """

    COLUMNS = (
        Column("name", "sweep", 16, grow=1),
        Column("state", "state", 12),
        Column("trials", "trials", 10, right=True, term="trial"),
        Column("best", "best AUC", 8, right=True, term="auc"),
        Column("workers", "workers", 7, right=True, needs=66),
        Column("age", "made", 12, needs=80),
        Column("preset", "preset", 10, needs=92),
        Column("corpus", "corpus", 18, needs=112),
    )

    def __init__(self, listed: Sequence[Listed], now: float) -> None:
        self.listed = listed
        self._now = now

    def __len__(self) -> int:
        return len(self.listed)

    def cell(self, row: int, column: str) -> Text:
        listed = self.listed[row]
        if column == "name":
            return Text(escape_control(listed.sweep.name))
        if listed.view is None:
            return Text(f"{SWEEP_SIGNS['unreadable']} unreadable" if column == "state" else "")
        return Text(escape_control(self._text(listed.view, column)))

    def _text(self, view: SweepView, column: str) -> str:
        definition, best = view.definition, view.row(view.best)
        match column:
            case "state":
                return f"{SWEEP_SIGNS[view.state]} {view.state}"
            case "trials":
                return of_wanted(view)
            case "best":
                return number(None if best is None else best.value)
            case "workers":
                return count(view.workers) if view.workers else MISSING
            case "age":
                return ago(self._now - definition.created)
            case "preset":
                return definition.preset or MISSING
            case _:
                return str(definition.corpus.get("name") or definition.corpus["path"])


SORTS = ("trial", "auc")
"""The columns that the key sorts by in turn."""


class TrialRows:
    """Trials of a sweep as a table shows them.

    :param now: seconds since 1970.
    """

    def __init__(self, view: SweepView, now: float) -> None:
        self.view = view
        self.trials = view.trials
        self._now = now
        self._fields = {each.field.name: each.field for each in view.definition.dimensions()}

    def __len__(self) -> int:
        return len(self.trials)

    def columns(self, width: int) -> tuple[Column, ...]:
        """As many columns as ``width`` cells have room for; of the fields, those that matter most."""
        fixed = [
            Column("mark", "", 1),
            Column("trial", "trial", 7, right=True),
            Column("state", "state", self._longest("state", 9)),
            Column("auc", "AUC", 7, right=True),
            Column("folds", "folds", 5, right=True, term="fold"),
        ]
        time = Column("time", "time", self._longest("time", 5), right=True)
        left = width - sum(column.width + GAP for column in (*fixed, time)) + GAP
        fields = self._fitting(left)
        left -= sum(column.width + GAP for column in fields)
        why = [Column("why", "", 0, grow=1)] if left > _LEAST_WHY and any(map(self._why, self.trials)) else []
        return (*fixed, *fields, time, *why)

    def _fitting(self, cells: int) -> list[Column]:
        """The columns of the fields: their heads are cut, and those that matter least left out, where there is no room
        for all."""
        names = sorted(self._fields, key=lambda name: -self.view.importance.get(name, 0.0))
        fields = [
            Column(name, shown_name(name), self._cells(name, _MOST_FIELD), right=True, term=shown_name(name))
            for name in names
        ]
        cut = [replace(column, width=self._cells(column.name, _CUT_HEAD)) for column in fields]
        while cut and sum(GAP + column.width for column in cut) > cells:
            cut.pop()
        left = cells - sum(GAP + column.width for column in cut)
        for place, column in enumerate(cut):
            more = fields[place].width - column.width
            if more <= left:
                cut[place], left = fields[place], left - more
        return sorted(cut, key=lambda column: list(self._fields).index(column.name))

    def _cells(self, name: str, most: int) -> int:
        """As many as the values need, and the head, which may be cut to ``most``."""
        return min(self._longest(name, min(len(shown_name(name)), most)), _MOST_FIELD)

    def _longest(self, column: str, least: int) -> int:
        return max([least, *(len(self._text(trial, column)) for trial in self.trials)])

    def cell(self, row: int, column: str) -> Text:
        return Text(escape_control(self._text(self.trials[row], column)))

    def _text(self, trial: TrialRow, column: str) -> str:
        match column:
            case "mark":
                return BEST if trial.number == self.view.best else ""
            case "trial":
                return str(trial.number)
            case "state":
                return f"{TRIAL_SIGNS[trial.state]} {trial.state}"
            case "auc":
                # As in the shell: in brackets the mean of those folds that are finished.
                return f"({number(trial.mean)})" if trial.value is None and trial.figures else number(trial.value)
            case "folds":
                return f"{len(trial.figures)}/{self.view.definition.steps}"
            case "time":
                return clock(self._seconds(trial))
            case "why":
                return self._why(trial)
            case name:
                return self._value(trial, name)

    def _seconds(self, trial: TrialRow) -> float | None:
        if trial.started is None:
            return None
        if trial.ended is None:
            return max(self._now - trial.started, 0.0) if trial.state == "running" else None
        return trial.ended - trial.started

    def _why(self, trial: TrialRow) -> str:
        continued = "" if trial.continues is None else f"continues {trial.continues}"
        return "; ".join(filter(None, (continued, trial.why)))

    def _value(self, trial: TrialRow, name: str) -> str:
        if name not in trial.params:
            return MISSING
        value = trial.params[name]
        return f"{value:.4g}" if isinstance(value, float) else self._fields[name].as_text(value)

    def order(self, column: str, *, descending: bool) -> list[int]:
        """Sorted by a column, those without its value last."""
        keys = [self._key(trial, column) for trial in self.trials]
        places = range(len(keys) - 1, -1, -1) if descending else range(len(keys))
        having = sorted((place for place in places if keys[place] is not None), key=keys.__getitem__)
        if descending:
            having.reverse()
        return [*having, *(place for place in places if keys[place] is None)]

    def _key(self, trial: TrialRow, column: str) -> Any:
        match column:
            case "trial":
                return trial.number
            case "auc":
                # One of which all folds are finished is above one of which some are.
                return None if trial.mean is None else (trial.value is not None, trial.mean)
            case "folds":
                return len(trial.figures)
            case "time":
                return self._seconds(trial)
            case name if name in self._fields:
                return trial.params.get(name)
            case _:
                return self._text(trial, column) or None


def of_wanted(view: SweepView) -> str:
    """Trials that are over, of how many: ``7 of 20``."""
    wanted = view.definition.trials
    return count(view.finished) if wanted is None else f"{count(view.finished)} of {count(wanted)}"
