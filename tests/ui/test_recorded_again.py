"""What the points page shows without a run is a matter of its settings alone.

So a link, a reload, Back and a change that is taken back agree: the page's own settings come with
their recorded run, or with the visitor's own if there is one; all others begin untrained.
"""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.runs.jobs import State
from dlviz.ui.server import Server
from tests.ui.points_page import Open, hand, press, shown, sound, status, until_state


def look(test: AppTest) -> dict[str, object]:
    """All that the canvas is drawn from."""
    return {name: shown(test).get(name) for name in ("recorded", "net", "job", "hint", "scene")}


def test_a_layer_that_is_taken_out_and_put_in_again_leaves_the_page_as_it_opens(
    open_points: Open,
) -> None:
    test = open_points()
    fresh = look(test)
    assert "recorded" in str(fresh["hint"])
    hand(test, "shape", hidden="", serial=1)
    without = look(test)
    assert without["recorded"] is None
    assert without == look(open_points(hidden="none"))
    assert str(without["hint"]).startswith("Not trained yet")
    hand(test, "shape", hidden="4tanh", serial=2)
    assert look(test) == fresh == look(open_points())


@pytest.mark.parametrize("key", ["noise", "seed", "dropout"])
def test_so_does_a_number_that_is_set_back(open_points: Open, key: str) -> None:
    test = open_points()
    fresh, (found,) = look(test), [item for item in test.number_input if item.key == key]
    before = found.value
    sound(found.set_value(1 if key == "seed" else 0.5).run())
    assert look(test)["recorded"] is None
    (found,) = [item for item in test.number_input if item.key == key]
    sound(found.set_value(before).run())
    assert look(test) == fresh


def test_after_a_run_of_ones_own_it_is_that_one_which_comes_back(
    open_points: Open, real_server: Server
) -> None:
    test = press(open_points(pace="0", epochs="600"), "Start")
    until_state(real_server, State.DONE)
    job = status(real_server).job
    hand(sound(test.run()), "shape", hidden="", serial=1)
    assert look(test)["job"] is None
    hand(test, "shape", hidden="4tanh", serial=2)
    assert look(test)["job"] == job
    assert look(test)["recorded"] is None
