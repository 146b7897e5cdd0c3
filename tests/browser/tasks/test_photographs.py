"""Photographs on a telephone: whole, and a failed download that leaves its sentence."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import settle, visit


def test_no_picture_is_cut_off_on_a_telephone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, "/tasks?task=masks")
    pictures = page.get_by_test_id("stImage").locator("img")
    expect(pictures).to_have_count(2)
    for place in range(2):
        box = pictures.nth(place).bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 390
    expect(page.get_by_text("of 150 places")).to_be_visible()


@pytest.mark.acceptance
def test_what_is_here_instead_opens_in_place(page: Page) -> None:
    visit(page, "/tasks?task=photo")
    page.get_by_role("button", name="Many boxes: a detector that is here").click()
    expect(page.get_by_text("The shipped run")).to_be_visible()
    assert len(page.context.pages) == 1
    page.go_back()
    settle(page)
    expect(page.get_by_text("is not here yet")).to_be_visible()
