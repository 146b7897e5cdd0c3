"""Signal and gradient layer by layer: the chart, the histograms, the sentence, the program."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go

from dlviz.core.neurons.bends import BENDS
from dlviz.core.neurons.depth import SPREADS, Band, Passage
from dlviz.core.points.numbers import Numbers
from dlviz.figures.board import CURVES, INK
from dlviz.figures.colours import class_colour
from dlviz.figures.decades import decades
from dlviz.figures.neurons_numbers import short

TEXT = 14
LOWEST = 1e-12  # what is drawn; below it all is gone
_PAINTS = (0, 1, 2, 5, 6)  # of the classes' colours: yellow is hard to see on white
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
_MARKS = ("circle", "square", "diamond", "triangle-up", "x", "star", "cross", "hexagon", "bowtie")


def chart(found: Mapping[str, Band], chosen: str, *, back: bool) -> go.Figure:
    """The signal on its way up, or the gradient on its way ``back``, layer by layer.

    A line for each of ``found``, its band over the seeds; ``chosen`` is drawn strong.
    """
    figure = go.Figure()
    for place, (title, band) in enumerate(found.items()):
        rows = band.gradient if back else band.signal
        _line(figure, rows, title, place=place, strong=title == chosen)
    layers = next(iter(found.values())).signal.shape[1] - 1
    figure.update_xaxes(
        title="layer (0 is the input)", tickfont_size=TEXT, range=[-0.3, layers + 0.3]
    )
    drawn = np.concatenate(
        [(band.gradient if back else band.signal).ravel() for band in found.values()]
    )
    figure.update_yaxes(tickfont_size=TEXT, **decades(*drawn[drawn > LOWEST].tolist()))
    figure.update_layout(
        title={
            "text": "← Gradient, on its way back" if back else "Signal, layer by layer →",
            "font": {"size": TEXT + 3},
        },
        height=330,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        font={"size": TEXT},
        hoverlabel_font_size=TEXT,
        legend={"font": {"size": TEXT}, "orientation": "h", "y": -0.28},
    )
    return figure


def _line(figure: go.Figure, rows: Numbers, title: str, *, place: int, strong: bool) -> None:
    low, middle, high = (np.where(row > LOWEST, row, np.nan) for row in rows)
    x = np.arange(len(middle))
    colour = class_colour(_PAINTS[place % 5])
    kept = np.isfinite(low) & np.isfinite(high)
    figure.add_scatter(
        x=[*x[kept], *x[kept][::-1]],
        y=[*high[kept], *low[kept][::-1]],
        fill="toself",
        fillcolor=colour,
        opacity=0.25,
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        showlegend=False,
    )
    figure.add_scatter(
        x=x,
        y=middle,
        name=title,
        mode="lines+markers",
        line={"color": colour, "width": 4 if strong else 2, "dash": _DASHES[place % 5]},
        marker={"symbol": _MARKS[place % 9], "size": 9 if strong else 6},
        hovertemplate=f"{title}, layer %{{x}}: %{{y:.3g}}<extra></extra>",
    )


def histograms(passage: Passage, *, title: str, theme: str) -> str:
    """What the units of each layer answer, a small histogram a layer, ten at most → HTML."""
    layers = len(passage.answers) - 1
    shown = sorted({round(at) for at in np.linspace(1, layers, min(10, layers))})
    wide, high, gap = 100, 70, 10
    colour = "rgb({},{},{})".format(*CURVES[theme][0])
    parts = []
    for place, layer in enumerate(shown):
        a = passage.answers[layer].ravel()
        left = place * (wide + gap)
        middle = f'x="{left + wide / 2}" text-anchor="middle"'
        parts.append(
            f"{_histogram(a, left, wide, high, colour)}"
            f'<text {middle} y="{high + 18}">layer {layer}</text>'
            f'<text {middle} y="{high + 36}">{short(float(a.min()))} … {short(float(a.max()))}'
            "</text>"
        )
    width = len(shown) * (wide + gap) - gap
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {high + 42}" '
        f'width="{width}" height="{high + 42}" font-family="sans-serif" font-size="14" '
        f'fill="rgb({",".join(map(str, INK[theme]))})">{"".join(parts)}</svg>'
    )
    # As an image: Streamlit takes drawings out of its HTML.
    source = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    return f'<div class="histograms"><img alt="{escape(title)}" src="{source}"></div>'


def _histogram(a: Numbers, left: int, wide: int, high: int, colour: str) -> str:
    """From the least answer to the largest; all alike: one bar in the middle."""
    bins = 20
    if a.max() - a.min() < 1e-300:
        counts = np.zeros(bins)
        counts[bins // 2] = 1
    else:
        counts = np.histogram(a, bins)[0].astype(float)
    bar = wide / bins
    return "".join(
        f'<rect x="{left + at * bar:.1f}" y="{high * (1 - share):.1f}" width="{bar - 0.6:.1f}" '
        f'height="{high * share:.1f}" fill="{colour}"/>'
        for at, share in enumerate(counts / counts.max())
        if share
    )


def sentence(title: str, band: Band) -> str:
    """What is left of signal and gradient, by the median of the seeds; Markdown."""
    layers = band.signal.shape[1] - 1
    signal = float(band.signal[1, -1] / band.signal[1, 0])
    gradient = float(band.gradient[1, 0])
    return (
        f"**{title}**, {layers} layers: {_left(signal, 'signal')} at the top, "
        f"{_left(gradient, 'gradient')} at the input. {_verdict(signal, gradient)}"
    )


def _left(ratio: float, what: str) -> str:
    if ratio > 1:
        return f"the {what} is **{short(ratio)}** times as large"
    return f"**{short(ratio)}** of the {what} is left"


def _verdict(signal: float, gradient: float) -> str:
    if gradient == 0:
        return "Nothing comes back: gradient descent cannot move the first layer."
    if gradient < 1e-3:
        return "The gradient vanishes: the first layer learns next to nothing."
    if gradient > 1e3:
        return "The gradient explodes: one step throws the first layer’s weights away."
    if signal < 0.01:
        return "The signal dies out: the last layer hardly knows which input it was."
    return "Both get through: such a network can begin to learn."


def code(activations: Sequence[str], spread: str, *, layers: int, width: int) -> str:
    """A program that sends a signal up and a gradient back, with PyTorch."""
    names = ", ".join(f'"{name}"' for name in activations)
    deviation = SPREADS[spread].deviation(width)
    functions = {
        "sigmoid": "torch.sigmoid",
        "tanh": "torch.tanh",
        "relu": "torch.relu",
        "step": "lambda z: (z >= 0).float() + 0 * z",
    }
    known = "\n".join(
        f'    "{name}": {functions.get(name, f"torch.nn.functional.{name}")},' for name in BENDS
    )
    return f"""\
import torch

functions = {{
{known}
}}
for name in ({names},):
    torch.manual_seed(0)
    x = torch.randn(64, {width}, requires_grad=True)
    answers = [x]
    for _ in range({layers}):
        w = {deviation:.6g} * torch.randn({width}, {width})
        answers.append(functions[name](answers[-1] @ w.T))
    gradients = torch.autograd.grad(answers[-1], answers, torch.randn(64, {width}))
    for layer, (a, g) in enumerate(zip(answers, gradients)):
        spread = a.var(dim=0).mean().sqrt()
        print(name, layer, f"signal {{spread:.2g}}, gradient {{g.square().mean().sqrt():.2g}}")
"""
