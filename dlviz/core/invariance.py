"""Figure 5: how far do a picture's features move when it is shifted, enlarged or turned?

Features are compared by the Euclidean distance between a layer's answers to the picture as it is
and to the changed one. Layers have answers of different sizes, so ``Moved.apart`` says how far two
different pictures are apart there: a distance of that size is "like another picture".
Source: Zeiler and Fergus (2014), section 4 and figure 5, arXiv:1311.2901.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import torch
from torch import Tensor, nn

from dlviz.core.occlusion import batch_size
from dlviz.core.probe import watch

SHIFT, SCALE, TURN = "shift", "scale", "turn"
EDGE, GREY = "edge", "grey"
FILLS = (EDGE, GREY)
SAME = {SHIFT: 0.0, SCALE: 1.0, TURN: 0.0}  # the value that changes nothing
KINDS = tuple(SAME)
_GREY_LEVEL = 0.5
_SMALL = 64  # pixels: turning a larger picture is measured at every other place only


@dataclass(frozen=True, eq=False)
class Moved:
    """What a change does to the features and answers of N pictures, at each of P ``values``.

    ``distances``: by layer, N×P, Euclidean. ``apart``: by layer, the mean distance between two of
    the N pictures as they are. ``probability`` N×P of each picture's own class; ``label`` (int64)
    the most probable class and ``confidence`` its probability. ``known`` P: which values have been
    measured; elsewhere the numbers are 0.
    """

    kind: str
    values: tuple[float, ...]
    distances: dict[str, Tensor]
    apart: dict[str, float]
    probability: Tensor
    label: Tensor
    confidence: Tensor
    known: Tensor

    def relative(self, layer: str) -> Tensor:
        """Distances N×P in units of ``apart``: 1 is as far as another picture."""
        return self.distances[layer] / (self.apart[layer] or 1.0)


def values_of(kind: str, side: int) -> tuple[float, ...]:
    """Where a change is measured on pictures of ``side`` pixels, ascending.

    Shifts in whole pixels, down is positive, up to a quarter of the picture; scale from 1 to 1.8,
    as in the paper; a whole turn in degrees, counter-clockwise.
    """
    if kind == SHIFT:
        step = max(1, round(side / 64))
        most = side // 4 // step
        return tuple(float(step * place) for place in range(-most, most + 1))
    if kind == SCALE:
        return tuple(round(1 + 0.05 * place, 2) for place in range(17))
    step = 5 if side <= _SMALL else 10
    return tuple(float(angle) for angle in range(0, 361, step))


def changed(images: Tensor, kind: str, value: float, *, fill: str = EDGE) -> Tensor:
    """The pictures N×C×H×W, shifted down, enlarged about the middle or turned by ``value``.

    Between pixels it is interpolated linearly. What comes in from outside is the nearest ``EDGE``
    pixel, or ``GREY``. Raises ValueError for an unknown kind or fill.
    """
    if kind not in SAME or fill not in FILLS:
        raise ValueError(f"Known changes are {', '.join(KINDS)}; fills are {', '.join(FILLS)}.")
    rows, columns = _sources(kind, value, *images.shape[-2:])
    if fill == EDGE:
        rows = rows.clamp(0, images.shape[-2] - 1)
        columns = columns.clamp(0, images.shape[-1] - 1)
    above, left = rows.floor(), columns.floor()
    down, across = (rows - above).to(images.dtype), (columns - left).to(images.dtype)
    total = torch.zeros_like(images)
    for row, tall in ((above, 1 - down), (above + 1, down)):
        for column, wide in ((left, 1 - across), (left + 1, across)):
            total += tall * wide * _taken(images, row.long(), column.long(), fill)
    return total


def _sources(kind: str, value: float, height: int, width: int) -> tuple[Tensor, Tensor]:
    """For every pixel of the changed picture, the row and the column that it comes from."""
    middle, centre = (height - 1) / 2, (width - 1) / 2
    y = torch.arange(height, dtype=torch.float64)[:, None].expand(height, width) - middle
    x = torch.arange(width, dtype=torch.float64)[None].expand(height, width) - centre
    if kind == SHIFT:
        return y + middle - value, x + centre
    if kind == SCALE:
        return y / value + middle, x / value + centre
    cosine, sine = _exact(math.cos(math.radians(value))), _exact(math.sin(math.radians(value)))
    return x * sine + y * cosine + middle, x * cosine - y * sine + centre


def _exact(number: float) -> float:
    """A cosine of 90° is 0, not 6·10⁻¹⁷: a quarter turn then only reorders pixels."""
    whole = round(number)
    return float(whole) if abs(number - whole) < 1e-12 else number


def _taken(images: Tensor, rows: Tensor, columns: Tensor, fill: str) -> Tensor:
    height, width = images.shape[-2:]
    pixels = images[..., rows.clamp(0, height - 1), columns.clamp(0, width - 1)]
    if fill == EDGE:
        return pixels
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    return torch.where(inside, pixels, _GREY_LEVEL)


def measure(
    model: nn.Module,
    images: Tensor,
    targets: Sequence[int],
    kind: str,
    layers: Sequence[str],
    *,
    fill: str = EDGE,
) -> Moved:
    """All values of a change at once; arguments and errors are those of ``stream``."""
    for _, found in stream(model, images, targets, kind, layers, fill=fill):
        last = found
    return last


def stream(
    model: nn.Module,
    images: Tensor,
    targets: Sequence[int],
    kind: str,
    layers: Sequence[str],
    *,
    fill: str = EDGE,
) -> Iterator[tuple[int, Moved]]:
    """(how many values have been measured, what is known) batch after batch, small changes first.

    images: at least two, N×C×H×W in [0, 1]; ``targets`` is the class of each. The model stays as
    it is. Raises ValueError for an unknown layer, kind or fill, and for answers that are not
    finite.
    """
    count = len(images)
    if count < 2 or len(targets) != count:
        raise ValueError("At least two pictures, and a class for each of them.")
    values = values_of(kind, images.shape[-2])
    before, _ = _seen(model, images, layers)
    order = sorted(range(len(values)), key=lambda place: abs(values[place] - SAME[kind]))
    found = _blank(kind, values, before)
    chosen = torch.tensor(list(targets))
    each = max(1, batch_size(images[0]) // count)
    for start in range(0, len(order), each):
        places = order[start : start + each]
        batch = torch.cat([changed(images, kind, values[place], fill=fill) for place in places])
        features, chances = _seen(model, batch, layers, before)
        for layer in layers:
            found.distances[layer][:, places] = features[layer].view(len(places), count).T
        by_value = chances.view(len(places), count, -1)
        best = by_value.max(dim=2)
        found.probability[:, places] = by_value[:, range(count), chosen].T
        found.label[:, places], found.confidence[:, places] = best.indices.T, best.values.T
        found.known[places] = True
        yield start + len(places), found


@torch.no_grad()
def _seen(
    model: nn.Module, images: Tensor, layers: Sequence[str], before: dict[str, Tensor] | None = None
) -> tuple[dict[str, Tensor], Tensor]:
    """Features by layer, or their distances to those of ``before``; and the probabilities."""
    kept: dict[str, Tensor] = {}

    def see(layer: str, output: Tensor) -> None:
        flat = output.flatten(1)
        if before is None:
            kept[layer] = flat.clone()
            return
        still = before[layer]
        gaps = flat.view(-1, *still.shape) - still
        kept[layer] = gaps.norm(dim=2).flatten()

    logits = watch(model, images, layers, see, stop=False)
    assert logits is not None
    if not all(torch.isfinite(part).all() for part in (*kept.values(), logits)):
        raise ValueError("This network's numbers are not finite, so nothing can be compared.")
    return kept, torch.softmax(logits, dim=1)


def _blank(kind: str, values: tuple[float, ...], before: dict[str, Tensor]) -> Moved:
    count = len(next(iter(before.values())))
    shape = (count, len(values))
    return Moved(
        kind,
        values,
        {layer: torch.zeros(shape) for layer in before},
        {layer: mean_distance(features) for layer, features in before.items()},
        torch.zeros(shape),
        torch.zeros(shape, dtype=torch.int64),
        torch.zeros(shape),
        torch.zeros(len(values), dtype=torch.bool),
    )


def mean_distance(features: Tensor) -> float:
    """The mean Euclidean distance between two of N rows; N ≥ 2."""
    pairs = combinations(features, 2)
    return float(torch.stack([(one - other).norm() for one, other in pairs]).mean())
