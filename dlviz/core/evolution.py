"""How what a channel looks for came about: its strongest picture at every snapshot of a training.

Figure 4 of Zeiler and Fergus (2014): a row a channel, a column a snapshot. Where the strongest
picture is another one than at the snapshot before, the projection jumps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from dlviz.core.classifier import Classifier
from dlviz.core.patches import TopPatches, stream_top_patches
from dlviz.core.receptive import receptive_field

NOBODY = -1  # no picture excites the channel


@dataclass(frozen=True, eq=False)
class Evolution:
    """One layer's strongest pictures, snapshot by snapshot, as S×channels tensors.

    ``values``: the activations. ``indices``: which picture, the lower of equals; ``NOBODY`` where
    the activation is not above 0. ``positions`` S×channels×2: (row, column) in the map.
    """

    values: Tensor
    indices: Tensor
    positions: Tensor

    @property
    def jumps(self) -> Tensor:
        """bool S×channels: another picture than at the snapshot before; never at the first."""
        moved = torch.zeros_like(self.indices, dtype=torch.bool)
        moved[1:] = self.indices[1:] != self.indices[:-1]
        return moved

    @property
    def last_jumps(self) -> Tensor:
        """For each channel the number of the snapshot that its last jump leads to; 0 without."""
        numbers = torch.arange(len(self.indices))[:, None]
        return (self.jumps * numbers).amax(dim=0)

    @property
    def settled(self) -> Tensor:
        """S shares: of the channels that answer in the end, how many have their last picture.

        From this snapshot on, without leaving it again. NaN where no channel answers in the end.
        """
        alive = self.indices[-1] != NOBODY
        numbers = torch.arange(len(self.indices))[:, None]
        return (self.last_jumps[alive] <= numbers).double().mean(dim=1)


def stream_evolution(
    models: Sequence[Classifier], batches: Iterable[Tensor], layers: Sequence[str]
) -> Iterator[tuple[int, dict[str, Evolution]]]:
    """(pictures done, layer → Evolution over those), after every batch; ``models`` in their order.

    All snapshots see a batch before the next one comes, so a reader may stop at any time and has
    the whole table. ``batches``: N×C×H×W, uint8 or float in [0, 1]. Raises ValueError as
    ``stream_top_patches`` does. Source: Zeiler and Fergus (2014), figure 4, arXiv:1311.2901.
    """
    if not models:
        raise ValueError("An evolution needs at least one snapshot.")
    pictures = list(batches)
    searches = [stream_top_patches(model, pictures, layers, k=1) for model in models]
    for found in zip(*searches, strict=True):
        yield found[0].done, {name: _joined([one.top[name] for one in found]) for name in layers}


def _joined(tops: list[TopPatches]) -> Evolution:
    """The strongest of every snapshot, one below the other."""
    values = torch.stack([top.values[:, 0] for top in tops])
    indices = torch.stack([top.indices[:, 0] for top in tops])
    positions = torch.stack([top.positions[:, 0] for top in tops])
    return Evolution(values, torch.where(values > 0, indices, NOBODY), positions)


def boxes_of(model: Classifier, layer: str, positions: Tensor) -> Tensor:
    """What units of ``layer`` see: …×2 places (row, column) → …×4 (x0, y0, x1, y1), half-open."""
    field = receptive_field(model, layer, *model.input_shape[1:])
    (y0, y1) = field.rows[positions[..., 0]].unbind(-1)
    (x0, x1) = field.columns[positions[..., 1]].unbind(-1)
    return torch.stack([x0, y0, x1, y1], dim=-1)


def digest_of(weights: Iterable[Mapping[str, Tensor]], pixels: Tensor) -> str:
    """What an evolution depends on, as 64 hexadecimal digits: all weights and all pictures."""
    digest = hashlib.sha256(str(tuple(pixels.shape)).encode())
    for tensors in weights:
        for name, tensor in tensors.items():
            digest.update(name.encode())
            digest.update(tensor.cpu().contiguous().numpy().tobytes())
    digest.update(pixels.cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
