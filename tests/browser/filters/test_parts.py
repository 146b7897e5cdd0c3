"""Parts in a real browser: another part without a server, boxes drawn by mouse and keys."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.driver import visit


def board(page: Page):
    return page.locator(".parts")


def opened(page: Page, address: str = "") -> Page:
    visit(page, f"/filters?view=parts{address}")
    expect(board(page)).to_have_attribute("data-shown", re.compile("."))
    return page


@pytest.mark.acceptance
def test_a_part_is_chosen_without_a_server_and_boxes_are_drawn(page):
    opened(page)
    sentence = page.locator('.parts [data-part="sentence"]')
    expect(sentence).to_contain_text("covered: Δ = 0.")
    table = page.locator('.parts [data-part="table"]')
    box = table.bounding_box()
    assert box["y"] + box["height"] <= 720
    first = board(page).get_attribute("data-shown")
    page.get_by_role("option", name="beak").click()
    expect(sentence).to_contain_text("The beak covered")
    table.press("ArrowUp")
    expect(board(page)).to_have_attribute("data-shown", "right eye")
    if first != "right eye":
        expect(page).to_have_url(re.compile("part=right\\+eye"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture").click()
    assert download.value.suggested_filename == "parts-creatures_cnn.png"
    with Image.open(BytesIO(download.value.path().read_bytes())) as image:
        assert len(image.getcolors(1 << 24)) > 500
    page.get_by_role("combobox", name="Covered").click()
    page.get_by_role("option", name="Boxes you draw").click()
    expect(board(page)).to_have_attribute("data-shown", "your boxes")
    before = sentence.text_content()
    picture = page.locator(".parts .picture").first
    area = picture.bounding_box()
    page.mouse.move(area["x"] + area["width"] / 8, area["y"] + area["height"] / 8)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] / 4, area["y"] + area["height"] / 2, steps=4)
    page.mouse.up()
    expect(board(page)).to_have_attribute("data-boxes", re.compile(r"^8\.8\.16\.32_"))
    expect(sentence).not_to_have_text(before)
    expect(page).to_have_url(re.compile(r"boxes=8\.8\.16\.32_"))
    picture.focus()
    picture.press("ArrowRight")
    picture.press("Shift+ArrowDown")
    expect(page).to_have_url(re.compile(r"boxes=9\.8\.17\.33_"))
    page.reload()
    expect(board(page)).to_have_attribute("data-boxes", re.compile(r"^9\.8\.17\.33_"))


@pytest.mark.acceptance
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("of", ["known", "drawn"])
def test_on_a_telephone(new_page, dark, of):
    page = opened(new_page(width=390, height=844, dark=dark), f"&of={of}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = page.evaluate(
        """() => [...document.querySelectorAll('.parts *')]
          .filter(node => [...node.childNodes].some(
            part => part.nodeType === 3 && part.textContent.trim()))
          .filter(node => parseFloat(getComputedStyle(node).fontSize) < 14).length"""
    )
    assert small == 0
