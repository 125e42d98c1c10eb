"""Whole speakers, characters of films: what all lines of one together tell, which is where the signal is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from gendertui.formatting import MISSING, count, span
from gendertui.model.answers import GUESSING
from gendertui.tui.charts.series import AUC_BOUNDS, Frame, Series
from gendertui.tui.evaluate.held_out import HeldOutList
from gendertui.tui.evaluate.metric_table import interval, interval_rows
from gendertui.tui.evaluate.tab import ViewsTab
from gendertui.tui.formatting import literal
from gendertui.tui.restyling import Scroller
from gendertui.tui.widgets.intervals import Intervals
from gendertui.tui.widgets.plot import Plot
from gendertui.tui.widgets.prose import Prose
from gendertui.tui.widgets.tab_line import Item, TabLine
from gendertui.tui.widgets.terms import Terms

if TYPE_CHECKING:
    from gendertui.evaluation.report.schema import CharacterReport, LinesBin
    from gendertui.tui.evaluate.subject import Shown

OLDER = "This report says nothing of {speakers}: an older version wrote it, which did not judge them."
UNKNOWN = "There are no {speakers} to judge: the corpus does not say who speaks its lines."
FEW = "Too few {speakers} of one label are among the lines held out to judge them as a whole."
PICTURED = {"balanced_accuracy": "Balanced accuracy", "auc": "AUC"}
READING_PICTURES = {"parts": "AUC of a score that reads", "bands": "AUC by number of lines"}
FIGURES, READINGS, LIST = "figures", "readings", "list"
VIEWS = (Item(FIGURES, "how good"), Item(READINGS, "what the score reads"), Item(LIST, "one by one"))
"""An older report has the first alone."""


class CharactersTab(ViewsTab):
    """Sentence, headline, then how it depends on the number of lines; what each part is worth; each one by itself."""

    def compose(self) -> ComposeResult:
        yield self.view_line("character-views", VIEWS)
        with Scroller(id="characters-report"):
            yield Prose(id="characters-sentence", classes="headline")
            with Horizontal(classes="pair"):
                for metric in PICTURED:
                    with Vertical(classes="box metric", id=f"characters-{metric}"):
                        yield Intervals(term=metric)
            with Container(id="by-lines"):
                with Vertical(id="lines-side"):
                    with Vertical(classes="box fitting", id="lines-table"):
                        yield Static(id="lines-rows")
                    yield Terms(1)
                yield Plot("AUC against number of lines", id="lines-curve")
        with VerticalScroll(id="character-readings"):
            yield Static(id="reading-rows", classes="beside")
            with Vertical(id="reading-pictures"):
                for name, title in READING_PICTURES.items():
                    with Vertical(classes="box metric", id=f"reading-{name}") as box:
                        box.border_title = title
                        yield Intervals(ours=None if name == "bands" else 1, term="auc")
        yield HeldOutList(id="held-out-list")

    def on_mount(self) -> None:
        self.query_one("#character-readings").display = self.query_one(HeldOutList).display = False

    @property
    def view(self) -> str:
        """What is looked at."""
        line = self.query_one(TabLine)
        return line.chosen if line.display else FIGURES

    def focus_first(self) -> None:
        if self.view == LIST:
            self.query_one(HeldOutList).focus_first()
        else:
            self.query_one("#characters-report" if self.view == FIGURES else "#character-readings").focus()

    def next_view(self) -> None:
        super().next_view()
        self.focus_first()

    @property
    def all_terms(self) -> list[str]:
        """Of the figures, where those are looked at."""
        return super().all_terms if self.view != LIST else []

    @property
    def can_order(self) -> bool:
        """Whether there is a list to order."""
        return self.view == LIST

    def order_next(self) -> None:
        """Order the list by the next column."""
        self.query_one(HeldOutList).order_next()

    def draw(self, shown: Shown) -> None:
        characters, noun = shown.part.characters, shown.report.units.noun("speaker")
        self.set_class(characters is not None, "-reported")
        self.query_one(TabLine).display = characters is not None and bool(characters.readings)
        views = ("#characters-report", FIGURES), ("#character-readings", READINGS), ("#held-out-list", LIST)
        for selector, view in views:
            self.query_one(selector).display = view == self.view
        if self.view == LIST:
            self.query_one(HeldOutList).show(shown)
        elif self.view == READINGS:
            self._draw_readings(shown)
        if characters is None:
            self.query_one("#characters-sentence", Static).update(Content(shown.why_none(_why_none(shown, noun.many))))
            return
        self.query_one("#characters-sentence", Static).update(Content.assemble((characters.sentence, "bold")))
        for metric, name in PICTURED.items():
            box = self.query_one(f"#characters-{metric}")
            box.border_title, box.border_subtitle = literal(f"{name} of {noun.many}"), shown.which
            box.query_one(Intervals).rows = interval_rows(characters.model, characters.baselines, metric)
        self.query_one("#lines-rows", Static).update(_table(characters, noun.many))
        labelled = " · ".join(f"{count(number)} {label}" for label, number in characters.counts.items())
        box = self.query_one("#lines-table")
        box.border_title = literal(f"{noun.many.capitalize()} with about n lines")
        box.border_subtitle = literal(f"{labelled} · {shown.which}")
        self._draw_curve([part for part in characters.by_lines if part.n])

    def _draw_readings(self, shown: Shown) -> None:
        def found(lines: list[str]) -> None:
            if self.is_attached and self.shown is shown:
                self.query_one("#reading-rows", Static).update(literal("\n".join(lines)))

        characters = shown.part.characters
        if characters is not None:
            # The model's own first, as in every picture of this kind.
            readings = sorted(characters.readings, key=lambda reading: reading.name != "model")
            parts = tuple(interval(reading.phrase, reading.auc, "auc") for reading in readings)
            bands = tuple(
                interval(span(band.lower, band.upper, "line"), band.auc, "auc")
                for band in characters.bands
                if band.auc is not None
            )
            for name, rows in (("parts", parts), ("bands", bands)):
                self.query_one(f"#reading-{name} Intervals", Intervals).rows = rows
                self.query_one(f"#reading-{name}").display = bool(rows)
        self.gendertui.background(lambda: _reading_lines(shown), found, group="readings", awaited=True)

    def _draw_curve(self, bins: Sequence[LinesBin]) -> None:
        known = [(place, part.auc) for place, part in enumerate(bins, 1) if part.auc is not None]
        end = len(bins) + 0.5
        spans = [None if auc.low is None or auc.high is None else (auc.low, auc.high) for _, auc in known]
        ends = [GUESSING, *(auc.value for _, auc in known), *(value for span in spans if span for value in span)]
        self.query_one(Plot).draw(
            [
                Series(
                    "this model", "second", [float(x) for x, _ in known], [auc.value for _, auc in known], spans=spans
                ),
                Series("guessing", "other", (0.5, end), (GUESSING, GUESSING)),
            ],
            Frame(
                (0.5, end),
                (min(ends) - 0.03, max(ends) + 0.03),
                # Ticks stand close: each says where its span begins.
                x_names=[span(part.lower, None if part.upper is None else part.lower) for part in bins],
                bounds=AUC_BOUNDS,
            ),
        )


def _why_none(shown: Shown, speakers: str) -> str:
    """Why a report has no figures of whole speakers."""
    units = shown.report.units
    nobody = units.speaker is None and units.group is None
    # Every report that judged them has slices, too.
    why = OLDER if not shown.part.slices else UNKNOWN if nobody else FEW
    return why.format(speakers=speakers)


def _table(characters: CharacterReport, heading: str) -> Content:
    """``10–19   186   72.3 % (66.0–78.1)   0.781 (0.720–0.838)`` for each number of lines."""
    rows: list[Content] = [Content.styled(f"{'lines':<8}{heading:>10}  {'right':<20}  AUC", "dim")]
    for part in characters.by_lines:
        if not part.n:
            continue
        right = part.balanced_accuracy.text(percent=True) if part.balanced_accuracy else MISSING
        auc = part.auc.text() if part.auc else MISSING
        head = (f"{span(part.lower, part.upper):<8}", "bold")
        rows.append(Content.assemble(head, f"{count(part.n):>10}  ", (f"{right:<20}", "bold"), f"  {auc}"))
    rows.append(Content.styled("right: where both labels are equally common, 50 % is guessing", "dim"))
    if characters.mixed:
        rows.append(Content.styled(f"{count(characters.mixed)} whose lines carry both labels are left out", "dim"))
    return Content("\n").join(rows)


def _reading_lines(shown: Shown) -> list[str]:
    """For a thread."""
    from gendertui.evaluation.report.character_lines import character_lines

    characters = shown.part.characters
    return [] if characters is None else character_lines(characters, shown.report.units)
