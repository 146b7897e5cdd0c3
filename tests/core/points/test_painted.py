"""Which painted points are held out: as many as the share says, whatever was painted when."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dlviz.core.points.data import points_of
from dlviz.core.points.specs import Painted, PointsData

GENERATOR = np.random.default_rng(0)
PAINTED = tuple(
    (round(float(x1), 2), round(float(x2), 2), at % 3)
    for at, (x1, x2) in enumerate(GENERATOR.uniform(-3, 3, (60, 2)))
)
DATA = PointsData("painted", painted=PAINTED)


def halves(data: PointsData) -> tuple[list[Painted], list[Painted]]:
    """Training and held-out points, in their order."""
    found = points_of(data)
    train = [(*x.tolist(), int(y)) for x, y in zip(found.train_x, found.train_y, strict=True)]
    test = [(*x.tolist(), int(y)) for x, y in zip(found.test_x, found.test_y, strict=True)]
    return train, test


@pytest.mark.parametrize("share", [0.1, 0.3, 0.9])
def test_the_order_of_painting_means_nothing(share: float) -> None:
    data = replace(DATA, share=share)
    first = halves(data)
    train, test = first
    assert len(test) == round(60 * share)
    assert halves(replace(data, painted=(*train, *test))) == first
    assert halves(replace(data, painted=PAINTED[::-1])) == first
    assert sorted(train + test) == sorted(PAINTED)


def test_a_stroke_leaves_all_others_where_they_are() -> None:
    _, test = halves(DATA)
    for added in range(1, 6):
        stroke = tuple((0.1 * at, -1.0, 0) for at in range(added))
        _, later = halves(replace(DATA, painted=PAINTED + stroke))
        assert len(set(test) - set(later)) <= added
    for gone in range(0, 60, 7):
        left = PAINTED[:gone] + PAINTED[gone + 1 :]
        _, later = halves(replace(DATA, painted=left))
        assert len(set(test) ^ set(later)) <= 2


def test_another_seed_holds_out_others_and_nought_has_no_sign() -> None:
    assert set(halves(DATA)[1]) != set(halves(replace(DATA, seed=1))[1])
    zeros = tuple((0.0, x / 10, 0) for x in range(20))
    minus = tuple((-0.0, x / 10, 0) for x in range(20))
    told = [halves(PointsData("painted", painted=each)) for each in (zeros, minus)]
    assert told[0] == told[1]


def test_held_out_points_are_spread_over_the_classes_as_chance_has_it() -> None:
    """60 points, 18 held out, over 200 seeds: a third of each class on average."""
    counts = np.zeros(3)
    for seed in range(200):
        for *_, label in halves(replace(DATA, seed=seed))[1]:
            counts[int(label)] += 1
    np.testing.assert_allclose(counts / counts.sum(), 1 / 3, atol=0.03)
