"""What the tests of the points page share: the page, with buttons in place of its canvas."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from dlviz.runs.jobs import State, Status
from dlviz.ui.server import Server
from tests.runs.studio import until

PAGE = Path(__file__).resolve().parents[2] / "pages" / "points.py"
# AppTest has no canvas: what a hand does there is a button here. ``TOLD`` is what it would send.
HANDS = """
import dlviz.ui.points_events as hands
from dlviz.ui.points_edits import take_edit
st.button("hand: edit", on_click=lambda: take_edit(PointsConsole(chosen)))
st.button("hand: shape", on_click=hands.reshape)
st.button("hand: painted", on_click=hands.paint)
"""
TOLD: dict[str, Any] = {}
MINE = "A" * 22
Open = Callable[..., AppTest]


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    return test


def shown(test: AppTest) -> dict[str, Any]:
    """What the component was given."""
    (view,) = [item for item in test.get("bidi_component") if "dlviz_points" in str(item.proto)]
    return dict(json.loads(view.proto.json))


def press(test: AppTest, label: str) -> AppTest:
    (found,) = [item for item in test.button if item.label == label]
    assert not found.disabled
    return sound(found.click().run())


def enabled(test: AppTest) -> set[str]:
    known = {"Start", "Start anew", "Pause", "Resume", "One step", "Rewind", "Stop"}
    return {item.label for item in test.button if not item.disabled and item.label in known}


def status(server: Server) -> Status:
    job = server.visitors.get(MINE).points_job
    assert job is not None
    return server.executor.status(job)


def until_state(server: Server, state: State, *, step: int | None = None) -> None:
    until(lambda: status(server).state is state and step in (None, status(server).step))


def hand(test: AppTest, what: str, /, **value: Any) -> AppTest:
    """Edit, shape or paint as a browser's component would."""
    TOLD[what] = value
    return press(test, f"hand: {what}")


def turn_rate(test: AppTest, value: float) -> AppTest:
    (found,) = [item for item in (*test.select_slider, *test.number_input) if item.key == "rate"]
    return sound(found.set_value(value).run())
