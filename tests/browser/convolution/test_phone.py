"""The stepper on a telephone: 390 px wide, dark, with a finger."""

from collections.abc import Iterator
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from scipy.signal import correlate2d

from dlviz.core.kernels import KERNELS
from dlviz.figures.colours import signed_colours
from dlviz.io.grids import GRIDS
from tests.browser.conftest import Server, Watch
from tests.browser.convolution.stepping import (
    LECTURE,
    addressed,
    at_step,
    canvas,
    cells,
    field,
    open_lab,
    shows,
    stepper,
)

WIDTH = 390


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[Page]:
    """A page on a telephone with a touch screen."""
    context = browser.new_context(
        base_url=server.url,
        viewport={"width": WIDTH, "height": 844},
        color_scheme="dark",
        has_touch=True,
        device_scale_factor=2,
        accept_downloads=True,
    )
    watch = Watch(context, server.url)
    yield context.new_page()
    context.close()
    assert not watch.complaints, "\n".join(watch.complaints)


def fits(page: Page) -> None:
    """Nothing reaches beyond the screen, and what is pressed is as large as a finger."""
    for inner in ("document.documentElement", "document.querySelector('[data-testid=stMain]')"):
        assert page.evaluate(f"() => {inner}.scrollWidth - {inner}.clientWidth") <= 0
    box = canvas(page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= WIDTH
    parts = stepper(page).locator("button, select, input[type=range]").all()
    assert len(parts) == 9
    for part in parts:
        edge = part.bounding_box()
        assert edge["x"] >= 0
        assert edge["x"] + edge["width"] <= WIDTH
        assert edge["height"] >= (28 if part.get_attribute("type") == "range" else 40)
    sizes = (
        stepper(page)
        .locator("button, select, output, label, .hint")
        .evaluate_all("(nodes) => nodes.map((node) => parseFloat(getComputedStyle(node).fontSize))")
    )
    assert min(sizes) >= 14
    at = cells(page)
    for grids in at.grids.values():
        for grid in grids:
            assert grid["x"] >= 0
            assert grid["x"] + grid["width"] <= box["width"]


def tap(page: Page, part: str, row: int, column: int, index: int = 0) -> None:
    canvas(page).tap(position=cells(page).middle(part, row, column, index))


@pytest.mark.acceptance
def test_a_finger_steps_edits_and_sees_everything(phone):
    open_lab(phone)
    fits(phone)
    stepper(phone).get_by_role("button", name="First step").tap()
    at_step(phone, 0)
    tap(phone, "outputs", 2, 3)
    at_step(phone, 13)
    shows(phone, LECTURE)
    tap(phone, "inputs", 0, 0)
    expect(field(phone)).to_be_focused()
    edge = field(phone).bounding_box()
    assert edge["x"] >= 0
    assert edge["height"] >= 36
    size = "(node) => parseFloat(getComputedStyle(node).fontSize)"
    assert field(phone).evaluate(size) >= 16, "smaller, and an iPhone zooms in"
    field(phone).fill("5")
    phone.keyboard.press("Enter")
    image = GRIDS["lecture"].at(7)[0]
    image[0, 0] = 5
    shows(phone, correlate2d(image, KERNELS["x"].at(3), mode="valid"))
    addressed(phone, cells="0*5")
    # The last column: the field stays on the screen.
    tap(phone, "inputs", 6, 6)
    edge = field(phone).bounding_box()
    assert edge["x"] + edge["width"] <= WIDTH
    field(phone).fill("abc")
    phone.keyboard.press("Enter")
    expect(stepper(phone).get_by_role("alert")).to_be_visible()
    fits(phone)
    phone.keyboard.press("Escape")
    with phone.expect_download() as download:
        stepper(phone).get_by_role("button", name="Save picture of this step").tap()
    saved = Image.open(BytesIO(download.value.path().read_bytes())).convert("RGB")
    brightest = tuple(signed_colours(1.0, 1.0, "dark").tolist())
    colours = {colour for count, colour in saved.getcolors(1 << 24) if count > 250}
    assert brightest in colours


@pytest.mark.acceptance
def test_three_channels_and_the_largest_view_fit(phone):
    open_lab(phone, "grid=colours&channels=rgb&kernel=sobel_x&mix=red_green&more=sobel_y&step=1")
    fits(phone)
    tap(phone, "inputs", 3, 3, 1)
    field(phone).fill("-7")
    phone.keyboard.press("Enter")
    image, kernel = GRIDS["colours"].at(7, channels=3), KERNELS["sobel_x"].at(3)
    image[1, 3, 3] = -7
    red, green = (correlate2d(plane, kernel, mode="valid") for plane in image[:2])
    shows(phone, red - green)
    phone.keyboard.press("Escape")
    tap(phone, "outputs", 1, 1, 1)
    at_step(phone, 6)
    addressed(phone, map="2")
    open_lab(phone, "grid=random&size=16&kernel=ones&ksize=7&padding=same&step=1")
    fits(phone)
    at = cells(phone)
    assert (at.side("inputs"), at.side("outputs"), at.side("kernels")) == (22, 16, 7)
    image = GRIDS["random"].at(16)[0]
    shows(phone, correlate2d(image, np.ones((7, 7)), mode="same"))
    tap(phone, "inputs", 10, 12)
    expect(field(phone)).to_have_attribute("aria-label", "Input row 8, column 10")
    field(phone).fill("99")
    phone.keyboard.press("Enter")
    image[10 - 3, 12 - 3] = 99
    shows(phone, correlate2d(image, np.ones((7, 7)), mode="same"))
    fits(phone)
