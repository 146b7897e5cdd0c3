"""The points component's pictures under Node: what they compare, keep in place and mark."""

import itertools
from functools import partial

import numpy as np
import pytest

from dlviz.core.points.losses import LOSSES
from dlviz.core.points.losses import penalty as penalties
from dlviz.core.points.network import new_network
from dlviz.core.points.specs import PointsNet, PointsSpec, PointsTrain
from dlviz.ui.components.points import script
from dlviz.ui.points_scene import scene_of
from tests.ui.node import in_node, needs_node

pytestmark = needs_node
in_points = partial(in_node, script())


def test_marks_stay_filled_or_ringed_under_the_brush():
    told = in_points(
        """(() => {
          const held = [[1, 1, 0]];
          const list = [[0, 0, 1], ...held];
          const stroke = withPoint(list, [2, 2], 1);
          return [partedPoints(stroke, new Set(held)),
            partedPoints(withoutNear(stroke, [1, 1]), new Set(held))];
        })()"""
    )
    assert told == [
        {"train": [[0, 0, 1], [2, 2, 1]], "test": [[1, 1, 0]]},
        {"train": [[0, 0, 1], [2, 2, 1]], "test": []},
    ]


PENALTIES = [{}, {"l1": 0.3}, {"l2": 0.2}, {"l1": 0.1, "l2": 0.4}]


@pytest.mark.parametrize("penalty", PENALTIES)
def test_the_loss_surface_is_of_what_the_run_descends(penalty):
    """Penalties count for weights and not for biases, as in ``PointsRun``'s gradient."""
    generator = np.random.default_rng(3)
    points, labels = generator.uniform(-3, 3, (20, 2)), generator.integers(0, 2, 20)
    found = new_network((2, 3, 1), ["tanh"], "normal", 1)
    found.numbers[:] = generator.normal(size=found.numbers.size)
    layers = [
        {"w": each.w.tolist(), "b": each.b.tolist(), "g": each.activation} for each in found.layers
    ]
    size, ranges = 5, [[-2.0, 2.0], [-1.0, 3.0]]
    told = in_points(
        """[...lossSurface(value.layers, value,
             { ...value, inputs: featureValues(["x1", "x2"], value.xs, value.ys) })]""",
        {
            **{"layers": layers, "names": ["weight:0:1:0", "bias:1:0"], "ranges": ranges},
            **{"size": size, "task": "two", "labels": labels.tolist(), "penalty": penalty},
            **{"xs": points[:, 0].tolist(), "ys": points[:, 1].tolist()},
        },
    )
    expected = np.empty((size, size))
    for row, bias in enumerate(np.linspace(*ranges[1], size)[::-1]):
        for column, weight in enumerate(np.linspace(*ranges[0], size)):
            found.layers[0].w[1, 0], found.layers[1].b[0] = weight, bias
            weights = np.concatenate([each.w.ravel() for each in found.layers])
            sizes = (penalty.get("l1", 0.0), penalty.get("l2", 0.0))
            loss = LOSSES["logistic"].of(found.forward(points).outputs, labels)[0]
            expected[row, column] = loss + penalties(weights, *sizes)[0]
    np.testing.assert_allclose(np.reshape(told, (size, size)), expected, rtol=1e-9)


def test_the_scene_knows_what_is_descended():
    def penalty(**train):
        return scene_of(PointsSpec(net=PointsNet(hidden=()), train=PointsTrain(**train)))["penalty"]

    both = {"l1": 0.1, "l2": 0.2}
    assert penalty(**both) == both
    assert penalty(**both, optimiser="adamw") == {"l1": 0.1, "l2": 0}  # its decay is no penalty
    assert penalty(**both, rule="perceptron") == {"l1": 0, "l2": 0}


def test_the_loss_says_what_it_is_of():
    plain, all_of_it = in_points(
        """[lossWords({ penalty: { l1: 0, l2: 0 }, dropout: 0 }),
            lossWords({ penalty: { l1: 0, l2: 0.1 }, dropout: 0.5 })]"""
    )
    assert plain == ["J of the training points", "all other weights as they are now"]
    assert all_of_it[0] == "J of the training points + penalties, no dropout"


def test_no_weight_stands_on_both_axes():
    told = in_points(
        """(() => {
          const options = () => ["a", "b", "c"].map((name) => ({ value: name }));
          const list = (value) => ({ value, options: options() });
          const lists = [list("a"), list("b")];
          const free = () => lists.map(({ options }) => options.map(({ disabled }) => !disabled));
          forbidTwice(lists);
          const first = free();
          lists[0].value = "c";
          forbidTwice(lists);
          return [first, free()];
        })()"""
    )
    assert told == [
        [[True, False, True], [False, True, True]],
        [[True, False, True], [True, True, False]],
    ]


def test_axes_turn_to_the_nearest_of_before():
    """Where two variances change places principal axes jump a quarter turn; the picture stays."""
    generator = np.random.default_rng(0)
    values = generator.normal(size=(3, 200))
    values -= values.mean(axis=1, keepdims=True)
    values = np.linalg.inv(np.linalg.cholesky(np.cov(values))) @ values
    sizes = [(1.01, 1.0, 0.1), (1.0, 1.01, 0.1), (-1.3, 1.0, 0.1)]
    first, *later = in_points(
        """(() => {
          let before;
          return value.map((units) => {
            const found = principalAxes(units.map((each) => Float64Array.from(each)), 200, before);
            before = found.axes;
            return found;
          });
        })()""",
        [(np.array(size)[:, None] * values).tolist() for size in sizes],
    )
    for found, size in zip(later, sizes[1:], strict=True):
        axes = np.array(found["axes"])
        np.testing.assert_allclose(axes @ axes.T, np.eye(2), atol=1e-9)
        np.testing.assert_allclose(np.abs(axes), np.abs(first["axes"]), atol=0.05)
        assert (np.sum(axes * first["axes"], axis=1) > 0.99).all()
        along = (axes * np.array(size) ** 2 * axes).sum(axis=1)
        np.testing.assert_allclose(found["shares"], along / np.square(size).sum(), rtol=1e-6)


def test_the_same_number_again_waits_for_the_run_again():
    """9, then 1, then 9: the first 9 in the log is no answer to the last."""
    told = in_points(
        """(() => {
          const pending = new Pending();
          const log = [[3, "bias:0:0", 9], [5, "bias:0:0", 1]];
          pending.hear({ net: {}, interventions: log }, 0);
          pending.set({}, "bias:0:0", 9, true, 10);
          const held = [];
          for (const more of [[], [[6, "bias:0:1", 9]], [[7, "bias:0:0", 9]]]) {
            log.push(...more);
            pending.hear({ net: {}, interventions: log }, 20);
            held.push(pending.held !== null);
          }
          pending.set({}, "bias:0:0", 4, true, 100);
          pending.tire(3000);
          held.push(pending.held !== null);
          pending.tire(3100);
          return [...held, pending.held !== null];
        })()"""
    )
    assert told == [True, True, False, True, False]


def test_under_the_brush_the_picture_itself_says_which_mark_is_what():
    texts, marks = in_points(
        """(() => {
          const [texts, marks] = [[], []];
          const context = { beginPath() {}, stroke() {}, fill() {}, strokeText() {},
            measureText: (text) => ({ width: 7 * text.length }),
            fillText: (text, x) => texts.push([text, x - 7 * text.length, x]),
            arc: (x, y, radius) => marks.push([x - radius, x + radius]) };
          const theme = { font: "sans-serif", text: "black", dark: false };
          nameBrushMarks(context, 340, { theme, table: [], colours: [[0, 0, 0]] });
          return [texts, marks];
        })()"""
    )
    (held, *held_at), (trained, *trained_at) = texts
    assert [held, trained] == ["held out", "trained on"]
    spans = [trained_at, held_at, *marks]
    assert len(marks) == 2
    assert all(0 < low < high < 340 for low, high in spans)
    assert sorted(spans) == sorted(spans, key=lambda span: span[1])
    assert all(one[1] < other[0] for one, other in itertools.pairwise(sorted(spans)))


def test_each_end_of_the_loss_picture_says_whose_it_is():
    """The lower ends of both axes stand in one corner."""
    texts = in_points(
        """(() => {
          const texts = [];
          const context = new Proxy({}, {
            get: (_, name) => name === "fillText" ? (text) => texts.push(text) : () => {},
            set: () => true,
          });
          const list = (textContent) => ({ selectedOptions: [{ textContent }] });
          const part = { acrossAxis: list("w one"), upAxis: list("w two") };
          const view = new LossView(part, null, null);
          view.ranges = [[-2, 1], [-3, 4]];
          const theme = { font: "sans-serif", dark: false };
          view.paint(context, 300, { theme }, [], []);
          return texts;
        })()"""
    )
    assert texts == ["across  −2", "w one  1", "4  w two", "up  −3"]


def test_eight_units_fit_where_a_panel_leaves_little_room():
    """Boxes do not lie upon each other, and the pointer finds each at its middle."""
    side, tops, found = in_points(
        """(() => {
          const layout = netLayout([2, 8, 8, 1], 600, value);
          const { side, columns } = layout;
          const [, { x, units }] = columns;
          const found = units.map((top) => targetAt(layout, x + side / 2, top + side / 2).at);
          return [side, units, found];
        })()""",
        130,
    )
    assert found == list(range(8))
    assert 14 <= side <= 16
    assert all(low + side <= high for low, high in itertools.pairwise(tops))
    assert tops[0] >= 0
    assert tops[-1] + side <= 130


@pytest.mark.parametrize(("width", "classes"), [(300, 4), (335, 4), (270, 3), (250, 2), (600, 4)])
def test_the_legend_ends_within_a_narrow_picture(width, classes):
    ends = in_points(
        """(() => {
          const ends = [];
          const context = { beginPath() {}, stroke() {}, fill() {}, arc() {}, rect() {},
            moveTo() {}, lineTo() {}, closePath() {},
            measureText: (text) => ({ width: 6.7 * text.length }),
            fillText: (text, x) => ends.push([x, x + 6.7 * text.length]) };
          const style = { theme: {}, table: [], colours: Array(4).fill([0, 0, 0]) };
          const scene = { task: "classes", classes: [..."ABCD"].slice(0, value[1]) };
          drawLegend(context, value[0], 24, scene, style);
          return ends;
        })()""",
        [width, classes],
    )
    assert len(ends) == classes + 2
    assert ends[-1][1] <= width
    assert all(one[1] + 8 < other[0] for one, other in itertools.pairwise(ends))
