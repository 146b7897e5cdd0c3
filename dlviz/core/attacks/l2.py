"""The attack under the L2 norm: the change of the whole picture has at most the length ε."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from dlviz.core.attacks.aim import Aim, each


def fgm(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    eps: float,
    *,
    targeted: bool = False,
    mask: Tensor | None = None,
) -> Tensor:
    """Fast gradient method: one step of length ``eps`` along the gradient itself.

    As ``fgsm``, but the change is large where the gradient is, and ``eps`` is the length of the
    whole change, √(Σ δ²) over all pixels of a picture. Raises ValueError for bad input.
    Source: Goodfellow, Shlens and Szegedy (2015), arXiv:1412.6572, under the L2 norm; Miyato, Dai
    and Goodfellow (2017), arXiv:1605.07725.
    """
    aim = Aim.of(model, images, labels, eps, targeted=targeted, mask=mask)
    return aim.end(walk(aim))


def walk(aim: Aim) -> Iterator[Tensor]:
    """The one step."""
    gradient = aim.gradient(aim.images)
    # Largest entry 1 first: squares of a sure net's gradient would round to 0.
    largest = each(gradient.flatten(1).abs().amax(dim=1), gradient)
    gradient = gradient / torch.where(largest > 0, largest, 1.0)
    length = each(gradient.flatten(1).norm(dim=1), gradient)
    step = aim.eps * gradient / torch.where(length > 0, length, 1.0)
    yield (aim.images + step).clamp_(0, 1)
