"""The convolution page under AppTest: what goes together, and what cannot be."""

from __future__ import annotations

import numpy as np
import pytest

from dlviz.core.kernels import KERNELS
from dlviz.core.mixes import MIXES
from dlviz.core.sliding import BORDERS, OPS, PADDINGS, Sliding, greyed
from dlviz.figures.stepping import stepper_data
from dlviz.io.grids import GRIDS
from tests.ui.convolution.page import address_of, scene_at, sound, texts, widget

pytestmark = pytest.mark.filterwarnings(
    "ignore:Using padding='same' with even kernel lengths"  # torch tells once that it copies
)


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
