"""Events of a run as lines, for ``train`` and ``runs follow``."""

from __future__ import annotations

from gendertui.formatting import duration, number, percent
from gendertui.sanitize import escape_control
from gendertui.training import events, progress_words


class EventLines:
    """What a run does, in lines that stay. Under the tutorial preset an epoch is reported in the article's words.

    :param standing: whether a line of its own says which epoch is kept, once: from the first on that is no better.
    """

    def __init__(self, *, article: bool, standing: bool = True) -> None:
        self.article = article
        self._says_standing = standing and not article
        self._stage: str | None = None
        self._epochs: list[events.Epoch] = []
        self._standing = ""

    def __call__(self, event: events.Event, columns: int = 0) -> list[str]:
        """The lines of an event; none where it is not worth one.

        :param columns: that an epoch's line should not need more of; 0 for any number.
        """
        if isinstance(event, events.Stage):
            # Announced once, when it begins.
            begins, self._stage = event.name != self._stage, event.name
            return [f"{escape_control(event.name)} …"] if begins else []
        if isinstance(event, events.Epoch):
            return [self.epoch_line(event, columns), *self._standing_line(event)]
        line = self.line(event)
        return [] if line is None else [line]

    def _standing_line(self, event: events.Epoch) -> list[str]:
        if not self._says_standing:
            return []
        self._epochs = [*(epoch for epoch in self._epochs if epoch.epoch < event.epoch), event]
        before, self._standing = self._standing, progress_words.standing(self._epochs)
        return [self._standing] if self._standing != before and not event.best else []

    def epoch_line(self, event: events.Epoch, columns: int = 0) -> str:
        """One epoch on one line, with fewer figures where it would need more columns."""
        train, validation = event.train, event.validation
        if self.article:
            accuracy = f"{100 * validation['accuracy']:.2f}%" if "accuracy" in validation else "–"
            return (
                f"Epoch {event.epoch}: Train Loss: {number(train.get('loss'))} | "
                f"Train Acc: {100 * train['accuracy']:.2f}% | Val Loss: {number(validation.get('loss'))} | "
                f"Val. Acc: {accuracy} | Time: {event.seconds:.1f} s"
            )
        begins = (
            f"epoch {event.epoch}/{event.epochs}: loss {number(train.get('loss'))} train, "
            f"{number(validation.get('loss'))} validation; "
        )
        balanced = f"balanced accuracy {percent(validation.get('balanced_accuracy'))}, "
        ends = f"AUC {number(validation.get('auc'))}; {duration(event.seconds)}{', best so far' if event.best else ''}"
        whole = begins + balanced + ends
        return whole if not columns or len(whole) <= columns else begins + ends

    def line(self, event: events.Event) -> str | None:
        """The line of a single event; ``None`` for one that is not worth printing."""
        match event:
            case events.Plan():
                coverage = "" if event.coverage is None else f", vectors for {percent(event.coverage)} of the tokens"
                together = f" in {event.processes} processes" if event.processes > 1 else ""
                return (
                    f"training on {escape_control(event.device)}{together}: {event.train_rows:,} lines to train on, "
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
