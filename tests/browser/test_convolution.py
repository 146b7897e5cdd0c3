"""The convolution page in a real browser: steps need no server, and a link brings them back."""

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from dlviz.core.kernels import KERNELS
from dlviz.figures.colours import signed_colours
from tests.browser.driver import visit

expect.set_options(timeout=20_000)  # a busy machine with two cores
LECTURE = [1, 4, 3, 4, 1, 1, 2, 4, 3, 3, 1, 2, 3, 4, 1, 1, 3, 3, 1, 1, 3, 3, 1, 1, 0]


def stepper(page: Page):
    return page.locator(".stepper")


def at_step(page: Page, step: int) -> None:
    """Wait for a step, counted from 0."""
    expect(stepper(page)).to_have_attribute("data-step", str(step))


def colours_on(picture: bytes) -> set[tuple[int, int, int]]:
    """The colours that fill at least a quarter of a cell somewhere."""
    with Image.open(BytesIO(picture)) as read:
        found = read.convert("RGB").getcolors(maxcolors=1 << 24)
    return {colour for count, colour in found if count > 250}


def saved_picture(page: Page) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture of this step").click()
    assert re.fullmatch(r"convolution-step-\d+\.png", download.value.suggested_filename)
    return download.value.path().read_bytes()


def test_it_opens_on_something_worth_seeing_on_one_projected_screen(page):
    visit(page, "/convolution")
    at_step(page, 13)
    expect(stepper(page).locator("[aria-live]")).to_contain_text("row 3, column 4")
    expect(page.get_by_text("Equal to torch.nn.functional.conv2d")).to_be_visible()
    controls = stepper(page).locator(".controls").bounding_box()
    assert controls["y"] + controls["height"] <= 720
    # 4 is the output's largest number; all of 1 … 4 have their colours already.
    picture = saved_picture(page)
    expected = signed_colours([1, 2, 3, 4], 4.0).tolist()
    assert {tuple(colour) for colour in expected} <= colours_on(picture)
    with Image.open(BytesIO(picture)) as read:
        assert read.width >= 2 * stepper(page).locator("canvas").bounding_box()["width"] - 2


def test_keys_step_and_say_every_number_of_the_lecture_without_the_server(page):
    sent: list[object] = []

    def count(frame: object) -> None:
        sent.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", count))
    visit(page, "/convolution")
    at_step(page, 13)
    stepper(page).locator("canvas").click(position={"x": 3, "y": 3})
    before = len(sent)
    assert before > 0, "the page itself did talk to the server"
    page.keyboard.press("Home")
    for step, number in enumerate(LECTURE):
        at_step(page, step)
        if step % 6 == 0:
            said = re.compile(rf"^Step {step + 1} of 25, .* = {number}$")
            expect(stepper(page).locator("[aria-live]")).to_have_text(said)
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    at_step(page, 19)
    page.keyboard.press("ArrowDown")
    at_step(page, 24)
    page.keyboard.press("ArrowDown")
    at_step(page, 24)
    assert len(sent) == before


def test_a_link_brings_kernel_and_step_back_and_a_rerun_keeps_the_canvas(page):
    visit(page, "/convolution?kernel=sobel_x&step=3")
    at_step(page, 2)
    page.get_by_role("button", name="One step forward").click()
    expect(page).to_have_url(re.compile(r"kernel=sobel_x.*step=4|step=4.*kernel=sobel_x"))
    canvas = stepper(page).locator("canvas")
    canvas.evaluate("(node) => { node.marked = true; }")

    title = KERNELS["gaussian"].title
    page.get_by_role("combobox", name=re.compile("Kernel")).click()
    page.get_by_role("option", name=title).click()
    expect(page).to_have_url(re.compile("kernel=gaussian"))
    expect(stepper(page).locator("[aria-live]")).to_contain_text("1/16")
    at_step(page, 3)
    assert canvas.evaluate("(node) => node.marked")

    page.reload()
    at_step(page, 3)
    expect(page.get_by_text(f"{title}.", exact=True)).to_be_visible()


def test_it_plays_to_the_end_pauses_by_space_and_scrubs(page):
    visit(page, "/convolution")
    stepper(page).get_by_label("Steps per second").select_option("12")
    stepper(page).get_by_role("button", name="Play").click()
    at_step(page, 24)
    expect(stepper(page).get_by_role("button", name="Play")).to_be_visible()
    stage = stepper(page).get_by_role("application")
    stage.focus()
    page.keyboard.press("Space")
    expect(stepper(page).get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press("Space")
    expect(stepper(page).get_by_role("button", name="Play")).to_be_visible()
    stepper(page).get_by_role("slider").fill("7")
    at_step(page, 7)


@pytest.mark.parametrize("padding", [0, 2])
def test_it_fits_a_telephone_in_the_dark(new_page, padding):
    page = visit(new_page(width=390, height=844, dark=True), f"/convolution?padding={padding}")
    box = stepper(page).locator("canvas").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    main = page.get_by_test_id("stMain")
    assert main.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    for button in stepper(page).get_by_role("button").all():
        edge = button.bounding_box()
        assert edge["x"] + edge["width"] <= 390
        assert edge["height"] >= 40
    brightest = tuple(signed_colours(1.0, 1.0, "dark").tolist())
    assert brightest in colours_on(saved_picture(page))


def test_the_canvas_follows_the_theme(page):
    visit(page, "/convolution")
    at_step(page, 13)
    light = colours_on(saved_picture(page))
    page.emulate_media(color_scheme="dark")
    expect(stepper(page)).to_have_css("--accent", "#2fd3a3")
    assert (255, 255, 255) in light
    assert tuple(signed_colours(0.0, 1.0, "dark").tolist()) in colours_on(saved_picture(page))
    at_step(page, 13)


def test_a_bad_address_shows_the_default(page):
    visit(page, "/convolution?kernel=no&grid=../..&stride=99&padding=x&step=-4&photo=%00")
    at_step(page, 13)
    expect(page.get_by_test_id("stException")).to_have_count(0)
