"""The network's part of a PyTorch script: modules, initial weights, optimiser."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from dlviz.core.layer_base import Layer, Shape
from dlviz.core.layer_kinds import MeanOfMaps
from dlviz.core.layers import LAYERS, Row, SeededDropout
from dlviz.core.specs import RunSpec


def _conv(layer: Any, before: Shape, _norm: str) -> str:
    options = f"kernel_size={layer.kernel}"
    options += f", stride={layer.stride}" if layer.stride > 1 else ""
    options += f", padding={layer.padding}" if layer.padding else ""
    return f"nn.Conv2d({before[0]}, {layer.channels}, {options})"


def _pool(name: str) -> Callable[[Any, Shape, str], str]:
    def text(layer: Any, _before: Shape, _norm: str) -> str:
        own = layer.stride not in (None, layer.size)
        return f"nn.{name}({layer.size}{f', stride={layer.stride}' if own else ''})"

    return text


def _residual(layer: Any, before: Shape, _norm: str) -> str:
    stride = f", stride={layer.stride}" if layer.stride > 1 else ""
    return f"Residual({before[0]}, {layer.channels}{stride})"


def _plain(text: str) -> Callable[[Any, Shape, str], str]:
    return lambda _layer, _before, _norm: text


# How every kind is written: its options, what it gets, and the name of a batch norm.
TORCH: dict[str, Callable[[Any, Shape, str], str]] = {
    "conv": _conv,
    "max_pool": _pool("MaxPool2d"),
    "avg_pool": _pool("AvgPool2d"),
    "global_average": _plain("MeanOfMaps()"),
    "flatten": _plain("nn.Flatten()"),
    "dense": lambda layer, before, _norm: f"nn.Linear({before[0]}, {layer.units})",
    "residual": _residual,
    "batch_norm": lambda _layer, before, norm: f"{norm}({before[0]})",
    "dropout": lambda layer, _before, _norm: f"SeededDropout({layer.p!r}, generator)",
    "relu": _plain("nn.ReLU()"),
    "leaky_relu": lambda layer, _before, _norm: f"nn.LeakyReLU({layer.slope!r})",
    "elu": _plain("nn.ELU()"),
    "gelu": _plain("nn.GELU()"),
    "tanh": _plain("nn.Tanh()"),
    "sigmoid": _plain("nn.Sigmoid()"),
}


def kind_of(layer: Layer) -> str:
    """The name under which the layer's kind is registered."""
    return next(name for name, kind in LAYERS.items() if type(layer) is kind)


def module_code(row: Row, lonely: bool) -> str:
    """One layer; ``lonely``: there may be a batch of one picture."""
    norm = "nn.BatchNorm2d" if len(row.before) == 3 else "nn.BatchNorm1d"
    if lonely and _one_place(row.before):
        norm = "MapNorm" if len(row.before) == 3 else "VectorNorm"
    return TORCH[kind_of(row.layer)](row.layer, row.before, norm)


def _one_place(shape: Shape) -> bool:
    """A vector, or maps of 1×1: of a single picture torch cannot take the deviation."""
    return len(shape) == 1 or shape[1:] == (1, 1)


def net_code(rows: Sequence[Row], modules: Sequence[str], seed: int) -> str:
    """The chain of modules, and the generator that its weights and dropout are drawn from."""
    lines = [
        f"    {text},  # {row.name}: {'×'.join(map(str, row.after))}"
        for row, text in zip(rows, modules, strict=True)
    ]
    about = ["# dlviz's MapNorm and VectorNorm are torch's, but also take a batch of one picture."]
    return "\n".join(
        (
            *(about if any("Norm(" in text and "nn." not in text for text in modules) else []),
            f"generator = torch.Generator().manual_seed({seed})",
            "net = nn.Sequential(",
            *lines,
            ")",
        )
    )


RESIDUAL = '''class Residual(nn.Module):
    """ReLU(main(x) + skip(x)), He et al., arXiv:1512.03385."""

    def __init__(self, before, channels, stride=1):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(before, channels, 3, stride, padding=1, bias=False),
            NORM(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            NORM(channels),
        )
        self.skip = nn.Sequential()  # the input as it is, where it fits
        if (before, 1) != (channels, stride):
            self.skip = nn.Sequential(
                nn.Conv2d(before, channels, 1, stride, bias=False), NORM(channels)
            )

    def forward(self, x):
        return F.relu(self.main(x) + self.skip(x))'''


def class_code(rows: Sequence[Row], modules: Sequence[str], lonely: bool) -> list[str]:
    """The classes that torch does not have."""
    found = []
    blocks = [row for row, text in zip(rows, modules, strict=True) if text.startswith("Residual")]
    if blocks:
        alone = lonely and any(_one_place(row.after) for row in blocks)
        about = "# dlviz's MapNorm is torch's BatchNorm2d, but also takes a batch of one picture.\n"
        norm = "MapNorm" if alone else "nn.BatchNorm2d"
        found.append((about if alone else "") + RESIDUAL.replace("NORM", norm))
    for own in (SeededDropout, MeanOfMaps):
        if any(text.startswith(own.__name__) for text in modules):
            found.append(inspect.getsource(own).strip())
    return found


def start_code(rows: Sequence[Row]) -> str:
    """Initial weights, drawn layer by layer."""
    special = {
        f"net[{index}]": row.layer.init_std  # type: ignore[attr-defined]
        for index, row in enumerate(rows)
        if getattr(row.layer, "init_std", None) is not None
    }
    he = 'nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=generator)'
    draw = [f"        {he}"]
    about = ["# He's normal start for ReLU nets (arXiv:1502.01852); biases start at 0."]
    if special:
        pairs = ", ".join(f"{name}: {std!r}" for name, std in special.items())
        about += [f"deviations = {{{pairs}}}  # the layers that start otherwise"]
        draw = [
            "        if layer in deviations:",
            "            nn.init.normal_(layer.weight, std=deviations[layer], generator=generator)",
            "        else:",
            f"            {he}",
        ]
    return "\n".join(
        (
            *about,
            "for layer in net.modules():",
            "    if isinstance(layer, nn.Conv2d | nn.Linear):",
            *draw,
            "        if layer.bias is not None:",
            "            nn.init.zeros_(layer.bias)",
        )
    )


def optimiser_code(spec: RunSpec, rows: Sequence[Row]) -> str:
    """The optimiser, with a weight decay for each parameter where there is any."""
    train = spec.train
    name = {"adam": "Adam", "adamw": "AdamW", "sgd": "SGD"}[train.optimiser]
    rate = f"lr={train.learning_rate!r}"
    rate += f", momentum={train.momentum!r}" if train.optimiser == "sgd" else ""
    own = {
        f"{index}.weight": decay
        for index, row in enumerate(rows)
        if (decay := getattr(row.layer, "weight_decay", None)) is not None
    }
    if not train.weight_decay and not any(own.values()):
        return f"optimiser = torch.optim.{name}(net.parameters(), {rate}, weight_decay=0)"
    decay = repr(train.weight_decay)
    lines = ["# Weight decay is for weights: biases, and the scales of batch norm, are vectors."]
    if own:
        lines.append(f"decays = {own!r}  # the layers that have one of their own".replace("'", '"'))
        decay = f"decays.get(name, {decay})"
    return "\n".join(
        (
            *lines,
            "groups = [",
            f'    {{"params": [value], "weight_decay": {decay} if value.ndim > 1 else 0.0}}',
            f"    for {'name, ' if own else ''}value in net.{'named_' if own else ''}parameters()",
            "]",
            f"optimiser = torch.optim.{name}(groups, {rate})",
        )
    )
