"""What a network takes for style, seen: one layer's Gram matrices before, after, and wanted."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from dlviz.core.classifier import Classifier
from dlviz.core.style import STYLE_NETS, StyleWish, gram, maps_of
from dlviz.core.words import percent
from dlviz.figures.compose import signed_picture
from dlviz.figures.sheets import Sheet, sheet_of
from dlviz.io.style_films import StyleFilm

_SIDE = 240  # pixels of a matrix, about: hard edges, whatever the browser does


@dataclass(frozen=True, eq=False)
class GramWall:
    """Three matrices on one scale, ``channels``×``channels`` each, with a line of ``texts``."""

    layer: str
    channels: int
    sheet: Sheet
    names: tuple[str, ...]
    texts: tuple[str, ...]


def gram_wall(
    model: Classifier, wish: StyleWish, film: StyleFilm, style: Tensor, *, theme: str = "light"
) -> GramWall:
    """The film's first and last picture beside ``style``, uint8 3×S×S, in a layer of its network.

    The layer is the third of those that style is compared in: more than edges, not yet objects.
    """
    layers = STYLE_NETS[wish.net].layers
    layer = layers.style[2]
    with torch.no_grad():
        pictures = [_decoded(film.frames[0]), _decoded(film.frames[-1]), style]
        matrices = [
            gram(maps_of(model, picture[None].float() / 255, layers)[layer])[0]
            for picture in pictures
        ]
    begin, end, wanted = matrices
    limit = float(wanted.abs().max()) or 1.0
    drawn = signed_picture(torch.stack(matrices).numpy(), limit, theme=theme)
    times = max(1, _SIDE // len(wanted))
    return GramWall(
        layer,
        len(wanted),
        sheet_of(drawn.repeat(times, axis=1).repeat(times, axis=2)),
        tuple(f"Gram matrix of {layer}: {which}" for which in ("step 0", "last step", "wanted")),
        (
            f"Step 0: {_off(begin, wanted)} off",
            f"Step {film.done}: {_off(end, wanted)} off",
            "Wanted",
        ),
    )


def _off(found: Tensor, wanted: Tensor) -> str:
    """The layer's share of the style loss: the squared difference over the square of the wanted."""
    loss = (found - wanted).square().sum() / wanted.square().sum().clamp(min=1e-8)
    return percent(float(loss), 1)


def _decoded(frame: bytes) -> Tensor:
    with Image.open(BytesIO(frame), formats=("WEBP",)) as picture:
        return torch.from_numpy(np.array(picture.convert("RGB"))).permute(2, 0, 1)
