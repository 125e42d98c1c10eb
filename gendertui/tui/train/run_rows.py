"""The rows and columns of the list of runs: which fit, in which order, and what their cells say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from gendertui.formatting import MISSING, ago
from gendertui.sanitize import escape_control
from gendertui.tui.formatting import tail
from gendertui.tui.widgets.table import GAP, Column

if TYPE_CHECKING:
    from gendertui.evaluation.report.schema import Estimate
    from gendertui.runs.listing import RunRow

MARKED = "◆"
SIGNS = {
    "preparing": "▷",
    "training": "▶",
    "paused": "‖",
    "stopping": "▶",
    "queued": "…",
    "finished": "✓",
    "stopped": "■",
    "failed": "✗",
    "died": "✗",
    "unreadable": "!",
}
"""State → its sign, beside its word."""
STATES = list(SIGNS)
"""In the order in which they are sorted: what is at work first, then what waits."""

_NAME_CELLS = 27
"""For so much of a name other columns are left out; the rest is cut at its start."""
_LONGEST_NAME = 48
_NOTE_CELLS = 16

_SORTS: dict[str, tuple[Callable[[RunRow], Any], bool]] = {
    # Those that wait first, in the order of the queue.
    "age": (lambda row: (bool(row.place), -row.place, row.info.started), True),
    "figure": (lambda row: _value(row.balanced_accuracy), True),
    "auc": (lambda row: _value(row.auc), True),
    "name": (lambda row: row.info.name, False),
    "state": (lambda row: (STATES.index(row.info.shown) if row.info.shown in SIGNS else len(STATES), row.place), False),
    "preset": (lambda row: row.info.preset_or_network, False),
    "corpus": (lambda row: row.info.corpus, False),
    "host": (lambda row: row.info.host, False),
    "device": (lambda row: row.info.device, False),
    "note": (lambda row: (not row.note, row.note), False),
}
"""Column → what is sorted by, and whether the greatest comes first."""

_PLACES = ("mark", "state", "name", "host", "figure", "auc", "age", "preset", "corpus", "device", "note")
"""The columns from left to right."""
SORTS = tuple(_SORTS)
"""The columns in the order in which the key goes through them."""
_HERE = "here"
"""This machine, where there are others."""


class RunRows:
    """Runs as a table shows them.

    :param marked: folders of those that are marked. :param now: seconds since 1970.
    """

    def __init__(self, rows: Sequence[RunRow], marked: Sequence[Path], now: float) -> None:
        self.rows = rows
        self._marked = frozenset(marked)
        self._now = now
        self._has_hosts = any(row.info.host for row in rows)
        self._name_cells = _NAME_CELLS

    def __len__(self) -> int:
        return len(self.rows)

    def columns(self, width: int) -> tuple[Column, ...]:
        """The columns that ``width`` cells have room for: those that are worth less are left out, and what is left over
        goes to the note, or else to the name."""
        names = self._cells("name", 4, _LONGEST_NAME)
        by_worth = [
            Column("name", "run", min(names, _NAME_CELLS)),
            Column("state", "state", self._cells("state", 7, 12)),
            *([Column("host", "on", self._cells("host", 4, 16))] if self._has_hosts else []),
            Column("figure", "balanced acc.", self._cells("figure", 15, 24)),
            Column("age", "begun", self._cells("age", 7, 14)),
            Column("preset", "preset", self._cells("preset", 8, 18)),
            Column("corpus", "corpus", self._cells("corpus", 8, 20)),
            *([Column("note", "note", _NOTE_CELLS)] if any(row.note for row in self.rows) else []),
            Column("auc", "AUC", self._cells("auc", 5, 24)),
            Column("device", "device", self._cells("device", 8, 10)),
        ]
        widths = {"mark": 1}
        labels = {"mark": ""}
        left = width - 1
        for column in by_worth:
            if left < GAP + column.width:
                break
            widths[column.name], labels[column.name] = column.width, column.label
            left -= GAP + column.width
        longer = min(left, names - widths.get("name", names))
        grows = "note" if "note" in widths else "name"
        if "name" in widths:
            widths["name"] += longer
            self._name_cells = widths["name"] + (left - longer if grows == "name" else 0)
        terms = {"figure": "balanced_accuracy"}
        return tuple(
            Column(name, labels[name], widths[name], grow=name == grows, term=terms.get(name, ""))
            for name in _PLACES
            if name in widths
        )

    def _cells(self, column: str, least: int, most: int) -> int:
        """How wide the longest cell of a column is, within bounds."""
        return min(max([least, *(len(self._text(row, column)) for row in self.rows)]), most)

    def cell(self, row: int, column: str) -> Text:
        shown = self.rows[row]
        if column == "mark":
            return Text(MARKED if not shown.info.host and shown.info.folder in self._marked else "")
        text = self._text(shown, column)
        return Text(tail(text, self._name_cells) if column == "name" else text)

    def _text(self, row: RunRow, column: str) -> str:
        info = row.info
        match column:
            case "name":
                text = info.name
            case "state":
                text = f"{SIGNS.get(info.shown, '?')} {info.shown}" + (f" {row.place}" if row.place else "")
            case "figure":
                text = _figure(row.balanced_accuracy, percent=True)
            case "auc":
                text = _figure(row.auc)
            case "age":
                text = ago(self._now - info.started) if info.started else MISSING
            case "preset":
                text = info.preset_or_network
            case "corpus":
                text = info.corpus
            case "host":
                text = info.host or (_HERE if self._has_hosts else "")
            case "device":
                text = info.device
            case _:
                text = row.note
        return escape_control(text)

    def order(self, words: str, sort: str, *, descending: bool) -> list[int]:
        """The rows in which each of the words stands somewhere, sorted; those without the figure last."""
        wanted = words.casefold().split()
        texts = map(self._searched, range(len(self.rows)))
        matching = [row for row, text in enumerate(texts) if all(word in text for word in wanted)]
        key, _ = _SORTS[sort]
        with_value = [row for row in matching if key(self.rows[row]) is not None]
        without = [row for row in matching if key(self.rows[row]) is None]
        return [*sorted(with_value, key=lambda row: key(self.rows[row]), reverse=descending), *without]

    @property
    def sorts(self) -> tuple[str, ...]:
        """The columns to sort by: of :data:`SORTS` those that there are."""
        return SORTS if self._has_hosts else tuple(column for column in SORTS if column != "host")

    def _searched(self, row: int) -> str:
        return " ".join(self._text(self.rows[row], column) for column in SORTS).casefold()


def falls(sort: str) -> bool:
    """Whether a column is sorted with the greatest first, where nobody asks for the other way."""
    return _SORTS[sort][1]


def _value(figure: Estimate | None) -> float | None:
    return None if figure is None else figure.value


def _figure(figure: Estimate | None, *, percent: bool = False) -> str:
    return MISSING if figure is None else figure.text(percent=percent)
