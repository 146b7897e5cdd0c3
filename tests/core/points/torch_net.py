"""The same networks, losses and activations once more in PyTorch: the oracle."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from dlviz.core.points.network import Dense, Network

TORCH_ACTIVATIONS = {
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "linear": lambda z: z,
}

TORCH_LOSSES = {
    "logistic": lambda z, y: F.binary_cross_entropy_with_logits(z[:, 0], y.double()),
    "softmax": F.cross_entropy,
    "squared": lambda z, y: 0.5 * F.mse_loss(z[:, 0], y),
}


def random_network(shape: tuple[int, ...], seed: int, activations: list[str]) -> Network:
    """Weights and biases of deviation 0.7, none of them 0."""
    draw = np.random.default_rng(seed)
    return Network(
        [
            Dense(draw.normal(0, 0.7, (units, inputs)), draw.normal(0, 0.7, units), name)
            for inputs, units, name in zip(shape[:-1], shape[1:], activations, strict=True)
        ]
    )


def parameters_of(network: Network) -> list[Tensor]:
    """Copies of w and b of all layers that torch differentiates."""
    parts = [part for layer in network.layers for part in (layer.w, layer.b)]
    return [torch.tensor(part.copy(), requires_grad=True) for part in parts]


def torch_forward(network: Network, parameters: list[Tensor], x: Tensor) -> Tensor:
    """The outputs, by torch."""
    for number, layer in enumerate(network.layers):
        z = F.linear(x, parameters[2 * number], parameters[2 * number + 1])
        x = TORCH_ACTIVATIONS[layer.activation](z)
    return x


def problem(loss: str, outputs: int, seed: int, count: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Inputs count×3 and what is to be learnt of them."""
    draw = np.random.default_rng([seed, 1])
    x = draw.normal(0, 1, (count, 3))
    if loss == "squared":
        return x, draw.uniform(-1, 1, count)
    return x, draw.integers(0, max(outputs, 2), count)
