"""Rosenblatt's perceptron: its own rule, its end on separable points, and none on XOR."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from dlviz.core.events import Score, Step
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import (
    PERCEPTRON,
    PointsChange,
    PointsData,
    PointsNet,
    PointsSpec,
    PointsTrain,
)


def finished(spec: PointsSpec) -> tuple[PointsRun, list[Step | Score]]:
    run = PointsRun(spec)
    return run, list(run)


def perceptron(data: PointsData, **options: object) -> PointsSpec:
    net = PointsNet(hidden=(), initialisation="zeros")
    return PointsSpec(data, net, PointsTrain(PERCEPTRON, **options))


@pytest.mark.parametrize("seed", range(5))
def test_the_perceptron_makes_no_more_mistakes_than_novikoff_allows(seed: int) -> None:
    """(R/γ)² on separable points, with the bias as a weight of a constant 1 (Novikoff, 1962).

    γ is that of the separating line which the data are made of, so the bound is not the lowest.
    """
    spec = perceptron(PointsData("gaussians", 0.0, seed=seed), epochs=50, seed=seed)
    run, events = finished(spec)
    x = np.column_stack([run.points.train_x, np.ones(len(run.points.train_x))])
    signs = 2 * run.points.train_y - 1
    line = np.array([-1.0, -1.0, 0.0]) / np.sqrt(2)
    margin = (signs * (x @ line)).min()
    assert margin > 0
    assert 0 < run.mistakes <= (np.linalg.norm(x, axis=1).max() / margin) ** 2
    assert run.stopped_early
    assert run.step < run.total_steps
    found = np.append(run.network.layers[0].w[0], run.network.layers[0].b)
    assert (signs * (x @ found) > 0).all()
    assert events[-1].accuracy > 0.97


def test_the_perceptrons_weights_are_those_of_rosenblatts_rule() -> None:
    """Once more in its own words: w ← w + λ t x for every point that is not on its side."""
    spec = perceptron(PointsData("gaussians", 1.0), learning_rate=0.5, epochs=3, l2=0.5)
    run, order = PointsRun(spec), PointsRun(spec)
    list(run)
    w, mistakes = np.zeros(3), 0
    for _ in range(3):
        for (point,) in order.batches():
            x, t = np.append(run.points.train_x[point], 1.0), 2 * run.points.train_y[point] - 1
            if t * (w @ x) <= 0:
                w, mistakes = w + 0.5 * t * x, mistakes + 1
    found = np.append(run.network.layers[0].w[0], run.network.layers[0].b)
    np.testing.assert_allclose(found, w, atol=1e-12)
    assert run.mistakes == mistakes
    assert run.batch_size == 1


def test_the_perceptron_is_never_done_with_xor() -> None:
    run, events = finished(perceptron(PointsData("xor", 0.0, 100), epochs=100))
    assert not run.stopped_early
    scores = [event.accuracy for event in events if isinstance(event, Score)]
    assert len(scores) == 101
    assert max(scores) < 0.9
    assert run.mistakes > 100 * 10


def test_a_hand_that_comes_later_keeps_a_perceptron_waiting() -> None:
    spec = perceptron(PointsData("gaussians", 0.0), epochs=20)
    late = replace(spec, interventions=(PointsChange(210 * 10, "weight:0:0:0", 100.0),))
    ended = PointsRun(spec)
    list(ended)
    run = PointsRun(late)
    list(islice(run, 5000))
    assert ended.step < 2100 < run.step
    assert run.mistakes > ended.mistakes
