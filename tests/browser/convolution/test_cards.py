"""What leads through the convolution page: lesson cards, a second layer, and what cannot be."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from dlviz.core.lessons import CONVOLUTION_CARDS
from dlviz.io.grids import GRIDS
from tests.browser.convolution.stepping import (
    LECTURE,
    addressed,
    agrees,
    at_step,
    by_torch,
    cells,
    open_lab,
    parameters,
    says,
    shows,
    shows_about,
    stage,
    unfold,
)


def card(page: Page):
    return page.locator(".st-key-try_card")


def choose(page: Page, name: str) -> None:
    page.get_by_role("radio", name=CONVOLUTION_CARDS[name].title, exact=True).or_(
        page.get_by_role("button", name=CONVOLUTION_CARDS[name].title, exact=True)
    ).first.click()


def laid_out(page: Page, name: str) -> None:
    """The card's settings, all of them and nothing else, at the card's step."""
    chosen = CONVOLUTION_CARDS[name]
    expect(card(page)).to_contain_text(chosen.question)
    expected = by_torch(dict(chosen.settings))
    assert len(expected) == 1
    at_step(page, 0)
    says(page, f"Step 1 of {expected.size}, row 1, column 1: ")
    shows_about(page, expected)
    addressed(page, **{"try": name, "step": parameters(page).get("step")})
    said = parameters(page)
    assert said.pop("try") == name
    assert said.items() <= chosen.settings.items(), "nothing is left of what was there before"
    agrees(page)


@pytest.mark.acceptance
def test_every_card_lays_its_view_out_asks_and_answers(page):
    # Whatever the visitor did before: here everything is at something else than its default.
    open_lab(
        page,
        "grid=random&size=9&seed=5&channels=rgb&cells=0*50&kernel=gabor&ksize=4&more=box&weights=1*2"
        "&mix=red_green&turned=1&stride=2&padding=amount&amount=2&border=circular&dilation=2&bias=1.5"
        "&relu=1&step=3&map=2",
    )
    choose(page, "count")
    shows(page, LECTURE)
    for place, (name, chosen) in enumerate(CONVOLUTION_CARDS.items()):
        laid_out(page, name)
        expect(card(page)).to_contain_text(f"({place + 1} of {len(CONVOLUTION_CARDS)})")
        expect(card(page)).not_to_contain_text(chosen.answer)
        height = card(page).bounding_box()["height"]
        page.get_by_role("button", name="Answer", exact=True).click()
        expect(card(page)).to_contain_text(chosen.answer)
        assert card(page).bounding_box()["height"] <= height + 30, "the picture hardly moves"
        stage(page).press("End")
        says(page, re.compile(r"^Step (\d+) of \1,"))
        if chosen.then:
            page.get_by_role("button", name=chosen.then_label, exact=True).click()
            after = {**chosen.settings, **chosen.then}
            shows_about(page, by_torch(after))
            at_step(page, int(after["step"]) - 1)
            agrees(page)
            assert parameters(page).items() <= {**after, "try": name}.items()
        following = page.get_by_role("button", name="Next", exact=True)
        if place + 1 < len(CONVOLUTION_CARDS):
            following.click()
    expect(following).to_be_disabled()


@pytest.mark.acceptance
def test_a_card_is_a_link_and_undoes_what_was_edited(page):
    open_lab(page, "try=blur&grid=edge&kernel=box&step=1")
    laid_out(page, "blur")
    at = cells(page)
    at.open("inputs", 0, 0).fill("9")
    page.keyboard.press("Enter")
    addressed(page, cells="0*9")
    at.open("kernels", 1, 1).fill("1")
    page.keyboard.press("Enter")
    addressed(page, weights="4*1", cells="0*9")
    choose(page, "edge")
    laid_out(page, "edge")
    choose(page, "blur")
    laid_out(page, "blur")
    # A card that is put away leaves its view where it is.
    choose(page, "blur")
    expect(card(page)).to_have_count(0)
    addressed(page, **{"try": None}, kernel="box", grid="edge")


@pytest.mark.acceptance
def test_the_output_becomes_the_input_of_a_second_layer(page):
    open_lab(page)
    choose(page, "receptive")
    laid_out(page, "receptive")
    ones = np.ones((3, 3))
    image = GRIDS["impulse"].at(7)[0]
    for side in (3, 5, 7):
        image = np.pad(image, 1)
        windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
        image = (windows * ones).sum((2, 3))
        shows(page, image)
        assert (image != 0).sum() == side**2
        says(page, "Step ")
        agrees(page)
        at = cells(page)
        assert (at.side("inputs"), at.side("outputs")) == (9, 7)
        page.get_by_role("button", name="Output becomes input").click()
        addressed(page, grid="blank")


@pytest.mark.acceptance
def test_what_cannot_be_gets_a_sentence_and_the_last_picture_stays(page):
    open_lab(page, "grid=impulse&size=5&kernel=ones&step=2")
    shows(page, np.ones(9))
    unfold(page)
    side = page.get_by_role("spinbutton", name="Size").nth(1)
    side.fill("7")
    side.press("Enter")
    sentence = "The window spans 7 cells and does not fit an input of 5."
    expect(page.get_by_text(f"{sentence} The last picture stays.")).to_be_visible()
    shows(page, np.ones(9))
    at_step(page, 1)
    addressed(page, ksize="7")
    # It is still alive: step, edit, and choose what fits.
    stage(page).press("ArrowRight")
    at_step(page, 2)
    page.get_by_role("combobox", name=re.compile("^Selected.*|Padding")).first.click()
    page.get_by_role("option", name="same size").click()
    expect(page.get_by_text(sentence)).to_have_count(0)
    shows(page, np.ones(25))
    expect(page.get_by_text(re.compile("Stride is greyed: .* refuses “same”"))).to_be_visible()
    expect(page.get_by_role("spinbutton", name="Stride")).to_be_disabled()
    # A link to what cannot be says so, shows something else, and stays alive under the hands.
    open_lab(page, "grid=impulse&size=5&kernel=ones&ksize=7")
    expect(page.get_by_text(sentence)).to_be_visible()
    cells(page).open("inputs", 0, 0).fill("3")
    page.keyboard.press("Enter")
    agrees(page)
    open_lab(page, "grid=impulse&size=3&padding=amount&amount=3&border=reflect&ksize=1")
    expect(page.get_by_text("A mirror needs an input wider than its border")).to_be_visible()
    again = page.get_by_role("button", name="Output becomes input")
    if again.is_enabled():
        again.click()
        agrees(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)
