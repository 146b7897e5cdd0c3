"""Receptive fields: which pixels can a unit see?

Rows and columns are independent, so each is a walk of intervals along one axis: every place of
a map keeps the half-open interval of input pixels that it sees.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from dlviz.core.layers import SeededDropout
from dlviz.core.probe import check_layer, inside
from dlviz.core.residual import MapNorm, ResidualBlock

# Layers whose output at a place depends on their input at that place alone.
_POINTWISE: tuple[type[nn.Module], ...] = (
    nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.PReLU, nn.ELU, nn.GELU, nn.SiLU, nn.Tanh, nn.Sigmoid,
    nn.Hardtanh, nn.Hardswish, nn.Hardsigmoid, nn.Softplus, nn.Threshold,
    nn.BatchNorm2d, MapNorm, nn.LocalResponseNorm,
    nn.Identity, nn.Dropout, nn.Dropout2d, SeededDropout,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class ReceptiveField:
    """What each place of a map sees: ``rows`` H_map×2 and ``columns`` W_map×2, int64.

    Each pair is a half-open interval [lo, hi) of input pixels, cut off at the picture's border;
    [0, 0) for a place that sees nothing but padding. ``centres``: of rows and of columns, where
    the middle of the first place's uncut field lies, and how far it is to the next, in pixels.
    """

    rows: Tensor
    columns: Tensor
    centres: tuple[tuple[float, float], tuple[float, float]]

    def box(self, row: int, column: int) -> tuple[int, int, int, int]:
        """(x0, y0, x1, y1) in pixels, half-open, of what the unit at (row, column) sees."""
        (y0, y1), (x0, x1) = self.rows[row].tolist(), self.columns[column].tolist()
        return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else (0, 0, 0, 0)


def receptive_field(model: nn.Module, layer: str, height: int, width: int) -> ReceptiveField:
    """The exact receptive fields of ``layer``'s maps for pictures of ``height``×``width`` pixels.

    The smallest box around the pixels that can move a unit, borders and ceil_mode included.
    ``layer`` is a dotted path as in ``activations``. Understands chains (nn.Sequential, nested,
    and a ``features`` chain that comes first) of convolutions, max and average pools and
    layers that work place by place, residual blocks, and inverted residuals (MobileNetV2).

    Raises ValueError for an unknown layer, a module that it cannot follow exactly (named), or
    a picture that is too small for the network.
    Source: Araujo, Norris and Sim (2019), "Computing receptive fields of convolutional networks".
    """
    if min(height, width) < 1:
        raise ValueError("Height and width must be at least 1 pixel.")
    check_layer(model, layer)
    rows, columns = (
        _walk(inside(model), layer, _Axis(axis, _pixels(length)))
        for axis, length in enumerate((height, width))
    )
    centres = ((rows.first, rows.step), (columns.first, columns.step))
    return ReceptiveField(_seen(rows), _seen(columns), centres)


@dataclass(frozen=True)
class _Axis:
    """One axis (0 down, 1 across) on the way through the network: L×2 intervals so far.

    ``first`` and ``step``: as in ``ReceptiveField.centres``.
    """

    axis: int
    seen: Tensor
    first: float = 0.5
    step: float = 1.0


_FAR = 1 << 40  # an interval that holds nothing is [FAR, −FAR): min and max then ignore it


def _pixels(length: int) -> Tensor:
    start = torch.arange(length)
    return torch.stack([start, start + 1], dim=1)


def _seen(state: _Axis) -> Tensor:
    empty = state.seen[:, :1] >= state.seen[:, 1:]
    return torch.where(empty, 0, state.seen)


def _walk(module: nn.Module, path: str, state: _Axis) -> _Axis:
    """Through ``module`` as far as the layer ``path`` inside it; "" goes through all of it."""
    if isinstance(module, nn.Sequential):
        return _chain(module, path, state)
    if isinstance(module, ResidualBlock):
        return _block(module, path, state)
    if hasattr(module, "use_res_connect") and isinstance(module.conv, nn.Sequential):
        after = _chain(module.conv, path.removeprefix("conv").removeprefix("."), state)
        return _union(state, after) if module.use_res_connect and not path else after
    if path.startswith("features.") and isinstance(module.features, nn.Sequential):
        return _chain(module.features, path.removeprefix("features."), state)
    if type(module) in _POINTWISE:
        return state
    return _window(module, state)


def _chain(chain: nn.Sequential, path: str, state: _Axis) -> _Axis:
    wanted, _, rest = path.partition(".")
    for name, child in chain.named_children():
        state = _walk(child, rest if name == wanted else "", state)
        if name == wanted:
            break
    return state


def _block(block: ResidualBlock, path: str, state: _Axis) -> _Axis:
    way, _, rest = path.partition(".")
    if way == "main":
        return _chain(block.main, rest, state)
    if way == "skip":
        return _chain(block.skip, rest, state)
    return _union(_chain(block.main, "", state), _chain(block.skip, "", state))


def _union(one: _Axis, other: _Axis) -> _Axis:
    """What a sum of two maps sees."""
    lo = torch.minimum(one.seen[:, 0], other.seen[:, 0])
    hi = torch.maximum(one.seen[:, 1], other.seen[:, 1])
    return _Axis(one.axis, torch.stack([lo, hi], dim=1), (one.first + other.first) / 2, one.step)


@dataclass(frozen=True)
class _Geometry:
    """A sliding window along one axis."""

    size: int
    stride: int
    dilation: int
    before: int  # padding on this side
    after: int
    ceil: bool = False

    def count(self, length: int) -> int:
        """How many places the window takes on ``length`` values: torch's own rule."""
        room = length + self.before + self.after - self.dilation * (self.size - 1) - 1
        if not self.ceil:
            return room // self.stride + 1
        places = -(-room // self.stride) + 1
        # A last window that would begin in the far padding is left out.
        return places - 1 if (places - 1) * self.stride >= length + self.before else places


def _window(module: nn.Module, state: _Axis) -> _Axis:
    """Each new place sees all that the old places under its window see."""
    window, length = _geometry(module, state.axis), len(state.seen)
    count = window.count(length)
    if count < 1:
        raise ValueError(f"The picture is too small for this network's {type(module).__name__}.")
    taps = torch.arange(count)[:, None] * window.stride - window.before
    taps = taps + window.dilation * torch.arange(window.size)
    real = (taps >= 0) & (taps < length)  # the others are padding, which shows no pixel
    under = state.seen[taps.clamp(0, length - 1)]
    lo = torch.where(real, under[..., 0], _FAR).amin(dim=1)
    hi = torch.where(real, under[..., 1], -_FAR).amax(dim=1)
    middle = window.dilation * (window.size - 1) / 2 - window.before
    return _Axis(
        state.axis,
        torch.stack([lo, hi], dim=1),
        state.first + state.step * middle,
        state.step * window.stride,
    )


def _geometry(module: nn.Module, axis: int) -> _Geometry:
    # Exact types: a subclass may do anything in its forward.
    if type(module) is nn.Conv2d and module.padding_mode == "zeros":
        size, dilation = module.kernel_size[axis], module.dilation[axis]
        before = after = 0
        if module.padding == "same":
            total = dilation * (size - 1)
            before, after = total // 2, total - total // 2
        elif not isinstance(module.padding, str):
            before = after = module.padding[axis]
        return _Geometry(size, module.stride[axis], dilation, before, after)
    if type(module) is nn.MaxPool2d or type(module) is nn.AvgPool2d:
        padding = _along(module.padding, axis)
        dilation = _along(module.dilation, axis) if isinstance(module, nn.MaxPool2d) else 1
        size, stride = _along(module.kernel_size, axis), _along(module.stride, axis)
        return _Geometry(size, stride, dilation, padding, padding, module.ceil_mode)
    what = f"Conv2d with {module.padding_mode} padding" if type(module) is nn.Conv2d else ""
    raise ValueError(
        f"Receptive fields cannot be followed through {what or type(module).__name__}."
    )


def _along(value: int | tuple[int, ...], axis: int) -> int:
    return value if isinstance(value, int) else value[axis]
