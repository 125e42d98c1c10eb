"""Measure training speed of a configuration on this machine, for a moment, on synthetic lines as long as film lines."""

from __future__ import annotations

import math
import time

import numpy as np
import torch

from gendertui.text.vocabulary import PAD
from gendertui.training import devices
from gendertui.training.batches import DeviceLines, epoch_order
from gendertui.training.config import TrainingConfig
from gendertui.training.learner import build_network
from gendertui.training.optimizer import Adam

SECONDS = 2.0
WARM_UP = 2
LINES = 20_000
# Tokens of a film line: median 9, mean 13, 99th percentile 68.
MEDIAN_TOKENS = 9
SPREAD = 0.85
LONGEST = 400


def tokens_per_second(config: TrainingConfig, vocabulary: int) -> float:
    """Tokens per second of complete training steps, with batches formed as the configuration says.

    :raises GendertuiError: the requested device is not available (code DEVICE).
    """
    place = devices.resolve(config.device)
    devices.set_threads(config.threads)
    device = torch.device(place.id)
    precision = devices.resolve_precision(config.precision, place)
    network = build_network(config.network, config.model_dump(), vocabulary).to(device)
    forward = getattr(network, "each", network)  # What is trained of an ensemble.
    optimizer = Adam(network, learning_rate=config.learning_rate)
    lines = _lines(config, vocabulary, device)
    order = epoch_order(config.batching, lines.lengths, config.batch_size, 0, 0)
    tokens, begun = 0, 0.0
    for number, batch in enumerate(lines.batches(order)):
        if number == WARM_UP or (begun == 0.0 and number == len(order) - 1):
            _wait_for(device)
            begun = time.perf_counter()
        optimizer.zero_grad()
        with devices.arithmetic(device, precision):
            logits = forward(batch.tokens, batch.lengths)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, batch.labels.expand_as(logits))
        torch.autograd.backward(loss)
        optimizer.step()
        if begun:
            tokens += int(batch.lengths.on_host.sum())
            if time.perf_counter() - begun > SECONDS:
                break
    _wait_for(device)
    return tokens / (time.perf_counter() - begun)


def _lines(config: TrainingConfig, vocabulary: int, device: torch.device) -> DeviceLines:
    generator = np.random.default_rng(0)
    lengths = generator.lognormal(math.log(MEDIAN_TOKENS), SPREAD, LINES).clip(1, LONGEST).astype(np.int64)
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths)))
    return DeviceLines(
        generator.integers(PAD + 1, max(vocabulary, PAD + 2), offsets[-1]).astype(np.int32),
        offsets,
        generator.integers(0, 2, LINES).astype(np.int8),
        pad_index=PAD,
        max_length=config.max_length,
        device=device,
    )


def _wait_for(device: torch.device) -> None:
    """Wait until the device has finished."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
