"""What the adversarial page shows: FGSM in whole steps of an 8-bit picture, and its verdict.

A picture here is uint8, as a file stores it, and ε a number of steps of 1/255. So what is judged
is exactly what is seen and saved: nothing is rounded away afterwards.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import torch
from torch import Tensor

from dlviz.core.attack_plane import random_signs as drawn_signs
from dlviz.core.attacks import Aim, apply
from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.figures.charts import percent

LEVELS = 255
SURE = 0.5  # below it a net does not know the picture, and nobody can be fooled about it
CONTROL_SEED = 0
MANY_STILL = 0.05  # so many pixel values without a gradient are worth a sentence

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
    With a ``target`` it is downhill on the loss for that class. ``gradient``: ∇ₓ of the loss,
    float32 C×H×W, which ``direction`` is the sign of, or with a target its negative.
    """

    pixels: Tensor
    direction: Tensor
    label: int
    clean: Tensor
    target: int | None = None
    gradient: Tensor | None = None


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of one ε: the picture (uint8 C×H×W) and what the net says to it (float32 K).

    ``control``: what it says when the signs are random instead of the gradient's.
    """

    eps: int
    pixels: Tensor
    probabilities: Tensor
    control: Tensor


def study(model: Classifier, pixels: Tensor, target: int | None = None) -> Study:
    """The net's answer to uint8 C×H×W pixels and FGSM's direction: one gradient for every ε.

    ``target``: the class to be mistaken for; without one the net's own answer is to fall. Raises
    ValueError where that is the answer already, or where the gradient is not finite.
    """
    images = to_unit(pixels)[None]
    clean = model.probabilities(images)[0].cpu()
    label = clean.argmax()
    if target is not None and target == int(label):
        raise ValueError(f"The net says {model.classes[target]} already: aim at another class.")
    wanted = label if target is None else torch.tensor(target)
    aim = Aim.of(model, images, wanted[None], targeted=target is not None)
    uphill = aim.gradient(images)[0]
    gradient = uphill if target is None else -uphill
    return Study(pixels, uphill.sign().to(torch.int8), int(label), clean, target, gradient)


def random_signs(shape: tuple[int, ...]) -> Tensor:
    """The control's direction: −1 or 1 for every pixel value, int8, from a fixed seed."""
    return drawn_signs(shape, CONTROL_SEED)


def attacked(model: Classifier, subject: Study, eps: int) -> Outcome:
    """Move every pixel of the studied picture by ``eps`` steps of 1/255, and ask the net again.

    x′ = clip(x + ε·sign(∇ₓ J(θ, x, y))), Goodfellow, Shlens and Szegedy (2015), arXiv:1412.6572.
    The control moves the same pixels by the same ε, with signs drawn from a fixed seed.
    Raises ValueError for a negative ``eps``.
    """
    images = to_unit(subject.pixels)
    both = torch.stack([subject.direction, random_signs(tuple(images.shape))])
    moved = apply(images.expand_as(both), both, eps / LEVELS)
    pixels = (moved * LEVELS).round().to(torch.uint8)
    probabilities, control = model.probabilities(to_unit(pixels)).cpu()
    return Outcome(eps, pixels[0], probabilities, control)


@dataclass(frozen=True)
class Verdict:
    """``kind``: "fooled"; "changed" (to another answer that is right, too, or not to the target);
    "holds" (resisted); "start" (ε is 0) or "unsuitable". ``sentence`` says it in plain words."""

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
    judged = judge(subject, outcome.eps, outcome.probabilities, classes, right=right)
    if judged.kind == "holds" and not subject.direction.any():
        name, sure = classes[subject.label], float(subject.clean[subject.label])
        why = f"the net is so sure of {name} that its gradient rounds to 0."
        if sure < 1:
            why = f"the gradient is 0 in every pixel, though {name} has only {percent(sure)}."
        return Verdict("holds", f"Nowhere to go: {why}")
    return judged


def judge(
    subject: Study,
    eps: int,
    probabilities: Tensor,
    classes: tuple[str, ...],
    *,
    right: Collection[str] | None = None,
) -> Verdict:
    """As ``verdict``, by what the net says (float32 K) to a picture moved by ``eps`` anyhow."""
    unfair = _unsuitable(subject, classes, right)
    if unfair:
        return Verdict("unsuitable", f"Not a fair test: {unfair}")
    before = classes[subject.label]
    best = int(probabilities.argmax())
    after, now = classes[best], percent(float(probabilities[best]))
    steps = f"{eps} of {LEVELS} steps"
    if eps == 0:
        return Verdict("start", f"Nothing is added yet: {before}, {now}. Raise ε.")
    aim = subject.target
    got = "" if aim is None else f"; {classes[aim]} has {percent(float(probabilities[aim]))}"
    if best == subject.label:
        return Verdict(
            "holds", f"Resisted: still {before} ({now}) with every pixel {steps} off{got}."
        )
    change = f"{before} has become {after} ({now})"
    if right is not None and after in right:
        return Verdict("changed", f"Another answer, but not a wrong one: {change}.")
    if aim not in (None, best):
        return Verdict("changed", f"Changed, but not to the target: {change}{got}.")
    aimed = "Fooled" if aim is None else "Fooled, as aimed"
    return Verdict("fooled", f"{aimed}: {change}, and no pixel moved by more than {steps}.")


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


def gradient_sentence(subject: Study, classes: tuple[str, ...]) -> str:
    """What is wrong with the gradient, in plain words; "" where it is an honest guide."""
    still = float((subject.direction == 0).float().mean())
    name = classes[subject.label]
    sure = float(subject.clean[subject.label]) == 1
    if still == 1 and not sure:
        return (
            "The gradient is exactly 0 in every pixel: as far as it can be seen from here, the "
            "answer does not depend on the picture. That protects nothing: a larger step may fool."
        )
    if still == 1:
        return (
            f"The gradient is exactly 0: the probability of {name} rounds to 1 in 32 bits, so the "
            "loss is flat here. That protects nothing: a larger step in another direction may fool."
        )
    if subject.target is None and sure:
        return (
            f"The probability of {name} rounds to 1, so its own part of the gradient is lost: the "
            "direction is only the rivals', and partly rounding."
        )
    if still >= MANY_STILL:
        return f"For {percent(still)} of the pixel values the gradient is exactly 0: they stay."
    return ""


def code(load_model: str, load_pixels: str, eps: int, target: int | None = None) -> str:
    """A program that repeats the attack and runs as it stands.

    ``load_model`` and ``load_pixels``: Python that sets ``model``, and ``pixels`` uint8 C×H×W.
    """
    aim = "logits.argmax(dim=1)  # the net's own answer is what has to change"
    if target is not None:
        aim = f"torch.tensor([{target}])  # the class to be mistaken for: its loss has to fall"
    sign = "+" if target is None else "-"
    return f"""\
import torch
from torch.nn import functional as F

{load_model}
{load_pixels}

image = (pixels / 255)[None].requires_grad_()
logits = model(image)  # normalisation is inside: the model takes pixels in [0, 1]
label = {aim}
(gradient,) = torch.autograd.grad(F.cross_entropy(logits, label), image)

adversarial = (image {sign} {eps} / 255 * gradient.sign()).clamp(0, 1).detach()
adversarial = (adversarial * 255).round() / 255  # as a file stores it
for picture in (image.detach(), adversarial):
    share, best = model.probabilities(picture)[0].max(dim=0)
    print(f"{{model.classes[best]}}: {{share:.1%}}")
"""
