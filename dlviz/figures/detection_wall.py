"""Scenes with what was found in them, as one picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from dlviz.core.detection.precision import Boxes
from dlviz.figures.colours import class_colour
from dlviz.io.shape_scenes import CLASSES, SIDE, ShapeScene

SCALE, GAP, COLUMNS = 5, 12, 4
LABEL = 20
PHOTOGRAPH_LABEL = 26  # on a telephone a photograph is shown at 0.56 of its 640 pixels

Span = tuple[float, float, float, float]  # left, top, right, bottom


def wall(scenes: Sequence[ShapeScene], found: Sequence[Boxes]) -> NDArray[np.uint8]:
    """Scenes four to a row, each five times as large, with boxes, names and scores."""
    side = SIDE * SCALE
    rows = -(-len(scenes) // COLUMNS)
    columns = min(COLUMNS, len(scenes))
    sheet = Image.new(
        "RGBA", (columns * (side + GAP) - GAP, rows * (side + GAP) - GAP), (0, 0, 0, 0)
    )
    for index, (scene, one) in enumerate(zip(scenes, found, strict=True)):
        place = index % COLUMNS * (side + GAP), index // COLUMNS * (side + GAP)
        sheet.paste(framed(scene, one), place)
    flat = Image.new("RGB", sheet.size, (128, 128, 128))
    flat.paste(sheet, mask=sheet.getchannel("A"))
    return np.asarray(flat)


def framed(scene: ShapeScene, found: Boxes) -> Image.Image:
    """One scene with its boxes."""
    side = SIDE * SCALE
    picture = Image.fromarray(scene.pixels).resize((side, side), Image.Resampling.NEAREST)
    return drawn(picture, found.boxes * SCALE, found, CLASSES)


def drawn(
    picture: Image.Image,
    boxes: NDArray[np.float64],
    found: Boxes,
    names: Sequence[str],
    *,
    size: int = LABEL,
) -> Image.Image:
    """Boxes with names and scores on a picture, which is written into.

    ``size``: pixels of the letters. A name gives way to those of surer boxes, where there is room.
    """
    assert found.scores is not None
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size)
    taken: list[Span] = []
    for box, label, score in zip(
        boxes.tolist(), found.labels.tolist(), found.scores.tolist(), strict=True
    ):
        draw.rectangle(box, outline="#000000", width=5)
        draw.rectangle(box, outline=class_colour(label), width=3)
        words = f"{names[label]} {score:.2f}"
        span = _free(box, (draw.textlength(words, font=font) + 6, size + 4), picture.size, taken)
        taken.append(span)
    for span, label, score in zip(
        taken, found.labels.tolist(), found.scores.tolist(), strict=True
    ):  # above all boxes: a frame through a name makes it hard to read
        draw.rectangle(span, fill="#101216")
        words = f"{names[label]} {score:.2f}"
        draw.text((span[0] + 3, span[1]), words, fill=class_colour(label), font=font)
    return picture


def _free(
    box: Sequence[float], size: tuple[float, float], within: tuple[int, int], taken: Sequence[Span]
) -> Span:
    """Where a name of this size goes: above its box, below it or inside, as no other is there."""
    wide, high = size
    left = max(0.0, min(max(0.0, box[0]), within[0] - wide))
    right = max(0.0, min(box[2], within[0]) - wide)
    tops = (box[1] - high - 1, box[3] + 1, box[1] + 3, box[3] - high - 3)
    most = max(0.0, within[1] - high)
    spans = [
        (x, top, x + wide, top + high)
        for top in [top for top in tops if 0 <= top <= most] or [max(0.0, min(tops[2], most))]
        for x in (left, right)
    ]
    free = (one for one in spans if not any(_meet(one, other) for other in taken))
    return next(free, spans[0])


def _meet(one: Span, other: Span) -> bool:
    apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    return not apart
