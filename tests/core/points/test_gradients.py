"""Every hand-written gradient against torch's autograd and against finite differences."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlviz.core.points.activations import ACTIVATIONS
from dlviz.core.points.losses import LOSSES, penalty
from dlviz.core.points.network import Dense, Network
from tests.core.points.torch_net import (
    TORCH_ACTIVATIONS,
    TORCH_LOSSES,
    parameters_of,
    problem,
    random_network,
    torch_forward,
)

OUTPUTS = {"logistic": 1, "softmax": 4, "squared": 1}
ACCURACY = 1e-6
STEP = 1e-6


def our_gradient(network: Network, loss: str, x, y, l1: float, l2: float) -> np.ndarray:
    trace = network.forward(x)
    network.backward(trace, LOSSES[loss].of(trace.outputs, y)[1])
    return network.gradient + penalty(network.numbers * network.is_weight, l1, l2)[1]


def our_value(network: Network, loss: str, x, y, l1: float, l2: float) -> float:
    value, _ = LOSSES[loss].of(network.forward(x).outputs, y)
    return value + penalty(network.numbers * network.is_weight, l1, l2)[0]


@pytest.mark.parametrize(("l1", "l2"), [(0.0, 0.0), (0.3, 0.0), (0.0, 0.2), (0.1, 0.4)])
@pytest.mark.parametrize("loss", TORCH_LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_gradient_is_autograds_and_that_of_finite_differences(
    activation: str, loss: str, l1: float, l2: float
) -> None:
    outputs = OUTPUTS[loss]
    names = [activation, activation, "linear"]
    network = random_network((3, 5, 4, outputs), 3, names)
    x, y = problem(loss, outputs, 5)
    ours = our_gradient(network, loss, x, y, l1, l2)

    parameters = parameters_of(network)
    theirs = TORCH_LOSSES[loss](
        torch_forward(network, parameters, torch.tensor(x)), torch.tensor(y)
    )
    for part in parameters[::2]:
        theirs = theirs + l1 * part.abs().sum() + 0.5 * l2 * part.square().sum()
    theirs.backward()
    assert our_value(network, loss, x, y, l1, l2) == pytest.approx(theirs.item(), abs=1e-12)
    grads = np.concatenate([part.grad.numpy().ravel() for part in parameters])
    np.testing.assert_allclose(ours, grads, rtol=0, atol=ACCURACY**2)

    for place in range(0, len(ours), 3):
        kept = network.numbers[place]
        values = []
        for moved in (kept + STEP, kept - STEP):
            network.numbers[place] = moved
            values.append(our_value(network, loss, x, y, l1, l2))
        network.numbers[place] = kept
        assert (values[0] - values[1]) / (2 * STEP) == pytest.approx(ours[place], abs=ACCURACY)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_and_its_slope_are_torchs_far_out_and_at_the_kink_too(name: str) -> None:
    z = np.array([-800.0, -30.0, -1.0, -1e-9, 0.0, 1e-9, 0.5, 30.0, 800.0])
    found = ACTIVATIONS[name].value(z)
    variable = torch.tensor(z, requires_grad=True)
    expected = TORCH_ACTIVATIONS[name](variable)
    expected.sum().backward()
    np.testing.assert_allclose(found, expected.detach().numpy(), rtol=0, atol=1e-15)
    np.testing.assert_allclose(
        ACTIVATIONS[name].slope(z, found), variable.grad.numpy(), rtol=0, atol=1e-15
    )
    assert ACTIVATIONS[name].formula


def test_every_activation_is_compared_with_its_own_of_torch() -> None:
    assert set(ACTIVATIONS) == set(TORCH_ACTIVATIONS)
    assert set(LOSSES) == {*TORCH_LOSSES, "perceptron"}


@pytest.mark.parametrize("loss", TORCH_LOSSES)
def test_a_loss_overflows_nowhere(loss: str) -> None:
    outputs = np.array([[1e4, -1e4, 0.0, 5.0], [-1e4, 1e4, 1.0, 0.0]])[:, : OUTPUTS[loss]]
    for label in (0, 1):
        value, gradient = LOSSES[loss].of(outputs, np.array([label, label]))
        expected = TORCH_LOSSES[loss](
            torch.tensor(outputs),
            torch.tensor([label, label], dtype=torch.double if loss == "squared" else torch.long),
        )
        assert value == pytest.approx(expected.item(), rel=1e-12)
        assert np.isfinite(gradient).all()


def test_the_perceptron_criterion_by_hand() -> None:
    """Points of class 1 at z = 2 and −3, of class 0 at z = 0.5 and 0: three are not right."""
    outputs = np.array([[2.0], [-3.0], [0.5], [0.0]])
    value, gradient = LOSSES["perceptron"].of(outputs, np.array([1, 1, 0, 0]))
    assert value == (0 + 3 + 0.5 + 0) / 4
    assert gradient[:, 0].tolist() == [0.0, -0.25, 0.25, 0.25]


@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_alone_is_the_one_that_comes_with_its_gradient(loss: str) -> None:
    draw = np.random.default_rng(4)
    for count in (1, 10, 147):
        outputs = draw.normal(0, 3, (count, OUTPUTS.get(loss, 1)))
        y = draw.integers(0, 2, count)
        assert LOSSES[loss].mean(outputs, y) == LOSSES[loss].of(outputs, y)[0]


def test_predictions() -> None:
    assert LOSSES["logistic"].predict(np.array([[-1.0], [2.0]])).tolist() == [0, 1]
    assert LOSSES["softmax"].predict(np.array([[0.0, 3.0, 1.0]])).tolist() == [1]
    assert LOSSES["squared"].predict(np.array([[0.25]])).tolist() == [0.25]


@pytest.mark.parametrize("loss", LOSSES)
def test_an_equation_has_the_sign_that_the_number_has(loss: str) -> None:
    """A cross-entropy begins with a minus, and is not negative; a square has none."""
    outputs = np.random.default_rng(0).normal(size=(6, 1 if loss != "softmax" else 3))
    value, _ = LOSSES[loss].of(outputs, np.array([0, 1, 1, 0, 0, 1]))
    assert value > 0
    assert ("J = -" in LOSSES[loss].latex) is (loss in ("logistic", "softmax"))


def test_dropout_is_inverted_and_its_gradient_autograds() -> None:
    names = ["tanh", "relu", "linear"]
    network = random_network((3, 8, 8, 2), 0, names)
    x, y = problem("softmax", 2, 2, count=400)
    trace = network.forward(x, 0.25, np.random.default_rng(1))
    masks = [kept for kept in trace.kept if kept is not None]
    assert len(masks) == 2
    for kept in masks:
        assert set(np.unique(kept)) == {0.0, 1 / 0.75}
        assert kept.mean() == pytest.approx(1.0, abs=0.05)
    parameters = parameters_of(network)
    a = torch.tensor(x)
    for number, kept in enumerate(trace.kept):
        z = torch.nn.functional.linear(a, parameters[2 * number], parameters[2 * number + 1])
        a = TORCH_ACTIVATIONS[names[number]](z)
        a = a if kept is None else a * torch.tensor(kept)
    TORCH_LOSSES["softmax"](a, torch.tensor(y)).backward()
    network.backward(trace, LOSSES["softmax"].of(trace.outputs, y)[1])
    grads = np.concatenate([part.grad.numpy().ravel() for part in parameters])
    np.testing.assert_allclose(network.gradient, grads, rtol=0, atol=1e-12)
    assert all(kept is None for kept in network.forward(x).kept)


def test_the_gradients_of_the_layers_are_views_with_their_deltas() -> None:
    network = random_network((3, 4, 1), 0, ["tanh", "linear"])
    x, y = problem("logistic", 1, 0)
    trace = network.forward(x)
    first, last = network.backward(trace, LOSSES["logistic"].of(trace.outputs, y)[1])
    np.testing.assert_allclose(first.w, first.delta.T @ x, atol=1e-15)
    np.testing.assert_allclose(last.b, last.delta.sum(axis=0), atol=1e-15)
    flat = [first.w.ravel(), first.b, last.w.ravel(), last.b]
    assert np.concatenate(flat).tolist() == network.gradient.tolist()


def test_whoever_writes_into_a_layer_changes_the_network_and_not_what_was_given() -> None:
    given = [Dense(np.ones((1, 2)), np.zeros(1))]
    network = Network(given)
    network.layers[0].w[0, 1] = -3.0
    network.layers[0].b[0] = 0.5
    assert network.numbers.tolist() == [1.0, -3.0, 0.5]
    assert network.is_weight.tolist() == [1.0, 1.0, 0.0]
    assert network.forward(np.array([[1.0, 1.0]])).outputs.tolist() == [[-1.5]]
    assert given[0].w.tolist() == [[1.0, 1.0]]


def test_a_packed_network_is_plain_data_of_six_digits() -> None:
    layers = [
        Dense(np.array([[1 / 3, -2e-9]]), np.array([np.inf]), "tanh"),
        Dense(np.array([[123456.789]]), np.array([np.nan])),
    ]
    assert Network(layers).packed() == {
        "layers": [
            {"w": [[0.333333, -2e-9]], "b": [1e30], "g": "tanh"},
            {"w": [[123457.0]], "b": [0.0], "g": "linear"},
        ]
    }
