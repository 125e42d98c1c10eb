"""Adam (Kingma & Ba 2015), fused.

``torch.optim.Adam`` computes the same to the bit, but the first one made imports torch's compiler: more than a second.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

BETAS = (0.9, 0.999)
EPSILON = 1e-8


class Adam:
    """Updates a network's parameters in place; those without a gradient stay as they are.

    :param weight_decay: L2 penalty, added to the gradient.
    """

    def __init__(self, network: nn.Module, *, learning_rate: float, weight_decay: float = 0.0) -> None:
        self.learning_rate = learning_rate
        self._weight_decay = weight_decay
        self._parameters = dict(network.named_parameters())
        self._moments = {name: _start(parameter) for name, parameter in self._parameters.items()}

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for parameter in self._parameters.values():
            parameter.grad = None

    def step(self) -> None:
        """Update the parameters by their gradients."""
        updated = [
            (parameter, parameter.grad, self._moments[name])
            for name, parameter in self._parameters.items()
            if parameter.grad is not None
        ]
        steps = [moments["step"] for _, _, moments in updated]
        with torch.no_grad():
            torch._foreach_add_(steps, 1)
            torch._fused_adam_(
                [parameter for parameter, _, _ in updated],
                [gradient for _, gradient, _ in updated],
                [moments["exp_avg"] for _, _, moments in updated],
                [moments["exp_avg_sq"] for _, _, moments in updated],
                [],
                steps,
                lr=self.learning_rate,
                beta1=BETAS[0],
                beta2=BETAS[1],
                weight_decay=self._weight_decay,
                eps=EPSILON,
                amsgrad=False,
                maximize=False,
            )

    def tensors(self) -> dict[str, Tensor]:
        """Its state for a checkpoint: ``parameter/moment`` → tensor, named as ``torch.optim.Adam`` names them."""
        return {f"{name}/{key}": value for name, moments in self._moments.items() for key, value in moments.items()}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Restore what :meth:`tensors` returned; it may have been written on another device.

        :raises KeyError: a tensor is missing.
        """
        for name, moments in self._moments.items():
            for key, value in moments.items():
                value.copy_(tensors[f"{name}/{key}"])


def _start(parameter: Tensor) -> dict[str, Tensor]:
    return {
        "step": torch.zeros((), dtype=torch.float32, device=parameter.device),
        "exp_avg": torch.zeros_like(parameter, requires_grad=False),
        "exp_avg_sq": torch.zeros_like(parameter, requires_grad=False),
    }
