"""What the babysitter of the points lab advises, on runs that were measured to need it.

Each advice is followed, too: the run must then do what it did not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dlviz.core.points.cards import POINT_CARDS
from dlviz.core.points.diagnoses import ROOM
from dlviz.core.points.presets import POINT_PRESETS, USUAL
from dlviz.core.points.specs import PointsData, PointsNet, PointsSpec, PointsTrain
from dlviz.runs.jobs import Job
from dlviz.runs.points import PointsRecorder
from tests.core.points.card_settings import spec_of

PLAIN = ("x1", "x2")
XOR_FEATURES = (*PLAIN, "x1x2")
LACKS = {"line", "plateau", "underfitting", "twins"}
Found = dict[str, dict[str, str]]


def spec(data: str, hidden: str, features: tuple[str, ...] = PLAIN, **train: Any) -> PointsSpec:
    net = PointsNet(features, PointsNet.hidden_from(hidden))
    usual = USUAL.train
    return PointsSpec(PointsData(data), net, replace(usual, **train))


def seen(of: PointsSpec, epochs: tuple[int, ...] = ()) -> tuple[list[Found], Job]:
    """What is found after so many epochs of a run, or once at its end."""
    job, recorder, found = Job("id", "a", (of,)), PointsRecorder(of), list[Found]()
    for entry in recorder:
        entry(job)
        if len(job.history.scores) - 1 in epochs and len(found) <= epochs.index(
            len(job.history.scores) - 1
        ):
            found.append(_found(recorder._findings()))
            if len(found) == len(epochs):
                return found, job
    return [*found, _found(job.history.findings or [])], job


def _found(listed: list[dict[str, str]]) -> Found:
    for item in listed:
        assert len(f"{item['sentence']} {item['advice']}") <= ROOM, item
    return {item["name"]: item for item in listed}


def accuracy(job: Job) -> float:
    return float(job.history.scores[-1][2])


@pytest.mark.parametrize(
    "hidden", ["8sigmoid-8sigmoid", "4sigmoid-4sigmoid-4sigmoid", "-".join(["8sigmoid"] * 4)]
)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_sigmoids_that_learn_nothing_of_bumps_are_named(hidden: str, seed: int) -> None:
    (found,), job = seen(spec("bumps", hidden, seed=seed), (55,))
    assert accuracy(job) < 0.1
    (only,) = found.values()
    assert only["name"] in ("plateau", "vanishing")
    if only["name"] == "plateau":
        assert only["sentence"].startswith("After 55 epochs the loss is still 0.0")
        assert only["advice"] == (
            "Each sigmoid layer flattens the next one’s input: take tanh, or Adam at 0.01."
        )


@pytest.mark.parametrize(
    "of",
    [
        spec("bumps", "8tanh-8tanh-8tanh"),
        spec("bumps", "8sigmoid-8sigmoid", optimiser="adam", learning_rate=0.01, seed=1),
        spec("bumps", "8sigmoid-8sigmoid-8sigmoid", optimiser="adam", learning_rate=0.01),
    ],
)
def test_what_is_advised_then_learns_them(of: PointsSpec) -> None:
    (found,), job = seen(of, (60,))
    assert "plateau" not in found
    assert accuracy(job) > 0.4


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_line_is_not_enough_for_xor_and_the_product_is(seed: int) -> None:
    (found,), job = seen(spec("xor", "", epochs=100, seed=seed))
    assert accuracy(job) < 0.6
    (only,) = found.values()
    assert only["name"] == "line"
    assert only["sentence"].endswith("right in training: a line is not enough.")
    assert only["advice"] == "Take the product x₁x₂, or put in a hidden layer."
    for better in (spec("xor", "", XOR_FEATURES, epochs=100), spec("xor", "4tanh", epochs=100)):
        (found,), job = seen(replace(better, train=replace(better.train, seed=seed)))
        assert accuracy(job) > 0.95
        assert not found


def test_the_circle_is_advised_its_squares_and_the_spiral_none() -> None:
    (found,), _ = seen(spec("circle", "", epochs=60))
    assert found["line"]["advice"] == "Take x₁² and x₂², or put in a hidden layer."
    squares = (*PLAIN, "x1_squared", "x2_squared")
    (found,), job = seen(spec("circle", "", squares, epochs=60))
    assert not found
    assert accuracy(job) > 0.97
    (found,), _ = seen(spec("spiral", "", XOR_FEATURES, epochs=60))
    assert found["line"]["sentence"].endswith(": these features are not enough.")
    assert found["line"]["advice"] == "Put in a hidden layer."


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_spiral_is_advised_adam_units_and_a_layer(seed: int) -> None:
    found, job = seen(spec("spiral", "4tanh", seed=seed), (55, 160))
    assert accuracy(job) < 0.8
    for each in found:
        (only,) = each.values()
        assert only["name"] in ("plateau", "underfitting")
        assert only["advice"] == (
            "Take Adam at 0.01, more units or a second layer; or another seed."
        )


def test_a_run_that_ends_while_it_learns_is_advised_more_epochs() -> None:
    (found,), _ = seen(spec("bumps", "8sigmoid", epochs=120))
    assert found["underfitting"]["advice"].startswith("It still learns: more epochs; or Adam")


def perceptron(data: str, noise: float, features: tuple[str, ...]) -> PointsSpec:
    net = PointsNet(features, ())
    return PointsSpec(PointsData(data, noise), net, PointsTrain("perceptron", epochs=20))


def test_the_perceptron_is_not_told_to_take_what_it_has() -> None:
    (found,), _ = seen(perceptron("xor", 0.1, PLAIN))
    assert "the product x₁x₂" in found["mistakes"]["advice"]
    assert not seen(perceptron("xor", 0.1, XOR_FEATURES))[0][0]  # with it, it comes to rest
    (found,), _ = seen(perceptron("xor", 1.0, XOR_FEATURES))
    assert found["mistakes"]["advice"] == (
        "Where classes overlap this rule never rests; gradient descent does."
    )
    assert "no weights part these classes" in found["mistakes"]["sentence"]
    (found,), _ = seen(perceptron("spiral", 0.1, XOR_FEATURES))
    assert found["mistakes"]["advice"] == "Take a hidden layer and gradient descent."


def test_units_that_began_alike_are_the_cause() -> None:
    (found,), _ = seen(replace(spec_of(POINT_CARDS["twins"]), train=PointsTrain(epochs=60)))
    assert list(found) == ["twins"]
    assert found["twins"]["sentence"].startswith("All units of layer 1 began alike")


HEALTHY = ("circle", "line", "squares", "moons", "three", "four", "plane")


@pytest.mark.parametrize("name", HEALTHY)
def test_presets_that_learn_lack_nothing(name: str) -> None:
    assert_lacks_nothing(POINT_PRESETS[name].spec)


def test_noise_is_not_called_a_lack() -> None:
    noisy = PointsSpec(PointsData("moons", 1.0), train=PointsTrain(epochs=60))
    assert_lacks_nothing(noisy)
    assert_lacks_nothing(replace(noisy, data=PointsData("plane", 0.6), net=PointsNet(hidden=())))


@pytest.mark.acceptance
@pytest.mark.parametrize("name", [*HEALTHY, "spiral", "checkerboard", "bumps", "overfitting"])
@pytest.mark.parametrize("seed", range(5))
def test_presets_that_learn_lack_nothing_from_any_seed(name: str, seed: int) -> None:
    of = POINT_PRESETS[name].spec
    assert_lacks_nothing(replace(of, train=replace(of.train, seed=seed)))


def assert_lacks_nothing(of: PointsSpec) -> None:
    every = max(4, of.train.epochs // 40)
    for found in seen(of, tuple(range(4, of.train.epochs, every)))[0]:
        assert not LACKS & set(found), found
