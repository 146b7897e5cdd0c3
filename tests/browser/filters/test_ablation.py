"""Ablation in a real browser: the recorded table is there, rows are trained with progress."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import visit

DRAWN = 60_000  # ms, on a busy machine


def opened(page: Page, path: str) -> Page:
    visit(page, path)
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=DRAWN)
    return page


@pytest.mark.acceptance
def test_rows_are_trained_here_with_progress(page):
    opened(page, "/filters?view=ablation&net=digits&rows=without-2-3&seeds=1")
    table = page.locator(".st-key-ablation_table")
    expect(table.get_by_role("row")).to_have_count(9)
    box = table.get_by_role("table").bounding_box()
    assert box["y"] + box["height"] <= 720  # the table and the chart on one projected screen
    expect(page.get_by_text("◆")).to_have_count(0)
    page.get_by_role("button", name="Run it here").click()
    expect(page.get_by_role("progressbar").first).to_be_visible(timeout=DRAWN)
    expect(table.get_by_role("row").filter(has_text="◆")).to_have_count(1, timeout=90_000)
    expect(table.get_by_role("row").filter(has_text="◆")).to_contain_text("Without layers 2 and 3")
    expect(page).to_have_url(re.compile("rows=without-2-3"))


@pytest.mark.acceptance
@pytest.mark.parametrize("dark", [False, True])
def test_on_a_telephone(new_page, dark):
    page = opened(new_page(width=390, height=844, dark=dark), "/filters?view=ablation")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".js-plotly-plot").bounding_box()["width"] >= 300
