"""What a split would give: lines by label in each set, before and after balancing, and what leaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static
from textual.worker import get_current_worker

from gendertui.formatting import count, percent
from gendertui.tui.corpus.view import STEPS, CorpusView
from gendertui.tui.formatting import literal
from gendertui.tui.hints import help_of, keymap_of
from gendertui.tui.widgets.tab_line import Item, TabLine
from gendertui.tui.widgets.table import Column, VirtualTable

if TYPE_CHECKING:
    from gendertui.corpus.leaks.schema import SetLeaks
    from gendertui.corpus.preview import SetPreview, SplitPreview
    from gendertui.corpus.table import Corpus
    from gendertui.corpus.units import Units

AUTO = "auto"


class SplitView(CorpusView):
    """A table of the sets under the protocols that the corpus can be split by; ← and → choose one."""

    def compose(self) -> ComposeResult:
        yield TabLine(lead=keymap_of(self).named(STEPS), help=help_of(self, "corpus.other"), id="split-protocols")
        yield Static(classes="about-view")
        yield VirtualTable((), id="split-sets", enter="")
        yield Static(id="split-leaks")

    def focus_first(self) -> None:
        self.query_one(VirtualTable).focus()

    def show(self, corpus: Corpus) -> None:
        if corpus is not self.corpus:
            from gendertui.corpus.splits import PROTOCOLS

            possible = [each for each in PROTOCOLS.values() if each.fits(corpus)]
            protocols = self.query_one(TabLine)
            protocols.items = (Item(AUTO, AUTO), *(Item(each.name, each.title(corpus.units)) for each in possible))
            protocols.chosen = AUTO
        super().show(corpus)

    def step(self, by: int) -> None:
        self._choose(self.query_one(TabLine).step(by))

    @on(TabLine.Picked)
    def _picked(self, event: TabLine.Picked) -> None:
        event.stop()
        self._choose(event.id)

    def _choose(self, protocol: str) -> None:
        self.query_one(TabLine).chosen = protocol
        self.compute_again()

    def compute_again(self) -> None:
        self.query_one(VirtualTable).show(_Sets([]), ())
        self.query_one("#split-leaks", Static).update("")
        super().compute_again()

    def job(self, corpus: Corpus) -> Callable[[], Any]:
        protocol = self.query_one(TabLine).chosen

        def job() -> SplitPreview:
            from gendertui.corpus.preview import preview
            from gendertui.training.config import TrainingConfig

            config, worker = TrainingConfig(), get_current_worker()
            first = preview(corpus, protocol, config.split_seed, config.balance, leaks=False)
            if not worker.is_cancelled:
                self.app.call_later(self._computed, first)
            return preview(corpus, protocol, config.split_seed, config.balance)

        return job

    def draw(self, found: SplitPreview) -> None:
        corpus = self.corpus
        if corpus is None:
            return
        from gendertui.corpus.splits import PROTOCOLS

        units = corpus.units
        split = PROTOCOLS[found.protocol].described(units)
        words = [f"The {split}, seed {found.seed}; train balanced by {found.balance}."]
        if found.unused:
            words.append(f"{count(found.unused)} lines are in no set.")
        words += [f"! {warning}" for warning in found.warnings]
        self.say(" ".join(words))
        negative, positive = found.labels
        columns = [
            Column("name", "set", 10, term="split"),
            Column("negative", negative, max(9, min(len(negative), 14)), right=True),
            Column("positive", positive, max(9, min(len(positive), 14)), right=True),
            Column("balanced", "balanced", 19, right=True),
        ]
        for unit in ("groups", "speakers"):
            if any(getattr(each, unit) is not None for each in found.sets):
                noun = units.noun("group" if unit == "groups" else "speaker").many
                columns.append(Column(unit, noun, max(9, min(len(noun), 14)), right=True))
        table = self.query_one(VirtualTable)
        table.styles.height = len(found.sets) + 1
        table.show(
            _Sets(list(found.sets), weighted=found.balance == "class-weights"), range(len(found.sets)), columns=columns
        )
        leaks = self.query_one("#split-leaks", Static)
        if found.leaks is None:
            leaks.update("Counting what leaks…")
        else:
            leaks.update(Content("\n").join(_leaks(each, units) for each in found.leaks.sets))


def _leaks(found: SetLeaks, units: Units) -> Content:
    """What a held-out set shares with train, in words."""
    lines = max(sum(found.lines), 1)
    kinds = ", ".join(f"{count(sum(getattr(found, kind)))} {kind}" for kind in ("identical", "rewritten", "near"))
    parts = [f"{percent(found.copied / lines)} of its lines have a text of train ({kinds})"]
    for shared, noun in ((found.groups, units.noun("group")), (found.speakers, units.noun("speaker"))):
        if shared is not None:
            parts.append(f"{count(shared.shared)} of its {noun.counted(shared.held_out)} are in train too")
    if found.duplicate_groups:
        parts.append(f"{units.noun('group').counted(len(found.duplicate_groups))} in train under another name")
    return Content.assemble((f"{found.name}  ", "bold"), literal("; ".join(parts)))


class _Sets:
    def __init__(self, sets: list[SetPreview], *, weighted: bool = False) -> None:
        self._sets = sets
        self._weighted = weighted

    def __len__(self) -> int:
        return len(self._sets)

    def cell(self, row: int, column: str) -> Text:
        each = self._sets[row]
        if column == "name":
            return Text(each.name, "bold")
        if column in ("groups", "speakers"):
            return Text(count(getattr(each, column) or 0))
        if column == "balanced":
            if each.balanced != each.rows:
                return Text(" + ".join(map(count, each.balanced)))
            return Text("by weights" if self._weighted and row == 0 else "as they are", "dim")
        return Text(count(each.rows[column == "positive"]))
