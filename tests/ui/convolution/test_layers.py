"""The convolution page under AppTest: the output as the next input, and a network's filters."""

from __future__ import annotations

import numpy as np
import pytest

from dlviz.core.kernels import KERNELS
from dlviz.core.lessons import CONVOLUTION_CARDS
from dlviz.figures.stepping import stepper_data
from dlviz.io.models import load_model
from tests.ui.convolution.page import address_of, scene_at, sound, texts, widget
from tests.ui.test_page_filters import snapshot

pytestmark = pytest.mark.filterwarnings(
    "ignore:Using padding='same' with even kernel lengths"  # torch tells once that it copies
)


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
