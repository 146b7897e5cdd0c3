"""One convolution, taken apart into its steps: windows, products, sums."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

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

    down, across = paddings
    padded = F.pad(image, (across, across, down, down))

    # Where each window takes its rows and columns from: (H_out, kh) and (W_out, kw).
    rows = _places(padded.shape[0], kernel.shape[0], strides[0], dilations[0])
    columns = _places(padded.shape[1], kernel.shape[1], strides[1], dilations[1])

    windows = padded[rows[:, None, :, None], columns[None, :, None, :]]
    products = windows * kernel
    return ConvolutionTrace(products.sum(dim=(2, 3)), windows, products)


def _places(length: int, taps: int, stride: int, dilation: int) -> Tensor:
    """Positions under the kernel along one axis: row i is stride·i + dilation·(0 … taps−1)."""
    reach = dilation * (taps - 1) + 1
    if reach > length:
        raise ValueError(
            f"The kernel spans {reach} pixels and does not fit a padded image of {length}."
        )
    count = (length - reach) // stride + 1
    return stride * torch.arange(count)[:, None] + dilation * torch.arange(taps)


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
