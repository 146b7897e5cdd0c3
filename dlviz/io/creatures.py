"""Creatures: 64×64 colour animal faces whose every part is known.

Eight species are told apart by their parts (ears, eyes, snout, whiskers, horns …). Colour, pose,
size and background are random, so colour alone does not tell them. A picture depends on
(seed, index) only, hence any one of them can be drawn alone.
"""

from __future__ import annotations

import colorsys
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch import Tensor

from dlviz.io.creature_faces import FACES
from dlviz.io.creature_shapes import Colour, Look, Palette, Shape

SIDE = 64
SPECIES: tuple[str, ...] = tuple(FACES)
FILL = (0.74, 0.97)

_OVERSAMPLE = 3
_BLOCK = 8  # background noise is drawn this coarse, then enlarged
_CHANCES = 32  # random variations handed to a face
_ROWS, _COLUMNS = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)


@dataclass(frozen=True, eq=False)
class Part:
    """Where one part is visible: ``mask`` 64×64 bool, ``box`` (x0, y0, x1, y1) half-open."""

    box: tuple[int, int, int, int]
    mask: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Creature:
    """One picture: ``pixels`` uint8 64×64×3, ``label`` (index into ``SPECIES``)."""

    pixels: NDArray[np.uint8]
    label: int
    shapes: tuple[Shape, ...]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Around the whole face: left, top, right, bottom in pixels."""
        points = np.concatenate([shape.points for shape in self.shapes]) / _OVERSAMPLE
        (left, top), (right, bottom) = points.min(0).tolist(), points.max(0).tolist()
        return left, top, right, bottom

    @property
    def parts(self) -> dict[str, Part]:
        """Part name → where it is; computed on demand.

        "left" and "right" are the picture's. What other parts cover does not count; a pixel
        belongs to a part that fills at least a third of it (whiskers are thinner than a pixel).
        """
        names = list(dict.fromkeys(shape.part for shape in self.shapes))
        canvas = Image.new("L", (SIDE * _OVERSAMPLE, SIDE * _OVERSAMPLE), 255)
        brush = ImageDraw.Draw(canvas)
        for shape in self.shapes:
            brush.polygon(shape.points.ravel().tolist(), fill=names.index(shape.part))
        fine = np.asarray(canvas).reshape(SIDE, _OVERSAMPLE, SIDE, _OVERSAMPLE)
        masks = [(fine == number).mean(axis=(1, 3)) >= 1 / 3 for number in range(len(names))]
        return {name: _part(mask) for name, mask in zip(names, masks, strict=True) if mask.any()}


def _part(mask: NDArray[np.bool_]) -> Part:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return Part((int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1), mask)


def draw(
    seed: int, index: int, species: int | None = None, *, fill: tuple[float, float] = FILL
) -> Creature:
    """Creature number ``index`` of the stream ``seed`` (both ≥ 0).

    ``species`` is an index into ``SPECIES``; without it the stream decides. Another species at
    the same place keeps fur colour and background: only the parts differ. ``fill``: the least and
    the largest share of the picture's side that the face takes. Raises ``ValueError``
    for negative numbers or an unknown species.
    """
    if seed < 0 or index < 0:
        raise ValueError("seed and index of a creature must not be negative.")
    if species is not None and not 0 <= species < len(SPECIES):
        raise ValueError(f"species must be from 0 to {len(SPECIES) - 1}.")
    rng = np.random.default_rng((seed, index))
    label = int(rng.integers(len(SPECIES)))
    label = label if species is None else species
    chances = iter(rng.random(_CHANCES).tolist())
    palette = _palette(chances)
    background = _background(rng)
    shapes = _posed(FACES[SPECIES[label]](Look(palette, chances)), rng, fill)
    pixels = _painted(background, shapes)
    return Creature(_lit(pixels, rng), label, shapes)


def generate(count: int, *, seed: int) -> tuple[Tensor, Tensor]:
    """The first ``count`` creatures of a stream: uint8 N×3×64×64 and int64 N.

    Picture i is ``draw(seed, i)``, so a longer set begins with the shorter one.
    """
    pixels = np.empty((count, SIDE, SIDE, 3), np.uint8)
    labels = np.empty(count, np.int64)
    for index in range(count):
        creature = draw(seed, index)
        pixels[index], labels[index] = creature.pixels, creature.label
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous(), torch.from_numpy(labels)


def _rgb(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, saturation, value)
    return round(255 * red), round(255 * green), round(255 * blue)


def _mix(colour: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def _palette(chances: Iterator[float]) -> Palette:
    """Fur of any hue, grey to colourful, dark to light; the rest goes with it."""
    hue = next(chances)
    saturation, value = 0.1 + 0.55 * next(chances), 0.38 + 0.55 * next(chances)
    fur = _rgb(hue, saturation, value)
    black, white = (22, 20, 26), (252, 248, 240)
    skin = _rgb(0.93 + 0.12 * next(chances), 0.25 + 0.25 * next(chances), 0.95)
    iris = _rgb(next(chances), 0.55 + 0.3 * next(chances), 0.95)
    noses = (black, (226, 110, 130), (240, 170, 60))
    return Palette(
        fur=fur,
        light=_mix(fur, white, 0.68),
        dark=_mix(fur, black, 0.3),
        line=_mix(fur, black, 0.78),
        skin=skin,
        iris=iris,
        nose=noses[int(next(chances) * len(noses))],
    )


def _background(rng: np.random.Generator) -> Image.Image:
    """64×64: two colours mixed by clouds, stripes, checks, dots or a ramp, and clouds on top."""
    first, second = (
        Image.new("RGB", (SIDE, SIDE), _rgb(hue, saturation, value))
        for hue, saturation, value in rng.uniform((0, 0.1, 0.3), (1, 0.6, 0.95), (2, 3)).tolist()
    )
    angle, wave, phase = rng.uniform((0, 0.35, 0), (np.pi, 1.1, 6.3)).tolist()
    right, down = wave * math.cos(angle), wave * math.sin(angle)
    along = _COLUMNS * right + _ROWS * down + phase
    kind = int(rng.integers(5))
    if kind == 0:
        share = np.zeros_like(along)
    elif kind == 1:
        share = np.sin(along)
    elif kind == 2:
        share = along / (wave * SIDE)
    else:
        both = np.sin(along) * np.sin(_ROWS * right - _COLUMNS * down)
        share = np.sign(both) if kind == 3 else np.clip(4 * both - 1.4, -1, 1)
    coarse = rng.integers(0, 256, (_BLOCK, _BLOCK), dtype=np.uint8)
    clouds = np.asarray(Image.fromarray(coarse).resize((SIDE, SIDE), Image.Resampling.BICUBIC))
    mask = np.clip(77 * share + 0.64 * clouds + 46, 0, 255).astype(np.uint8)
    return Image.composite(second, first, Image.fromarray(mask))


def _posed(
    shapes: list[Shape], rng: np.random.Generator, fill: tuple[float, float]
) -> tuple[Shape, ...]:
    """Turn by up to 17°, squeeze a little, scale, and place the whole face inside the picture.

    Result: the same shapes in oversampled pixels.
    """
    turn, squeeze, share, right, down = rng.uniform(
        (-0.3, 0.92, fill[0], 0, 0), (0.3, 1.08, fill[1], 1, 1)
    ).tolist()
    c, s = math.cos(turn), math.sin(turn)
    points = np.concatenate([shape.points for shape in shapes]) * (squeeze, 1.0)
    points = points @ np.array([[c, s], [-s, c]])
    low = points.min(0)
    extent = points.max(0) - low
    scale = SIDE * share / extent.max()
    place = (SIDE - 2 - scale * extent) * (right, down) + 1
    points = ((points - low) * scale + place) * _OVERSAMPLE
    posed, start = [], 0
    for part, old, colour in shapes:
        posed.append(Shape(part, points[start : start + len(old)], colour))
        start += len(old)
    return tuple(posed)


def _painted(background: Image.Image, shapes: tuple[Shape, ...]) -> NDArray[np.float32]:
    fine = (SIDE * _OVERSAMPLE, SIDE * _OVERSAMPLE)
    canvas = background.resize(fine, Image.Resampling.NEAREST)
    brush = ImageDraw.Draw(canvas)
    for shape in shapes:
        brush.polygon(shape.points.ravel().tolist(), fill=shape.colour)
    return np.asarray(canvas.reduce(_OVERSAMPLE), np.float32)


def _lit(pixels: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Light from one side, brightness, and camera noise."""
    bright, slope_x, slope_y = rng.uniform((0.85, -0.15, -0.15), (1.12, 0.15, 0.15)).tolist()
    light = bright + slope_x * (_COLUMNS / SIDE - 0.5) + slope_y * (_ROWS / SIDE - 0.5)
    noise = rng.standard_normal((SIDE, SIDE, 1), dtype=np.float32) * 4
    seen: NDArray[np.float32] = pixels * light[..., None] + noise
    return np.clip(seen, 0, 255, out=seen).astype(np.uint8)
