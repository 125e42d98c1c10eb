"""A worker whose sixth step finds no memory, in the process with rank 1. Its arguments are the worker's."""

from __future__ import annotations

import os
import sys
from typing import Any

from gendertui.immediate_exit import exit_immediately
from gendertui.runs.worker.main import main


def _without_memory() -> None:
    import torch

    from gendertui.training.learner import TrainStep

    step, done = TrainStep.step, 0

    def limited(self: TrainStep, *arguments: Any, **options: Any) -> tuple[torch.Tensor, torch.Tensor]:
        nonlocal done
        done += 1
        if done > 5:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return step(self, *arguments, **options)

    TrainStep.step = limited  # type: ignore[method-assign]


if __name__ == "__main__":
    if os.environ["RANK"] == "1":
        _without_memory()
    exit_immediately(main(sys.argv[1:]))
