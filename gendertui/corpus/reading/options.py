"""What a person says of how a file is to be read."""

from __future__ import annotations

import dataclasses
import shlex
from dataclasses import dataclass
from typing import Any

from gendertui.errors import ExitCode, GendertuiError

REST = "*"
UNLABELLED = "?"
LEFT_OUT = ""
NO_COLUMN = "-"
ON, OFF = "on", "off"
FLAGS = {
    "format": "--format",
    "encoding": "--encoding",
    "delimiter": "--delimiter",
    "text": "--text",
    "label": "--label",
    "group": "--group",
    "id": "--id",
    "mapping": "--map",
    "labels": "--labels",
    "corrections": "--corrections",
}
"""Field of :class:`ReadingOptions` → flag of the commands that take a corpus."""


@dataclass(frozen=True)
class ReadingOptions:
    """How a file is to be read; what is ``None`` is found out.

    Every field is a flag of the commands that take a corpus (``quoting`` and ``header`` apart, which only the Reading
    panel offers), is remembered for the file, and is saved in a run.
    """

    format: str | None = None
    """Name of a :class:`~gendertui.corpus.readers.Reader`."""
    encoding: str | None = None
    """A codec's name, ``utf-8``."""
    delimiter: str | None = None
    """One character."""
    quoting: bool | None = None
    """Whether quotation marks enclose fields."""
    header: bool | None = None
    """Whether the first row names the columns."""
    text: str | None = None
    """Column of the text: its name, or its number from 1 where the file names none."""
    label: str | None = None
    """Column of the label; :data:`NO_COLUMN` for none."""
    group: str | None = None
    """Column of the group; :data:`NO_COLUMN` for none."""
    id: str | None = None
    """Column of the line's id; :data:`NO_COLUMN` for none."""
    mapping: tuple[tuple[str, str], ...] = ()
    """Value of the label column → label; :data:`UNLABELLED` or :data:`LEFT_OUT` in place of a label, :data:`REST` in
    place of a value."""
    labels: tuple[str, str] | None = None
    """The negative and the positive label."""
    corrections: bool | None = None
    """Whether labels changed by hand are applied. They are not unless that is asked for: a corpus is what its file says
    until somebody wants it otherwise."""

    def to_json(self) -> dict[str, Any]:
        """What is not ``None`` or empty."""
        return {name: value for name, value in dataclasses.asdict(self).items() if value not in (None, ())}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> ReadingOptions:
        """Of what :meth:`to_json` gave.

        :raises ValueError: it holds something else.
        """
        known = {field.name for field in dataclasses.fields(cls)}
        if not set(value) <= known:
            raise ValueError(f"unknown reading options: {', '.join(sorted(set(value) - known))}")
        value = dict(value)
        if "mapping" in value:
            value["mapping"] = tuple((str(raw), str(label)) for raw, label in value["mapping"])
        if "labels" in value:
            negative, positive = value["labels"]
            value["labels"] = (str(negative), str(positive))
        return cls(**value)

    def over(self, other: ReadingOptions) -> ReadingOptions:
        """These, and the other's where these say nothing."""
        return dataclasses.replace(other, **{name: getattr(self, name) for name in self.to_json()})

    @property
    def flags(self) -> list[str]:
        """As flags of a command: ``--text``, ``body``, ``--map``, ``m=male,M=male``."""
        found: list[str] = []
        for name, value in self.to_json().items():
            if name == "mapping":
                value = ",".join(f"{raw}={label}" for raw, label in value)
            elif name == "labels":
                value = ",".join(value)
            elif value == "\t":
                value = "tab"
            elif name == "corrections":
                value = ON if value else OFF
            if name in FLAGS:
                found += [FLAGS[name], value]
        return found

    @property
    def of_the_file(self) -> dict[str, Any]:
        """:meth:`to_json` of what says how the file is read, without what is done to its labels afterwards."""
        return {name: value for name, value in self.to_json().items() if name != "corrections"}

    @property
    def words(self) -> str:
        """On one line, for people; empty where nothing is asked for."""
        more = [f"{name} {'yes' if value else 'no'}" for name, value in self.to_json().items() if name not in FLAGS]
        return " ".join([shlex.join(self.flags), *more]).strip()

    def changed(self, name: str, value: Any) -> ReadingOptions:
        """These with another value in the field of that name."""
        return dataclasses.replace(self, **{name: value})


NO_OPTIONS = ReadingOptions()


def parse_mapping(text: str) -> tuple[tuple[str, str], ...]:
    """``m=male,M=male,*=?`` as pairs; a comma that a space follows may be part of a value, as in ``good, funny=good``.

    :raises GendertuiError: a part has no equals sign.
    """
    parts: list[str] = []
    for part in text.split(","):
        if parts and "=" not in parts[-1] and part.startswith(" "):
            parts[-1] += f",{part}"
        elif part.strip():
            parts.append(part)
    if any("=" not in part for part in parts):
        raise GendertuiError(
            f"{text!r} is no mapping of labels",
            hint="Write VALUE=LABEL, separated by commas: --map 'm=male,M=male'. VALUE=? leaves a value unlabelled, "
            "VALUE= leaves its rows out, *=? means all other values.",
            code=ExitCode.USAGE,
        )
    pairs = (part.rpartition("=") for part in parts)
    return tuple((value.strip(), label.strip()) for value, _, label in pairs)


def parse_labels(text: str) -> tuple[str, str]:
    """``neg,pos`` as the negative and the positive label.

    :raises GendertuiError: these are not two different labels.
    """
    parts = tuple(part.strip() for part in text.split(","))
    if len(parts) != 2 or not all(parts) or parts[0] == parts[1]:
        raise GendertuiError(
            f"{text!r} does not name two labels",
            hint="Name the negative and the positive label: --labels neg,pos.",
            code=ExitCode.USAGE,
        )
    return parts[0], parts[1]


_DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|", "pipe": "|", "space": " "}


def parse_delimiter(text: str) -> str:
    """One character; ``tab`` and ``\\t`` mean the tab.

    :raises GendertuiError: it is something else.
    """
    delimiter = _DELIMITERS.get(text.lower(), text)
    if len(delimiter) != 1 or delimiter in '\r\n"':
        raise GendertuiError(
            f"{text!r} is no delimiter",
            hint="Give one character, or tab: --delimiter tab.",
            code=ExitCode.USAGE,
        )
    return delimiter


def delimiter_name(delimiter: str) -> str:
    """What :func:`parse_delimiter` understands: ``tab``, ``comma``; of others the character itself."""
    return next((name for name, sign in _DELIMITERS.items() if sign == delimiter), delimiter)


def parse_corrections(text: str) -> bool:
    """``on`` or ``off``.

    :raises GendertuiError: it is neither.
    """
    if text not in (ON, OFF):
        raise GendertuiError(
            f"--corrections is {ON} or {OFF}, not {text!r}", hint="Try: --corrections on.", code=ExitCode.USAGE
        )
    return text == ON
