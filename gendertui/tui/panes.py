"""The panes there are, their tabs and their keys. A new one is a module with its class and its record here.

From the records are made the tabs at the top, the keys that show a pane, bindings, footer, command palette and the
``?`` screens. Classes are imported when they are first shown.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from gendertui.tui.keys import APP_KEYS, Key


@dataclass(frozen=True)
class TabRecord:
    """A tab inside a pane."""

    name: str
    """Identifies the tab."""
    title: str
    """As the pane's row of tabs shows it."""
    view: str
    """``module:Class``."""
    key: str
    """Textual's name of the key that shows it."""
    help: str
    """One sentence, for the ``?`` screen and the palette."""
    action: str = ""
    """What the key does; by default it shows the tab."""

    @property
    def shows(self) -> Key:
        """The key of the tab."""
        return Key(self.key, self.action or f"show_tab('{self.name}')", self.title, self.help, footer=False)


@dataclass(frozen=True)
class PaneRecord:
    """A pane."""

    name: str
    """Identifies the pane: its widget's id, and what the setting ``pane`` has."""
    title: str
    """As the tab at the top shows it."""
    view: str
    """``module:Class``."""
    own_keys: tuple[Key, ...] = ()
    """What else can be done in it by key than to show a tab."""
    tabs: tuple[TabRecord, ...] = ()
    """The tabs inside it, in order."""

    @property
    def keys(self) -> tuple[Key, ...]:
        """All keys that act in the pane."""
        return (*(tab.shows for tab in self.tabs), *self.own_keys)

    def tab(self, name: str) -> TabRecord:
        """The tab of that name."""
        return next(tab for tab in self.tabs if tab.name == name)


PANES: dict[str, PaneRecord] = {
    pane.name: pane
    for pane in (
        PaneRecord(
            name="corpus",
            title="Corpus",
            view="gendertui.tui.corpus.pane:CorpusPane",
            tabs=(
                TabRecord(
                    name="lines",
                    title="Lines",
                    view="gendertui.tui.corpus.lines_view:LinesView",
                    key="l",
                    help="Show the lines.",
                ),
                TabRecord(
                    name="reading",
                    title="Reading",
                    view="gendertui.tui.corpus.reading_panel:ReadingPanel",
                    key="e",
                    help="Show how the file was read and why, with what else there is to choose, or go back.",
                ),
                TabRecord(
                    name="words",
                    title="Words",
                    view="gendertui.tui.corpus.words_view:WordsView",
                    key="w",
                    help="Show the words that one label uses more than the other.",
                ),
                TabRecord(
                    name="duplicates",
                    title="Duplicates",
                    view="gendertui.tui.corpus.duplicates_view:DuplicatesView",
                    key="d",
                    help="Show texts that occur more than once, or under both labels.",
                ),
                TabRecord(
                    name="split",
                    title="Split",
                    view="gendertui.tui.corpus.split_view:SplitView",
                    key="t",
                    help="Show what each split would give: lines and labels in each set, and what leaks.",
                ),
                TabRecord(
                    name="groups",
                    title="Groups",
                    view="gendertui.tui.corpus.groups_view:GroupsView",
                    key="u",
                    help="Show the groups and speakers with their lines by label.",
                ),
                TabRecord(
                    name="problems",
                    title="Problems",
                    view="gendertui.tui.corpus.rows:ProblemRows",
                    key="p",
                    help="Show the rows that could not be read, or go back to the lines.",
                ),
            ),
            own_keys=(
                Key("o", "open_source", "Open", "Open a corpus: a path, the sample, a recent one, or the film corpus."),
                Key("slash", "filter", "Filter", "Filter the lines as you type; label:f and the like are understood."),
                Key("s", "sort", "Sort", "Sort the lines by the next column."),
                Key("r", "reverse", "Reverse", "Turn the order of the lines round.", footer=False),
                Key(
                    "enter",
                    "open_line",
                    "Line",
                    "Open the line under the cursor, with its neighbours; in Reading, list all there is to choose.",
                    footer=False,
                ),
                Key(
                    "left",
                    "step(-1)",
                    "Other before",
                    "In Reading: the choice before this one; elsewhere the list or split before.",
                    footer=False,
                    always=True,
                    palette=False,
                ),
                Key(
                    "right",
                    "step(1)",
                    "Other",
                    "In Reading: the runner-up; elsewhere the next list or split.",
                    always=True,
                ),
                Key(
                    "m",
                    "mapping",
                    "Mapping",
                    "In Reading: type which value stands for which label: m=male,M=male.",
                    footer=False,
                ),
                Key("a", "as_found", "As found", "In Reading: forget what was chosen for the file."),
            ),
        ),
        PaneRecord(
            name="configure",
            title="Configure",
            view="gendertui.tui.configure.pane:ConfigurePane",
            own_keys=(
                Key("ctrl+r", "start", "Start", "Start training with this configuration.", always=True),
                Key("a", "advanced", "Advanced", "Fold or unfold the advanced fields."),
                Key("u", "undo", "Undo changes", "Put every field back to the preset."),
                Key("t", "time", "Time it", "Train a few batches and say how long an epoch takes here."),
                Key("d", "devices", "Devices", "Look again for devices and their free memory."),
            ),
        ),
        PaneRecord(
            name="train",
            title="Train",
            view="gendertui.tui.train.pane:TrainPane",
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
        ),
        PaneRecord(
            name="evaluate",
            title="Evaluate",
            view="gendertui.tui.evaluate.pane:EvaluatePane",
            tabs=(
                TabRecord(
                    name="verdict",
                    title="Verdict",
                    view="gendertui.tui.evaluate.verdict:VerdictTab",
                    key="v",
                    help="Show the verdict in one sentence, with figures.",
                ),
                TabRecord(
                    name="characters",
                    title="Speakers",
                    view="gendertui.tui.evaluate.characters:CharactersTab",
                    key="c",
                    help="Show what all lines of a speaker tell together.",
                ),
                TabRecord(
                    name="mistakes",
                    title="Mistakes",
                    view="gendertui.tui.evaluate.mistakes:MistakesTab",
                    key="i",
                    help="Show the worst mistakes and the least certain.",
                ),
                TabRecord(
                    name="curves",
                    title="Curves",
                    view="gendertui.tui.evaluate.curves:CurvesTab",
                    key="u",
                    help="Show ROC, precision and recall, calibration.",
                ),
                TabRecord(
                    name="slices",
                    title="Slices",
                    view="gendertui.tui.evaluate.slices:SlicesTab",
                    key="s",
                    help="Show the figures by length and by what else the corpus knows.",
                ),
                TabRecord(
                    name="leaks",
                    title="Leaks",
                    view="gendertui.tui.evaluate.leaks:LeaksTab",
                    key="l",
                    help="Show what the split and the corpus leak.",
                ),
                TabRecord(
                    name="learning-curve",
                    title="Growth",
                    view="gendertui.tui.evaluate.learning_curve:LearningCurveTab",
                    key="h",
                    help="Show the learning curve: how the figures grow with the training set.",
                ),
                TabRecord(
                    name="compare",
                    title="Compare",
                    view="gendertui.tui.evaluate.compare:CompareTab",
                    key="o",
                    help="Set another run beside this one, with paired differences.",
                    action="compare",
                ),
            ),
            own_keys=(
                Key(
                    "left",
                    "step_tab(-1)",
                    "Tab before",
                    "Show the tab to the left.",
                    footer=False,
                    always=True,
                    palette=False,
                ),
                Key(
                    "right",
                    "step_tab(1)",
                    "Tab after",
                    "Show the tab to the right.",
                    footer=False,
                    always=True,
                    palette=False,
                ),
                Key("n", "next_view", "Next view", "Show the next list, curve or kind of slice of this tab."),
                Key("d", "order", "Order", "Order the list of those held out by another column.", footer=False),
                Key("w", "suspects", "Suspects", "List labels of the open corpus that look wrong, and mend them."),
                Key("a", "measure", "Measure", "In Leaks and Growth: measure what the tab shows."),
                Key("m", "choose", "Model", "Choose the model or run whose figures are shown."),
                Key("t", "test", "Test set", "Open the test set, after a question; then go between it and validation."),
                Key("b", "baseline", "Baseline", "Fit the stronger baseline: TF-IDF of words and character n-grams."),
                Key("x", "cancel", "Cancel", "End what is being computed."),
            ),
        ),
        PaneRecord(
            name="predict",
            title="Predict",
            view="gendertui.tui.predict.pane:PredictPane",
            own_keys=(
                Key("i", "prompt", "Type", "Type a line: put the cursor into the prompt."),
                Key("ctrl+o", "model", "Model", "Choose the model that answers.", always=True),
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
                    Key(key, action, label, f"{label}, outside the prompt.", footer=False, palette=False)
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
        ),
    )
}
"""By name, in the order of the tabs at the top."""


def _digits() -> list[Key]:
    """A pane's place, outside text fields; the tenth would have none."""
    return [
        Key(f"{place}", f"show_pane('{pane.name}')", pane.title, f"Show {pane.title}.", footer=False)
        for place, pane in enumerate(itertools.islice(PANES.values(), 9), 1)
    ]


def _function_keys() -> list[Key]:
    """A pane's place, from anywhere, up to the first function key that does something else in a pane or in the app."""
    taken = {key.keys for keys in (APP_KEYS, *(pane.keys for pane in PANES.values())) for key in keys}
    keys = (
        Key(
            f"f{place}",
            f"show_pane('{pane.name}')",
            pane.title,
            f"Show {pane.title}, from anywhere.",
            footer=False,
            always=True,
            palette=False,
        )
        for place, pane in enumerate(PANES.values(), 1)
    )
    return list(itertools.takewhile(lambda key: key.keys not in taken, keys))


DIGITS: tuple[Key, ...] = tuple(_digits())
"""The single keys that show a pane."""

FUNCTION_KEYS: tuple[Key, ...] = tuple(_function_keys())
"""The keys that show a pane from inside a text field too."""
