"""Changing numbers in the stepper: typed, painted, refused, remembered, and nobody else's."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from scipy.signal import convolve2d, correlate2d

from dlviz.core.kernels import KERNELS
from dlviz.io.grids import GRIDS
from tests.browser.convolution.stepping import (
    EQUAL,
    LECTURE,
    addressed,
    at_step,
    canvas,
    cells,
    field,
    open_lab,
    output,
    says,
    shows,
    stage,
    stepper,
)
from tests.browser.driver import settle

X = KERNELS["x"].at(3)
NAMED = "aria-label"
# Type, press Enter and look at the next frame: no server answers within it.
TYPED = """(field, text) => {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  return new Promise((resolve) => {
    requestAnimationFrame(() => resolve(field.closest(".stepper").dataset.output));
  });
}"""


def lecture() -> np.ndarray:
    return GRIDS["lecture"].at(7)[0].copy()


def seen(image: np.ndarray, kernel: np.ndarray = X) -> np.ndarray:
    return correlate2d(image, kernel, mode="valid")


def alert(page: Page):
    return stepper(page).get_by_role("alert")


def restored(page: Page, numbers: np.ndarray) -> None:
    """The numbers are there, and torch agrees."""
    shows(page, numbers)
    settle(page)
    expect(page.get_by_text(f"{EQUAL}conv2d: max |difference| = 0")).to_be_visible()
    shows(page, numbers)


@pytest.mark.acceptance
def test_a_typed_number_counts_at_once_and_stays(page):
    open_lab(page)
    at = cells(page)
    image = lecture()
    entry = at.open("inputs", 0, 0)
    expect(entry).to_have_value("0")
    image[0, 0] = 5
    at_once = entry.evaluate(TYPED, "5")
    assert at_once.split()[0] == "6", "the sum was 1, with 0 times 1 in it"
    shows(page, seen(image))
    expect(entry).to_have_attribute(NAMED, "Input row 2, column 1")
    addressed(page, cells="0*5")
    restored(page, seen(image))
    # Keys move through the input; Escape takes nothing over.
    for key, name, typed in (
        ("Tab", "Input row 2, column 2", "-2"),
        ("ArrowDown", "Input row 3, column 2", "0.5"),
        ("Shift+Tab", "Input row 3, column 1", None),
        ("ArrowUp", "Input row 2, column 1", None),
    ):
        page.keyboard.press(key)
        expect(entry).to_have_attribute(NAMED, name)
        expect(entry).to_be_focused()
        if typed:
            page.keyboard.type(typed)
    image[1, 1], image[2, 1] = -2, 0.5
    page.keyboard.type("77")
    page.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    expect(stage(page)).to_be_focused()
    addressed(page, cells="0*5_8*-2_15*0.5")
    says(page, "= ")
    page.keyboard.press("Home")
    says(page, "Step 1 of 25, row 1, column 1: 5·1 + 1·0 + 1·1 + 0·0 + (−2)·1")
    # Reload, another page and back, and the browser's own way back.
    page.reload()
    at_step(page, 0)
    says(page, "5·1 + 1·0 + 1·1")
    shown = stepper(page).get_attribute("data-output")
    page.get_by_role("link", name="Home").click()
    elsewhere = page.get_by_role("heading", level=1).filter(has_not_text="convolution")
    elsewhere.wait_for()
    page.go_back()
    addressed(page, cells="0*5_8*-2_15*0.5", step="1")
    expect(stepper(page)).to_have_attribute("data-output", shown)
    at_step(page, 0)
    page.get_by_role("link", name="Home").click()
    elsewhere.wait_for()
    page.get_by_role("link", name="Convolution").first.click()
    addressed(page, cells="0*5_8*-2_15*0.5")
    expect(stepper(page)).to_have_attribute("data-output", shown)
    np.testing.assert_allclose(output(page), seen(image).ravel())


@pytest.mark.acceptance
def test_what_is_no_number_gets_one_sentence_and_changes_nothing(page):
    open_lab(page)
    at = cells(page)
    entry = at.open("inputs", 3, 3)
    height = stepper(page).bounding_box()["height"]
    for typed, sentence in (
        ("", "A cell cannot be empty: type a number, 0 for nothing."),
        ("NaN", "“NaN” is not a number"),
        ("abc", "“abc” is not a number"),
        ("1e9", "“1e9” is too large: a cell holds −999 to 999."),
        ("-1000", "“-1000” is too large"),
        ("1/0", "1/0"),
        ("<b>1</b>", "“<b>1</b>” is not a number"),
    ):
        entry.fill(typed)
        expect(alert(page)).to_be_hidden()
        page.keyboard.press("Enter")
        expect(alert(page)).to_contain_text(sentence)
        assert alert(page).inner_text().count(". ") == 0, "one sentence"
        expect(entry).to_have_attribute(NAMED, "Input row 4, column 4")
        expect(entry).to_be_focused()
        assert stepper(page).bounding_box()["height"] == height, "nothing jumps"
    shows(page, LECTURE)
    page.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    expect(alert(page)).to_be_hidden()
    # Bad text and a click elsewhere: the number that was there stays too.
    at.open("inputs", 3, 3).fill("abc")
    at.click("outputs", 0, 0)
    at_step(page, 0)
    expect(entry).to_be_hidden()
    expect(alert(page)).to_contain_text("“abc” is not a number")
    shows(page, LECTURE)
    # A good one and a click elsewhere: taken over.
    at.open("inputs", 0, 0).fill("1/2")
    at.click("outputs", 0, 1)
    at_step(page, 1)
    addressed(page, cells="0*0.5")
    expect(stepper(page)).to_have_attribute("data-output", re.compile("^3/2 4 3 "))


@pytest.mark.acceptance
def test_fast_typing_and_fast_painting_lose_nothing(page):
    open_lab(page)
    at = cells(page)
    image = lecture()
    at.open("inputs", 0, 2)
    for row in range(7):
        page.keyboard.type(str(row + 2))
        page.keyboard.press("Enter")
        image[row, 2] = row + 2
    at.open("kernels", 0, 0)
    for column in range(3):
        page.keyboard.type(str(column - 5))
        page.keyboard.press("Tab")
    kernel = X.copy()
    kernel[0] = [-5, -4, -3]
    expected = seen(image, kernel)
    shows(page, expected)
    changed = "_".join(f"{7 * row + 2}*{row + 2}" for row in range(7))
    addressed(page, cells=changed, weights="0*-5_1*-4_2*-3")
    restored(page, expected)
    # One stroke, faster than the pointer is sampled: dark becomes as bright as the brightest.
    at.drag("inputs", (6, 6), (6, 3))
    image[6, 3:] = 8
    expected = seen(image, kernel)
    shows(page, expected)
    addressed(page, cells=f"{changed}_45*8_46*8_47*8_48*8")
    expect(field(page)).to_be_hidden()
    # Another stroke and a number while the server is still at the last.
    at.drag("inputs", (0, 3), (0, 3), (1, 3), (2, 3))
    at.open("inputs", 6, 0).fill("4")
    page.keyboard.press("Enter")
    image[:3, 3] = 8
    image[6, 0] = 4
    restored(page, seen(image, kernel))
    page.reload()
    restored(page, seen(image, kernel))


@pytest.mark.acceptance
def test_a_weight_is_changed_where_it_is_shown_also_when_the_kernel_is_turned(page):
    open_lab(page, "grid=impulse&kernel=emboss&turned=1")
    at = cells(page)
    image, kernel = GRIDS["impulse"].at(7)[0], KERNELS["emboss"].at(3)
    shows(page, convolve2d(image, kernel, mode="valid"))
    entry = at.open("kernels", 0, 0)
    expect(entry).to_have_value("2")
    entry.fill("7")
    page.keyboard.press("Enter")
    kernel[2, 2] = 7
    shows(page, convolve2d(image, kernel, mode="valid"))
    addressed(page, weights="8*7")
    restored(page, convolve2d(image, kernel, mode="valid"))
    # Another kernel begins without the edits of this one; the input keeps its own.
    at.open("inputs", 0, 0).fill("3")
    page.keyboard.press("Escape")
    stage(page).press("k")
    expect(entry).to_have_attribute(NAMED, "Kernel row 1, column 1")
    expect(entry).to_have_value("7")
    page.keyboard.press("Escape")
    stage(page).press("Enter")
    expect(entry).to_have_attribute(NAMED, re.compile("^Input row"))
    page.keyboard.press("Escape")
    at.open("inputs", 0, 0).fill("3")
    page.keyboard.press("Enter")
    addressed(page, cells="0*3", weights="8*7")
    page.get_by_role("combobox", name=re.compile("Kernel")).click()
    page.get_by_role("option", name=KERNELS["sobel_y"].title).click()
    addressed(page, cells="0*3", weights=None)
    image[0, 0] = 3
    restored(page, convolve2d(image, KERNELS["sobel_y"].at(3), mode="valid"))


@pytest.mark.acceptance
def test_the_field_stays_over_its_cell_and_nothing_moves_below_it(page):
    open_lab(page, "step=1")
    button = stepper(page).get_by_role("button", name="Play")
    button.click()
    expect(button).to_be_hidden()
    entry = cells(page).open("inputs", 6, 6)
    expect(button).to_be_visible()
    entry.fill("4")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(
        "(canvas) => canvas.clientWidth < 390", arg=canvas(page).element_handle()
    )
    x, y = cells(page).on_page("inputs", 6, 6)
    box = entry.bounding_box()
    assert abs(box["y"] + box["height"] / 2 - y) < 2
    assert box["x"] <= x <= box["x"] + box["width"] <= 390
    page.keyboard.press("Enter")
    image = lecture()
    image[6, 6] = 4
    shows(page, seen(image))


@pytest.mark.acceptance
def test_edits_belong_to_one_visitor(new_page):
    first = open_lab(new_page())
    image = lecture()
    at = cells(first)
    at.open("inputs", 6, 6).fill("9")
    first.keyboard.press("Enter")
    image[6, 6] = 9
    shows(first, seen(image))
    second = open_lab(new_page())
    shows(second, LECTURE)
    restored(first, seen(image))
    cells(second).open("kernels", 1, 1).fill("2")
    second.keyboard.press("Enter")
    addressed(second, weights="4*2", cells=None)
    addressed(first, weights=None)
    shows(first, seen(image))
