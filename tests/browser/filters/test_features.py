"""The readout in a real browser: recorded at once, another set of pictures, progress and Stop."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import visit

DRAWN = 60_000  # ms, on a busy machine


def chart(page: Page):
    return page.locator(".js-plotly-plot").first


def opened(page: Page, path: str) -> Page:
    visit(page, path)
    expect(chart(page).locator(".main-svg").first).to_be_visible(timeout=DRAWN)
    return page


@pytest.mark.acceptance
def test_other_pictures_are_chosen_and_the_chart_is_saved(page):
    opened(page, "/filters?view=features")
    expect(page.get_by_text("reads them best from")).to_contain_text("99.3 %")
    box = chart(page).bounding_box()
    assert box["y"] + box["height"] <= 720  # on one projected screen
    page.get_by_role("combobox", name=re.compile("Pictures")).click()
    page.get_by_role("option", name="Photograph crops").click()
    expect(page.get_by_text("Transfer: Photograph crops")).to_be_visible(timeout=DRAWN)
    expect(page.get_by_text("reads them best from")).to_contain_text("photographs")
    expect(page).to_have_url(re.compile("on=photo_crops"))
    page.reload()
    expect(page.get_by_text("Transfer: Photograph crops")).to_be_visible(timeout=DRAWN)
    chart(page).hover()
    with page.expect_download() as download:
        page.locator('[data-title="Download plot as a PNG"]').click()
    assert download.value.suggested_filename == "readout-creatures_cnn-photo_crops-100.png"
    assert download.value.path().read_bytes().startswith(b"\x89PNG")


@pytest.mark.acceptance
def test_reading_can_be_stopped_and_taken_up_again(page):
    page.goto("/filters?view=features&learnt=200")  # which no other test asks for
    page.get_by_role("button", name="Stop", exact=True).click(timeout=60_000)
    expect(page.get_by_text("Stopped after")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("seen 200 creatures")).to_be_visible(timeout=240_000)


@pytest.mark.acceptance
@pytest.mark.parametrize("dark", [False, True])
def test_on_a_telephone(new_page, dark):
    page = opened(new_page(width=390, height=844, dark=dark), "/filters?view=features")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert chart(page).bounding_box()["width"] >= 300
