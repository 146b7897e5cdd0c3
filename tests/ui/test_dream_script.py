"""The dream's script under Node: its words, its curve and what lies under the pointer."""

from __future__ import annotations

from dlviz.ui.components.dream import script
from tests.ui.node import in_node, needs_node

pytestmark = needs_node
SCENE = {
    "steps": [0, 1, 4, 16, 64],
    "planned": 64,
    "answers": [0.0, 0.5, 3.25, 11.0, 22.2],
    "what": "channel 89 answers",
    "share": False,
    "strongest": 11.1,
}


def test_a_picture_of_the_film_in_words():
    said = in_node(script(), "[dreamText(value, 4), dreamBeside(value, 4)]", SCENE)
    assert said == [
        "Step 64 of 64 · channel 89 answers: 22.2",
        "2.0 × the strongest real picture (11.1)",
    ]


def test_a_share_is_a_percentage_and_nothing_beside_it_is_said():
    scene = {**SCENE, "share": True, "strongest": None, "what": "Bag", "answers": [0.123] * 5}
    said = in_node(script(), "[dreamText(value, 1), dreamBeside(value, 1)]", scene)
    assert said == ["Step 1 of 64 · Bag: 12.3 %", ""]


def test_a_dream_that_nothing_answers_is_written_with_a_plain_zero():
    scene = {**SCENE, "strongest": None, "answers": [0.0] * 5}
    assert in_node(script(), "dreamText(value, 4)", scene).endswith("answers: 0")


def test_the_curve_reaches_from_the_lowest_to_the_highest_and_finds_its_own_points():
    expression = """(() => {
      const axes = dreamAxes(value, 400, 220);
      return {
        found: value.steps.map(step => dreamAt(value, axes, axes.x(step))),
        ends: [axes.y(0), axes.y(22.2), axes.x(0), axes.x(64)],
        near: dreamAt(value, axes, axes.x(39)),
      };
    })()"""
    given = in_node(script(), expression, SCENE)
    assert given["found"] == [0, 1, 2, 3, 4]
    assert given["ends"] == [194, 10, 44, 390]
    assert given["near"] == 3
