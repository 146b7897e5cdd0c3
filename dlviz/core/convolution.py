"""One convolution, taken apart into its steps: windows, products, sums; and torch's own answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from dlviz.core.sliding import Numbers, Sliding

Pair = int | tuple[int, int]


@dataclass(frozen=True, eq=False)
class ConvolutionTrace:
    """Everything that happens on the way from a picture to its convolution.

    ``windows`` and ``products`` are H_out×W_out×kh×kw: what the kernel saw at each place, and
    that times the kernel. ``output`` is H_out×W_out: the sum over each product.
    """

    output: Tensor
    windows: Tensor
    products: Tensor


def trace_convolution(
    image: Tensor,
    kernel: Tensor,
    *,
    stride: Pair = 1,
    padding: Pair = 0,
    dilation: Pair = 1,
) -> ConvolutionTrace:
    """Slide ``kernel`` over ``image`` and keep every step.

    image: H×W, kernel: kh×kw, any real numbers; the border is padded with zeros. ``stride``,
    ``padding`` and ``dilation`` are pixels, one number or (down, across). The kernel is not
    turned round: like ``torch.nn.functional.conv2d`` this is cross-correlation.

    Raises ValueError in one sentence for anything else, or a kernel that does not fit.
    Source: the lecture's I ∗ K; Dumoulin and Visin (2016), "A guide to convolution arithmetic".
    """
    image, kernel = _same_type(_checked(image, "image"), _checked(kernel, "kernel"))
    strides, paddings = _pair(stride, "stride", 1), _pair(padding, "padding", 0)
    dilations = _pair(dilation, "dilation", 1)

    # Where each window takes its rows and columns from: (H_out, kh) and (W_out, kw).
    rows, columns = (
        _places(*along)
        for along in zip(image.shape, kernel.shape, strides, paddings, dilations, strict=True)
    )
    # One more row and column of zeros at the end: that is where an index of −1 leads.
    padded = F.pad(image, (0, 1, 0, 1))
    windows = padded[rows[:, None, :, None], columns[None, :, None, :]]
    products = windows * kernel
    return ConvolutionTrace(products.sum(dim=(2, 3)), windows, products)


def library(image: Numbers, kernels: Numbers | None, sliding: Sliding) -> Tensor:
    """What ``torch.nn.functional`` itself computes where ``sliding.slide`` does it by hand.

    Shapes as there; float64. Raises RuntimeError where torch refuses.
    """
    pixels = torch.from_numpy(np.ascontiguousarray(image, dtype=np.float64))[None]
    if sliding.op == "max_pool":
        maps = F.max_pool2d(pixels, sliding.size, sliding.stride)
    elif sliding.op == "average_pool":
        maps = F.avg_pool2d(pixels, sliding.size, sliding.stride)
    else:
        weights = torch.from_numpy(np.array(kernels, dtype=np.float64))
        if sliding.turned:
            weights = weights.flip(-2, -1)
        maps = _convolved(pixels, weights, sliding) + sliding.bias
    return (maps.relu() if sliding.relu else maps)[0]


def _convolved(pixels: Tensor, weights: Tensor, sliding: Sliding) -> Tensor:
    groups = weights.shape[0] if sliding.depthwise else 1
    steps: dict[str, Any] = {
        "stride": sliding.stride,
        "dilation": sliding.dilation,
        "groups": groups,
    }
    if sliding.op == "transposed":
        cut = sliding.amount if sliding.padding == "amount" else 0
        one_per_pair = weights if sliding.depthwise else weights.transpose(0, 1)
        return F.conv_transpose2d(pixels, one_per_pair, padding=cut, **steps)
    if sliding.padding == "same" and sliding.border == "zeros":
        return F.conv2d(pixels, weights, padding="same", **steps)
    before, after = sliding.margins()
    if before or after:
        mode = "constant" if sliding.border == "zeros" else sliding.border
        pixels = F.pad(pixels, (before, after, before, after), mode=mode)
    return F.conv2d(pixels, weights, **steps)


def _places(length: int, taps: int, stride: int, padding: int, dilation: int) -> Tensor:
    """The input's index under each tap of each window along one axis, −1 for a zero."""
    axis = Sliding(
        size=taps, stride=stride, padding="amount", amount=padding, dilation=dilation
    ).axis(length)
    return torch.from_numpy(np.array(axis.drawn)[axis.places])


def _checked(values: Tensor, name: str) -> Tensor:
    if not isinstance(values, Tensor) or values.ndim != 2:
        raise ValueError(f"The {name} must be a 2-D tensor.")
    if values.numel() == 0:
        raise ValueError(f"The {name} is empty.")
    if values.is_complex():
        raise ValueError(f"The {name} must hold real numbers.")
    if not torch.isfinite(values).all():
        raise ValueError(f"The {name} holds a number that is not finite.")
    return values


def _same_type(image: Tensor, kernel: Tensor) -> tuple[Tensor, Tensor]:
    """Both in the wider of their types, at least float32: bytes would overflow."""
    wide = torch.promote_types(torch.promote_types(image.dtype, kernel.dtype), torch.float32)
    return image.to(wide), kernel.to(image.device, wide)


def _pair(value: Pair, name: str, least: int) -> tuple[int, int]:
    pair = value if isinstance(value, tuple) else (value, value)
    whole = all(isinstance(item, int) and not isinstance(item, bool) for item in pair)
    if len(pair) != 2 or not whole or min(pair) < least:
        raise ValueError(f"The {name} must be a whole number of at least {least}, or two of them.")
    return pair
