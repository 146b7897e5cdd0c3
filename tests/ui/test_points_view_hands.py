"""The points component's layout, hands, track and words, under Node."""

import itertools
import re
import shutil
import subprocess
from functools import partial
from pathlib import Path

import pytest

from dlviz.core.points.specs import MAX_PAINTED
from dlviz.ui.components.files import read
from dlviz.ui.components.points import CLASSES, VIEWS, read_points_view, script
from tests.ui.node import in_node, needs_node

pytestmark = needs_node
in_points = partial(in_node, script())
SHAPES = [[2, 1], [2, 4, 2, 1], [7, 8, 8, 8, 8, 8, 8, 4], [1, 1, 1], [7, 1, 8, 4]]
LAYERS = [
    {"w": [[0.5, -0.42], [1, 2]], "b": [0.25, 0], "g": "tanh"},
    {"w": [[3, 0]], "b": [-1.5], "g": "linear"},
]
SCENE = {
    **{"features": ["x1", "x2"], "task": "two", "classes": ["A", "B"], "layers": LAYERS},
    **{"activations": {"tanh": "tanh", "linear": "Linear"}},
}


def unit(layer, at):
    return {"kind": "unit", "layer": layer, "at": at}


def edge(layer, to, source):
    return {"kind": "edge", "layer": layer, "to": to, "from": source}


def test_the_modules_make_one_script(tmp_path: Path) -> None:
    """Bundled they share one scope, in which no name may stand twice."""
    bundled = tmp_path / "points.mjs"
    bundled.write_text(script(), encoding="utf-8")
    node = shutil.which("node")
    assert node is not None
    done = subprocess.run(
        [node, "--check", str(bundled)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-1000:]


def test_the_views_of_the_address_are_those_of_the_page():
    assert tuple(re.findall(r'data-view="(\w+)"', read("points.html"))) == VIEWS
    assert [read_points_view(name) for name in VIEWS] == list(VIEWS)
    with pytest.raises(ValueError, match="surface, hidden, loss"):
        read_points_view("<b>")
    assert all(len(set(colours)) == 4 for colours in CLASSES.values())


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("height", [262, 360])
def test_every_box_has_its_place_and_the_pointer_finds_it(shape, height):
    width = in_points("leastWidth(value)", len(shape))
    layout, found, edges = in_points(
        """(() => {
          const layout = netLayout(value.shape, value.width, value.height);
          const middle = layout.side / 2;
          const at = (x, y) => targetAt(layout, x + middle, y + middle);
          const found = layout.columns.map(({ x, units }) => units.map((y) => at(x, y)));
          const last = value.shape.length - 2;
          const [to, from] = [value.shape[last + 1] - 1, value.shape[last] - 1];
          const edge = { kind: "edge", layer: last, to, from };
          const [x0, y0, x1, y1] = edgeEnds(layout, edge);
          return [layout, found, [targetAt(layout, (x0 + x1) / 2, (y0 + y1) / 2), edge]];
        })()""",
        {"shape": shape, "width": width, "height": height},
    )
    assert layout["side"] >= 24
    for column, (count, each) in enumerate(zip(shape, layout["columns"], strict=True)):
        assert each["x"] >= 45
        assert each["x"] + layout["side"] / 2 + 43 <= width  # half of a heading
        tops = each["units"]
        assert 0 <= min(tops) <= max(tops) + layout["side"] <= height
        assert all(low + layout["side"] < high for low, high in itertools.pairwise(tops))
        assert found[column] == [unit(column - 1, at) for at in range(count)]
    assert layout["pitch"] >= 86.9
    assert edges[0] == edges[1]


def test_arrow_keys_walk_over_units_and_edges():
    steps = [
        (None, "", unit(0, 0)),
        (unit(0, 0), "ArrowDown", unit(0, 1)),
        (unit(0, 3), "ArrowDown", unit(0, 3)),
        (unit(0, 1), "ArrowLeft", edge(0, 1, 0)),
        (edge(0, 1, 0), "ArrowDown", edge(0, 1, 1)),
        (edge(0, 1, 1), "ArrowDown", edge(0, 2, 0)),
        (edge(0, 2, 0), "ArrowUp", edge(0, 1, 1)),
        (edge(0, 2, 1), "ArrowLeft", unit(-1, 1)),
        (edge(0, 2, 1), "ArrowRight", unit(0, 2)),
        (unit(0, 2), "ArrowRight", edge(1, 0, 2)),
        (unit(1, 0), "ArrowRight", None),
        (unit(-1, 0), "ArrowLeft", None),
    ]
    told = in_points(
        "value.map(([target, key]) => nextTarget(key, target, [2, 4, 1]))",
        [step[:2] for step in steps],
    )
    assert told == [step[2] for step in steps]
    assert in_points("nextTarget('', null, [2, 1])") == unit(-1, 0)


def test_every_unit_and_edge_is_reached_by_keys():
    reached = in_points(
        """(() => {
          const seen = new Map();
          const walk = (target) => {
            if (!target || seen.has(JSON.stringify(target))) return;
            seen.set(JSON.stringify(target), true);
            for (const key of ARROWS) walk(nextTarget(key, target, value));
          };
          walk(nextTarget("", null, value));
          return seen.size;
        })()""",
        [3, 4, 2, 3],
    )
    assert reached == 3 + 4 + 2 + 3 + 12 + 8 + 6


def test_what_is_under_the_hand_is_read_out():
    targets = [edge(0, 0, 1), edge(1, 0, 0), unit(0, 0), unit(1, 0), unit(-1, 1)]
    assert in_points(
        "value[0].map((target) => targetText(target, value[1]))", [targets, SCENE]
    ) == [
        "w from x₂ to unit 1 of layer 1: −0.42",
        "w from unit 1 of layer 1 to output: 3",
        "unit 1 of layer 1: bias 0.25, 2 inputs, tanh",
        "output: bias −1.5, 2 inputs, Linear",
        "feature x₂",
    ]
    many = {**SCENE, "task": "classes"}
    assert in_points("unitName({ layer: 1, at: 0 }, value)", many) == "output A"
    numbers = [0, 0.00012, -12345, 1.23456, None]
    assert in_points("value.map((each) => weightText(each ?? NaN))", numbers) == [
        *("0", "1.2\u202f×\u202f10⁻⁴", "−1.2\u202f×\u202f10⁴", "1.23", "no number")
    ]


def test_what_the_network_says_of_a_place():
    said = in_points(
        """[saidHere([0, 0], value), saidHere([0, 0], { ...value, task: "perceptron" }),
            saidHere([0, -1], { ...value, task: "regression" })]""",
        SCENE,
    )
    assert said[0] == "x₁ 0.00, x₂ 0.00: A 68.2 %"
    assert said[1] == "x₁ 0.00, x₂ 0.00: A"
    assert said[2] == "x₁ 0.00, x₂ −1.00: 0.255"


EDITS = [
    ({"kind": "units", "layer": 0, "value": 1}, "5tanh-2relu"),
    ({"kind": "units", "layer": 1, "value": -1}, "4tanh-1relu"),
    ({"kind": "activation", "layer": 1, "value": "elu"}, "4tanh-2elu"),
    ({"kind": "fewer"}, "4tanh"),
    ({"kind": "more"}, "4tanh-2relu-2relu"),
]


def test_layers_are_edited_within_their_limits():
    edited = """value.map(([text, edit]) => {
      const next = editedHidden(readHidden(text), edit, { most_units: 8, most_layers: 3 });
      return next && hiddenText(next);
    })"""
    told = in_points(edited, [["4tanh-2relu", edit] for edit, _ in EDITS])
    assert told == [text for _, text in EDITS]
    beyond = [
        ["8tanh", EDITS[0][0]],
        ["4tanh-1relu", EDITS[1][0]],
        ["", {"kind": "fewer"}],
        ["1tanh-1tanh-1tanh", {"kind": "more"}],
    ]
    assert in_points(edited, beyond) == [None] * 4
    assert in_points(edited, [["", {"kind": "more"}]]) == ["4tanh"]


def frame(sequence, **more):
    return {"sequence": sequence, "reset": False, "steps": [], "scores": [], **more}


def test_the_track_keeps_what_the_run_keeps():
    kept = [{"step": step, "layers": f"net {step}"} for step in (0, 1, 5, 9)]
    frames = [
        frame(1, reset=True, net=kept[1], track={"steps": [0, 1], "new": kept[:2]}),
        frame(2, net=kept[2], track={"steps": [0, 1, 5], "new": kept[2:3]}),
        frame(1, net=kept[0]),
        frame(3, track=None, net=None),
        frame(4, net=kept[3], track={"steps": [0, 5, 9], "new": kept[3:]}),
        frame(5, reset=True, net=kept[0], track={"steps": [0], "new": kept[:1]}),
    ]
    told = in_points(
        """(() => {
          const [known, nets] = [nothingYet(), noNets()];
          return value.map((frame) => {
            const news = absorbNets(known, nets, frame);
            return [news, nets.net.step, nets.steps, netAt(nets, 4).step, netAt(nets, null).layers];
          });
        })()""",
        frames,
    )
    assert told == [
        [True, 1, [0, 1], 1, "net 1"],
        [True, 5, [0, 1, 5], 5, "net 5"],
        [False, 5, [0, 1, 5], 5, "net 5"],
        [True, 5, [0, 1, 5], 5, "net 5"],
        [True, 9, [0, 5, 9], 5, "net 9"],
        [True, 0, [0], 0, "net 0"],
    ]


def test_a_number_set_by_hand_is_shown_until_the_run_has_it():
    told = in_points(
        """(() => {
          const taken = { net: {}, interventions: [[3, "bias:0:0", 2]] };
          const none = { net: {} };
          const cases = [
            [false, taken, 0], [true, none, 100], [true, taken, 100], [true, none, 4000]];
          return cases.map(
            ([sent, frame, now]) => {
              const pending = new Pending();
              pending.set({}, "bias:0:0", 2, sent, 0);
              pending.hear(frame, now);
              return pending.held !== null;
            });
        })()"""
    )
    assert told == [True, True, False, False]


def test_painted_points_stay_within_the_plane_and_their_number():
    told = in_points(
        """[withPoint([], [3.4, -1.23456], 2),
            withPoint(Array(400).fill([0, 0, 0]), [1, 1, 1]).length,
            withoutNear([[0, 0, 1], [0.2, 0, 1], [1, 0, 0]], [0.1, 0]),
            inOrder([[1, 2, 0], [0, 0.001, 1]]) === inOrder([[0, 0, 1], [1, 2, 0]])]"""
    )
    assert told == [[[3, -1.23, 2]], MAX_PAINTED, [[1, 0, 0]], True]


def test_ranges_move_only_where_they_have_to():
    told = in_points(
        """[rangeAround([0, 1]), rangeAround([0, 1], [-5, 5]), rangeAround([9, 10], [-5, 5]),
            steadyRange([0, 1], [-0.3, 1.5]), steadyRange([0, 3], [-0.3, 1.5]),
            steadyRange([0, 0.5], [-2, 2])]"""
    )
    assert told[:3] == [[-2, 3], [-5, 5], [-5, 12]]
    assert told[3] == [-0.3, 1.5]
    assert told[4] == pytest.approx([-0.6, 3.6])
    assert told[5] == pytest.approx([-0.1, 0.6])


def test_the_line_tells_what_a_frame_knows():
    given = {"runs": 5, "run": 2, "epoch": 1234.9, "epochs": 5000, "step": 12345, "rate": 0.02}
    told = in_points(
        """[pointsLine(value, [1, 0.5, 0.975], { task: "two", pace: 212.4 }),
            pointsLine({ ...value, runs: 1 }, null, { task: "regression", pace: null }),
            measureText(0.934, "regression"), pointsLine(null, null, {}),
            measureText(0, "regression"), measureText(0.001, "regression"),
            measureText(0, "two")]""",
        given,
    )
    assert told[0] == {
        **{"series": "run 2 of 5", "epoch": "epoch 1\u202f234 of 5\u202f000"},
        **{"speed": "212 epochs/s", "rate": "λ 0.02"},
        **{"loss": "held-out loss 0.500", "accuracy": "accuracy 97.5 %"},
    }
    assert [told[1][name] for name in ("series", "speed", "loss")] == ["", "", ""]
    assert told[2:4] == ["R² 0.93", {}]
    assert told[4:] == ["R² below 0", "R² 0.00", "accuracy 0.0 %"]
    heard = [[0, 0], [10, 0.5], [40, 2.0], [60, 3.0]]
    assert in_points("[paceOf(value), paceOf(value.slice(0, 1))]", heard) == [20, None]
    assert in_points("[0, 0.013, 0.7, 1, 1.2, 3, 40].map(roundTop)") == [1, 0.02, 1, 1, 2, 5, 50]
