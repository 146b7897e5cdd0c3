"""Home's picture of the page “architectures”: the challenge's errors, and VGG16's two costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import ImageColor

from dlviz.core.zoo.ilsvrc import WINNERS
from dlviz.figures.board import PAPER, Board
from dlviz.figures.colours import CLASS_COLOURS, Colours
from dlviz.figures.zoo_scene import COLOURS, short
from dlviz.io.zoo import anatomy_of

SIDE, _ROOM = 352, 8
NET = "vgg16"


def bars(values: Sequence[float], colours: Sequence[str], theme: str) -> Colours:
    """Bars from 0, the largest nearly as high as the picture, SIDE×SIDE×3."""
    wall: Colours = np.full((SIDE, SIDE, 3), PAPER[theme], dtype=np.uint8)
    step = (SIDE - 2 * _ROOM) / len(values)
    for place, (value, colour) in enumerate(zip(values, colours, strict=True)):
        left = round(_ROOM + (place + 0.12) * step)
        right = round(_ROOM + (place + 0.88) * step)
        tall = max(2, round(value / max(values) * (SIDE - 4 * _ROOM)))
        wall[SIDE - _ROOM - tall : SIDE - _ROOM, left:right] = ImageColor.getrgb(colour)
    return wall


def draw(board: Board) -> None:
    """Errors of eight years; parameters and multiply-adds of a network, layer by layer."""
    errors = [winner.error for winner in WINNERS.values()]
    deep = [CLASS_COLOURS[4] if winner.layers else CLASS_COLOURS[7] for winner in WINNERS.values()]
    net = anatomy_of(NET)
    colours = [COLOURS[station.kind] for station in net.stations]
    panels: tuple[tuple[Sequence[float], Sequence[str], str], ...] = (
        (errors, deep, f"ImageNet: {errors[0]:g} to {errors[-1]:g} %"),
        ([s.parameters for s in net.stations], colours, f"{short(net.parameters)} weights"),
        (
            [s.multiply_adds for s in net.stations],
            colours,
            f"{short(net.multiply_adds)} multiply-adds",
        ),
    )
    for column, (values, paint, words) in enumerate(panels):
        board.picture(12 + column * 372, 6, bars(values, paint, board.theme), side=SIDE)
        board.text(12 + column * 372, 374, words, size=28)
