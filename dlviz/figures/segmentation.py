"""Masks in their classes' colours, and a row of pictures to be saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from dlviz.core.segmentation.overlay import EDGE, TIMES, outline
from dlviz.figures.colours import CLASS_COLOURS, Colours

GROUND = (46, 50, 58)
TABLE = np.array(
    [GROUND, *([int(text[at : at + 2], 16) for at in (1, 3, 5)] for text in CLASS_COLOURS)],
    np.uint8,
)


def coloured(mask: NDArray[np.integer], times: int = TIMES) -> Colours:
    """A mask in its classes' colours on dark grey, an outline between them."""
    wide = mask.repeat(times, 0).repeat(times, 1).astype(np.int64)
    picture: Colours = TABLE[wide]
    picture[outline(wide)] = EDGE
    return picture


@dataclass(frozen=True, eq=False)
class Panel:
    """One of the pictures in a row, uint8 H×W×3, and what stands below it."""

    title: str
    pixels: Colours


def saved(panels: Sequence[Panel]) -> Colours:
    """A row of pictures with their titles, to be saved."""
    height, width = panels[0].pixels.shape[:2]
    gap, line = 12, 30
    sheet = Image.new("RGB", ((width + gap) * len(panels) + gap, height + line + 2 * gap), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(17)
    for column, panel in enumerate(panels):
        left = gap + column * (width + gap)
        sheet.paste(Image.fromarray(panel.pixels), (left, gap))
        pen.text((left, gap + height + 6), panel.title, fill="black", font=font)
    return np.asarray(sheet)
