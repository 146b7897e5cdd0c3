"""The table of layers under Node: edits, undo, texts, what was typed, and the strip of boxes."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest

from dlviz.core.layers import LAYERS, survey
from dlviz.core.networks import PRESETS, SHIPPED
from dlviz.core.specs import MAX_LAYERS
from dlviz.ui.components.layers import script
from dlviz.ui.network import _kinds, _told
from tests.ui.node import in_node, needs_node

CREATURES = (3, 64, 64)


def compute(expression: str, value: Any = None) -> Any:
    return in_node(script(), expression, value)


def layer(number: int, kind: str = "relu", **options: Any) -> dict[str, Any]:
    return {"id": number, "kind": kind, "options": options}


NET = [layer(1, "conv", channels=12), layer(2), layer(3, "flatten"), layer(4, "dense")]


def test_the_bundle_has_one_default_export_and_no_name_twice() -> None:
    assert len(re.findall(r"^export default ", script(), re.MULTILINE)) == 1
    assert not re.findall(r"^\s*import\b", script(), re.MULTILINE)
    names = re.findall(r"^(?:export )?(?:const|class|function) (\w+)", script(), re.MULTILINE)
    assert len(names) == len(set(names)) > 20


# Edits -----------------------------------------------------------------------------------------


@needs_node
def test_each_edit_gives_a_new_list_and_leaves_the_old_one_alone() -> None:
    new = layer(9, "dropout")
    expression = """(() => {
      const { net, fresh, kinds } = value;
      const before = JSON.stringify(net);
      const channels = kinds.conv.options[0];
      const made = {
        inserted: insertLayer(net, 1, fresh, 40),
        duplicated: duplicateLayer(net, 0, 9, 40),
        removed: removeLayer(net, 1),
        down: moveLayer(net, 0, 2),
        up: moveLayer(net, 3, 0),
        set: setOption(net, 0, channels, 24),
        changed: setKind(net, 0, "max_pool", kinds),
      };
      made.twin = made.duplicated[1].options !== net[0].options;
      return { ...made, untouched: JSON.stringify(net) === before };
    })()"""
    made = compute(expression, {"net": NET, "fresh": new, "kinds": _kinds()})
    first, second, third, last = NET
    assert made["inserted"] == [first, new, second, third, last]
    assert made["duplicated"] == [first, {**first, "id": 9}, second, third, last]
    assert made["twin"]
    assert made["removed"] == [first, third, last]
    assert made["down"] == [second, third, first, last]
    assert made["up"] == [last, first, second, third]
    assert made["set"] == [layer(1, "conv", channels=24), second, third, last]
    assert made["changed"] == [layer(1, "max_pool"), second, third, last]
    assert made["untouched"]


NOTHING = [
    "insertLayer(net, 1, net[0], 4)",
    "insertLayer(net, -1, net[0], 40)",
    "insertLayer(net, 5, net[0], 40)",
    "duplicateLayer(net, 1, 9, 4)",
    "moveLayer(net, 0, -1)",
    "moveLayer(net, 3, 4)",
    "moveLayer(net, 2, 2)",
    "setOption(net, 0, kinds.conv.options[0], 12)",
    "setOption(net, 0, kinds.conv.options[1], kinds.conv.options[1].default)",
    "setKind(net, 1, 'relu', kinds)",
]


@needs_node
def test_what_cannot_be_or_changes_nothing_gives_the_same_list() -> None:
    tried = ", ".join(f"{edit} === net" for edit in NOTHING)
    # A network keeps its last layer.
    function = f"(({{ net, kinds }}) => [{tried}, removeLayer(value.one, 0) === value.one])(value)"
    found = compute(function, {"net": NET, "one": NET[:1], "kinds": _kinds()})
    assert found == [True] * (len(NOTHING) + 1)


@needs_node
def test_another_kind_keeps_options_only_if_it_has_the_same_ones() -> None:
    net = [layer(1, "max_pool", size=3, stride=2)]
    given = {"net": net, "kinds": _kinds()}
    as_average = compute("setKind(value.net, 0, 'avg_pool', value.kinds)", given)
    assert as_average == [layer(1, "avg_pool", size=3, stride=2)]
    assert compute("setKind(value.net, 0, 'conv', value.kinds)", given) == [layer(1, "conv")]


@needs_node
def test_a_written_default_is_the_same_network() -> None:
    pairs = [
        ([layer(1, "conv", channels=8)], [layer(7, "conv", channels=8, stride=1)]),
        ([layer(1, "dense")], [layer(1, "dense", units=None)]),
        ([layer(1, "conv", channels=8)], [layer(1, "conv", channels=9)]),
        ([layer(1)], [layer(1, "tanh")]),
        (NET, NET[1:]),
    ]
    expression = "value.pairs.map(([one, other]) => sameNet(one, other, value.kinds))"
    found = compute(expression, {"pairs": pairs, "kinds": _kinds()})
    assert found == [True, True, False, False, False]


@needs_node
def test_a_layer_is_added_before_the_output() -> None:
    nets = [NET, [*NET[:3], layer(4, "dense", units=10)], NET[:2]]
    assert compute("value.map(endOf)", nets) == [3, 4, 2]


@needs_node
def test_layers_from_elsewhere_keep_the_rows_of_their_kind() -> None:
    given = [{"kind": "conv", "options": {"channels": 3}}, {"kind": "tanh", "options": {}}]
    expression = "((next) => adoptLayers(value[0], value[1], () => (next += 1)))(100)"
    assert compute(expression, [NET, given]) == [
        layer(1, "conv", channels=3),
        layer(101, "tanh"),
    ]


@needs_node
def test_undo_takes_typing_back_as_one_step_and_redo_brings_it_again() -> None:
    expression = """(() => {
      const history = new LayerHistory("a");
      const seen = [];
      const told = [history.do("a"), history.do("b"), history.do("c", "1 channels")];
      history.do("d", "1 channels");
      history.rest();
      history.do("e", "1 channels");
      for (const way of ["undo", "undo", "undo", "undo", "redo", "redo", "redo", "redo"]) {
        seen.push([history[way](), history.now]);
      }
      history.undo();
      history.do("f");
      return { told, seen, dead: history.redo() };
    })()"""
    found = compute(expression)
    assert found["told"] == [False, True, True]
    back = [[True, "d"], [True, "b"], [True, "a"], [False, "a"]]
    forth = [[True, "b"], [True, "d"], [True, "e"], [False, "e"]]
    assert found["seen"] == [*back, *forth]
    assert found["dead"] is False


@needs_node
def test_any_edits_can_all_be_undone() -> None:
    """Random edits against the same ones on a list in Python, then back to the beginning."""
    dice = random.Random(4)
    steps: list[list[Any]] = []
    expected = [item["id"] for item in NET]
    for number in range(60):
        what = dice.choice(["insert", "move", "remove"])
        at, to = dice.randrange(len(expected)), dice.randrange(len(expected))
        steps.append([what, at, to, 100 + number])
        if what == "insert":
            expected.insert(at, 100 + number)
        elif what == "move":
            expected.insert(to, expected.pop(at))
        elif len(expected) > 1:
            expected.pop(at)
    expression = """(() => {
      const history = new LayerHistory(value.net);
      for (const [what, at, to, id] of value.steps) {
        const { now } = history;
        if (what === "insert") history.do(insertLayer(now, at, layerOf(id, "relu"), 999));
        else if (what === "move") history.do(moveLayer(now, at, to));
        else history.do(removeLayer(now, at));
      }
      const after = history.now.map(({ id }) => id);
      while (history.undo());
      return { after, before: history.now };
    })()"""
    found = compute(expression, {"net": NET, "steps": steps})
    assert found == {"after": expected, "before": NET}


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
