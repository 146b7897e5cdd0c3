"""Accuracy against cost, for torchvision's published figures: chart, sentences, table. No PyTorch.

Its operation counts are multiply-adds of convolutions and dense layers, though the metadata's
unit is called "GFLOPS".
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

import plotly.graph_objects as go

from dlviz.core.zoo.published import PRICED, ZOO_FAMILIES, Cost, cheapest, front
from dlviz.figures.board import INK
from dlviz.figures.colours import CLASS_COLOURS

TEXT, SMALL, HEIGHT = 15, 14, 400
# A family → its colour, its symbol: never colour alone.
MARKS: dict[str, tuple[str, str]] = {
    "chain": (CLASS_COLOURS[7], "square"),
    "inception": (CLASS_COLOURS[6], "diamond"),
    "residual": (CLASS_COLOURS[5], "circle"),
    "small": (CLASS_COLOURS[2], "triangle-up"),
    "searched": (CLASS_COLOURS[4], "cross"),
    "attention": (CLASS_COLOURS[0], "star"),
    "convnext": (CLASS_COLOURS[1], "triangle-down"),
}
# The best-known networks, and where their names have room.
NAMED: dict[str, str] = {
    "alexnet": "middle right",
    "vgg16": "bottom right",
    "googlenet": "bottom center",
    "resnet50": "bottom right",
    "squeezenet1_1": "middle right",
    "mobilenet_v2": "bottom right",
    "efficientnet_b0": "middle left",
    "vit_b_16": "bottom right",
}


@dataclass(frozen=True)
class CostAxis:
    """What is paid: ``unit`` of the axis, ``things`` in a sentence, and a network's amount."""

    title: str
    unit: str
    things: str
    of: Cost
    ticks: tuple[float, ...]


COSTS: dict[str, CostAxis] = {
    "billions": CostAxis(
        "Multiply-adds",
        "billion multiply-adds a picture",
        "multiply-adds",
        attrgetter("billions"),
        (0.1, 0.3, 1, 3, 10, 30),
    ),
    "millions": CostAxis(
        "Parameters",
        "million parameters",
        "parameters",
        attrgetter("millions"),
        (1, 3, 10, 30, 100, 300),
    ),
}


def chart(cost: str, chosen: str, *, later: bool, theme: str = "light") -> go.Figure:
    """A mark a network; the front as steps, the chosen one ringed; words in the theme's ink.

    With ``later``, a thin line leads up from what the same network had by its first recipe.
    """
    of = COSTS[cost].of
    ink: dict[str, str | int] = {"color": "rgb({}, {}, {})".format(*INK[theme]), "size": 14}
    figure = go.Figure()
    best = front(PRICED.values(), of, later=later)
    figure.add_scatter(
        x=[of(net) for net in best],
        y=[net.accuracy(later=later) for net in best],
        mode="lines",
        name="best for less",
        line={"shape": "hv", "width": 1.5, "dash": "dot", "color": CLASS_COLOURS[7]},
        hoverinfo="skip",
    )
    if later:
        _risen(figure, of)
    for name in ZOO_FAMILIES:
        _family(figure, name, of, ink, later=later)
    net = PRICED[chosen]
    figure.add_scatter(
        x=[of(net)],
        y=[net.accuracy(later=later)],
        mode="markers" if chosen in NAMED else "markers+text",
        text=[f"<b>{net.title}</b>"],
        textposition="top center",
        textfont=ink,
        unselected=_as_it_was(ink),
        marker={
            "size": 24,
            "symbol": "circle-open",
            "color": CLASS_COLOURS[5],
            "line": {"width": 3},
        },
        cliponaxis=False,
        showlegend=False,
        hoverinfo="skip",
    )
    ticks = COSTS[cost].ticks
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 56, "r": 10, "t": 36, "b": 44},
        font_size=TEXT,
        hoverlabel_font_size=TEXT,
        legend={
            "orientation": "h",
            "y": 1.02,
            "yanchor": "bottom",
            "x": 0,
            "font": {"size": SMALL},
        },
        xaxis={
            "title": COSTS[cost].unit,
            "type": "log",
            "tickvals": ticks,
            "ticktext": [f"{tick:g}" for tick in ticks],
        },
        yaxis={"title": "right at the first guess (%)"},
    )
    # Streamlit's theme would set the ticks at 12 pixels.
    figure.update_xaxes(tickfont_size=SMALL).update_yaxes(tickfont_size=SMALL)
    return figure


def _risen(figure: go.Figure, of: Cost) -> None:
    trained = [net for net in PRICED.values() if net.again is not None]
    figure.add_scatter(
        x=[x for net in trained for x in (of(net), of(net), None)],
        y=[y for net in trained for y in (net.first, net.again, None)],
        mode="lines",
        name="later recipe",
        line={"width": 2, "color": CLASS_COLOURS[7]},
        hoverinfo="skip",
    )


def _family(
    figure: go.Figure, name: str, of: Cost, ink: dict[str, str | int], *, later: bool
) -> None:
    group = [net for net in PRICED.values() if net.family == name]
    colour, symbol = MARKS[name]
    figure.add_scatter(
        x=[of(net) for net in group],
        y=[net.accuracy(later=later) for net in group],
        mode="markers+text",
        name=ZOO_FAMILIES[name].title,
        text=[net.title if net.name in NAMED else "" for net in group],
        textposition=[NAMED.get(net.name, "top center") for net in group],
        textfont=ink,
        marker={"size": 12, "color": colour, "symbol": symbol},
        unselected=_as_it_was(ink),
        customdata=[(n.name, n.title, n.year, n.millions, n.billions, n.side) for n in group],
        hovertemplate="<b>%{customdata[1]}</b> (%{customdata[2]})<br>%{y:.1f} % right at the first "
        "guess<br>%{customdata[3]:.3g} million parameters<br>%{customdata[4]:.3g} billion "
        "multiply-adds for %{customdata[5]}×%{customdata[5]} pixels<extra></extra>",
    )


def _as_it_was(ink: dict[str, str | int]) -> dict[str, dict[str, str | int]]:
    """A click chooses; it is the ring that says so, all else stays as it is."""
    return {"marker": {"opacity": 1}, "textfont": {"color": ink["color"]}}


def sentence(*, later: bool) -> str:
    """What the chart says, with its numbers; Markdown. With ``later``: what training adds."""
    vgg, small, deep = (PRICED[name] for name in ("vgg16", "mobilenet_v2", "resnet50"))
    if later:
        gains = [net.again - net.first for net in PRICED.values() if net.again is not None]
        return (
            f"Training counts, too: the same ResNet-50 goes from **{deep.first:.1f} "
            f"to {deep.again:.1f} %** by a later recipe alone, {len(gains)} networks gain "
            f"{min(gains):.1f} to {max(gains):.1f} points."
        )
    return (
        f"MobileNetV2 is as good as VGG16 (**{small.first:.1f} %**, {vgg.first:.1f} %) with "
        f"**{times(vgg.billions / small.billions)} times** fewer multiply-adds and "
        f"{times(vgg.millions / small.millions)} times fewer parameters: design counts."
    )


def chosen_words(chosen: str, cost: str, *, later: bool) -> str:
    """The chosen network's numbers, and what is as often right for less; Markdown."""
    net, axis = PRICED[chosen], COSTS[cost]
    right = net.accuracy(later=later)
    own = (
        f"**{net.title}** ({net.year}): **{right:.1f} %** right, {net.millions:.3g} million "
        f"parameters, {net.billions:.3g} billion multiply-adds."
    )
    other = cheapest(PRICED.values(), axis.of, right, later=later)
    if other != net:
        return (
            f"{own} Fewest {axis.things} for as much: **{other.title}** ({other.year})"
            f", {other.accuracy(later=later):.1f} %, **{times(axis.of(net) / axis.of(other))} "
            "times** fewer."
        )
    best = front(PRICED.values(), axis.of, later=later)
    beyond = best[best.index(net) + 1 :]
    if not beyond:
        return f"{own} None here is right more often."
    more = beyond[0].accuracy(later=later) - right
    return (
        f"{own} None here is right as often for less. The next step, **{beyond[0].title}**, has "
        f"**{times(axis.of(beyond[0]) / axis.of(net))} times** as many {axis.things} for "
        f"{more:.1f} points more."
    )


def times(ratio: float) -> str:
    """A ratio as a sentence has it: "51", "4.4", "1.01"."""
    return f"{ratio:.2f}" if ratio < 2 else f"{ratio:.2g}"


def table() -> list[dict[str, str | int | float | None]]:
    """The chart's numbers in rows, to read, sort or copy."""
    return [
        {
            "network": net.title,
            "year": net.year,
            "family": ZOO_FAMILIES[net.family].title,
            "million parameters": round(net.millions, 2),
            "billion multiply-adds": net.billions,
            "side of the picture": net.side,
            "% right": net.first,
            "trained again": net.again,
        }
        for net in PRICED.values()
    ]
