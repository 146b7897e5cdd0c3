"""The home page in a real browser: five real results, five ways in, by mouse and by keys."""

import re

import pytest
from playwright.sync_api import Page, expect

from dlviz.ui.pages import LABS
from tests.browser.driver import first_fast, settle, visit

HEROES = "figure.hero img"


def way_into(page: Page, name: str):
    return page.get_by_role("link", name=LABS[name].question)


def test_five_results_are_really_loaded_and_no_two_are_the_same(page):
    visit(page, "/")
    expect(page.locator(HEROES)).to_have_count(len(LABS))
    sizes = page.locator(HEROES).evaluate_all(
        "nodes => Promise.all(nodes.map(async n => (await n.decode(), [n.naturalWidth, n.width])))"
    )
    assert all(natural > 0 and shown >= 300 for natural, shown in sizes)
    sources = page.locator(HEROES).evaluate_all("nodes => nodes.map(n => n.src)")
    assert len(set(sources)) == len(LABS)
    assert all(page.locator(HEROES).evaluate_all("nodes => nodes.map(n => n.alt.length > 20)"))
    expect(page.get_by_text("one model goes through all of them")).to_be_visible()


@pytest.mark.parametrize("name", first_fast(LABS))
def test_a_link_leads_into_each_lab_without_a_reload(page, name):
    visit(page, "/")
    page.evaluate("() => { window.kept = true; }")
    way_into(page, name).click()
    expect(page).to_have_url(re.compile(f"/{name}$"))
    expect(page.get_by_role("heading", name=LABS[name].question)).to_be_visible()
    assert page.evaluate("() => window.kept")
    settle(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.acceptance
def test_all_ways_in_are_reached_by_keys_in_visible_order(page):
    visit(page, "/")
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        text = page.evaluate("() => document.activeElement?.closest('a')?.innerText ?? ''")
        reached += [name for name, lab in LABS.items() if lab.question in text]
        if len(reached) == len(LABS):
            break
    assert reached == list(LABS)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/adversarial$"))
    settle(page)


@pytest.mark.acceptance
def test_pictures_follow_the_theme_and_fit_a_telephone(new_page):
    sources = []
    for dark in (False, True):
        page = visit(new_page(width=390, height=844, dark=dark), "/")
        sources.append(page.locator(HEROES).first.get_attribute("src"))
        edges = page.locator(HEROES).evaluate_all(
            "nodes => nodes.map(n => n.getBoundingClientRect()).map(box => [box.left, box.right])"
        )
        assert all(left >= 0 and right <= 390 for left, right in edges)
    assert sources[0] != sources[1]
