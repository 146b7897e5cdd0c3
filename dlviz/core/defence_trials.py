"""Trying a defence: one picture attacked step by step, and what a defence does to a whole set.

ε counts steps of 1/255, and every picture is rounded to 8 bits before it is judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from dlviz.core.attacks import ATTACKS
from dlviz.core.data import to_unit
from dlviz.core.defences import Defended
from dlviz.core.probe import evaluating
from dlviz.core.robustness import LEVELS, on_grid, random_signs

STEPS = 10  # of PGD: what a defence has to stand at least
BATCH = 25


@dataclass(frozen=True, eq=False)
class Attempt:
    """The worst that PGD has found so far: ``pixels`` uint8 C×H×W and the net's ``answer``,
    float32 K probabilities, to them."""

    pixels: Tensor
    answer: Tensor


def attempts(
    model: nn.Module, pixels: Tensor, label: int, eps: int, *, steps: int = STEPS
) -> Iterator[tuple[int, Attempt]]:
    """PGD on one uint8 C×H×W picture: (steps done, the worst so far), ``steps`` + 1 times.

    ``label`` is the answer to lead away from. Worst is what gives ``label`` the least probability,
    the random start included: an attacker through a defence has no monotone way up.
    """
    images, wanted = to_unit(pixels)[None], torch.tensor([label])
    walk = ATTACKS["pgd"].path(model, images, wanted, eps / LEVELS, steps=steps)
    next(walk)  # the clean picture
    model = evaluating(model)
    worst: Attempt | None = None
    for done, now in enumerate(walk):
        rounded = on_grid(now)
        with torch.no_grad():
            answer = model(rounded)[0].softmax(dim=0).cpu()
        if worst is None or answer[label] < worst.answer[label]:
            worst = Attempt((rounded[0] * LEVELS).round().to(torch.uint8), answer)
        yield done, worst


@dataclass(frozen=True)
class Toll:
    """What a defence costs and wins on ``count`` pictures: how many were named rightly.

    ``bare``, ``clean``: the clean pictures, without and with the defence. ``naive_bare``,
    ``naive``: under PGD that does not know of the defence, without and with it. ``through``: under
    PGD through the defence. ``noise``: random signs of the same ε, with the defence.
    """

    count: int
    bare: int
    clean: int
    naive_bare: int
    naive: int
    through: int
    noise: int


def toll(
    defended: Defended, pixels: Tensor, labels: Tensor, eps: int, *, batch: int = BATCH
) -> Iterator[tuple[int, Toll]]:
    """The toll on uint8 N×C×H×W pictures of these true classes: (how many are done, so far).

    PGD takes ten steps, against the net of ``defended`` alone and against both together.
    """
    model = evaluating(defended.model)
    pgd, sums = ATTACKS["pgd"], [0] * 6
    for begin in range(0, len(pixels), batch):
        images, theirs = to_unit(pixels[begin : begin + batch]), labels[begin : begin + batch]
        signs = [random_signs(images.shape[1:], 0, begin + at) for at in range(len(images))]
        noisy = (images + eps / LEVELS * torch.stack(signs)).clamp(0, 1)
        naive = pgd.run(model, images, theirs, eps / LEVELS, steps=STEPS)
        through = pgd.run(defended, images, theirs, eps / LEVELS, steps=STEPS)
        asked = (
            (model, images),
            (defended, images),
            (model, naive),
            (defended, naive),
            (defended, through),
            (defended, noisy),
        )
        sums = [
            total + _right(net, shown, theirs)
            for total, (net, shown) in zip(sums, asked, strict=True)
        ]
        done = begin + len(images)
        yield done, Toll(done, *sums)


@torch.no_grad()
def _right(net: nn.Module, images: Tensor, labels: Tensor) -> int:
    return int((net(on_grid(images)).argmax(dim=1).cpu() == labels).sum())
