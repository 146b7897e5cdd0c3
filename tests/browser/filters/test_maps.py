"""Feature maps in a real browser: through the layers and the maps without a server."""

from __future__ import annotations

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.driver import visit


def maps(page: Page):
    return page.locator(".maps")


def words(page: Page):
    return page.locator('.maps [data-part="words"]')


def opened(page: Page, address: str = "") -> Page:
    visit(page, f"/filters?view=maps{address}")
    expect(maps(page)).to_have_attribute("data-layer", re.compile("."))
    return page


def colours(page: Page, part: str) -> int:
    """How many colours a canvas shows."""
    return page.locator(f'.maps [data-part="{part}"]').evaluate(
        """canvas => new Set(new Uint32Array(canvas.getContext("2d")
          .getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
    )


@pytest.mark.acceptance
def test_it_opens_complete_and_is_walked_through_by_keys(page):
    opened(page)
    expect(words(page)).to_contain_text("conv 1 (after ReLU): 48 maps of 32×32, 53 % of the")
    wall = page.locator('.maps [data-part="wall"]').bounding_box()
    about = page.locator('.maps [data-part="about"]').bounding_box()
    assert wall["y"] + wall["height"] <= 720
    assert about["y"] + about["height"] <= 720
    assert colours(page, "grid") > 200
    assert colours(page, "over") > 200
    expect(page.locator(".maps .chip")).to_have_count(11)
    slider = page.get_by_role("slider", name="Layer")
    slider.focus()
    for name in ("pool1", "conv2", "relu2"):
        slider.press("ArrowRight")
        expect(maps(page)).to_have_attribute("data-layer", name)
    expect(words(page)).to_contain_text("96 maps of 15×15")
    chosen = int(maps(page).get_attribute("data-map"))
    page.locator('.maps [data-part="wall"]').focus()
    page.keyboard.press("ArrowLeft" if chosen else "ArrowRight")
    other = chosen - 1 if chosen else 1
    expect(maps(page)).to_have_attribute("data-map", str(other))
    page.get_by_role("button", name="Each its own").click()
    expect(page.get_by_text("looks as vivid as the strongest")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"at=relu2&map={other}.*scale=own"))
    page.reload()
    expect(maps(page)).to_have_attribute("data-map", str(other))
    expect(maps(page)).to_have_attribute("data-layer", "relu2")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save maps").click()
    assert download.value.suggested_filename == "creatures_cnn-creatures-5-relu2.png"
    with Image.open(BytesIO(download.value.path().read_bytes())) as image:
        seen = np.asarray(image.convert("RGB")).reshape(-1, 3)
        assert len(np.unique(seen, axis=0)) > 200


@pytest.mark.acceptance
def test_mobilenet_has_1280_maps_and_the_next_picture_keeps_the_layer(page):
    opened(page, "&model=mobilenet_v2&at=features.18&sort=strength")
    expect(words(page)).to_have_text(re.compile("1.280 maps of 7×7"))
    before = maps(page).get_attribute("data-map")
    grid = page.locator('.maps [data-part="grid"]')
    grid.click(position={"x": 40, "y": 12})  # the second strongest
    expect(maps(page)).not_to_have_attribute("data-map", before)
    maps(page).evaluate("root => { root.dataset.kept = 'yes'; }")
    page.get_by_role("combobox", name="Picture").click()
    page.get_by_role("option", name="Coffee").click()
    expect(page.get_by_text(re.compile("One pass of.*[Cc]offee"))).to_be_visible()
    expect(maps(page)).to_have_attribute("data-layer", "features.18")
    expect(maps(page)).to_have_attribute("data-kept", "yes")  # the same node


@pytest.mark.acceptance
@pytest.mark.parametrize("dark", [False, True])
def test_on_a_telephone(new_page, dark):
    page = opened(new_page(width=390, height=844, dark=dark))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator('.maps [data-part="grid"]').bounding_box()
    assert box["width"] <= 390
    page.get_by_role("button", name="Next layer").click()
    expect(maps(page)).to_have_attribute("data-layer", "pool1")
    small = page.evaluate(
        """() => [...document.querySelectorAll('.maps *')]
          .filter(node => [...node.childNodes].some(
            part => part.nodeType === 3 && part.textContent.trim()))
          .filter(node => parseFloat(getComputedStyle(node).fontSize) < 14).length"""
    )
    assert small == 0


@pytest.mark.acceptance
def test_moving_asks_no_server(page):
    opened(page)
    sent = []

    def note(socket):  # a bound built-in cannot be a listener
        sent.append(socket)

    page.on("websocket", note)
    page.evaluate(
        """() => { const real = WebSocket.prototype.send; window.sent = 0;
          WebSocket.prototype.send = function (data) { window.sent += 1; real.call(this, data); };
        }"""
    )
    slider = page.get_by_role("slider", name="Layer")
    slider.focus()
    began = page.evaluate("performance.now()")
    for _ in range(9):
        slider.press("ArrowRight")
    expect(maps(page)).to_have_attribute("data-layer", "pool3")
    assert page.evaluate("performance.now()") - began < 2000
    assert page.evaluate("window.sent") == 0
    assert sent == []
