"""The learning rate at each step of a run.

It is computed from the step's number alone, so a resumed run continues the schedule without any state of its own.
"""

from __future__ import annotations

import math

from gendertui.training.config import TrainingConfig


def learning_rate(config: TrainingConfig, step: int, steps: int) -> float:
    """The learning rate of a step: it rises during the warmup, then follows the configuration's schedule.

    :param step: counted from 0.
    :param steps: of a run that trains all its epochs; the schedule ends with the last of them, near 0 unless it is
        constant.
    """
    warm = config.warmup * steps
    if step < warm:
        return config.learning_rate * min((step + 1) / warm, 1.0)
    left = 1 - (step - warm) / max(steps - warm, 1)
    match config.schedule:
        case "linear":
            return config.learning_rate * left
        case "cosine":
            return config.learning_rate * (1 - math.cos(math.pi * left)) / 2
        case _:
            return config.learning_rate
