"""Adversarial pictures: changes too small to notice that change the answer.

Everything is in pixels of [0, 1] and under the L∞ norm: no pixel moves by more than ε.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from dlviz.core.probe import evaluating


def fgsm(
    model: nn.Module, images: Tensor, labels: Tensor, eps: float, *, targeted: bool = False
) -> Tensor:
    """Fast gradient sign method: one step of ``eps`` uphill on the loss, every pixel.

    ``model`` maps pixels to logits N×K. images: N×C×H×W in [0, 1]; labels: int64 N, the true
    classes, or with ``targeted`` the ones to be mistaken for. ``eps`` is in pixels of [0, 1]:
    8/255 is eight steps of an 8-bit picture. Returns new images, inside [0, 1]; model and
    images stay as they were.

    Raises ValueError in one sentence for anything else.
    Source: Goodfellow, Shlens and Szegedy (2015), arXiv:1412.6572.
    """
    _check(images, labels, eps)
    return _climb(model, images, images, labels, eps, step=eps, steps=1, targeted=targeted)


def pgd(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    eps: float,
    *,
    step: float,
    steps: int,
    random_start: bool = True,
    generator: Generator | None = None,
    targeted: bool = False,
) -> Tensor:
    """Projected gradient descent: ``steps`` FGSM steps of ``step``, each back into the ε-ball.

    Arguments as for ``fgsm``. With ``random_start`` it begins somewhere in the ball, drawn from
    ``generator``; without one from a new generator of seed 0, never from the global one.

    Raises ValueError in one sentence for bad input.
    Source: Madry et al. (2018), arXiv:1706.06083.
    """
    _check(images, labels, eps)
    _check_size(step, "step")
    if not isinstance(steps, int) or isinstance(steps, bool) or steps < 1:
        raise ValueError("The number of steps must be a whole number of at least 1.")
    start = images
    if random_start:
        generator = generator or Generator().manual_seed(0)
        noise = torch.rand(
            images.shape, generator=generator, dtype=images.dtype, device=generator.device
        )
        start = (images + (2 * noise.to(images.device) - 1) * eps).clamp(0, 1)
    return _climb(model, start, images, labels, eps, step=step, steps=steps, targeted=targeted)


def fgsm_direction(
    model: nn.Module, images: Tensor, labels: Tensor, *, targeted: bool = False
) -> Tensor:
    """Where FGSM goes: −1, 0 or 1 for every pixel. It does not depend on ε.

    So one gradient serves every ε: ``apply(images, fgsm_direction(model, images, labels), eps)``
    is ``fgsm(model, images, labels, eps)``. With ``targeted`` the direction is downhill.
    """
    _check(images, labels, 0.0)
    return _direction(evaluating(model), images, labels, targeted)


def apply(images: Tensor, direction: Tensor, eps: float) -> Tensor:
    """clip(x + ε·s): the last step of FGSM alone, the part that a slider repeats."""
    _check_size(eps, "eps")
    if images.shape != direction.shape:
        raise ValueError("Images and direction must have the same shape.")
    return (images.detach() + eps * direction).clamp(0, 1)


def _climb(
    model: nn.Module,
    start: Tensor,
    images: Tensor,
    labels: Tensor,
    eps: float,
    *,
    step: float,
    steps: int,
    targeted: bool,
) -> Tensor:
    """The one loop behind every L∞ attack here."""
    model = evaluating(model)
    images = images.detach()
    now = start.detach()
    for _ in range(steps):
        now = now + step * _direction(model, now, labels, targeted)
        now = now.clamp(images - eps, images + eps)  # no pixel further than ε from the picture
        now = now.clamp(0, 1)  # and still a picture
    return now


def _direction(model: nn.Module, images: Tensor, labels: Tensor, targeted: bool) -> Tensor:
    # A caller may have gradients off; inference mode has to be left altogether.
    with torch.inference_mode(False), torch.enable_grad():
        wanted = images.detach().clone().requires_grad_()
        logits = model(wanted)
        labels = labels.clone()
        _check_logits(logits, labels)
        # The sum, not the mean: then every picture's gradient is what it would be alone.
        loss = F.cross_entropy(logits, labels, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, wanted)
    if not torch.isfinite(gradient).all():
        raise ValueError("The model's gradient is not finite for these images.")
    return -gradient.sign() if targeted else gradient.sign()


def _check(images: Tensor, labels: Tensor, eps: float) -> None:
    _check_size(eps, "eps")
    if not isinstance(images, Tensor) or not images.is_floating_point() or images.ndim < 2:
        raise ValueError("Images must be a floating-point tensor N×C×H×W.")
    if images.numel() == 0:
        raise ValueError("Give at least one image.")
    if not ((images >= 0) & (images <= 1)).all():  # also false for NaN
        raise ValueError("Images must be in [0, 1].")
    whole = isinstance(labels, Tensor) and not labels.is_floating_point()
    if not whole or labels.shape != images.shape[:1]:
        raise ValueError("Labels must be one whole number for each image.")


def _check_size(value: float, name: str) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or value < 0:
        raise ValueError(f"The {name} must be a number of at least 0.")


def _check_logits(logits: Tensor, labels: Tensor) -> None:
    if not isinstance(logits, Tensor) or logits.ndim != 2 or len(logits) != len(labels):
        raise ValueError("The model must give logits, images × classes.")
    classes = logits.shape[1]
    if not ((labels >= 0) & (labels < classes)).all():
        raise ValueError(f"Labels must be from 0 to {classes - 1}.")


@dataclass(frozen=True)
class Attack:
    """An attack to choose from: ``function(model, images, labels, eps, *, targeted=False)``."""

    name: str
    title: str
    what: str
    function: Callable[..., Tensor]


PGD_STEPS = 10


def _pgd(
    model: nn.Module, images: Tensor, labels: Tensor, eps: float, *, targeted: bool = False
) -> Tensor:
    """PGD as it is usually run: steps of 2.5·ε/10, enough to cross the ball and turn back."""
    _check_size(eps, "eps")
    step = 2.5 * eps / PGD_STEPS
    return pgd(model, images, labels, eps, step=step, steps=PGD_STEPS, targeted=targeted)


_ALL = (
    Attack(
        "fgsm",
        "FGSM: one step",
        "Every pixel moves by exactly ε in the direction in which the loss rises.",
        fgsm,
    ),
    Attack(
        "pgd",
        f"PGD: {PGD_STEPS} steps",
        "Many small FGSM steps from a random start, never further than ε from the picture.",
        _pgd,
    ),
)

ATTACKS: dict[str, Attack] = {attack.name: attack for attack in _ALL}
