"""What a sliding window is compared with: torch's own layers, and random cases for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from hypothesis import settings
from hypothesis import strategies as st

from dlviz.core.sliding import BORDERS, OPS, PADDINGS, Sliding

POOLS = ("max_pool", "average_pool")
REFUSALS = (RuntimeError, ValueError, TypeError)  # what torch's layers raise

some = settings(derandomize=True, deadline=None, max_examples=150)
many = settings(derandomize=True, deadline=None, max_examples=1200)


def torch_layer(image, kernels, sliding):
    """The same by torch's own layers: they decide what is allowed and where the border goes."""
    picture = torch.from_numpy(image)[None]
    size, stride = sliding.size, sliding.stride
    if sliding.op == "max_pool":
        layer = torch.nn.MaxPool2d(size, stride)
    elif sliding.op == "average_pool":
        layer = torch.nn.AvgPool2d(size, stride)
    else:
        layer = _weighted(image.shape[0], kernels, sliding)
    output = layer(picture)
    return (torch.relu(output) if sliding.relu else output)[0].detach().numpy()


def _weighted(channels, kernels, sliding):
    weight = torch.from_numpy(kernels)
    if sliding.turned:
        weight = weight.rot90(2, (2, 3))
    padding = {"valid": 0, "amount": sliding.amount, "same": "same"}.get(sliding.padding)
    groups, filters = (channels, channels) if sliding.depthwise else (1, len(kernels))
    options = {
        "stride": sliding.stride,
        "dilation": sliding.dilation,
        "groups": groups,
        "padding_mode": sliding.border,
    }
    if sliding.op == "transposed":
        if padding is None:
            raise ValueError("The lab has no full border for a transposed convolution.")
        layer = torch.nn.ConvTranspose2d(
            channels, filters, sliding.size, padding=padding, **options
        )
        weight = weight if sliding.depthwise else weight.transpose(0, 1)
    else:
        if padding is None:
            padding = sliding.dilation * (sliding.size - 1)
        layer = torch.nn.Conv2d(channels, filters, sliding.size, padding=padding, **options)
    assert layer.weight.shape == weight.shape
    layer.weight = torch.nn.Parameter(weight.contiguous())
    layer.bias = torch.nn.Parameter(torch.full((filters,), sliding.bias, dtype=torch.float64))
    return layer


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


@st.composite
def slidings(draw, ops=OPS):
    """Any parameters; every second draw is bent towards what torch allows."""
    sliding = Sliding(
        op=draw(st.sampled_from(ops)),
        size=draw(st.integers(1, 7)),
        stride=draw(st.integers(1, 4)),
        padding=draw(st.sampled_from(PADDINGS)),
        amount=draw(st.integers(0, 6)),
        border=draw(st.sampled_from(BORDERS)),
        dilation=draw(st.integers(1, 3)),
        bias=draw(st.sampled_from((0.0, 0.0, 1.5, -2.0))),
        turned=draw(st.booleans()),
        relu=draw(st.booleans()),
        depthwise=draw(st.booleans()),
    )
    if draw(st.booleans()):
        return sliding
    if sliding.op == "transposed":
        padding = "amount" if sliding.padding in ("amount", "full") else "valid"
        return replace(sliding, border="zeros", padding=padding)
    return replace(sliding, stride=1) if sliding.padding == "same" else sliding


@st.composite
def cases(draw, ops=OPS):
    """(image, kernels, sliding): grey or colour, one to four kernels, any shape up to 16×16."""
    sliding = draw(slidings(ops))
    channels, filters = draw(st.sampled_from((1, 3))), draw(st.integers(1, 4))
    height, width = draw(st.integers(1, 16)), draw(st.integers(1, 16))
    shape = (channels, 1) if sliding.depthwise else (filters, channels)
    seed = draw(st.integers(0, 99))
    image = numbers(channels, height, width, seed=seed)
    kernels = numbers(*shape, sliding.size, sliding.size, seed=seed + 100)
    return image, None if sliding.op in POOLS and draw(st.booleans()) else kernels, sliding


def expected_of(image, kernels, sliding):
    """What torch gives, or None where torch refuses."""
    try:
        return torch_layer(image, kernels, sliding)
    except REFUSALS:
        return None


def check_refusal(refused):
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert sentence[0].isupper() or sentence.startswith("torch")  # its own name
    assert "\n" not in sentence
    assert ". " not in sentence
    assert len(sentence) < 200
