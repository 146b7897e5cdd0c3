"""Taking the stepper along: a step as a picture, all steps as a film."""

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Download, Page, expect

from tests.browser.convolution.stepping import (
    Cells,
    canvas,
    cells,
    open_lab,
    pixels,
    stage,
    stepper,
)

WIDEST = 1200  # pixels of a film
LINGER = 1500  # ms on its last frame


def film(page: Page):
    """The button; what it says changes while it works."""
    return stepper(page).locator('[data-part="film"]')


def opened(download: Download) -> Image.Image:
    return Image.open(BytesIO(download.path().read_bytes()))


def frames_of(picture: Image.Image) -> list[np.ndarray]:
    found = []
    for frame in range(picture.n_frames):
        picture.seek(frame)
        found.append(np.asarray(picture.convert("RGB")).astype(int))
    return found


def filled(picture: np.ndarray, at: Cells, ratio: float) -> list[bool]:
    """Which outputs of a picture are there already: orange, not green as the beam over others."""
    side = at.side("outputs")
    found = []
    for row, column in np.ndindex(side, side):
        x, y, cell = at.box("outputs", row, column)
        corner = [round((place + 0.18 * cell) * ratio) for place in (y, x)]
        red, _, blue = picture[corner[0], corner[1]]
        found.append(bool(red - blue > 30))
    return found


@pytest.mark.acceptance
def test_a_step_is_saved_as_sharp_as_it_is_shown_or_sharper(page):
    open_lab(page, "grid=random&kernel=ones&step=9")
    at = cells(page)
    canvas(page).hover(position={"x": 1, "y": 1})
    shown = pixels(page)
    at.hover("inputs", 0, 0)
    with page.expect_download() as download:
        stepper(page).get_by_role("button", name="Save picture of this step").click()
    assert download.value.suggested_filename == "convolution-step-9.png"
    saved = opened(download.value)
    high, wide = shown.shape[:2]
    assert saved.size == (2 * wide, 2 * high)
    halved = np.asarray(saved.convert("RGB").resize((wide, high), Image.Resampling.BOX)).astype(int)
    assert np.abs(halved - shown).mean() < 2, "the step itself, without what the pointer lit up"
    assert filled(halved, at, 1) == [step < 9 for step in range(25)]


@pytest.mark.acceptance
def test_all_steps_are_saved_as_a_film_at_the_chosen_speed(page):
    open_lab(page, "grid=random&kernel=ones&step=9")
    at = cells(page)
    stepper(page).get_by_label("Steps per second").select_option("4")
    with page.expect_download() as download:
        film(page).click()
    assert download.value.suggested_filename == "convolution.gif"
    picture = opened(download.value)
    wide, high = canvas(page).evaluate("(node) => [node.clientWidth, node.clientHeight]")
    ratio = picture.width / wide
    assert picture.format == "GIF"
    assert picture.width <= WIDEST
    assert picture.size == (picture.width, round(high * ratio))
    assert 0.7 < ratio <= 1, "numbers can be read"
    assert picture.n_frames == 25, "one for each step"
    assert picture.info["loop"] == 0, "for ever"
    durations = []
    for frame in range(25):
        picture.seek(frame)
        durations.append(picture.info["duration"])
    assert durations == [250] * 24 + [LINGER]
    for step, frame in enumerate(frames_of(picture)):
        assert filled(frame, at, ratio) == [place <= step for place in range(25)], step
    # The page stands where it stood, and shows the same.
    expect(stepper(page)).to_have_attribute("data-step", "8")
    expect(film(page)).to_have_text("Save GIF")
    # A slower one, of what is on the screen now.
    open_lab(page, "op=max_pool&grid=random&size=6")
    stepper(page).get_by_label("Steps per second").select_option("0.5")
    with page.expect_download() as download:
        film(page).click()
    picture = opened(download.value)
    assert picture.n_frames == 9
    assert picture.info["duration"] == 2000


@pytest.mark.acceptance
def test_a_long_film_is_thinned_out_and_can_be_stopped(page):
    saved: list[Download] = []

    def keep(download: Download) -> None:
        saved.append(download)

    page.on("download", keep)
    open_lab(page, "grid=random&size=16&kernel=identity&ksize=1")
    film(page).click()
    expect(film(page)).to_have_text(re.compile(r"^Stop \(\d+ of 200\)$"))
    # The page is alive meanwhile.
    stage(page).press("Home")
    expect(stepper(page)).to_have_attribute("data-step", "0")
    film(page).click()
    expect(film(page)).to_have_text("Save GIF")
    with page.expect_download(timeout=60_000) as download:
        film(page).click()
    assert opened(download.value).n_frames == 200, "256 steps are too many"
    assert len(saved) == 1, "nothing came of the one that was stopped"
    expect(film(page)).to_have_text("Save GIF")


@pytest.mark.acceptance
def test_a_film_ends_where_its_picture_changes_under_it(page):
    saved: list[Download] = []

    def keep(download: Download) -> None:
        saved.append(download)

    page.on("download", keep)
    open_lab(page, "grid=random&size=16&kernel=identity&ksize=1")
    running = re.compile(r"^Stop \(\d+ of 200\)$")
    film(page).click()
    expect(film(page)).to_have_text(running)
    page.set_viewport_size({"width": 900, "height": 720})
    expect(film(page)).to_have_text("Save GIF")
    film(page).click()
    expect(film(page)).to_have_text(running)
    page.emulate_media(color_scheme="dark")
    expect(film(page)).to_have_text("Save GIF")
    film(page).click()
    expect(film(page)).to_have_text(running)
    page.get_by_role("spinbutton", name="Stride").fill("2")
    page.keyboard.press("Enter")
    expect(film(page)).to_have_text("Save GIF")
    expect(stepper(page).locator('[data-part="where"]')).to_contain_text("of 64")
    assert saved == []
