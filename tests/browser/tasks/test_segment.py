"""Segmentation in a browser: a net learns before one's eyes, and a threshold is tried beside it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import visit

PATIENT = 60_000


def test_it_opens_on_masks_above_the_fold_and_a_threshold_is_worse(page: Page) -> None:
    visit(page, "/tasks?task=segment&level=0")
    pictures = page.locator("[data-part=pictures] canvas")
    expect(pictures).to_have_count(4)
    box = pictures.nth(3).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 720
    said = page.get_by_text("Over all 60 held-out pictures")
    expect(said).to_contain_text("the net IoU 0.892")
    expect(said).to_contain_text("this threshold IoU 0.254")
    page.get_by_label("Held-out picture").fill("7")
    page.get_by_label("Held-out picture").press("Enter")
    expect(page).to_have_url(re.compile("held=7"))


@pytest.mark.acceptance
def test_start_teaches_a_net_of_ones_own(page: Page) -> None:
    visit(page, "/tasks?marked=parts&examples=32&rounds=2")
    expect(page.get_by_text("Start trains one")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    said = page.get_by_text("Your last run").locator("..")
    expect(said).to_contain_text(re.compile(r"mean IoU 0\.\d{3}.*horns and tusks"), timeout=PATIENT)
    expect(page.locator("[data-part=lines]")).to_contain_text("Epoch 2: held-out loss")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save these masks").click()
    assert saved.value.suggested_filename == "masks-1.png"
