"""What the tabs of the Evaluate pane share.

A new tab is one module with an :class:`EvaluateTab`, and its record in the pane's in ``tui.panes``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import events, on

from gendertui.tui.dialogs.terms import TermsScreen
from gendertui.tui.evaluate.metric_table import MetricTable
from gendertui.tui.hints import help_of
from gendertui.tui.tabbed_pane import PaneTab
from gendertui.tui.widgets.intervals import Intervals
from gendertui.tui.widgets.tab_line import Item, TabLine
from gendertui.tui.widgets.terms import Terms

if TYPE_CHECKING:
    from gendertui.evaluation.glossary import Value
    from gendertui.tui.evaluate.job import Task
    from gendertui.tui.evaluate.subject import Shown


@dataclass(frozen=True)
class Measurement:
    """Long work whose result a tab shows."""

    title: str
    """What is done: ``Measuring sample``."""
    call: Callable[[Task], object]
    """Does it; for a thread."""


class EvaluateTab(PaneTab):
    """One tab of the pane. It draws what :attr:`shown` holds, each time :meth:`draw` is called."""

    shown: Shown | None = None
    awaits: Measurement | None = None
    """What has to be measured before it can say all it has to say."""

    @property
    def has_views(self) -> bool:
        """Whether there is a next list, plot or kind of slice to go to: whether it has a choice of them."""
        return any(line.display for line in self.query(TabLine))

    @property
    def terms(self) -> list[str]:
        """What can be explained, by the glossary's keys: the figure in focus, else all that stands on the tab."""
        focused = self.screen.focused
        if isinstance(focused, Intervals | MetricTable) and focused.term:
            return [focused.term]
        return self.all_terms

    @property
    def all_terms(self) -> list[str]:
        """What stands on the tab and can be explained."""
        pictured = [each.term for each in self.query(Intervals) if each.term and each.rows]
        terms = [*pictured, *(key for table in self.query(MetricTable) for key in table.terms)]
        return [*terms, "interval", "guessing"] if terms else []

    @property
    def values(self) -> dict[str, Value]:
        """Of :attr:`terms`, what they are here: of the figure in focus, else of those that stand there but once."""
        from gendertui.evaluation.glossary import Value

        pictures = [each for each in self.query(Intervals) if each.term and each.rows]
        if isinstance(self.screen.focused, Intervals):
            pictures = [each for each in pictures if each is self.screen.focused]
        counted = Counter(each.term for each in pictures)
        found = {
            each.term: Value(each.rows[0].name, each.said, each.rows[0].value)
            for each in pictures
            if counted[each.term] == 1
        }
        return {key: value for table in self.query(MetricTable) for key, value in table.values.items()} | found

    def explain(self) -> None:
        """Say what :attr:`terms` mean."""
        if self.shown is not None and self.terms:
            self.app.push_screen(TermsScreen(self.terms, self.shown.report.units, self.values))

    def on_click(self, event: events.Click) -> None:
        if isinstance(event.widget, Intervals | MetricTable) and event.widget.has_focus:
            event.stop()
            self.explain()

    @property
    def can_order(self) -> bool:
        """Whether there is a list whose order can be changed."""
        return False

    def order_next(self) -> None:
        """Order the list by the next column."""

    def show(self, shown: Shown) -> None:
        """Draw the figures of another subject or set."""
        self.shown = shown
        self.draw(shown)
        self.show_terms()

    def draw(self, shown: Shown) -> None:
        """Put the figures on the screen."""
        raise NotImplementedError

    def show_terms(self) -> None:
        """Explain what stands on the tab in its box for that, which is seen where there is room."""
        if self.shown is not None:
            for box in self.query(Terms):
                box.show(self.all_terms, self.shown.report.units, self.values)

    def next_view(self) -> None:
        """Go to the next list, plot or kind of slice."""


class ViewsTab(EvaluateTab):
    """A tab with a :class:`TabLine`: the name chosen there says what of the figures is drawn."""

    def view_line(self, name: str, items: Sequence[Item] = (), *, lead: str = "") -> TabLine:
        """The line to choose from, behind the key that goes to the next one.

        :param name: its id. :param lead: a word between the key and the names.
        """
        key = self.gendertui.keymap.shown("evaluate.next-view")
        lead = f"{key}  {lead}" if lead else key
        return TabLine(items, lead=lead, help=help_of(self, "evaluate.next-view"), id=name)

    def next_view(self) -> None:
        line = self.query_one(TabLine)
        if line.items:
            self.choose(line.step(1))

    @on(TabLine.Picked)
    def _picked(self, event: TabLine.Picked) -> None:
        event.stop()
        self.choose(event.id)
        self.focus_first()

    def choose(self, view: str) -> None:
        """Show a list, plot or kind of slice."""
        self.query_one(TabLine).chosen = view
        if self.shown is not None:
            self.draw(self.shown)
