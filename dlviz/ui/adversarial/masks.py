"""What an attack may change: everything, a rectangle, one channel, or a printed disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.ui.controls import Named, choice, number

if TYPE_CHECKING:
    from torch import Tensor

Shape = tuple[int, int, int]
KEY = "may"
EVERYWHERE, RECTANGLE, CHANNEL, STICKER = "all", "rectangle", "channel", "sticker"
SIDES = ("top", "left", "high", "wide")  # the address's parameters of a rectangle
DISK = ("row", "column", "radius")
COLOURS = ("Red", "Green", "Blue")


@dataclass(frozen=True, eq=False)
class Mask:
    """Where a pixel may move: ``pixels`` bool C×H×W.

    ``kind``: "rectangle", "channel" or "sticker"; ``area``: its numbers, as ``SIDES`` or ``DISK``
    name them, for who draws its outline. ``words``: a sentence. ``code``: Python for the mask, an
    expression of ``pixels`` and ``dlviz.core.attacks.masks``. ``key``: for caches.
    """

    kind: str
    area: tuple[int, ...]
    pixels: Tensor
    words: str
    code: str

    @property
    def key(self) -> str:
        return ".".join(map(str, (self.kind, *self.area)))


def choose_mask(shape: Shape, *, width: int = 190) -> Mask | None:
    """A select box and the chosen mask's numbers; None: everything may change.

    The address has it as ``may`` (rectangle, channel, sticker) and its numbers as ``top``,
    ``left``, ``high``, ``wide``; ``colour``; ``row``, ``column``, ``radius``. ``shape``: the
    picture's, C×H×W. A grey picture has no channels to choose from.
    """
    offered = {EVERYWHERE: Named("Everything"), RECTANGLE: Named("Only a rectangle")}
    if shape[0] == len(COLOURS):
        offered[CHANNEL] = Named("Only one colour")
    offered[STICKER] = Named("Only a printed disk")
    kind = choice("May change", offered, key=KEY, context=str(shape[0]), width=width)
    made = {RECTANGLE: _rectangle, CHANNEL: _channel, STICKER: _sticker}
    return made[kind](shape) if kind in made else None


def take_area(told: Any) -> None:
    """Set the numbers to what was dragged over the picture: {kind, area}. Call in a callback."""
    if not isinstance(told, dict) or not isinstance(told.get("area"), list):
        return
    names = {RECTANGLE: SIDES, STICKER: DISK}.get(str(told.get("kind")), ())
    if len(names) == len(told["area"]):
        for name, value in zip(names, told["area"], strict=True):
            if isinstance(value, int | float):
                st.session_state[name] = int(value)


def _rectangle(shape: Shape) -> Mask:
    from dlviz.core.attacks.masks import rectangle

    _, height, width = shape
    limits = {  # by default the middle: a quarter of the picture
        "top": ("From row", 0, height - 1, height // 4),
        "left": ("From column", 0, width - 1, width // 4),
        "high": ("Rows", 1, height, max(1, height // 2)),
        "wide": ("Columns", 1, width, max(1, width // 2)),
    }
    area = _numbers(limits, shape)
    pixels = rectangle(shape, *area)
    share = float(pixels[0].float().mean())
    words = (
        f"Only a rectangle may change: {100 * share:.1f} % of the picture, all its colours. "
        "Everything else stays as it is."
    )
    numbers = ", ".join(map(str, area))
    return Mask(RECTANGLE, area, pixels, words, f"masks.rectangle(tuple(pixels.shape), {numbers})")


def _channel(shape: Shape) -> Mask:
    from dlviz.core.attacks.masks import channel

    colours = {name.lower(): Named(name) for name in COLOURS}
    name = choice("Colour", colours, key="colour", width=110)
    index = list(colours).index(name)
    words = f"Only {name} may change, everywhere: one of three numbers of each pixel."
    code = f"masks.channel(tuple(pixels.shape), {index})"
    return Mask(CHANNEL, (index,), channel(shape, index), words, code)


def _sticker(shape: Shape) -> Mask:
    from dlviz.core.attacks.masks import sticker

    _, height, width = shape
    limits = {
        "row": ("Centre row", 0, height - 1, height // 4),
        "column": ("Centre column", 0, width - 1, width // 4),
        "radius": ("Radius", 1, max(height, width), max(1, min(height, width) // 8)),
    }
    row, column, radius = area = _numbers(limits, shape)
    pixels = sticker(shape, (row, column), radius)
    share = float(pixels[0].float().mean())
    words = (
        f"Only a disk may change, {100 * share:.1f} % of the picture, as if something printed were "
        "stuck on it. A printer may use any colour: let ε be 255 for that."
    )
    code = f"masks.sticker(tuple(pixels.shape), ({row}, {column}), {radius})"
    return Mask(STICKER, area, pixels, words, code)


def _numbers(limits: dict[str, tuple[str, int, int, int]], shape: Shape) -> tuple[int, ...]:
    context = ".".join(map(str, shape[1:]))
    return tuple(
        number(label, low, high, usual, key=key, context=context, width=125)
        for key, (label, low, high, usual) in limits.items()
    )
