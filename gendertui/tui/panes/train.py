"""The Train pane: its tabs and its keys."""

from __future__ import annotations

from gendertui.tui.keys import Key
from gendertui.tui.panes.record import PaneRecord, TabRecord

RUNS_KEYS = (
    Key("R", "resume", "Resume", "Go on with a run that was stopped, failed or died."),
    Key("r", "rename", "Rename", "Give a run that is over, and its model, another name."),
    Key(
        "d",
        "delete",
        "Delete",
        "Delete a run that is over; [train.runs.undelete] brings it back until the list is left.",
    ),
    Key("u", "undelete", "Undo", "Bring back the run that was deleted last."),
    Key("n", "note", "Note", "Put a note on a run."),
    Key("plus", "sooner", "Sooner", "Let a run that waits in the queue begin before the one in front of it."),
    Key("minus", "later", "Later", "Let a run that waits in the queue begin after the one behind it."),
    Key("x", "drop", "Drop", "Take a run that waits out of the queue; [train.runs.resume] puts it back or starts it."),
    Key("space", "mark", "Mark", "Mark a run for [train.compare], which compares those that are marked."),
    Key("slash", "filter", "Filter", "Show the runs with these words: in name, corpus, state, note, any column."),
    Key("s", "sort", "Sort", "Sort by the next column; a click on a column's head sorts by that one."),
    Key("escape", "leave_filter", "Leave filter", "Leave the filter, so that the single keys act.", palette=False),
)

COMPARE_KEYS = (
    Key("enter", "explain", "Explain", "Say what the figures mean.", rank=3),
    Key("x", "export", "Export", "Write the comparison into a file: CSV, JSON or Markdown."),
)

LOG_KEYS = (
    Key("slash", "filter", "Filter", "Show the lines with these words."),
    Key("escape", "leave_filter", "Leave filter", "Leave the filter, so that the single keys act.", palette=False),
)

SWEEPS_KEYS = (
    Key("v", "next_view", "Next view", "Show the next view of the trials: importance, settings, curves."),
    Key("s", "sort", "Sort", "Sort the trials by their figure, or the newest first."),
    Key("plus", "add_worker", "Add worker", "Start a worker on this machine; it works on when this program is closed."),
    Key("x", "stop_sweep", "Stop sweep", "Begin no further trial; workers let their runs write a checkpoint, and end."),
    Key("y", "copy_command", "Copy command", "Copy the command that works on the sweep, or judges its winner."),
    Key("e", "explain", "Explain", "Say what trials, importance and the figures are.", rank=3),
    Key("escape", "leave_sweep", "All sweeps", "Go back to the list of all sweeps.", rank=1),
)

WATCH_KEYS = (
    Key("enter", "explain", "Explain", "Say what the figures of the epoch under the cursor mean.", footer=False),
    Key("left", "chart('back')", "Read charts", "Read the charts at an earlier place; esc shows the newest again."),
    Key("right", "chart('on')", "Read on", "Read the charts at a later place.", footer=False),
    Key("escape", "leave_reading", "Newest", "Show the newest values again.", footer=False, palette=False),
    Key("plus", "chart('nearer')", "Zoom in", "Show half as many epochs.", footer=False),
    Key("minus", "chart('farther')", "Zoom out", "Show twice as many epochs.", footer=False),
    Key("0", "chart('whole')", "All epochs", "Show all epochs.", footer=False),
    Key("L", "chart('logarithm')", "Log axis", "Draw the loss on a logarithmic axis, or not.", footer=False),
    Key("s", "chart('smoothing')", "Smoothing", "Smooth the training loss, or show it as it is.", footer=False),
)

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
            own_keys=WATCH_KEYS,
        ),
        TabRecord(
            name="runs",
            title="Runs",
            view="gendertui.tui.train.runs:RunsTab",
            key="r",
            help="Show all runs: follow, resume, rename, delete, mark and compare them.",
            own_keys=RUNS_KEYS,
        ),
        TabRecord(
            name="compare",
            title="Compare",
            view="gendertui.tui.train.compare:CompareTab",
            key="c",
            help="Show the marked runs side by side: what differs, figures on the same lines, curves.",
            own_keys=COMPARE_KEYS,
        ),
        TabRecord(
            name="log",
            title="Log",
            view="gendertui.tui.train.log:LogTab",
            key="l",
            help="Show the end of the worker's log, as it grows.",
            own_keys=LOG_KEYS,
        ),
        TabRecord(
            name="sweeps",
            title="Sweeps",
            view="gendertui.tui.sweep.tab:SweepsTab",
            key="S",
            help="Show the searches for the best settings: trials as they come, what matters, their curves.",
            own_keys=SWEEPS_KEYS,
        ),
    ),
    own_keys=(
        Key(
            "p",
            "pause",
            "Pause/resume",
            "Pause the run, or resume a paused one; a paused run keeps its memory.",
            rank=1,
        ),
        Key("x", "stop", "Stop, keep best", "Stop the run and keep the best epoch so far as its model.", rank=1),
        Key("e", "more_epochs", "More epochs", "Resume a run that is over, up to as many epochs as you say."),
        Key(
            "b",
            "smaller_batches",
            "Smaller batches",
            "Resume a run that had too little memory, with batches that fit.",
            rank=1,
        ),
        Key(
            "u",
            "use_model",
            "Use model",
            "Say which model answers: the one of this run, or the one before it.",
        ),
    ),
)
