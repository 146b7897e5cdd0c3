"""The points page: what buttons, controls and hands at the network ask of the run."""

from __future__ import annotations

from typing import Any

import pytest

from dlviz.core.points.specs import PointsNet, PointsSpec
from dlviz.runs.jobs import State
from dlviz.runs.points import PointsRecorder
from dlviz.ui.painted import as_address, from_address, from_browser
from dlviz.ui.points_scene import recorded, untrained
from dlviz.ui.points_setup import DEFAULT
from dlviz.ui.server import Server
from tests.runs.studio import until
from tests.ui.points_page import (
    MINE,
    Open,
    enabled,
    hand,
    press,
    shown,
    sound,
    status,
    turn_rate,
    until_state,
)

SLOW = {"pace": "1"}  # 21 steps a second
LONG = {"pace": "0", "epochs": "5000"}


def net(server: Server) -> dict[str, Any]:
    found = server.executor.poll(status(server).job, -1)[1].net
    assert found is not None
    return found


# -- buttons ------------------------------------------------------------------------------------


def test_start_pause_step_rewind_stop_and_the_buttons_that_make_sense(
    open_points: Open, real_server: Server
) -> None:
    test = press(open_points(**LONG), "Start")
    until(lambda: status(real_server).step > 0)
    sound(test.run())
    assert shown(test)["job"] == status(real_server).job
    assert enabled(test) == {"Start anew", "Pause", "One step", "Rewind", "Stop"}
    press(test, "Pause")
    until_state(real_server, State.PAUSED)
    step = status(real_server).step
    press(sound(test.run()), "One step")
    until_state(real_server, State.PAUSED, step=step + 1)
    press(test, "Rewind")
    until_state(real_server, State.PAUSED, step=0)
    until(lambda: net(real_server)["step"] == 0)
    assert net(real_server)["layers"] == untrained(DEFAULT)["layers"]
    press(sound(test.run()), "Resume")
    until_state(real_server, State.RUNNING)
    press(sound(test.run()), "Stop")
    until_state(real_server, State.STOPPED)
    assert enabled(sound(test.run())) == {"Start anew", "Rewind"}


def test_start_anew_ends_the_run_that_goes_on(open_points: Open, real_server: Server) -> None:
    test = press(open_points(**LONG), "Start")
    first = status(real_server).job
    press(sound(test.run()), "Start anew")
    assert status(real_server).job != first
    assert not status(real_server).state.final
    records = real_server.visitors.get(MINE).points_records
    assert len(records.entries()) == 1
    assert not real_server.visitors.get(MINE).records.entries()


def test_five_seeds_become_records_of_five(open_points: Open, real_server: Server) -> None:
    test = press(open_points(epochs="3", pace="0"), "Repeat with 5 seeds")
    until_state(real_server, State.DONE)
    records = real_server.visitors.get(MINE).points_records
    until(lambda: len(records.entries()) == 5)
    assert [record.spec.train.seed for record in records.entries()] == [0, 1, 2, 3, 4]
    assert shown(sound(test.run()))["job"] == status(real_server).job
    assert any("5 seeds" in item.proto.body for item in test.get("html"))


def test_the_run_is_found_by_a_second_tab(open_points: Open, real_server: Server) -> None:
    press(open_points(**LONG), "Start")
    for address in (LONG, {"data": "xor"}):
        assert shown(open_points(**address))["job"] == status(real_server).job
    assert "other settings" in shown(open_points(data="xor"))["hint"]
    assert status(real_server).state is State.RUNNING


def test_the_run_of_these_settings_is_shown_and_comes_back_with_them(
    open_points: Open, real_server: Server
) -> None:
    test = press(open_points(epochs="3", pace="0"), "Start")
    until_state(real_server, State.DONE)
    sound(test.number_input(key="seed").set_value(1).run())
    assert shown(test)["job"] is None
    assert shown(test)["net"]["layers"] != untrained(DEFAULT)["layers"]
    sound(test.number_input(key="seed").set_value(0).run())
    assert shown(test)["job"] == status(real_server).job


def test_a_setting_that_is_changed_ends_the_run_it_does_not_fit(
    open_points: Open, real_server: Server
) -> None:
    test = press(open_points(**LONG), "Start")
    sound(test.selectbox(key="data").set_value("moons").run())
    until_state(real_server, State.STOPPED)
    assert shown(test)["job"] is None
    assert len(shown(test)["net"]["layers"]) == 2


# -- what acts at once --------------------------------------------------------------------------


def test_the_learning_rate_and_the_speed_act_on_the_run(
    open_points: Open, real_server: Server
) -> None:
    test = press(open_points(**LONG), "Start")
    until(lambda: status(real_server).step > 0)
    turn_rate(test, 0.02)
    until(lambda: status(real_server).rate == 0.02)
    sound(test.selectbox(key="pace").set_value("3").run())
    assert status(real_server).pace == 3.0
    assert [item.name for item in status(real_server).interventions] == ["learning_rate"]
    assert shown(test)["job"] == status(real_server).job
    assert shown(test)["hint"] == ""
    press(sound(test.run()), "Stop")
    until_state(real_server, State.STOPPED)
    assert shown(sound(test.run()))["job"] == status(real_server).job


# -- hands at the network -----------------------------------------------------------------------


def test_a_weight_that_is_set_before_a_run_begins_one_that_waits(
    open_points: Open, real_server: Server
) -> None:
    test = open_points(seed="5")
    hand(test, "edit", name="weight:0:1:0", value=2.5, serial=1)
    until_state(real_server, State.PAUSED, step=0)
    until(lambda: net(real_server)["layers"][0]["w"][1][0] == 2.5)
    assert enabled(sound(test.run())) >= {"Resume", "One step"}
    hand(test, "edit", name="bias:1:0", value=-1.0, serial=2)
    until(lambda: net(real_server)["layers"][1]["b"][0] == -1.0)
    changes = [(item.step, item.name) for item in status(real_server).interventions]
    assert changes == [(0, "weight:0:1:0"), (0, "bias:1:0")]


def test_an_edit_of_what_is_shown_first_goes_on_from_its_end(
    open_points: Open, real_server: Server
) -> None:
    test = open_points()
    shot = recorded(DEFAULT)["net"]
    hand(test, "edit", name="bias:0:1", value=1.25, serial=1)
    until_state(real_server, State.PAUSED, step=shot["step"])
    until(lambda: net(real_server)["layers"][0]["b"][1] == 1.25)
    expected = json_copy(shot["layers"])
    expected[0]["b"][1] = 1.25
    assert net(real_server)["layers"] == expected
    assert shown(sound(test.run()))["job"] == status(real_server).job
    assert test.number_input(key="epochs").value > recorded(DEFAULT)["epochs"]
    press(test, "Resume")
    until(lambda: status(real_server).step > shot["step"])


def json_copy(layers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"w": [list(row) for row in layer["w"]], "b": list(layer["b"]), "g": layer["g"]}
        for layer in layers
    ]


def test_an_edit_of_a_run_that_is_done_keeps_what_was_done_to_it(
    open_points: Open, real_server: Server
) -> None:
    test = open_points(epochs="3", pace="0")
    hand(test, "edit", name="weight:0:0:0", value=0.5, serial=1)
    until_state(real_server, State.PAUSED, step=0)
    press(sound(test.run()), "Resume")
    until_state(real_server, State.DONE)
    end = net(real_server)
    hand(sound(test.run()), "edit", name="bias:1:0", value=3.0, serial=2)
    until_state(real_server, State.PAUSED, step=end["step"])
    until(lambda: net(real_server)["layers"][1]["b"][0] == 3.0)
    assert net(real_server)["layers"][0] == end["layers"][0]
    names = [item.name for item in status(real_server).interventions]
    assert names == ["weight:0:0:0", "bias:1:0"]


@pytest.mark.parametrize(
    "told",
    [
        {"name": "weight:9:0:0", "value": 1.0},
        {"name": "<script>", "value": 1.0},
        {"name": "bias:0:0", "value": "x"},
        {"name": "bias:0:0", "value": float("nan")},
        {"name": "bias:0:0", "value": 1e9},
        {"name": "bias:0:0"},
        {},
    ],
)
def test_an_edit_that_is_none_is_a_sentence_and_no_run(
    open_points: Open, real_server: Server, told: dict[str, Any]
) -> None:
    test = hand(open_points(), "edit", **told)
    assert real_server.visitors.get(MINE).points_job is None
    assert len(test.warning) == 1
    assert test.warning[0].value.rstrip("\\").endswith(".")


def test_layers_that_are_changed_at_the_network_are_a_setting(
    open_points: Open, real_server: Server
) -> None:
    test = press(open_points(**LONG), "Start")
    hand(sound(test.run()), "shape", hidden="4tanh-2relu", serial=1)
    assert test.text_input(key="hidden").value == "4tanh-2relu"
    assert test.query_params["hidden"] == "4tanh-2relu"
    until_state(real_server, State.STOPPED)
    assert [len(layer["b"]) for layer in shown(test)["net"]["layers"]] == [4, 2, 1]
    hand(test, "shape", hidden="", serial=2)
    assert [len(layer["b"]) for layer in shown(test)["net"]["layers"]] == [1]
    assert test.query_params["hidden"] == "none"
    hand(test, "shape", hidden="99tanh", serial=3)
    assert len(test.warning) == 1


def test_painted_points_are_a_setting_and_are_learnt(
    open_points: Open, real_server: Server
) -> None:
    test = open_points(data="painted", pace="0", epochs="50")
    assert enabled(test) == set()
    points = [[-2 + side / 10, 2 * label - 2, label] for label in range(3) for side in range(10)]
    hand(test, "painted", points=points, serial=1)
    scene = shown(test)["scene"]
    assert scene["task"] == "classes"
    assert len(scene["train"]) + len(scene["test"]) == 30
    again = open_points(**test.query_params)
    assert shown(again)["scene"] == scene
    press(test, "Start")
    until_state(real_server, State.DONE)
    spec = status(real_server).spec
    assert isinstance(spec, PointsSpec)
    assert len(spec.data.painted) == 30
    assert real_server.executor.poll(status(real_server).job, -1)[1].scores[-1][2] > 0.6
    hand(test, "painted", points=[], serial=2)
    assert shown(test)["scene"]["train"] == []


def test_painted_points_survive_the_address_and_a_strangers_browser_gets_no_further() -> None:
    points = ((-3.0, 3.0, 0), (0.0, -0.01, 3), (2.57, 1.13, 2))
    assert from_address(as_address(points)) == points
    many = tuple((-3 + at % 600 / 100, at / 200, at % 4) for at in range(400))
    rounded = tuple((round(x, 2), round(y, 2), label) for x, y, label in many)
    assert from_address(as_address(rounded)) == rounded
    assert len(as_address(rounded)) <= 1600
    for text in ("A", "AAAAAA", "____", "AAAA" * 401, "é"):
        with pytest.raises(ValueError, match="point"):
            from_address(text)
    odd = [[0, 0, 0], [9, 0, 0], [0, 0], "x", None, [0, 0, 7], [float("nan"), 0, 1], [1, 1, 1.5]]
    assert from_browser({"points": odd}) == ((0.0, 0.0, 0),)
    for none in (None, {}, {"points": 3}, "x"):
        assert from_browser(none) == ()


def test_the_untrained_network_is_that_of_the_run() -> None:
    hidden = PointsNet.hidden_from("3relu-2tanh")
    spec = PointsSpec(net=PointsNet(("x2", "x1x2"), hidden, "he"))
    assert PointsRecorder(spec)._net() == untrained(spec)
