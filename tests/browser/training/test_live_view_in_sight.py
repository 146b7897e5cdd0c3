"""The curves are on the screen: beside an unfolded panel, and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import first_fast, visit
from tests.browser.training.test_live_view import part, tab


def box(node: Locator) -> dict[str, float]:
    node.wait_for()
    return dict(node.bounding_box() or {})


def upper_edge(page: Page) -> float:
    """Where the run begins: what lies lower of a panel is behind it."""
    return box(page.get_by_role("button", name="Start"))["y"]


@pytest.mark.acceptance
@pytest.mark.parametrize("panel", first_fast(["data", "network", "augmentation", "training"]))
def test_half_of_the_curves_is_in_sight_beside_a_panel(page: Page, panel: str) -> None:
    visit(page, f"/training?edit={panel}")
    canvas = part(page, "lossCanvas")
    page.wait_for_function(
        "() => document.querySelector('.st-key-live').getBoundingClientRect().height > 400"
    )
    curve = box(canvas)
    assert curve["height"] > 150
    assert curve["y"] + curve["height"] / 2 <= 720
    assert upper_edge(page) >= 440  # half of what is below the first rows is the panel's
    page.mouse.move(640, 340)
    page.mouse.wheel(0, 4000)  # to the end of the page, and back to where the run stands
    page.wait_for_timeout(300)
    part(page, "line").scroll_into_view_if_needed()
    page.mouse.wheel(0, 300)
    page.wait_for_timeout(300)
    assert box(canvas)["y"] + curve["height"] <= 720


@pytest.mark.acceptance
def test_without_a_panel_the_run_stands_where_it_is(page: Page) -> None:
    visit(page, "/training")
    part(page, "lossCanvas").wait_for()
    assert (
        page.locator(".st-key-run").evaluate(
            "node => getComputedStyle(node.parentElement).position"
        )
        != "sticky"
    )
    expect(page.get_by_role("button", name="Start").locator("kbd")).to_be_visible()


@pytest.mark.acceptance
def test_what_the_keys_lead_to_is_not_behind_the_run(page: Page) -> None:
    visit(page, "/training?edit=network")
    last = page.get_by_role("textbox", name="Units of layer 8")
    last.wait_for(state="attached")
    assert box(last)["y"] > upper_edge(page)  # it is, before a key has led there
    page.get_by_role("combobox", name="Kind of layer 8").focus()
    page.keyboard.press("Tab")
    expect(last).to_be_focused()
    page.wait_for_timeout(300)
    found = box(last)
    assert found["y"] + found["height"] <= upper_edge(page)


@pytest.mark.acceptance
@pytest.mark.parametrize("dark", first_fast([False, True]))
def test_on_a_phone_the_loss_curve_is_on_the_first_screen(
    new_page: Callable[..., Page], dark: bool
) -> None:
    page = new_page(width=390, height=844, dark=dark)
    visit(page, "/training")
    curve = box(part(page, "lossCanvas"))
    assert curve["y"] + curve["height"] <= 844
    for name in ("Start", "Resume", "One step"):
        button = page.get_by_role("button", name=name)
        expect(button.locator("kbd")).to_be_hidden()
        assert box(button)["height"] >= 40
    hands = [
        page.get_by_role("button", name=name) for name in ("Resume", "One step", "Rewind", "Stop")
    ]
    assert len({box(hand)["y"] for hand in hands}) == 1
    labels = [page.get_by_text(name, exact=True) for name in ("Network and data", "Learning rate")]
    assert len({box(label.first)["y"] for label in labels}) == 1
    pills = page.get_by_role("radiogroup", name="Change").get_by_role("radio")
    assert len({box(pill)["y"] for pill in pills.all()}) == 1
    tab(page, "Layers").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
