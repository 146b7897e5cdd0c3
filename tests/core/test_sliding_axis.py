"""An axis under the window, and what is greyed: facts found from torch without them."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import assume, example, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from dlviz.core.sliding import BORDERS, OPS, PADDINGS, Sliding, SlidingError, greyed
from tests.core.sliding_oracle import (
    POOLS,
    check_refusal,
    expected_of,
    many,
    numbers,
    slidings,
    some,
    torch_layer,
)

# The axis: facts found without it --------------------------------------------------------------


def border_of(sliding, length):
    """Cells before and after the input, from the definitions of the paddings."""
    total = sliding.dilation * (sliding.size - 1)
    if sliding.op in POOLS or sliding.padding == "valid":
        return 0, 0
    if sliding.padding == "amount":
        return sliding.amount, sliding.amount
    if sliding.padding == "full":
        return total, total
    return total // 2, total - total // 2


def possible(sliding, length):
    """Whether torch accepts a row of this length (a square of it, to be sure)."""
    image = numbers(1, length, length)
    return expected_of(image, numbers(1, 1, sliding.size, sliding.size), sliding) is not None


@many
@given(sliding=slidings(), length=st.integers(1, 16))
def test_an_axis_is_refused_exactly_where_torch_refuses(sliding, length):
    if possible(replace(sliding, depthwise=False), length):
        sliding.axis(length)
    else:
        with pytest.raises(SlidingError) as refused:
            sliding.axis(length)
        check_refusal(refused)


@some
@given(sliding=slidings(("convolution", *POOLS)), length=st.integers(1, 16))
def test_what_stands_along_a_padded_axis(sliding, length):
    assume(possible(sliding, length))
    axis, (before, after) = sliding.axis(length), border_of(sliding, length)
    mode = "constant" if sliding.border == "zeros" else sliding.border
    # An index picture through torch's own padding; 0 is kept for the zeros.
    row = torch.arange(1.0, length + 1)[None, None]
    drawn = torch.nn.functional.pad(row, (before, after), mode=mode)[0, 0].int() - 1
    assert list(axis.drawn) == drawn.tolist()
    assert list(axis.own) == [False] * before + [True] * length + [False] * after
    assert (axis.before, axis.after) == (before, after)


@some
@given(sliding=slidings(("transposed",)), length=st.integers(1, 16))
def test_what_stands_along_a_stretched_axis(sliding, length):
    padding = "amount" if sliding.padding in ("amount", "same") else "valid"
    sliding = replace(sliding, border="zeros", padding=padding)
    border = sliding.dilation * (sliding.size - 1) - (sliding.amount if padding == "amount" else 0)
    assume(border >= 0)
    assume(possible(sliding, length))
    axis = sliding.axis(length)
    row = torch.arange(1.0, length + 1)[None, None]
    stretched = torch.nn.functional.conv_transpose1d(row, torch.ones(1, 1, 1), None, sliding.stride)
    drawn = torch.nn.functional.pad(stretched, (border, border))[0, 0].int() - 1
    assert list(axis.drawn) == drawn.tolist()
    assert list(axis.own) == (drawn >= 0).tolist()
    assert (axis.before, axis.after) == (border, border)
    assert axis.starts == tuple(range(len(axis.starts)))  # the window itself moves by one


@many
@given(sliding=slidings(("convolution", "transposed")), length=st.integers(1, 16))
def test_windows_along_an_axis_give_torchs_numbers(sliding, length):
    """Whoever draws only the axis draws what torch computes, and as many outputs."""
    sliding = replace(sliding, depthwise=False, bias=0.0, relu=False, turned=False)
    assume(possible(sliding, length))
    axis = sliding.axis(length)
    image, kernels = numbers(1, length, length), numbers(1, 1, sliding.size, sliding.size, seed=1)
    padded = np.zeros((len(axis.drawn),) * 2)
    places = np.array(axis.drawn)
    seen = np.flatnonzero(places >= 0)
    padded[np.ix_(seen, seen)] = image[0][np.ix_(places[seen], places[seen])]
    rows = np.array(axis.starts)[:, None] + np.array(axis.taps)
    assert rows.min() >= 0
    assert rows.max() < len(padded)
    windows = padded[rows[:, None, :, None], rows[None, :, None, :]]
    # A transposed convolution is the stretched input under the kernel turned by 180°.
    kernel = kernels[0, 0, ::-1, ::-1] if sliding.op == "transposed" else kernels[0, 0]
    output = np.einsum("ijkl,kl->ij", windows, kernel)
    assert_allclose(output, torch_layer(image, kernels, sliding)[0], atol=1e-11)


@many
@given(sliding=slidings(), length=st.integers(1, 16))
def test_outputs_and_taps_are_as_many_as_the_textbook_says(sliding, length):
    assume(possible(replace(sliding, depthwise=False), length))
    axis, size, stride = sliding.axis(length), sliding.size, sliding.stride
    dilation = 1 if sliding.op in POOLS else sliding.dilation
    assert axis.taps == tuple(dilation * tap for tap in range(size))
    if sliding.op == "transposed":
        amount = sliding.amount if sliding.padding == "amount" else 0
        count = (length - 1) * stride - 2 * amount + dilation * (size - 1) + 1
    else:
        count = (length + sum(border_of(sliding, length)) - dilation * (size - 1) - 1) // stride + 1
        assert axis.starts == tuple(stride * output for output in range(count))
    assert len(axis.starts) == count


@some
@given(sliding=slidings(("convolution", "average_pool")), length=st.integers(1, 16))
def test_uncovered_is_where_no_output_has_a_gradient(sliding, length):
    sliding = replace(sliding, depthwise=False, relu=False)
    assume(possible(sliding, length))
    padded = length + sum(border_of(sliding, length))
    row = torch.zeros(1, 1, padded, requires_grad=True)
    if sliding.op == "average_pool":
        output = torch.nn.functional.avg_pool1d(row, sliding.size, sliding.stride)
    else:
        ones = torch.ones(1, 1, sliding.size)
        output = torch.nn.functional.conv1d(row, ones, None, sliding.stride, 0, sliding.dilation)
    output.sum().backward()
    assert (
        list(sliding.axis(length).uncovered) == (row.grad[0, 0] == 0).nonzero().flatten().tolist()
    )


@some
@given(
    length=st.integers(1, 12),
    size=st.integers(1, 7),
    stride=st.integers(1, 4),
    amount=st.integers(0, 6),
    dilation=st.integers(1, 3),
)
@example(length=3, size=1, stride=2, amount=1, dilation=1)  # the border eats the outer cells
def test_input_cells_that_reach_no_output_of_a_transposed_convolution(
    length, size, stride, amount, dilation
):
    sliding = Sliding(
        "transposed", size, stride, "amount" if amount else "valid", amount, dilation=dilation
    )
    assume(possible(sliding, length))
    row = torch.zeros(1, 1, length, requires_grad=True)
    torch.nn.functional.conv_transpose1d(
        row, torch.ones(1, 1, size), None, stride, amount, dilation=dilation
    ).sum().backward()
    axis = sliding.axis(length)
    covered = {
        cell
        for place, cell in enumerate(axis.drawn)
        if axis.own[place] and place not in axis.uncovered
    }
    assert covered == set((row.grad[0, 0] != 0).nonzero().flatten().tolist())


def test_a_stride_that_does_not_divide_leaves_the_last_columns_alone():
    axis = Sliding(size=3, stride=3).axis(8)
    assert axis.starts == (0, 3)
    assert axis.uncovered == (6, 7)
    assert Sliding(size=2, stride=3).axis(8).uncovered == (2, 5)


# What torch has no combination for -------------------------------------------------------------

CONTROLS = {
    "stride": (1, 2),
    "padding": PADDINGS,
    "border": BORDERS,
    "dilation": (1, 2),
    "bias": (0.0, 1.5),
    "turned": (False, True),
    "relu": (False, True),
}


def combinations(op):
    """Every combination of what could exclude each other, with room enough to be possible."""
    for padding, border, stride, dilation, depthwise, channels in product(
        PADDINGS, BORDERS, (1, 2), (1, 2), (False, True), (1, 3)
    ):
        yield (
            channels,
            Sliding(op, 3, stride, padding, 1, border, dilation, depthwise=depthwise),
        )


def answer_of(channels, sliding):
    image = numbers(channels, 11, 12) - 2  # below zero often enough for ReLU to matter
    kernels = numbers(*((channels, 1) if sliding.depthwise else (2, channels)), 3, 3, seed=1)
    return expected_of(image, kernels, sliding)


def changes(channels, sliding, control):
    """Whether another value of the control gives other numbers, which torch is ready to compute."""
    now = answer_of(channels, sliding)
    for value in CONTROLS[control]:
        other = answer_of(channels, replace(sliding, **{control: value}))
        if other is not None and not (other.shape == now.shape and np.array_equal(other, now)):
            return True
    return False


@pytest.mark.parametrize("op", OPS)
def test_what_torch_refuses_is_greyed_and_putting_that_back_is_the_way_out(op):
    for channels, sliding in combinations(op):
        reasons = greyed(sliding)
        assert set(reasons) <= set(CONTROLS)
        for reason in reasons.values():
            assert reason.endswith(".")
            assert ". " not in reason
            assert len(reason) < 120
        if answer_of(channels, sliding) is None:
            assert reasons, sliding
        default = {control: getattr(Sliding(), control) for control in reasons}
        assert answer_of(channels, replace(sliding, **default)) is not None, sliding


@pytest.mark.parametrize("op", OPS)
def test_a_control_is_greyed_exactly_where_it_can_change_nothing(op):
    for channels, sliding in combinations(op):
        if answer_of(channels, sliding) is None:
            continue
        dead = {control for control in CONTROLS if not changes(channels, sliding, control)}
        assert set(greyed(sliding)) == dead, sliding
