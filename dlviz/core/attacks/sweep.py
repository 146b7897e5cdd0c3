"""FGSM with many ε over many pictures: its direction does not depend on ε, so one is enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from dlviz.core.attacks.checks import check_count, check_pictures, check_size
from dlviz.core.attacks.linf import apply, fgsm_direction
from dlviz.core.probe import evaluating

BATCH = 100


def fgsm_sweep(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    epsilons: Sequence[float],
    *,
    batch: int = BATCH,
) -> Tensor:
    """Which answers survive FGSM of which ε: bool, one row for each ε, one column for each image.

    images: N×C×H×W in [0, 1]; labels: int64 N, the true classes; epsilons in pixels of [0, 1].
    ``fgsm_sweep(...).float().mean(dim=1)`` is the accuracy over ε. Raises ValueError as ``fgsm``.
    """
    answers = torch.cat(list(fgsm_answers(model, images, labels, epsilons, batch=batch)), dim=1)
    return answers == labels.to(answers.device)


def fgsm_answers(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    epsilons: Sequence[float],
    *,
    batch: int = BATCH,
) -> Iterator[Tensor]:
    """What the model says to FGSM's pictures, a batch of images at a time: int64 ε × images.

    For a caller that shows progress and may stop. Arguments and errors as for ``fgsm_sweep``.
    """
    check_count(batch, "images in a batch")
    for eps in epsilons:
        check_size(eps, "eps")
    if not epsilons:
        raise ValueError("Give at least one eps.")
    model = evaluating(model)
    check_pictures(images, labels)
    for begin in range(0, len(images), batch):
        some, theirs = images[begin : begin + batch], labels[begin : begin + batch]
        direction = fgsm_direction(model, some, theirs)
        with torch.inference_mode():
            moved = (model(apply(some, direction, eps)).argmax(dim=1) for eps in epsilons)
            answers = torch.stack(list(moved))
        yield answers.clone()
