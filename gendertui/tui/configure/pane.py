"""The Configure pane: presets, the form made from TrainingConfig, what it will cost, devices, Start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.timer import Timer
from textual.widgets import Button, Collapsible, OptionList, Static
from textual.widgets.option_list import Option

from gendertui.errors import GendertuiError
from gendertui.formatting import count, duration, number, parameters, size
from gendertui.training.config import DEFAULT_PRESET, PRESETS, TrainingConfig, preset, with_changes
from gendertui.tui.configure import form
from gendertui.tui.configure.start import Starter
from gendertui.tui.formatting import literal
from gendertui.tui.keys import bindings
from gendertui.tui.pane import Pane
from gendertui.tui.panes import PANES

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus
    from gendertui.tui.configure.summary import Summary

PAUSE_SECONDS = 0.25
TIME_IT = "t times an epoch on this device"
ROWS_FOR_ALL = 40
WARNING = "! "


class ConfigurePane(Pane):
    """What to train, before it is trained."""

    ABOUT: ClassVar[str] = (
        "Choose a preset and change what you like: a changed field is marked ● and says what the preset has. Fields "
        "are checked while you type. The eight that matter most come first, the rest stands under Advanced.\n\n"
        "Below stands what this means on the open corpus: lines of each set (train after balancing), and an estimate "
        "of vocabulary, parameters and memory. Start trains in a process of its own, which continues in the "
        "background when you close this program."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(PANES["configure"].keys)]

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._preset = DEFAULT_PRESET
        self._pause: Timer | None = None
        self._summary: Summary | None = None
        self._cost_lines: list[str] = []

    def compose(self) -> ComposeResult:
        base = preset(self._preset).model_dump()
        with Vertical(id="choices"):
            yield OptionList(*(Option(name, id=name) for name in PRESETS), id="presets")
            yield Static(id="preset-words")
            yield OptionList(id="devices")
        with Vertical(id="settings"):
            with VerticalScroll(id="form", classes="box", can_focus=False):
                for field in form.fields("main"):
                    yield form.FieldRow(field, base[field.name])
                with Collapsible(title="Advanced", id="advanced"):
                    for field in form.fields("advanced"):
                        yield form.FieldRow(field, base[field.name])
            yield Static(id="field-words")
            with Horizontal(id="cost", classes="box"):
                yield Static(id="summary")
                yield Button("Start", id="start", variant="primary", compact=True)

    def on_mount(self) -> None:
        self.query_one("#presets").border_title = "Presets"
        self.query_one("#devices").border_title = "Devices"
        self.query_one("#form").border_title = "Training"
        self.query_one("#cost").border_title = "On this corpus"
        self.query_one("#presets", OptionList).highlighted = list(PRESETS).index(self._preset)
        self.query_one("#advanced", Collapsible).collapsed = self.app.size.height < ROWS_FOR_ALL
        self._show_preset()
        self.watch(self.app, "corpus", self._corpus_changed)
        self.watch(self.app, "probed", self._devices_changed)
        if self.gendertui.probed is None or self.gendertui.probed.get("cached"):
            self.gendertui.probe(fresh=True)

    def focus_first(self) -> None:
        self.query_one("#presets").focus()

    def on_resize(self) -> None:
        """A smaller screen still shows the field that is being edited."""
        focused = self.app.focused
        if focused is not None and self in focused.ancestors:
            self.call_after_refresh(focused.scroll_visible, animate=False)

    # Fields and presets

    @property
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
        about = self.query_one("#preset-words", Static)
        about.update(Content(PRESETS[self._preset][0]))
        # Where a small screen has no room for it below the presets.
        self.query_one("#field-words", Static).update(Content("" if about.display else PRESETS[self._preset][0]))
        self._show_changes()

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
            self._mark_device(event.text)
        self._summarise_soon()

    @on(DescendantFocus)
    def _focused(self, event: DescendantFocus) -> None:
        row = next((node for node in event.widget.ancestors if isinstance(node, form.FieldRow)), None)
        if row is not None:
            self._show_field(row)

    def _show_field(self, row: form.FieldRow) -> None:
        words = self.query_one("#field-words", Static)
        if row.problem is not None:
            words.update(Content.assemble((f"✗ {row.field}: {row.problem}", "$text-error")))
        else:
            words.update(Content.assemble((row.field, "bold"), f": {row.about.title}"))

    def action_advanced(self) -> None:
        advanced = self.query_one("#advanced", Collapsible)
        if advanced.has_focus_within:
            # A field that is folded away keeps no focus, and without one no key of the pane acts.
            self.focus_first()
        advanced.collapsed = not advanced.collapsed

    def action_undo(self) -> None:
        self._fill()

    # What it will cost

    def _corpus_changed(self, _: Corpus | None) -> None:
        self._summarise_soon()

    def _summarise_soon(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE_SECONDS, self._summarise)

    def _summarise(self) -> None:
        corpus = self.gendertui.corpus
        if corpus is None:
            self._say_cost("No corpus is open: Start will ask for one.")
            return
        try:
            config = self.config()
        except GendertuiError as error:
            self._say_cost(f"✗ {error.what}")
            return

        def job() -> Summary:
            from gendertui.tui.configure.summary import summarise

            return summarise(config, corpus)

        self.query_one("#cost").border_title = literal(f"On {corpus.name}")
        self.gendertui.background(
            job, self._show_summary, group="summary", failed=lambda error: self._say_cost(f"✗ {error}")
        )

    def _say_cost(self, words: str) -> None:
        self._summary = None
        self.query_one("#summary", Static).update(literal(words))

    def _show_summary(self, summary: Summary) -> None:
        self._summary = summary
        balanced = f" · {count(summary.train_before)} before balancing" if summary.train != summary.train_before else ""
        lines = [
            f"train {count(summary.train)} · val. {count(summary.validation)} · test {count(summary.test)}",
            f"{summary.protocol}{balanced} · about {count(summary.vocabulary)} words",
            _cost(summary),
            *(f"{WARNING}{warning}" for warning in summary.warnings),
            TIME_IT,
        ]
        self._cost_lines = lines
        self._say_cost_lines()

    def _say_cost_lines(self) -> None:
        lines = [Content.styled(line, "$text-warning" if line.startswith(WARNING) else "") for line in self._cost_lines]
        self.query_one("#summary", Static).update(Content("\n").join(lines))

    def action_time(self) -> None:
        """Let the probe train a few batches, and show how long an epoch takes."""
        corpus = self.gendertui.corpus
        if corpus is None or any(row.problem is not None for row in self.rows.values()):
            self.gendertui.say(
                "There is nothing to time yet: open a corpus, and correct what is marked ✗.", warning=True
            )
            return
        config = self.config()

        def job() -> tuple[Summary, float]:
            from gendertui.subprocesses.probe import speed
            from gendertui.tui.configure.summary import summarise

            # Of the form as it stands: what is shown may still be what a key before this one has changed.
            summary = summarise(config, corpus)
            return summary, speed(config, summary.vocabulary)

        def done(timed: tuple[Summary, float]) -> None:
            summary, tokens_a_second = timed
            seconds = summary.tokens / max(tokens_a_second, 1e-9)
            if self._holds(config):
                self._show_summary(summary)
                epochs = config.most_epochs(-(-summary.train // config.batch_size))
                in_all = duration(seconds * epochs * summary.trainings(config))
                most = "at most " if config.patience is not None else ""
                self._cost_lines[-1] = f"{duration(seconds)} an epoch, {most}{in_all} in all, about"
                self._say_cost_lines()

        if self._pause is not None:
            self._pause.stop()
        self.gendertui.say("Timing a few batches of this configuration…")
        self.gendertui.background(job, done, group="speed")

    # Devices

    def action_devices(self) -> None:
        self.gendertui.probe(fresh=True)

    def _devices_changed(self, answer: dict[str, Any] | None) -> None:
        options = self.query_one("#devices", OptionList)
        options.clear_options()
        if answer is None:
            options.add_option(Option(Content.styled("looking…", "dim"), disabled=True))
            return
        options.add_option(Option(Content.assemble(("auto", "bold"), f"\n{answer['default']}"), id="auto"))
        for device in answer["devices"]:
            options.add_option(Option(_device(device), id=device["id"]))
        self._mark_device(self.rows["device"].text)

    def _mark_device(self, device: str) -> None:
        options = self.query_one("#devices", OptionList)
        place = next((at for at, option in enumerate(options.options) if option.id == device), None)
        with options.prevent(OptionList.OptionHighlighted):
            options.highlighted = place

    @on(OptionList.OptionSelected, "#devices")
    def _device_taken(self, event: OptionList.OptionSelected) -> None:
        self.rows["device"].text = str(event.option_id)

    # Start

    @on(Button.Pressed, "#start")
    def action_start(self) -> None:
        """Check everything, then start a worker; if the vectors are not installed, offer ways to get them."""
        wrong = next((row for row in self.query(form.FieldRow) if row.problem is not None), None)
        if wrong is not None:
            self.gendertui.say(f"{wrong.field} takes {wrong.problem}.", title="This cannot start", warning=True)
            wrong.query_one(".editor").focus()
            return
        Starter(self.gendertui, self._take).start(self.config(), self._preset)

    def _take(self, changes: dict[str, Any]) -> None:
        """Fields that a question before the start changed."""
        for name, value in changes.items():
            self.rows[name].text = self.rows[name].about.as_text(value)


def _device(device: dict[str, Any]) -> Content:
    """``cuda:0`` with its name and memory."""
    physical = device.get("physical_index")
    shown = device["id"]
    if physical is not None and shown != f"cuda:{physical}":
        shown += f" (GPU {physical})"
    total, free = device.get("memory_total"), device.get("memory_free")
    memory = (
        f"{number(free / 1e9, 0)} of {number(total / 1e9, 0)} GB free"
        if free and total
        else size(total)
        if total
        else ""
    )
    return Content.assemble((shown, "bold"), f"\n{device['name']}", *([(f"\n{memory}", "dim")] if memory else []))


def _cost(summary: Summary) -> str:
    if summary.parameters is None or summary.memory_bytes is None:
        return "parameters and memory are known when it trains"
    return f"{parameters(summary.parameters)} · about {size(summary.memory_bytes)}"
