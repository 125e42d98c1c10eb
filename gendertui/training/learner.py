"""A network, its optimizer and the training step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from gendertui.model.networks import NETWORKS
from gendertui.model.networks.lengths import Lengths
from gendertui.text.vocabulary import PAD
from gendertui.training import checkpoint
from gendertui.training.batches import Batch
from gendertui.training.devices import arithmetic
from gendertui.training.optimizer import Adam
from gendertui.training.parallel.ranks import ALONE, Ranks

if TYPE_CHECKING:
    from gendertui.training.prepare import TrainingData


class TrainStep:
    """Initialised from the configuration's seed; afterwards it draws random numbers for dropout only.

    :param ranks: the processes that train the network together.
    """

    def __init__(self, data: TrainingData, ranks: Ranks = ALONE) -> None:
        config = data.config
        self._ranks = ranks
        self.device = torch.device(data.device.id)
        self._clip = config.gradient_clip_norm
        # Lines of one length come in batches of any size. So that every line has the same weight in a step,
        # the loss is divided by the full batch size; pooled batches are averaged, as the article's were.
        self._full_batch = config.batch_size if config.batching == "exact-length" else None
        self._precision = config.precision
        negative, positive = data.class_weights
        self._weights = None if negative == positive == 1.0 else (negative, positive)
        torch.manual_seed(config.seed)
        self.network = build_network(config.network, config.model_dump(), len(data.vocabulary))
        if data.vectors is not None:
            _start_from(self.network, torch.from_numpy(data.vectors.matrix))
        self.network.to(self.device)
        self.optimizer = Adam(self.network, learning_rate=config.learning_rate, weight_decay=config.weight_decay)
        self._trained = ranks.wrapped(_Trained(self.network))
        if ranks.rank:
            # Each process's dropout is its own.
            torch.manual_seed(int(np.random.SeedSequence((config.seed, ranks.rank)).generate_state(1)[0]))
        self._generators = checkpoint.generator_tensors(self.device)

    def begin(self) -> None:
        """Reset the generators to their state after initialisation, whatever others have drawn since."""
        checkpoint.restore_generators(self.device, self._generators)

    @property
    def learning_rate(self) -> float:
        return self.optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self.optimizer.learning_rate = value

    def parameters(self) -> int:
        """Number of trainable parameters."""
        return sum(parameter.numel() for parameter in self.network.parameters())

    def step(self, batch: Batch, *, whole: int | None = None, idle: bool = False) -> tuple[Tensor, Tensor]:
        """One step of Adam; return the sum of the rows' (class-weighted) losses and the logits, on the device.

        :param whole: rows of the whole batch, where these are this process's part of it.
        :param idle: whether they count for nothing.
        """
        self.network.train()
        self.optimizer.zero_grad()
        with arithmetic(self.device, self._precision):
            logits = self._trained(batch.tokens, batch.lengths)
        weights = None if self._weights is None else torch.where(batch.labels > 0.5, *self._weights[::-1])
        labels = batch.labels.expand_as(logits)
        loss = binary_cross_entropy_with_logits(logits, labels, weight=weights, reduction="sum")
        if idle:
            loss = 0 * loss
        # The gradient is the mean over processes, of which each has the sum over its own rows.
        rows = self._full_batch or whole or len(batch.labels)
        (loss / (rows / self._ranks.size)).backward()  # type: ignore[no-untyped-call]
        if self._clip is not None:
            nn.utils.clip_grad_norm_(self.network.parameters(), self._clip)
        self.optimizer.step()
        # Report the members' mean loss, so that ensembles of any size are comparable.
        return loss.detach() / len(logits), logits.detach().mean(dim=0)

    def trained_logits(self, tokens: Tensor, lengths: Lengths) -> Tensor:
        """The logits ``[batch]`` of what is trained: the mean of an ensemble's LSTMs, else the network's."""
        return _each(self.network, tokens, lengths).mean(dim=0)

    def weights(self) -> dict[str, Tensor]:
        """A copy of the weights on the host."""
        return {name: value.detach().to("cpu", copy=True) for name, value in self.network.state_dict().items()}

    def tensors(self) -> dict[str, Mapping[str, Tensor]]:
        """Everything a checkpoint stores of it."""
        return {
            "weights": self.network.state_dict(),
            "optimiser": self.optimizer.tensors(),
        }

    def generators(self) -> dict[str, Tensor]:
        """The state of its random numbers."""
        return checkpoint.generator_tensors(self.device)

    def restore(self, tensors: Mapping[str, Mapping[str, Tensor]], generators: Mapping[str, Tensor] | None) -> None:
        """Restore what :meth:`tensors` returned. Call when nothing is left to be drawn before the next step.

        :param generators: what :meth:`generators` returned; ``None`` to draw as from the beginning.
        """
        self.network.load_state_dict(dict(tensors["weights"]))
        self.optimizer.restore(tensors["optimiser"])
        checkpoint.restore_generators(self.device, generators or self._generators)


class _Trained(nn.Module):
    """A network whose answer are the logits that are trained, ``[members, batch]``."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, tokens: Tensor, lengths: Lengths) -> Tensor:
        return _each(self.network, tokens, lengths)


def _each(network: nn.Module, tokens: Tensor, lengths: Lengths) -> Tensor:
    """The logits ``[members, batch]`` of all that is trained by a loss of its own; most networks have one."""
    each = getattr(network, "each", None)
    logits: Tensor = network(tokens, lengths).unsqueeze(0) if each is None else each(tokens, lengths)
    return logits


def build_network(name: str, config: Mapping[str, Any], vocabulary: int) -> nn.Module:
    """Build a network of the registry, initialised from torch's generator."""
    return NETWORKS[name].build(config, vocabulary, PAD)


def _start_from(network: nn.Module, vectors: Tensor) -> None:
    """Load pretrained word vectors ``[vocabulary, dim]`` into a network."""
    start_from = getattr(network, "start_from", None)
    if start_from is not None:
        start_from(vectors)
        return
    with torch.no_grad():
        network.get_parameter("embedding.weight").copy_(vectors)
