"""The timeline and a network as saved pictures: as wide on a telephone, and nothing is cut."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.driver import visit

EDGE = 40  # of the picture's pixels; it is twice as fine as the page


@pytest.mark.acceptance
@pytest.mark.parametrize(
    ("address", "name", "dark"),
    [("event=zfnet", "2013-zfnet.png", True), ("part=net&zoo=vgg16&block=2", "vgg16.png", False)],
)
def test_a_picture_is_saved_whole(
    new_page: Callable[..., Page], address: str, name: str, dark: bool
) -> None:
    page = visit(new_page(width=390, height=844, dark=dark), f"/architectures?{address}")
    save = page.get_by_role("button", name="Save picture")
    expect(save).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        save.click()
    assert download.value.suggested_filename == name
    pixels = np.asarray(Image.open(download.value.path()).convert("RGB")).astype(int)
    assert pixels.shape[1] == 2 * (1200 + 48)
    assert (pixels[0, 0].mean() < 60) == dark
    drawn = np.abs(pixels - pixels[0, 0]).max(axis=2) > 8
    for border in (drawn[:EDGE], drawn[-EDGE:], drawn[:, :EDGE], drawn[:, -EDGE:]):
        assert not border.any()
    assert drawn[:, :1200].any()
    assert drawn[:, -300:].any()


@pytest.mark.acceptance
def test_a_block_that_is_not_there_leaves_the_address_and_another_net_has_its_own(
    page: Page,
) -> None:
    visit(page, "/architectures?part=net&block=999")
    expect(page.get_by_text("GoogLeNet has blocks 1 to 18")).to_be_visible(timeout=60_000)
    expect(page).not_to_have_url(re.compile("block="))
    page.get_by_role("button", name="Next block").click()
    expect(page).to_have_url(re.compile("block=7"))
    page.reload()
    expect(page.get_by_text("block 7 of 18")).to_be_visible(timeout=60_000)
    page.get_by_role("combobox", name="Network").click()
    page.get_by_role("option", name="LeNet-5", exact=True).click()
    expect(page.get_by_text("block 5 of 7")).to_be_visible()
    expect(page).not_to_have_url(re.compile("block="))
