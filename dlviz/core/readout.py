"""How much a linear classifier can read out of each layer: the features, judged one by one.

The paper trains a linear classifier on the features of each depth (Zeiler and Fergus,
arXiv:1311.2901, section 5.3, table 7). Here it is multinomial logistic regression.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.core.probe import activations, inside

PIXELS = "pixels"
MOST_NUMBERS = 1280  # of a layer for one picture: larger maps are pooled down to fewer places
DECAY = 0.01
SUBSETS = 5
MOST_JUDGED, MOST_LEARNT = 500, 1000
_BATCH_VALUES = 64 * 3 * 64 * 64  # of pictures in one pass
_HIDDEN = (nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.ELU, nn.GELU, nn.Sigmoid, nn.Tanh)


def as_input(pixels: Tensor, shape: tuple[int, int, int]) -> Tensor:
    """Any data set's pictures (uint8 N×C×H×W) as a network takes them: float32, in [0, 1].

    Resized with a smoothing bilinear filter; grey is written into all three channels, of colour
    grey is the mean.
    """
    images = to_unit(pixels)
    if images.shape[1] != shape[0]:
        images = images.mean(dim=1, keepdim=True).expand(-1, shape[0], -1, -1)
    if images.shape[2:] != shape[1:]:
        images = F.interpolate(images, shape[1:], mode="bilinear", antialias=True)
    return images.clamp(0, 1)


def pooled(answers: Tensor) -> Tensor:
    """A layer's answers, N×C×H×W or N×D → N×D with D ≤ 1280, or C where there are more channels.

    Maps with more numbers are averaged over a grid of as many places as fit.
    """
    if answers.ndim == 2:
        return answers
    channels, height, width = answers.shape[1:]
    if channels * height * width > MOST_NUMBERS:
        side = max(1, int((MOST_NUMBERS // channels) ** 0.5))
        answers = F.adaptive_avg_pool2d(answers, (min(side, height), min(side, width)))
    return answers.flatten(1)


def hidden_vectors(model: Classifier) -> dict[str, str]:
    """The activations behind hidden dense layers: name → words."""
    names = [name for name, one in inside(model).named_modules() if isinstance(one, _HIDDEN)]
    if not names:
        return {}
    with torch.no_grad():
        answers = activations(model, torch.zeros(1, *model.input_shape), names)
    flat = [name for name in names if answers[name].ndim == 2]
    kinds = (type(inside(model).get_submodule(name)).__name__ for name in flat)
    return {
        name: f"dense {place} (after {kind})"
        for place, (name, kind) in enumerate(zip(flat, kinds, strict=True), 1)
    }


@dataclass(frozen=True, eq=False)
class Linear:
    """A linear classifier of features: standardise, weigh, add up; the largest sum is the answer.

    ``weights`` D×classes, ``bias`` classes, ``mean`` and ``std`` D.
    """

    weights: Tensor
    bias: Tensor
    mean: Tensor
    std: Tensor

    def __call__(self, features: Tensor) -> Tensor:
        """features N×D → logits N×classes."""
        return standardised(features, self.mean, self.std) @ self.weights + self.bias


def standardised(features: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """N×D → the same with mean 0 and deviation 1 in double precision; what never varies is 0."""
    return (features.double() - mean) / std


def fit(features: Tensor, labels: Tensor, classes: int, *, decay: float = DECAY) -> Linear:
    """Multinomial logistic regression on N×D features and int64 labels.

    Minimises mean cross-entropy + decay/2 · ‖weights‖² over standardised features; the bias does
    not decay. scikit-learn's ``LogisticRegression(C=1/(decay·N))`` is the same.
    """
    mean, std = features.double().mean(dim=0), features.double().std(dim=0, correction=0)
    std = torch.where(std > 1e-6, std, torch.ones_like(std))
    x = standardised(features, mean, std)
    # The best weights are sums of pictures, so with fewer pictures than numbers it is enough to
    # search in the pictures' own span: x = small @ basis, and basis has orthonormal rows.
    basis = None
    if len(x) < x.shape[1]:
        columns, triangle = torch.linalg.qr(x.T)
        basis, x = columns.T, triangle.T
    weights, bias = _descend(x, labels, classes, decay)
    return Linear(weights if basis is None else basis.T @ weights, bias, mean, std)


@torch.enable_grad()
def _descend(x: Tensor, labels: Tensor, classes: int, decay: float) -> tuple[Tensor, Tensor]:
    """To the bottom of a convex valley, by L-BFGS: it learns the valley's shape on the way."""
    weights = torch.zeros(x.shape[1], classes, dtype=x.dtype, requires_grad=True)
    bias = torch.zeros(classes, dtype=x.dtype, requires_grad=True)
    search = torch.optim.LBFGS(
        [weights, bias],
        max_iter=300,
        tolerance_grad=1e-4,
        line_search_fn="strong_wolfe",
    )

    def loss() -> Tensor:
        search.zero_grad()
        found = cost(x @ weights + bias, labels, weights, decay)
        found.backward()  # type: ignore[no-untyped-call]  # torch has no types
        return found.detach()

    search.step(loss)  # type: ignore[no-untyped-call]  # torch has no types
    return weights.detach(), bias.detach()


def cost(logits: Tensor, labels: Tensor, weights: Tensor, decay: float = DECAY) -> Tensor:
    """What ``fit`` minimises."""
    return F.cross_entropy(logits, labels) + decay / 2 * weights.square().sum()


def right(logits: Tensor, labels: Tensor) -> float:
    """Share of rows whose largest value is the label's."""
    return float((logits.argmax(dim=1) == labels).double().mean())


@dataclass(frozen=True, eq=False)
class Pictures:
    """What is read: ``learn`` and ``judge`` are (uint8 N×C×H×W, int64 N), none in both."""

    learn: tuple[Tensor, Tensor]
    judge: tuple[Tensor, Tensor]
    classes: int


def split(pixels: Tensor, labels: Tensor, classes: int, *, most: int = 10**9) -> Pictures:
    """At most ``most`` pictures in one fixed random order: up to 500, half at most, are judged.

    Of the others up to 1 000 are there to be learnt from.
    """
    order = torch.randperm(len(labels), generator=Generator().manual_seed(0))[:most]
    judged = min(MOST_JUDGED, len(order) // 2)
    first, rest = order[:judged], order[judged : judged + MOST_LEARNT]
    return Pictures((pixels[rest], labels[rest]), (pixels[first], labels[first]), classes)


@dataclass(frozen=True)
class Reading:
    """Accuracies read out, by layer, one for each random subset; ``numbers`` is each one's D.

    ``own``: the network's own accuracy on the pictures that are judged; None where its classes
    are others.
    """

    trained: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    untrained: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    own: float | None = None
    learnt: int = 0
    judged: int = 0


def steps_of(model: Classifier, pictures: Pictures, layers: Sequence[str], count: int) -> int:
    """How many steps ``read_out`` makes."""
    passes = len(_batches(model, _needed(pictures, count)[0]))
    return 2 * (passes + len(layers)) + 1


def read_out(
    model: Classifier,
    untrained: Classifier,
    pictures: Pictures,
    layers: Sequence[str],
    *,
    count: int,
    knows: bool,
) -> Iterator[tuple[int, Reading]]:
    """(steps done, the reading so far): raw pixels, each layer, and each of the untrained network.

    Every layer is read five times, from ``count`` pictures drawn at random of those to learn
    from; all are judged by the same others. ``knows``: the labels are the network's own classes.
    Raises ValueError for features that are not finite.
    """
    pictures, subsets = _needed(pictures, count)
    reading = Reading(learnt=len(subsets[0]), judged=len(pictures.judge[1]))
    done = 0
    for net, name in ((model, "trained"), (untrained, "untrained")):
        found: dict[str, tuple[float, ...]] = {}
        wanted = [PIXELS, *layers] if name == "trained" else [*layers]
        parts: dict[str, list[Tensor]] = {layer: [] for layer in wanted}
        logits: list[Tensor] = []
        for batch in _batches(model, pictures):
            _look(net, batch, parts, logits if knows and net is model else None)
            done += 1
            yield done, reading
        for layer in wanted:
            features = torch.cat(parts.pop(layer))
            found[layer] = _judged(features, pictures, subsets)
            reading = _with(reading, name, found, features.shape[1])
            done += 1
            yield done, reading
        if logits:
            own = right(torch.cat(logits)[: reading.judged], pictures.judge[1])
            reading = replace(reading, own=own)


def _with(reading: Reading, name: str, found: dict[str, tuple[float, ...]], size: int) -> Reading:
    """With one more layer read, the last of ``found``."""
    numbers = {**reading.numbers, list(found)[-1]: size}
    if name == "trained":
        return replace(reading, numbers=numbers, trained=dict(found))
    return replace(reading, numbers=numbers, untrained=dict(found))


def _batches(model: Classifier, pictures: Pictures) -> list[Tensor]:
    """All pictures as uint8, those that are judged first; small enough for one pass."""
    size = max(1, _BATCH_VALUES // (3 * model.input_shape[1] * model.input_shape[2]))
    return [*torch.split(torch.cat([pictures.judge[0], pictures.learn[0]]), size)]


@torch.no_grad()
def _look(
    net: Classifier, batch: Tensor, parts: dict[str, list[Tensor]], logits: list[Tensor] | None
) -> None:
    """Add the batch's features to ``parts``, and the network's answers to ``logits``."""
    images = as_input(batch, net.input_shape)
    layers = [layer for layer in parts if layer != PIXELS]
    answers = {PIXELS: images, **(activations(net, images, layers) if layers else {})}
    if not all(torch.isfinite(answers[layer]).all() for layer in layers):
        raise ValueError("This network's numbers are not finite: its training went wrong.")
    for layer, kept in parts.items():
        kept.append(pooled(answers[layer]))
    if logits is not None:
        logits.append(net(images))


def _needed(pictures: Pictures, count: int) -> tuple[Pictures, list[Tensor]]:
    """(the pictures that some random subset of ``count`` holds, each subset's places in them)."""
    total = len(pictures.learn[1])
    drawn = [
        torch.randperm(total, generator=Generator().manual_seed(seed))[:count]
        for seed in range(SUBSETS)
    ]
    every = torch.cat(drawn)
    used, places = every.unique(return_inverse=True)  # type: ignore[no-untyped-call]  # torch has no types
    learn = pictures.learn[0][used], pictures.learn[1][used]
    return replace(pictures, learn=learn), [*places.split(len(drawn[0]))]


def _judged(features: Tensor, pictures: Pictures, subsets: list[Tensor]) -> tuple[float, ...]:
    """Accuracy of a classifier from each random subset; rows as in ``_batches``."""
    judged, labels = len(pictures.judge[1]), pictures.learn[1]
    found = []
    for chosen in subsets:
        linear = fit(features[judged:][chosen], labels[chosen], pictures.classes)
        found.append(right(linear(features[:judged]), pictures.judge[1]))
    return tuple(found)
