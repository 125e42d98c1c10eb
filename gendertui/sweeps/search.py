"""The expression that says which fields a sweep searches: ``learning_rate=log:1e-4..1e-2, hidden_size=32|64|128``.

It is a list of ``FIELD=VALUES``, where the values are choices (``A|B|C``), a range (``LOW..HIGH``), one on a
logarithmic scale (``log:LOW..HIGH``), or one in steps (``step:STEP:LOW..HIGH``). ``log`` and ``step`` mean what they do
in Optuna.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gendertui.errors import ExitCode, GendertuiError
from gendertui.training.config import FIELDS, TrainingConfig, with_changes
from gendertui.training.fields import ConfigField

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

EXAMPLE = "learning_rate=log:1e-4..1e-2, hidden_size=32|64|128, dropout=0..0.6"
_FORMS = "A|B|C, LOW..HIGH, log:LOW..HIGH or step:STEP:LOW..HIGH"


@dataclass(frozen=True)
class Choices:
    """A field that takes one of several values."""

    field: ConfigField
    values: tuple[Any, ...]

    def __str__(self) -> str:
        return f"{self.field.name}={'|'.join(self.field.as_text(value) for value in self.values)}"

    def distribution(self) -> BaseDistribution:
        """As Optuna has it."""
        from optuna.distributions import CategoricalDistribution

        return CategoricalDistribution(self.values)


@dataclass(frozen=True)
class Range:
    """A field of numbers from ``low`` to ``high``, both included."""

    field: ConfigField
    low: float
    high: float
    log: bool = False
    step: float | None = None

    def __str__(self) -> str:
        prefix = "log:" if self.log else "" if self.step is None else f"step:{self.field.as_text(self.step)}:"
        return f"{self.field.name}={prefix}{self.field.as_text(self.low)}..{self.field.as_text(self.high)}"

    def distribution(self) -> BaseDistribution:
        """As Optuna has it."""
        from optuna.distributions import FloatDistribution, IntDistribution

        if self.field.kind is int:
            return IntDistribution(int(self.low), int(self.high), log=self.log, step=int(self.step or 1))
        return FloatDistribution(self.low, self.high, log=self.log, step=self.step)


Dimension = Choices | Range


def parse(text: str, base: TrainingConfig) -> tuple[Dimension, ...]:
    """What an expression says, in its order; ``str`` of a dimension is read back as the same.

    :param base: the configuration whose fields are searched; says what is allowed.
    :raises GendertuiError: the expression is not understood, a field is unknown or cannot be searched, or a value or a
        range is not possible (code USAGE).
    """
    found: dict[str, Dimension] = {}
    for item in text.split(","):
        name, equals, values = (part.strip() for part in item.partition("="))
        if not (name and equals and values):
            raise _wrong(
                f"the search expression has {item.strip()!r}, which is no FIELD=VALUES", f"For example: {EXAMPLE}"
            )
        field = _field(name)
        if field.name in found:
            raise _wrong(f"the search expression names {field.name} twice", "Leave one of them out.")
        found[field.name] = _dimension(field, values, base)
    return tuple(found.values())


def _field(name: str) -> ConfigField:
    field = FIELDS.get(name.replace("-", "_"))
    searchable = [each.name for each in FIELDS.values() if _searchable(each)]
    if field is None:
        raise _wrong(f"there is no field {name!r} to search", f"Fields: {', '.join(searchable)}.")
    if not _searchable(field):
        raise _wrong(
            f"{field.name} cannot be searched: two runs that differ in it alone count as runs of the same model",
            f"Fields: {', '.join(searchable)}.",
        )
    return field


def _searchable(field: ConfigField) -> bool:
    return not field.metadata.ignored_when_matching


def _dimension(field: ConfigField, values: str, base: TrainingConfig) -> Dimension:
    if ".." in values and not field.metadata.is_path:
        return _range(field, values, base)
    if values.startswith(("log:", "step:")):
        raise _wrong(f"{field.name}: {values!r} is no range", f"Write {field.name} as {_FORMS}.")
    choices = tuple(_value(field, each, base) for each in values.split("|"))
    if len(set(choices)) != len(choices):
        raise _wrong(f"{field.name}: a value stands twice in {values!r}", "Give each value once.")
    if len(choices) == 1:
        flag = field.name.replace("_", "-")
        raise _wrong(
            f"{field.name}: one value leaves nothing to search",
            f"Write {field.name} as {_FORMS}; or give it to every trial: --{flag} {values}",
        )
    return Choices(field, choices)


def _range(field: ConfigField, values: str, base: TrainingConfig) -> Range:
    if field.kind not in (int, float):
        raise _wrong(f"{field.name} is no number, so it has no range", f"Give its values: {field.name}=A|B")
    kind, ends, step = "", values, ""
    if values.startswith("log:"):
        kind, ends = "log", values.removeprefix("log:")
    elif values.startswith("step:"):
        kind = "step"
        step, _, ends = values.removeprefix("step:").partition(":")
    low_text, _, high_text = ends.partition("..")
    low, high = (_number(field, each, base) for each in (low_text, high_text))
    if low >= high:
        raise _wrong(
            f"{field.name}: the range {values!r} is empty", f"The lower end comes first: {field.name}=LOW..HIGH"
        )
    if kind == "log" and low <= 0:
        raise _wrong(f"{field.name}: a logarithmic range begins above 0, not at {low_text.strip()}", f"Or: {_FORMS}.")
    found = Range(field, low, high, log=kind == "log", step=_step(field, step, high - low) if kind == "step" else None)
    if found.step is not None:
        # As written in decimals: 0.1 is no whole number of binary fractions.
        span = Decimal(str(high)) - Decimal(str(low))
        if span % Decimal(str(found.step)):
            raise _wrong(
                f"{field.name}: from {low_text.strip()} to {high_text.strip()} is no whole number of steps of "
                f"{step.strip()}",
                "Change an end of the range, or the step.",
            )
    return found


def _number(field: ConfigField, text: str, base: TrainingConfig) -> float:
    value = _value(field, text, base)
    if value is None:
        raise _wrong(f"{field.name}: {text.strip()!r} is no end of a range", f"Allowed: {field.allowed}.")
    number: float = value
    return number


def _step(field: ConfigField, text: str, span: float) -> float:
    try:
        step = int(text) if field.kind is int else float(text)
    except ValueError:
        step = math.nan
    if not 0 < step <= span:
        raise _wrong(
            f"{field.name}: {text.strip()!r} is no step of that range", "A step is above 0 and at most the whole range."
        )
    return step


def _value(field: ConfigField, text: str, base: TrainingConfig) -> Any:
    value = getattr(with_changes(base, {field.name: field.from_text(text)}), field.name)
    if isinstance(value, float) and not math.isfinite(value):
        raise _wrong(f"{field.name}: {text.strip()!r} is not allowed", f"Allowed for {field.name}: {field.allowed}.")
    return value


def _wrong(what: str, hint: str) -> GendertuiError:
    return GendertuiError(what, hint=hint, code=ExitCode.USAGE)
