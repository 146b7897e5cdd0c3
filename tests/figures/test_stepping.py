"""The stepper's data, the words beside it and the code below it, against torch and arithmetic."""

from __future__ import annotations

import contextlib
import io
import json
import re

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dlviz.core.sliding import BORDERS, OPS, PADDINGS, Sliding, SlidingError
from dlviz.figures.convolution_code import code
from dlviz.figures.convolution_words import oddities, size_formula
from dlviz.figures.stepping import Scene, stepper_data

LECTURE = "0111000 0011100 0001110 0001100 0011000 0110000 1100000"
OUTPUT = [[1, 4, 3, 4, 1], [1, 2, 4, 3, 3], [1, 2, 3, 4, 1], [1, 3, 3, 1, 1], [3, 3, 1, 1, 0]]


def lecture() -> Scene:
    image = np.array([[[float(digit) for digit in row] for row in LECTURE.split()]])
    kernel = np.array([[[[1.0, 0, 1], [0, 1, 0], [1, 0, 1]]]])
    return Scene(image, kernel, Sliding(), ("output",))


@st.composite
def scenes(draw) -> Scene:
    sliding = Sliding(
        op=draw(st.sampled_from(OPS)),
        size=draw(st.integers(1, 7)),
        stride=draw(st.integers(1, 4)),
        padding=draw(st.sampled_from(PADDINGS)),
        amount=draw(st.integers(0, 6)),
        border=draw(st.sampled_from(BORDERS)),
        dilation=draw(st.integers(1, 3)),
        bias=draw(st.sampled_from([0.0, -1.5, 3.0])),
        turned=draw(st.booleans()),
        relu=draw(st.booleans()),
        depthwise=draw(st.booleans()),
    )
    length, channels = draw(st.integers(3, 16)), draw(st.sampled_from([1, 3]))
    try:
        sliding.axis(length)
    except SlidingError:
        assume(False)
    random = np.random.default_rng(draw(st.integers(0, 1000)))
    image = random.integers(-9, 10, (channels, length, length)) / 2.0
    filters = channels if sliding.depthwise else draw(st.integers(1, 3))
    shape = (filters, 1 if sliding.depthwise else channels, sliding.size, sliding.size)
    kernels = None if sliding.pools else random.normal(size=shape)
    maps = channels if sliding.pools or sliding.depthwise else filters
    return Scene(image, kernels, sliding, tuple(f"map {number}" for number in range(maps)))


def test_the_lectures_table():
    data = stepper_data(lecture())
    assert lecture().output()[0].tolist() == OUTPUT
    # It opens in the middle row, on its largest number.
    assert data["start"] == 13
    assert data["count"] == 5


@settings(derandomize=True, deadline=None, max_examples=60)
@given(scenes())
def test_the_data_is_plain_json_and_says_the_shape(scene):
    data = stepper_data(scene)
    assert json.loads(json.dumps(data)) == data
    output = scene.output()
    assert output.shape == (len(data["maps"]), data["count"], data["count"])
    assert 0 <= data["start"] < data["count"] ** 2
    assert len(data["planes"]) == len(scene.image)


@settings(derandomize=True, deadline=None, max_examples=120)
@given(scenes())
def test_the_code_runs_and_gives_the_same_numbers(scene):
    space: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(code(scene), space)
    output = space["output"]
    assert isinstance(output, torch.Tensor)
    np.testing.assert_allclose(output.numpy(), scene.output(), rtol=0, atol=1e-9)
    assert "tensor(" in printed.getvalue()


@settings(derandomize=True, deadline=None, max_examples=120)
@given(scenes())
def test_the_formula_with_its_numbers_comes_to_what_it_says(scene):
    text = size_formula(scene.sliding, scene.length)
    numbers = text.split(r"\\[2ex] = \; &")[1]
    left, result = numbers.removesuffix(r" \end{aligned}").rsplit(" = ", 1)
    plain = re.sub(r"\\dfrac\{(.*?)\}\{(\d+)\}", r"(\1) // \2", left)
    plain = plain.replace(r"\left\lfloor", "(").replace(r"\right\rfloor", ")")
    plain = plain.replace(r"\cdot", "*")
    assert eval(plain) == int(result) == scene.output().shape[1]


def test_what_no_window_covers_is_told():
    assert oddities(Sliding(), 7) == []
    assert oddities(Sliding(stride=2), 7) == []
    assert "Row and column 8 (hatched)" in oddities(Sliding(stride=2), 8)[0]
    assert "Rows and columns 9, 10" in oddities(Sliding(op="max_pool", size=4, stride=4), 10)[0]
    assert "hatched places" in oddities(Sliding(padding="amount", amount=1, stride=2), 6)[0]


@pytest.mark.parametrize(("size", "dilation"), [(2, 1), (4, 1), (6, 1), (2, 3), (4, 3)])
def test_an_even_window_says_which_side_is_padded_more(size, dilation):
    reach = dilation * (size - 1) + 1
    told = oddities(Sliding(size=size, dilation=dilation, padding="same"), 16)[0]
    low = (reach - 1) // 2
    assert f"pads {low} at the left and top, {low + 1} at the right and bottom" in told
    assert oddities(Sliding(size=3, dilation=dilation, padding="same"), 16) == []
