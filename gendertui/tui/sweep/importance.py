"""How much each searched field has to do with the figures, as bars, and what the best trials have there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from gendertui.formatting import count, percent
from gendertui.sweeps.importance import MINIMUM_TRIALS
from gendertui.training.fields import shown_name
from gendertui.tui.formatting import literal, shorten
from gendertui.tui.widgets.bars import EIGHTHS, REST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gendertui.sweeps.search import Dimension
    from gendertui.sweeps.trials import SweepView, TrialRow

_SHARE_CELLS = 6
_TERM_ROWS = 5
"""What it means, below the bars."""
_BEST_SHARE = 4
"""Of so many finished trials one counts among the best, and no fewer than three do."""


def importance_text(view: SweepView, width: int, height: int) -> Content:
    """A bar for each field, the most important first, in so many cells; below it where the best trials are, if there is
    room for that."""
    finished = sorted(
        (trial for trial in view.trials if trial.value is not None), key=lambda trial: -(trial.value or 0.0)
    )
    dimensions = {each.field.name: each for each in view.definition.dimensions()}
    shown = {name: share for name, share in view.importance.items() if name in dimensions}
    best = finished[: max(3, len(finished) // _BEST_SHARE)]
    lines: list[Content]
    if not shown:
        far = count(len(finished))
        said = f"How much each field matters is said after {MINIMUM_TRIALS} finished trials; {far} so far."
        if len(finished) >= MINIMUM_TRIALS:
            said = "How much each field matters is not known: the figures of the trials do not tell."
        lines = [literal(said)]
        for each in dimensions.values():
            lines.append(literal(f"{shown_name(each.field.name)}: searched {str(each).partition('=')[2]}"))
            if best:
                lines.append(literal(f"  {_where(each, best)}").stylize("dim"))
        return Content("\n").join(lines)
    names = min(max(map(len, shown)), max(width // 3, 8))
    cells = max(width - names - _SHARE_CELLS - 2, 4)
    roomy, last = len(shown) * 3 + _TERM_ROWS <= height, [*shown][-1]
    lines = []
    for name, share in shown.items():
        label = literal(f"{shorten(shown_name(name), names):<{names}} ")
        lines.append(Content.assemble(label, *_bar(share, cells), f"{percent(share, 0):>{_SHARE_CELLS + 1}}"))
        if len(shown) * 2 <= height:
            lines.append(literal(f"{'':<{names}} {_where(dimensions[name], best)}").stylize("dim"))
        if roomy and name != last:
            lines.append(Content(""))
    return Content("\n").join(lines)


def _bar(share: float, cells: int) -> tuple[tuple[str, str], tuple[str, str]]:
    """In two parts, each with its style."""
    whole, part = divmod(round(min(max(share, 0.0), 1.0) * cells * 8), 8)
    drawn = "█" * whole + (EIGHTHS[part] if part else "")
    return (drawn, "$model"), (REST * (cells - len(drawn)), "dim")


def _where(dimension: Dimension, best: Sequence[TrialRow]) -> str:
    """The values that the best trials have."""
    name = dimension.field.name
    values = [trial.params[name] for trial in best if name in trial.params]
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    if not values:
        return ""
    if len(numbers) == len(values):
        low, high = min(numbers), max(numbers)
        said = f"{low:.4g}" if low == high else f"{low:.4g}–{high:.4g}"
    else:
        said = ", ".join(dict.fromkeys(dimension.field.as_text(value) for value in values))
    return f"the best {count(len(values))}: {said}"
