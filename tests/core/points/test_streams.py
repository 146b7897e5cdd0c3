"""What a run on points draws at random: weights, order, dropout, none of them twice the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dlviz.core.points.data import points_of
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import PointsNet, PointsSpec, PointsTrain

DEEP = PointsSpec(net=PointsNet(hidden=PointsNet.hidden_from("8tanh-8relu"), dropout=0.2))


def test_weights_shuffling_and_dropout_draw_from_streams_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first_draws = []
    make = np.random.default_rng

    def noted(seed: list[int]) -> np.random.Generator:
        first_draws.append(tuple(make(seed).random(3)))
        return make(seed)

    points = points_of(DEEP.data)  # drawn from a seed of its own
    monkeypatch.setattr("dlviz.core.points.run.points_of", lambda _: points)
    monkeypatch.setattr(np.random, "default_rng", noted)
    for seed in (0, 1, 2):
        PointsRun(replace(DEEP, train=PointsTrain(seed=seed)))
    assert len(first_draws) == 3 * (len(DEEP.net.hidden) + 1 + 2)
    assert len(set(first_draws)) == len(first_draws)
