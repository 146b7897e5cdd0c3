"""The optimisers against PyTorch's, and the initial weights against their papers."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch

from dlviz.core.points.initialisations import INITIALISATIONS, LARGE
from dlviz.core.points.losses import LOSSES
from dlviz.core.points.network import new_network
from dlviz.core.points.optimisers import OPTIMISERS, descend
from tests.core.points.torch_net import (
    TORCH_LOSSES,
    parameters_of,
    problem,
    random_network,
    torch_forward,
)

STEPS = 50
L2 = 0.03

THEIRS = {
    "sgd": lambda p, lr: torch.optim.SGD(p, lr=lr, weight_decay=L2),
    "momentum": lambda p, lr: torch.optim.SGD(p, lr=lr, momentum=0.8, weight_decay=L2),
    "nesterov": lambda p, lr: torch.optim.SGD(
        p, lr=lr, momentum=0.8, nesterov=True, weight_decay=L2
    ),
    "rmsprop": lambda p, lr: torch.optim.RMSprop(p, lr=lr, weight_decay=L2),
    "adam": lambda p, lr: torch.optim.Adam(p, lr=lr, weight_decay=L2),
    "adamw": lambda p, lr: torch.optim.AdamW(p, lr=lr, weight_decay=L2),
}


@pytest.mark.parametrize("name", OPTIMISERS)
def test_an_optimiser_is_torchs_over_fifty_steps(name: str) -> None:
    """Biases do not decay in ours; PyTorch has to be told."""
    network = random_network((3, 5, 1), 0, ["tanh", "linear"])
    parameters = parameters_of(network)
    groups = [
        {"params": parameters[::2]},
        {"params": parameters[1::2], "weight_decay": 0.0},
    ]
    theirs = THEIRS[name](groups, 0.05)
    kind = OPTIMISERS[name]
    ours = kind.make(len(network.numbers), 0.8)
    for step in range(STEPS):
        x, y = problem("logistic", 1, step)
        rate = 0.05 if step < 25 else 0.01  # a hand on the rate in the middle
        trace = network.forward(x)
        network.backward(trace, LOSSES["logistic"].of(trace.outputs, y)[1])
        descend(network, ours, rate, l2=L2, decoupled=kind.decoupled)
        theirs.zero_grad()
        loss = TORCH_LOSSES["logistic"](
            torch_forward(network, parameters, torch.tensor(x)), torch.tensor(y)
        )
        loss.backward()
        for group in theirs.param_groups:
            group["lr"] = rate
        theirs.step()
    found = np.concatenate([part.detach().numpy().ravel() for part in parameters])
    np.testing.assert_allclose(network.numbers, found, rtol=0, atol=1e-12)
    assert np.abs(network.numbers - random_network((3, 5, 1), 0, ["tanh"] * 2).numbers).max() > 0.1


def test_every_optimiser_is_compared_and_says_its_equation() -> None:
    assert set(THEIRS) == set(OPTIMISERS)
    assert all("λ" in kind.formula and "w ← w −" in kind.formula for kind in OPTIMISERS.values())


def test_the_move_is_what_was_subtracted() -> None:
    network = random_network((3, 5, 1), 0, ["tanh", "linear"])
    x, y = problem("logistic", 1, 0)
    trace = network.forward(x)
    network.backward(trace, LOSSES["logistic"].of(trace.outputs, y)[1])
    before = network.numbers.copy()
    kind = OPTIMISERS["adamw"]
    move = descend(network, kind.make(len(before), 0.9), 0.1, l1=0.2, l2=0.3, decoupled=True)
    np.testing.assert_array_equal(before - move, network.numbers)


DEVIATIONS = {
    "xavier": lambda units, inputs: (2 / (units + inputs)) ** 0.5,
    "he": lambda _, inputs: (2 / inputs) ** 0.5,
    "normal": lambda *_: 1.0,
    "large": lambda *_: LARGE,
    "zeros": lambda *_: 0.0,
}


@pytest.mark.parametrize("name", INITIALISATIONS)
@pytest.mark.parametrize("size", [(400, 100), (50, 800)])
def test_initial_weights_have_the_deviation_of_their_paper(name: str, size) -> None:
    weights = INITIALISATIONS[name].weights(np.random.default_rng(0), *size)
    assert weights.shape == size
    assert weights.std() == pytest.approx(DEVIATIONS[name](*size), rel=0.02)
    assert abs(weights.mean()) <= 0.03 * DEVIATIONS[name](*size)


def test_a_layers_start_depends_on_seed_place_and_size_alone() -> None:
    long = new_network((2, 8, 8, 1), ["tanh", "relu"], "xavier", 3)
    short = new_network((2, 8, 3), ["relu"], "xavier", 3)
    other = new_network((2, 8, 8, 1), ["tanh", "relu"], "xavier", 4)
    assert [layer.activation for layer in long.layers] == ["tanh", "relu", "linear"]
    np.testing.assert_array_equal(long.layers[0].w, short.layers[0].w)
    assert (long.layers[0].w != other.layers[0].w).all()
    assert (long.layers[1].w != long.layers[1].w[::-1]).any()
    assert not long.numbers[long.is_weight == 0].any()


def test_two_entries_are_not_the_same_start() -> None:
    starts = {
        name: tuple(new_network((2, 3, 1), ["tanh"], name, 0).numbers) for name in INITIALISATIONS
    }
    assert len(set(starts.values())) == len(INITIALISATIONS)
    assert all(re.fullmatch("[a-z]+", name) for name in starts)
