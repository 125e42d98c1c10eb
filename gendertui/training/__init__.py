"""Configuration and presets, batches, the training loop, checkpoints and what follows the last epoch.

Modules: ``config`` and ``fields`` (what a run is), ``command_line`` (the command that trains it again), ``estimate``
(its parameters and bytes), ``devices``, ``prepare`` (from corpus to arrays), ``pretrained`` (word vectors, checked),
``ngrams`` (an ensemble's linear weights), ``mixture`` (its answer), ``batches``, ``streamed_lines`` (that do not fit on
the device), ``learner`` (one step), ``optimizer`` (Adam), ``schedule`` (its learning rate), ``epochs`` (what every
training has in common), ``loop`` (with validation), ``validated`` (what every process does for that), ``refit`` (on all
lines, without), ``parallel`` (several processes), ``events``, ``running_metrics``, ``validation``, ``stopwatch``,
``checkpoint``, ``pace`` (how long it takes), ``progress_words``, ``diagnosis`` (what goes wrong), ``still_learning``,
``memory`` (a batch that does not fit), ``finish`` (after the last epoch), ``bulk`` (many lines with torch), ``engine``
(a published model in torch), ``rescoring`` (a finished run again), ``crossvalidation``, ``characters`` (the score of
whole characters), ``learning_curve`` (models trained on parts of a training set), ``suspects`` (every unit's score by
models that have not seen it).
"""

import os

# Read when torch loads OpenMP, so it must be set before torch is imported. By default OpenMP's threads wait for each
# other by spinning; where another process wants the cores too, that made training 10 to 20 times slower, while
# sleeping at once costs nothing measurable.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
