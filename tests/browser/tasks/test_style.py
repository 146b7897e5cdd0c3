"""Imitating style in a browser: the film it opens on, and one that grows, is stopped and saved."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.driver import visit


def opened(page: Page, address: str, grown: int) -> Page:
    visit(page, f"/tasks?task=style{address}")
    expect(page.locator(".style_film")).to_have_attribute("data-grown", str(grown))
    return page


def test_it_opens_on_a_film_above_the_fold_that_keys_scrub(page: Page) -> None:
    opened(page, "", 100)
    film = page.locator(".style_film")
    picture = film.locator('[data-part="picture"]')
    box = picture.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 720
    expect(film.locator('[data-part="words"]')).to_contain_text("2.9 % of the style loss left")
    expect(film.locator('[data-part="sum"]')).to_contain_text("30 ×")
    last = picture.evaluate("canvas => canvas.toDataURL()")
    picture.press("Home")
    expect(film).to_have_attribute("data-step", "0")
    expect(film.locator('[data-part="words"]')).to_contain_text("100.0 %")
    assert picture.evaluate("canvas => canvas.toDataURL()") != last
    picture.press("End")
    expect(film).to_have_attribute("data-step", "100")
    assert picture.evaluate("canvas => canvas.toDataURL()") == last


@pytest.mark.acceptance
def test_it_grows_in_one_node_is_stopped_goes_on_and_is_saved(page: Page) -> None:
    opened(page, "&through=photo_cnn&manner=text&strokes=60&side=96", 0)
    film = page.locator(".style_film")
    film.evaluate("node => { node.dataset.mark = 'same'; }")
    page.get_by_role("button", name="Start").click()
    expect(film).to_have_attribute("data-grown", re.compile(r"^[1-9]\d$"), timeout=60_000)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("Stopped after")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(film).to_have_attribute("data-grown", "60", timeout=60_000)
    expect(page.get_by_text("All 60 steps are done.")).to_be_visible()
    expect(film).to_have_attribute("data-mark", "same")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture").click()
    assert download.value.suggested_filename == "cat-as-text-photo_cnn-step-60.png"
    with Image.open(BytesIO(download.value.path().read_bytes())) as saved:
        assert saved.size == (96, 96)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save GIF").click()
    with Image.open(BytesIO(download.value.path().read_bytes())) as moving:
        assert moving.n_frames > 15


@pytest.mark.acceptance
def test_a_phone_shows_it_without_scrolling_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, "&manner=coffee", 100)
    widest = page.locator(".style_film").evaluate("node => node.scrollWidth - node.clientWidth")
    assert widest <= 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
