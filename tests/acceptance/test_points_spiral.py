"""The spiral preset: 97 % of held-out points and more, in 5 of 5 seeds, in half a minute."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from dlviz.core.events import Score
from dlviz.core.points.presets import POINT_PRESETS
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import Hidden, PointsData

pytestmark = pytest.mark.acceptance
SPIRAL = POINT_PRESETS["spiral"].spec


def test_the_preset_is_what_is_claimed_of_it() -> None:
    """Noise 0, 350 points to learn from and 150 held out, 2-8-8-1, 500 epochs in batches of 10."""
    assert SPIRAL.data == PointsData("spiral", noise=0.0, count=500, share=0.3, seed=0)
    assert SPIRAL.net.features == ("x1", "x2")
    assert SPIRAL.net.hidden == (Hidden(8, "elu"), Hidden(8, "elu"))
    assert (SPIRAL.train.optimiser, SPIRAL.train.learning_rate) == ("adam", 0.01)
    assert (SPIRAL.train.batch_size, SPIRAL.train.epochs) == (10, 500)


@pytest.mark.parametrize("own_points", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_the_spiral_is_learnt_from_every_seed(seed: int, own_points: bool) -> None:
    """Five starts on the preset's points, and five on points of their own."""
    data = replace(SPIRAL.data, seed=seed if own_points else SPIRAL.data.seed)
    began = time.monotonic()
    run = PointsRun(replace(SPIRAL, data=data, train=replace(SPIRAL.train, seed=seed)))
    last = [event for event in run if isinstance(event, Score)][-1]
    assert last.accuracy >= 0.97
    assert last.count == 150
    assert time.monotonic() - began < 30
