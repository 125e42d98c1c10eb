"""What a split would give: lines by label in each set, before and after balancing, and what leaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static
from textual.worker import get_current_worker

from gendertui.formatting import count, percent
from gendertui.tui.corpus.groups_view import MemberRows, member_columns
from gendertui.tui.corpus.overview import label_styles
from gendertui.tui.corpus.view import STEPS, CorpusView
from gendertui.tui.formatting import literal
from gendertui.tui.hints import help_of, keymap_of
from gendertui.tui.widgets.prose import Prose
from gendertui.tui.widgets.tab_line import Item, TabLine
from gendertui.tui.widgets.table import Column, VirtualTable

if TYPE_CHECKING:
    from gendertui.corpus.leaks.schema import SetLeaks
    from gendertui.corpus.members import Member
    from gendertui.corpus.preview import SetPreview, SplitPreview
    from gendertui.corpus.table import Corpus
    from gendertui.corpus.units import Unit, Units

AUTO = "auto"
SETS = ("train", "validation", "test")
UNITS: dict[Unit, str] = {"group": "group_id", "speaker": "speaker_id"}
"""Unit → its column in the corpus."""


@dataclass(frozen=True)
class Found:
    """What a split gives, and who is in each set; of those nobody while they are being counted."""

    preview: SplitPreview
    members: Mapping[str, Mapping[Unit, list[Member]]]


class SplitView(CorpusView):
    """A table of the sets under the protocols that the corpus can be split by; ← and → choose one."""

    def compose(self) -> ComposeResult:
        yield TabLine(lead=keymap_of(self).named(STEPS), help=help_of(self, "corpus.other"), id="split-protocols")
        yield Static(classes="about-view")
        yield VirtualTable((), id="split-sets", enter="")
        yield Prose(id="split-leaks")
        with Horizontal(id="split-members"):
            for name in SETS:
                with Vertical(id=f"split-{name}", classes="box"):
                    for unit in UNITS:
                        yield VirtualTable((), id=f"split-{name}-{unit}", enter="")

    def focus_first(self) -> None:
        self.query_one("#split-sets").focus()

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
        self.query_one("#split-sets", VirtualTable).show(_Sets([]), ())
        self.query_one("#split-leaks", Static).update("")
        super().compute_again()

    def job(self, corpus: Corpus) -> Callable[[], Any]:
        protocol = self.query_one(TabLine).chosen

        def job() -> Found:
            from gendertui.corpus.preview import preview
            from gendertui.training.config import TrainingConfig

            config, worker = TrainingConfig(), get_current_worker()
            first = preview(corpus, protocol, config.split_seed, config.balance, leaks=False)
            if not worker.is_cancelled:
                self.app.call_later(self._computed, Found(first, {}))
            whole = preview(corpus, protocol, config.split_seed, config.balance)
            return Found(whole, _members(corpus, protocol, config.split_seed))

        return job

    def draw(self, computed: Found) -> None:
        corpus, found = self.corpus, computed.preview
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
        table = self.query_one("#split-sets", VirtualTable)
        table.styles.height = len(found.sets) + 1
        table.show(
            _Sets(list(found.sets), weighted=found.balance == "class-weights"), range(len(found.sets)), columns=columns
        )
        leaks = self.query_one("#split-leaks", Static)
        if found.leaks is None:
            leaks.update("Counting what leaks…")
        else:
            leaks.update(Content("\n").join(_leaks(each, units) for each in found.leaks.sets))
        self._draw_members(corpus, computed.members)

    def _draw_members(self, corpus: Corpus, members: Mapping[str, Mapping[Unit, list[Member]]]) -> None:
        """Which groups and which speakers are in which set, where there is room for it."""
        self.query_one("#split-members").set_class(any(members.values()), "-some")
        for name in SETS:
            of_units = members.get(name, {})
            box = self.query_one(f"#split-{name}")
            box.display = any(of_units.values())
            box.border_title = name
            for unit in UNITS:
                listed, noun = of_units.get(unit, []), corpus.units.noun(unit)
                table = self.query_one(f"#split-{name}-{unit}", VirtualTable)
                table.display = bool(listed)
                rows = MemberRows(listed, table, label_styles(self))
                table.show(rows, range(len(listed)), columns=member_columns(corpus, noun, missing=False))


def _members(corpus: Corpus, protocol: str, seed: int) -> dict[str, dict[Unit, list[Member]]]:
    """Set → those who have lines in it; for a thread."""
    from gendertui.corpus.members import members
    from gendertui.corpus.splits.split import make_split

    split = make_split(corpus, protocol, seed)
    return {
        name: {unit: members(corpus, column, split.rows(which)) for unit, column in UNITS.items()}
        for which, name in enumerate(SETS)
    }


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
