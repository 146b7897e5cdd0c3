"""The glossary's shipped picture: twelve of its blocks, each as it is computed there."""

from __future__ import annotations

from PIL import Image

from dlviz.figures.board import Board
from dlviz.figures.glossary_pictures import picture

SHOWN = (
    *("conv", "max_pool", "transposed_conv", "dense"),
    *("residual", "dropout", "batch_norm", "global_average"),
    *("relu", "softmax", "cross_entropy", "gradient_step"),
)


def draw(board: Board) -> None:
    """Four to a row."""
    for place, name in enumerate(SHOWN):
        small = Image.fromarray(picture(name, board.theme)).resize(
            (240, 135), Image.Resampling.LANCZOS
        )
        left, top = 20 + place % 4 * 278, 4 + place // 4 * 141
        board.image.paste(small, (left, top))
