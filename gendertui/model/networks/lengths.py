"""The lengths of a batch's lines, for the networks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor


@dataclass(frozen=True)
class Lengths:
    """Tokens of each line, int64 ``[batch]``. Both places, so that a GPU is never waited for: the host chooses by
    them what to launch, kernels read them."""

    on_host: Tensor
    on_device: Tensor

    @classmethod
    def of(cls, lengths: Tensor, device: torch.device | None = None) -> Lengths:
        """From lengths on the host; ``device`` is where the tokens are, by default the host."""
        return cls(lengths, lengths if device is None else lengths.to(device))

    @cached_property
    def runs(self) -> list[tuple[int, int]]:
        """Consecutive lines of one length: their length and how many they are."""
        lengths, counts = torch.unique_consecutive(self.on_host, return_counts=True)
        return list(zip(lengths.tolist(), counts.tolist(), strict=True))

    def __len__(self) -> int:
        return len(self.on_host)
