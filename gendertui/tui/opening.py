"""Opening a corpus: reading it off the event loop, and asking what only a person can decide about its file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.reactive import reactive
from textual.worker import Worker, WorkerCancelled, get_current_worker

from gendertui.errors import GendertuiError
from gendertui.tui.background import Background

if TYPE_CHECKING:
    from textual.screen import ModalScreen

    from gendertui.corpus.reading.options import ReadingOptions
    from gendertui.corpus.table import Corpus
    from gendertui.tui.dialogs.source_picker import Offer

FILE = "file"
HOW_APPLIED = "“by hand: on” in Corpus, Reading"


@dataclass
class _Request:
    """A corpus that is to be opened."""

    source: str
    options: ReadingOptions | None
    """How it is to be read; ``None``: as was chosen for its file before, if anything was."""
    then: Callable[[Corpus], object] | None
    failed: Callable[[Exception], object] | None
    data_hash: str | None = None
    """Of a corpus that is known by it: it is found where it has moved, and ``options`` are those of a run and no choice
    for the file."""
    remembered: ReadingOptions | None = None
    """What had been chosen before, where that is what it is read by."""
    said: str = ""
    """What is to be said of labels changed by hand."""

    @property
    def in_force(self) -> ReadingOptions:
        from gendertui.corpus.reading.options import NO_OPTIONS

        return self.options or self.remembered or NO_OPTIONS

    def load(self, progress: Callable[[str, int, int], None]) -> Corpus:
        """Read it, and remember that it was opened and how; takes long: for a thread."""
        from gendertui.corpus import recent
        from gendertui.corpus.corrections.summary import said_on_opening
        from gendertui.corpus.load import find, load
        from gendertui.corpus.moved import load_known
        from gendertui.corpus.reading import remembered

        if self.data_hash is not None:
            corpus = load_known(self.source, self.in_force, self.data_hash, progress)
        else:
            if self.options is None:
                self.remembered = remembered.remembered(find(self.source))
            # One label, or none, is enough to look at; training refuses it.
            corpus = load(self.source, self.in_force, progress=progress, labelled=False)
        # Screens count labels: the first time over all rows takes long.
        corpus.label_codes()
        self.said = said_on_opening(corpus, HOW_APPLIED)
        recent.remember(corpus)
        if self.options is not None and self.data_hash is None:
            remembered.remember(corpus.path, self.options)
        return corpus


class Opening(Background):
    """The corpus that the panes share, and the work that opens another one or downloads a file."""

    corpus: reactive[Corpus | None] = reactive(None, init=False, repaint=False)
    reading: reactive[tuple[str, float | None] | None] = reactive(None, init=False, repaint=False)
    """What is being read or downloaded, and which share of it is done; ``None`` when nothing is."""
    refused_source: reactive[tuple[str, Exception] | None] = reactive(None, init=False, repaint=False)
    """The source that was asked for when the app was started, and why it cannot be read."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(clock)
        self._reads_corpus: Worker[None] | None = None
        self._wait_for_corpus: Callable[[Corpus], object] | None = None
        """What is to be done with the corpus that is being read."""

    def open_corpus(
        self,
        source: str,
        then: Callable[[Corpus], object] | None = None,
        *,
        options: ReadingOptions | None = None,
        data_hash: str | None = None,
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Read a corpus (a path, the name of a sample, or ``cornell``) and make it the app's.

        What cannot be decided about its file is asked for; the answer is remembered for the file.

        :param options: how it is to be read, remembered once it has been; without them, as was chosen before.
        :param data_hash: of a corpus that a run was trained on, which is found by it where it has moved; ``options``
            are the run's then, and not remembered for the file.
        :param failed: gets the exception where it cannot be read, or the question was left; without it that is a
            notice.
        """
        self._request(_Request(source, options, then, failed, data_hash))

    def _request(self, request: _Request) -> None:
        def done(corpus: Corpus) -> None:
            self.settle_objects()
            self.reading = None
            if self.corpus is not None:
                self.garbage.outdated(self.corpus)
            self.corpus = corpus
            if request.said:
                self.say(request.said)
            waiting, self._wait_for_corpus = self._wait_for_corpus, None
            for act in (request.then, waiting):
                if act is not None:
                    act(corpus)

        def refused(error: Exception) -> None:
            self.reading = None
            dialog = self._dialog_about(request, error)
            if dialog is None:
                give_up(error)
            else:
                self.push_screen(dialog, lambda options: answered(error, options))

        def answered(error: Exception, options: ReadingOptions | None) -> None:
            if options is None:
                give_up(error)
            else:
                self._request(_Request(request.source, options, request.then, request.failed, request.data_hash))

        def give_up(error: Exception) -> None:
            self._wait_for_corpus = None
            (request.failed or self.show_error)(error)

        self.reading = (f"Reading {request.source}", None)
        self._reads_corpus = self.background(
            lambda: request.load(self._progress()), done, group="corpus", failed=refused
        )

    def _dialog_about(self, request: _Request, error: Exception) -> ModalScreen[ReadingOptions | None] | None:
        """The dialog whose answer says how to read a file after all; ``None`` where nothing would help."""
        if not isinstance(error, GendertuiError):
            return None
        from gendertui.corpus.reading.labels import LabelsError
        from gendertui.corpus.reading.options import NO_OPTIONS
        from gendertui.corpus.reading.question import ReadingQuestionError
        from gendertui.tui.dialogs.choice import Choice
        from gendertui.tui.dialogs.label_mapping import LabelMapping
        from gendertui.tui.dialogs.reading_question import ReadingQuestion

        if isinstance(error, ReadingQuestionError):
            return ReadingQuestion(error, request.in_force)
        if isinstance(error, LabelsError):
            return LabelMapping(error.what, error.values, request.in_force)
        if request.remembered is not None and request.remembered.to_json():
            return Choice(
                "Read it anew?",
                f"{error.what}\nThe file is read as was chosen for it before, which may not fit it any more.",
                [(NO_OPTIONS, "Forget what was chosen, and find out how to read it", "")],
            )
        return None

    def download_corpus(self, then: Callable[[Corpus], object] | None = None) -> None:
        """Get the film corpus (nothing is fetched when it is here already) and open it."""

        def job() -> Path:
            from gendertui.corpus.download import CORNELL, fetch
            from gendertui.corpus.load import download_target

            step = self._progress()
            return fetch(
                CORNELL,
                download_target("cornell"),
                progress=lambda done, total: step("Downloading the film corpus", done, total),
            )

        self.reading = ("Downloading the film corpus", None)
        self.background(
            job, lambda path: self.open_corpus(str(path), then), group="corpus", failed=self._reading_failed
        )

    def download_vectors(self, then: Callable[[], object]) -> None:
        """Get GloVe 6B, then call ``then``."""

        def job() -> object:
            from gendertui.corpus.download import fetch
            from gendertui.text.vectors import GLOVE_6B, download_target

            step = self._progress()
            return fetch(
                GLOVE_6B, download_target(), progress=lambda done, total: step("Downloading GloVe 6B", done, total)
            )

        def done(_: object) -> None:
            self.reading = None
            then()

        self.reading = ("Downloading GloVe 6B", None)
        self.background(job, done, group="vectors", failed=self._reading_failed)

    def _progress(self) -> Callable[[str, int, int], None]:
        """A callback for a worker: tells the screen at whole percents only, and ends a cancelled worker.

        Nobody waits for what that one reads or fetches: another was asked for, or the app is being left.
        """
        worker = get_current_worker()
        last: tuple[str, int] | None = None

        def step(what: str, done: int, total: int) -> None:
            nonlocal last
            if worker.is_cancelled:
                raise WorkerCancelled(f"{what}: no longer asked for")
            now = (what, 100 * done // total if total else -1)
            if now != last:
                last = now
                self.call_later(self._show_reading, what, done / total if total else None)

        return step

    def _show_reading(self, what: str, share: float | None) -> None:
        if self.reading is not None:
            self.reading = (what, share)

    def _reading_failed(self, error: Exception) -> None:
        self.reading = None
        self.show_error(error)

    def with_corpus(self, then: Callable[[Corpus], object]) -> None:
        """Call ``then`` with the corpus that is open or just being read; where none is, ask which to open first."""
        if self._reads_corpus is not None and not self._reads_corpus.is_finished:
            self._wait_for_corpus = then
            self.say("Training starts when the corpus has been read.")
            return
        if self.corpus is not None:
            then(self.corpus)
            return

        from gendertui.tui.dialogs.source_picker import known_sources

        self.background(known_sources, lambda known: self._ask_corpus(known, then), group="sources", awaited=True)

    def _ask_corpus(self, known: list[Offer], then: Callable[[Corpus], object]) -> None:
        """Which corpus: those opened lately, a file, what can be had without one."""
        from gendertui.tui.dialogs.choice import Choice

        def answered(source: str | None) -> None:
            if source == FILE:
                self._ask_file(then)
            elif source is not None:
                self._open_source(source, then)

        answers = [(offer.source, offer.name, offer.about) for offer in known]
        lately = [answer for offer, answer in zip(known, answers, strict=True) if offer.lately]
        others = [answer for answer in answers if answer not in lately]
        mine = (FILE, "A file of mine …", "CSV, JSON, Parquet, a zip, a folder: texts with two labels.")
        question = "No corpus is open. On which shall it train?"
        self.push_screen(Choice("Train", question, [*lately, mine, *others]), answered)

    def _ask_file(self, then: Callable[[Corpus], object], path: str = "", wrong: str = "") -> None:
        from gendertui.tui.dialogs.source_picker import SourceScreen

        self.push_screen(
            SourceScreen(path, wrong), lambda source: None if source is None else self._open_source(source, then)
        )

    def _open_source(self, source: str, then: Callable[[Corpus], object]) -> None:
        """Open what was picked, and go on with it; what cannot be read is asked for again."""
        from gendertui.tui.dialogs.source_picker import DOWNLOAD, why_refused

        def refused(error: Exception) -> None:
            if isinstance(error, GendertuiError):
                self._ask_file(then, source, why_refused(error))
            else:
                self.show_error(error)

        if source == DOWNLOAD:
            self.download_corpus(then)
        else:
            self.open_corpus(source, then, failed=refused)
