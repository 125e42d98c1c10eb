"""What a field is, in full: its sentence, what it takes, what the preset has, what it affects."""

from __future__ import annotations

from textual.content import Content

from gendertui.training.config import FIELDS, PRESETS
from gendertui.training.fields import ConfigField, shown_name
from gendertui.tui.formatting import literal


def field_words(field: ConfigField, base: str, preset: str, problem: str | None) -> Content:
    """Two sentences and a line.

    :param base: what the preset of the name ``preset`` has, as text.
    :param problem: what is wrong with what the field has now.
    """
    if problem is not None:
        first = Content.styled(f"✗ {shown_name(field.name)} takes {problem}", "$text-error")
    else:
        first = Content.assemble((shown_name(field.name), "bold"), f": {field.title}")
    takes = "" if problem is not None or field.allowed == field.description else f"Takes {field.allowed}. "
    rest = f"{takes}The preset {preset} has {base}. {_affects(field)}"
    return Content("\n").join([first, literal(rest)])


def preset_words(name: str) -> Content:
    """What a preset sets among the advanced fields, which may be folded away."""
    changes = (
        f"{shown_name(field)} {FIELDS[field].as_text(value)}"
        for field, value in PRESETS[name][1].items()
        if FIELDS[field].metadata.group == "advanced"
    )
    return Content(f"Under Advanced {name} also sets: {' · '.join(changes)}.")


def brief(field: ConfigField) -> str:
    """The first words of what it is, which stand for themselves."""
    words = field.description
    for end in ("; ", ": ", " ("):
        words = words.partition(end)[0]
    return words.strip()


def _affects(field: ConfigField) -> str:
    if not field.metadata.part_of_model:
        return "Affects how fast it trains, not what is learned."
    return "Affects the model and how fast it trains." if field.metadata.affects_speed else "Affects the model."
