"""The flags of ``gendertui train``, derived from TrainingConfig: one a field, checked as it is read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click
from click.shell_completion import CompletionItem

from gendertui.cli.terminal.completion import complete_device, file_item
from gendertui.cli.terminal.reading import PREFIX
from gendertui.errors import GendertuiError
from gendertui.training.config import FIELDS, PRESETS, TrainingConfig, preset, with_changes
from gendertui.training.fields import ConfigField

_METAVARS = {int: "N", float: "X", str: "TEXT"}
_READING = "Reading the corpus"
_HEADINGS = {"main": "Fields", "advanced": "More fields"}


class FieldType(click.ParamType[Any]):
    """The value of one field, checked against the model; ``none`` clears a field that can be empty."""

    def __init__(self, field: ConfigField) -> None:
        self.field = field
        self.name = "|".join(field.choices) or _METAVARS[field.kind]

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return f"[{self.name}]" if self.field.choices else self.name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        name = self.field.name
        try:
            return getattr(with_changes(TrainingConfig(), {name: self.field.from_text(value)}), name)
        except GendertuiError as error:
            what = error.what.removeprefix(f"{name}: ")
            self.fail(f"{what}. Allowed: {self.field.allowed}.", param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        if self.field.name == "device":
            return complete_device(ctx, param, incomplete)
        words = self.field.choices or self.field.suggestions
        files = [file_item(incomplete)] if self.field.metadata.is_path else []
        return [*files, *(CompletionItem(word) for word in words if word.startswith(incomplete))]


def grouped(params: Iterable[click.Parameter]) -> dict[str, list[click.Parameter]]:
    """The options of ``train`` by the heading they stand under in its help."""
    found: dict[str, list[click.Parameter]] = {
        "Options": [],
        _READING: [],
        **{heading: [] for heading in _HEADINGS.values()},
    }
    for param in params:
        name = param.name or ""
        if (field := FIELDS.get(name)) is not None:
            found[_HEADINGS[field.metadata.group]].append(param)
        else:
            found[_READING if name.startswith(PREFIX) else "Options"].append(param)
    return found


def options() -> list[click.Option]:
    """An option for each field, in the model's order, those of the Configure screen first."""
    return [_option(field) for group in _HEADINGS for field in FIELDS.values() if field.metadata.group == group]


def _option(field: ConfigField) -> click.Option:
    flag = "--" + field.name.replace("_", "-")
    text = f"{field.description}. {_standing(field)}"
    if field.kind is bool:
        return click.Option([f"{flag}/--no-{flag[2:]}", field.name], default=None, help=text)
    return click.Option([flag, field.name], type=FieldType(field), help=text)


def _standing(field: ConfigField) -> str:
    """The values that hold where the flag is not given: ``[quick 3, tutorial 25; at least 1]``."""
    values = {name: field.as_text(getattr(preset(name), field.name)) for name in PRESETS}
    same = len(set(values.values())) == 1
    words = [next(iter(values.values()))] if same else [f"{name} {value}" for name, value in values.items()]
    return f"[{', '.join(words)}{'; ' if field.bounds else ''}{field.bounds}]"
