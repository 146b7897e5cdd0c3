"""All of the points lab is on the screen, whatever stands above it; nothing it says is cut off."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from dlviz.core.points.cards import POINT_CARDS
from tests.browser.driver import first_fast, visit
from tests.browser.points.conftest import part

LESSON = "/points?data=xor&hidden=2tanh&epochs=100&try=two_units"
ABOVE = {
    "a lesson": LESSON,
    "training": "/points?edit=training&optimiser=momentum",
    "network": "/points?edit=network&hidden=8tanh-8tanh",
    "data": "/points?edit=data",
    "nothing": "/points",
}
FONTS = """() => [...document.querySelectorAll('.katex-html *')]
  .filter((node) => [...node.childNodes].some((each) => each.nodeType === 3
    && each.textContent.replace(/[\\u200b\\s]/g, '')))
  .map((node) => parseFloat(getComputedStyle(node).fontSize))"""


def opened(page: Page, path: str) -> Page:
    visit(page, path)
    page.locator("div.points[data-shown]").wait_for()
    return page


def box(node: Locator) -> dict[str, float]:
    found = node.bounding_box()
    assert found is not None
    return {"y": found["y"], "x": found["x"], "width": found["width"], "height": found["height"]}


def lower_edge(node: Locator) -> float:
    return box(node)["y"] + box(node)["height"]


def at_rest(node: Locator) -> dict[str, float]:
    """Where a node stands once it has stood there for a quarter of a second."""
    last = box(node)
    for _ in range(20):
        node.page.wait_for_timeout(250)
        if (now := box(node)) == last:
            break
        last = now
    return last


@pytest.mark.parametrize("above", first_fast(ABOVE))
def test_surface_network_curves_and_scrubber_are_on_one_screen(page: Page, above: str) -> None:
    opened(page, ABOVE[above])
    assert at_rest(part(page, "picture"))["width"] >= 290
    for name in ("picture", "network", "lossCanvas", "measureCanvas", "scrubber"):
        assert lower_edge(part(page, name)) <= 720, name
    if above == "a lesson":
        page.get_by_role("button", name="Answer", exact=True).click()
        expect(page.locator(".st-key-try_card")).to_contain_text("From 16")
        at_rest(part(page, "picture"))
        assert lower_edge(part(page, "scrubber")) <= 720
        # The lesson has the title's place, but for those who hear the page.
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("one neuron"))


@pytest.mark.acceptance
def test_no_answer_makes_its_card_higher(page: Page) -> None:
    opened(page, "/points?data=gaussians&hidden=none&epochs=20&try=line")
    card = page.locator(".st-key-try_card")
    names = list(POINT_CARDS)
    for place, name in enumerate(names):
        expect(card).to_contain_text(f"({place + 1} of {len(names)})")
        before = at_rest(card)
        page.get_by_role("button", name="Answer", exact=True).click()
        expect(page.get_by_role("button", name="Hide", exact=True)).to_be_visible()
        assert at_rest(card) == before, name
        for button in card.get_by_role("button").all():
            assert lower_edge(button) <= before["y"] + before["height"], name
        if place + 1 < len(names):
            page.get_by_role("button", name="Next", exact=True).click()


@pytest.mark.acceptance
@pytest.mark.parametrize("width", [901, 1000, 1200])
def test_between_phone_and_projector_the_line_is_not_cut(
    new_page: Callable[..., Page], width: int
) -> None:
    page = opened(new_page(width=width), "/points")
    line = at_rest(part(page, "line"))
    for name in ("badge", "epoch", "loss", "accuracy"):
        found = box(part(page, name))
        assert line["x"] <= found["x"]
        assert found["x"] + found["width"] <= line["x"] + line["width"] + 1, name
        assert found["y"] + found["height"] <= line["y"] + line["height"] + 1, name
    assert line["x"] + line["width"] <= box(part(page, "surfaceTab"))["x"]
    assert lower_edge(part(page, "scrubber")) <= 720
    rows = (("h1", ".st-key-try"), (".st-key-data", ".st-key-edit"))
    for first, last in rows:
        assert abs(lower_edge(page.locator(first)) - lower_edge(page.locator(last))) < 6, last


@pytest.mark.acceptance
@pytest.mark.parametrize("dark", first_fast([False, True]))
def test_on_a_phone_the_whole_surface_is_on_the_first_screen(
    new_page: Callable[..., Page], dark: bool
) -> None:
    page = opened(new_page(width=390, height=844, dark=dark), "/points")
    assert at_rest(part(page, "picture"))["y"] <= 420
    assert lower_edge(part(page, "scrubber")) <= 844
    assert lower_edge(page.get_by_test_id("stBaseButton-primary")) <= 300
    assert box(page.locator("h1"))["height"] < 30  # one line
    assert min(page.evaluate(FONTS)) >= 14
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shown = page.locator(".katex-display").first
    assert shown.evaluate("node => node.scrollWidth - node.clientWidth") <= 2  # an overhang


@pytest.mark.acceptance
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_on_a_phone_a_lesson_leaves_the_surface_in_sight(
    new_page: Callable[..., Page], dark: bool
) -> None:
    page = opened(new_page(width=390, height=844, dark=dark), LESSON)
    assert at_rest(part(page, "picture"))["y"] <= 600
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.acceptance
@pytest.mark.parametrize("data", ["three", "plane", "spiral"])
def test_every_subscript_is_read_from_the_last_row(page: Page, data: str) -> None:
    opened(page, f"/points?data={data}")
    sizes = page.evaluate(FONTS)
    assert len(sizes) > 10
    assert min(sizes) >= 14


@pytest.mark.acceptance
def test_a_blocked_channel_is_told_without_moving_the_picture(page: Page) -> None:
    page.route_web_socket(re.compile("/dlviz/live"), lambda socket: socket.close())
    opened(page, "/points?epochs=5000")
    before = at_rest(part(page, "picture"))
    page.get_by_test_id("stBaseButton-primary").click()
    expect(part(page, "message")).to_contain_text("The live channel is blocked")
    expect(part(page, "speed")).to_have_text("shown once a second")
    assert at_rest(part(page, "picture")) == before
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("div.points")).to_have_attribute("data-state", "stopped")


@pytest.mark.acceptance
def test_where_r2_ends_is_said(demo: Callable[..., Page]) -> None:
    label = re.compile(r"R² over steps: .*; below 0 it is drawn at 0")
    expect(part(demo("?data=plane&hidden="), "measureCanvas")).to_have_attribute(
        "aria-label", label
    )
