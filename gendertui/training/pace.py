"""How fast a run trains and how long it still takes, from its own events: no clock is read here."""

from __future__ import annotations

from dataclasses import dataclass, field

from gendertui.training.events import Batch, Epoch, Plan

LEAST_SHARE = 0.05
LEAST_SECONDS = 10.0
"""A pace is known once so much of an epoch, or so long, has been trained since the epoch's first event: the batches up
to that one also wait for what a process or a device does once."""
WARM_UP_SECONDS = 1.5
"""So long after its first event a process may still wait for such things, at each new length of lines."""
FORWARD_SHARE = 1 / 3
"""Seconds that a line takes where it is only scored, of those that it takes to train on it: before the first
validation."""


@dataclass
class _Epoch:
    """Of an epoch that is over."""

    seconds: float
    """All of it, its validation included."""
    measured: tuple[int, float] | None
    """Lines, and the seconds that they took; ``None`` where that is not known."""
    validation_seconds: float | None


@dataclass
class Pace:
    """Takes in batches and epochs in their order."""

    _first: Batch | None = None
    """The first event of the current epoch, by the process that trains now."""
    _now: Batch | None = None
    _warm_at: float = 0.0
    """Seconds of the current epoch from which on its pace is that of training alone."""
    _is_warm: bool = False
    _over: dict[int, _Epoch] = field(default_factory=dict)

    def batch(self, event: Batch) -> None:
        seconds = event.seconds or 0.0
        if self._first is None or self._first.epoch != event.epoch:
            self._first, self._warm_at = event, 0.0 if self._is_warm else seconds + WARM_UP_SECONDS
            self._is_warm = True
        elif seconds <= self._warm_at:
            self._first = event
        self._now = event

    def epoch(self, event: Epoch) -> None:
        now = self._now if self._now is not None and self._now.epoch == event.epoch else None
        validation = None if now is None or now.seconds is None else max(event.seconds - now.seconds, 0.0)
        self._over[event.epoch] = _Epoch(event.seconds, self._measured(), validation)
        self._first = self._now = None

    def go_back(self, epoch: int) -> None:
        """Another process has taken the run up in ``epoch``."""
        self._first, self._now, self._is_warm = None, None, False
        self._over = {number: old for number, old in self._over.items() if number < epoch}

    @property
    def epochs(self) -> int:
        """The last one that is over; 0 before the first is."""
        return max(self._over, default=0)

    @property
    def elapsed(self) -> float:
        """Seconds of training so far, without pauses."""
        return sum(epoch.seconds for epoch in self._over.values()) + self._so_far

    @property
    def lines_per_second(self) -> float | None:
        """Of training alone, without validation; ``None`` before it is known."""
        seconds = self._line_seconds()
        return 1 / seconds if seconds else None

    def seconds_left(self, plan: Plan, best: int | None) -> float | None:
        """To the end of the last epoch, validations included, and of the training on all lines where one follows.

        :param best: the epoch kept so far, for as many of which the training on all lines lasts.
        :returns: ``None`` before it is known: in the first seconds of a process, and the first twentieth of an epoch.
        """
        done = self.epochs
        line, validation = self._line_seconds(), self._validation_seconds(plan)
        if line is None or validation is None:
            if not self._over:
                return None
            # Events of an older version, which say how long an epoch took, but nothing within it.
            return (plan.epochs - done - self._share) * self._over[done].seconds
        trained = 0 if self._now is None else self._now.rows or 0
        left = (plan.epochs - done) * (plan.train_rows * line + validation) - trained * line
        if plan.refit_rows is not None:
            # Any epoch to come may be the best one.
            epochs = plan.epochs if done < plan.epochs or best is None else best
            left += epochs * plan.refit_rows * line
        return max(left, 0.0)

    @property
    def _share(self) -> float:
        """Of the current epoch's batches."""
        return 0.0 if self._now is None else self._now.batch / max(self._now.batches, 1)

    @property
    def _so_far(self) -> float:
        return 0.0 if self._now is None else self._now.seconds or 0.0

    def _line_seconds(self) -> float | None:
        """Seconds a line, of the current epoch and the one before it: short epochs alone would make it restless."""
        before = self._over[self.epochs].measured if self._over else None
        known = [measured for measured in (before, self._measured()) if measured is not None]
        rows, seconds = sum(rows for rows, _ in known), sum(seconds for _, seconds in known)
        return seconds / rows if rows else None

    def _measured(self) -> tuple[int, float] | None:
        """Lines of the current epoch without its first event's, and seconds; ``None`` before they are enough."""
        first, now = self._first, self._now
        if first is None or now is None:
            return None
        rows, seconds = (now.rows or 0) - (first.rows or 0), (now.seconds or 0.0) - (first.seconds or 0.0)
        share = rows * now.batch / max((now.rows or 0) * now.batches, 1)
        return (rows, seconds) if rows and (share >= LEAST_SHARE or seconds >= LEAST_SECONDS) else None

    def _validation_seconds(self, plan: Plan) -> float | None:
        """Of one validation: the last one's, before it a guess by its lines. In the first an ensemble fits its n-grams,
        once: it counts for at most twice the guess."""
        line, last = self._line_seconds(), self._over[self.epochs].validation_seconds if self._over else None
        if line is None or (self._over and last is None):
            return None
        guess = plan.validation_rows * line * FORWARD_SHARE
        if last is None:
            return guess
        return min(last, 2 * guess) if len(self._over) == 1 else last
