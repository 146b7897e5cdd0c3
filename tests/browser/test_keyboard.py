"""Without a mouse and without eyes: focus is seen, keys do what hands do, and things have names."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import visit


@pytest.mark.acceptance
def test_a_link_that_has_the_focus_is_framed(page: Page) -> None:
    visit(page, "/experiments?study=checklist")
    page.keyboard.press("Tab")  # "Skip to main content"
    framed = []
    for _ in range(30):
        page.keyboard.press("Tab")
        link = page.locator("a:focus")
        if link.count():
            wide = link.evaluate("node => parseFloat(getComputedStyle(node).outlineWidth)")
            kind = link.evaluate("node => getComputedStyle(node).outlineStyle")
            framed.append(kind == "solid" and wide >= 2)
    assert len(framed) >= 7  # the navigation, and the link into the training lab
    assert all(framed)


@pytest.mark.acceptance
@pytest.mark.parametrize(
    ("view", "name", "first", "last"),
    [
        ("threshold", "Threshold", "0.50", "1.00"),
        ("chexnet", "How alike they err", "0.00", "1.00"),
        ("readers", "How much a reader errs", "0.86", "1.70"),
    ],
)
def test_a_slider_says_its_name_and_its_number(
    view: str, name: str, first: str, last: str, page: Page
) -> None:
    visit(page, f"/medical?chapter={view}")
    slider = page.get_by_role("slider", name=name, exact=True)
    expect(slider).to_have_attribute("aria-valuetext", first)
    slider.press("End")
    expect(slider).to_have_attribute("aria-valuetext", last)


@pytest.mark.acceptance
def test_space_plays_and_pauses_a_heads_learning(page: Page) -> None:
    visit(page, "/medical?chapter=training&frame=0")
    slider = page.get_by_role("slider", name="Step", exact=True)
    expect(slider).to_have_attribute("aria-valuetext", "step 0")
    slider.focus()
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(slider).not_to_have_attribute("aria-valuetext", "step 0")
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Learn")).to_be_visible()
    before = slider.input_value()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_value(str(int(before) + 1))
    page.get_by_role("button", name="Learn").focus()
    page.keyboard.press(" ")  # once: the button has heard it already
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


@pytest.mark.acceptance
def test_what_is_drawn_is_said(page: Page) -> None:
    visit(page, "/neurons")
    tiles = page.locator(".gates [data-part=tiles]")
    expect(tiles.get_by_role("img", name="AND: found")).to_be_visible()
    expect(tiles.get_by_role("img", name="XOR: no weights reach it")).to_be_visible()
    expect(tiles.get_by_role("img", name=re.compile("not found yet$"))).to_have_count(13)
    visit(page, "/medical?chapter=labels")
    expect(page.get_by_role("img", name="Held-out picture 178")).to_be_visible()
