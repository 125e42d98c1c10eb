"""The flags of ``gendertui train``, derived from TrainingConfig: one a field, checked as it is read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

import click
from click.shell_completion import CompletionItem

from gendertui.errors import GendertuiError
from gendertui.training.config import PRESETS, TrainingConfig, allowed, choices, with_changes


class FieldType(click.ParamType[Any]):
    """The value of one field, checked against the model; ``none`` clears a field that can be empty."""

    def __init__(self, field: str) -> None:
        self.field = field
        self.words = choices(field)
        self.name = "|".join(self.words) if self.words else _kind(field)
        self.optional = type(None) in get_args(TrainingConfig.model_fields[field].annotation)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return f"[{self.name}]" if self.words else self.name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        given = None if self.optional and value == "none" else value
        try:
            return getattr(with_changes(TrainingConfig(), {self.field: given}), self.field)
        except GendertuiError as error:
            what = error.what.removeprefix(f"{self.field}: ")
            self.fail(f"{what}. Allowed: {allowed(self.field)}.", param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        if self.field == "vectors":
            return [CompletionItem(incomplete, type="file")]
        return [CompletionItem(word) for word in self.words if word.startswith(incomplete)]


def _kind(field: str) -> str:
    annotation = TrainingConfig.model_fields[field].annotation
    kinds = get_args(annotation) or (annotation,)
    return "N" if int in kinds else "X" if float in kinds else "TEXT"


def grouped(params: Iterable[click.Parameter]) -> dict[str, list[click.Parameter]]:
    """The options of ``train`` by the heading they stand under in its help."""
    headings = {"main": "Fields", "advanced": "More fields"}
    found: dict[str, list[click.Parameter]] = {"Options": [], **{heading: [] for heading in headings.values()}}
    for param in params:
        group = _group(param.name) if param.name in TrainingConfig.model_fields else None
        found["Options" if group is None else headings[group]].append(param)
    return found


def _group(field: str) -> str:
    extra = TrainingConfig.model_fields[field].json_schema_extra
    assert isinstance(extra, dict)
    return str(extra["group"])


def options(group: str) -> list[click.Option]:
    """The options of one group of fields (``main`` or ``advanced``), in the model's order."""
    found = []
    for name, field in TrainingConfig.model_fields.items():
        if _group(name) != group:
            continue
        flag = "--" + name.replace("_", "-")
        text = f"{field.description}. {_standing(name)}"
        if field.annotation is bool:
            found.append(click.Option([f"{flag}/--no-{flag[2:]}", name], default=None, help=text))
        else:
            found.append(click.Option([flag, name], type=FieldType(name), help=text))
    return found


def _standing(name: str) -> str:
    """The values that hold where the flag is not given: ``(quick 3, tutorial 25; at least 1)``."""
    values = {preset: getattr(TrainingConfig(**changes), name) for preset, (_, changes) in PRESETS.items()}
    same = len(set(values.values())) == 1
    words = [_word(next(iter(values.values())))] if same else [f"{p} {_word(v)}" for p, v in values.items()]
    limits = "" if choices(name) else _limits(name)
    return f"[{', '.join(words)}{'; ' if limits else ''}{limits}]"


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _limits(name: str) -> str:
    words = allowed(name)
    for kind in ("a whole number", "a number"):
        if words.startswith(kind):
            return words.removeprefix(kind).strip(" ,")
    return ""
