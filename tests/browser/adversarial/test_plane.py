"""The plane in a real browser: a finger on it, keys, the walk, and what is saved."""

from __future__ import annotations

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from dlviz.figures.attack import study
from dlviz.figures.attack_plane import plane_of
from dlviz.io.datasets import held_out
from dlviz.io.models import load_model
from tests.browser.driver import visit

ALL = str(33 * 33)


def view(page: Page):
    return page.locator(".plane")


def opened(page: Page, more: str = "") -> None:
    visit(page, f"/adversarial?scene=plane&model=fashion_cnn&image=3&reach=64{more}")
    expect(view(page)).to_have_attribute("data-measured", ALL, timeout=60_000)


def seen(page: Page) -> np.ndarray:
    """The picture's pixels, H×W×3."""
    values = page.locator("[data-part=picture]").evaluate(
        "node => [...node.getContext('2d').getImageData(0, 0, node.width, node.height).data]"
    )
    return np.array(values, dtype=np.uint8).reshape(28, 28, 4)[..., :3]


def at(page: Page, across: int, up: int) -> tuple[float, float]:
    """Where on the screen a point of the plane lies."""
    box = page.locator("[data-part=field]").bounding_box()
    assert box is not None
    size = box["width"] - 56
    cell = size / 33
    return (
        box["x"] + 44 + (16.5 + across / 4) * cell,
        box["y"] + 10 + (16.5 - up / 4) * cell,
    )


def test_a_finger_shows_the_picture_there_and_the_link_brings_it_back(page):
    opened(page)
    field = page.locator("[data-part=field]")
    field.scroll_into_view_if_needed()
    page.mouse.move(*at(page, 8, 0))
    page.mouse.down()
    page.mouse.move(*at(page, 40, -24), steps=6)
    expect(view(page)).to_have_attribute("data-point", "40 -24")
    page.mouse.up()
    one = study(load_model("fashion_cnn"), held_out("fashion_mnist")[0][3])
    wanted = plane_of(one, "gradient", 0).at(40, -24).permute(1, 2, 0).expand(-1, -1, 3).numpy()
    np.testing.assert_array_equal(seen(page), wanted)
    expect(page).to_have_url(re.compile(r"spot=40\.-24"))
    said = page.locator(".plane .sentence").inner_text()
    assert "No pixel has moved by more than 64/255" in said
    page.reload()
    expect(view(page)).to_have_attribute("data-point", "40 -24", timeout=60_000)
    expect(page.locator(".plane .sentence")).to_have_text(said)


@pytest.mark.acceptance
def test_a_point_stays_while_finer_points_are_measured(page):
    page.goto("/adversarial?scene=plane&seed=77")
    expect(view(page)).to_have_attribute("data-measured", re.compile("25|81"), timeout=90_000)
    page.locator("[data-part=field]").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"spot=3\.1"))
    expect(view(page)).to_have_attribute("data-measured", "289", timeout=120_000)
    expect(view(page)).to_have_attribute("data-point", "3 1")
    page.get_by_role("button", name="Back to 0").click()
    expect(page).to_have_url(re.compile(r"spot=0\.0"))


@pytest.mark.acceptance
def test_keys_walk_and_files(page):
    opened(page)
    page.locator("[data-part=field]").focus()
    page.keyboard.press("ArrowUp")
    expect(view(page)).to_have_attribute("data-point", "16 4")
    page.keyboard.press(" ")
    expect(view(page)).to_have_attribute("data-point", "64 0", timeout=20_000)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture").click()
    assert download.value.suggested_filename.startswith("plane-fashion_cnn-")
    picture = Image.open(BytesIO(download.value.path().read_bytes()))
    assert picture.width > 2000
    assert len(picture.convert("RGB").getcolors(picture.width * picture.height) or []) > 50
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Save film").click()
    film = Image.open(BytesIO(download.value.path().read_bytes()))
    assert film.n_frames == 17


@pytest.mark.acceptance
@pytest.mark.parametrize("dark", [False, True])
def test_nothing_is_small_or_cut_off_on_a_phone(new_page, dark):
    page = new_page(width=390, height=844, dark=dark)
    opened(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = view(page).evaluate(
        """root => [...root.querySelectorAll('*')].filter(node => [...node.childNodes].some(
            part => part.nodeType === 3 && part.textContent.trim()))
          .filter(node => parseFloat(getComputedStyle(node).fontSize) < 14).length"""
    )
    assert small == 0
