"""Figure 8, table 1: does a network relate the same part in different pictures?

The same part is covered in each of N pictures, and ε is by how much each feature of a layer
changes. If the net knows the part as one thing, ε points the same way in all of them: Δ, the mean
share of features whose ε has another sign in one picture than in another, is lower than where
random places are covered.

It is lower, too, where one random place is covered, the same in all pictures: features know where
they look, and parts lie at similar places. So that is measured beside the paper's comparison: only
below it does Δ speak of the part.

ε = 0 is a sign of its own: it agrees with 0 and with nothing else. What rounding leaves, less than
``ROUNDING`` of the layer's largest number, is 0. ``Spread.without_zeros`` shows whether that rule
matters. Source: Zeiler and Fergus (2014), section 4.3 and table 1, arXiv:1311.2901.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean, stdev

import torch
from torch import Tensor, nn

from dlviz.core.occlusion import batch_size
from dlviz.core.probe import activations

Box = tuple[int, int, int, int]  # x0, y0, x1, y1, half-open, in pixels
GREY = 0.5
ROUNDING = 1e-6
DRAWS = 10
FEWEST, MOST = 2, 5  # pictures


@dataclass(frozen=True)
class Spread:
    """Δ over ``pairs`` pairs of pictures: mean and standard deviation (n − 1; 0 for one pair).

    ``without_zeros``: the mean share among features where neither sign is 0. ``zeros``: the share
    of signs that are 0.
    """

    mean: float
    deviation: float
    pairs: int
    without_zeros: float
    zeros: float


@dataclass(frozen=True)
class Comparison:
    """Δ for the same part, and for places of the same sizes, over all pairs of all draws.

    ``random``: each picture's own random place. ``place``: one random place for all of them.
    """

    part: Spread
    random: Spread
    place: Spread


Found = dict[str, dict[str, Comparison]]  # part → layer → comparison


def covered(images: Tensor, boxes: Sequence[Box], *, fill: float = GREY) -> Tensor:
    """A copy of the pictures N×C×H×W with each one's box filled.

    Raises ValueError for a box that is empty or not inside its picture.
    """
    if len(boxes) != len(images):
        raise ValueError("One box for each picture.")
    height, width = images.shape[-2:]
    whole = images.clone()
    for picture, (x0, y0, x1, y1) in zip(whole, boxes, strict=True):
        if not (0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height):
            raise ValueError(f"A box must lie inside the picture of {width}×{height} pixels.")
        picture[:, y0:y1, x0:x1] = fill
    return whole


def random_boxes(
    boxes: Sequence[Box], height: int, width: int, generator: torch.Generator
) -> list[Box]:
    """Boxes of the same sizes anywhere in the picture, every place equally likely."""
    found = []
    for x0, y0, x1, y1 in boxes:
        wide, tall = x1 - x0, y1 - y0
        left = int(torch.randint(width - wide + 1, (1,), generator=generator))
        top = int(torch.randint(height - tall + 1, (1,), generator=generator))
        found.append((left, top, left + wide, top + tall))
    return found


def coverings(parts: int, draws: int = DRAWS) -> int:
    """How often all pictures are covered to measure so many parts."""
    return parts * (1 + 2 * draws)


def same_place(
    boxes: Sequence[Box], height: int, width: int, generator: torch.Generator
) -> list[Box]:
    """Boxes of the same sizes at one random place: as far across and down in every picture.

    Sizes differ, so the place is a share of the way that each box can go.
    """
    across, down = torch.rand(2, generator=generator).tolist()
    found = []
    for x0, y0, x1, y1 in boxes:
        wide, tall = x1 - x0, y1 - y0
        left, top = round(across * (width - wide)), round(down * (height - tall))
        found.append((left, top, left + wide, top + tall))
    return found


def signs_of(before: Tensor, after: Tensor) -> Tensor:
    """The signs of ``before`` − ``after``, int8 N×D from N×…; rounding counts as 0."""
    change = (before - after).flatten(1)
    least = ROUNDING * float(before.abs().max())
    return torch.sign(change).where(change.abs() > least, 0).to(torch.int8)


def spread_of(groups: Sequence[Tensor]) -> Spread:
    """Δ over all pairs within each group of signs, N×D each."""
    shares, without = [], []
    for signs in groups:
        for one, other in combinations(signs, 2):
            differ = one != other
            shares.append(float(differ.float().mean()))
            moved = (one != 0) & (other != 0)
            if bool(moved.any()):
                without.append(float(differ[moved].float().mean()))
    zeros = fmean(float((signs == 0).float().mean()) for signs in groups)
    deviation = stdev(shares) if len(shares) > 1 else 0.0
    return Spread(fmean(shares), deviation, len(shares), fmean(without or [0.0]), zeros)


def correspondence(
    model: nn.Module,
    images: Tensor,
    parts: Mapping[str, Sequence[Box]],
    layers: Sequence[str],
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Found:
    """Δ for every part and layer; arguments and errors are those of ``stream``."""
    for _, found in stream(model, images, parts, layers, draws=draws, seed=seed):
        last = found
    return last


def stream(
    model: nn.Module,
    images: Tensor,
    parts: Mapping[str, Sequence[Box]],
    layers: Sequence[str],
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Iterator[tuple[int, Found]]:
    """(how many coverings are done, of ``coverings``; the parts that are) after every batch.

    images: two to five, N×C×H×W in [0, 1]; ``parts``: name → the part's box in each of them.
    Every part is compared with ``draws`` draws of either kind, the same for the same seed. The
    model stays as it is. Raises ValueError for other numbers of pictures, boxes outside them,
    an unknown layer and answers that are not finite.
    """
    if not FEWEST <= len(images) <= MOST or not parts or draws < 1:
        raise ValueError(f"From {FEWEST} to {MOST} pictures, with a part and a draw at least.")
    before = _features(model, images, layers)
    found: Found = {}
    each, done = max(1, batch_size(images[0]) // len(images)), 0
    for number, (part, boxes) in enumerate(parts.items()):
        # Each part's places have a seed of their own: they do not hang on what else is asked.
        generator = torch.Generator().manual_seed(1000 * seed + number)
        size = int(images.shape[-2]), int(images.shape[-1])
        places = [list(boxes)]
        for draw in (random_boxes, same_place):
            places += [draw(boxes, *size, generator) for _ in range(draws)]
        signs: dict[str, list[Tensor]] = {layer: [] for layer in layers}
        for start in range(0, len(places), each):
            some = places[start : start + each]
            after = _features(model, torch.cat([covered(images, one) for one in some]), layers)
            for layer in layers:
                answers = after[layer]
                for answer in answers.view(len(some), len(images), *answers.shape[1:]):
                    signs[layer].append(signs_of(before[layer], answer))
            done += len(some)
            if start + each < len(places):
                yield done, dict(found)
        found[part] = {
            layer: Comparison(
                spread_of(kept[:1]), spread_of(kept[1 : draws + 1]), spread_of(kept[draws + 1 :])
            )
            for layer, kept in signs.items()
        }
        yield done, dict(found)


@torch.no_grad()
def _features(model: nn.Module, images: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
    found = activations(model, images, layers)
    if not all(bool(torch.isfinite(answer).all()) for answer in found.values()):
        raise ValueError("This network's numbers are not finite, so nothing can be compared.")
    return found
