"""A run whose very last update blows the network up: no later batch could tell."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from dlviz.core.events import DivergedError, Score
from dlviz.core.points import restarts as restarts_module
from dlviz.core.points.restarts import from_start
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import Hidden, PointsData, PointsNet, PointsSpec, PointsTrain
from dlviz.core.snapshots import Snapshot
from dlviz.core.specs import NetSpec, RunSpec, TrainSpec, layer
from dlviz.core.training import Run
from tests.core.stripes import stripes

# An epoch is one batch. The first update that nothing finite comes of: the loss of the next batch.
DEEP = NetSpec(
    (
        layer("flatten"),
        *(layer("dense", units=64), layer("relu")) * 2,
        layer("dense"),
    )
)
WILD = RunSpec(
    DEEP,
    train=TrainSpec(
        **{"optimiser": "sgd", "learning_rate": 100.0, "momentum": 0.0, "batch_size": 200},
        **{"epochs": 60, "seed": 7},
    ),
)
WILD_POINTS = PointsSpec(
    PointsData("bumps"),
    PointsNet(hidden=(Hidden(8, "relu"),) * 3),
    PointsTrain(learning_rate=100.0, epochs=200, batch_size=0),
)


def fatal_picture_update() -> int:
    run = Run(WILD, stripes())
    with pytest.raises(DivergedError, match="stopped being a number"):
        list(run)
    return run.step - 1  # the last step's loss was no number before its update


def fatal_points_update() -> int:
    run = PointsRun(WILD_POINTS)
    with pytest.raises(DivergedError, match="stopped being a number"):
        list(run)
    return run.step


def test_a_run_on_pictures_that_ends_in_no_numbers_has_diverged() -> None:
    fatal = fatal_picture_update()
    run = Run(replace(WILD, train=replace(WILD.train, epochs=fatal)), stripes())
    events: list[object] = []
    with pytest.raises(DivergedError, match="ended with weights or a held-out loss"):
        run_into(events, run)
    scores = [event for event in events if isinstance(event, Score)]
    assert scores[-1].step == run.total_steps == fatal
    assert not math.isfinite(scores[-1].loss)
    assert all(event.held_out is None for event in events if isinstance(event, Snapshot))


def test_the_run_before_that_is_told_as_ever() -> None:
    """However bad it is: its numbers are numbers."""
    epochs = fatal_picture_update() - 1
    *_, last = Run(replace(WILD, train=replace(WILD.train, epochs=epochs)), stripes())
    assert isinstance(last, Snapshot)
    assert last.held_out
    assert last.is_finite


def test_a_run_on_points_that_ends_in_no_numbers_has_diverged() -> None:
    fatal = fatal_points_update()
    run = PointsRun(replace(WILD_POINTS, train=replace(WILD_POINTS.train, epochs=fatal)))
    events: list[object] = []
    with pytest.raises(DivergedError, match="ended with weights or a held-out loss"):
        run_into(events, run)
    assert isinstance(events[-1], Score)
    assert events[-1].step == run.total_steps == fatal
    before = PointsRun(replace(WILD_POINTS, train=replace(WILD_POINTS.train, epochs=fatal - 1)))
    *_, score = before
    assert math.isfinite(score.loss)
    assert np.isfinite(before.network.numbers).all()


@pytest.mark.parametrize("cut_short", [False, True])
def test_a_start_that_ends_in_no_numbers_has_no_network(
    monkeypatch: pytest.MonkeyPatch, cut_short: bool
) -> None:
    fatal = fatal_points_update()
    spec = WILD_POINTS
    if cut_short:
        monkeypatch.setattr(restarts_module, "MOST_UPDATES", fatal)
    else:
        spec = replace(spec, train=replace(spec.train, epochs=fatal))
    start = from_start(spec, spec.train.seed)
    assert (start.step, start.accuracy, start.network) == (fatal, 0.0, None)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_snapshot_knows_whether_it_is_of_numbers(bad: float) -> None:
    *_, last = Run(replace(WILD, train=replace(WILD.train, epochs=1)), stripes())
    assert isinstance(last, Snapshot)
    assert last.is_finite
    assert replace(last, held_out=None).is_finite
    assert not replace(last, held_out=Score(1, bad, 0.5, 100)).is_finite
    broken = {name: value.clone() for name, value in last.weights.items()}
    list(broken.values())[-1].view(-1)[0] = bad
    assert not replace(last, weights=broken).is_finite


def run_into(events: list[object], run: Run | PointsRun) -> None:
    """Append what the run tells, also of a run that ends with an error."""
    for event in run:
        events.append(event)
