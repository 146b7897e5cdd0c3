"""The convolution page under AppTest: the first look, and every control's address."""

from __future__ import annotations

import re
from threading import Event

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.convolution import library
from dlviz.figures.stepping import stepper_data
from dlviz.ui.engine import ENGINE
from tests.ui.convolution.page import PAGE, SECTIONS, address_of, scene_at, sound, texts, widget

pytestmark = pytest.mark.filterwarnings(
    "ignore:Using padding='same' with even kernel lengths"  # torch tells once that it copies
)


# The first look --------------------------------------------------------------------------------


def test_it_opens_on_the_lectures_convolution(open_page, browser):
    test = open_page()
    assert browser.picture == stepper_data(scene_at({}))
    assert (browser.data["count"], browser.data["start"]) == (5, 13)
    assert r"7 + 2\cdot0 - 3" in texts(test)
    assert "✓ Equal to torch.nn.functional.conv2d:** max |difference| = 0" in texts(test)
    assert "output = F.conv2d" in test.code[0].value
    assert not test.query_params
    assert not [*test.warning, *test.info, *test.error]


def test_the_badge_turns_red_where_a_number_differs(open_page, monkeypatch):
    test = open_page()
    monkeypatch.setattr(
        "dlviz.core.convolution.library",
        lambda image, kernels, sliding: library(image, kernels, sliding) + 1e-6,
    )
    test.run()
    assert "✗ Not torch.nn.functional.conv2d:** max |difference| = 1e-06" in texts(test)
    assert "✓" not in texts(test)


def test_the_stepper_is_there_before_torch(monkeypatch, browser):
    """Who comes first sees a picture and its words while PyTorch is still being loaded."""
    monkeypatch.setattr(ENGINE, "ready", Event())
    monkeypatch.setattr(ENGINE, "start", lambda: None)
    test = AppTest.from_file(str(PAGE), default_timeout=60).run()
    assert not test.exception
    assert browser.picture == stepper_data(scene_at({}))
    assert r"7 + 2\cdot0 - 3" in texts(test)
    assert "torch.nn.functional" not in texts(test)


@pytest.mark.parametrize("address", [{}, {"op": "max_pool"}, {"kernel": "net", "channels": "rgb"}])
def test_the_rest_of_the_page_is_there_as_well(loaded, browser, mine, address):
    test = AppTest.from_file(str(PAGE), default_timeout=60)
    for name, value in address.items():
        test.query_params[name] = value
    sound(test.run())
    assert len(test.header) == len(SECTIONS)


# Controls and their addresses ------------------------------------------------------------------

CONTROLS = [
    # parameter, value, what the address says, the rest of the address that it needs
    ("op", "transposed", "transposed", {"grid": "edge", "size": "5"}),
    ("op", "average_pool", "average_pool", {"grid": "random"}),
    ("grid", "random", "random", {}),
    ("size", 11, "11", {"grid": "letter"}),
    ("seed", 9999, "9999", {"grid": "random"}),
    ("channels", "rgb", "rgb", {"grid": "colours"}),
    ("channels", "depthwise", "depthwise", {"grid": "photograph"}),
    ("kernel", "sobel_x", "sobel_x", {"grid": "impulse"}),
    ("ksize", 5, "5", {"kernel": "gaussian"}),
    ("window", 3, "3", {"op": "max_pool", "grid": "ramp"}),
    ("unfold", True, "1", {}),
    ("mix", "red_green", "red_green", {"channels": "rgb", "grid": "colours"}),
    ("more", ["box", "laplacian"], "box,laplacian", {"grid": "letter"}),
    ("stride", 4, "4", {"grid": "ramp", "size": "16"}),
    ("stride", 1, "1", {"op": "average_pool", "grid": "ramp"}),
    ("padding", "full", "full", {"grid": "letter"}),
    ("padding", "same", "same", {"ksize": "4", "kernel": "box"}),
    ("amount", 6, "6", {"padding": "amount"}),
    ("amount", 2, "2", {"op": "transposed", "padding": "amount", "stride": "3"}),
    ("border", "circular", "circular", {"padding": "same"}),
    ("dilation", 3, "3", {"grid": "ramp", "size": "12"}),
    ("bias", -98.5, "-98.5", {}),
    ("turned", True, "1", {"kernel": "emboss", "grid": "impulse"}),
    ("relu", True, "1", {"kernel": "sobel_x", "grid": "letter"}),
    ("relu", True, "1", {"op": "max_pool", "grid": "random"}),
    ("unfold", True, "1", {"grid": "edge"}),
]


@pytest.mark.parametrize(("key", "value", "text", "needs"), CONTROLS)
def test_a_control_goes_into_the_address_and_a_link_brings_it_back(
    open_page, browser, key, value, text, needs
):
    test = open_page(needs)
    usual = widget(test, key).value
    assert usual != value
    sound(widget(test, key).set_value(value).run())
    assert address_of(test) == {**needs, key: text}
    assert browser.picture == stepper_data(scene_at({**needs, key: text}))
    after = browser.picture

    again = open_page(address_of(test))
    assert widget(again, key).value == value
    assert browser.picture == after
    assert address_of(again) == address_of(test)
    assert not again.info

    sound(widget(test, key).set_value(usual).run())
    assert address_of(test) == needs


def test_every_control_of_the_page_was_tried(open_page):
    tried = {key for key, *_ in CONTROLS}
    seen = set()
    for address in ({"grid": "random", "channels": "rgb", "padding": "amount"}, {"op": "max_pool"}):
        test = open_page(address)
        for kind in (test.selectbox, test.number_input, test.multiselect, test.toggle):
            seen |= {found.key for found in kind if found.key}
    assert seen == tried


def test_a_link_may_set_everything_at_once(open_page, browser):
    address = {
        "grid": "photograph",
        "size": "13",
        "seed": "42",
        "channels": "rgb",
        "kernel": "gabor",
        "ksize": "7",
        "mix": "blue_yellow",
        "more": "sobel_y,motion",
        "stride": "2",
        "padding": "amount",
        "amount": "3",
        "border": "reflect",
        "dilation": "2",
        "bias": "-0.5",
        "turned": "1",
        "relu": "1",
    }
    test = open_page(address)
    assert not test.info
    assert address_of(test) == address
    assert browser.picture == stepper_data(scene_at(address))
    assert len(browser.data["maps"]) == 3


def test_back_in_the_browser_restores_what_was_there(open_page, browser):
    test = open_page(kernel="emboss", stride="2")
    before = browser.picture
    sound(widget(test, "kernel").set_value("box").run())
    test.query_params["kernel"] = "emboss"
    sound(test.run())
    assert widget(test, "kernel").value == "emboss"
    assert browser.picture == before


GREY_EDGE = {"grid": "edge"}
HOSTILE = [
    # an address, and what is left of it
    ({"kernel": "no", "grid": "", "op": "../../etc", "padding": "<b>", "border": "None"}, {}),
    ({"size": "1e9", "grid": "edge"}, GREY_EDGE),
    ({"size": "NaN", "grid": "edge"}, GREY_EDGE),
    ({"size": "2", "grid": "edge"}, GREY_EDGE),
    ({"size": "17", "grid": "edge"}, GREY_EDGE),
    ({"stride": "-1", "dilation": "inf", "ksize": "0", "bias": "NaN"}, {}),
    ({"stride": "1e400", "dilation": "9" * 5000, "ksize": "8", "bias": "1e99"}, {}),
    ({"bias": "-inf", "amount": "-3", "padding": "amount"}, {"padding": "amount"}),
    ({"seed": "10000", "grid": "random"}, {"grid": "random"}),
    ({"seed": "-1", "grid": "random"}, {"grid": "random"}),
    ({"kernel": "x" * 5000, "step": "NaN", "map": "99"}, {}),
    ({"more": "box,box", "channels": "rgb"}, {"channels": "rgb"}),
    ({"more": "," * 5000}, {}),
    ({"more": "x"}, {}),
    ({"more": "box,ones,gabor,motion,gaussian"}, {}),
    ({"channels": "cmyk", "mix": "**bold**"}, {}),
    ({"cells": "garbage"}, {}),
    ({"cells": "0*1_" * 5000}, {}),
    ({"cells": "49*1"}, {}),
    ({"cells": "-1*1"}, {}),
    ({"cells": "0*NaN"}, {}),
    ({"cells": "0*1e9"}, {}),
    ({"weights": "0*inf"}, {}),
    ({"weights": "9*1"}, {}),
    ({"weights": "[x](y)"}, {}),
    ({"turned": "yes", "relu": "2"}, {}),
    ({"op": "max_pool", "padding": "amount", "amount": "6", "dilation": "3"}, {"op": "max_pool"}),
    ({"op": "max_pool", "bias": "7", "turned": "1", "mix": "red"}, {"op": "max_pool"}),
    ({"op": "transposed", "padding": "same"}, {"op": "transposed"}),
    ({"op": "transposed", "border": "circular"}, {"op": "transposed"}),
    ({"try": "nonsense"}, {}),
]


@pytest.mark.parametrize(("address", "left"), HOSTILE)
def test_a_hostile_address_gets_sentences_and_the_defaults(open_page, browser, address, left):
    test = open_page(address)
    assert browser.picture == stepper_data(scene_at(left))
    assert not [*test.error, *test.warning]
    check_sentences(test.info, most=len(address))
    # What stays in the address is what is shown: opening it again says nothing.
    stays = {name: text for name, text in address_of(test).items() if name not in ("step", "map")}
    after = open_page(stays)
    assert not after.info
    assert browser.picture == stepper_data(scene_at(left))


def check_sentences(told, most):
    assert len(told) <= most
    for item in told:
        assert len(item.value) < 200
        assert item.value.endswith(".")
        assert not re.search(r"[*\[\]<>]", item.value)


@pytest.mark.parametrize("wrong", [{"filter": "9999"}, {"filter": "x"}, {"model": "../../etc"}])
def test_a_hostile_link_to_a_network_shows_the_first_filter(open_page, browser, wrong):
    open_page(kernel="net")
    usual = browser.picture
    test = open_page(kernel="net", **wrong)
    assert browser.picture == usual
    check_sentences(test.info, most=2)
    assert test.info
