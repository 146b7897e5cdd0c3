"""Attacks under the L∞ norm: no pixel moves by more than ε.

All are one loop, ``climb``: a step of equal size for every pixel along the gradient's sign, back
into the ε-ball, and again. FGSM takes one step, BIM several, PGD begins somewhere in the ball,
MI-FGSM remembers where it was going.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Generator, Tensor, nn

from dlviz.core.attacks.aim import Aim
from dlviz.core.attacks.checks import as_mask, check_count, check_size


def fgsm(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    eps: float,
    *,
    targeted: bool = False,
    mask: Tensor | None = None,
) -> Tensor:
    """Fast gradient sign method: one step of ``eps`` uphill on the loss, every pixel.

    ``model`` maps pixels to logits N×K. images: N×C×H×W in [0, 1]; labels: int64 N, the true
    classes, or with ``targeted`` the ones to be mistaken for. ``eps`` is in pixels of [0, 1]:
    8/255 is eight steps of an 8-bit picture. ``mask``, if any, broadcasts to the images and is
    nonzero where a pixel may move. Returns new images, inside [0, 1]; model and images stay as
    they were.

    Raises ValueError in one sentence for anything else.
    Source: Goodfellow, Shlens and Szegedy (2015), arXiv:1412.6572.
    """
    aim = Aim.of(model, images, labels, eps, targeted=targeted, mask=mask)
    return aim.end(climb(aim, step=eps, steps=1))


def bim(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    eps: float,
    *,
    step: float,
    steps: int,
    targeted: bool = False,
    mask: Tensor | None = None,
) -> Tensor:
    """Basic iterative method: ``steps`` FGSM steps of ``step``, each back into the ε-ball.

    Arguments as for ``fgsm``; ``step`` in pixels of [0, 1]. Raises ValueError for bad input.
    Source: Kurakin, Goodfellow and Bengio (2017), arXiv:1607.02533.
    """
    aim = Aim.of(model, images, labels, eps, targeted=targeted, mask=mask)
    return aim.end(climb(aim, step=step, steps=steps))


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
    mask: Tensor | None = None,
) -> Tensor:
    """Projected gradient descent: ``steps`` FGSM steps of ``step``, each back into the ε-ball.

    Arguments as for ``fgsm``. With ``random_start`` it begins somewhere in the ball, drawn from
    ``generator`` for every picture; without one every picture takes the same offset, drawn from
    seed 0, never from the global generator.

    Raises ValueError in one sentence for bad input.
    Source: Madry et al. (2018), arXiv:1706.06083.
    """
    aim = Aim.of(model, images, labels, eps, targeted=targeted, mask=mask)
    start = random_offset(aim, generator) if random_start else None
    return aim.end(climb(aim, step=step, steps=steps, start=start))


def mifgsm(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    eps: float,
    *,
    step: float,
    steps: int,
    decay: float = 1.0,
    targeted: bool = False,
    mask: Tensor | None = None,
) -> Tensor:
    """Momentum iterative FGSM: each step follows the sum of the gradients so far.

    Arguments as for ``bim``. Every gradient is first brought to the same length, and what was
    summed before counts ``decay`` times. Raises ValueError for bad input.
    Source: Dong et al. (2018), arXiv:1710.06081.
    """
    aim = Aim.of(model, images, labels, eps, targeted=targeted, mask=mask)
    return aim.end(climb(aim, step=step, steps=steps, decay=decay))


def fgsm_direction(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    *,
    targeted: bool = False,
    mask: Tensor | None = None,
) -> Tensor:
    """Where FGSM goes: −1, 0 or 1 for every pixel. It does not depend on ε.

    So one gradient serves every ε: ``apply(images, fgsm_direction(model, images, labels), eps)``
    is ``fgsm(model, images, labels, eps)``. With ``targeted`` the direction is downhill.
    """
    aim = Aim.of(model, images, labels, targeted=targeted, mask=mask)
    return aim.gradient(aim.images).sign()


def apply(images: Tensor, direction: Tensor, eps: float, *, mask: Tensor | None = None) -> Tensor:
    """clip(x + ε·s): the last step of FGSM alone, the part that a slider repeats."""
    check_size(eps, "eps")
    if images.shape != direction.shape:
        raise ValueError("Images and direction must have the same shape.")
    free = as_mask(mask, images)
    if free is not None:
        direction = direction * free
    return (images.detach() + eps * direction).clamp(0, 1)


def random_offset(aim: Aim, generator: Generator | None = None, *, seed: int = 0) -> Tensor:
    """Pictures somewhere in the ε-ball around the aim's, uniformly, and in [0, 1].

    From ``generator`` every picture has an offset of its own. Without it all have the same one,
    drawn from ``seed``: then a batch is what its pictures are one by one.
    """
    shape = aim.images.shape if generator else aim.images.shape[1:]
    generator = generator or Generator().manual_seed(seed)
    noise = torch.rand(
        shape, generator=generator, dtype=aim.images.dtype, device=generator.device
    ).to(aim.images.device)
    noise = (2 * noise - 1) * aim.eps
    return (aim.images + (noise if aim.mask is None else noise * aim.mask)).clamp(0, 1)


def climb(
    aim: Aim,
    *,
    step: float,
    steps: int,
    start: Tensor | None = None,
    decay: float | None = None,
) -> Iterator[Tensor]:
    """The loop behind every L∞ attack: yields the start, if one is given, and every iterate.

    ``start``: pictures inside the ball, if not the clean ones. ``decay``: with momentum.
    Raises ValueError at once for bad numbers.
    """
    check_size(step, "step")
    check_count(steps, "steps")
    if decay is not None:
        check_size(decay, "decay")
    return _climb(aim, step, steps, start, decay)


def _climb(
    aim: Aim, step: float, steps: int, start: Tensor | None, decay: float | None
) -> Iterator[Tensor]:
    now, low, high = aim.images, aim.images.new_zeros(()), aim.images.new_ones(())
    if start is not None or steps > 1 or step > aim.eps:  # otherwise it cannot leave the ball
        # No pixel further than ε from the picture, and still a picture.
        low, high = (now - aim.eps).clamp_(min=0), (now + aim.eps).clamp_(max=1)
    if start is not None:
        now = start
        yield now
    memory: Tensor | float = 0.0
    for _ in range(steps):
        gradient = aim.gradient(now)
        if decay is not None:
            memory = gradient = decay * memory + _same_length(gradient)
        now = torch.add(now, gradient.sign(), alpha=step).clamp_(low, high)
        yield now


def _same_length(gradient: Tensor) -> Tensor:
    """Every picture's gradient over its mean size; where that is 0 it stays 0."""
    # The paper divides by the sum. The mean differs by a constant, which the sign does not see.
    size = gradient.abs().mean(dim=tuple(range(1, gradient.ndim)), keepdim=True)
    return gradient / torch.where(size > 0, size, 1.0)
