"""The Evaluate pane: its tabs and its keys."""

from __future__ import annotations

from gendertui.tui.keys import Key
from gendertui.tui.panes.record import PaneRecord, TabRecord

PANE = PaneRecord(
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
            name="tab-before",
        ),
        Key(
            "right",
            "step_tab(1)",
            "Tab after",
            "Show the tab to the right.",
            footer=False,
            always=True,
            palette=False,
            name="tab-after",
        ),
        Key("enter", "explain", "Explain", "Say what the figure in focus means, or all figures; tab goes to the next."),
        Key("n", "next_view", "Next view", "Show the next list, curve or kind of slice of this tab."),
        Key("d", "order", "Order", "Order the list of those held out by another column.", footer=False),
        Key("w", "suspects", "Suspects", "List labels of the open corpus that look wrong, and mend them."),
        Key("a", "measure", "Measure", "In Leaks and Growth: measure what the tab shows."),
        Key("m", "choose", "Model", "Choose the model or run whose figures are shown.", rank=0),
        Key("t", "test", "Test set", "Open the test set, after a question; then go between it and validation."),
        Key("b", "baseline", "Baseline", "Fit the stronger baseline: TF-IDF of words and character n-grams."),
        Key("x", "cancel", "Cancel", "End what is being computed.", rank=1),
    ),
)
