"""The table of layers in a real browser: build, break and mend a network by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import visit

THIN = "\u202f"
DIGITS = ["conv", "relu", "max_pool", "conv", "relu", "max_pool", "flatten", "dense"]


def open_table(page: Page, settings: str = "") -> Page:
    """Open the page with the table of layers showing."""
    visit(page, f"/training?{settings}")
    if "edit=network" not in settings:  # the pill would fold the table away
        page.get_by_role("radio", name="Network").click()
    expect(row(page, 1)).to_be_visible()
    return page


def row(page: Page, number: int) -> Locator:
    return page.locator(f".layer-table .row[data-number='{number}']")


def field(page: Page, option: str, number: int) -> Locator:
    return page.get_by_label(f"{option} of layer {number}", exact=True)


def press(page: Page, name: str) -> None:
    page.locator(".layer-table").get_by_role("button", name=name, exact=True).click()


def kinds(page: Page) -> list[str | None]:
    return [one.get_attribute("data-kind") for one in page.locator(".layer-table .row").all()]


def expect_kinds(page: Page, expected: list[str]) -> None:
    for number, kind in enumerate(expected, start=1):
        expect(row(page, number)).to_have_attribute("data-kind", kind)
    expect(page.locator(".layer-table .row")).to_have_count(len(expected))


def expect_output(page: Page, number: int, *shape: int) -> None:
    text = f"{THIN}×{THIN}".join(map(str, shape))
    expect(row(page, number).locator("output")).to_have_text(text)


def answered(page: Page) -> None:
    expect(page.locator(".layer-table")).to_have_attribute("data-waiting", "false")


def add(page: Page, before: int, kind: str) -> None:
    """Put a layer of a kind before another one."""
    row(page, before).hover()
    press(page, f"Add a layer before layer {before}")
    page.locator(".palette").get_by_role("button", name=kind, exact=True).click()
    answered(page)


def focused(page: Page) -> str:
    return str(
        page.evaluate(
            """() => {
              let node = document.activeElement;
              while (node.shadowRoot) node = node.shadowRoot.activeElement;
              return node.getAttribute("aria-label");
            }"""
        )
    )


@pytest.mark.acceptance
def test_typing_changes_all_shapes_below_and_keeps_the_focus(page: Page) -> None:
    open_table(page)
    assert kinds(page) == DIGITS
    tops = [one.bounding_box() for one in page.locator(".layer-table .row").all()]
    node = field(page, "Channels", 1).element_handle()
    field(page, "Channels", 1).click()
    page.keyboard.type("24", delay=40)
    expect_output(page, 1, 24, 24, 24)
    expect_output(page, 2, 24, 24, 24)
    expect_output(page, 3, 24, 12, 12)
    parameters = row(page, 4).locator('[data-what="parameters"]')
    expect(parameters).to_have_text(f"9{THIN}616")  # (24 · 5² + 1) · 16
    answered(page)
    assert focused(page) == "Channels of layer 1"
    page.keyboard.type("0")
    expect_output(page, 3, 240, 12, 12)
    page.keyboard.press("Backspace")
    expect_output(page, 3, 24, 12, 12)
    assert node.evaluate("(node) => node.isConnected")
    assert [one.bounding_box() for one in page.locator(".layer-table .row").all()] == tops
    expect(field(page, "Channels", 4)).to_have_value("16")


@pytest.mark.acceptance
def test_a_link_and_a_reload_bring_the_network_back(
    page: Page, new_page: Callable[..., Page]
) -> None:
    open_table(page)
    field(page, "Channels", 4).fill("9")
    expect_output(page, 4, 9, 8, 8)
    page.wait_for_url("**edit=network*net=*")
    page.reload()
    expect_output(page, 4, 9, 8, 8)
    other = new_page()
    open_table(other, page.url.partition("?")[2])
    expect(field(other, "Channels", 4)).to_have_value("9")
    press(page, "Back to the preset")
    expect_output(page, 4, 16, 8, 8)
    page.wait_for_url(lambda url: "net=" not in url)


def test_a_network_is_built_broken_and_mended(page: Page) -> None:
    open_table(page, "preset=logistic")
    expect_kinds(page, ["flatten", "dense"])
    add(page, 1, "Convolution")
    assert focused(page) == "Channels of layer 1"
    page.keyboard.type("8")
    expect_output(page, 1, 8, 26, 26)
    add(page, 2, "Max pooling")
    expect_output(page, 2, 8, 13, 13)
    press(page, "Delete layer 3")
    mistake = row(page, 3).locator(".mistake")
    expect(mistake).to_contain_text("8×13×13")
    expect(mistake).to_contain_text("Flatten")
    expect(row(page, 3).locator("output")).to_have_text("–")
    add(page, 3, "Flatten")
    expect(page.locator(".row.wrong")).to_have_count(0)
    expect_output(page, 3, 8 * 13 * 13)
    expect_output(page, 4, 10)
    press(page, "Add layer")
    page.locator(".palette").get_by_role("button", name="Dropout").click()
    expect_kinds(page, ["conv", "max_pool", "flatten", "dropout", "dense"])
    page.keyboard.press("Control+z")  # the row that has the focus goes, the keys go on
    page.keyboard.press("Control+z")
    expect_kinds(page, ["conv", "max_pool", "dense"])


@pytest.mark.acceptance
def test_layers_below_a_mistake_say_nothing(page: Page) -> None:
    open_table(page)
    page.get_by_label("Kind of layer 3").focus()
    page.get_by_label("Kind of layer 3").select_option("flatten")
    expect(row(page, 4).locator(".mistake")).to_contain_text("flat vector")
    expect(page.locator(".row.wrong")).to_have_count(1)
    expect(page.locator(".row.unreached")).to_have_count(4)
    assert all(not text for text in page.locator(".row.unreached .mistake").all_inner_texts())
    page.keyboard.press("Control+z")
    expect(page.locator(".row.wrong")).to_have_count(0)
    expect_output(page, 8, 10)


@pytest.mark.acceptance
def test_keys_move_undo_and_bring_again(page: Page) -> None:
    open_table(page)
    field(page, "Window", 3).click()
    page.keyboard.press("Alt+ArrowUp")
    moved = ["conv", "max_pool", "relu", *DIGITS[3:]]
    expect_kinds(page, moved)
    assert focused(page) == "Window of layer 2"
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")  # it is the first one already
    expect_kinds(page, ["max_pool", "conv", "relu", *DIGITS[3:]])
    page.keyboard.press("Control+z")
    expect_kinds(page, moved)
    page.keyboard.press("Control+z")
    expect_kinds(page, DIGITS)
    page.keyboard.press("Control+y")
    expect_kinds(page, moved)
    expect_output(page, 2, 12, 12, 12)
    press(page, "Undo")
    expect_kinds(page, DIGITS)
    expect(page.locator(".layer-table").get_by_role("button", name="Undo")).to_be_disabled()


@pytest.mark.acceptance
def test_a_row_is_dragged_above_another(page: Page) -> None:
    open_table(page)
    start = row(page, 3).locator(".handle").bounding_box()
    end = row(page, 1).locator(".handle").bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 10, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(start["x"] + 10, start["y"], steps=3)
    page.mouse.move(start["x"] + 10, end["y"] + 4, steps=6)
    page.mouse.up()
    expect_kinds(page, ["max_pool", "conv", "relu", *DIGITS[3:]])
    expect_output(page, 1, 1, 14, 14)
    page.keyboard.press("Control+z")
    expect_kinds(page, DIGITS)


@pytest.mark.acceptance
def test_no_edit_is_lost_while_the_server_answers(page: Page) -> None:
    open_table(page)
    for number, channels in ((1, "21"), (4, "33"), (1, "22"), (4, "34"), (1, "23")):
        field(page, "Channels", number).fill(channels)
    press(page, "Duplicate layer 2")
    answered(page)
    expect_output(page, 1, 23, 24, 24)
    expect_output(page, 5, 34, 8, 8)
    expect_kinds(page, ["conv", "relu", *DIGITS[1:]])
    page.reload()
    expect_output(page, 5, 34, 8, 8)


@pytest.mark.acceptance
def test_what_is_no_number_is_told_and_a_number_out_of_range_at_its_layer(page: Page) -> None:
    open_table(page)
    field(page, "Channels", 1).fill("abc")
    page.keyboard.press("Tab")
    expect(page.locator(".layer-table .told")).to_contain_text("1 to 512, not “abc”: it stays 12")
    expect(field(page, "Channels", 1)).to_have_value("12")
    field(page, "Channels", 1).fill("600")
    expect(row(page, 1).locator(".mistake")).to_contain_text("512")
    expect(field(page, "Channels", 1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect_output(page, 1, 512, 24, 24)


@pytest.mark.acceptance
def test_another_preset_brings_its_own_layers_and_nothing_to_undo(page: Page) -> None:
    open_table(page)
    field(page, "Channels", 1).fill("20")
    expect_output(page, 1, 20, 24, 24)
    open_table(page, "preset=logistic")
    expect_kinds(page, ["flatten", "dense"])
    expect(page.locator(".layer-table").get_by_role("button", name="Undo")).to_be_disabled()


@pytest.mark.acceptance
def test_rare_options_unfold(page: Page) -> None:
    open_table(page)
    expect(field(page, "Weight decay", 1)).to_be_hidden()
    press(page, "More about layer 1")
    expect(field(page, "Weight decay", 1)).to_have_value("0.01")
    expect(field(page, "Initial deviation", 1)).to_have_value("0.01")


SMALL = """(root) => [...root.querySelectorAll("*")]
  .filter((node) => node.checkVisibility() && parseFloat(getComputedStyle(node).fontSize) < 14)
  .map((node) => node.outerHTML.slice(0, 80))"""


@pytest.mark.acceptance
@pytest.mark.parametrize("dark", [False, True])
def test_eight_layers_are_low_and_nothing_is_small(
    new_page: Callable[..., Page], dark: bool
) -> None:
    page = open_table(new_page(dark=dark))
    box = page.locator(".layer-table").bounding_box()
    assert box is not None
    assert box["height"] <= 430
    assert page.locator(".layer-table").evaluate(SMALL) == []


@pytest.mark.acceptance
def test_on_a_phone_a_row_folds_to_two_lines(new_page: Callable[..., Page]) -> None:
    page = open_table(new_page(width=390, height=844))
    box = row(page, 1).bounding_box()
    assert box is not None
    assert box["height"] < 80
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    overflow = "(root) => root.querySelector('.rows').scrollWidth - root.clientWidth"
    assert page.locator(".layer-table").evaluate(overflow) <= 0
    assert page.locator(".layer-table").evaluate(SMALL) == []
    press(page, "More about layer 2")
    press(page, "Move down layer 2")
    expect_kinds(page, ["conv", "max_pool", "relu", *DIGITS[3:]])
    expect(row(page, 3).locator(".adds")).to_be_visible()
