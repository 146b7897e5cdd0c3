"""Pictures made to fool one network, shown to others: who is fooled by whose?

Papernot, McDaniel and Goodfellow (2016), arXiv:1605.07277.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from dlviz.core.attacks import ATTACKS
from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.core.robustness import BATCH, LEVELS, NOISE, attacked_by, noise_like, on_grid


@dataclass(frozen=True, eq=False)
class Transfer:
    """Who is fooled by whose pictures, for M networks.

    ``fooled``, ``counted``: int64 (M+1)×M. Row s: the pictures were made for network s, in the
    last row by random signs. Column t: network t judged them. Counted are the pictures that both
    networks name rightly when clean (in the last row: that t does), fooled those of them that t
    then named wrongly.
    """

    fooled: Tensor
    counted: Tensor

    @property
    def rates(self) -> list[list[float | None]]:
        """Fooled of counted, None where nothing could be counted."""
        return [
            [int(f) / int(c) if c else None for f, c in zip(*row, strict=True)]
            for row in zip(self.fooled, self.counted, strict=True)
        ]


def transfer(
    models: Sequence[Classifier],
    pixels: Tensor,
    labels: Tensor,
    attack: str,
    eps: int,
    *,
    seed: int = 0,
    batch: int = BATCH,
) -> Iterator[tuple[int, Transfer]]:
    """Attack every network and show the pictures to all: (how many are done, the table so far).

    ``pixels`` uint8 N×C×H×W, ``labels`` int64 N, the true classes; ``attack`` a name in
    ``ATTACKS``; ``eps`` in steps of 1/255; pictures are rounded to 8 bits before they are judged.
    Raises ValueError for fewer than two networks and for bad input.
    """
    if len(models) < 2:
        raise ValueError("Transfer takes at least two networks that know the same classes.")
    if attack == NOISE or attack not in ATTACKS:
        raise ValueError(f"There is no attack called {attack!r}.")
    size = len(models)
    fooled = torch.zeros(size + 1, size, dtype=torch.int64)
    counted = torch.zeros_like(fooled)
    for begin in range(0, len(pixels), batch):
        images, theirs = to_unit(pixels[begin : begin + batch]), labels[begin : begin + batch]
        clean = torch.stack([_right(model, images, theirs) for model in models])
        for source, model in enumerate(models):
            made = on_grid(attacked_by(ATTACKS[attack], model, images, theirs, seed=seed)(eps))
            for target, judge in enumerate(models):
                both = clean[source] & clean[target]
                counted[source, target] += both.sum()
                fooled[source, target] += (both & ~_right(judge, made, theirs)).sum()
        noisy = on_grid((images + eps / LEVELS * noise_like(images, seed, begin)).clamp(0, 1))
        for target, judge in enumerate(models):
            counted[size, target] += clean[target].sum()
            fooled[size, target] += (clean[target] & ~_right(judge, noisy, theirs)).sum()
        yield begin + len(images), Transfer(fooled.clone(), counted.clone())


def _right(model: Classifier, images: Tensor, labels: Tensor) -> Tensor:
    with torch.inference_mode():
        answers: Tensor = model(images).argmax(dim=1)
        return (answers == labels).clone()
