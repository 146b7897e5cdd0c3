"""The one road: the net that was just trained is looked into, fooled, and found again."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import settle, visit

MINE = "My digits net 1"
PATCHES, WALL = 0, 3


def model_box(page: Page):
    return page.get_by_role("combobox", name=re.compile("Model"))


def go(page: Page, name: str) -> None:
    """Through the navigation on top, as a visitor does."""
    page.get_by_test_id("stTopNavLinkContainer").get_by_role("link", name=name, exact=True).click()
    settle(page)


def chosen(page: Page, title: str) -> None:
    """This model is the one in the box."""
    expect(model_box(page)).to_have_value(re.compile(title))


def fingerprint(page: Page, place: int) -> str:
    """The pixels of a grid of pictures on the filters page."""
    grid = page.locator(".tiles").nth(place)
    expect(grid.locator("canvas").first).to_be_visible()
    return str(
        grid.evaluate(
            "root => [...root.querySelectorAll('canvas')].map(c => c.toDataURL()).join(' ')"
        )
    )


def fool_it(page: Page) -> None:
    """ε from nothing to its end under the keys: the answer before and after, noise beside it."""
    view = page.locator(".fgsm")
    verdict = view.locator('[data-part="verdict"]')
    slider = page.get_by_role("slider", name=re.compile("^ε"))
    slider.press("Home")
    expect(verdict).to_contain_text(re.compile(r"Nothing is added yet: \d, \d"))
    digit = re.search(r"yet: (\d)", verdict.inner_text())[1]
    slider.press("End")
    expect(view).to_have_attribute("data-kind", "fooled")
    expect(verdict).to_contain_text(re.compile(rf"Fooled: {digit} has become [^{digit}] "))
    expect(verdict).to_contain_text("no pixel moved by more than 80 of 255 steps")
    page.get_by_role("button", name="Swap in random signs").click()
    expect(verdict).to_contain_text(f"Random signs. Resisted: still {digit}")
    expect(page).to_have_url(re.compile(r"eps=80.*signs=noise"))


def test_the_net_just_trained_goes_through_filters_and_attack_and_stays(page: Page) -> None:
    choosers: list[Any] = []

    def note(chooser: Any) -> None:
        choosers.append(chooser)

    page.on("filechooser", note)
    visit(page, "/training?epochs=1")
    page.evaluate("() => { window.kept = true; }")
    page.get_by_role("button", name=re.compile("^Start")).click()
    expect(page.locator(".live")).to_have_attribute("data-state", "done", timeout=90_000)

    # Into the filters lab by the link beside the finished run.
    page.get_by_role("link", name="Look inside it").click()
    expect(page).to_have_url(re.compile(r"/filters\?model=my-[0-9a-f]+"))
    key = re.search(r"model=(my-[0-9a-f]+)", page.url)[1]
    settle(page)
    chosen(page, MINE)
    expect(page.get_by_text("The best of 2,000 held-out pictures")).to_be_visible()
    mine = fingerprint(page, PATCHES)
    assert page.locator(".tiles").nth(WALL).locator(".tile").count() in (12, 16)

    # On to the attack, where it is chosen from the list.
    go(page, "Adversarial")
    model_box(page).click()
    page.get_by_role("option", name=MINE).click()
    expect(page).to_have_url(re.compile(f"model={key}"))
    expect(page.locator(".verdict")).to_be_visible()
    settle(page)
    chosen(page, MINE)
    expect(page.get_by_role("spinbutton", name="Image")).to_be_visible()

    # Back and forth in the browser: each address brings its page with the same net.
    page.go_back()
    page.go_back()
    expect(page).to_have_url(re.compile(rf"/filters\?.*model={key}"))
    settle(page)
    chosen(page, MINE)
    expect(page.get_by_text("The best of 2,000 held-out pictures")).to_be_visible()
    assert fingerprint(page, PATCHES) == mine

    # The shelf still has it, and leads to the attack.
    go(page, "Training")
    expect(page.get_by_text(MINE).first).to_be_visible()
    page.get_by_role("link", name="Fool it").last.click()
    expect(page).to_have_url(re.compile(rf"/adversarial\?.*model={key}"))
    settle(page)
    chosen(page, MINE)
    fool_it(page)

    assert page.evaluate("() => window.kept"), "no page was loaded anew on the way"
    assert choosers == []
    expect(page.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.acceptance
def test_an_address_of_somebody_elses_net_says_so_and_shows_a_shipped_one(page: Page) -> None:
    for path in ("/filters", "/adversarial"):
        visit(page, f"{path}?model=my-0123abcd")
        expect(page.get_by_text("not on your shelf")).to_be_visible()
        expect(page.get_by_test_id("stException")).to_have_count(0)
        chosen(page, "shipped")
