"""The panes there are, their tabs and their keys. A new one is a module with its class, and its record in ``PANES``.

From the records are made the tabs at the top, the keys that show a pane, bindings, footer, command palette and the
``?`` screens. Classes are imported when they are first shown.

Modules: ``record`` (what a pane and a tab inside one are); the records of ``corpus``, ``configure``, ``train``,
``evaluate`` and ``predict``.
"""

from __future__ import annotations

import itertools

from gendertui.tui.keys import APP_KEYS, Key
from gendertui.tui.panes import configure, corpus, evaluate, predict, train
from gendertui.tui.panes.record import PaneRecord, TabRecord

__all__ = ["DIGITS", "FUNCTION_KEYS", "PANES", "PaneRecord", "TabRecord"]

PANES: dict[str, PaneRecord] = {
    pane.name: pane
    for pane in (
        corpus.PANE,
        configure.PANE,
        train.PANE,
        evaluate.PANE,
        predict.PANE,
    )
}
"""By name, in the order of the tabs at the top."""


def _digits() -> list[Key]:
    """A pane's place, outside text fields; the tenth would have none."""
    return [
        Key(f"{place}", f"show_pane('{pane.name}')", pane.title, f"Show {pane.title}.", footer=False)
        for place, pane in enumerate(itertools.islice(PANES.values(), 9), 1)
    ]


def _function_keys() -> list[Key]:
    """A pane's place, from anywhere, up to the first function key that does something else in a pane or in the app."""
    taken = {key.keys for keys in (APP_KEYS, *(pane.keys for pane in PANES.values())) for key in keys}
    keys = (
        Key(
            f"f{place}",
            f"show_pane('{pane.name}')",
            pane.title,
            f"Show {pane.title}, from anywhere.",
            footer=False,
            always=True,
            palette=False,
            name=f"{pane.name}-anywhere",
        )
        for place, pane in enumerate(PANES.values(), 1)
    )
    return list(itertools.takewhile(lambda key: key.keys not in taken, keys))


DIGITS: tuple[Key, ...] = tuple(_digits())
"""The single keys that show a pane."""

FUNCTION_KEYS: tuple[Key, ...] = tuple(_function_keys())
"""The keys that show a pane from inside a text field too."""


def way_to(pane: str) -> str:
    """Id of the key that shows a pane: of its function key, which acts in text fields too, where it has one."""
    anywhere = f"app.{pane}-anywhere"
    return anywhere if any(key.id == anywhere for key in FUNCTION_KEYS) else f"app.{pane}"
