"""Under Node: activation functions as they are looked up, and a perceptron's mistakes in words."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from dlviz.core.neurons.bends import BENDS
from dlviz.figures.neurons_bends import scene as bends_scene
from dlviz.figures.neurons_perceptron import frames, school
from dlviz.figures.neurons_perceptron import scene as film
from dlviz.io.perceptron_pairs import letter_pair
from dlviz.ui.components import bends, perceptron, save_drawing
from tests.ui.node import in_node, needs_node

pytestmark = needs_node


def test_a_looked_up_value_is_pythons():
    scene = bends_scene("gelu", "light")
    asked = [-6.0, -1.234, 0.0, 0.5, 3.333, 6.0, 99.0]
    got = in_node(
        bends.script(),
        "value[1].map(z => value[0].functions.map(item =>"
        " [floatsIn(item.value)[bendAt(value[0], z)], floatsIn(item.slope)[bendAt(value[0], z)]]))",
        [scene, asked],
    )
    for z, rows in zip(asked, got, strict=True):
        at = np.array([round(min(max(z, -6.0), 6.0) / 0.02) * 0.02])
        for bend, (value, slope) in zip(BENDS.values(), rows, strict=True):
            near_kink = abs(float(at[0])) < 1e-9
            assert value == pytest.approx(float(bend.value(at)[0]), abs=1e-6) or near_kink
            assert slope == pytest.approx(float(bend.slope(at)[0]), abs=1e-6) or near_kink


@pytest.mark.parametrize(
    ("slope", "text"),
    [
        (0, "Nothing goes back: the unit learns nothing from this input."),
        (0.0025, "Saturated: of a gradient that arrives, only 0.25 % goes on."),
        (0.19661, "Of a gradient that arrives, 19.7 % goes on."),
        (1, "A gradient passes whole."),
        (1.0833, "It makes a gradient larger: 1.083 times."),
    ],
)
def test_what_a_slope_does_is_said(slope, text):
    assert in_node(bends.script(), "bendSays(value, 0.05)", slope) == text


def test_a_spoilt_z_is_none():
    texts = ["1.25", "-6", "7", "1.234", "x", "", None]
    got = in_node(bends.script(), "value.map(text => bendIn(text, 6))", texts)
    assert got == [1.25, -6, *[None] * 5]


def test_a_film_has_the_weights_and_the_words_of_every_mistake():
    found = school(letter_pair("O", "Q", each=30, noise=0.1, seed=0))
    scene = film(found, file="x")
    pair, lessons = found.pair, found.lessons
    assert scene["steps"] == list(range(len(lessons.mistakes) + 1))
    weights = np.frombuffer(base64.b64decode(scene["weights"]), np.int8).reshape(-1, 35)
    wrong = [mistake.index for mistake in lessons.mistakes]
    last = (pair.signs[wrong, None] * pair.inputs[wrong, :-1] / 255).sum(axis=0)
    np.testing.assert_allclose(weights[-1] / 127 * scene["limits"][-1], last, atol=0.51)
    assert not weights[0].any()
    said = in_node(
        perceptron.script(),
        "value.told.map((_, at) => [lessonPlace(value, at), lessonText(value, at)])",
        scene,
    )
    count = len(lessons.mistakes)
    assert said[0][0] == f"Before the first of {count} mistakes"
    first = lessons.mistakes[0]
    assert said[1][1].startswith(f"Picture {first.seen}: the sum was 0, which says nothing.")
    for mistake, (place, text) in zip(lessons.mistakes, said[1:], strict=True):
        assert place == f"Mistake {mistake.number} of {count}, pass {mistake.epoch}"
        plus = bool(pair.signs[mistake.index] > 0)
        assert ("added to" in text) is plus
        assert f"It is “{'O' if plus else 'Q'}”" in text


def test_of_many_mistakes_the_first_and_the_last_have_a_frame():
    assert frames(5) == [0, 1, 2, 3, 4, 5]
    many = frames(3000)
    assert many[:60] == list(range(60))
    assert many[-1] == 3000
    assert len(many) <= 121
    assert many == sorted(set(many))


def test_a_saved_drawings_words_are_broken_where_they_would_not_fit():
    got = in_node(
        save_drawing.script(),
        "[40, 12, 1].map(width => wrappedLines("
        "{ measureText: text => ({ width: text.length }) }, value, width))",
        "Two hidden units, start 0",
    )
    assert got == [
        ["Two hidden units, start 0"],
        ["Two hidden", "units, start", "0"],
        ["Two", "hidden", "units,", "start", "0"],
    ]
