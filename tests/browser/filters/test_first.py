"""The first-layer view in a real browser: both walls are drawn, a comparison is one click away."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import visit


@pytest.mark.acceptance
def test_both_layers_are_drawn_and_a_repair_is_compared(page: Page) -> None:
    visit(page, "/filters?view=first")
    walls = page.locator(".tiles")
    expect(walls).to_have_count(2, timeout=60_000)
    expect(walls.nth(0).locator("canvas")).to_have_count(48)
    expect(walls.nth(1).locator("canvas")).to_have_count(96)
    box = walls.nth(0).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 760  # the last row of filters is in sight
    model = page.get_by_role("combobox", name="Model")
    expect(model).to_be_visible()
    page.get_by_role("combobox", name=re.compile("Show")).click()
    page.get_by_role("option", name="11×11 against 7×7").click()
    expect(page.get_by_text("Krizhevsky’s first layer looks through 11×11")).to_be_visible()
    expect(model).to_have_count(0)  # no model to choose: the keyboard does not get there either
    expect(walls).to_have_count(4, timeout=60_000)
    expect(page).to_have_url(re.compile(r"compare=stride"))
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
