"""A small sheet to draw a block on: cells of numbers, arrows, curves, bars, in a theme's colours.

Places are in units; a sheet is 160×90 of them. Drawn larger than shown, then shrunk: clean edges.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw, ImageFont

from dlviz.figures.board import ACCENT, INK, LINE, PAPER
from dlviz.figures.colours import signed_colours

WIDTH, HEIGHT = 160, 90
BLUE = {"light": (47, 120, 183), "dark": (110, 190, 255)}


class Sketch:
    """A sheet in a ``theme``; with ``large`` it is 960×540 and has its numbers, else 320×180."""

    def __init__(self, theme: str, *, large: bool) -> None:
        self.theme, self.large = theme, large
        self._scale = 12 if large else 8
        size = (WIDTH * self._scale, HEIGHT * self._scale)
        self._image = Image.new("RGB", size, PAPER[theme])
        self._draw = ImageDraw.Draw(self._image)

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """What was drawn, uint8 H×W×3."""
        size = (960, 540) if self.large else (320, 180)
        return np.asarray(self._image.resize(size, Image.Resampling.LANCZOS))

    def cells(
        self,
        left: float,
        top: float,
        values: ArrayLike,
        cell: float,
        *,
        limit: float | None = None,
        form: str = "g",
        crossed: ArrayLike | None = None,
    ) -> None:
        """A grid of numbers in signed colours; those of ``crossed`` are crossed out."""
        numbers = np.atleast_2d(np.asarray(values, dtype=float))
        colours = signed_colours(numbers, limit or float(np.abs(numbers).max()) * 1.5, self.theme)
        gone = np.zeros(numbers.shape) if crossed is None else np.asarray(crossed)
        for (row, column), value in np.ndenumerate(numbers):
            x, y = left + column * cell, top + row * cell
            fill = tuple(int(part) for part in colours[row, column])
            box = self._at(x, y, x + cell, y + cell)
            self._draw.rectangle(box, fill=fill, outline=LINE[self.theme], width=2)
            if gone[row, column]:
                self.line((x + 1, y + 1), (x + cell - 1, y + cell - 1), width=0.5)
                self.line((x + 1, y + cell - 1), (x + cell - 1, y + 1), width=0.5)
            elif self.large and cell >= 7:
                self.text(x + cell / 2, y + cell / 2, f"{value:{form}}", min(cell * 0.5, 5.5))

    def frame(self, left: float, top: float, width: float, height: float) -> None:
        """What is looked at now."""
        box = self._at(left, top, left + width, top + height)
        self._draw.rectangle(box, outline=ACCENT[self.theme], width=self._scale)

    def box(self, left: float, top: float, width: float, height: float, words: str) -> None:
        """A block that is itself made of blocks."""
        around = self._at(left, top, left + width, top + height)
        self._draw.rounded_rectangle(
            around, radius=2 * self._scale, outline=INK[self.theme], width=self._scale // 2
        )
        if self.large:
            self.text(left + width / 2, top + height / 2, words, 5)

    def arrow(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """From the input to what comes of it."""
        self.line(start, end, width=0.9)
        along = np.subtract(end, start) / np.hypot(*np.subtract(end, start))
        across = np.array([-along[1], along[0]])
        tips = [np.array(end) - 3.2 * along + side * 2 * across for side in (1, -1)]
        corners = [self._point(*end), *(self._point(*tip) for tip in tips)]
        self._draw.polygon(corners, fill=INK[self.theme])

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        *,
        width: float = 0.6,
        colour: tuple[int, ...] | None = None,
    ) -> None:
        """A straight line."""
        paint = colour or INK[self.theme]
        ends = [self._point(*start), self._point(*end)]
        self._draw.line(ends, fill=paint, width=max(1, round(width * self._scale)))

    def disc(self, x: float, y: float, radius: float, colour: tuple[int, ...]) -> None:
        """A unit, or a point of a curve."""
        box = self._at(x - radius, y - radius, x + radius, y + radius)
        self._draw.ellipse(box, fill=colour, outline=INK[self.theme], width=3)

    def curve(
        self,
        place: tuple[float, float, float, float],
        function: Callable[[NDArray[np.float64]], NDArray[np.float64]],
        spans: tuple[float, float, float, float],
        *,
        dashed: bool = False,
    ) -> None:
        """A function at (left, top, width, height); ``spans``: x from, to, y from, to."""
        low, high, bottom, top = spans
        x = np.linspace(low, high, 161)
        y = function(x)
        inside = (y >= bottom) & (y <= top)
        x, y = x[inside], y[inside]
        across = place[0] + (x - low) / (high - low) * place[2]
        down = place[1] + (top - y) / (top - bottom) * place[3]
        points = [self._point(*each) for each in zip(across.tolist(), down.tolist(), strict=True)]
        colour = BLUE[self.theme] if dashed else ACCENT[self.theme]
        width = round((0.8 if dashed else 1.4) * self._scale)
        pieces = [points[at : at + 5] for at in range(0, len(points), 8)] if dashed else [points]
        for piece in pieces:  # a last one of a single point draws nothing
            self._draw.line(piece, fill=colour, width=width, joint="curve")

    def bars(self, left: float, base: float, heights: Sequence[float], *, step: float) -> None:
        """Upright bars; what is negative hangs below ``base``."""
        for index, height in enumerate(heights):
            x = left + index * step
            paint = ACCENT[self.theme] if height > 0 else BLUE[self.theme]
            low, high = min(base, base - height), max(base, base - height)
            self._draw.rectangle(self._at(x, low, x + step * 0.75, high), fill=paint)
        end = (left + step * len(heights), base)
        self.line((left - 1, base), end, width=0.4)

    def text(self, x: float, y: float, words: str, size: float) -> None:
        """Words around a middle; Pillow's own font knows Latin letters only."""
        font = ImageFont.load_default(round(size * self._scale))
        self._draw.text(self._point(x, y), words, fill=INK[self.theme], font=font, anchor="mm")

    def _point(self, x: float, y: float) -> tuple[float, float]:
        return float(x * self._scale), float(y * self._scale)

    def _at(self, *places: float) -> tuple[float, ...]:
        return tuple(place * self._scale for place in places)
