"""The Train pane: its tabs and its keys."""

from __future__ import annotations

from gendertui.tui.keys import Key
from gendertui.tui.panes.record import PaneRecord, TabRecord

PANE = PaneRecord(
    name="train",
    title="Train",
    view="gendertui.tui.train.pane:TrainPane",
    tabs=(
        TabRecord(
            name="watch",
            title="Watch",
            view="gendertui.tui.train.watch:WatchTab",
            key="w",
            help="Show the run that is followed: curves, epochs, how long it still takes.",
        ),
    ),
    own_keys=(
        Key(
            "p",
            "pause",
            "Pause/resume",
            "Pause the run, or resume a paused one; a paused run keeps its memory.",
        ),
        Key("x", "stop", "Stop, keep best", "Stop the run and keep the best epoch so far as its model."),
        Key("e", "more_epochs", "More epochs", "Resume a run that is over, up to as many epochs as you say."),
        Key("b", "smaller_batches", "Smaller batches", "Resume a run that had too little memory, as it says."),
        Key("r", "runs", "Runs", "List the runs and attach to one."),
        Key("u", "use_model", "Use model", "Let the run's model answer, where it does not by itself."),
    ),
)
