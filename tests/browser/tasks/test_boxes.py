"""Boxes in a browser: dragged, stepped, and learnt live."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from dlviz.figures.detection import FRAMED
from tests.browser.driver import settle, visit

# A promise of the node's top as soon as ten frames in a row have it at the same place.
STANDS = """node => new Promise((done) => {
  let [top, frames] = [null, 0];
  const look = () => {
    const now = node.getBoundingClientRect().top;
    [top, frames] = [now, now === top ? frames + 1 : 0];
    if (frames > 10) done(now);
    else requestAnimationFrame(look);
  };
  look();
})"""


def test_a_box_is_dragged_and_moved_by_keys_and_the_link_keeps_it(page: Page) -> None:
    visit(page, "/tasks?task=iou&framed=rocket")
    view = page.locator(".iou")
    expect(view).to_have_attribute("data-iou", f"{16 / 36:.4f}")
    picture = view.locator("canvas")
    picture.focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    expect(view).to_have_attribute("data-iou", f"{24 / 28:.4f}")
    expect(page).to_have_url(re.compile(r"at=246\.102\.272\.326"))
    box = picture.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 720
    scale = box["width"] / 512
    page.mouse.move(box["x"] + 255 * scale, box["y"] + 200 * scale)
    page.mouse.down()
    page.mouse.move(box["x"] + 253 * scale, box["y"] + 200 * scale, steps=4)
    page.mouse.up()
    expect(view).to_have_attribute("data-box", " ".join(map(str, FRAMED["rocket"].truth)))
    expect(view).to_contain_text("Nearly the same box.")


@pytest.mark.acceptance
def test_suppression_is_stepped_by_keys_saved_and_kept_by_the_address(page: Page) -> None:
    visit(page, "/tasks?task=nms")
    view = page.locator(".steps")
    expect(view).to_have_attribute("data-step", "0")
    box = view.locator("figure").first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 720, "picture and legend stand above the fold"
    step = view.get_by_role("button", name="Step on")
    step.press("Enter")
    expect(view).to_contain_text("Step 1: keep star")
    for _ in range(6):
        step.press("Enter")
    expect(view).to_contain_text("Of 5 forms 5 are found.")
    # A button that has nothing more to do keeps the focus, hence the arrow keys.
    expect(step).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("ArrowLeft")
    expect(view).to_have_attribute("data-step", "5")
    expect(page).to_have_url(re.compile("decided=5"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture").click()
    assert download.value.suggested_filename == "suppression-5.png"
    with Image.open(download.value.path()) as saved:
        assert saved.width == 2 * (480 + 2 * 16)
    page.reload()
    settle(page)
    expect(view).to_have_attribute("data-step", "5")
    page.get_by_label("Scene (0 to 99)").fill("41")
    page.keyboard.press("Enter")
    expect(view).to_contain_text("for 3 forms")
    expect(view).to_have_attribute("data-step", "0")
    expect(page).not_to_have_url(re.compile("decided"))


@pytest.mark.acceptance
def test_precision_opens_walked_with_its_number(page: Page) -> None:
    visit(page, "/tasks?task=precision")
    view = page.locator(".steps")
    expect(view).to_contain_text("Detection 98, star 0.05")
    expect(view.get_by_label("Precision over recall, AP 0.924", exact=True)).to_be_visible()
    view.get_by_role("button", name="Step back").click()
    expect(view).to_have_attribute("data-step", "97")


@pytest.mark.acceptance
def test_a_finger_on_the_box_drags_it_and_beside_it_scrolls(
    new_page: Callable[..., Page],
) -> None:
    page = new_page(width=390, height=700)
    fingers = page.context.new_cdp_session(page)
    fingers.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    visit(page, "/tasks?task=iou")
    view = page.locator(".iou")
    start = " ".join(map(str, FRAMED["cup"].start))
    expect(view).to_have_attribute("data-box", start)

    def swipe(x: float, y: float, dx: float, dy: float) -> None:
        def touch(kind: str, points: list[dict[str, float]]) -> None:
            fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        touch("touchStart", [{"x": x, "y": y}])
        for part in (0.25, 0.5, 0.75, 1):
            touch("touchMove", [{"x": x + dx * part, "y": y + dy * part}])
        touch("touchEnd", [])

    def still() -> float:
        """The picture's top once it stands."""
        return float(picture.evaluate(STANDS))

    picture = view.locator("canvas")
    box = picture.bounding_box()
    assert box is not None
    left, top = box["x"], box["y"]
    swipe(left + 20, top + 200, 0, -80)
    expect(view).to_have_attribute("data-box", start)
    now = still()
    assert now < top - 30, "the page has scrolled"
    for _ in range(3):  # a page that is still gliding takes the first touch to stop it
        now = still()
        swipe(left + 260, now + 120, -40, -20)
        page.wait_for_timeout(200)
        if view.get_attribute("data-box") != start:
            break
    expect(view).not_to_have_attribute("data-box", start)
    assert still() == now, "the page stands while the box is dragged"


@pytest.mark.acceptance
def test_a_detector_learns_live(page: Page) -> None:
    visit(page, "/tasks?task=detect&learns=200&epochs=1")
    expect(page.get_by_text("The shipped run")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Start")).click()
    expect(page.get_by_text("Your run")).to_be_visible(timeout=60_000)
    expect(page.locator(".taught")).to_contain_text("step 10 of 10")
