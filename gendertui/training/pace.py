"""How fast a run trains and how long it still takes, from its own events: no clock is read here."""

from __future__ import annotations

from dataclasses import dataclass, field

from gendertui.training.events import Batch, Epoch, Plan

LEAST_SHARE, LEAST_SECONDS = 0.1, 1.0
ENOUGH_SECONDS = 10.0
"""A pace is known once so much of an epoch's work has been trained in so long at least, or anything for so long, since
the first event of a process: the batches up to that one also wait for what a process or a device does once."""
WARM_UP_SECONDS = 1.5
"""So long after its first event a process may still wait for such things, at each new length of lines."""
WINDOW_SHARE, WINDOW_SECONDS = 0.5, 4.0
"""A pace is that of so much of an epoch's work last done, and of so long, where there is as much: less is restless, and
more is slow to see that a machine has become slower or faster."""
FORWARD_SHARE = 1 / 3
"""Seconds that a line takes where it is only scored, of those that it takes to train on it: before the first
validation."""


@dataclass(frozen=True)
class _Work:
    """What was done of an epoch, and how long it took."""

    share: float = 0.0
    """Of the epoch's work; of its batches in events of older versions."""
    rows: float = 0.0
    seconds: float = 0.0

    @classmethod
    def until(cls, event: Batch) -> _Work:
        share = event.batch / max(event.batches, 1) if event.share is None else event.share
        return cls(share, event.rows or 0, event.seconds or 0.0)

    def __sub__(self, before: _Work) -> _Work:
        return _Work(self.share - before.share, self.rows - before.rows, self.seconds - before.seconds)

    def __add__(self, other: _Work) -> _Work:
        return _Work(self.share + other.share, self.rows + other.rows, self.seconds + other.seconds)

    def part(self, of: float) -> _Work:
        return _Work(self.share * of, self.rows * of, self.seconds * of)


@dataclass(frozen=True)
class _Epoch:
    """Of an epoch that is over."""

    seconds: float
    """All of it, its validation included."""
    measured: _Work | None
    """``None`` where too little of it is known."""
    validation_seconds: float | None


@dataclass
class Pace:
    """Takes in batches and epochs in their order."""

    _before: _Work | None = None
    """Of the current epoch, what is not measured: by a process that has trained already nothing, else what it did
    before it was warm."""
    _now: Batch | None = None
    _warm_at: float = 0.0
    """Seconds of the current epoch from which on its pace is that of training alone."""
    _is_warm: bool = False
    _over: dict[int, _Epoch] = field(default_factory=dict)

    def batch(self, event: Batch) -> None:
        done = _Work.until(event)
        if self._now is None or self._now.epoch != event.epoch:
            self._before = _Work() if self._is_warm else done
            self._warm_at = 0.0 if self._is_warm else done.seconds + WARM_UP_SECONDS
            self._is_warm = True
        elif done.seconds <= self._warm_at:
            self._before = done
        self._now = event

    def epoch(self, event: Epoch) -> None:
        now = self._now if self._now is not None and self._now.epoch == event.epoch else None
        validation = None if now is None or now.seconds is None else max(event.seconds - now.seconds, 0.0)
        self._over[event.epoch] = _Epoch(event.seconds, self._measured(), validation)
        self._before = self._now = None

    def go_back(self, epoch: int) -> None:
        """Another process has taken the run up in ``epoch``."""
        self._before, self._now, self._is_warm = None, None, False
        self._over = {number: old for number, old in self._over.items() if number < epoch}

    @property
    def epochs(self) -> int:
        """The last one that is over; 0 before the first is."""
        return max(self._over, default=0)

    @property
    def elapsed(self) -> float:
        """Seconds of training so far, without pauses and without what is fitted once beside the epochs."""
        return sum(epoch.seconds for epoch in self._over.values()) + (0.0 if self._now is None else self._done.seconds)

    @property
    def lines_per_second(self) -> float | None:
        """Of training alone, without validation; ``None`` before it is known."""
        known = self._known()
        return known.rows / known.seconds if known is not None and known.rows else None

    def seconds_left(self, plan: Plan, best: int | None) -> float | None:
        """To the end of the last epoch, validations included, and of the training on all lines where one follows.

        :param best: the epoch kept so far, for as many of which the training on all lines lasts.
        :returns: ``None`` before it is known: in the first seconds of a process, and the first tenth of an epoch.
        """
        # Any epoch to come may be the best one.
        refitted = plan.epochs if self.epochs < plan.epochs or best is None else best
        return self._left(plan, plan.epochs, refitted)

    def least_seconds_left(self, plan: Plan, best: int | None) -> float | None:
        """As :meth:`seconds_left`, where no epoch to come is better than the best one.

        :param best: as there; before there is one the first epoch is it.
        :returns: ``None`` before it is known, or where only time bounds the epochs.
        """
        last = plan.epochs
        if plan.may_end_sooner and plan.patience is None:
            return None
        if plan.patience is not None:
            # An epoch that has begun is trained to its end.
            sooner = max(best or 1, plan.patience_from) + plan.patience
            last = min(max(sooner, self.epochs + (self._now is not None)), last)
        return self._left(plan, last, best or 1)

    def _left(self, plan: Plan, last: int, refitted: int) -> float | None:
        """To the end of epoch ``last``, and of a training on all lines that lasts ``refitted`` epochs."""
        done, known = self.epochs, self._known()
        if done and self._over[done].validation_seconds is None:
            # Events of an older version, which say how long an epoch took, but nothing within it.
            return (last - done - self._done.share) * self._over[done].seconds
        if known is None:
            return None
        epoch = known.seconds / known.share
        left = (last - done) * (epoch + self._validation_seconds(plan, epoch)) - self._done.share * epoch
        if plan.refit_rows is not None:
            left += refitted * plan.refit_rows / max(plan.train_rows, 1) * epoch
        return max(left, 0.0)

    @property
    def _done(self) -> _Work:
        """Of the current epoch."""
        return _Work() if self._now is None else _Work.until(self._now)

    def _known(self) -> _Work | None:
        """What was measured of the current epoch, and as much of those before it as the pace goes by; ``None`` before
        it is enough."""
        known = self._measured() or _Work()
        for number in sorted(self._over, reverse=True):
            before = self._over[number].measured
            if before is None or before.share <= 0 or before.seconds <= 0:
                continue
            lacks = (WINDOW_SHARE - known.share) / before.share, (WINDOW_SECONDS - known.seconds) / before.seconds
            known += before.part(min(max(*lacks, 0.0), 1.0))
        enough = (known.share >= LEAST_SHARE and known.seconds >= LEAST_SECONDS) or known.seconds >= ENOUGH_SECONDS
        return known if enough and known.share > 0 else None

    def _measured(self) -> _Work | None:
        """What was done of the current epoch since its pace can be measured; ``None`` where seconds are not known."""
        if self._before is None or self._now is None or self._now.seconds is None:
            return None
        return self._done - self._before

    def _validation_seconds(self, plan: Plan, epoch: float) -> float:
        """Of one validation: the last one's, before it a guess by its lines.

        :param epoch: seconds of an epoch's training.
        """
        last = self._over[self.epochs].validation_seconds if self._over else None
        return plan.validation_rows / max(plan.train_rows, 1) * epoch * FORWARD_SHARE if last is None else last
