"""The medical page in a browser: the hand moves, the numbers follow, the address remembers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.driver import visit


def test_the_threshold_follows_the_hand_and_a_reload_finds_it(page: Page) -> None:
    visit(page, "/medical")
    verdict = page.locator(".threshold .verdict")
    expect(verdict).to_contain_text("At 0.50 it finds 309 of the 400 ill pictures")
    page.get_by_role("button", name="recall 0.95").click()
    expect(verdict).to_contain_text("At 0.23 it finds 381")
    page.locator(".threshold input").press("ArrowRight")
    expect(verdict).to_contain_text("At 0.24")
    assert "cut=24" in page.url
    box = page.locator(".threshold .drag").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 60, steps=3)
    page.mouse.up()
    expect(verdict).to_contain_text(re.compile("At 0.7[5-9]|At 0.8"))
    before = verdict.inner_text()
    page.reload()
    expect(page.locator(".threshold .verdict")).to_have_text(before)


@pytest.mark.acceptance
def test_a_rarer_illness_keeps_the_threshold_of_the_hand(page: Page) -> None:
    visit(page, "/medical")
    page.locator(".threshold input").press("ArrowRight")
    page.get_by_role("combobox", name="How common").click()
    page.get_by_role("option", name="2 % are ill").click()
    expect(page.locator(".threshold .verdict")).to_contain_text("At 0.51 it finds 12 of the 16")
    assert {"cut=51", "ill=0.02"} <= set(page.url.partition("?")[2].split("&"))


@pytest.mark.acceptance
@pytest.mark.parametrize(
    ("view", "first", "last"),
    [
        ("chexnet", "and the difference may be 0", "and yet the difference excludes 0"),
        ("readers", "F1 0.69 by the others’", "F1 0.5"),
    ],
)
def test_a_slider_tells_another_story_at_its_end(
    view: str, first: str, last: str, page: Page
) -> None:
    visit(page, f"/medical?chapter={view}")
    verdict = page.locator(".medical .verdict")
    expect(verdict).to_contain_text(first)
    page.locator(".medical input[type=range]").press("End")
    expect(verdict).to_contain_text(last)
    assert "=20" in page.url


@pytest.mark.acceptance
def test_it_learns_before_ones_eyes(page: Page) -> None:
    visit(page, "/medical?chapter=training&frame=0")
    verdict = page.locator(".learning .verdict")
    expect(verdict).to_contain_text("Press Learn")
    page.get_by_role("button", name="Learn").click()
    expect(verdict).to_contain_text("plain finds 8, the weighted loss 52")
    expect(page.get_by_role("button", name="Learn")).to_be_visible()


@pytest.mark.acceptance
@pytest.mark.parametrize("view", ["threshold", "training", "labels", "chexnet", "readers"])
def test_nothing_runs_over_a_phones_edge(view: str, new_page: Callable[..., Page]) -> None:
    page = visit(new_page(width=390, height=844, dark=True), f"/medical?chapter={view}")
    expect(page.locator("h1")).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390


@pytest.mark.acceptance
@pytest.mark.parametrize(
    ("view", "name", "least"),
    [("labels", "findings-178.png", (2 * 1060, 600)), ("readers", "agreement-8.png", (600, 600))],
)
def test_a_view_is_saved_as_one_picture(
    view: str, name: str, least: tuple[int, int], page: Page
) -> None:
    visit(page, f"/medical?chapter={view}")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save picture").click()
    assert saved.value.suggested_filename == name
    with Image.open(saved.value.path()) as picture:
        wide, high = picture.size
        halves = [picture.convert("RGB").crop(box) for box in _halves(wide, high, view)]
    assert (wide, high) >= least
    assert high >= least[1]
    # Both halves have something in them: picture and bars, table and chart.
    assert all(len(half.getcolors(1 << 22)) > 40 for half in halves)


def _halves(wide: int, high: int, view: str) -> list[tuple[int, int, int, int]]:
    if view == "labels":
        return [(0, 0, wide // 3, high), (wide // 3, 0, wide, high)]
    return [(0, 0, wide, high // 2), (0, high // 2, wide, high)]
