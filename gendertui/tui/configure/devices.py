"""The devices there are, as a list: what trains is chosen by ⏎, and stands in the field ``device`` too."""

from __future__ import annotations

from typing import Any

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from gendertui.formatting import number, size
from gendertui.tui.formatting import literal

AUTO = "auto"
CPU = "cpu"


class DeviceList(OptionList):
    """``auto`` and each device; where there is only the processor, both are one."""

    _shown: tuple[dict[str, Any] | None, str] = (None, AUTO)
    _room = 0
    """Cells of a line, when it was filled."""

    def on_resize(self) -> None:
        """How much of a device's memory has room beside its name hangs on the width."""
        if self.scrollable_content_region.width != self._room:
            self.show(*self._shown)

    def show(self, answer: dict[str, Any] | None, chosen: str) -> None:
        """List what the probe found, ``None`` while it looks."""
        self._shown = answer, chosen
        self._room = self.scrollable_content_region.width
        self.clear_options()
        if answer is None:
            self.add_option(Option(Content.styled("looking …", "dim"), disabled=True))
            return
        devices, room = answer["devices"], self._room
        if [device["id"] for device in devices] == [CPU]:
            self.add_option(Option(_prompt(f"{AUTO} ({CPU})", devices[0], room), id=AUTO))
        else:
            self.add_option(Option(Content.assemble((f"{AUTO} ({answer['default']})", "bold")), id=AUTO))
            self.add_options(Option(_prompt(_name(device), device, room), id=device["id"]) for device in devices)
        self.mark(chosen)

    def mark(self, chosen: str) -> None:
        """Put the cursor on what the field has."""
        self._shown = self._shown[0], chosen
        ids = [option.id for option in self.options]
        if ids == [AUTO] and chosen == CPU:
            chosen = AUTO
        with self.prevent(OptionList.OptionHighlighted):
            self.highlighted = ids.index(chosen) if chosen in ids else None


def _name(device: dict[str, Any]) -> str:
    """``cuda:0``, with the number its driver knows it by where that is another."""
    physical = device.get("physical_index")
    shown = str(device["id"])
    return shown if physical is None or shown == f"cuda:{physical}" else f"{shown} (GPU {physical})"


def _prompt(name: str, device: dict[str, Any], room: int) -> Content:
    """Two lines: its name with its memory, as much of that as has room, and what it is."""
    total, free = device.get("memory_total"), device.get("memory_free")
    memories = [size(total)] if total else []
    if free and total:
        free_in_gb, in_all = number(free / 1e9, 0), number(total / 1e9, 0)
        memories = [f"{free_in_gb} of {in_all} GB free", f"{free_in_gb} GB free"]
    memory = next((f"  {words}" for words in memories if len(name) + 2 + len(words) <= room), "")
    return Content.assemble((name, "bold"), (memory, "dim"), "\n", literal(device["name"]))
