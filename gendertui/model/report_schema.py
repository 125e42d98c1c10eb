"""The schemas of ``report.json`` and the steps from older ones: a bundle keeps the report it was made with.

Schema 1 had no characters, slices, curves and mistakes. Schema 2 called the bounds of a bin ``lo`` and ``hi``, an
accuracy ``share_right`` and the slices that are not shown ``slices_left_out``. Schema 3 knew corpora of films alone: it
had no ``units``, its ``unit`` was ``movie``, ``character`` or ``line``, its slices were of a ``film`` or a
``character``, and its splits ``by-movie`` or ``by-character``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gendertui.corpus.splits import canonical
from gendertui.corpus.units import FILM_UNITS

SCHEMA = 4
OLDER = (1, 2, 3)
"""Older schemas that are read too."""

_UNITS = {"movie": "group", "character": "speaker"}
_SLICES = {"film": "group", "character": "speaker"}
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
    for key in ("protocol", "requested"):
        report = _inside(report, key, lambda name: canonical(name) if isinstance(name, str) else name)
    unit = _unit(report.get("unit"))
    units = FILM_UNITS.without(group=unit in ("speaker", "line"), speaker=unit == "line")
    return {**_inside(report, "unit", _unit), "units": units.to_json(), "schema": SCHEMA}


def _unit(name: Any) -> Any:
    return _UNITS.get(name, name) if isinstance(name, str) else name


def _set(part: Any) -> Any:
    part = _inside(_renamed(part, {"slices_left_out": "slices_omitted"}), "unit", _unit)
    for key in ("slices", "slices_omitted"):
        part = _inside(part, key, lambda slices: _renamed(slices, _SLICES))
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
