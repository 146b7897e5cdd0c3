"""Invariance in a real browser: the pictures follow the slider, no server is asked."""

from __future__ import annotations

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.driver import visit


def view(page: Page):
    return page.locator(".invariance")


def opened(page: Page, address: str = "") -> Page:
    visit(page, f"/filters?view=invariance{address}")
    expect(view(page)).to_have_attribute("data-value", re.compile("."))
    return page


def pixels(page: Page) -> list[int]:
    """The first picture, as it is drawn."""
    return page.locator(".invariance .picture > canvas").first.evaluate(
        """canvas => [...canvas.getContext("2d")
          .getImageData(0, 0, canvas.width, canvas.height).data]"""
    )


@pytest.mark.acceptance
def test_the_pictures_and_numbers_follow_the_slider_without_a_server(page):
    opened(page)
    sentence = page.locator('.invariance [data-part="sentence"]')
    expect(sentence).to_contain_text(
        "Shifted down by 4 pixels, conv 1 (after ReLU) has moved by 0."
    )
    charts = page.locator(".invariance .charts").bounding_box()
    assert charts["y"] + charts["height"] <= 720
    page.evaluate(
        """() => { const real = WebSocket.prototype.send; window.sent = 0;
          WebSocket.prototype.send = function (data) { window.sent += 1; real.call(this, data); };
        }"""
    )
    slider = page.get_by_role("slider", name="Vertical shift")
    before = np.array(pixels(page)).reshape(64, 64, 4)
    slider.press("ArrowRight")
    expect(view(page)).to_have_attribute("data-value", "5")
    after = np.array(pixels(page)).reshape(64, 64, 4)
    assert (after[1:] == before[:-1]).all()
    expect(sentence).to_contain_text("Shifted down by 5 pixels")
    chart = page.locator(".invariance .charts canvas").nth(1)
    box = chart.bounding_box()
    chart.click(position={"x": 46 + (box["width"] - 58) / 2, "y": 60})  # the middle: as it is
    expect(view(page)).to_have_attribute("data-value", "0")
    expect(sentence).to_contain_text("has moved by 0.00 of the way to another picture")
    expect(page).to_have_url(re.compile("by=0"))
    assert page.evaluate("window.sent") == 0
    page.reload()
    expect(view(page)).to_have_attribute("data-value", "0")
    page.get_by_role("combobox", name="Change").click()
    page.get_by_role("option", name="Rotation").click()
    expect(view(page)).to_have_attribute("data-value", "30")  # what was asked of another change
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture").click()
    assert download.value.suggested_filename == "creatures_cnn-turn.png"
    with Image.open(BytesIO(download.value.path().read_bytes())) as image:
        assert len(image.getcolors(1 << 24)) > 500


@pytest.mark.acceptance
@pytest.mark.parametrize("dark", [False, True])
def test_on_a_telephone(new_page, dark):
    page = opened(new_page(width=390, height=844, dark=dark), "&change=turn&by=90")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(view(page)).to_have_attribute("data-value", "90")
    small = page.evaluate(
        """() => [...document.querySelectorAll('.invariance *')]
          .filter(node => [...node.childNodes].some(
            part => part.nodeType === 3 && part.textContent.trim()))
          .filter(node => parseFloat(getComputedStyle(node).fontSize) < 14).length"""
    )
    assert small == 0


@pytest.mark.acceptance
def test_it_plays(page):
    opened(page, "&change=scale&by=1")
    page.get_by_role("slider", name="Scale").press(" ")
    expect(view(page)).to_have_attribute("data-value", "1.8")
    page.get_by_role("button", name="Play").click()
