"""What the whole app knows: the corpus, the run it follows, the model in use, the devices; and how each is changed.

Panes watch the reactive attributes of :class:`Session` and call its methods; none of them loads anything itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from textual.reactive import reactive
from textual.worker import Worker, WorkerError, get_current_worker

from gendertui.tui.answering import Answering

if TYPE_CHECKING:
    from textual.command import Provider
    from textual.message_pump import MessagePump
    from textual.widget import Widget

    from gendertui.corpus.reading.options import ReadingOptions
    from gendertui.corpus.table import Corpus
    from gendertui.runs.folder import RunFolder
    from gendertui.runs.queue import Entry
    from gendertui.training.config import TrainingConfig

_IN_THE_WAY = {"paused": "is paused, and keeps its memory", "queued": "waits for its turn"}
"""State of a run that another one would wait for → what it does, if it does not train."""


class Session(Answering):
    """State shared by the panes, and the long work that changes it.

    None of the reactives is drawn by the app itself: with ``repaint`` each change would draw the whole screen anew.
    """

    probed: reactive[dict[str, Any] | None] = reactive(None, init=False, repaint=False)
    device_name: reactive[str] = reactive("auto", init=False, repaint=False)
    wanted_row: reactive[int | None] = reactive(None, init=False, always_update=True, repaint=False)
    """The row of the corpus that was asked for last, see :meth:`show_line`."""

    def begin(self, corpus: str | None, attach: str | None, options: ReadingOptions | None = None) -> None:
        """After the first paint: the model and what was asked for; then the rest, see :meth:`_begin_rest`."""
        model = self.use_model(None)
        if attach is not None and self.hosts:
            self.find_at(self.hosts[0], attach)
        elif attach is not None:
            self._find_run(attach)
        self.begin_hosts()
        if corpus is not None:
            self.open_corpus(
                corpus, options=options, failed=lambda error: setattr(self, "refused_source", (corpus, error))
            )
        self.run_worker(self._begin_rest(model, corpus, attach), group="begin")

    async def _begin_rest(self, model: Worker[None], corpus: str | None, attach: str | None) -> None:
        """Load the active run, the last corpus and the devices, after the model, whose answer they would delay.

        Threads share one interpreter lock, and a person may be typing into the prompt already.
        """
        with suppress(WorkerError):
            await model.wait()
        if get_current_worker().is_cancelled:
            # The app is closing: waiting ends by the same exception where the model's own worker was cancelled.
            return
        if attach is None:
            self._find_run(None)
        if corpus is None:
            self.background(_last_corpus, self._begin_corpus, group="find-corpus")
        self.probe()

    def _find_run(self, asked: str | None) -> None:
        self.background(lambda: _run_to_follow(asked), self._begin_following, group="find-run")

    def _begin_following(self, folder: RunFolder | None) -> None:
        if folder is not None and self.run_view is None:
            self.follow(folder)

    def _begin_corpus(self, source: str | None) -> None:
        if source is not None and self.corpus is None and self.reading is None:
            self.open_corpus(source)

    # Panes, which the app above this shows

    @property
    def pane(self) -> Widget | None:
        """The pane that is shown."""
        raise NotImplementedError

    def is_shown(self, pane: str) -> bool:
        return self.pane is not None and self.pane.id == pane

    async def show_pane(self, pane: str) -> Widget:
        """Show the pane of that name, and put the focus into it."""
        raise NotImplementedError

    async def show_line(self, row: int) -> None:
        """Show a line of the open corpus in its table."""
        await self.show_pane("corpus")
        self.wanted_row = row

    # Devices

    def probe(self, *, fresh: bool = False) -> None:
        """Ask the probe (a process of its own: torch is never imported here) for the devices."""

        def job() -> dict[str, Any]:
            from gendertui.subprocesses.probe import devices

            return devices(fresh=fresh)

        self.background(job, self._probed, group="probe")

    def _probed(self, answer: dict[str, Any]) -> None:
        self.probed = answer
        default = answer["default"]
        name = next((device["name"] for device in answer["devices"] if device["id"] == default), "")
        self.device_name = f"{default} ({name})" if name else default

    # Runs

    def train_quick(self) -> None:
        """Train the quick preset on the corpus that is open, else on one that is asked for."""
        self.with_corpus(self._start_quick)

    def _start_quick(self, corpus: Corpus) -> None:
        from gendertui.training.config import preset

        self.start_run(preset("quick"), corpus, "quick")

    def start_run(self, config: TrainingConfig, corpus: Corpus, preset: str | None) -> None:
        """Start a worker and follow it on the Train pane; where another run has the device, ask first."""

        def start(wait: bool) -> RunFolder:
            from gendertui.runs import launch

            return launch.start(config, corpus, preset=preset, wait=wait)

        async def started(folder: RunFolder) -> None:
            self.follow(folder)
            await self.show_pane("train")

        self._begin_run(lambda: config.device, start, started)

    def resume_run(self, run: RunFolder, changes: Mapping[str, Any]) -> None:
        """Start a worker that continues a run, and follow it; where another run has the device, ask first.

        :param changes: see :func:`gendertui.runs.launch.resume`.
        """

        def device() -> str:
            from gendertui.runs.queue import device_of

            return device_of(run)

        def start(wait: bool) -> RunFolder:
            from gendertui.runs import launch

            return launch.resume(run, changes=changes, wait=wait)

        self._begin_run(device, start, self.follow)

    def _begin_run(
        self, device: Callable[[], str], start: Callable[[bool], RunFolder], started: Callable[[RunFolder], object]
    ) -> None:
        """Start a worker, or let it wait in the queue, or neither, as is answered.

        :param start: gets whether it waits.
        """

        def look() -> Entry | None:
            from gendertui.runs import queue

            return queue.in_the_way(device(), queue.ahead())

        def looked(found: Entry | None) -> None:
            if found is None:
                begin(wait=False)
                return
            from gendertui.tui.dialogs.choice import Choice

            name = found.run.name
            question = f"{name} {_IN_THE_WAY.get(found.state, 'is training')}."
            answers = [
                ("wait", "Wait for it", "Its turn comes by itself, also with this program closed."),
                ("now", "Start another anyway", "Two runs at once make both many times slower."),
                ("not", "Not now", ""),
            ]
            self.push_screen(Choice("Start", question, answers), answered)

        def answered(answer: str | None) -> None:
            if answer in ("wait", "now"):
                begin(wait=answer == "wait")

        def begin(*, wait: bool) -> None:
            self.background(lambda: start(wait), queued if wait else started, group="start", awaited=True)

        def queued(folder: RunFolder) -> None:
            runs = self.keymap.shown("train.runs")
            self.say(f"{folder.name} is in the queue. {runs} on Train lists all runs, and changes their order.")
            if self.run_view is None or self.run_view.over:
                self.follow(folder)

        self.background(look, looked, group="start", awaited=True)


def session_of(node: MessagePump | Provider) -> Session:
    """The app that a pane, screen or widget is in, by the type they all know."""
    return cast("Session", node.app)


def _run_to_follow(asked: str | None) -> RunFolder | None:
    """The requested run, else the newest active one: one that waits in the queue only if no other is active."""
    from gendertui.runs.folder import RunFolder, find, list_runs

    if asked is not None:
        return find(asked)
    going = sorted((run for run in list_runs() if run.active), key=lambda run: run.state == "queued")
    return RunFolder(going[0].folder) if going else None


def _last_corpus() -> str | None:
    """The corpus of last time, where it still is."""
    from gendertui.corpus.recent import recent

    return next((source for source in recent() if Path(source).exists()), None)
