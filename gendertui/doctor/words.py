"""A report for a person: sections of lines, the same in the shell and in the app, with nothing a terminal obeys."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from gendertui.doctor.records import Report
from gendertui.formatting import size
from gendertui.sanitize import escape_control

CELLS = 96
"""Width of a remedy with its margin, where no terminal is narrower."""
_MARGIN = " " * 6


@dataclass(frozen=True)
class Line:
    """One thing, what to do about it, and whether that must be done for the program to work."""

    text: str
    remedy: str = ""
    needed: bool = False


@dataclass(frozen=True)
class Section:
    """A heading and its lines."""

    title: str
    lines: tuple[Line, ...] = ()


def sections(report: Report) -> list[Section]:
    """The report in the order in which it is read."""
    found = [
        Section(f"Python {report.python} on {report.platform}", tuple(_versions(report))),
        Section(_terminal(report)),
        Section("Devices" if report.probe else "Devices: unknown", tuple(_devices(report))),
        Section("Folders (and whether they can be deleted)", tuple(_folders(report))),
        *([Section("What can end a run", tuple(_endings(report)))] if report.endings else []),
        Section("Missing" if report.findings else "Nothing is missing.", tuple(_missing(report))),
    ]
    return [Section(escape_control(each.title), tuple(map(_harmless, each.lines))) for each in found]


def as_text(found: Iterable[Section], cells: int = CELLS) -> str:
    """Sections as they stand in the shell, and on the clipboard; a remedy in so many cells."""
    lines: list[str] = []
    for section in found:
        lines.append(section.title)
        for line in section.lines:
            lines.append(f"  {line.text}")
            wrapped = textwrap.wrap(
                line.remedy, max(cells - len(_MARGIN), 1), break_long_words=False, break_on_hyphens=False
            )
            lines += [f"{_MARGIN}{part}" for part in wrapped]
    return "\n".join(lines) + "\n"


def _harmless(line: Line) -> Line:
    return replace(line, text=escape_control(line.text), remedy=escape_control(line.remedy))


def _versions(report: Report) -> Iterator[Line]:
    for name, found in report.versions.items():
        yield Line(f"{name:<22} {found or 'not installed'}")


def _terminal(report: Report) -> str:
    terminal = report.terminal
    place = " in tmux" * terminal.tmux + " over SSH" * terminal.ssh
    named = ", ".join(f"{name}={terminal.environment.get(name, '')}" for name in ("TERM", "COLORTERM"))
    return f"Terminal {terminal.columns}×{terminal.rows}{place}, {named}, {terminal.encoding}"


def _devices(report: Report) -> Iterator[Line]:
    probe = report.probe
    for device in probe["devices"] if probe else ():
        memory, free, speed = device["memory_total"], device["memory_free"], device["matmul_ms"]
        physical = device["physical_index"]
        yield Line(
            f"{device['id']:<8} {device['name']}"
            + (f", GPU {physical} of the machine" if physical is not None else "")
            + (f", {size(memory)}" if memory else "")
            + (f", {size(free)} free" if free is not None else "")
            + (f", matrix product {speed:.2f} ms" if speed is not None else ", cannot compute")
            + ("  ← auto" if probe and device["id"] == probe["default"] else "")
        )


def _folders(report: Report) -> Iterator[Line]:
    for each in report.folders:
        yield Line(f"{each.what:<14} {size(each.bytes):>9}  {each.path}  ({each.deletable})")


def _endings(report: Report) -> Iterator[Line]:
    for each in report.endings:
        yield Line(each.what, each.remedy)


def _missing(report: Report) -> Iterator[Line]:
    for each in report.findings:
        needed = each.code is not None
        yield Line(f"{'needed' if needed else 'optional'}: {each.what}", each.how, needed)
