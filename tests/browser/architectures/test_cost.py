"""Accuracy and cost in a real browser: a mark of the chart is clicked, the box can go back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import visit


@pytest.mark.acceptance
def test_a_mark_is_chosen_by_a_click_and_again_after_the_box(page: Page) -> None:
    visit(page, "/architectures?part=cost")
    expect(page.get_by_text("VGG16 (2014): 71.6 % right")).to_be_visible()
    chains = page.locator(".scatterlayer .trace").nth(1)  # the first one is the front

    def click_alexnet() -> None:
        box = chains.locator(".point").first.bounding_box()
        assert box
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page.get_by_text("AlexNet (2012): 56.5 % right")).to_be_visible()

    click_alexnet()
    expect(page).to_have_url(re.compile("marked=alexnet"))
    page.get_by_role("combobox", name="Network").click()
    page.get_by_role("option", name="VGG11", exact=True).click()
    expect(page.get_by_text("VGG11 (2014): 69.0 % right")).to_be_visible()
    click_alexnet()
    page.get_by_role("button", name="See its layers").click()
    expect(page.get_by_text("AlexNet, 2012", exact=True).first).to_be_visible(timeout=60_000)
