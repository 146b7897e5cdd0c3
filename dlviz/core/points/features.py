"""What the network is told of a point (x₁, x₂): one entry in ``FEATURES`` each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dlviz.core.points.numbers import Numbers


@dataclass(frozen=True)
class Feature:
    """``value(x1, x2)`` takes two arrays of one shape and gives one of that shape."""

    title: str
    value: Callable[[Numbers, Numbers], Numbers]


FEATURES: dict[str, Feature] = {
    "x1": Feature("x₁", lambda x1, _: x1),
    "x2": Feature("x₂", lambda _, x2: x2),
    "x1_squared": Feature("x₁²", lambda x1, _: x1 * x1),
    "x2_squared": Feature("x₂²", lambda _, x2: x2 * x2),
    "x1x2": Feature("x₁x₂", lambda x1, x2: x1 * x2),
    "sin_x1": Feature("sin x₁", lambda x1, _: np.sin(x1)),
    "sin_x2": Feature("sin x₂", lambda _, x2: np.sin(x2)),
}


def features_of(points: Numbers, names: Sequence[str]) -> Numbers:
    """Points N×2 → N×F, a column for each name, in this order."""
    return np.stack([FEATURES[name].value(points[:, 0], points[:, 1]) for name in names], axis=1)
