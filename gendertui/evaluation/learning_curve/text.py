"""A learning curve in words: a table, and what the last doubling brought and the next would likely bring."""

from __future__ import annotations

from gendertui.evaluation.learning_curve.schema import DIVISORS, MODEL_NAMES, Curve, LearningCurve, Size
from gendertui.evaluation.report.schema import Estimate, Estimates
from gendertui.formatting import count

METHOD = (
    "The forecast carries on an inverse power law fitted to these sizes (Figueroa et al. 2012). It is no measurement, "
    "and it takes for granted that more would be like what there is."
)


def learning_curve_lines(found: LearningCurve) -> list[str]:
    """All curves; the lines of the tables fit 78 cells."""
    lines: list[str] = []
    for curve in found.curves:
        lines += [f"{title(curve, found)}:", *table(curve, found), *sentences(curve, found), ""]
    if found.missing:
        lines += [found.missing, ""]
    return [*lines, METHOD]


def title(curve: Curve, found: LearningCurve) -> str:
    """``lines by TF-IDF + LR, on 14,009 validation lines of 44 films``."""
    noun = found.words.noun(curve.subject)
    of_groups = _of_groups(curve, found)
    return f"{noun.many} by {MODEL_NAMES[curve.model]}, on {count(curve.rows)} validation {noun.many}{of_groups}"


def table(curve: Curve, found: LearningCurve) -> list[str]:
    """A row for each size, smallest first; then what a doubling adds."""
    noun = found.words.noun(found.unit)
    width = max(len(noun.many), 7)
    head = f"{'share':<6}{noun.many:>{width}}" + (f"{'lines':>9}" if found.unit != "line" else "") + f"{'models':>7}"
    gains = (("last doubling", curve.last), ("next, a forecast", curve.next))
    return [
        f"{head}  {'balanced accuracy':<20}  AUC",
        *(_row(size, found, width) for size in curve.sizes),
        *(_gain(f"{name:<{len(head)}}", gain) for name, gain in gains if gain),
    ]


def sentences(curve: Curve, found: LearningCurve) -> list[str]:
    """What the last doubling brought, and what the next would likely bring."""
    noun, whole = found.words.noun(found.unit), curve.sizes[-1].units
    said = []
    if (last := curve.last.get("auc")) is not None:
        before = curve.sizes[-2].units
        said.append(f"The last doubling, from {count(before)} to {noun.counted(whole)}, {brought(last)}.")
    if (ahead := curve.next.get("auc")) is not None:
        said.append(f"The next, to {noun.counted(2 * whole)}, {would_bring(ahead)}: a forecast.")
    else:
        said.append("Too few sizes could be measured for a forecast.")
    if curve.sizes[-1].figures["auc"].low is None:
        said.append(f"Validation has too few {found.words.noun('group').many} for intervals.")
    if curve.sizes[0].divisor < DIVISORS[0]:
        said.append("Smaller shares of the training set are too small to learn from.")
    return said


def brought(gain: Estimate) -> str:
    """``brought AUC +0.013 (+0.009 to +0.017)``; where the interval holds 0, ``, perhaps by chance``."""
    perhaps = ", perhaps by chance" if holds_nothing(gain) else ""
    return f"brought AUC {gain.signed()}{perhaps}"


def would_bring(gain: Estimate) -> str:
    """``would likely bring AUC +0.010 (+0.004 to +0.016)``; where the interval holds 0, ``, perhaps nothing``."""
    perhaps = ", perhaps nothing" if holds_nothing(gain) else ""
    return f"would likely bring AUC {gain.signed()}{perhaps}"


def holds_nothing(gain: Estimate) -> bool:
    """Whether the interval of a gain reaches 0 or below it."""
    return gain.low is not None and gain.low <= 0


def share(size: Size) -> str:
    """``1/8``, or ``all``."""
    return "all" if size.divisor == 1 else f"1/{size.divisor}"


def _row(size: Size, found: LearningCurve, width: int) -> str:
    row = f"{share(size):<6}{count(size.units):>{width}}"
    if found.unit != "line":
        row += f"{count(size.lines):>9}"
    balanced, area = size.figures["balanced_accuracy"], size.figures["auc"]
    return f"{row}{size.fits:>7}  {balanced.text(percent=True):<20}  {area.text()}"


def _gain(name: str, gain: Estimates) -> str:
    return f"{name}  {gain['balanced_accuracy'].signed(percent=True):<20}  {gain['auc'].signed()}"


def _of_groups(curve: Curve, found: LearningCurve) -> str:
    noun = found.words.group
    return "" if noun is None or curve.subject == "group" else f" of {noun.counted(curve.groups)}"
