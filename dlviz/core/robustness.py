"""How many pictures survive an attack of which ε: answers over ε, picture by picture.

ε counts steps of 1/255 and every attacked picture is rounded to 8 bits before it is judged, as a
file holds it: rounding takes no pixel out of a ball whose ε is a whole number of steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from dlviz.core.attacks import ATTACKS, Attack, apply, fgsm_direction
from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit

LEVELS = 255
NOISE = "noise"  # not an attack: random signs of the same ε, the control
BATCH = 25
NEVER, WRONG = -1, -2


@dataclass(frozen=True, eq=False)
class Survey:
    """What a network says to N pictures under one attack.

    ``epsilons``: E whole numbers of steps of 1/255, ascending, 0 first. ``labels``: int64 N, the
    true classes. ``answers``: int64 E×N.
    """

    epsilons: tuple[int, ...]
    labels: Tensor
    answers: Tensor

    @property
    def accuracies(self) -> list[float]:
        """The share of right answers for each ε."""
        return (self.answers == self.labels).double().mean(dim=1).tolist()

    @property
    def smallest(self) -> Tensor:
        """For each picture the smallest ε that fools: int64 N, in steps.

        −1 (``NEVER``): none of these does. −2 (``WRONG``): it was wrong from the start.
        """
        wrong = self.answers != self.labels
        first = torch.tensor(self.epsilons)[wrong.to(torch.uint8).argmax(dim=0)]
        first = torch.where(wrong.any(dim=0), first, NEVER)
        return torch.where(wrong[0], WRONG, first)

    def counts(self, eps: int, classes: int) -> Tensor:
        """How often which class (row) was taken for which (column) at ``eps``: int64 K×K."""
        said = self.answers[self.epsilons.index(eps)]
        flat = torch.bincount(self.labels * classes + said, minlength=classes * classes)
        return flat.view(classes, classes)


def survey(
    model: Classifier,
    pixels: Tensor,
    labels: Tensor,
    attack: str,
    epsilons: Sequence[int],
    *,
    seed: int = 0,
    batch: int = BATCH,
) -> Iterator[tuple[int, Survey]]:
    """Attack uint8 N×C×H×W pictures with every ε: (how many are done, what was said so far).

    ``labels``: int64 N, the true classes, which the attack leads away from. ``attack``: a name in
    ``ATTACKS``, or "noise" for random signs (from ``seed`` and the picture's number). An L2 attack
    gets the length ε·√(C·H·W): that of a change which moves every pixel by ε. DeepFool, which has
    no ε, counts from the ε on that its change stays within. Raises ValueError for bad input.
    """
    steps = tuple(epsilons)
    if not steps or steps[0] != 0 or list(steps) != sorted(set(steps)):
        raise ValueError("Give the ε in ascending order, 0 first.")
    if attack != NOISE and attack not in ATTACKS:
        raise ValueError(f"There is no attack called {attack!r}.")
    found: list[Tensor] = []
    for begin in range(0, len(pixels), batch):
        images, theirs = to_unit(pixels[begin : begin + batch]), labels[begin : begin + batch]
        if attack == NOISE:
            made = _by_noise(images, begin, seed)
        else:
            made = attacked_by(ATTACKS[attack], model, images, theirs, seed=seed)
        with torch.inference_mode():
            said = [model(on_grid(made(eps))).argmax(dim=1) for eps in steps]
        found.append(torch.stack(said).clone())
        done = begin + len(images)
        yield done, Survey(steps, labels[:done], torch.cat(found, dim=1))


def on_grid(images: Tensor) -> Tensor:
    """Pixels in [0, 1] rounded to steps of 1/255, as an 8-bit file holds them."""
    return (images * LEVELS).round() / LEVELS


def random_signs(shape: Sequence[int], seed: int, number: int) -> Tensor:
    """−1 or 1 for every pixel of C×H×W, drawn for picture ``number``: float32."""
    draw = np.random.default_rng([seed, number]).integers(0, 2, tuple(shape))
    return torch.from_numpy(draw.astype(np.float32) * 2 - 1)


def attacked_by(
    attack: Attack, model: Classifier, images: Tensor, labels: Tensor, *, seed: int = 0
) -> Callable[[int], Tensor]:
    """ε in steps → the attacked images in [0, 1]; what all ε share is computed here, once."""
    if attack.name == "fgsm":
        direction = fgsm_direction(model, images, labels)
        return lambda eps: apply(images, direction, eps / LEVELS)
    if not attack.has_eps:
        nearest = on_grid(attack.run(model, images, labels, seed=seed))
        moved = (nearest - images).abs().flatten(1).amax(dim=1)[:, None, None, None]
        half = 0.5 / LEVELS  # of a step: distances on the grid are whole steps but for rounding
        return lambda eps: torch.where(moved <= eps / LEVELS + half, nearest, images)
    scale = math.sqrt(images[0].numel()) if attack.norm == "l2" else 1.0

    def run(eps: int) -> Tensor:
        if eps == 0:
            return images
        return attack.run(model, images, labels, eps / LEVELS * scale, seed=seed)

    return run


def noise_like(images: Tensor, seed: int, begin: int) -> Tensor:
    """Random signs for N×C×H×W images, the first of which is picture number ``begin``."""
    shape = images.shape[1:]
    return torch.stack([random_signs(shape, seed, begin + place) for place in range(len(images))])


def _by_noise(images: Tensor, begin: int, seed: int) -> Callable[[int], Tensor]:
    signs = noise_like(images, seed, begin)
    return lambda eps: apply(images, signs, eps / LEVELS)
