"""What a run leaves behind, in a real browser: snapshots, repeated runs, the babysitter's words."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import visit
from tests.browser.test_training import await_state, press, start

QUICK = "/training?preset=logistic&epochs=1&share=10.0"


def test_scrub_back_to_the_untrained_net_and_put_it_on_the_shelf(page: Page) -> None:
    visit(page, QUICK)
    start(page)
    await_state(page, "done")
    expect(page.get_by_text("My digits net 1").first).to_be_visible()
    slider = page.get_by_role("slider", name="Step")
    slider.focus()
    slider.press("Home")
    expect(page.get_by_text("Step 0", exact=True)).to_be_visible()
    # Nobody has taught it anything yet: below 30 %.
    told = page.get_by_text(re.compile(r"^[12]?\d\.\d % of 2\u202f000 held-out pictures right"))
    expect(told).to_be_visible()
    press(page, "Put this one on the shelf")
    expect(page.get_by_text("digits, step 0").first).to_be_visible()
    expect(page.get_by_role("button", name="It is on your shelf")).to_be_disabled()


@pytest.mark.acceptance
def test_no_button_moves_when_a_run_begins_and_ends(page: Page) -> None:
    """Their labels change: Start, Start anew; Pause, Resume."""
    names = re.compile("Start|Pause|Resume|One step|Rewind|Stop")

    def places() -> list[list[float]]:
        buttons = page.get_by_role("button", name=names)
        expect(buttons).to_have_count(5)  # a rerun may hold an old one for a moment
        return buttons.evaluate_all(
            "all => all.map(one => one.getBoundingClientRect()).map(at => [at.x, at.y, at.width])"
        )

    def button(name: str) -> Locator:
        return page.get_by_role("button", name=name)

    visit(page, "/training?preset=digits&epochs=50")
    expect(button("Stop")).to_be_visible()
    expect(button("Resume")).to_be_visible()
    before = places()
    start(page)
    await_state(page, "running")
    expect(button("Pause")).to_be_enabled()
    assert places() == before
    button("Pause").click()
    expect(button("Resume")).to_be_enabled()
    assert places() == before
    button("Stop").click()
    await_state(page, "stopped")
    expect(page.get_by_role("button", name="Start anew")).to_be_enabled()
    assert places() == before


@pytest.mark.acceptance
def test_five_seeds_are_trained_one_after_the_other_and_drawn_as_a_band(page: Page) -> None:
    visit(page, QUICK)
    press(page, "Repeat with 5 seeds")
    expect(page.locator(".live")).to_contain_text("of 5")
    await_state(page, "done")
    expect(page.get_by_text(re.compile(", 5 seeds")).first).to_be_visible()
    expect(page.get_by_text(re.compile(r"\d % ± \d")).first).to_be_visible()
    expect(
        page.get_by_text(re.compile(r"My digits net [1-5], best of 5 seeds")).first
    ).to_be_visible()


@pytest.mark.acceptance
def test_the_babysitter_names_what_goes_wrong_while_it_does(page: Page) -> None:
    visit(page, "/training?preset=trouble-diverging")
    start(page)
    await_state(page, "done")
    expect(page.locator(".live")).to_contain_text(re.compile("diverg", re.IGNORECASE))


@pytest.mark.acceptance
def test_two_visitors_train_at_once_and_see_their_own(new_page: Callable[..., Page]) -> None:
    one, other = new_page(), new_page()
    visit(one, f"{QUICK}&seed=1")
    visit(other, "/training?preset=digits&epochs=1")
    start(one)
    start(other)
    await_state(one, "done")
    await_state(other, "done")
    expect(one.locator(".live")).to_have_attribute("data-step", "13")
    expect(other.locator(".live")).to_have_attribute("data-step", "125")
    for mine in (one, other):
        expect(mine.get_by_text("My digits net 1").first).to_be_visible()
        expect(mine.get_by_text("My digits net 2")).to_have_count(0)
