"""The Corpus pane: its tabs and its keys."""

from __future__ import annotations

from gendertui.tui.keys import Key
from gendertui.tui.panes.record import PaneRecord, TabRecord

PANE = PaneRecord(
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
        Key("o", "open_source", "Open", "Open the film corpus, the sample, a recent one, or one by its path.", rank=1),
        Key("ctrl+r", "train_quick", "Train quick", "Train the quick preset on this corpus.", always=True, rank=1),
        Key("slash", "filter", "Filter", "Filter the lines as you type; label:f and the like are understood."),
        Key("s", "sort", "Sort", "Sort the lines by the next column."),
        Key("r", "reverse", "Reverse", "Reverse the order of the lines.", footer=False),
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
            name="other-before",
        ),
        Key(
            "right",
            "step(1)",
            "Other",
            "In Reading: the runner-up; elsewhere the next list or split.",
            always=True,
            name="other",
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
)
