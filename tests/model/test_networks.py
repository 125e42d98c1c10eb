"""The networks against numbers computed independently, in plain numpy loops."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch

from gendertui.model.networks import bag_of_ngrams, ensemble, pooled_bilstm, recurrent, tutorial_lstm
from gendertui.model.networks.bigram_hash import LINEAR_SCALE, MULTIPLIER
from gendertui.model.networks.lengths import Lengths

Array = npt.NDArray[np.float64]

PAD = 1
TUTORIAL = {"embedding_dim": 5, "hidden_size": 3, "num_layers": 4, "dropout": 0.2}
POOLED = {"embedding_dim": 4, "hidden_size": 3, "num_layers": 1, "dropout": 0.5}
BAG = {"embedding_dim": 4, "bigram_buckets": 16, "dropout": 0.5}
ENSEMBLE = {**POOLED, "bigram_buckets": 16, "members": 2}
LINES = [[7, 2, 9, 4, 3], [5, 5, 8], [6]]


def padded(lines: list[list[int]]) -> tuple[torch.Tensor, Lengths]:
    lengths = torch.tensor([len(line) for line in lines])
    tokens = torch.full((len(lines), int(lengths.max())), PAD)
    for row, line in enumerate(lines):
        tokens[row, : len(line)] = torch.tensor(line)
    return tokens, Lengths.of(lengths)


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


def bag(seed: int = 0) -> bag_of_ngrams.BagOfNgrams:
    torch.manual_seed(seed)
    network = bag_of_ngrams.build(BAG, 12, PAD)
    torch.nn.init.normal_(network.bigrams.weight)
    return network


def several(seed: int = 0) -> ensemble.Ensemble:
    torch.manual_seed(seed)
    network = ensemble.build(ENSEMBLE, 12, PAD)
    torch.nn.init.normal_(network.bigrams.weight)
    torch.nn.init.normal_(network.bias)
    return network


def bag_of(line: list[int], words: Array, bigrams: Array) -> Array:
    """The scaled sum of a line's vectors, one by one; its beginning and end count as the pad word."""
    total: Array = np.zeros(words.shape[1])
    for word in line:
        total += words[word]
    for first, second in zip([PAD, *line], [*line, PAD], strict=True):
        total += bigrams[(first * MULTIPLIER + second) % len(bigrams)]
    scaled: Array = total / np.sqrt(2 * len(line) + 1)
    return scaled


def test_tutorial_network_layer_by_layer() -> None:
    network = tutorial().eval()
    weights = state_of(network)
    tokens, lengths = padded(LINES)
    with torch.no_grad():
        embedded = network.embed(tokens)
        outputs, hidden = network.unroll(embedded, lengths)
        logits = network(tokens, lengths)
    assert isinstance(outputs, list)
    for row, line in enumerate(LINES):
        vectors = weights["embedding.weight"][line]
        np.testing.assert_allclose(embedded[: len(line), row], vectors, atol=1e-7)
        layers = lstm_layers(vectors, weights, int(TUTORIAL["num_layers"]))
        size = network.hidden_size
        for layer, expected in enumerate(layers):
            np.testing.assert_allclose(hidden[2 * layer, row], expected[-1, :size], atol=1e-6)
            np.testing.assert_allclose(hidden[2 * layer + 1, row], expected[0, size:], atol=1e-6)
        np.testing.assert_allclose(outputs[row][:, 0], layers[-1], atol=1e-6)
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


def test_bag_of_ngrams_against_numpy() -> None:
    network = bag().eval()
    weights = state_of(network)
    with torch.no_grad():
        logits = network(*padded(LINES))
    for row, line in enumerate(LINES):
        summed = bag_of(line, weights["embedding.weight"], weights["bigrams.weight"])
        expected = weights["output.weight"] @ summed + weights["output.bias"]
        np.testing.assert_allclose(logits[row], expected[0], atol=1e-6)


def test_ensemble_is_the_mean_of_its_members() -> None:
    network = several().eval()
    weights = state_of(network)
    with torch.no_grad():
        each = network.each(*padded(LINES))
        logits = network(*padded(LINES))
    assert each.shape == (ENSEMBLE["members"], len(LINES))
    words, vectors = weights["embedding.weight"][:, :1], weights["embedding.weight"][:, 1:]
    for row, line in enumerate(LINES):
        linear = LINEAR_SCALE * bag_of(line, words, weights["bigrams.weight"])[0] + weights["bias"][0]
        np.testing.assert_allclose(logits[row], (linear + each[:, row].sum()) / 3, atol=1e-5)
        for member in range(2):
            alone = pooled_bilstm.build(POOLED, 12, PAD).eval()
            state = network.members[member].state_dict()
            own = torch.from_numpy(vectors[:, 4 * member : 4 * member + 4]).float()
            alone.load_state_dict({"embedding.weight": own, **state})
            with torch.no_grad():
                torch.testing.assert_close(each[member, row], alone(*padded([line]))[0], rtol=0, atol=1e-6)


def test_members_are_trained_apart_and_begin_apart() -> None:
    network = several()
    first, second = (network.embedding.weight[3, start : start + 4] for start in (1, 5))
    assert not torch.equal(first, second)
    names = [name for name, _ in network.named_parameters()]
    loss = network.each(*padded(LINES))[0].sum()
    found = torch.autograd.grad(loss, list(network.parameters()), allow_unused=True)
    moved = {name: each for name, each in zip(names, found, strict=True) if each is not None and each.any()}
    assert set(moved) == {"embedding.weight", *(name for name in names if name.startswith("members.0."))}
    columns = moved["embedding.weight"].abs().sum(dim=0) > 0
    assert columns.tolist() == [False] + 4 * [True] + 4 * [False]


def test_ensemble_starts_from_pretrained_vectors() -> None:
    network = several()
    vectors = torch.randn(12, 4)
    network.start_from(vectors)
    assert not network.embedding.weight[:, 0].any()
    torch.testing.assert_close(network.embedding.weight[:, 1:].detach(), torch.cat((vectors, vectors), dim=1))


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


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5])
def test_dropout_is_torchs(share: float) -> None:
    values = torch.ones(200, 500, requires_grad=True)
    ours, theirs = (kind(share)(values).detach() for kind in (recurrent.Dropout, torch.nn.Dropout))
    assert torch.equal(ours.unique(), theirs.unique())
    assert abs(float((ours == 0).float().mean()) - share) < 0.01
    assert torch.equal(recurrent.Dropout(share).eval()(values), values)
    dropped = recurrent.Dropout(share)(values)
    dropped.sum().backward()
    assert values.grad is not None
    assert torch.equal(values.grad, dropped.detach())


@pytest.mark.parametrize("make", [tutorial, pooled, bag, several])
def test_pad_row_is_zero_and_gets_no_gradient(make: Any) -> None:
    network = make().train()
    assert not network.embedding.weight[PAD].any()
    network(*padded(LINES)).sum().backward()
    gradient = network.embedding.weight.grad
    assert not gradient[PAD].any()
    assert gradient[7].any()


@pytest.mark.parametrize("make", [tutorial, pooled, bag, several])
def test_lines_of_one_length_agree_with_those_of_several(make: Any) -> None:
    network = make().eval()
    lines = [[7, 2, 9], [5, 5, 8], [3, 4, 10]]
    with torch.no_grad():
        together = network(*padded(lines))
        mixed = network(*padded([*lines, [6]]))[:3]
        alone = torch.cat([network(*padded([line])) for line in lines])
    torch.testing.assert_close(together, mixed, rtol=0, atol=1e-6)
    torch.testing.assert_close(together, alone, rtol=0, atol=1e-6)


@pytest.mark.parametrize("make", [tutorial, pooled, several])
def test_packed_lines_agree_with_runs_of_one_length(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A GPU packs: the same logits and gradients."""
    lines = [[7, 2, 9, 4], [5, 5, 8, 3], [3, 4], [6, 2], [9]]
    found = []
    for unroll in (recurrent._by_runs, recurrent._packed):
        network = make().eval()
        monkeypatch.setattr(recurrent, "_by_runs", unroll)
        logits = network(*padded(lines))
        logits.square().sum().backward()
        found.append({"logits": logits.detach(), **{name: each.grad for name, each in network.named_parameters()}})
    for name, value in found[0].items():
        torch.testing.assert_close(value, found[1][name], rtol=1e-4, atol=1e-6, msg=name)


@pytest.mark.parametrize("make", [tutorial, pooled, bag, several])
def test_the_order_inside_a_batch_does_not_matter(make: Any) -> None:
    network = make().eval()
    with torch.no_grad():
        straight = network(*padded(LINES))
        turned = network(*padded(LINES[::-1]))
    torch.testing.assert_close(straight, turned.flip(0), rtol=0, atol=1e-6)
