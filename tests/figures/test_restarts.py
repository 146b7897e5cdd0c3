"""Small surfaces and the lines of units: where which colour lies, and lines where z is 0."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from dlviz.core.points.data import POINT_DATA, points_of
from dlviz.core.points.network import Dense, Network
from dlviz.core.points.restarts import Start
from dlviz.core.points.specs import PointsData
from dlviz.figures.colours import SIGNED, signed_colours
from dlviz.figures.restarts import line_equations, segment, surface, surfaces, two_lines

COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7"]
XOR = points_of(PointsData("xor", count=40))


def net(*rows: tuple[float, ...], bias: float = 0.0) -> Network:
    """A linear network, a row of weights for each output."""
    return Network([Dense(np.array(rows), np.full(len(rows), bias))])


TWO_UNITS = Network(
    [
        Dense(np.array([[1.0, -2.0], [0.0, 3.0]]), np.array([0.5, 3.0]), "tanh"),
        Dense(np.array([[1.0, 1.0]]), np.zeros(1)),
    ]
)


@pytest.mark.parametrize("theme", SIGNED)
def test_x1_goes_right_and_x2_up_in_the_scales_colours(theme: str) -> None:
    picture = surface(net((9.0, 0.0)), XOR, ("x1", "x2"), colours=COLOURS, theme=theme)
    blue, orange = (signed_colours(np.array([value]), 2.3, theme)[0] for value in (-1, 1))
    assert (picture[:, 0] == blue).all()
    assert (picture[:, -1] == orange).all()
    upright = surface(net((0.0, 9.0)), XOR, ("x1", "x2"), colours=COLOURS, theme=theme)
    assert (upright[0] == orange).all()
    assert (upright[-1] == blue).all()


def test_features_bend_what_is_said() -> None:
    product = surface(net((9.0,)), XOR, ("x1x2",), colours=COLOURS, side=4)
    assert (product[0, 0] == product[3, 3]).all()
    assert (product[0, 3] == product[3, 0]).all()
    assert (product[0, 0] != product[0, 3]).any()


def test_of_several_classes_the_likeliest_colours_its_place() -> None:
    points = points_of(PointsData("three", count=40))
    picture = surface(net((0, 5), (5, -5), (-5, -5)), points, ("x1", "x2"), colours=COLOURS)
    # the channel in which each class's colour, mixed with white, is the strongest
    assert picture[2, 48].argmax() == 2
    assert picture[-3, -3].argmax() == 0
    assert picture[-3, 2].argmax() == 1
    unsure = surface(net((0, 0), (0, 0), (0, 0)), points, ("x1", "x2"), colours=COLOURS)
    assert (unsure == 255).all()


@pytest.mark.parametrize("name", POINT_DATA)
def test_there_is_a_picture_of_every_start_with_its_points(name: str) -> None:
    painted = tuple((x / 10, -x / 10, x % 4) for x in range(8))
    data = PointsData(name, count=40, painted=painted if name == "painted" else ())
    points = points_of(data)
    outputs = max(1, len(points.classes) if len(points.classes) > 2 else 1)
    starts = [
        Start(1, 9, 1.0, Network([Dense(np.ones((outputs, 2)), np.zeros(outputs))])),
        Start(2, 9, 0.0, None),
    ]
    sheet = surfaces(starts, points, ("x1", "x2"), colours=COLOURS)
    assert (sheet.count, sheet.width, sheet.height) == (2, 96, 96)
    picture = np.asarray(Image.open(BytesIO(sheet.png)))
    bare = picture[:96, 96:192] if picture.shape[1] > 96 else picture[96:192, :96]
    dots = (bare != 255).any(axis=2)
    assert 0 < dots.sum() <= 4 * len(points.train_x)
    if points.classes:
        left, top = points.train_x[0] * (1, -1) * 16 + 47
        colour = [int(COLOURS[points.train_y[0]][at : at + 2], 16) for at in (1, 3, 5)]
        assert (bare[int(top), int(left)] == colour).all()


@pytest.mark.parametrize(
    ("w", "b"), [((1, 0), 0), ((0, 2), -3), ((1, 1), 0), ((-2, 0.5), 1), ((1, 1), 5.9), ((3, 4), 7)]
)
def test_a_line_is_where_z_is_nought_from_border_to_border(w, b) -> None:
    ends = segment(np.array(w, dtype=float), b)
    assert ends is not None
    assert ends[0] != ends[1]
    for end in ends:
        assert np.dot(w, end) + b == pytest.approx(0, abs=1e-9)
        assert max(map(abs, end)) == pytest.approx(3)


@pytest.mark.parametrize(("w", "b"), [((0, 0), 1), ((0, 0), 0), ((1, 1), 7), ((1, 0), 3.5)])
def test_a_line_that_is_nowhere_is_not_drawn(w, b) -> None:
    assert segment(np.array(w, dtype=float), b) is None


def drawing(html: str) -> ET.Element:
    (coded,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    return ET.fromstring(base64.b64decode(coded))


@pytest.mark.parametrize("theme", SIGNED)
def test_the_picture_has_both_lines_and_all_points(theme: str) -> None:
    html = two_lines(TWO_UNITS, XOR, colours=COLOURS, theme=theme, title='Seed 1: "a" < b')
    assert 'alt="Seed 1: &quot;a&quot; &lt; b"' in html
    found = [item.tag.partition("}")[2] for item in drawing(html).iter()]
    assert found.count("line") == 2
    assert found.count("text") == 2
    assert found.count("rect") == int((XOR.train_y == 1).sum() + (XOR.test_y == 1).sum())
    assert found.count("circle") - 2 == int((XOR.train_y == 0).sum() + (XOR.test_y == 0).sum())
    lines = [item for item in drawing(html).iter() if item.tag.endswith("line")]
    flat = lines[1]  # 3 x₂ + 3 = 0: across, at x₂ = −1, that is 240 of 360 down
    assert flat.get("y1") == flat.get("y2") == "240.0"
    assert {flat.get("x1"), flat.get("x2")} == {"0.0", "360.0"}
    assert lines[0].get("stroke-dasharray") != flat.get("stroke-dasharray")


def test_the_equations_have_the_units_numbers() -> None:
    assert line_equations(TWO_UNITS) == [
        "unit 1: 1.00 x₁ − 2.00 x₂ + 0.50 = 0",
        "unit 2: 0.00 x₁ + 3.00 x₂ + 3.00 = 0",
    ]
