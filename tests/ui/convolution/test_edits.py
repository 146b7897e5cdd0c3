"""The convolution page under AppTest: lesson cards, and numbers edited by hand."""

from __future__ import annotations

import pytest

from dlviz.core.lessons import CONVOLUTION_CARDS
from dlviz.figures.stepping import stepper_data
from tests.ui.convolution.page import address_of, scene_at, sound, texts, widget

pytestmark = pytest.mark.filterwarnings(
    "ignore:Using padding='same' with even kernel lengths"  # torch tells once that it copies
)


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
