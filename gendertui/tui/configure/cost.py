"""What the configuration means on the open corpus: lines, words, parameters, memory, time; marked while it is of
settings that are shown no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from gendertui.errors import GendertuiError
from gendertui.formatting import count, parameters, size
from gendertui.training.config import TrainingConfig
from gendertui.tui.configure.missing import missing_vectors
from gendertui.tui.configure.timing import EpochTimer
from gendertui.tui.formatting import literal
from gendertui.tui.session import session_of

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gendertui.tui.configure.summary import Summary

PAUSE_SECONDS = 0.25
TIGHT = 0.8
"""Of the free memory: above this the estimate, which is rough, says that it may not fit."""
STALE = "of the settings before …"
MORE = "tab and ↓ show more"
WRONG = "✗ Correct what is marked first."
NO_CORPUS = "No corpus is open: Start will ask for one."


@dataclass(frozen=True)
class _Found:
    """What was worked out in a thread."""

    config: TrainingConfig
    summary: Summary
    speed: float | None
    missing: str


class Cost(VerticalScroll):
    """The box of figures.

    :param read: what the form shows.
    """

    def __init__(self, read: Callable[[], TrainingConfig], *, id: str) -> None:
        super().__init__(id=id, classes="box")
        self._read = read
        self._pause: Timer | None = None
        self._wanted: TrainingConfig | None = None
        """What the form shows, once that is being worked out."""
        self._found: _Found | None = None
        self._timer = EpochTimer(self, self._draw)

    def compose(self) -> ComposeResult:
        yield Static(id="summary")

    def on_mount(self) -> None:
        self.border_title = "On this corpus"
        self.watch(self.app, "corpus", lambda _: self.work_out())
        self.watch(self.app, "probed", self._probed, init=False)

    def _probed(self) -> None:
        self._draw()
        self._timer.again()

    def on_unmount(self) -> None:
        self._timer.end()

    def on_hide(self) -> None:
        """Nobody waits for it, and another pane wants the processor."""
        self._timer.end()

    def on_show(self) -> None:
        self._timer.again()

    def changed(self) -> None:
        """The form may show something else."""
        try:
            same = self._read() == self._wanted
        except GendertuiError:
            same = False
        if not same:
            self.work_out()

    def work_out(self) -> None:
        """Find out anew; until then, what stands here is marked as of the settings before."""
        self._wanted = None
        self._timer.changed()
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE_SECONDS, self._summarise)
        self._draw()

    def time_now(self) -> None:
        """Time what the form shows, which may be what a key just before has changed."""
        if self._pause is not None:
            self._pause.stop()
        self._summarise(then=lambda: self._timer.measure(asked=True))

    def end_timing(self) -> None:
        """Leave the machine to a run."""
        self._timer.end()

    def _summarise(self, then: Callable[[], object] | None = None) -> None:
        corpus = session_of(self).corpus
        if corpus is None:
            self._say(NO_CORPUS)
            return
        try:
            config = self._wanted = self._read()
        except GendertuiError:
            self._say(WRONG)
            return

        def job() -> _Found:
            from gendertui.subprocesses.probe import known_speed
            from gendertui.tui.configure.summary import summarise

            summary = summarise(config, corpus)
            return _Found(config, summary, known_speed(config, summary.vocabulary), missing_vectors(config.vectors))

        def done(found: _Found) -> None:
            if found.config == self._wanted:
                self.border_title = literal(f"On {corpus.name}")
                self._found = found
                self._timer.show(found.config, found.summary, found.speed)
                self._draw()
                if then is not None:
                    then()

        def failed(error: Exception) -> None:
            self._say(f"✗ {error}")

        session_of(self).background(job, done, group="summary", failed=failed)

    def _say(self, words: str) -> None:
        self._found = None
        self._timer.changed()
        self._set(literal(words), stale=False)

    def _draw(self) -> None:
        found = self._found
        if found is None:
            return
        stale = found.config != self._wanted
        summary = found.summary
        balanced = f" (balanced, from {count(summary.train_before)})" if summary.train != summary.train_before else ""
        sets = f"train {count(summary.train)}{balanced} · val. {count(summary.validation)} · test {count(summary.test)}"
        lines = [
            literal(f"{sets}, {summary.protocol}"),
            Content(_network(summary)),
            *_memory(summary, found.config.device, session_of(self).probed),
            Content.styled(self._timer.words, "" if self._timer.is_current else "$foreground-muted"),
            *(_warning(literal(words)) for words in (found.missing.partition(";")[0], *summary.warnings) if words),
        ]
        self._set(Content("\n").join(line for line in lines if line.plain), stale=stale)

    def _set(self, content: Content, *, stale: bool) -> None:
        self.set_class(stale, "-stale")
        self.query_one("#summary", Static).update(content)
        self.call_after_refresh(self._say_state)

    def _say_state(self) -> None:
        """What the border says of the content, once that is laid out."""
        more = MORE if self.max_scroll_y else ""
        self.border_subtitle = STALE if self.has_class("-stale") else more

    def on_resize(self) -> None:
        self.call_after_refresh(self._say_state)


def _network(summary: Summary) -> str:
    """The size of the network."""
    words = f"about {count(summary.vocabulary)} words"
    return words if summary.parameters is None else f"{words} · {parameters(summary.parameters)}"


def _memory(summary: Summary, device: str, probed: dict[str, Any] | None) -> list[Content]:
    """What training needs beside what the device has free; a warning where that is hardly enough."""
    if summary.memory_bytes is None:
        return [Content("memory is known when it trains")]
    wanted = f"about {size(summary.memory_bytes)} of memory"
    chosen = _chosen(device, probed)
    if chosen is None or not chosen.get("memory_free"):
        return [Content(wanted)]
    free = chosen["memory_free"]
    words = literal(f"{wanted}, {chosen['id']} has {size(free)} free")
    if summary.memory_bytes <= TIGHT * free:
        return [words]
    return [_warning(words + Content(": it may not fit" if summary.memory_bytes <= free else ": it will not fit"))]


def _chosen(device: str, probed: dict[str, Any] | None) -> dict[str, Any] | None:
    """The device that a field's value means here; ``None`` where it is not there, or nobody has looked."""
    if probed is None:
        return None
    wanted = {"auto": probed["default"], "cuda": "cuda:0"}.get(device, device)
    return next((each for each in probed["devices"] if each["id"] == wanted), None)


def _warning(words: Content) -> Content:
    return (Content("! ") + words).stylize("$text-warning")
