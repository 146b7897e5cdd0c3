"""Small networks with fixed weights, as every test of looking inside and attacking needs them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from dlviz.core.classifier import Classifier


def _chain(kind: str) -> list[tuple[str, nn.Module]]:
    """conv1 … pool2 at 3×24×24, in the variant ``kind``; 12 channels at the end."""
    overlapping = {"kernel_size": 3, "stride": 2}
    pool = overlapping if kind == "overlapping" else {"kernel_size": 2}
    relu = {"relu6": nn.ReLU6, "smooth": nn.Tanh}.get(kind, nn.ReLU)
    inplace = {"inplace": True} if kind in ("relu6", "inplace") else {}
    layers: list[tuple[str, nn.Module]] = []
    for number, (before, after, size) in enumerate([(3, 8, 5), (8, 12, 3)], start=1):
        layers.append((f"conv{number}", nn.Conv2d(before, after, size, padding=size // 2)))
        if kind == "batch_norm":
            layers.append((f"bn{number}", nn.BatchNorm2d(after)))
        layers.append((f"relu{number}", relu(**inplace)))
        layers.append((f"pool{number}", nn.MaxPool2d(**pool)))
    side = 5 if kind == "overlapping" else 6
    return [*layers, ("flatten", nn.Flatten()), ("dense", nn.Linear(12 * side * side, 5))]


def _randomise(module: nn.Module, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    for name, value in module.state_dict().items():
        if value.is_floating_point():
            # He's scale for weights, so that no test net is so sure that its gradients vanish.
            std = (2 / value[0].numel()) ** 0.5 if value.ndim > 1 else 0.3
            value.normal_(std=std, generator=generator)
        if name.endswith("running_var"):
            value.abs_().add_(0.5)


@pytest.fixture(scope="session")
def make_net() -> Callable[..., Classifier]:
    """``make_net(kind, seed=0)`` → a Classifier of 3×24×24 pixels and five classes.

    Kinds: "plain", "batch_norm", "overlapping" (3×3/2 pools), "relu6", "inplace", "smooth" (no
    ReLU).
    """

    def make(kind: str = "plain", *, seed: int = 0) -> Classifier:
        layers = _chain(kind)
        chain = nn.Sequential(OrderedDict(layers))
        _randomise(chain, seed)
        return Classifier(
            chain,
            list("abcde"),
            (0.4, 0.5, 0.6),
            (0.2, 0.3, 0.25),
            layers=[name for name, _ in layers[:-2]],
            input_shape=(3, 24, 24),
        )

    return make


@pytest.fixture(scope="session")
def make_images() -> Callable[..., Tensor]:
    """``make_images(count, seed=0)`` → float32 pictures count×3×24×24 in [0, 1]."""

    def make(count: int, *, seed: int = 0, size: int = 24) -> Tensor:
        generator = torch.Generator().manual_seed(1000 + seed)
        return torch.rand(count, 3, size, size, generator=generator)

    return make


@pytest.fixture(scope="session")
def fingerprint() -> Callable[[nn.Module], object]:
    """Everything of a module that a mere look must not change, in a form that compares."""

    def of(model: nn.Module) -> object:
        modules = [
            (
                name,
                id(module),
                module.training,
                {key: sorted(value) for key, value in vars(module).items() if "hooks" in key},
                sorted(vars(module)),
            )
            for name, module in model.named_modules()
        ]
        values = [
            (name, id(value), value.tolist(), value.requires_grad)
            for name, value in [*model.named_parameters(), *model.named_buffers()]
        ]
        grads = [(name, value.grad) for name, value in model.named_parameters()]
        return modules, values, grads, torch.random.get_rng_state().tolist()

    return of
