"""What the places of a map see along one axis, as intervals of input pixels: the arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

FAR = 1 << 40  # an interval that holds nothing is [FAR, −FAR): min and max then ignore it


@dataclass(frozen=True, eq=False)
class Axis:
    """One axis of a map: ``seen`` L×2, of each place the half-open interval of pixels it sees.

    ``first`` and ``step``: where the middle of the first place's uncut field lies, and how far it
    is from there to the next one's, in pixels.
    """

    seen: Tensor
    first: float = 0.5
    step: float = 1.0

    @classmethod
    def pixels(cls, length: int) -> Axis:
        """A row or column of pixels, each of which sees itself."""
        start = torch.arange(length)
        return cls(torch.stack([start, start + 1], dim=1))

    def __len__(self) -> int:
        return len(self.seen)

    @property
    def clean(self) -> Tensor:
        """``seen`` with [0, 0) for a place that sees nothing but padding."""
        empty = self.seen[:, :1] >= self.seen[:, 1:]
        return torch.where(empty, 0, self.seen)


@dataclass(frozen=True)
class Geometry:
    """A sliding window along one axis."""

    size: int
    stride: int = 1
    dilation: int = 1
    before: int = 0  # padding on this side
    after: int = 0
    ceil: bool = False

    def count(self, length: int) -> int:
        """How many places the window takes on ``length`` values: torch's own rule."""
        room = length + self.before + self.after - self.dilation * (self.size - 1) - 1
        if not self.ceil:
            return room // self.stride + 1
        places = -(-room // self.stride) + 1
        # A last window that would begin in the far padding is left out.
        return places - 1 if (places - 1) * self.stride >= length + self.before else places


def slide(axis: Axis, window: Geometry) -> Axis:
    """Each new place sees all that the old places under its window see.

    Raises ValueError where not a single window fits.
    """
    length = len(axis)
    count = window.count(length)
    if count < 1:
        raise ValueError("The picture is too small for this network.")
    taps = torch.arange(count)[:, None] * window.stride - window.before
    taps = taps + window.dilation * torch.arange(window.size)
    real = (taps >= 0) & (taps < length)  # the others are padding, which shows no pixel
    under = axis.seen[taps.clamp(0, length - 1)]
    lo = torch.where(real, under[..., 0], FAR).amin(dim=1)
    hi = torch.where(real, under[..., 1], -FAR).amax(dim=1)
    middle = window.dilation * (window.size - 1) / 2 - window.before
    seen = torch.stack([lo, hi], dim=1)
    return Axis(seen, axis.first + axis.step * middle, axis.step * window.stride)


def share_out(axis: Axis, count: int) -> Axis:
    """An adaptive pool to ``count`` places: place i sees from ⌊iL/count⌋ to ⌈(i+1)L/count⌉."""
    length = len(axis)
    parts = [axis.seen[i * length // count : -(-(i + 1) * length // count)] for i in range(count)]
    seen = torch.stack([torch.stack([p[:, 0].amin(), p[:, 1].amax()]) for p in parts])
    wide = length / count
    return Axis(seen, axis.first + axis.step * (wide - 1) / 2, axis.step * wide)


def resample(axis: Axis, count: int) -> Axis:
    """Bilinear with antialias to ``count`` places: a triangle over each new place's middle.

    It reaches as far as its neighbours' middles, or those of the old places if they lie wider.
    """
    length = len(axis)
    wide = length / count
    middles = (torch.arange(count, dtype=torch.float64)[:, None] + 0.5) * wide
    away = (torch.arange(length, dtype=torch.float64) + 0.5 - middles).abs()
    under = away < max(wide, 1.0) * (1 - 1e-9)  # at its very border a triangle weighs nothing
    lo = torch.where(under, axis.seen[:, 0], FAR).amin(dim=1)
    hi = torch.where(under, axis.seen[:, 1], -FAR).amax(dim=1)
    seen = torch.stack([lo, hi], dim=1)
    return Axis(seen, axis.first + axis.step * (wide - 1) / 2, axis.step * wide)


def mix(axis: Axis) -> Axis:
    """Every place sees what any place saw."""
    lo, hi = axis.seen[:, 0].amin(), axis.seen[:, 1].amax()
    seen = torch.stack([lo, hi]).expand(len(axis), 2)
    return Axis(seen, axis.first, axis.step)


def pad(axis: Axis, before: int, after: int) -> Axis:
    """Zeros, which see nothing, at both ends."""
    nothing = torch.tensor([FAR, -FAR])
    seen = [nothing.expand(before, 2), axis.seen, nothing.expand(after, 2)]
    return Axis(torch.cat(seen), axis.first - axis.step * before, axis.step)


def join(one: Axis, other: Axis) -> Axis:
    """What a sum, a product or a pile of two maps sees; a single place is spread over all."""
    longer = one if len(one) >= len(other) else other
    lo = torch.minimum(one.seen[:, 0], other.seen[:, 0])
    hi = torch.maximum(one.seen[:, 1], other.seen[:, 1])
    first = (one.first + other.first) / 2 if len(one) == len(other) else longer.first
    return Axis(torch.stack([lo, hi], dim=1), first, longer.step)
