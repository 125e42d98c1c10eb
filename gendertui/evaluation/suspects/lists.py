"""The lists of units there are to look at. Light to import."""

from __future__ import annotations

from typing import Literal, get_args

ListName = Literal["suspects", "certain", "uncertain", "decided"]
LISTS: tuple[ListName, ...] = get_args(ListName)
"""Labels that their score contradicts, most first; unlabelled units, those with the clearest score first, and the least
clear; units that were decided about."""
