"""A board to compose a wide picture on: pictures, words, grids of numbers and curves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw, ImageFont

from dlviz.figures.colours import SIGNED, signed_colours

SIZE = (1120, 424)
PAPER = {"light": (255, 255, 255), "dark": (20, 22, 27)}
INK = {"light": (29, 34, 43), "dark": (236, 238, 242)}
LINE = {"light": (214, 217, 222), "dark": (58, 62, 71)}
ACCENT = {"light": (196, 74, 4), "dark": (255, 172, 84)}
CURVES = {"light": ((47, 120, 183), (196, 74, 4)), "dark": ((110, 190, 255), (255, 172, 84))}


class Board:
    """A picture of 1120×424 pixels in the colours of a theme ("light" or "dark")."""

    def __init__(self, theme: str) -> None:
        if theme not in SIGNED:
            raise ValueError(f"The theme must be one of {', '.join(SIGNED)}, not {theme!r}.")
        self.theme = theme
        self.image = Image.new("RGB", SIZE, PAPER[theme])
        self._draw = ImageDraw.Draw(self.image)

    def text(self, left: int, top: int, words: str, *, size: int = 26) -> None:
        """Words with their upper left corner at a place."""
        font = ImageFont.load_default(size)
        self._draw.text((left, top), words, fill=INK[self.theme], font=font)

    def picture(self, left: int, top: int, pixels: NDArray[np.uint8], *, side: int) -> None:
        """uint8 H×W×3, its long side ``side`` pixels: small pictures keep their hard edges."""
        height, width = pixels.shape[:2]
        scale = side / max(height, width)
        shape = (round(width * scale), round(height * scale))
        how = Image.Resampling.NEAREST if scale >= 1 else Image.Resampling.LANCZOS
        self.image.paste(Image.fromarray(pixels).resize(shape, how), (left, top))
        right, below = left + shape[0] - 1, top + shape[1] - 1
        self._draw.rectangle((left, top, right, below), outline=LINE[self.theme])

    def grid(
        self,
        left: int,
        top: int,
        values: ArrayLike,
        *,
        cell: int,
        window: tuple[int, int, int] | None = None,
    ) -> None:
        """A grid of numbers in signed colours; ``window`` (row, column, size) is outlined."""
        numbers = np.asarray(values, dtype=np.float64)
        colours = signed_colours(numbers, float(np.abs(numbers).max()) * 1.6, self.theme)
        font = ImageFont.load_default(round(cell * 0.5))
        for (row, column), value in np.ndenumerate(numbers):
            x, y = left + column * cell, top + row * cell
            fill = tuple(int(part) for part in colours[row, column])
            self._draw.rectangle((x, y, x + cell, y + cell), fill=fill, outline=LINE[self.theme])
            middle = (x + cell / 2, y + cell / 2)
            self._draw.text(middle, f"{value:g}", fill=INK[self.theme], font=font, anchor="mm")
        if window:
            row, column, size = window
            x, y = left + column * cell, top + row * cell
            box = (x - 1, y - 1, x + size * cell + 1, y + size * cell + 1)
            self._draw.rectangle(box, outline=ACCENT[self.theme], width=4)

    def marks(
        self, left: int, top: int, side: int, places: ArrayLike, labels: Sequence[int]
    ) -> None:
        """Points in [0, 1]², (0, 0) below on the left: discs of class 0, squares of class 1."""
        for (x, y), label in zip(np.asarray(places).tolist(), labels, strict=True):
            across, down = left + x * side, top + (1 - y) * side
            box = (across - 5, down - 5, across + 5, down + 5)
            draw = self._draw.rectangle if label else self._draw.ellipse
            draw(box, fill=CURVES["light"][label], outline=(255, 255, 255))

    def axes(self, left: int, top: int, width: int, height: int, steps: int) -> None:
        """Accuracy from 0 to 100 % over training steps."""
        font = ImageFont.load_default(20)
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            y = top + height * (1 - share)
            self._draw.line((left, y, left + width, y), fill=LINE[self.theme])
            at = (left - 8, y)
            self._draw.text(at, f"{share:.0%}", fill=INK[self.theme], font=font, anchor="rm")
        end = (left + width, top + height + 8)
        self._draw.text(end, f"step {steps}", fill=INK[self.theme], font=font, anchor="ra")

    def curve(
        self,
        left: int,
        top: int,
        width: int,
        height: int,
        *,
        points: Sequence[tuple[float, float]],
        which: int,
    ) -> None:
        """Points in [0, 1]² as a line; the second curve has dots, so colour is not all."""
        colour = CURVES[self.theme][which]
        places = [(left + x * width, top + height * (1 - y)) for x, y in points]
        self._draw.line(places, fill=colour, width=2 + 2 * which, joint="curve")
        for x, y in places if which else []:
            self._draw.ellipse((x - 6, y - 6, x + 6, y + 6), fill=colour)
