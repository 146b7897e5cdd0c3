"""Pointing at a cell of the stepper shows what it is connected with, in both directions."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from dlviz.core.kernels import KERNELS
from dlviz.io.grids import GRIDS
from tests.browser.convolution.stepping import Cells, canvas, cells, open_lab, pixels, stepper

USUAL = (
    "Press ▶ or → to step. "
    "Click a number to change it, drag to paint, hover to see what is connected."
)
BORDER = 5  # pixels that an outline may reach beyond its cells
LECTURE = GRIDS["lecture"].at(7)[0]
# Counted from 1, the number of the cell that stands at each place; 0 where none does.
NUMBERED = np.arange(1, 50).reshape(7, 7)


def lit(page: Page) -> str:
    return stepper(page).get_attribute("data-lit") or ""


def hint(page: Page, text: str) -> None:
    expect(stepper(page).locator('[data-part="hint"]')).to_have_text(text)


def changed(page: Page, at: Cells, part: str, row: int, column: int) -> np.ndarray:
    """Which pixels of the canvas are others while the pointer is over a cell."""
    canvas(page).hover(position={"x": 1, "y": 1})
    hint(page, USUAL)
    before = pixels(page)
    at.hover(part, row, column)
    expect(stepper(page)).not_to_have_attribute("data-lit", "")
    return (pixels(page) != before).any(axis=2)


def extent(mask: np.ndarray, at: Cells, part: str) -> list[int]:
    """Where, within a grid, something is different: left, top, right, bottom in its pixels."""
    grid = at.grids[part][0]
    x, y = int(grid["x"]), int(grid["y"])
    inside = np.zeros_like(mask)
    area = (
        slice(max(0, y - BORDER), y + int(grid["height"]) + BORDER),
        slice(max(0, x - BORDER), x + int(grid["width"]) + BORDER),
    )
    inside[area] = mask[area]
    rows, columns = np.nonzero(inside)
    assert len(rows), f"nothing in {part} is different"
    return [columns.min() - x, rows.min() - y, columns.max() + 1 - x, rows.max() + 1 - y]


def around(at: Cells, part: str, first: tuple[int, int], last: tuple[int, int]) -> list[int]:
    """The pixels of a block of cells, as ``extent`` gives them."""
    side = int(at.grids[part][0]["cell"])
    (top, left), (bottom, right) = first, last
    return [left * side, top * side, (right + 1) * side, (bottom + 1) * side]


def close(found: list[int], wanted: list[int]) -> None:
    assert np.abs(np.array(found) - wanted).max() <= BORDER, (found, wanted)


def outlined(mask: np.ndarray, at: Cells, part: str) -> list[int]:
    """The cells with something different along all four of their edges, counted row by row."""
    found = []
    for place in np.ndindex(at.side(part), at.side(part)):
        x, y, side = at.box(part, *place)
        high, wide = (slice(low + side // 4, low + 3 * side // 4) for low in (y, x))
        top, bottom, left, right = (
            slice(max(0, edge - 3), edge + 3) for edge in (y, y + side, x, x + side)
        )
        strips = (mask[top, wide], mask[bottom, wide], mask[high, left], mask[high, right])
        if all(strip.any() for strip in strips):
            found.append(place[0] * at.side(part) + place[1])
    return found


def steps_over(drawn: np.ndarray, stride: int, number: int) -> list[int]:
    """The windows 3×3 of a drawn, numbered input that hold a number."""
    windows = np.lib.stride_tricks.sliding_window_view(drawn, (3, 3))[::stride, ::stride]
    return np.flatnonzero((windows == number).any(axis=(2, 3))).tolist()


@pytest.mark.acceptance
def test_an_output_lights_its_window_and_an_input_its_outputs(page):
    open_lab(page, "step=1")
    at = cells(page)
    mask = changed(page, at, "outputs", 3, 4)
    assert lit(page) == "window 3,4 reach 3"
    hint(page, "Output row 4, column 5 = 1: its window sees rows 4–6, columns 5–7.")
    close(extent(mask, at, "inputs"), around(at, "inputs", (3, 4), (5, 6)))
    close(extent(mask, at, "outputs"), around(at, "outputs", (3, 4), (3, 4)))
    mask = changed(page, at, "inputs", 1, 2)
    assert lit(page) == f"outputs {','.join(map(str, steps_over(NUMBERED, 1, 10)))}"
    hint(page, "Input row 2, column 3 = 1: it takes part in 6 outputs.")
    assert outlined(mask, at, "outputs") == steps_over(NUMBERED, 1, 10) == [0, 1, 2, 5, 6, 7]
    close(extent(mask, at, "inputs"), around(at, "inputs", (1, 2), (1, 2)))
    at.hover("kernels", 0, 0)
    hint(page, "Weight in row 1, column 1 = 1: every window uses it.")
    canvas(page).hover(position={"x": 1, "y": 1})
    hint(page, USUAL)


@pytest.mark.acceptance
@pytest.mark.parametrize("border", ["reflect", "zeros"])
def test_with_stride_and_border(page, border):
    open_lab(page, f"stride=2&padding=amount&amount=1&border={border}&step=16")
    at = cells(page)
    mode = {"mode": "reflect"} if border == "reflect" else {"mode": "constant"}
    drawn = np.pad(NUMBERED, 1, **mode)
    expected = np.pad(LECTURE, 1, **mode)[:3, 2:5]
    value = int((expected * KERNELS["x"].at(3)).sum())
    mask = changed(page, at, "outputs", 0, 1)
    assert lit(page) == "window 0,2 reach 3"
    where = "rows 1–2 and zeros or border, columns 2–4"
    hint(page, f"Output row 1, column 2 = {value}: its window sees {where}.")
    close(extent(mask, at, "inputs"), around(at, "inputs", (0, 2), (2, 4)))
    # Row 2, column 2 stands in a mirror's border as well.
    mask = changed(page, at, "inputs", 2, 2)
    steps = steps_over(drawn, 2, NUMBERED[1, 1])
    assert lit(page) == f"outputs {','.join(map(str, steps))}"
    assert outlined(mask, at, "outputs") == steps
    assert outlined(mask, at, "inputs") == np.flatnonzero(drawn == NUMBERED[1, 1]).tolist()
    at.hover("inputs", 0, 2)
    if border == "zeros":
        hint(page, "A zero that is only put here: there is no input.")
        assert lit(page) == ""
    else:
        steps = steps_over(drawn, 2, NUMBERED[1, 1])
        hint(
            page,
            "A copy in the border of input row 2, column 2 = 0: "
            f"it takes part in {len(steps)} outputs.",
        )
        assert lit(page) == f"outputs {','.join(map(str, steps))}"


@pytest.mark.acceptance
def test_transposed_a_cell_lights_the_place_of_its_stamp(page):
    open_lab(page, "op=transposed&grid=edge&size=4&kernel=ones&stride=2")
    at = cells(page)
    one = torch.zeros(1, 1, 4, 4)
    one[0, 0, 1, 2] = 1
    stamp = torch.nn.functional.conv_transpose2d(one, torch.ones(1, 1, 3, 3), stride=2)[0, 0]
    steps = torch.nonzero(stamp.ravel()).ravel().tolist()
    # Two zeros around it, one between the cells: row 2 is the fifth row, column 3 the seventh.
    mask = changed(page, at, "inputs", 4, 6)
    assert lit(page) == f"outputs {','.join(map(str, steps))}"
    hint(page, "Input row 2, column 3 = 1: it takes part in 9 outputs.")
    assert outlined(mask, at, "outputs") == steps
    at.hover("inputs", 3, 6)
    hint(page, "A zero that is only put here: there is no input.")
    mask = changed(page, at, "outputs", 4, 6)
    assert lit(page) == "window 4,6 reach 3"
    close(extent(mask, at, "inputs"), around(at, "inputs", (4, 6), (6, 8)))


@pytest.mark.acceptance
def test_a_finger_or_pointer_that_leaves_or_drags_over_the_output_is_followed(page):
    open_lab(page, "step=1")
    at = cells(page)
    at.hover("outputs", 2, 2)
    page.mouse.down()
    expect(stepper(page)).to_have_attribute("data-step", "12")
    page.mouse.move(*at.on_page("outputs", 4, 1))
    expect(stepper(page)).to_have_attribute("data-step", "21")
    page.mouse.up()
    at.hover("inputs", 3, 3)
    expect(stepper(page)).to_have_attribute("data-lit", re.compile("^outputs 6,7,8,11"))
    page.mouse.move(2, 2)
    expect(stepper(page)).to_have_attribute("data-lit", "")
