"""The two that are compared: a head on a trained base, and the same network from scratch.

Both are MobileNetV2's ``features``, global average pooling, a dense layer of 1024 with ReLU, and
one output for two classes (sigmoid) or one for each (softmax).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, cast

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from dlviz.core.classifier import Classifier
from dlviz.core.data import ImageData, to_unit
from dlviz.core.events import DivergedError
from dlviz.core.untrained import untrained

CUT = 17  # features.17 and features.18 are the last block: what is unfrozen
FEATURES, HIDDEN = 1280, 1024
BATCH = 10
_CHUNK = 50  # pictures in one pass without gradient


@dataclass(frozen=True)
class Learnt:
    """One update: mean loss and share of right answers of its batch, before the update."""

    loss: float
    accuracy: float


class Net(Protocol):
    """What a run trains."""

    def update(self, batch: Tensor) -> Learnt:
        """One step on these training pictures, int64 indices."""

    def logits(self) -> Tensor:
        """Of all held-out pictures: N or N×classes."""


def new_head(classes: int, generator: Generator) -> nn.Sequential:
    """Dense 1280 → 1024, ReLU, dense 1024 → 1 (two classes) or one output per class.

    Weights are normal with deviation √(2/inputs) (He et al. 2015), biases 0.
    """
    outputs = 1 if classes == 2 else classes
    with torch.device("meta"):  # where nothing is drawn from the generator that all share
        head = nn.Sequential(nn.Linear(FEATURES, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, outputs))
    head = head.to_empty(device="cpu")
    with torch.no_grad():
        for value in head.parameters():
            if value.ndim > 1:
                value.normal_(std=(2 / value.shape[1]) ** 0.5, generator=generator)
            else:
                value.zero_()
    return head


def loss_of(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy: binary where there is one output, else of the softmax."""
    if logits.ndim == 1:
        return F.binary_cross_entropy_with_logits(logits, labels.to(logits.dtype))
    return F.cross_entropy(logits, labels)


def said(logits: Tensor) -> Tensor:
    """The class that each picture is said to be, int64 N."""
    return (logits > 0).long() if logits.ndim == 1 else logits.argmax(dim=1)


def probabilities(logits: Tensor) -> Tensor:
    """N×classes: of one output, 1 − σ(z) and σ(z)."""
    if logits.ndim > 1:
        return torch.softmax(logits, dim=1)
    second = torch.sigmoid(logits)
    return torch.stack([1 - second, second], dim=1)


def batches(count: int, generator: Generator) -> Iterator[Tensor]:
    """Indices of mini-batches without end: every picture once before any comes again."""
    while True:
        yield from torch.split(torch.randperm(count, generator=generator), BATCH)


def as_base_takes(pixels: Tensor, base: Classifier, side: int) -> Tensor:
    """uint8 N×C×H×W → float32 N×3×side×side, scaled as the base's pictures were."""
    images = to_unit(pixels.expand(-1, 3, -1, -1))
    if images.shape[2:] != (side, side):
        images = F.interpolate(images, (side, side), mode="bilinear", antialias=True).clamp(0, 1)
    return (images - base.mean) / base.std


def features_of(base: Classifier) -> nn.Sequential:
    """The base without its top: 19 modules, the last of which gives 1280 maps."""
    return cast(nn.Sequential, base.module.get_submodule("features"))


@torch.no_grad()
def lower_maps(base: Classifier, pixels: Tensor, side: int) -> Tensor:
    """What comes out of the part that stays frozen: N×160×side/32×side/32.

    It never changes, so it is worked out once: that is what makes a frozen epoch cheap.
    """
    low = features_of(base)[:CUT]
    parts = torch.split(pixels, _CHUNK)
    return torch.cat([low(as_base_takes(part, base, side)) for part in parts])


def averaged(maps: Tensor) -> Tensor:
    """Global average pooling: N×C×H×W → N×C."""
    return maps.mean(dim=(2, 3))


def _one_step(logits: Tensor, labels: Tensor, optimiser: torch.optim.Optimizer) -> Learnt:
    loss = loss_of(logits, labels)
    if not bool(torch.isfinite(loss)):
        raise DivergedError("The loss stopped being a number: lower the learning rate.")
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]  # torch has no types
    optimiser.step()
    return Learnt(float(loss.detach()), float((said(logits) == labels).float().mean()))


def _squeezed(logits: Tensor) -> Tensor:
    return logits.squeeze(1) if logits.shape[1] == 1 else logits


@torch.no_grad()
def answers(
    base: Classifier, learnt: Mapping[str, Tensor], pixels: Tensor, *, classes: int, side: int
) -> Tensor:
    """What a run has learnt, asked of other pictures: uint8 N×C×H×W → probabilities N×classes.

    ``learnt`` has "head.…" and, where the last block learnt too, "top.…", as PyTorch names them.
    """
    head = new_head(classes, Generator())
    head.load_state_dict(_part(learnt, "head."))
    top = copy.deepcopy(features_of(base)[CUT:]).eval()
    if tuned := _part(learnt, "top."):
        top.load_state_dict(tuned)
    return probabilities(_squeezed(head(averaged(top(lower_maps(base, pixels, side))))))


def _part(learnt: Mapping[str, Tensor], name: str) -> dict[str, Tensor]:
    return {key[len(name) :]: value for key, value in learnt.items() if key.startswith(name)}


class TransferNet:
    """The trained base, frozen, and a new head; ``unfreeze`` lets the last block learn, too.

    ``base`` is only read: what is trained of it is a copy. Making one works out the training
    pictures' features; ``held`` are the held-out pictures' ``lower_maps``.
    """

    def __init__(
        self,
        base: Classifier,
        data: ImageData,
        held: Tensor,
        *,
        rate: float,
        side: int,
        generator: Generator,
    ) -> None:
        self.head = new_head(len(data.classes), generator)
        # Evaluation mode, always: batch norm keeps ImageNet's averages. A few pictures would give
        # averages that are mostly noise, and every feature below the head would change with them.
        self.top = copy.deepcopy(features_of(base)[CUT:]).eval()
        self.tuned = False
        self._labels = data.train_labels
        self._maps, self._held_maps = lower_maps(base, data.train_pixels, side), held
        self._features, self._held = self._topped(self._maps), self._topped(held)
        self._rate = rate
        self._optimiser = torch.optim.Adam(self.head.parameters(), lr=rate, fused=True)

    def unfreeze(self) -> None:
        """From now on the last block learns, too, all at a tenth of the head's rate."""
        self.tuned = True
        self.top.requires_grad_(True)
        learnt = [*self.head.parameters(), *self.top.parameters()]
        self._optimiser = torch.optim.Adam(learnt, lr=self.rate, fused=True)

    @property
    def rate(self) -> float:
        """The learning rate now."""
        return self._rate / 10 if self.tuned else self._rate

    def update(self, batch: Tensor) -> Learnt:
        with torch.enable_grad():
            if self.tuned:
                features = averaged(self.top(self._maps[batch]))
            else:
                features = self._features[batch]
            return _one_step(_squeezed(self.head(features)), self._labels[batch], self._optimiser)

    @torch.no_grad()
    def logits(self, first: int | None = None) -> Tensor:
        """Of the ``first`` held-out pictures, or all."""
        features = self._topped(self._held_maps[:first]) if self.tuned else self._held[:first]
        return _squeezed(self.head(features))

    @torch.no_grad()
    def _topped(self, maps: Tensor) -> Tensor:
        return torch.cat([averaged(self.top(part)) for part in torch.split(maps, _CHUNK)])


class ScratchNet:
    """The same network with random weights, all of them trained, batch norm in training mode."""

    def __init__(
        self, base: Classifier, data: ImageData, *, rate: float, side: int, seed: int
    ) -> None:
        generator = Generator().manual_seed(seed)
        self.features = features_of(untrained(base, seed=seed)).requires_grad_(True)
        self.head = new_head(len(data.classes), generator)
        self.rate = rate
        self._base, self._data, self._side = base, data, side
        learnt = [*self.features.parameters(), *self.head.parameters()]
        self._optimiser = torch.optim.Adam(learnt, lr=rate, fused=True)

    def update(self, batch: Tensor) -> Learnt:
        self.features.train()
        with torch.enable_grad():
            logits = self._answers(self._data.train_pixels[batch])
            return _one_step(logits, self._data.train_labels[batch], self._optimiser)

    @torch.no_grad()
    def logits(self) -> Tensor:
        self.features.eval()
        parts = torch.split(self._data.test_pixels, _CHUNK)
        return torch.cat([self._answers(part) for part in parts])

    def _answers(self, pixels: Tensor) -> Tensor:
        images = as_base_takes(pixels, self._base, self._side)
        return _squeezed(self.head(averaged(self.features(images))))
