"""Points and features: each kind is what its title says, drawn anew from the same seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dlviz.core.points.data import CLASSES, DOMAIN, POINT_DATA, points_of, task_of
from dlviz.core.points.features import FEATURES, features_of
from dlviz.core.points.specs import PointsData

DRAWN = [name for name in POINT_DATA if name != "painted"]
RULES = {  # who knows how it is made knows the class of a point without noise
    "gaussians": lambda x: x.sum(axis=1) < 0,
    "circle": lambda x: np.hypot(*x.T) < 1.5,
    "xor": lambda x: x.prod(axis=1) < 0,
    "checkerboard": lambda x: (np.floor(x[:, 0] / 1.5) + np.floor(x[:, 1] / 1.5)) % 2,
}


@pytest.mark.parametrize("noise", [0.0, 1.0])
@pytest.mark.parametrize("name", DRAWN)
def test_points_are_inside_split_and_the_same_again(name: str, noise: float) -> None:
    data = PointsData(name, noise, count=201, share=0.3, seed=7)
    points, again, other = points_of(data), points_of(data), points_of(replace(data, seed=8))
    assert points.train_x.shape == (141, 2)
    assert points.test_x.shape == (60, 2)
    for x in (points.train_x, points.test_x):
        assert np.abs(x).max() <= DOMAIN
        assert np.abs(x).max() > 1.5
    for field in ("train_x", "train_y", "test_x", "test_y"):
        np.testing.assert_array_equal(getattr(points, field), getattr(again, field))
        assert (getattr(points, field) != getattr(other, field)).any()
    together = np.concatenate([points.train_x, points.test_x])
    assert len(np.unique(together, axis=0)) > 195
    y = np.concatenate([points.train_y, points.test_y])
    if points.task == "regression":
        assert y.dtype == np.float64
        assert np.abs(y).max() <= 1.0
        assert points.classes == ()
    else:
        assert y.dtype == np.int64
        counts = np.bincount(y, minlength=len(points.classes))
        assert counts.max() - counts.min() <= (30 if name == "checkerboard" else 1)
        assert points.classes == CLASSES[: len(counts)]
        assert points.task == ("two" if len(counts) == 2 else "classes")


@pytest.mark.parametrize("name", RULES)
def test_without_noise_the_class_follows_from_the_place(name: str) -> None:
    points = points_of(PointsData(name, 0.0, count=1000))
    np.testing.assert_array_equal(RULES[name](points.train_x), points.train_y)


@pytest.mark.parametrize(("name", "arms", "turns"), [("spiral", 2, 1.75), ("four", 4, 0.6)])
def test_an_arm_goes_round_as_often_as_it_should(name: str, arms: int, turns: float) -> None:
    points = points_of(PointsData(name, 0.0, count=400))
    radius = np.hypot(*points.train_x.T)
    angle = np.arctan2(points.train_x[:, 0], points.train_x[:, 1])
    expected = 2 * np.pi * (turns * radius / 2.8 + points.train_y / arms)
    np.testing.assert_allclose(np.cos(angle - expected), 1.0, atol=1e-12)


def test_moons_are_scikit_learns() -> None:
    """Turned back to its size, every point lies on one of its two half circles."""
    points = points_of(PointsData("moons", 0.0))
    x = points.train_x / 1.6 + [0.5, 0.25]
    centres = np.array([[0.0, 0.0], [1.0, 0.5]])[points.train_y]
    np.testing.assert_allclose(np.hypot(*(x - centres).T), 1.0, atol=1e-12)
    assert ((x - centres)[:, 1] * np.where(points.train_y == 1, -1, 1) >= 0).all()


def test_noise_is_a_standard_deviation() -> None:
    clean = points_of(PointsData("xor", 0.0, count=1000))
    noisy = points_of(PointsData("xor", 0.3, count=1000))
    inside = np.abs(noisy.train_x) < DOMAIN
    assert (noisy.train_x - clean.train_x)[inside].std() == pytest.approx(0.3, rel=0.05)
    flat = points_of(PointsData("plane", 0.1, count=1000))
    error = flat.train_y - flat.train_x.sum(axis=1) / 6
    assert error[np.abs(flat.train_y) < 1].std() == pytest.approx(0.1, rel=0.1)


def test_bumps_have_three_hills_and_three_hollows() -> None:
    points = points_of(PointsData("bumps", 0.0, count=1000))
    for place, sign in [((-2, -1.5), 1), ((0, -1.5), -1), ((2, 1.5), -1), ((0, 1.5), 1)]:
        near = np.hypot(*(points.train_x - place).T) < 0.25
        assert near.any()
        assert (points.train_y[near] * sign > 0.85).all()


def test_painted_points_are_the_visitors_own() -> None:
    painted = tuple((x / 10, -x / 10, x % 3) for x in range(20))
    points = points_of(PointsData("painted", noise=1.0, share=0.25, painted=painted))
    assert points.classes == CLASSES[:3]
    assert points.task == "classes"
    assert len(points.test_x) == 5
    found = {
        (*map(float, x), int(y))
        for xs, ys in ((points.train_x, points.train_y), (points.test_x, points.test_y))
        for x, y in zip(xs, ys, strict=True)
    }
    assert found == set(painted)


@pytest.mark.parametrize(
    ("painted", "train", "test"),
    [((), 0, 0), (((0.0, 0.0, 0),), 1, 0), (((0.0, 0.0, 0),) * 2, 1, 1)],
)
def test_few_painted_points_are_trained_on_first(painted, train: int, test: int) -> None:
    data = PointsData("painted", painted=painted)
    points = points_of(data)
    assert points.train_x.shape == (train, 2)
    assert points.test_x.shape == (test, 2)
    assert task_of(data) == "two"


def test_features_by_hand() -> None:
    points = np.array([[2.0, -3.0], [0.5, 1.0]])
    found = features_of(points, list(FEATURES))
    expected = [
        [2, -3, 4, 9, -6, np.sin(2), np.sin(-3)],
        [0.5, 1, 0.25, 1, 0.5, np.sin(0.5), np.sin(1)],
    ]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-15)
    assert features_of(points, ["x2", "x1"]).tolist() == [[-3.0, 2.0], [1.0, 0.5]]
