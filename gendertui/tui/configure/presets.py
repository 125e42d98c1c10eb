"""The presets side by side: the fields in which they differ."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from gendertui.training.config import FIELDS, PRESETS, preset
from gendertui.training.fields import shown_name

GAP = 2


class PresetTable(Static):
    """A row a field that differs, a column a preset; the chosen preset's column is bold."""

    _chosen = ""

    def show(self, chosen: str) -> None:
        if chosen != self._chosen:
            self._chosen = chosen
            self.update(table(chosen))


def table(chosen: str) -> Content:
    """The table, with the values as the form has them."""
    configs = {name: preset(name).model_dump() for name in PRESETS}
    rows = []
    for field in FIELDS.values():
        values = [field.as_text(config[field.name]) for config in configs.values()]
        if len(set(values)) > 1:
            rows.append([shown_name(field.name), *values])
    cells = [["", *configs], *rows]
    widths = [max(len(row[column]) for row in cells) + GAP for column in range(len(cells[0]))]
    return Content("\n").join(_line(row, widths, list(configs).index(chosen) + 1) for row in cells)


def _line(row: Sequence[str], widths: Sequence[int], chosen: int) -> Content:
    cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
    return Content.assemble(*((cell, "bold" if place == chosen else "dim") for place, cell in enumerate(cells)))
