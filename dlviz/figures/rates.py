"""The rate finder's picture: the loss over learning rates that grow."""

from __future__ import annotations

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from dlviz.core.rate_finder import RatePoint
from dlviz.core.words import written
from dlviz.figures.colours import CLASS_COLOURS

TEXT = 14
HEIGHT = 260


def rate_chart(points: Sequence[RatePoint], suggested: float | None) -> go.Figure:
    """Loss of each batch (thin) and its running mean over the rate, the suggestion as a line."""
    rates = [point.rate for point in points]
    curve, mark = CLASS_COLOURS[5], CLASS_COLOURS[2]
    figure = go.Figure()
    figure.add_scatter(
        x=rates,
        y=[point.loss for point in points],
        mode="lines",
        line={"width": 1, "color": curve},
        opacity=0.35,
        name="batch",
    )
    figure.add_scatter(
        x=rates,
        y=[point.smooth for point in points],
        mode="lines",
        line={"width": 3, "color": curve},
        name="running mean",
    )
    if suggested is not None:
        figure.add_vline(suggested, line={"color": mark, "width": 2, "dash": "dash"})
        # On a logarithmic axis an annotation's place is the exponent.
        place = {"x": math.log10(suggested), "xanchor": "left", "y": 1, "yref": "paper"}
        figure.add_annotation(place, text=written(suggested, 2), showarrow=False, font_size=TEXT)
    first = points[0].smooth
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 50, "r": 10, "t": 24, "b": 45},
        font_size=TEXT,
        legend={"orientation": "h", "y": 1.14, "x": 0, "font": {"size": TEXT}},
        xaxis={"type": "log", "title": "learning rate", "exponentformat": "power", "dtick": 1},
        yaxis={"title": "loss", "range": [0, 2 * first]},
    )
    return figure
