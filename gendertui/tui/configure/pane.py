"""The Configure pane: presets, the form made from TrainingConfig, what it will cost, devices, Start."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.widgets import Button, OptionList
from textual.widgets.option_list import Option

from gendertui.corpus.units import NO_UNITS
from gendertui.errors import GendertuiError
from gendertui.training.config import DEFAULT_PRESET, PRESETS, TrainingConfig, preset, with_changes
from gendertui.training.fields import shown_name
from gendertui.tui.configure import form
from gendertui.tui.configure.cost import Cost
from gendertui.tui.configure.devices import DeviceList
from gendertui.tui.configure.missing import missing_vectors
from gendertui.tui.configure.presets import PresetTable
from gendertui.tui.configure.start import Starter
from gendertui.tui.configure.words import field_words, preset_words
from gendertui.tui.formatting import literal
from gendertui.tui.hints import help_of
from gendertui.tui.keys import bindings
from gendertui.tui.pane import Pane
from gendertui.tui.panes import PANES
from gendertui.tui.widgets.fold import Fold
from gendertui.tui.widgets.stable_static import StableStatic
from gendertui.tui.widgets.terms import Terms

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus

ROWS_FOR_ALL = 40
TERMS = ("epoch", "best", "train", "validation", "test")
"""What stands on the pane, by the glossary's keys."""


class ConfigurePane(Pane):
    """What to train, before it is trained."""

    ABOUT: ClassVar[str] = (
        "Choose a preset and change what you like: a changed field is marked ● and says what the preset has. Fields "
        "are checked while you type. The eight that matter most come first, the rest stands under Advanced.\n\n"
        "Below stands what this means on the open corpus: lines of each set (train after balancing), and an estimate "
        "of vocabulary, parameters and memory. How long an epoch takes is measured by a few batches once you have "
        "changed nothing for a moment, though not while a run trains. Start trains in a process of its own, which "
        "continues in the background when you close this program."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(PANES["configure"].keys)]

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._preset = DEFAULT_PRESET
        self._missing: dict[str, str] = {}
        """Preset → what is to be said of vectors that it wants and that are not here."""

    def compose(self) -> ComposeResult:
        base = preset(self._preset).model_dump()
        with Horizontal(id="settings"):
            with Vertical(id="choices"):
                yield OptionList(*(Option(name, id=name) for name in PRESETS), id="presets")
                yield StableStatic(id="preset-words")
                with VerticalScroll(id="preset-differences", classes="box", can_focus=False) as box:
                    box.border_title = "Where the presets differ"
                    yield PresetTable()
            with VerticalScroll(id="form", classes="box", can_focus=False):
                for field in form.fields("main"):
                    yield form.FieldRow(field, base[field.name])
                with Fold(title="Advanced", id="advanced"):
                    for field in form.fields("advanced"):
                        yield form.FieldRow(field, base[field.name])
        yield StableStatic(id="field-words")
        with Horizontal(id="estimates"):
            with Vertical(id="where"):
                yield DeviceList(id="devices")
                start = Button("Start", id="start", variant="primary", compact=True)
                yield start.with_tooltip(help_of(self, "configure.start"))
            yield Cost(self.config, id="cost")
            yield Terms(2)

    def on_mount(self) -> None:
        self.query_one("#presets").border_title = "Presets"
        self.query_one("#devices").border_title = "Devices"
        self.query_one("#form").border_title = "Training"
        self.query_one("#presets", OptionList).highlighted = list(PRESETS).index(self._preset)
        self.query_one("#advanced", Fold).collapsed = self.app.size.height < ROWS_FOR_ALL
        self._show_preset()
        self.watch(self.app, "corpus", self._explain)
        self.watch(self.app, "probed", self._devices_changed)
        self.watch(self.app, "reading", self._look_for_vectors)
        if self.gendertui.probed is None or self.gendertui.probed.get("cached"):
            self.gendertui.probe(fresh=True)

    def focus_first(self) -> None:
        self.query_one("#presets").focus()

    def on_resize(self) -> None:
        """A smaller screen still shows the field that is being edited."""
        focused = self.app.focused
        if focused is not None and self in focused.ancestors:
            self.call_after_refresh(focused.scroll_visible, animate=False)

    def _explain(self, corpus: Corpus | None) -> None:
        self.query_one(Terms).show(TERMS, NO_UNITS if corpus is None else corpus.units)

    # Fields and presets

    @cached_property
    def rows(self) -> dict[str, form.FieldRow]:
        return {row.field: row for row in self.query(form.FieldRow)}

    def config(self) -> TrainingConfig:
        """The form's content.

        :raises GendertuiError: a field is wrong.
        """
        return with_changes(TrainingConfig(), {name: row.about.from_text(row.text) for name, row in self.rows.items()})

    def _holds(self, config: TrainingConfig) -> bool:
        """Whether the form has exactly that."""
        try:
            return self.config() == config
        except GendertuiError:
            return False

    @on(OptionList.OptionSelected, "#presets")
    @on(OptionList.OptionHighlighted, "#presets")
    def _preset_taken(self, event: OptionList.OptionSelected | OptionList.OptionHighlighted) -> None:
        name = str(event.option_id)
        # Moving over the list shows a preset as long as nothing would be lost; ⏎ takes it in any case.
        if name == self._preset or (isinstance(event, OptionList.OptionHighlighted) and self._changes()):
            return
        self._preset = name
        self._fill()

    def _fill(self) -> None:
        base = preset(self._preset).model_dump()
        for name, row in self.rows.items():
            row.show(base[name])
        self._show_preset()

    def _changes(self) -> list[str]:
        return [name for name, row in self.rows.items() if row.changed]

    def _show_preset(self) -> None:
        sentence, missing = PRESETS[self._preset][0], self._missing.get(self._preset, "")
        self.query_one("#preset-words", StableStatic).update(Content(sentence))
        self.query_one(PresetTable).show(self._preset)
        words = (
            preset_words(self._preset) if not missing else (Content("! ") + literal(missing)).stylize("$text-warning")
        )
        if not any(row.has_focus_within for row in self.rows.values()):
            self.query_one("#field-words", StableStatic).update(words)
        self._show_changes()

    def _look_for_vectors(self, reading: tuple[str, float | None] | None) -> None:
        """Which presets want word vectors that are not here; anew after each download."""
        if reading is not None:
            return

        def job() -> dict[str, str]:
            return {name: missing_vectors(preset(name).vectors) for name in PRESETS}

        self.gendertui.background(job, self._show_missing, group="vectors-here")

    def _show_missing(self, missing: dict[str, str]) -> None:
        if missing == self._missing:
            return
        looked_before, self._missing = bool(self._missing), missing
        presets = self.query_one("#presets", OptionList)
        for name in PRESETS:
            lacks = ("  no vectors", "$text-warning") if missing[name] else ""
            presets.replace_option_prompt(name, Content.assemble(name, lacks))
        self._show_preset()
        if looked_before:
            self.query_one(Cost).work_out()

    def _show_changes(self) -> None:
        changes = len(self._changes())
        title = f"Training: {self._preset}"
        box = self.query_one("#form")
        box.border_title = f"{title} {form.MARK} {changes} changed" if changes else title

    @on(form.FieldRow.Changed)
    def _field_changed(self, event: form.FieldRow.Changed) -> None:
        self._show_changes()
        row = self.rows[event.field]
        if row.has_focus_within:
            self._show_field(row)
        if event.field == "device":
            self.query_one(DeviceList).mark(event.text)
        self.query_one(Cost).changed()

    @on(DescendantFocus)
    def _focused(self, event: DescendantFocus) -> None:
        row = next((node for node in event.widget.ancestors if isinstance(node, form.FieldRow)), None)
        if row is not None:
            self._show_field(row)
        elif event.widget.id == "presets":
            self._show_preset()

    def _show_field(self, row: form.FieldRow) -> None:
        words = field_words(row.about, row.base, self._preset, row.problem)
        self.query_one("#field-words", StableStatic).update(words)

    def action_advanced(self) -> None:
        advanced = self.query_one("#advanced", Fold)
        if advanced.has_focus_within:
            # A field that is folded away keeps no focus, and without one no key of the pane acts.
            self.focus_first()
        advanced.collapsed = not advanced.collapsed

    def action_undo(self) -> None:
        self._fill()

    # What it will cost, and where

    def action_time(self) -> None:
        """Let the probe train a few batches, and show how long an epoch takes."""
        if self.gendertui.corpus is None or any(row.problem is not None for row in self.rows.values()):
            self.gendertui.say(
                "There is nothing to time yet: open a corpus, and correct what is marked ✗.", warning=True
            )
            return
        self.query_one(Cost).time_now()

    def action_devices(self) -> None:
        self.gendertui.probe(fresh=True)

    def _devices_changed(self, answer: dict[str, Any] | None) -> None:
        self.query_one(DeviceList).show(answer, self.rows["device"].text)

    @on(OptionList.OptionSelected, "#devices")
    def _device_taken(self, event: OptionList.OptionSelected) -> None:
        self.rows["device"].text = str(event.option_id)

    # Start

    @on(Button.Pressed, "#start")
    def action_start(self) -> None:
        """Check everything, then start a worker; if the vectors are not installed, offer ways to get them."""
        wrong = next((row for row in self.query(form.FieldRow) if row.problem is not None), None)
        if wrong is not None:
            self.gendertui.say(
                f"{shown_name(wrong.field)} takes {wrong.problem}.", title="This cannot start", warning=True
            )
            wrong.query_one(".editor").focus()
            return
        self.query_one(Cost).end_timing()
        Starter(self.gendertui, self._take).start(self.config(), self._preset)

    def _take(self, changes: dict[str, Any]) -> None:
        """Fields that a question before the start changed."""
        for name, value in changes.items():
            self.rows[name].text = self.rows[name].about.as_text(value)
