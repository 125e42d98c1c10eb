"""Numbers as a person reads them, for the shell, the app, reports and the model card. Files get plain numbers.

A minus is ``−``, a missing value is ``–``, thousands are separated by commas, and what rounds to zero has no sign.
"""

from __future__ import annotations

from datetime import datetime

MISSING = "–"

METRIC_NAMES = {
    "balanced_accuracy": "balanced accuracy",
    "auc": "AUC",
    "auc_within": "AUC within {groups}",
    "average_precision": "average precision of {positive}",
    "accuracy": "accuracy",
    "f1_negative": "F1 of {negative}",
    "f1_positive": "F1 of {positive}",
    "log_loss": "log loss",
    "log_loss_skill": "log loss skill",
    "brier": "Brier score",
    "brier_skill": "Brier skill",
    "ece": "expected calibration error",
}
"""Metric → its name, in the order of tables; ``negative`` and ``positive`` are the labels."""

IN_PERCENT = frozenset({"balanced_accuracy", "accuracy"})
"""Metrics that people say in per cent, their differences in percentage points."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_UNITS = ("B", "kB", "MB", "GB", "TB")


def number(value: float | None, digits: int = 3, *, sign: bool = False) -> str:
    """``0.604``, ``−0.041``; with a sign ``+0.604``, and ``+0.000`` for what rounds to zero."""
    if value is None:
        return MISSING
    return f"{value:{'+' if sign else ''}z.{digits}f}".replace("-", "−")


def percent(share: float | None, digits: int = 1) -> str:
    """A share: ``57.1 %``."""
    return MISSING if share is None else f"{number(100 * share, digits)} %"


def probability(share: float) -> str:
    """``62 %``; with as many decimals, up to three, as it takes not to be rounded to certainty."""
    for digits in range(4):
        shown = f"{100 * share:.{digits}f}"
        if 0 < float(shown) < 100 or share in (0, 1):
            break
    return f"{shown} %"


def points(difference: float) -> str:
    """A difference of two shares, in percentage points: ``+0.4``, ``−1.1``."""
    return number(100 * difference, 1, sign=True)


def interval(low: float | None, high: float | None, digits: int = 3, *, sign: bool = False) -> str:
    """``0.589–0.614``; with signs or a negative end ``−0.010 to +0.020``; empty where an end is missing."""
    if low is None or high is None:
        return ""
    between = " to " if sign or low < 0 else "–"
    return f"{number(low, digits, sign=sign)}{between}{number(high, digits, sign=sign)}"


def percent_interval(low: float | None, high: float | None, digits: int = 1, *, sign: bool = False) -> str:
    """An interval of shares, without the sign of per cent: ``55.9–58.3``, or with signs ``−1.1 to +2.0``."""
    return "" if low is None or high is None else interval(100 * low, 100 * high, digits, sign=sign)


def estimate(value: float, low: float | None, high: float | None, *, in_percent: bool = False) -> str:
    """A metric with its interval: ``0.602 (0.589–0.614)`` or ``57.1 % (55.9–58.3)``; without one the value alone."""
    if in_percent:
        return _with(percent(value), percent_interval(low, high))
    return _with(number(value), interval(low, high))


def difference(value: float, low: float | None, high: float | None, *, in_points: bool = False) -> str:
    """A difference with its interval: ``+0.005 (−0.010 to +0.020)``, or ``+0.4 (−1.1 to +2.0)`` in points."""
    if in_points:
        return _with(points(value), percent_interval(low, high, sign=True))
    return _with(number(value, sign=True), interval(low, high, sign=True))


def at_95(between: str) -> str:
    """An interval behind a value in a sentence: `` (95 %: 55.9–58.3)``; empty where there is none."""
    return f" (95 %: {between})" if between else ""


def span(low: float, high: float | None, unit: str = "") -> str:
    """Whole numbers from ``low`` to ``high``, without end where that is ``None``.

    ``1``, ``2–4``, ``50+``; of a unit ``one line``, ``2–4 lines``, ``50 lines or more``.
    """
    if high is None:
        return f"{low:,.0f} {unit}s or more" if unit else f"{low:,.0f}+"
    shown = f"{low:,.0f}" if low == high else f"{low:,.0f}–{high:,.0f}"
    if not unit:
        return shown
    return f"one {unit}" if high == 1 and low == 1 else f"{shown} {unit}s"


def count(value: float) -> str:
    """``93,394``."""
    return f"{value:,.0f}"


def count_of(part: float, whole: float) -> str:
    """A part and its share of the whole: ``974 (12.6 %)``."""
    return f"{count(part)} ({percent(part / whole if whole else 0.0)})"


def rate(value: float) -> str:
    """So many a second: ``1,830``, ``21.4 k``."""
    return f"{value / 1000:,.1f} k" if value >= 10_000 else count(value)


def parameters(value: float) -> str:
    """Numbers that a network learns: ``2.52 M parameters``."""
    return f"{value / 1e6:,.2f} M parameters"


def size(byte_count: float) -> str:
    """Bytes, in powers of 1000 as disks are sold: ``512 B``, ``9.9 MB``, ``105 MB``, ``1.7 GB``."""
    value = float(byte_count)
    unit = 0
    # Not 1000: what would be rounded to that is one of the next unit.
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value /= 1000
        unit += 1
    return f"{value:.{1 if unit and value < 99.95 else 0}f} {_UNITS[unit]}"


def duration(seconds: float | None) -> str:
    """``9 s``, ``1 min 20 s``, ``2 h 05 min``."""
    if seconds is None:
        return MISSING
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02} min"


def clock(seconds: float | None) -> str:
    """A duration as a clock that runs, and as a column of a table, has it: ``0:48``, ``12:05``, ``3:01:09``."""
    if seconds is None:
        return MISSING
    minutes, second = divmod(round(seconds), _MINUTE)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def local_time(stamp: str) -> str:
    """A moment as the clock on the wall had it, from ISO 8601: ``2026-09-19 10:15``; what is none stays as it is."""
    try:
        return datetime.fromisoformat(stamp).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return stamp


def ago(seconds: float) -> str:
    """How long since: ``just now``, ``5 min ago``, ``3 h ago``, ``2 days ago``."""
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE:.0f} min ago"
    if seconds < 2 * _DAY:
        return f"{seconds // _HOUR:.0f} h ago"
    return f"{seconds // _DAY:.0f} days ago"


def headline(balanced_accuracy: float | None, auc: float | None) -> str:
    """The figures a model is known by: ``balanced accuracy 56.8 %, AUC 0.596``; one that is missing is left out."""
    parts = []
    if balanced_accuracy is not None:
        parts.append(f"{METRIC_NAMES['balanced_accuracy']} {percent(balanced_accuracy)}")
    if auc is not None:
        parts.append(f"{METRIC_NAMES['auc']} {number(auc)}")
    return ", ".join(parts)


def _with(shown: str, between: str) -> str:
    return f"{shown} ({between})" if between else shown
