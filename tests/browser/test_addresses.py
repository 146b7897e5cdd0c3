"""Addresses: a link brings a page's controls back, and no address can break a page."""

import re
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import first_fast, settle, visit

# page → a link that says much, and what then stands in the controls: label → value.
GOOD: dict[str, tuple[str, dict[str, str]]] = {
    "convolution": (
        "grid=impulse&kernel=sobel_x&stride=2&padding=full&border=circular&bias=1.5&step=5"
        "&photo=coffee",
        {"Kernel": "Sobel", "Picture": "Coffee", "Stride": "2", "Bias": "1.5"},
    ),
    "training": (
        "preset=clothes&rate=0.01&batch=128&epochs=2&seed=7",
        {
            "Network and data": "Clothes",
            "Learning rate": "0.01",
            "Batch size": "128",
            "Epochs": "2",
            "Seed": "7",
        },
    ),
    "filters": (
        "model=fashion_cnn&layer=relu1&channel=5",
        {"Model": "Clothes", "Layer": "conv 1", "Channel": "5"},
    ),
    "adversarial": (
        "model=creatures_cnn&image=7&eps=33&magnified=false",
        {"Model": "Creatures", "Image": "7"},
    ),
}
LONG = "A" * 3000
HOSTILE: dict[str, dict[str, str]] = {
    "": {"model": "<script>alert(1)</script>", "x": LONG, "🦉": "\u202e"},
    "convolution": {
        "grid": "../../etc/passwd",
        "kernel": "<img src=x onerror=alert(1)>",
        "stride": "1e999",
        "padding": "-3",
        "step": "NaN",
        "photo": LONG,
    },
    "training": {
        "preset": "<script>alert(1)</script>",
        "rate": "nan",
        "batch": "-5",
        "epochs": "1e999",
        "seed": LONG.replace("A", "9"),
        "edit": "<img src=x onerror=alert(1)>",
        "net": LONG,
        "data": "own-" + LONG,
        "share": "-1e400",
        "schedule": "🦉",
        "shift": "1e999",
    },
    "filters": {
        "model": "'; DROP TABLE models; --",
        "layer": "relu9<b>" + "\u202e🦉" * 200,
        "channel": "-1e999",
    },
    "adversarial": {
        "model": "my-" + LONG,
        "picture": "<script>alert(1)</script>",
        "image": "Infinity",
        "eps": "-1e400",
        "magnified": "🦉",
    },
}


def open_all(page: Page) -> None:
    """Show the controls that a page folds away; the address keeps that they are shown."""
    if "/convolution" in page.url and "unfold=1" not in page.url:
        page.get_by_text("More settings", exact=True).click()
        expect(page).to_have_url(re.compile("unfold=1"))
    elif "/training" in page.url and "edit=training" not in page.url:
        page.get_by_role("radio", name=re.compile("Training")).click()
        expect(page).to_have_url(re.compile("edit=training"))
    else:
        return
    expect(page.get_by_role("spinbutton", name=re.compile("Seed|Bias")).first).to_be_visible()


def holds(page: Page, label: str, value: str) -> None:
    """The control with this label comes to hold this value."""
    name = re.compile(rf"^{re.escape(label)}( \(|$)")
    control = page.get_by_role("combobox", name=name).or_(page.get_by_role("spinbutton", name=name))
    expect(control).to_have_value(re.compile(rf"^{re.escape(value)}"))


def in_order(page: Page, width: int) -> None:
    """The page is alive and as wide as its window."""
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.locator("h1").first).to_be_visible()
    for inner in ("document.documentElement", "document.querySelector('[data-testid=stMain]')"):
        assert page.evaluate(f"() => {inner}.scrollWidth - {inner}.clientWidth") <= 0
    assert page.evaluate("() => window.innerWidth") == width


@pytest.mark.acceptance
@pytest.mark.parametrize("name", first_fast(GOOD, 2))
def test_a_link_brings_the_controls_back_also_after_a_reload(page, name):
    query, controls = GOOD[name]
    visit(page, f"/{name}?{query}")
    open_all(page)
    for label, value in controls.items():
        holds(page, label, value)
    said = dict(part.split("=") for part in query.split("&"))
    for key, value in said.items():
        expect(page).to_have_url(re.compile(rf"[?&]{key}={value}(&|$)"))
    page.reload()
    settle(page)
    open_all(page)
    for label, value in controls.items():
        holds(page, label, value)
    in_order(page, 1280)


@pytest.mark.parametrize("name", first_fast(HOSTILE))
def test_a_hostile_address_keeps_the_page_alive_at_both_widths_in_both_themes(page, name):
    alerts = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    visit(page, f"/{name}?{urlencode(HOSTILE[name], quote_via=quote)}")
    in_order(page, 1280)
    page.set_viewport_size({"width": 390, "height": 844})
    in_order(page, 390)
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", "rgb(20, 22, 27)")
    settle(page)
    in_order(page, 390)
    page.set_viewport_size({"width": 1280, "height": 720})
    in_order(page, 1280)
    assert alerts == []


@pytest.mark.acceptance
def test_what_is_entered_is_in_the_address_at_once_and_a_copy_of_it_shows_the_same(new_page):
    page = visit(new_page(), "/training")
    open_all(page)
    epochs = page.get_by_role("spinbutton", name=re.compile("Epochs"))
    epochs.fill("3")
    epochs.press("Enter")
    expect(page).to_have_url(re.compile(r"/training\?edit=training&epochs=3$"))
    copy = visit(new_page(), page.url)
    open_all(copy)
    holds(copy, "Epochs", "3")
    epochs.fill("4")
    epochs.press("Enter")
    expect(page).to_have_url(re.compile(r"/training\?edit=training$"))
