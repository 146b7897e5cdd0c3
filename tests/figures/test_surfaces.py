"""Small surfaces are the page's large one, pixel by pixel, and stand numbers that overflow."""

from __future__ import annotations

import base64
from functools import partial

import numpy as np
import pytest

from dlviz.core.points.data import points_of
from dlviz.core.points.features import FEATURES
from dlviz.core.points.network import Network, new_network
from dlviz.core.points.restarts import Start
from dlviz.core.points.specs import PointsData
from dlviz.figures.colours import SIGNED
from dlviz.figures.restarts import surface, surfaces
from dlviz.ui.components.points import CLASSES, script
from tests.ui.node import in_node, needs_node

pytestmark = needs_node
in_points = partial(in_node, script())
SIDE = 12
# what the page calls the task: (data, rule, task)
CASES = [
    ("circle", "gradient", "two"),
    ("circle", "perceptron", "perceptron"),
    ("three", "gradient", "classes"),
    ("four", "gradient", "classes"),
    ("plane", "gradient", "regression"),
]
PAINT = """(() => {
  const bytes = (text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
  const table = decodeTable(value.table);
  const colours = value.colours.map(bytes);
  const { passed } = new GridTrace().of(value.layers, value.features, value.side);
  const pixels = new Uint8ClampedArray(4 * value.side ** 2);
  const style = { table, colours, ground: value.ground };
  paintSaid(value.task, passed.at(-1), value.side ** 2, style, pixels);
  return [...pixels];
})()"""


def network(outputs: int, scale: float) -> Network:
    found = new_network((2, 6, outputs), ["linear"], "normal", 0)
    found.numbers[:] = scale * np.random.default_rng(outputs).normal(size=found.numbers.size)
    for layer in found.layers:
        layer.b[:] = 0.0  # both answers are in the picture
    return found


@pytest.mark.parametrize("theme", SIGNED)
@pytest.mark.parametrize(("data", "rule", "task"), CASES)
def test_the_pixels_are_the_browsers(data: str, rule: str, task: str, theme: str) -> None:
    points = points_of(PointsData(data, count=40))
    outputs = len(points.classes) if task == "classes" else 1
    for scale in (0.2, 0.6, 3.0):
        net = network(outputs, scale)
        own = surface(
            net, points, ("x1", "x2"), colours=CLASSES[theme], rule=rule, theme=theme, side=SIDE
        )
        told = in_points(
            PAINT,
            {
                "layers": [
                    {"w": each.w.tolist(), "b": each.b.tolist(), "g": each.activation}
                    for each in net.layers
                ],
                **{"features": ["x1", "x2"], "task": task, "side": SIDE},
                **{"colours": CLASSES[theme], "ground": SIGNED[theme][128].tolist()},
                "table": base64.b64encode(SIGNED[theme].tobytes()).decode(),
            },
        )
        theirs = np.reshape(told, (SIDE, SIDE, 4))[..., :3]
        assert len(np.unique(own.reshape(-1, 3), axis=0)) > 1
        # the last bit of e^z differs between the two, and with it a colour at a step of the scale
        assert np.abs(own.astype(int) - theirs).max() <= 3
        assert (own == theirs).all(axis=2).mean() > 0.97


@pytest.mark.parametrize("data", ["circle", "three", "plane"])
@pytest.mark.parametrize("size", [1e200, np.inf, np.nan])
def test_numbers_that_overflow_have_a_picture(data: str, size: float) -> None:
    points = points_of(PointsData(data, count=40))
    net = network(len(points.classes) if data == "three" else 1, 1.0)
    net.numbers[:] = size
    features = tuple(FEATURES)[:2]
    picture = surface(net, points, features, colours=CLASSES["light"], side=SIDE)
    assert picture.shape == (SIDE, SIDE, 3)
    if np.isnan(size):
        assert (picture == 255).all()
    starts = [Start(0, 5, 0.0, net), Start(1, 5, 0.0, None)]
    assert surfaces(starts, points, features, colours=CLASSES["light"]).count == 2
