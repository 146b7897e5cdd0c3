"""The filters page in a real browser: pictures are drawn, one can be picked, a link reproduces."""

import os
import re
import statistics
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from dlviz.ui.filters.views import VIEWS
from tests.browser.driver import visit

PATCHES, PROJECTIONS, ORIGINALS, WALL = range(4)


def grid(page: Page, place: int):
    return page.locator(".tiles").nth(place)


def drawn(page: Page, place: int) -> list[int]:
    """How many colours each tile of a grid shows."""
    return grid(page, place).evaluate(
        """root => [...root.querySelectorAll("canvas")].map(canvas => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return new Set(new Uint32Array(data.buffer)).size;
        })"""
    )


def pixels(page: Page, place: int) -> list[str]:
    """Every tile of a grid."""
    return grid(page, place).evaluate(
        "root => [...root.querySelectorAll('canvas')].map(canvas => canvas.toDataURL())"
    )


# From the click to the frame after the one in which the first projection is another one, in ms,
# and the 27 pictures that are on the screen then.
CLICK = """([grids, number]) => new Promise((done, fail) => {
  const tiles = grids.slice(0, 3).flatMap(grid => [...grid.querySelectorAll("canvas")]);
  const first = () => tiles[9].toDataURL();
  const old = first();
  const began = performance.now();
  grids[3].querySelectorAll("button.tile")[number].click();
  const seen = () => {
    const took = performance.now() - began;
    done([took, tiles.map(canvas => canvas.toDataURL())]);
  };
  const look = () => first() !== old
    ? requestAnimationFrame(() => requestAnimationFrame(seen)) : setTimeout(look, 4);
  look();
  setTimeout(() => fail(new Error("no other projection")), 20000);
})"""
# From a click on what is chosen already to the end of a rerun that has nothing new, in ms.
BARE = """([app, tile]) => new Promise((done, fail) => {
  const began = performance.now();
  let ran = false;
  new MutationObserver((_, watch) => {
    ran ||= app.dataset.testScriptState === "running";
    if (!ran || app.dataset.testScriptState !== "notRunning") return;
    watch.disconnect();
    done(performance.now() - began);
  }).observe(app, { attributes: true });
  tile.click();
  setTimeout(() => fail(new Error("no rerun")), 20000);
})"""


def opened(page: Page, path: str = "/filters") -> Page:
    visit(page, path)
    expect(page.get_by_text("The best of 1,500 held-out pictures")).to_be_visible()
    expect(grid(page, WALL).locator(".tile")).not_to_have_count(0)
    return page


def channel(page: Page):
    return page.get_by_label(re.compile(r"Channel \(0 to"))


def answered(page: Page, number: int) -> None:
    """Wait until the page itself, not only its grids, is at this channel."""
    expect(channel(page)).to_have_value(str(number))
    expect(grid(page, WALL)).to_have_attribute("data-selected", str(number))
    expect(page.locator('[data-test-script-state="notRunning"]')).to_be_attached()


def test_the_whole_story_is_on_one_projected_screen(page):
    opened(page)
    for place in (PATCHES, PROJECTIONS, ORIGINALS):
        box = grid(page, place).bounding_box()
        assert box["y"] + box["height"] <= 680
        assert len(drawn(page, place)) == 9
        assert min(drawn(page, place)) > 20
    sentence = page.get_by_text("not what the unit means").bounding_box()
    assert sentence["y"] + sentence["height"] <= 720
    boxes = [grid(page, place).bounding_box() for place in (PATCHES, PROJECTIONS, ORIGINALS)]
    assert [box["x"] for box in boxes] == sorted(box["x"] for box in boxes)
    assert len({(round(box["y"]), round(box["height"])) for box in boxes}) == 1
    assert len(drawn(page, WALL)) == 128
    question = page.get_by_text(VIEWS["strongest"].question).bounding_box()
    title = page.locator("h1").bounding_box()
    assert title["x"] + title["width"] < question["x"]
    assert abs(question["y"] + question["height"] / 2 - title["y"] - title["height"] / 2) < 8


@pytest.mark.acceptance
def test_random_weights_draw_the_same_pictures_and_the_link_keeps_them(page):
    opened(page)
    kept = [grid(page, place).bounding_box() for place in (PATCHES, PROJECTIONS, ORIGINALS)]
    before = pixels(page, PROJECTIONS)
    page.get_by_role("radio", name="Random weights").click()
    expect(page.get_by_text("with random weights, in the same pictures")).to_be_visible()
    expect(page).to_have_url(re.compile("through=random"))
    page.wait_for_function(
        "([root, old]) => root.querySelector('canvas').toDataURL() !== old",
        arg=[grid(page, PROJECTIONS).element_handle(), before[0]],
    )
    after = [grid(page, place).bounding_box() for place in (PATCHES, PROJECTIONS, ORIGINALS)]
    assert after == kept
    page.reload()
    expect(page.get_by_text("with random weights, in the same pictures")).to_be_visible()


@pytest.mark.acceptance
def test_another_channel_comes_within_a_fifth_of_a_second_once_computed(page):
    # From the click to three new walls on the screen. On a busy machine nothing takes 200 ms: there
    # the walls must at least come before a rerun with nothing new in it would be through, which
    # they never do when they have to wait for the page.
    opened(page)
    expect(grid(page, WALL).locator("canvas").nth(127)).to_be_visible()
    grids = page.locator(".tiles").element_handles()
    app = page.locator("[data-test-script-state]").element_handle()
    times, bare = [], []
    for number in (3, 10, 17, 24, 31, 4, 11, 18, 25, 32) * 2:  # none of them is silent
        took, seen = page.evaluate(CLICK, [grids, number])
        times.append(took)
        answered(page, number)
        assert seen == [one for place in range(3) for one in pixels(page, place)]
        tile = grid(page, WALL).locator("button.tile").nth(number).element_handle()
        bare.append(page.evaluate(BARE, [app, tile]))
    anew, again, rerun = (statistics.median(part) for part in (times[:10], times[10:], bare))
    print(
        f"click → new walls: {anew:.0f} ms anew, {again:.0f} ms known; "
        f"a bare rerun: {rerun:.0f} ms; at load {os.getloadavg()[0]:.1f}"
    )
    assert again < max(200.0, rerun)
    assert anew < max(200.0, rerun)


def test_a_channel_is_picked_from_the_wall_by_mouse_and_by_keys(page):
    opened(page, "/filters?layer=relu2&channel=3")
    tiles = grid(page, WALL).locator("button.tile")
    expect(tiles.nth(3)).to_have_attribute("aria-current", "true")
    tiles.nth(8).click()
    expect(channel(page)).to_have_value("8")
    expect(tiles.nth(8)).to_have_attribute("aria-current", "true")
    expect(page).to_have_url(re.compile(r"layer=relu2&channel=8|channel=8&layer=relu2"))
    expect(tiles.nth(8)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(tiles.nth(9)).to_be_focused()
    page.keyboard.press("Enter")
    expect(channel(page)).to_have_value("9")
    expect(tiles.nth(9)).to_have_attribute("aria-current", "true")
    expect(grid(page, WALL)).to_have_attribute("data-selected", "9")  # this answer has come whole
    # The same again would be no news to a state, but must pick again after another way there.
    channel(page).fill("5")
    channel(page).press("Enter")
    expect(tiles.nth(5)).to_have_attribute("aria-current", "true")
    tiles.nth(9).click()
    expect(channel(page)).to_have_value("9")
    expect(page).to_have_url(re.compile("channel=9"))  # what a reload goes by comes a moment later
    page.reload()
    expect(channel(page)).to_have_value("9")
    expect(page.get_by_text("conv 2 (after ReLU)").first).to_be_visible()


@pytest.mark.acceptance
def test_nothing_jumps_when_the_channel_changes(page):
    opened(page)
    before = [grid(page, place).bounding_box() for place in (PATCHES, PROJECTIONS)]
    grid(page, PATCHES).evaluate("root => { root.dataset.kept = 'yes'; }")
    old = channel(page).input_value()
    channel(page).press("ArrowUp")
    channel(page).press("Enter")
    expect(channel(page)).not_to_have_value(old)
    expect(grid(page, WALL)).to_have_attribute("data-selected", str(int(old) + 1))
    expect(grid(page, PATCHES)).to_have_attribute("data-kept", "yes")  # the same node
    after = [grid(page, place).bounding_box() for place in (PATCHES, PROJECTIONS)]
    assert [(box["x"], box["y"], box["width"]) for box in before] == [
        (box["x"], box["y"], box["width"]) for box in after
    ]


@pytest.mark.acceptance
def test_the_pointer_on_a_patch_lights_up_its_projection(page):
    opened(page)
    grid(page, PATCHES).locator(".tile").nth(4).hover()
    for place in (PATCHES, PROJECTIONS, ORIGINALS):
        expect(grid(page, place).locator(".tile.linked")).to_have_count(1)
        expect(grid(page, place).locator(".tile").nth(4)).to_have_class(re.compile("linked"))
    expect(grid(page, WALL).locator(".tile.linked")).to_have_count(0)


@pytest.mark.acceptance
def test_the_picture_can_be_saved(page):
    opened(page, "/filters?channel=7")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture").click()
    assert download.value.suggested_filename == "creatures_cnn-relu3-7.png"
    with Image.open(BytesIO(download.value.path().read_bytes())) as image:
        assert image.format == "PNG"
        assert len(np.unique(np.asarray(image).reshape(-1, 3), axis=0)) > 1000


@pytest.mark.acceptance
def test_a_search_can_be_stopped_and_taken_up_again(page):
    page.goto("/filters?model=photo_cnn")  # which no other test searches
    page.get_by_role("button", name="Stop", exact=True).click(timeout=60_000)
    expect(page.get_by_text("Stopped after")).to_be_visible()
    assert len(drawn(page, PATCHES)) == 8  # what was found so far, one crop a photograph
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("The best of 1,500 held-out pictures")).to_be_visible()
    expect(page.get_by_text("Stopped after")).to_have_count(0)


@pytest.mark.acceptance
def test_a_bad_link_gets_a_sentence(page):
    visit(page, "/filters?channel=4096")
    expect(page.get_by_text("here they go from 0 to 127")).to_be_visible()
    expect(page.get_by_text("The best of 1,500 held-out pictures")).to_be_visible()


@pytest.mark.acceptance
def test_the_chosen_view_stays_in_sight_on_a_telephone(new_page):
    page = new_page(width=390, height=844)
    last = list(VIEWS)[-1]
    visit(page, f"/filters?view={last}")
    row = page.locator(".st-key-views [role=radiogroup]")
    chosen = row.get_by_role("radio", name=VIEWS[last].title, exact=True)
    expect(chosen).to_have_attribute("aria-checked", "true")
    expect(page.get_by_text(VIEWS[last].question)).to_be_visible()
    for scrolled in (0, 10_000):
        row.evaluate("(root, x) => { root.scrollLeft = x; }", scrolled)
        inner, outer = chosen.bounding_box(), row.bounding_box()
        assert inner["x"] >= outer["x"] - 1
        assert inner["x"] + inner["width"] <= outer["x"] + outer["width"] + 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.acceptance
@pytest.mark.parametrize("dark", [False, True])
def test_on_a_telephone_everything_is_wide_enough_and_large_enough(new_page, dark):
    page = opened(new_page(width=390, height=844, dark=dark))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for place in (PATCHES, ORIGINALS):
        assert grid(page, place).locator(".tile").first.bounding_box()["width"] >= 100
    assert grid(page, WALL).locator(".tile").first.bounding_box()["width"] >= 44
    small = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid="stMain"] *')]
          .filter(node => node.offsetWidth && [...node.childNodes].some(
            part => part.nodeType === 3 && part.textContent.trim()))
          .filter(node => !node.closest('[data-testid="stIconMaterial"]'))
          .filter(node => parseFloat(getComputedStyle(node).fontSize) < 14)
          .map(node => node.textContent.slice(0, 40))"""
    )
    assert small == []
