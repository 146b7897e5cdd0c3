"""The filters page's controls and computations: what is cached where, and what a link says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dlviz.figures.sheets import Sheet, sheet_of
from dlviz.ui.address import follow, plain, write
from dlviz.ui.data import held_out_of
from dlviz.ui.newest import Newest
from dlviz.ui.steps import Task, run
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from torch import Tensor

    from dlviz.core.classifier import Classifier
    from dlviz.core.patches import TopPatches
    from dlviz.figures.filters import FilterWall
    from dlviz.figures.layer_names import LookLayer
    from dlviz.figures.walls import Drivers
    from dlviz.ui.models import Offer

BATCH = 100  # pictures between two looks at the Stop button
CHANNELS_A_STEP = 4
# Chosen by looking. Model → (layer, channel); another layer opens on its most excited channel.
FIRST_LOOK: dict[str, tuple[str, int]] = {
    "creatures_cnn": ("relu3", 89),  # whiskers, of mice and of cats
    "photo_cnn": ("relu3", 10),  # joints of a brick wall
}


@dataclass(frozen=True, eq=False)
class Memory:
    """Results by digest of network and weights: searches (about 1 MB each), pictures (0.3 MB)."""

    tasks: Newest[Task[Any]] = field(default_factory=lambda: Newest(4))
    results: Newest[Any] = field(default_factory=lambda: Newest(24))


_shared = Memory(Newest(16), Newest(128))
_facts: WeakKeyDictionary[Classifier, tuple[str, dict[str, LookLayer]]] = WeakKeyDictionary()


def _memory(offer: Offer) -> Memory:
    """Where results may lie: a visitor's own model is nobody else's business."""
    if not offer.own:
        return _shared
    if "looked into" not in st.session_state:
        st.session_state["looked into"] = Memory()
    memory: Memory = st.session_state["looked into"]
    return memory


def facts(model: Classifier) -> tuple[str, dict[str, LookLayer]]:
    """(digest of the network and its weights, layers worth looking into); kept with the model.

    The digest, not a name, is what results are cached by: one spec stopped early has other
    weights. The registered data sets never change while the server runs.
    """
    from dlviz.figures.layer_names import look_layers

    if model not in _facts:
        digest = hashlib.sha256(f"{model.data} {model.module}".encode())
        for name, tensor in model.state_dict().items():
            digest.update(name.encode())
            digest.update(tensor.cpu().contiguous().numpy().tobytes())
        try:
            layers = look_layers(model)
        except ValueError:  # a layer whose receptive fields nobody can follow
            layers = {}
        _facts[model] = digest.hexdigest(), layers
    return _facts[model]


def choose_layer(offer: Offer, model: Classifier, told: DeltaGenerator) -> str:
    """A select box for the layer, in the address as ``layer``; a bad one is ``told`` there.

    Raises ValueError for a network without layers worth looking into.
    """
    from dlviz.figures.layer_names import worth_opening

    layers = facts(model)[1]
    if not layers:
        raise ValueError("This network has no layer that can be looked into.")
    first = FIRST_LOOK.get(offer.key, ("", 0))[0]
    default = first if first in layers else worth_opening(layers)

    def read(text: str) -> str:
        if text not in layers:
            raise ValueError(f"a layer “{plain(text)}”")
        return text

    if sentence := follow("layer", read, default, context=offer.key):
        told.info(sentence)
    layer: str = st.selectbox(
        "Layer", list(layers), key="layer", format_func=lambda name: layers[name].title
    )
    write("layer", layer, default, context=offer.key)
    return layer


def choose_channel(look: Look, told: DeltaGenerator) -> int:
    """A number input for the channel, in the address as ``channel``; a bad one is ``told``."""
    last = look.about.channels - 1
    layer, known = FIRST_LOOK.get(look.offer.key, ("", 0))
    default = known if layer == look.layer and known <= last else most_excited(look.top)

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= last):
            raise ValueError(f"a channel “{plain(text)}”; here they go from 0 to {last}")
        return int(text)

    picked = (st.session_state.get("wall") or {}).get("pick")
    if isinstance(picked, int) and 0 <= picked <= last:
        st.session_state["channel"] = picked
    context = f"{look.offer.key} {look.layer}"
    if sentence := follow("channel", read, default, context=context):
        told.info(sentence)
    channel: int = st.number_input(f"Channel (0 to {last})", 0, last, key="channel", width=170)
    write("channel", channel, default, context=context)
    return channel


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
    found = _memory(offer).results.get(f"filters {facts(model)[0]} {dark}", compose)
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
    task = _memory(offer).tasks.get(key, lambda: Task(len(pixels), steps()))
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

    nine: Nine = _memory(look.offer).results.get(f"nine {look.key} {channel}", make)
    return nine


def wall_patches(look: Look) -> Sheet:
    """Every channel's strongest patch."""
    from dlviz.figures.walls import as_pictures, wall_of

    def make() -> Sheet:
        pictures = as_pictures(look.pixels[look.top.indices[:, 0]])
        return sheet_of(wall_of(pictures, look.top, look.theme))

    sheet: Sheet = _memory(look.offer).results.get(f"wall {look.key}", make)
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

    memory, key = _memory(look.offer), f"projections {look.key}"
    task = memory.tasks.get(key, lambda: Task(count, steps()))
    pictures = run(task, key=key, things="channels")
    sheet: Sheet = memory.results.get(f"{key} {task.done}", lambda: sheet_of(pictures))
    return sheet


WALLS: dict[str, Callable[[Look], Sheet]] = {"patch": wall_patches, "projection": wall_projections}
