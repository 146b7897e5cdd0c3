"""The sliding window in NumPy against torch's own layers, SciPy and numbers by hand."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
import torch
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.signal import convolve2d, correlate2d

from dlviz.core.convolution import library, trace_convolution
from dlviz.core.sliding import BORDERS, OPS, Sliding, SlidingError, slide
from tests.core.sliding_oracle import (
    POOLS,
    cases,
    check_refusal,
    expected_of,
    many,
    numbers,
    some,
)

# slide against torch ---------------------------------------------------------------------------


@many
@given(case=cases())
def test_equals_torchs_layer_or_refuses_where_torch_does(case):
    image, kernels, sliding = case
    expected = expected_of(image, kernels, sliding)
    if expected is None:
        with pytest.raises(SlidingError) as refused:
            slide(image, kernels, sliding)
        check_refusal(refused)
        return
    output = slide(image, kernels, sliding)
    assert output.dtype == np.float64
    assert output.shape == expected.shape
    assert_allclose(output, expected, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("op", OPS)
@settings(derandomize=True, deadline=None, max_examples=100)
@given(data=st.data())
def test_every_operation_agrees_with_torch_where_it_is_possible(op, data):
    image, kernels, sliding = data.draw(cases((op,)))
    expected = expected_of(image, kernels, sliding)
    assume(expected is not None)
    assert_allclose(slide(image, kernels, sliding), expected, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("size", range(1, 8))
@pytest.mark.parametrize("dilation", [1, 2, 3])
def test_same_keeps_the_size_and_pads_one_more_at_the_end(border, size, dilation):
    image, kernels = numbers(1, 16, 13), numbers(2, 1, size, size, seed=1)
    sliding = Sliding(size=size, padding="same", border=border, dilation=dilation)
    expected = expected_of(image, kernels, sliding)
    if expected is None:  # a reach too wide for the border of the short side
        with pytest.raises(SlidingError):
            slide(image, kernels, sliding)
        return
    output = slide(image, kernels, sliding)
    assert output.shape[1:] == (16, 13)
    assert_allclose(output, expected, rtol=1e-12, atol=1e-12)
    total = dilation * (size - 1)
    for length in (16, 13):
        axis = sliding.axis(length)
        assert (axis.before, axis.after) == (total // 2, total - total // 2)


@some
@given(case=cases(("convolution",)))
def test_channels_add_up_and_depthwise_keeps_them_apart(case):
    image, kernels, sliding = case
    sliding = replace(sliding, bias=0.0, relu=False, depthwise=False)
    kernels = numbers(2, len(image), sliding.size, sliding.size, seed=3)
    assume(expected_of(image, kernels, sliding) is not None)
    whole = slide(image, kernels, sliding)
    apart = [
        slide(image, kernels[index][:, None], replace(sliding, depthwise=True))
        for index in range(2)
    ]
    assert apart[0].shape == (len(image), *whole.shape[1:])
    assert_allclose(whole, [maps.sum(0) for maps in apart], rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("op", POOLS)
@pytest.mark.parametrize("size", [2, 3])
def test_pooling_takes_no_notice_of_kernels_borders_dilation_or_bias(op, size):
    image = numbers(3, 9, 8)
    plain = slide(image, None, Sliding(op=op, size=size, stride=2))
    fancy = Sliding(op, size, 2, "amount", 2, "circular", 3, 5.0, True, False, True)
    assert_array_equal(slide(image, numbers(4, 3, size, size), fancy), plain)
    assert_array_equal(
        slide(image, None, Sliding(op=op, size=size, stride=2, relu=True)), np.maximum(plain, 0)
    )


# slide against SciPy ---------------------------------------------------------------------------


@some
@given(
    height=st.integers(1, 12),
    width=st.integers(1, 12),
    size=st.integers(1, 7),
    turned=st.booleans(),
    seed=st.integers(0, 99),
)
@example(height=7, width=7, size=2, turned=True, seed=0)
@example(height=7, width=7, size=4, turned=False, seed=0)
def test_turned_is_scipys_convolution_and_unturned_its_correlation(
    height, width, size, turned, seed
):
    image, kernel = numbers(height, width, seed=seed), numbers(size, size, seed=seed + 1)
    peer = convolve2d if turned else correlate2d

    def ours(padding):
        return slide(
            image[None], kernel[None, None], Sliding(size=size, padding=padding, turned=turned)
        )[0]

    full = peer(image, kernel, "full")
    assert_allclose(ours("full"), full, atol=1e-12)
    # SciPy centres an even kernel the other way, so "same" is cut from its full answer: with
    # (size - 1) // 2 cells before the input, as torch has it, the first size // 2 are left out.
    start = size // 2
    assert_allclose(ours("same"), full[start : start + height, start : start + width], atol=1e-12)
    if size % 2 and size <= min(height, width):
        assert_allclose(ours("same"), peer(image, kernel, "same"), atol=1e-12)
    if size <= min(height, width):
        assert_allclose(ours("valid"), peer(image, kernel, "valid"), atol=1e-12)


@pytest.mark.parametrize(
    ("border", "boundary", "size"),
    [
        ("circular", "wrap", 3),
        ("circular", "wrap", 5),
        ("circular", "wrap", 7),
        ("replicate", "symm", 3),  # one cell beyond the edge, mirrored and repeated are the same
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_borders_against_scipys_boundaries(border, boundary, size, turned):
    image, kernel = numbers(8, 9), numbers(size, size, seed=1)
    peer = convolve2d if turned else correlate2d
    sliding = Sliding(size=size, padding="same", border=border, turned=turned)
    output = slide(image[None], kernel[None, None], sliding)[0]
    assert_allclose(output, peer(image, kernel, "same", boundary), atol=1e-12)


# Numbers by hand -------------------------------------------------------------------------------

LECTURE = ["0111000", "0011100", "0001110", "0001100", "0011000", "0110000", "1100000"]
LECTURE_OUTPUT = [
    [1, 4, 3, 4, 1],
    [1, 2, 4, 3, 3],
    [1, 2, 3, 4, 1],
    [1, 3, 3, 1, 1],
    [3, 3, 1, 1, 0],
]


def lecture_grid():
    return np.array([[float(digit) for digit in row] for row in LECTURE])


def test_the_lectures_25_numbers():
    kernel = np.array([[1.0, 0, 1], [0, 1, 0], [1, 0, 1]])
    output = slide(lecture_grid()[None], kernel[None, None], Sliding())
    assert output.tolist() == [LECTURE_OUTPUT]


def test_turning_the_kernel_shows_on_an_impulse():
    impulse, kernel = np.zeros((1, 5, 5)), np.arange(9.0).reshape(1, 1, 3, 3)
    impulse[0, 2, 2] = 1
    # What a cross-correlation leaves of one 1 is the kernel upside down; a convolution, itself.
    straight = slide(impulse, kernel, Sliding())[0]
    turned = slide(impulse, kernel, Sliding(turned=True))[0]
    assert straight.tolist() == [[8, 7, 6], [5, 4, 3], [2, 1, 0]]
    assert turned.tolist() == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]


def test_a_transposed_convolution_stamps_the_kernel_for_every_cell():
    image, kernel = np.array([[[1.0, 10.0]]]), np.array([[[[1.0, 2], [3, 4]]]])
    output = slide(image, kernel, Sliding("transposed", 2, 1))
    assert output.tolist() == [[[1, 12, 20], [3, 34, 40]]]
    spread = slide(image, kernel, Sliding("transposed", 2, 3))
    assert spread.tolist() == [[[1, 2, 0, 10, 20], [3, 4, 0, 30, 40]]]


def test_a_negative_window_keeps_its_maximum_below_zero():
    image = -np.ones((1, 4, 4))
    assert slide(image, None, Sliding("max_pool", 2, 2)).tolist() == [[[-1, -1], [-1, -1]]]
    rectified = slide(image, None, Sliding("average_pool", 2, 2, relu=True))
    assert rectified.tolist() == [[[0, 0], [0, 0]]]


# Manners ---------------------------------------------------------------------------------------


@some
@given(case=cases())
def test_inputs_stay_and_outputs_are_memory_of_their_own(case):
    image, kernels, sliding = case
    assume(expected_of(image, kernels, sliding) is not None)
    kept = image.copy(), None if kernels is None else kernels.copy()
    output = slide(image, kernels, sliding)
    assert not np.shares_memory(output, image)
    output[...] = np.nan
    assert_array_equal(image, kept[0])
    if kernels is not None:
        assert not np.shares_memory(output, kernels)
        assert_array_equal(kernels, kept[1])


def test_a_sliding_is_frozen_hashable_and_opens_on_the_lecture():
    assert Sliding() == Sliding("convolution", 3, 1, "valid", 0, "zeros", 1, 0.0, False)
    assert len({Sliding(), Sliding(), Sliding(stride=2)}) == 2
    with pytest.raises(FrozenInstanceError):
        Sliding().stride = 2  # type: ignore[misc]
    assert [Sliding(op=op).pools for op in OPS] == [False, False, True, True]
    assert issubclass(SlidingError, ValueError)


def test_torch_is_not_needed():
    code = "import sys, dlviz.core.sliding; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# The badge and the older trace -----------------------------------------------------------------


@some
@given(case=cases())
def test_the_librarys_answer_is_torchs(case):
    image, kernels, sliding = case
    expected = expected_of(image, kernels, sliding)
    assume(expected is not None)
    answer = library(image, kernels, sliding)
    assert isinstance(answer, torch.Tensor)
    assert answer.dtype == torch.float64
    assert not answer.requires_grad
    assert_allclose(answer.numpy(), expected, rtol=1e-12, atol=1e-12)
    assert_allclose(answer.numpy(), slide(image, kernels, sliding), rtol=1e-11, atol=1e-11)


@some
@given(
    height=st.integers(1, 12),
    width=st.integers(1, 12),
    size=st.integers(1, 5),
    stride=st.integers(1, 4),
    amount=st.integers(0, 4),
    dilation=st.integers(1, 3),
)
def test_the_trace_of_the_notebooks_agrees(height, width, size, stride, amount, dilation):
    sliding = Sliding(size=size, stride=stride, padding="amount", amount=amount, dilation=dilation)
    image, kernel = numbers(height, width), numbers(size, size, seed=1)
    try:
        output = slide(image[None], kernel[None, None], sliding)[0]
    except SlidingError:
        output = None
    options = {"stride": stride, "padding": amount, "dilation": dilation}
    pair = torch.from_numpy(image), torch.from_numpy(kernel)
    if output is None:
        with pytest.raises(ValueError, match="does not fit"):
            trace_convolution(*pair, **options)
        return
    trace = trace_convolution(*pair, **options)
    assert_allclose(trace.output.numpy(), output, atol=1e-12)
    assert_allclose(trace.products.sum((2, 3)).numpy(), output, atol=1e-12)


def test_bytes_do_not_overflow():
    image, kernel = (
        np.full((1, 3, 3), 200, dtype=np.uint8),
        np.full((1, 1, 3, 3), 2, dtype=np.uint8),
    )
    assert slide(image, kernel, Sliding()).tolist() == [[[3600.0]]]
    assert slide(image, None, Sliding(op="average_pool")).tolist() == [[[200.0]]]
