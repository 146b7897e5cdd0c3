"""Adversarial training: pictures made worse for the net that is about to learn from them.

min over the weights of the mean of max over the ε-ball of the loss (Madry et al. 2018,
arXiv:1706.06083, eq. 2.1): the inner maximum is what an attack looks for, the outer minimum is
training as ever.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from dlviz.core.specs import AdversarialSpec

LEVELS = 255
# Seeds and those of augmentation end below it: no other stream begins with these numbers.
ATTACK_SEEDS = 2**32
# Enough to cross the ball and turn back: steps · step = 2.5 · ε (Madry et al., section 4).
REACH = 2.5


def worsened(
    answer: Callable[[Tensor], Tensor],
    images: Tensor,
    labels: Tensor,
    spec: AdversarialSpec,
    generator: Generator,
) -> Tensor:
    """Every picture of a batch as an adversarial one of the same label.

    ``answer`` maps pixels in [0, 1] to logits and must be in evaluation mode; images: float
    N×C×H×W in [0, 1]. FGSM takes one step of ε from the picture; PGD the spec's steps of
    2.5·ε/steps from a start that ``generator``, a CPU generator, draws.
    """
    eps = spec.eps / LEVELS
    if spec.attack == "fgsm":
        return climb(answer, images, images, labels, eps=eps, step=eps, steps=1)
    start = random_start(images, eps, generator)
    step = REACH * eps / spec.steps
    return climb(answer, images, start, labels, eps=eps, step=step, steps=spec.steps)


def random_start(images: Tensor, eps: float, generator: Generator) -> Tensor:
    """The pictures, every pixel moved at random by up to ε."""
    noise = torch.rand(images.shape, generator=generator).to(images.device)
    return (images + (2 * noise - 1) * eps).clamp(0, 1)


def climb(
    answer: Callable[[Tensor], Tensor],
    images: Tensor,
    now: Tensor,
    labels: Tensor,
    *,
    eps: float,
    step: float,
    steps: int,
) -> Tensor:
    """Uphill on the loss from ``now``, every pixel by ``step`` at a time, none over ε away."""
    for _ in range(steps):
        now = now.detach().requires_grad_()
        loss = F.cross_entropy(answer(now), labels, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, now)  # of the pixels: the weights get none
        now = now.detach() + step * gradient.sign()
        now = now.clamp(images - eps, images + eps).clamp(0, 1)
    return now
