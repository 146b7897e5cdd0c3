"""The microscope's panel under AppTest: which update is taken apart."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.events import DivergedError, Step
from dlviz.core.points import walk
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import Hidden, PointsChange, PointsNet, PointsSpec, PointsTrain
from dlviz.runs.jobs import State
from dlviz.ui import microscope
from dlviz.ui.points_scene import recorded
from dlviz.ui.points_setup import DEFAULT
from dlviz.ui.steps import in_slices

SPEC = PointsSpec(train=PointsTrain(optimiser="adam", epochs=3, seed=4))


@dataclass
class Job:
    """What the panel asks of a job's status."""

    step: int
    job: str = "job"
    state: State = State.STOPPED
    interventions: tuple[PointsChange, ...] = ()


def page() -> None:
    import streamlit as st

    from dlviz.core.points.specs import PointsSpec
    from dlviz.ui.microscope import microscope_panel

    spec = PointsSpec.from_link(st.session_state["spec"])
    microscope_panel(spec, st.session_state["status"])


def opened(spec: PointsSpec, status: Job | None = None, **address: str) -> AppTest:
    test = AppTest.from_function(page, default_timeout=60)
    test.session_state["spec"] = spec.to_link()
    test.session_state["status"] = status
    for name, value in {"microscope": "1", **address}.items():
        test.query_params[name] = value
    return sound(test.run())


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    return test


def shown(test: AppTest) -> dict[str, Any]:
    """What the component was given."""
    (view,) = test.get("bidi_component")
    assert "dlviz_microscope" in str(view.proto)
    return dict(json.loads(view.proto.json))


def losses_of(spec: PointsSpec) -> list[float]:
    return [event.loss for event in PointsRun(spec) if isinstance(event, Step)]


def test_folded_away_it_computes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microscope, "dissected", lambda *_: pytest.fail("computed"))
    test = opened(SPEC, microscope="0")
    assert not test.toggle[0].value
    assert not test.number_input
    assert not test.get("bidi_component")


def test_it_shows_the_update_that_comes_next() -> None:
    losses = losses_of(SPEC)
    assert shown(opened(SPEC))["before"][0] == pytest.approx(losses[0], rel=1e-8)
    test = opened(SPEC, Job(step=30))
    assert shown(test)["before"][0] == pytest.approx(losses[30], rel=1e-8)
    assert test.number_input[0].value is None
    assert "update" not in test.query_params


def test_it_follows_the_run_and_can_be_sent_back() -> None:
    test = opened(SPEC, Job(step=5))
    test.session_state["status"] = Job(step=6)
    assert shown(sound(test.run()))["step"] == 6
    test.number_input[0].set_value(3)
    assert shown(sound(test.run()))["step"] == 2
    assert test.query_params["update"] == "3"
    test.session_state["status"] = Job(step=7)
    assert shown(sound(test.run()))["step"] == 2
    test.number_input[0].set_value(None)
    assert shown(sound(test.run()))["step"] == 7
    assert "update" not in test.query_params


def test_an_update_that_is_not_there_gets_a_sentence() -> None:
    for wrong in ("0", "100000000000", "next", "-1", "²"):
        test = opened(SPEC, update=wrong)
        assert "the update is a number from 1 to 63" in test.info[0].value
        assert shown(test)["step"] == 0


class Executor:
    """Has one job, which has gone on since it was asked last."""

    def status(self, job: str) -> Job:
        return Job(step=9, job=job, state=State.PAUSED)


class Gone:
    def status(self, job: str) -> Job:
        raise KeyError(job)


@pytest.mark.parametrize(("executor", "step"), [(Executor(), 9), (Gone(), 4)])
def test_a_paused_run_is_looked_at_as_it_is_by_now(
    monkeypatch: pytest.MonkeyPatch, executor: Executor | Gone, step: int
) -> None:
    monkeypatch.setattr(microscope, "server", lambda: SimpleNamespace(executor=executor))
    assert shown(opened(SPEC, Job(step=4, state=State.PAUSED)))["step"] == step


def test_a_link_opens_its_update_without_a_run() -> None:
    test = opened(SPEC, update="12")
    assert shown(test)["step"] == 11
    assert test.number_input[0].max == len(losses_of(SPEC))


def test_what_hands_have_changed_counts() -> None:
    changed = (SPEC.change(4, "weight:0:1:0", 2.5), SPEC.change(6, "learning_rate", 0.7))
    data = shown(opened(SPEC, Job(step=9, interventions=changed)))
    losses = losses_of(replace(SPEC, interventions=changed))
    assert data["before"][0] == pytest.approx(losses[9], rel=1e-8)
    assert data["rate"] == 0.7


def test_of_the_pages_own_settings_it_goes_on_from_the_recorded_run() -> None:
    data = shown(opened(DEFAULT))
    assert data["step"] == recorded(DEFAULT)["step"] > 0


def test_what_diverged_gets_a_sentence() -> None:
    hopeless = PointsSpec(
        net=PointsNet(hidden=(Hidden(8, "relu"),) * 3, initialisation="large"),
        train=PointsTrain(learning_rate=10.0, l2=10.0, epochs=50),
    )
    test = opened(hopeless, Job(step=400))
    assert "stopped being a number" in test.info[0].value
    assert not test.get("bidi_component")
    test.number_input[0].set_value(1)
    assert shown(sound(test.run()))["step"] == 0


def forget() -> None:
    for memory in (microscope._task, microscope.dissected, walk._trail):
        memory.cache_clear()


def test_walking_back_gives_the_same_numbers() -> None:
    forget()
    there = microscope.dissected(SPEC, 8)
    microscope.dissected(SPEC, 20)
    microscope.dissected.cache_clear()
    assert microscope.dissected(SPEC, 8) == there


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page has no time for more than ten updates."""
    monkeypatch.setattr(walk, "STRIDE", 10)
    monkeypatch.setattr(microscope, "in_slices", partial(in_slices, brief=0.0))
    forget()


@pytest.mark.usefixtures("slow")
def test_a_long_way_shows_progress_beside_what_was_there_before() -> None:
    test = opened(SPEC)
    assert shown(test)["step"] == 0
    assert not test.button
    test.number_input[0].set_value(46)
    sound(test.run())
    assert [button.label for button in test.button] == ["Stop"]
    assert shown(test)["step"] == 0
    other = opened(SPEC, update="47")
    assert [button.label for button in other.button] == ["Stop"]
    assert not other.get("bidi_component")


@pytest.mark.usefixtures("slow")
def test_who_stops_sees_the_update_that_was_reached_and_can_go_on() -> None:
    test = AppTest.from_function(page, default_timeout=60)
    test.session_state["spec"], test.session_state["status"] = SPEC.to_link(), None
    test.query_params.update({"microscope": "1", "update": "46"})
    test.session_state["stopped walk 45"] = True
    task = microscope._task(SPEC, 45)
    for _ in range(3):
        task.advance()
    sound(test.run())
    assert "Stopped after **20 of 45** updates." in [item.value for item in test.markdown]
    assert shown(test)["step"] == 20
    (button,) = test.button
    sound(button.click().run())
    assert [button.label for button in test.button] == ["Stop"]
    while not task.finished:
        task.advance()
    sound(test.run())
    assert shown(test)["step"] == 45
    assert not test.button


@pytest.mark.usefixtures("slow")
def test_a_way_that_ends_in_no_numbers_is_told_again() -> None:
    hopeless = replace(SPEC, train=PointsTrain(learning_rate=10.0, l2=10.0, epochs=100))
    task = microscope._task(hopeless, 899)
    with pytest.raises(DivergedError):
        deque(iter(task.advance, task), maxlen=0)  # no end but this one
    for _ in range(2):
        test = opened(hopeless, update="900")
        assert "stopped being a number" in test.info[0].value
        assert not test.button
