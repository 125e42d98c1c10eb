"""What a configuration will cost, by arithmetic alone: parameters and bytes."""

from __future__ import annotations

from gendertui.training.config import TrainingConfig

FLOAT_BYTES = 4
# Weights, gradients, and Adam's two moments.
COPIES = 4
# Floats kept for the backward pass for each unit, direction and step: four gates, cell, hidden, tanh of the cell.
LSTM_ACTIVATIONS = 7


def parameter_count(config: TrainingConfig, vocabulary: int) -> int:
    """Trainable numbers of the configured network.

    :param vocabulary: words, ``<unk>`` and ``<pad>`` included.
    """
    hidden = config.hidden_size
    total = vocabulary * config.embedding_dim
    width = config.embedding_dim
    for _ in range(config.num_layers):
        # Two directions; four gates, each with input and recurrent weights and two biases.
        total += 2 * 4 * (hidden * width + hidden * hidden + 2 * hidden)
        width = 2 * hidden
    if config.network == "tutorial-lstm":
        return total + (2 * hidden * hidden + hidden) + (hidden + 1)
    return total + (4 * hidden + 1)


def memory_bytes(config: TrainingConfig, vocabulary: int, tokens_a_line: int = 64) -> int:
    """About what training holds on the device: weights, gradients, optimiser and one batch's activations.

    :param tokens_a_line: length of the longest line of a batch (99 in 100 film lines have at most 68 tokens).
    """
    steps = config.batch_size * min(tokens_a_line, config.max_length or tokens_a_line)
    units = 2 * config.hidden_size * config.num_layers * LSTM_ACTIVATIONS
    activations = steps * (units + config.embedding_dim)
    return FLOAT_BYTES * (COPIES * parameter_count(config, vocabulary) + activations)
