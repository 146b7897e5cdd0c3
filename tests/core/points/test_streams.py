"""What a run on points draws at random: points, weights, order, dropout, none the same twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dlviz.core.points.data import DOMAIN, PAINTED, POINT_DATA, points_of
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import PointsData, PointsNet, PointsSpec, PointsTrain

DEEP = PointsSpec(net=PointsNet(hidden=PointsNet.hidden_from("8tanh-8relu"), dropout=0.2))
SEEDS = (0, 1, 2, 7)


def test_points_weights_shuffling_and_dropout_draw_from_streams_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where the points and the training have one seed, as they have at first."""
    first_draws = []
    make = np.random.default_rng

    def noted(seed: int | list[int]) -> np.random.Generator:
        first_draws.append(tuple(make(seed).random(3)))
        return make(seed)

    monkeypatch.setattr(np.random, "default_rng", noted)
    for seed in SEEDS:
        PointsRun(replace(DEEP, data=PointsData(seed=seed), train=PointsTrain(seed=seed)))
    assert len(first_draws) == len(SEEDS) * (1 + len(DEEP.net.hidden) + 1 + 2)
    assert len(set(first_draws)) == len(first_draws)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", [name for name in POINT_DATA if name != PAINTED])
def test_the_first_weights_are_not_the_first_points(name: str, seed: int) -> None:
    """A unit's two weights are not the coordinates of the point that was drawn in its place."""
    data = PointsData(name, noise=0.0, count=100, seed=seed)
    net = PointsNet(hidden=PointsNet.hidden_from("8tanh"), initialisation="xavier")
    weights = PointsRun(PointsSpec(data, net, PointsTrain(seed=seed))).network.layers[0].w
    drawn, _ = POINT_DATA[name].draw(np.random.default_rng(seed), data.count)
    points = points_of(data)
    places = np.concatenate([points.train_x, points.test_x])
    assert np.allclose(np.sort(places, axis=0), np.sort(np.clip(drawn, -DOMAIN, DOMAIN), axis=0))
    for unit, place in zip(weights.T, drawn[: len(weights)].T, strict=True):
        assert abs(np.corrcoef(unit, place)[0, 1]) < 0.999
