"""Texts from whatever holds them: a list, an array of numpy or pyarrow, a column of pandas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gendertui.errors import ExitCode, GendertuiError

_SHOWN = 5
_MISSING_TYPES = ("NAType", "NaTType")
"""pandas' own missing values; they are known by name, since pandas is not imported for them."""


class InputError(GendertuiError, ValueError):
    """What a caller gave cannot be used."""

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(what, where=where, hint=hint, code=ExitCode.DATA)


def texts_of(lines: Iterable[Any], *, missing: bool) -> list[str]:
    """The texts of lines, in order; a missing one, or one that is blank, as an empty text.

    :param lines: a sequence, or an array or frame with one column.
    :param missing: whether texts may be missing or blank.
    :raises InputError: these are no lines, or one of them is no text.
    """
    texts: list[str] = []
    wrong: list[str] = []
    others = 0
    for place, value in enumerate(_values(lines)):
        if isinstance(value, str):
            texts.append(value if value.strip() else "")
            if not texts[-1] and not missing:
                wrong.append(f"lines[{place}] is empty")
        else:
            texts.append("")
            if not is_missing(value):
                others += 1
                wrong.append(f"lines[{place}] is of type {type(value).__name__}, which is no text")
            elif not missing:
                wrong.append(f"lines[{place}] is missing ({value})")
    if wrong:
        more = ", …" if len(wrong) > _SHOWN else ""
        raise InputError(
            f"{len(wrong):,} of {len(texts):,} lines cannot be scored: {', '.join(wrong[:_SHOWN])}{more}",
            hint="Give texts: str(…), or .decode() of bytes."
            if others
            else 'Leave them out, or let missing and empty ones have no score: gendertui.load(NAME, missing="nan").',
        )
    return texts


def is_missing(value: object) -> bool:
    """Whether a value stands for none: ``None``, NaN, or pandas' own."""
    return value is None or (isinstance(value, float) and value != value) or type(value).__name__ in _MISSING_TYPES


def _values(lines: Any) -> list[Any]:
    if isinstance(lines, str | bytes):
        raise InputError("this is one text, where several are expected", hint="Put it into a list: [line].")
    sides = getattr(lines, "ndim", len(getattr(lines, "shape", (1,))))
    if sides == 2 and lines.shape[1] == 1:
        # Tools of scikit-learn hand on a column as a table.
        if hasattr(lines, "iloc"):
            lines = lines.iloc[:, 0]
        else:
            # pyarrow's tables are asked for a column by its place, arrays of numpy by an index.
            lines = lines.column(0) if hasattr(lines, "column") else lines[:, 0]
    elif sides != 1 or isinstance(lines, Mapping | set | frozenset) or not isinstance(lines, Iterable):
        shape = f" of shape {tuple(lines.shape)}" if hasattr(lines, "shape") else ""
        raise InputError(
            f"a {type(lines).__name__}{shape} is no list of lines",
            hint="Give a list, an array or a column of texts, of a table one column alone: frame['text'].",
        )
    for name in ("tolist", "to_pylist"):
        if hasattr(lines, name):
            values: list[Any] = getattr(lines, name)()
            return values
    return list(lines)
