"""Several planes and maps in the stepper: channels, filters, pooling's winner, the half turn."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from scipy.signal import convolve2d, correlate2d

from dlviz.core.kernels import KERNELS
from dlviz.io.grids import GRIDS
from tests.browser.convolution.stepping import (
    addressed,
    at_step,
    canvas,
    cells,
    open_lab,
    pixels,
    says,
    shows,
    stage,
    stepper,
    unfold,
)

# Remember every picture that the canvas shows of a box, as long as it is asked for.
RECORD = """(canvas, [x, y, side]) => {
  const ratio = canvas.width / canvas.clientWidth;
  const box = [x, y, side, side].map((length) => Math.round(length * ratio));
  const context = canvas.getContext("2d");
  window.pictures = [];
  const look = () => {
    window.pictures.push(context.getImageData(...box).data.join());
    window.looking = requestAnimationFrame(look);
  };
  look();
}"""
DIFFERENT = "() => new Set(window.pictures).size"


def turn(page: Page) -> None:
    """Switch true convolution on or off."""
    page.get_by_text("True convolution", exact=True).click()


@pytest.mark.acceptance
def test_three_channels_are_added_up(page):
    open_lab(page, "grid=colours&channels=rgb&kernel=sobel_x&mix=red_green&step=2")
    image, kernel = GRIDS["colours"].at(7, channels=3), KERNELS["sobel_x"].at(3)
    red, green = (correlate2d(plane, kernel, mode="valid") for plane in image[:2])
    shows(page, red - green)
    sums = f"{red[0, 1]:g} + ({-green[0, 1]:g}) + 0 = {red[0, 1] - green[0, 1]:g}"
    says(page, f"together {sums.replace('-', '−')}")
    at = cells(page)
    assert [len(grids) for grids in at.grids.values()] == [3, 3, 1]
    assert {at.side("inputs", plane) for plane in range(3)} == {7}
    assert at.side("outputs") == 5
    # An edit of one channel's number and of one channel's weight.
    entry = at.open("inputs", 0, 1, 1)
    entry.fill("9")
    page.keyboard.press("Enter")
    image[1, 0, 1] = 9
    at.open("kernels", 0, 2, 2).fill("5")
    page.keyboard.press("Enter")
    blue = np.zeros((3, 3))
    blue[0, 2] = 5
    planes = zip(image, (kernel, -kernel, blue), strict=True)
    shows(page, sum(correlate2d(plane, part, mode="valid") for plane, part in planes))
    addressed(page, cells="50*9", weights="20*5")
    # One output lights its window in every channel; a channel's number lights outputs.
    page.keyboard.press("Escape")
    canvas(page).hover(position={"x": 1, "y": 1})
    before = pixels(page)
    at.hover("outputs", 4, 4)
    expect(stepper(page)).to_have_attribute("data-lit", "window 4,4 reach 3")
    after = pixels(page)
    for plane in range(3):
        cut = at.cut(after, "inputs", 4, 4, plane) != at.cut(before, "inputs", 4, 4, plane)
        assert cut.any(), plane
        cut = at.cut(after, "inputs", 0, 6, plane) != at.cut(before, "inputs", 0, 6, plane)
        assert not cut.any(), plane


@pytest.mark.acceptance
def test_several_filters_give_several_maps_one_of_them_in_focus(page):
    open_lab(page, "kernel=sobel_x&more=sobel_y,laplacian&step=7")
    image = GRIDS["lecture"].at(7)[0]
    names = ("sobel_x", "sobel_y", "laplacian")
    maps = [correlate2d(image, KERNELS[name].at(3), mode="valid") for name in names]
    titles = [KERNELS[name].title for name in names]
    shows(page, maps[0])
    for key, index in (
        ("PageUp", 0),
        ("PageDown", 1),
        ("PageDown", 2),
        ("PageDown", 2),
        ("PageUp", 1),
    ):
        stage(page).press(key)
        shows(page, maps[index])
        says(page, f"Step 7 of 25, row 2, column 2, {titles[index]}: ")
        addressed(page, map=None if index == 0 else str(index + 1))
    page.keyboard.press("ArrowRight")
    says(page, f"Step 8 of 25, row 2, column 3, {titles[1]}: ")
    at = cells(page)
    assert len(at.grids["outputs"]) == 3
    at.click("outputs", 3, 2, 2)
    at_step(page, 17)
    shows(page, maps[2])
    addressed(page, map="3", step="18")
    # The kernel that is shown and edited is that of the map in focus.
    at.open("kernels", 1, 1).fill("-9")
    page.keyboard.press("Enter")
    changed = KERNELS["laplacian"].at(3)
    changed[1, 1] = -9
    shows(page, correlate2d(image, changed, mode="valid"))
    addressed(page, weights="22*-9", map="3", step="18")
    page.reload()
    says(page, f"Step 18 of 25, row 4, column 3, {titles[2]}: ")
    shows(page, correlate2d(image, changed, mode="valid"))


@pytest.mark.acceptance
def test_pooling_marks_where_the_winner_stood_and_hatches_what_no_window_covers(page):
    query = "op={}&grid=random&size=7&seed=4&window=2&stride=2&step=9"
    image = GRIDS["random"].at(7, seed=4)[0]
    open_lab(page, query.format("average_pool"))
    plain = pixels(page)
    open_lab(page, query.format("max_pool"))
    rung = pixels(page)
    windows = image[:6, :6].reshape(3, 2, 3, 2).swapaxes(1, 2).reshape(9, 4)
    shows(page, windows.max(axis=1))
    assert ((windows == windows.max(axis=1, keepdims=True)).sum(axis=1) > 1).any(), "the first wins"
    says(page, f"= {windows[8].max():g}")
    at = cells(page)
    assert at.side("inputs") == 7
    assert at.grids["kernels"] == []
    ringed = [
        (row, column)
        for row, column in np.ndindex(7, 7)
        if (at.cut(plain, "inputs", row, column) != at.cut(rung, "inputs", row, column)).any()
    ]
    winners = [
        (2 * (step // 3) + at_most // 2, 2 * (step % 3) + at_most % 2)
        for step, at_most in enumerate(windows.argmax(axis=1).tolist())
    ]
    assert ringed == sorted(winners)
    # Between input and output the window itself: its winner has a ring too.
    grid, output = at.grids["inputs"][0], at.grids["outputs"][0]
    between = slice(grid["x"] + grid["width"] + 3, output["x"] - 60)
    low = grid["y"] + grid["height"]
    different = (plain != rung).any(axis=2)[grid["y"] : low, between]
    assert different.any()
    # The seventh row and column are under no window: hatched, and said.
    sentence = "Row and column 7 (hatched) are under no window: what stands there never counts."
    expect(page.get_by_text(sentence)).to_be_visible()
    open_lab(page, "op=max_pool&grid=blank&size=7&window=2&stride=2&step=1")
    picture = pixels(page)
    inner = (slice(4, -4), slice(4, -4))
    usual = at.cut(picture, "inputs", 5, 5)[inner]
    for row in (4, 5, 6):  # above it the window is, and its beam
        for column in range(7):
            same = np.array_equal(at.cut(picture, "inputs", row, column)[inner], usual)
            assert same == (max(row, column) < 6), (row, column)
    at.hover("inputs", 6, 0)
    never = "Input row 7, column 1 = 0: no window ever looks here."
    expect(page.get_by_text(never)).to_be_visible()


@pytest.mark.acceptance
def test_the_kernel_turns_by_180_degrees_before_ones_eyes(page):
    open_lab(page, "grid=impulse&kernel=emboss", still=False)
    image, kernel = GRIDS["impulse"].at(7)[0], KERNELS["emboss"].at(3)
    shows(page, correlate2d(image, kernel, mode="valid"))
    unfold(page)
    at = cells(page)
    grid = at.grids["kernels"][0]
    box = [grid["x"], grid["y"], grid["width"]]
    canvas(page).evaluate(RECORD, box)
    turn(page)
    shows(page, convolve2d(image, kernel, mode="valid"))
    addressed(page, turned="1")
    # More than its two ends: it was seen on its way.
    page.wait_for_function(f"({DIFFERENT})() > 8")
    says(page, "Step ")
    still = page.evaluate(
        """() => new Promise((resolve) => {
          const wait = () => {
            const last = window.pictures.slice(-20);
            if (last.length === 20 && new Set(last).size === 1) resolve(last[0]);
            else requestAnimationFrame(wait);
          };
          wait();
        })"""
    )
    # It ends as a kernel that was turned from the start; the other way round at once, if so wished.
    page.emulate_media(reduced_motion="reduce")
    canvas(page).evaluate(RECORD, box)
    turn(page)
    addressed(page, turned=None)
    shows(page, correlate2d(image, kernel, mode="valid"))
    says(page, re.compile("Step "))
    page.wait_for_function("() => window.pictures.length > 40")
    assert page.evaluate(DIFFERENT) == 2
    turn(page)
    addressed(page, turned="1")
    page.wait_for_function("(still) => window.pictures.at(-1) === still", arg=still)
    assert page.evaluate(DIFFERENT) == 2
