"""The evolution in a real browser: scrubbed, played and saved without asking the server."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.driver import visit


def view(page: Page):
    return page.locator(".evolution")


def part(page: Page, name: str):
    return page.locator(f'.evolution [data-part="{name}"]')


def opened(page: Page, address: str = "") -> Page:
    visit(page, f"/filters?view=evolution{address}")
    expect(view(page)).to_have_attribute("data-step", re.compile("."))
    return page


def colours(page: Page, name: str) -> int:
    """How many colours a canvas shows."""
    return part(page, name).evaluate(
        """canvas => new Set(new Uint32Array(canvas.getContext("2d")
          .getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
    )


@pytest.mark.acceptance
def test_it_opens_complete_is_scrubbed_by_keys_and_saved(page):
    opened(page)
    expect(view(page)).to_have_attribute("data-step", "564")
    expect(part(page, "words")).to_have_text(
        re.compile(r"Step 564 · epoch 6\.0 · 99\.\d % of held")
    )
    expect(part(page, "sentence")).to_contain_text("Channel 89: the strongest picture changed")
    box = part(page, "grid").bounding_box()
    assert box["y"] + box["height"] <= 720
    assert colours(page, "grid") > 200
    assert colours(page, "large") > 100
    part(page, "table").focus()
    page.keyboard.press("Home")
    expect(view(page)).to_have_attribute("data-step", "0")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(view(page)).to_have_attribute("data-step", "8")
    expect(view(page)).not_to_have_attribute("data-row", "89")
    page.get_by_role("button", name="Patches").click()
    expect(page).to_have_url(re.compile(r"step=8&row=\d+&show=patches"))
    page.reload()
    expect(view(page)).to_have_attribute("data-step", "8")
    expect(page.get_by_role("button", name="Patches")).to_have_attribute("aria-pressed", "true")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save GIF").click()
    assert download.value.suggested_filename == "creatures_cnn-relu3-evolution.gif"
    with Image.open(BytesIO(download.value.path().read_bytes())) as film:
        assert film.n_frames == 9
    with page.expect_download() as download:
        page.get_by_role("button", name="Save table").click()
    with Image.open(BytesIO(download.value.path().read_bytes())) as picture:
        assert picture.width > 1000


@pytest.mark.acceptance
def test_space_plays_to_the_end_and_asks_no_server(page):
    opened(page, "&model=fashion_cnn&step=256")
    page.evaluate(
        """() => { const real = WebSocket.prototype.send; window.sent = 0;
          WebSocket.prototype.send = function (data) { window.sent += 1; real.call(this, data); };
        }"""
    )
    part(page, "table").focus()
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(view(page)).to_have_attribute("data-step", "1884")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert page.evaluate("window.sent") == 0


@pytest.mark.acceptance
def test_other_channels_keep_the_node_and_the_snapshot(page):
    opened(page, "&step=64")
    view(page).evaluate("root => { root.dataset.kept = 'yes'; }")
    before = part(page, "sentence").text_content()
    page.get_by_role("button", name="At random").click()
    expect(part(page, "sentence")).not_to_have_text(before or "")
    expect(view(page)).to_have_attribute("data-kept", "yes")
    expect(view(page)).to_have_attribute("data-step", "64")


@pytest.mark.acceptance
@pytest.mark.parametrize("dark", [False, True])
def test_on_a_telephone(new_page, dark):
    page = opened(new_page(width=390, height=844, dark=dark))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Snapshot before").click()
    expect(view(page)).to_have_attribute("data-step", "512")
    small = page.evaluate(
        """() => [...document.querySelectorAll('.evolution *')]
          .filter(node => [...node.childNodes].some(
            part => part.nodeType === 3 && part.textContent.trim()))
          .filter(node => parseFloat(getComputedStyle(node).fontSize) < 14).length"""
    )
    assert small == 0
