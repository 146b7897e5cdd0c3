"""Weights counted as PyTorch counts them, and bars as long as they say."""

import re
from contextlib import redirect_stdout
from io import StringIO

import pytest
import torch
from torch import nn

from dlviz.figures.parameters import (
    Layers,
    bars,
    code,
    equations,
    ratio_sentence,
    work_sentence,
)

LECTURE = Layers()
CASES = [
    LECTURE,
    Layers(8, 1, 1, 1, 1),
    Layers(512, 3, 4096, 1, 1),
    Layers(8, 1, 1, 11, 512),
    Layers(32, 3, 10, 5, 64),
    Layers(9, 3, 27, 9, 27),
]


def counted(layers):
    """(weights, biases) of both layers, the convolution's outputs: PyTorch's own."""
    dense = nn.Linear(layers.side**2 * layers.planes, layers.units, device="meta")
    convolution = nn.Conv2d(
        layers.planes, layers.filters, layers.kernel, padding="same", device="meta"
    )
    image = torch.empty(layers.planes, layers.side, layers.side, device="meta")
    maps = convolution(image)
    return dense.weight.numel(), convolution.weight.numel(), maps.numel()


def test_the_lectures_numbers():
    assert LECTURE.inputs == 150_528
    assert LECTURE.dense == 15_052_800
    assert LECTURE.convolution == 2_700


@pytest.mark.parametrize("layers", CASES)
def test_weights_and_outputs_are_pytorchs(layers):
    assert (layers.dense, layers.convolution, layers.outputs) == counted(layers)


def test_multiply_adds_are_pytorchs_flops():
    from torch.utils.flop_counter import FlopCounterMode

    layers = Layers(12, 3, 7, 5, 4)
    image = torch.rand(1, 3, 12, 12)
    for layer, given, expected in (
        (nn.Linear(layers.inputs, 7, bias=False), image.flatten(1), layers.dense),
        (nn.Conv2d(3, 4, 5, padding="same", bias=False), image, layers.steps),
    ):
        with FlopCounterMode(display=False) as counter:
            layer(given)
        assert counter.get_total_flops() == 2 * expected  # a multiplication and an addition


def widths(html):
    """[(kind, percent)] of the bars, from top to bottom."""
    found = re.findall(r'class="fill (\w+)" style="width:([\d.]+)%"', html)
    return [(kind, float(width)) for kind, width in found]


@pytest.mark.parametrize("layers", CASES)
def test_the_bars_are_to_scale(layers):
    html = bars(layers)
    (first, dense), (second, convolution), *magnified = widths(html)
    assert (first, second) == ("dense", "convolution")
    assert max(dense, convolution) == 100
    assert dense * layers.convolution == pytest.approx(convolution * layers.dense, rel=1e-4)
    for count in (layers.dense, layers.convolution):
        assert f"{count:,} weights" in html
    short = min(dense, convolution)
    if short >= 1:
        assert not magnified
        assert "magnified ×" not in html
        return
    times = int(re.search(r"magnified ×([\d,]+)", html)[1].replace(",", ""))
    assert [kind for kind, _ in magnified] == ["dense", "convolution"]
    lengths = [width for _, width in magnified]
    assert max(lengths) == 100
    true = 100 * min(layers.dense, layers.convolution) / max(layers.dense, layers.convolution)
    assert min(lengths) == pytest.approx(times * true, rel=1e-6)
    assert 5 <= min(lengths) <= 50
    assert html.count("endless") == 1
    assert ("less than one pixel in 1,000" in html) is (true < 0.1)


def test_every_ratio_says_it_right():
    assert "**5,575 times** as many weights as the convolution" in ratio_sentence(LECTURE)
    same = Layers(9, 3, 27, 9, 27)
    assert same.dense == same.convolution
    assert "same number of weights" in ratio_sentence(same)
    more = ratio_sentence(Layers(8, 1, 1, 11, 512))
    assert "The convolution has **968 times** as many" in more
    assert "three" not in more
    assert "takes 60,211,200, four times as many, the convolution still 2,700" in ratio_sentence(
        LECTURE
    )


@pytest.mark.parametrize("layers", CASES)
def test_a_larger_image_costs_what_the_sentence_says(layers):
    twice = Layers(2 * layers.side, layers.planes, layers.units, layers.kernel, layers.filters)
    text = ratio_sentence(layers)
    assert f"takes {counted(twice)[0]:,}, four" in text
    assert f"still {counted(twice)[1]:,}." in text


def test_fewer_weights_are_not_less_work():
    text = work_sentence(LECTURE)
    assert text.startswith("Fewer weights, not less work.")
    assert "100 maps of 224×224 are 5,017,600 numbers" in text
    assert "**135,475,200 multiply-adds**" in text
    assert "9 times as many as the 15,052,800 of the fully connected layer for its 100." in text
    # 4,096 units: here the convolution really takes less.
    text = work_sentence(Layers(units=4096, filters=1))
    assert text.startswith("Weights are not work.")
    assert "1/455 of the 616,562,688" in text  # 4096 / 9


def test_the_equations_hold_the_numbers():
    dense, convolution = equations(LECTURE)
    assert r"224 \cdot 224 \cdot 3}_{\textstyle 150{,}528} \cdot \underbrace{100}" in dense
    assert dense.endswith("= 15{,}052{,}800")
    assert r"3 \cdot 3 \cdot 3}_{\textstyle 27} \cdot \underbrace{100}" in convolution
    assert convolution.endswith("= 2{,}700")


@pytest.mark.parametrize("layers", CASES)
def test_the_program_counts_the_same(layers):
    out = StringIO()
    with redirect_stdout(out):
        exec(compile(code(layers), "code", "exec"), {})
    assert out.getvalue().splitlines() == [
        f"fully connected {layers.dense} weights and {layers.units} biases",
        f"convolution {layers.convolution} weights and {layers.filters} biases",
        f"outputs of the convolution {layers.outputs}",
        f"its multiply-adds {layers.steps}",
    ]
