"""A rate of the second label: read from text, and checked."""

from __future__ import annotations

from gendertui.errors import ExitCode, GendertuiError


def parse_rate(text: str) -> float:
    """``0.2`` or ``20 %``.

    :raises GendertuiError: it is no rate between 0 and 1.
    """
    words = text.strip()
    try:
        rate = float(words.removesuffix("%")) / (100 if words.endswith("%") else 1)
    except ValueError:
        rate = -1.0
    return check_rate(rate, words or "nothing")


def check_rate(rate: float, shown: str | None = None) -> float:
    """The rate, if it is one.

    :param shown: how the error calls it.
    :raises GendertuiError: it is not between 0 and 1.
    """
    if not 0 < rate < 1:
        raise GendertuiError(
            f"{f'{rate:g}' if shown is None else shown} is no rate",
            hint="Give a number between 0 and 1, or a percentage: 0.2 or 20 %.",
            code=ExitCode.USAGE,
        )
    return rate
