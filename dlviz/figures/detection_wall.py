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
    picture: Image.Image, boxes: NDArray[np.float64], found: Boxes, names: Sequence[str]
) -> Image.Image:
    """Boxes with names and scores on a picture, which is written into."""
    assert found.scores is not None
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(LABEL)
    for box, label, score in zip(
        boxes.tolist(), found.labels.tolist(), found.scores.tolist(), strict=True
    ):
        draw.rectangle(box, outline="#000000", width=5)
        draw.rectangle(box, outline=class_colour(label), width=3)
        words = f"{names[label]} {score:.2f}"
        wide = draw.textlength(words, font=font) + 6
        top = box[1] - LABEL - 5 if box[1] > LABEL + 5 else box[1] + 3
        left = min(max(0, box[0]), picture.width - wide)
        draw.rectangle((left, top, left + wide, top + LABEL + 4), fill="#101216")
        draw.text((left + 3, top), words, fill=class_colour(label), font=font)
    return picture
