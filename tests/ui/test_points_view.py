"""What the browser computes of a network of points, under Node: Python's numbers."""

from functools import partial

import numpy as np
import pytest

from dlviz.core.points.activations import ACTIVATIONS
from dlviz.core.points.data import DOMAIN
from dlviz.core.points.features import FEATURES, features_of
from dlviz.core.points.losses import LOSS_OF_TASK, LOSSES
from dlviz.core.points.network import new_network
from dlviz.core.points.specs import MAX_PAINTED, MAX_WEIGHT, PointsNet
from dlviz.ui.components.points import script
from tests.ui.node import in_node, needs_node

pytestmark = needs_node
in_points = partial(in_node, script())
POINTS = np.random.default_rng(0).uniform(-DOMAIN, DOMAIN, (40, 2))
OUTPUTS = {"two": 1, "classes": 3, "regression": 1}
FORWARD = """value.map(({ layers, features, xs, ys }) =>
  forwardPass(layers, featureValues(features, xs, ys), xs.length).map(
    (units) => units.map((each) => [...each])))"""


def labels_of(task, count, generator):
    if task == "regression":
        return generator.uniform(-1, 1, count)
    return generator.integers(0, max(2, OUTPUTS.get(task, 2)), count)


def network(shape, activations, seed=0, scale=1.0):
    found = new_network(shape, activations, "normal", seed)
    found.numbers[:] = scale * np.random.default_rng(seed).normal(size=found.numbers.size)
    return found


def exact(found):
    """The layers for the browser to the last digit; ``packed`` would round them."""
    return [
        {"w": each.w.tolist(), "b": each.b.tolist(), "g": each.activation} for each in found.layers
    ]


def test_the_features_and_activations_are_pythons():
    assert in_points("[Object.keys(POINT_FEATURES), Object.keys(POINT_ACTIVATIONS), DOMAIN]") == [
        list(FEATURES),
        list(ACTIVATIONS),
        DOMAIN,
    ]
    titles = in_points("Object.values(POINT_FEATURES).map(({ title }) => title)")
    assert titles == [feature.title for feature in FEATURES.values()]
    assert in_points("[MOST_POINTS, LARGEST_NUMBER]") == [MAX_PAINTED, MAX_WEIGHT]


def test_a_forward_pass_is_pythons():
    nets = [
        ((2, 1), [], ("x2", "x1")),
        ((7, 8, 8, 3), ["tanh", "relu"], tuple(FEATURES)),
        *[((3, 5, 4, 1), [name, name], ("x1", "x1x2", "sin_x2")) for name in ACTIVATIONS],
        ((2, *[8] * 6, 4), list(ACTIVATIONS), ("x1", "x2")),
    ]
    found = [network(shape, names, seed, 2.0) for seed, (shape, names, _) in enumerate(nets)]
    given = [
        {
            "layers": exact(each),
            "features": list(features),
            "xs": POINTS[:, 0].tolist(),
            "ys": POINTS[:, 1].tolist(),
        }
        for each, (_, _, features) in zip(found, nets, strict=True)
    ]
    told = in_points(FORWARD, given)
    for each, passed, (_, _, features) in zip(found, told, nets, strict=True):
        trace = each.forward(features_of(POINTS, features))
        assert len(passed) == len(trace.a)
        for mine, theirs in zip(passed, trace.a, strict=True):
            np.testing.assert_allclose(np.array(mine).T, theirs, rtol=1e-9, atol=1e-9)


def test_memory_that_is_used_again_changes_no_number():
    layers = [exact(network((2, 4, 1), ["tanh"], seed)) for seed in (1, 2)]
    again, anew = in_points(
        """(() => {
          const inputs = featureValues(["x1", "x2"], value.xs, value.ys);
          const room = forwardPass(value.layers[0], inputs, 40);
          const again = forwardPass(value.layers[1], inputs, 40, room);
          const anew = forwardPass(value.layers[1], inputs, 40);
          return [again, anew].map((passed) => [...passed[1][0]]);
        })()""",
        {"layers": layers, "xs": POINTS[:, 0].tolist(), "ys": POINTS[:, 1].tolist()},
    )
    assert again == anew


def test_the_grid_is_the_picture_from_its_upper_left():
    xs, ys = in_points("[gridPoints(4)].map(({ xs, ys }) => [[...xs], [...ys]])[0]")
    centres = np.array([-2.25, -0.75, 0.75, 2.25])
    np.testing.assert_allclose(np.reshape(xs, (4, 4)), np.tile(centres, (4, 1)))
    np.testing.assert_allclose(np.reshape(ys, (4, 4)), np.tile(centres[::-1, None], (1, 4)))


@pytest.mark.parametrize("task", [*OUTPUTS, "perceptron"])
@pytest.mark.parametrize("scale", [1.0, 300.0])
def test_the_mean_loss_is_pythons(task, scale):
    generator = np.random.default_rng(4)
    outputs = scale * generator.normal(size=(30, OUTPUTS.get(task, 1)))
    labels = labels_of(task, 30, generator)
    told = in_points(
        "meanLoss(value[0], value[1], value[2])", [task, outputs.T.tolist(), labels.tolist()]
    )
    assert told == pytest.approx(
        LOSSES[LOSS_OF_TASK.get(task, task)].of(outputs, labels)[0], rel=1e-12
    )


def test_shares_are_a_logistic_and_a_softmax():
    logits = np.array([[1.0, -2.0, 700.0], [0.5, 3.0, -700.0]])
    two, many, number = in_points(
        """[[0, 1, 2].map((at) => saidAt("two", [value[0]], at)),
            [0, 1, 2].map((at) => saidAt("classes", value, at)), saidAt("regression", value, 1)]""",
        logits.tolist(),
    )
    np.testing.assert_allclose(two, 1 / (1 + np.exp(-logits[0])), rtol=1e-12)
    powers = np.exp(logits - logits.max(axis=0))
    np.testing.assert_allclose(many, (powers / powers.sum(axis=0)).T, rtol=1e-12)
    assert number == -2.0


@pytest.mark.parametrize(
    ("task", "names"),
    [
        ("two", ("weight:0:1:0", "weight:0:1:1")),
        ("classes", ("bias:1:2", "weight:2:0:3")),
        ("regression", ("weight:2:0:1", "bias:0:3")),
        ("two", ("weight:1:0:0", "weight:1:0:0")),
    ],
)
def test_the_loss_surface_is_pythons(task, names):
    generator = np.random.default_rng(7)
    found = network((2, 4, 4, OUTPUTS[task]), ["tanh", "elu"], 5)
    labels = labels_of(task, len(POINTS), generator)
    size, ranges = 7, [[-2.0, 1.5], [0.5, 4.0]]
    told = in_points(
        """[...lossSurface(value.layers, value,
             { ...value, inputs: featureValues(["x1", "x2"], value.xs, value.ys) })]""",
        {
            **{"layers": exact(found), "names": names, "ranges": ranges, "size": size},
            **{"task": task, "labels": labels.tolist()},
            **{"xs": POINTS[:, 0].tolist(), "ys": POINTS[:, 1].tolist()},
        },
    )
    expected = np.empty((size, size))
    for row, second in enumerate(np.linspace(*ranges[1], size)[::-1]):
        for column, first in enumerate(np.linspace(*ranges[0], size)):
            for name, value in ((names[1], second), (names[0], first)):
                kind, layer, *place = name.split(":")
                part = (
                    found.layers[int(layer)].w if kind == "weight" else found.layers[int(layer)].b
                )
                part[tuple(map(int, place))] = value
            outputs = found.forward(POINTS).outputs
            expected[row, column] = LOSSES[LOSS_OF_TASK[task]].of(outputs, labels)[0]
    np.testing.assert_allclose(np.reshape(told, (size, size)), expected, rtol=1e-9)


def test_the_loss_surface_comes_in_pieces_and_begins_anew_when_the_net_moves_on():
    told = in_points(
        """(() => {
          const work = new LossWork();
          const rows = function* () { yield 1; yield 2; return [5]; };
          let made = 0;
          const make = () => { made += 1; return { rows: rows(), frame: { size: 1 } }; };
          const first = [work.advance("a", make, -1), work.shown];
          while (work.advance("a", make, 1000));
          const done = [work.shown.losses, work.shown.key, work.advance("a", make, 1000)];
          work.advance("b", make, -1);
          return [first, done, made, work.shown.key];
        })()"""
    )
    assert told == [[True, None], [[5], "a", False], 2, "a"]


def test_principal_axes_are_numpys_and_do_not_turn_over():
    generator = np.random.default_rng(3)
    values = generator.normal(size=(50, 5)) @ generator.normal(size=(5, 5))
    mean, axes, shares, again = in_points(
        """(() => {
          const units = value.map((each) => Float64Array.from(each));
          const one = principalAxes(units, 30);
          const turned = one.axes.map((axis) => axis.map((part) => -part));
          return [one.mean, one.axes, one.shares, principalAxes(units, 30, turned).axes];
        })()""",
        values.T.tolist(),
    )
    centred = values[:30] - values[:30].mean(axis=0)
    _, sizes, rows = np.linalg.svd(centred, full_matrices=False)
    np.testing.assert_allclose(mean, values[:30].mean(axis=0), rtol=1e-9)
    np.testing.assert_allclose(shares, (sizes**2 / (sizes**2).sum())[:2], rtol=1e-9)
    for mine, theirs in zip(axes, rows, strict=False):
        assert abs(np.dot(mine, theirs)) == pytest.approx(1, abs=1e-9)
    np.testing.assert_allclose(again, -np.array(axes), atol=1e-12)


def test_places_and_hidden_layers_are_read_as_python_writes_them():
    names = ["weight:0:1:2", "bias:3:4"]
    assert in_points("value.map((name) => placeName(readPlace(name)))", names) == names
    texts = ["", "8tanh-4leaky_relu-1linear"]
    assert in_points("value.map((text) => hiddenText(readHidden(text)))", texts) == texts
    listed = in_points("readHidden(value)", texts[1])
    assert tuple((each["units"], each["activation"]) for each in listed) == tuple(
        (layer.units, layer.activation) for layer in PointsNet.hidden_from(texts[1])
    )


def test_one_number_changes_and_nothing_else():
    found = network((2, 3, 1), ["tanh"])
    layers = exact(found)
    weight, bias, before = in_points(
        """["weight:0:2:1", "bias:1:0"].map((name) => withNumber(value, readPlace(name), 9))
             .concat([value])""",
        layers,
    )
    assert before == layers
    found.layers[0].w[2, 1] = 9
    assert weight == exact(found)
    found.layers[0].w[2, 1] = layers[0]["w"][2][1]
    found.layers[1].b[0] = 9
    assert bias == exact(found)
    assert in_points("numberAt(value, readPlace('weight:0:3:0')) ?? 'none'", layers) == "none"


def test_a_level_line_lies_where_the_field_is_at_its_level():
    size = 60
    centres = DOMAIN * ((2 * np.arange(size) + 1) / size - 1)
    across, down = np.meshgrid(centres, -centres)
    pieces = in_points(
        "levelLines(Float64Array.from(value), 60, 4)", (across**2 + down**2).ravel().tolist()
    )
    ends = np.reshape(pieces, (-1, 2, 2))
    places = (2 * ends - 1) * DOMAIN
    np.testing.assert_allclose(np.hypot(places[..., 0], places[..., 1]), 2, atol=0.01)
    lengths = np.hypot(*(places[:, 0] - places[:, 1]).T)
    assert lengths.sum() == pytest.approx(4 * np.pi, rel=0.01)


def test_many_classes_are_divided_where_the_likeliest_changes():
    outputs = np.random.default_rng(2).normal(size=(3, 20))
    fields = in_points(
        "dividingFields('classes', value, 20).map((each) => [...each])", outputs.tolist()
    )
    assert (np.array(fields) > 0).argmax(axis=0).tolist() == outputs.argmax(axis=0).tolist()
    assert ((np.array(fields) > 0).sum(axis=0) == 1).all()
    assert in_points("dividingFields('two', value, 20)", outputs.tolist()) == [outputs[0].tolist()]
