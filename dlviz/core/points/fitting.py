"""What points can tell of themselves, without any network: how much there is to learn.

It is what the babysitter holds a network against. A network that is right as often as the noise
allows lacks nothing.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from dlviz.core.points.data import REGRESSION, PointSet, points_of
from dlviz.core.points.features import FEATURES, features_of
from dlviz.core.points.numbers import Numbers
from dlviz.core.points.specs import PointsData

NEIGHBOURS = 5
# Of the variance. Up to a noise of 0.6 the product explains 0.6 to 0.9 more of XOR, the squares 0.5
# to 0.85 more of the circle; of all other data neither explains more than 0.1.
HELPS = 0.2
SHAPES = (("x1x2",), ("x1_squared", "x2_squared"))


@lru_cache(maxsize=64)
def told_by_neighbours(data: PointsData) -> float:
    """The share of training points whose class most of their five nearest others have.

    Of a regression R² of the five's mean, not below 0. Cover and Hart (1967), each left out once.
    """
    points = points_of(data)
    x, y = points.train_x, points.train_y
    count = min(NEIGHBOURS, len(x) - 1)
    away = ((x[:, None] - x[None]) ** 2).sum(axis=-1)
    np.fill_diagonal(away, np.inf)
    nearest = np.argpartition(away, count - 1, axis=1)[:, :count]
    if points.task == REGRESSION:
        missed = float(((y - y[nearest].mean(axis=1)) ** 2).mean())
        return max(0.0, 1.0 - missed / float(y.var())) if y.var() else 1.0
    votes = _targets(points)[nearest].sum(axis=1)
    return float((votes.argmax(axis=1) == y).mean())


@lru_cache(maxsize=64)
def line_fit(data: PointsData, features: tuple[str, ...]) -> float:
    """R² of least squares on these features, with a class as 1 and the others as 0."""
    points = points_of(data)
    inputs = np.column_stack([features_of(points.train_x, features), np.ones(len(points.train_x))])
    targets = _targets(points)
    missed = targets - inputs @ np.linalg.lstsq(inputs, targets, rcond=None)[0]
    spread = targets - targets.mean(axis=0)
    return 1.0 - float((missed**2).sum() / (spread**2).sum()) if spread.any() else 1.0


def helpful_features(data: PointsData, features: tuple[str, ...]) -> str:
    """The features, not all of them taken, that would make these points far easier for a line.

    As people write them, "x₁²" and "x₂²" as a pair; "" if there are none.
    """
    now = line_fit(data, features)
    for names in SHAPES:
        more = tuple(name for name in names if name not in features)
        if more and line_fit(data, (*features, *more)) - now > HELPS:
            return " and ".join(FEATURES[name].title for name in more)
    return ""


def _targets(points: PointSet) -> Numbers:
    """One column of a regression's targets, else one of 0 and 1 for each class."""
    if points.task == REGRESSION:
        return np.asarray(points.train_y, dtype=np.float64)[:, None]
    return np.eye(len(points.classes))[points.train_y.astype(np.int64)]
