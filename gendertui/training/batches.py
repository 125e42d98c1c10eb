"""Assign lines to batches, and put batches on the device.

The order of an epoch depends only on ``(seed, epoch)``, never on a generator used for anything else: a resumed run
rebuilds it and skips the finished batches.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from gendertui.arrays import Floats, Ints
from gendertui.model.networks.lengths import Lengths
from gendertui.text.vocabulary import PAD

if TYPE_CHECKING:
    from gendertui.text.encode import EncodedLines


STEP_LINES = 16
"""A time step of any batch takes as long as so many of its lines, beside the time of its lines."""
RUN_STEP_LINES = 2
"""The same of one run of lines of one length within a batch, where a batch is large: measured with 48 to 256 units."""
POOL_BATCHES = 100
"""torchtext's BucketIterator sorts inside pools of this many batches."""


@dataclass(frozen=True)
class Order:
    """One epoch: ``rows`` in the order they are visited; batch ``i`` is ``rows[bounds[i]:bounds[i + 1]]``."""

    rows: Ints
    bounds: Ints

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def work(self, lengths: Ints, *, by_runs: bool = False) -> Floats:
        """Share of the epoch's work that so many batches are; float64 ``[batches + 1]``, from 0 to 1.

        Lines of fifty tokens take far longer than those of five, and a batch of few lines is no quicker a step than one
        of :data:`STEP_LINES`.

        :param lengths: of each line that ``rows`` may name.
        :param by_runs: whether a batch's lines of each length take time steps of their own, as a CPU's LSTM does, see
            :func:`gendertui.model.networks.recurrent.unroll`.
        """
        if not len(self):
            return np.zeros(1)
        steps = np.maximum(lengths[self.rows], 1)
        if by_runs:
            begins = np.append(True, np.diff(steps) != 0)
            begins[self.bounds[:-1]] = True
            each = np.add.reduceat(steps + RUN_STEP_LINES * steps * begins, self.bounds[:-1])
        else:
            each = np.maximum.reduceat(steps, self.bounds[:-1]) * (np.diff(self.bounds) + STEP_LINES)
        done = np.cumsum(each)
        return np.concatenate((np.zeros(1), done / done[-1]))


def pooled(lengths: Ints, batch_size: int, seed: int, epoch: int) -> Order:
    """Batches as torchtext's BucketIterator made them for the article.

    Shuffled, cut into pools of 100 batches, sorted by length inside a pool, cut into batches, the batches of a
    pool shuffled; longest first inside a batch. Positions in ``lengths`` are what the order holds.
    """
    generator = np.random.default_rng((seed, epoch))
    shuffled = generator.permutation(len(lengths))
    batches: list[Ints] = []
    for start in range(0, len(shuffled), POOL_BATCHES * batch_size):
        pool = shuffled[start : start + POOL_BATCHES * batch_size]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        cut = [pool[first : first + batch_size][::-1] for first in range(0, len(pool), batch_size)]
        batches += [cut[index] for index in generator.permutation(len(cut))]
    return _order(batches)


def exact_length(lengths: Ints, batch_size: int, seed: int, epoch: int) -> Order:
    """Batches of lines of equal length, with lines and batches shuffled: nothing is padded or packed."""
    generator = np.random.default_rng((seed, epoch))
    shuffled = generator.permutation(len(lengths))
    by_length = shuffled[np.argsort(lengths[shuffled], kind="stable")]
    ends = np.flatnonzero(np.diff(lengths[by_length])) + 1
    batches = [
        group[first : first + batch_size]
        for group in np.split(by_length, ends)
        for first in range(0, len(group), batch_size)
    ]
    return _order([batches[index] for index in generator.permutation(len(batches))])


def in_length_order(lengths: Ints, batch_size: int, *, exact: bool) -> Order:
    """Batches for scoring: shortest lines first, longest first within a batch; with ``exact`` a batch has lines of one
    length."""
    by_length = np.argsort(lengths, kind="stable").astype(np.int64)
    ends = np.flatnonzero(np.diff(lengths[by_length])) + 1 if exact else np.empty(0, np.int64)
    return _order(
        [
            group[first : first + batch_size][::-1]
            for group in np.split(by_length, ends)
            for first in range(0, len(group), batch_size)
        ]
    )


def epoch_order(batching: str, lengths: Ints, batch_size: int, seed: int, epoch: int) -> Order:
    """The order of one epoch; ``batching`` is ``pooled`` or ``exact-length``."""
    arrange = {"pooled": pooled, "exact-length": exact_length}[batching]
    return arrange(lengths, batch_size, seed, epoch)


def _order(batches: list[Ints]) -> Order:
    sizes = np.array([len(batch) for batch in batches], np.int64)
    rows = np.concatenate(batches).astype(np.int64) if batches else np.empty(0, np.int64)
    return Order(rows, np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes))))


@dataclass(frozen=True)
class Batch:
    """``tokens`` int64 ``[batch, time]`` and ``labels`` float32 ``[batch]`` on the device, ``lengths`` there too."""

    tokens: Tensor
    lengths: Lengths
    labels: Tensor


class BatchSource(ABC):
    """Encoded lines from which batches are taken; no row is ever a Python object.

    :param offsets: int64 ``[rows + 1]``.
    :param max_length: tokens kept of a line.
    """

    def __init__(self, offsets: Ints, *, pad_index: int, max_length: int | None, device: torch.device) -> None:
        self.device = device
        self.pad_index = pad_index
        self.lengths: Ints = np.diff(offsets)
        if max_length is not None:
            self.lengths = np.minimum(self.lengths, max_length)
        self._steps = torch.arange(int(self.lengths.max(initial=0)), device=device)

    def __len__(self) -> int:
        return len(self.lengths)

    @abstractmethod
    def batches(self, order: Order, start: int = 0) -> Iterator[Batch]:
        """The batches of an order from batch ``start`` on."""

    def _padded(self, tokens: Tensor, starts: Tensor, lengths: Lengths, labels: Tensor) -> Batch:
        """The batch of lines that start at ``starts`` in ``tokens``; all on the device."""
        steps = self._steps[: max(length for length, _ in lengths.runs)]
        positions = starts.unsqueeze(1) + steps
        if len(lengths.runs) == 1:
            found = tokens[positions]
        else:
            inside = steps < lengths.on_device.unsqueeze(1)
            found = tokens[positions.where(inside, 0)].where(inside, self.pad_index)
        return Batch(found.long(), lengths, labels)

    def _copied(self, values: Tensor) -> Tensor:
        """Values on the device; a GPU takes them from pinned memory, unwaited for."""
        if self.device.type == "cuda":
            return values.pin_memory().to(self.device, non_blocking=True)
        return values.to(self.device)


class DeviceLines(BatchSource):
    """Encoded lines as flat arrays on the device; a batch is gathered there.

    :param tokens: int32, all lines one after another.
    :param offsets: int64 ``[rows + 1]``.
    :param labels: int8 ``[rows]``, 0 or 1.
    :param max_length: tokens kept of a line.
    """

    def __init__(
        self,
        tokens: npt.NDArray[np.int32],
        offsets: Ints,
        labels: npt.NDArray[np.int8],
        *,
        pad_index: int,
        max_length: int | None,
        device: torch.device,
    ) -> None:
        super().__init__(offsets, pad_index=pad_index, max_length=max_length, device=device)
        self._tokens = torch.from_numpy(tokens).to(device)
        # Copied, since torch refuses to share read-only memory maps.
        self._offsets = torch.from_numpy(np.array(offsets[:-1])).to(device)
        self._labels = torch.from_numpy(labels.astype(np.float32)).to(device)

    @classmethod
    def of(cls, encoded: EncodedLines, *, max_length: int | None, device: torch.device) -> DeviceLines:
        """The lines of a corpus, padded with their vocabulary's padding token, however many they are; see
        :func:`gendertui.training.streamed_lines.lines_of`."""
        return cls(
            encoded.word_ids(), encoded.offsets, encoded.labels, pad_index=PAD, max_length=max_length, device=device
        )

    def batches(self, order: Order, start: int = 0) -> Iterator[Batch]:
        rows = self._copied(torch.from_numpy(order.rows))
        on_host = torch.from_numpy(self.lengths[order.rows])
        on_device = self._copied(on_host)
        bounds = order.bounds.tolist()
        for index in range(start, len(order)):
            here = slice(bounds[index], bounds[index + 1])
            yield self._gather(rows[here], Lengths(on_host[here], on_device[here]))

    def _gather(self, rows: Tensor, lengths: Lengths) -> Batch:
        return self._padded(self._tokens, self._offsets[rows], lengths, self._labels[rows])
