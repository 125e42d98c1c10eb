"""What is said of the run under the cursor, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from gendertui.tui.formatting import literal

if TYPE_CHECKING:
    from gendertui.runs.folder import RunInfo
    from gendertui.runs.listing import RunRow
    from gendertui.tui.keymap import Keymap

RESUMABLE = frozenset({"stopped", "failed", "died"})
"""States in which a run can go on."""


def about(row: RunRow, keymap: Keymap) -> Content:
    """Three lines at most: what it trains on what, how far it is and how good, why it is over, and the note."""
    info = row.info
    if info.state == "unreadable":
        delete = keymap.shown("train.runs.delete")
        return literal(f"{info.why}\nPut that file back from a copy of the run, or delete the run ({delete}).")
    facts = [
        f"on {info.host}" if info.host else "",
        info.preset_or_network,
        info.network if info.preset else "",
        info.corpus,
        info.device,
    ]
    figures = [
        f"balanced accuracy {row.balanced_accuracy.text(percent=True)}" if row.balanced_accuracy else "",
        f"AUC {row.auc.text()}" if row.auc else "",
    ]
    far = f"epoch {info.epoch} of {info.epochs}" + ("" if info.over or info.shown == "queued" else ", so far")
    lines = [
        [*facts, keymap.named(_goes_on(info))],
        [far, *figures],
        [info.why, f"model {info.model}" if info.model else ""],
        [row.note],
    ]
    return literal("\n".join(line for parts in lines if (line := " · ".join(part for part in parts if part))))


def _goes_on(info: RunInfo) -> str:
    if info.shown == "queued":
        return "[train.runs.sooner] and [train.runs.later] move it, [train.runs.drop] drops it"
    if info.shown in RESUMABLE:
        return "[train.runs.resume] resumes it"
    return "⏎ shows it" if info.over else "⏎ follows it"
