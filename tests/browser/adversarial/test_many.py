"""Many pictures in a real browser: a long sweep that is stopped, a picture that is opened."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driver import visit


def test_a_long_sweep_is_stopped_shows_its_part_and_goes_on(page):
    page.goto("/adversarial?scene=many&count=50&attacks=pgd")  # does not settle: it sweeps
    stop = page.get_by_role("button", name="Stop", exact=True)
    expect(page.get_by_text("pictures under PGD")).to_be_visible(timeout=60_000)
    stop.click()
    stopped = page.get_by_text(re.compile(r"Stopped after \d+ of 50 pictures under PGD"))
    expect(stopped).to_be_visible(timeout=30_000)
    expect(page.get_by_text("random signs of the same ε")).to_be_visible(timeout=60_000)
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(stop).to_be_visible()


@pytest.mark.acceptance
def test_the_easiest_picture_opens_in_the_first_view_and_falls_there(page):
    visit(page, "/adversarial?scene=many&count=50")
    expect(page.get_by_text("Fall first")).to_be_visible(timeout=60_000)
    first = page.locator("button.tile").first
    number = re.search(r"Open number (\d+)", first.get_attribute("title"))[1]
    first.click()
    expect(page).to_have_url(re.compile(rf"image={number}(&|$)"))
    expect(page.get_by_role("radio", name="FGSM opened")).to_be_checked()


@pytest.mark.acceptance
def test_transfer_tells_who_is_fooled_by_whom_and_stays_after_a_reload(page):
    visit(page, "/adversarial?scene=transfer&count=50")
    said = page.get_by_text(re.compile(r"At ε = 12/255, pictures made to fool"))
    expect(said).to_be_visible(timeout=60_000)
    page.get_by_role("spinbutton", name=re.compile("ε")).fill("20")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"At ε = 20/255, pictures made to fool"))).to_be_visible(
        timeout=60_000
    )
    expect(page).to_have_url(re.compile("eps=20"))
    page.reload()
    expect(page.get_by_text(re.compile(r"At ε = 20/255, pictures made to fool"))).to_be_visible(
        timeout=60_000
    )
