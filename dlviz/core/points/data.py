"""Points of the plane to learn from: one entry in ``POINT_DATA`` each, drawn from a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator

from dlviz.core.points.numbers import Labels, Numbers

if TYPE_CHECKING:
    from dlviz.core.points.specs import PointsData

DOMAIN = 3.0
"""Both coordinates are from −3 to 3."""
CLASSES = ("A", "B", "C", "D")
PAINTED = "painted"
TWO, MANY, REGRESSION = "two", "classes", "regression"

Drawn = tuple[Numbers, Labels]


@dataclass(frozen=True)
class PointSet:
    """Points N×2 in float64; y are labels counted from 0 (int64), or targets (float64)."""

    train_x: Numbers
    train_y: Labels | Numbers
    test_x: Numbers
    test_y: Labels | Numbers
    classes: tuple[str, ...]
    task: str


@dataclass(frozen=True)
class PointKind:
    """``draw(generator, count)`` gives count×2 points and what is to be learnt of each, no noise.

    ``task``: "two" classes, more "classes", or "regression" of targets in [−1, 1] (no classes).
    """

    title: str
    task: str
    classes: tuple[str, ...]
    draw: Callable[[Generator, int], tuple[Numbers, Labels | Numbers]]


def points_of(data: PointsData) -> PointSet:
    """The points that it describes, split at random; the same ones every time.

    ``noise`` is the standard deviation of what is added to both coordinates, or to the targets of a
    regression; what leaves the domain, or [−1, 1], is set on its border. Of painted points there
    may be none; which of them are held out does not depend on the order in which they were painted,
    and one more changes it of two at most.
    """
    generator = np.random.default_rng(data.seed)
    if data.name == PAINTED:
        x = np.array([point[:2] for point in data.painted], dtype=np.float64).reshape(-1, 2)
        y: Labels | Numbers = np.array([point[2] for point in data.painted], dtype=np.int64)
    else:
        x, y = POINT_DATA[data.name].draw(generator, data.count)
        if task_of(data) == REGRESSION:
            y = np.clip(y + generator.normal(0.0, data.noise, y.shape), -1.0, 1.0)
        else:
            x = x + generator.normal(0.0, data.noise, x.shape)
    x = np.clip(x, -DOMAIN, DOMAIN)
    order = _drawn(data) if data.name == PAINTED else generator.permutation(len(x))
    held = min(max(round(len(x) * data.share), 1), max(len(x) - 1, 0))
    test, train = order[:held], order[held:]
    return PointSet(x[train], y[train], x[test], y[test], classes_of(data), task_of(data))


def _drawn(data: PointsData) -> Labels:
    """The places of painted points by a number that each one draws from its own coordinates."""

    def lot(at: int) -> bytes:
        x1, x2, label = data.painted[at]
        # + 0.0: −0 and 0 are one place
        return blake2b(f"{data.seed} {x1 + 0.0} {x2 + 0.0} {label}".encode()).digest()

    return np.array(sorted(range(len(data.painted)), key=lot), dtype=np.int64)


def classes_of(data: PointsData) -> tuple[str, ...]:
    """The names of its classes, () for a regression; painted points have two or more."""
    if data.name == PAINTED:
        return CLASSES[: max([2, *(point[2] + 1 for point in data.painted)])]
    return POINT_DATA[data.name].classes


def task_of(data: PointsData) -> str:
    """What is to be learnt: "two", "classes" or "regression"."""
    if data.name == PAINTED:
        return TWO if len(classes_of(data)) == 2 else MANY
    return POINT_DATA[data.name].task


# -- the kinds ------------------------------------------------------------------------------------


def _labels(count: int, classes: int) -> Labels:
    """As many points of each class as possible."""
    return np.arange(count, dtype=np.int64) % classes


def _blobs(*centres: tuple[float, float]) -> Callable[[Generator, int], Drawn]:
    """Normal clouds of deviation 0.5."""

    def draw(generator: Generator, count: int) -> Drawn:
        y = _labels(count, len(centres))
        return np.array(centres)[y] + generator.normal(0.0, 0.5, (count, 2)), y

    return draw


def _polar(radius: Numbers, angle: Numbers) -> Numbers:
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)


def _circle(generator: Generator, count: int) -> Drawn:
    """A disc of radius 1.2 in a ring from 1.8 to 2.7, evenly over their areas."""
    y = _labels(count, 2)
    inner, outer = np.array([1.8, 0.0])[y], np.array([2.7, 1.2])[y]
    radius = np.sqrt(generator.uniform(inner**2, outer**2))
    return _polar(radius, generator.uniform(0.0, 2 * np.pi, count)), y


def _xor(generator: Generator, count: int) -> Drawn:
    """Four normal clouds of deviation 0.3, B where the signs differ: two lines tell them apart."""
    y = _labels(count, 2)
    side = generator.choice([-1.5, 1.5], count)
    middles = np.stack([side, side * np.where(y == 1, -1.0, 1.0)], axis=1)
    return middles + generator.normal(0.0, 0.3, (count, 2)), y


def _spiral(arms: int, turns: float) -> Callable[[Generator, int], Drawn]:
    """Arms that go ``turns`` times around."""

    def draw(generator: Generator, count: int) -> Drawn:
        y = _labels(count, arms)
        along = generator.uniform(0.05, 1.0, count)
        return _polar(2.8 * along, 2 * np.pi * (turns * along + y / arms)), y

    return draw


def _moons(generator: Generator, count: int) -> Drawn:
    """Two half circles of radius 1.6, hooked into each other."""
    y = _labels(count, 2)
    angle = generator.uniform(0.0, np.pi, count)
    upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=1)
    return 1.6 * np.where((y == 1)[:, None], -upper, upper), y


def _checkerboard(generator: Generator, count: int) -> Drawn:
    """Four by four cells."""
    x = generator.uniform(-DOMAIN, DOMAIN, (count, 2))
    return x, np.floor(x / 1.5).astype(np.int64).sum(axis=1) % 2


def _plane(generator: Generator, count: int) -> tuple[Numbers, Numbers]:
    x = generator.uniform(-DOMAIN, DOMAIN, (count, 2))
    return x, x.sum(axis=1) / (2 * DOMAIN)


def _bumps(generator: Generator, count: int) -> tuple[Numbers, Numbers]:
    """Three hills and three hollows in turn, each a Gaussian of width 0.6."""
    x = generator.uniform(-DOMAIN, DOMAIN, (count, 2))
    height = np.zeros(count)
    for column, middle in enumerate((-2.0, 0.0, 2.0)):
        for row, level in enumerate((-1.5, 1.5)):
            distance = ((x - (middle, level)) ** 2).sum(axis=1)
            height += (-1.0) ** (column + row) * np.exp(-distance / (2 * 0.6**2))
    return x, np.clip(height, -1.0, 1.0)


def _nothing(_: Generator, _count: int) -> Drawn:
    """Painted points come with the spec."""
    return np.empty((0, 2)), np.empty(0, dtype=np.int64)


POINT_DATA: dict[str, PointKind] = {
    "gaussians": PointKind("Two Gaussians", TWO, CLASSES[:2], _blobs((1.5, 1.5), (-1.5, -1.5))),
    "circle": PointKind("Circle", TWO, CLASSES[:2], _circle),
    "xor": PointKind("XOR", TWO, CLASSES[:2], _xor),
    "spiral": PointKind("Spiral", TWO, CLASSES[:2], _spiral(2, 1.75)),
    "moons": PointKind("Moons", TWO, CLASSES[:2], _moons),
    "checkerboard": PointKind("Checkerboard", TWO, CLASSES[:2], _checkerboard),
    "three": PointKind(
        "Three classes", MANY, CLASSES[:3], _blobs((0.0, 1.7), (1.5, -0.9), (-1.5, -0.9))
    ),
    "four": PointKind("Four arms", MANY, CLASSES, _spiral(4, 0.6)),
    "plane": PointKind("Regression: a plane", REGRESSION, (), _plane),
    "bumps": PointKind("Regression: bumps", REGRESSION, (), _bumps),
    PAINTED: PointKind("Your own points", TWO, CLASSES[:2], _nothing),
}
