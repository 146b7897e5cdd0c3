"""A run's snapshots, one at a time: the weights that look at pixels, on one scale for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor

from dlviz.core.snapshots import Snapshot
from dlviz.figures.colours import Colours
from dlviz.figures.compose import WHITE
from dlviz.figures.filters import filter_wall, reach, scale_in_words

MOST = 64  # weights of one unit are a picture; so many of them still fill a column of the page


@dataclass(frozen=True, eq=False)
class SnapshotWall:
    """``picture``: uint8 H×W×3; ``words``: what it shows and on which scale."""

    picture: Colours
    words: str


def pixel_weights(snapshot: Snapshot) -> Tensor | None:
    """The first layer's weights as N×C×h×w, a picture for each filter or unit.

    A fully connected layer that sees the pixels themselves has the picture's own size. None where
    the first weights are neither.
    """
    channels = snapshot.facts.shape[0]
    first = next((value for value in snapshot.weights.values() if value.ndim > 1), None)
    if first is None:
        return None
    if first.ndim == 2 and first.shape[1] == prod(snapshot.facts.shape):
        return first.view(-1, *snapshot.facts.shape)
    return first if first.ndim == 4 and first.shape[1] == channels else None


def shared_limit(snapshots: Sequence[Snapshot]) -> float | None:
    """The weight that has full colour, the same at every step: so growth is seen.

    None where there is nothing to be shown.
    """
    every = [weights for item in snapshots if (weights := pixel_weights(item)) is not None]
    limits = [reach(weights) for weights in every if torch.isfinite(weights).all()]
    return max(limits, default=None)


def snapshot_wall(
    snapshot: Snapshot,
    limit: float,
    *,
    theme: str = "light",
    background: tuple[int, int, int] = WHITE,
) -> SnapshotWall:
    """The first ``MOST`` filters of one snapshot, full colour at ±``limit``.

    Raises ValueError with one sentence where there are none or where they are not finite.
    """
    weights = pixel_weights(snapshot)
    if weights is None:
        raise ValueError("This network's first weights do not look at pixels.")
    wall = filter_wall(weights[:MOST], theme=theme, background=background, limit=limit)
    of = f" (of {len(weights)})" if len(weights) > MOST else ""
    dense = wall.size == snapshot.facts.shape[1:]
    what = "units, the weights of each as a picture" if dense else "filters of the first layer"
    return SnapshotWall(
        wall.picture,
        f"{wall.count}{of} {what}; one scale for all steps: {scale_in_words(limit, wall.colour)}.",
    )
