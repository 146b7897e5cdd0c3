"""The full sweep of figure 7: all that a network answers to a picture covered place after place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from dlviz.core.classifier import Classifier
from dlviz.core.folding import folded
from dlviz.core.occlusion import (
    Corner,
    Cover,
    batch_size,
    check_whole,
    checked,
    covered,
)
from dlviz.core.probe import activations, check_layer

STEPS = (4, 2, 1)  # every fourth place first, then every second, then all
MOST_PLACES = 10_000


@dataclass(frozen=True)
class Map:
    """One channel of a layer, whose activity is watched."""

    layer: str
    channel: int


@dataclass(frozen=True, eq=False)
class Answers:
    """What the net answers to N covered pictures.

    ``probability`` of the target class; ``label`` (int64) the most probable class and
    ``confidence`` its probability; ``activity`` the total of the watched map's positive values
    (all 0 where none is watched).
    """

    probability: Tensor
    label: Tensor
    confidence: Tensor
    activity: Tensor


@dataclass(frozen=True, eq=False)
class Sweep:
    """Answers by place, each rows×columns: entry (i, j) with the corner at (i·stride, j·stride).

    What is not ``known`` yet has the value of the nearest place that is. ``uncovered``: the
    answer (each of length 1) to the picture as it is.
    """

    cover: Cover
    uncovered: Answers
    answers: Answers
    known: Tensor

    @property
    def done(self) -> int:
        """How many places have been measured."""
        return int(self.known.sum())

    def at(self, corner: Corner) -> Answers | None:
        """The answer (each of length 1) with the corner at this pixel, if it has been measured."""
        (i, down), (j, across) = (divmod(one, self.cover.stride) for one in corner)
        rows, columns = self.known.shape
        if down or across or i >= rows or j >= columns or not self.known[i, j]:
            return None
        return Answers(**{name: value[i, j].view(1) for name, value in vars(self.answers).items()})

    @property
    def worst(self) -> Corner:
        """(row, column) in the maps where the target's probability is lowest; of equals the first.

        Only measured places count.
        """
        value = self.answers.probability.masked_fill(~self.known, torch.inf)
        place = int(value.argmin())
        return divmod(place, value.shape[1])


@torch.no_grad()
def strongest_map(model: nn.Module, image: Tensor, layer: str) -> Map:
    """The map of ``layer`` whose positive values have the largest total for this picture.

    image: C×H×W. Raises ValueError for an unknown layer, one without maps, or one that is not
    finite.
    """
    maps = activations(model, checked(image)[None], [layer])[layer]
    return Map(layer, int(_totals(maps, layer)[0].argmax()))


def answers_to(
    model: nn.Module, images: Tensor, *, target: int, watched: Map | None = None
) -> Answers:
    """What the net answers to ``images`` N×C×H×W. Raises ValueError as ``stream_sweep`` does."""
    with _watching(model, watched) as (twin, seen):
        return _answers(twin, seen, images, target)


def places(cover: Cover, height: int, width: int) -> list[list[tuple[int, int]]]:
    """The entries (i, j) of the maps in the order of the sweep: a list for each of ``STEPS``."""
    rows, columns = (len(axis) for axis in cover.places(height, width))
    stages: list[list[tuple[int, int]]] = []
    seen: set[tuple[int, int]] = set()
    for step in STEPS:
        grid = [(i, j) for i in range(0, rows, step) for j in range(0, columns, step)]
        stages.append([place for place in grid if place not in seen])
        seen.update(grid)
    return stages


def stream_sweep(
    model: nn.Module,
    image: Tensor,
    cover: Cover,
    *,
    target: int,
    watched: Map | None = None,
) -> Iterator[Sweep]:
    """Cover the picture place after place, the coarse grid first; the sweep after every batch.

    image: C×H×W in [0, 1]. The first sweep yielded has no place yet, only ``uncovered``. A batch
    never holds places of two stages of ``places``. The net is not touched.

    Raises ValueError in one sentence for a cover, target or map that makes no sense, for more
    than 10 000 places, and for a net whose answers are not finite.
    Source: Zeiler and Fergus (2014), section 4.2 and figure 7, arXiv:1311.2901.
    """
    picture = checked(image).detach()
    cover.check(picture)
    rows, columns = cover.places(*picture.shape[1:])
    if len(rows) * len(columns) > MOST_PLACES:
        raise ValueError(f"At most {MOST_PLACES:,} places are measured: take a larger stride.")
    with _watching(model, watched) as (twin, seen):
        uncovered = _answers(twin, seen, picture[None], target)
        sheet = _Sheet(cover, uncovered, (len(rows), len(columns)))
        yield sheet.sweep()
        many = batch_size(picture)
        for stage in places(cover, *picture.shape[1:]):
            for start in range(0, len(stage), many):
                part = stage[start : start + many]
                corners = [(rows[i], columns[j]) for i, j in part]
                copies = covered(picture, cover, corners)
                sheet.write(part, _answers(twin, seen, copies, target))
                yield sheet.sweep()


def sweep(
    model: nn.Module,
    image: Tensor,
    cover: Cover,
    *,
    target: int,
    watched: Map | None = None,
) -> Sweep:
    """The finished sweep of ``stream_sweep``."""
    for last in stream_sweep(model, image, cover, target=target, watched=watched):
        found = last
    return found


class _Sheet:
    """The maps while they are measured."""

    def __init__(self, cover: Cover, uncovered: Answers, shape: tuple[int, int]) -> None:
        self._cover, self._uncovered = cover, uncovered
        self._known = torch.zeros(shape, dtype=torch.bool)
        self._maps = {
            name: value.cpu().expand(shape).clone() for name, value in vars(uncovered).items()
        }

    def write(self, part: Sequence[tuple[int, int]], answers: Answers) -> None:
        rows, columns = torch.tensor(part).T
        for name, value in vars(answers).items():
            self._maps[name][rows, columns] = value.cpu()
        self._known[rows, columns] = True

    def sweep(self) -> Sweep:
        nearest = _nearest_known(self._known)
        filled = {name: value.flatten()[nearest] for name, value in self._maps.items()}
        return Sweep(self._cover, self._uncovered, Answers(**filled), self._known.clone())


def _nearest_known(known: Tensor) -> Tensor:
    """For every place the flat number of the nearest coarser place that is known, or itself."""
    rows, columns = known.shape
    found = torch.arange(rows * columns).view(rows, columns)
    for step in STEPS:
        down, across = (
            ((torch.arange(length) + step // 2) // step * step).clamp(
                max=(length - 1) // step * step
            )
            for length in (rows, columns)
        )
        here = down[:, None] * columns + across
        found = torch.where(known.flatten()[here], here, found)
    return found


@contextmanager
def _watching(
    model: nn.Module, watched: Map | None
) -> Iterator[tuple[nn.Module, dict[str, Tensor]]]:
    """A shadow of the model, and where it puts the watched map's activity at every call."""
    path = ("module." if isinstance(model, Classifier) else "") + (watched.layer if watched else "")
    twin, seen = folded(model, keep=[path]), dict[str, Tensor]()
    if watched is not None:
        check_layer(model, watched.layer)
        layer, channel = watched.layer, watched.channel

        def see(_module: nn.Module, _inputs: Any, output: Any) -> None:
            if layer in seen:  # a layer that runs several times counts the first time
                return
            totals = _totals(output, layer)
            check_whole(channel, "channel", 0, totals.shape[1] - 1)
            seen[layer] = totals[:, channel]

        twin.get_submodule(path).register_forward_hook(see)
    yield twin, seen


@torch.no_grad()
def _answers(twin: nn.Module, seen: dict[str, Tensor], images: Tensor, target: int) -> Answers:
    seen.clear()
    logits = twin(images)
    check_whole(target, "target", 0, logits.shape[1] - 1)
    if not torch.isfinite(logits).all():
        raise ValueError("This network's answers are not finite: its training went wrong.")
    probabilities = torch.softmax(logits, dim=1)
    confidence, label = probabilities.max(dim=1)
    activity = next(iter(seen.values()), torch.zeros_like(confidence))
    return Answers(probabilities[:, target], label, confidence, activity)


def _totals(maps: Tensor, layer: str) -> Tensor:
    """The total of each map's positive values, N×channels."""
    if not isinstance(maps, Tensor) or maps.ndim != 4:
        raise ValueError(f"Layer {layer!r} has no feature maps.")
    totals = maps.clamp(min=0).flatten(2).sum(dim=2)
    if not torch.isfinite(totals).all():
        raise ValueError("This network's maps are not finite: its training went wrong.")
    return totals
