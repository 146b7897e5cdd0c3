"""The space of two hidden units: where XOR's points lie in it, and the line that parts them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

import numpy as np

from dlviz.core.points.activations import ACTIVATIONS
from dlviz.core.points.data import PointSet
from dlviz.core.points.network import Network
from dlviz.core.points.numbers import Numbers
from dlviz.figures.board import INK, PAPER
from dlviz.figures.colours import signed_colours
from dlviz.figures.restarts import PALE
from dlviz.io.png import png_bytes

SIDE = 360
_GRID = 120
_MARGIN = 0.12


def _box(a: Numbers) -> tuple[Numbers, float]:
    """A square around all of them: its lower corner and its side."""
    low, high = a.min(axis=0), a.max(axis=0)
    side = float((high - low).max()) * (1 + 2 * _MARGIN) or 1.0
    return (low + high) / 2 - side / 2, side


def hidden_space(
    network: Network, points: PointSet, *, colours: Sequence[str], theme: str, title: str
) -> str:
    """Training points at (a₁, a₂), what the two hidden units answer, and the output's line → HTML.

    The ground is the output's answer at every place of that space. For one hidden layer of two.
    """
    a = network.forward(points.train_x).a[0]
    corner, side = _box(a)
    weights, bias = network.layers[1].w[0], float(network.layers[1].b[0])
    at = (np.arange(_GRID) + 0.5) / _GRID
    a1, a2 = np.meshgrid(corner[0] + at * side, corner[1] + at[::-1] * side)
    said = 2.0 * ACTIVATIONS["sigmoid"].value(weights[0] * a1 + weights[1] * a2 + bias) - 1.0
    ground = signed_colours(said / PALE, 1.0, theme)
    data = base64.b64encode(png_bytes(ground)).decode()
    ink = "rgb({},{},{})".format(*INK[theme])
    edge = "rgb({},{},{})".format(*PAPER[theme])
    places = np.column_stack(
        [(a[:, 0] - corner[0]) / side * SIDE, SIDE - (a[:, 1] - corner[1]) / side * SIDE]
    )
    marks = "".join(
        _mark(x, y, colours[int(label)], square=bool(label), edge=edge)
        for (x, y), label in zip(places.tolist(), points.train_y, strict=True)
    )
    line = _line(weights, bias, corner, side, ink)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}" '
        f'viewBox="0 0 {SIDE} {SIDE}" font-family="sans-serif" font-size="17">'
        f'<image href="data:image/png;base64,{data}" width="{SIDE}" height="{SIDE}" '
        f'preserveAspectRatio="none"/>{marks}{line}'
        f'<text x="{SIDE - 10}" y="{SIDE - 12}" text-anchor="end" fill="{ink}">unit 1 →</text>'
        f'<text x="10" y="24" fill="{ink}">↑ unit 2</text></svg>'
    )
    source = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    return f'<img class="two-lines" alt="{escape(title)}" src="{source}">'


def _mark(x: float, y: float, colour: str, *, square: bool, edge: str) -> str:
    paint = f'fill="{colour}" stroke="{edge}" stroke-width="0.7"'
    if square:
        return f'<rect x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7" {paint}/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" {paint}/>'


def _line(weights: Numbers, bias: float, corner: Numbers, side: float, ink: str) -> str:
    """Where v₁a₁ + v₂a₂ + c = 0, far beyond both borders; the drawing cuts it off."""
    size = float(np.hypot(*weights))
    if size < 1e-9:
        return ""
    middle = corner + side / 2
    normal = weights / size
    foot = middle - (normal @ middle + bias / size) * normal
    ends = [foot + way * 2 * side * np.array([-normal[1], normal[0]]) for way in (-1, 1)]
    (x1, y1), (x2, y2) = (
        ((end[0] - corner[0]) / side * SIDE, SIDE - (end[1] - corner[1]) / side * SIDE)
        for end in ends
    )
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{ink}" '
        'stroke-width="3.5"/>'
    )


def output_equation(network: Network) -> str:
    """The output's line in the hidden space with its current numbers."""
    (v1, v2), c = network.layers[1].w[0].tolist(), float(network.layers[1].b[0])

    def signed(value: float) -> str:
        return f"{'−' if value < 0 else '+'} {abs(value):.2f}"

    first = f"{v1:.2f}".replace("-", "−")
    return f"output: {first} a₁ {signed(v2)} a₂ {signed(c)} = 0"


def code(hidden: str, seeds: int) -> str:
    """A program: XOR's four corners from several starts, with PyTorch."""
    layers = {
        "none": "nn.Linear(2, 1)",
        "two_tanh": "nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1)",
        "two_relu": "nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1)",
        "three_tanh": "nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)",
    }[hidden]
    return f"""\
import torch
from torch import nn

x = torch.tensor([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
solved = 0
for seed in range({seeds}):
    torch.manual_seed(seed)
    network = nn.Sequential({layers})
    optimiser = torch.optim.SGD(network.parameters(), lr=0.3)
    for _ in range(400):
        loss = nn.functional.binary_cross_entropy_with_logits(network(x), y)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    solved += bool(((network(x) > 0) == y.bool()).all())
print(solved, "of {seeds} starts tell all four corners right")
"""
