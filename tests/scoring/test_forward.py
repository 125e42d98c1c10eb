"""numpy's forward passes against torch's own modules."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from gendertui.model.networks import NETWORKS
from gendertui.model.networks.lengths import Lengths
from gendertui.scoring.forward import FORWARDS
from gendertui.scoring.forward.lstm import bilstm
from gendertui.text.vocabulary import PAD

TOLERANCE = 1e-5
VOCABULARY = 50


def arrays(module: nn.Module) -> dict[str, np.ndarray[Any, np.dtype[np.float32]]]:
    return {name: tensor.detach().numpy() for name, tensor in module.state_dict().items()}


def build(network: str, config: dict[str, Any], scale: float = 1.0) -> nn.Module:
    torch.manual_seed(3)
    made = NETWORKS[network].build(config, VOCABULARY, PAD)
    with torch.no_grad():
        for name, parameter in made.named_parameters():
            if name.startswith("bigrams") or name == "bias":
                parameter.normal_()  # They begin at zero, where nothing would be seen of them.
            elif not name.startswith("embedding"):
                parameter.mul_(scale)
    return made.eval()


def compare(network: str, config: dict[str, Any], lengths: list[int], scale: float = 1.0) -> None:
    made = build(network, config, scale)
    tokens = torch.randint(2, VOCABULARY, (len(lengths), max(lengths)))
    for row, length in enumerate(lengths):
        tokens[row, length:] = PAD
    with torch.no_grad():
        expected = made(tokens, Lengths.of(torch.tensor(lengths))).numpy()
    tensors = arrays(made)
    ids = tokens.numpy()
    forward = FORWARDS[network]
    assert forward.shapes(config, VOCABULARY) == {name: tensor.shape for name, tensor in tensors.items()}
    embedded = tensors.pop("embedding.weight")[ids]
    found = forward.forward(tensors, ids, embedded, np.array(lengths))
    assert found.shape == (len(lengths),)
    np.testing.assert_allclose(found, expected, atol=TOLERANCE, rtol=TOLERANCE)
    # Padding is not looked at.
    embedded[ids == PAD] = 1e3
    ids[ids == PAD] = VOCABULARY - 1
    assert np.array_equal(forward.forward(tensors, ids, embedded, np.array(lengths)), found)


def test_no_twin_is_without_its_network() -> None:
    assert set(FORWARDS) <= set(NETWORKS)


@pytest.mark.parametrize("network", list(FORWARDS))
@given(
    layers=st.integers(1, 3),
    hidden=st.integers(1, 9),
    dim=st.integers(1, 7),
    members=st.integers(1, 3),
    lengths=st.lists(st.integers(1, 12), min_size=1, max_size=6),
)
@settings(max_examples=30, deadline=None)
def test_equal_to_torch(network: str, layers: int, hidden: int, dim: int, members: int, lengths: list[int]) -> None:
    sizes = {"num_layers": layers, "hidden_size": hidden, "embedding_dim": dim, "members": members}
    compare(network, {**sizes, "bigram_buckets": 64, "dropout": 0.2}, lengths)


@pytest.mark.parametrize(
    ("network", "config"),
    [
        ("tutorial-lstm", {"num_layers": 4, "hidden_size": 256, "embedding_dim": 200, "dropout": 0.2}),
        ("pooled-bilstm", {"num_layers": 1, "hidden_size": 128, "embedding_dim": 50, "dropout": 0.5}),
        ("bag-of-ngrams", {"bigram_buckets": 2**17, "embedding_dim": 50, "dropout": 0.5}),
        (
            "ensemble",
            {
                "num_layers": 1,
                "hidden_size": 128,
                "embedding_dim": 50,
                "members": 2,
                "bigram_buckets": 2**17,
                "dropout": 0.5,
            },
        ),
    ],
)
@pytest.mark.parametrize("scale", [1.0, 4.0])
def test_equal_to_torch_at_full_size(network: str, config: dict[str, Any], scale: float) -> None:
    compare(network, config, [40, 12, 1, 12, 3], scale)


def test_equal_to_torch_when_saturated() -> None:
    lstm = nn.LSTM(3, 4, num_layers=2, bidirectional=True, batch_first=True)
    tensors = {f"lstm.{name}": tensor * 1e4 for name, tensor in arrays(lstm).items()}
    lstm.load_state_dict({name.removeprefix("lstm."): torch.from_numpy(tensor) for name, tensor in tensors.items()})
    given_input = torch.randn(2, 5, 3)
    with torch.no_grad():
        expected, (hidden, _) = lstm(given_input)
    output, last = bilstm(tensors, given_input.numpy(), np.array([5, 5]))
    np.testing.assert_allclose(output, expected.numpy(), atol=TOLERANCE)
    np.testing.assert_allclose(last, torch.cat([hidden[-2], hidden[-1]], dim=1).numpy(), atol=TOLERANCE)
