"""Two tabs of one visitor: what one does to a run of the other is told in both."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner_utils.exceptions import StopException
from streamlit.testing.v1 import AppTest

from dlviz.runs.jobs import State
from dlviz.ui.console import BEGUN_ELSEWHERE, ENDED_ANOTHERS
from dlviz.ui.server import Server
from tests.ui.points_page import Open, press, shown, sound, status

LONG = {"pace": "1", "epochs": "5000"}


def told(test: AppTest) -> list[str]:
    return [item.value for item in test.toast]


def test_a_start_that_ends_another_tabs_run_says_so(open_points: Open, real_server: Server) -> None:
    here, there = open_points(**LONG), open_points(**LONG)
    press(here, "Start")
    first = status(real_server).job
    assert told(here) == []
    press(there, "Start")
    second = status(real_server)
    assert second.job != first
    assert second.state in (State.QUEUED, State.RUNNING)
    assert told(there) == [ENDED_ANOTHERS]
    assert told(sound(there.run())) == []
    sound(here.run())
    assert shown(here)["job"] == second.job
    assert told(here) == [BEGUN_ELSEWHERE]
    assert told(sound(here.run())) == []
    press(here, "Start anew")  # it was on the screen: nobody is surprised
    assert told(here) == []


def test_news_that_a_rerun_cut_off_are_told_by_the_next(
    open_points: Open, real_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = open_points(**LONG), open_points(**LONG)
    press(here, "Start")
    toast, calls = st.toast, []

    def cut_off_once(*texts: str, **how: str) -> object:
        calls.append(texts)
        if len(calls) == 1:
            raise StopException  # as Streamlit does where a newer run of the script waits
        return toast(*texts, **how)

    monkeypatch.setattr(st, "toast", cut_off_once)
    press(there, "Start")
    assert told(there) == []
    assert told(there.run()) == [ENDED_ANOTHERS]
    assert told(sound(there.run())) == []


def test_a_run_that_is_seen_when_a_tab_opens_is_no_news(open_points: Open) -> None:
    press(open_points(**LONG), "Start")
    other = open_points(**LONG)
    assert told(other) == []
    assert shown(other)["job"]
    press(other, "Start anew")
    press(other, "Start anew")
    assert told(other) == []


def test_a_run_that_has_ended_is_not_ended_again(open_points: Open, real_server: Server) -> None:
    here, there = open_points(**LONG), open_points(**LONG)
    press(press(here, "Start"), "Stop")
    press(there, "Start")
    assert told(there) == []
    assert status(real_server).state is not State.STOPPED


def test_a_run_of_another_tab_is_told_of_when_it_comes_into_view(open_points: Open) -> None:
    here, there = open_points(**LONG), open_points(**LONG)
    press(here, "Start")
    assert told(sound(there.run())) == [BEGUN_ELSEWHERE]
    press(there, "Start anew")
    assert told(there) == []
