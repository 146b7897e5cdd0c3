"""The nine strongest pictures of a channel: the search, its controls, and what a link says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dlviz.figures.sheets import Sheet, sheet_of
from dlviz.ui.data import held_out_of
from dlviz.ui.filters.memory import facts, memory_of
from dlviz.ui.steps import Task, run
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from torch import Tensor

    from dlviz.core.classifier import Classifier
    from dlviz.core.patches import TopPatches
    from dlviz.figures.filters import FilterWall
    from dlviz.figures.layer_names import LookLayer
    from dlviz.figures.walls import Drivers
    from dlviz.ui.models import Offer

BATCH = 100  # pictures between two looks at the Stop button
CHANNELS_A_STEP = 4


def most_excited(top: TopPatches) -> int:
    """The channel whose nine strongest pictures drive it most on average."""
    return int(top.values.mean(dim=1).argmax())


def first_layer(offer: Offer, model: Classifier) -> tuple[FilterWall, bytes] | None:
    """The first layer's filters and their PNG; None for a network without a convolution."""
    from dlviz.figures.compose import png_bytes
    from dlviz.figures.filters import filter_wall, first_filters
    from dlviz.figures.walls import PAPER

    weights, dark = first_filters(model), theme()
    if weights is None:
        return None

    def compose() -> tuple[FilterWall, bytes]:
        wall = filter_wall(weights, theme=dark, background=PAPER[dark])
        return wall, png_bytes(wall.picture)

    found: tuple[FilterWall, bytes]
    found = memory_of(own=offer.own).results.get(f"filters {facts(model)[0]} {dark}", compose)
    return found


@dataclass(frozen=True, eq=False)
class Look:
    """What the page looks at: a layer of a model, and what a search of ``seen`` pictures found.

    ``pixels``: the held-out pictures, uint8 N×C×H×W.
    """

    offer: Offer
    model: Classifier
    layer: str
    top: TopPatches
    seen: int
    theme: str
    pixels: Tensor

    @property
    def about(self) -> LookLayer:
        """The layer in words and numbers."""
        return facts(self.model)[1][self.layer]

    @property
    def key(self) -> str:
        """What results are kept under: all that they depend on."""
        return f"{facts(self.model)[0]} {self.layer} {self.seen} {self.theme}"


def search(offer: Offer, model: Classifier, layer: str) -> Look:
    """The nine strongest pictures of every channel.

    One pass over the held-out pictures, for all layers, with progress and Stop on the page.
    Raises ValueError for a network whose activations are not finite.
    """
    import torch

    from dlviz.core.patches import stream_top_patches

    digest, layers = facts(model)
    pixels = held_out_of(model.data)[0]

    def steps() -> Iterator[tuple[int, Mapping[str, TopPatches]]]:
        for progress in stream_top_patches(model, torch.split(pixels, BATCH), list(layers)):
            yield progress.done, progress.top

    key = f"search {digest}"
    task = memory_of(own=offer.own).tasks.get(key, lambda: Task(len(pixels), steps()))
    found = run(task, key=key, things="held-out pictures")
    return Look(offer, model, layer, found[layer], task.done, theme(), pixels)


@dataclass(frozen=True)
class Nine:
    """One channel's strongest pictures as the page shows them; ``drivers`` makes them anew."""

    patches: Sheet
    projections: Sheet
    originals: Sheet
    indices: tuple[int, ...]
    values: tuple[float, ...]
    words: str

    @property
    def numbers(self) -> list[str]:
        """The activations, as many digits as tell them apart."""
        return [f"{value:.2f}" if self.values[0] >= 1 else f"{value:.2g}" for value in self.values]


def drivers_of(look: Look, channel: int) -> Drivers:
    """``dlviz.figures.walls.drivers`` of a look."""
    from dlviz.figures.walls import drivers

    return drivers(
        look.model, look.pixels, look.top, layer=look.layer, channel=channel, theme=look.theme
    )


def nine_of(look: Look, channel: int) -> Nine:
    """The channel's patches, projections and originals; cached."""

    def make() -> Nine:
        found = drivers_of(look, channel)
        return Nine(
            sheet_of(found.patches),
            sheet_of(found.projections),
            sheet_of(found.originals),
            found.indices,
            found.values,
            found.words,
        )

    nine: Nine = memory_of(own=look.offer.own).results.get(f"nine {look.key} {channel}", make)
    return nine


def wall_patches(look: Look) -> Sheet:
    """Every channel's strongest patch."""
    from dlviz.figures.walls import as_pictures, wall_of

    def make() -> Sheet:
        pictures = as_pictures(look.pixels[look.top.indices[:, 0]])
        return sheet_of(wall_of(pictures, look.top, look.theme))

    sheet: Sheet = memory_of(own=look.offer.own).results.get(f"wall {look.key}", make)
    return sheet


def wall_projections(look: Look) -> Sheet:
    """Every channel's strongest projection, with progress and Stop; those not yet made are grey."""
    from dlviz.figures.walls import strongest_projection, wall_of

    count = look.about.channels

    def steps() -> Iterator[tuple[int, NDArray[np.uint8]]]:
        made = np.full((count, *look.pixels.shape[2:], 3), 128, dtype=np.uint8)
        for channel in range(count):
            made[channel] = strongest_projection(
                look.model,
                look.pixels,
                look.top,
                layer=look.layer,
                channel=channel,
                theme=look.theme,
            )
            if (channel + 1) % CHANNELS_A_STEP == 0 or channel + 1 == count:
                yield channel + 1, wall_of(made, look.top, look.theme)

    memory, key = memory_of(own=look.offer.own), f"projections {look.key}"
    task = memory.tasks.get(key, lambda: Task(count, steps()))
    pictures = run(task, key=key, things="channels")
    sheet: Sheet = memory.results.get(f"{key} {task.done}", lambda: sheet_of(pictures))
    return sheet


WALLS: dict[str, Callable[[Look], Sheet]] = {"patch": wall_patches, "projection": wall_projections}
