"""Adam against torch's own."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from torch import nn

from gendertui.training.optimizer import Adam


def network() -> nn.Module:
    torch.manual_seed(1)
    net = nn.Sequential(nn.Embedding(50, 7), nn.Linear(7, 3))
    net.register_parameter("unused", nn.Parameter(torch.ones(2)))
    return net


def gradients(net: nn.Module, step: int) -> None:
    torch.manual_seed(step)
    net[0].weight.grad = torch.randn(50, 7) * (torch.rand(50, 1) > 0.5)  # type: ignore[index]
    net[1].weight.grad, net[1].bias.grad = torch.randn(3, 7), torch.randn(3)  # type: ignore[index]


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_equals_torchs_to_the_bit(weight_decay: float) -> None:
    ours, theirs = network(), network()
    adam = Adam(ours, learning_rate=1e-2, weight_decay=weight_decay)
    reference = torch.optim.Adam(theirs.parameters(), lr=1e-2, weight_decay=weight_decay, fused=True)
    for step in range(5):
        gradients(ours, step)
        gradients(theirs, step)
        adam.step()
        reference.step()
        adam.learning_rate = reference.param_groups[0]["lr"] = 1e-2 / (step + 1)
        for name, value in ours.state_dict().items():
            assert torch.equal(value, theirs.state_dict()[name]), name
    names = [name for name, _ in theirs.named_parameters()]
    for index, state in reference.state_dict()["state"].items():
        for key, value in state.items():
            assert torch.equal(adam.tensors()[f"{names[index]}/{key}"], value)


def test_goes_on_from_its_state() -> None:
    whole, first, second = network(), network(), network()
    adam, before = Adam(whole, learning_rate=1e-2), Adam(first, learning_rate=1e-2)
    for step in range(4):
        gradients(whole, step)
        adam.step()
    for step in range(2):
        gradients(first, step)
        before.step()
    second.load_state_dict(first.state_dict())
    after = Adam(second, learning_rate=1e-2)
    after.restore({name: value.clone() for name, value in before.tensors().items()})
    for step in range(2, 4):
        gradients(second, step)
        after.step()
    assert all(torch.equal(value, second.state_dict()[name]) for name, value in whole.state_dict().items())


def test_does_not_import_the_compiler() -> None:
    code = (
        "import sys, torch\n"
        "from torch import nn\n"
        "from gendertui.training.optimizer import Adam\n"
        "net = nn.Linear(2, 1)\n"
        "adam = Adam(net, learning_rate=1.0)\n"
        "adam.zero_grad(); net(torch.ones(1, 2)).sum().backward(); adam.step()\n"
        "print([name for name in ('torch._dynamo', 'sympy') if name in sys.modules])\n"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert shown.stdout.strip() == "[]"
