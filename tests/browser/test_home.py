"""The home page in a real browser: real results and ways in, by mouse and by keys."""

import re

import pytest
from playwright.sync_api import Page, expect

from dlviz.io.lesson_map import lectures
from dlviz.ui.pages import EVERY
from tests.browser.driver import settle, visit

HEROES = "figure.hero img"


SHOWN = [part.lab for part in lectures()["101"].parts]


def way_into(page: Page, name: str):
    return page.get_by_role("link", name=EVERY[name].question)


def test_the_results_are_really_loaded_and_no_two_are_the_same(page):
    visit(page, "/")
    expect(page.locator(HEROES)).to_have_count(len(SHOWN))
    sizes = page.locator(HEROES).evaluate_all(
        "nodes => Promise.all(nodes.map(async n => (await n.decode(), [n.naturalWidth, n.width])))"
    )
    assert all(natural > 0 and shown >= 300 for natural, shown in sizes)
    sources = page.locator(HEROES).evaluate_all("nodes => nodes.map(n => n.src)")
    assert len(set(sources)) == len(SHOWN)
    assert all(page.locator(HEROES).evaluate_all("nodes => nodes.map(n => n.alt.length > 20)"))
    expect(page.get_by_text("One model goes through all of them")).to_be_visible()


def test_a_line_leads_into_its_prepared_view_and_back_finds_the_lecture(page):
    visit(page, "/")
    page.evaluate("() => { window.kept = true; }")
    page.get_by_text("Introduction to Deep Learning").click()
    expect(page).to_have_url(re.compile("lecture=intro"))
    page.get_by_role("link", name="CheXNet’s table").click()
    expect(page).to_have_url(re.compile("/medical.*chapter=chexnet"))
    expect(page.get_by_role("radio", name="CheXNet’s table")).to_be_checked()
    assert page.evaluate("() => window.kept")
    settle(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    page.go_back()
    expect(page.get_by_role("heading", name="Medical images")).to_be_visible()


@pytest.mark.acceptance
@pytest.mark.parametrize("name", SHOWN)
def test_a_link_leads_into_each_lab_without_a_reload(page, name):
    visit(page, "/")
    page.evaluate("() => { window.kept = true; }")
    way_into(page, name).click()
    expect(page).to_have_url(re.compile(f"/{name}$"))
    expect(page.get_by_role("heading", name=EVERY[name].question)).to_be_visible()
    assert page.evaluate("() => window.kept")
    settle(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.acceptance
def test_all_ways_in_are_reached_by_keys_in_visible_order(page):
    visit(page, "/")
    reached = []
    for _ in range(120):
        page.keyboard.press("Tab")
        text = page.evaluate("() => document.activeElement?.closest('a')?.innerText ?? ''")
        reached += [name for name in SHOWN if EVERY[name].question in text]
        if len(reached) == len(SHOWN):
            break
    assert reached == SHOWN
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/{SHOWN[-1]}$"))
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
