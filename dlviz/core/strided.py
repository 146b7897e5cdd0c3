"""The way back through a strided convolution that sees few channels, in a fraction of the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

FEW = 4  # channels: colours, and what else pictures have
_Pair = tuple[int, int]


@dataclass(frozen=True)
class Windows:
    """How a convolution's windows lie on its input: (rows, columns) each.

    ``size`` is that of the input.
    """

    stride: _Pair
    padding: _Pair
    size: _Pair


def signal_back(signal: Tensor, weight: Tensor, windows: Windows) -> Tensor:
    """What arrives at a convolution's input when ``signal`` comes back to its output.

    signal: N×O×h×w, weight: O×I×kh×kw without groups or dilation → N×I×rows×columns, the
    transposed convolution. Input pixels that lie a stride apart meet the same taps of a filter, so
    with stride s the transposed filter is s·s small ones: one plain convolution gives all their
    answers, which are then dealt out to their rows and columns.
    Source: Shi et al. (2016), "Is the deconvolution layer the same as a convolutional layer?",
    arXiv:1609.07009.
    """
    outputs, inputs, *kernel = weight.shape
    down, across = windows.stride
    taps = [-(-side // step) for side, step in zip(kernel, windows.stride, strict=True)]
    whole = F.pad(weight, (0, taps[1] * across - kernel[1], 0, taps[0] * down - kernel[0]))
    small = whole.view(outputs, inputs, taps[0], down, taps[1], across)
    small = small.permute(1, 3, 5, 0, 2, 4).flip(4, 5)  # a convolution turns its filter round
    small = small.reshape(-1, outputs, *taps)
    answers = F.conv2d(signal, small, padding=(taps[0] - 1, taps[1] - 1))
    rows, columns = answers.shape[2:]
    dealt = answers.view(-1, inputs, down, across, rows, columns).permute(0, 1, 4, 2, 5, 3)
    dealt = dealt.reshape(-1, inputs, rows * down, columns * across)
    # Padding was no pixel; pixels behind the last window get nothing.
    (top, left), (height, width) = windows.padding, windows.size
    dealt = dealt[:, :, top : top + height, left : left + width]
    return F.pad(dealt, (0, width - dealt.shape[3], 0, height - dealt.shape[2]))


class _Convolve(torch.autograd.Function):
    """F.conv2d whose input gets its gradient by ``signal_back``; the weights get none."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, how: Windows) -> Tensor:
        ctx.save_for_backward(weight)
        ctx.how = how
        return F.conv2d(x, weight, bias, how.stride, how.padding)

    @staticmethod
    def backward(ctx: Any, *signals: Tensor) -> tuple[Tensor, None, None, None]:
        (weight,) = ctx.saved_tensors
        return signal_back(signals[0], weight, ctx.how), None, None, None


class QuickStem(TorchFunctionMode):
    """Inside it the gradient of pixels goes through a network's strided first layer by itself.

    A library's own way back is slow there, above all for many pictures at once: three channels
    fill no vector register. For gradients of pictures only: the weights of such a convolution get
    none. Values forward stay the same; in this thread only.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        call = _read(args, kwargs) if func is torch.conv2d else None
        return _Convolve.apply(*call) if call else func(*args, **kwargs)


_NAMES = ("input", "weight", "bias", "stride", "padding", "dilation", "groups")


def _read(
    args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Tensor, Tensor, Tensor | None, Windows] | None:
    """A call of conv2d, or None if it is no strided convolution of few channels."""
    call = dict(zip(_NAMES, args, strict=False)) | kwargs
    x, weight, padding = call["input"], call["weight"], call.get("padding", 0)
    stride, dilation = _pair(call.get("stride", 1)), _pair(call.get("dilation", 1))
    plain = x.ndim == 4 and call.get("groups", 1) == 1 and dilation == (1, 1)
    if not plain or isinstance(padding, str) or weight.shape[1] > FEW or max(stride) == 1:
        return None
    return x, weight, call.get("bias"), Windows(stride, _pair(padding), tuple(x.shape[2:]))


def _pair(value: Any) -> _Pair:
    return (value, value) if isinstance(value, int) else (value[0], value[-1])
