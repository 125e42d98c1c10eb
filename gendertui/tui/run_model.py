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
    replaced: str = ""
    """The model that answered until the run ended, where this one took over."""

    def remark(self, key: str) -> str:
        """Which of the two answers and how to change that; empty where there is nothing to change.

        :param key: what lets the other one answer, as a person reads it.
        """
        if self.waits:
            return f"{self.shown}: {self.waits} {key} lets {self.name} answer."
        return f"{self.shown} answers from now on; {key} lets {self.replaced} answer again." if self.replaced else ""

    @property
    def other(self) -> str:
        """The one of the two that does not answer; empty where there is none."""
        return self.name if self.waits else self.replaced


def find(name: str, replaced: str = "") -> RunModel | None:
    """The published model of that name; reads every model of the store.

    :param replaced: the model that it took over from.
    :returns: ``None`` where it has gone.
    """
    from gendertui.model import store

    found = store.info(name)
    if found is None:
        return None
    replaced = replaced if found.answers and replaced != name else ""
    return RunModel(name, escape_control(found.shown), escape_control(store.why_waiting(name)), replaced)
