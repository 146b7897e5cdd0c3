"""Cells: 64×64 grey pictures as under a microscope, each with the mask of what is a cell.

Brightness does not tell a cell from the rest: the light is uneven, a cell is hardly brighter or
darker than what lies around it, dust is brighter than all, and empty shells have a cell's outline
without its grains. What a cell has is an outline *and* grains inside. A picture depends on
(seed, index) only, hence any one of them can be drawn alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

SIDE = 64

_Field = NDArray[np.float32]
_ROWS, _COLUMNS = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
_TRIES = 60  # places to look at for bodies that must not lie upon each other


@dataclass(frozen=True, eq=False)
class CellPicture:
    """``pixels`` uint8 64×64, ``mask`` bool 64×64: True where a cell is, its outline included."""

    pixels: NDArray[np.uint8]
    mask: NDArray[np.bool_]


@dataclass(frozen=True)
class _Body:
    """A round thing: distance to its outline in pixels, positive inside."""

    depth: _Field
    is_cell: bool


def draw_cells(seed: int, index: int) -> CellPicture:
    """Picture number ``index`` of the stream ``seed``. Raises ValueError for negative numbers."""
    if seed < 0 or index < 0:
        raise ValueError("seed and index of a picture of cells must not be negative.")
    rng = np.random.default_rng((seed, index))
    picture = 0.5 + 0.07 * _clouds(rng, 9)
    mask = np.zeros((SIDE, SIDE), bool)
    for body in _bodies(rng):
        picture = _with_body(picture, body, rng)
        if body.is_cell:
            mask |= body.depth > 0
    picture = _with_dust(picture, rng)
    seen = picture * _light(rng) + rng.normal(0, 0.025, (SIDE, SIDE))
    return CellPicture(np.clip(255 * seen, 0, 255).astype(np.uint8), mask)


def generate_cells(count: int, *, seed: int) -> tuple[Tensor, Tensor]:
    """The first ``count`` pictures of a stream: uint8 N×1×64×64, and masks int64 N×64×64, 0 or 1.

    Picture i is ``draw_cells(seed, i)``, so a longer set begins with the shorter one.
    """
    drawn = [draw_cells(seed, index) for index in range(count)]
    pixels = torch.from_numpy(np.stack([item.pixels for item in drawn]))
    masks = torch.from_numpy(np.stack([item.mask for item in drawn]))
    return pixels.unsqueeze(1), masks.long()


def _clouds(rng: np.random.Generator, grid: int) -> _Field:
    """Smooth noise of mean 0 and about ±1, whose bumps are 64/``grid`` pixels wide."""
    coarse = Image.fromarray(rng.normal(0, 1, (grid, grid)).astype(np.float32))
    return np.asarray(coarse.resize((SIDE, SIDE), Image.Resampling.BICUBIC), np.float32)


def _light(rng: np.random.Generator) -> _Field:
    """Brighter on one side, darker towards a corner: a lamp that stands askew."""
    angle, slope, fall = rng.uniform((0, 0.5, 0.1), (2 * np.pi, 0.9, 0.4)).tolist()
    across = (_COLUMNS / SIDE - 0.5) * np.cos(angle) + (_ROWS / SIDE - 0.5) * np.sin(angle)
    away = ((_COLUMNS / SIDE - 0.5) ** 2 + (_ROWS / SIDE - 0.5) ** 2) * 2
    light: _Field = (1.05 + slope * across - fall * away).astype(np.float32)
    return light


def _bodies(rng: np.random.Generator) -> Iterator[_Body]:
    """Four to seven cells and two or three empty shells, side by side, some cut by the border."""
    wanted = [True] * int(rng.integers(4, 8)) + [False] * int(rng.integers(2, 4))
    placed: list[tuple[float, float, float]] = []
    for _ in range(_TRIES):
        if not wanted:
            return
        x, y, radius = rng.uniform((0, 0, 6.5), (SIDE, SIDE, 11)).tolist()
        if all(np.hypot(x - a, y - b) > 0.95 * (radius + r) for a, b, r in placed):
            placed.append((x, y, radius))
            yield _Body(_depth(rng, x, y, radius), wanted.pop(0 if len(placed) % 2 else -1))


def _depth(rng: np.random.Generator, x: float, y: float, radius: float) -> _Field:
    """A circle with two, three and four gentle bulges."""
    angle = np.arctan2(_ROWS - y, _COLUMNS - x)
    edge = np.full_like(angle, radius)
    for bulges, size in ((2, 0.14), (3, 0.08), (4, 0.05)):
        edge += radius * size * rng.uniform(0, 1) * np.cos(bulges * angle + rng.uniform(0, 6.3))
    depth: _Field = edge - np.hypot(_ROWS - y, _COLUMNS - x)
    return depth


def _with_body(picture: _Field, body: _Body, rng: np.random.Generator) -> _Field:
    """An outline, and within it a little more or less light; grains only in a cell."""
    inside = np.clip(body.depth + 0.5, 0, 1)
    rim = np.exp(-(((body.depth - 0.6) / 0.9) ** 2))
    tone, line = rng.uniform((-0.07, 0.14), (0.07, 0.24)).tolist()
    filled = tone * inside - line * rim
    if body.is_cell:
        filled = filled + 0.09 * inside * _clouds(rng, 34)
    changed: _Field = (picture + filled).astype(np.float32)
    return changed


def _with_dust(picture: _Field, rng: np.random.Generator) -> _Field:
    """Bright specks and a fibre or two, brighter than any cell."""
    for _ in range(int(rng.integers(5, 11))):
        x, y, size, glow = rng.uniform((0, 0, 0.8, 0.25), (SIDE, SIDE, 2.2, 0.6)).tolist()
        far = np.hypot(_ROWS - y, _COLUMNS - x) / size
        picture = picture + glow * np.exp(-(far**2))
    for _ in range(int(rng.integers(1, 3))):
        angle, offset, glow = rng.uniform((0, -22, 0.15), (np.pi, 22, 0.3)).tolist()
        along = (_COLUMNS - 32) * np.cos(angle) + (_ROWS - 32) * np.sin(angle) - offset
        bend = 2 * np.sin((_ROWS * np.cos(angle) - _COLUMNS * np.sin(angle)) / 9)
        picture = picture + glow * np.exp(-(((along + bend) / 0.8) ** 2))
    dusty: _Field = picture.astype(np.float32)
    return dusty
