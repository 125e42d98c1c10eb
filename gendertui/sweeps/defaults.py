"""What a sweep is where nothing else was said, and which of Optuna's samplers and pruners it may have. Imports
nothing: the help of the commands has it, too."""

from __future__ import annotations

from typing import Literal, get_args

FOLDS = 5
SEEDS = 1
SHARE = 0.2
"""Of the labelled lines, set aside."""
TRIALS = 20

Sampler = Literal["tpe", "random", "gp"]
Pruner = Literal["wilcoxon", "none"]
SAMPLERS: tuple[str, ...] = get_args(Sampler)
"""The first is the default, here as with pruners."""
PRUNERS: tuple[str, ...] = get_args(Pruner)
