"""What the adversarial page shows: FGSM in whole steps of an 8-bit picture, and its verdict.

A picture here is uint8, as a file stores it, and ε a number of steps of 1/255. So what is judged
is exactly what is seen and saved: nothing is rounded away afterwards.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from dlviz.core.attacks import apply, fgsm_direction
from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.figures.charts import percent

LEVELS = 255
SURE = 0.5  # below it a net does not know the picture, and nobody can be fooled about it
CONTROL_SEED = 0

# ImageNet's names that are true of a shipped photograph; none where no category fits. A photograph
# that is not here is judged by the net's confidence alone.
RIGHT: dict[str, frozenset[str]] = {
    "cat": frozenset({"tabby", "tiger cat", "Egyptian cat"}),
    "coffee": frozenset({"espresso", "cup", "coffee mug"}),
    "camera": frozenset({"tripod", "reflex camera"}),
    "astronaut": frozenset(),
    "rocket": frozenset({"missile", "projectile"}),
    "stars": frozenset(),
    "brick": frozenset(),
    "text": frozenset(),
}


@dataclass(frozen=True, eq=False)
class Study:
    """One picture, one model: everything about FGSM that does not depend on ε.

    ``pixels`` uint8 C×H×W; ``direction`` int8 C×H×W, −1, 0 or 1: uphill on the loss for
    ``label``, the net's own answer to the clean picture; ``clean``: its probabilities, float32 K.
    """

    pixels: Tensor
    direction: Tensor
    label: int
    clean: Tensor


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of one ε: the picture (uint8 C×H×W) and what the net says to it (float32 K).

    ``control``: what it says when the signs are random instead of the gradient's.
    """

    eps: int
    pixels: Tensor
    probabilities: Tensor
    control: Tensor


def study(model: Classifier, pixels: Tensor) -> Study:
    """The net's answer to uint8 C×H×W pixels and FGSM's direction: one gradient for every ε."""
    images = to_unit(pixels)[None]
    clean = model.probabilities(images)[0]
    label = clean.argmax()
    direction = fgsm_direction(model, images, label[None])[0]
    return Study(pixels, direction.to(torch.int8), int(label), clean)


def attacked(model: Classifier, subject: Study, eps: int) -> Outcome:
    """Move every pixel of the studied picture by ``eps`` steps of 1/255, and ask the net again.

    x′ = clip(x + ε·sign(∇ₓ J(θ, x, y))), Goodfellow, Shlens and Szegedy (2015), arXiv:1412.6572.
    The control moves the same pixels by the same ε, with signs drawn from a fixed seed.
    Raises ValueError for a negative ``eps``.
    """
    images = to_unit(subject.pixels)
    draw = np.random.default_rng(CONTROL_SEED).integers(0, 2, tuple(images.shape)) * 2 - 1
    both = torch.stack([subject.direction, torch.from_numpy(draw).to(torch.int8)])
    moved = apply(images.expand_as(both), both, eps / LEVELS)
    pixels = (moved * LEVELS).round().to(torch.uint8)
    probabilities, control = model.probabilities(to_unit(pixels))
    return Outcome(eps, pixels[0], probabilities, control)


@dataclass(frozen=True)
class Verdict:
    """``kind``: "fooled", "changed" (to another right answer), "holds", "start" (ε is 0) or
    "unsuitable"; ``sentence`` says it in plain words."""

    kind: str
    sentence: str


def verdict(
    subject: Study,
    outcome: Outcome,
    classes: tuple[str, ...],
    *,
    right: Collection[str] | None = None,
) -> Verdict:
    """Judge an attack by the net's own clean answer: that is what has to change.

    ``right`` are the class names that are true of the picture: empty if the net has none for it,
    None if nobody knows. A net that is wrong or unsure to begin with cannot be fooled.
    """
    unfair = _unsuitable(subject, classes, right)
    if unfair:
        return Verdict("unsuitable", f"Not a fair test: {unfair}")
    before = classes[subject.label]
    after = classes[int(outcome.probabilities.argmax())]
    now = percent(float(outcome.probabilities.max()))
    steps = f"{outcome.eps} of {LEVELS} steps"
    if outcome.eps == 0:
        return Verdict("start", f"Nothing is added yet: {before}, {now}. Raise ε.")
    if not subject.direction.any():
        sure = f"the net is so sure of {before} that its gradient rounds to 0."
        return Verdict("holds", f"Nowhere to go: {sure}")
    if after == before:
        return Verdict(
            "holds", f"Not fooled: still {before} ({now}), with pixels moved by {steps}."
        )
    change = f"{before} has become {after} ({now})"
    if right is not None and after in right:
        return Verdict("changed", f"Another answer, but not a wrong one: {change}.")
    return Verdict("fooled", f"Fooled: {change}, and no pixel moved by more than {steps}.")


def _unsuitable(
    subject: Study, classes: tuple[str, ...], right: Collection[str] | None
) -> str | None:
    """Why nobody can be fooled about this picture, if so."""
    answer, sure = classes[subject.label], float(subject.clean[subject.label])
    if right is not None and answer not in right:
        truth = f"it is {' or '.join(sorted(right))}" if right else "and no class fits"
        return f"the net is wrong from the start. It says {answer}, {truth}."
    if sure < SURE:
        return f"the net does not know this picture. Its best guess is {answer}, {percent(sure)}."
    return None


def control_sentence(
    subject: Study, outcome: Outcome, classes: tuple[str, ...], judged: Verdict
) -> str:
    """What the net says when the same ε goes in random directions."""
    best = int(outcome.control.argmax())
    said = f"{classes[best]}, {percent(float(outcome.control[best]))}"
    if best != subject.label:
        return f"The same ε with random signs: {said}. So much noise alone changes the answer."
    fooled = judged.kind in ("fooled", "changed")
    lesson = " It is the direction that does it, not the noise." if fooled else ""
    return f"The same ε with random signs: still {said}.{lesson}"


def code(load_model: str, load_pixels: str, eps: int) -> str:
    """A program that repeats the attack and runs as it stands.

    ``load_model`` and ``load_pixels``: Python that sets ``model``, and ``pixels`` uint8 C×H×W.
    """
    return f"""\
import torch
from torch.nn import functional as F

{load_model}
{load_pixels}

image = (pixels / 255)[None].requires_grad_()
logits = model(image)  # normalisation is inside: the model takes pixels in [0, 1]
label = logits.argmax(dim=1)  # the net's own answer is what has to change
(gradient,) = torch.autograd.grad(F.cross_entropy(logits, label), image)

adversarial = (image + {eps} / 255 * gradient.sign()).clamp(0, 1).detach()
adversarial = (adversarial * 255).round() / 255  # as a file stores it
for picture in (image.detach(), adversarial):
    share, best = model.probabilities(picture)[0].max(dim=0)
    print(f"{{model.classes[best]}}: {{share:.1%}}")
"""
