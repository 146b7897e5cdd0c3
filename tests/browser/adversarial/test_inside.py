"""The attack from inside in a real browser: layers, the chart, and what is saved."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.driver import visit


def test_another_layer_is_one_choice_away_and_in_the_link(page):
    visit(page, "/adversarial?scene=inside&model=fashion_cnn&image=3")
    maps = page.locator(".changed img")
    expect(maps).to_have_count(24)
    expect(page.get_by_text("On the way the attack has grown")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(1)
    first = maps.first.get_attribute("src")
    box = maps.first.bounding_box()
    assert box is not None
    assert box["width"] > 40
    assert box["y"] + box["height"] < 720, "the maps are on the first screen"
    page.get_by_role("combobox", name="Layer").click()
    page.get_by_role("option", name="conv 1 (after ReLU)").click()
    expect(page.get_by_text("conv 1 (after ReLU): the 6 of its")).to_be_visible()
    expect(page).to_have_url(re.compile("layer=relu1"))
    assert maps.first.get_attribute("src") != first
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture").click()
    picture = Image.open(BytesIO(download.value.path().read_bytes()))
    assert picture.width >= 980


@pytest.mark.acceptance
@pytest.mark.parametrize("dark", [False, True])
def test_nothing_is_small_or_cut_off_on_a_phone(new_page, dark):
    page = new_page(width=390, height=844, dark=dark)
    visit(page, "/adversarial?scene=inside&model=fashion_cnn&image=3")
    expect(page.locator(".panels4 img").last).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = page.locator(".changed, .panels4").evaluate_all(
        """roots => roots.flatMap(root => [...root.querySelectorAll('*')])
          .filter(node => [...node.childNodes].some(
            part => part.nodeType === 3 && part.textContent.trim()))
          .filter(node => node.offsetParent && parseFloat(getComputedStyle(node).fontSize) < 14)
          .length"""
    )
    assert small == 0


@pytest.mark.acceptance
def test_covering_a_photograph_can_be_stopped_and_goes_on(page):
    visit(page, "/adversarial?scene=inside")
    expect(page.locator(".panels4")).to_have_count(1)
    page.get_by_text("Cover part after part").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped after")).to_be_visible()
    expect(page.locator(".panels4")).to_have_count(2)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("of 36 places")).to_be_visible(timeout=60_000)
    expect(page).to_have_url(re.compile("cover=1"))
