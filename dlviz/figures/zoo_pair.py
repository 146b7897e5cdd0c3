"""Two networks on the same rows: a table of totals, and where their costs are."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dlviz.core.words import percent
from dlviz.core.zoo.anatomy import Anatomy, ops
from dlviz.figures.colours import CLASS_COLOURS
from dlviz.figures.zoo_scene import short, sight_words

TEXT, SMALL = 15, 14
Pair = Sequence[tuple[str, Anatomy]]


def dense_share(net: Anatomy) -> float:
    """Which share of the parameters is in dense layers behind the maps."""
    inside = [op for s in net.stations for op in ops(s.items) if op.kind == "dense"]
    return sum(op.parameters for op in inside if len(op.shape) == 1) / net.parameters


def rows(pair: Pair, years: Sequence[int], top1: Sequence[float | None]) -> str:
    """The totals as a table of Markdown."""
    columns = [
        (
            str(year),
            short(net.parameters),
            short(net.multiply_adds),
            str(net.depth),
            percent(dense_share(net)),
            sight_words(net.sight),
            f"{right:.1f} %" if right else "none published here",
        )
        for (_, net), year, right in zip(pair, years, top1, strict=True)
    ]
    names = (
        "paper of",
        "parameters",
        "multiply-adds a picture",
        "layers on the longest path",
        "parameters in dense layers",
        "deepest unit of a map sees",
        "ImageNet, first guess right",
    )
    lines = [f"| | {' | '.join(title for title, _ in pair)} |", "|---|---|---|"]
    lines += [f"| {name} | {columns[0][k]} | {columns[1][k]} |" for k, name in enumerate(names)]
    return "\n".join(lines)


def chart(pair: Pair) -> go.Figure:
    """By the side of the maps: the share of parameters on the left, multiply-adds on the right."""
    figure = go.Figure()
    scales = sorted(
        {s for _, net in pair for s in net.at_scale()}, key=lambda s: s if s >= 0 else 99
    )
    ticks = [scale_words(scale) for scale in scales]
    for place, (title, net) in enumerate(pair):
        found = net.at_scale()
        for side, total in enumerate((net.parameters, net.multiply_adds)):
            counts = [found.get(scale, (0, 0))[side] for scale in scales]
            what = ("parameters", "multiply-adds")[side]
            figure.add_bar(
                x=[100 * count / total for count in counts],
                y=ticks,
                orientation="h",
                name=title,
                legendgroup=title,
                showlegend=not side,
                xaxis=f"x{side + 1}",
                yaxis="y",
                offsetgroup=str(place),
                marker={
                    "color": CLASS_COLOURS[(4, 0)[place]],
                    "pattern": {"shape": ("", "/")[place]},
                },
                customdata=[short(count) for count in counts],
                hovertemplate=f"{title}, %{{y}}<br>%{{customdata}} {what}, %{{x:.1f}} %"
                "<extra></extra>",
            )
    for side, what in enumerate(("parameters", "multiply-adds")):
        domain = ((0, 0.48), (0.52, 1))[side]
        figure.update_layout(
            {f"xaxis{side + 1 if side else ''}": {"title": f"{what}, %", "domain": domain}}
        )
    figure.update_layout(
        height=330,
        barmode="group",
        margin={"l": 110, "r": 10, "t": 36, "b": 46},
        font_size=TEXT,
        hoverlabel_font_size=TEXT,
        legend={
            "orientation": "h",
            "y": 1.02,
            "yanchor": "bottom",
            "x": 0,
            "font": {"size": SMALL},
        },
        yaxis={"autorange": "reversed"},
    )
    # Streamlit's theme would set the ticks at 12 pixels.
    figure.update_xaxes(tickfont_size=SMALL).update_yaxes(tickfont_size=SMALL)
    return figure


def scale_words(scale: int) -> str:
    """Where along the network: by the side of its maps."""
    return "dense" if scale < 0 else "full side" if scale == 0 else f"1/{2**scale} side"


def sentence(pair: Pair) -> str:
    """What the pair says, with its numbers; Markdown."""
    (one, first), (other, second) = pair
    parameters = first.parameters / second.parameters
    adds = first.multiply_adds / second.multiply_adds
    return (
        f"**{one}** has **{_times(parameters)}** the parameters of **{other}** and does "
        f"**{_times(adds)}** its multiply-adds. In dense layers are {percent(dense_share(first))} "
        f"and {percent(dense_share(second))} of the parameters."
    )


def _times(ratio: float) -> str:
    return f"{ratio:.3g} ×"
