"""Saved files in a real browser: they are downloaded, add up, and come back as they were."""

from __future__ import annotations

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.driver import settle, visit


def saved(page: Page, button: str) -> tuple[np.ndarray, bytes]:
    with page.expect_download() as download:
        page.get_by_role("button", name=button, exact=True).click()
    data = download.value.path().read_bytes()
    with Image.open(BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB")).astype(int), data


def jpeg(pixels: np.ndarray) -> bytes:
    buffer = BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(buffer, "JPEG", quality=60)
    return buffer.getvalue()


@pytest.mark.acceptance
def test_the_three_files_add_up_and_come_back(page: Page) -> None:
    visit(page, "/adversarial?scene=file&model=creatures_cnn")
    expect(page.get_by_text("DeepFool fools with")).to_be_visible(timeout=60_000)
    page.get_by_role("combobox", name=re.compile("Attack")).click()
    page.get_by_role("option", name=re.compile("PGD")).click()
    expect(page).to_have_url(re.compile("attack=pgd"))
    expect(page.locator(".filed")).to_have_class(re.compile("fooled"))
    settle(page)
    picture, added, result = (
        saved(page, name) for name in ("Save x", "Save what was added", "Save x′")
    )
    np.testing.assert_array_equal(picture[0] + added[0] - 128, result[0])
    chooser = page.locator("input[type=file]").last
    chooser.set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": result[1]})
    expect(page.get_by_text("These are the very pixels of")).to_be_visible()
    chooser.set_input_files({"name": "x.jpg", "mimeType": "image/jpeg", "buffer": jpeg(result[0])})
    expect(page.get_by_text("These are not the pixels of")).to_be_visible()


@pytest.mark.acceptance
def test_it_fits_a_telephone(new_page) -> None:
    page = visit(
        new_page(width=390, height=844, dark=True), "/adversarial?scene=file&model=fashion_cnn"
    )
    expect(page.locator(".survey")).to_contain_text("DeepFool")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
