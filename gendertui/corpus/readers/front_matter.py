"""The head of a data set's README in YAML: which files are which set, and the names of classes.

Only what Hugging Face writes there is understood: mappings, lists and plain or quoted values, by indentation. Anything
else in the head is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MAXIMUM_BYTES = 2**20
_FENCE = "---"
_TOP = re.compile(r"(dataset_info|configs):\s*(#.*)?$")
_KEY = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s'"#\-\[{][^#]*?|-[^\s#][^#]*?):(?:\s+(.*))?$""")


@dataclass(frozen=True)
class Config:
    """One of the data sets that a folder holds."""

    name: str
    classes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Column → its class names."""
    patterns: tuple[tuple[str, str], ...] = ()
    """Set and files, as a path or pattern within the folder; empty if the files' own names say it."""


@dataclass(frozen=True)
class FrontMatter:
    """What a README says of the data beside it."""

    configs: tuple[Config, ...] = ()
    problem: str = ""
    """What of it was not understood, if anything."""


class _SyntaxError(ValueError):
    pass


_Line = tuple[int, int, str]
"""Number, indentation and content of a line."""


def read(readme: Path) -> FrontMatter:
    """What a README says; nothing where there is none, or it has no such head.

    :raises OSError: it cannot be read.
    """
    if not readme.is_file():
        return FrontMatter()
    with readme.open("rb") as stream:
        text = stream.read(MAXIMUM_BYTES).decode("utf-8-sig", "replace")
    try:
        sections = {name: _parsed(lines) for name, lines in _sections(text).items()}
    except _SyntaxError as error:
        return FrontMatter(problem=f"{readme.name}: {error}")
    described = {_name(each): each for each in _listed(sections.get("dataset_info"))}
    placed = {_name(each): each for each in _listed(sections.get("configs"))}
    names = dict.fromkeys((*placed, *described))
    return FrontMatter(
        tuple(Config(name, _classes(described.get(name, {})), _patterns(placed.get(name, {}))) for name in names)
    )


def _sections(text: str) -> dict[str, list[_Line]]:
    """The lines below each top-level key that matters; blank ones and remarks left out."""
    lines = text.replace("\r\n", "\n").split("\n")
    found: dict[str, list[_Line]] = {}
    if not lines or lines[0].rstrip() != _FENCE:
        return found
    current: list[_Line] | None = None
    for number, line in enumerate(lines[1:], 2):
        if line.rstrip() == _FENCE:
            break
        content = line.strip()
        if line[:1] not in ("", " ", "-", "#"):
            matched = _TOP.match(line)
            current = found.setdefault(matched.group(1), []) if matched else None
        elif current is not None and content and not content.startswith("#"):
            current.append((number, len(line) - len(line.lstrip(" ")), content))
    return found


def _parsed(lines: list[_Line]) -> Any:
    if not lines:
        return None
    value, place = _block(lines, 0)
    if place < len(lines):
        raise _SyntaxError(f"line {lines[place][0]} is not understood: {lines[place][2][:80]}")
    return value


def _block(lines: list[_Line], place: int) -> tuple[Any, int]:
    """The mapping or list that begins at a line, and the place behind it."""
    indent = lines[place][1]
    return (_list if _is_item(lines[place][2]) else _mapping)(lines, place, indent)


def _is_item(content: str) -> bool:
    return content == "-" or content.startswith("- ")


def _list(lines: list[_Line], place: int, indent: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    while place < len(lines) and lines[place][1] == indent and _is_item(lines[place][2]):
        number, _, content = lines[place]
        rest = content[1:].lstrip()
        if not rest:
            value, place = _below(lines, place + 1, indent)
        elif _is_item(rest) or _KEY.match(rest):
            # "- name: text": a mapping whose first key stands behind the dash.
            lines[place] = (number, indent + len(content) - len(rest), rest)
            value, place = _block(lines, place)
        else:
            value, place = _scalar(rest), place + 1
        found.append(value)
    return found, place


def _mapping(lines: list[_Line], place: int, indent: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    while place < len(lines) and lines[place][1] == indent and not _is_item(lines[place][2]):
        number, _, content = lines[place]
        matched = _KEY.match(content)
        if matched is None:
            raise _SyntaxError(f"line {number} is not understood: {content[:80]}")
        key, rest = str(_scalar(matched.group(1))), matched.group(2)
        if rest and not rest.startswith("#"):
            value, place = _scalar(rest), place + 1
            # A long text goes on in lines that are indented further.
            while place < len(lines) and lines[place][1] > indent:
                place += 1
        else:
            value, place = _below(lines, place + 1, indent)
        found[key] = value
    return found, place


def _below(lines: list[_Line], place: int, indent: int) -> tuple[Any, int]:
    """What stands under a key or dash; a list may be indented as its key is."""
    if place == len(lines):
        return None, place
    _, next_indent, content = lines[place]
    if next_indent > indent or (next_indent == indent and _is_item(content) and not _is_item(lines[place - 1][2])):
        return _block(lines, place)
    return None, place


def _scalar(text: str) -> Any:
    text = text.strip()
    if text[:1] == '"' and (matched := re.match(r'"((?:[^"\\]|\\.)*)"', text)):
        return re.sub(r"\\(.)", r"\1", matched.group(1))
    if text[:1] == "'" and (matched := re.match(r"'((?:[^']|'')*)'", text)):
        return matched.group(1).replace("''", "'")
    text = re.split(r"\s#", text)[0].strip()
    if text[:1] == "[" and text[-1:] == "]":
        return [_scalar(part) for part in text[1:-1].split(",") if part.strip()]
    return text


def _listed(value: Any) -> list[dict[str, Any]]:
    """The mappings in a list, or the only one."""
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]


def _name(config: Mapping[str, Any]) -> str:
    return str(config.get("config_name", "default"))


def _classes(described: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    features = _listed(described.get("features"))
    found = {str(each.get("name")): _class_names(each) for each in features}
    return {column: names for column, names in found.items() if names}


def _class_names(feature: Mapping[str, Any]) -> Sequence[str]:
    """Class names anywhere below a feature: of a column of numbers, or of lists of them."""
    for key, value in feature.items():
        if not isinstance(value, dict):
            continue
        names = value.get("names") if key == "class_label" else _class_names(value)
        if isinstance(names, dict):
            numbered = {int(number): str(name) for number, name in names.items() if number.isdecimal()}
            return [numbered.get(number, str(number)) for number in range(max(numbered, default=-1) + 1)]
        if names:
            return [str(name) for name in names]
    return []


def _patterns(placed: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    given = placed.get("data_files")
    if isinstance(given, str):
        return (("train", given),)
    found: list[tuple[str, str]] = []
    for each in given if isinstance(given, list) else []:
        if isinstance(each, str):
            found.append(("train", each))
        elif isinstance(each, dict):
            paths = each.get("path")
            listed = paths if isinstance(paths, list) else [paths]
            found += [(str(each.get("split", "train")), path) for path in listed if isinstance(path, str)]
    return tuple(found)
