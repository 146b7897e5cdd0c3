"""The programs of the views on ImageNet, two networks, and accuracy and cost. No PyTorch."""

from __future__ import annotations

from dlviz.core.zoo.ilsvrc import PEOPLE, WINNERS
from dlviz.core.zoo.published import PRICED
from dlviz.figures.zoo_imagenet import error_of

_IMAGENET = """\
from math import exp, log
from statistics import linear_regression

errors = {{  # the winner's top-5 error, per cent
{rows}
}}
for year, error in errors.items():
    fall = 1 - error / errors.get(year - 1, error)
    print(year, f"{{error:5.2f}} %", f"{{100 * fall:4.0f}} % less", "#" * round(error))

# A straight line through the errors' logarithms: the same share is gone every year.
slope, start = linear_regression(list(errors), [log(error) for error in errors.values()])
print(f"On average the error falls by {{100 * (1 - exp(slope)):.0f}} % a year.")
print("Below a person's {people:g} % since", next(y for y in errors if errors[y] < {people:g}))
"""


def imagenet_code(*, extra: bool) -> str:
    """The winners' errors as bars of text, each year's fall, and the fall of a fitted line."""
    rows = [f"    {year}: {error_of(w, extra=extra):g}," for year, w in WINNERS.items()]
    return _IMAGENET.format(rows="\n".join(rows), people=PEOPLE)


_COST = """\
from torchvision import models

names = \"\"\"
{names}
\"\"\".split()


def published(name):  # nothing is downloaded: torchvision's metadata are part of its code
    weights = models.get_model_weights(name).__members__
    entry = {chosen}
    right = entry.meta["_metrics"]["ImageNet-1K"]["acc@1"]
    return {paid}, right, name


# Pareto's front: a network is on it if no cheaper one is right as often.
best = 0
for amount, right, name in sorted(map(published, names), key=lambda net: (net[0], -net[1])):
    if right > best:
        print(f"{{name}}: {{right:.1f}} % for {{amount:.4g}} {unit}")
        best = right
"""
_PAID = {
    "billions": ('entry.meta["_ops"]', "billion multiply-adds"),
    "millions": ('entry.meta["num_params"] / 1e6', "million parameters"),
}
_LINE = 88


def cost_code(cost: str, *, later: bool) -> str:
    """Pareto's front out of torchvision's own metadata; ``cost``: a name of ``COSTS``."""
    paid, unit = _PAID[cost]
    first = 'weights["IMAGENET1K_V1"]'
    chosen = f'weights.get("IMAGENET1K_V2", {first})' if later else first
    return _COST.format(names=_wrapped(list(PRICED)), chosen=chosen, paid=paid, unit=unit)


def _wrapped(words: list[str]) -> str:
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) >= _LINE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


_PAIR = """\
from collections import Counter

import torch
from torch import nn


def count(module, picture):
    parameters = sum(value.numel() for value in module.parameters())
    adds = Counter()  # by the side of the maps; 1: no places are left

    def hook(layer, given, out):  # every output is a sum over one kernel, or one row of weights
        side = out.shape[2] if out.ndim == 4 else 1
        adds[side] += out.numel() * layer.weight[0].numel()

    for layer in module.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            layer.register_forward_hook(hook)
    module.eval()(torch.empty(1, *picture, device="meta"))
    return parameters, adds


with torch.device("meta"):  # shapes without numbers: nothing is drawn, nothing downloaded
    {builds[0]}
    first = count(module, {pictures[0]})
    {builds[1]}
    second = count(module, {pictures[1]})
for title, (parameters, adds) in (("{titles[0]}", first), ("{titles[1]}", second)):
    total = sum(adds.values())
    print(f"{{title}}: {{parameters}} parameters, {{total}} multiply-adds")
    for side, many in sorted(adds.items(), reverse=True):
        where = f"maps of {{side}}×{{side}}" if side > 1 else "without places"
        print(f"  {{where}}: {{100 * many / total:.1f}} %")
print(f"{{first[0] / second[0]:.3g}} × the parameters,", end=" ")
print(f"{{first[1].total() / second[1].total():.3g}} × the multiply-adds")
"""
Net = tuple[str, str, tuple[int, int, int]]  # title, a line that makes ``module``, its picture


def pair_code(left: Net, right: Net) -> str:
    """Two networks' parameters, and by hooks their multiply-adds by the side of the maps."""
    titles, builds, pictures = zip(left, right, strict=True)
    return _PAIR.format(titles=titles, builds=builds, pictures=pictures)
