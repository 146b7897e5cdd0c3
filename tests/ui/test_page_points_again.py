"""The points page: runs that go on, start over or are opened by a link, and stay what they were."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.points.specs import MAX_CHANGES, PointsChange, PointsSpec
from dlviz.core.specs import SpecError, packed_link
from dlviz.runs.jobs import FullError, State
from dlviz.runs.points import PointsRecorder
from dlviz.ui.points_log import changes_in_words, log_text, with_log
from dlviz.ui.points_scene import recorded
from dlviz.ui.points_setup import DEFAULT
from dlviz.ui.server import Server
from tests.runs.studio import until
from tests.ui.points_page import Open, hand, press, shown, sound, status, turn_rate, until_state

SHORT = {"pace": "0", "epochs": "3"}  # 63 steps
SLOW = {"pace": "1", "epochs": "5000"}  # 21 steps a second


def changes(server: Server) -> list[tuple[int, str, float]]:
    return [(item.step, item.name, item.value) for item in status(server).interventions]


def numbers(server: Server) -> list[tuple[int, float, float, float]]:
    """The whole curve, to the last bit."""
    return server.executor.poll(status(server).job, -1)[1].steps


def link(test: AppTest) -> dict[str, str]:
    """Where "Link to this run" leads."""
    (found,) = [item.value for item in test.markdown if "Link to this run" in item.value]
    return dict(parse_qsl(found.partition("](?")[2].rstrip(")")))


# -- going on -------------------------------------------------------------------------------------


def test_an_edit_after_five_seeds_goes_on_with_the_run_that_is_shown(
    open_points: Open, real_server: Server
) -> None:
    test = press(open_points(**SHORT), "Repeat with 5 seeds")
    until_state(real_server, State.DONE)
    hand(sound(test.run()), "edit", name="bias:0:0", value=2.0, serial=1)
    until_state(real_server, State.PAUSED, step=63)
    assert status(real_server).spec.train.seed == 4
    assert test.number_input(key="seed").value == 4
    assert shown(sound(test.run()))["job"] == status(real_server).job


def test_a_run_that_can_have_no_more_epochs_says_so(open_points: Open, real_server: Server) -> None:
    test = press(open_points(pace="0", epochs="5000", count="20", batch="0"), "Start")
    until_state(real_server, State.DONE)
    job = status(real_server).job
    hand(sound(test.run()), "edit", name="bias:0:0", value=2.0, serial=7)
    assert status(real_server).job == job
    assert "epochs that there can be" in test.warning[0].value
    assert shown(test)["refused"] == 7


def test_a_number_that_is_refused_is_taken_back_from_the_picture(
    open_points: Open, real_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = press(open_points(**SHORT), "Start")
    until_state(real_server, State.DONE)
    sound(test.run())
    assert shown(test)["refused"] is None

    def full(*_: object, **__: object) -> str:
        raise FullError("The server is full.", 1.0)

    monkeypatch.setattr(real_server.executor, "submit", full)
    hand(test, "edit", name="bias:0:0", value=2.0, serial=11)
    assert [item.value for item in test.warning] == ["The server is full."]
    assert shown(test)["refused"] == 11
    hand(test, "edit", name="bias:9:0", value=2.0, serial="x")
    assert shown(test)["refused"] is None


def test_what_a_hand_does_on_the_way_back_is_not_logged_in_its_middle(
    open_points: Open, real_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = open_points()
    entries = PointsRecorder._entries

    def slowly(self):  # the way back takes its time
        for entry in entries(self):
            until(lambda: True)
            __import__("time").sleep(0.0005)
            yield entry

    monkeypatch.setattr(PointsRecorder, "_entries", slowly)
    hand(test, "edit", name="bias:0:1", value=1.0, serial=1)
    end = recorded(DEFAULT)["step"]
    until(lambda: 0 < status(real_server).step < end)
    hand(test, "edit", name="bias:0:1", value=2.0, serial=2)
    assert "wait until it is there" in test.warning[0].value
    assert shown(test)["refused"] == 2
    until_state(real_server, State.PAUSED, step=end)
    hand(test, "edit", name="bias:0:1", value=3.0, serial=3)
    assert changes(real_server) == [(end, "bias:0:1", 1.0), (end, "bias:0:1", 3.0)]


# -- the learning rate ----------------------------------------------------------------------------


def test_rewind_takes_the_control_back_to_the_rate_that_the_run_begins_with(
    open_points: Open, real_server: Server
) -> None:
    test = press(open_points(**SLOW), "Start")
    until(lambda: status(real_server).step > 0)
    turn_rate(sound(test.run()), 0.02)
    until(lambda: len(changes(real_server)) == 1)
    press(sound(test.run()), "Rewind")
    assert changes(real_server) == []
    assert test.session_state["rate"] == 0.1
    assert "rate" not in test.query_params
    assert shown(sound(test.run()))["job"] == status(real_server).job
    assert shown(test)["state"] == "paused"


def test_a_page_of_another_rate_says_that_the_run_is_not_its_own(
    open_points: Open, real_server: Server
) -> None:
    test = press(open_points(**SLOW), "Start")
    other = open_points(**SLOW, rate="0.5")
    assert shown(other)["job"] == status(real_server).job
    assert "other settings" in shown(other)["hint"]
    assert shown(sound(test.run()))["hint"] == ""


def test_a_series_outlives_a_rate_that_counts_for_the_next(
    open_points: Open, real_server: Server
) -> None:
    test = press(open_points(**SLOW), "Repeat with 5 seeds")
    until(lambda: status(real_server).step > 0)
    turn_rate(sound(test.run()), 0.02)
    assert not status(real_server).state.final
    assert test.session_state["rate"] in (0.02, 0.1)
    assert changes(real_server) == []


# -- a link to a run ------------------------------------------------------------------------------


def test_a_link_brings_back_a_run_with_all_that_was_done_to_it(
    open_points: Open, real_server: Server
) -> None:
    test = press(open_points(**SLOW, hidden="3tanh", seed="2"), "Start")
    until(lambda: status(real_server).step > 1)
    press(sound(test.run()), "Pause")
    until_state(real_server, State.PAUSED)
    assert not any("Link to" in item.value for item in test.markdown)
    hand(sound(test.run()), "edit", name="weight:0:2:1", value=-1 / 3, serial=1)
    turn_rate(test, 0.02)
    made = changes(real_server)
    assert [name for _, name, _ in made] == ["weight:0:2:1", "learning_rate"]
    step = made[-1][0]
    press(sound(test.run()), "One step")
    until_state(real_server, State.PAUSED, step=step + 1)
    first, address = numbers(real_server), link(sound(test.run()))
    assert address.items() >= {"hidden": "3tanh", "seed": "2", "rate": "0.1"}.items()
    assert "log" not in test.query_params

    again = open_points(**address)
    assert shown(again)["job"] == status(real_server).job  # it is this run
    press(again, "Start anew")
    until(lambda: status(real_server).step > step)
    assert changes(real_server) == made
    assert numbers(real_server)[: step + 1] == first
    assert shown(sound(again.run()))["hint"] == ""
    press(again, "Rewind")
    assert changes(real_server) == made
    assert again.query_params["log"] == address["log"]


def test_a_links_changes_are_told_and_one_can_do_without(
    open_points: Open, real_server: Server
) -> None:
    log = [PointsChange(3, "weight:0:1:0", 0.5), PointsChange(9, "learning_rate", 0.02)]
    test = open_points(**SHORT, log=log_text(log))
    assert "changes by hand" in shown(test)["hint"]
    assert any("from 1 to 2 0\\.5 after step 3" in item.value for item in test.markdown)
    press(test, "Without them")
    assert "log" not in test.query_params
    press(test, "Start")
    until_state(real_server, State.DONE)
    assert changes(real_server) == []
    # A link's run is not the one without its changes.
    assert shown(open_points(**SHORT, log=log_text(log)))["job"] is None


def test_other_settings_leave_a_links_changes_behind(open_points: Open) -> None:
    log = log_text([PointsChange(3, "weight:0:1:0", 0.5)])
    test = open_points(**SHORT, log=log)
    hand(test, "shape", hidden="1tanh", serial=1)
    assert "log" not in test.query_params
    assert not any("by hand" in item.value for item in test.markdown)
    hand(test, "shape", hidden="4tanh", serial=2)
    assert test.query_params["log"] == log


def damaged() -> dict[str, str]:
    return {
        "no text of ours": "%%%",
        "too long": "A" * 5000,
        "no list": packed_link("3"),
        "no change": packed_link("[[1,2]]"),
        "no number": packed_link('[[1,"learning_rate","x"]]'),
        "not finite": packed_link('[[1,"learning_rate",NaN]]'),
        "another network": packed_link('[[1,"weight:5:0:0",1]]'),
        "against the order": packed_link('[[2,"learning_rate",1],[1,"learning_rate",1]]'),
        "too many": packed_link(
            str([[1, "learning_rate", 1]] * (MAX_CHANGES + 1)).replace("'", '"')
        ),
        "a bomb": packed_link("[" * 10_000_000),
    }


@pytest.mark.parametrize("text", damaged().values(), ids=damaged())
def test_a_log_that_is_damaged_is_one_sentence_and_the_page_goes_on(
    open_points: Open, text: str
) -> None:
    test = open_points(log=text)
    assert len(test.info) == 1
    assert "changes by hand" in test.info[0].value
    assert shown(test)["recorded"]["state"] == "done"
    assert "log" not in test.query_params


def test_a_log_of_the_most_changes_survives_its_text() -> None:
    names = ("learning_rate", "weight:1:0:3", "bias:0:2")
    many = tuple(PointsChange(997 * at, names[at % 3], 1 / (at + 3)) for at in range(MAX_CHANGES))
    text = log_text(many)
    assert len(text) < 2000
    assert with_log(DEFAULT, text) == replace(DEFAULT, interventions=many)
    assert changes_in_words(PointsSpec(interventions=many)).endswith(f"{MAX_CHANGES - 3} more")
    with pytest.raises(SpecError):
        with_log(DEFAULT, text[:40])
