"""Imitating style: a picture that keeps what one picture shows and takes on another one's texture.

Gatys, Ecker and Bethge (2015), "A Neural Algorithm of Artistic Style", arXiv:1508.06576. Gradient
descent on the picture's own numbers: its maps in a deep layer are to stay those of the content
picture, its Gram matrices are to become those of the style picture. A Gram matrix says which
channels answer together, summed over all places, so it forgets where.

Two things differ from the paper. Each distance is divided by the size of what is to be met, so
that a weight means the same in every network. And the picture itself counts as one more style
layer of three channels, for networks whose first layers tell little of colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from dlviz.core.classifier import Classifier
from dlviz.core.probe import activations

PICTURE = "the picture"  # stands for a layer: the picture's own three channels
CONTENT, NOISE = "content", "noise"  # what the picture may begin as
MOST_STEPS, MOST_SIDE = 400, 256
Maps = Mapping[str, Tensor]


@dataclass(frozen=True)
class StyleLayers:
    """Which layers of a network are compared, of pictures enlarged ``zoom`` times.

    Nets whose first layer skips every other pixel draw a grid unless they see the picture larger.
    """

    content: tuple[str, ...]
    style: tuple[str, ...]
    zoom: int = 2


@dataclass(frozen=True)
class StyleNet:
    """A network to compare by: the registered ``model``, or it with random weights."""

    title: str
    model: str
    layers: StyleLayers
    untrained: bool = False


_MOBILENET = StyleLayers(
    ("features.6",), ("features.0", "features.1", "features.3", "features.6", PICTURE)
)
_SMALL = StyleLayers(("relu3",), ("relu1", "relu2", "relu3", "relu4", PICTURE))
# Of VGG the paper's own layers: conv4_2 for content, conv1_1 … conv5_1 for style.
_VGG = StyleLayers(
    ("features.20",),
    ("features.1", "features.6", "features.11", "features.18", "features.25", PICTURE),
    zoom=1,
)
# The layers were chosen by eye.
STYLE_NETS: dict[str, StyleNet] = {
    "mobilenet_v2": StyleNet("MobileNetV2", "mobilenet_v2", _MOBILENET),
    "random": StyleNet("MobileNetV2, random weights", "mobilenet_v2", _MOBILENET, untrained=True),
    "photo_cnn": StyleNet("photo_cnn (photographs)", "photo_cnn", _SMALL),
    "creatures_cnn": StyleNet("creatures_cnn (drawn faces)", "creatures_cnn", _SMALL),
    "vgg16": StyleNet("VGG16, nearest to the paper’s", "vgg16", _VGG),
}


@dataclass(frozen=True)
class StyleRecipe:
    """The weights of the three losses, and ``steps`` of Adam, its rate falling from ``rate`` to 0.

    ``start`` is CONTENT or NOISE, drawn from ``seed``. ``kept`` pictures are shown on the way.
    Raises ValueError with one sentence for what cannot be.
    """

    content_weight: float = 1.0
    style_weight: float = 30.0
    smooth_weight: float = 10.0
    steps: int = 100
    start: str = CONTENT
    seed: int = 0
    rate: float = 0.02
    kept: int = 24

    def __post_init__(self) -> None:
        if not 1 <= self.steps <= MOST_STEPS:
            raise ValueError(f"A style is imitated in 1 to {MOST_STEPS} steps.")
        weights = (self.content_weight, self.style_weight, self.smooth_weight)
        if min(weights) < 0 or not any(weights):
            raise ValueError("No weight may be negative, and one at least must be above 0.")
        if self.start not in (CONTENT, NOISE):
            raise ValueError(f"The picture begins as {CONTENT} or as {NOISE}.")
        if self.kept < 2:
            raise ValueError("At least two pictures are kept: the first and the last.")

    @property
    def shown(self) -> list[int]:
        """The steps whose pictures are kept: denser where it moves fastest, at the start."""
        share = [at / (self.kept - 1) for at in range(self.kept)]
        return sorted({round(self.steps * part**1.6) for part in share})

    def total(self, loss: StyleLoss) -> float:
        """What is walked down."""
        return (
            self.content_weight * loss.content
            + self.style_weight * loss.style
            + self.smooth_weight * loss.smooth
        )


@dataclass(frozen=True)
class StyleWish:
    """All that an imitation of shipped or given pictures depends on.

    ``content`` and ``style`` name the pictures, ``size`` is their side in pixels, ``net`` is in
    ``STYLE_NETS``.
    """

    net: str = "mobilenet_v2"
    content: str = "cat"
    style: str = "brick"
    size: int = 128
    recipe: StyleRecipe = StyleRecipe()


@dataclass(frozen=True)
class StyleLoss:
    """The three parts, unweighted. ``content`` and ``style`` are 0 where all is met."""

    content: float
    style: float
    smooth: float


@dataclass(frozen=True, eq=False)
class Imitation:
    """How far it is: ``pictures`` uint8 K×3×S×S after ``steps``, the newest last.

    ``losses``: one of every step from 0 to ``done``, of the picture after that step.
    """

    done: int
    steps: tuple[int, ...]
    pictures: Tensor
    losses: tuple[StyleLoss, ...]


def gram(maps: Tensor) -> Tensor:
    """Maps N×C×H×W → N×C×C: how much two channels answer together, averaged over all places."""
    flat = maps.flatten(2)
    return flat @ flat.transpose(1, 2) / flat.shape[2]


def content_distance(maps: Maps, wanted: Maps, layers: Sequence[str]) -> Tensor:
    """Squared difference of the maps over the square of those wanted; the layers' mean."""
    parts = [(maps[name] - wanted[name]).square().sum() / _size(wanted[name]) for name in layers]
    return torch.stack(parts).mean()


def style_distance(maps: Maps, wanted: Maps, layers: Sequence[str]) -> Tensor:
    """The same of Gram matrices; ``wanted`` are the style picture's, C×C."""
    parts = [
        (gram(maps[name]) - wanted[name]).square().sum() / _size(wanted[name]) for name in layers
    ]
    return torch.stack(parts).mean()


def _size(tensor: Tensor) -> Tensor:
    # Maps that are 0 everywhere, of a black picture say, have no size to be measured by.
    return tensor.square().sum().clamp(min=1e-8)


def roughness_squared(pictures: Tensor) -> Tensor:
    """Total variation: the mean squared difference of neighbours, downwards plus across."""
    down = (pictures[:, :, 1:] - pictures[:, :, :-1]).square().mean()
    across = (pictures[..., 1:] - pictures[..., :-1]).square().mean()
    return down + across


def maps_of(model: Classifier, pictures: Tensor, layers: StyleLayers) -> dict[str, Tensor]:
    """Layer → its answer to pictures N×3×S×S in [0, 1], for every layer that is compared."""
    names = list(dict.fromkeys((*layers.content, *layers.style)))
    inner = [name for name in names if name != PICTURE]
    seen = pictures
    if layers.zoom > 1:
        seen = F.interpolate(
            pictures, scale_factor=layers.zoom, mode="bilinear", align_corners=False
        )
    found = activations(model, seen, inner) if inner else {}
    return {**found, PICTURE: pictures}


@dataclass(frozen=True, eq=False)
class StyleAim:
    """What a picture is measured by: two pictures' answers of one network."""

    model: Classifier
    layers: StyleLayers
    maps: Maps
    grams: Maps

    @classmethod
    def of(cls, model: Classifier, content: Tensor, style: Tensor, layers: StyleLayers) -> StyleAim:
        """``content`` and ``style``: 1×3×S×S in [0, 1]; they may differ in size."""
        with torch.no_grad():
            found = maps_of(model, content, layers)
            maps = {name: found[name] for name in layers.content}  # the others are large
            grams = {name: gram(item) for name, item in maps_of(model, style, layers).items()}
        return cls(model, layers, maps, grams)

    def parts(self, picture: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(content, style, smoothness) of a picture 1×3×S×S, with their graphs."""
        maps = maps_of(self.model, picture, self.layers)
        return (
            content_distance(maps, self.maps, self.layers.content),
            style_distance(maps, self.grams, self.layers.style),
            roughness_squared(picture),
        )


def stream_imitation(
    model: Classifier,
    content: Tensor,
    style: Tensor,
    layers: StyleLayers,
    recipe: StyleRecipe,
) -> Iterator[Imitation]:
    """Grow one picture, reporting from step 0 on after every step; the last has the whole film.

    ``content`` and ``style``: uint8 3×S×S. Same seed, same picture. The model is not touched.
    Raises ValueError for pictures of another kind, ArithmeticError where the loss is no number.
    """
    for picture in (content, style):
        if picture.dtype != torch.uint8 or picture.ndim != 3 or max(picture.shape[1:]) > MOST_SIDE:
            raise ValueError(f"A picture is uint8 3×S×S, of at most {MOST_SIDE} pixels a side.")
    with torch.inference_mode(False):
        goal = content[None].float() / 255
        aim = StyleAim.of(model, goal, style[None].float() / 255, layers)
        raw = _begin(goal, recipe).requires_grad_()
        adam = torch.optim.Adam([raw], lr=recipe.rate)
        kept: list[tuple[int, Tensor]] = []
        losses: list[StyleLoss] = []
        for step in range(recipe.steps + 1):
            with torch.enable_grad():  # a caller may have gradients off
                loss, slope = _slope(aim, recipe, raw)
            losses.append(loss)
            frame = (raw.detach()[0] * 255).round().byte()
            now = [*kept, (step, frame)]
            yield Imitation(
                step,
                tuple(at for at, _ in now),
                torch.stack([picture for _, picture in now]),
                tuple(losses),
            )
            if step in recipe.shown:
                kept = now
            adam.param_groups[0]["lr"] = recipe.rate * (1 - step / recipe.steps) ** 0.5
            raw.grad = slope  # the picture's own numbers, not the network's
            adam.step()
            with torch.no_grad():
                raw.clamp_(0, 1)


def _begin(goal: Tensor, recipe: StyleRecipe) -> Tensor:
    if recipe.start == CONTENT:
        return goal.clone()
    generator = Generator().manual_seed(recipe.seed)
    return 0.4 + 0.2 * torch.rand(goal.shape, generator=generator)


def _slope(aim: StyleAim, recipe: StyleRecipe, raw: Tensor) -> tuple[StyleLoss, Tensor]:
    """(the three losses of the picture, the slope of their weighted sum in its numbers)."""
    content, style, smooth = aim.parts(raw)
    total = (
        recipe.content_weight * content
        + recipe.style_weight * style
        + recipe.smooth_weight * smooth
    )
    (slope,) = torch.autograd.grad(total, raw)
    if not torch.isfinite(total) or not torch.isfinite(slope).all():
        raise ArithmeticError("The loss is no longer a finite number.")
    return StyleLoss(*(float(part.detach()) for part in (content, style, smooth))), slope
