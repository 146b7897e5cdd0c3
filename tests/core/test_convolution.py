"""The trace of a convolution against torch's own conv2d, and the lecture's table by hand."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlviz.core.convolution import ConvolutionTrace, trace_convolution
from dlviz.core.kernels import KERNELS
from dlviz.io.grids import GRIDS

LECTURE_OUTPUT = [
    [1, 4, 3, 4, 1],
    [1, 2, 4, 3, 3],
    [1, 2, 3, 4, 1],
    [1, 3, 3, 1, 1],
    [3, 3, 1, 1, 0],
]


def conv2d(image, kernel, **options):
    return torch.nn.functional.conv2d(image[None, None], kernel[None, None], **options)[0, 0]


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_the_lectures_25_numbers():
    image = torch.tensor(GRIDS["lecture"].at(7)[0], dtype=torch.float32)
    kernel = torch.tensor(KERNELS["x"].at(3), dtype=torch.float32)
    trace = trace_convolution(image, kernel)
    assert trace.output.tolist() == LECTURE_OUTPUT


@settings(derandomize=True, deadline=None, max_examples=25)
@given(
    size=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    stride=st.integers(1, 3),
    padding=st.integers(0, 3),
    dilation=st.integers(1, 3),
    seed=st.integers(0, 1000),
)
def test_equals_conv2d_or_refuses_where_conv2d_does(size, kernel, stride, padding, dilation, seed):
    image, weights = random(*size, seed=seed), random(*kernel, seed=seed + 1)
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    try:
        expected = conv2d(image, weights, **options)
    except RuntimeError:
        with pytest.raises(ValueError, match="does not fit"):
            trace_convolution(image, weights, **options)
        return
    trace = trace_convolution(image, weights, **options)
    torch.testing.assert_close(trace.output, expected)
    # The pieces are the sum: an independent unfold gives the same windows.
    columns = torch.nn.functional.unfold(image[None, None], kernel, dilation, padding, stride)[0]
    rows, cols = expected.shape
    windows = columns.T.reshape(rows, cols, *kernel)
    torch.testing.assert_close(trace.windows, windows)
    torch.testing.assert_close(trace.products, windows * weights)


def test_stride_padding_and_dilation_by_axis():
    image, kernel = random(9, 8), random(3, 2, seed=1)
    options = {"stride": (2, 1), "padding": (1, 2), "dilation": (1, 3)}
    torch.testing.assert_close(
        trace_convolution(image, kernel, **options).output, conv2d(image, kernel, **options)
    )


def test_a_photograph_in_float32():
    image, kernel = random(128, 160).float(), random(5, 5, seed=1).float()
    torch.testing.assert_close(trace_convolution(image, kernel).output, conv2d(image, kernel))


def test_whole_numbers_are_taken_and_mixed_types_meet_in_the_wider_one():
    trace = trace_convolution(torch.eye(3, dtype=torch.int64), torch.ones(2, 2))
    assert trace.output.tolist() == [[2, 1], [1, 2]]
    assert trace.output.dtype == torch.float32
    bytes_ = torch.full((2, 2), 255, dtype=torch.uint8)
    assert trace_convolution(bytes_, bytes_).output.item() == 4 * 255 * 255


def test_it_is_cross_correlation_and_not_the_textbooks_convolution():
    impulse = torch.tensor(GRIDS["impulse"].at(7)[0], dtype=torch.float32)
    kernel = torch.tensor(KERNELS["sobel_x"].at(3), dtype=torch.float32)
    # Cross-correlation with a single 1 leaves the kernel turned by 180°: Sobel's negative.
    middle = trace_convolution(impulse, kernel).output[1:4, 1:4]
    assert torch.equal(middle, kernel.flip(0, 1))
    assert torch.equal(middle, -kernel)


def test_the_trace_is_frozen_and_leaves_its_input_alone():
    image, kernel = random(5, 5), random(3, 3, seed=1)
    kept = image.clone(), kernel.clone()
    trace = trace_convolution(image, kernel)
    trace.windows.zero_()
    assert torch.equal(image, kept[0])
    assert torch.equal(kernel, kept[1])
    with pytest.raises(AttributeError):
        trace.output = image  # type: ignore[misc]
    assert isinstance(trace, ConvolutionTrace)


GRID = torch.ones(5, 5)


@pytest.mark.parametrize(
    ("image", "kernel", "options", "words"),
    [
        (torch.ones(3), torch.ones(3, 3), {}, "image must be a 2-D tensor"),
        (GRID, torch.ones(1, 3, 3), {}, "kernel must be a 2-D tensor"),
        ([[1.0]], torch.ones(1, 1), {}, "image must be a 2-D tensor"),
        (GRID, torch.ones(0, 3), {}, "kernel is empty"),
        (GRID, torch.ones(6, 6), {}, "does not fit"),
        (GRID, torch.ones(3, 3), {"dilation": 3}, "does not fit"),
        (torch.full((5, 5), float("nan")), torch.ones(3, 3), {}, "image holds"),
        (GRID, torch.full((3, 3), float("inf")), {}, "kernel holds"),
        (GRID.to(torch.complex64), torch.ones(3, 3), {}, "image must hold real numbers"),
        (GRID, torch.ones(3, 3), {"stride": 0}, "stride must be"),
        (GRID, torch.ones(3, 3), {"stride": 1.5}, "stride must be"),
        (GRID, torch.ones(3, 3), {"stride": True}, "stride must be"),
        (GRID, torch.ones(3, 3), {"padding": -1}, "padding must be"),
        (GRID, torch.ones(3, 3), {"padding": "same"}, "padding must be"),
        (GRID, torch.ones(3, 3), {"dilation": 0}, "dilation must be"),
        (GRID, torch.ones(3, 3), {"stride": (1, 2, 3)}, "stride must be"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(image, kernel, options, words):
    with pytest.raises(ValueError, match=words) as caught:
        trace_convolution(image, kernel, **options)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
