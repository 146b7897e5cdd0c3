"""An attack seen from inside: how far each layer's answer moves, and which of its maps move most.

A change of the pixels that is too small to notice grows on its way through the network, layer by
layer, if it has the right direction. Random signs of the same size are the control.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from dlviz.core.probe import activations, watch

PIXELS, LOGITS = "pixels", "logits"  # the first and the last place of a ``Depth``


@dataclass(frozen=True, eq=False)
class Depth:
    """How far N changed pictures are from the clean one at L places, from pixels to logits.

    ``places``: PIXELS, the names of the layers, LOGITS. ``relative`` N×L: Euclidean distance,
    divided by the length of the clean answer. ``cosine`` N×L: between the changed answer and the
    clean one. Both are NaN where the clean answer is 0 everywhere.
    """

    places: tuple[str, ...]
    relative: Tensor
    cosine: Tensor


@torch.no_grad()
def depth(model: nn.Module, clean: Tensor, changed: Tensor, layers: Sequence[str]) -> Depth:
    """Compare ``changed`` N×C×H×W with ``clean`` C×H×W, all in [0, 1], at every layer; one pass.

    ``layers`` may be empty: then only pixels and logits are compared. The model stays as it is.
    Raises ValueError for an unknown layer, for other shapes and for answers that are not finite.
    """
    if clean.ndim != 3 or changed.ndim != 4 or changed.shape[1:] != clean.shape:
        raise ValueError("Give one clean picture C×H×W and changed ones N×C×H×W of that size.")
    images = torch.cat([clean[None], changed])
    found = {PIXELS: _compared(images)}

    def see(layer: str, answer: Tensor) -> None:
        found[layer] = _compared(answer)

    logits = watch(model, images, layers, see, stop=False) if layers else model(images)
    assert logits is not None
    found[LOGITS] = _compared(logits)
    places = (PIXELS, *layers, LOGITS)
    relative, cosine = (
        torch.stack([found[place][part] for place in places], dim=1) for part in (0, 1)
    )
    return Depth(places, relative, cosine)


def _compared(answers: Tensor) -> tuple[Tensor, Tensor]:
    """Of all but the first answer: relative distance to the first, and cosine with it."""
    flat = answers.detach().flatten(1).double()
    if not torch.isfinite(flat).all():
        raise ValueError("This network's numbers are not finite, so nothing can be compared.")
    first, others = flat[0], flat[1:]
    length = first.norm()
    if length == 0:
        nothing = torch.full((len(others),), torch.nan, dtype=flat.dtype)
        return nothing, nothing
    lengths = others.norm(dim=1) * length
    cosine = torch.where(lengths > 0, others @ first / lengths, torch.nan)
    return (others - first).norm(dim=1) / length, cosine.clamp(-1, 1)


@dataclass(frozen=True, eq=False)
class ChangedMaps:
    """The K maps of a layer that the attack changes most, the most changed first.

    ``clean``, ``adversarial``, ``control``: K×h×w, what each answers to the three pictures; a
    layer without maps has units of 1×1. ``channels``: their numbers among all ``count``.
    ``shares``: of the layer's squared distance between clean and adversarial, how much is each
    map's.
    """

    layer: str
    count: int
    channels: tuple[int, ...]
    shares: tuple[float, ...]
    clean: Tensor
    adversarial: Tensor
    control: Tensor


@torch.no_grad()
def most_changed(model: nn.Module, three: Tensor, layer: str, *, count: int) -> ChangedMaps:
    """The ``count`` maps of ``layer`` with the largest Euclidean change (of equals the first).

    three: 3×C×H×W in [0, 1]: clean, adversarial and control. Raises ValueError for an unknown
    layer, for other than three pictures and for answers that are not finite.
    """
    if three.ndim != 4 or len(three) != 3:
        raise ValueError("Give three pictures: clean, adversarial and control.")
    answers = activations(model, three, [layer])[layer]
    if not torch.isfinite(answers).all():
        raise ValueError("This network's numbers are not finite, so nothing can be compared.")
    if answers.ndim == 2:
        answers = answers[:, :, None, None]
    squares = (answers[1] - answers[0]).double().square().sum(dim=(1, 2))
    order = torch.argsort(squares, descending=True, stable=True)[:count]
    total = float(squares.sum()) or 1.0
    clean, adversarial, control = answers[:, order].clone()
    shares = tuple((squares[order] / total).tolist())
    channels = tuple(order.tolist())
    return ChangedMaps(layer, len(squares), channels, shares, clean, adversarial, control)
