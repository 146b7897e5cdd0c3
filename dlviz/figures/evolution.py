"""Figure 4 as pictures and numbers: channels × snapshots, cut to what each strongest unit sees."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isnan
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.core.evolution import NOBODY, Evolution, boxes_of
from dlviz.core.projection import project_units
from dlviz.core.snapshots import Snapshot
from dlviz.figures.sheets import Sheet, sheet_of
from dlviz.figures.walls import OUTSIDE, as_pictures, cut, full_colour, signed_pictures

OWN, ROW = "own", "row"
SCALES = {OWN: "Own scales", ROW: "One a row"}


@dataclass(frozen=True, eq=False)
class Training:
    """Snapshots that were searched, their networks, and held-out accuracies where known."""

    snapshots: Sequence[Snapshot]
    models: Sequence[Classifier]
    accuracies: Sequence[float | None]


@dataclass(frozen=True, eq=False)
class Table:
    """What is drawn, a row for each of ``channels``, a column for each snapshot.

    ``patches`` and ``projections`` (None where they tell nothing): (rows·S)×h×w×3. ``originals``:
    every picture once, whole, ``numbers`` says which. ``places`` rows×S: the place of each cell's
    picture among them, ``NOBODY`` where nothing answers. ``boxes`` rows×S×4: what it sees of it.
    """

    channels: tuple[int, ...]
    patches: NDArray[np.uint8]
    projections: NDArray[np.uint8] | None
    originals: NDArray[np.uint8]
    numbers: tuple[int, ...]
    places: Tensor
    boxes: Tensor


def table_of(
    training: Training,
    pixels: Tensor,
    found: Evolution,
    *,
    layer: str,
    channels: Sequence[int],
    theme: str,
    scale: str = OWN,
    projected: bool = True,
) -> Table:
    """The pictures of some channels' evolution.

    pixels: uint8 M×C×H×W, those that were searched. ``scale``: full colour for each projection by
    itself, or one for the ``row`` of a channel.
    """
    units = torch.as_tensor(channels)
    indices, positions = found.indices[:, units].T, found.positions[:, units].transpose(0, 1)
    boxes = boxes_of(training.models[-1], layer, positions)
    silent = indices == NOBODY
    known, places = torch.unique(indices.clamp(min=0), return_inverse=True)
    originals = as_pictures(pixels[known])
    flat = boxes.flatten(0, 1).tolist()
    patches = cut(originals[places.flatten().numpy()], flat, outside=OUTSIDE[theme])
    patches[silent.flatten().numpy()] = OUTSIDE[theme]
    projections = None
    if projected:
        signals = _signals(training.models, pixels, units, found=found, layer=layer)
        whole = _coloured(signals, theme, scale)
        projections = cut(whole, flat, outside=OUTSIDE[theme])
        projections[silent.flatten().numpy()] = OUTSIDE[theme]
    return Table(
        tuple(channels),
        patches,
        projections,
        originals,
        tuple(known.tolist()),
        torch.where(silent, NOBODY, places),
        boxes,
    )


def _signals(
    models: Sequence[Classifier], pixels: Tensor, units: Tensor, *, found: Evolution, layer: str
) -> Tensor:
    """Projections, channels×S×C×H×W: a snapshot's own, each from its strongest unit."""
    made = []
    for model, indices, positions in zip(models, found.indices, found.positions, strict=True):
        images, places = to_unit(pixels[indices[units].clamp(min=0)]), positions[units]
        signal, _ = project_units(model, images, layer=layer, channels=units, places=places)
        made.append(signal)
    return torch.stack(made, dim=1)


def _coloured(signals: Tensor, theme: str, scale: str) -> NDArray[np.uint8]:
    """channels×S×C×H×W → (channels·S)×H×W×3."""
    groups = signals if scale == ROW else signals.flatten(0, 1)[:, None]
    shown = [signed_pictures(one, full_colour(one) or 1.0, theme) for one in groups]
    return np.concatenate(shown)


def scene(
    table: Table,
    training: Training,
    found: Evolution,
    *,
    titles: Sequence[str],
    name: str,
    file: str,
) -> dict[str, Any]:
    """What the browser draws. ``titles``: what each of ``table.originals`` shows.

    ``name`` stands above the saved table, ``file`` is how saved files begin.
    """
    units = list(table.channels)
    values = found.values[:, units].T.tolist()
    jumps = found.jumps[:, units].T.tolist()
    steps = [shot.step for shot in training.snapshots]
    pictures = {"patches": table.patches, "originals": table.originals}
    if table.projections is not None:
        pictures["projections"] = table.projections
    return {
        "channels": units,
        "steps": [
            {"step": shot.step, "epoch": round(shot.epoch, 2), "accuracy": accuracy}
            for shot, accuracy in zip(training.snapshots, training.accuracies, strict=True)
        ],
        "values": [[float(f"{value:.3g}") for value in row] for row in values],
        "jumps": jumps,
        "places": table.places.tolist(),
        "boxes": table.boxes.tolist(),
        "titles": list(titles),
        "sentences": [channel_sentence(found, steps, unit) for unit in units],
        "sheets": {name: _packed(sheet_of(one)) for name, one in pictures.items()},
        "name": name,
        "file": file,
    }


def _packed(sheet: Sheet) -> dict[str, Any]:
    return {
        "png": base64.b64encode(sheet.png).decode(),
        "across": sheet.across,
        "width": sheet.width,
        "height": sheet.height,
    }


def channel_sentence(found: Evolution, steps: Sequence[int], channel: int) -> str:
    """How often a channel's strongest picture changed, and when last."""
    jumps = int(found.jumps[:, channel].sum())
    if int(found.indices[-1, channel]) == NOBODY:
        return f"Channel {channel}: in the end no picture excites it."
    if not jumps:
        return f"Channel {channel}: the strongest picture is the same at every snapshot."
    times = "once" if jumps == 1 else f"{jumps} times"
    last = steps[int(found.last_jumps[channel])]
    return f"Channel {channel}: the strongest picture changed {times}, last at step {last}."


def settling_sentence(
    layers: Sequence[tuple[str, Evolution]], steps: Sequence[int], here: str
) -> str:
    """When the channels of each layer had their final picture: the one before the last snapshot.

    ``layers``: (words, Evolution), in the network's order; ``here`` is the one looked at.
    """
    if len(steps) < 3:
        return ""
    shares = [(words, float(found.settled[-2])) for words, found in layers]
    told = [(words, share) for words, share in shares if not isnan(share)]
    if not told:
        return ""
    parts = ", ".join(
        f"**{words} {share:.0%}**" if words == here else f"{words} {share:.0%}"
        for words, share in told
    ).replace("%", " %")
    return (
        f"Channels that had their final picture by step {steps[-2]} of {steps[-1]} already: "
        f"{parts}{_order([share for _, share in told])}"
    )


def _order(shares: Sequence[float]) -> str:
    """What the shares say of low and high layers, where they say it."""
    if len(shares) < 2:
        return "."
    falling = all(one >= other for one, other in pairwise(shares))
    if falling and shares[0] > shares[-1]:
        return ": lower layers settle first."
    if shares[0] > shares[-1]:
        return "; the lowest layer has settled more than the highest."
    return "; lower layers do not settle first here."
