"""The live view's three views in a real browser: tabs, keys, the matrix, and what is saved."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import settle, visit

VIEWS = ("Curves", "Layers", "Mistakes")


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("tab", name=name)


def part(page: Page, name: str) -> Locator:
    return page.locator(f'.live [data-part="{name}"]')


def press_start(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Start")).first.click()


def begin(page: Page, path: str) -> None:
    """Start a long run, and see that it goes."""
    visit(page, path)
    press_start(page)
    expect(page.locator(".live")).to_have_attribute("data-state", "running")


@pytest.mark.acceptance
def test_arrow_keys_walk_the_tabs_and_are_kept_from_the_page(page: Page) -> None:
    begin(page, "/training?epochs=200")
    tab(page, "Curves").focus()
    for name in ("Layers", "Mistakes", "Curves", "Layers"):
        page.keyboard.press("ArrowRight")
        expect(tab(page, name)).to_be_focused()
        expect(tab(page, name)).to_have_attribute("aria-selected", "true")
        expect(page.get_by_role("tabpanel")).to_have_count(1)
    page.keyboard.press("Home")
    expect(tab(page, "Curves")).to_be_focused()
    page.keyboard.press("Space")
    page.wait_for_timeout(700)
    assert page.locator(".live").get_attribute("data-state") == "running"
    tab(page, "Layers").click()
    page.keyboard.press("Space")  # a click gives the page its keys back
    expect(page.locator(".live")).to_have_attribute("data-state", "paused")
    page.keyboard.press("x")


@pytest.mark.acceptance
def test_the_open_view_stands_in_the_address_and_survives_a_reload(page: Page) -> None:
    visit(page, "/training")
    tab(page, "Layers").click()
    expect(page).to_have_url(re.compile("view=layers"))
    page.reload()
    settle(page)
    expect(tab(page, "Layers")).to_have_attribute("aria-selected", "true")
    page.get_by_role("link", name="Home").first.click()
    expect(page.locator(".live")).to_have_count(0)
    page.go_back()
    settle(page)
    expect(tab(page, "Layers")).to_have_attribute("aria-selected", "true")
    tab(page, "Curves").click()
    expect(page).not_to_have_url(re.compile("view="))


@pytest.mark.acceptance
def test_a_tab_is_turned_while_a_run_goes_on(page: Page) -> None:
    begin(page, "/training?epochs=200")
    for name in (*VIEWS, *reversed(VIEWS), "Mistakes"):
        tab(page, name).click()
    expect(page).to_have_url(re.compile("view=mistakes"))
    page.wait_for_timeout(1000)
    expect(tab(page, "Mistakes")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".live")).to_have_attribute("data-state", "running")
    page.keyboard.press("x")


@pytest.mark.acceptance
def test_the_matrix_tells_a_cell_under_the_pointer_and_under_the_keys(page: Page) -> None:
    visit(page, "/training")
    tab(page, "Mistakes").click()
    expect(part(page, "cell")).to_contain_text(re.compile(r"\d+ of 2000 mistaken, most often"))
    canvas = part(page, "matrixCanvas")
    canvas.hover(position={"x": 40, "y": 32})
    expect(part(page, "cell")).to_have_text(re.compile(r"^0 recognised: \d+ of \d+ \(\d+\.\d %\)$"))
    page.mouse.move(5, 5)
    expect(part(page, "cell")).to_contain_text("most often")
    canvas.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    expect(part(page, "cell")).to_have_text(re.compile(r"^9 said to be 8: \d+ of \d+ "))


@pytest.mark.acceptance
def test_the_babysitter_tells_what_layers_show(page: Page) -> None:
    visit(page, "/training?preset=trouble-vanishing")
    press_start(page)  # a short run: a quick machine has done it before the browser looks
    expect(page.locator(".live")).to_have_attribute("data-state", re.compile("running|done"))
    expect(part(page, "findings")).to_contain_text("Gradients vanish", timeout=60_000)
    expect(part(page, "sentence")).to_contain_text("gradient")
    expect(part(page, "advice")).not_to_be_empty()
    tab(page, "Layers").click()
    expect(part(page, "layersCanvas")).to_have_attribute("aria-label", re.compile("× weaker than"))


@pytest.mark.acceptance
@pytest.mark.parametrize("width", [1280, 390])
def test_no_view_moves_what_stands_below_it(new_page: Callable[..., Page], width: int) -> None:
    page = new_page(width=width)
    visit(page, "/training")
    heights = []
    for name in VIEWS:
        tab(page, name).click()
        page.wait_for_timeout(300)
        heights.append((page.locator(".live").bounding_box() or {})["height"])
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
    if width == 1280:
        assert max(heights) == min(heights) <= 425  # a screen of 720 with the rows above it


@pytest.mark.acceptance
def test_each_view_is_saved(page: Page) -> None:
    visit(page, "/training")
    for name, word in zip(VIEWS, ("training", "layers", "mistakes"), strict=True):
        tab(page, name).click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Save picture").click()
        assert download.value.suggested_filename == f"{word}-step-500.png"
        with Image.open(download.value.path()) as picture:
            assert picture.width > 900
            assert picture.height > 100
            assert len(picture.convert("RGB").getcolors(10**6) or []) > 50
