"""Events of a run as lines on stderr, for ``train`` and ``runs follow``."""

from __future__ import annotations

from gendertui.cli.terminal.output import ProgressLine
from gendertui.formatting import clock, duration, number, percent, rate, size
from gendertui.sanitize import escape_control
from gendertui.training import events, progress_words
from gendertui.training.pace import Pace


class EventPrinter:
    """Prints what a run does. Under the tutorial preset an epoch is reported in the article's words."""

    def __init__(self, progress: ProgressLine, *, article: bool) -> None:
        self.progress = progress
        self.article = article
        self._stage: str | None = None
        self._epochs: list[events.Epoch] = []
        self._plan: events.Plan | None = None
        self._pace = Pace()
        self._standing = ""

    def __call__(self, event: events.Event) -> None:
        if isinstance(event, events.Stage):
            self._say_stage(event)
        elif isinstance(event, events.Batch):
            self._show_batch(event)
        elif isinstance(event, events.Epoch):
            self.progress.say(self.epoch_line(event))
            self._say_standing(event)
        else:
            if isinstance(event, events.Plan):
                self._plan = event
            elif isinstance(event, events.Resumed) and not event.stage:
                self._pace.go_back(event.epoch)
            line = self.line(event)
            if line is not None:
                self.progress.say(line)

    def _say_stage(self, event: events.Stage) -> None:
        """A stage is announced once, when it begins; its progress shows on a terminal only."""
        if event.name != self._stage:
            self._stage = event.name
            self.progress.say(f"{escape_control(event.name)} …")
        if event.total:
            share = 100 * event.done // event.total
            left = "" if event.seconds_left is None else f", {clock(event.seconds_left)} left"
            self.progress.show(
                f"{escape_control(event.name)}: {event.done:,} of {event.total:,} {event.unit} ({share} %){left}"
            )

    def _say_standing(self, event: events.Epoch) -> None:
        """Which epoch is kept, on a line of its own, once: from the first on that is no better."""
        self._epochs = [*(epoch for epoch in self._epochs if epoch.epoch < event.epoch), event]
        self._pace.epoch(event)
        standing = progress_words.standing(self._epochs)
        if standing != self._standing and not event.best and not self.article:
            self.progress.say(standing)
        self._standing = standing

    def _show_batch(self, event: events.Batch) -> None:
        self._pace.batch(event)
        memory = f", {size(event.memory_bytes)}" if event.memory_bytes else ""
        kept = progress_words.kept(self._epochs)
        left = progress_words.left(self._pace, self._plan, kept) if self._plan is not None else ""
        self.progress.show(
            f"epoch {event.epoch}: batch {event.batch:,} of {event.batches:,}, loss {number(event.loss)}, "
            f"{left}{', ' if left else ''}{rate(event.lines_per_second)} lines/s, "
            f"{rate(event.tokens_per_second)} tokens/s{memory}"
        )

    def epoch_line(self, event: events.Epoch) -> str:
        """One epoch on one line."""
        train, validation = event.train, event.validation
        if self.article:
            accuracy = f"{100 * validation['accuracy']:.2f}%" if "accuracy" in validation else "–"
            return (
                f"Epoch {event.epoch}: Train Loss: {number(train.get('loss'))} | "
                f"Train Acc: {100 * train['accuracy']:.2f}% | Val Loss: {number(validation.get('loss'))} | "
                f"Val. Acc: {accuracy} | Time: {event.seconds:.1f} s"
            )
        return (
            f"epoch {event.epoch}/{event.epochs}: loss {number(train.get('loss'))} train, "
            f"{number(validation.get('loss'))} validation; balanced accuracy "
            f"{percent(validation.get('balanced_accuracy'))}, AUC {number(validation.get('auc'))}; "
            f"{duration(event.seconds)}{', best so far' if event.best else ''}"
        )

    def line(self, event: events.Event) -> str | None:
        """The line of a single event; ``None`` for one that is not worth printing."""
        match event:
            case events.Plan():
                coverage = "" if event.coverage is None else f", vectors for {percent(event.coverage)} of the tokens"
                return (
                    f"training on {escape_control(event.device)}: {event.train_rows:,} lines to train on, "
                    f"{event.validation_rows:,} to validate, {event.batches:,} batches an epoch, "
                    f"{event.vocabulary:,} words{coverage}, {event.parameters:,} parameters"
                )
            case events.Resumed():
                stage = f"{escape_control(event.stage)}, " if event.stage else ""
                where = f"{stage}epoch {event.epoch}, batch {event.batch}"
                exact = "bit-identical to an unbroken run" if event.bit_identical else f"not bit-identical: {event.why}"
                return f"resumed at {where}; {escape_control(exact)}"
            case events.Warning() if event.kind != events.STILL_LEARNING:
                # That one is among the remarks of the verdict, which follows.
                return f"warning: {escape_control(event.text)}"
            case events.Error():
                hint = f"\n{escape_control(event.hint)}" if event.hint else ""
                return f"error: {escape_control(event.text)}{hint}"
            case events.Done():
                return f"time: {event.seconds:.3f}" if self.article else f"done in {duration(event.seconds)}"
        return None
