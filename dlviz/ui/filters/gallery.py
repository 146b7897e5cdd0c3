"""The nine strongest pictures of a channel: the search, its controls, and what a link says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dlviz.figures.sheets import Sheet, sheet_of
from dlviz.ui.filters.memory import Memory, facts, is_projected, memory_of
from dlviz.ui.filters.sets import HELD_OUT, Searched, pictures_of
from dlviz.ui.models import Offer, snapshots_of
from dlviz.ui.steps import Task, run
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from torch import Tensor

    from dlviz.core.classifier import Classifier
    from dlviz.core.patches import TopPatches
    from dlviz.figures.layer_names import LookLayer
    from dlviz.figures.wall_controls import Control
    from dlviz.figures.walls import Drivers

BATCH, PIXELS = 100, 250_000  # at most, between two looks at the Stop button
CHANNELS_A_STEP = 16
KEPT_WEIGHTS = 10_000_000  # a larger untrained network is drawn anew each time


def most_excited(top: TopPatches) -> int:
    """The channel whose nine strongest pictures drive it most on average."""
    return int(top.values.mean(dim=1).argmax())


@dataclass(frozen=True, eq=False)
class Look:
    """What the page looks at: a layer of a model, and what a search of ``seen`` pictures found.

    ``memory``: where what is made of it may lie.
    """

    offer: Offer
    model: Classifier
    layer: str
    top: TopPatches
    seen: int
    theme: str
    searched: Searched
    memory: Memory

    @property
    def pixels(self) -> Tensor:
        """The pictures that were searched, uint8 N×C×H×W."""
        return self.searched.pixels

    @property
    def projected(self) -> bool:
        """Whether projections depend on the picture, so that they are worth showing."""
        return is_projected(self.model)

    @property
    def about(self) -> LookLayer:
        """The layer in words and numbers."""
        return facts(self.model)[1][self.layer]

    @property
    def key(self) -> str:
        """What results are kept under: all that they depend on."""
        which = f"{self.searched.name} {self.seen}"
        return f"{facts(self.model)[0]} {self.layer} {which} {self.theme}"


def search(offer: Offer, model: Classifier, layer: str, pictures: str = HELD_OUT) -> Look:
    """The nine strongest pictures of every channel; of a photograph's cut-outs one at most.

    One pass over the ``pictures`` (as ``pictures_of`` calls them), for all layers, with progress
    and Stop on the page. Raises ValueError for a network whose activations are not finite.
    """
    import torch

    from dlviz.core.patches import stream_top_patches

    digest, layers = facts(model)
    searched = pictures_of(model, pictures)
    # As many pixels between two looks at the Stop button, whatever the pictures' size.
    batch = max(4, min(BATCH, PIXELS // (searched.pixels.shape[2] * searched.pixels.shape[3])))
    batches = torch.split(searched.pixels, batch)

    def steps() -> Iterator[tuple[int, Mapping[str, TopPatches]]]:
        for progress in stream_top_patches(model, batches, list(layers), groups=searched.groups):
            yield progress.done, progress.top

    key, memory = f"search {digest} {searched.name}", memory_of(own=offer.own)
    task = memory.tasks.get(key, lambda: Task(len(searched.pixels), steps()))
    found = run(task, key=key, things=searched.noun)
    return Look(offer, model, layer, found[layer], task.done, theme(), searched, memory)


@dataclass(frozen=True)
class Nine:
    """One channel's strongest pictures as the page shows them; ``drivers`` makes them anew.

    ``field``: what its units see, in words. ``projections`` is None where they tell nothing.
    """

    patches: Sheet
    projections: Sheet | None
    originals: Sheet
    indices: tuple[int, ...]
    values: tuple[float, ...]
    words: str
    field: str

    @property
    def numbers(self) -> list[str]:
        """The activations, as many digits as tell them apart."""
        return numbered(self.values)


def numbered(values: Sequence[float]) -> list[str]:
    """Numbers with as many digits as tell them apart."""
    return [f"{value:.2f}" if max(values) >= 1 else f"{value:.2g}" for value in values]


def drivers_of(look: Look, channel: int, control: Control | None = None) -> Drivers:
    """``dlviz.figures.walls.drivers`` of a look; a ``control``'s projections take the place."""
    from dlviz.figures.walls import drivers

    found = drivers(
        look.model,
        look.pixels,
        look.top,
        layer=look.layer,
        channel=channel,
        theme=look.theme,
        projected=look.projected,
    )
    return replace(found, projections=control.projections) if control else found


def nine_of(look: Look, channel: int) -> Nine:
    """The channel's patches, projections and originals; cached."""
    nine: Nine = look.memory.results.get(
        _nine_key(look, channel), lambda: _nine(look, channel, drivers_of(look, channel))
    )
    return nine


def nine_in_steps(look: Look, channel: int) -> Nine:
    """``nine_of``, with progress and Stop on the page where pictures are large."""
    from dlviz.figures.walls import stream_drivers

    key, count = _nine_key(look, channel), len(look.top.indices[channel])
    if is_quick(look) or look.memory.results.peek(key) is not None:
        return nine_of(look, channel)

    def steps() -> Iterator[tuple[int, Drivers]]:
        yield from stream_drivers(
            look.model,
            look.pixels,
            look.top,
            layer=look.layer,
            channel=channel,
            theme=look.theme,
            projected=True,
        )

    task = look.memory.tasks.get(key, lambda: Task(count, steps()))
    made = _nine(look, channel, run(task, key=key, things="projections"))
    if not task.finished:
        return made
    look.memory.tasks.drop(key, task)
    nine: Nine = look.memory.results.get(key, lambda: made)
    return nine


def is_quick(look: Look) -> bool:
    """Whether a channel's pictures go back through the network all at once, or not at all."""
    from dlviz.figures.walls import at_once

    return not look.projected or at_once(look.pixels) >= look.top.indices.shape[1]


def _nine_key(look: Look, channel: int) -> str:
    return f"nine {look.key} {channel}"


def _nine(look: Look, channel: int, found: Drivers) -> Nine:
    from dlviz.figures.field_words import field_words, whole_field

    size = (int(look.pixels.shape[2]), int(look.pixels.shape[3]))
    field = whole_field(look.model, look.layer, *size)
    return Nine(
        sheet_of(found.patches),
        None if found.projections is None else sheet_of(found.projections),
        sheet_of(found.originals),
        found.indices,
        found.values,
        found.words,
        field_words(field, size, look.top.boxes[channel].tolist()),
    )


def control_of(look: Look, channel: int, kind: str, random: Classifier | None = None) -> Control:
    """``dlviz.figures.wall_controls.control`` of a look; cached.

    ``random``: ``untrained_of(look)``, where there is no session to draw it in.
    """
    from dlviz.figures.wall_controls import control

    def make() -> Control:
        return control(
            look.model,
            random or untrained_of(look),
            look.pixels,
            look.top,
            kind=kind,
            layer=look.layer,
            channel=channel,
            theme=look.theme,
        )

    key = f"control {kind} {look.key} {channel}"
    made: Control = look.memory.results.get(key, make)
    return made


def keeps_untrained(look: Look) -> bool:
    """Whether the network before its training is small enough to be kept."""
    return sum(value.numel() for value in look.model.parameters()) <= KEPT_WEIGHTS


def untrained_of(look: Look) -> Classifier:
    """The same network before its training, kept with the other results."""
    from dlviz.core.untrained import untrained

    def make() -> Classifier:
        return untrained(look.model, snapshots_of(look.offer))

    if not keeps_untrained(look):
        with st.spinner("Random weights are being drawn."):
            return make()
    key = f"untrained {facts(look.model)[0]}"
    found: Classifier = look.memory.results.get(key, make)
    return found


def wall_patches(look: Look) -> Sheet:
    """Every channel's strongest patch."""
    from dlviz.figures.walls import as_pictures, wall_of

    def make() -> Sheet:
        pictures = as_pictures(look.pixels[look.top.indices[:, 0]])
        return sheet_of(wall_of(pictures, look.top, look.theme))

    sheet: Sheet = look.memory.results.get(f"wall {look.key}", make)
    return sheet


def wall_projections(look: Look) -> Sheet:
    """Every channel's strongest projection, with progress and Stop; those not yet made are grey."""
    from dlviz.figures.walls import at_once, strongest_projections, wall_of

    count = look.about.channels
    step = min(CHANNELS_A_STEP, at_once(look.pixels))

    def steps() -> Iterator[tuple[int, NDArray[np.uint8]]]:
        made = np.full((count, *look.pixels.shape[2:], 3), 128, dtype=np.uint8)
        for first in range(0, count, step):
            channels = range(first, min(count, first + step))
            made[list(channels)] = strongest_projections(
                look.model,
                look.pixels,
                look.top,
                layer=look.layer,
                channels=channels,
                theme=look.theme,
            )
            yield channels.stop, wall_of(made, look.top, look.theme)

    memory, key = look.memory, f"projections {look.key}"
    task = memory.tasks.get(key, lambda: Task(count, steps()))
    pictures = run(task, key=key, things="channels")
    sheet: Sheet = memory.results.get(f"{key} {task.done}", lambda: sheet_of(pictures))
    return sheet


WALLS: dict[str, Callable[[Look], Sheet]] = {"patch": wall_patches, "projection": wall_projections}
