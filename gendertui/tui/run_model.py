"""The model that came of a run: how good it is, and why it does not answer where it does not."""

from __future__ import annotations

from dataclasses import dataclass

from gendertui.sanitize import escape_control


@dataclass(frozen=True)
class RunModel:
    """A run's model, as the Train pane speaks of it."""

    name: str
    shown: str
    """The name with its figure: ``quick-films · 57.9 %``."""
    waits: str
    """Why it does not answer, and which model does; empty where it answers."""


def find(name: str) -> RunModel | None:
    """The published model of that name; reads every model of the store.

    :returns: ``None`` where it has gone.
    """
    from gendertui.model import store

    found = store.info(name)
    if found is None:
        return None
    return RunModel(name, escape_control(found.shown), escape_control(store.why_waiting(name)))
