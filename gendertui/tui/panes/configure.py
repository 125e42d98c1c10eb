"""The Configure pane: its tabs and its keys."""

from __future__ import annotations

from gendertui.tui.keys import Key
from gendertui.tui.panes.record import PaneRecord

PANE = PaneRecord(
    name="configure",
    title="Configure",
    view="gendertui.tui.configure.pane:ConfigurePane",
    own_keys=(
        Key("ctrl+r", "start", "Start", "Start training with this configuration.", always=True, rank=0),
        Key("a", "advanced", "Advanced", "Fold or unfold the advanced fields."),
        Key("u", "undo", "Undo changes", "Put every field back to the preset."),
        Key("t", "time", "Time it", "Train a few batches and say how long an epoch takes here."),
        Key("d", "devices", "Devices", "Look again for devices and their free memory."),
    ),
)
