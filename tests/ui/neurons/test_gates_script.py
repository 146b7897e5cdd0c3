"""The gates' script under Node: the same sums and answers as Python's."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from dlviz.core.neurons.gates import GATES, answers, corners, sums
from dlviz.figures.neurons_gates import scene
from dlviz.ui.components.gates import script
from tests.ui.node import in_node, needs_node

pytestmark = needs_node


def test_sums_and_answers_are_pythons():
    tenths = (-1.3, -0.1, 0.0, 0.1, 0.2, 2.9)
    units = [
        {"weights": [*weights], "threshold": threshold}
        for inputs in (1, 2, 3)
        for weights in product(tenths[: 7 - inputs], repeat=inputs)
        for threshold in (-1.2, 0.0, 0.3)
    ]
    got = in_node(
        script(),
        "value.map(unit => [gateAnswers(unit),"
        " gateCorners(unit.weights.length).map(at => gateSum(unit.weights, at))])",
        units,
    )
    for unit, (bits, totals) in zip(units, got, strict=True):
        weights, threshold = unit["weights"], unit["threshold"]
        assert bits == "".join(map(str, answers(weights, threshold)))
        at = corners(len(weights))
        assert totals == pytest.approx([sums(weights, corner) for corner in at], abs=1e-9)


@pytest.mark.parametrize("name", GATES)
def test_the_verdict_of_the_preset(name):
    data = scene(name)
    said = in_node(
        script(), "gateVerdict(value, gateAnswers(value))", {**data, "title": data["title"]}
    )
    if name == "xor":
        assert said == (
            "This unit computes “OR”. Of XOR, 3 of 4 answers are right."
            " 3 is the most that any weights reach."
        )
    else:
        count = 2 ** data["inputs"]
        assert said == f"This unit computes {data['title']}: all {count} answers are right."


def test_a_spoilt_address_is_no_unit():
    texts = ["1_1_1.5", "-0.5_3_-3", "1_1", "1_1_9", "a_b_c", "1_1_1.55", None, "", "1,1,1"]
    got = in_node(script(), "value.map(text => gateIn(text, 2))", texts)
    assert got[0] == {"weights": [1, 1], "threshold": 1.5}
    assert got[1] == {"weights": [-0.5, 3], "threshold": -3}
    assert got[2:] == [None] * 7
    assert in_node(script(), "gateOut(gateIn(value, 2))", "-0.5_3_-3") == "-0.5_3_-3"


def test_the_line_parts_what_fires_from_what_does_not():
    """Every corner of the shaded side has w·x ≥ θ, and the line's ends have w·x = θ."""
    for w, level in product([(1, 1), (-2, 0.5), (0, 1), (1.5, -1.5)], (0.5, 0.0)):
        line, side = in_node(
            script(), "[gateLine(value[0], value[1]), gateSide(value[0], value[1])]", [w, level]
        )
        assert len(line) == 2
        for x, y in line:
            assert w[0] * x + w[1] * y == pytest.approx(level)
        assert all(w[0] * x + w[1] * y >= level - 1e-9 for x, y in side)
        # Nothing that fires is left unshaded: the area (shoelace) is that of a fine grid.
        x, y = np.array(side).T
        area = abs((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) / 2
        at = np.linspace(-0.45, 1.45, 401)
        fires = (w[0] * at[:, None] + w[1] * at[None]) >= level
        assert area / 1.9**2 == pytest.approx(fires.mean(), abs=0.01)
    assert in_node(script(), "gateLine([0, 0], 1)") is None
    assert in_node(script(), "gateSide([0, 0], 1)") == []
    assert len(in_node(script(), "gateSide([0, 0], -1)")) == 4


def test_the_rule_is_written_with_its_numbers():
    unit = {"weights": [-1, 0.5, -2], "threshold": -0.5}
    assert in_node(script(), "gateRule(value)", unit) == "−1·x₁ + 0.5·x₂ − 2·x₃ ≥ −0.5"
