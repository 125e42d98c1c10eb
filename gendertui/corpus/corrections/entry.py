"""One decision about the label of a unit (a speaker, a group or a line), and the line of JSON that keeps it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from gendertui.corpus.units import Unit

Act = Literal["right", "label", "leave-out", "undo"]
"""The corpus's label is right; another one is (or one at last); the unit is to have none; the last decision about it is
taken back."""
RIGHT: Act = "right"
LABEL: Act = "label"
LEAVE_OUT: Act = "leave-out"
UNDO: Act = "undo"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(frozen=True, order=True)
class Key:
    """What identifies a unit in its corpus. No text of a line is in it."""

    unit: Unit
    group: str = ""
    """Id of the group; of a speaker the one it belongs to, since speakers' ids are unique within a group only."""
    speaker: str = ""
    row: int = -1
    """Row of a line in the table."""
    digest: str = ""
    """First 16 hexadecimal digits of the sha256 of a line's text: a row of another text is another line."""

    def to_json(self) -> dict[str, Any]:
        if self.unit == "line":
            return {"unit": self.unit, "row": self.row, "sha256": self.digest}
        speaker = {"speaker": self.speaker} if self.unit == "speaker" else {}
        return {"unit": self.unit, "group": self.group, **speaker}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Key:
        """:raises ValueError: it is not what :meth:`to_json` gave."""
        unit = _one_of(value, "unit", get_args(Unit))
        if unit == "line":
            row = value.get("row")
            if not isinstance(row, int) or isinstance(row, bool) or row < 0:
                raise ValueError(f"row is {row!r}, not the number of a row")
            return cls("line", row=row, digest=_text(value, "sha256"))
        if unit == "group":
            return cls("group", _text(value, "group"))
        return cls("speaker", _text(value, "group"), _text(value, "speaker"))


@dataclass(frozen=True)
class Correction:
    """One decision: who took it about what, and when."""

    key: Key
    act: Act
    before: str | None
    """The label that the corpus gives the unit; of an undo, the one it had until then. ``None`` for none."""
    after: str | None
    """The label it has from then on."""
    when: str
    """UTC, to the second: ``2026-01-31T12:00:00Z``."""
    who: str
    """The user's name on this machine. It goes nowhere but into this file and its exports."""
    name: str = ""
    """What a person knows the unit by; for readers of the file alone."""

    @property
    def changes(self) -> bool:
        """Whether it gives the unit another label than the corpus does, or takes its label away."""
        return self.act in (LABEL, LEAVE_OUT)

    def to_json(self) -> dict[str, Any]:
        name = {"name": self.name} if self.name else {}
        return {
            **self.key.to_json(),
            **name,
            "decision": self.act,
            "from": self.before,
            "to": self.after,
            "when": self.when,
            "who": self.who,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any], labels: tuple[str, str]) -> Correction:
        """Read what :meth:`to_json` gave.

        :param labels: of the corpus.
        :raises ValueError: it is something else; the message says what.
        """
        act = _one_of(value, "decision", get_args(Act))
        for name in ("from", "to"):
            if name not in value or value[name] not in (*labels, None):
                raise ValueError(f"{name} is {value.get(name)!r}, not {labels[0]!r}, {labels[1]!r} or null")
        before, after = value["from"], value["to"]
        if (act == RIGHT and after != before) or (act == LABEL and after in (before, None)):
            raise ValueError(f"{act} does not go from {before!r} to {after!r}")
        if act == LEAVE_OUT and after is not None:
            raise ValueError(f"a unit that is left out has no label, and to is {after!r}")
        if not _TIME.fullmatch(when := _text(value, "when")):
            raise ValueError(f"when is {when!r}, not a time like 2026-01-31T12:00:00Z")
        name = _text(value, "name") if "name" in value else ""
        return cls(Key.from_json(value), act, before, after, when, _text(value, "who"), name)


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    if not isinstance(found, str):
        raise ValueError(f"{name} is {found!r}, not a text" if name in value else f"it has no {name}")
    return found


def _one_of(value: Mapping[str, Any], name: str, choices: tuple[Any, ...]) -> Any:
    found = _text(value, name)
    if found not in choices:
        raise ValueError(f"{name} is {found!r}, not one of {', '.join(choices)}")
    return found
