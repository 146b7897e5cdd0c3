"""Defences in a real browser: the twins at once, a defence that is turned, and its toll."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driver import visit


def test_the_twins_are_there_and_a_defence_is_tried_turned_and_counted(page):
    visit(page, "/adversarial?scene=defences")
    expect(page.get_by_text("PGD leaves 10.7 % of the pictures to")).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    expect(page.get_by_alt_text("the gradient")).to_have_count(2)
    visit(page, "/adversarial?scene=defences&defence=blur&model=digits_plain")
    verdict = page.locator(".told")
    expect(verdict).to_have_text(re.compile("Stopped, then beaten|Not even stopped|Spoilt|Holds"))
    sigma = page.get_by_role("spinbutton", name="Sigma")
    sigma.fill("0.5")
    sigma.press("Enter")
    expect(page).to_have_url(re.compile(r"blur=0\.5"))
    expect(verdict).to_have_text(re.compile("Not even stopped"))
    page.get_by_text("On many pictures").click()
    expect(page.locator("table.toll")).to_contain_text("attacked through the defence")
    page.reload()
    expect(sigma).to_have_value("0.50")
    expect(page.locator("table.toll")).to_be_visible()


@pytest.mark.acceptance
def test_a_blur_saves_the_coffee_from_one_attack_and_not_from_the_next(page):
    page.goto("/adversarial?scene=defences&defence=blur&model=mobilenet_v2")
    stop = page.get_by_role("button", name="Stop", exact=True)
    expect(stop).to_be_visible(timeout=60_000)
    stop.click()
    expect(page.get_by_text(re.compile(r"Stopped after \d+ of 10 steps of PGD"))).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    verdict = page.locator(".told")
    expect(verdict).to_contain_text("Stopped, then beaten", timeout=120_000)
    expect(verdict).to_contain_text("espresso")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the four as PNG").click()
    assert saved.value.suggested_filename == "coffee-blur-2.png"
