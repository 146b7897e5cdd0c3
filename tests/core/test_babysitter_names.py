"""How the babysitter speaks of a layer: on both pages, as the page itself names it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from dlviz.core.babysitter import examine
from dlviz.core.events import Health, LayerHealth
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import PointsData, PointsNet, PointsSpec
from tests.core.test_babysitter import falling, log

NAMES = {
    "conv2": "layer conv2",
    "relu1": "layer relu1",
    "layer 2": "layer 2",
    "output": "the output layer",
}


def names_on_points() -> list[str]:
    """What a net on points of two hidden layers calls its layers."""
    net = PointsNet(hidden=PointsNet.hidden_from("2relu-2relu"))
    run = PointsRun(PointsSpec(PointsData(count=20), net))
    return [layer.name for layer in run.health().layers]


def test_points_layers_are_called_as_expected_here() -> None:
    assert names_on_points() == ["layer 1", "layer 2", "output"]


@pytest.mark.parametrize("name", NAMES)
def test_no_layer_is_called_a_layer_twice(name: str) -> None:
    sick = LayerHealth(name, "dense", gradient=500.0, weight=10.0, update=1e-3, dead=0.7)
    exploding, dead = examine(log(falling(), healths=(Health(100, (sick,)),)))
    assert exploding.sentence == (
        f"The gradient of {NAMES[name]} has the norm 500; 0.1 to 10 is usual."
    )
    assert dead.sentence.startswith(f"70 % of the units of {NAMES[name]} are 0 for all ")
    well = replace(sick, gradient=1.0, dead=0.0)
    assert examine(log(falling(), healths=(Health(100, (well,)),))) == []


@pytest.mark.parametrize("size", [math.nan, math.inf])
def test_a_gradient_of_no_numbers_has_no_norm_to_be_compared(size: float) -> None:
    sick = Health(100, (LayerHealth("conv1", "conv", gradient=size, weight=10.0),))
    (found,) = examine(log(falling(), healths=(sick,)))
    assert found.sentence == "The gradient of layer conv1 is no number any more."
