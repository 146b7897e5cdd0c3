"""Activation functions as tables for the page, in words, and as a program."""

from __future__ import annotations

import base64
from functools import cache
from math import isfinite
from typing import Any

import numpy as np

from dlviz.core.neurons.bends import BENDS, FLAT, WIDEST, through_layers
from dlviz.core.points.numbers import Numbers
from dlviz.figures.board import CURVES
from dlviz.figures.neurons_numbers import short

STEP = 0.02
START = 1.0
LAYERS = 10


def _packed(values: Numbers) -> str:
    return base64.b64encode(values.astype("<f4").tobytes()).decode()


@cache
def _functions() -> list[dict[str, Any]]:
    z = np.linspace(-WIDEST, WIDEST, round(2 * WIDEST / STEP) + 1)
    return [
        {
            "name": name,
            "title": bend.title,
            "value": _packed(bend.value(z)),
            "slope": _packed(bend.slope(z)),
        }
        for name, bend in BENDS.items()
    ]


def scene(name: str, theme: str) -> dict[str, Any]:
    """What the component shows: all functions at z from −6 to 6, ``name`` in front."""
    bend = BENDS[name]
    return {
        "name": name,
        "title": bend.title,
        "functions": _functions(),
        "reach": WIDEST,
        "step": STEP,
        "start": START,
        "flat": FLAT,
        "range": [-1.3, 1.3] if isfinite(bend.highest) else [-1.3, 4.0],
        "colours": ["rgb({},{},{})".format(*colour) for colour in CURVES[theme]],
    }


def _end(value: float) -> str:
    if not isfinite(value):
        return "−∞" if value < 0 else "∞"
    return f"{value:g}".replace("-", "−")


def words(name: str) -> str:
    """Formula, range, steepest place, and what ten in a row can leave of a gradient; Markdown."""
    bend = BENDS[name]
    left = through_layers(name, LAYERS)
    if left == 0:
        ten = "so no gradient ever comes through"
    elif left == 1:
        ten = f"so {LAYERS} in a row can pass a gradient on whole"
    elif left > 1:
        ten = f"so {LAYERS} in a row can make a gradient up to {left:.1f} times as large"
    else:
        ten = f"so {LAYERS} in a row leave at most {short(left)} of a gradient, weights aside"
    return (
        f"**{bend.title}**: g(z) = {bend.formula}, between {_end(bend.lowest)} and "
        f"{_end(bend.highest)}. Its slope is at most {bend.steepest:g}, {ten}. {bend.note}"
    )


_TORCH = {
    "sigmoid": "torch.sigmoid",
    "tanh": "torch.tanh",
    "relu": "torch.relu",
    "leaky_relu": "torch.nn.functional.leaky_relu",
    "elu": "torch.nn.functional.elu",
    "gelu": "torch.nn.functional.gelu",
    "silu": "torch.nn.functional.silu",
    "softplus": "torch.nn.functional.softplus",
}


def code(name: str) -> str:
    """A program: value and slope by autograd."""
    if name == "step":
        return """\
import torch

z = torch.linspace(-6, 6, 13)
print((z >= 0).float())  # autograd refuses: its slope is 0 everywhere, and at 0 it has none
"""
    return f"""\
import torch

z = torch.linspace(-6, 6, 13, requires_grad=True)
a = {_TORCH[name]}(z)
(slope,) = torch.autograd.grad(a.sum(), z)
for row in zip(z.tolist(), a.tolist(), slope.tolist()):
    print("z = %5.1f  g = %8.4f  slope = %8.4f" % row)
"""
