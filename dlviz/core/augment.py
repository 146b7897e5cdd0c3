"""Augmentation: every training picture changed at random, anew each time it is seen.

The net then never sees the same pixels twice, and learns what stays: the class. Each change is a
function of pictures and of numbers, one number per picture; ``augment`` draws the numbers. Pictures
are float N×C×H×W in [0, 1] and stay so; the input is never written to.
"""

from __future__ import annotations

import math

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from dlviz.core.specs import AugmentSpec


def is_empty(spec: AugmentSpec) -> bool:
    """True if nothing is changed, hence nothing drawn."""
    return spec == AugmentSpec()


def augment(pixels: Tensor, spec: AugmentSpec, generator: Generator) -> Tensor:
    """The same pictures, each changed at random as ``spec`` says: flipped, turned and scaled,
    shifted, contrasted, noisy, partly erased, in this order.

    ``generator`` is a CPU generator; what is off draws nothing from it.
    """
    count, height, width = len(pixels), pixels.shape[2], pixels.shape[3]

    def either_way(limit: float) -> Tensor:
        """One number per picture, from −limit to limit."""
        return (2 * torch.rand(count, generator=generator) - 1) * limit

    def whole(low: int, high: int) -> Tensor:
        """One whole number per picture, from low to high, both included."""
        return torch.randint(low, high + 1, (count,), generator=generator)

    if spec.flip:
        pixels = flip(pixels, torch.rand(count, generator=generator) < 0.5)
    if spec.rotate or spec.scale:
        pixels = turn(pixels, either_way(spec.rotate), 1 + either_way(spec.scale))
    if spec.shift:
        pixels = shift(pixels, whole(-spec.shift, spec.shift), whole(-spec.shift, spec.shift))
    if spec.contrast:
        pixels = contrast(pixels, 1 + either_way(spec.contrast))
    if spec.noise:
        drawn = torch.randn(pixels.shape, generator=generator).to(pixels.device)
        pixels = (pixels + spec.noise * drawn).clamp(0, 1)
    if spec.erase:
        side = max(1, round(spec.erase * min(height, width)))
        pixels = erase(pixels, whole(0, height - side), whole(0, width - side), side)
    return pixels


def flip(pixels: Tensor, which: Tensor) -> Tensor:
    """Left to right, where ``which`` (bool N) is true."""
    return torch.where(_per_picture(which, pixels), pixels.flip(3), pixels)


def turn(pixels: Tensor, degrees: Tensor, factor: Tensor) -> Tensor:
    """Rotated counter-clockwise about the centre and magnified by ``factor`` (float N each).

    Bilinear between pixels; beyond the border its pixels go on.
    """
    height, width = pixels.shape[2:]
    angle = degrees * (math.pi / 180)
    cosine, sine, zero = angle.cos() / factor, angle.sin() / factor, torch.zeros_like(angle)
    # Where to look in the old picture for a pixel of the new one: the inverse map, in units of
    # half a picture, which differ where it is not square.
    rows = [
        torch.stack([cosine, -sine * (height / width), zero], dim=1),
        torch.stack([sine * (width / height), cosine, zero], dim=1),
    ]
    theta = torch.stack(rows, dim=1).to(pixels)
    grid = F.affine_grid(theta, list(pixels.shape), align_corners=False)
    return F.grid_sample(pixels, grid, padding_mode="border", align_corners=False).clamp(0, 1)


def shift(pixels: Tensor, down: Tensor, right: Tensor) -> Tensor:
    """Moved by whole pixels (int64 N each); what comes in repeats the border."""
    height, width = pixels.shape[2:]
    rows = (torch.arange(height) - down[:, None]).clamp(0, height - 1).to(pixels.device)
    columns = (torch.arange(width) - right[:, None]).clamp(0, width - 1).to(pixels.device)
    number = torch.arange(len(pixels), device=pixels.device)[:, None, None]
    # Indices on both sides of a slice put the channels last.
    return pixels[number, :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def contrast(pixels: Tensor, factor: Tensor) -> Tensor:
    """Differences from a picture's mean times ``factor`` (float N), cut off at black and white."""
    mean = pixels.mean(dim=(1, 2, 3), keepdim=True)
    return (mean + (pixels - mean) * _per_picture(factor, pixels)).clamp(0, 1)


def erase(pixels: Tensor, top: Tensor, left: Tensor, side: int) -> Tensor:
    """A black square of ``side`` pixels from row ``top`` and column ``left`` (int64 N each)."""
    height, width = pixels.shape[2:]
    rows = torch.arange(height)[:, None] - top[:, None, None]
    columns = torch.arange(width) - left[:, None, None]
    inside = (rows >= 0) & (rows < side) & (columns >= 0) & (columns < side)
    return pixels.masked_fill(inside[:, None].to(pixels.device), 0.0)


def _per_picture(values: Tensor, pixels: Tensor) -> Tensor:
    return values.to(pixels.device).view(-1, 1, 1, 1)
