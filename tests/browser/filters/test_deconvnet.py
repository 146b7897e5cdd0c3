"""The deconvnet in a real browser: stepped through without the server, pointed at, saved."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.driver import settle, visit


def view(page: Page):
    return page.locator(".descent")


def part(page: Page, name: str):
    return page.locator(f'.descent [data-part="{name}"]')


def opened(page: Page, address: str = "") -> Page:
    visit(page, f"/filters?view=deconvnet{address}")
    expect(view(page)).to_have_attribute("data-place", re.compile(r"\d"))
    settle(page)
    return page


def colours(page: Page, name: str) -> int:
    """How many colours a canvas shows."""
    return part(page, name).evaluate(
        """canvas => new Set(new Uint32Array(canvas.getContext("2d")
          .getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
    )


def test_the_descent_is_one_screen_and_is_stepped_through_without_the_server(page):
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(socket.url)))
    opened(page)
    expect(view(page)).to_have_attribute("data-place", "8")
    for name in ("ladder", "pictures", "numbers"):
        box = part(page, name).bounding_box()
        assert box["y"] + box["height"] <= 700
        assert box["x"] + box["width"] <= 1280
    assert colours(page, "ladder") > 300
    assert colours(page, "pictures") > 200
    expect(page.locator(".answers figure")).to_have_count(5, timeout=60_000)
    # The last of the five is there: 29 passes through the network, on a busy machine.
    expect(page.get_by_text("cosine 1.00.")).to_be_visible(timeout=60_000)
    settle(page)
    asked = len(sent)
    assert asked
    part(page, "body").focus()
    page.keyboard.press("Home")
    expect(part(page, "said")).to_contain_text("at its own activation 11.36")
    for title in ("relu3: ReLU", "conv3: transposed filters", "pool2: unpool", "relu2: ReLU"):
        page.keyboard.press("ArrowRight")
        expect(part(page, "title")).to_have_text(f"Back through {title}")
    expect(page).to_have_url(re.compile("step=5"))
    first = part(page, "chips").get_by_role("button").first
    expect(first).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-pressed", "false")
    part(page, "ladder").click(position={"x": 20, "y": 150})  # the pixels' column
    expect(view(page)).to_have_attribute("data-place", "8")
    page.keyboard.press("Home")
    page.get_by_role("button", name="Play").click()
    expect(view(page)).to_have_attribute(
        "data-place", re.compile("[1-8]")
    )  # however slowly we look
    page.get_by_role("button", name=re.compile("Pause|Play")).click()
    # Ten steps without the server; a message of the page's own opening may have been late.
    assert len(sent) - asked <= 1


@pytest.mark.acceptance
def test_a_place_of_the_map_and_a_rule_are_chosen_and_a_link_says_so(page):
    opened(page, "&step=1")
    pictures = part(page, "pictures")
    box = pictures.bounding_box()
    middle = {"x": box["width"] / 2, "y": 22 + (box["width"] - 32) / 6}  # row 3, column 3 of 7
    pictures.hover(position=middle)
    expect(part(page, "read")).to_contain_text(re.compile(r"row 3, column 3: \d"))
    pictures.click(position=middle)
    expect(part(page, "said")).to_contain_text("row 3, column 3, at its own activation")
    expect(page).to_have_url(re.compile("at=3.3"))
    expect(page).to_have_url(re.compile("step=1"))
    part(page, "rule").select_option("guided")
    expect(page).to_have_url(re.compile("rule=guided"))
    page.reload()
    settle(page)
    expect(part(page, "said")).to_contain_text("row 3, column 3, at its own activation")
    expect(part(page, "rule")).to_have_value("guided")


@pytest.mark.acceptance
def test_a_step_and_the_whole_way_are_saved(page):
    opened(page, "&step=4")
    with page.expect_download() as download:
        part(page, "save").click()
    assert download.value.suggested_filename.endswith("creatures-823.step-4.png")
    with Image.open(BytesIO(download.value.path().read_bytes())) as image:
        assert image.width >= 2 * 1120
    with page.expect_download(timeout=60_000) as download:
        part(page, "film").click()
    with Image.open(BytesIO(download.value.path().read_bytes())) as film:
        assert film.format == "GIF"
        assert film.n_frames == 9
    with page.expect_download() as download:
        page.get_by_role("button", name="Save these pictures").click()
    assert download.value.suggested_filename == "answers-creatures_cnn-relu3-89-creatures-823.png"


@pytest.mark.acceptance
def test_mobilenet_shows_its_one_template_and_offers_guided_backpropagation(page):
    opened(page, "&model=mobilenet_v2")
    expect(page.get_by_text("there are no switches")).to_be_visible()
    assert len(part(page, "ladder").get_attribute("aria-label").split(",")) == 15
    part(page, "rule").select_option("guided")
    expect(page.get_by_text("there are no switches")).to_have_count(0)
    expect(page.get_by_text("not what the unit means")).to_be_visible()


@pytest.mark.acceptance
@pytest.mark.parametrize("dark", [False, True])
def test_on_a_telephone_the_ladder_scrolls_and_the_page_does_not(new_page, dark):
    page = opened(new_page(width=390, height=844, dark=dark), "&step=1")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    pane = part(page, "pane")
    assert pane.evaluate("node => node.scrollWidth > node.clientWidth && node.scrollLeft > 100")
    page.get_by_role("button", name="Last step").click()
    expect(view(page)).to_have_attribute("data-place", "8")
    assert pane.evaluate("node => node.scrollLeft") == 0
    small = page.evaluate(
        """() => [...document.querySelectorAll('.descent *, .answers *')]
          .filter(node => node.offsetWidth && [...node.childNodes].some(
            part => part.nodeType === 3 && part.textContent.trim()))
          .filter(node => parseFloat(getComputedStyle(node).fontSize) < 14)
          .map(node => node.textContent.slice(0, 40))"""
    )
    assert small == []
