"""Lines that do not fit on the device: it gets the tokens of a few batches at a time, from those on the host."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import torch

from gendertui import machine
from gendertui.model.networks.lengths import Lengths
from gendertui.text.encode import EncodedLines
from gendertui.text.vocabulary import PAD
from gendertui.training.batches import Batch, BatchSource, DeviceLines, Order

FREE_SHARE = 0.25
"""All tokens are copied to the device at once if they take no more than this share of its free memory."""
CHUNK_TOKENS = 2**22
"""The most tokens that are copied at a time otherwise: 16 MB."""
_TOKEN_BYTES = 4


def lines_of(encoded: EncodedLines, *, max_length: int | None, device: torch.device) -> BatchSource:
    """The lines of a corpus, padded with their vocabulary's padding token: on the device if they fit there.

    :param max_length: tokens kept of a line.
    """
    limit = _limit(device)
    if limit is None or _TOKEN_BYTES * len(encoded.provisional) <= limit:
        return DeviceLines.of(encoded, max_length=max_length, device=device)
    # Of two chunks one is in use while the other is copied.
    chunk = max(1, min(CHUNK_TOKENS, int(limit / _TOKEN_BYTES / 2)))
    return StreamedLines(encoded, max_length=max_length, device=device, chunk_tokens=chunk)


class StreamedLines(BatchSource):
    """Encoded lines on the host, where they may be a file that is mapped into memory.

    A GPU is not waited for: while it computes, the host gathers the next chunk, which is copied from pinned memory.

    :param max_length: tokens kept of a line.
    :param chunk_tokens: the most that are copied at a time; more where a batch has more.
    """

    def __init__(
        self, encoded: EncodedLines, *, max_length: int | None, device: torch.device, chunk_tokens: int
    ) -> None:
        super().__init__(encoded.offsets, pad_index=PAD, max_length=max_length, device=device)
        self._encoded = encoded
        self._chunk_tokens = chunk_tokens

    def batches(self, order: Order, start: int = 0) -> Iterator[Batch]:
        tokens = np.concatenate((np.zeros(1, np.int64), np.cumsum(self.lengths[order.rows])))[order.bounds]
        first = start
        while first < len(order):
            fits = int(np.searchsorted(tokens, tokens[first] + self._chunk_tokens, side="right")) - 1
            last = min(max(fits, first + 1), len(order))
            yield from self._chunk(order, first, last)
            first = last

    def _chunk(self, order: Order, first: int, last: int) -> Iterator[Batch]:
        """The batches from ``first`` to before ``last``."""
        bounds = order.bounds[first : last + 1]
        rows = order.rows[bounds[0] : bounds[-1]]
        lengths = self.lengths[rows]
        starts = np.cumsum(lengths) - lengths
        places = np.arange(lengths.sum()) + np.repeat(self._encoded.offsets[rows] - starts, lengths)
        tokens, from_here = self._copied(torch.from_numpy(self._encoded.take(places))), (bounds - bounds[0]).tolist()
        starts_there = self._copied(torch.from_numpy(starts))
        labels = self._copied(torch.from_numpy(self._encoded.labels[rows].astype(np.float32)))
        on_host = torch.from_numpy(lengths)
        on_device = self._copied(on_host)
        for begin, end in itertools.pairwise(from_here):
            here = slice(begin, end)
            yield self._padded(tokens, starts_there[here], Lengths(on_host[here], on_device[here]), labels[here])


def _limit(device: torch.device) -> float | None:
    """Bytes of tokens that a device is given at once; ``None`` if the system does not say what it has."""
    if device.type == "cuda":
        return FREE_SHARE * torch.cuda.mem_get_info(device)[0]
    memory = machine.memory()
    return None if memory is None else FREE_SHARE * memory.free
