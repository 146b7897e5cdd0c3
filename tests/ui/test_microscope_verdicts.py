"""The microscope's verdicts: a mistake is t z ≤ 0, and who carries an update uphill is named."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from dlviz.core.points.microscope import dissect_next
from dlviz.core.points.specs import PointsData, PointsNet, PointsSpec, PointsTrain
from dlviz.core.points.walk import Walk
from dlviz.figures.microscope import microscope_data
from dlviz.ui.components.microscope import script
from tests.ui.node import in_node, needs_node

pytestmark = needs_node
in_scope = partial(in_node, script())
UP = tuple((0.0, y, 1) for y in (1.0, 1.5, 2.0, 2.5))
DOWN = tuple((0.0, -y, 0) for y in (1.0, 1.5, 2.0, 2.5))
ROSENBLATT = PointsSpec(
    PointsData("painted", painted=UP + DOWN),
    PointsNet(hidden=(), initialisation="zeros"),
    PointsTrain("perceptron", epochs=5),
)


def lines(data: dict[str, Any], kind: str, layer: int = -1, number: int = 0) -> list[str]:
    stage = json.dumps({"kind": kind, "layer": layer})
    at = json.dumps({"point": 0, "unit": 0, "input": number})
    found = in_scope(f"equationLines(value, {stage}, {at})", data)
    return [str(line) for line in found]


def seen(spec: PointsSpec, step: int) -> tuple[dict[str, Any], float]:
    """An update as the microscope has it, and t z before it."""
    walk = Walk(spec)
    walk.to(step)
    found = dissect_next(walk.run, walk.batch)
    (z,), (y,) = found.layers[0].z[0], found.y
    return microscope_data(walk.run, walk.batch), float((2 * y - 1) * z)


@pytest.mark.parametrize("rate", [0.1, 0.0])
def test_a_mistake_is_one_in_every_stage(rate: float) -> None:
    """x₁ is 0 for every point, so that no weight of x₁ ever moves; at rate 0 none does."""
    spec = replace(ROSENBLATT, train=replace(ROSENBLATT.train, learning_rate=rate))
    verdicts = set()
    for step in (0, 1, 2, 5):
        data, margin = seen(spec, step)
        mistake = margin <= 0
        verdicts.add(mistake)
        assert lines(data, "mistake")[2].startswith("A mistake" if mistake else "Right:")
        for number in (0, 1):
            said = lines(data, "update", 0, number)[0]
            assert said == f"It was {'a mistake' if mistake else 'right'}:"
        *_, after = lines(data, "after")
        if not mistake:
            assert after.endswith("> 0: it was right and stays so.")
        elif rate:
            assert after.endswith("> 0: now it is right.")
        else:
            assert after.endswith("still a mistake; it will come by again.")
    assert verdicts == ({True, False} if rate else {True})


def uphill(train: PointsTrain, steps: range) -> tuple[str, float, float]:
    """(words, ∇J·move, ∇J·decay) of an update against its gradient; both are taken off."""
    net = PointsNet(hidden=(), initialisation="large")
    for seed in range(20):
        run_train = replace(train, seed=seed)
        walk = Walk(PointsSpec(PointsData("gaussians", 0.0), net, run_train))
        for step in steps:
            walk.to(step)
            found = dissect_next(walk.run, walk.batch)
            if found.promised > 0:
                words = " ".join(lines(microscope_data(walk.run, walk.batch), "after"))
                slopes = found.gradient
                return words, float(slopes @ found.move), float(slopes @ found.decay)
    raise AssertionError("no update goes uphill")


def test_of_a_first_update_it_is_the_decay_that_goes_uphill() -> None:
    train = PointsTrain(optimiser="adamw", l2=1.0, learning_rate=0.1)
    words, move, decay = uphill(train, range(1))
    assert decay < 0 < move  # nothing is remembered yet
    assert "The decay λ · l2 · w, which does not ask the loss, carries it uphill" in words
    assert "remembers" not in words


def test_of_momentum_it_is_what_is_remembered() -> None:
    words, move, decay = uphill(PointsTrain(optimiser="momentum"), range(1, 60))
    assert move < 0 == decay
    assert "What the optimiser remembers carries it uphill" in words
