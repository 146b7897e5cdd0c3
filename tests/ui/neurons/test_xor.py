"""The view of XOR: starts that find two lines, one neuron that cannot, and the hidden space."""

from __future__ import annotations

import base64
import json
import re

import numpy as np
import pytest

from dlviz.core.neurons.xor import xor_spec
from dlviz.core.points.data import points_of
from dlviz.core.points.restarts import from_start
from dlviz.figures.neurons_xor import SIDE, _box, code, hidden_space, output_equation


def words(page):
    return " ".join(item.value for item in page.markdown)


def saved(page):
    """What "Save picture" of each drawing puts into a file."""
    found = [json.loads(item.proto.json) for item in page.get("bidi_component")]
    return [each for each in found if "svg" in each]


def test_it_opens_on_two_lines_that_do_it_and_counts_the_starts(run_page, links):
    page = run_page("neurons", stage="xor")
    assert "**16 of 24 starts solve it**" in words(page)
    assert "**Start 0 solves it**: 100 %" in words(page)
    assert "One line is enough here" in words(page)
    assert len([item for item in page.get("html") if "two-lines" in item.value]) >= 2
    way = {"data": "xor", "epochs": "100", "hidden": "2tanh", "starts": "1"}
    assert links == [("points", way)]
    assert [each["name"] for each in saved(page)] == [
        "xor-lines-two_tanh-0.png",
        "xor-hidden-space-two_tanh-0.png",
    ]
    _, setting, *lines = saved(page)[0]["words"]
    assert setting == "Two hidden units (tanh), start 0 solves it: 100 % of the held-out points"
    assert [line.startswith("unit ") for line in lines] == [True, True]
    page.segmented_control(key="trial").set_value("4").run()
    assert "**Start 4 is stuck**" in words(page)
    page.segmented_control(key="between").set_value("none").run()
    assert "three of the four clouds" in words(page)
    assert not page.exception
    assert not page.info


@pytest.mark.parametrize("seed", [0, 4])
def test_points_and_line_are_drawn_where_the_hidden_units_answers_are(seed):
    spec = xor_spec("two_tanh")
    points, network = points_of(spec.data), from_start(spec, seed).network
    trace = network.forward(points.train_x)
    v, c = network.layers[1].w[0], network.layers[1].b[0]
    np.testing.assert_allclose(trace.a[0] @ v + c, trace.outputs[:, 0])
    html = hidden_space(
        network, points, colours=("#0072B2", "#D55E00"), theme="light", title="a <title>"
    )
    assert "a &lt;title&gt;" in html
    svg = base64.b64decode(re.search(r"base64,([^\"]+)", html).group(1)).decode()
    discs, squares = len(re.findall("<circle", svg)), len(re.findall("<rect", svg))
    assert (discs, squares) == tuple(np.bincount(points.train_y).tolist())
    x1, y1, x2, y2 = (
        float(re.search(rf'<line [^>]*{name}="([-\d.]+)"', svg).group(1))
        for name in ("x1", "y1", "x2", "y2")
    )
    # Back from the drawing's pixels to the units' answers: there v₁a₁ + v₂a₂ + c is 0.
    corner, side = _box(trace.a[0])
    for x, y in ((x1, y1), (x2, y2)):
        at = corner + side * np.array([x, SIDE - y]) / SIDE
        assert at @ v + c == pytest.approx(0.0, abs=0.02 * np.abs(v).max())
    places = re.findall(r'<circle cx="([-\d.]+)" cy="([-\d.]+)"', svg)
    drawn = [corner + side * np.array([float(x), SIDE - float(y)]) / SIDE for x, y in places]
    np.testing.assert_allclose(drawn, trace.a[0][points.train_y == 0], atol=0.01)
    assert output_equation(network).count("a") == 2


def test_the_program_counts_starts(capsys):
    exec(code("two_tanh", 3), {})
    assert re.fullmatch(r"\d of 3 starts tell all four corners right\n", capsys.readouterr().out)
