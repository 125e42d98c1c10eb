"""What a configuration costs, beside the real network's own count."""

from __future__ import annotations

import pytest

from gendertui.model.networks import NETWORKS
from gendertui.scoring.forward import FORWARDS
from gendertui.training.config import TrainingConfig, preset, with_changes
from gendertui.training.estimate import memory_bytes, parameter_count


def parameters(config: TrainingConfig) -> int:
    count = parameter_count(config, 1000)
    assert count is not None
    return count


def memory(config: TrainingConfig, vocabulary: int = 1000) -> int:
    held = memory_bytes(config, vocabulary)
    assert held is not None
    return held


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("changes", [{}, {"num_layers": 3, "hidden_size": 7, "embedding_dim": 5, "members": 2}])
def test_parameters_are_the_networks_own(network: str, changes: dict[str, int]) -> None:
    config = with_changes(TrainingConfig(), {"network": network, **changes})
    made = NETWORKS[config.network].build(config.model_dump(), 101, 1)
    assert sum(each.numel() for each in made.parameters()) == parameter_count(config, 101)


def test_more_of_anything_needs_more_memory() -> None:
    base = with_changes(preset("quick"), {"max_length": 32})
    least = memory(base)
    assert least > 16 * parameters(base)
    assert memory(base, 2000) > least
    for changes in ({"batch_size": 512}, {"hidden_size": 256}, {"num_layers": 2}, {"max_length": 64}):
        assert memory(with_changes(base, changes)) > least


def test_a_network_that_only_torch_knows_has_no_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(FORWARDS, preset("quick").network)
    assert parameter_count(preset("quick"), 1000) is None
    assert memory_bytes(preset("quick"), 1000) is None
