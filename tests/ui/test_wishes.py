"""A press of Start counts for the page it was made on, and for nothing later."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.ui.server import Server
from tests.ui.conftest import PAGES, become

ME = "A" * 22
SCRIPT = f"""
import runpy

import streamlit as st

page = st.radio("page", ["training", "points"], key="page")
runpy.run_path(f"{PAGES}/{{page}}.py")
"""
HOLDS = {"training": "job", "points": "points_job"}
Visit = Callable[[str], AppTest]


@pytest.fixture
def visit(real_server: Server, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Both pages in one session, opened at one of them."""
    monkeypatch.setattr("dlviz.ui.engine.need_torch", lambda _lab: None)
    become(monkeypatch, lambda: real_server.visitors.get(ME))
    monkeypatch.setattr("dlviz.ui.console.visitor_id", lambda: (ME, True))

    def run(page: str) -> AppTest:
        test = AppTest.from_string(SCRIPT, default_timeout=60)
        test.session_state["page"] = page
        return sound(test.run())

    return run


def sound(test: AppTest) -> AppTest:
    assert not test.exception, test.exception
    return test


def press(test: AppTest, label: str) -> None:
    (found,) = [item for item in test.button if item.label == label]
    found.click()


def jobs(server: Server) -> set[str]:
    """The pages that hold a run."""
    mine = server.visitors.get(ME)
    return {page for page, name in HOLDS.items() if getattr(mine, name)}


@pytest.mark.parametrize("label", ["Start", "Repeat with 5 seeds"])
@pytest.mark.parametrize("page", HOLDS)
def test_a_press_that_comes_together_with_the_way_to_another_page_starts_nothing(
    visit: Visit, real_server: Server, page: str, label: str
) -> None:
    (other,) = set(HOLDS) - {page}
    test = visit(page)
    press(test, label)
    test.radio(key="page").set_value(other)
    sound(test.run())
    assert not jobs(real_server)
    test.radio(key="page").set_value(page)
    sound(test.run())
    assert not jobs(real_server), "opening a page starts no run"


@pytest.mark.parametrize("page", HOLDS)
def test_a_press_starts_one_run_on_its_own_page(
    visit: Visit, real_server: Server, page: str
) -> None:
    test = visit(page)
    press(test, "Start")
    sound(test.run())
    assert jobs(real_server) == {page}
    first = getattr(real_server.visitors.get(ME), HOLDS[page])
    sound(test.run())
    assert getattr(real_server.visitors.get(ME), HOLDS[page]) == first
