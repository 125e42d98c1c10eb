"""The schemas of ``report.json`` and the steps from older ones: a bundle keeps the report it was made with.

Schema 1 had no characters, slices, curves and mistakes. Schema 2 called the bounds of a bin ``lo`` and ``hi``, an
accuracy ``share_right`` and the slices that are not shown ``slices_left_out``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

SCHEMA = 3
OLDER = (1, 2)
"""Older schemas that are read too."""

_BOUNDS = {"lo": "lower", "hi": "upper"}


def upgraded(report: dict[str, Any]) -> dict[str, Any]:
    """Convert a report of any supported schema to the current one.

    Damaged parts are left as they are, for their reader to report.
    """
    if report.get("schema") not in OLDER:
        return report
    sets = report.get("sets")
    if isinstance(sets, dict):
        report = {**report, "sets": {name: _set(part) for name, part in sets.items()}}
    return {**report, "schema": SCHEMA}


def _set(part: Any) -> Any:
    part = _renamed(part, {"slices_left_out": "slices_omitted"})
    part = _each(part, "confidence", lambda row: _renamed(row, {**_BOUNDS, "share_right": "accuracy"}))
    part = _inside(part, "curves", lambda curves: _each(curves, "calibration", lambda row: _renamed(row, _BOUNDS)))
    return _inside(
        part,
        "characters",
        lambda characters: _each(
            characters, "by_lines", lambda row: _renamed(row, {**_BOUNDS, "share_right": "balanced_accuracy"})
        ),
    )


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    return {names.get(key, key): part for key, part in value.items()} if isinstance(value, dict) else value


def _inside(value: Any, key: str, step: Callable[[Any], Any]) -> Any:
    return {**value, key: step(value[key])} if isinstance(value, dict) and key in value else value


def _each(value: Any, key: str, step: Callable[[Any], Any]) -> Any:
    return _inside(value, key, lambda rows: [step(row) for row in rows] if isinstance(rows, list) else rows)
