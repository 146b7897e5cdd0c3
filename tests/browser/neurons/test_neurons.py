"""The page “neurons” in a real browser: what is under the finger, what links bring back."""

from __future__ import annotations

import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.driver import visit


def drag_line(page: Page, across: float, up: float) -> None:
    """Put the finger on this point of the gates' plane."""
    box = page.locator(".gates [data-part=plane]").bounding_box()
    assert box is not None
    side = box["width"]
    page.mouse.move(box["x"] + (across + 0.45) / 1.9 * side, box["y"] + (1.45 - up) / 1.9 * side)
    page.mouse.down()
    page.mouse.up()


def test_a_gate_is_made_by_hand_and_a_link_brings_it_back(page):
    visit(page, "/neurons")
    view, verdict = page.locator(".gates"), page.locator("[data-part=verdict]")
    expect(verdict).to_have_text("This unit computes AND: all 4 answers are right.")
    assert verdict.bounding_box()["y"] < 300
    drag_line(page, 0.25, 0.25)
    expect(view).to_have_attribute("data-answers", "0111")
    expect(page.locator("[data-part=count]")).to_have_text(re.compile("^Found: 2 of the 14"))
    page.get_by_role("slider", name="weight w₁").fill("-1")
    expect(view).to_have_attribute("data-answers", "0100")
    page.wait_for_url(re.compile("weights=-1_1_0.5"))
    page.reload()
    expect(view).to_have_attribute("data-answers", "0100")
    page.get_by_role("button", name="Show weights that do it").click()
    expect(view).to_have_attribute("data-answers", "0001")


@pytest.mark.acceptance
def test_xor_by_hand_leads_to_the_hidden_layer(page):
    visit(page, "/neurons?gate=xor")
    expect(page.locator("[data-part=verdict]")).to_contain_text("3 is the most")
    expect(page.locator("[data-part=solve]")).to_be_disabled()
    page.get_by_role("button", name="See what a hidden layer does about it").click()
    expect(page.get_by_text("16 of 24 starts solve it")).to_be_visible(timeout=60_000)
    expect(page.locator("img.two-lines")).to_have_count(2)
    page.get_by_role("radio", name="4 ✗").click()
    expect(page.get_by_text("Start 4 is stuck")).to_be_visible()
    page.wait_for_url(re.compile("trial=4"))
    saves = page.get_by_role("button", name="Save picture")
    expect(saves).to_have_count(2)
    for place, name in enumerate(("xor-lines-two_tanh-4.png", "xor-hidden-space-two_tanh-4.png")):
        with page.expect_download() as saved:
            saves.nth(place).click()
        assert saved.value.suggested_filename == name
        with Image.open(saved.value.path()) as picture:
            wide, high = picture.size
            below = picture.convert("RGB").crop((40, high - 700, wide - 40, high - 40))
        assert wide == 2 * 360 + 64
        assert high > 2 * 360 + 64 + 3 * 44  # a title and the settings, at least
        assert len(below.getcolors(1 << 20)) > 100  # the drawing itself, not its frame


@pytest.mark.acceptance
def test_the_perceptrons_mistakes_are_stepped_with_keys(page):
    visit(page, "/neurons?stage=perceptron")
    view = page.locator(".lesson")
    expect(view).to_have_attribute("data-mistakes", "10")
    page.locator(".lesson [data-part=picture]").focus()
    page.keyboard.press("Home")
    expect(view).to_have_attribute("data-mistakes", "0")
    page.keyboard.press("ArrowRight")
    expect(view).to_have_attribute("data-mistakes", "1")
    expect(page.locator(".lesson [data-part=words]")).to_contain_text("which says nothing")
    for key in ("End", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    expect(view).to_have_attribute("data-mistakes", "8")
    page.keyboard.press(" ")  # plays to the end
    expect(view).to_have_attribute("data-mistakes", "10")
    with page.expect_download() as saved:
        page.locator(".lesson [data-part=save]").click()
    assert saved.value.suggested_filename == "perceptron-0-1-100-0-0-10.png"


@pytest.mark.acceptance
def test_a_finger_on_the_curve_reads_all_functions(page):
    visit(page, "/neurons?stage=activations&z=5")
    view = page.locator(".bends")
    expect(view).to_have_attribute("data-z", "5.00")
    expect(page.locator("[data-part=says]")).to_have_text(
        "Saturated: of a gradient that arrives, only 0.665 % goes on."
    )
    page.locator(".bends [data-part=value]").hover()
    expect(view).not_to_have_attribute("data-z", "5.00")
    page.locator(".bends [data-part=slider]").fill("0")
    expect(page.locator("[data-part=words]")).to_have_text(
        re.compile(r"g\(0\) = 0.5 +g′\(0\) = 0.25")
    )
    page.get_by_role("button", name="What ten layers of them do").click()
    expect(page.get_by_text("The gradient vanishes")).to_be_visible(timeout=60_000)
    expect(page.locator(".js-plotly-plot")).to_have_count(2)


@pytest.mark.acceptance
@pytest.mark.parametrize("stage", ["gates", "perceptron", "xor", "activations", "depth"])
def test_nothing_is_cut_off_on_a_phone(new_page, stage):
    page = new_page(width=390, height=844, dark=True)
    visit(page, f"/neurons?stage={stage}")
    expect(page.get_by_text("Show the code")).to_be_visible(timeout=60_000)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
