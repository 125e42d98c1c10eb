"""One field of the configuration: its metadata, its allowed values, and its values as text.

The form, the flags and the help texts all show values as :meth:`ConfigField.as_text` returns them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import GetCoreSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema

NONE = "none"
_YES_NO = {True: "yes", False: "no"}
_LIMITS = (("at least", Ge, "ge"), ("more than", Gt, "gt"), ("at most", Le, "le"), ("less than", Lt, "lt"))


def shown_name(name: str) -> str:
    """A field's name as the form and tables have it: ``learning rate``."""
    return name.replace("_", " ")


@dataclass(frozen=True, kw_only=True)
class FieldMetadata:
    """What the program must know about a field besides its type and help; part of the field's ``Annotated``."""

    group: Literal["main", "advanced"]
    """``main``: always on the Configure screen; ``advanced``: under the fold."""
    affects_speed: bool
    """Whether it affects training speed, so that a measured speed holds for one value only."""
    part_of_model: bool = True
    """Whether it defines the model. The others say where it is trained; they are left out of the bundle, its card and
    the command that trains it again."""
    ignored_when_matching: bool = False
    """Whether two runs that differ only in this field count as runs of the same model."""
    resolved: bool = False
    """Whether preparing a run replaces it by its resolved value. The requested value is kept beside it, for a resume
    on another device."""
    is_path: bool = False
    """Whether it may be a path; a bundle and a command keep only the file's name."""
    unit: str = ""
    """Unit of a number, where that says more than the type."""
    choices: Callable[[], Iterable[str]] | None = None
    """The values allowed, where a registry has them; called each time, since a registry may grow."""
    canonical: Callable[[str], str] | None = None
    """Gives today's name of a choice that may be given by an earlier one."""
    suggestions: Callable[[], Iterable[str]] | None = None
    """Values offered while typing; others are accepted too."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        return schema if self.choices is None else core_schema.no_info_after_validator_function(self._one_of, schema)

    def _one_of(self, value: str) -> str:
        value = value if self.canonical is None else self.canonical(value)
        if self.choices is not None and value not in self.choices():
            raise ValueError(f"{value!r} is none of the choices")
        return value


@dataclass(frozen=True)
class ConfigField:
    """A field by its name, with what its type and its metadata say."""

    name: str
    description: str
    annotation: Any
    metadata: FieldMetadata
    limits: tuple[Any, ...] = ()
    """Limits of a number, as pydantic keeps them."""

    @classmethod
    def of(cls, name: str, info: FieldInfo) -> ConfigField:
        """A field of a pydantic model.

        :raises TypeError: it has no :class:`FieldMetadata`.
        """
        found = [part for part in info.metadata if isinstance(part, FieldMetadata)]
        if len(found) != 1:
            raise TypeError(f"{name} has no FieldMetadata")
        limits = tuple(part for part in info.metadata if isinstance(part, Ge | Gt | Le | Lt))
        return cls(name, info.description or "", info.annotation, found[0], limits)

    @property
    def title(self) -> str:
        """Its description, with its unit if it has one."""
        return f"{self.description} ({self.metadata.unit})" if self.metadata.unit else self.description

    @cached_property
    def optional(self) -> bool:
        """Whether ``none`` is allowed."""
        return type(None) in get_args(self.annotation)

    @cached_property
    def kind(self) -> type:
        """``bool``, ``int``, ``float`` or ``str``."""
        if get_origin(self.annotation) is Literal:
            return str
        kinds = get_args(self.annotation) or (self.annotation,)
        return next(kind for kind in (bool, int, float, str) if kind in kinds)

    @property
    def choices(self) -> tuple[str, ...]:
        """Its values as texts, if it has a fixed set of them; else empty."""
        if self.kind is bool:
            return tuple(_YES_NO.values())
        if get_origin(self.annotation) is Literal:
            return get_args(self.annotation)
        return () if self.metadata.choices is None else tuple(self.metadata.choices())

    @property
    def suggestions(self) -> tuple[str, ...]:
        """Values to offer while typing."""
        return () if self.metadata.suggestions is None else tuple(self.metadata.suggestions())

    @property
    def bounds(self) -> str:
        """Its limits and whether it may be empty, in words: ``at least 1, or none``; empty if it has no limits."""
        limits = [
            f"{words} {limit:,}" if isinstance(limit, int) else f"{words} {limit:g}"
            for words, kind, attribute in _LIMITS
            for part in self.limits
            if isinstance(part, kind) and (limit := getattr(part, attribute)) is not None
        ]
        return " and ".join(limits) + (", or none" if self.optional else "")

    @property
    def allowed(self) -> str:
        """The values allowed, in words."""
        if self.choices:
            return ", ".join(self.choices)
        if self.kind is str:
            return self.description
        what = "a whole number" if self.kind is int else "a number"
        return f"{what} {self.bounds}".replace(" ,", ",").strip()

    def as_text(self, value: Any) -> str:
        """A value as the form shows it and a flag takes it; :meth:`from_text` reads it back."""
        if value is None:
            return NONE
        if isinstance(value, bool):
            return _YES_NO[value]
        if isinstance(value, float):
            short = f"{value:g}"
            return short if float(short) == value else repr(value)
        return str(value)

    def from_text(self, text: str) -> Any:
        """The value of a text, not yet validated; ``none`` and the empty text are ``None`` for a field that may be
        empty."""
        text = text.strip()
        if self.optional and text.lower() in (NONE, ""):
            return None
        if self.kind is bool:
            return {word: value for value, word in _YES_NO.items()}.get(text, text)
        return text
