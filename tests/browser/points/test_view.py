"""The points component in a real browser, over recorded runs: see demo_app.py."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.points.conftest import nothing_told, part, told

Pixel = tuple[int, int, int]


def colour(canvas: Locator, x: float, y: float) -> Pixel:
    """The pixel at a share of the canvas's width and height."""
    red, green, blue = canvas.evaluate(
        """(node, [x, y]) => [...node.getContext("2d").getImageData(
             Math.round(x * node.width), Math.round(y * node.height), 1, 1).data].slice(0, 3)""",
        [x, y],
    )
    return red, green, blue


def seen(page: Page) -> str:
    """The big picture, byte for byte."""
    return str(part(page, "picture").evaluate("node => node.toDataURL()"))


def edge_between(page: Page, columns: int) -> tuple[float, float]:
    """The middle of the first edge of a network with one unit in each of its columns."""
    box = part(page, "network").bounding_box() or {}
    return box["x"] + box["width"] / (2 * (columns - 1)) + 20, box["y"] + box["height"] / 2


@pytest.mark.acceptance
def test_a_trained_surface_is_shown_with_its_network(demo: Callable[..., Page]) -> None:
    page = demo("?data=circle&hidden=4tanh")
    inside, outside = (colour(part(page, "picture"), 0.5, y) for y in (0.5, 0.04))
    assert inside[0] > inside[2] + 40  # orange
    assert outside[2] > outside[0] + 40  # blue
    expect(part(page, "epoch")).to_have_text("epoch 400 of 400")
    expect(part(page, "accuracy")).to_have_text(re.compile(r"accuracy (9\d|100)\.\d %"))
    expect(part(page, "layersText")).to_have_text("1 hidden layer")


@pytest.mark.acceptance
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_nothing_is_wider_than_the_screen_or_higher_than_it_may_be(
    demo: Callable[..., Page], width: int, dark: bool
) -> None:
    page = demo("?data=four&hidden=8tanh-8relu-8elu-8tanh-8relu-8tanh", width=width, dark=dark)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator("div.points").bounding_box() or {}
    if width == 1280:
        assert box["y"] + box["height"] <= 720  # it takes what the rows above it leave of a screen
        overflow = part(page, "scrolled").evaluate("node => node.scrollWidth - node.clientWidth")
        assert overflow <= 0
    else:
        assert box["width"] <= width
        above, below = (part(page, name).bounding_box() or {} for name in ("picture", "network"))
        assert above["y"] < below["y"]


@pytest.mark.acceptance
def test_frames_are_drawn_as_they_come_on_the_same_canvases(demo: Callable[..., Page]) -> None:
    page = demo("?data=circle&hidden=8tanh-8tanh&live=1")
    page.evaluate(
        """() => {
          const all = [...document.querySelectorAll("*")];
          const roots = all.map((node) => node.shadowRoot).filter(Boolean);
          window.before = roots.flatMap((root) => [...root.querySelectorAll("canvas")]);
        }"""
    )
    root = page.locator("div.points")
    first = int(root.get_attribute("data-frames") or 0)
    page.wait_for_timeout(2000)
    shown = (int(root.get_attribute("data-frames") or 0) - first) / 2
    assert shown >= 15  # of 25 that are sent, on a busy machine
    assert page.evaluate("window.before.length") > 3
    assert page.evaluate("window.before.every((node) => node.isConnected)")
    expect(root).to_have_attribute("data-state", "done", timeout=20_000)
    expect(part(page, "badge")).to_have_text("done")


@pytest.mark.acceptance
def test_an_edge_is_read_under_the_pointer_and_set_by_a_number(demo: Callable[..., Page]) -> None:
    page = demo("?data=gaussians&hidden=1tanh&features=x1")
    page.mouse.move(*edge_between(page, 3))
    expect(part(page, "message")).to_have_text(re.compile("^w from x₁ to unit 1 of layer 1: −?\\d"))
    before = colour(part(page, "picture"), 0.2, 0.1)
    page.mouse.click(*edge_between(page, 3))
    number = part(page, "number")
    expect(number).to_be_focused()
    number.fill("nonsense")
    number.press("Enter")
    expect(part(page, "refusal")).to_contain_text("is not a number")
    value = part(page, "message").inner_text().split(": ")[1].replace("−", "-")
    turned = -float(value)
    number.fill(str(turned))
    page.wait_for_timeout(150)
    tried = colour(part(page, "picture"), 0.2, 0.1)
    assert max(abs(one - other) for one, other in zip(before, tried, strict=True)) > 40
    number.press("Escape")
    page.wait_for_timeout(150)
    assert colour(part(page, "picture"), 0.2, 0.1) == before
    assert nothing_told(page)
    page.mouse.click(*edge_between(page, 3))
    number.fill(str(turned))
    number.press("Enter")
    expect(part(page, "box")).to_be_hidden()
    page.wait_for_timeout(100)
    assert colour(part(page, "picture"), 0.2, 0.1) == tried
    edit = told(page)["edit"]
    assert (edit["name"], edit["value"]) == ("weight:0:0:0", turned)


@pytest.mark.acceptance
def test_keys_walk_the_network_and_edit_a_bias(demo: Callable[..., Page]) -> None:
    page = demo("?data=circle&hidden=4tanh")
    part(page, "scrubber").focus()
    page.keyboard.press("Tab")  # over the buttons beside it to the network
    part(page, "network").focus()
    page.keyboard.press("ArrowDown")
    expect(part(page, "spoken")).to_contain_text("unit 2 of layer 1: bias")
    page.keyboard.press("ArrowLeft")
    expect(part(page, "spoken")).to_contain_text("w from x₁ to unit 2 of layer 1:")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(part(page, "boxText")).to_have_text("bias of unit 2 of layer 1")
    part(page, "number").fill("-1,5")
    page.keyboard.press("Enter")
    expect(part(page, "network")).to_be_focused()
    edit = told(page)["edit"]
    assert (edit["name"], edit["value"]) == ("bias:0:1", -1.5)


@pytest.mark.acceptance
def test_a_unit_under_the_pointer_is_shown_large(demo: Callable[..., Page]) -> None:
    page = demo("?data=circle&hidden=4tanh")
    network = part(page, "network").bounding_box() or {}
    before = colour(part(page, "picture"), 0.5, 0.3)
    page.mouse.move(network["x"] + 75, network["y"] + network["height"] / 2 - 30)
    expect(part(page, "message")).to_have_text("feature x₁")
    page.wait_for_timeout(100)
    left, right = (colour(part(page, "picture"), x, 0.02) for x in (0.3, 0.9))
    assert left[2] > left[0] + 40
    assert right[0] > right[2] + 40
    page.mouse.move(5, 5)
    page.wait_for_timeout(100)
    assert colour(part(page, "picture"), 0.5, 0.3) == before


def shape_told(page: Page, hidden: str) -> bool:
    """Whether these layers are asked for in the end: two presses in a row are told one by one."""
    said = told(page, lambda said: said["shape"]["hidden"] == hidden)
    return bool(said.get("shape", {}).get("hidden") == hidden)


@pytest.mark.acceptance
def test_units_layers_and_activations_are_edited_above_the_network(
    demo: Callable[..., Page],
) -> None:
    page = demo("?data=circle&hidden=4tanh")
    page.get_by_role("button", name="Add a unit to layer 1").click(click_count=2, delay=30)
    expect(page.get_by_role("group", name="Layer 1")).to_contain_text("6")
    assert shape_told(page, "6tanh")
    page.get_by_label("Activation of layer 1").select_option("relu")
    assert shape_told(page, "6relu")
    page.get_by_role("button", name="Add a hidden layer").click()
    expect(part(page, "layersText")).to_have_text("2 hidden layers")
    for _ in range(2):
        page.get_by_role("button", name="Remove the last hidden layer").click()
    expect(part(page, "layersText")).to_have_text("No hidden layer")
    expect(page.get_by_role("button", name="Remove the last hidden layer")).to_be_disabled()
    assert shape_told(page, "")


@pytest.mark.acceptance
@pytest.mark.parametrize("name", ["Last hidden layer", "Loss"])
def test_other_views_open_and_are_told(demo: Callable[..., Page], name: str) -> None:
    page = demo("?data=circle&hidden=4tanh-2tanh")
    before = part(page, "picture").evaluate("node => node.toDataURL().length")
    page.get_by_role("tab", name=name).click()
    page.wait_for_timeout(1500)
    expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
    assert part(page, "picture").evaluate("node => node.toDataURL().length") != before
    assert told(page)["view"] == {"Loss": "loss"}.get(name, "hidden")
    if name == "Loss":
        part(page, "acrossAxis").select_option("bias:1:0")
        expect(part(page, "upAxis")).to_have_value("weight:0:0:1")


@pytest.mark.acceptance
def test_the_slider_goes_back_through_the_run(demo: Callable[..., Page]) -> None:
    page = demo("?data=circle&hidden=4tanh")
    expect(part(page, "when")).to_have_text("step 400")
    trained = seen(page)
    part(page, "scrubber").focus()
    page.keyboard.press("Home")
    expect(part(page, "when")).to_have_text("step 0")
    expect(page.locator("div.points")).to_have_attribute("data-shown", "0")
    assert seen(page) != trained
    page.keyboard.press("ArrowRight")
    expect(part(page, "when")).to_have_text("step 1")
    page.get_by_role("button", name="To the newest step").click()
    expect(part(page, "when")).to_have_text("step 400")
    page.wait_for_timeout(100)
    assert seen(page) == trained


@pytest.mark.acceptance
def test_it_is_saved_as_picture_and_film(demo: Callable[..., Page]) -> None:
    page = demo("?data=circle&hidden=4tanh")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the picture").click()
    assert download.value.suggested_filename == "points-step-400.png"
    with Image.open(download.value.path()) as picture:
        assert picture.width > 1000
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Save the steps as an animated picture").click()
    assert download.value.suggested_filename == "points-400-steps.gif"
    with Image.open(download.value.path()) as film:
        assert film.n_frames >= 20
        assert film.size == (400, 434)
    expect(part(page, "film")).to_have_text("GIF")


def points_told(page: Page, count: int) -> list[Any]:
    return list(
        told(page, lambda said: len(said["painted"]["points"]) == count)["painted"]["points"]
    )


@pytest.mark.acceptance
def test_points_are_painted_erased_and_cleared(demo: Callable[..., Page]) -> None:
    page = demo("?paint=1&net=1&hidden=4tanh&painted=1,1,0;-1,-1,1")
    box = part(page, "picture").bounding_box() or {}

    def spot(x: float, y: float) -> tuple[float, float]:
        across, down = (x / 3 + 1) / 2, (1 - y / 3) / 2
        return box["x"] + box["width"] * across, box["y"] + box["height"] * down

    page.get_by_role("radio", name="Class C").click()
    page.mouse.click(*spot(2, -2))
    placed = points_told(page, 3)[-1]
    assert placed == pytest.approx([2, -2, 2], abs=0.03)
    page.mouse.move(*spot(-2, 2))
    page.mouse.down()
    page.mouse.move(*spot(0, 2), steps=40)
    page.mouse.up()
    stroke = told(page, lambda said: len(said["painted"]["points"]) > 8)["painted"]["points"]
    assert all(label == 2 for _, _, label in stroke[-6:])
    page.get_by_role("radio", name="Erase").click()
    page.mouse.click(*spot(2, -2))
    points_told(page, len(stroke) - 1)
    part(page, "picture").focus()
    page.get_by_role("button", name="Clear").click()
    assert points_told(page, 0) == []
    expect(page.locator("div.points")).to_be_visible()


@pytest.mark.acceptance
def test_points_are_painted_by_keys(demo: Callable[..., Page]) -> None:
    page = demo("?paint=1&net=1&hidden=4tanh&painted=1,1,0;-1,-1,1")
    page.get_by_role("radio", name="Class A").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Class B")).to_be_focused()
    part(page, "picture").focus()
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("ArrowLeft")
    expect(part(page, "spoken")).to_contain_text("x₁ −0.10, x₂ 0.50: ")
    page.keyboard.press("Enter")
    assert points_told(page, 3)[-1] == [-0.1, 0.5, 1]
    assert json.dumps(told(page)).count("serial") == 1
