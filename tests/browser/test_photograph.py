"""The loupe over a photograph in a real browser: the window, its numbers, and the saved picture."""

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from dlviz.core.kernels import KERNELS
from dlviz.figures.filtering import at_most, filter_photograph
from dlviz.io.photographs import load_photograph
from tests.browser.driver import visit

expect.set_options(timeout=20_000)  # a busy machine with two cores
SOBEL = KERNELS["sobel_x"].at(3)[None]
CAT = at_most(load_photograph("cat"))
GREY = np.floor(CAT @ [0.299, 0.587, 0.114] + 0.5).astype(int)


def loupe(page: Page):
    return page.locator(".loupe")


def picture(page: Page, name: str):
    return loupe(page).locator(f'.picture[data-part="{name}"]')


def at_place(page: Page, row: int, column: int) -> None:
    """Wait for the window with this upper left corner."""
    expect(loupe(page)).to_have_attribute("data-place", f"{row} {column}")


def point(page: Page, name: str, row: int, column: int) -> None:
    """Move the pointer over the middle of a pixel of the picture."""
    picture(page, name).scroll_into_view_if_needed()
    box = picture(page, name).bounding_box()
    x = box["x"] + (column + 0.5) * box["width"] / CAT.shape[1]
    y = box["y"] + (row + 0.5) * box["height"] / CAT.shape[0]
    page.mouse.move(x, y)


def numbers(page: Page, grid: int = 0) -> list[int]:
    """What stands in a grid of cells: 0 is the window, 1 the kernel."""
    texts = loupe(page).locator(".cells").nth(grid).locator("span").all_inner_texts()
    return [int(text.replace("−", "-")) for text in texts]


def saved_picture(page: Page) -> np.ndarray:
    with page.expect_download() as download:
        loupe(page).get_by_role("button", name="Save picture").click()
    assert download.value.suggested_filename.endswith(".png")
    return np.asarray(Image.open(BytesIO(download.value.path().read_bytes())).convert("RGB"))


def parts_of_saved(saved: np.ndarray) -> list[np.ndarray]:
    """Before and after, one pixel a pixel, cut out of the saved picture."""
    scale = -(-480 // CAT.shape[1])
    wide, high = CAT.shape[1] * scale, CAT.shape[0] * scale
    assert saved.shape == (high + 112, 2 * wide + 72, 3)
    lefts = (24, 48 + wide)
    middle = scale // 2
    return [
        saved[48 + middle : 48 + high : scale, left + middle : left + wide : scale]
        for left in lefts
    ]


@pytest.mark.acceptance
def test_it_opens_on_what_answers_most(page):
    visit(page, "/convolution?kernel=sobel_x")
    row, column = filter_photograph(CAT, SOBEL).loupe["start"]
    at_place(page, row, column)
    window = GREY[row : row + 3, column : column + 3]
    assert numbers(page) == window.ravel().tolist()
    assert numbers(page, 1) == [-1, 0, 1, -2, 0, 2, -1, 0, 1]
    total = int((window * SOBEL[0]).sum())
    expect(loupe(page).locator(".answer b")).to_have_text(f"Σ = {total}".replace("-", "−"))
    expect(loupe(page).locator("[aria-live]")).to_contain_text(f"sum = {total}".replace("-", "−"))


@pytest.mark.acceptance
@pytest.mark.parametrize("name", ["before", "after"])
def test_pointing_at_either_picture_shows_the_numbers_without_the_server(page, name):
    sent: list[object] = []

    def count(frame: object) -> None:
        sent.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", count))
    visit(page, "/convolution?kernel=sobel_x")
    loupe(page).wait_for()
    picture(page, name).scroll_into_view_if_needed()
    before = len(sent)
    assert before > 0
    for row, column in ((50, 60), (120, 200), (0, 0), (CAT.shape[0] - 1, CAT.shape[1] - 1)):
        point(page, name, row, column)
        top = min(max(row - 1, 0), CAT.shape[0] - 3)
        left = min(max(column - 1, 0), CAT.shape[1] - 3)
        at_place(page, top, left)
        window = GREY[top : top + 3, left : left + 3]
        assert numbers(page) == window.ravel().tolist()
        # Both outlines stand around the same pixel.
        middles = []
        for which in ("before", "after"):
            area = picture(page, which).bounding_box()
            box = picture(page, which).locator(".box").bounding_box()
            x = (box["x"] + box["width"] / 2 - area["x"]) / area["width"] * CAT.shape[1]
            y = (box["y"] + box["height"] / 2 - area["y"]) / area["height"] * CAT.shape[0]
            middles.append([y, x])
        assert np.abs(np.array(middles) - [top + 1.5, left + 1.5]).max() < 0.6
    assert len(sent) == before


@pytest.mark.acceptance
def test_arrow_keys_move_the_window_and_nothing_jumps(page):
    visit(page, "/convolution?kernel=sobel_x")
    point(page, "before", 100, 100)
    at_place(page, 99, 99)
    page.mouse.down()
    page.mouse.up()
    height = loupe(page).bounding_box()["height"]
    for key, place in (
        ("ArrowRight", (99, 100)),
        ("ArrowDown", (100, 100)),
        ("Shift+ArrowLeft", (100, 90)),
        ("Shift+ArrowUp", (90, 90)),
    ):
        page.keyboard.press(key)
        at_place(page, *place)
        assert loupe(page).bounding_box()["height"] == height
    expect(loupe(page).locator("[aria-live]")).to_contain_text("row 92, column 92.")


@pytest.mark.acceptance
def test_the_saved_picture_has_the_very_pixels(page):
    visit(page, "/convolution?kernel=sobel_x&way=channels")
    loupe(page).wait_for()
    before, after = parts_of_saved(saved_picture(page))
    expected = filter_photograph(CAT, SOBEL, way="channels")
    assert (before == CAT).all()
    assert (after[1:-1, 1:-1] == expected.after).all()


@pytest.mark.acceptance
def test_the_map_follows_the_theme_and_the_window_stays(page):
    visit(page, "/convolution?kernel=sobel_x")
    point(page, "after", 60, 70)
    at_place(page, 59, 69)
    light = parts_of_saved(saved_picture(page))[1][1:-1, 1:-1]
    assert (light == filter_photograph(CAT, SOBEL).after).all()
    page.emulate_media(color_scheme="dark")
    expect(loupe(page)).to_have_css("--accent", "#2fd3a3")
    dark = parts_of_saved(saved_picture(page))[1][1:-1, 1:-1]
    assert (dark == filter_photograph(CAT, SOBEL, theme="dark").after).all()
    at_place(page, 59, 69)


@pytest.mark.acceptance
def test_a_change_of_colours_keeps_the_node_and_the_window(page):
    visit(page, "/convolution?kernel=sobel_x")
    point(page, "before", 60, 70)
    at_place(page, 59, 69)
    loupe(page).evaluate("(node) => { node.marked = true; }")
    page.get_by_role("combobox", name=re.compile("Colours")).click()
    page.get_by_role("option", name="Colours summed").click()
    expect(page).to_have_url(re.compile("way=summed"))
    expect(loupe(page).locator(".plane")).to_have_count(3)
    assert loupe(page).evaluate("(node) => node.marked")
    window = CAT[59:62, 69:72].astype(int)
    assert numbers(page) == window[..., 0].ravel().tolist()
    total = int((window * SOBEL[0][..., None]).sum())
    said = re.compile(re.escape(f"Σ = {total}".replace("-", "−")))
    expect(loupe(page).locator(".answer b")).to_have_text(said)
    page.reload()
    expect(loupe(page).locator(".plane")).to_have_count(3)


@pytest.mark.acceptance
def test_max_pooling_marks_the_winner(page):
    visit(page, "/convolution?op=max_pool&window=3&stride=3")
    point(page, "before", 61, 70)
    at_place(page, 20, 23)
    window = GREY[60:63, 69:72].ravel()
    assert numbers(page) == window.tolist()
    won = [
        index
        for index, cell in enumerate(loupe(page).locator(".cells span").all())
        if "winner" in (cell.get_attribute("class") or "")
    ]
    assert won == [int(window.argmax())]
    expect(loupe(page).locator(".answer b")).to_have_text(f"max = {window.max()}")


def test_an_uploaded_picture_is_filtered_and_a_bad_file_is_refused(page):
    own = np.zeros((30, 40, 3), np.uint8)
    own[:, 20:] = (255, 0, 0)
    buffer = BytesIO()
    Image.fromarray(own).save(buffer, "PNG")
    visit(page, "/convolution?kernel=sobel_x&photo=own&way=channels")
    expect(loupe(page)).to_contain_text("before Cat")
    chooser = page.locator('input[type="file"]')
    good = {"name": "own.png", "mimeType": "image/png", "buffer": buffer.getvalue()}
    chooser.set_input_files(good)
    expect(loupe(page)).to_contain_text("before your picture")
    expect(loupe(page).locator(".part").first).to_have_text("Σ = 1020")
    chooser.set_input_files({"name": "bad.png", "mimeType": "image/png", "buffer": b"nothing"})
    expect(page.get_by_text("This is not a readable PNG, JPEG or WEBP picture.")).to_be_visible()
    expect(loupe(page)).to_contain_text("before your picture")


@pytest.mark.acceptance
@pytest.mark.parametrize("way", ["grey", "channels"])
def test_it_fits_a_telephone_in_the_dark(new_page, way):
    page = visit(new_page(width=390, height=844, dark=True), f"/convolution?way={way}&ksize=7")
    loupe(page).wait_for()
    main = page.get_by_test_id("stMain")
    assert main.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    first, second = (picture(page, name).bounding_box() for name in ("before", "after"))
    assert second["y"] >= first["y"] + first["height"]
    for node in loupe(page).locator(".picture, .near, .cells, .answer, button").all():
        box = node.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    texts = loupe(page).locator("span, b, small, p, button")
    sizes = texts.evaluate_all(
        "(nodes) => nodes.map((node) => parseFloat(getComputedStyle(node).fontSize))"
    )
    assert min(sizes) >= 14


def touched(page: Page, *points: tuple[float, float]) -> None:
    """A finger that is put down, moved from point to point and lifted."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    for index, (x, y) in enumerate(points):
        kind = "touchMove" if index else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.acceptance
def test_a_finger_puts_the_window_anywhere_and_drags_it_without_scrolling(new_page):
    page = visit(new_page(width=390, height=844), "/convolution?kernel=sobel_x")
    loupe(page).wait_for()
    picture(page, "before").scroll_into_view_if_needed()
    area = picture(page, "before").bounding_box()
    x, y = area["x"] + area["width"] / 2, area["y"] + 60
    touched(page, (x, y))
    row = int(60 / area["height"] * CAT.shape[0])
    at_place(page, row - 1, CAT.shape[1] // 2 - 1)
    touched(page, *((x, y + 5 * step) for step in range(20)))
    row = int(155 / area["height"] * CAT.shape[0])
    at_place(page, row - 1, CAT.shape[1] // 2 - 1)
    assert picture(page, "before").bounding_box()["y"] == area["y"]
