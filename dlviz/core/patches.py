"""The patches of a data set that a channel answers to most strongly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from dlviz.core.data import to_unit
from dlviz.core.probe import watch
from dlviz.core.receptive import ReceptiveField, receptive_field

BATCH = 64


@dataclass(frozen=True, eq=False)
class TopPatches:
    """For each channel its strongest patches, the strongest first; one per image.

    ``values`` channels×k: the activations. ``indices`` channels×k: which image, counted through
    all batches. ``positions`` channels×k×2: (row, column) in the map. ``boxes`` channels×k×4:
    (x0, y0, x1, y1), half-open, the pixels that the unit sees inside the image.
    """

    values: Tensor
    indices: Tensor
    positions: Tensor
    boxes: Tensor


@dataclass(frozen=True, eq=False)
class Progress:
    """How far a search is: images ``done``, and the best of those, layer → TopPatches."""

    done: int
    top: dict[str, TopPatches]


def top_patches(
    model: nn.Module, images: Tensor, *, layer: str, k: int = 9, groups: Tensor | None = None
) -> TopPatches:
    """The ``k`` images that drive each channel of ``layer`` most strongly, and where.

    images: N×C×H×W, uint8 or float in [0, 1]. An image counts once per channel, with its
    strongest activation. Of equals the lower image wins, then the first place in reading order.
    ``groups``, N whole numbers, says which images belong together (crops of one photograph): of
    a group only its strongest image counts, by the same rule. With fewer than ``k`` images (or
    groups) there are as many as there are. One pass; nothing but the best is kept.

    Raises ValueError for an unknown layer, one without maps, and one whose receptive fields
    cannot be followed. Source: Zeiler and Fergus (2014), figure 2, arXiv:1311.2901.
    """
    batches = torch.split(images, BATCH) if isinstance(images, Tensor) and images.ndim else [images]
    for progress in stream_top_patches(model, batches, [layer], k, groups=groups):
        last = progress
    return last.top[layer]


def stream_top_patches(
    model: nn.Module,
    batches: Iterable[Tensor],
    layers: Sequence[str],
    k: int = 9,
    *,
    groups: Tensor | None = None,
) -> Iterator[Progress]:
    """``top_patches`` for several layers in one pass, reporting after every batch.

    Each ``Progress`` holds the result for the images so far, so a reader may stop at any time.
    All batches must have pictures of one size; ``groups`` are counted through all of them.
    Raises ValueError as ``top_patches`` does.
    """
    if not isinstance(k, int) or k < 1:
        raise ValueError("The number k must be a whole number of at least 1.")
    best: dict[str, _Best] = {}
    fields: dict[str, ReceptiveField] = {}
    done = 0
    shape: tuple[int, ...] = ()
    for batch in batches:
        images = _checked(batch)
        if shape and images.shape[1:] != shape:
            raise ValueError("All pictures of a search must have one size.")
        shape = tuple(images.shape[1:])
        if groups is not None and len(groups) < done + len(images):
            raise ValueError("Every image needs a group.")
        _take(model, images, layers, best, _Rule(k, done, groups))
        for layer in layers:
            if layer not in fields:
                fields[layer] = receptive_field(model, layer, *shape[1:])
        done += len(images)
        yield Progress(done, {name: _located(best[name], fields[name]) for name in layers})


@dataclass(frozen=True, eq=False)
class _Best:
    """Running best: values, image indices and flat map places, each channels×(up to k)."""

    values: Tensor
    indices: Tensor
    places: Tensor
    width: int


@dataclass(frozen=True, eq=False)
class _Rule:
    """What decides: ``k`` places, images counted from ``offset``, one image of each group."""

    k: int
    offset: int
    groups: Tensor | None


@torch.no_grad()
def _take(
    model: nn.Module,
    images: Tensor,
    layers: Sequence[str],
    best: dict[str, _Best],
    rule: _Rule,
) -> None:
    """Show the network a batch; what is among the best takes its place in ``best``."""

    def see(layer: str, maps: Tensor) -> None:
        if maps.ndim != 4:
            raise ValueError(f"Layer {layer!r} has no feature maps.")
        # Only what gets among the best is asked where it sat: that costs twice as much.
        values = maps.flatten(2).amax(dim=2)
        if not torch.isfinite(values).all():
            raise ValueError("This network's maps are not finite: its training went wrong.")
        best[layer] = _merge(best.get(layer), maps, values.T, rule)

    watch(model, images, layers, see)


def _merge(best: _Best | None, maps: Tensor, values: Tensor, rule: _Rule) -> _Best:
    """The k best of those so far and of a batch's ``values``, channels×images."""
    channels, count = values.shape
    indices = torch.arange(rule.offset, rule.offset + count).expand(channels, -1)
    values = values.cpu()
    kept = 0
    if best is not None:
        kept = best.values.shape[1]
        values = torch.cat([best.values, values], dim=1)
        indices = torch.cat([best.indices, indices], dim=1)
    # Earlier images stand first, so a stable sort prefers them on ties.
    values, order = values.sort(dim=1, descending=True, stable=True)
    if rule.groups is not None:
        first = _first_of_each(rule.groups[indices.gather(1, order)])
        values, order = values.gather(1, first), order.gather(1, first)
    values, order = values[:, : rule.k], order[:, : rule.k]
    return _Best(
        values, indices.gather(1, order), _places(best, maps, order, kept), int(maps.shape[3])
    )


def _places(best: _Best | None, maps: Tensor, order: Tensor, kept: int) -> Tensor:
    """Where in its map each of the winners sat; ``order`` counts ``kept`` old ones first."""
    new = order >= kept
    channel, _ = new.nonzero(as_tuple=True)
    image = order[new] - kept
    rows = maps[image.to(maps.device), channel.to(maps.device)]
    places = torch.zeros_like(order)
    places[new] = rows.flatten(1).argmax(dim=1).cpu()  # of equals the first
    if best is None:
        return places
    return torch.where(new, places, best.places.gather(1, order.clamp(max=kept - 1)))


def _first_of_each(groups: Tensor) -> Tensor:
    """channels×M groups, the strongest first → the places of each group's first, in order.

    Every channel has seen the same groups, but may have kept others: as many as all have.
    """
    together, order = groups.sort(dim=1, stable=True)
    starts = torch.ones_like(together, dtype=torch.bool)
    starts[:, 1:] = together[:, 1:] != together[:, :-1]
    first = torch.zeros_like(starts).scatter(1, order, starts)
    places = (~first).to(torch.uint8).sort(dim=1, stable=True).indices
    return places[:, : int(first.sum(dim=1).min())]


def _located(best: _Best, field: ReceptiveField) -> TopPatches:
    rows, columns = best.places // best.width, best.places % best.width
    (y0, y1), (x0, x1) = field.rows[rows].unbind(-1), field.columns[columns].unbind(-1)
    return TopPatches(
        best.values,
        best.indices,
        torch.stack([rows, columns], dim=-1),
        torch.stack([x0, y0, x1, y1], dim=-1),
    )


def _checked(batch: Tensor) -> Tensor:
    """A batch as float in [0, 1]."""
    right = isinstance(batch, Tensor) and batch.ndim == 4
    if not right or not (batch.is_floating_point() or batch.dtype == torch.uint8):
        raise ValueError("Images must be a tensor N×C×H×W, uint8 or floating-point.")
    if len(batch) == 0:
        raise ValueError("Give at least one image.")
    return to_unit(batch) if batch.dtype == torch.uint8 else batch
