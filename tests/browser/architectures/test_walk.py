"""Architectures in a real browser: a year is chosen, a block is opened, the address follows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driver import visit


def test_from_the_timeline_into_a_network(page):
    visit(page, "/architectures?event=zip_codes")
    line = page.get_by_role("listbox", name="Milestones")
    line.press("ArrowRight")
    expect(page.get_by_role("heading", name="1998: LeNet-5")).to_be_visible()
    expect(page).to_have_url(re.compile("event=lenet5"))
    page.get_by_role("button", name="Look at it, layer by layer").click()
    strip = page.get_by_role("listbox", name="Blocks of the network")
    expect(strip).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Block before").click()
    expect(
        page.get_by_text("48 numbers").or_(page.get_by_text("4. 2×2 average pool")).first
    ).to_be_visible()
    expect(page).to_have_url(re.compile("block=4"))


@pytest.mark.acceptance
@pytest.mark.parametrize("part", ["timeline", "imagenet", "net", "pair", "cost"])
def test_every_view_fits_a_telephone(new_page, part):
    page = visit(new_page(width=390, height=844, dark=True), f"/architectures?part={part}")
    expect(page.locator("svg").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
