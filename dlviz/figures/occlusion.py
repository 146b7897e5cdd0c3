"""Figure 7: the maps of an occlusion sweep as pictures, in words, and as a program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from dlviz.core.occlusion import Cover
from dlviz.core.occlusion_sweep import Sweep
from dlviz.figures.colours import Colours, class_colour, magnitude_colours
from dlviz.figures.maps import LOADS
from dlviz.figures.walls import INK, PAPER
from dlviz.io.creatures import Part, draw
from dlviz.io.png import png_bytes

SIDE = 240  # pixels of a map's picture, at least
MOST_LABELS = 8  # as many as there are colours; the rarest beyond share the last, which is grey
OTHERS = -1
HELD_OUT_SEED = 2  # of the stream that held-out creatures are drawn from
HIDDEN = 1 / 3  # a part counts as hidden from this share of its pixels on
SMALLEST_MARKED = 2  # cells of a region that gets its letter
_LINE = (16, 19, 26)


@dataclass(frozen=True)
class Region:
    """One label of the map of labels: its class number, letter, colour and share of places."""

    label: int
    name: str
    letter: str
    colour: str
    share: float


def regions_of(sweep: Sweep, classes: Sequence[str]) -> list[Region]:
    """The labels of a sweep: the uncovered picture's first, then by area; at most eight.

    With more than eight classes colours go by this order, else every class has its own.
    """
    area = Counter(sweep.answers.label.flatten().tolist())
    total = area.total()
    first = int(sweep.uncovered.label)
    ordered = sorted({first, *area}, key=lambda label: (label != first, -area[label], label))
    shown, rest = ordered, 0
    if len(ordered) > MOST_LABELS:
        shown = ordered[: MOST_LABELS - 1]
        rest = sum(area[label] for label in ordered[MOST_LABELS - 1 :])
    own = len(classes) <= MOST_LABELS
    regions = [
        Region(label, classes[label], chr(65 + rank), class_colour(label if own else rank),
               area[label] / total)
        for rank, label in enumerate(shown)
    ]  # fmt: skip
    if rest:
        letter, colour = chr(65 + len(shown)), class_colour(MOST_LABELS - 1)
        regions.append(Region(OTHERS, "other classes", letter, colour, rest / total))
    return regions


def ranks(labels: Tensor, regions: Sequence[Region]) -> NDArray[np.int64]:
    """Class numbers → the place of each one's region in ``regions``."""
    place = {region.label: rank for rank, region in enumerate(regions)}
    other = place.get(OTHERS, 0)
    found = [place.get(label, other) for label in labels.flatten().tolist()]
    return np.array(found, dtype=np.int64).reshape(labels.shape)


class Canvas:
    """A picture's place, enlarged, on which maps by position are drawn.

    A cell lies where the middle of its square was, so a map and the picture show the same place
    at the same spot. The rim, which no square's middle reaches, holds the picture, paled.
    """

    def __init__(self, picture: NDArray[np.uint8], cover: Cover, theme: str) -> None:
        self.scale = ceil(SIDE / max(picture.shape[:2]))
        self._cover = cover
        paper = np.array(PAPER[theme], dtype=np.float64)
        grey = picture.mean(axis=2, keepdims=True)
        pale = np.rint(0.25 * grey + 0.75 * paper).astype(np.uint8)
        self._rim = pale.repeat(self.scale, axis=0).repeat(self.scale, axis=1)

    def edges(self, count: int) -> NDArray[np.int64]:
        """Where ``count`` cells of one axis begin, and the last one ends."""
        first = (self._cover.size - self._cover.stride) / 2
        at = (first + self._cover.stride * np.arange(count + 1)) * self.scale
        whole: NDArray[np.int64] = np.clip(np.floor(at + 0.5), 0, None).astype(np.int64)
        return whole

    def paint(self, cells: Colours) -> Colours:
        """rows×columns×3 colours → the picture."""
        down, across = (self.edges(count) for count in cells.shape[:2])
        painted: Colours = self._rim.copy()
        body = cells.repeat(np.diff(down), axis=0).repeat(np.diff(across), axis=1)
        body = body[: painted.shape[0] - down[0], : painted.shape[1] - across[0]]
        painted[down[0] : down[0] + len(body), across[0] : across[0] + body.shape[1]] = body
        return painted


def magnitude_map(values: Tensor, limit: float, canvas: Canvas) -> Colours:
    """Numbers ≥ 0 by place, rows×columns, as a picture; ``limit`` is the brightest."""
    return canvas.paint(magnitude_colours(values.numpy(), limit or 1.0))


def label_map(labels: Tensor, regions: Sequence[Region], canvas: Canvas) -> Colours:
    """The most probable label by place: coloured regions with outlines, each with its letter."""
    rank = ranks(labels, regions)
    table = np.array([_rgb(region.colour) for region in regions], dtype=np.uint8)
    image = Image.fromarray(canvas.paint(table[rank]))
    draw = ImageDraw.Draw(image)
    down, across = (canvas.edges(count).tolist() for count in rank.shape)
    thick = max(image.size) / SIDE  # as it is shown, small or large
    for i, j in zip(*np.nonzero(rank[1:] != rank[:-1]), strict=True):
        draw.line(
            (across[j], down[i + 1], across[j + 1], down[i + 1]), fill=_LINE, width=round(2 * thick)
        )
    for i, j in zip(*np.nonzero(rank[:, 1:] != rank[:, :-1]), strict=True):
        draw.line(
            (across[j + 1], down[i], across[j + 1], down[i + 1]), fill=_LINE, width=round(2 * thick)
        )
    font = ImageFont.load_default(round(22 * thick))
    for i, j, at in marks(rank):
        place = ((across[j] + across[j + 1]) / 2, (down[i] + down[i + 1]) / 2)
        draw.text(
            place, regions[at].letter, fill=_LINE, font=font, anchor="mm",
            stroke_width=round(2 * thick), stroke_fill=(255, 255, 255),
        )  # fmt: skip
    return np.asarray(image)


def marks(rank: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """(row, column, rank) of a cell inside every connected region that is not tiny."""
    left = set(np.ndindex(*rank.shape))
    found = []
    while left:
        start = min(left)
        value, region, waiting = int(rank[start]), [], [start]
        left.remove(start)
        while waiting:
            i, j = waiting.pop()
            region.append((i, j))
            for near in ((i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)):
                if near in left and rank[near] == value:
                    left.remove(near)
                    waiting.append(near)
        if len(region) >= SMALLEST_MARKED:
            found.append((*_deepest(region), value))
    return found


def _deepest(region: list[tuple[int, int]]) -> tuple[int, int]:
    """The cell of a region that is farthest from its border; of equals nearest to its middle."""
    left, last = set(region), set(region)
    while left:
        last = left
        left = {(i, j) for i, j in left if {(i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)} <= left}
    middle = [sum(axis) / len(region) for axis in zip(*region, strict=True)]
    return min(last, key=lambda cell: (abs(cell[0] - middle[0]) + abs(cell[1] - middle[1]), cell))


def hidden_words(parts: Mapping[str, Part], cover: Cover, y: int, x: int) -> str:
    """Which parts of a creature a square at (y, x) hides: "both eyes and the beak", or "".

    A part counts from a third of its pixels on; the head holds all others and never does.
    """
    names = [
        name
        for name, part in parts.items()
        if name != "head"
        and part.mask[y : y + cover.size, x : x + cover.size].sum() >= HIDDEN * part.mask.sum()
    ]
    words = []
    for name in names:
        side, _, what = name.partition(" ")
        pair = {"left": f"right {what}", "right": f"left {what}"}.get(side)
        if pair not in names:
            words.append(f"the {name}")
        elif side == "left":
            words.append(f"both {what}s")
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 2 else words)


def parts_of(name: str, pixels: Tensor) -> dict[str, Part]:
    """Part name → where it is, for a held-out creature called ``name``; empty for what is none."""
    data, _, number = name.rpartition("-")
    if data != "creatures" or not number.isdigit():
        return {}
    creature = draw(HELD_OUT_SEED, int(number))
    same = np.array_equal(creature.pixels, pixels.permute(1, 2, 0).numpy())
    return creature.parts if same else {}


def saved_picture(
    panels: Sequence[tuple[str, Colours]], title: str, below: Sequence[str], *, theme: str
) -> bytes:
    """The five panels side by side, each with its words, as a PNG to keep."""
    side, gap, head, foot = 300, 20, 92, 28
    width = len(panels) * (side + gap) + gap
    height = head + side + gap + foot * len(below)
    image = Image.new("RGB", (width, height), PAPER[theme])
    draw = ImageDraw.Draw(image)
    ink, font = INK[theme], ImageFont.load_default(18)
    draw.text((gap, 14), title, fill=ink, font=ImageFont.load_default(22))
    for place, (words, picture) in enumerate(panels):
        left = gap + place * (side + gap)
        draw.text((left, 60), words, fill=ink, font=font)
        shown = Image.fromarray(picture)
        shown = shown.resize((side, side), Image.Resampling.NEAREST)
        image.paste(shown, (left, head))
    for line, words in enumerate(below):
        draw.text((gap, head + side + 12 + foot * line), words, fill=ink, font=font)
    return png_bytes(np.asarray(image))


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def code(
    model: str, source: str, cover: Cover, target: int, layer: str | None, *, own: bool = False
) -> str:
    """A program that repeats the sweep and runs as it stands in the project.

    ``source``: lines that set ``pixels``, uint8 C×H×W. ``own``: the model is no registered one,
    but a file that the visitor downloads first.
    """
    load = LOADS[own].format(model=model)
    watched = f"strongest_map(model, image, {layer!r})" if layer else "None"
    tell = (
        "print(watched, found.answers.activity)  # its total activity by place\n" if layer else ""
    )
    return f"""\
from dlviz.core.data import to_unit
from dlviz.core.occlusion import Cover
from dlviz.core.occlusion_sweep import strongest_map, sweep
{load}
{source}

image = to_unit(pixels)
watched = {watched}
cover = Cover(size={cover.size}, stride={cover.stride}, fill={cover.fill!r})
# One picture for every place of the square, in batches; coarse places come first.
found = sweep(model, image, cover, target={target}, watched=watched)
print(float(found.uncovered.probability), "uncovered")
print(found.answers.probability)  # of the class, by place
print(found.answers.label)  # the most probable class, by place
{tell}row, column = found.worst
print("lowest with the corner at", (row * cover.stride, column * cover.stride))
"""
