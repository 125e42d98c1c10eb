"""A pane with tabs inside it, which are made when they are first shown."""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from textual import on
from textual.containers import Container
from textual.css.query import NoMatches
from textual.widgets import ContentSwitcher

from gendertui.tui.pane import Pane
from gendertui.tui.panes import PANES
from gendertui.tui.panes.record import load
from gendertui.tui.session import session_of
from gendertui.tui.widgets.tab_line import TabLine

if TYPE_CHECKING:
    from gendertui.tui.session import Session


class PaneTab(Container):
    """One tab of a pane."""

    @property
    def gendertui(self) -> Session:
        """The app, by its own type."""
        return session_of(self)

    def focus_first(self) -> None:
        """Put the focus where up and down do something."""
        raise NotImplementedError


T = TypeVar("T", bound=PaneTab)


class TabbedPane(Pane, Generic[T]):
    """A :class:`TabLine` over a ``ContentSwitcher``, whose ids are the pane's with ``-tabs`` and ``-views``.

    A tab's id is ``tab-`` and the name of its record.
    """

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._opening = asyncio.Lock()

    @cached_property
    def tab_line(self) -> TabLine:
        return self.query_one(f"#{self.id}-tabs", TabLine)

    @cached_property
    def views(self) -> ContentSwitcher:
        return self.query_one(f"#{self.id}-views", ContentSwitcher)

    @property
    def tab(self) -> T | None:
        """The tab that is shown; ``None`` before the first."""
        return cast("T | None", self.views.visible_content)

    def focus_first(self) -> None:
        if self.tab is not None:
            self.tab.focus_first()

    def refresh_tab(self, tab: T) -> None:
        """Draw what there is now: the tab is about to be seen."""
        raise NotImplementedError

    async def show_tab(self, tab: str) -> T:
        """Show a tab, made when it is shown for the first time, with what there is now."""
        async with self._opening:
            shown = self._made(tab)
            if shown is None:
                shown = await self._make(tab)
                self.gendertui.settle_objects()
            # Asked before: what is hidden loses the focus to nobody.
            focused = self.has_focus_within or self.has_focus or (self.is_on_screen and self.screen.focused is None)
            self.tab_line.chosen = tab
            self.views.current = shown.id
            self.refresh_tab(shown)
            if focused:
                shown.focus_first()
            self.refresh_bindings()
            return shown

    async def make_next_tab(self) -> bool:
        async with self._opening:
            left = next((tab.name for tab in PANES[str(self.id)].tabs if self._made(tab.name) is None), None)
            if left is not None:
                await self._make(left)
            return left is not None

    def _made(self, tab: str) -> T | None:
        """A tab that is there."""
        try:
            return cast("T", self.views.get_child_by_id(f"tab-{tab}"))
        except NoMatches:
            return None

    async def _make(self, tab: str) -> T:
        made = cast("T", (await asyncio.to_thread(load, PANES[str(self.id)].tab(tab)))(id=f"tab-{tab}"))
        await self.views.add_content(made)
        return made

    @on(TabLine.Picked)
    async def _tab_picked(self, event: TabLine.Picked) -> None:
        if event.line is self.tab_line:
            event.stop()
            await self.show_tab(event.id)

    async def action_show_tab(self, tab: str) -> None:
        await self.show_tab(tab)
