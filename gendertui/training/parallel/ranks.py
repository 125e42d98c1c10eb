"""What the processes that train one network tell one another.

The one with rank 0 decides, and writes all that is written; the others do as it does, step by step.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar

import torch
from torch import nn

from gendertui.arrays import Ints
from gendertui.errors import ExitCode, GendertuiError
from gendertui.training.batches import Order
from gendertui.training.parallel.shares import Share, dealt, share_of

LONGEST_WAIT = timedelta(days=7)
"""A process that is lost is noticed by its connection; this is for a run that waits in the queue, or is paused."""

T = TypeVar("T")


class Ranks:
    """One process on its own."""

    rank = 0
    size = 1

    def share(self, order: Order, lengths: Ints) -> Share:
        """This process's lines of an epoch, see :func:`gendertui.training.parallel.shares.share_of`."""
        return Share.of_all(order)

    def dealt(self, order: Order, rank: int) -> Order:
        """The batches that a process scores, see :func:`gendertui.training.parallel.shares.dealt`."""
        return order

    def wrapped(self, network: nn.Module) -> nn.Module:
        """The network, whose gradients after a backward pass are the mean of all processes'."""
        return network

    def agree(self, number: int) -> int:
        """The number that rank 0 gave."""
        return number

    def told(self, value: T) -> T:
        """What rank 0 gave, which must be picklable."""
        return value

    def gathered(self, value: T) -> list[T]:
        """At rank 0 what each process gave, which must be picklable; nothing at the others."""
        return [value]


ALONE = Ranks()


class ProcessGroup(Ranks):
    """Processes that torchrun started.

    Numbers and objects go over gloo, from host to host; gradients over NCCL where they are on a GPU.

    :param device: that this process's network will be on.
    :raises GendertuiError: the environment is not torchrun's (code USAGE).
    :raises RuntimeError: the others cannot be reached.
    """

    def __init__(self, device: str) -> None:
        from torch import distributed

        self._distributed = distributed
        backend = "gloo"
        if device.startswith("cuda"):
            backend = "cpu:gloo,cuda:nccl"
            torch.cuda.set_device(device)
        try:
            distributed.init_process_group(backend, timeout=LONGEST_WAIT)
        except ValueError as error:
            raise GendertuiError(
                f"the environment does not say where the other processes of the run are: {error}",
                hint="Start it with torchrun, which sets it.",
                code=ExitCode.USAGE,
            ) from error
        self.rank, self.size = distributed.get_rank(), distributed.get_world_size()

    def share(self, order: Order, lengths: Ints) -> Share:
        return share_of(order, lengths, self.rank, self.size)

    def dealt(self, order: Order, rank: int) -> Order:
        return dealt(order, rank, self.size)

    def wrapped(self, network: nn.Module) -> nn.Module:
        from torch.nn.parallel import DistributedDataParallel

        # Without looking for unused parameters gradients are put into other buckets after the first step. Then a
        # resumed run would add them up in another order, and its weights would differ in their last bits.
        return DistributedDataParallel(network, find_unused_parameters=True, gradient_as_bucket_view=True)

    def agree(self, number: int) -> int:
        value = torch.tensor([number])
        self._distributed.broadcast(value, 0)
        return int(value.item())

    def told(self, value: T) -> T:
        values: list[Any] = [value]
        self._distributed.broadcast_object_list(values, 0, device=torch.device("cpu"))
        found: T = values[0]
        return found

    def gathered(self, value: T) -> list[T]:
        found: list[Any] | None = [None] * self.size if self.rank == 0 else None
        self._distributed.gather_object(value, found, 0)
        return found or []
