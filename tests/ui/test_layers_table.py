"""The table of layers under Node: edits and undo."""

from __future__ import annotations

import random
import re
from typing import Any

from dlviz.ui.components.layers import script
from dlviz.ui.network import _kinds
from tests.ui.layers_in_node import NET, compute, layer
from tests.ui.node import needs_node


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
