"""The section about shifts under AppTest: address, numbers, refusals."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.kernels import KERNELS
from dlviz.core.translation import FURTHEST, measure, scene
from dlviz.figures.translation import follow_sentence, stay_sentence
from dlviz.io.photographs import load_photograph

PAGE = """
import numpy as np
from dlviz.ui.translation import translation_section

translation_section(np.array({rows}), "My kernel"{photo})
"""
SOBEL = KERNELS["sobel_x"].at(3)


def open_section(kernel=SOBEL, photo="", **address):
    given = f', "{photo}"' if photo else ""
    page = PAGE.format(rows=kernel.tolist(), photo=given)
    test = AppTest.from_string(page, default_timeout=60)
    for name, value in address.items():
        test.query_params[name] = value
    return sound(test.run())


def sound(test):
    assert not test.exception, test.exception
    return test


def texts(test):
    return " ".join(item.value for item in test.markdown)


def charts(test):
    return test.get("plotly_chart")


def gallery(test):
    (html,) = [item.proto.body for item in test.get("html") if "<figure" in item.proto.body]
    return html


def test_it_opens_with_the_numbers_of_one_pixel():
    test = open_section()
    found = measure(scene(load_photograph("cat")), SOBEL)
    assert test.slider(key="shift").value == 1
    assert follow_sentence(found, 1) in texts(test)
    assert stay_sentence(found, 1) in texts(test)
    assert "**My kernel**" in texts(test)
    assert len(charts(test)) == 2
    assert gallery(test).count("data:image/png;base64,") == 4
    assert not test.query_params


def test_the_slider_moves_everything_and_the_address():
    test = open_section()
    before = gallery(test)
    sound(test.slider(key="shift").set_value(6).run())
    found = measure(scene(load_photograph("cat")), SOBEL)
    assert test.query_params["shift"] == "6"
    assert follow_sentence(found, 6) in texts(test)
    assert stay_sentence(found, 6) in texts(test)
    assert "shift, top, left, side = 6," in test.code[0].value
    assert gallery(test) != before
    assert "The picture, 6 to the right" in gallery(test)
    sound(test.slider(key="shift").set_value(1).run())
    assert "shift" not in test.query_params


@pytest.mark.parametrize("shift", ["0", "9", str(FURTHEST)])
def test_a_link_sets_the_shift(shift):
    test = open_section(shift=shift)
    assert test.slider(key="shift").value == int(shift)
    assert not test.info


@pytest.mark.parametrize("shift", ["17", "-1", "1.5", "", "nan", "1e9", "9" * 5000, "<b>"])
def test_a_bad_link_gets_a_sentence_and_the_first_shift(shift):
    test = open_section(shift=shift)
    assert test.slider(key="shift").value == 1
    assert [item.value for item in test.info] == [
        "The link asks for what is not there: the shift is a whole number from 0 to 16 pixels."
    ]


def test_a_kernel_without_an_answer_gets_a_sentence():
    test = open_section(-abs(SOBEL))
    assert re.search("nothing to compare", test.info[0].value)
    assert not charts(test)


@pytest.mark.parametrize("photo", ["text", "rocket"])
def test_another_photograph(photo):
    test = open_section(photo=photo)
    found = measure(scene(load_photograph(photo)), SOBEL)
    assert stay_sentence(found, 1) in texts(test)
    assert f'load_photograph("{photo}")' in test.code[0].value
