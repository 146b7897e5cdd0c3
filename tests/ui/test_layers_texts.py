"""The table of layers under Node: texts, what was typed, and the strip of boxes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dlviz.core.layers import LAYERS, survey
from dlviz.core.networks import PRESETS, SHIPPED
from dlviz.core.specs import MAX_LAYERS
from dlviz.ui.network import _kinds, _told
from tests.ui.layers_in_node import CREATURES, compute
from tests.ui.node import needs_node

# Texts -----------------------------------------------------------------------------------------


@needs_node
def test_the_counts_of_a_net_that_breaks_off_are_told_as_what_they_are() -> None:
    data = {"parameters": 312, "adds": 179712, "mostParameters": 20_000_000}
    told = compute("[[5, 5], [3, 5], [0, 5]].map((each) => sumText(value, ...each))", data)
    assert [text.replace("\u202f", " ") for text in told] == [
        "312 of at most 20 000 000 parameters · 179 712 multiply-adds a picture",
        "312 parameters and 179 712 multiply-adds a picture up to layer 3",
        "nothing to count before the first layer works",
    ]


def test_counts_are_grouped_by_thousands() -> None:
    counts = [0, 10, 999, 1000, 12345, 20_000_000, 999_999_999, 1_234_567_890, 15_000_000_000]
    expected = ["0", "10", "999", "1 000", "12 345", "20 000 000", "999 999 999"]
    expected += ["1.23 billion", "15 billion"]
    found = compute("value.map(countText)", counts)
    assert [text.replace("\u202f", " ") for text in found] == expected


@needs_node
def test_a_shape_is_written_and_said() -> None:
    shapes = [[12, 24, 24], [1, 28, 28], [1024], [1]]
    said = compute("value.map(shapeSaid)", shapes)
    assert [text.replace("\u202f", " ") for text in said] == [
        "12 maps of 24 × 24",
        "1 map of 28 × 28",
        "1 024 values",
        "1 value",
    ]
    assert compute("value.map((shape) => shapeText(shape, '×'))", shapes)[0] == "12×24×24"


WHOLE = {"type": "int", "low": 1, "high": 512, "default": 16, "optional": False}
OPEN = {**WHOLE, "default": None, "optional": True, "empty": "one per class"}
AMOUNT = {"type": "float", "low": 0, "high": 10, "default": None, "optional": True}


READ: list[tuple[str, dict[str, Any], Any]] = [
    ("24", WHOLE, 24),
    (" 24 ", WHOLE, 24),
    ("600", WHOLE, 600),  # out of range: the server tells the limits at the layer
    ("-3", WHOLE, -3),
    ("−3", WHOLE, -3),
    ("", OPEN, None),
    ("0,01", AMOUNT, 0.01),
    ("1e-3", AMOUNT, 0.001),
    (".5", AMOUNT, 0.5),
    ("0.", AMOUNT, 0),
]
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("", WHOLE, "needs a whole number from 1 to 512"),
    ("abc", WHOLE, "is a whole number from 1 to 512, not “abc”"),
    ("2.5", WHOLE, "not “2.5”"),
    ("1e2", WHOLE, "not “1e2”"),
    ("9" * 30, WHOLE, "not “999999999999…”"),
    ("0x10", AMOUNT, "is a number from 0 to 10"),
    ("NaN", AMOUNT, "not “NaN”"),
    ("1e999", AMOUNT, "not “1e999”"),
]


@needs_node
def test_what_a_hand_types_is_read_or_refused_with_the_limits() -> None:
    cases = [*READ, *REFUSED]
    found = compute("value.map(([typed, option]) => readOption(typed, option))", cases)
    for (typed, _, value), answer in zip(READ, found, strict=False):
        assert answer == {"value": value}, typed
    for (typed, _, words), answer in zip(REFUSED, found[len(READ) :], strict=True):
        assert words in answer["refusal"], typed
        assert "value" not in answer


@needs_node
def test_the_arrow_keys_step_within_the_limits() -> None:
    cases = [(12, WHOLE, 1), (512, WHOLE, 1), (1, WHOLE, -1), (None, OPEN, 1), (600, WHOLE, -1)]
    found = compute("value.map((one) => steppedOption(...one))", cases)
    assert found == [13, 512, 1, 1, 512]


@needs_node
def test_every_option_is_written_as_it_is_read() -> None:
    cases = [
        [number, option]
        for entry in _kinds().values()
        for option in entry["options"]
        for number in (option["default"], option["low"], option["high"])
    ]
    assert len(cases) > 40
    found = compute("value.map(([one, option]) => readOption(optionText(one), option))", cases)
    assert found == [{"value": number} for number, _ in cases]


# The strip -------------------------------------------------------------------------------------

EVERY = {**PRESETS, **SHIPPED}


def boxes(name: str) -> tuple[list[dict[str, Any]], list[Any]]:
    """The strip's boxes of a preset, and what the survey says of its layers."""
    spec = EVERY[name].spec
    lines = survey(spec.net, CREATURES, 8)
    given = {
        "input": CREATURES,
        "layers": [{"kind": one.kind, "options": dict(one.options)} for one in spec.net.layers],
        "lines": [_told(line) for line in lines],
        "kinds": _kinds(),
    }
    expression = "boxesOf(value.input, value.layers, value.lines, value.kinds)"
    return compute(expression, json.loads(json.dumps(given))), list(lines)


@needs_node
@pytest.mark.parametrize("name", ["creatures_cnn", "logistic"])
def test_a_box_for_the_input_and_for_all_that_makes_other_shapes(name: str) -> None:
    found, lines = boxes(name)
    assert found[0] == {"number": 0, "name": "input", "shape": [3, 64, 64], "learns": False} | {
        "window": 0
    }
    reached = [line.row for line in lines if line.row is not None]
    for box in found[1:]:
        row = reached[box["number"] - 1]
        assert box["shape"] == list(row.after)
        assert box["learns"] is (row.parameters > 0)
        window = getattr(row.layer, "kernel", getattr(row.layer, "size", 0))
        assert box["window"] == window
    numbers = {box["number"] for box in found}
    assert numbers.isdisjoint(line.number for line in lines if line.kind in ("relu", "dropout"))
    changing = [line.number for line in lines if line.row and line.row.before != line.row.after]
    assert numbers >= set(changing)


@needs_node
def test_boxes_are_to_scale_and_their_texts_do_not_overlap() -> None:
    found, _ = boxes("creatures_cnn")
    rooms = [1120, 358, 200]
    for room, placed in zip(
        rooms,
        compute("value[1].map((room) => placeBoxes(value[0], room))", [found, rooms]),
        strict=True,
    ):
        assert placed["width"] >= room - 0.01
        maps = [box for box in placed["boxes"] if len(box["shape"]) == 3]
        assert maps[0]["height"] == 44
        for box in maps:
            assert box["height"] == pytest.approx(max(4, 44 * box["shape"][1] / 64))
        end = 0.0
        for box in placed["boxes"]:
            half = len(box["text"]) * 7.4 / 2
            if box["text"]:
                assert box["centre"] - half >= end
                end = box["centre"] + half
        assert end <= placed["width"]
        assert placed["boxes"][0]["text"] == "3×64×64"
        assert room < 1120 or all(box["text"] for box in placed["boxes"])


@needs_node
def test_a_box_more_for_twice_as_many_and_a_limit() -> None:
    given = "[[1, 2, 4, 64, 512].map(sheetsOf), [1, 10, 256, 4096, 10 ** 6].map(barOf)]"
    sheets, bars = compute(given)
    assert sheets == [1, 2, 3, 7, 10]
    assert bars == sorted(bars)
    assert bars[-1] < 57


@needs_node
def test_a_row_lands_where_it_is_dropped() -> None:
    middles = [10, 30, 50]
    found = compute("[0, 10, 20, 45, 99].map((y) => placeAt(y, value))", middles)
    assert found == [0, 0, 1, 2, 3]


def test_the_table_offers_every_kind_with_its_limits() -> None:
    kinds = _kinds()
    assert list(kinds) == list(LAYERS)
    assert all(entry["title"] for entry in kinds.values())
    assert MAX_LAYERS == 40
    for kind, entry in kinds.items():
        for option in entry["options"]:
            LAYERS[kind](**{option["name"]: option["high"]})
            assert option["optional"] or option["default"] is not None
