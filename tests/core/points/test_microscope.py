"""A learning step taken apart against torch, finite differences and the run that takes it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from dlviz.core.events import DivergedError, Step
from dlviz.core.points.activations import ACTIVATIONS
from dlviz.core.points.losses import LOSSES
from dlviz.core.points.microscope import Dissection, dissect, dissect_next
from dlviz.core.points.optimisers import OPTIMISERS
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import Hidden, PointsData, PointsNet, PointsSpec, PointsTrain
from dlviz.core.points.walk import Walk
from tests.core.points.torch_net import (
    TORCH_LOSSES,
    parameters_of,
    problem,
    random_network,
    torch_forward,
)

OUTPUTS = {"logistic": 1, "softmax": 3, "squared": 1}
NAMES = sorted(ACTIVATIONS)


def dissected(loss: str, g: str, train: PointsTrain | None = None, count: int = 7) -> Dissection:
    train = train or PointsTrain()
    network = random_network((3, 5, 4, OUTPUTS[loss]), 1, [g, g, "linear"])
    x, y = problem(loss, OUTPUTS[loss], 2, count)
    optimiser = OPTIMISERS[train.optimiser].make(len(network.numbers), train.momentum)
    return dissect(network, x, y, loss=loss, train=train, optimiser=optimiser, rate=0.1)


def torch_gradient(found: Dissection, l1: float, l2: float) -> np.ndarray:
    """∂(J + penalties)/∂(every number), by torch."""
    parameters = parameters_of(found.network)
    outputs = torch_forward(found.network, parameters, torch.tensor(found.inputs))
    loss = TORCH_LOSSES[found.loss_name](outputs, torch.tensor(found.y))
    weights = parameters[::2]
    loss = loss + sum(l1 * w.abs().sum() + 0.5 * l2 * w.square().sum() for w in weights)
    loss.backward()
    return np.concatenate([each.grad.numpy().ravel() for each in parameters])


@pytest.mark.parametrize("loss", OUTPUTS)
@pytest.mark.parametrize("g", NAMES)
def test_gradients_are_torchs_and_the_finite_differences(loss: str, g: str) -> None:
    found = dissected(loss, g, PointsTrain(l1=0.02, l2=0.3))
    expected = torch_gradient(found, 0.02, 0.3)
    np.testing.assert_allclose(found.gradient, expected, atol=1e-12)
    np.testing.assert_allclose(found.numeric, expected, atol=1e-8)
    np.testing.assert_allclose(found.data_gradient, torch_gradient(found, 0, 0), atol=1e-12)
    assert found.largest_difference == np.abs(found.gradient - found.numeric).max()
    assert found.largest_difference < 1e-7


@pytest.mark.parametrize("loss", OUTPUTS)
def test_what_belongs_to_one_point_is_torchs_for_that_point_alone(loss: str) -> None:
    """z, a, δ = ∂Jᵢ/∂z, ∂Jᵢ/∂a and Wᵀδ, layer by layer."""
    found = dissected(loss, "tanh")
    for place in (0, 3):
        x = torch.tensor(found.inputs[place : place + 1], requires_grad=True)
        below, middle = x, []
        for layer in found.network.layers:
            z = below @ torch.tensor(layer.w).T + torch.tensor(layer.b)
            a = torch.tanh(z) if layer.activation == "tanh" else z.clone()
            z.retain_grad()
            a.retain_grad()
            middle.append((below, z, a))
            below = a
        value = TORCH_LOSSES[loss](below, torch.tensor(found.y[place : place + 1]))
        value.backward()
        assert value.item() == pytest.approx(found.losses[place], abs=1e-12)
        for steps, (under, z, a) in zip(found.layers, middle, strict=True):
            for ours, theirs in (
                (steps.z, z.detach()),
                (steps.a, a.detach()),
                (steps.delta, z.grad),
                (steps.arrived, a.grad),
                (steps.passed_on, under.grad),
            ):
                np.testing.assert_allclose(ours[place], theirs[0].numpy(), atol=1e-12)
            np.testing.assert_allclose(steps.delta, steps.arrived * steps.slope, atol=1e-15)


def test_the_mean_of_delta_times_a_is_the_gradient_of_the_weights() -> None:
    found = dissected("softmax", "elu")
    below = found.inputs
    for steps, (w, b) in zip(found.layers, found.by_layer(found.data_gradient), strict=True):
        each = [np.outer(delta, a) for delta, a in zip(steps.delta, below, strict=True)]
        np.testing.assert_allclose(w, np.mean(each, axis=0), atol=1e-14)
        np.testing.assert_allclose(b, steps.delta.mean(axis=0), atol=1e-14)
        below = steps.a
    assert found.loss == pytest.approx(found.losses.mean())


def test_what_is_said_are_probabilities_or_the_number() -> None:
    for loss, said in (
        ("logistic", torch.sigmoid),
        ("softmax", lambda z: z.softmax(1)),
        ("squared", lambda z: z),
    ):
        found = dissected(loss, "tanh")
        np.testing.assert_allclose(found.said, said(torch.tensor(found.layers[-1].a)), atol=1e-12)


THEIRS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.8),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.8, nesterov=True),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.1),
    "adam": lambda p: torch.optim.Adam(p, lr=0.1),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.2),
}


def filled(formula: str, values: dict[str, np.ndarray | float]) -> np.ndarray:
    """A formula as it stands on the screen, worked out."""
    plain = formula.replace("·", "*").replace("−", "-").replace("√", "root*").replace("²", "**2")
    for raised in range(10):
        plain = plain.replace("⁰¹²³⁴⁵⁶⁷⁸⁹"[raised], f"**{raised}")
    for name in ("rate", "g", "v", "s", "m", "mh", "sh"):
        # The root binds tighter than anything else that stands in a formula.
        plain = plain.replace(f"root*{{{name}}}", f"{name}**0.5").replace(f"{{{name}}}", name)
    return eval(plain.replace("ε", "1e-8"), {}, values)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_an_update_is_torchs_and_its_formula_holds(name: str) -> None:
    """The second update, in which what the optimiser remembers counts."""
    train = PointsTrain(optimiser=name, momentum=0.8, l2=0.2 if name == "adamw" else 0.0)
    network = random_network((3, 4, 1), 3, ["tanh", "linear"])
    ours = OPTIMISERS[name].make(len(network.numbers), 0.8)
    parameters = parameters_of(network)
    groups = [{"params": parameters[::2]}, {"params": parameters[1::2], "weight_decay": 0.0}]
    theirs = THEIRS[name](groups)
    for seed in (0, 1):
        x, y = problem("logistic", 1, seed)
        theirs.zero_grad()
        outputs = torch_forward(network, parameters, torch.tensor(x))
        TORCH_LOSSES["logistic"](outputs, torch.tensor(y)).backward()
        theirs.step()
        found = dissect(network, x, y, loss="logistic", train=train, optimiser=ours, rate=0.1)
        network.numbers[:] = found.new
        ours.move(found.gradient, 0.1)
    expected = np.concatenate([each.detach().numpy().ravel() for each in parameters])
    np.testing.assert_allclose(found.new, expected, atol=1e-9)
    np.testing.assert_allclose(found.new, found.old - found.move - found.decay, atol=1e-15)
    known: dict[str, np.ndarray | float] = {"rate": 0.1, "g": found.gradient}
    for term in found.terms:
        before = {} if term.before is None else {term.name: term.before}
        value = filled(term.formula, {**known, **before})
        np.testing.assert_allclose(value, term.values, atol=1e-12)
        known[term.name] = term.values
    np.testing.assert_allclose(filled(found.formula, known), found.move, atol=1e-12)
    assert bool(found.decay.any()) is (name == "adamw")


SPECS = {
    "default": PointsSpec(),
    "adamw": PointsSpec(
        net=PointsNet(("x1", "x2", "sin_x1"), (Hidden(3, "relu"), Hidden(2, "tanh"))),
        train=PointsTrain(optimiser="adamw", l1=0.01, l2=0.02, batch_size=16, seed=3),
    ),
    "dropout": PointsSpec(
        net=PointsNet(hidden=(Hidden(6, "elu"),), dropout=0.4),
        train=PointsTrain(optimiser="nesterov", l2=0.1, batch_size=7),
    ),
    "classes": PointsSpec(PointsData("three"), train=PointsTrain(optimiser="adam", batch_size=0)),
    "regression": PointsSpec(PointsData("bumps"), train=PointsTrain(optimiser="rmsprop")),
    "perceptron": PointsSpec(
        PointsData("xor"), PointsNet(hidden=()), PointsTrain("perceptron", learning_rate=0.5)
    ),
}


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("step", [0, 1, 33])
def test_what_is_dissected_is_what_the_run_does_next(name: str, step: int) -> None:
    """To the last digit; and looking changes nothing."""
    spec = SPECS[name]
    changed = spec.change(1, "weight:0:0:1", 0.75), spec.change(33, "learning_rate", 0.03)
    spec = replace(spec, interventions=changed)
    twin, losses = PointsRun(spec), []
    events = iter(twin)
    while len(losses) <= step:
        event = next(events)
        losses += [event.loss] if isinstance(event, Step) else []
    walk = Walk(spec)
    walk.to(step)
    run, batch = walk.run, walk.batch
    assert run.step == step
    before = run.network.numbers.copy()
    found = [dissect_next(run, batch) for _ in range(2)][-1]
    assert np.array_equal(run.network.numbers, before)
    assert found.loss == losses[-1]
    assert np.array_equal(found.new, twin.network.numbers)
    assert np.array_equal(found.inputs, run.train[0][batch])
    if name != "perceptron":
        assert found.largest_difference < 1e-6
    assert found.rate == (0.03 if step == 33 else spec.train.learning_rate)


def test_the_loss_after_the_update_is_of_the_same_batch_with_the_same_units_left_out() -> None:
    spec = SPECS["dropout"]
    walk = Walk(spec)
    walk.to(5)
    found = dissect_next(walk.run, walk.batch)
    a, checked = found.inputs, list[np.ndarray]()
    for steps, (w, b) in zip(found.layers, found.by_layer(found.new), strict=True):
        z = a @ w.T + b
        a = z if steps.kept is None else np.where(z > 0, z, np.expm1(z)) * steps.kept
        np.testing.assert_allclose(found.after[len(checked)], a, atol=1e-12)
        checked.append(a)
    assert (found.layers[0].kept == 0).any()
    value, _ = LOSSES["logistic"].of(a, found.y)
    assert value == pytest.approx(found.loss_after, abs=1e-12)
    assert found.losses_after.mean() == pytest.approx(value)
    weights = [w for w, _ in found.by_layer(found.new)]
    assert found.penalty_after == pytest.approx(0.05 * sum((w**2).sum() for w in weights))


def test_a_loss_that_is_no_number_is_not_taken_apart() -> None:
    network = random_network((3, 5, 1), 4, ["relu", "linear"])
    network.layers[0].w[:] = 1e200
    network.layers[1].w[:] = -1e200
    x, y = problem("squared", 1, 5)
    optimiser = OPTIMISERS["sgd"].make(len(network.numbers), 0)
    with pytest.raises(DivergedError, match="no number"):
        dissect(network, x, y, loss="squared", train=PointsTrain(), optimiser=optimiser, rate=0.1)


def test_a_tiny_step_lowers_the_loss_by_what_the_gradient_promised() -> None:
    network = random_network((3, 5, 1), 4, ["tanh", "linear"])
    x, y = problem("squared", 1, 5)
    train, optimiser = PointsTrain(l2=0.1), OPTIMISERS["sgd"].make(len(network.numbers), 0)
    found = dissect(network, x, y, loss="squared", train=train, optimiser=optimiser, rate=1e-5)
    fell = found.loss_after + found.penalty_after - found.loss - found.penalty
    assert found.promised < 0
    assert fell == pytest.approx(found.promised, rel=1e-3)


def test_the_perceptron_learns_from_a_mistake_and_from_nothing_else() -> None:
    """w ← w + λ t x, and the bias by λ t, if t z ≤ 0."""
    seen, walk = set(), Walk(SPECS["perceptron"])
    for step in range(40):
        walk.to(step)
        found = dissect_next(walk.run, walk.batch)
        assert len(found.inputs) == 1
        sign = 2 * int(found.y[0]) - 1
        mistaken = sign * found.layers[0].z[0, 0] <= 0
        pull = 0.5 * sign * np.array([*found.inputs[0], 1.0]) * mistaken
        np.testing.assert_allclose(found.new - found.old, pull, atol=1e-12)
        seen.add(bool(mistaken))
    assert seen == {True, False}


def test_the_microscope_would_notice_a_wrong_gradient() -> None:
    found = dissected("logistic", "tanh")
    turned = np.where(np.arange(len(found.gradient)) == 5, -1.0, 1.0)
    assert replace(found, gradient=found.gradient * turned).largest_difference > 1e-3


def test_after_the_last_step_comes_a_batch_of_a_further_epoch() -> None:
    spec = replace(SPECS["default"], train=PointsTrain(epochs=1))
    walk = Walk(spec)
    walk.to(walk.run.total_steps)
    longer = Walk(replace(spec, train=PointsTrain(epochs=2)))
    longer.to(walk.run.total_steps)
    assert np.array_equal(walk.batch, longer.batch)
    assert len(walk.batch) == 10


def test_a_finite_difference_across_a_kink_is_told_and_not_counted() -> None:
    """A ReLU whose z is 0 has one slope to the left and another to the right."""
    network = random_network((3, 2, 1), 0, ["relu", "linear"])
    x = np.array([[1.0, 0.0, 0.0]])
    network.layers[0].w[1, 0], network.layers[0].b[1] = -0.5, 0.5
    optimiser = OPTIMISERS["sgd"].make(len(network.numbers), 0.0)
    found = dissect(
        network,
        x,
        np.array([0.3]),
        loss="squared",
        train=PointsTrain(),
        optimiser=optimiser,
        rate=0.1,
    )
    (w, b), _ = found.by_layer(found.kinked)
    assert w.tolist() == [[False] * 3, [True, False, False]]
    assert b.tolist() == [False, True]
    assert np.abs(found.gradient - found.numeric).max() > 1e-2
    assert found.largest_difference < 1e-8
