"""Chest-like pictures: 64×64 grey, drawn from a seed. Generated, not patients.

Two dark lungs, ribs, a heart, and up to four findings at once, each as subtle as the stream makes
it. Where a finding lies, and how strong it is, is known; no picture says anything about people.
A picture depends on (seed, index) only, hence any one of them can be drawn alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIDE = 64
FINDINGS: tuple[str, ...] = ("opacity", "effusion", "nodule", "large heart")
WHAT: tuple[str, ...] = (
    "a soft patch in a lung",
    "a bright level at a lung’s base",
    "a small round spot",
    "a wide shadow in the middle",
)
CHANCES = (0.5, 0.2, 0.2, 0.15)
WITH_OPACITY = 0.35  # how often fluid is there beside an opacity: findings come together

_Array = NDArray[np.float64]
_Y, _X = np.mgrid[0:SIDE, 0:SIDE].astype(np.float64)
_LUNGS = (19.0, 45.0)  # columns of their middles
_MIDDLE = 31.0  # row


@dataclass(frozen=True, eq=False)
class Chest:
    """One picture: ``pixels`` uint8 64×64, ``findings`` bool, one for each of ``FINDINGS``."""

    pixels: NDArray[np.uint8]
    findings: NDArray[np.bool_]


@dataclass(frozen=True)
class _Body:
    """What differs from one chest to the next, in pixels."""

    lungs: tuple[float, float]
    middle: float
    width: float
    height: float
    tilt: float


def draw(seed: int, index: int, opacity: bool | None = None) -> Chest:
    """Chest number ``index`` of the stream ``seed`` (both ≥ 0).

    ``opacity``: with or without one; None: the stream decides. The same chest with and without
    differs in its findings only. Raises ``ValueError`` for negative numbers.
    """
    if seed < 0 or index < 0:
        raise ValueError("seed and index of a picture must not be negative.")
    rng = np.random.default_rng((seed, index))
    chances = rng.random(len(FINDINGS))
    found = chances < np.array(CHANCES)
    if opacity is not None:
        found[0] = opacity
    if found[0]:
        found[1] = chances[1] < WITH_OPACITY
    body = _body(rng)
    lungs = [_lung(body, side) for side in (0, 1)]
    picture = _anatomy(body, lungs, rng)
    marks = (_opacity, _effusion, _nodule)
    for number, mark in enumerate(marks):
        own = np.random.default_rng((seed, index, number))  # the rest stays as it is without
        side = int(own.integers(2))
        if found[number]:
            picture = mark(picture, body, lungs[side], side, own)
    picture = _heart(picture, body, rng, large=bool(found[3]))  # it hides what lies behind it
    return Chest(_film(picture, rng), found)


def generate(seed: int, indices: Iterable[int], opacity: bool | None = None) -> list[Chest]:
    """Several chests of a stream."""
    return [draw(seed, index, opacity) for index in indices]


def _body(rng: np.random.Generator) -> _Body:
    shift = rng.normal(0, 1.2)
    lungs = (_LUNGS[0] + shift, _LUNGS[1] + shift)
    middle = _MIDDLE + rng.normal(0, 1.2)
    return _Body(lungs, middle, 10.6 * rng.uniform(0.9, 1.1), 24 * rng.uniform(0.92, 1.06),
                 rng.uniform(0.06, 0.14))  # fmt: skip


def _soft(distance: _Array, sharpness: float) -> _Array:
    """1 inside (distance < 1), 0 outside, with a soft edge."""
    edge: _Array = 1 / (1 + np.exp(np.clip((distance - 1) * sharpness, -40, 40)))
    return edge


def _lung(body: _Body, side: int) -> _Array:
    """How much of each pixel is lung: an egg with its narrow end up, cut by the diaphragm."""
    sign = 1 if side else -1
    down = (_Y - body.middle) / body.height
    across = (_X - body.lungs[side] - sign * body.tilt * (_Y - body.middle)) / body.width
    narrow = 1 - 0.28 * np.clip(-down, 0, 1)
    egg = _soft(np.sqrt((across / narrow) ** 2 + down**2), 14)
    floor = body.middle + 0.78 * body.height + 0.04 * (_X - body.lungs[side]) ** 2
    lung: _Array = egg / (1 + np.exp(np.clip((_Y - floor) * 1.2, -40, 40)))
    return lung


def _anatomy(body: _Body, lungs: list[_Array], rng: np.random.Generator) -> _Array:
    """Tissue, the dark lungs, ribs across, vessels near the middle."""
    tissue = 0.62 - 0.10 * np.abs(_X - SIDE / 2) / SIDE + 0.05 * (_Y / SIDE)
    depth = rng.uniform(0.36, 0.44)
    both = np.maximum(*lungs)
    picture = tissue - depth * both
    centre = sum(body.lungs) / 2
    spine = np.exp(-(((_X - centre) / 3.2) ** 2))
    phase, gap = rng.uniform(0, 7), rng.uniform(6.2, 7.4)
    bent = _Y + 0.012 * (_X - centre) ** 2
    ribs = np.exp(-(((bent - phase) % gap - gap / 2) ** 2) / 1.6)
    roots = sum(
        np.exp(-(((_X - column - sign * 4.5) / 4) ** 2) - ((_Y - body.middle) / 7) ** 2)
        for column, sign in zip(body.lungs, (1, -1), strict=True)
    )
    picture = picture + 0.10 * spine + rng.uniform(0.04, 0.07) * ribs
    vessels: _Array = picture + rng.uniform(0.05, 0.12) * roots * both
    return vessels


def _heart(picture: _Array, body: _Body, rng: np.random.Generator, *, large: bool) -> _Array:
    """A shadow below the middle, more to the right; a large one is wider."""
    wide = 9.2 * rng.uniform(0.92, 1.08) * (rng.uniform(1.22, 1.5) if large else 1.0)
    centre = sum(body.lungs) / 2 + 1.6 + 0.3 * (wide - 9.2)
    distance = np.hypot((_X - centre) / wide, (_Y - body.middle - 12) / 11.5)
    shadow = _soft(distance, 12)
    brighter: _Array = np.maximum(picture, 0.66 * shadow + picture * (1 - shadow))
    return brighter


def _opacity(
    picture: _Array, body: _Body, lung: _Array, side: int, rng: np.random.Generator
) -> _Array:
    """Some soft blobs close together, faint to plain."""
    column = body.lungs[side] + rng.normal(0, 2.5)
    row = body.middle + rng.uniform(-9, 12)
    strength = rng.uniform(0.06, 0.22)
    patch = np.zeros_like(picture)
    for _ in range(int(rng.integers(4, 8))):
        x, y = column + rng.normal(0, 2.8), row + rng.normal(0, 3.2)
        size = rng.uniform(2.0, 4.2)
        patch += rng.uniform(0.5, 1) * np.exp(-((_X - x) ** 2 + (_Y - y) ** 2) / (2 * size**2))
    cloudy: _Array = picture + strength * np.minimum(patch, 1.4) * lung
    return cloudy


def _effusion(
    picture: _Array, body: _Body, lung: _Array, side: int, rng: np.random.Generator
) -> _Array:
    """Fluid at the base, higher at the outer wall."""
    outward = (_X - body.lungs[side]) * (1 if side else -1)
    level = body.middle + body.height * rng.uniform(0.36, 0.62) - 0.35 * np.clip(outward, 0, 20)
    fluid = lung / (1 + np.exp(np.clip(-(_Y - level) * 0.9, -40, 40)))
    filled: _Array = picture + rng.uniform(0.14, 0.30) * fluid
    return filled


def _nodule(
    picture: _Array, body: _Body, lung: _Array, side: int, rng: np.random.Generator
) -> _Array:
    """A small round spot with a clear edge."""
    x = body.lungs[side] + rng.uniform(-4.5, 4.5)
    y = body.middle + rng.uniform(-12, 9)
    spot = _soft(np.hypot(_X - x, _Y - y) / rng.uniform(1.7, 2.9), 6)
    spotted: _Array = picture + rng.uniform(0.14, 0.30) * spot * lung
    return spotted


def _film(picture: _Array, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Exposure, slow shading and grain, as bytes."""
    shading = rng.normal(0, 0.025) * (_X / SIDE - 0.5) + rng.normal(0, 0.025) * (_Y / SIDE - 0.5)
    grain = rng.normal(0, 0.032, picture.shape)
    grain = (grain + np.roll(grain, 1, 0) + np.roll(grain, 1, 1)) / 1.6
    exposed = (picture + shading + grain) * rng.uniform(0.92, 1.08) + rng.normal(0, 0.02)
    film: NDArray[np.uint8] = np.rint(255 * np.clip(exposed, 0, 1)).astype(np.uint8)
    return film
