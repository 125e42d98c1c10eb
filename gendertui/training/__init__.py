"""Configuration and presets, batches, the training loop, checkpoints and what follows the last epoch."""

import os

# Read when torch loads its OpenMP, so it has to stand before torch does. By default OpenMP's threads wait for each
# other by spinning; where another process wants the cores too, that made training 10 to 20 times slower, while
# sleeping at once costs nothing measurable.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
