"""Figure 6: a first layer's filters as little pictures, with what became of them in words."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from dlviz.core.filter_census import Census, census
from dlviz.core.words import percent
from dlviz.figures.board import INK, PAPER
from dlviz.figures.compose import signed_picture, tile
from dlviz.figures.filters import centred_on_grey, reach, scale_in_words
from dlviz.io.png import png_bytes

DEAD_MARK = "✕"


@dataclass(frozen=True, eq=False)
class Bank:
    """A layer's filters: ``pictures`` uint8 F×h×w×3, ``names`` to read aloud, ``marks`` to see.

    ``marks``: ✕ on a dead filter, a letter on those that look the same. ``limit``: the weight that
    has full colour, or 0 where each filter has a scale of its own.
    """

    pictures: NDArray[np.uint8]
    names: tuple[str, ...]
    marks: tuple[str, ...]
    limit: float
    found: Census
    colour: bool

    @property
    def words(self) -> str:
        """How many, on which scale, and what became of them."""
        count, height, width = self.pictures.shape[:3]
        if self.limit:
            scale = f"on one scale: {scale_in_words(self.limit, self.colour)}"
        else:
            scale = "each on a scale of its own: a dead filter looks as vivid as a strong one"
        return f"{count} filters of {height}×{width}, {scale}. {census_in_words(self.found)}"


def census_in_words(found: Census) -> str:
    """Dead filters, near-duplicates and the strongest one, in a sentence or two."""
    count = len(found.rms)
    alike = sum(map(len, found.twins))
    dead = "None is dead" if not found.dead else f"{len(found.dead)} of {count} are dead (✕)"
    if len(found.dead) == 1:
        dead = f"1 of {count} is dead (✕)"
    groups = "group" if len(found.twins) == 1 else "groups"
    twins = (
        f"{alike} look like another one (same letter, {len(found.twins)} {groups})"
        if alike
        else "no two look the same"
    )
    strongest = f"the strongest has {found.dominance:.1f} times the median’s size"
    if f"{found.dominance:.1f}" == "1.0":
        strongest = "the strongest is no larger than the median"
    return f"{dead}, {twins}; {strongest}."


def bank(weights: Tensor, *, own_scale: bool = False, theme: str = "light") -> Bank:
    """Filters F×C×h×w, C = 1 or 3, as pictures: colour around grey, or the signed scale.

    One scale for all, so that a weak filter looks weak; with ``own_scale`` each has its own.
    Raises ValueError for other shapes and weights that are not finite.
    """
    if weights.ndim != 4 or weights.shape[1] not in (1, 3):
        raise ValueError("Only filters that look at 1 or 3 channels are pictures themselves.")
    found, colour = census(weights), weights.shape[1] == 3
    limit = reach(weights)
    shown = weights
    if own_scale:
        sizes = weights.abs().flatten(1).amax(dim=1).clamp_min(torch.finfo(weights.dtype).tiny)
        shown, limit = weights / sizes.view(-1, 1, 1, 1), 1.0
    pictures = (
        centred_on_grey(shown, limit)
        if colour
        else signed_picture(shown[:, 0].numpy(), limit, theme=theme)
    )
    marks = _marks(found)
    names = tuple(_name(index, found, marks[index]) for index in range(len(weights)))
    return Bank(pictures, names, marks, 0.0 if own_scale else limit, found, colour)


def _marks(found: Census) -> tuple[str, ...]:
    marks = [""] * len(found.rms)
    for index in found.dead:
        marks[index] = DEAD_MARK
    for number, group in enumerate(found.twins):
        for index in group:
            marks[index] = ascii_uppercase[number % len(ascii_uppercase)]
    return tuple(marks)


def _name(index: int, found: Census, mark: str) -> str:
    about = f"Filter {index}: RMS {found.rms[index]:.2g}"
    if mark == DEAD_MARK:
        return f"{about}, dead"
    if found.cosine[index] > 0:
        near = int(found.nearest[index])
        about += f"; most like filter {near}, {percent(float(found.cosine[index]))} alike (cosine)"
    return about


def saved_picture(found: Bank, title: str, *, across: int = 8, theme: str = "light") -> bytes:
    """All filters below ``title``, as a PNG to keep."""
    scale = max(1, 720 // (across * found.pictures.shape[2]))
    wall = tile(found.pictures, across, pad=10, background=PAPER[theme], scale=scale)
    head = 44
    canvas = np.full((len(wall) + head, wall.shape[1], 3), PAPER[theme], np.uint8)
    canvas[head:] = wall
    image = Image.fromarray(canvas)
    ImageDraw.Draw(image).text((10, 12), title, fill=INK[theme], font=ImageFont.load_default(20))
    return png_bytes(np.asarray(image))


def code(load_model: str) -> str:
    """A program that draws the same filters and counts the dead; ``load_model`` sets ``model``."""
    return f"""\
{load_model}

import torch
from torch import nn

first = next(module for module in model.modules() if isinstance(module, nn.Conv2d))
weights = first.weight.detach()  # filters × channels × height × width
print(tuple(weights.shape))

# Dead: below 2 % of the strongest filter. Alike: a cosine of at least 0.95.
rms = weights.flatten(1).square().mean(dim=1).sqrt()
print("dead:", (rms < 0.02 * rms.max()).nonzero().flatten().tolist())
unit = nn.functional.normalize(weights.flatten(1), dim=1)
alike = (unit @ unit.T).fill_diagonal_(0)
print("alike:", (alike >= 0.95).nonzero().tolist())

# One scale for all: grey is 0, full colour nearly the largest weight.
limit = weights.abs().flatten().quantile(0.99)
pictures = (weights / (2 * limit) + 0.5).clamp(0, 1)
print(tuple(pictures.shape), float(limit))
"""
