"""Boxes in a browser: dragged, stepped, and learnt live."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from dlviz.figures.detection import FRAMED
from tests.browser.driver import visit


def test_a_box_is_dragged_and_moved_by_keys_and_the_link_keeps_it(page: Page) -> None:
    visit(page, "/tasks?task=iou&framed=rocket")
    view = page.locator(".iou")
    expect(view).to_have_attribute("data-iou", f"{16 / 36:.4f}")
    picture = view.locator("canvas")
    picture.focus()
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    expect(view).to_have_attribute("data-iou", f"{24 / 28:.4f}")
    expect(page).to_have_url(re.compile(r"at=246\.102\.272\.326"))
    box = picture.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 720
    scale = box["width"] / 512
    page.mouse.move(box["x"] + 255 * scale, box["y"] + 200 * scale)
    page.mouse.down()
    page.mouse.move(box["x"] + 253 * scale, box["y"] + 200 * scale, steps=4)
    page.mouse.up()
    expect(view).to_have_attribute("data-box", " ".join(map(str, FRAMED["rocket"].truth)))
    expect(view).to_contain_text("Nearly the same box.")


@pytest.mark.acceptance
def test_suppression_is_stepped_by_keys_and_saved(page: Page) -> None:
    visit(page, "/tasks?task=nms")
    view = page.locator(".steps")
    expect(view).to_have_attribute("data-step", "0")
    view.locator('[data-part="picture"]').focus()
    page.keyboard.press("ArrowRight")
    expect(view).to_contain_text("Step 1: keep star")
    page.keyboard.press("End")
    expect(view).to_contain_text("Of 5 forms 5 are found.")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture").click()
    assert download.value.suggested_filename == "suppression-6.png"
    visit(page, "/tasks?task=precision")
    expect(view).to_contain_text("Detection 98, star 0.05")
    view.get_by_role("button", name="Step back").click()
    expect(view).to_have_attribute("data-step", "97")


@pytest.mark.acceptance
def test_a_detector_learns_live(page: Page) -> None:
    visit(page, "/tasks?task=detect&learns=200&epochs=1")
    expect(page.get_by_text("The shipped run")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Start")).click()
    expect(page.get_by_text("Your run")).to_be_visible(timeout=60_000)
    expect(page.locator(".taught")).to_contain_text("step 10 of 10")
