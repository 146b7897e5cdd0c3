"""Nothing jumps: what a run brings finds its place kept free."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import visit


def place(what: Locator) -> tuple[int, int]:
    """Where its upper left corner stands, in pixels."""
    box = what.bounding_box()
    assert box is not None
    return round(box["x"]), round(box["y"])


@pytest.mark.acceptance
@pytest.mark.parametrize("study", ["dropout", "initialisation"])
def test_the_progress_of_a_series_moves_no_chart(page: Page, study: str) -> None:
    visit(page, f"/experiments?study={study}")
    charts = page.locator(".js-plotly-plot")
    expect(charts).to_have_count(2)
    before = [place(chart) for chart in charts.all()]
    page.get_by_role("button", name=re.compile("^Run .* live")).click()
    expect(page.get_by_text(re.compile(r"Run \d+ of \d+: "))).to_be_visible()
    expect(page.get_by_text("No pair of yours")).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    assert [place(chart) for chart in charts.all()] == before
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name=re.compile("^Run .* live"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"Run \d+ of \d+: "))).to_have_count(0)
    assert [place(chart) for chart in charts.all()] == before


@pytest.mark.acceptance
def test_save_picture_of_a_taught_run_has_one_place(page: Page) -> None:
    visit(page, "/tasks?marked=parts&examples=32&rounds=1")
    save = page.get_by_role("button", name="Save picture")
    expect(page.get_by_text("Start trains one")).to_be_visible()
    before = place(save)
    page.get_by_role("button", name="Start").click()
    shown = page.locator(".taught")
    expect(shown).to_have_attribute("data-state", "done", timeout=60_000)
    expect(shown.locator("[data-part=message]")).to_have_text("")
    assert place(save) == before


LOWEST = """node => {
  const look = () => { window.lowest = Math.min(window.lowest ?? 1e9, node.offsetHeight); };
  new ResizeObserver(look).observe(node);
}"""


@pytest.mark.acceptance
def test_a_run_that_prepares_keeps_its_pictures_room(new_page: Callable[..., Page]) -> None:
    page = visit(new_page(width=390, height=844), "/tasks?task=segment")
    shown = page.locator(".taught")
    expect(shown.locator(".pictures canvas").first).to_be_visible()
    height = shown.evaluate("node => node.offsetHeight")
    shown.evaluate(LOWEST)
    page.get_by_role("button", name="Start").click()
    expect(shown).to_have_attribute("data-state", "running", timeout=60_000)
    expect(shown.locator(".pictures canvas").first).to_be_visible()
    assert page.evaluate("window.lowest") > height - 60  # a line of words may come and go
    page.get_by_role("button", name="Stop").click()
