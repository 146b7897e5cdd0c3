"""What creatures are drawn from: filled polygons, colours, eyes, whiskers.

Face coordinates: the head is about one unit in radius around (0, 0); x to the right, y down.
Every shape names the part that it belongs to ("left" is the left of the picture).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Colour = tuple[int, int, int]

_ANGLES = np.linspace(0, 2 * np.pi, 24, endpoint=False)
_CIRCLE = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)
FLIP = np.array([-1.0, 1.0])
_OUTLINE = 0.06


class Shape(NamedTuple):
    """A filled polygon (N×2 points) of one part."""

    part: str
    points: Points
    colour: Colour


@dataclass(frozen=True)
class Palette:
    """One creature's colours; drawn from the same distribution for every species."""

    fur: Colour
    light: Colour
    dark: Colour
    line: Colour
    skin: Colour
    iris: Colour
    nose: Colour
    white: Colour = (250, 248, 240)
    black: Colour = (22, 20, 26)


class Look:
    """One creature's palette and a stream of small random variations."""

    def __init__(self, palette: Palette, chances: Iterator[float]) -> None:
        self.palette = palette
        self._chances = chances

    def vary(self, value: float, by: float = 0.12) -> float:
        """``value`` times a random factor in [1 − by, 1 + by]."""
        return value * (1 + by * (2 * next(self._chances) - 1))

    def lean(self, by: float) -> float:
        """A random angle in [−by, by], radians."""
        return by * (2 * next(self._chances) - 1)


def turned(points: Points, turn: float) -> Points:
    """Points turned clockwise around (0, 0) by ``turn`` radians."""
    c, s = math.cos(turn), math.sin(turn)
    result: Points = points @ np.array([[c, s], [-s, c]])
    return result


def oval(x: float, y: float, rx: float, ry: float, turn: float = 0.0) -> Points:
    """An ellipse around (x, y), turned clockwise by ``turn`` radians."""
    points: Points = _CIRCLE * (rx, ry)
    if turn:
        points = turned(points, turn)
    points += (x, y)
    return points


def polygon(*corners: tuple[float, float]) -> Points:
    """The points as an array N×2."""
    return np.array(corners)


def almond(x: float, y: float, rx: float, ry: float, turn: float = 0.0) -> Points:
    """A lens with its corners left and right: an eye that is not round."""
    points: Points = _CIRCLE * (rx, ry)
    points[:, 1] *= np.sqrt(np.abs(_CIRCLE[:, 1]))
    points = turned(points, turn)
    points += (x, y)
    return points


def pair(part: str, points: Points, colour: Colour) -> list[Shape]:
    """The shape on the left of the picture and its mirror image on the right."""
    return [Shape(f"left {part}", points, colour), Shape(f"right {part}", points * FLIP, colour)]


def lined(shapes: list[Shape], line: Colour) -> list[Shape]:
    """Each shape on top of a slightly larger one in the outline's colour."""
    result = []
    for shape in shapes:
        high, low = np.maximum.reduce(shape.points), np.minimum.reduce(shape.points)
        centre = (high + low) / 2
        larger = centre + (shape.points - centre) * (1 + 2 * _OUTLINE / (high - low))
        result += [Shape(shape.part, larger, line), shape]
    return result


def round_eyes(look: Look, x: float, y: float, r: float) -> list[Shape]:
    """Dark round eyes with a glint."""
    p = look.palette
    glint = [
        Shape("left eye", oval(-x - 0.3 * r, y - 0.35 * r, 0.34 * r, 0.34 * r), p.white),
        Shape("right eye", oval(x - 0.3 * r, y - 0.35 * r, 0.34 * r, 0.34 * r), p.white),
    ]
    rim = pair("eye", oval(-x, y, 1.22 * r, 1.22 * r), p.light)
    return rim + pair("eye", oval(-x, y, r, r), p.black) + glint


def whiskers(look: Look, x: float, y: float, length: float) -> list[Shape]:
    """Three thin hairs on each side, fanned out, light on dark fur and dark on light fur."""
    p = look.palette
    colour = p.white if sum(p.fur) < 330 else p.black
    hairs = []
    for fan in (-0.3, 0.02, 0.34):
        angle = fan + look.lean(0.07)
        reach = np.array([-math.cos(angle), math.sin(angle)]) * look.vary(length)
        across = np.array([math.sin(angle), math.cos(angle)]) * 0.05
        start = np.array([-x, y + 0.28 * fan])
        hair = np.stack([start - across, start + reach - across * 0.6,
                         start + reach + across * 0.6, start + across])  # fmt: skip
        hairs += [Shape("whiskers", hair, colour), Shape("whiskers", hair * FLIP, colour)]
    return hairs


def smile(part: str, y: float, width: float, colour: Colour) -> list[Shape]:
    """Two arcs that meet under the nose."""
    t = np.linspace(0, np.pi, 7)
    outer = np.stack([np.cos(t), np.sin(t)], 1) * (width / 2, width * 0.42)
    inner = np.stack([np.cos(t), np.sin(t)], 1)[::-1] * (width / 2 - 0.055, width * 0.42 - 0.075)
    arc = np.add(np.concatenate([outer, inner]), (-width / 2 + 0.02, y))
    return [Shape(part, arc, colour), Shape(part, arc * FLIP, colour)]
