"""Coloured shapes: 32×32 pictures of one flat form each, whose mask and box are known.

The class is the form. Colour, size, turn, place and background are random, so that only the form
tells it. A picture depends on (seed, index) only, hence any one of them can be drawn alone.
"""

from __future__ import annotations

import colorsys
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch import Tensor

SIDE = 32
OVERSAMPLE = 8
LEAST_CONTRAST = 60.0  # between the form's grey value and its background's, of 255
SMALLEST, LARGEST = 6.0, 13.0  # radius in pixels of the circle around the form
CORNERS = 48  # of a polygon that stands for a circle

Points = NDArray[np.float64]
Colour = tuple[int, int, int]


def _polygon(*radii: float, count: int) -> Points:
    """``count`` corners around 0, whose distances to it are ``radii`` in turn."""
    angles = 2 * np.pi * np.arange(count) / count - np.pi / 2
    far = np.resize(np.array(radii), count)
    return np.stack([far * np.cos(angles), far * np.sin(angles)], axis=1)


def _cross() -> Points:
    arm = 1 / math.sqrt(10)  # an arm is as wide as a third of the whole
    steps = [(1, 3), (1, 1), (3, 1), (3, -1), (1, -1), (1, -3)]
    half = np.array(steps, dtype=np.float64) * arm
    return np.concatenate([half, -half])


def _moon() -> Points:
    """A disc without the part that another one, moved aside, covers."""
    bite, move = 0.8, 0.5
    outer = _polygon(1.0, count=4 * CORNERS)
    inner = _polygon(bite, count=4 * CORNERS) + np.array((move, 0.0))
    outside = np.hypot(*(outer - (move, 0.0)).T) >= bite
    inside = np.hypot(*inner.T) <= 1
    # Both arcs are made to begin where the other one ends: at the tips.
    edge = outer[outside][np.argsort(np.arctan2(outer[outside][:, 1], -outer[outside][:, 0]))]
    hollow = inner[inside] - (move, 0.0)
    order = np.argsort(-np.arctan2(hollow[:, 1], -hollow[:, 0]))
    return np.concatenate([edge, inner[inside][order]])


# Name → corners of the form around 0, within a circle of radius 1.
FORMS: dict[str, Callable[[], Points]] = {
    "circle": lambda: _polygon(1.0, count=CORNERS),
    "square": lambda: _polygon(1.0, count=4),
    "triangle": lambda: _polygon(1.0, count=3),
    "star": lambda: _polygon(1.0, 0.42, count=10),
    "cross": _cross,
    "moon": _moon,
}
CLASSES: tuple[str, ...] = tuple(FORMS)
_CORNERS = {name: corners() for name, corners in FORMS.items()}


@dataclass(frozen=True, eq=False)
class Scene:
    """One picture: ``pixels`` uint8 32×32×3, ``label`` (index into ``CLASSES``), where it is.

    ``corners`` are the form's, in pixels (x to the right, y down), all inside the picture.
    """

    pixels: NDArray[np.uint8]
    label: int
    corners: Points

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Where the form fills at least half of the pixel: bool 32×32."""
        return _cover(self.corners) >= 0.5

    @property
    def box(self) -> tuple[int, int, int, int]:
        """(x0, y0, x1, y1) around the mask, half-open."""
        rows, columns = np.flatnonzero(self.mask.any(1)), np.flatnonzero(self.mask.any(0))
        return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def draw(seed: int, index: int) -> Scene:
    """Picture number ``index`` of the stream ``seed``; raises ``ValueError`` below 0."""
    if seed < 0 or index < 0:
        raise ValueError("seed and index of a shape must not be negative.")
    rng = np.random.default_rng((seed, index))
    label = int(rng.integers(len(CLASSES)))
    corners = _placed(_CORNERS[CLASSES[label]], rng)
    background, colour = _background(rng)
    share = _cover(corners)[..., None]
    pixels = background * (1 - share) + np.array(colour) * share
    pixels += rng.standard_normal(pixels.shape, dtype=np.float32) * 4
    return Scene(np.clip(pixels.round(), 0, 255).astype(np.uint8), label, corners)


def generate(count: int, *, seed: int) -> tuple[Tensor, Tensor]:
    """The first ``count`` pictures of a stream: uint8 N×3×32×32 and int64 N."""
    pixels = np.empty((count, SIDE, SIDE, 3), np.uint8)
    labels = np.empty(count, np.int64)
    for index in range(count):
        scene = draw(seed, index)
        pixels[index], labels[index] = scene.pixels, scene.label
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous(), torch.from_numpy(labels)


def _placed(form: Points, rng: np.random.Generator) -> Points:
    """Turned by any angle, scaled, and put anywhere inside the picture."""
    turn, radius = rng.uniform((0, SMALLEST), (2 * np.pi, LARGEST)).tolist()
    c, s = math.cos(turn), math.sin(turn)
    points: Points = radius * form @ np.array([[c, s], [-s, c]])
    low, high = points.min(0), points.max(0)
    room = SIDE - 2 - (high - low)
    placed: Points = points - low + 1 + room * rng.random(2)
    return placed


def _cover(corners: Points) -> NDArray[np.float64]:
    """The share of every pixel that the form fills: 32×32 in [0, 1]."""
    fine = Image.new("L", (SIDE * OVERSAMPLE, SIDE * OVERSAMPLE), 0)
    ImageDraw.Draw(fine).polygon((corners * OVERSAMPLE - 0.5).ravel().tolist(), fill=1)
    cells = np.asarray(fine).reshape(SIDE, OVERSAMPLE, SIDE, OVERSAMPLE)
    share: NDArray[np.float64] = cells.mean(axis=(1, 3))
    return share


def _background(rng: np.random.Generator) -> tuple[NDArray[np.float64], Colour]:
    """A ramp between two colours, 32×32×3, and a colour for the form that stands out from both."""
    first, second = _colour(rng), _colour(rng)
    angle = rng.uniform(0, 2 * np.pi)
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] / (SIDE - 1) - 0.5
    along = np.clip(0.5 + columns * math.cos(angle) + rows * math.sin(angle), 0, 1)[..., None]
    colour = _colour(rng)
    while abs(_grey(colour) - _grey(first)) < LEAST_CONTRAST:
        colour = _colour(rng)
    sign = math.copysign(1.0, _grey(colour) - _grey(first))
    if sign * (_grey(colour) - _grey(second)) < LEAST_CONTRAST:
        second = first  # no ramp: it would come near the form's own brightness
    return np.array(first) * (1 - along) + np.array(second) * along, colour


def _colour(rng: np.random.Generator) -> Colour:
    hue, saturation, value = rng.uniform((0, 0, 0.05), (1, 0.9, 1)).tolist()
    red, green, blue = colorsys.hsv_to_rgb(hue, saturation, value)
    return round(255 * red), round(255 * green), round(255 * blue)


def _grey(colour: Colour) -> float:
    red, green, blue = colour
    return 0.299 * red + 0.587 * green + 0.114 * blue
