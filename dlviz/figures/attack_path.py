"""The path of an attack on one picture: every step, what the net says to it, and how far it is.

A step is judged twice: as computed, in numbers of any fineness, and as a file holds it, in whole
steps of 1/255. The two may differ, and the second is what can be shown to anybody.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from dlviz.core.attacks import ATTACKS, Attack
from dlviz.core.attacks.registry import Number
from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.figures.attack import Study, Verdict, judge, random_signs
from dlviz.figures.charts import percent

LEVELS = 255
DEPTH = 7  # a shown change has the levels −7…7: half a byte
TINY = 1e-9
RANDOM = "random"  # the control's name among the attacks


@dataclass(frozen=True, eq=False)
class Recipe:
    """What is done: the attack's name, ε in steps of 1/255, class aimed at, settings, mask.

    ``mask``: bool C×H×W, true where a pixel may move; None: everywhere.
    """

    name: str
    eps: int
    target: int | None = None
    settings: Mapping[str, Number] = field(default_factory=dict)
    mask: Tensor | None = None

    @property
    def attack(self) -> Attack:
        return ATTACKS[self.name]

    def reach(self, pixels: Tensor) -> float:
        """ε in pixels of [0, 1]; for an attack that measures lengths, the length of a whole step.

        That is ε·√n for n free pixel values: as long as a change that moves every one by ε.
        """
        free = pixels.numel() if self.mask is None else int(self.mask.sum())
        whole = self.attack.norm == "l2"
        return self.eps / LEVELS * (math.sqrt(free) if whole else 1.0)


@dataclass(frozen=True, eq=False)
class Step:
    """A picture of the path. ``change``: int8 C×H×W, −7…7, in steps of ``limit``/7.

    ``said``: what the net says to it as computed, ``filed``: rounded to 8 bits, float32 K.
    ``farthest``, ``length``: its L∞ and L2 distance from the picture, in pixels of [0, 1].
    """

    change: Tensor
    limit: float
    said: Tensor
    filed: Tensor
    farthest: float
    length: float


@dataclass(frozen=True, eq=False)
class Walk:
    """A path so far. ``pixels``: the last step's, uint8 C×H×W, as a file holds it.

    ``seconds``: what the attack itself took, without the judging.
    """

    recipe: Recipe
    steps: tuple[Step, ...]
    pixels: Tensor
    seconds: float

    @property
    def last(self) -> Step:
        return self.steps[-1]

    @property
    def gradients(self) -> int:
        """How many were computed on the way."""
        attack, steps = self.recipe.attack, len(self.steps) - 1
        if self.recipe.name == "deepfool":
            wanted = int(attack.chosen(self.recipe.settings)["candidates"])
            return steps * min(wanted, len(self.last.said) - 1)
        return steps - 1 if attack.random else steps


@dataclass(frozen=True, eq=False)
class Row:
    """An attack beside others: how it ended, and what it cost. ``gradients`` 0: the control."""

    name: str
    title: str
    last: Step
    moved: int
    gradients: int
    seconds: float


def walk(model: Classifier, pixels: Tensor, label: int, recipe: Recipe) -> Iterator[Walk]:
    """The path of ``recipe`` on uint8 C×H×W pixels, one step further each time.

    ``label`` is the net's own clean answer, which has to change unless there is a target. Raises
    ValueError in one sentence where the attack cannot go.
    """
    image = to_unit(pixels)[None]
    goal = label if recipe.target is None else recipe.target
    began = time.perf_counter()
    path = recipe.attack.path(
        model,
        image,
        torch.tensor([goal]),
        recipe.reach(pixels),
        targeted=recipe.target is not None,
        mask=None if recipe.mask is None else recipe.mask[None],
        seed=0,
        **recipe.settings,
    )
    scale = recipe.eps / LEVELS if recipe.attack.norm == "linf" else None
    steps: tuple[Step, ...] = ()
    seconds = 0.0
    while (now := next(path, None)) is not None:
        seconds += time.perf_counter() - began
        filed = (now * LEVELS).round().to(torch.uint8)
        steps += (_step(model, image, now, filed, scale),)
        yield Walk(recipe, steps, filed[0], seconds)
        began = time.perf_counter()


def planned(recipe: Recipe) -> int:
    """How many pictures the path has, the clean one included; DeepFool stops earlier."""
    settings = recipe.attack.chosen(recipe.settings)
    return 1 + int(settings.get("steps", 1)) + int(recipe.attack.random)


def control(model: Classifier, pixels: Tensor, recipe: Recipe) -> Row:
    """Random signs of the same ε, in the same mask: what so much noise alone does."""
    image = to_unit(pixels)[None]
    signs = random_signs(tuple(pixels.shape))
    if recipe.mask is not None:
        signs = signs * recipe.mask
    now = (image + recipe.eps / LEVELS * signs).clamp(0, 1)
    filed = (now * LEVELS).round().to(torch.uint8)
    last = _step(model, image, now, filed, recipe.eps / LEVELS)
    return Row(RANDOM, "Random signs, the control", last, moved_by(pixels, filed[0]), 0, 0.0)


def row_of(done: Walk, pixels: Tensor) -> Row:
    """What a table says about a path that has ended; ``pixels``: the clean ones."""
    name = done.recipe.name
    moved = moved_by(pixels, done.pixels)
    return Row(name, ATTACKS[name].title, done.last, moved, done.gradients, done.seconds)


def moved_by(before: Tensor, after: Tensor) -> int:
    """How far the farthest pixel has moved in the file, in steps of 1/255."""
    return int((after.to(torch.int16) - before.to(torch.int16)).abs().max())


def judged(
    subject: Study, last: Step, moved: int, classes: tuple[str, ...], right: Collection[str] | None
) -> Verdict:
    """Judge a path by its file, by the net's own clean answer: fooled, changed or resisted.

    ``right``: the class names that are true of the picture, None if nobody knows. Where only the
    rounding to a file has undone it, the sentence says so.
    """
    plain = judge(subject, max(moved, 1), last.filed, classes, right=right)
    if plain.kind == "unsuitable":
        return plain
    before, aim = classes[subject.label], subject.target
    best, computed = int(last.filed.argmax()), int(last.said.argmax())
    after = f"{classes[best]} ({percent(float(last.filed[best]))})"
    goal = "" if aim is None else f" {classes[aim]} has {percent(float(last.filed[aim]))}."
    far = f"no pixel moved by more than {moved} of {LEVELS} steps, a length of {last.length:.2f}"
    if plain.kind == "holds" and computed != best:
        there = f"{classes[computed]} ({percent(float(last.said[computed]))})"
        return Verdict(
            "holds",
            f"Undone by the file: as computed {before} has become {there}, but a file holds whole "
            f"steps of 1/{LEVELS}, and there it is still {after}.",
        )
    if plain.kind == "holds":
        return Verdict("holds", f"Resisted: still {after}, with {far}.{goal}")
    if plain.kind == "fooled":
        word = "Fooled" if aim is None else "Fooled, as aimed"
        return Verdict("fooled", f"{word}: {before} has become {after}; {far}.")
    if right is not None and classes[best] in right:
        return Verdict(
            "changed", f"Another answer, but not a wrong one: {before} has become {after}."
        )
    return Verdict("changed", f"Changed, but not to the target: {before} has become {after}.{goal}")


def _step(
    model: Classifier, image: Tensor, now: Tensor, filed: Tensor, scale: float | None
) -> Step:
    """``scale``: what the levels −7 and 7 stand for; None: the farthest pixel's distance."""
    change = (now - image)[0]
    farthest = float(change.abs().max())
    limit = max(farthest if scale is None else scale, TINY)
    levels = (change / limit * DEPTH).round().clamp(-DEPTH, DEPTH).to(torch.int8)
    said, kept = model.probabilities(torch.cat([now, to_unit(filed)])).cpu()
    return Step(levels, limit, said, kept, farthest, float(change.norm()))
