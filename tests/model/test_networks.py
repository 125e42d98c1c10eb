"""The networks against numbers computed independently, in plain numpy loops."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from torch.nn.utils.rnn import PackedSequence

from gendertui.model.networks import NETWORKS, pooled_bilstm, tutorial_lstm

Array = npt.NDArray[np.float64]

PAD = 1
TUTORIAL = {"embedding_dim": 5, "hidden_size": 3, "num_layers": 4, "dropout": 0.2}
POOLED = {"embedding_dim": 4, "hidden_size": 3, "num_layers": 1, "dropout": 0.5}
LINES = [[7, 2, 9, 4, 3], [5, 5, 8], [6]]


def padded(lines: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    lengths = torch.tensor([len(line) for line in lines])
    tokens = torch.full((len(lines), int(lengths.max())), PAD)
    for row, line in enumerate(lines):
        tokens[row, : len(line)] = torch.tensor(line)
    return tokens, lengths


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def one_direction(inputs: Array, weights: dict[str, Array], suffix: str) -> Array:
    """A textbook LSTM over one line ``[time, dim]``, torch's gate order; outputs ``[time, hidden]``."""
    hidden = np.zeros(weights[f"lstm.weight_hh_{suffix}"].shape[1])
    cell = np.zeros_like(hidden)
    outputs = []
    for x in inputs:
        gates = (
            weights[f"lstm.weight_ih_{suffix}"] @ x
            + weights[f"lstm.bias_ih_{suffix}"]
            + weights[f"lstm.weight_hh_{suffix}"] @ hidden
            + weights[f"lstm.bias_hh_{suffix}"]
        )
        i, f, g, o = np.split(gates, 4)
        cell = sigmoid(f) * cell + sigmoid(i) * np.tanh(g)
        hidden = sigmoid(o) * np.tanh(cell)
        outputs.append(hidden)
    return np.array(outputs)


def lstm_layers(inputs: Array, weights: dict[str, Array], layers: int) -> list[Array]:
    """The output ``[time, 2 * hidden]`` of every layer for one line."""
    found = []
    for layer in range(layers):
        forward = one_direction(inputs, weights, f"l{layer}")
        backward = one_direction(inputs[::-1], weights, f"l{layer}_reverse")[::-1]
        inputs = np.concatenate((forward, backward), axis=1)
        found.append(inputs)
    return found


def state_of(network: torch.nn.Module) -> dict[str, Array]:
    return {name: value.double().numpy() for name, value in network.state_dict().items()}


def tutorial(seed: int = 0) -> tutorial_lstm.TutorialLSTM:
    torch.manual_seed(seed)
    return tutorial_lstm.build(TUTORIAL, 12, PAD)


def pooled(seed: int = 0) -> pooled_bilstm.PooledBiLSTM:
    torch.manual_seed(seed)
    return pooled_bilstm.build(POOLED, 12, PAD)


def test_tutorial_network_layer_by_layer() -> None:
    network = tutorial().eval()
    weights = state_of(network)
    tokens, lengths = padded(LINES)
    with torch.no_grad():
        embedded = network.embed(tokens)
        output, hidden = network.unroll(embedded, lengths)
        logits = network(tokens, lengths)
    assert isinstance(output, PackedSequence)
    steps = torch.nn.utils.rnn.pad_packed_sequence(output)[0]
    for row, line in enumerate(LINES):
        vectors = weights["embedding.weight"][line]
        np.testing.assert_allclose(embedded[: len(line), row], vectors, atol=1e-7)
        layers = lstm_layers(vectors, weights, int(TUTORIAL["num_layers"]))
        size = network.hidden_size
        for layer, expected in enumerate(layers):
            np.testing.assert_allclose(hidden[2 * layer, row], expected[-1, :size], atol=1e-6)
            np.testing.assert_allclose(hidden[2 * layer + 1, row], expected[0, size:], atol=1e-6)
        np.testing.assert_allclose(steps[: len(line), row], layers[-1], atol=1e-6)
        last = np.concatenate((layers[-1][-1, :size], layers[-1][0, size:]))
        between = weights["fc1.weight"] @ last + weights["fc1.bias"]
        logit = weights["fc2.weight"] @ between + weights["fc2.bias"]
        np.testing.assert_allclose(logits[row], logit[0], atol=1e-6)


def test_pooled_network_against_numpy() -> None:
    network = pooled().eval()
    weights = state_of(network)
    with torch.no_grad():
        logits = network(*padded(LINES))
    for row, line in enumerate(LINES):
        steps = lstm_layers(weights["embedding.weight"][line], weights, 1)[0]
        pool = np.concatenate((steps.max(axis=0), steps.mean(axis=0)))
        np.testing.assert_allclose(
            logits[row], (weights["output.weight"] @ pool + weights["output.bias"])[0], atol=1e-6
        )


def test_tutorial_state_names_and_shapes() -> None:
    shapes = {name: tuple(value.shape) for name, value in tutorial().state_dict().items()}
    assert shapes["embedding.weight"] == (12, 5)
    assert shapes["lstm.weight_ih_l0"] == (12, 5)
    assert shapes["lstm.weight_ih_l3_reverse"] == (12, 6)
    assert (shapes["fc1.weight"], shapes["fc2.weight"]) == ((3, 6), (1, 3))
    assert len(shapes) == 1 + 4 * 2 * 4 + 4


def test_tutorial_drops_between_layers_before_the_linears_and_on_the_logit() -> None:
    network = tutorial()
    assert network.lstm.dropout == network.dropout.p == 0.2
    tokens, lengths = padded([[3, 4]] * 4000)
    torch.manual_seed(1)
    with torch.no_grad():
        logits = network.train()(tokens, lengths)
    # Dropout on the logit sets a fifth of them to exactly zero and scales the rest.
    assert abs(float((logits == 0).float().mean()) - 0.2) < 0.03
    assert len(torch.unique(logits)) > 1000


@pytest.mark.parametrize("make", [tutorial, pooled])
def test_pad_row_is_zero_and_gets_no_gradient(make: Any) -> None:
    network = make().train()
    assert not network.embedding.weight[PAD].any()
    network(*padded(LINES)).sum().backward()
    gradient = network.embedding.weight.grad
    assert not gradient[PAD].any()
    assert gradient[7].any()


@pytest.mark.parametrize("make", [tutorial, pooled])
def test_lines_of_one_length_agree_with_packed_ones(make: Any) -> None:
    network = make().eval()
    lines = [[7, 2, 9], [5, 5, 8], [3, 4, 10]]
    with torch.no_grad():
        together = network(*padded(lines))
        # One shorter line beside them sends the batch the packed way.
        packed = network(*padded([*lines, [6]]))[:3]
        alone = torch.cat([network(*padded([line])) for line in lines])
    torch.testing.assert_close(together, packed, rtol=0, atol=1e-6)
    torch.testing.assert_close(together, alone, rtol=0, atol=1e-6)


@pytest.mark.parametrize("make", [tutorial, pooled])
def test_the_order_inside_a_batch_does_not_matter(make: Any) -> None:
    network = make().eval()
    with torch.no_grad():
        straight = network(*padded(LINES))
        turned = network(*padded(LINES[::-1]))
    torch.testing.assert_close(straight, turned.flip(0), rtol=0, atol=1e-6)


def test_registry_has_both() -> None:
    assert set(NETWORKS) == {"tutorial-lstm", "pooled-bilstm"}
