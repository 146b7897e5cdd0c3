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


def top_patches(model: nn.Module, images: Tensor, *, layer: str, k: int = 9) -> TopPatches:
    """The ``k`` images that drive each channel of ``layer`` most strongly, and where.

    images: N×C×H×W, uint8 or float in [0, 1]. An image counts once per channel, with its
    strongest activation. Of equals the lower image wins, then the first place in reading order.
    With fewer than ``k`` images there are N. One pass; nothing but the best is kept.

    Raises ValueError for an unknown layer, one without maps, and one whose receptive fields
    cannot be followed. Source: Zeiler and Fergus (2014), figure 2, arXiv:1311.2901.
    """
    batches = torch.split(images, BATCH) if isinstance(images, Tensor) and images.ndim else [images]
    for progress in stream_top_patches(model, batches, [layer], k):
        last = progress
    return last.top[layer]


def stream_top_patches(
    model: nn.Module, batches: Iterable[Tensor], layers: Sequence[str], k: int = 9
) -> Iterator[Progress]:
    """``top_patches`` for several layers in one pass, reporting after every batch.

    Each ``Progress`` holds the result for the images so far, so a reader may stop at any time.
    All batches must have pictures of one size. Raises ValueError as ``top_patches`` does.
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
        found = _strongest(model, images, layers)
        for layer in layers:
            if layer not in fields:
                fields[layer] = receptive_field(model, layer, *shape[1:])
            best[layer] = _merge(best.get(layer), found[layer], done, k)
        done += len(images)
        yield Progress(done, {name: _located(best[name], fields[name]) for name in layers})


@dataclass(frozen=True, eq=False)
class _Best:
    """Running best: values, image indices and flat map places, each channels×(up to k)."""

    values: Tensor
    indices: Tensor
    places: Tensor
    width: int


@torch.no_grad()
def _strongest(model: nn.Module, images: Tensor, layers: Sequence[str]) -> dict[str, _Best]:
    """Every image's strongest activation of every channel, as channels×images."""
    found: dict[str, _Best] = {}

    def see(layer: str, maps: Tensor) -> None:
        if maps.ndim != 4:
            raise ValueError(f"Layer {layer!r} has no feature maps.")
        values, places = maps.flatten(2).max(dim=2)  # of equals the first
        if not torch.isfinite(values).all():
            raise ValueError(f"The maps of layer {layer!r} are not finite.")
        images_here = torch.arange(len(maps)).expand(maps.shape[1], -1)
        found[layer] = _Best(values.T.cpu(), images_here, places.T.cpu(), maps.shape[3])

    watch(model, images, layers, see)
    return found


def _merge(best: _Best | None, new: _Best, offset: int, k: int) -> _Best:
    """The k best of both. Earlier images stand first, so a stable sort prefers them on ties."""
    values, indices, places = new.values, new.indices + offset, new.places
    if best is not None:
        values = torch.cat([best.values, values], dim=1)
        indices = torch.cat([best.indices, indices], dim=1)
        places = torch.cat([best.places, places], dim=1)
    values, order = values.sort(dim=1, descending=True, stable=True)
    order = order[:, :k]
    return _Best(values[:, :k], indices.gather(1, order), places.gather(1, order), new.width)


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
