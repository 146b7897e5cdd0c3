"""Peers and networks that the tests of attacks share."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torchvision.models import mobilenet_v2

from dlviz.core.classifier import Classifier
from dlviz.io.models import load_model

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # both libraries use names that SciPy and Python retire
    import foolbox
    import torchattacks

# The libraries, too: whoever needs them takes them from here, imported without their warnings.
__all__ = [
    "COLOURS",
    "EPS",
    "NETS",
    "cnn",
    "foolbox",
    "mlp",
    "mobilenet",
    "pictures",
    "run_foolbox",
    "seeded",
    "torchattacks",
    "wrap",
]

EPS = 8 / 255
COLOURS = ((0.4, 0.5, 0.6), (0.2, 0.3, 0.25))


def wrap(module: nn.Module, classes: int, size: int, *, channels: int = 3) -> Classifier:
    mean, std = (part[:channels] for part in COLOURS)
    names = [str(index) for index in range(classes)]
    return Classifier(module, names, mean, std, layers=[], input_shape=(channels, size, size))


def seeded(make: Callable[[], nn.Module], size: int) -> nn.Module:
    """Made from a seed, the global generator as it was; its batch norms have met some noise."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        module = make()
        for part in module.modules():
            if isinstance(part, nn.BatchNorm2d):
                part.momentum = None  # the plain mean of what it has met
        module(torch.randn(8, 3, size, size))
    return module


def mlp(classes: int = 5, size: int = 12) -> Classifier:
    def make() -> nn.Module:
        return nn.Sequential(
            nn.Flatten(),
            nn.Linear(3 * size * size, 40),
            nn.ReLU(inplace=True),
            nn.Linear(40, classes),
        )

    return wrap(seeded(make, size), classes, size)


def cnn(classes: int = 5, size: int = 12) -> Classifier:
    def make() -> nn.Module:
        return nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1),
            nn.BatchNorm2d(8),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
            nn.Dropout2d(0.3),
            nn.Conv2d(8, 12, 3, padding=1),
            nn.BatchNorm2d(12),
            nn.ReLU(inplace=True),
            nn.Flatten(),
            nn.Dropout(0.5),
            nn.Linear(12 * (size // 2) ** 2, classes),
        )

    return wrap(seeded(make, size), classes, size)


def mobilenet() -> Classifier:
    """Random, a quarter as wide: 52 layers, batch norms, ReLU6 in place, dropout."""
    return wrap(seeded(lambda: mobilenet_v2(num_classes=7, width_mult=0.25), 32), 7, 32)


NETS: dict[str, Callable[[], Classifier]] = {
    "mlp": mlp,
    "cnn": cnn,
    "mobilenet": mobilenet,
    "creatures_cnn": lambda: load_model("creatures_cnn"),
}


def pictures(model: Classifier, count: int = 3, *, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Noise in [0, 1], a third of it on the bounds, and labels: the net's own but one."""
    generator = torch.Generator().manual_seed(seed)
    noise = torch.rand(count, *model.input_shape, generator=generator, dtype=model.mean.dtype)
    images = (noise * 1.5 - 0.25).clip(0, 1)
    labels = model(images).argmax(dim=1)
    labels[0] = (labels[0] + 1) % len(model.classes)
    return images, labels


def run_foolbox(
    attack: foolbox.attacks.base.Attack,
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    eps: float | None,
    *,
    targeted: bool = False,
) -> Tensor:
    criterion = (
        foolbox.criteria.TargetedMisclassification(labels)
        if targeted
        else foolbox.criteria.Misclassification(labels)
    )
    judged = foolbox.PyTorchModel(model, bounds=(0, 1), device="cpu")
    if eps is None:
        return attack.run(judged, images, criterion)
    return attack.run(judged, images, criterion, epsilon=eps)
