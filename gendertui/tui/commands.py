"""The command palette: every action that has a key, and the ones that have no key."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.markup import escape

from gendertui.sanitize import escape_control
from gendertui.tui.keys import APP_KEYS, Key
from gendertui.tui.panes import DIGITS, PANES, PaneRecord, TabRecord
from gendertui.tui.session import session_of
from gendertui.tui.theme_choice import ThemeChoice
from gendertui.tui.themes import names

if TYPE_CHECKING:
    from textual.fuzzy import Matcher

    from gendertui.model.listing import ModelInfo
    from gendertui.runs.folder import RunInfo
    from gendertui.tui.dialogs.source_picker import Offer

Command = tuple[str, str, Callable[[], Any]]
"""Name, sentence and deed."""


class Actions(Provider):
    """What a person can do, by name."""

    _known: asyncio.Task[_Known]

    async def startup(self) -> None:
        """Begin to look which corpora, models and runs there are.

        Each letter cancels the search for the letters before it, and with it what that search waits for: waiting here
        would leave a palette that somebody types into at once without any answer. The searches wait, shielded.
        """
        self._known = asyncio.create_task(self._look())

    async def _look(self) -> _Known:
        try:
            return await asyncio.to_thread(_known)
        except Exception as error:
            session_of(self).show_error(error)
            return _Known()

    async def discover(self) -> Hits:
        async for name, what, act in self._commands():
            yield DiscoveryHit(Content(name), act, name, what)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        async for name, what, act in self._commands():
            # The sentence counts only where it has the very words: letters spread over it are no match.
            score = max(matcher.match(name), 0.5 if query.casefold() in what.casefold() else 0.0)
            if score > 0:
                yield Hit(score, _highlighted(matcher, name), act, help=what)

    def of_keys(self) -> Iterator[Command]:
        """Every action that has a key: first what acts where the palette was opened, then what acts everywhere, then
        the rest by pane."""
        app = session_of(self)
        bound = self.screen.active_bindings.values()
        acting = {(node.id, binding.action) for node, binding, enabled, _ in bound if enabled}
        of_panes = [each for pane in PANES.values() for each in self._of_pane(pane)]
        yield from (command for owner, key, command in of_panes if (owner, key.action) in acting)
        for key in app.keymap.keys((*DIGITS, *APP_KEYS)):
            if key.palette:
                yield f"{key.label} ({key.shown})", key.help, partial(app.act, key.action)
        yield from (command for owner, key, command in of_panes if (owner, key.action) not in acting)

    def _of_pane(self, pane: PaneRecord) -> Iterator[tuple[str, Key, Command]]:
        """What there is to do in a pane and in its tabs, and last to show those; each with the id of who acts."""
        keymap = session_of(self).keymap
        for key in keymap.keys(pane.own_keys):
            if key.palette:
                yield pane.name, key, (_named(pane, key), key.help, partial(self._act, pane, key))
        for tab in pane.tabs:
            for key in keymap.keys(tab.own_keys):
                if key.palette:
                    yield f"tab-{tab.name}", key, (_named(tab, key), key.help, partial(self._act_in, pane, tab, key))
        for key in keymap.keys(pane.keys[: len(pane.tabs)]):
            yield pane.name, key, (_named(pane, key), key.help, partial(self._act, pane, key))

    async def _commands(self) -> AsyncIterator[Command]:
        app = session_of(self)
        for command in self.of_keys():
            yield command
        known = await asyncio.shield(self._known)
        for offer in known.sources:
            # A file's name is as it is.
            name = offer.name if offer.lately else f"{offer.name[:1].lower()}{offer.name[1:]}"
            yield f"Corpus: {escape_control(name)}", _text(offer.about), partial(self._open, offer.source)
        for model in known.models:
            use = partial(app.use_model, model.name, remember=True)
            yield f"Model: use {escape_control(model.name)}", _text(f"Let it answer: {model.headline}"), use
        for run in known.runs:
            follow = partial(self._follow, run.folder)
            yield f"Run: show {escape_control(run.name)}", f"Show it on Train: {run.shown}.", follow
        yield "Save a screenshot", "Save the screen as an SVG picture.", app.action_screenshot
        for theme in names():
            yield f"Theme: {theme}", "Another look; it is shown while it is highlighted.", ThemeChoice(app, theme)

    def _open(self, source: str) -> None:
        from gendertui.tui.dialogs.source_picker import DOWNLOAD

        app = session_of(self)
        if source == DOWNLOAD:
            app.download_corpus()
        else:
            app.open_corpus(source)

    async def _follow(self, folder: Path) -> None:
        from gendertui.runs.folder import RunFolder

        app = session_of(self)
        await app.show_pane("train")
        app.follow(RunFolder(folder))

    async def _act(self, pane: PaneRecord, key: Key) -> None:
        """Show the pane, and do what pressing the key there would do."""
        app = session_of(self)
        await app.act(key.action, await app.show_pane(pane.name))

    async def _act_in(self, pane: PaneRecord, tab: TabRecord, key: Key) -> None:
        """The same in a tab inside a pane."""
        app = session_of(self)
        shown = await app.show_pane(pane.name)
        await app.act(tab.shows.action, shown)
        await app.act(key.action, shown.query_one(f"#tab-{tab.name}"))


@dataclass(frozen=True)
class _Known:
    """What there is on this machine to be chosen by name."""

    sources: Sequence[Offer] = ()
    models: Sequence[ModelInfo] = ()
    runs: Sequence[RunInfo] = ()


def _known() -> _Known:
    """Reads files: for a thread."""
    from gendertui.model.store import list_models
    from gendertui.runs.folder import list_runs
    from gendertui.tui.dialogs.source_picker import known_sources

    return _Known(known_sources(), list_models(), list_runs())


def _named(of: PaneRecord | TabRecord, key: Key) -> str:
    return f"{of.title}: {key.label.lower()} ({key.shown})"


def _highlighted(matcher: Matcher, name: str) -> Content:
    """A name with the letters that were typed marked. The matcher's own way would read it as markup."""
    _, offsets = matcher.fuzzy_search.match(matcher.query, name)
    shown = Content(name)
    for offset in offsets:
        if not name[offset].isspace():
            shown = shown.stylize(matcher.match_style, offset, offset + 1)
    return shown


def _text(sentence: str) -> str:
    """A sentence with words from outside, for the palette, which reads it as markup."""
    return escape(escape_control(sentence))
