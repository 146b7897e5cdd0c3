"""Scenes: 64×64 pictures of one to five coloured forms that overlap; every box is known.

The class is the form, as in ``shapes``; colour, size, turn and place are random. A scene depends
on (seed, index) only, hence any one of them can be drawn alone.
"""

from __future__ import annotations

import colorsys
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from dlviz.core.detection.precision import Boxes
from dlviz.io.shapes import FORMS, Points

SIDE = 64
CLASSES: tuple[str, ...] = ("circle", "square", "triangle", "star")
MOST = 5
SMALLEST, LARGEST = 7.0, 13.0  # radius in pixels of the circle around a form
LEAST_SEEN = 0.55  # of a form, once the forms above it are drawn
_FINE = 4
_TRIES = 30
_CORNERS = {name: FORMS[name]() for name in CLASSES}


@dataclass(frozen=True, eq=False)
class ShapeScene:
    """``pixels`` uint8 64×64×3; ``truth``: the whole form's box each, also where it is covered."""

    pixels: NDArray[np.uint8]
    truth: Boxes


def draw_scene(seed: int, index: int, count: int | None = None) -> ShapeScene:
    """Scene number ``index`` of the stream ``seed``, with ``count`` forms or as many as it likes.

    A form that finds no room is left out. Raises ``ValueError`` for negative numbers or a count
    that is not from 1 to 5.
    """
    if seed < 0 or index < 0 or not (count is None or 1 <= count <= MOST):
        raise ValueError(f"A scene has a seed and an index from 0 on, and 1 to {MOST} forms.")
    rng = np.random.default_rng((seed, index, 64))
    wanted = int(rng.integers(1, MOST + 1)) if count is None else count
    canvas = np.full((SIDE * _FINE, SIDE * _FINE), 255, np.uint8)  # which form is on top
    boxes, labels, sizes = list[list[float]](), list[int](), list[int]()
    colours = list[tuple[float, float, float]]()
    for _ in range(wanted * _TRIES):
        if len(labels) == wanted:
            break
        label = int(rng.integers(len(CLASSES)))
        corners = _placed(_CORNERS[CLASSES[label]], rng)
        image = Image.fromarray(canvas)
        ImageDraw.Draw(image).polygon((corners * _FINE - 0.5).ravel().tolist(), fill=len(labels))
        tried = np.asarray(image)
        seen = np.bincount(tried.ravel(), minlength=256)
        own = int(seen[len(labels)])
        if any(seen[at] < LEAST_SEEN * size for at, size in enumerate(sizes)):
            continue
        canvas = tried
        boxes.append([*corners.min(0), *corners.max(0)])
        labels.append(label)
        sizes.append(own)
        colours.append(_colour(rng))
    pixels = _painted(canvas, colours, rng)
    return ShapeScene(pixels, Boxes(np.array(boxes), np.array(labels, np.int64)))


def draw_scenes(count: int, *, seed: int) -> list[ShapeScene]:
    """The first ``count`` scenes of a stream."""
    return [draw_scene(seed, index) for index in range(count)]


def _placed(form: Points, rng: np.random.Generator) -> Points:
    """Turned by any angle, scaled, and put anywhere inside the picture."""
    turn, radius = rng.uniform((0, SMALLEST), (2 * np.pi, LARGEST)).tolist()
    c, s = math.cos(turn), math.sin(turn)
    points: Points = radius * form @ np.array([[c, s], [-s, c]])
    low, high = points.min(0), points.max(0)
    placed: Points = points - low + 1 + (SIDE - 2 - (high - low)) * rng.random(2)
    return placed


def _colour(rng: np.random.Generator) -> tuple[float, float, float]:
    hue, saturation, value = rng.uniform((0, 0.55, 0.55), (1, 1, 1)).tolist()
    red, green, blue = colorsys.hsv_to_rgb(hue, saturation, value)
    return 255 * red, 255 * green, 255 * blue


def _painted(
    canvas: NDArray[np.uint8],
    colours: list[tuple[float, float, float]],
    rng: np.random.Generator,
) -> NDArray[np.uint8]:
    """Vivid forms on a ramp between two pale or dark greys, and camera noise."""
    base = 40.0 if rng.random() < 0.3 else 200.0
    first, second = (base + rng.uniform(-30, 30, 3) for _ in range(2))
    along = np.linspace(0, 1, SIDE)[None, :, None]
    along = along if rng.random() < 0.5 else along.swapaxes(0, 1)
    pixels = np.broadcast_to(first * (1 - along) + second * along, (SIDE, SIDE, 3)).copy()
    blocks = canvas.reshape(SIDE, _FINE, SIDE, _FINE)
    for number, colour in enumerate(colours):
        share = (blocks == number).mean(axis=(1, 3))[..., None]
        pixels = pixels * (1 - share) + np.array(colour) * share
    # Where two forms meet the later one's share counts against what is below: near enough.
    pixels += rng.standard_normal(pixels.shape, dtype=np.float32) * 4
    return np.clip(pixels.round(), 0, 255).astype(np.uint8)
