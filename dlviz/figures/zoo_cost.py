"""Accuracy against cost, for torchvision's published weights."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dlviz.figures.colours import CLASS_COLOURS
from dlviz.io.published import FAMILIES, Published

TEXT, HEIGHT = 15, 460
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star")
COSTS = {"billions": "billion multiply-adds a picture", "millions": "million parameters"}


def chart(points: Sequence[Published], cost: str) -> go.Figure:
    """Top-1 accuracy over a cost on a log axis; a family has a colour and a symbol."""
    figure = go.Figure()
    for place, (name, family) in enumerate(FAMILIES.items()):
        group = sorted((p for p in points if p.family == name), key=lambda p: cost_of(p, cost))
        if not group:
            continue
        figure.add_scatter(
            x=[cost_of(point, cost) for point in group],
            y=[point.top1 for point in group],
            mode="markers",
            name=f"{family.title} ({family.year})",
            marker={
                "size": 11,
                "color": CLASS_COLOURS[(3, 5, 2, 4, 6, 0, 1, 7)[place % 8]],
                "symbol": [SYMBOLS[place % 6] + ("-open" if p.recipe == 2 else "") for p in group],
                "line": {"width": 2},
            },
            customdata=[(p.name, p.recipe, p.millions, p.billions) for p in group],
            hovertemplate="<b>%{customdata[0]}</b>, recipe %{customdata[1]}<br>%{y:.1f} % right at "
            "the first guess<br>%{customdata[2]:.3g} million parameters, %{customdata[3]:.3g} "
            "billion multiply-adds<extra></extra>",
        )
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 56, "r": 10, "t": 10, "b": 110},
        font_size=TEXT,
        hoverlabel_font_size=TEXT,
        legend={"orientation": "h", "y": -0.18, "yanchor": "top", "x": 0},
        xaxis={"title": COSTS[cost], "type": "log", "dtick": 1},
        yaxis={"title": "right at the first guess (%)"},
    )
    return figure


def cost_of(point: Published, cost: str) -> float:
    """In the unit of the axis."""
    return point.billions if cost == "billions" else point.millions


def find(points: Sequence[Published], name: str, recipe: int = 1) -> Published:
    """One of them, by its name."""
    return next(point for point in points if (point.name, point.recipe) == (name, recipe))


def sentence(points: Sequence[Published]) -> str:
    """What the chart says, with its numbers; Markdown."""
    vgg, small = find(points, "vgg16"), find(points, "mobilenet_v2")
    old, new = find(points, "resnet50"), find(points, "resnet50", 2)
    return (
        f"MobileNetV2 is as good as VGG16 (**{small.top1:.1f} %**, {vgg.top1:.1f} %) with "
        f"**{vgg.billions / small.billions:.0f} times** fewer multiply-adds and "
        f"{vgg.millions / small.millions:.0f} times fewer parameters: the design counts. So does "
        f"the training: the same ResNet-50 goes from **{old.top1:.1f} to {new.top1:.1f} %** by a "
        "later recipe alone."
    )
