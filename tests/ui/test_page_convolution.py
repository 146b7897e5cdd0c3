"""The convolution page under AppTest: every control, address and edit leads to something true."""

from __future__ import annotations

import re
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dlviz.core.convolution import library
from dlviz.core.kernels import KERNELS
from dlviz.core.lessons import CONVOLUTION_CARDS
from dlviz.core.mixes import MIXES
from dlviz.core.sliding import BORDERS, OPS, PADDINGS, Sliding, greyed
from dlviz.figures.stepping import Scene, stepper_data
from dlviz.io.grids import GRIDS
from dlviz.io.models import load_model
from dlviz.ui.components import stepper as stepper_module
from dlviz.ui.engine import ENGINE
from tests.ui.test_page_filters import snapshot

pytestmark = pytest.mark.filterwarnings(
    "ignore:Using padding='same' with even kernel lengths"  # torch tells once that it copies
)

PAGE = Path(__file__).parents[2] / "pages" / "convolution.py"
SECTIONS = ("photograph", "translation", "parameters")
FRESH = {"edition", "opening", "asked", "stamp"}  # how often something came and to what, not what


class Browser:
    """Stands for the stepper in the browser: what it was given, and edits that it sends."""

    def __init__(self):
        self.data = {}
        self.sent = None

    def mount(self, *, key, data, on_edit_change):
        def send():
            st.session_state[key] = {"edit": self.sent}
            on_edit_change()

        self.data = data
        st.button("edit in the browser", key="edit in the browser", on_click=send)

    @property
    def picture(self):
        return {name: value for name, value in self.data.items() if name not in FRESH}

    def send(self, test, edit):
        self.sent = edit
        return sound(test.button(key="edit in the browser").click().run())

    def edit(self, test, **places):
        """Set single numbers: image=((plane, row, column), value), kernels likewise."""
        tables = {}
        for name in ("image", "kernels"):
            table = np.array(self.data[name]) if self.data[name] is not None else None
            if name in places:
                place, value = places[name]
                table[place] = value
            tables[name] = None if table is None else table.tolist()
        known = {"edition": self.data["edition"] + 1, "stamp": self.data["stamp"]}
        return self.send(test, {**known, **tables})


@pytest.fixture
def browser(monkeypatch):
    """The stepper's stand-in; whoever opens a page last is the one who looks."""
    stand_in = Browser()
    monkeypatch.setattr(stepper_module, "_mount", stand_in.mount)
    return stand_in


@pytest.fixture
def loaded(monkeypatch):
    """As with torch loaded; what is not part of the stepper's page is left out."""
    there = Event()
    there.set()
    monkeypatch.setattr(ENGINE, "ready", there)
    # In these tests nobody presses Back sooner than a slow browser could be behind.
    monkeypatch.setattr("dlviz.ui.address.BEHIND_SECONDS", 0.0)


@pytest.fixture
def open_page(monkeypatch, loaded, browser, mine):
    """Open the page at an address; a dictionary and keywords give its parameters."""
    for name in SECTIONS:
        monkeypatch.setattr(f"dlviz.ui.{name}.{name}_section", lambda *_, **__: None)

    def run(address=(), **parameters):
        test = AppTest.from_file(str(PAGE), default_timeout=60)
        for name, value in {**dict(address), **parameters}.items():
            test.query_params[name] = value
        return sound(test.run())

    return run


def sound(test):
    """No traceback, and numbers that equal torch's."""
    assert not test.exception, test.exception
    assert "✓ Equal to torch.nn.functional." in texts(test)
    assert "✗" not in texts(test)
    return test


def texts(test):
    return " ".join(item.value for item in [*test.markdown, *test.latex])


def address_of(test):
    """The address as plain text; AppTest may give a list for each name."""
    return {
        name: value if isinstance(value, str) else value[0]
        for name, value in test.query_params.items()
    }


def widget(test, key):
    for kind in ("selectbox", "number_input", "multiselect", "toggle"):
        for found in getattr(test, kind):
            if found.key == key:
                return found
    raise AssertionError(f"no control {key}")


def scene_at(address):
    """What an address stands for, put together from the registries alone."""
    told = dict(address)
    op = told.get("op", "convolution")
    pools = op.endswith("pool")
    grid = GRIDS[told.get("grid", "lecture")]
    channels = told.get("channels", "grey")
    planes = 1 if channels == "grey" else 3
    size = grid.fixed or int(told.get("size", grid.natural))
    image = grid.at(size, seed=int(told.get("seed", 0)), channels=planes)
    names = [told.get("kernel", "x"), *filter(None, told.get("more", "").split(","))]
    side = int(told.get("window", 2) if pools else told.get("ksize", KERNELS[names[0]].natural))
    sliding = Sliding(
        op=op,
        size=side,
        stride=int(told.get("stride", 2 if pools else 1)),
        padding=told.get("padding", "valid"),
        amount=int(told.get("amount", 1)) if told.get("padding") == "amount" else 0,
        border=told.get("border", "zeros"),
        dilation=int(told.get("dilation", 1)),
        bias=float(told.get("bias", 0)),
        turned=told.get("turned") == "1",
        relu=told.get("relu") == "1",
        depthwise=channels == "depthwise" and not pools,
    )
    colours = ("red's map", "green's map", "blue's map")
    if pools:
        return Scene(image, None, sliding, colours if planes == 3 else ("output",))
    share = MIXES[told.get("mix", "all")].weights if planes == 3 else (1,)
    tables = [KERNELS[name].at(side) for name in names]
    if channels == "depthwise":
        in_turn = [tables[plane % len(tables)] for plane in range(3)]
        kernels = np.array([[part * table] for part, table in zip(share, in_turn, strict=True)])
        return Scene(image, kernels, sliding, colours)
    kernels = np.array([[part * table for part in share] for table in tables])
    titles = tuple(KERNELS[name].title for name in names)
    return Scene(image, kernels, sliding, titles if len(titles) > 1 else ("output",))


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


# What can be chosen ----------------------------------------------------------------------------


@pytest.mark.acceptance
@pytest.mark.parametrize("op", OPS)
def test_every_input_goes_with_every_operation(open_page, browser, op):
    test = open_page(op=op)
    for grid in GRIDS:
        sound(widget(test, "grid").set_value(grid).run())
        address = {"op": op, "grid": grid}
        assert browser.picture == stepper_data(scene_at(address))
        assert f"**{GRIDS[grid].title}.** {GRIDS[grid].what}" in texts(test)


@pytest.mark.acceptance
def test_every_kernel_at_every_size(open_page, browser):
    test = open_page(grid="photograph", padding="same")
    for name, kernel in KERNELS.items():
        sound(widget(test, "kernel").set_value(name).run())
        assert widget(test, "ksize").value == kernel.natural
        for size in {kernel.least, 7}:
            sound(widget(test, "ksize").set_value(size).run())
            address = {"grid": "photograph", "padding": "same", "kernel": name, "ksize": size}
            assert browser.picture == stepper_data(scene_at(address))
        assert kernel.what in texts(test)


@pytest.mark.acceptance
def test_channels_filters_and_mixes_go_together(open_page, browser):
    test = open_page(grid="photograph", size="6", kernel="sobel_x")
    for channels in ("rgb", "depthwise", "grey"):
        sound(widget(test, "channels").set_value(channels).run())
        for more in ([], ["box"], ["box", "emboss"], ["box", "emboss", "ones"]):
            if channels == "depthwise" and len(more) == 3:
                continue
            sound(widget(test, "more").set_value(more).run())
            for mix in MIXES if channels != "grey" else ["all"]:
                if channels != "grey":
                    sound(widget(test, "mix").set_value(mix).run())
                expected = scene_at({**address_of(test), "channels": channels, "mix": mix})
                assert browser.picture == stepper_data(expected)
                assert len(browser.data["maps"]) == len(expected.output())
        sound(widget(test, "more").set_value([]).run())


def test_further_filters_that_are_no_longer_offered_are_dropped(open_page, browser):
    test = open_page(channels="rgb", more="box,emboss,ones", grid="photograph")
    sound(widget(test, "kernel").set_value("emboss").run())
    assert widget(test, "more").value == ["box", "ones"]
    sound(widget(test, "more").set_value(["box", "laplacian"]).run())
    sound(widget(test, "kernel").set_value("identity").run())
    sound(widget(test, "ksize").set_value(2).run())
    assert widget(test, "more").value == ["box"], "no Laplacian is smaller than 3"
    assert address_of(test)["more"] == "box"
    assert len(browser.data["maps"]) == 2


def test_pooling_and_back_finds_the_same_kernel(open_page, browser):
    test = open_page(kernel="sobel_x", grid="digit", bias="2")
    before = browser.picture
    sound(widget(test, "op").set_value("max_pool").run())
    assert browser.picture == stepper_data(scene_at({"op": "max_pool", "grid": "digit"}))
    sound(widget(test, "op").set_value("convolution").run())
    assert browser.picture == before


@pytest.mark.acceptance
@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("border", BORDERS)
def test_every_border_goes_with_every_padding(open_page, browser, padding, border):
    test = open_page(grid="random", padding=padding, border=border)
    assert browser.data["count"] == {"valid": 5, "same": 7, "full": 9, "amount": 7}[padding]
    drawn = np.array(browser.data["axis"]["drawn"])
    if padding == "valid":
        assert widget(test, "border").disabled
        return
    width = (len(drawn) - 7) // 2
    mode = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    options = {"constant_values": -1} if border == "zeros" else {}
    assert drawn.tolist() == np.pad(np.arange(7), width, mode[border], **options).tolist()


def test_same_with_a_stride_is_greyed_with_its_reason_and_comes_back(open_page, browser):
    test = open_page(stride="2")
    assert browser.data["count"] == 3
    sound(widget(test, "padding").set_value("same").run())
    stride = widget(test, "stride")
    assert stride.disabled
    assert stride.help == greyed(Sliding(padding="same"))["stride"]
    assert f"Stride is greyed: {stride.help}" in texts(test)
    assert browser.data["count"] == 7, "as with stride 1"
    sound(widget(test, "padding").set_value("full").run())
    assert not widget(test, "stride").disabled
    assert widget(test, "stride").value == 2
    assert browser.data["count"] == 5


@pytest.mark.parametrize("op", ["max_pool", "average_pool"])
def test_pooling_greys_what_it_has_not_with_the_reason(open_page, browser, op):
    address = {"op": op, "border": "reflect", "dilation": "2", "bias": "3", "turned": "1"}
    test = open_page(address, grid="random", size="8")
    for key in ("border", "dilation", "bias", "turned"):
        assert widget(test, key).disabled
        assert widget(test, key).help.startswith("Pooling")
        assert widget(test, key).help.endswith(".")
    assert not widget(test, "relu").disabled
    plain = {"op": op, "grid": "random", "size": "8"}
    assert browser.picture == stepper_data(scene_at(plain))


def test_transposed_offers_what_torch_has(open_page):
    test = open_page(op="transposed", grid="edge", size="4")
    assert len(widget(test, "padding").options) == 2
    assert widget(test, "border").disabled
    assert widget(test, "border").help == greyed(Sliding("transposed"))["border"]
    sound(widget(test, "op").set_value("convolution").run())
    assert len(widget(test, "padding").options) == 4
    assert not widget(test, "stride").disabled


CANNOT = [
    ({"grid": "blank", "size": "3", "kernel": "box", "ksize": "3"}, "ksize", 7, "spans 7 cells"),
    ({"grid": "edge", "size": "4", "ksize": "3"}, "dilation", 3, "spans 7 cells"),
    (
        {"grid": "edge", "size": "3", "padding": "amount", "border": "reflect"},
        "amount",
        6,
        "A mirror needs",
    ),
    (
        {"grid": "edge", "size": "3", "padding": "amount", "border": "circular"},
        "amount",
        6,
        "goes round once",
    ),
    ({"op": "max_pool", "grid": "edge", "size": "3"}, "window", 6, "spans 6 cells"),
    (
        {"op": "transposed", "grid": "edge", "size": "3", "padding": "amount", "ksize": "1"},
        "amount",
        6,
        "cuts the whole output away",
    ),
]


@pytest.mark.parametrize(("good", "key", "value", "said"), CANNOT)
def test_what_cannot_be_gets_one_sentence_and_the_last_picture_stays(
    open_page, browser, good, key, value, said
):
    test = open_page(good)
    before = browser.picture
    assert before == stepper_data(scene_at(good))
    sound(widget(test, key).set_value(value).run())
    (warning,) = test.warning
    assert said in warning.value
    assert warning.value.endswith("The last picture stays.")
    assert browser.picture == before
    # And on from there.
    sound(widget(test, key).set_value(1).run())
    assert not test.warning
    assert browser.picture == stepper_data(scene_at({**good, key: 1}))


@pytest.mark.parametrize(("good", "key", "value", "said"), CANNOT)
def test_a_link_to_what_cannot_be_shows_something_else(open_page, browser, good, key, value, said):
    test = open_page({**good, key: str(value)})
    (warning,) = test.warning
    assert said in warning.value
    assert "fits" in warning.value
    assert len(browser.data["image"][0]) == int(good["size"])
    assert address_of(test)[key] == str(value), "the address still says what was asked for"


# Lesson cards ----------------------------------------------------------------------------------


def test_the_cards_one_after_the_other_each_with_its_settings_alone(open_page, browser):
    test = open_page(
        grid="photograph", channels="rgb", more="box", bias="3", relu="1", turned="1", dilation="2"
    )
    for name, card in CONVOLUTION_CARDS.items():
        opening = browser.data["opening"]
        sound(test.button_group(key="try").set_value(name).run())
        assert browser.data["opening"] == opening + 1, "the step is read from the address again"
        assert browser.picture == stepper_data(scene_at(card.settings))
        told = address_of(test)
        assert told.items() <= {**card.settings, "try": name}.items()
        assert told["step"] == "1"
        assert card.question in texts(test)
        assert card.answer not in texts(test)
        assert not [*test.info, *test.warning]


@pytest.mark.parametrize("name", CONVOLUTION_CARDS)
def test_a_cards_link_shows_its_view(open_page, browser, name):
    settings = CONVOLUTION_CARDS[name].settings
    test = open_page({**settings, "try": name})
    assert browser.picture == stepper_data(scene_at(settings))
    assert CONVOLUTION_CARDS[name].question in texts(test)


def test_a_card_takes_edited_cells_away(open_page, browser):
    test = browser.edit(open_page(), image=((0, 0, 0), 9))
    assert "cells" in address_of(test)
    sound(test.button_group(key="try").set_value("count").run())
    assert "cells" not in address_of(test)
    assert browser.picture == stepper_data(scene_at({}))


# Editing ---------------------------------------------------------------------------------------


def test_an_edited_cell_is_in_the_address_and_a_link_brings_it_back(open_page, browser):
    test = browser.edit(open_page(), image=((0, 6, 6), -2.5))
    assert address_of(test) == {"cells": "48*-2.5"}
    assert browser.data["edition"] == 1
    assert browser.data["image"][0][6][6] == -2.5
    browser.edit(test, image=((0, 0, 0), 7), kernels=((0, 0, 1, 1), 0.25))
    assert address_of(test) == {"cells": "0*7_48*-2.5", "weights": "4*0.25"}
    assert browser.data["edition"] == 2
    edited = browser.picture
    assert "0.25" in test.code[0].value

    open_page(address_of(test))
    assert browser.picture == edited
    # Set back by hand: nothing is left in the address.
    browser.edit(test, image=((0, 6, 6), 0), kernels=((0, 0, 1, 1), 1))
    browser.edit(test, image=((0, 0, 0), 0))
    assert address_of(test) == {}
    assert browser.picture == stepper_data(scene_at({}))


def test_edits_belong_to_their_picture_and_their_kernel(open_page, browser):
    test = browser.edit(
        open_page(grid="random", kernel="box"), image=((0, 1, 1), 5.5), kernels=((0, 0, 0, 0), 3)
    )
    assert address_of(test).keys() == {"grid", "kernel", "cells", "weights"}
    sound(widget(test, "kernel").set_value("ones").run())
    assert address_of(test).keys() == {"grid", "kernel", "cells"}
    assert browser.data["image"][0][1][1] == 5.5
    sound(widget(test, "stride").set_value(2).run())
    assert browser.data["image"][0][1][1] == 5.5, "another stride slides over the same picture"
    sound(widget(test, "seed").set_value(1).run())
    assert "cells" not in address_of(test)
    expected = scene_at({"grid": "random", "kernel": "ones", "seed": "1", "stride": "2"})
    assert browser.picture == stepper_data(expected)


def test_pooling_keeps_the_edited_picture(open_page, browser):
    test = browser.edit(open_page(grid="ramp"), image=((0, 0, 0), 99))
    sound(widget(test, "op").set_value("max_pool").run())
    assert browser.data["image"][0][0][0] == 99
    browser.edit(test, image=((0, 6, 6), 98))
    assert address_of(test)["cells"] == "0*99_48*98"
    assert browser.data["kernels"] is None


BROKEN = [
    {},
    [],
    None,
    "edit",
    {"edition": "many"},
    {"edition": 1},
    {"edition": 1, "image": None, "kernels": None},
    {"edition": 1, "image": [[["a"]]], "kernels": None},
    {"edition": 1, "image": [[[1, 2], [3]]], "kernels": None},
    {"edition": 1, "image": [[[0.0]]], "kernels": None},
    {"edition": float("inf"), "image": [], "kernels": []},
]


@pytest.mark.parametrize("edit", BROKEN)
def test_a_broken_edit_gets_one_sentence_and_the_picture_stays(open_page, browser, edit):
    test = open_page()
    before = browser.picture
    browser.send(test, edit)
    (warning,) = test.warning
    assert warning.value.endswith(".")
    assert browser.picture == before
    assert not test.query_params
    sound(test.run())
    assert not test.warning, "said once"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e9, -999.5])
@pytest.mark.parametrize("table", ["image", "kernels"])
def test_no_number_beyond_the_limit_gets_in(open_page, browser, table, value):
    test = open_page()
    before = browser.picture
    place = (0, 1, 1) if table == "image" else (0, 0, 1, 1)
    browser.edit(test, **{table: (place, value)})
    (warning,) = test.warning
    assert warning.value == "A cell holds a number from −999 to 999."
    assert browser.picture == before
    assert browser.data["edition"] == 1, "the browser takes the server's numbers back"


def test_two_visitors_do_not_meet(open_page, browser):
    one = open_page(grid="random")
    other = open_page(kernel="box")
    theirs = browser.picture
    sound(one.run())
    browser.edit(one, image=((0, 0, 0), 55))
    ours = browser.picture
    sound(other.run())
    assert browser.picture == theirs
    browser.edit(other, kernels=((0, 0, 0, 0), 2))
    assert "cells" not in address_of(other)
    sound(one.run())
    assert browser.picture == ours
    assert "weights" not in address_of(one)


# Output becomes input --------------------------------------------------------------------------


def again(test):
    (button,) = [item for item in test.button if item.label == "Output becomes input"]
    return button


def output_of(data):
    """Count×count numbers for each map, as the page's own scene has them."""
    kernels = None if data["kernels"] is None else np.array(data["kernels"])
    image, axis = np.array(data["image"]), data["axis"]
    padded = np.pad(image, ((0, 0), (0, 1), (0, 1)))
    rows = np.array(axis["drawn"])[np.add.outer(axis["starts"], axis["taps"])]
    windows = padded[:, rows[:, None, :, None], rows[None, :, None, :]]
    if kernels is None:
        flat = windows.reshape(*windows.shape[:3], -1)
        maps = flat.max(-1) if data["op"] == "max_pool" else flat.mean(-1)
    else:
        used = kernels[..., ::-1, ::-1] if data["halfTurn"] else kernels
        pattern = "chwij,cij->chw" if data["separate"] else "chwij,fcij->fhw"
        maps = np.einsum(pattern, windows, used[:, 0] if data["separate"] else used)
        maps = maps + data["bias"]
    return np.maximum(maps, 0) if data["relu"] else maps


FEEDING = [
    {},
    {"kernel": "sobel_x", "grid": "letter", "relu": "1", "bias": "-1"},
    {"kernel": "box", "grid": "digit", "padding": "same", "size": "16"},
    {"kernel": "gaussian", "grid": "photograph", "channels": "rgb", "more": "emboss,ones"},
    {"kernel": "laplacian", "grid": "photograph", "channels": "depthwise", "padding": "same"},
    {"op": "max_pool", "grid": "random", "size": "9", "channels": "rgb"},
    {"op": "transposed", "grid": "edge", "size": "4", "kernel": "ones", "stride": "2"},
    {"grid": "blank"},
]


@pytest.mark.parametrize("address", FEEDING)
def test_the_output_becomes_the_input_of_the_same_layer(open_page, browser, address):
    test = open_page(address, step="3")
    before, opening = browser.picture, browser.data["opening"]
    expected = output_of(before)
    sound(again(test).click().run())
    np.testing.assert_allclose(browser.data["image"], expected, rtol=1e-11, atol=1e-12)
    for name in ("kernels", "op", "bias", "relu", "halfTurn", "maps", "separate"):
        assert browser.data[name] == before[name]
    assert browser.data["opening"] == opening + 1
    assert "step" not in address_of(test)
    assert not [*test.info, *test.warning]
    after = browser.picture

    fresh = open_page(address_of(test))
    assert browser.picture == after
    assert not fresh.info


def test_two_layers_after_each_other_see_five_by_five(open_page, browser):
    test = open_page(CONVOLUTION_CARDS["receptive"].settings)
    sound(again(test).click().run())
    assert np.count_nonzero(browser.data["image"]) == 9
    assert np.count_nonzero(output_of(browser.data)) == 25
    sound(again(test).click().run())
    assert np.count_nonzero(browser.data["image"]) == 25


def test_edited_weights_go_with_the_layer(open_page, browser):
    test = browser.edit(open_page(), kernels=((0, 0, 0, 0), 7))
    sound(again(test).click().run())
    assert browser.data["kernels"][0][0][0][0] == 7
    assert address_of(test)["weights"] == "0*7"


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ({"more": "box"}, "2 maps"),
        ({"stride": "4"}, "3 to 16 rows; this output has 2"),
        ({"grid": "ramp", "size": "16", "padding": "full"}, "3 to 16 rows; this output has 18"),
    ],
)
def test_an_output_that_is_no_input_greys_the_button_with_the_reason(open_page, address, why):
    button = again(open_page(address))
    assert button.disabled
    assert why in button.help
    assert button.help.endswith(".")


def test_an_output_beyond_the_limit_is_refused_and_the_picture_stays(open_page, browser):
    test = open_page(grid="random", kernel="ones", ksize="5", bias="99")
    edits = np.full((1, 7, 7), 99.0).tolist()
    known = {"edition": 1, "stamp": browser.data["stamp"]}
    browser.send(test, {**known, "image": edits, "kernels": browser.data["kernels"]})
    before = browser.picture
    sound(again(test).click().run())
    (warning,) = test.warning
    assert warning.value.startswith("The output cannot become the input:")
    assert browser.picture == before


# A network's first layer -----------------------------------------------------------------------


def first_weights(classifier):
    (name, *_) = [key for key in classifier.module.state_dict() if key.endswith("weight")]
    return classifier.module.state_dict()[name].double().numpy()


def check_filter(shown, weights, channels):
    """Four significant digits of the largest; a grey picture gets the sum over the channels."""
    kernels = np.array(shown)
    close = {"rtol": 0, "atol": 1e-3 * np.abs(weights).max() * len(weights)}
    if channels == "grey":
        np.testing.assert_allclose(kernels, weights.sum(0)[None, None], **close)
    elif channels == "rgb":
        assert kernels.shape == (1, 3, *weights.shape[1:])
        expected = np.broadcast_to(weights, (3, *weights.shape[1:]))[None]
        np.testing.assert_allclose(kernels, expected, **close)
    else:
        expected = np.broadcast_to(weights, (3, *weights.shape[1:]))[:, None]
        np.testing.assert_allclose(kernels, expected, **close)


@pytest.mark.parametrize("name", ["creatures_cnn", "photo_cnn", "mobilenet_v2", "fashion_cnn"])
def test_the_filters_of_a_shipped_network(open_page, browser, name):
    weights = first_weights(load_model(name))
    told = {} if name == "creatures_cnn" else {"model": name}
    test = open_page(kernel="net", grid="photograph", size="14", **told)
    assert widget(test, "model").value == name
    check_filter(browser.data["kernels"], weights[0], "grey")
    for channels in ("rgb", "depthwise"):
        sound(widget(test, "channels").set_value(channels).run())
        sound(widget(test, "filter").set_value(len(weights)).run())
        assert address_of(test)["filter"] == str(len(weights))
        check_filter(browser.data["kernels"], weights[-1], channels)
    after = browser.picture
    open_page(address_of(test))
    assert browser.picture == after


def test_the_filters_of_a_visitors_own_network(open_page, browser, mine):
    spec, first = snapshot("digits")
    entry = mine.shelf.add(spec, [first])
    weights = first_weights(entry.classifier)
    test = open_page(kernel="net", model=entry.key, filter="2", grid="digit")
    assert widget(test, "model").value.startswith(entry.key)
    check_filter(browser.data["kernels"], weights[1], "grey")
    sound(widget(test, "channels").set_value("rgb").run())
    check_filter(browser.data["kernels"], weights[1], "rgb")


def test_edited_filters_are_edits_of_that_filter(open_page, browser):
    test = browser.edit(open_page(kernel="net", grid="digit"), kernels=((0, 0, 0, 0), 1))
    assert address_of(test)["weights"] == "0*1"
    sound(widget(test, "filter").set_value(2).run())
    assert "weights" not in address_of(test)


def test_a_network_without_convolution_is_told_and_the_identity_stands_in(open_page, browser, mine):
    spec, first = snapshot("logistic")
    entry = mine.shelf.add(spec, [first])
    test = open_page(kernel="net", model=entry.key)
    assert "no convolution" in test.warning[0].value
    assert browser.data["kernels"] == KERNELS["identity"].at(3)[None, None].tolist()


# What a strict reader found ----------------------------------------------------------------------


def test_an_edit_of_a_picture_that_has_just_changed_lands_nowhere(open_page, browser):
    test = open_page(grid="edge")
    edit = {"edition": 1, "stamp": browser.data["stamp"], "image": np.ones((1, 7, 7)).tolist()}
    sound(widget(test, "grid").set_value("ramp").run())
    browser.send(test, {**edit, "kernels": browser.data["kernels"]})
    (warning,) = test.warning
    assert "just changed" in warning.value
    assert browser.picture == stepper_data(scene_at({"grid": "ramp"}))
    assert "cells" not in test.query_params


def test_an_edit_while_the_settings_do_not_go_together_is_refused(open_page, browser):
    test = open_page(grid="edge", size="4", kernel="box")
    sound(widget(test, "ksize").set_value(7).run())
    browser.edit(test, kernels=((0, 0, 1, 1), 5.0))
    assert "change one of them first" in " ".join(item.value for item in test.warning)
    assert "weights" not in test.query_params
    assert again(test).disabled
    fresh = open_page(grid="edge", size="3", kernel="box", ksize="7")
    browser.edit(fresh, image=((0, 0, 0), 5.0))
    assert "change one of them first" in " ".join(item.value for item in fresh.warning)


def test_three_maps_of_a_grey_picture_become_three_channels(open_page, browser):
    test = open_page(grid="letter", more="box,sobel_y", kernel="identity")
    maps = scene_at({"grid": "letter", "more": "box,sobel_y", "kernel": "identity"}).output()
    sound(again(test).click().run())
    assert not [*test.warning, *test.info]
    np.testing.assert_allclose(browser.data["image"], maps, atol=1e-11)
    assert test.query_params["channels"] in ("rgb", ["rgb"])


def test_fewer_filters_are_kept_where_fewer_are_allowed(open_page, browser):
    test = open_page(kernel="box", more="sobel_x,sobel_y,ones")
    sound(widget(test, "channels").set_value("depthwise").run())
    assert len(browser.data["maps"]) == 3
    assert not test.exception


def test_words_of_an_edited_kernel_say_so(open_page, browser):
    test = open_page(kernel="sobel_x")
    assert "it finds vertical edges" in texts(test)
    browser.edit(test, kernels=((0, 0, 1, 1), 7.0))
    assert "**Sobel, left to right**, edited." in texts(test)
    assert "it finds vertical edges" not in texts(test)


@pytest.mark.parametrize("turned", ["", "1"])
def test_a_transposed_kernel_is_not_told_to_be_both_turned_and_not(open_page, browser, turned):
    test = open_page(
        {"op": "transposed", "kernel": "emboss", **({"turned": "1"} if turned else {})}
    )
    assert "cross-correlation" not in texts(test)
    assert browser.data["halfTurn"] is not bool(turned)
    assert ("upside down" in texts(test)) is bool(turned)
