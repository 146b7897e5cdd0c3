"""What drives a channel: strongest patches beside their projections (Zeiler and Fergus, fig. 2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor, nn

from dlviz.core.data import to_unit
from dlviz.core.deconvnet import deconvnet, has_relu
from dlviz.core.patches import TopPatches
from dlviz.core.projection import project_units
from dlviz.figures.compose import signed_picture, tile
from dlviz.figures.filters import centred_on_grey, scale_in_words
from dlviz.io.png import png_bytes

RGB = tuple[int, int, int]
# What lies outside the picture: quieter than any picture, on both themes.
OUTSIDE: dict[str, RGB] = {"light": (244, 245, 247), "dark": (32, 36, 44)}
PAPER: dict[str, RGB] = {"light": (255, 255, 255), "dark": (20, 22, 27)}
INK: dict[str, RGB] = {"light": (29, 34, 43), "dark": (236, 238, 242)}
OUTLINE: tuple[RGB, RGB] = ((20, 22, 27), (255, 172, 84))  # dark around bright: seen on anything
SENTENCE = "A projection shows what in **this** picture drove the unit, not what the unit means."
NO_SWITCHES = (
    "This network has no max pooling, so no switches that keep where in the picture a signal came "
    "from: its projection would look the same for every picture. What other ways of looking back "
    "find is in the view Deconvnet."
)
NO_RELU = (
    "This network has no ReLU, so there is no deconvnet of it: patches only. What a part of the "
    "picture does to the answer is in the view Occlusion."
)
ORIGINAL = 128  # pixels: a picture is enlarged to at least this before its field is outlined
THUMBNAIL = 32
PIXELS = 150_000  # of all pictures that go back together: thirty-six of 64×64, two of 224×224


@dataclass(frozen=True, eq=False)
class Drivers:
    """A channel's strongest pictures, the strongest first.

    ``patches`` and ``projections`` are N×h×w×3 cut to the same receptive fields, ``originals``
    whole pictures with the field outlined. ``limit``: the projections' one shared scale, grey
    (``colour``) or the middle of the signed scale is 0; it is 0 where nothing came through.
    ``projections`` is None for a network whose projections tell nothing; ``lacks`` says why.
    """

    values: tuple[float, ...]
    indices: tuple[int, ...]
    patches: NDArray[np.uint8]
    projections: NDArray[np.uint8] | None
    originals: NDArray[np.uint8]
    limit: float
    colour: bool
    lacks: str = ""

    @property
    def words(self) -> str:
        """What the projections show and on which scale."""
        if self.values[0] <= 0:
            return "This channel is silent: no picture here excites it."
        if self.projections is None:
            return self.lacks
        return (
            f"{SENTENCE}\n\nNumber: the activation it starts from. One scale for all nine: "
            f"{scale_in_words(self.limit, self.colour)}."
        )


def drivers(
    model: nn.Module,
    pixels: Tensor,
    top: TopPatches,
    *,
    layer: str,
    channel: int,
    theme: str = "light",
    projected: bool = True,
) -> Drivers:
    """Patches, projections and originals of one channel.

    pixels: uint8 M×C×H×W, the pictures that ``top`` was found in. Without ``projected`` there
    are no projections. Raises ValueError as ``deconvnet`` does.
    """
    made = stream_drivers(
        model, pixels, top, layer=layer, channel=channel, theme=theme, projected=projected
    )
    for _, last in made:
        found = last
    return found


def stream_drivers(
    model: nn.Module,
    pixels: Tensor,
    top: TopPatches,
    *,
    layer: str,
    channel: int,
    theme: str,
    projected: bool,
) -> Iterator[tuple[int, Drivers]]:
    """(how many are projected, ``drivers`` so far), a few at a time; what is to come is blank."""
    images = pixels[top.indices[channel]]
    boxes = top.boxes[channel].tolist()
    pictures, outside = as_pictures(images), OUTSIDE[theme]
    found = Drivers(
        tuple(top.values[channel].tolist()),
        tuple(top.indices[channel].tolist()),
        cut(pictures, boxes, outside=outside),
        None,
        outlined(pictures, boxes),
        0.0,
        images.shape[1] == 3,
    )
    if not projected:
        lacks = NO_SWITCHES if has_relu(model, to_unit(images)) else NO_RELU
        yield len(images), replace(found, lacks=lacks)
        return
    signal, many = torch.zeros(images.shape), at_once(images)
    for first in range(0, len(images), many):
        part = to_unit(images[first : first + many])
        signal[first : first + many] = deconvnet(model, part, layer=layer, channel=channel)
        limit = full_colour(signal)
        projections = cut(signed_pictures(signal, limit or 1.0, theme), boxes, outside=outside)
        yield first + len(part), replace(found, projections=projections, limit=limit)


def at_once(images: Tensor) -> int:
    """How many of these pictures go back through a network together: large ones need memory."""
    return max(1, PIXELS // (images.shape[2] * images.shape[3]))


def full_colour(signal: Tensor) -> float:
    """A scale that a few extreme pixels do not decide: the 99.5th percentile of |signal| ≠ 0."""
    sizes = signal.abs()[signal != 0].double()
    return float(torch.quantile(sizes[:1_000_000], 0.995)) if len(sizes) else 0.0


def as_pictures(pixels: Tensor) -> NDArray[np.uint8]:
    """uint8 N×C×H×W, C = 1 or 3 → N×H×W×3."""
    return pixels.permute(0, 2, 3, 1).expand(-1, -1, -1, 3).contiguous().numpy()


def signed_pictures(signal: Tensor, limit: float, theme: str) -> NDArray[np.uint8]:
    """Signed N×C×H×W → N×H×W×3: colour around grey, or the signed scale for one channel."""
    if signal.shape[1] == 3:
        return centred_on_grey(signal, limit)
    return signed_picture(signal[:, 0].numpy(), limit, theme=theme)


def cut(pictures: NDArray[np.uint8], boxes: list[list[int]], *, outside: RGB) -> NDArray[np.uint8]:
    """Cut one half-open box (x0, y0, x1, y1) out of each N×H×W×3 picture → N×s×s×3.

    s is the longest side of all boxes, so that cells are square whatever a border has left of
    them. A field that it cut short keeps its place: what is missing at the left or at the top is
    filled with ``outside`` there.
    """
    side = max(1, *(max(y1 - y0, x1 - x0) for x0, y0, x1, y1 in boxes))
    cells = np.full((len(pictures), side, side, 3), outside, dtype=np.uint8)
    for cell, picture, (x0, y0, x1, y1) in zip(cells, pictures, boxes, strict=True):
        top = side - (y1 - y0) if y0 == 0 else 0
        left = side - (x1 - x0) if x0 == 0 else 0
        cell[top : top + y1 - y0, left : left + x1 - x0] = picture[y0:y1, x0:x1]
    return cells


def outlined(pictures: NDArray[np.uint8], boxes: list[list[int]]) -> NDArray[np.uint8]:
    """N×H×W×3 pictures enlarged by a whole number, a frame just inside each box's border."""
    scale = ceil(ORIGINAL / pictures.shape[2])
    framed = []
    for picture, (x0, y0, x1, y1) in zip(pictures, boxes, strict=True):
        image = Image.fromarray(picture.repeat(scale, axis=0).repeat(scale, axis=1))
        if x0 < x1 and y0 < y1:
            left, up, right, down = x0 * scale, y0 * scale, x1 * scale - 1, y1 * scale - 1
            draw = ImageDraw.Draw(image)
            if min(right - left, down - up) < 8:  # at the border a box may be a pixel wide
                draw.rectangle((left, up, right, down), fill=OUTLINE[0])
            else:
                draw.rectangle((left, up, right, down), outline=OUTLINE[0], width=4)
                inner = (left + 1, up + 1, right - 1, down - 1)
                draw.rectangle(inner, outline=OUTLINE[1], width=2)
        framed.append(np.asarray(image))
    return np.stack(framed)


def strongest_projections(
    model: nn.Module,
    pixels: Tensor,
    top: TopPatches,
    *,
    layer: str,
    channels: Sequence[int],
    theme: str,
) -> NDArray[np.uint8]:
    """Each channel's projection of its strongest picture, on its own scale, whole, N×H×W×3.

    In one batch, which takes a fraction of the time of one after the other.
    """
    units = torch.as_tensor(channels)
    images = to_unit(pixels[top.indices[units, 0]])
    places = top.positions[units, 0]
    signals, _ = project_units(model, images, layer=layer, channels=units, places=places)
    shown = [signed_pictures(one[None], full_colour(one) or 1.0, theme) for one in signals]
    return np.concatenate(shown)


def wall_of(pictures: NDArray[np.uint8], top: TopPatches, theme: str) -> NDArray[np.uint8]:
    """One picture a channel, channels×H×W×3, cut to its strongest field → thumbnails.

    A silent channel, which no picture excites, is left empty.
    """
    cells = cut(pictures, top.boxes[:, 0].tolist(), outside=OUTSIDE[theme])
    cells[(top.values[:, 0] <= 0).numpy()] = OUTSIDE[theme]
    return thumbnails(cells)


def thumbnails(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """N×h×w×3 → the same, reduced where a side is longer than ``THUMBNAIL``."""
    height, width = pictures.shape[1:3]
    share = THUMBNAIL / max(height, width)
    if share >= 1:
        return pictures
    size = (max(1, round(width * share)), max(1, round(height * share)))
    small = [Image.fromarray(one).resize(size, Image.Resampling.BOX) for one in pictures]
    return np.stack([np.asarray(one) for one in small])


def saved_picture(found: Drivers, title: str, theme: str = "light") -> bytes:
    """Patches, projections and originals side by side under ``title``, as a PNG to keep."""
    panels = []
    for pictures in (found.patches, found.projections, found.originals):
        if pictures is None:
            continue
        scale = max(1, round(3 * 64 / pictures.shape[1]))
        panels.append(tile(pictures, 3, pad=8, background=PAPER[theme], scale=scale))
    height = max(panel.shape[0] for panel in panels)
    gap, head = 24, 48
    width = sum(panel.shape[1] for panel in panels) + gap * (len(panels) - 1)
    canvas = np.full((height + head, width, 3), PAPER[theme], dtype=np.uint8)
    left = 0
    for panel in panels:
        canvas[head : head + panel.shape[0], left : left + panel.shape[1]] = panel
        left += panel.shape[1] + gap
    image = Image.fromarray(canvas)
    ImageDraw.Draw(image).text((10, 14), title, fill=INK[theme], font=ImageFont.load_default(22))
    return png_bytes(np.asarray(image))
