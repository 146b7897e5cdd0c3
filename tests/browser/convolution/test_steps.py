"""The convolution page in a real browser: it opens, steps without a server, and a link is all."""

import re
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Page, expect

from dlviz.core.kernels import KERNELS
from dlviz.figures.colours import signed_colours
from dlviz.io.grids import GRIDS
from tests.browser.convolution.stepping import (
    EQUAL,
    LECTURE,
    addressed,
    at_step,
    canvas,
    cells,
    open_lab,
    output,
    parameters,
    says,
    shows,
    stage,
    stepper,
    unfold,
)
from tests.browser.driver import settle

# Every parameter at something else than its default: 8×8 in colour, 5×5 Gabor and box, cut short.
EVERYTHING = {
    **{"grid": "random", "size": "8", "seed": "5", "channels": "rgb", "cells": "0*50"},
    **{"kernel": "gabor", "ksize": "4", "more": "box,sobel_x", "mix": "red_green"},
    **{"weights": "1*2", "turned": "1", "stride": "2", "padding": "amount", "amount": "2"},
    **{"border": "circular", "dilation": "2", "bias": "1.5", "relu": "1", "step": "3", "map": "2"},
}


def everything_by_torch() -> np.ndarray:
    """What the link EVERYTHING shows, three maps of 3×3."""
    image = GRIDS["random"].at(8, seed=5, channels=3)
    image[0, 0, 0] = 50
    shares = np.array([1, -1, 0])[:, None, None]
    bank = np.stack([KERNELS[name].at(4) * shares for name in ("gabor", "box", "sobel_x")])
    bank[0, 0, 0, 1] = 2
    padded = torch.nn.functional.pad(torch.tensor(image)[None], (2, 2, 2, 2), mode="circular")
    weights = torch.tensor(np.rot90(bank, 2, (2, 3)).copy())
    bias = torch.full((3,), 1.5, dtype=torch.float64)
    maps = torch.nn.functional.conv2d(padded, weights, bias, stride=2, dilation=2)
    return maps.relu()[0].numpy()


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


def button(page: Page, name: str):
    return stepper(page).get_by_role("button", name=name)


def test_it_opens_on_something_worth_seeing_on_one_projected_screen(page):
    open_lab(page)
    at_step(page, 13)
    shows(page, LECTURE)
    says(page, "row 3, column 4: 1·1 + 1·0 + 1·1 + 1·0 + 1·1 + 0·0 + 1·1 + 0·0 + 0·1 = 4")
    expect(page.get_by_text(f"{EQUAL}conv2d: max |difference| = 0")).to_be_visible()
    controls = stepper(page).locator(".controls").bounding_box()
    assert controls["y"] + controls["height"] <= 720
    # 4 is the output's largest number; all of 1 … 4 have their colours already.
    picture = saved_picture(page)
    expected = signed_colours([1, 2, 3, 4], 4.0).tolist()
    assert {tuple(colour) for colour in expected} <= colours_on(picture)
    with Image.open(BytesIO(picture)) as read:
        assert read.width >= 2 * stepper(page).locator("canvas").bounding_box()["width"] - 2
    # The sections below, in short.
    place = page.locator(".loupe").get_attribute("data-place")
    assert place
    page.locator(".loupe").get_by_role("application").first.press("ArrowRight")
    expect(page.locator(".loupe")).not_to_have_attribute("data-place", place)
    follows = page.get_by_text("Does the map follow?")
    follows.scroll_into_view_if_needed()
    picture = page.locator(".shifted img").nth(1)
    before = picture.get_attribute("src")
    page.get_by_role("slider", name="Shift to the right, in pixels").press("ArrowRight")
    addressed(page, shift="2")
    expect(picture).not_to_have_attribute("src", before)
    # And dark, with the step where it was.
    page.emulate_media(color_scheme="dark")
    expect(stepper(page)).to_have_css("--accent", "#2fd3a3")
    assert tuple(signed_colours(0.0, 1.0, "dark").tolist()) in colours_on(saved_picture(page))
    at_step(page, 13)


def test_keys_step_and_say_every_number_of_the_lecture_without_the_server(page):
    sent: list[object] = []

    def count(frame: object) -> None:
        sent.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", count))
    open_lab(page)
    before = len(sent)
    assert before > 0, "the page itself did talk to the server"
    stage(page).press("Home")
    for step, number in enumerate(LECTURE):
        row, column = divmod(step, 5)
        place = f"^Step {step + 1} of 25, row {row + 1}, column {column + 1}: "
        says(page, re.compile(f"{place}.* = {number}$"))
        at_step(page, step)
        page.keyboard.press("ArrowRight")
    for key, step in (
        ("ArrowUp", 19),
        ("ArrowDown", 24),
        ("ArrowDown", 24),  # there is no row below
        ("ArrowRight", 24),
        ("ArrowLeft", 23),
        ("Home", 0),
        ("ArrowUp", 0),
        ("ArrowLeft", 0),
        ("End", 24),
    ):
        page.keyboard.press(key)
        at_step(page, step)
    for name, step in (
        ("First step", 0),
        ("One step forward", 1),
        ("One step forward", 2),
        ("One step back", 1),
        ("Last step", 24),
    ):
        button(page, name).click()
        at_step(page, step)
    # A key on a button or the slider is one step too, never two.
    button(page, "One step back").press("Space")
    at_step(page, 23)
    expect(button(page, "Play")).to_be_visible()
    slider = stepper(page).get_by_role("slider")
    slider.fill("7")
    at_step(page, 7)
    slider.press("ArrowRight")
    at_step(page, 8)
    slider.press("ArrowDown")
    at_step(page, 13)
    at = cells(page)
    for row, column in ((0, 0), (3, 2), (6, 6)):
        at.hover("inputs", row, column)
        expect(stepper(page)).to_have_attribute("data-lit", re.compile("^outputs "))
    at.hover("outputs", 4, 4)
    expect(stepper(page)).to_have_attribute("data-lit", "window 4,4 reach 3")
    assert len(sent) == before


@pytest.mark.acceptance
def test_it_plays_to_the_end_and_pauses_at_the_chosen_speed(page):
    open_lab(page, "step=2")
    speed = stepper(page).get_by_label("Steps per second")
    stage(page).focus()
    for key, *value in ("-0.5", "-0.5", "+1", "+4", "+12", "+12"):
        page.keyboard.press(key)
        expect(speed).to_have_value("".join(value))
    page.keyboard.press("Space")
    expect(button(page, "Pause")).to_be_visible()
    page.keyboard.press("Space")
    expect(button(page, "Play")).to_be_visible()
    button(page, "Play").click()
    at_step(page, 24)
    expect(button(page, "Play")).to_be_visible()
    addressed(page, step="25")
    says(page, "Step 25 of 25")
    # From the end it begins again; a step by hand stops it.
    speed.select_option("1")
    button(page, "Play").click()
    at_step(page, 1)
    stage(page).press("End")
    at_step(page, 24)
    expect(button(page, "Play")).to_be_visible()


@pytest.mark.acceptance
def test_a_link_holds_everything(page):
    query = "&".join(f"{name}={value}" for name, value in EVERYTHING.items())
    expected = everything_by_torch()
    assert expected.shape == (3, 3, 3)
    for _ in range(2):
        open_lab(page, query)
        at_step(page, 2)
        says(page, "Step 3 of 9, row 1, column 3, Box blur: ")
        np.testing.assert_allclose(output(page), expected[1].ravel(), atol=0.006)
        stage(page).press("PageUp")
        addressed(page, map=None)
        np.testing.assert_allclose(output(page), expected[0].ravel(), atol=0.006)
        page.keyboard.press("PageDown")
        addressed(page, map="2")
        assert parameters(page) == EVERYTHING
        # A reload does the same as a link.
        query = "&".join(f"{name}={value}" for name, value in parameters(page).items())
    unfold(page)
    for name, value in (("Bias", "1.5"), ("Dilation", "2"), ("Seed", "5")):
        expect(page.get_by_role("spinbutton", name=re.compile(name))).to_have_value(value)
    expect(page.get_by_role("switch", name="True convolution")).to_be_checked()
    expect(page.get_by_role("switch", name="ReLU after it")).to_be_checked()


@pytest.mark.acceptance
def test_a_choice_keeps_canvas_and_step_and_the_way_back_undoes_it(page):
    open_lab(page, "kernel=sobel_x&step=3")
    at_step(page, 2)
    button(page, "One step forward").click()
    addressed(page, kernel="sobel_x", step="4")
    sobel = stepper(page).get_attribute("data-output")
    stepper(page).locator("canvas").evaluate("(node) => { node.marked = true; }")
    title = KERNELS["gaussian"].title
    page.get_by_role("combobox", name=re.compile("Kernel")).click()
    page.get_by_role("option", name=title).click()
    addressed(page, kernel="gaussian", step="4")
    says(page, "1/16")
    at_step(page, 3)
    assert stepper(page).locator("canvas").evaluate("(node) => node.marked")
    expect(page.get_by_text(f"{title}.", exact=True)).to_be_visible()
    page.go_back()
    addressed(page, kernel="sobel_x")
    expect(stepper(page)).to_have_attribute("data-output", sobel)
    expect(page.get_by_role("combobox", name=re.compile("Kernel"))).to_have_value(
        KERNELS["sobel_x"].title
    )


@pytest.mark.acceptance
def test_a_bad_address_shows_the_default(page):
    open_lab(
        page,
        "op=x&kernel=no&grid=../..&stride=99&padding=x&step=-4&map=9&photo=%00&cells=0*nan"
        "&weights=9999*1&bias=1e9&more=x,x&dilation=0.5&channels=infrared",
    )
    at_step(page, 13)
    shows(page, LECTURE)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    settle(page)
    assert set(parameters(page)) <= {"step", "map"}


@pytest.mark.acceptance
def test_the_picture_follows_what_comes_above_it_without_being_told(page):
    """On a server that has just begun, what stands above may come after the first numbers."""
    open_lab(page, "grid=colours&channels=rgb&kernel=sobel_x")

    before = canvas(page).evaluate("node => getComputedStyle(node).height")
    show = "(node, how) => { node.style.display = how; }"
    title = page.locator("h1").first
    title.evaluate(show, "none")
    expect(canvas(page)).not_to_have_css("height", before)
    title.evaluate(show, "")
    expect(canvas(page)).to_have_css("height", before)
