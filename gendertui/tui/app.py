"""The app: puts header, tabs, panes and footer together and says which key does what. The rest is elsewhere."""

from __future__ import annotations

import asyncio
import os
import shlex
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import events, on
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.command import CommandPalette
from textual.css.query import NoMatches
from textual.driver import Driver as TextualDriver
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter, Monochrome
from textual.theme import Theme
from textual.widgets import ContentSwitcher, Input, Tab, Tabs

from gendertui import paths
from gendertui.errors import GendertuiError
from gendertui.sanitize import escape_control
from gendertui.settings import AUTO, read_settings, write_setting
from gendertui.tui import background_colour, few_colours, keymap, keys, terminal
from gendertui.tui.commands import Actions
from gendertui.tui.dialogs.too_small import TooSmallScreen, fits
from gendertui.tui.driver import Driver
from gendertui.tui.footer import KeyFooter
from gendertui.tui.formatting import WIDE
from gendertui.tui.header import Header
from gendertui.tui.hints import help_of
from gendertui.tui.input_gate import InputGate
from gendertui.tui.keymap import Keymap, checked
from gendertui.tui.pane import Pane
from gendertui.tui.panes import DIGITS, FUNCTION_KEYS, PANES, way_to
from gendertui.tui.panes.record import load
from gendertui.tui.restyling import MainScreen
from gendertui.tui.session import Session
from gendertui.tui.sparse_compositor import SparseCompositor
from gendertui.tui.theme_choice import ThemeChoice, ThemePreview
from gendertui.tui.themes import DEFAULT, OWN, names, of_terminal, roles

if TYPE_CHECKING:
    from gendertui.corpus.reading.options import ReadingOptions

STYLES = Path(__file__).parent / "styles"
FRAME_STYLES = STYLES / "app.tcss"
PANE_STYLES = sorted(path for path in STYLES.glob("*.tcss") if path != FRAME_STYLES)
INTERRUPT_SECONDS = 3.0
KEYS = (*DIGITS, *FUNCTION_KEYS, *keys.APP_KEYS)


class GendertuiApp(Session, inherit_bindings=False):
    """The program on a terminal.

    :param corpus: path or name of a corpus to open at once.
    :param attach: name or folder of a run to show at once.
    :param options: how that corpus is to be read.
    :param hosts: other machines whose runs are shown, too; ``attach`` then names a run of the first.
    :param clock: seconds since the epoch, for ages and remaining times; tests stop it.
    """

    TITLE = "gendertui"
    CSS_PATH: ClassVar[Any] = FRAME_STYLES
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings(KEYS)]
    COMMANDS: ClassVar[Any] = {Actions}
    AUTO_FOCUS = None
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide"), (170, "-huge")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall"), (46, "-towering")]  # noqa: RUF012

    def __init__(
        self,
        corpus: str | None = None,
        attach: str | None = None,
        options: ReadingOptions | None = None,
        *,
        hosts: Sequence[str] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        # Before all that asks for a theme.
        self._few_colours = few_colours.needed()
        settings, self.keymap, broken = _settings()
        theme, last = settings.get("theme"), settings.get("pane")
        question = None
        if theme == AUTO:
            question = background_colour.ask()
            theme = of_terminal(None if question is None else question.dark)
        # Before Textual makes its stylesheet: a theme set later has every rule parsed and applied a second time.
        self.set_reactive(App.theme, theme if theme in names() else DEFAULT)
        super().__init__(clock, settings)
        if "TEXTUAL_ANIMATIONS" not in os.environ:
            # A sliding underline is twenty writes on a line that may be slow, and the pane waits behind them.
            self.animation_level = "none"
        self.question = question
        self._theme_found: str | None = None
        self._preview = ThemePreview(self)
        self._corpus_asked = corpus
        self._options_asked = options
        self.run_asked = attach
        self.hosts = tuple(hosts)
        self._interrupted = float("-inf")
        self._top: Header | None = None
        self._opening = asyncio.Lock()
        self._first = "corpus" if corpus else "train" if attach or hosts else last if last in list(PANES) else "predict"
        # What the command line asks for once says nothing about the next time.
        self._remembers = corpus is None and attach is None and not hosts
        self._remembered = last
        self.input = InputGate(self)
        self.rest.add(self._make_ahead)
        if broken is not None:
            self.call_later(self.show_error, broken)

    @cached_property
    def available_themes(self) -> dict[str, Theme]:
        """Textual's themes and the program's own, those in the colours that the terminal has.

        Kept: Textual looks the theme up for each row that it draws.
        """
        own = {theme.name: theme for theme in OWN}
        return {**super().available_themes, **own, **(few_colours.THEMES if self._few_colours else {})}

    def get_driver_class(self) -> type[TextualDriver]:
        """Textual's; for a terminal the one that gives the tab back, too."""
        usual = super().get_driver_class()
        return Driver if usual is LinuxDriver else usual

    def get_default_screen(self) -> MainScreen:
        return SparseCompositor.give(MainScreen(id="_default"))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return roles(self.current_theme)

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = [terminal.Greys() if isinstance(each, Monochrome) else each for each in super().get_line_filters()]
        return [*filters, terminal.AsciiSigns()] if self.only_ascii else filters

    def compose(self) -> ComposeResult:
        yield Header()
        shown = self.keymap.shown
        tabs = [Tab(f"{shown(f'app.{pane.name}')} {pane.title}", id=pane.name) for pane in PANES.values()]
        for tab, pane in zip(tabs, PANES, strict=True):
            tab.tooltip = help_of(self, way_to(pane))
        yield Tabs(*tabs, active=self._first)
        yield ContentSwitcher(id="panes")
        yield KeyFooter()

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, self._remember_theme)
        self.set_keymap(dict(self.keymap.changed))
        # Later, since nothing is painted before mounting is over.
        self.call_later(self.run_worker, self._open, group="open")

    async def _open(self) -> None:
        """The first pane, as soon as the frame around it is painted: the live curve where a run is at work."""
        await self.screen.wait_for_refresh()
        if self._remembers and (run := await asyncio.to_thread(run_at_work)) is not None:
            self._first, self.run_asked = "train", str(run)
        self.stylesheet.read_all(PANE_STYLES)
        await self.show_pane(self._first)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.begin(self._corpus_asked, self.run_asked, self._options_asked)
        # What was typed so far is meant for the first pane.
        self.input.open = True

    async def on_event(self, event: events.Event) -> None:
        """Let keys, pastes and the mouse act one after another."""
        is_input = isinstance(event, events.InputEvent | events.Paste) and not event.is_forwarded
        if is_input:
            self.rest.disturbed()
        if not is_input or self.input.admits(event):
            await super().on_event(event)

    def colour_found(self, dark: bool) -> None:
        found = of_terminal(dark)
        if found != self.theme:
            self._theme_found = found
            self.theme = found

    def on_resize(self, event: events.Resize) -> None:
        """Nothing but a clear word where there is no room for the panes."""
        if not fits(event.size) and not any(isinstance(screen, TooSmallScreen) for screen in self.screen_stack):
            self.push_screen(TooSmallScreen(), self._has_grown)

    def _has_grown(self, _: None) -> None:
        # A pane that was opened meanwhile has not taken the focus.
        if self.focused is None and self.pane is not None and len(self.screen_stack) == 1:
            self.pane.focus_first()

    def _remember_theme(self, theme: Theme) -> None:
        # What the terminal has said nobody has chosen: the setting stays at auto.
        found, self._theme_found = self._theme_found, None
        if self._preview.is_choice(theme.name) and theme.name != found:
            self.background(lambda: write_setting("theme", theme.name), group="settings")

    # Panes

    async def show_pane(self, pane: str) -> Pane:
        """Show a pane, made when it is shown for the first time, and put the focus into it."""
        async with self._opening:
            switcher = self.query_one("#panes", ContentSwitcher)
            tabs = self.query_one(Tabs)
            with tabs.prevent(Tabs.TabActivated):
                tabs.active = pane
            try:
                shown = switcher.get_child_by_id(pane, Pane)
            except NoMatches:
                # The import takes a while: in a thread, so that the screen lives on.
                shown = (await asyncio.to_thread(load, PANES[pane]))(id=pane)
                await switcher.add_content(shown)
                self.settle_objects()
            switcher.current = pane
            if len(self.screen_stack) == 1 and not isinstance(self.focused, Tabs):
                shown.focus_first()
            if self.input.open:
                self._remember_pane(pane)
            self.rest.disturbed()
            return shown

    def _make_ahead(self) -> None:
        """Make the tabs of the pane that is shown, one by one: the first key that shows one need not wait for it."""

        async def make(pane: Pane) -> None:
            if await pane.make_next_tab():
                self.settle_objects()
                self.rest.soon(self._make_ahead)

        if not self._leaving and self.pane is not None:
            self.keep_input_waiting(self.run_worker(make(self.pane), group="ahead"))

    def _remember_pane(self, pane: str) -> None:
        """Write down which pane to open next time, now: the app may end in ways that leave no time for it."""

        def failed(error: Exception) -> None:
            self._remembers = False
            self.show_error(error)

        if self._remembers and pane != self._remembered:
            self._remembered = pane
            self.background(
                lambda: write_setting("pane", self._remembered), group="remember-pane", failed=failed, awaited=True
            )

    @property
    def pane(self) -> Pane | None:
        """The pane that is shown."""
        shown = self.query_one("#panes", ContentSwitcher).visible_content
        return shown if isinstance(shown, Pane) else None

    @on(CommandPalette.OptionHighlighted)
    def _preview_theme(self, event: CommandPalette.OptionHighlighted) -> None:
        self._preview.highlighted(event)

    @on(CommandPalette.Closed)
    def _end_preview(self) -> None:
        self._preview.closed()

    def action_change_theme(self) -> None:
        """Choose a theme from a list, seeing each."""
        self.search_commands([(name, ThemeChoice(self, name)) for name in names()], placeholder="Search for themes…")

    @on(CommandPalette.Opened)
    def _calm_palette(self) -> None:
        # Its field is Textual's own, not a Field: it would blink, and write to the terminal, all the same.
        for field in self.screen.query(Input):
            field.cursor_blink = False

    @on(Tabs.TabActivated)
    async def _tab_activated(self, event: Tabs.TabActivated) -> None:
        # The first tab says so too, when it is made: its pane is on its way.
        if event.tab.id is not None and self.input.open:
            await self.show_pane(event.tab.id)

    # What the header shows

    def watch_device_name(self, name: str) -> None:
        self._header("device", name)

    def watch_model_name(self, name: str) -> None:
        self._header("model", name)

    def watch_model_figure(self, figure: str) -> None:
        self._header("figure", figure)

    def watch_run_view(self) -> None:
        from gendertui.runs.view_words import in_a_row

        view = self.run_view
        self._header("run", "none" if view is None else in_a_row(view))
        self._header("share", None if view is None or not view.active or not view.reached else view.share())

    def _header(self, name: str, value: object) -> None:
        # Kept: a run's events would have the whole screen searched for it several times a second.
        if self._top is None:
            self._top = next(iter(self.query(Header)), None)
        if self._top is not None:
            setattr(self._top, name, value)

    # Actions of KEYS

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Footer and keys follow the focus: see :meth:`gendertui.tui.keymap.Keymap.acts_in_text`."""
        if isinstance(self.screen, TooSmallScreen):
            return action in TooSmallScreen.ACTIONS
        in_text = self.takes_letters(self.focused)
        if action == "leave_field":
            return in_text
        return not in_text or self.keymap.acts_in_text(KEYS, action)

    async def action_show_pane(self, pane: str) -> None:
        if len(self.screen_stack) == 1:
            await self.show_pane(pane)

    def action_leave_field(self) -> None:
        if self.pane is not None:
            self.pane.focus(scroll_visible=False)

    def action_help(self) -> None:
        from gendertui.tui.dialogs.help import HelpScreen

        if not isinstance(self.screen, HelpScreen) and self.pane is not None:
            self.push_screen(HelpScreen(str(self.pane.id), self.keymap.named(self.pane.about), self.keymap))

    def action_doctor(self) -> None:
        from gendertui.tui.doctor_screen import DoctorScreen

        self.push_screen(DoctorScreen())

    def action_jump(self) -> None:
        """Label what is on the screen, or take the labels away."""
        from gendertui.tui.jump import JumpScreen, targets

        if isinstance(self.screen, JumpScreen):
            self.screen.dismiss(None)
        elif found := targets(self.screen):
            self.push_screen(JumpScreen(found), lambda target: None if target is None else target.go())

    async def action_interrupt(self) -> None:
        """ctrl+c twice leaves; once says so, since in a text field the same key copies."""
        now = time.monotonic()
        if now - self._interrupted < INTERRUPT_SECONDS:
            await self.action_quit()
            return
        self._interrupted = now
        self.say("Press ctrl+c again to leave. Training continues in the background.")

    def action_suspend(self) -> None:
        if terminal.can_suspend(self):
            terminal.suspend(self)
        else:
            self.say("There is no shell to go back to: the app was not started from one.", warning=True)

    async def action_quit(self) -> None:
        """Leave; of a run that is at work, say on the terminal what it is called and how to come back to it."""
        view = self.run_view
        run = view.folder if view is not None and view.active else await asyncio.to_thread(run_at_work)
        undecided = self.left_undecided()
        if run is None:
            self.exit(message=_unwrapped(undecided) if undecided else None)
            return
        from gendertui.runs.view_words import goes_on, goes_on_there

        is_shown = view is not None and run == view.folder
        there = view if view is not None and is_shown and view.host else None
        queued = view is not None and is_shown and view.state == "queued"
        said = goes_on(run.name, queued=queued) if there is None else goes_on_there(there)
        where = f" --host {shlex.quote(there.host)}" if there is not None else ""
        name = escape_control(run.name)
        words = f"{said}\nWatch it with: gendertui{where} attach {shlex.quote(name) if where else name}"
        self.exit(message=_unwrapped("\n".join((words, *([undecided] if undecided else [])))))


def _unwrapped(words: str) -> Text:
    """What is said on the terminal that was left, where a name is copied from."""
    return Text(words, no_wrap=True, overflow="ignore")


def run_at_work() -> Path | None:
    """The newest run of this machine that is training, found without importing what reads a run."""
    from gendertui.runs.lock import newest_held

    return newest_held(paths.runs_dir())


def _settings() -> tuple[dict[str, Any], Keymap, GendertuiError | None]:
    """The person's settings and keys; what is broken is reported and does not keep the program from opening."""
    settings: dict[str, Any] = {}
    try:
        settings = read_settings()
        return settings, checked(settings.get(keymap.SETTING)), None
    except GendertuiError as error:
        return settings, Keymap(), error


def run(
    corpus: str | None = None,
    attach: str | None = None,
    options: ReadingOptions | None = None,
    hosts: Sequence[str] = (),
) -> int:
    """Open the app on this terminal and return its exit code; see :func:`gendertui.tui.terminal.run`."""

    def make() -> GendertuiApp:
        app = GendertuiApp(corpus, attach, options, hosts=hosts)
        app.garbage.begin()
        app.rest.begin()
        return app

    return terminal.run(make)
