"""Specs of runs on points survive JSON, links and addresses; a stranger's are refused."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlviz.core.points.activations import ACTIVATIONS
from dlviz.core.points.data import POINT_DATA
from dlviz.core.points.features import FEATURES
from dlviz.core.points.initialisations import INITIALISATIONS
from dlviz.core.points.optimisers import OPTIMISERS
from dlviz.core.points.specs import (
    MAX_CHANGES,
    MAX_PAINTED,
    PERCEPTRON,
    RULES,
    Hidden,
    PointsChange,
    PointsData,
    PointsNet,
    PointsSpec,
    PointsTrain,
)
from dlviz.core.specs import MAX_INTERVENTIONS, MAX_LINK_CHARS, RunSpec, SpecError

FAST = settings(derandomize=True, deadline=None, max_examples=50)


def names(registry: dict[str, object]) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(registry))


SEEDS = st.integers(0, 2**31 - 1)
COORDINATES = st.floats(-3, 3)
PAINTED = st.lists(st.tuples(COORDINATES, COORDINATES, st.integers(0, 3)), max_size=8)
DATA = st.one_of(
    st.builds(
        PointsData,
        names({name: 0 for name in POINT_DATA if name != "painted"}),
        st.floats(0, 1),
        st.integers(20, 1000),
        st.floats(0.1, 0.9),
        SEEDS,
    ),
    PAINTED.map(lambda points: PointsData("painted", painted=tuple(points))),
)
NETS = st.builds(
    PointsNet,
    st.lists(names(FEATURES), min_size=1, unique=True).map(tuple),
    st.lists(st.builds(Hidden, st.integers(1, 8), names(ACTIVATIONS)), max_size=6).map(tuple),
    names(INITIALISATIONS),
    st.floats(0, 0.9),
)
TRAINS = st.builds(
    PointsTrain,
    optimiser=names(OPTIMISERS),
    learning_rate=st.floats(0, 100),
    momentum=st.floats(0, 0.999),
    l1=st.floats(0, 10),
    l2=st.floats(0, 10),
    batch_size=st.integers(0, 1000),
    epochs=st.integers(1, 5000),
    seed=SEEDS,
)
CHANGES = st.lists(
    st.tuples(
        st.integers(0, 10**9),
        st.sampled_from(["learning_rate", "weight:0:0:0", "bias:0:0"]),
        st.floats(0, 100),
    ),
    max_size=3,
).map(lambda rows: tuple(PointsChange(*row) for row in sorted(rows)))
SPECS = st.builds(PointsSpec, DATA, NETS, TRAINS, CHANGES)


@FAST
@given(SPECS)
def test_a_spec_survives_json_and_links(spec: PointsSpec) -> None:
    assert PointsSpec.from_json(spec.to_json()) == spec
    assert PointsSpec.from_link(spec.to_link()) == spec
    assert hash(PointsSpec.from_json(spec.to_json())) == hash(spec)
    assert PointsNet.hidden_from(spec.net.text) == spec.net.hidden


def test_the_default_is_the_first_thing_that_a_link_needs_to_say() -> None:
    assert PointsSpec.from_json("{}") == PointsSpec()
    assert PointsSpec().shape == (2, 4, 1)
    with pytest.raises(FrozenInstanceError):
        PointsSpec().train = PointsTrain()  # type: ignore[misc]


def test_a_spec_takes_as_many_changes_as_the_executor() -> None:
    assert MAX_CHANGES == MAX_INTERVENTIONS


def test_the_fullest_spec_still_fits_into_a_link() -> None:
    draw = random.Random(0)
    points = [
        (draw.uniform(-3, 3), draw.uniform(-3, 3), draw.randrange(4)) for _ in range(MAX_PAINTED)
    ]
    data = PointsData("painted", painted=tuple(points))
    net = PointsNet(tuple(FEATURES), (Hidden(8, "leaky_relu"),) * 6)
    changes = tuple(
        PointsChange(step, f"weight:6:{step % 4}:{step % 8}", round(draw.gauss(0, 1), 2))
        for step in range(MAX_CHANGES)
    )
    spec = PointsSpec(data, net, interventions=changes)
    assert len(spec.to_link()) <= MAX_LINK_CHARS
    assert PointsSpec.from_link(spec.to_link()) == spec


def test_painted_points_are_kept_to_a_hundredth() -> None:
    data = PointsData("painted", painted=((1.23456, -2.98765, 1),))
    assert data.painted == ((1.23, -2.99, 1),)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("", ()),
        ("4tanh", (Hidden(4, "tanh"),)),
        ("8tanh-1leaky_relu", (Hidden(8, "tanh"), Hidden(1, "leaky_relu"))),
    ],
)
def test_hidden_layers_are_short_text(text: str, hidden: tuple[Hidden, ...]) -> None:
    assert PointsNet.hidden_from(text) == hidden
    assert PointsNet(hidden=hidden).text == text


@pytest.mark.parametrize("text", ["-", "4tanh-", "tanh", "4", "9tanh", "0tanh", "4mish", "4 tanh"])
def test_other_text_is_no_hidden_layer(text: str) -> None:
    with pytest.raises(SpecError):
        PointsNet.hidden_from(text)


@pytest.mark.parametrize(
    ("spec", "shape"),
    [
        (PointsSpec(PointsData("three")), (2, 4, 3)),
        (PointsSpec(PointsData("bumps"), PointsNet(("x1",), ())), (1, 1)),
        (PointsSpec(PointsData("painted")), (2, 4, 1)),
        (PointsSpec(PointsData("painted", painted=((0, 0, 3),))), (2, 4, 4)),
    ],
)
def test_the_outputs_follow_from_the_data(spec: PointsSpec, shape: tuple[int, ...]) -> None:
    assert spec.shape == shape


def test_a_change_must_fit_the_network() -> None:
    spec = PointsSpec(PointsData("circle"), PointsNet(hidden=(Hidden(3), Hidden(2))))  # 2-3-2-1
    assert spec.change(5, "weight:1:1:2", -0.5) == PointsChange(5, "weight:1:1:2", -0.5)
    assert spec.change(5, "weight:1:1:2", -0.5).place == (1, 1, 2)
    assert spec.change(0, "bias:2:0", 1.0).place == (2, 0)
    assert spec.change(0, "learning_rate", 0.5).place == ()
    for name in ("weight:3:0:0", "weight:2:1:0", "weight:0:3:0", "weight:0:0:2", "bias:0:3"):
        with pytest.raises(SpecError, match=re.escape(f"This network has no {name}.")):
            spec.change(0, name, 1.0)
        with pytest.raises(SpecError, match="This network has no"):
            replace(spec, interventions=(PointsChange(0, name, 1.0),))


BAD: dict[str, tuple[Callable[[], object], str]] = {
    "data": (lambda: PointsData("mnist"), "data.name must be one of gaussians, circle"),
    "noise": (lambda: PointsData(noise=1.5), "from 0 to 1"),
    "count": (lambda: PointsData(count=1001), "from 20 to 1000"),
    "share": (lambda: PointsData(share=0.95), "from 0.1 to 0.9"),
    "too many": (
        lambda: PointsData("painted", painted=((0.0, 0.0, 0),) * 401),
        "At most 400 points",
    ),
    "outside": (lambda: PointsData("painted", painted=((3.1, 0.0, 0),)), "from -3 to 3"),
    "fifth class": (lambda: PointsData("painted", painted=((0.0, 0.0, 4),)), "from 0 to 3"),
    "painted on another": (lambda: PointsData(painted=((0.0, 0.0, 0),)), "need the name"),
    "no feature": (lambda: PointsNet(()), "at least one feature"),
    "feature twice": (lambda: PointsNet(("x1", "x1")), "taken once"),
    "strange feature": (lambda: PointsNet(("x3",)), "A feature must be one of x1, x2"),
    "too deep": (lambda: PointsNet(hidden=(Hidden(),) * 7), "at most 6 hidden layers"),
    "too wide": (lambda: Hidden(9), "from 1 to 8"),
    "activation": (lambda: Hidden(4, "mish"), "must be one of relu"),
    "initialisation": (lambda: PointsNet(initialisation="ones"), "must be one of xavier"),
    "dropout": (lambda: PointsNet(dropout=1.0), "from 0 to 0.9"),
    "rule": (lambda: PointsTrain("hebb"), f"must be one of {', '.join(RULES)}"),
    "optimiser": (lambda: PointsTrain(optimiser="lbfgs"), "must be one of sgd"),
    "rate": (lambda: PointsTrain(learning_rate=-1.0), "from 0 to 100"),
    "NaN": (lambda: PointsTrain(learning_rate=float("nan")), "from 0 to 100"),
    "batch": (lambda: PointsTrain(batch_size=-1), "from 0 to 1000"),
    "epochs": (lambda: PointsTrain(epochs=5001), "from 1 to 5000"),
    "seed": (lambda: PointsTrain(seed=2**31), "from 0 to 2147483647"),
    "seed of the points": (lambda: PointsData(seed=-1), "from 0 to 2147483647"),
    "change of what": (lambda: PointsChange(0, "momentum", 0.5), "A change is of"),
    "weight": (lambda: PointsChange(0, "weight:0:0:0", 1e9), "from -1000 to 1000"),
    "perceptron with hidden": (
        lambda: PointsSpec(train=PointsTrain(PERCEPTRON)),
        "trains no hidden layer",
    ),
    "perceptron of three": (
        lambda: PointsSpec(PointsData("three"), PointsNet(hidden=()), PointsTrain(PERCEPTRON)),
        "two classes",
    ),
    "too many changes": (
        lambda: PointsSpec(
            interventions=(PointsChange(0, "learning_rate", 1.0),) * (MAX_CHANGES + 1)
        ),
        f"at most {MAX_CHANGES} changes",
    ),
    "order": (
        lambda: PointsSpec(
            interventions=(
                PointsChange(2, "learning_rate", 1.0),
                PointsChange(1, "learning_rate", 1.0),
            )
        ),
        "in the order",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_over_a_limit_is_refused_in_one_sentence(name: str) -> None:
    make, words = BAD[name]
    with pytest.raises(SpecError, match=re.escape(words)) as told:
        make()
    assert str(told.value).endswith(".")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "nonsense",
        '{"data": 3}',
        '{"data": {"colour": 1}}',
        '{"data": {"painted": {"0": 1}}}',
        '{"data": {"name": "painted", "painted": [[0, 0]]}}',
        '{"data": {"name": "painted", "painted": [[0, "a", 1]]}}',
        '{"data": {"name": ["circle"]}}',
        '{"net": {"features": "x1"}}',
        '{"net": {"features": [["x1"]]}}',
        '{"net": {"hidden": [[4, "tanh"]]}}',
        '{"train": {"epochs": "100"}}',
        '{"train": {"epochs": 1e1}}',
        '{"train": {"learning_rate": true}}',
        '{"interventions": [{"step": 1}]}',
        '{"interventions": [{"step": 1, "name": ["x"], "value": 1}]}',
        json.dumps({"interventions": [0] * 101}),
        '{"data": {"name": "circle"' + " " * 20_001 + "}}",
        RunSpec().to_json(),
    ],
)
def test_a_strangers_text_is_refused(text: str) -> None:
    with pytest.raises(SpecError):
        PointsSpec.from_json(text)


@pytest.mark.parametrize("text", ["x", "%%%", "AAAA", "A" * 5000])
def test_a_damaged_link_is_refused(text: str) -> None:
    with pytest.raises(SpecError):
        PointsSpec.from_link(text)


def test_words_tell_the_choices() -> None:
    assert PointsSpec().words == (
        "2-4-1 on circle, sgd, learning rate 0.1, batches of 10, 100 epochs, seed 0"
    )
    perceptron = PointsSpec(
        PointsData("gaussians"), PointsNet(hidden=()), PointsTrain(PERCEPTRON, batch_size=0)
    )
    assert "2-1 on gaussians, perceptron rule, learning rate 0.1, one point at" in perceptron.words
