"""Restarts: what is told of a start is what its run says, and how many find XOR is measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest

from dlviz.core.points import restarts as restarts_module
from dlviz.core.points.activations import ACTIVATIONS
from dlviz.core.points.features import features_of
from dlviz.core.points.restarts import (
    SOLVED,
    STARTS,
    Start,
    from_start,
    plain,
    ranked,
    restarts,
    told,
    trying,
)
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import PointsChange, PointsData, PointsNet, PointsSpec, PointsTrain


def xor(activation: str = "tanh", **train: object) -> PointsSpec:
    hidden = PointsNet.hidden_from(f"2{activation}")
    return PointsSpec(PointsData("xor"), PointsNet(hidden=hidden), replace(PointsTrain(), **train))


def test_a_start_is_the_run_of_its_seed_without_what_was_done_by_hand() -> None:
    spec = xor(epochs=20, seed=9)
    by_hand = replace(spec, interventions=(PointsChange(3, "learning_rate", 9.0),))
    run = PointsRun(replace(spec, train=replace(spec.train, seed=4)))
    *_, last = run
    start = from_start(by_hand, 4)
    assert (start.seed, start.step, start.accuracy) == (4, run.step, last.accuracy)
    assert start.network is not None
    assert np.array_equal(start.network.numbers, run.network.numbers)
    # and the network says so itself, of points that it never saw
    z = start.network.forward(features_of(run.points.test_x, ("x1", "x2"))).outputs[:, 0]
    assert np.mean((z > 0) == run.points.test_y) == start.accuracy


def test_all_starts_share_everything_but_the_seed() -> None:
    assert plain(xor(seed=5)) == plain(xor(seed=6)) != plain(xor(seed=5, learning_rate=0.2))
    spec = xor(epochs=2)
    seeds = [start.seed for start in restarts(spec)]
    assert seeds == list(range(STARTS))
    numbers = {tuple(start.network.numbers) for start in restarts(spec) if start.network}
    assert len(numbers) == STARTS


def test_a_start_ends_after_so_many_updates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restarts_module, "MOST_UPDATES", 50)
    start = from_start(xor(), 0)
    assert start.step == 50
    run = PointsRun(xor())
    for _ in run:
        if run.step == 50:
            break
    assert start.accuracy == run.score().accuracy


def test_a_start_that_diverges_is_told_as_unsolved() -> None:
    hidden = PointsNet.hidden_from("4linear")
    train = PointsTrain(learning_rate=9.0, epochs=300)
    start = from_start(PointsSpec(PointsData("plane"), PointsNet(hidden=hidden), train), 0)
    assert start.network is None
    assert not start.solved
    assert start.accuracy == 0


def test_the_best_come_first_and_are_counted() -> None:
    network = PointsRun(xor()).network
    shares = {3: 0.7, 1: 1.0, 2: 0.7, 0: SOLVED, 5: SOLVED - 1e-9}
    starts = [Start(seed, 1, share, network) for seed, share in shares.items()]
    assert [start.seed for start in ranked(starts)] == [1, 0, 5, 2, 3]
    assert told(starts) == "2 of 5 starts solve it"


# DESIGN 7 says ReLU 20 %, tanh 49 % for its own data and start; what is measured here is what
# the page shows: its XOR, 100 epochs, Xavier's start.
FOUND = {"relu": (0.14, 0.29), "tanh": (0.57, 0.74)}
TRIED = {"relu": 1000, "tanh": 600}  # relu's 25 % of 600 would not be told from 29


@pytest.mark.acceptance
@pytest.mark.timeout(1200)  # up to a thousand starts, on a machine that may be busy
@pytest.mark.parametrize("activation", FOUND)
def test_xor_with_two_hidden_units_is_found_from_only_some_starts(activation: str) -> None:
    starts = list(restarts(xor(activation), range(1000, 1000 + TRIED[activation])))
    solved = sum(start.solved for start in starts)
    interval = binomtest(solved, len(starts)).proportion_ci(0.95, method="wilson")
    low, high = FOUND[activation]
    assert low < interval.low < interval.high < high
    # nothing in between: the bar for “solved” decides no case
    assert not [start.accuracy for start in starts if 0.86 < start.accuracy < 0.97]


@pytest.mark.acceptance
def test_solved_xor_is_two_lines_with_the_classes_in_a_strip() -> None:
    """Each unit's line parts the four clouds 1 to 3, and the strip between holds one class."""
    middles = 1.5 * np.array([(1, 1), (-1, -1), (1, -1), (-1, 1)])
    for start in [start for start in restarts(xor()) if start.solved]:
        assert start.network is not None
        layer = start.network.layers[0]
        sides = middles @ layer.w.T + layer.b > 0
        assert sorted(np.minimum(sides.sum(axis=0), 4 - sides.sum(axis=0))) == [1, 1]
    assert set(FOUND) < set(ACTIVATIONS)


def test_a_start_takes_a_breath_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that work can be stopped within a start; the numbers are the same."""
    monkeypatch.setattr(restarts_module, "BREATH", 50)
    spec = xor(epochs=11)
    found = list(trying(spec, (4, 5)))
    starts = [start for start in found if start is not None]
    steps = starts[0].step
    assert [at for at, start in enumerate(found) if start] == [steps // 50, 2 * (steps // 50) + 1]
    assert steps // 50 >= 3
    for start in starts:
        alone = from_start(spec, start.seed)
        assert start.network is not None
        assert alone.network is not None
        assert np.array_equal(alone.network.numbers, start.network.numbers)
