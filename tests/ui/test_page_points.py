"""The points page under AppTest: controls, addresses, and what hands and buttons ask of the run."""

from __future__ import annotations

import time

import pytest

from dlviz.core.points.data import POINT_DATA, points_of
from dlviz.core.points.specs import PointsData, PointsNet, PointsSpec
from dlviz.runs.jobs import State
from dlviz.ui.server import Server
from tests.ui.points_page import Open, enabled, press, shown, status, until_state

# -- the page opens -------------------------------------------------------------------------------


def test_it_opens_on_a_run_that_can_be_scrubbed_with_no_click(open_points: Open) -> None:
    began = time.monotonic()
    test = open_points()
    assert time.monotonic() - began < 5.0
    assert [item.value for item in test.title] == ["What can one neuron do, and what takes more?"]
    found = shown(test)
    assert found["job"] is None
    assert found["recorded"]["state"] == "done"
    assert found["recorded"]["scores"][-1][2] > 0.95
    assert len(found["recorded"]["track"]["new"]) > 30
    assert "net" not in found
    assert not test.query_params
    assert enabled(test) == {"Start"}
    assert not test.warning
    assert any(r"\log\hat y_i" in item.value for item in test.latex)


@pytest.mark.parametrize("name", POINT_DATA)
def test_all_data_is_shown_as_it_is_learnt(open_points: Open, name: str) -> None:
    scene = shown(open_points(data=name))["scene"]
    points = points_of(PointsData(name))
    assert scene["task"] == points.task
    assert len(scene["train"]) == len(points.train_x)
    assert len(scene["test"]) == len(points.test_x)
    for row, place, label in zip(scene["train"], points.train_x, points.train_y, strict=True):
        assert row == pytest.approx([*place, label], abs=1e-3)
    assert scene["paint"] is (name == "painted")


def test_other_settings_show_the_untrained_network(open_points: Open) -> None:
    found = shown(open_points(data="three", hidden="8tanh-2relu", features="x1,x1x2", init="zeros"))
    assert "recorded" not in found
    layers = found["net"]["layers"]
    assert [(len(layer["w"]), len(layer["w"][0])) for layer in layers] == [(8, 2), (2, 8), (3, 2)]
    assert [layer["g"] for layer in layers] == ["tanh", "relu", "linear"]
    assert found["scene"]["features"] == ["x1", "x1x2"]
    assert not any(number for layer in layers for row in layer["w"] for number in row)


LINK = {
    "data": "spiral",
    "noise": "0.2",
    "count": "200",
    "share": "0.4",
    "data_seed": "3",
    "features": "x1,sin_x2",
    "hidden": "8elu-8sigmoid",
    "init": "normal",
    "dropout": "0.1",
    "optimiser": "nesterov",
    "rate": "0.02",
    "momentum": "0.5",
    "l1": "0.001",
    "l2": "0.01",
    "batch": "0",
    "epochs": "7",
    "seed": "9",
}


def test_a_link_brings_everything_back(open_points: Open, real_server: Server) -> None:
    test = open_points(**LINK)
    assert test.query_params == LINK
    press(test, "Start")
    until_state(real_server, State.DONE)
    spec = status(real_server).spec
    assert isinstance(spec, PointsSpec)
    assert spec.data == PointsData("spiral", 0.2, 200, 0.4, 3)
    hidden = PointsNet.hidden_from("8elu-8sigmoid")
    assert spec.net == PointsNet(("x1", "sin_x2"), hidden, "normal", 0.1)
    train = spec.train
    assert (train.optimiser, train.learning_rate, train.momentum) == ("nesterov", 0.02, 0.5)
    assert (train.l1, train.l2, train.batch_size) == (0.001, 0.01, 0)
    assert (train.epochs, train.seed) == (7, 9)


BAD = {
    "data": ("<script>",),
    "hidden": ("9tanh", "x" * 5000, "8tanh-"),
    "features": ("x3", "x1,x1"),
    "painted": ("%%%", "AAAA" * 500, "🦉"),
    "epochs": ("5001", "nan"),
    "count": ("-5",),
    "rule": ("hebb",),
    "pace": ("1e9",),
    "view": ("nothing",),
}


@pytest.mark.parametrize(
    ("name", "value"),
    [pytest.param(name, value, id=f"{name}={value[:12]}") for name in BAD for value in BAD[name]],
)
def test_a_bad_value_in_the_address_is_the_default_and_the_page_goes_on(
    open_points: Open, name: str, value: str
) -> None:
    given = {name: value, "data": "painted"} if name == "painted" else {name: value}
    test = open_points(**given)
    assert shown(test)["scene"]["features"] == ["x1", "x2"]
    if name != "painted":
        assert shown(test)["recorded"]["state"] == "done"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ({"rule": "perceptron"}, "hidden layers out"),
        ({"rule": "perceptron", "hidden": "none", "data": "three"}, "two classes"),
    ],
)
def test_what_cannot_be_learnt_is_told_and_cannot_be_started(
    open_points: Open, address: dict[str, str], words: str
) -> None:
    test = open_points(**address)
    assert any(words in item.value.replace("\\", "") for item in test.warning)
    assert enabled(test) == set()
    assert shown(test)["net"]


def test_that_points_are_missing_is_no_warning_that_moves_the_canvas(open_points: Open) -> None:
    test = open_points(data="painted")
    assert shown(test)["hint"].startswith("Paint some points")
    assert not test.warning
    assert enabled(test) == set()


def test_the_perceptron_is_itself(open_points: Open, real_server: Server) -> None:
    test = open_points(rule="perceptron", hidden="none", data="gaussians", noise="0", pace="0")
    assert any("max(0" in item.value for item in test.latex)
    assert shown(test)["scene"]["rule"] == "perceptron"
    press(test, "Start")
    until_state(real_server, State.DONE)
    assert "no mistake" in status(real_server).message
