"""The panel of 24 starts: on a switch, counted, in order, one to take; lines of two units."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.points import restarts as engine
from dlviz.core.points.restarts import STARTS, ranked, restarts, told
from dlviz.core.points.specs import PointsData, PointsNet, PointsSpec, PointsTrain
from dlviz.ui import restarts as panel
from dlviz.ui import steps
from dlviz.ui.rate_finder import Crowd

PAGE = """
import streamlit as st

from dlviz.core.points.specs import PointsSpec
from dlviz.ui.address import begin
from dlviz.ui.restarts import restarts_panel

begin("points")
restarts_panel(PointsSpec.from_json(st.session_state["given"]), st.session_state["mistake"])
st.caption("the page goes on")
"""
XOR = PointsSpec(
    PointsData("xor", count=60),
    PointsNet(hidden=PointsNet.hidden_from("2tanh")),
    PointsTrain(epochs=20, seed=3, learning_rate=0.3),
)
Show = Callable[..., AppTest]


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Show:
    """The panel with its starts: no clock ticks under AppTest, so they are one slice of work."""
    monkeypatch.setattr(panel, "in_slices", partial(steps.in_slices, brief=60))

    def run(spec: PointsSpec = XOR, mistake: str = "", starts: str = "1") -> AppTest:
        test = AppTest.from_string(PAGE, default_timeout=60)
        test.session_state["given"], test.session_state["mistake"] = spec.to_json(), mistake
        if starts:
            test.query_params["starts"] = starts
        return sound(test.run())

    return run


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    assert [item.value for item in test.caption][-1] == "the page goes on"
    return test


def words(test: AppTest) -> str:
    return "\n".join(item.value for item in test.markdown)


def pictures(test: AppTest) -> list[str]:
    return [item.value for item in test.get("html") if "two-lines" in item.value]


def tiles_of(test: AppTest) -> dict:
    found = [item.proto for item in test.get("bidi_component")]
    (proto,) = [item for item in found if "tiles" in item.component_name]
    return json.loads(proto.json)


def test_nothing_is_trained_before_the_switch_is_on(show, monkeypatch) -> None:
    monkeypatch.setattr(panel, "trying", lambda _spec: pytest.fail("trained"))
    test = show(starts="")
    assert test.toggle[0].label == f"Train from {STARTS} starts"
    assert "solve it" not in words(test)
    test = show(mistake="The perceptron's rule trains no hidden layer.")
    assert test.toggle[0].disabled
    assert "solve it" not in words(test)


def test_starts_whose_numbers_overflow_are_shown_too(show) -> None:
    """Their last weights can still be numbers where what they say of the plane is none."""
    net = PointsNet(hidden=PointsNet.hidden_from("8linear-8linear-8linear"), initialisation="large")
    train = PointsTrain(learning_rate=1.0, batch_size=0, epochs=5)
    test = show(PointsSpec(PointsData("circle", count=20, share=0.5), net, train))
    assert f"of {STARTS} starts solve it" in words(test)


def test_all_starts_are_counted_and_shown_best_first(show) -> None:
    test = show()
    starts = ranked(list(restarts(XOR)))
    assert f"**{told(starts)}**: at least 95 % of the held-out points right" in words(test)
    given = tiles_of(test)
    assert [int(text.partition(":")[0]) for text in given["texts"]] == [s.seed for s in starts]
    assert sum(text.endswith("✓") for text in given["texts"]) == sum(s.solved for s in starts)
    assert given["pick"]
    assert given["selected"] == [start.seed for start in starts].index(3)


def test_two_units_draw_their_lines_own_start_first(show) -> None:
    test = show()
    assert len([line for line in words(test).splitlines() if line.startswith("unit ")]) == 4
    own = next(start for start in restarts(XOR, [3]))
    assert f"Seed 3 {'solves it' if own.solved else 'does not solve it'}" in words(test)
    for hidden in ("3tanh", "2tanh-2tanh"):
        net = PointsNet(hidden=PointsNet.hidden_from(hidden))
        assert "unit 1" not in words(show(PointsSpec(XOR.data, net, XOR.train)))


def test_the_same_settings_are_trained_once_whatever_the_seed(show, monkeypatch) -> None:
    test = show()
    monkeypatch.setattr(panel, "trying", lambda _spec: pytest.fail("trained again"))
    other = PointsSpec(XOR.data, XOR.net, PointsTrain(epochs=20, seed=8, learning_rate=0.3))
    test.session_state["given"] = other.to_json()
    sound(test.run())
    assert tiles_of(test)["texts"][tiles_of(test)["selected"]].startswith("8:")


def test_stop_acts_within_the_first_start(show, monkeypatch) -> None:
    monkeypatch.setattr(engine, "BREATH", 20)
    test = AppTest.from_string(PAGE, default_timeout=60)
    test.session_state["given"], test.session_state["mistake"] = XOR.to_json(), ""
    test.session_state["stopped starts"] = True
    test.query_params["starts"] = "1"
    sound(test.run())
    assert f"Stopped after **0 of {STARTS}** starts." in words(test)
    test.button(key="go on starts").click()
    assert "starts solve it" in words(sound(test.run()))


def test_too_few_points_are_a_sentence(show) -> None:
    spec = PointsSpec(PointsData("painted", painted=((0.0, 0.0, 0), (1.0, 1.0, 1))))
    test = show(spec)
    assert len(test.warning) == 1
    assert [button.label for button in test.button] == ["Try again"]


def test_a_full_house_is_told(show, monkeypatch) -> None:
    monkeypatch.setattr(panel, "_crowd", Crowd(0))
    assert "try again in a moment" in show().warning[0].value
