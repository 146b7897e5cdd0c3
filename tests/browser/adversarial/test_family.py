"""The attack family in a real browser: the path under the hand, without the server."""

from __future__ import annotations

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from dlviz.io.datasets import held_out
from tests.browser.driver import settle, visit

CREATURES = "/adversarial?scene=family&model=creatures_cnn&image=7&eps=40"


def told(page: Page):
    return page.locator(".path .say")


def open_view(page: Page, path: str = CREATURES) -> Page:
    """The view with the whole path; the table below is not waited for."""
    visit(page, path)
    expect(told(page)).to_contain_text(re.compile("(Step|start|picture)"))
    return page


def test_arrows_step_the_path_and_the_address_keeps_the_place(page):
    open_view(page)
    expect(told(page)).to_contain_text("Step 10 of 10")
    picture = page.locator(".path canvas[data-part=moved]")
    last = picture.evaluate("node => node.toDataURL()")
    page.locator(".path").focus()
    page.keyboard.press("Home")
    expect(told(page)).to_contain_text("The picture itself")
    assert picture.evaluate("node => node.toDataURL()") == page.locator(
        ".path canvas[data-part=clean]"
    ).evaluate("node => node.toDataURL()")
    page.keyboard.press("ArrowRight")
    expect(told(page)).to_contain_text("The random start")
    page.keyboard.press("ArrowRight")
    expect(told(page)).to_contain_text("Step 1 of 10")
    expect(page).to_have_url(re.compile(r"[?&]at=2(&|$)"))
    page.reload()
    expect(told(page)).to_contain_text("Step 1 of 10", timeout=30_000)
    page.locator(".path").focus()
    page.keyboard.press("End")
    page.keyboard.press("Home")
    page.keyboard.press(" ")
    expect(told(page)).to_contain_text("Step 10 of 10", timeout=20_000)
    assert picture.evaluate("node => node.toDataURL()") == last
    expect(page.locator(".attacks tbody tr")).to_have_count(7)


@pytest.mark.acceptance
def test_a_rectangle_is_dragged_and_only_there_the_file_differs(page):
    open_view(page, f"{CREATURES}&may=rectangle")
    frame = page.locator(".path .frame").first
    box = frame.bounding_box()
    page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.25 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.75 * box["height"], steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"left=6(&|$)"))
    settle(page)  # until then the buttons save what was there before
    numbers = {
        name: int(page.get_by_role("spinbutton", name=name, exact=True).input_value())
        for name in ("From row", "From column", "Rows", "Columns")
    }
    assert [numbers["From column"], numbers["Columns"]] == pytest.approx([6, 33], abs=1)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save x′ as PNG").click()
    with Image.open(BytesIO(download.value.path().read_bytes())) as picture:
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    clean = held_out("creatures")[0][7].permute(1, 2, 0).numpy().astype(int)
    rows, columns = np.nonzero(np.abs(pixels - clean).max(axis=2))
    assert rows.min() >= numbers["From row"]
    assert rows.max() < numbers["From row"] + numbers["Rows"]
    assert columns.min() >= numbers["From column"]
    assert columns.max() < numbers["From column"] + numbers["Columns"]


@pytest.mark.acceptance
def test_picture_and_film_can_be_saved_and_a_phone_shows_it_all(new_page):
    page = open_view(new_page(width=390, height=844, dark=True))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with page.expect_download() as download:
        page.get_by_role("button", name="Save GIF").click()
    assert download.value.suggested_filename == "creatures-7-pgd-40.gif"
    with Image.open(download.value.path()) as film:
        assert film.n_frames == 12
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture").click()
    with Image.open(download.value.path()) as sheet:
        assert sheet.width > sheet.height > 300
