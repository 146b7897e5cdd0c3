"""A drawing in a real browser: what the hand draws is what the network is asked about."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.driver import settle, visit


@pytest.mark.acceptance
def test_strokes_arrive_where_they_were_drawn_and_the_sheet_stays_under_the_hand(page):
    visit(page, "/adversarial?scene=family&model=fashion_cnn&picture=drawn")
    sheet = page.locator(".draw .sheet")
    settle(page)
    box = sheet.bounding_box()

    def place(row, column):
        return box["x"] + box["width"] * column / 28, box["y"] + box["height"] * row / 28

    for row in (8, 14, 20):
        page.mouse.move(*place(row, 8))
        page.mouse.down()
        page.mouse.move(*place(row, 20), steps=4)
        page.mouse.up()
    expect(page.get_by_text("White on black, 28×28")).to_be_visible()
    settle(page)
    assert sheet.bounding_box() == box
    with page.expect_download() as download:
        page.get_by_role("button", name="Save drawing").click()
    with Image.open(BytesIO(download.value.path().read_bytes())) as picture:
        ink = np.asarray(picture.convert("L"))
    assert ink.shape == (28, 28)
    dark = [row for row in range(28) if ink[row, 14] < 60]
    assert {3, 11, 17, 25} <= set(dark)
    for row in (8, 14, 20):
        assert ink[row - 1 : row + 1, 9:19].min() > 200
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("Until then: held-out picture.")).to_be_visible()
