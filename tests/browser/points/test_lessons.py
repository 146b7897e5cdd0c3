"""Lessons, starts and code on the points page, in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dlviz.core.points.cards import POINT_CARDS
from dlviz.core.points.specs import PointsSpec
from tests.browser.driver import visit

XOR = "/points?data=xor&hidden=2tanh&epochs=40&starts=1"


def in_page(page: Page) -> None:
    """Nothing is wider than the page."""
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0


def test_a_lesson_is_predicted_answered_and_shown(page: Page) -> None:
    visit(page, "/points")
    expect(page.locator(".st-key-try input")).to_be_visible()
    page.wait_for_function(  # the title's row has room for the menu: nothing is pushed down
        "document.querySelector('.st-key-points_first').getBoundingClientRect().y < 120"
    )
    page.locator(".st-key-try input").click()
    page.get_by_role("option", name="4. Two units").click()
    card = page.locator(".st-key-try_card")
    expect(card).to_contain_text("Predict: from how many of 24 starts")
    expect(page).to_have_url(re.compile(r"data=xor&hidden=2tanh&epochs=100&try=two_units$"))
    card.get_by_role("button", name="Answer").click()
    expect(card).to_contain_text("From 16")
    card.get_by_role("button", name="Train from 24 starts").click()
    expect(page.get_by_text("16 of 24 starts solve it")).to_be_visible(timeout=60_000)
    expect(page.locator("button.tile")).to_have_count(24)


def with_seed(seed: str) -> re.Pattern[str]:
    """An address that says this seed; 0 is the default and left out."""
    return re.compile(r"^(?!.*[?&]seed=)" if seed == "0" else rf"seed={seed}\b")


@pytest.mark.acceptance
def test_a_start_is_taken_with_the_keys_or_a_click(page: Page) -> None:
    visit(page, XOR)
    tiles = page.locator("button.tile")
    expect(tiles).to_have_count(24, timeout=60_000)
    first, second = (tiles.nth(at).locator("span").inner_text() for at in (0, 1))
    tiles.first.click()
    expect(tiles.first).to_have_attribute("aria-current", "true")
    expect(page).to_have_url(with_seed(first.partition(":")[0]))
    tiles.first.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(tiles.nth(1)).to_have_attribute("aria-current", "true")
    seed = second.partition(":")[0]
    expect(page).to_have_url(with_seed(seed))
    expect(page.get_by_text(f"Seed {seed} solves it")).to_be_visible()
    loaded = "image => image.complete && image.naturalWidth > 0"
    lines = page.locator("img.two-lines")
    expect(lines).to_have_count(2)
    assert all(lines.nth(at).evaluate(loaded) for at in (0, 1))


@pytest.mark.acceptance
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_all_of_it_fits_on_a_phone(new_page: Callable[..., Page], dark: bool) -> None:
    page = visit(new_page(width=390, height=844, dark=dark), f"{XOR}&try=two_units")
    expect(page.locator("button.tile")).to_have_count(24, timeout=60_000)
    expect(page.locator("img.two-lines")).to_have_count(2)
    in_page(page)
    box = page.locator("button.tile").first.bounding_box()
    assert box is not None
    assert box["width"] >= 44


@pytest.mark.acceptance
def test_code_and_settings_are_taken_home(page: Page) -> None:
    visit(page, "/points?data=moons&hidden=3relu&optimiser=adam&seed=5")
    page.get_by_text("Take it home: code and files").click()
    expect(page.get_by_text("seed 5, as dlviz does").first).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Settings (JSON)").click()
    spec = PointsSpec.from_json(Path(saved.value.path()).read_text())
    assert (spec.data.name, spec.net.text, spec.train.seed) == ("moons", "3relu", 5)
    with page.expect_download() as saved:
        page.get_by_role("button", name="NumPy script").click()
    assert "def relu(z):" in Path(saved.value.path()).read_text()
    assert json.loads(spec.to_json())["train"]["optimiser"] == "adam"


@pytest.mark.acceptance
def test_next_walks_through_the_lessons(page: Page) -> None:
    visit(page, "/points?data=gaussians&hidden=none&epochs=20&try=line")
    names = list(POINT_CARDS)
    for name in names[1:4]:
        page.get_by_role("button", name="Next").click()
        expect(page).to_have_url(re.compile(rf"try={name}\b"))
        expect(page.locator(".st-key-try_card")).to_contain_text(POINT_CARDS[name].title)


@pytest.mark.acceptance
def test_stop_is_heard_while_starts_are_trained(page: Page) -> None:
    layers = "-".join(["8tanh"] * 6)  # so deep, and so many points, that there is time to press
    page.goto(f"/points?data=spiral&count=1000&hidden={layers}&batch=0&epochs=5000&starts=1")
    page.get_by_role("button", name="Stop", exact=True).last.click(timeout=60_000)
    expect(page.get_by_text(re.compile(r"Stopped after \d+ of 24 starts"))).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Stopped after")).to_have_count(0)
    # It goes on, or was so near its end that it is there already.
    on = re.compile(r"of 24 starts(, about \d+ s left| solve it)")
    expect(page.get_by_text(on).first).to_be_visible()
