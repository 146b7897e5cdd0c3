"""Dreams in a real browser: grown, scrubbed by keys, played and saved."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.driver import visit


def dream(page: Page):
    return page.locator(".dream")


def opened(page: Page, address: str = "", steps: int = 64) -> Page:
    visit(page, f"/filters?view=maximise{address}")
    expect(dream(page)).to_have_attribute("data-grown", str(steps), timeout=60_000)
    return page


def colours(page: Page, part: str) -> int:
    """How many colours a canvas shows."""
    return page.locator(f'.dream [data-part="{part}"]').evaluate(
        """canvas => new Set(new Uint32Array(canvas.getContext("2d")
          .getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
    )


@pytest.mark.acceptance
def test_it_grows_is_scrubbed_by_keys_and_saved(page):
    opened(page)
    expect(page.get_by_text(re.compile("more than any real picture"))).to_be_visible(timeout=60_000)
    expect(page.locator(".tile")).to_have_count(9)
    picture = page.locator('.dream [data-part="picture"]')
    box = picture.bounding_box()
    assert box["y"] + box["height"] <= 720
    grown = colours(page, "picture")
    assert grown > 500
    picture.focus()
    page.keyboard.press("Home")
    expect(dream(page)).to_have_attribute("data-step", "0")
    assert colours(page, "picture") < grown / 2
    page.keyboard.press("ArrowRight")
    expect(dream(page)).not_to_have_attribute("data-step", "0")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save GIF").click()
    assert download.value.suggested_filename == "creatures_cnn-relu3-89-seed-0.gif"
    with Image.open(BytesIO(download.value.path().read_bytes())) as film:
        assert film.n_frames > 15
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture").click()
    with Image.open(BytesIO(download.value.path().read_bytes())) as saved:
        assert saved.width == 320


@pytest.mark.acceptance
def test_space_plays_and_another_seed_is_another_picture(page):
    opened(page, "&model=fashion_cnn&grow=class&steps=40", 40)
    picture = page.locator('.dream [data-part="picture"]')
    picture.focus()
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(dream(page)).to_have_attribute("data-step", "40")
    before = picture.evaluate("canvas => canvas.toDataURL()")
    seed = page.get_by_role("spinbutton", name="Seed")
    seed.fill("5")
    seed.press("Enter")
    expect(page).to_have_url(re.compile("seed=5"))
    picture.evaluate(
        """(canvas, before) => new Promise(done => {
          const look = () => canvas.toDataURL() === before ? requestAnimationFrame(look) : done();
          look();
        })""",
        before,
    )


@pytest.mark.acceptance
def test_mobilenet_shows_progress_and_can_be_stopped(page):
    page.goto("/filters?view=maximise&model=mobilenet_v2&steps=128")
    expect(dream(page)).to_have_attribute("data-grown", re.compile("."), timeout=60_000)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text(re.compile("Stopped after"))).to_be_visible(timeout=30_000)
    expect(page.get_by_role("button", name="Go on")).to_be_visible()


@pytest.mark.acceptance
@pytest.mark.parametrize("dark", [False, True])
def test_on_a_telephone(new_page, dark):
    page = opened(new_page(width=390, height=844, dark=dark))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Picture before").click()
    expect(dream(page)).not_to_have_attribute("data-step", "64")
    small = page.evaluate(
        """() => [...document.querySelectorAll('.dream *')]
          .filter(node => [...node.childNodes].some(
            part => part.nodeType === 3 && part.textContent.trim()))
          .filter(node => parseFloat(getComputedStyle(node).fontSize) < 14).length"""
    )
    assert small == 0
