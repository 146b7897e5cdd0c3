"""Activation maximisation: a picture that is grown to excite a unit, a channel or a class.

Gradient ascent on the numbers that a picture is painted from, not on the network. What is to be
excited is an ``Objective``, and objectives add up; what the picture must survive on its way to the
network are transforms; how it is painted is in ``dlviz.core.paint``. Sources: Erhan et al. (2009),
"Visualizing higher-layer features of a deep network"; Olah, Mordvintsev and Schubert (2017),
"Feature visualization", doi:10.23915/distill.00007.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from dlviz.core.classifier import Classifier
from dlviz.core.paint import Paint
from dlviz.core.probe import activations, shadow
from dlviz.core.relu_rules import ReluRule

# Stand for layers: what the network answers in the end, and the picture that it is shown.
LOGITS, PICTURE = "its logits", "the picture"
MOST_STEPS = 1024
WAKING = 16  # steps in which a silent unit's shut ReLUs let through what would open them
Answers = Mapping[str, Tensor]
Transform = Callable[[Tensor, Generator], Tensor]


@dataclass(frozen=True)
class Objective:
    """What is to grow: ``layers`` that it reads, and its value for each picture, N numbers.

    Objectives add up and have weights: ``channel("relu3", 89) + 0.5 * class_logit(2)``.
    """

    layers: tuple[str, ...]
    value: Callable[[Answers], Tensor]

    def __add__(self, other: Objective) -> Objective:
        layers = tuple(dict.fromkeys((*self.layers, *other.layers)))
        return Objective(layers, lambda answers: self.value(answers) + other.value(answers))

    def __mul__(self, weight: float) -> Objective:
        return Objective(self.layers, lambda answers: weight * self.value(answers))

    __rmul__ = __mul__

    def __neg__(self) -> Objective:
        return -1.0 * self

    def __sub__(self, other: Objective) -> Objective:
        return self + -other


def unit(layer: str, channel: int) -> Objective:
    """The place in the middle of a channel's map (of an even side the one right, below)."""

    def value(answers: Answers) -> Tensor:
        maps = _maps(answers, layer, channel)
        return maps[:, maps.shape[1] // 2, maps.shape[2] // 2]

    return Objective((layer,), value)


def channel_mean(layer: str, channel: int) -> Objective:
    """The mean of a channel over all its places."""
    return Objective((layer,), lambda answers: _maps(answers, layer, channel).mean(dim=(1, 2)))


def class_logit(index: int) -> Objective:
    """What the network answers for a class, before the softmax."""

    def value(answers: Answers) -> Tensor:
        logits = answers[LOGITS]
        if not 0 <= index < logits.shape[1]:
            raise ValueError(f"The class must be a whole number from 0 to {logits.shape[1] - 1}.")
        return logits[:, index]

    return Objective((LOGITS,), value)


def roughness() -> Objective:
    """The mean |difference| of neighbouring pixels: taken away from another it keeps lines few."""

    def value(answers: Answers) -> Tensor:
        picture = answers[PICTURE]
        down = (picture[:, :, 1:] - picture[:, :, :-1]).abs().mean(dim=(1, 2, 3))
        across = (picture[..., 1:] - picture[..., :-1]).abs().mean(dim=(1, 2, 3))
        return down + across

    return Objective((PICTURE,), value)


def _maps(answers: Answers, layer: str, channel: int) -> Tensor:
    maps = answers[layer]
    if maps.ndim != 4:
        raise ValueError(f"Layer {layer!r} has no feature maps.")
    if not 0 <= channel < maps.shape[1]:
        raise ValueError(f"The channel must be a whole number from 0 to {maps.shape[1] - 1}.")
    return maps[:, channel]


def answers_to(model: Classifier, pictures: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
    """Layer → what it answers to pictures N×C×H×W in [0, 1]; ``LOGITS`` and ``PICTURE`` too."""
    inner = [layer for layer in layers if layer not in (LOGITS, PICTURE)]
    found = activations(model, pictures, inner) if inner else {}
    if LOGITS in layers:
        found[LOGITS] = shadow(model)(pictures)
    if PICTURE in layers:
        found[PICTURE] = pictures
    return found


@dataclass(frozen=True)
class Jitter:
    """Moves the pictures by up to ``most`` pixels each way; what leaves at one side comes back.

    A detail that only works at one place then earns nothing.
    """

    most: int

    def __call__(self, pictures: Tensor, generator: Generator) -> Tensor:
        if not self.most:
            return pictures
        down, right = torch.randint(-self.most, self.most + 1, (2,), generator=generator).tolist()
        return pictures.roll((down, right), dims=(2, 3))


@dataclass(frozen=True)
class Blur:
    """Blurs with a Gaussian of deviation ``sigma`` pixels, borders repeated.

    What is finer than that the network does not see, so nothing draws it.
    """

    sigma: float

    def __call__(self, pictures: Tensor, generator: Generator) -> Tensor:  # noqa: ARG002 - all are called alike
        if not self.sigma:
            return pictures
        kernel = gaussian(self.sigma).to(pictures)
        reach, channels = len(kernel) // 2, pictures.shape[1]
        padded = F.pad(pictures, (reach, reach, reach, reach), mode="replicate")
        across = kernel.view(1, 1, 1, -1).expand(channels, 1, 1, -1)
        return F.conv2d(
            F.conv2d(padded, across, groups=channels), across.transpose(2, 3), groups=channels
        )


def gaussian(sigma: float) -> Tensor:
    """A Gaussian's weights at whole distances up to 3σ; their sum is 1."""
    reach = max(1, round(3 * sigma))
    distance = torch.arange(-reach, reach + 1, dtype=torch.float64)
    weights = torch.exp(-(distance**2) / (2 * sigma**2))
    return weights / weights.sum()


@dataclass(frozen=True)
class Recipe:
    """How a picture is grown: ``steps`` of Adam at ``rate``, through ``transforms`` in order.

    ``kept`` pictures are shown on the way. Raises ValueError for what cannot be.
    """

    steps: int = 64
    rate: float = 0.05
    transforms: tuple[Transform, ...] = field(default=(Jitter(4),))
    kept: int = 24

    def __post_init__(self) -> None:
        if not 1 <= self.steps <= MOST_STEPS:
            raise ValueError(f"A picture is grown in 1 to {MOST_STEPS} steps.")
        if not 0 < self.rate <= 1:
            raise ValueError("The rate must be above 0, at most 1.")
        if self.kept < 2:
            raise ValueError("At least two pictures are kept: the first and the last.")

    @property
    def shown(self) -> list[int]:
        """The steps whose pictures are kept: denser where it moves fastest, at the start."""
        share = [at / (self.kept - 1) for at in range(self.kept)]
        return sorted({round(self.steps * part**1.6) for part in share})


@dataclass(frozen=True, eq=False)
class Growth:
    """How far it is: ``pictures`` K×C×H×W in [0, 1] after ``steps``; ``values`` of every step.

    ``values``: the objective for the picture before each step, as the network saw it then,
    transformed. ``done`` steps.
    """

    done: int
    steps: tuple[int, ...]
    pictures: Tensor
    values: tuple[float, ...]


def stream_maximise(
    model: Classifier, objective: Objective, paint: Paint, recipe: Recipe, *, seed: int = 0
) -> Iterator[Growth]:
    """Grow one picture, reporting after every step; the last report has the whole film.

    Same seed, same picture. The model is not touched. Raises ValueError for a unit that is not
    there, ArithmeticError where the objective is no number.
    """
    generator = Generator().manual_seed(seed)
    shown = recipe.shown
    with torch.inference_mode(False):
        raw = paint.start((1, *model.input_shape), generator).requires_grad_()
        adam = torch.optim.Adam([raw], lr=recipe.rate)
        pictures, steps = [paint.picture(raw).detach()], [0]
        values: list[float] = []
        silent = _is_silent(model, objective, paint.picture(raw).detach())
        for step in range(1, recipe.steps + 1):
            with torch.enable_grad():  # a caller may have gradients off
                seen = paint.picture(raw)
                for transform in recipe.transforms:
                    seen = transform(seen, generator)
                value, slope = _climb(model, objective, seen, raw, waking=silent and step <= WAKING)
            values.append(value)
            raw.grad = -slope  # the picture's own numbers, not the network's; Adam walks down
            adam.step()
            if step in shown:
                pictures.append(paint.picture(raw).detach())
                steps.append(step)
            yield Growth(step, tuple(steps), torch.cat(pictures), tuple(values))


class _Waking(ReluRule):
    """A ReLU that is shut lets through what would open it.

    Of a unit that a grey picture leaves silent the gradient is 0: ascent would never begin.
    """

    def __init__(self) -> None:
        super().__init__("plain")
        self._rule = lambda signal, passed: torch.where(passed | (signal > 0), signal, 0)


def _is_silent(model: Classifier, objective: Objective, picture: Tensor) -> bool:
    """Whether what the network answers does not move with the picture at all."""
    with torch.enable_grad():
        seen = picture.clone().requires_grad_()
        answers = answers_to(model, seen, objective.layers)
        value = objective.value({**answers, PICTURE: picture}).sum()
        return not value.requires_grad or not torch.autograd.grad(value, seen)[0].any()


def _climb(
    model: Classifier,
    objective: Objective,
    seen: Tensor,
    raw: Tensor,
    *,
    waking: bool,
) -> tuple[float, Tensor]:
    """(the objective for the picture ``seen``, its slope in ``raw``, which that was made from)."""
    with _Waking() if waking else nullcontext():
        value = objective.value(answers_to(model, seen, objective.layers)).sum()
    (slope,) = torch.autograd.grad(value, raw)
    if not torch.isfinite(value) or not torch.isfinite(slope).all():
        raise ArithmeticError("What is to grow is no longer a finite number.")
    return float(value.detach()), slope
