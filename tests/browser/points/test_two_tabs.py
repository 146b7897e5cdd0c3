"""Two tabs of one visitor, in a real browser: a run that one ends is told in both."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from dlviz.ui.console import BEGUN_ELSEWHERE, ENDED_ANOTHERS
from tests.browser.driver import visit
from tests.browser.points.conftest import part
from tests.browser.points.test_page import LONG, await_state, press, view


@pytest.mark.acceptance
def test_a_start_in_another_tab_is_told_in_both(new_page: Callable[..., Page]) -> None:
    here = visit(new_page(), LONG)
    there = visit(here.context.new_page(), LONG)
    for page in (here, there):
        expect(part(page, "message")).to_contain_text("Not trained yet")
    here.bring_to_front()
    press(here, "Start")
    await_state(here, "running")
    there.bring_to_front()
    press(there, "Start")
    expect(there.get_by_text(ENDED_ANOTHERS)).to_be_visible()
    await_state(there, "running")
    here.bring_to_front()
    expect(here.get_by_text(BEGUN_ELSEWHERE)).to_be_visible()
    expect(view(here)).to_have_attribute("data-state", "running")
    press(here, "Stop")
    await_state(here, "stopped")
    there.bring_to_front()
    await_state(there, "stopped")
