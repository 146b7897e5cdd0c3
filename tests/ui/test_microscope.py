"""The microscope's script under Node: what it writes down is what Python computed."""

from __future__ import annotations

import math
import re
from functools import partial
from typing import Any

import numpy as np
import pytest

from dlviz.core.points.activations import ACTIVATIONS
from dlviz.core.points.features import FEATURES
from dlviz.core.points.microscope import dissect_next
from dlviz.core.points.optimisers import OPTIMISERS
from dlviz.core.points.specs import Hidden, PointsData, PointsNet, PointsSpec, PointsTrain
from dlviz.core.points.walk import Walk
from dlviz.figures.microscope import MOST_POINTS, SLOPES, microscope_data
from dlviz.ui.components.microscope import script
from tests.ui.node import in_node, needs_node

pytestmark = needs_node
in_scope = partial(in_node, script())

SPECS = {
    "default": PointsSpec(),
    **{
        g: PointsSpec(net=PointsNet(hidden=(Hidden(3, g),)), train=PointsTrain(l2=0.01))
        for g in ACTIVATIONS
    },
    **{
        name: PointsSpec(PointsData("three"), train=PointsTrain(optimiser=name, l1=0.01, l2=0.02))
        for name in OPTIMISERS
    },
    "large": PointsSpec(
        PointsData("bumps"),
        PointsNet(tuple(FEATURES), (Hidden(8, "relu"),) * 6, dropout=0.3),
        PointsTrain(batch_size=0),
    ),
    "perceptron": PointsSpec(
        PointsData("gaussians"), PointsNet(hidden=()), PointsTrain("perceptron")
    ),
}
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
LOWER = str.maketrans(RAISED, "0123456789-")
EVERYTHING = """
stagesOf(value).map((stage, _, stages) => {
  const units = stage.layer < 0 ? 1 : unitsOf(value, stage);
  const inputs = stage.layer < 0 ? 1 : value.layers[stage.layer].numbers.old[0].length;
  const all = [];
  for (let unit = 0; unit < units; unit += 1) {
    for (let input = 0; input < inputs; input += 1) {
      all.push(equationLines(value, stage, { point: 0, unit, input }));
    }
  }
  const columns = [...value.layers.keys(), value.layers.length];
  return { ...stage, head: stageHead(value, stage), lines: all, table: tableOf(value, stage, 0),
    symbols: columns.map((column) => columnSymbol(value, stage, stages, column)),
    values: columns.map((column) => unitValue(value, stage, stages, { column, unit: 0 }, 0)) };
})"""


def data_of(spec: PointsSpec, step: int = 20) -> dict[str, Any]:
    walk = Walk(spec)
    walk.to(step)
    return microscope_data(walk.run, walk.batch)


@pytest.fixture(scope="module")
def written() -> dict[str, list[dict[str, Any]]]:
    """Everything that all stages of every spec say."""
    return {name: in_scope(EVERYTHING, data_of(spec)) for name, spec in SPECS.items()}


def value_of(text: str) -> float:
    """What a sum or product of numbers on the screen comes to."""
    plain = text.replace("−", "-").replace("·", "*").replace("ε", "1e-8")
    plain = re.sub("\u202f×\u202f", "*", plain)
    plain = re.sub(f"[{RAISED}]+", lambda found: f"**{found[0].translate(LOWER)}", plain)
    # Brackets stand around every power of ten, so that they bind tightest.
    plain = re.sub(r"√([\d.]+|\([^()]+\))", r"(\1)**0.5", plain)
    return float(eval(plain, {}))


def test_slopes_are_named_for_every_activation() -> None:
    assert set(SLOPES) == set(ACTIVATIONS)


def test_nothing_is_left_unsaid(written: dict[str, list[dict[str, Any]]]) -> None:
    for name, stages in written.items():
        text = repr(stages)
        for broken in ("undefined", "NaN", "[object", "null", "{rate}"):
            assert broken not in text, (name, broken)
        for stage in stages:
            assert all(line.strip() for lines in stage["lines"] for line in lines)
            widths = {len(row["cells"]) for row in stage["table"]["rows"]}
            assert widths == {len(stage["table"]["head"])}


def test_stages_stand_in_the_lectures_order(written: dict[str, list[dict[str, Any]]]) -> None:
    def order(name: str) -> list[tuple[str, int]]:
        return [(stage["kind"], stage["layer"]) for stage in written[name]]

    assert order("default") == [
        *(("batch", -1), ("forward", 0), ("forward", 1), ("loss", -1)),
        *(("backward", 1), ("backward", 0), ("update", 0), ("update", 1), ("after", -1)),
    ]
    rosenblatt = [("batch", -1), ("forward", 0), ("mistake", -1), ("update", 0), ("after", -1)]
    assert order("perceptron") == rosenblatt
    assert len(order("large")) == 24


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.31234, "0.312"),
        (-0.42, "−0.42"),
        (0, "0"),
        (1.23e-5, "1.23\u202f×\u202f10⁻⁵"),
        (-1e-7, "−10⁻⁷"),
        (123456, "1.23\u202f×\u202f10⁵"),
        (1e30, "∞"),
    ],
)
def test_numbers_are_written_as_people_do(value: float, text: str) -> None:
    assert in_scope("digitsText(value)", value) == text


def test_a_factor_is_in_brackets_where_it_would_mislead() -> None:
    factors = in_scope("value.map((one) => factorText(one))", [0.5, -0.5, 1e-5])
    assert factors == ["0.5", "(−0.5)", "(10⁻⁵)"]
    said = in_scope('sumText([[-0.42, "x₁"], [-0.13, "x₂"], [0.05]])')
    assert said == "−0.42·x₁ − 0.13·x₂ + 0.05"


@pytest.mark.parametrize("name", ["default", "elu", "sigmoid", *OPTIMISERS])
def test_an_equations_left_side_comes_to_its_right_side(
    name: str, written: dict[str, list[dict[str, Any]]]
) -> None:
    """As far as three digits of every factor reach."""
    checked = 0
    for stage in written[name]:
        if stage["kind"] not in ("forward", "backward", "update"):
            continue
        for line in (line for lines in stage["lines"] for line in lines):
            parts = re.split(r" ≈ | = | ← ", line.split(",")[0])
            if len(parts) < 3 or re.search(r"[A-Za-zŷδ]", parts[-2].replace("ε", "")):
                continue
            left, right = value_of(parts[-2]), value_of(parts[-1])
            sizes = [abs(value_of(part)) for part in re.findall(r"[\d.]+", parts[-2])]
            assert math.isclose(left, right, rel_tol=0.02, abs_tol=0.012 * max(sizes)), line
            checked += 1
    assert checked > 20


def test_the_tables_have_the_gradient_and_its_check() -> None:
    walk = Walk(SPECS["default"])
    walk.to(20)
    found = dissect_next(walk.run, walk.batch)
    table = in_scope(
        'tableOf(value, { kind: "backward", layer: 0 }, 0)', microscope_data(walk.run, walk.batch)
    )
    assert table["head"] == ["", "δ · a here", "∂J/∂w", "finite difference", "apart by"]
    (w, b), _ = found.by_layer(found.gradient)
    expected = np.column_stack([w, b]).ravel()
    for column in (2, 3):
        values = [row["cells"][column]["value"] for row in table["rows"]]
        np.testing.assert_allclose(values, expected, atol=1e-7)
        texts = [value_of(row["cells"][column]["text"]) for row in table["rows"]]
        np.testing.assert_allclose(texts, expected, atol=1e-4 * np.abs(expected).max())
    assert all(value_of(row["cells"][4]["text"]) < 1e-6 for row in table["rows"])
    assert "Largest difference in the whole network: " in table["foot"]


def test_update_tables_go_from_old_to_new(written: dict[str, list[dict[str, Any]]]) -> None:
    for name in OPTIMISERS:
        for stage in written[name]:
            if stage["kind"] != "update":
                continue
            head = stage["table"]["head"]
            for row in stage["table"]["rows"]:
                cells = dict(zip(head, row["cells"], strict=True))
                moved = cells["step"]["value"] + cells.get("decay", {"value": 0})["value"]
                assert cells["old w"]["value"] + moved == pytest.approx(
                    cells["new w"]["value"], abs=1e-8
                )


def test_what_is_not_known_yet_stands_on_no_unit(written: dict[str, list[dict[str, Any]]]) -> None:
    stages = written["default"]
    known = [[value is not None for value in stage["values"]] for stage in stages]
    assert known[0] == [True, False, False]
    assert known[1] == [True, True, False]
    assert known[2] == [True, True, True]
    assert [stage["symbols"][1:] for stage in stages] == [
        *(["", ""], ["a", ""], ["a", "z"], ["a", "ŷ"], ["a", "δ"]),
        *(["δ", "δ"], ["δ", "δ"], ["δ", "δ"], ["a after", "ŷ after"]),
    ]


def test_of_a_large_batch_the_points_with_the_largest_loss_are_listed() -> None:
    spec = SPECS["large"]
    walk = Walk(spec)
    walk.to(3)
    losses = dissect_next(walk.run, walk.batch).losses
    data = microscope_data(walk.run, walk.batch)
    assert data["count"] == len(losses) == 210
    assert data["points"]["at"] == sorted(np.argsort(-losses, kind="stable")[:MOST_POINTS])
    text = in_scope("tableOf(value, { kind: 'loss', layer: -1 }, 0).foot", data)
    assert text.startswith("The 24 of 210 points with the largest loss")


def test_the_perceptron_says_whether_it_was_a_mistake() -> None:
    every = [data_of(SPECS["perceptron"], step) for step in range(12)]
    stage = '{ kind: "mistake", layer: -1 }, { point: 0, unit: 0, input: 0 }'
    verdicts = in_scope(f"value.map((data) => equationLines(data, {stage})[2])", every)
    said = [verdict.startswith("A mistake") for verdict in verdicts]
    numbers = [data["layers"][0]["numbers"] for data in every]
    assert said == [each["old"] != each["new"] for each in numbers]
    assert {True, False} == set(said)
