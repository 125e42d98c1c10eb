"""The one table of keys: bindings, footer, command palette and the ``?`` screen are all made from it.

A printable key acts only outside text fields, since a focused field takes it first; ``always`` makes a key act
inside them too. ctrl+a, ctrl+b, ctrl+q, ctrl+s and ctrl+z stay free: terminal multiplexers and flow control
take them.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding

APP = "app"


@dataclass(frozen=True)
class Key:
    """One thing a person can do by key.

    :param where: ``app``, or the id of the pane in which the key acts.
    :param keys: Textual's name of the key.
    :param action: name of the method ``action_<name>`` of the app or of the pane, with arguments as Textual takes them.
    :param label: two words at most, for the footer.
    :param help: one sentence, for the ``?`` screen and the palette.
    :param footer: whether the footer shows it.
    :param always: whether it acts inside text fields too.
    :param palette: whether the command palette offers it.
    """

    where: str
    keys: str
    action: str
    label: str
    help: str
    footer: bool = True
    always: bool = False
    palette: bool = True

    @property
    def shown(self) -> str:
        """The key as a person reads it: ``F1``, ``?``, ``esc``."""
        return _NAMES.get(self.keys, self.keys.upper() if _is_function_key(self.keys) else self.keys)

    @property
    def printable(self) -> bool:
        """Whether a text field would take the key as text."""
        return len(self.keys) == 1 or self.keys in ("question_mark", "slash", "space")

    @property
    def action_name(self) -> str:
        """The action without its arguments."""
        return self.action.partition("(")[0]


_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "escape": "esc",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "enter": "⏎",
    "ctrl+p": "^p",
    "ctrl+r": "^r",
    "ctrl+y": "^y",
}

PANE_KEYS = ("corpus", "configure", "train", "evaluate", "predict")
"""The panes in the order of their tabs: their keys are 1 to 5 and F1 to F5."""

KEYS: tuple[Key, ...] = (
    *(
        Key(APP, f"{number}", f"show_pane('{pane}')", pane.capitalize(), f"Show {pane.capitalize()}.", footer=False)
        for number, pane in enumerate(PANE_KEYS, 1)
    ),
    *(
        Key(
            APP,
            f"f{number}",
            f"show_pane('{pane}')",
            pane.capitalize(),
            f"Show {pane.capitalize()}, from anywhere.",
            footer=False,
            always=True,
            palette=False,
        )
        for number, pane in enumerate(PANE_KEYS, 1)
    ),
    Key(
        APP, "escape", "leave_field", "Leave field", "Leave the text field, so that the single keys act.", palette=False
    ),
    Key(APP, "question_mark", "help", "Help", "Show what this pane is for and its keys."),
    Key(APP, "ctrl+p", "command_palette", "Commands", "Find any action by name.", always=True, palette=False),
    Key(APP, "f9", "change_theme", "Theme", "Choose another theme.", footer=False, always=True),
    Key(APP, "q", "quit", "Quit", "Leave. Training continues in the background."),
    Key(APP, "f10", "quit", "Quit", "Leave, from anywhere.", footer=False, always=True, palette=False),
    Key(
        APP,
        "ctrl+c",
        "interrupt",
        "Quit",
        "Leave, when pressed twice. Training continues in the background.",
        footer=False,
        palette=False,
    ),
    Key("corpus", "o", "open_source", "Open", "Open a corpus: a path, the sample, a recent one, or the film corpus."),
    Key("corpus", "slash", "filter", "Filter", "Filter the lines as you type; label:f and the like are understood."),
    Key("corpus", "s", "sort", "Sort", "Sort the lines by the next column."),
    Key("corpus", "r", "reverse", "Reverse", "Turn the order of the lines round.", footer=False),
    Key("corpus", "p", "problems", "Problems", "Show the rows that could not be read, or go back to the lines."),
    Key(
        "corpus",
        "enter",
        "open_line",
        "Line",
        "Open the line under the cursor, with its character and neighbours.",
        footer=False,
    ),
    Key("configure", "ctrl+r", "start", "Start", "Start training with this configuration.", always=True),
    Key("configure", "a", "advanced", "Advanced", "Fold or unfold the advanced fields."),
    Key("configure", "u", "undo", "Undo changes", "Put every field back to the preset."),
    Key("configure", "t", "time", "Time it", "Train a few batches and say how long an epoch takes here."),
    Key("configure", "d", "devices", "Devices", "Look again for devices and their free memory."),
    Key(
        "train",
        "p",
        "pause",
        "Pause/resume",
        "Pause the run, or let a paused one go on; a paused one keeps its memory.",
    ),
    Key("train", "x", "stop", "Stop, keep best", "Stop the run and keep the best epoch so far as its model."),
    Key("train", "r", "runs", "Runs", "List the runs and attach to one."),
    Key("evaluate", "v", "show_tab('verdict')", "Verdict", "Show the verdict in one sentence, with figures.", False),
    Key("evaluate", "c", "show_tab('characters')", "Characters", "Show what whole characters' lines tell.", False),
    Key("evaluate", "i", "show_tab('mistakes')", "Mistakes", "Show the worst mistakes and the least certain.", False),
    Key("evaluate", "u", "show_tab('curves')", "Curves", "Show ROC, precision and recall, calibration.", False),
    Key("evaluate", "s", "show_tab('slices')", "Slices", "Show the figures by length, film, genre and so on.", False),
    Key("evaluate", "l", "show_tab('leaks')", "Leaks", "Show what the split and the corpus leak.", False),
    Key("evaluate", "o", "compare", "Compare", "Set another run beside this one, with paired differences.", False),
    Key("evaluate", "left", "step_tab(-1)", "Tab before", "Show the tab to the left.", False, True, False),
    Key("evaluate", "right", "step_tab(1)", "Tab after", "Show the tab to the right.", False, True, False),
    Key("evaluate", "n", "next_view", "Next view", "Show the next list, curve or kind of slice of this tab."),
    Key("evaluate", "a", "measure", "Measure", "In Leaks: measure what each way of dividing is worth."),
    Key("evaluate", "m", "choose", "Model", "Choose the model or run whose figures are shown."),
    Key("evaluate", "t", "test", "Test set", "Open the test set, after a question; then go between it and validation."),
    Key("evaluate", "b", "baseline", "Baseline", "Fit the stronger baseline: TF-IDF of words and characters."),
    Key("evaluate", "x", "cancel", "Cancel", "End what is being computed."),
    Key("predict", "i", "prompt", "Type", "Type a line: put the cursor into the prompt."),
    Key(
        "predict",
        "f6",
        "compare",
        "Compare",
        "Keep the line as it is and edit on: before and after stand side by side; again ends it.",
        always=True,
    ),
    Key(
        "predict", "f7", "odds", "Odds", "Choose the odds before the line is seen: even, natural, a rate.", always=True
    ),
    Key("predict", "f8", "scene", "Scene", "Type or edit several lines, or go back to those scored.", always=True),
    Key("predict", "w", "save", "Save CSV", "Save the scored scene as a CSV file."),
    Key("predict", "ctrl+r", "search", "History", "Search the history as you type.", always=True),
    Key("predict", "ctrl+y", "copy", "Copy", "Copy the answer to the terminal's clipboard.", footer=False, always=True),
    Key("predict", "m", "model", "Model", "Choose the model that answers.", footer=False),
    Key("predict", "x", "clear_history", "Clear history", "Forget every line of the history.", footer=False),
    *(
        Key("predict", key, action, label, f"{label}, outside the prompt.", footer=False, palette=False)
        for key, action, label in (
            ("c", "compare", "Compare"),
            ("o", "odds", "Odds"),
            ("s", "scene", "Scene"),
            ("slash", "search", "History"),
            ("y", "copy", "Copy"),
        )
    ),
    Key("predict", "up", "older", "Older line", "In the prompt: an older line of the history.", False, False, False),
    Key("predict", "down", "newer", "Newer line", "In the prompt: a newer line of the history.", False, False, False),
)


def _is_function_key(key: str) -> bool:
    return key[0] == "f" and key[1:].isdigit()


def bindings(where: str) -> list[Binding]:
    """Textual's bindings for the app or a pane."""
    return [
        Binding(
            key.keys,
            key.action,
            key.label,
            show=key.footer,
            key_display=key.shown,
            priority=key.always,
            tooltip=key.help,
        )
        for key in KEYS
        if key.where == where
    ]


def of(where: str) -> list[Key]:
    """The keys of the app or of one pane, in the table's order."""
    return [key for key in KEYS if key.where == where]


def acts_in_text(where: str, action: str) -> bool:
    """Whether an action has a key that a text field would not swallow."""
    named = [key for key in KEYS if key.where == where and key.action_name == action]
    return not named or any(key.always or not key.printable for key in named)
