"""The style film's script under Node: its sum, its words and its chart."""

from __future__ import annotations

import pytest

from dlviz.ui.components.style_film import script
from tests.ui.node import in_node, needs_node

pytestmark = needs_node
SCENE = {
    "steps": [0, 2, 3],
    "planned": 6,
    "losses": [[0, 0.5, 0.005], [0.2, 0.3, 0.01], [0.4, 0.1, 0.011], [0.6, 0.025, 0.012]],
    "weights": [1, 30, 10],
}


def test_a_place_of_the_film_in_words():
    said = in_node(script(), "[styleText(value, 0), styleText(value, 2)]", SCENE)
    assert said[0] == "Step 0 of 6: 100.0 % of the style loss left"
    assert said[1] == "Step 3 of 6: 5.0 % of the style loss left"


def test_the_sum_is_weights_times_losses():
    found = in_node(script(), "styleSum(value, 2)", SCENE)
    assert [row["name"] for row in found["rows"]] == ["content", "style", "roughness"]
    assert [row["product"] for row in found["rows"]] == pytest.approx([0.6, 0.75, 0.12])
    assert found["total"] == pytest.approx(1.47)


def test_numbers_keep_three_digits():
    values = [0, 0.0139864, 1.3116, 46.54, 151.2, 0.00001]
    said = in_node(script(), "value.map(styleNumber)", values)
    assert said == ["0", "0.0140", "1.31", "46.5", "151", "1e-5"]


def test_the_chart_has_a_line_for_every_power_and_finds_its_own_points():
    expression = """(() => {
      const axes = styleAxes(value, 400, 200);
      return {
        highest: axes.highest,
        ends: [axes.y(1), axes.y(0.001), axes.y(0), axes.x(0), axes.x(6)],
        third: axes.y(0.1) - axes.y(1),
        found: value.steps.map(step => styleAt(value, axes, axes.x(step))),
        tall: styleAxes({...value, losses: [[0, 46.5, 0]]}, 400, 200).highest,
      };
    })()"""
    given = in_node(script(), expression, SCENE)
    assert given["highest"] == 1
    assert given["ends"] == pytest.approx([12, 174, 174, 62, 388])
    assert given["third"] == pytest.approx(54)
    assert given["found"] == [0, 1, 2]
    assert given["tall"] == 100
