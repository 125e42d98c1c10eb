"""The model that came of a run: how good it is, and which of the two answers, it or the one before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendertui.sanitize import escape_control

if TYPE_CHECKING:
    from gendertui.model.listing import ModelInfo


@dataclass(frozen=True)
class ModelOption:
    """One of two models that a person chooses from."""

    name: str
    shown: str
    """The name with its figure: ``quick-films · 57.9 %``."""
    figures: str
    """With their intervals."""


@dataclass(frozen=True)
class ModelQuestion:
    """Which model answers from now on, that of a run or the one before, is for the person to say."""

    new: ModelOption
    old: ModelOption
    comparison: str
    """What there is to say of the new one beside the old one, in a sentence."""
    default: ModelOption
    """The one that answers if nobody says, see :mod:`gendertui.model.standing`: one of the two, or that of another run,
    which came before and was not decided about."""

    @property
    def options(self) -> tuple[ModelOption, ...]:
        """What there is to choose from, each once."""
        return tuple(dict.fromkeys((self.new, self.default, self.old)))

    def remark(self, key: str) -> str:
        """What is to be decided.

        :param key: what asks it again, as a person reads it.
        """
        *others, last = (option.shown for option in self.options)
        choice = f"{', '.join(others)} or {last}"
        return f"Which model answers from now on, {choice}? {key} decides; so far {self.old.name}."


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


def find(name: str, before: str = "") -> RunModel | None:
    """The published model of that name; reads every model of the store.

    :param before: the model that answered when the run ended.
    :returns: ``None`` where it has gone.
    """
    from gendertui.model import store

    found = store.info(name)
    if found is None:
        return None
    shown = escape_control(found.shown)
    replaced = before if found.answers and before != name else ""
    return RunModel(name, shown, escape_control(store.why_waiting(name)), replaced)


def question(name: str, before: str) -> ModelQuestion | None:
    """Which of two models answers from now on.

    :returns: ``None`` where there is nothing to choose from: one of the two is not there, or broken, or they are the
        same.
    """
    from gendertui.model import store
    from gendertui.model.standing import compared_in_words

    models = store.list_models()
    new, old = (next((model for model in models if model.name == each), None) for each in (name, before))
    if new is None or old is None or new is old or new.evidence is None or old.evidence is None:
        return None
    default = next((model for model in models if model.answers), old)
    return ModelQuestion(
        new=_option(new),
        old=_option(old),
        comparison=escape_control(compared_in_words(name, new.evidence, before, old.evidence)),
        default=_option(default),
    )


def _option(model: ModelInfo) -> ModelOption:
    return ModelOption(
        model.name, escape_control(model.shown), "" if model.evidence is None else model.evidence.figures
    )
