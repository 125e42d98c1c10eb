"""The Predict pane: its tabs and its keys."""

from __future__ import annotations

from gendertui.tui.keys import Key
from gendertui.tui.panes.record import PaneRecord

PANE = PaneRecord(
    name="predict",
    title="Predict",
    view="gendertui.tui.predict.pane:PredictPane",
    own_keys=(
        Key("i", "prompt", "Type", "Type a line: put the cursor into the prompt.", rank=0),
        Key("ctrl+o", "model", "Model", "Choose the model that answers.", always=True, rank=0),
        Key(
            "f6",
            "compare",
            "Compare",
            "Keep the line as it is and edit on: before and after stand side by side; again ends it.",
            always=True,
        ),
        Key(
            "f7",
            "odds",
            "Odds",
            "Choose the odds before the line is seen: even, natural, a rate.",
            always=True,
        ),
        Key("f8", "scene", "Scene", "Type or edit several lines, or go back to those scored.", always=True),
        Key("w", "save", "Save CSV", "Save the scored scene as a CSV file."),
        Key("ctrl+r", "search", "History", "Search the history as you type.", always=True),
        Key(
            "ctrl+y",
            "copy",
            "Copy",
            "Copy the answer to the terminal's clipboard.",
            footer=False,
            always=True,
        ),
        Key("x", "clear_history", "Clear history", "Forget every line of the history.", footer=False),
        *(
            Key(
                key,
                action,
                label,
                f"{label}, outside the prompt.",
                footer=False,
                palette=False,
                name=f"{action}-letter",
            )
            for key, action, label in (
                ("m", "model", "Model"),
                ("c", "compare", "Compare"),
                ("o", "odds", "Odds"),
                ("s", "scene", "Scene"),
                ("slash", "search", "History"),
                ("y", "copy", "Copy"),
            )
        ),
        Key("up", "older", "Older line", "In the prompt: an older line of the history.", False, False, False),
        Key("down", "newer", "Newer line", "In the prompt: a newer line of the history.", False, False, False),
    ),
)
