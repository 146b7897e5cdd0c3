"""Every layer's maps for one picture, as bytes that a browser colours, and in words."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from math import ceil, sqrt
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.core.probe import activations
from dlviz.core.receptive import ReceptiveField, receptive_fields
from dlviz.core.words import grouped
from dlviz.figures.compose import tile
from dlviz.figures.layer_names import map_layers
from dlviz.figures.walls import as_pictures
from dlviz.io.png import png_bytes

Floats = NDArray[np.float32]
FULL = 0.995  # of a layer's numbers that are not 0 lie within full colour
SIDES = (64, 56, 48, 32, 28, 24, 16, 14, 8, 7)
MOST_BYTES = 4_000_000  # of one picture's maps in a message to the browser
DIGITS = 4


@dataclass(frozen=True, eq=False)
class LayerMaps:
    """One layer's answer to one picture: ``maps`` count×height×width.

    ``signed``: some numbers are negative. ``limit``: the number of full colour, on one scale for
    the layer. ``field`` is None where receptive fields cannot be followed: ``refused`` says why.
    """

    name: str
    title: str
    maps: Floats
    signed: bool
    limit: float
    field: ReceptiveField | None
    refused: str = ""

    @property
    def words(self) -> str:
        """ "conv 2 (after ReLU): 96 maps of 14×14, 62 % of the numbers are 0"."""
        count, height, width = self.maps.shape
        head = f"{self.title}: {grouped(count)} map{'s' * (count > 1)} of {height}×{width}"
        if self.signed:
            return f"{head}, {_percent(self.maps < 0)} of the numbers are negative"
        return f"{head}, {_percent(self.maps == 0)} of the numbers are 0"

    @property
    def peaks(self) -> list[tuple[float, int, int]]:
        """Of each map the largest number, and its row and column, the first of equals."""
        flat = self.maps.reshape(len(self.maps), -1)
        places = flat.argmax(axis=1)
        width = self.maps.shape[2]
        largest = flat[np.arange(len(flat)), places]
        return [
            (_short(value), int(place) // width, int(place) % width)
            for value, place in zip(largest, places, strict=True)
        ]

    @property
    def strongest(self) -> int:
        """The map with the largest number of all, the first of equals."""
        return int(self.maps.reshape(len(self.maps), -1).max(axis=1).argmax())


def layer_maps(model: Classifier, pixels: Tensor) -> list[LayerMaps]:
    """What every layer of ``model.layers`` answers to one picture, uint8 C×H×W; one pass.

    Raises ValueError with one sentence for a network without maps, or whose numbers are not
    finite.
    """
    titles = map_layers(model)
    if not titles:
        raise ValueError(
            "This network has no feature maps: its layers mix all pixels into vectors at once."
        )
    with torch.no_grad():
        answers = activations(model, to_unit(pixels[None]), list(titles))
    fields, refused = receptive_fields(model, list(titles), *pixels.shape[1:])
    found = []
    for name, title in titles.items():
        answer = answers[name][0]
        if answer.ndim != 3:
            continue
        maps = answer.float().numpy()
        if not np.isfinite(maps).all():
            raise ValueError(f"The maps of {title} are not finite: this training went wrong.")
        field, signed = fields.get(name), bool((maps < 0).any())
        reason = "" if field else refused
        found.append(LayerMaps(name, title, maps, signed, _limit(maps), field, reason))
    return found


def first_look(layers: list[LayerMaps]) -> int:
    """Which layer to open with: the first behind a ReLU; else the first."""
    return next((index for index, layer in enumerate(layers) if not layer.signed), 0)


def _limit(maps: Floats) -> float:
    """Full colour: beyond nearly all numbers, so that one extreme number does not grey the rest."""
    sizes = np.abs(maps[maps != 0]).astype(np.float64)
    return _short(np.quantile(sizes, FULL)) if len(sizes) else 1.0


def _short(value: Any) -> float:
    """As many digits as the browser shows."""
    return float(f"{float(value):.{DIGITS}g}")


def _percent(which: NDArray[np.bool_]) -> str:
    share = 100 * float(which.mean())
    if 0 < share < 1 or 99 < share < 100:
        return f"{share:.1f} %" if 0.1 <= share <= 99.9 else ("<0.1 %" if share < 1 else ">99.9 %")
    return f"{share:.0f} %"


# -- for the browser ------------------------------------------------------------------------------


def maps_data(layers: list[LayerMaps], pixels: Tensor, file: str) -> dict[str, Any]:
    """All that the component ``maps`` draws: the picture and every layer's maps, as JSON.

    Each map is on a scale of its own in one byte a number (``own``: what the extreme bytes mean),
    so that weak maps keep their shapes when they are shown alone; the browser puts all of a
    layer on one scale. Maps larger than the bytes allow are reduced (``step``).
    """
    most = _largest_side(layers)
    return {
        "picture": _text(png_bytes(as_pictures(pixels[None])[0])),
        "height": pixels.shape[1],
        "width": pixels.shape[2],
        "layers": [_layer_data(layer, most) for layer in layers],
        "first": first_look(layers),
        "file": file,
    }


def _largest_side(layers: list[LayerMaps]) -> int:
    """How large maps may be drawn at most, so that all of them fit into a message."""
    for side in SIDES:
        total = 0
        for layer in layers:
            count, height, width = layer.maps.shape
            step = _step(height, width, side)
            total += count * ceil(height / step) * ceil(width / step)
        if total <= MOST_BYTES:
            return side
    return SIDES[-1]


def _step(height: int, width: int, side: int) -> int:
    return ceil(max(height, width) / side)


def _layer_data(layer: LayerMaps, side: int) -> dict[str, Any]:
    count, height, width = layer.maps.shape
    step = _step(height, width, side)
    small = reduced(layer.maps, step)
    own, coded = as_bytes(small, signed=layer.signed)
    across = ceil(sqrt(count))
    field = layer.field
    return {
        "name": layer.name,
        "title": layer.title,
        "words": layer.words,
        "count": count,
        "height": height,
        "width": width,
        "step": step,
        "across": across,
        "cell": list(small.shape[1:]),
        "sheet": _text(_sheet(coded, across)),
        "signed": layer.signed,
        "limit": layer.limit,
        "own": own,
        "peaks": layer.peaks,
        "rows": field.rows.tolist() if field else None,
        "columns": field.columns.tolist() if field else None,
        "centres": field.centres if field else None,
        "refused": layer.refused,
    }


def reduced(maps: Floats, step: int) -> Floats:
    """Of each ``step``×``step`` block of a map the number that is farthest from 0."""
    if step == 1:
        return maps
    count, height, width = maps.shape
    down, across = ceil(height / step), ceil(width / step)
    padded = np.zeros((count, down * step, across * step), maps.dtype)
    padded[:, :height, :width] = maps
    blocks = padded.reshape(count, down, step, across, step).transpose(0, 1, 3, 2, 4)
    blocks = blocks.reshape(count, down, across, step * step)
    farthest = np.abs(blocks).argmax(axis=-1)[..., None]
    return np.take_along_axis(blocks, farthest, axis=-1)[..., 0]


def as_bytes(maps: Floats, *, signed: bool) -> tuple[list[float], NDArray[np.uint8]]:
    """(of each map the largest |number|, its numbers as bytes).

    Signed: 128 is 0 and 1 and 255 are ∓ the largest; else 0 is 0 and 255 the largest.
    """
    own = [_short(size) for size in np.abs(maps).max(axis=(1, 2), initial=0.0)]
    reach = np.array([size or 1.0 for size in own], np.float64)[:, None, None]
    shares = np.clip(maps / reach, -1.0, 1.0)
    coded = np.rint(shares * 127) + 128 if signed else np.rint(shares * 255)
    return own, coded.astype(np.uint8)


def _sheet(coded: NDArray[np.uint8], across: int) -> bytes:
    """All maps beside each other without gaps, as a grey PNG: exact, and small where it is 0."""
    three = np.broadcast_to(coded[..., None], (*coded.shape, 3))
    grey = tile(three, across, pad=0)[..., 0]
    buffer = BytesIO()
    Image.fromarray(np.ascontiguousarray(grey)).save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


# -- show the code --------------------------------------------------------------------------------

_LOAD = """\
from dlviz.io.models import load_model

model = load_model("{model}")"""
_LOAD_OWN = """\
from pathlib import Path

from dlviz.io.checkpoints import read_checkpoint

# Download the model from your shelf first (Training page).
model = read_checkpoint(Path("{model}.safetensors").read_bytes())[-1].classifier"""
LOADS: Mapping[bool, str] = {False: _LOAD, True: _LOAD_OWN}


def code(model: str, source: str, *, own: bool = False) -> str:
    """A program that prints every layer's maps in numbers and runs as it stands in the project.

    ``source``: lines that set ``pixels``, uint8 C×H×W. ``own``: the model is no registered one,
    but a file that the visitor downloads first.
    """
    return f"""\
import torch

from dlviz.core.data import to_unit
from dlviz.core.probe import activations
from dlviz.core.receptive import receptive_field
{LOADS[own].format(model=model)}
{source}

# One pass through the network; every layer's answer is kept.
with torch.no_grad():
    answers = activations(model, to_unit(pixels[None]), model.layers)
for name, answer in answers.items():
    maps = answer[0]  # count × height × width
    largest, place = maps.flatten(1).max(dim=1)
    best = int(largest.argmax())
    row, column = divmod(int(place[best]), maps.shape[2])
    sees = receptive_field(model, name, *pixels.shape[1:]).box(row, column)
    zeros = float((maps == 0).float().mean())
    print(f"{{name}}: {{tuple(maps.shape)}}, {{zeros:.0%}} zeros,", end=" ")
    print(f"strongest map {{best}}, sees {{sees}}")
"""
