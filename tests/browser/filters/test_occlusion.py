"""Occlusion in a real browser: the square is dragged and the numbers change, without the server."""

from __future__ import annotations

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.driver import settle, visit

MOBILENET_PLACES = 23 * 23  # corners of a square of 70 pixels, every 7, on 224
MEASURED = 45_000  # ms until a sweep and the search behind it are done, on a busy machine


def view(page: Page):
    return page.locator(".occlusion")


def part(page: Page, name: str):
    return view(page).locator(f'[data-part="{name}"]')


def place(page: Page) -> list[int]:
    return [int(text) for text in view(page).get_attribute("data-place").split()]


def opened(page: Page, path: str, places: int) -> Page:
    """Open the view and wait until its places are measured and the map's pictures found."""
    visit(page, path)
    expect(view(page)).to_have_attribute("data-measured", str(places), timeout=MEASURED)
    expect(view(page).locator(".tile")).to_have_count(4, timeout=MEASURED)
    return page


def drag(page: Page, down: float, across: float) -> None:
    """Drag the square by so many CSS pixels."""
    box = part(page, "square").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + across / 2, y + down / 2)
    page.mouse.move(x + across, y + down)
    page.mouse.up()


def test_the_square_is_dragged_and_the_numbers_change(page):
    opened(page, "/filters?view=occlusion&every=4", 144)
    sentence = part(page, "sentence")
    expect(sentence).to_contain_text("falls from 1.00 to")
    expect(sentence).to_contain_text("both eyes")
    for figure in view(page).locator("figure").all():
        box = figure.locator(".picture, .four").first.bounding_box()
        assert box["y"] + box["height"] <= 690  # all five on one projected screen
    before, said = place(page), sentence.text_content()
    scale = part(page, "picture").bounding_box()["width"] / 64
    drag(page, -before[0] * scale - 20, -before[1] * scale - 20)  # beyond the corner: it stays in
    expect(view(page)).to_have_attribute("data-place", "0 0")
    expect(sentence).to_contain_text("stays at 1.00")
    assert sentence.text_content() != said
    expect(page).to_have_url(re.compile("at=0.0"))
    drag(page, 21 * scale, 23 * scale)  # between the places of the sweep
    expect(view(page)).to_have_attribute("data-place", "21 23")
    expect(part(page, "where")).to_have_text("Row 21, column 23: measured here")  # exact, by now
    part(page, "picture").focus()
    page.keyboard.press("ArrowRight")
    expect(view(page)).to_have_attribute("data-place", "21 27")
    page.keyboard.press("Shift+ArrowUp")
    expect(view(page)).to_have_attribute("data-place", "20 27")
    expect(page).to_have_url(re.compile("at=20.27"))
    # On a map the pointer asks; when it leaves, the square goes back.
    chart = view(page).locator('[data-map="probability"] .picture')
    middle = chart.bounding_box()
    chart.hover(position={"x": middle["width"] * 0.2, "y": middle["height"] * 0.2})
    expect(view(page)).to_have_attribute("data-place", re.compile("^[0-8] [0-8]$"))
    page.mouse.move(2, 2)
    expect(view(page)).to_have_attribute("data-place", "20 27")
    page.reload()
    expect(view(page)).to_have_attribute("data-place", "20 27")


@pytest.mark.acceptance
def test_a_sweep_can_be_stopped_and_taken_up_again(page):
    # MobileNetV2 takes seconds for it: the shipped small nets are done before a hand is there.
    page.goto("/filters?view=occlusion&model=mobilenet_v2&every=7")
    page.get_by_role("button", name="Stop", exact=True).first.click(timeout=60_000)
    expect(page.get_by_text("Stopped after").first).to_be_visible()
    expect(part(page, "sentence")).to_contain_text("Covered here")
    assert int(view(page).get_attribute("data-measured")) < MOBILENET_PLACES
    page.get_by_role("button", name="Go on").first.click()
    expect(view(page)).to_have_attribute("data-measured", str(MOBILENET_PLACES), timeout=120_000)


@pytest.mark.acceptance
def test_on_mobilenet(page):
    opened(page, "/filters?view=occlusion&model=mobilenet_v2&every=77", 9)
    expect(part(page, "sentence")).to_contain_text("Egyptian cat")
    before = part(page, "sentence").text_content()
    drag(page, -100, -60)
    expect(part(page, "where")).to_contain_text("measured here")
    assert part(page, "sentence").text_content() != before
    expect(view(page).get_by_text("By guided backpropagation")).to_be_visible()


@pytest.mark.acceptance
def test_the_five_panels_can_be_saved(page):
    opened(page, "/filters?view=occlusion&every=4", 144)
    settle(page)  # a run that is not over yet replaces the button's file
    with page.expect_download(timeout=MEASURED) as download:
        page.get_by_role("button", name="Save picture").click()
    assert download.value.suggested_filename == "occlusion-creatures_cnn-creatures-356.png"
    with Image.open(BytesIO(download.value.path().read_bytes())) as image:
        assert image.format == "PNG"
        assert image.width >= 1500
        assert len(np.unique(np.asarray(image).reshape(-1, 3), axis=0)) > 500


@pytest.mark.acceptance
@pytest.mark.parametrize("dark", [False, True])
def test_on_a_telephone(new_page, dark):
    page = opened(
        new_page(width=390, height=844, dark=dark), "/filters?view=occlusion&every=4", 144
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert part(page, "picture").bounding_box()["width"] >= 300
    small = view(page).evaluate(
        """root => [...root.querySelectorAll("*")].filter(node => node.offsetWidth
          && parseFloat(getComputedStyle(node).fontSize) < 14).map(node => node.className)"""
    )
    assert small == []
