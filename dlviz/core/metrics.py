"""How good a classifier is, counted."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit

BATCH = 250


@torch.no_grad()
def predictions(model: Classifier, pixels: Tensor) -> Tensor:
    """The most probable class of each picture: uint8 N×C×H×W → int64 N."""
    parts = [model(to_unit(part)).argmax(dim=1) for part in torch.split(pixels, BATCH)]
    return torch.cat(parts)


@torch.no_grad()
def loss_and_accuracy(model: Classifier, pixels: Tensor, labels: Tensor) -> tuple[float, float]:
    """Mean cross-entropy and share of right answers: uint8 N×C×H×W, int64 N."""
    loss, right = 0.0, 0
    for part, true in zip(torch.split(pixels, BATCH), torch.split(labels, BATCH), strict=True):
        logits = model(to_unit(part))
        loss += float(F.cross_entropy(logits, true, reduction="sum"))
        right += int((logits.argmax(dim=1) == true).sum())
    return loss / len(labels), right / len(labels)


def confusion(labels: Tensor, said: Tensor, classes: int) -> Tensor:
    """Counts, classes×classes: row is the true class, column what was said.

    labels, said: int64 N. Raises ValueError for a class out of range.
    """
    for values in (labels, said):
        if values.numel() and not 0 <= int(values.min()) <= int(values.max()) < classes:
            raise ValueError(f"A class is a whole number from 0 to {classes - 1}.")
    cells = torch.bincount(labels * classes + said, minlength=classes * classes)
    return cells.reshape(classes, classes)
