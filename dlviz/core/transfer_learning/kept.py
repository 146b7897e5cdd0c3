"""A transfer-learnt network as one that every lab can look into."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from torch import Generator, Tensor, nn
from torch.nn import functional as F

from dlviz.core.classifier import Classifier
from dlviz.core.data import ImageData
from dlviz.core.events import Score
from dlviz.core.snapshots import DataFacts, Snapshot
from dlviz.core.specs import DataSpec, NetSpec, RunSpec, TrainSpec, layer
from dlviz.core.taught import TaughtSpec
from dlviz.core.transfer_learning.nets import (
    BATCH,
    CUT,
    FEATURES,
    HIDDEN,
    features_of,
    new_head,
)

HEAD = NetSpec((layer("dense", units=HIDDEN), layer("relu"), layer("dense")))


class Resize(nn.Module):
    """N×C×H×W → N×C×side×side, bilinear with antialias: the pictures as the base takes them."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self.side = side

    def forward(self, images: Tensor) -> Tensor:
        if images.shape[2:] == (self.side, self.side):
            return images
        return F.interpolate(images, (self.side, self.side), mode="bilinear", antialias=True)


class BothClasses(nn.Module):
    """One logit z, N×1 → (0, z): softmax then gives what the sigmoid gave, 1 − σ(z) and σ(z)."""

    def forward(self, logits: Tensor) -> Tensor:
        return F.pad(logits, (1, 0))


@dataclass(frozen=True, eq=False)
class TransferSnapshot(Snapshot):
    """What was learnt on top of a trained ``base``, which is only read.

    ``weights`` are "head.…" and, where the last block learnt too, "top.…"; ``spec.net`` is the
    head. ``side``: the base's input in pixels, to which the network resizes its pictures itself,
    so that ε and receptive fields are of the pictures as they are.
    """

    base: Classifier = field(kw_only=True)
    side: int = field(kw_only=True)

    @property
    def on_base(self) -> bool:
        return True

    @property
    def classifier(self) -> Classifier:
        """Base, average, head as one Classifier: pixels in [0, 1] of the pictures' own size."""
        facts, base = self.facts, self.base
        head = new_head(len(facts.classes), Generator())
        head.load_state_dict(self._part("head."))
        features = list(features_of(base))
        if tuned := self._part("top."):
            top = copy.deepcopy(features_of(base)[CUT:])
            top.load_state_dict(tuned)
            features[CUT:] = top
        parts: dict[str, nn.Module] = {"resize": Resize(self.side)}
        parts |= {"features": nn.Sequential(*features), "average": nn.AdaptiveAvgPool2d(1)}
        parts |= {"flatten": nn.Flatten(), "head": head}
        if len(facts.classes) == 2:
            parts["both"] = BothClasses()
        return Classifier(
            nn.Sequential(OrderedDict(parts)),
            facts.classes,
            base.mean.flatten().tolist(),
            base.std.flatten().tolist(),
            layers=tuple(f"features.{index}" for index in range(len(features))),
            input_shape=facts.shape,
            name=f"{self.spec.data.name}, transfer learnt",
            data=self.spec.data.key,
        )

    def _part(self, name: str) -> dict[str, Tensor]:
        found = self.weights.items()
        return {key[len(name) :]: value for key, value in found if key.startswith(name)}


def shapes_of(base: Classifier, classes: int, *, tuned: bool) -> dict[str, tuple[int, ...]]:
    """What ``TransferSnapshot.weights`` must have, by name; ``tuned``: the last block, too."""
    outputs = 1 if classes == 2 else classes
    shapes: dict[str, tuple[int, ...]] = {
        "head.0.weight": (HIDDEN, FEATURES),
        "head.0.bias": (HIDDEN,),
        "head.2.weight": (outputs, HIDDEN),
        "head.2.bias": (outputs,),
    }
    top = features_of(base)[CUT:].state_dict() if tuned else {}
    return shapes | {f"top.{name}": tuple(value.shape) for name, value in top.items()}


def snapshot_of(
    run: TaughtSpec,
    learnt: Mapping[str, Tensor],
    data: ImageData,
    base: Classifier,
    name: str,
) -> TransferSnapshot:
    """What a run of kind "transfer" has learnt from ``data``, for the shelf.

    ``name``: under which the labs find these pictures. ``learnt``: as ``TransferRun.trained``
    gives it, weights included. Raises ValueError without.
    """
    weights = {key: value for key, value in learnt.items() if key.startswith(("head.", "top."))}
    if not weights:
        raise ValueError("This run has kept no weights.")
    answers = learnt["answers"]
    right = float((answers.argmax(dim=1) == data.test_labels).float().mean())
    loss = float(F.nll_loss(answers.clamp_min(1e-12).log(), data.test_labels))
    there = data.train_labels.bincount(minlength=len(data.classes))
    pictures = int(there.clamp_max(int(run["each"])).sum())
    step = run.train.epochs * -(-pictures // BATCH)
    how = TrainSpec(
        learning_rate=run.train.learning_rate,
        batch_size=BATCH,
        epochs=run.train.epochs,
        seed=run.train.seed,
    )
    return TransferSnapshot(
        step,
        float(run.train.epochs),
        weights,
        RunSpec(HEAD, DataSpec(name), how),
        DataFacts(data.classes, data.shape, data.mean, data.std),
        Score(step, loss, right, len(data.test_labels)),
        base=base,
        side=int(run["side"]),
    )
